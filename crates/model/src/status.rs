//! What a member is about, and until when.

use cremona_envelope::Time;

/// Longest text of a status, in bytes of UTF-8.
pub const MAX_STATUS: usize = 300;

/// What a status means for those who wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Meaning {
    /// Reachable as usual.
    Open,
    /// Working undisturbed.
    Focus,
    /// Something is due; only what is urgent.
    Deadline,
    /// Not working.
    Away,
}

/// What a member is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Status {
    /// What it means.
    pub meaning: Meaning,
    /// An emoji, perhaps empty.
    pub emoji: String,
    /// In words, perhaps empty.
    pub text: String,
    /// From then on it is over.
    pub until: Option<Time>,
}

impl Meaning {
    /// Its number in a value.
    #[must_use]
    pub fn number(self) -> u64 {
        match self {
            Self::Open => 1,
            Self::Focus => 2,
            Self::Deadline => 3,
            Self::Away => 4,
        }
    }

    /// The meaning of a number.
    #[must_use]
    pub fn from_number(number: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|meaning| meaning.number() == number)
    }

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Focus => "focus",
            Self::Deadline => "deadline",
            Self::Away => "away",
        }
    }

    /// The meaning of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|meaning| meaning.word() == word)
    }

    /// All meanings.
    pub const ALL: [Self; 4] = [Self::Open, Self::Focus, Self::Deadline, Self::Away];
}

impl Status {
    /// Whether it still holds; from its end on it counts as none, on all nodes, with no message sent.
    #[must_use]
    pub fn holds(&self, now: Time) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}
