//! Times as people name them in a query: a day, a month or a year, in the zone that they ask in.

use std::fmt::{self, Display, Formatter};
use std::ops::Range;

use cremona_envelope::Time;
use jiff::civil::Date;

/// A day, month or year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Period {
    /// `2026-02-14`.
    Day(Date),
    /// `2026-02`; its first day.
    Month(Date),
    /// `2026`; its first day.
    Year(Date),
    /// The day of the ask.
    Today,
    /// The day before.
    Yesterday,
    /// The day after.
    Tomorrow,
}

/// Days of the zone that a query is asked in.
pub(crate) struct Days<'a> {
    /// The day it is.
    pub(crate) today: Date,
    /// When a day begins.
    pub(crate) begins: &'a dyn Fn(Date) -> Time,
}

impl Period {
    /// Reads `2026-02-14`, `2026-02`, `2026`, `today`, `yesterday` or `tomorrow`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "today" => return Some(Self::Today),
            "yesterday" => return Some(Self::Yesterday),
            "tomorrow" => return Some(Self::Tomorrow),
            _ => {}
        }
        let mut parts = text.split('-');
        let year = i16::try_from(number(parts.next()?, 4)?).ok()?;
        let two = |part: &str| number(part, 2).and_then(|number| i8::try_from(number).ok());
        let month = parts.next().map(two);
        let day = parts.next().map(two);
        match (month, day, parts.next()) {
            (None, None, None) => Date::new(year, 1, 1).ok().map(Self::Year),
            (Some(month), None, None) => Date::new(year, month?, 1).ok().map(Self::Month),
            (Some(month), Some(day), None) => Date::new(year, month?, day?).ok().map(Self::Day),
            _ => None,
        }
    }
}

impl Display for Period {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(out, "{day}"),
            Self::Month(day) => write!(out, "{:04}-{:02}", day.year(), day.month()),
            Self::Year(day) => write!(out, "{:04}", day.year()),
            Self::Today => out.write_str("today"),
            Self::Yesterday => out.write_str("yesterday"),
            Self::Tomorrow => out.write_str("tomorrow"),
        }
    }
}

impl Days<'_> {
    /// From when to before when a period lasts.
    pub(crate) fn range(&self, period: Period) -> Range<Time> {
        let after = |day: Date| day.tomorrow().unwrap_or(Date::MAX);
        let (first, last) = match period {
            Period::Day(day) => (day, day),
            Period::Month(day) => (day, day.last_of_month()),
            Period::Year(day) => (day, day.last_of_year()),
            Period::Today => (self.today, self.today),
            Period::Yesterday => {
                let day = self.today.yesterday().unwrap_or(Date::MIN);
                (day, day)
            }
            Period::Tomorrow => (after(self.today), after(self.today)),
        };
        (self.begins)(first)..(self.begins)(after(last))
    }
}

/// A number of exactly so many digits.
fn number(text: &str, digits: usize) -> Option<u16> {
    let all = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> (String, String) {
        let begins = |day: Date| Time(u64::try_from(cremona_hours::Zone::utc().first_of(day).0).unwrap_or(0));
        let days = Days { today: Date::constant(2026, 3, 1), begins: &begins };
        let Range { start, end } = days.range(Period::parse(text).unwrap());
        (crate::show::time(start)[..10].to_owned(), crate::show::time(end)[..10].to_owned())
    }

    #[test]
    fn a_period_lasts_from_its_first_day_to_before_the_next() {
        let last = |start: &str, end: &str| (start.to_owned(), end.to_owned());
        assert_eq!(range("2026-02-14"), last("2026-02-14", "2026-02-15"));
        assert_eq!(range("2024-02"), last("2024-02-01", "2024-03-01"));
        assert_eq!(range("2025"), last("2025-01-01", "2026-01-01"));
        assert_eq!(range("Yesterday"), last("2026-02-28", "2026-03-01"));
        assert_eq!(range("today"), last("2026-03-01", "2026-03-02"));
        assert_eq!(range("tomorrow"), last("2026-03-02", "2026-03-03"));
        assert_eq!(range("1969-12-31"), last("1970-01-01", "1970-01-01"), "there is no earlier time");
    }

    #[test]
    fn the_first_and_the_last_day_there_are_have_a_range() {
        assert_eq!(range("0000").0, "1970-01-01");
        assert_eq!(range("9999-12-31").0, "9000-01-01", "what is later counts as the year 9000");
    }

    #[test]
    fn what_is_no_date_is_none() {
        for bad in
            ["", "26-02-14", "2026-2-14", "2026-02-30", "2026-13", "2026-02-14-1", "+026", "soon", "2026-", "２０２６"]
        {
            assert_eq!(Period::parse(bad), None, "{bad:?}");
        }
    }
}
