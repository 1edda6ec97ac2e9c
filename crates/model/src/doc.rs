//! Which documents there are: one directory, and one for each channel and month.

use cremona_envelope::{RecordId, Time};
use jiff::Timestamp;
use jiff::tz::Offset;

/// A document's name. The directory has channel zero and month zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DocId {
    /// The channel, zeros for the directory.
    pub channel: RecordId,
    /// `year * 12 + month - 1` in UTC of the thread's root message; 0 for the directory.
    pub month: u16,
}

impl DocId {
    /// Channels, profiles and settings of the workspace.
    pub const DIRECTORY: Self = Self { channel: RecordId([0; 16]), month: 0 };

    /// The document of threads of `channel` whose root was written at `time`.
    #[must_use]
    pub fn of(channel: RecordId, time: Time) -> Self {
        Self { channel, month: month_of(time) }
    }

    /// Whether this is the directory.
    #[must_use]
    pub fn is_directory(&self) -> bool {
        *self == Self::DIRECTORY
    }

    /// Channel 16, month u16 big-endian.
    #[must_use]
    pub fn encode(&self) -> [u8; 18] {
        let mut out = [0; 18];
        out.iter_mut()
            .zip(self.channel.0.into_iter().chain(self.month.to_be_bytes()))
            .for_each(|(to, from)| *to = from);
        out
    }

    /// The month as people write it, for instance `2026-11`.
    #[must_use]
    pub fn month_name(&self) -> String {
        format!("{:04}-{:02}", self.month / 12, (self.month % 12).saturating_add(1))
    }
}

/// `year * 12 + month - 1` in UTC; times from the year 5461 on share the last month.
#[must_use]
pub fn month_of(time: Time) -> u16 {
    let zoned = i64::try_from(time.0).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    let month = zoned.map(|timestamp| {
        let date = Offset::UTC.to_datetime(timestamp).date();
        i32::from(date.year()).saturating_mul(12).saturating_add(i32::from(date.month())).saturating_sub(1)
    });
    month.and_then(|month| u16::try_from(month).ok()).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_ends_at_midnight_utc() {
        let november = Time(1_796_083_199_999);
        let december = Time(1_796_083_200_000);
        let name = |time| DocId::of(RecordId([1; 16]), time).month_name();
        assert_eq!((name(november), name(december)), ("2026-11".to_owned(), "2026-12".to_owned()));
        assert_eq!(month_of(Time::MAX), u16::MAX);
    }
}
