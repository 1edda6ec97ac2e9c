//! A member's hours: where he is, when he works, and what that says about a moment.

use std::fmt;
use std::time::Duration;

use crate::at::At;
use crate::clock::Clock;
use crate::grammar::{self, HoursError};
use crate::off::DaysOff;
use crate::weekly::{Shift, Weekly};
use crate::words::WEEK;
use crate::zone::{Zone, Zones};

/// When a member works: shifts on weekdays, days off, and the zone in which both are meant.
///
/// A shift is open from the first moment at which the clock there shows its start, or anything later, to the
/// first at which it shows its end, or anything later. It belongs to the day on which it begins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hours {
    pub(crate) zone: Zone,
    pub(crate) weekly: Weekly,
    pub(crate) off: DaysOff,
    assumed: bool,
}

impl Hours {
    /// Hours as written, like `Asia/Singapore mon-fri 09:00-17:30; sat 10:00-12:00; off 2026-12-24..2026-12-26`.
    ///
    /// # Errors
    /// What is wrong, and at which column.
    pub fn parse(text: &str, zones: &Zones) -> Result<Self, HoursError> {
        let written = grammar::parse(text, zones)?;
        Ok(Self { zone: written.zone, weekly: written.weekly, off: written.off, assumed: false })
    }

    /// What is assumed of one who published nothing: Monday to Friday, 09:00 to 17:00.
    #[must_use]
    pub fn assumed(zone: Zone) -> Self {
        let clock = |hour| Clock::new(hour, 0).unwrap_or(Clock::MIDNIGHT);
        let [weekdays @ .., _, _] = &WEEK;
        let weekly = Weekly::of(weekdays, Shift { start: clock(9), end: clock(17) });
        Self { zone, weekly, off: DaysOff::default(), assumed: true }
    }

    /// Whether these are [`Hours::assumed`]; their text does not tell.
    #[must_use]
    pub fn is_assumed(&self) -> bool {
        self.assumed
    }

    /// Where they are meant.
    #[must_use]
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The first moment after `at` at which it opens, having been closed; `None` if it never closes any more.
    #[must_use]
    pub fn next_opening(&self, at: At) -> Option<At> {
        let closed = if self.is_open(at) { self.closing(at)? } else { at };
        self.days_around(closed).flat_map(|day| day.open).map(|(from, _)| from).find(|from| *from >= closed)
    }

    /// The first moment after `at` at which it closes, having been open; shifts that touch are one. `None` if it
    /// never closes any more.
    #[must_use]
    pub fn next_closing(&self, at: At) -> Option<At> {
        if self.is_open(at) { self.closing(at) } else { self.closing(self.next_opening(at)?) }
    }

    /// How long it is open between two moments; none where the second is not later. It takes time by the days
    /// between them, some 20 ms for 50 years.
    #[must_use]
    pub fn working_time(&self, from: At, to: At) -> Duration {
        let days = self.days_around(from).take_while(|day| day.opens() < to);
        let parts = days.flat_map(|day| day.open).map(|(opens, closes)| closes.min(to).since(opens.max(from)));
        let ms = parts.filter(|ms| *ms > 0).fold(0_i64, i64::saturating_add);
        Duration::from_millis(ms.unsigned_abs())
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{} {}", self.zone, self.weekly)?;
        if self.off.is_empty() { Ok(()) } else { write!(to, "; off {}", self.off) }
    }
}
