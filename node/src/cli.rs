//! The command line: every verb and its arguments.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use cremona_engine::{Said, said};

use crate::http::Scope;
use crate::words::Lang;

/// Most rows of one page.
const MOST_ROWS: u32 = 1_000;
/// Most days of a team's hours.
const MOST_DAYS: u32 = 14;

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
    /// List your messages that are not shown yet.
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

/// What can be done with a channel.
#[derive(Subcommand, Debug)]
pub enum ChannelVerb {
    /// Create a channel.
    Create {
        /// Its name.
        name: String,
        /// What it is for.
        #[arg(long, value_name = "TEXT", default_value = "")]
        purpose: String,
    },
    /// Give a channel another name.
    Rename {
        /// Which one.
        channel: String,
        /// The new name.
        name: String,
    },
    /// Say what a channel is for, or how soon an answer can be expected.
    Describe {
        /// Which one.
        channel: String,
        /// What it is for.
        #[arg(long, value_name = "TEXT")]
        purpose: Option<String>,
        /// When an answer can be expected, for instance "within 2 working days".
        #[arg(long, value_name = "TEXT")]
        expectation: Option<String>,
    },
    /// Say which colour flags in a channel have where none is given.
    Flag {
        /// Which one.
        channel: String,
        /// The colour, or none.
        colour: Colour,
    },
    /// Put a channel into the archive.
    Archive {
        /// Which one.
        channel: String,
    },
    /// Take a channel out of the archive.
    Unarchive {
        /// Which one.
        channel: String,
    },
}

/// What can be done with tokens, by which programs ask over HTTP.
#[derive(Subcommand, Debug)]
pub enum TokenVerb {
    /// Make a token; it is printed this once.
    Create {
        /// What it is called.
        #[arg(long, value_name = "NAME")]
        name: String,
        /// What it allows: read, post, admin; several with commas.
        #[arg(long, value_name = "SCOPE", required = true, value_delimiter = ',', hide_possible_values = true)]
        scope: Vec<Scope>,
        /// For so many days; until it is revoked where it isn't given.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=3_650))]
        days: Option<u32>,
    },
    /// List tokens, not what they are.
    List,
    /// Take a token back.
    Revoke {
        /// What it is called.
        name: String,
    },
}

/// What can be done with one's own status.
#[derive(Subcommand, Debug)]
pub enum StatusVerb {
    /// Say what you are about.
    Set {
        /// What it means for others.
        meaning: StatusMeaning,
        /// In words.
        text: Vec<String>,
        /// An emoji before it.
        #[arg(long, value_name = "EMOJI", default_value = "")]
        emoji: String,
        /// Until when: "fri 15:00", "in 2h"; then it clears itself.
        #[arg(long, value_name = "MOMENT")]
        until: Option<String>,
    },
    /// Take your status back.
    Clear,
}

/// What a status means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StatusMeaning {
    /// Open for whatever comes.
    Open,
    /// In focus.
    Focus,
    /// Before a deadline.
    Deadline,
    /// Away.
    Away,
}

impl StatusMeaning {
    /// As the engine knows it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Focus => "focus",
            Self::Deadline => "deadline",
            Self::Away => "away",
        }
    }
}

/// A colour of a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// Today.
    Red,
    /// Within 48 hours.
    Yellow,
    /// For information.
    Green,
    /// No flag.
    None,
}

impl Colour {
    /// As the engine knows it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::None => "none",
        }
    }
}

/// Which part of the inbox.
#[derive(Args, Debug)]
pub struct InboxArgs {
    /// Why a thread is there, or is not.
    #[arg(long, value_name = "THREAD")]
    pub explain: Option<String>,
    /// Of one channel only.
    #[arg(long, value_name = "CHANNEL")]
    pub channel: Option<String>,
    /// Green flags that expired unread instead.
    #[arg(long)]
    pub expired: bool,
    /// What you put off instead.
    #[arg(long, conflicts_with = "expired")]
    pub later: bool,
    /// Most rows.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = rows)]
    pub limit: u32,
    /// The `next` cursor of an earlier page.
    #[arg(long, value_name = "CURSOR")]
    pub after: Option<String>,
}

impl Default for InboxArgs {
    fn default() -> Self {
        Self { explain: None, channel: None, expired: false, later: false, limit: 50, after: None }
    }
}

/// Whom a flag is for, and by when.
#[derive(Args, Debug, Default)]
pub struct FlagArgs {
    /// By when: "fri 15:00"; else by their hours and the colour.
    #[arg(long, value_name = "MOMENT")]
    pub by: Option<String>,
    /// Whom it is for: a name, or everyone; else whom the message mentions.
    #[arg(long, value_name = "NAME")]
    pub to: Vec<String>,
    /// Let it go to the deputy of who is away.
    #[arg(long)]
    pub escalate: bool,
}

/// How a message is said, beside its text.
#[derive(Args, Debug, Default)]
pub struct HowArgs {
    /// Honest nodes show it from then on: "tomorrow 09:00 Asia/Singapore", or their-morning. No secret.
    #[arg(long, value_name = "MOMENT")]
    pub at: Option<String>,
    /// Ask everyone to acknowledge it.
    #[arg(long)]
    pub acknowledge: bool,
    /// Flag it.
    #[arg(long, value_name = "COLOUR")]
    pub flag: Option<Colour>,
    #[command(flatten)]
    pub flagging: FlagArgs,
}

/// What can be done with a draft.
#[derive(Subcommand, Debug)]
pub enum DraftVerb {
    /// Keep a text without posting it.
    Save {
        /// For a new thread in this channel.
        #[arg(long, value_name = "CHANNEL", group = "place", required = true)]
        channel: Option<String>,
        /// For a reply in this thread.
        #[arg(long, value_name = "THREAD", group = "place")]
        thread: Option<String>,
        /// For a new text of this message of yours.
        #[arg(long, value_name = "MESSAGE", group = "place")]
        message: Option<String>,
        #[command(flatten)]
        text: TextArgs,
        /// Its title.
        #[arg(long, value_name = "TEXT")]
        title: Option<String>,
        /// Instead of this draft.
        #[arg(long, value_name = "DRAFT")]
        draft: Option<String>,
    },
    /// Post a draft, and drop it.
    Post {
        /// Which one.
        draft: String,
    },
    /// Drop a draft; it is printed once more.
    Drop {
        /// Which one.
        draft: String,
    },
}

/// What can be done with a mailbox, which holds what members say and can read nothing of it.
#[derive(Subcommand, Debug)]
pub enum MailboxVerb {
    /// Make a mailbox and print the string that pairs it.
    Init {
        /// Its directory, new or empty.
        dir: PathBuf,
        /// Where members reach it; found out by `up` where it isn't given.
        #[arg(long, value_name = "HOST:PORT")]
        at: Vec<String>,
    },
    /// Run a mailbox: wait to be paired, then serve members.
    Up {
        /// Its directory.
        dir: PathBuf,
        /// Make it first where there is none.
        #[arg(long)]
        init: bool,
        /// Where members reach it, for the pairing string of a new one.
        #[arg(long, value_name = "HOST:PORT", requires = "init")]
        at: Vec<String>,
        /// Where to listen; all interfaces on port 4478 unless told.
        #[arg(long, value_name = "HOST:PORT")]
        listen: Vec<String>,
        /// How much it may hold in all; then it takes nothing new.
        #[arg(long, value_name = "MB", default_value_t = crate::mailbox::ROOM_MB)]
        room: u64,
        /// How much it takes of one device.
        #[arg(long, value_name = "MB", default_value_t = crate::mailbox::SHARE_MB)]
        share: u64,
    },
    /// Pair a mailbox with this workspace, and tell all members of it.
    Pair {
        /// The string that `cremona mailbox up` prints; `-` reads it from standard input, `@FILE` from a file.
        string: String,
        /// Where it listens: HOST:PORT.
        #[arg(long, value_name = "HOST:PORT")]
        dial: Vec<String>,
    },
    /// Show what a mailbox holds.
    Status {
        /// Its directory.
        dir: PathBuf,
    },
}

/// What can be imported.
#[derive(Subcommand, Debug)]
pub enum ImportVerb {
    /// A Slack export.
    Slack {
        /// The ZIP file.
        zip: PathBuf,
        /// Only count.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Where a text comes from: `-m`, `-F`, `-`, or an editor.
#[derive(Args, Debug)]
pub struct TextArgs {
    /// The text.
    #[arg(short = 'm', value_name = "TEXT", allow_hyphen_values = true)]
    pub given: Option<String>,
    /// Read the text from a file; `-` is standard input.
    #[arg(short = 'F', value_name = "FILE", conflicts_with = "given")]
    pub file: Option<PathBuf>,
    /// `-` reads the text from standard input.
    #[arg(value_name = "-", conflicts_with_all = ["given", "file"], value_parser = ["-"])]
    pub stdin: Option<String>,
}

/// Which part of a list.
#[derive(Args, Debug)]
pub struct PageArgs {
    /// Most rows.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = rows)]
    pub limit: u32,
    /// The `next` cursor of an earlier page.
    #[arg(long, value_name = "CURSOR")]
    pub before: Option<String>,
}

/// A number of rows.
fn rows(text: &str) -> Result<u32, Unfit> {
    let range = said!("usage-range", least = 1_u32, most = MOST_ROWS);
    text.parse().ok().filter(|rows| (1..=MOST_ROWS).contains(rows)).ok_or(Unfit(range))
}

/// A number of days.
fn days(text: &str) -> Result<u32, Unfit> {
    let range = said!("usage-range", least = 1_u32, most = MOST_DAYS);
    text.parse().ok().filter(|days| (1..=MOST_DAYS).contains(days)).ok_or(Unfit(range))
}

/// Why a value does not fit, for the catalogue.
#[derive(Debug, thiserror::Error)]
#[error("{}", Lang::En.say(.0))]
pub struct Unfit(pub Said);

#[cfg(test)]
mod tests {
    use cremona_envelope::WorkspaceKey;

    use super::*;

    const KEY: &str = "wsk1qyqqqqpgw2hd9u9yqatxzzk8hjkfc8y3qdesxwkdj0kfja9letly2tyt6g5hyvaf";

    fn parse(args: &[&str]) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(["cremona"].iter().chain(args))
    }

    fn exit_code(args: &[&str]) -> i32 {
        parse(args).expect_err("it makes no sense").exit_code()
    }

    #[test]
    fn the_definition_holds_together() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn global_flags_stand_before_or_after_the_verb() {
        for args in [
            ["--json", "-w", "side", "read", "general"],
            ["read", "--json", "-w", "side", "general"],
            ["read", "general", "-w", "side", "--json"],
        ] {
            let cli = parse(&args).unwrap();
            assert!(cli.json && cli.workspace_name.as_deref() == Some("side"), "{args:?}");
        }
        assert_eq!(exit_code(&["-w", "side", "--data", "d", "channels"]), 2);
    }

    #[test]
    fn flags_after_a_search_are_no_words() {
        let cli = parse(&["search", "lantern -ferry", "kopi", "--limit", "3", "--json"]).unwrap();
        assert!(cli.json);
        let Some(Verb::Search { query, page }) = cli.verb else { panic!("{:?}", cli.verb) };
        assert_eq!((query, page.limit), (vec!["lantern -ferry".to_owned(), "kopi".to_owned()], 3));
        assert_eq!(exit_code(&["search"]), 2);
        assert_eq!(exit_code(&["search", "--limt", "3", "lantern"]), 2);
    }

    #[test]
    fn a_text_is_given_once() {
        let dash = parse(&["edit", "0123abcd", "-m", "- a list"]).unwrap();
        let Some(Verb::Edit { message, text }) = dash.verb else { panic!("{:?}", dash.verb) };
        assert_eq!((message.as_str(), text.given.as_deref()), ("0123abcd", Some("- a list")));
        let stdin = parse(&["post", "general", "-", "--title", "T"]).unwrap();
        assert!(matches!(stdin.verb, Some(Verb::Post { text: TextArgs { stdin: Some(_), .. }, title: Some(_), .. })));
        assert!(parse(&["reply", "0123abcd", "-F", "-"]).is_ok());
        assert_eq!(exit_code(&["post", "general", "-m", "a", "-F", "b"]), 2);
        assert_eq!(exit_code(&["post", "general", "-m", "a", "-"]), 2);
        assert_eq!(exit_code(&["post", "general", "hello"]), 2);
    }

    #[test]
    fn a_key_arrives_as_it_was_pasted() {
        let (first, rest) = KEY.split_at(30);
        let pasted = [
            KEY.to_owned(),
            KEY.to_uppercase(),
            format!("  {first} {rest}\n"),
            format!("“{first}\n{rest}”"),
            format!("`{KEY}@ana.example:4477`"),
        ];
        for key in pasted {
            let cli = parse(&["join", &key, "--as", "bo", "--dial", "10.0.0.7:4477"]).unwrap();
            let Some(Verb::Join { key: argument, dial, .. }) = cli.verb else { panic!("{:?}", cli.verb) };
            let read = crate::input::key(&argument).unwrap();
            let parsed = WorkspaceKey::parse(&read).unwrap_or_else(|error| panic!("{key:?}: {error}"));
            assert_eq!(parsed.workspace, WorkspaceKey::parse(KEY).unwrap().workspace);
            assert_eq!(dial, ["10.0.0.7:4477"]);
        }
    }

    #[test]
    fn pages_have_bounds() {
        assert!(parse(&["read", "general", "--limit", "1000"]).is_ok());
        for limit in ["0", "1001", "-1", "many"] {
            assert_eq!(exit_code(&["read", "general", "--limit", limit]), 2, "{limit}");
        }
    }
}
