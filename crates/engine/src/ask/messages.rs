//! Channels, threads, messages and changes as people and programs see them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Flag;

/// A channel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Channel {
    /// Hexadecimal id.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// When an answer can be expected.
    pub expectation: String,
    /// Whether it is archived.
    pub archived: bool,
    /// The colour of flags where none is given; empty for none.
    #[serde(default)]
    pub flag: String,
    /// Who imported it, if it was.
    pub imported: bool,
    /// Threads in it.
    pub threads: u64,
    /// Messages in it, deleted ones left out.
    pub messages: u64,
}

/// All channels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Channels {
    /// By name.
    pub channels: Vec<Channel>,
}

/// What was posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Posted {
    /// The message.
    pub id: String,
    /// Its thread, which is the id of its root.
    pub thread: String,
    /// What looks like a mention in its text and is nobody's name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nobody: Vec<String>,
    /// When an answer can be expected in its channel, if that is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expectation: Option<String>,
    /// From when on it is shown, if not at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embargo: Option<String>,
}

/// An author as shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Author {
    /// Member id; of an imported message, the importer's.
    pub member: String,
    /// Display name; of an imported message, the claimed one.
    pub name: String,
}

/// A reaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// Names of those who reacted, in order of time.
    pub names: Vec<String>,
}

/// What an imported message claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Claim {
    /// The export.
    pub source: String,
    /// Who imported it.
    pub by: String,
}

/// A message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    /// Id.
    pub id: String,
    /// Its thread's id.
    pub thread: String,
    /// Its channel's id.
    pub channel: String,
    /// The thread's title, on roots.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub title: Option<String>,
    /// Who wrote it.
    pub author: Author,
    /// RFC 3339, UTC, milliseconds.
    pub time: String,
    /// The text; empty where it is deleted or missing.
    pub text: String,
    /// Whether it was edited.
    pub edited: bool,
    /// Whether it was deleted.
    pub deleted: bool,
    /// The text has not arrived, and no delete explains that.
    pub missing: bool,
    /// It is shown before its author's log has come so far, and counts once that has.
    #[serde(default)]
    pub early: bool,
    /// The author's clock was ahead of this node's.
    pub wrong_clock: bool,
    /// Reactions.
    pub reactions: Vec<Reaction>,
    /// Set on imported messages.
    pub imported: Option<Claim>,
    /// Whom its text calls, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Author>,
    /// Whether it calls everyone.
    #[serde(default, skip_serializing_if = "is_false")]
    pub everyone: bool,
    /// Whether it is an announcement.
    #[serde(default, skip_serializing_if = "is_false")]
    pub announcement: bool,
    /// Whether everyone is asked to acknowledge it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub acknowledge: bool,
    /// Who has acknowledged it, first first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acknowledged: Vec<Author>,
    /// Who has not, of those who were members when it was asked, its author left out; by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unacknowledged: Vec<Author>,
    /// Flags on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
    /// Whether it is pinned.
    #[serde(default, skip_serializing_if = "is_false")]
    pub pinned: bool,
    /// Who resolved its thread, on roots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved: Option<Author>,
    /// From when on it is shown, if that was to be later than it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embargo: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
fn is_false(value: &bool) -> bool {
    !value
}

/// A page of messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Messages {
    /// Oldest first.
    pub messages: Vec<Message>,
    /// Cursor of the page before this one.
    pub next: Option<String>,
}

/// A thread in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Thread {
    /// The root's id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Who started it.
    pub author: Author,
    /// When.
    pub time: String,
    /// Replies, deleted ones left out.
    pub replies: u64,
    /// Time of the last message.
    pub last: String,
    /// Whether it is resolved.
    #[serde(default, skip_serializing_if = "is_false")]
    pub resolved: bool,
}

/// A page of threads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Threads {
    /// Latest activity first.
    pub threads: Vec<Thread>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// A hit of a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hit {
    /// The message.
    pub id: String,
    /// Its thread.
    pub thread: String,
    /// The title of that; empty where what it began with is deleted.
    #[serde(default)]
    pub title: String,
    /// Its channel's name.
    pub channel: String,
    /// Who wrote it.
    pub author: Author,
    /// When.
    pub time: String,
    /// Words around the match, matches between `«` and `»`.
    pub snippet: String,
}

/// A page of hits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hits {
    /// Best first, or newest first where there are too many to rank.
    pub hits: Vec<Hit>,
    /// Matches, as far as they were counted.
    pub total: u64,
    /// Whether there may be more than `total`.
    pub at_least: bool,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// A change, for `watch`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// Where it stands; `--since` takes it.
    pub cursor: String,
    /// `message`, `edit` (or a text that was awaited), `delete`, `reaction`, `channel`, `profile`,
    /// `member`, `word` (a flag, pin, title, resolution, acknowledgement), `about` (hours, status, deputy), `confirmed` (what was told and shown early: its log has come) or `other`.
    pub kind: String,
    /// The message or channel concerned.
    pub id: Option<String>,
    /// Its thread.
    pub thread: Option<String>,
    /// Its channel.
    pub channel: Option<String>,
}

/// Changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Changes {
    /// Oldest first.
    pub changes: Vec<Change>,
    /// Where to go on.
    pub next: String,
}
