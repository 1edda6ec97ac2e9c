//! What people and programs ask of a node, and what it answers: the one vocabulary of CLI, socket
//! and (later) HTTP. Field names are those of the CLI's `--json`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod inbox;
mod notices;
mod people;
mod reports;
mod word;

pub use inbox::{Because, Explained, Inbox, InboxCounts, InboxRow};
pub use notices::{Notice, Notices};
pub use people::{Person, StatusAsk, StatusShown, Team, TeamDay};
pub use reports::{
    BusyThread, CatchUp, DayDigest, Forecast, Held, HeldBy, Holds, MemberForecast, Newsletter, Part, Sentence,
};
pub use word::{Flag, Flagging, How, Version, Versions};

pub use crate::said::{Given, Said};
pub use crate::teammates::{NotHere, Standing, Teammate};

/// A question or a command. Ids and names may be given as unique prefixes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "verb", rename_all = "kebab-case")]
pub enum Ask {
    /// Creates a channel.
    ChannelCreate {
        /// Its name.
        name: String,
        /// What it is for.
        purpose: String,
    },
    /// Gives a channel another name.
    ChannelRename {
        /// Which one.
        channel: String,
        /// The new name.
        name: String,
    },
    /// Says what a channel is for, or how soon an answer can be expected.
    ChannelDescribe {
        /// Which one.
        channel: String,
        /// What it is for, `None` to leave it.
        purpose: Option<String>,
        /// When an answer can be expected, `None` to leave it.
        expectation: Option<String>,
    },
    /// Archives a channel or takes it out of the archive.
    ChannelArchive {
        /// Which one.
        channel: String,
        /// The new state.
        archived: bool,
    },
    /// All channels.
    Channels,
    /// Starts a thread.
    Post {
        /// Where.
        channel: String,
        /// Its text.
        text: String,
        /// Its title; the first line where there is none.
        title: Option<String>,
        /// What else is to be known of it.
        #[serde(default)]
        how: How,
    },
    /// Answers in a thread.
    Reply {
        /// A thread, or any message of it.
        thread: String,
        /// The text.
        text: String,
        /// What else is to be known of it.
        #[serde(default)]
        how: How,
    },
    /// Says how soon a message needs whom, or takes that back.
    Flag {
        /// Which one.
        message: String,
        /// How soon, and whom.
        flag: Flagging,
    },
    /// Pins a message in its channel, or no longer.
    Pin {
        /// Which one.
        message: String,
        /// False to unpin it.
        on: bool,
    },
    /// The pinned messages of a channel.
    Pins {
        /// Which channel.
        channel: String,
    },
    /// Resolves a thread, or opens it again.
    Resolve {
        /// A thread, or any message of it.
        thread: String,
        /// False to reopen it.
        on: bool,
    },
    /// Gives a thread another title.
    Retitle {
        /// A thread, or any message of it.
        thread: String,
        /// The title.
        title: String,
    },
    /// Says that one has taken note of a message.
    Acknowledge {
        /// Which one.
        message: String,
    },
    /// The versions of a message that are here.
    History {
        /// Which one.
        message: String,
    },
    /// The threads that need this member, most urgent first.
    Inbox {
        /// Of one channel only.
        #[serde(default)]
        channel: Option<String>,
        /// What expired unread instead.
        #[serde(default)]
        expired: bool,
        /// What was put off instead, what comes back first first.
        #[serde(default)]
        later: bool,
        /// Most rows.
        limit: u32,
        /// The cursor of an earlier page.
        #[serde(default)]
        after: Option<String>,
    },
    /// Why a thread is in the inbox, or is not.
    Explain {
        /// A thread, or any message of it.
        thread: String,
    },
    /// A thread needs nothing more of this member until something new comes.
    Done {
        /// A thread, or any message of it.
        thread: String,
        /// Takes it back.
        #[serde(default)]
        undo: bool,
    },
    /// Puts a thread off.
    Later {
        /// A thread, or any message of it.
        thread: String,
        /// Until when: a moment; `None` takes it back.
        until: Option<String>,
    },
    /// What of a thread or channel shall come up.
    Follow {
        /// A channel, a thread, or a message.
        target: String,
        /// `follow`, `mute`, `replies`, `mentions` or `default`.
        rule: String,
    },
    /// Marks a channel or thread as read, or a thread as unread.
    Mark {
        /// A channel, a thread, or a message.
        target: String,
        /// Up to this message, or unread from it on; the whole thread where there is none.
        #[serde(default)]
        upto: Option<String>,
        /// As unread.
        #[serde(default)]
        unread: bool,
    },
    /// Publishes when this member works.
    Hours {
        /// Zone, week and days off.
        hours: String,
    },
    /// Says what this member is about.
    SetStatus {
        /// What.
        status: StatusAsk,
    },
    /// Says who stands in for this member while they are away.
    Deputy {
        /// A member; `None` for nobody.
        deputy: Option<String>,
    },
    /// Everyone's hours side by side.
    Team {
        /// Whose; everyone's where there is none.
        #[serde(default)]
        members: Vec<String>,
        /// For so many days.
        days: u32,
    },
    /// What is worth an interruption now; it counts as told from then on.
    Notices,
    /// Sets when this member wants quiet.
    Quiet {
        /// `outside hours`, `never`, or a weekly schedule.
        schedule: String,
    },
    /// Nothing is told until then, whatever the schedule.
    Focus {
        /// A moment, or a length such as `2h`; `None` ends it.
        until: Option<String>,
    },
    /// This member's messages that are not shown yet.
    Scheduled,
    /// What this member missed: decisions, questions, what is overdue, the busiest threads.
    CatchUp {
        /// Of a channel or thread only.
        #[serde(default)]
        target: Option<String>,
        /// Since when: a moment; the start of the last working day that is over where there is none.
        #[serde(default)]
        since: Option<String>,
        /// `en` or `id`; as set, where there is none.
        #[serde(default)]
        language: Option<String>,
    },
    /// What a day begins with: what was held back in quiet time, and what is in the inbox.
    Digest {
        /// `en` or `id`; as set, where there is none.
        #[serde(default)]
        language: Option<String>,
    },
    /// What was good to know in a month: green messages and announcements.
    Newsletter {
        /// `2026-11`.
        month: String,
        /// The zone whose month it is, by its IANA name.
        zone: String,
        /// `en` or `id`.
        language: String,
        /// `markdown`, `html` or `atom`.
        format: String,
    },
    /// Which nodes hold a message.
    Held {
        /// Which one.
        message: String,
    },
    /// When a node of a member's may be heard next.
    Forecast {
        /// Who.
        member: String,
    },
    /// A thread as it was at a moment; what was deleted since stays deleted.
    AsOf {
        /// A thread, or any message of it.
        thread: String,
        /// The moment.
        at: String,
    },
    /// Which colour flags in a channel have where none is given.
    ChannelFlag {
        /// Which channel.
        channel: String,
        /// `red`, `yellow`, `green` or `none`.
        colour: String,
    },
    /// Replaces the text of one's own message.
    Edit {
        /// Which one.
        message: String,
        /// The new text.
        text: String,
    },
    /// Deletes one's own message everywhere.
    Delete {
        /// Which one.
        message: String,
    },
    /// Reacts to a message, or takes a reaction back.
    React {
        /// Which one.
        message: String,
        /// With what.
        emoji: String,
        /// False to take it back.
        on: bool,
    },
    /// Threads of a channel, latest activity first.
    Threads {
        /// Which channel.
        channel: String,
        /// Most rows.
        limit: u32,
        /// The cursor of an earlier page.
        before: Option<String>,
    },
    /// Messages of a channel or a thread: the newest page, oldest first within it.
    Read {
        /// A channel, a thread, or a message.
        target: String,
        /// Most rows.
        limit: u32,
        /// The cursor of an earlier page.
        before: Option<String>,
    },
    /// Finds messages by words.
    Search {
        /// Words, "phrases" and operators; see `docs/search.md`.
        query: String,
        /// Most rows.
        limit: u32,
        /// The cursor of an earlier page.
        before: Option<String>,
        /// Whether it is still being typed: its last word is a beginning, and what its end lacks is left out.
        #[serde(default)]
        typing: bool,
    },
    /// Changes since a cursor, oldest first.
    Changes {
        /// Where to start; `None` for now.
        since: Option<String>,
        /// Most rows.
        limit: u32,
    },
    /// Adds a part of a Slack export; see `ImportBatch`.
    Import(ImportBatch),
    /// Everyone in the workspace.
    Members,
    /// Which nodes this one knows, how they are reached, what is outstanding.
    Peers {
        /// Without who holds what, which takes some 15 ms where a thousand devices are.
        #[serde(default)]
        connections: bool,
    },
    /// Sizes, counts, warnings.
    Status,
    /// Tells everyone of a mailbox that was paired.
    Mailbox {
        /// Its device, hexadecimal.
        device: String,
        /// `host:port`s where it listens.
        addresses: Vec<String>,
    },
    /// The workspace key with current address hints.
    Key,
    /// Root, state and counts, to compare with other nodes.
    Verify,
    /// Recomputes what is derived and compares it.
    Fsck {
        /// Whether to rebuild what differs.
        repair: bool,
    },
    /// Keeps a text that is being written; nobody else ever has it.
    DraftSave {
        /// Which draft; `None` for a new one.
        id: Option<String>,
        /// What it is for.
        target: DraftFor,
        /// The text so far.
        text: String,
        /// The title so far, of a new thread.
        title: Option<String>,
    },
    /// Drops a draft; the answer is what it was.
    DraftDrop {
        /// Which one.
        id: String,
    },
    /// All drafts, the one saved last first.
    Drafts,
    /// This member's settings.
    Settings,
    /// Sets one of them; the answer is all of them.
    Set {
        /// Its name.
        name: String,
        /// What it shall be; `None` for what is so unless told.
        value: Option<String>,
    },
}

/// What a text that is being written is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DraftFor {
    /// A new thread in this channel.
    Channel(String),
    /// A reply in this thread.
    Thread(String),
    /// A new text for this message of one's own.
    Edit(String),
}

/// Messages of one export, already parsed; all of one batch is added in one transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportBatch {
    /// Names the export, for instance `slack/T0001`.
    pub source: String,
    /// Channels that the messages stand in.
    pub channels: Vec<ImportChannel>,
    /// The messages.
    pub messages: Vec<ImportMessage>,
    /// Adds nothing and only counts.
    pub dry_run: bool,
}

/// A channel of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportChannel {
    /// Its id there.
    pub id: String,
    /// Its name there.
    pub name: String,
    /// Its purpose there.
    pub purpose: String,
    /// When it was created, ms since 1970, as the export claims.
    pub created_ms: u64,
}

/// A message of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportMessage {
    /// Channel id there.
    pub channel: String,
    /// Timestamp id there.
    pub ts: String,
    /// Claimed time, ms since 1970.
    pub time_ms: u64,
    /// The thread's root; `None` for a root.
    pub root: Option<ImportRoot>,
    /// Author's id there.
    pub author_id: String,
    /// Author's name there.
    pub author_name: String,
    /// CommonMark text.
    pub text: String,
    /// Claimed time of the last edit, ms since 1970.
    pub edited_ms: Option<u64>,
    /// Reactions: emoji and the names of those who reacted.
    pub reactions: Vec<(String, Vec<String>)>,
    /// The root was deleted there and its replies live on.
    pub tombstone: bool,
}

/// What is needed of a root to name it, as its id is a hash of what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportRoot {
    /// Its timestamp id.
    pub ts: String,
    /// Its claimed time, ms since 1970.
    pub time_ms: u64,
    /// Its author's id.
    pub author_id: String,
    /// BLAKE3 of its text, hexadecimal.
    pub content: String,
}

/// What a node answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "answer", content = "value", rename_all = "kebab-case")]
pub enum Answer {
    /// One channel.
    Channel(Channel),
    /// All channels.
    Channels(Channels),
    /// What was posted.
    Posted(Posted),
    /// One message.
    Message(Box<Message>),
    /// A page of threads.
    Threads(Threads),
    /// A page of messages.
    Messages(Messages),
    /// The versions of a message.
    Versions(Versions),
    /// The inbox.
    Inbox(Inbox),
    /// Why a thread is in the inbox, or is not.
    Explained(Box<Explained>),
    /// A member in their day.
    Person(Box<Person>),
    /// A team's hours side by side.
    Team(Box<Team>),
    /// What is worth an interruption, and whether it is quiet.
    Notices(Box<Notices>),
    /// What was missed.
    CatchUp(Box<CatchUp>),
    /// What a day begins with.
    Digest(Box<DayDigest>),
    /// What was good to know.
    Newsletter(Box<Newsletter>),
    /// Which nodes hold a message.
    Held(Held),
    /// When a member's node may be heard.
    Forecast(MemberForecast),
    /// A page of hits.
    Hits(Hits),
    /// Changes and where to go on.
    Changes(Changes),
    /// Counts of an import.
    Imported(Imported),
    /// Members.
    Members(Members),
    /// Peers.
    Peers(Peers),
    /// Status.
    Status(Box<Status>),
    /// The key.
    Key(Key),
    /// A mailbox that was announced.
    Mailbox(Mailbox),
    /// Digests and counts.
    Verified(Digest),
    /// What fsck found.
    Checked(Checked),
    /// A draft as it is now, or as it was.
    Draft(Box<Draft>),
    /// All drafts.
    Drafts(Drafts),
    /// Settings.
    Settings(Settings),
}

/// A channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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

/// Counts of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Imported {
    /// Messages added.
    pub added: u64,
    /// Messages that were already there.
    pub already: u64,
    /// Messages that the engine refuses, by reason.
    pub skipped: Vec<Skipped>,
}

/// Messages left out of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Skipped {
    /// Why.
    pub reason: String,
    /// How many.
    pub count: u64,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Member {
    /// Member id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Device ids.
    pub devices: Vec<String>,
    /// Whether it is this node's member.
    pub me: bool,
    /// When they joined.
    pub joined: String,
}

/// Members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Members {
    /// By time of joining.
    pub members: Vec<Member>,
}

/// A peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Peer {
    /// Device id, if it is known.
    pub device: Option<String>,
    /// Member's name, if it is known.
    pub name: Option<String>,
    /// Address.
    pub address: String,
    /// `connected`, `dialling`, `waiting` or `dropped`.
    pub state: String,
    /// `dialled`, `accepted`, or empty.
    pub direction: String,
    /// Whether both hold the same set.
    pub in_sync: bool,
    /// Envelopes that it has and this node lacks, as far as known.
    pub to_receive: u64,
    /// Envelopes that this node has and it lacks, as far as known.
    pub to_send: u64,
    /// Why it was dropped or could not be reached.
    pub reason: Option<String>,
    /// When it is tried again.
    pub next_try: Option<String>,
    /// Why this node last refused to go on with it, since the start; stays once it is back.
    #[serde(default)]
    pub dropped_for: Option<String>,
    /// When that was.
    #[serde(default)]
    pub dropped_at: Option<String>,
    /// By how many ms its clock is ahead of this one, once it has told; the way is counted in.
    #[serde(default)]
    pub clock_ahead_ms: Option<i64>,
}

/// Peers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Peers {
    /// Connected ones first.
    pub peers: Vec<Peer>,
    /// Who holds what, unless only connections were asked for.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
}

/// Status of a node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Status {
    /// Workspace id.
    pub workspace: String,
    /// Its name.
    pub name: String,
    /// This member.
    pub member: String,
    /// This device.
    pub device: String,
    /// Whether the workspace has been met: a newcomer waits for the first teammate.
    pub joined: bool,
    /// Whether a node process answers.
    pub running: bool,
    /// Addresses it listens on.
    pub addresses: Vec<String>,
    /// Connected peers.
    pub connected: u64,
    /// Whether others can reach it, of a running node.
    #[serde(default)]
    pub reach: Option<Reach>,
    /// Envelopes held.
    pub envelopes: u64,
    /// Of those, of a kind that needs a newer cremona.
    pub unknown: u64,
    /// Of those, not opened for lack of a key.
    pub unopened: u64,
    /// Records that break a rule and count for nothing.
    pub refused: u64,
    /// Texts that have not arrived.
    pub missing_texts: u64,
    /// Messages, threads, channels, members.
    pub messages: u64,
    /// Threads.
    pub threads: u64,
    /// Channels.
    pub channels: u64,
    /// Members.
    pub members: u64,
    /// Mailboxes.
    #[serde(default)]
    pub mailboxes: Vec<Mailbox>,
    /// Logs that are forked.
    pub forked_logs: u64,
    /// Lives of this device's own log.
    pub lives: u64,
    /// Bytes of the data directory.
    pub disk_bytes: u64,
    /// Bytes of all text held.
    pub text_bytes: u64,
    /// Who holds what.
    #[serde(flatten)]
    pub standing: Standing,
    /// In words, what deserves attention.
    pub warnings: Vec<String>,
}

/// Whether others can reach a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reach {
    /// Whether others can connect to it directly: `yes`, `no`, or `unknown`.
    pub directly: String,
    /// Multiaddrs at which others did, or may.
    pub addresses: Vec<String>,
    /// Names of those who relay to it.
    pub relays: Vec<String>,
}

/// A mailbox of the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mailbox {
    /// Its device.
    pub device: String,
    /// `host:port`s where it listens.
    pub addresses: Vec<String>,
    /// When it was announced.
    pub announced: String,
    /// Whether it says that it takes nothing new.
    pub full: bool,
}

/// The workspace key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Key {
    /// The string to paste.
    pub key: String,
}

/// Digests to compare between nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Digest {
    /// Hash over the envelope set.
    pub root: String,
    /// Hash over the documents.
    pub state: String,
    /// Envelopes that count.
    pub envelopes: u64,
    /// Messages, deleted ones left out.
    pub messages: u64,
    /// Threads.
    pub threads: u64,
    /// Channels.
    pub channels: u64,
    /// Members.
    pub members: u64,
}

/// What fsck found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Checked {
    /// Envelopes and rows compared.
    pub checked: u64,
    /// In words, what differs.
    pub problems: Vec<String>,
    /// Whether what is derived was rebuilt.
    #[serde(default)]
    pub repaired: bool,
}

/// A text that is being written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Draft {
    /// Its id.
    pub id: String,
    /// What it is for, by id.
    pub target: DraftFor,
    /// The text so far.
    pub text: String,
    /// The title so far.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub title: Option<String>,
    /// When it was saved last.
    pub saved: String,
}

/// All drafts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Drafts {
    /// The one saved last first.
    pub drafts: Vec<Draft>,
}

/// This member's settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Settings {
    /// By name; those of a newer version, as far as they were set, come last.
    pub settings: Vec<SettingLine>,
}

/// A setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SettingLine {
    /// Its name.
    pub name: String,
    /// What it was set to, if it was.
    pub value: Option<String>,
}

/// Why something could not be done; decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It failed.
    Failed,
    /// What was asked makes no sense.
    Usage,
    /// Nothing of that id or name.
    NotFound,
    /// Someone else's, or not this version's to do.
    NotAllowed,
    /// Only a running node can do it.
    NotRunning,
    /// More than one thing of that id or name.
    Ambiguous,
    /// Possible later.
    TryLater,
}

/// A refusal, in words, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// Decides the exit code.
    pub reason: Reason,
    /// What was attempted and why it can't be done.
    pub message: String,
    /// What to do next; may be empty.
    pub hint: String,
    /// Both by name, for whoever says them in another language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Box<Said>>,
}

impl Failure {
    /// A refusal.
    pub fn new(reason: Reason, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { reason, message: message.into(), hint: hint.into(), said: None }
    }

    /// The same, named for catalogues.
    #[must_use]
    pub fn named(self, said: Said) -> Self {
        Self { said: Some(Box::new(said)), ..self }
    }
}
