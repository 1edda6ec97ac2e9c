//! Arguments that several verbs take, and why a value of one does not fit.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use cremona_engine::{Said, said};

use crate::words::Lang;

/// Most rows of one page.
const MOST_ROWS: u32 = 1_000;
/// Most days of a team's hours.
const MOST_DAYS: u32 = 14;

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
    /// Keep it on this node until --at instead, and send it then; if the node is off, once it runs again.
    #[arg(long, requires = "at")]
    pub hold: bool,
    /// Ask everyone to acknowledge it.
    #[arg(long)]
    pub acknowledge: bool,
    /// Flag it.
    #[arg(long, value_name = "COLOUR")]
    pub flag: Option<Colour>,
    #[command(flatten)]
    pub flagging: FlagArgs,
}

/// Where a text comes from: words, `-m`, `-F`, `-`, or an editor.
#[derive(Args, Debug)]
pub struct TextArgs {
    /// The text.
    #[arg(short = 'm', value_name = "TEXT", allow_hyphen_values = true)]
    pub given: Option<String>,
    /// Read the text from a file; `-` is standard input.
    #[arg(short = 'F', value_name = "FILE", conflicts_with = "given")]
    pub file: Option<PathBuf>,
    /// The text in words; `-` alone reads it from standard input.
    #[arg(value_name = "TEXT", conflicts_with_all = ["given", "file"])]
    pub words: Vec<String>,
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
pub(super) fn days(text: &str) -> Result<u32, Unfit> {
    let range = said!("usage-range", least = 1_u32, most = MOST_DAYS);
    text.parse().ok().filter(|days| (1..=MOST_DAYS).contains(days)).ok_or(Unfit(range))
}

/// Why a value does not fit, for the catalogue.
#[derive(Debug, thiserror::Error)]
#[error("{}", Lang::En.say(.0))]
pub struct Unfit(pub Said);
