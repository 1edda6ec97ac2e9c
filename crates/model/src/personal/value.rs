//! What registers say, drafts apart: CBOR maps with integer keys. Keys that this version does not know are ignored
//! when reading, and kept, since registers are merged as bytes.

use cremona_envelope::{LogId, Time};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

use super::marks::Positions;

/// A seq is below this.
const SEQ_END: u64 = 1 << 48;

/// What of a thread or channel comes up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Follow {
    /// As where nothing was said.
    #[default]
    Default,
    /// Everything, as where one has written.
    Follow,
    /// Nothing but what is flagged for me.
    Mute,
    /// Replies, no new threads.
    RepliesOnly,
    /// Only what mentions me.
    MentionsOnly,
}

#[derive(Encode, Decode, Default)]
#[cbor(map)]
struct Value {
    /// A number: a moment, a rule.
    #[n(0)]
    number: Option<u64>,
    #[n(2)]
    text: Option<String>,
    /// Positions: logs in order, and the seqs in the same order.
    #[n(4)]
    logs: Option<Vec<ByteArray<16>>>,
    #[n(5)]
    seqs: Option<Vec<u64>>,
}

impl Value {
    fn read(bytes: &[u8]) -> Option<Self> {
        minicbor::decode(bytes).ok()
    }

    fn encode(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("encoding to a Vec can't fail")
    }
}

/// Writes positions, as done and unread hold them.
#[must_use]
pub fn positions(upto: &Positions) -> Vec<u8> {
    let logs = upto.iter().map(|(log, _)| ByteArray::from(log.0)).collect();
    let seqs = upto.iter().map(|(_, seq)| seq).collect();
    Value { logs: Some(logs), seqs: Some(seqs), ..Value::default() }.encode()
}

/// Reads positions; `None` where the bytes say none.
#[must_use]
pub fn read_positions(bytes: &[u8]) -> Option<Positions> {
    let value = Value::read(bytes)?;
    let (logs, seqs) = (value.logs?, value.seqs?);
    let fits = logs.len() == seqs.len() && seqs.iter().all(|seq| *seq < SEQ_END);
    fits.then(|| logs.iter().map(|log| LogId(**log)).zip(seqs).collect())
}

/// Writes a moment, as later holds it.
#[must_use]
pub fn moment(until: Time) -> Vec<u8> {
    Value { number: Some(until.0), ..Value::default() }.encode()
}

/// Reads a moment; `None` where the bytes say none.
#[must_use]
pub fn read_moment(bytes: &[u8]) -> Option<Time> {
    Value::read(bytes)?.number.map(Time).filter(|until| *until <= Time::MAX)
}

/// Writes a text, as settings hold it.
#[must_use]
pub fn text(text: &str) -> Vec<u8> {
    Value { text: Some(text.to_owned()), ..Value::default() }.encode()
}

/// Reads a text; `None` where the bytes say none.
#[must_use]
pub fn read_text(bytes: &[u8]) -> Option<String> {
    Value::read(bytes)?.text
}

impl Follow {
    /// How it is written; `None` for the default, which is no value.
    #[must_use]
    pub fn encode(self) -> Option<Vec<u8>> {
        let number = match self {
            Self::Default => return None,
            Self::Follow => 1,
            Self::Mute => 2,
            Self::RepliesOnly => 3,
            Self::MentionsOnly => 4,
        };
        Some(Value { number: Some(number), ..Value::default() }.encode())
    }

    /// Reads a rule; one that this version does not know is the default.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        match Value::read(bytes).and_then(|value| value.number) {
            Some(1) => Self::Follow,
            Some(2) => Self::Mute,
            Some(3) => Self::RepliesOnly,
            Some(4) => Self::MentionsOnly,
            Some(_) | None => Self::Default,
        }
    }
}
