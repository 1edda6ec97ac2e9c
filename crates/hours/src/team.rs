//! A team's hours side by side: the grid in the viewer's zone, overlaps, the next moment that suits all.

use jiff::civil::Date;

use crate::at::{At, DAY_MS, MINUTE_MS};
use crate::hours::Hours;
use crate::zone::Zone;

/// Most days of a grid.
pub const MAX_GRID_DAYS: usize = 31;
/// How far ahead a common opening is looked for at most: 366 days.
pub const MAX_HORIZON_MS: i64 = 366 * DAY_MS;
const HALF_HOUR_MS: i64 = 30 * MINUTE_MS;

/// How much of a half-hour is within somebody's hours.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Cell {
    /// None of it.
    Closed,
    /// Some of it, as where zones are a quarter of an hour apart.
    Part,
    /// All of it.
    Open,
}

/// One of the viewer's days.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GridDay {
    /// The viewer's date.
    pub date: Date,
    /// When each half-hour begins, counted from the day's first moment: 48, but 46 or 50 on the day of a change.
    pub begins: Vec<At>,
    /// When the day is over.
    pub ends: At,
    /// For each of the team, in its order, a cell for each half-hour.
    pub rows: Vec<Vec<Cell>>,
}

impl GridDay {
    /// For each half-hour the least that anybody has; open without a team.
    #[must_use]
    pub fn everyone(&self) -> Vec<Cell> {
        let least = |place: usize| self.rows.iter().filter_map(|row| row.get(place)).min().copied();
        (0..self.begins.len()).map(|place| least(place).unwrap_or(Cell::Open)).collect()
    }
}

/// The viewer's days from the one that `from` is in, at most [`MAX_GRID_DAYS`].
#[must_use]
pub fn grid(team: &[&Hours], viewer: &Zone, from: At, days: usize) -> Vec<GridDay> {
    let dates = std::iter::successors(Some(viewer.wall(from).date()), |date| date.tomorrow().ok());
    dates.take(days.min(MAX_GRID_DAYS)).map(|date| grid_day(team, viewer, date)).collect()
}

fn grid_day(team: &[&Hours], viewer: &Zone, date: Date) -> GridDay {
    let (first, ends) = (viewer.first_of(date), viewer.first_of(date.tomorrow().unwrap_or(date)));
    let steps = std::iter::successors(Some(first), |at| Some(at.plus(HALF_HOUR_MS)));
    let begins: Vec<At> = steps.take_while(|at| *at < ends).collect();
    let row = |hours: &&Hours| {
        let open = hours.stretches(first, ends);
        begins.iter().map(|begin| cell(&open, *begin, begin.plus(HALF_HOUR_MS).min(ends))).collect()
    };
    let rows = team.iter().map(row).collect();
    GridDay { date, begins, ends, rows }
}

fn cell(open: &[(At, At)], from: At, to: At) -> Cell {
    let shares = open.iter().map(|(opens, closes)| (*closes).min(to).since((*opens).max(from)).max(0));
    match shares.fold(0_i64, i64::saturating_add) {
        0 => Cell::Closed,
        ms if ms >= to.since(from) => Cell::Open,
        _part => Cell::Part,
    }
}

/// When all of a team are within hours between two moments, in order; all the time without a team.
/// What is more than [`MAX_HORIZON_MS`] after `from` is not looked at.
#[must_use]
pub fn overlaps(team: &[&Hours], from: At, to: At) -> Vec<(At, At)> {
    let to = to.min(from.plus(MAX_HORIZON_MS));
    let all = if from < to { vec![(from, to)] } else { Vec::new() };
    team.iter().fold(all, |common, hours| both(&common, &hours.stretches(from, to)))
}

/// What is in both of two lists of stretches.
fn both(one: &[(At, At)], other: &[(At, At)]) -> Vec<(At, At)> {
    let (mut ones, mut others) = (one.iter().peekable(), other.iter().peekable());
    let mut common = Vec::new();
    while let (Some((a, b)), Some((c, d))) = (ones.peek(), others.peek()) {
        let (from, to) = (*a.max(c), *b.min(d));
        if from < to {
            common.push((from, to));
        }
        if b < d {
            ones.next()
        } else {
            others.next()
        };
    }
    common
}

/// The first moment from `now` on, at most `horizon_ms` after it, from which all are within hours for so many
/// minutes on end; `None` if there is none or nobody is asked.
#[must_use]
pub fn next_common_opening(now: At, team: &[&Hours], min_minutes: u32, horizon_ms: i64) -> Option<At> {
    let min = i64::from(min_minutes).max(1).saturating_mul(MINUTE_MS);
    let last = now.plus(horizon_ms.clamp(0, MAX_HORIZON_MS.saturating_sub(min).max(0)));
    let common = if team.is_empty() { Vec::new() } else { overlaps(team, now, last.plus(min)) };
    common.into_iter().find(|(from, to)| *from <= last && to.since(*from) >= min).map(|(from, _)| from)
}

impl Hours {
    /// When it is open between two moments, in order; no two touch.
    #[must_use]
    pub fn stretches(&self, from: At, to: At) -> Vec<(At, At)> {
        let days = self.days_around(from).take_while(|day| day.opens() < to);
        let parts = days.flat_map(|day| day.open).map(|(opens, closes)| (opens.max(from), closes.min(to)));
        let mut joined: Vec<(At, At)> = Vec::new();
        for (opens, closes) in parts.filter(|(opens, closes)| opens < closes) {
            match joined.last_mut() {
                Some((_, end)) if *end == opens => *end = closes,
                Some(_) | None => joined.push((opens, closes)),
            }
        }
        joined
    }
}

/// When a message waits for the morning of all of these: the latest of their next mornings, so that none has it
/// before his own. `None` without anybody.
///
/// One whose day is over by then finds it the morning after; where a team has no common hours, no moment is in
/// everybody's day.
#[must_use]
pub fn their_morning(now: At, team: &[&Hours]) -> Option<At> {
    team.iter().filter_map(|hours| hours.next_morning(now)).max()
}
