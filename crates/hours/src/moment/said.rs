//! What the words of a moment say together, and which moment that is.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, Offset};

use super::words::{Part, Token, part};
use super::{Here, MomentError};
use crate::at::{At, HOUR_MS};
use crate::clock::Clock;
use crate::zone::Zone;

/// What the words say together.
pub(super) struct Said {
    day: Option<Part>,
    time: Option<(Clock, Option<Offset>)>,
}

pub(super) fn said(tokens: &[Token]) -> Result<Said, MomentError> {
    let mut said = Said { day: None, time: None };
    for token in tokens {
        match part(token).ok_or_else(|| token.unknown())? {
            Part::Nothing => {}
            Part::Impossible => {
                return Err(MomentError::Impossible { column: token.column, word: token.typed.clone() });
            }
            Part::Time(..) if said.time.is_some() => return Err(token.extra()),
            Part::Time(clock, offset) => said.time = Some((clock, offset)),
            Part::Weekday(_) | Part::Today(_) | Part::Date(_) if said.day.is_some() => return Err(token.extra()),
            day @ (Part::Weekday(_) | Part::Today(_) | Part::Date(_)) => said.day = Some(day),
        }
    }
    let nothing = said.day.is_none() && said.time.is_none();
    tokens.last().filter(|_| nothing).map_or(Ok(said), |last| Err(last.unknown()))
}

impl Said {
    pub(super) fn resolve(&self, here: &Here<'_>, zone: &Zone) -> Result<At, MomentError> {
        let today = zone.wall(here.now).date();
        let on = |date: Date| self.on(date, here, zone);
        match self.day {
            Some(Part::Today(days)) => on(later(today, i64::from(days))?),
            Some(Part::Date(date)) => on(date),
            Some(Part::Weekday(day)) => {
                let next = later(today, i64::from(today.weekday().until(day)))?;
                if self.is_ahead(next, here, zone) { on(next) } else { on(later(next, 7)?) }
            }
            None | Some(Part::Time(..) | Part::Impossible | Part::Nothing) => {
                if self.is_ahead(today, here, zone) {
                    on(today)
                } else {
                    on(later(today, 1)?)
                }
            }
        }
    }

    /// Whether the time, or its last occurrence, is still ahead on a date.
    fn is_ahead(&self, date: Date, here: &Here<'_>, zone: &Zone) -> bool {
        self.on(date, here, zone).map_or_else(
            |_| zone.first(date.to_datetime(self.clock(here).time())).plus(HOUR_MS) > here.now,
            |at| at > here.now,
        )
    }

    fn clock(&self, here: &Here<'_>) -> Clock {
        self.time.map_or(here.bare, |(clock, _)| clock)
    }

    fn on(&self, date: Date, here: &Here<'_>, zone: &Zone) -> Result<At, MomentError> {
        let wall = date.to_datetime(self.clock(here).time());
        match self.time {
            None => Ok(zone.first(wall)),
            Some((_, Some(offset))) => offset.to_timestamp(wall).map(At::from).map_err(|_| MomentError::Far),
            Some((_, None)) => exactly(wall, zone),
        }
    }
}

fn later(date: Date, days: i64) -> Result<Date, MomentError> {
    date.checked_add(days.days()).map_err(|_| MomentError::Far)
}

/// The one moment at which the clock shows this.
fn exactly(wall: DateTime, zone: &Zone) -> Result<At, MomentError> {
    let meant = zone.tz().to_ambiguous_timestamp(wall);
    let (time, date, name) = (Clock::of(wall.time()), wall.date(), zone.name().to_owned());
    match meant.offset() {
        AmbiguousOffset::Unambiguous { .. } => meant.compatible().map(At::from).map_err(|_| MomentError::Far),
        AmbiguousOffset::Gap { .. } => {
            let shown =
                |at: Result<jiff::Timestamp, _>| at.map_or(time, |at| Clock::of(zone.wall(At::from(at)).time()));
            let (earlier, later) = (shown(meant.earlier()), shown(meant.later()));
            Err(MomentError::Skipped { time, date, zone: name, earlier, later })
        }
        AmbiguousOffset::Fold { before, after } => {
            let (first, second) = (offset_text(before), offset_text(after));
            Err(MomentError::Twice { time, date, zone: name, first, second })
        }
    }
}

/// `-04:00`.
fn offset_text(offset: Offset) -> String {
    let east = offset.seconds();
    let minutes = east.unsigned_abs() / 60;
    format!("{}{:02}:{:02}", if east < 0 { '-' } else { '+' }, minutes / 60, minutes % 60)
}
