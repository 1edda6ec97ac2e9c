//! The command line: every verb and its arguments.

mod args;
mod nested;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use args::days;
pub use args::{Colour, FlagArgs, HowArgs, InboxArgs, PageArgs, TextArgs, Unfit};
pub use nested::{ChannelVerb, DraftVerb, ImportVerb, MailboxVerb, StatusVerb, TokenVerb};

use crate::words::Lang;

/// Messages for teams that work hours apart: no server, nothing lost.
#[derive(Parser, Debug)]
#[command(name = "cremona", version, about, max_term_width = 100, disable_help_subcommand = true)]
pub struct Cli {
    /// Data directory of the workspace; CREMONA_DATA does the same.
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Name of the workspace on this machine; picks the data directory.
    #[arg(short = 'w', global = true, value_name = "NAME", conflicts_with = "data")]
    pub workspace_name: Option<String>,
    /// Print JSON for programs.
    #[arg(long, global = true, conflicts_with = "jsonl")]
    pub json: bool,
    /// Print JSON for programs, each row of a list on a line of its own.
    #[arg(long, global = true)]
    pub jsonl: bool,
    /// Language: en or id; else as LC_ALL, LC_MESSAGES or LANG say.
    #[arg(long, global = true, value_name = "LANGUAGE", hide_possible_values = true)]
    pub lang: Option<Lang>,
    /// Show times to the second instead of "3 hours ago".
    #[arg(long, global = true)]
    pub exact: bool,
    /// What to do; the inbox where nothing is said.
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

impl Cli {
    /// What to trace unless the environment says: a mailbox has nothing else to be watched by.
    #[must_use]
    pub fn trace(&self) -> &'static str {
        if matches!(self.verb, Some(Verb::Mailbox(MailboxVerb::Up { .. }))) { "warn,cremona=info" } else { "warn" }
    }
}

/// What can be done.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Found a workspace.
    Init {
        /// What the workspace is called.
        #[arg(long, value_name = "NAME")]
        workspace: String,
        /// What you are called.
        #[arg(long = "as", value_name = "NAME")]
        name: String,
    },
    /// Join a workspace with its key.
    Join {
        /// The workspace key; `-` reads it from standard input, `@FILE` from a file.
        key: String,
        /// What you are called.
        #[arg(long = "as", value_name = "NAME")]
        name: String,
        /// Where a teammate's node listens: HOST:PORT or a multiaddr.
        #[arg(long, value_name = "ADDR")]
        dial: Vec<String>,
    },
    /// Show the workspace key, to be pasted to a teammate.
    Key {
        /// Draw it as a QR code.
        #[arg(long)]
        qr: bool,
    },
    /// Run the node: meet teammates, exchange what is new.
    Up {
        /// Where to listen.
        #[arg(long, value_name = "HOST:PORT")]
        listen: Vec<String>,
        /// A teammate's address to dial and keep dialling.
        #[arg(long, value_name = "ADDR")]
        dial: Vec<String>,
        /// Don't look for teammates on the local network.
        #[arg(long)]
        no_mdns: bool,
        /// Don't ask the gateway to let teammates in.
        #[arg(long)]
        no_upnp: bool,
        /// Don't let teammates reach each other through this node.
        #[arg(long)]
        no_relay: bool,
        /// Where page and API answer, on this machine only.
        #[arg(long, value_name = "HOST:PORT")]
        http: Option<String>,
        /// Without page and API.
        #[arg(long, conflicts_with_all = ["http", "open"])]
        no_http: bool,
        /// Open the page in the browser.
        #[arg(long)]
        open: bool,
    },
    /// Print a link to the page of the running node; it works once, within ten minutes.
    Page {
        /// Open it in the browser.
        #[arg(long)]
        open: bool,
    },
    /// Let programs ask the node over HTTP.
    #[command(subcommand)]
    Token(TokenVerb),
    /// Show what needs you, the most urgent first; also what `cremona` alone does.
    Inbox(InboxArgs),
    /// Be done with a thread until something new comes.
    Done {
        /// The thread, or any message of it.
        thread: String,
        /// Take it back.
        #[arg(long)]
        undo: bool,
    },
    /// Put a thread off.
    Later {
        /// The thread, or any message of it.
        thread: String,
        /// Until when: "fri 15:00", "tomorrow 09:00", "in 2h".
        #[arg(required_unless_present = "undo")]
        until: Option<String>,
        /// Take it back.
        #[arg(long, conflicts_with = "until")]
        undo: bool,
    },
    /// Let a channel or thread come up in the inbox.
    Follow {
        /// A channel, a thread, or a message.
        #[arg(value_name = "CHANNEL_OR_THREAD")]
        target: String,
        /// Only replies where you wrote.
        #[arg(long, conflicts_with = "mentions")]
        replies: bool,
        /// Only what mentions you.
        #[arg(long)]
        mentions: bool,
        /// As if you had never said so.
        #[arg(long, conflicts_with_all = ["replies", "mentions"])]
        undo: bool,
    },
    /// Keep a channel or thread out of the inbox; flags for you still come.
    Mute {
        /// A channel, a thread, or a message.
        #[arg(value_name = "CHANNEL_OR_THREAD")]
        target: String,
        /// As if you had never said so.
        #[arg(long)]
        undo: bool,
    },
    /// Mark a channel or thread as read, or a thread as unread.
    Mark {
        /// A channel, a thread, or a message.
        #[arg(value_name = "CHANNEL_OR_THREAD")]
        target: String,
        /// Up to this message, or unread from it on.
        #[arg(long, value_name = "MESSAGE")]
        upto: Option<String>,
        /// As unread.
        #[arg(long)]
        unread: bool,
    },
    /// Say how soon a message needs whom.
    Flag {
        /// red: today; yellow: within 48 hours; green: for information; none takes your flag back.
        colour: Colour,
        /// Which message.
        message: String,
        #[command(flatten)]
        flag: FlagArgs,
    },
    /// Pin a message in its channel.
    Pin {
        /// Which one.
        message: String,
    },
    /// Unpin a message.
    Unpin {
        /// Which one.
        message: String,
    },
    /// List pinned messages of a channel.
    Pins {
        /// Which channel.
        channel: String,
    },
    /// Resolve a thread; any reply reopens it.
    Resolve {
        /// The thread, or any message of it.
        thread: String,
    },
    /// Open a resolved thread again.
    Reopen {
        /// The thread, or any message of it.
        thread: String,
    },
    /// Give a thread another title.
    Retitle {
        /// The thread, or any message of it.
        thread: String,
        /// The title.
        title: String,
    },
    /// Say that you took note of a message that asks for it.
    Acknowledge {
        /// Which one.
        message: String,
    },
    /// Show all versions of a message.
    History {
        /// Which one.
        message: String,
    },
    /// Start a thread as an announcement.
    Announce {
        /// Where: a channel's name or id.
        channel: String,
        #[command(flatten)]
        text: TextArgs,
        /// Its title; the first line of the text where there is none.
        #[arg(long, value_name = "TEXT")]
        title: Option<String>,
        #[command(flatten)]
        how: HowArgs,
    },
    /// List your messages that are not shown yet, and what is on hold.
    Scheduled,
    /// Publish when you work, or show it.
    Hours {
        /// Zone, days and times, days off: "Asia/Singapore mon-fri 09:00-17:30; off 2026-12-24".
        hours: Vec<String>,
    },
    /// Say when nothing notifies, or show it.
    Quiet {
        /// "outside hours", "never", or days and times such as "mon-fri 18:00-08:00".
        schedule: Vec<String>,
    },
    /// Let nothing notify for a while.
    Focus {
        /// How long or until when: "2h", "until 15:00"; off ends it.
        #[arg(required = true)]
        until: Vec<String>,
    },
    /// Say who stands in for you while you are away.
    Deputy {
        /// Who; nobody where there is none.
        person: Option<String>,
    },
    /// Show everyone's hours side by side, and when all are there.
    Team {
        /// Whose; everyone's where there is none.
        person: Vec<String>,
        /// For so many days.
        #[arg(long, value_name = "N", default_value_t = 2, value_parser = days)]
        days: u32,
    },
    /// Tell what you missed: decisions, questions to you, what is overdue, the busiest threads.
    CatchUp {
        /// Of a channel or thread only.
        #[arg(value_name = "CHANNEL_OR_THREAD")]
        target: Option<String>,
        /// Since when; the start of your last working day where it isn't given.
        #[arg(long, value_name = "WHEN")]
        since: Option<String>,
    },
    /// Show what your day begins with: what was held back, and what waits.
    Digest,
    /// Print what was good to know in a month; the same on every node.
    Newsletter {
        /// Which month, for instance 2026-11; this one where it isn't given.
        #[arg(long, value_name = "MONTH")]
        month: Option<String>,
        /// The zone whose month it is; this machine's where it isn't given.
        #[arg(long, value_name = "ZONE")]
        zone: Option<String>,
        /// As what.
        #[arg(long, value_name = "FORMAT", value_parser = ["markdown", "html", "atom"], default_value = "markdown")]
        format: String,
    },
    /// Show which nodes hold a message.
    Held {
        /// Which one.
        message: String,
    },
    /// Tell when a teammate's node may be heard next.
    Forecast {
        /// Who.
        person: String,
    },
    /// Create or change a channel.
    #[command(subcommand)]
    Channel(ChannelVerb),
    /// List channels.
    Channels,
    /// Start a thread.
    Post {
        /// Where: a channel's name or id.
        channel: String,
        #[command(flatten)]
        text: TextArgs,
        /// Its title; the first line of the text where there is none.
        #[arg(long, value_name = "TEXT")]
        title: Option<String>,
        #[command(flatten)]
        how: HowArgs,
    },
    /// Answer in a thread.
    Reply {
        /// The thread, or any message of it.
        thread: String,
        #[command(flatten)]
        text: TextArgs,
        #[command(flatten)]
        how: HowArgs,
    },
    /// Replace the text of a message of yours.
    Edit {
        /// Which one.
        message: String,
        #[command(flatten)]
        text: TextArgs,
    },
    /// Delete a message of yours: asks every device to erase it.
    Delete {
        /// Which one.
        message: String,
    },
    /// React to a message.
    React {
        /// Which one.
        message: String,
        /// With what.
        emoji: String,
        /// Take the reaction back.
        #[arg(long)]
        remove: bool,
    },
    /// List threads of a channel, latest activity first.
    Threads {
        /// Which channel.
        channel: String,
        #[command(flatten)]
        page: PageArgs,
    },
    /// Read a channel or a thread: the newest page, oldest first.
    Read {
        /// A channel, a thread, or a message.
        #[arg(value_name = "CHANNEL_OR_THREAD")]
        target: String,
        #[command(flatten)]
        page: PageArgs,
        /// As a thread was then: a moment, such as "mon 09:00".
        #[arg(long, value_name = "MOMENT", conflicts_with = "before")]
        as_of: Option<String>,
    },
    /// Find messages: 'words "phrases" -without begin* from:ana channel:plans after:2026-01', in quotes.
    Search {
        /// What to look for.
        #[arg(required = true, num_args = 1..)]
        query: Vec<String>,
        #[command(flatten)]
        page: PageArgs,
    },
    /// List drafts: texts that are not posted yet, which nobody else sees.
    Drafts,
    /// Keep a text as a draft, or go on with one.
    #[command(subcommand)]
    Draft(DraftVerb),
    /// List your settings.
    Settings,
    /// Change a setting of yours.
    Set {
        /// Which one; `cremona settings` lists them.
        setting: String,
        /// What it shall be; as if never set where there is none.
        value: Option<String>,
    },
    /// Print changes as they come, one JSON object a line.
    Watch {
        /// Start after this cursor instead of now.
        #[arg(long, value_name = "CURSOR")]
        since: Option<String>,
    },
    /// Bring in the history of another tool.
    #[command(subcommand)]
    Import(ImportVerb),
    /// Run a mailbox for a team, or pair one with the workspace.
    #[command(subcommand)]
    Mailbox(MailboxVerb),
    /// List everyone in the workspace.
    Members,
    /// Show which nodes this one knows, how they are reached, what is outstanding.
    Peers {
        /// Leave out who holds what: quicker in a team of a thousand
        #[arg(long)]
        connections: bool,
    },
    /// Show sizes, counts and what deserves attention; or say what you are about.
    Status {
        /// What to do with your own status.
        #[command(subcommand)]
        verb: Option<StatusVerb>,
    },
    /// Find out why messages don't come or go, and what to do about it.
    Doctor,
    /// Print hashes and counts that are equal on nodes that hold the same.
    Verify,
    /// Check the data directory against itself.
    Fsck {
        /// Rebuild what is derived, where it differs.
        #[arg(long)]
        repair: bool,
    },
    /// See it work: three nodes on this machine that part, cross, crash and agree.
    Demo {
        /// Leave the nodes running and say how to look around.
        #[arg(long)]
        keep: bool,
    },
    /// Print what teaches a shell to complete verbs, flags, channels, threads and people.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// Say what there is to do, or how a verb is used.
    Help {
        /// Which verb; all of them where there is none.
        verb: Vec<String>,
    },
    /// Print a manual page; `cremona man post | man -l -` shows it.
    Man {
        /// Of this verb; of cremona itself where there is none.
        verb: Vec<String>,
    },
}

#[cfg(test)]
mod tests;
