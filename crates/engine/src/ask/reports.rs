//! Reports as people and programs see them: catch-up, digest, newsletter, where a message is held, and
//! when a teammate may have it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Author, InboxCounts, InboxRow};

/// A part of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Part<T> {
    /// Its title, in the language asked for.
    pub title: String,
    /// In order.
    pub rows: Vec<T>,
    /// Rows beyond, for which there is no room.
    pub left_out: u64,
}

/// What a member missed, in the order in which it is worth reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CatchUp {
    /// Since when.
    pub since: String,
    /// Until when: now.
    pub until: String,
    /// The zone of `date`s.
    pub zone: String,
    /// `en` or `id`.
    pub language: String,
    /// Its title.
    pub title: String,
    /// What others decided.
    pub decisions: Part<Sentence>,
    /// What others ask this member, without an answer yet.
    pub questions: Part<Sentence>,
    /// What of the inbox is past due, whenever it came.
    pub overdue: Part<InboxRow>,
    /// Where most was written.
    pub busiest: Part<BusyThread>,
    /// Whether there was more than is looked at: then the oldest was not.
    pub more: bool,
}

/// A sentence of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sentence {
    /// The message.
    pub message: String,
    /// Its thread.
    pub thread: String,
    /// Title of that.
    pub title: String,
    /// Name of its channel.
    pub channel_name: String,
    /// Who wrote it; of an imported message, who is said to have.
    pub author: Author,
    /// Whether it is imported.
    pub imported: bool,
    /// When.
    pub time: String,
    /// When, in words of the language and in the zone.
    pub date: String,
    /// The sentence, at most 200 characters of it.
    pub line: String,
}

/// A thread in which much was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BusyThread {
    /// The thread.
    pub thread: String,
    /// Its title.
    pub title: String,
    /// Name of its channel.
    pub channel_name: String,
    /// Messages since then, as far as they are looked at.
    pub messages: u64,
    /// Who took part, in the order in which they did, at most 8.
    pub people: Vec<String>,
    /// How many more did.
    pub others: u64,
    /// The beginning of the first of those messages.
    pub first: String,
    /// When it was written.
    pub first_date: String,
    /// The beginning of the last one.
    pub last: String,
    /// When it was written.
    pub last_date: String,
    /// Whether the thread is resolved.
    pub resolved: bool,
}

/// What a day begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DayDigest {
    /// The end of the last working day, since when things were held back.
    pub since: String,
    /// The beginning of the one that is under way; now, where none is.
    pub until: String,
    /// The zone of the date in the title.
    pub zone: String,
    /// `en` or `id`.
    pub language: String,
    /// Its title.
    pub title: String,
    /// Rows of the inbox to which something came in quiet time.
    pub held: Part<InboxRow>,
    /// All other rows of the inbox.
    pub waiting: Part<InboxRow>,
    /// Green flags that expired unread.
    pub expired: Part<InboxRow>,
    /// Those of the inbox, whose list `held` and `waiting` are parts of.
    pub counts: InboxCounts,
    /// When the next working day begins, if one does.
    pub next: Option<String>,
}

/// What was good to know in a month: the same text on every node that holds the same set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Newsletter {
    /// `2026-11`.
    pub month: String,
    /// The zone whose month it is.
    pub zone: String,
    /// `en` or `id`.
    pub language: String,
    /// `markdown`, `html` or `atom`.
    pub format: String,
    /// Messages in it.
    pub messages: u64,
    /// Messages of the month for which there is no room.
    pub left_out: u64,
    /// All of it.
    pub text: String,
}

/// Which nodes hold a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Held {
    /// The message.
    pub message: String,
    /// How many of the nodes hold it for sure.
    pub holds: u64,
    /// Members' nodes by name, then mailboxes.
    pub nodes: Vec<HeldBy>,
}

/// A node that may hold a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HeldBy {
    /// Whose it is; `None` for a mailbox.
    pub member: Option<Author>,
    /// Whether it is this one.
    pub me: bool,
    /// Its device id.
    pub device: String,
    /// Whether it holds the message.
    pub holds: Holds,
    /// When it told so, or was seen to.
    pub told: Option<String>,
    /// When it may have it, where it is not known to.
    pub forecast: Option<Forecast>,
}

/// Whether a node holds a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Holds {
    /// It does.
    Yes,
    /// When it last told, it did not.
    NotYet,
    /// It never told.
    Unknown,
}

/// When a member's node may be heard next: RFC 3339 as clocks in the reader's zone show it, with the
/// distance from UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "forecast", rename_all = "kebab-case")]
pub enum Forecast {
    /// It is connected.
    Here,
    /// By then.
    Likely {
        /// As likely before as after.
        at: String,
        /// One time in ten earlier.
        early: String,
        /// One time in ten later; `None` where that is more than a week ahead.
        late: Option<String>,
    },
    /// It was heard too seldom to tell.
    NoIdea,
}

/// A forecast for a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MemberForecast {
    /// Who.
    pub member: Author,
    /// When.
    pub forecast: Forecast,
    /// The zone in whose time that is told, the reader's, by its IANA name.
    #[serde(default)]
    pub zone: String,
    /// On how many hours in which a node of theirs was heard it rests.
    pub hours: u32,
}
