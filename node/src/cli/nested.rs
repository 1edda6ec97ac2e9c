//! Verbs of verbs: what can be done with a channel, a token, a status, a draft, a mailbox, an archive.

use std::path::PathBuf;

use clap::Subcommand;

use super::args::{Colour, StatusMeaning, TextArgs};
use crate::http::Scope;

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
    /// Keep a draft on this node until a moment, and send it then; without one it is a draft as others.
    Hold {
        /// Which one; what is on hold is in `scheduled`.
        draft: String,
        /// Until when: "tomorrow 09:00 Asia/Singapore", or their-morning.
        #[arg(long, value_name = "MOMENT")]
        at: Option<String>,
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
