//! The inbox as people and programs see it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Author;

/// Why a thread is in the inbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "because", rename_all = "kebab-case")]
pub enum Because {
    /// It is flagged for you.
    Flagged {
        /// The message.
        message: String,
        /// Who flagged it.
        by: Author,
        /// `red`, `yellow` or `green`.
        colour: String,
        /// When it is due, in your working hours or as its author said.
        due: Option<String>,
    },
    /// It is flagged for someone who is away, and you stand in.
    StandsIn {
        /// The message.
        message: String,
        /// Who flagged it.
        by: Author,
        /// Who is away.
        instead_of: Author,
        /// `red`, `yellow` or `green`.
        colour: String,
        /// When it is due.
        due: Option<String>,
    },
    /// Unread messages call you or everyone, or announce something.
    Called {
        /// How many.
        messages: u32,
    },
    /// Unread replies where you wrote, or which you follow.
    Replies {
        /// How many.
        messages: u32,
    },
    /// A message asks you to acknowledge it.
    Acknowledge {
        /// The message.
        message: String,
    },
    /// You put it off until then.
    Later {
        /// Until when.
        until: String,
    },
}

/// A thread that needs you.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InboxRow {
    /// The thread.
    pub thread: String,
    /// Its title; empty where its first message is deleted.
    pub title: String,
    /// Its channel's id.
    pub channel: String,
    /// Its channel's name.
    pub channel_name: String,
    /// Of its most urgent flag; `None` without one.
    pub colour: Option<String>,
    /// When the first of those is due.
    pub due: Option<String>,
    /// By how many ms that has passed; 0 where it has not.
    pub overdue_ms: u64,
    /// Since when it waits.
    pub since: String,
    /// Unread messages.
    pub unread: u32,
    /// The first unread message, where reading goes on.
    pub first: Option<String>,
    /// Something unread came late: it stands before what you have read.
    pub arrived_late: bool,
    /// It is resolved.
    pub resolved: bool,
    /// Who it comes from, by the first of the reasons: who flagged it, asks, calls you or wrote what is new, the
    /// latest of them; where it is about none of that, who wrote its last message.
    #[serde(default)]
    pub by: Author,
    /// Who wrote its last message.
    pub last_by: Author,
    /// When.
    pub last: String,
    /// Why it is here, the most urgent first.
    pub reasons: Vec<Because>,
}

/// How many rows there are; each is the length of a list that can be asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InboxCounts {
    /// In all.
    pub all: u64,
    /// Red.
    pub red: u64,
    /// Yellow.
    pub yellow: u64,
    /// Without a flag.
    pub unflagged: u64,
    /// Green.
    pub green: u64,
    /// Past due.
    pub overdue: u64,
    /// Green flags that expired unread.
    pub expired: u64,
    /// Put off.
    #[serde(default)]
    pub later: u64,
    /// By channel: its id, and how many rows stand in it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub channels: BTreeMap<String, u64>,
}

/// The inbox, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Inbox {
    /// In order.
    pub rows: Vec<InboxRow>,
    /// Of this channel, or of all.
    pub counts: InboxCounts,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// Why a thread is in the inbox, or is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Explained {
    /// The thread.
    pub thread: String,
    /// Its title.
    pub title: String,
    /// Its channel's id.
    #[serde(default)]
    pub channel: String,
    /// Whether it is resolved.
    #[serde(default)]
    pub resolved: bool,
    /// Its row, if it is in the inbox.
    pub row: Option<InboxRow>,
    /// Why not: `later`, `expired`, `done`, `muted`, `resolved`, `read` or `no-part`.
    pub not: Option<String>,
    /// Whether you marked it as done, be something new there since or not.
    pub done: bool,
    /// Until or since when that is so, where a time decides.
    pub time: Option<String>,
    /// What shall come up of it: `default`, `follow`, `mute`, `replies` or `mentions`.
    pub follow: String,
}
