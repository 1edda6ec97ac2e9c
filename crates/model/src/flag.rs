//! Flags and whom they are for: how soon a message needs whom.

use cremona_envelope::{MemberId, Time};

/// Most people that one message mentions, or one flag is for, by name.
pub const MAX_MENTIONS: usize = 256;

/// Whom a message calls, or whom a flag is for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Recipients {
    /// By name, at most [`MAX_MENTIONS`], in order of their ids, each once.
    pub members: Vec<MemberId>,
    /// Everyone in the workspace.
    pub everyone: bool,
}

/// How soon something needs attention.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Colour {
    /// Today.
    Red,
    /// Within 48 hours.
    Yellow,
    /// For information.
    Green,
}

/// What a flag says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flag {
    /// How soon; `None` takes an earlier flag back.
    pub colour: Option<Colour>,
    /// By when, where the author said so.
    pub by: Option<Time>,
    /// Whom it is for.
    pub to: Recipients,
    /// Whether it goes to the deputy of a recipient who is away.
    pub escalate: bool,
}

impl Colour {
    /// Its number in a value; the more urgent, the smaller.
    #[must_use]
    pub fn number(self) -> u64 {
        match self {
            Self::Red => 1,
            Self::Yellow => 2,
            Self::Green => 3,
        }
    }

    /// The colour of a number.
    #[must_use]
    pub fn from_number(number: u64) -> Option<Self> {
        [Self::Red, Self::Yellow, Self::Green].into_iter().find(|colour| colour.number() == number)
    }

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Yellow => "yellow",
            Self::Green => "green",
        }
    }

    /// The colour of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Red, Self::Yellow, Self::Green].into_iter().find(|colour| colour.word() == word)
    }
}

impl Recipients {
    /// These members, each once.
    #[must_use]
    pub fn new(mut members: Vec<MemberId>, everyone: bool) -> Self {
        members.sort_unstable();
        members.dedup();
        Self { members, everyone }
    }

    /// Whether nobody is called.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty() && !self.everyone
    }

    /// Whether `member` is called, by name or with everyone.
    #[must_use]
    pub fn includes(&self, member: &MemberId) -> bool {
        self.everyone || self.members.contains(member)
    }
}
