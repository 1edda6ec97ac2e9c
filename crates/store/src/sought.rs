//! What a search looks for: words, and conditions on the message beside them.

use std::fmt::{self, Debug, Formatter};
use std::ops::Range;
use std::rc::Rc;

use cremona_envelope::{MemberId, RecordId, Time};

use crate::concerns::Glance;
use crate::open::{Read, StoreError};
use crate::words::Words;

/// What to look for: all of it has to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// In the text or title.
    pub words: Words,
    /// Of the message.
    pub conditions: Vec<Condition>,
}

/// Something that has to hold, or must not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Whether it must not.
    pub not: bool,
    /// What.
    pub fact: Fact,
}

/// A fact about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// It stands in this channel.
    Channel(RecordId),
    /// It is the root of this thread or stands in it.
    Thread(RecordId),
    /// One of these wrote it.
    From {
        /// Members who posted it themselves.
        members: Vec<MemberId>,
        /// Numbers of those who are said to have written it, of [`Read::claimants`].
        claimants: Vec<i64>,
    },
    /// Its time is one of these.
    Within(Range<Time>),
    /// A later version counts.
    Edited,
    /// It was brought in from another tool.
    Imported,
    /// It was posted here.
    Posted,
    /// Its text has a web address.
    Link,
    /// It was imported with a file, or with what a bot attached.
    Attachment,
    /// Somebody flags it, in this colour if one is given: 1 red, 2 yellow, 3 green.
    Flagged(Option<u8>),
    /// It is pinned.
    Pinned,
    /// Its thread is resolved, and nobody has answered since.
    Resolved,
    /// It is an announcement.
    Announcement,
    /// It mentions this member by name.
    Mentions(MemberId),
    /// It mentions this member or everyone, or is flagged to them.
    To(MemberId),
    /// It is not to be shown at this time yet. Whoever asks for anything has to exclude it.
    Embargoed(Time),
    /// It is one of these.
    Among(Vec<RecordId>),
    /// Whoever searches says so, message by message.
    Judged(Judge),
}

/// What tells of messages, each at a glance and with the number of its thread's root, of which it holds.
type Judging = dyn Fn(&Read<'_>, &[(i64, Glance)]) -> Result<Vec<bool>, StoreError>;

/// A fact that depends on more than the store knows.
#[derive(Clone)]
pub struct Judge(Rc<Judging>);

impl Judge {
    /// A fact that is told so. There has to be an answer for each message; what has none is not found.
    pub fn new(judging: impl Fn(&Read<'_>, &[(i64, Glance)]) -> Result<Vec<bool>, StoreError> + 'static) -> Self {
        Self(Rc::new(judging))
    }

    /// Of which of these messages it holds.
    pub(crate) fn of(&self, read: &Read<'_>, messages: &[(i64, Glance)]) -> Result<Vec<bool>, StoreError> {
        (self.0)(read, messages)
    }
}

impl Debug for Judge {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("Judge")
    }
}

/// The very same, or not: nothing else can be said of two.
impl PartialEq for Judge {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Judge {}

impl Read<'_> {
    /// Who is said to have written imported messages: number, name.
    pub fn claimants(&self) -> Result<Vec<(i64, String)>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT no, author FROM claimant ORDER BY no")?;
        Ok(query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
    }
}
