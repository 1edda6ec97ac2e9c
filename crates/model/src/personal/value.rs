//! What registers say: CBOR maps with integer keys. Keys that this version does not know are ignored
//! when reading, and kept, since registers are merged as bytes.

use cremona_envelope::{LogId, RecordId, Time};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

use super::marks::Positions;
use crate::body::{MAX_TEXT, MAX_TITLE};

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

/// What a text that is being written is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Target {
    /// A new thread in this channel.
    Channel(RecordId),
    /// A reply in the thread with this root.
    Thread(RecordId),
    /// A new text for this message.
    Edit(RecordId),
}

/// A text that is being written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    /// What for.
    pub target: Target,
    /// The text so far, at most [`MAX_TEXT`] bytes.
    pub text: String,
    /// The title so far, at most [`MAX_TITLE`] bytes; of new threads only.
    pub title: Option<String>,
}

#[derive(Encode, Decode, Default)]
#[cbor(map)]
struct Value {
    /// A number: a moment, a rule, what a target is.
    #[n(0)]
    number: Option<u64>,
    #[n(1)]
    target: Option<ByteArray<16>>,
    #[n(2)]
    text: Option<String>,
    #[n(3)]
    title: Option<String>,
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

impl Draft {
    /// How it is written.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let (number, target) = match self.target {
            Target::Channel(id) => (1, id),
            Target::Thread(id) => (2, id),
            Target::Edit(id) => (3, id),
        };
        let target = Some(ByteArray::from(target.0));
        let (text, title) = (Some(self.text.clone()), self.title.clone());
        Value { number: Some(number), target, text, title, ..Value::default() }.encode()
    }

    /// Reads a draft; `None` where the bytes are none within the limits.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let value = Value::read(bytes)?;
        let target = RecordId(*value.target?);
        let target = match value.number? {
            1 => Target::Channel(target),
            2 => Target::Thread(target),
            3 => Target::Edit(target),
            _ => return None,
        };
        let text = value.text.filter(|text| text.len() <= MAX_TEXT)?;
        let title = value.title;
        title.as_ref().is_none_or(|title| title.len() <= MAX_TITLE).then_some(Self { target, text, title })
    }
}
