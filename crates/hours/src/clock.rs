//! A time of day to the minute, and the ways in which people write it.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Time;

/// What a clock on a wall shows, to the minute. Its text is `09:00`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Clock(Time);

impl Clock {
    /// 00:00, with which a day begins.
    pub const MIDNIGHT: Self = Self(Time::MIN);

    /// Hour (0 to 23) and minute (0 to 59); `None` for anything else.
    #[must_use]
    pub fn new(hour: u8, minute: u8) -> Option<Self> {
        let (hour, minute) = (i8::try_from(hour).ok()?, i8::try_from(minute).ok()?);
        Time::new(hour, minute, 0, 0).ok().map(Self)
    }

    /// The minute that a time is in.
    #[must_use]
    pub fn of(time: Time) -> Self {
        Self(Time::new(time.hour(), time.minute(), 0, 0).unwrap_or(Time::MIN))
    }

    /// As jiff knows it.
    #[must_use]
    pub fn time(self) -> Time {
        self.0
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{:02}:{:02}", self.0.hour(), self.0.minute())
    }
}

impl FromStr for Clock {
    type Err = ClockError;

    /// `9:00`, `09.00`, `9`, `9am`, `9:30pm`.
    fn from_str(text: &str) -> Result<Self, ClockError> {
        match read(text)? {
            Reading::Clock(clock) => Ok(clock),
            Reading::EndOfDay => Err(ClockError::Impossible),
        }
    }
}

/// A time as written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reading {
    /// A time of day.
    Clock(Clock),
    /// `24:00`, which is 00:00 of the next day.
    EndOfDay,
}

/// Why a text is no time of day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ClockError {
    /// It does not look like one.
    #[error("no time of day: expected one like 09:00")]
    NoTime,
    /// It looks like one, and no clock ever shows it.
    #[error("no clock shows that: expected 00:00 to 23:59")]
    Impossible,
}

/// A time as people write it: minutes after `:` or `.`, or none; `am` and `pm`.
pub(crate) fn read(text: &str) -> Result<Reading, ClockError> {
    let small = text.to_ascii_lowercase();
    let (digits, half) = match (small.strip_suffix("am"), small.strip_suffix("pm")) {
        (Some(digits), _) => (digits, Some(Half::Morning)),
        (None, Some(digits)) => (digits, Some(Half::Evening)),
        (None, None) => (small.as_str(), None),
    };
    let (hour, minute) = match digits.split_once([':', '.']) {
        Some((hour, minute)) if minute.len() == 2 => (number(hour)?, number(minute)?),
        Some(_) => return Err(ClockError::NoTime),
        None => (number(digits)?, 0),
    };
    if (hour, minute, half) == (24, 0, None) {
        return Ok(Reading::EndOfDay);
    }
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return Err(ClockError::Impossible),
        Some(Half::Morning) => hour.checked_rem(12).unwrap_or(hour),
        Some(Half::Evening) => hour.checked_rem(12).unwrap_or(hour).saturating_add(12),
    };
    Clock::new(hour, minute).map(Reading::Clock).ok_or(ClockError::Impossible)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Evening,
}

/// One or two digits.
fn number(text: &str) -> Result<u8, ClockError> {
    let digits = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().map_err(|_| ClockError::NoTime) } else { Err(ClockError::NoTime) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, meant) in [
            ("09:00", "09:00"),
            ("9:05", "09:05"),
            ("15.30", "15:30"),
            ("9", "09:00"),
            ("12am", "00:00"),
            ("12pm", "12:00"),
            ("12:30am", "00:30"),
            ("3PM", "15:00"),
            ("0:00", "00:00"),
        ] {
            assert_eq!(text.parse::<Clock>().unwrap().to_string(), meant, "{text}");
        }
    }

    #[test]
    fn what_no_clock_shows_is_told_from_what_is_no_time() {
        for text in ["25:00", "12:60", "24:01", "24:00", "13pm", "0am", "99"] {
            assert_eq!(text.parse::<Clock>(), Err(ClockError::Impossible), "{text}");
        }
        for text in ["", ":", "9:", "9:5", "9:555", "am", "123", "-1", "+9", "9:00:00", "١٢:00", "9 am"] {
            assert_eq!(text.parse::<Clock>(), Err(ClockError::NoTime), "{text}");
        }
    }
}
