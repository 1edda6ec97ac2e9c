//! What fields there are, and the bytes that name each.
//!
//! The key of a field: kind u8, then what it is about. Kinds: 1 marks, 2 unread, 3 done, 4 later,
//! 5 follow, 6 draft, 7 setting. About: an id 16, for marks and follows with 1 before it where it is
//! a thread and 2 where it is a channel; for a setting its name. A kind is never used again for
//! something else, and each further one is a register.

use cremona_envelope::RecordId;

/// Longest name of a setting, and longest key of a kind that this version can't read, in bytes.
pub const MAX_NAME: usize = 64;

/// A thread or a channel.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Scope {
    /// A thread, by its root.
    Thread(RecordId),
    /// A channel.
    Channel(RecordId),
}

/// Names a draft: random, so that two devices never mean one by accident.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DraftId(pub [u8; 16]);

/// What a register is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Place {
    /// How far a thread shall count as read after all.
    Unread(RecordId),
    /// Up to where a thread is done.
    Done(RecordId),
    /// When a thread shall come back.
    Later(RecordId),
    /// What of a thread or channel shall come up.
    Follow(Scope),
    /// A text that is being written.
    Draft(DraftId),
    /// How this member's nodes behave, by name.
    Setting(String),
    /// Of a newer version: kind and what follows it.
    Other(u8, Vec<u8>),
}

/// A field.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Key {
    /// Marks.
    Marks(Scope),
    /// A register.
    Register(Place),
}

pub(super) mod kinds {
    pub const MARKS: u8 = 1;
    pub const UNREAD: u8 = 2;
    pub const DONE: u8 = 3;
    pub const LATER: u8 = 4;
    pub const FOLLOW: u8 = 5;
    pub const DRAFT: u8 = 6;
    pub const SETTING: u8 = 7;
}

impl Scope {
    /// The id, whatever it is of.
    #[must_use]
    pub fn id(&self) -> RecordId {
        match self {
            Self::Thread(id) | Self::Channel(id) => *id,
        }
    }

    /// 1 or 2, and the id.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let tag = match self {
            Self::Thread(_) => 1,
            Self::Channel(_) => 2,
        };
        [&[tag], self.id().0.as_slice()].concat()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (tag, id) = bytes.split_first()?;
        let id = RecordId::from_slice(id)?;
        match tag {
            1 => Some(Self::Thread(id)),
            2 => Some(Self::Channel(id)),
            _ => None,
        }
    }
}

impl Key {
    /// Kinds of marks and of registers, for whoever keeps fields by kind.
    pub const MARKS: u8 = kinds::MARKS;
    /// See [`Place::Unread`].
    pub const UNREAD: u8 = kinds::UNREAD;
    /// See [`Place::Done`].
    pub const DONE: u8 = kinds::DONE;
    /// See [`Place::Later`].
    pub const LATER: u8 = kinds::LATER;
    /// See [`Place::Follow`].
    pub const FOLLOW: u8 = kinds::FOLLOW;
    /// See [`Place::Draft`].
    pub const DRAFT: u8 = kinds::DRAFT;
    /// See [`Place::Setting`].
    pub const SETTING: u8 = kinds::SETTING;

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> u8 {
        match self {
            Self::Marks(_) => kinds::MARKS,
            Self::Register(place) => place.kind(),
        }
    }

    /// What it is about.
    #[must_use]
    pub fn about(&self) -> Vec<u8> {
        match self {
            Self::Marks(scope) => scope.bytes(),
            Self::Register(place) => place.about(),
        }
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        [&[self.kind()], self.about().as_slice()].concat()
    }

    /// The field of a kind that is about something; `None` where no version has such a field.
    #[must_use]
    pub fn read(kind: u8, about: &[u8]) -> Option<Self> {
        let id = || RecordId::from_slice(about);
        Some(match kind {
            0 => return None,
            kinds::MARKS => Self::Marks(Scope::read(about)?),
            kinds::UNREAD => Self::Register(Place::Unread(id()?)),
            kinds::DONE => Self::Register(Place::Done(id()?)),
            kinds::LATER => Self::Register(Place::Later(id()?)),
            kinds::FOLLOW => Self::Register(Place::Follow(Scope::read(about)?)),
            kinds::DRAFT => Self::Register(Place::Draft(DraftId(about.try_into().ok()?))),
            kinds::SETTING => {
                let name = std::str::from_utf8(about).ok().filter(|name| is_name(name))?;
                Self::Register(Place::Setting(name.to_owned()))
            }
            other => {
                let about = Some(about).filter(|about| about.len() <= MAX_NAME)?;
                Self::Register(Place::Other(other, about.to_vec()))
            }
        })
    }
}

impl Place {
    fn kind(&self) -> u8 {
        match self {
            Self::Unread(_) => kinds::UNREAD,
            Self::Done(_) => kinds::DONE,
            Self::Later(_) => kinds::LATER,
            Self::Follow(_) => kinds::FOLLOW,
            Self::Draft(_) => kinds::DRAFT,
            Self::Setting(_) => kinds::SETTING,
            Self::Other(kind, _) => *kind,
        }
    }

    fn about(&self) -> Vec<u8> {
        match self {
            Self::Unread(id) | Self::Done(id) | Self::Later(id) => id.0.to_vec(),
            Self::Follow(scope) => scope.bytes(),
            Self::Draft(id) => id.0.to_vec(),
            Self::Setting(name) => name.clone().into_bytes(),
            Self::Other(_, about) => about.clone(),
        }
    }
}

impl DraftId {
    /// The id written in hexadecimal, or `None` where it is none.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        RecordId::from_hex(text).map(|id| Self(id.0))
    }
}

impl std::fmt::Display for DraftId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        RecordId(self.0).fmt(f)
    }
}

/// Lower-case letters, digits and hyphens.
fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !name.is_empty() && name.len() <= MAX_NAME && name.bytes().all(plain)
}
