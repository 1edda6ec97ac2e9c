//! Settings: what a member's own nodes go by, by name. Names of newer versions are kept.

/// Longest value of a setting, in bytes of UTF-8.
pub const MAX_SETTING: usize = 4_096;

/// A setting that this version knows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Setting {
    /// The weekly schedule outside which nothing notifies.
    Quiet,
    /// Whose messages come through all the same.
    AllowPeople,
    /// Messages of which flags come through.
    AllowFlags,
    /// Messages with which words come through.
    AllowWords,
    /// Until when nothing notifies, whatever the schedule.
    FocusUntil,
    /// The program that notifies.
    Notify,
    /// When the digest comes.
    Digest,
    /// The language of words and dates.
    Language,
    /// The zone that times are shown in.
    Zone,
}

impl Setting {
    /// All of them, by name.
    pub const ALL: [Self; 9] = [
        Self::AllowFlags,
        Self::AllowPeople,
        Self::AllowWords,
        Self::Digest,
        Self::FocusUntil,
        Self::Language,
        Self::Notify,
        Self::Quiet,
        Self::Zone,
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::AllowPeople => "allow-people",
            Self::AllowFlags => "allow-flags",
            Self::AllowWords => "allow-words",
            Self::FocusUntil => "focus-until",
            Self::Notify => "notify",
            Self::Digest => "digest",
            Self::Language => "language",
            Self::Zone => "zone",
        }
    }

    /// The setting of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.name() == name)
    }
}
