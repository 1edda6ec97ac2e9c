//! Drafts, and those that one device sends once their time has come.

use cremona_envelope::{DeviceId, MemberId, RecordId, Time};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

use crate::body::{MAX_TEXT, MAX_TITLE};
use crate::flag::{Colour, Flag, MAX_MENTIONS, Recipients};

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
    /// Set where it is on hold.
    pub hold: Option<Hold>,
}

/// When a draft is to be sent, by which device, and how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hold {
    /// Not before this moment.
    pub at: Time,
    /// The device that keeps it, and alone sends it.
    pub device: DeviceId,
    /// It is to be an announcement.
    pub announcement: bool,
    /// Everyone is to be asked to acknowledge it.
    pub acknowledge: bool,
    /// The flag that it is to bear, for those whom the text then mentions if it is for nobody;
    /// `None` for the channel's own, a flag without a colour for none at all.
    pub flag: Option<Flag>,
}

#[derive(Encode, Decode, Default)]
#[cbor(map)]
struct Value {
    /// What the target is.
    #[n(0)]
    number: Option<u64>,
    #[n(1)]
    target: Option<ByteArray<16>>,
    #[n(2)]
    text: Option<String>,
    #[n(3)]
    title: Option<String>,
    #[n(6)]
    at: Option<u64>,
    #[n(7)]
    device: Option<ByteArray<32>>,
    #[n(8)]
    announcement: Option<bool>,
    #[n(9)]
    acknowledge: Option<bool>,
    /// 0 for none at all.
    #[n(10)]
    colour: Option<u64>,
    #[n(11)]
    by: Option<u64>,
    #[n(12)]
    members: Option<Vec<ByteArray<16>>>,
    #[n(13)]
    everyone: Option<bool>,
    #[n(14)]
    escalate: Option<bool>,
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
        let mut value = Value {
            number: Some(number),
            target: Some(ByteArray::from(target.0)),
            text: Some(self.text.clone()),
            title: self.title.clone(),
            ..Value::default()
        };
        if let Some(hold) = &self.hold {
            hold.write(&mut value);
        }
        minicbor::to_vec(value).expect("encoding to a Vec can't fail")
    }

    /// Reads a draft; `None` where the bytes are none within the limits.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let value: Value = minicbor::decode(bytes).ok()?;
        let target = RecordId(*value.target?);
        let target = match value.number? {
            1 => Target::Channel(target),
            2 => Target::Thread(target),
            3 => Target::Edit(target),
            _ => return None,
        };
        // A hold that this version can't read leaves a draft, which nobody sends.
        let hold = value.at.and_then(|at| Hold::read(at, &value));
        let text = value.text.filter(|text| text.len() <= MAX_TEXT)?;
        let title = value.title;
        title.as_ref().is_none_or(|title| title.len() <= MAX_TITLE).then_some(Self { target, text, title, hold })
    }
}

impl Hold {
    fn write(&self, value: &mut Value) {
        value.at = Some(self.at.0);
        value.device = Some(ByteArray::from(self.device.0));
        value.announcement = self.announcement.then_some(true);
        value.acknowledge = self.acknowledge.then_some(true);
        let Some(flag) = &self.flag else { return };
        value.colour = Some(flag.colour.map_or(0, Colour::number));
        value.by = flag.by.map(|by| by.0);
        value.members = Some(flag.to.members.iter().map(|member| ByteArray::from(member.0)).collect());
        value.everyone = flag.to.everyone.then_some(true);
        value.escalate = flag.escalate.then_some(true);
    }

    fn read(at: u64, value: &Value) -> Option<Self> {
        let flag = match value.colour {
            Some(0) => Some(Flag { colour: None, by: None, to: Recipients::default(), escalate: false }),
            Some(number) => {
                let members = value.members.iter().flatten().map(|member| MemberId(**member)).collect();
                let to = Recipients::new(members, value.everyone == Some(true));
                let by = value.by.map(Time).filter(|by| *by <= Time::MAX);
                let colour = Some(Colour::from_number(number)?);
                Some(Flag { colour, by, to, escalate: value.escalate == Some(true) })
            }
            None => None,
        };
        let fits = at <= Time::MAX.0 && flag.as_ref().is_none_or(|flag| flag.to.members.len() <= MAX_MENTIONS);
        fits.then_some(Self {
            at: Time(at),
            device: DeviceId(*value.device?),
            announcement: value.announcement == Some(true),
            acknowledge: value.acknowledge == Some(true),
            flag,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(hold: Option<Hold>) -> Draft {
        let target = Target::Channel(RecordId([1; 16]));
        Draft { target, text: "Half a sentence".to_owned(), title: Some("Plans".to_owned()), hold }
    }

    #[test]
    fn a_draft_on_hold_is_read_as_it_was_written() {
        let to = Recipients::new(vec![MemberId([3; 16]), MemberId([2; 16])], false);
        let flags = [
            None,
            Some(Flag { colour: None, by: None, to: Recipients::default(), escalate: false }),
            Some(Flag { colour: Some(Colour::Red), by: Some(Time(7)), to, escalate: true }),
        ];
        for flag in flags {
            for on in [true, false] {
                let hold = Hold {
                    at: Time(5),
                    device: DeviceId([9; 32]),
                    announcement: on,
                    acknowledge: !on,
                    flag: flag.clone(),
                };
                let draft = draft(Some(hold));
                assert_eq!(Draft::read(&draft.encode()), Some(draft));
            }
        }
        assert_eq!(Draft::read(&draft(None).encode()), Some(draft(None)));
    }

    #[test]
    fn a_hold_that_can_not_be_read_leaves_a_draft() {
        let mut value = Value {
            number: Some(1),
            target: Some(ByteArray::from([1; 16])),
            text: Some("Half a sentence".to_owned()),
            title: Some("Plans".to_owned()),
            at: Some(5),
            ..Value::default()
        };
        let read = |value: &Value| Draft::read(&minicbor::to_vec(value).unwrap()).unwrap();
        assert_eq!(read(&value), draft(None), "nobody would send it");
        value.device = Some(ByteArray::from([9; 32]));
        assert!(read(&value).hold.is_some());
        value.colour = Some(9);
        assert_eq!(read(&value), draft(None), "no colour of this version");
        (value.colour, value.at) = (None, Some(u64::MAX));
        assert_eq!(read(&value), draft(None), "never");
    }
}
