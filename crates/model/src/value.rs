//! The value of a record as it is written: a CBOR map with integer keys, key 0 its type.
//!
//! Keys that this version does not know are ignored when reading and kept, since values are kept as
//! bytes. Of a type that it does not know only the type and the origin are read, so that a later
//! version is free in the rest.

use cremona_envelope::{LifeId, MemberId, RecordId, Time};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

use crate::flag::{Colour, Flag, MAX_MENTIONS, Recipients};
use crate::record::{Claim, Field, Kind, MAX_EMOJI, MAX_HOURS, MAX_NAME, MAX_PURPOSE, Manner, RecordError};
use crate::status::{MAX_STATUS, Meaning, Status};

/// The value as it is written; which fields a type needs is said by [`Record::read`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Value {
    #[n(0)]
    pub kind: u64,
    #[n(1)]
    pub target: Option<ByteArray<16>>,
    #[n(2)]
    pub emoji: Option<String>,
    #[n(3)]
    pub on: Option<bool>,
    #[n(4)]
    pub name: Option<String>,
    #[n(5)]
    pub purpose: Option<String>,
    #[n(6)]
    pub field: Option<u64>,
    #[n(7)]
    pub text: Option<String>,
    #[n(10)]
    pub source: Option<String>,
    #[n(11)]
    pub channel: Option<String>,
    #[n(12)]
    pub ts: Option<String>,
    #[n(13)]
    pub author_id: Option<String>,
    #[n(14)]
    pub author_name: Option<String>,
    #[n(15)]
    pub content: Option<ByteArray<32>>,
    #[n(16)]
    pub edited: Option<u64>,
    #[n(17)]
    pub reactions: Option<Vec<(String, Vec<String>)>>,
    #[n(18)]
    pub time: Option<u64>,
    #[n(19)]
    pub tombstone: Option<bool>,
    #[n(20)]
    pub members: Option<Vec<ByteArray<16>>>,
    #[n(21)]
    pub everyone: Option<bool>,
    #[n(22)]
    pub announcement: Option<bool>,
    #[n(23)]
    pub acknowledge: Option<bool>,
    /// End of an embargo, when a flag is due, or end of a status.
    #[n(24)]
    pub until: Option<u64>,
    #[n(25)]
    pub colour: Option<u64>,
    #[n(26)]
    pub escalate: Option<bool>,
    #[n(27)]
    pub meaning: Option<u64>,
}

/// What is read of a value of any type.
pub(crate) struct Head {
    /// The type.
    pub kind: u64,
    /// Where the record was first written, if this is not the first time: life and seq.
    pub origin: Option<(LifeId, u64)>,
}

#[derive(Decode)]
#[cbor(map)]
struct HeadValue {
    #[n(0)]
    kind: u64,
    #[n(31)]
    origin_life: Option<ByteArray<16>>,
    #[n(32)]
    origin_seq: Option<u64>,
}

pub(crate) mod types {
    //! Type numbers; a number is never used again.
    pub const MESSAGE: u64 = 1;
    pub const EDIT: u64 = 2;
    pub const DELETE: u64 = 3;
    pub const REACTION: u64 = 4;
    pub const CHANNEL: u64 = 5;
    pub const REGISTER: u64 = 6;
    pub const PROFILE: u64 = 7;
    pub const IMPORTED: u64 = 8;
    pub const IMPORTED_CHANNEL: u64 = 9;
    pub const FLAG: u64 = 10;
    pub const PIN: u64 = 11;
    pub const RESOLVE: u64 = 12;
    pub const RETITLE: u64 = 13;
    pub const ACKNOWLEDGE: u64 = 14;
    pub const HOURS: u64 = 15;
    pub const STATUS: u64 = 16;
    pub const DEPUTY: u64 = 17;
}

impl Head {
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, RecordError> {
        let value: HeadValue = minicbor::decode(bytes).map_err(|_| RecordError::Form)?;
        let origin = match (value.origin_life, value.origin_seq) {
            (Some(life), Some(seq)) => Some((LifeId(*life), seq)),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => return Err(RecordError::Field("origin")),
        };
        Ok(Self { kind: value.kind, origin })
    }

    pub(crate) fn is_known(&self) -> bool {
        (types::MESSAGE..=types::DEPUTY).contains(&self.kind)
    }
}

impl Value {
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, RecordError> {
        minicbor::decode(bytes).map_err(|_| RecordError::Form)
    }

    /// The map's bytes, with where the record was first written added at its end; every other byte
    /// stays, known or not. `None` where it is no definite map.
    pub(crate) fn with_origin(bytes: &[u8], life: &LifeId, seq: u64) -> Option<Vec<u8>> {
        let mut map = minicbor::Decoder::new(bytes);
        let pairs = map.map().ok()??;
        let start = map.position();
        for _ in 0..pairs.checked_mul(2)? {
            map.skip().ok()?;
        }
        let kept = bytes.get(start..map.position())?;
        let mut out = minicbor::Encoder::new(Vec::new());
        out.map(pairs.checked_add(2)?).ok()?;
        out.writer_mut().extend(kept);
        out.u8(31).ok()?.bytes(&life.0).ok()?.u8(32).ok()?.u64(seq).ok()?;
        Some(out.into_writer())
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("encoding to a Vec can't fail")
    }

    pub(crate) fn kind(&self) -> Result<Kind, RecordError> {
        Ok(match self.kind {
            types::MESSAGE => Kind::Message {
                root: self.target.map(|id| RecordId(*id)),
                to: self.recipients()?,
                manner: Manner {
                    announcement: self.announcement == Some(true),
                    acknowledge: self.acknowledge == Some(true),
                    embargo: maybe_time(self.until)?,
                },
            },
            types::EDIT => Kind::Edit { target: self.target()?, to: self.recipients()? },
            types::DELETE => Kind::Delete { target: self.target()? },
            types::REACTION => Kind::Reaction {
                target: self.target()?,
                emoji: need(self.emoji.as_ref(), MAX_EMOJI, "emoji")?,
                on: self.on.ok_or(RecordError::Field("on"))?,
            },
            types::CHANNEL => Kind::Channel {
                name: need(self.name.as_ref(), MAX_NAME, "name")?,
                purpose: need(self.purpose.as_ref(), MAX_PURPOSE, "purpose")?,
            },
            types::REGISTER => match self.field.and_then(Field::from_number) {
                Some(field) => Kind::Register {
                    channel: self.target()?,
                    field,
                    value: need(self.text.as_ref(), field.limit(), "text")?,
                },
                None => Kind::Unknown(types::REGISTER),
            },
            types::PROFILE => Kind::Profile { name: need(self.name.as_ref(), MAX_NAME, "name")? },
            types::IMPORTED => Kind::Imported(Box::new(self.claim()?)),
            types::IMPORTED_CHANNEL => Kind::ImportedChannel {
                source: need(self.source.as_ref(), MAX_NAME, "source")?,
                name: need(self.name.as_ref(), MAX_NAME, "name")?,
                purpose: need(self.purpose.as_ref(), MAX_PURPOSE, "purpose")?,
                created: need_time(self.time)?,
            },
            types::PIN => Kind::Pin { target: self.target()?, on: self.on.ok_or(RecordError::Field("on"))? },
            types::RESOLVE => Kind::Resolve { root: self.target()?, on: self.on.ok_or(RecordError::Field("on"))? },
            types::RETITLE => Kind::Retitle { root: self.target()? },
            types::ACKNOWLEDGE => Kind::Acknowledge { target: self.target()? },
            types::FLAG => Kind::Flag { target: self.target()?, flag: self.flag()? },
            types::HOURS => Kind::Hours { hours: need(self.text.as_ref(), MAX_HOURS, "text")? },
            types::STATUS => match self.meaning.and_then(Meaning::from_number) {
                Some(meaning) => Kind::Status(Status {
                    meaning,
                    emoji: need(self.emoji.as_ref(), MAX_EMOJI, "emoji")?,
                    text: need(self.text.as_ref(), MAX_STATUS, "text")?,
                    until: maybe_time(self.until)?,
                }),
                None => Kind::Unknown(types::STATUS),
            },
            types::DEPUTY => Kind::Deputy { deputy: self.target.map(|id| MemberId(*id)) },
            other => Kind::Unknown(other),
        })
    }

    fn recipients(&self) -> Result<Recipients, RecordError> {
        let ids = self.members.as_deref().unwrap_or_default();
        if ids.len() > MAX_MENTIONS {
            return Err(RecordError::Field("members"));
        }
        Ok(Recipients::new(ids.iter().map(|id| MemberId(**id)).collect(), self.everyone == Some(true)))
    }

    fn flag(&self) -> Result<Flag, RecordError> {
        let colour = match self.colour {
            None => None,
            Some(number) => Some(Colour::from_number(number).ok_or(RecordError::Field("colour"))?),
        };
        Ok(Flag { colour, by: maybe_time(self.until)?, to: self.recipients()?, escalate: self.escalate == Some(true) })
    }

    /// The export's own id of the channel.
    pub(crate) fn export_channel(&self) -> Result<&str, RecordError> {
        self.channel.as_deref().filter(|id| id.len() <= MAX_NAME).ok_or(RecordError::Field("channel"))
    }

    fn target(&self) -> Result<RecordId, RecordError> {
        self.target.map(|id| RecordId(*id)).ok_or(RecordError::Field("target"))
    }

    fn claim(&self) -> Result<Claim, RecordError> {
        Ok(Claim {
            source: need(self.source.as_ref(), MAX_NAME, "source")?,
            channel: self.export_channel()?.to_owned(),
            ts: need(self.ts.as_ref(), MAX_NAME, "ts")?,
            author_id: need(self.author_id.as_ref(), MAX_NAME, "author id")?,
            author_name: need(self.author_name.as_ref(), MAX_NAME, "author name")?,
            time: need_time(self.time)?,
            content: self.content.map(|hash| *hash).ok_or(RecordError::Field("content"))?,
            root: self.target.map(|id| RecordId(*id)),
            edited: self.edited.map(|ms| Time(ms.min(Time::MAX.0))),
            reactions: self.reactions.clone().unwrap_or_default(),
            tombstone: self.tombstone.unwrap_or(false),
        })
    }
}

fn need(text: Option<&String>, limit: usize, name: &'static str) -> Result<String, RecordError> {
    text.filter(|text| text.len() <= limit).cloned().ok_or(RecordError::Field(name))
}

fn maybe_time(ms: Option<u64>) -> Result<Option<Time>, RecordError> {
    ms.map(|ms| need_time(Some(ms))).transpose()
}

fn need_time(ms: Option<u64>) -> Result<Time, RecordError> {
    ms.map(Time).filter(|time| *time <= Time::MAX).ok_or(RecordError::Field("time"))
}
