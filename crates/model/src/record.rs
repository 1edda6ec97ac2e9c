//! Records: everything that a member can say, and where and by whom it was said.
//!
//! How a record is written is told in `value`, what it means next to others in [`crate::view`].

use cremona_envelope::ids::derive16;
use cremona_envelope::{DeviceId, LifeId, LogId, MemberId, RecordId, Time};

use crate::body::Text;
use crate::doc::{DocId, month_of};
use crate::flag::{Flag, Recipients};
use crate::status::Status;
use crate::value::{Head, Value};

const IMPORTED_MESSAGE: &str = "cremona 2026-11 imported message id v1";
const IMPORTED_CHANNEL: &str = "cremona 2026-11 imported channel id v1";

/// Longest name of a channel or member, in bytes of UTF-8.
pub const MAX_NAME: usize = 80;
/// Longest purpose or expectation, in bytes of UTF-8.
pub const MAX_PURPOSE: usize = 1_000;
/// Longest emoji, in bytes of UTF-8.
pub const MAX_EMOJI: usize = 64;
/// Longest working hours as they are written, in bytes.
pub const MAX_HOURS: usize = 4_000;

/// Where a record stands and who wrote it: all of it from a verified header.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Stamp {
    /// Author's time.
    pub time: Time,
    /// The device.
    pub device: DeviceId,
    /// The life of its log.
    pub life: LifeId,
    /// Position in that log.
    pub seq: u64,
    /// The member that the device belongs to.
    pub member: MemberId,
}

impl Stamp {
    /// The log.
    #[must_use]
    pub fn log(&self) -> LogId {
        LogId::of(&self.device, &self.life)
    }
}

/// What a record says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A message; its text is the body.
    Message {
        /// The thread's root; `None` starts a thread.
        root: Option<RecordId>,
        /// Whom it calls.
        to: Recipients,
        /// What else is to be known of it.
        manner: Manner,
    },
    /// A new text for one's own message; the text is the body.
    Edit {
        /// The message.
        target: RecordId,
        /// Whom the new text calls.
        to: Recipients,
    },
    /// One's own message is to be erased, or one that one imported.
    Delete {
        /// The message.
        target: RecordId,
    },
    /// A reaction, or its end.
    Reaction {
        /// The message.
        target: RecordId,
        /// With what.
        emoji: String,
        /// False to end it.
        on: bool,
    },
    /// How soon a message needs whom; the latest of each author for one message counts.
    Flag {
        /// The message.
        target: RecordId,
        /// The flag.
        flag: Flag,
    },
    /// A message is pinned in its channel, or no longer; the latest word wins, whoever says it.
    Pin {
        /// The message.
        target: RecordId,
        /// False to unpin it.
        on: bool,
    },
    /// A thread needs nothing more, or does again; the latest word wins, and a later reply reopens it.
    Resolve {
        /// The thread's root.
        root: RecordId,
        /// False to reopen it.
        on: bool,
    },
    /// Another title for a thread, which is the body; the latest wins, whoever gives it.
    Retitle {
        /// The thread's root.
        root: RecordId,
    },
    /// The author has taken note of a message that asked for it.
    Acknowledge {
        /// The message.
        target: RecordId,
    },
    /// When the author works, as the crate `hours` writes it.
    Hours {
        /// Zone, week and days off.
        hours: String,
    },
    /// What the author is about.
    Status(Status),
    /// Who stands in for the author while they are away.
    Deputy {
        /// The member; `None` for nobody.
        deputy: Option<MemberId>,
    },
    /// A new channel; its id is the record's.
    Channel {
        /// Its name at first.
        name: String,
        /// What it is for, at first.
        purpose: String,
    },
    /// A new value for one field of a channel; the latest wins.
    Register {
        /// The channel.
        channel: RecordId,
        /// Which field.
        field: Field,
        /// The value; `1` or empty for flags.
        value: String,
    },
    /// What the author is called.
    Profile {
        /// Display name.
        name: String,
    },
    /// A message of an export; its text is the body.
    Imported(Box<Claim>),
    /// A channel of an export.
    ImportedChannel {
        /// The export.
        source: String,
        /// Name at first.
        name: String,
        /// Purpose at first.
        purpose: String,
        /// When it was created, as claimed.
        created: Time,
    },
    /// A type of a newer version; kept, and shown as such.
    Unknown(u64),
}

/// What else is to be known of a message when it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Manner {
    /// It is an announcement.
    pub announcement: bool,
    /// Everyone is asked to acknowledge it.
    pub acknowledge: bool,
    /// Honest nodes show it from then on only.
    pub embargo: Option<Time>,
}

/// A field of a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field {
    /// Its name.
    Name,
    /// What it is for.
    Purpose,
    /// When an answer can be expected.
    Expectation,
    /// Whether it is archived.
    Archived,
    /// The colour of flags where none is given: `red`, `yellow`, `green`, or empty.
    Flag,
}

/// What an imported message claims.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
    /// The export.
    pub source: String,
    /// The channel's id there.
    pub channel: String,
    /// The message's timestamp id there.
    pub ts: String,
    /// The author's id there.
    pub author_id: String,
    /// The author's name there.
    pub author_name: String,
    /// When.
    pub time: Time,
    /// BLAKE3 of the text. A body that differs counts as missing.
    pub content: [u8; 32],
    /// The thread's root; `None` for a root.
    pub root: Option<RecordId>,
    /// When it was last edited.
    pub edited: Option<Time>,
    /// Reactions: emoji, names.
    pub reactions: Vec<(String, Vec<String>)>,
    /// It was deleted there, and its replies live on.
    pub tombstone: bool,
}

/// A record: who said what, where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// Where it stands and who wrote it.
    pub stamp: Stamp,
    /// The document.
    pub doc: DocId,
    /// Its id.
    pub id: RecordId,
    /// What it says.
    pub kind: Kind,
}

/// Why a value counts for nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RecordError {
    /// Not a value of any version.
    #[error("a record can't be read")]
    Form,
    /// A field that its type needs is missing, or over its limit.
    #[error("field {0} of a record is missing or out of range")]
    Field(&'static str),
    /// It stands in a document where its type does not belong.
    #[error("a record stands in the wrong document")]
    Place,
}

impl Field {
    /// Its number in a value.
    #[must_use]
    pub fn number(self) -> u64 {
        match self {
            Self::Name => 1,
            Self::Purpose => 2,
            Self::Expectation => 3,
            Self::Archived => 4,
            Self::Flag => 5,
        }
    }

    pub(crate) fn from_number(number: u64) -> Option<Self> {
        match number {
            1 => Some(Self::Name),
            2 => Some(Self::Purpose),
            3 => Some(Self::Expectation),
            4 => Some(Self::Archived),
            5 => Some(Self::Flag),
            _ => None,
        }
    }

    pub(crate) fn limit(self) -> usize {
        match self {
            Self::Name => MAX_NAME,
            Self::Purpose | Self::Expectation => MAX_PURPOSE,
            Self::Archived => 1,
            Self::Flag => 6,
        }
    }
}

impl Claim {
    /// The message's id: a hash of what it says, so that two imports of one archive are one copy.
    #[must_use]
    pub fn id(&self) -> RecordId {
        let time = self.time.0.to_be_bytes();
        hash_texts(
            IMPORTED_MESSAGE,
            &[
                self.source.as_bytes(),
                self.channel.as_bytes(),
                self.ts.as_bytes(),
                self.author_id.as_bytes(),
                &self.content,
                &time,
            ],
        )
    }

    /// Whether `body` is what was imported; any other counts as missing, whoever signed it.
    #[must_use]
    pub fn admits(&self, body: &Text) -> bool {
        body.title.is_none() && *blake3::hash(body.text.as_bytes()).as_bytes() == self.content
    }
}

/// The id of a channel of an export, by the export's own id of it.
#[must_use]
pub fn imported_channel_id(source: &str, channel: &str) -> RecordId {
    hash_texts(IMPORTED_CHANNEL, &[source.as_bytes(), channel.as_bytes()])
}

fn hash_texts(context: &str, texts: &[&[u8]]) -> RecordId {
    let mut bytes = Vec::new();
    for text in texts {
        bytes.extend((text.len() as u64).to_be_bytes());
        bytes.extend(*text);
    }
    RecordId(derive16(context, &[&bytes]))
}

impl Record {
    /// Reads a value that stands at `stamp` in `doc`. The verdict needs nothing else, so that all
    /// nodes come to the same.
    ///
    /// # Errors
    /// [`RecordError`] where it counts for nothing.
    pub fn read(stamp: Stamp, doc: DocId, value: &[u8]) -> Result<Self, RecordError> {
        let head = Head::read(value)?;
        let value = if head.is_known() { Value::read(value)? } else { Value { kind: head.kind, ..Value::default() } };
        let kind = value.kind()?;
        let written = RecordId::of(&stamp.device, &stamp.life, stamp.seq);
        let id = match &kind {
            Kind::Imported(claim) => claim.id(),
            Kind::ImportedChannel { source, .. } => imported_channel_id(source, value.export_channel()?),
            // What others point at keeps its id when it is said again.
            Kind::Message { .. } | Kind::Channel { .. } | Kind::Unknown(_) => {
                head.origin.map_or(written, |(life, seq)| RecordId::of(&stamp.device, &life, seq))
            }
            // What nobody points at bears an id that no other envelope can have, so that (time, id)
            // never ties and the winner is the same in any order.
            Kind::Edit { .. }
            | Kind::Delete { .. }
            | Kind::Reaction { .. }
            | Kind::Flag { .. }
            | Kind::Pin { .. }
            | Kind::Resolve { .. }
            | Kind::Retitle { .. }
            | Kind::Acknowledge { .. }
            | Kind::Hours { .. }
            | Kind::Status(_)
            | Kind::Deputy { .. }
            | Kind::Register { .. }
            | Kind::Profile { .. } => written,
        };
        let record = Self { stamp, doc, id, kind };
        if record.is_in_place(head.origin.is_some()) { Ok(record) } else { Err(RecordError::Place) }
    }

    /// The time that is shown: the author's, or the end of the embargo after it, or the claimed one.
    #[must_use]
    pub fn shown_time(&self) -> Time {
        match &self.kind {
            Kind::Imported(claim) => claim.time,
            Kind::Message { manner: Manner { embargo: Some(embargo), .. }, .. } => self.stamp.time.max(*embargo),
            _ => self.stamp.time,
        }
    }

    /// A root stands in the document of its month, a re-issued one may be shown later than that;
    /// a reply stands with its root, which can't be checked here and harms nobody.
    fn is_in_place(&self, again: bool) -> bool {
        match &self.kind {
            Kind::Channel { .. }
            | Kind::Register { .. }
            | Kind::Profile { .. }
            | Kind::Hours { .. }
            | Kind::Status(_)
            | Kind::Deputy { .. }
            | Kind::ImportedChannel { .. } => self.doc.is_directory(),
            Kind::Message { root: None, .. } => {
                !self.doc.is_directory() && (again || self.doc.month == month_of(self.stamp.time))
            }
            Kind::Imported(claim) => {
                self.doc.channel == imported_channel_id(&claim.source, &claim.channel)
                    && (claim.root.is_some() || self.doc.month == month_of(claim.time))
            }
            Kind::Message { root: Some(_), .. }
            | Kind::Edit { .. }
            | Kind::Delete { .. }
            | Kind::Reaction { .. }
            | Kind::Flag { .. }
            | Kind::Pin { .. }
            | Kind::Resolve { .. }
            | Kind::Retitle { .. }
            | Kind::Acknowledge { .. } => !self.doc.is_directory(),
            Kind::Unknown(_) => true,
        }
    }
}
