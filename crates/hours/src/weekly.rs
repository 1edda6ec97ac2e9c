//! A week of shifts: from when to when, on which weekdays.

use std::fmt;

use jiff::civil::{Date, DateTime, Weekday};

use crate::clock::Clock;
use crate::words::{WEEK, word};

/// Most shifts that begin on one weekday.
pub const MAX_SHIFTS: usize = 8;

/// From one time of day to another; one that does not end later ends on the next day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Shift {
    pub(crate) start: Clock,
    pub(crate) end: Clock,
}

impl Shift {
    /// What calendar and clock show at both ends where it begins on `date`.
    pub(crate) fn on(self, date: Date) -> (DateTime, DateTime) {
        let last = if self.ends_next_day() { date.tomorrow().unwrap_or(date) } else { date };
        (date.to_datetime(self.start.time()), last.to_datetime(self.end.time()))
    }

    fn ends_next_day(self) -> bool {
        self.end <= self.start
    }

    /// Whether it goes on beyond midnight; one that ends there does not.
    fn reaches_next_day(self) -> bool {
        self.ends_next_day() && self.end > Clock::MIDNIGHT
    }
}

impl fmt::Display for Shift {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.end == Clock::MIDNIGHT {
            write!(to, "{}-24:00", self.start)
        } else {
            write!(to, "{}-{}", self.start, self.end)
        }
    }
}

/// The shifts that begin on each weekday, from Monday, in order. No two of a week share a moment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Weekly([Vec<Shift>; 7]);

impl Weekly {
    /// The same shifts on each of these days.
    pub(crate) fn of(days: &[Weekday], shift: Shift) -> Self {
        let mut weekly = Self::default();
        for (place_of, shifts) in weekly.0.iter_mut().enumerate() {
            shifts.extend(days.iter().filter(|day| place(**day) == place_of).map(|_| shift));
        }
        weekly
    }

    /// What begins on a weekday.
    pub(crate) fn shifts(&self, day: Weekday) -> &[Shift] {
        self.0.get(place(day)).map_or(&[], Vec::as_slice)
    }

    /// Adds a shift, if there is room: neither a ninth of its day nor at the same time as another.
    pub(crate) fn add(&mut self, day: Weekday, shift: Shift) -> Result<(), Clash> {
        let Some(shifts) = self.0.get_mut(place(day)) else { return Ok(()) };
        if shifts.len() >= MAX_SHIFTS {
            return Err(Clash::TooMany);
        }
        let at = shifts.partition_point(|other| *other < shift);
        shifts.insert(at, shift);
        self.clash(day).map_or(Ok(()), Err)
    }

    /// The first clash of the shifts around a day.
    fn clash(&self, day: Weekday) -> Option<Clash> {
        let days = [day.previous(), day];
        let mut within = self.shifts(day).iter().zip(self.shifts(day).iter().skip(1));
        let within = within.find(|(one, next)| one.ends_next_day() || one.end > next.start);
        let over_midnight = days.iter().filter_map(|day| {
            let (last, next) = (self.shifts(*day).last()?, self.shifts(day.next()).first()?);
            (last.reaches_next_day() && last.end > next.start).then_some((last, next))
        });
        within.into_iter().chain(over_midnight).next().map(|(one, other)| Clash::Overlap(*one, *other))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(Vec::is_empty)
    }
}

/// Why a shift can't be among the others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Clash {
    TooMany,
    Overlap(Shift, Shift),
}

fn place(day: Weekday) -> usize {
    usize::from(day.to_monday_zero_offset().unsigned_abs())
}

impl fmt::Display for Weekly {
    /// Days with the same shifts together, in the order of the first of them.
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut written: Vec<&[Shift]> = Vec::new();
        for day in WEEK {
            let shifts = self.shifts(day);
            if shifts.is_empty() || written.contains(&shifts) {
                continue;
            }
            let before = if written.is_empty() { "" } else { "; " };
            let days: Vec<_> = WEEK.into_iter().filter(|day| self.shifts(*day) == shifts).collect();
            let shifts_text: Vec<_> = shifts.iter().map(ToString::to_string).collect();
            write!(to, "{before}{} {}", days_text(&days), shifts_text.join(", "))?;
            written.push(shifts);
        }
        Ok(())
    }
}

/// `mon-fri`, `mon, wed-thu`.
fn days_text(days: &[Weekday]) -> String {
    let mut runs: Vec<(Weekday, Weekday)> = Vec::new();
    for day in days {
        match runs.last_mut() {
            Some((_, last)) if last.next() == *day => *last = *day,
            Some(_) | None => runs.push((*day, *day)),
        }
    }
    let text = |(first, last): &(Weekday, Weekday)| {
        if first == last { word(*first).to_owned() } else { format!("{}-{}", word(*first), word(*last)) }
    };
    runs.iter().map(text).collect::<Vec<_>>().join(", ")
}
