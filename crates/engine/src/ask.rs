//! What people and programs ask of a node, and what it answers: the one vocabulary of CLI, socket,
//! API and page. Field names are those of the CLI's `--json`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod failure;
mod import;
mod inbox;
mod messages;
mod node;
mod notices;
mod people;
mod personal;
mod reports;
mod word;

pub use failure::{Failure, Reason};
pub use import::{ImportBatch, ImportChannel, ImportMessage, ImportRoot, Imported, Skipped};
pub use inbox::{Because, Explained, Inbox, InboxCounts, InboxRow};
pub use messages::{
    Author, Change, Changes, Channel, Channels, Claim, Hit, Hits, Message, Messages, Posted, Reaction, Thread, Threads,
};
pub use node::{Checked, Digest, Key, Mailbox, Member, Members, Peer, Peers, Reach, Status};
pub use notices::{Notice, Notices};
pub use people::{Person, StatusAsk, StatusShown, Team, TeamDay};
pub use personal::{Draft, DraftFor, Drafts, SettingLine, Settings};
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
    /// All drafts that are not on hold, the one saved last first.
    Drafts,
    /// Keeps a draft on this node until a moment, when the node sends it; if it is off, once it runs again.
    DraftHold {
        /// Which one.
        id: String,
        /// Until when, and how it is said then; without a moment it is a draft as others. What is not said of
        /// one that is on hold already stays as it is.
        how: How,
    },
    /// All drafts that are on hold, the next first.
    OnHold,
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
