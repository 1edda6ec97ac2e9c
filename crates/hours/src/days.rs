//! Working days, one after another: what is open on each of them, in moments.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::at::At;
use crate::hours::Hours;

/// A day on which some hours begin: one with a shift, not off, and not wholly skipped by the zone's clocks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkingDay {
    /// The day on which the hours begin, there.
    pub date: Date,
    /// From when to when it is open, in order, at least once. The last may end on the next day.
    pub open: Vec<(At, At)>,
}

impl WorkingDay {
    /// When it first opens.
    #[must_use]
    pub fn opens(&self) -> At {
        self.open.first().map_or(At::FIRST, |(from, _)| *from)
    }

    /// When it last closes.
    #[must_use]
    pub fn ends(&self) -> At {
        self.open.last().map_or(At::LAST, |(_, to)| *to)
    }
}

/// Working days from a date on, each in its turn, without an end before the years that a calendar has.
pub(crate) struct Days<'a> {
    hours: &'a Hours,
    next: Option<Date>,
}

impl Days<'_> {
    /// Goes on at a later date.
    pub(crate) fn skip_to(&mut self, date: Date) {
        self.next = Some(date);
    }
}

impl Iterator for Days<'_> {
    type Item = WorkingDay;

    fn next(&mut self) -> Option<WorkingDay> {
        loop {
            let date = self.next?;
            if let Some(last) = self.hours.off.last_of(date) {
                self.next = last.tomorrow().ok();
                continue;
            }
            self.next = date.tomorrow().ok();
            let open = self.hours.open_on(date);
            if !open.is_empty() {
                return Some(WorkingDay { date, open });
            }
        }
    }
}

impl Hours {
    /// What is open of the hours that begin on a date which is not off.
    fn open_on(&self, date: Date) -> Vec<(At, At)> {
        let shifts = self.weekly.shifts(date.weekday()).iter().map(|shift| {
            let (start, end) = shift.on(date);
            (self.zone.first(start), self.zone.first(end))
        });
        shifts.filter(|(from, to)| from < to).collect()
    }

    /// Working days from a date on.
    pub(crate) fn days(&self, from: Date) -> Days<'_> {
        Days { hours: self, next: Some(from) }
    }

    /// Working days from before whatever is open at `at`: hours that began on the day before, and, where the
    /// clock was set back over midnight, those of the day that had already begun.
    pub(crate) fn days_around(&self, at: At) -> Days<'_> {
        let date = self.zone.wall(at).date();
        self.days(date.yesterday().unwrap_or(date))
    }

    /// The working day that is under way, from its first opening to its last closing, or else the next one.
    #[must_use]
    pub fn working_day(&self, at: At) -> Option<WorkingDay> {
        self.days_around(at).find(|day| day.ends() > at)
    }

    /// The last working day that is over by `at`; `None` if none was in the year before.
    #[must_use]
    pub fn working_day_before(&self, at: At) -> Option<WorkingDay> {
        let today = self.zone.wall(at).date();
        // Most often within a week; days off may be long.
        [8_i64, 60, 366].into_iter().find_map(|back| {
            let from = today.checked_sub(back.days()).ok()?;
            self.days(from).take_while(|day| day.opens() <= at).filter(|day| day.ends() <= at).last()
        })
    }

    /// The first opening of the first working day that begins after `at`.
    #[must_use]
    pub fn next_morning(&self, at: At) -> Option<At> {
        self.days_around(at).map(|day| day.opens()).find(|opens| *opens > at)
    }

    /// Whether it is within hours: whether the clock has shown the start of some shift and not its end.
    #[must_use]
    pub fn is_open(&self, at: At) -> bool {
        let shown = self.zone.shown(at);
        let date = shown.now.date();
        let dates = [date.yesterday().ok(), Some(date), date.tomorrow().ok()];
        dates.into_iter().flatten().filter(|date| self.off.last_of(*date).is_none()).any(|date| {
            let mut shifts = self.weekly.shifts(date.weekday()).iter().map(|shift| shift.on(date));
            shifts.any(|(start, end)| shown.has(start) && !shown.has(end))
        })
    }

    /// When what is open at `at` closes, shifts that touch being one; `None` if it never does.
    pub(crate) fn closing(&self, at: At) -> Option<At> {
        // Whatever closes at all closes within two weeks, a week being allowed to hide it in a skipped hour.
        const LONG: usize = 15;
        let mut end = at;
        let mut days = self.days_around(at);
        let mut walked = 0_usize;
        while let Some(day) = days.next() {
            for (from, to) in day.open.into_iter().filter(|(_, to)| *to > at) {
                if from > end {
                    return Some(end);
                }
                end = end.max(to);
            }
            walked = walked.saturating_add(1);
            if walked > LONG {
                let off = self.off.next_after(day.date)?;
                let resume = off.checked_sub(2.days()).ok()?;
                if resume > day.date {
                    days.skip_to(resume);
                    end = self.zone.first_of(resume);
                }
                walked = 0;
            }
        }
        None
    }
}
