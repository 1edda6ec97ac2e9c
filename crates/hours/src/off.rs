//! Days off: stretches of dates on which no hours begin.

use std::fmt;

use jiff::civil::Date;

/// Most stretches of days off, those that touch counted as one.
pub const MAX_OFF: usize = 64;

/// Dates from the first to the last of each stretch, in order; no two touch.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct DaysOff(Vec<(Date, Date)>);

impl DaysOff {
    /// Whatever the order of the stretches, and though they share days.
    pub(crate) fn of(mut stretches: Vec<(Date, Date)>) -> Self {
        stretches.sort_unstable();
        let mut joined: Vec<(Date, Date)> = Vec::new();
        for (first, last) in stretches {
            match joined.last_mut() {
                Some((_, end)) if end.tomorrow().is_ok_and(|next| first <= next) => *end = last.max(*end),
                Some(_) | None => joined.push((first, last)),
            }
        }
        Self(joined)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The last day of the stretch that `date` is in.
    pub(crate) fn last_of(&self, date: Date) -> Option<Date> {
        let before = self.0.partition_point(|(first, _)| *first <= date);
        let (_, last) = self.0.get(before.checked_sub(1)?)?;
        (date <= *last).then_some(*last)
    }

    /// The first day of the first stretch that begins after `date`.
    pub(crate) fn next_after(&self, date: Date) -> Option<Date> {
        self.0.iter().map(|(first, _)| *first).find(|first| *first > date)
    }
}

impl fmt::Display for DaysOff {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |(first, last): &(Date, Date)| {
            if first == last { first.to_string() } else { format!("{first}..{last}") }
        };
        to.write_str(&self.0.iter().map(text).collect::<Vec<_>>().join(", "))
    }
}
