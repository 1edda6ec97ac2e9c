//! A moment, the same for everybody: milliseconds since 1970 in UTC.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

/// A minute in milliseconds.
pub const MINUTE_MS: i64 = 60_000;
/// An hour in milliseconds.
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
/// 24 hours in milliseconds; a day on a calendar may have more or fewer.
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// A moment: milliseconds since 1970-01-01 UTC. Its text is RFC 3339 in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct At(pub i64);

impl At {
    /// The year 1: whatever is earlier counts as this.
    pub const FIRST: Self = Self(-62_135_596_800_000);
    /// The year 9000: whatever is later counts as this.
    pub const LAST: Self = Self(221_845_392_000_000);

    /// This moment, `ms` milliseconds later (earlier where negative).
    #[must_use]
    pub const fn plus(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this moment; negative where that is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// As jiff knows it. The bounds leave room for any offset and for years of days around them.
    pub(crate) fn stamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0.clamp(Self::FIRST.0, Self::LAST.0)).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl From<Timestamp> for At {
    fn from(stamp: Timestamp) -> Self {
        Self(stamp.as_millisecond())
    }
}

impl fmt::Display for At {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}", self.stamp())
    }
}

impl FromStr for At {
    type Err = AtError;

    fn from_str(text: &str) -> Result<Self, AtError> {
        let stamp: Timestamp = text.parse().map_err(|_| AtError)?;
        let at = Self::from(stamp);
        if (Self::FIRST..=Self::LAST).contains(&at) { Ok(at) } else { Err(AtError) }
    }
}

/// A text that is no moment of the years 1 to 9000 with its offset.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no moment: expected one like 2026-11-30T09:00:00Z")]
pub struct AtError;
