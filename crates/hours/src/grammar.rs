//! The text of hours, read: `Asia/Singapore mon-fri 09:00-17:30; sat 10:00-12:00; off 2026-12-24..2026-12-26`.
//!
//! A zone, then clauses between semicolons: days with shifts, or `off` with dates. Commas are optional, days are
//! words in English or Indonesian or `daily`, a time is whatever [`Clock`](crate::Clock) reads, `24:00` ends a day.

use jiff::civil::{Date, Weekday};

use crate::clock::{Clock, ClockError, Reading, read};
use crate::nearest::nearest;
use crate::off::{DaysOff, MAX_OFF};
use crate::weekly::{Clash, MAX_SHIFTS, Shift, Weekly};
use crate::words::{WEEK, weekday, weekday_words};
use crate::zone::{Zone, ZoneError, Zones};

/// Longest text of hours, in bytes; the longest canonical one has some 2,300.
pub const MAX_TEXT: usize = 4_096;
/// Years that days off may be in.
const OFF_YEARS: std::ops::RangeInclusive<i16> = 1970..=2999;

/// Why a text is no hours, and where.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("column {column}: {problem}")]
pub struct HoursError {
    /// Counted in characters from 1.
    pub column: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong with a text of hours.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Problem {
    /// They begin with something else.
    #[error("hours begin with a time zone, like Asia/Singapore")]
    NoZone,
    /// The zone is not known here.
    #[error("{0}")]
    Zone(ZoneError),
    /// No day has a shift.
    #[error("these hours never open: say days and times, like mon-fri 09:00-17:00")]
    NeverOpen,
    /// Not a weekday.
    #[error("\"{word}\" is no day{}", hint(nearest))]
    Day {
        /// What stands there.
        word: String,
        /// Which words are nearest to it.
        nearest: Vec<String>,
    },
    /// Times without days.
    #[error("times need days before them, like mon-fri 09:00-17:00")]
    NoDays,
    /// Days without times.
    #[error("days need times after them, like mon-fri 09:00-17:00")]
    NoTimes,
    /// Not a time.
    #[error("\"{word}\": {reason}")]
    Time {
        /// What stands there.
        word: String,
        /// Why it is none.
        reason: ClockError,
    },
    /// A time alone.
    #[error("a shift has two times, like 09:00-17:00")]
    OneTime,
    /// It ends where it begins.
    #[error("this shift ends when it begins; a whole day is 00:00-24:00")]
    NoLength,
    /// Two shifts share a moment.
    #[error("{one} and {other} overlap")]
    Overlap {
        /// One of them.
        one: String,
        /// The other, which begins later.
        other: String,
    },
    /// More than there is room for.
    #[error("more than {MAX_SHIFTS} shifts begin on one day")]
    ManyShifts,
    /// Not a date of the years 1970 to 2999.
    #[error("\"{word}\" is no date: expected one like 2026-12-24, or two with .. between them")]
    Date {
        /// What stands there.
        word: String,
    },
    /// They end before they begin.
    #[error("these days off end before they begin")]
    Backwards,
    /// More than there is room for.
    #[error("more than {MAX_OFF} stretches of days off")]
    ManyOff,
    /// More than is read.
    #[error("longer than {MAX_TEXT} bytes")]
    Long,
}

fn hint(nearest: &[String]) -> String {
    if nearest.is_empty() { String::new() } else { format!("; did you mean {}?", nearest.join(" or ")) }
}

/// What a text of hours says.
pub(crate) struct Written {
    pub(crate) zone: Zone,
    pub(crate) weekly: Weekly,
    pub(crate) off: DaysOff,
}

pub(crate) fn parse(text: &str, zones: &Zones) -> Result<Written, HoursError> {
    if text.len() > MAX_TEXT {
        return Err(Token { word: "", column: 1 }.wrong(Problem::Long));
    }
    let mut clauses = clauses(text).into_iter();
    let mut first = clauses.next().unwrap_or_default();
    let begin = Token { word: "", column: 1 };
    let zone = first.take_zone(zones).map_err(|(at, problem)| at.unwrap_or(begin).wrong(problem))?;
    let (mut weekly, mut off) = (Weekly::default(), Vec::new());
    for clause in std::iter::once(first).chain(clauses) {
        match clause.tokens.split_first() {
            None => {}
            Some((word, dates)) if is_off(word.word) => days_off(word, dates, &mut off)?,
            Some(_) => shifts(&clause.tokens, &mut weekly)?,
        }
    }
    if weekly.is_empty() {
        return Err(Token { word: "", column: text.chars().count().max(1) }.wrong(Problem::NeverOpen));
    }
    let stretches = DaysOff::of(off.iter().map(|(_, first, last)| (*first, *last)).collect());
    if stretches.len() > MAX_OFF {
        let column = off.last().map_or(1, |(column, ..)| *column);
        return Err(Token { word: "", column }.wrong(Problem::ManyOff));
    }
    Ok(Written { zone, weekly, off: stretches })
}

fn is_off(word: &str) -> bool {
    ["off", "libur"].contains(&word.to_lowercase().as_str())
}

/// A word, and the column at which it stands.
#[derive(Clone, Copy, Debug)]
struct Token<'a> {
    word: &'a str,
    column: usize,
}

impl Token<'_> {
    fn wrong(&self, problem: Problem) -> HoursError {
        HoursError { column: self.column, problem }
    }

    fn owned(&self) -> String {
        self.word.chars().take(32).collect()
    }
}

#[derive(Default)]
struct Clause<'a> {
    tokens: Vec<Token<'a>>,
}

/// The words of each clause, without commas. A clause may be empty.
fn clauses(text: &str) -> Vec<Clause<'_>> {
    let mut clauses = vec![Clause::default()];
    let mut column = 1_usize;
    for piece in text.split_inclusive(|letter: char| letter.is_whitespace() || ",;".contains(letter)) {
        let word = piece.trim_end_matches(|letter: char| letter.is_whitespace() || ",;".contains(letter));
        if let Some(clause) = clauses.last_mut().filter(|_| !word.is_empty()) {
            clause.tokens.push(Token { word, column });
        }
        if piece.ends_with(';') {
            clauses.push(Clause::default());
        }
        column = column.saturating_add(piece.chars().count());
    }
    clauses
}

impl<'a> Clause<'a> {
    fn take_zone(&mut self, zones: &Zones) -> Result<Zone, (Option<Token<'a>>, Problem)> {
        let Some(token) = self.tokens.first().copied() else { return Err((None, Problem::NoZone)) };
        let begins = token.word.split(DASHES).next().unwrap_or_default();
        if is_off(token.word) || day_range(begins).is_some() || begins_like_a_time(token.word) {
            return Err((Some(token), Problem::NoZone));
        }
        let zone = zones.zone(token.word).map_err(|error| (Some(token), Problem::Zone(error)))?;
        self.tokens.remove(0);
        Ok(zone)
    }
}

const DASHES: [char; 3] = ['-', '–', '—'];

/// Words on both sides of dashes as tokens of their own, the dashes too.
fn dashed<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let mut parts = Vec::new();
    for token in tokens {
        let mut column = token.column;
        for piece in token.word.split_inclusive(DASHES) {
            let word = piece.trim_end_matches(DASHES);
            let dash = piece.get(word.len()..).unwrap_or_default();
            let after = column.saturating_add(word.chars().count());
            parts.extend([Token { word, column }, Token { word: dash, column: after }]);
            column = column.saturating_add(piece.chars().count());
        }
    }
    parts.retain(|part| !part.word.is_empty());
    parts
}

fn is_dash(token: &Token<'_>) -> bool {
    token.word.starts_with(DASHES)
}

fn begins_like_a_time(word: &str) -> bool {
    word.starts_with(|letter: char| letter.is_ascii_digit())
}

/// `mon-fri 09:00-12:00, 13:00-17:00`.
fn shifts(tokens: &[Token<'_>], weekly: &mut Weekly) -> Result<(), HoursError> {
    let tokens = dashed(tokens);
    let first_time = tokens.iter().position(|token| begins_like_a_time(token.word)).unwrap_or(tokens.len());
    let (days, times) = tokens.split_at(first_time);
    let days = weekdays(days)?;
    let (Some(begin), Some(end)) = (tokens.first(), tokens.last()) else { return Ok(()) };
    if days.is_empty() {
        return Err(begin.wrong(Problem::NoDays));
    }
    if times.is_empty() {
        return Err(end.wrong(Problem::NoTimes));
    }
    let mut times = times.iter();
    while let Some(start) = times.next() {
        let shift = shift(start, &mut times)?;
        for day in &days {
            weekly.add(*day, shift).map_err(|clash| start.wrong(clash_problem(clash)))?;
        }
    }
    Ok(())
}

fn clash_problem(clash: Clash) -> Problem {
    match clash {
        Clash::TooMany => Problem::ManyShifts,
        Clash::Overlap(one, other) => Problem::Overlap { one: one.to_string(), other: other.to_string() },
    }
}

/// The weekdays named, each once, in the order of a week.
fn weekdays(tokens: &[Token<'_>]) -> Result<Vec<Weekday>, HoursError> {
    let mut named = Vec::new();
    let mut tokens = tokens.iter().peekable();
    while let Some(token) = tokens.next() {
        let (first, mut last) = day_range(token.word).ok_or_else(|| no_day(token))?;
        if tokens.next_if(|next| is_dash(next)).is_some() {
            let end = tokens.next().ok_or_else(|| token.wrong(Problem::NoTimes))?;
            last = weekday(end.word).ok_or_else(|| no_day(end))?;
        }
        let count = usize::from(first.until(last).unsigned_abs()).saturating_add(1);
        named.extend(first.cycle_forward().take(count));
    }
    Ok(WEEK.into_iter().filter(|day| named.contains(day)).collect())
}

/// The first and the last weekday that a word means.
fn day_range(word: &str) -> Option<(Weekday, Weekday)> {
    if ["daily", "everyday"].contains(&word.to_lowercase().as_str()) {
        return Some((Weekday::Monday, Weekday::Sunday));
    }
    weekday(word).map(|day| (day, day))
}

fn no_day(token: &Token<'_>) -> HoursError {
    token.wrong(Problem::Day { word: token.owned(), nearest: nearest(token.word, weekday_words()) })
}

/// The shift that begins at `start`.
fn shift<'a>(start: &Token<'_>, rest: &mut impl Iterator<Item = &'a Token<'a>>) -> Result<Shift, HoursError> {
    let time = |token: &Token<'_>| {
        read(token.word).map_err(|reason| token.wrong(Problem::Time { word: token.owned(), reason }))
    };
    let opens = match time(start)? {
        Reading::Clock(clock) => clock,
        Reading::EndOfDay => {
            return Err(start.wrong(Problem::Time { word: start.owned(), reason: ClockError::Impossible }));
        }
    };
    rest.next().filter(|token| is_dash(token)).ok_or_else(|| start.wrong(Problem::OneTime))?;
    let end = rest.next().ok_or_else(|| start.wrong(Problem::OneTime))?;
    let closes = match time(end)? {
        Reading::Clock(clock) if clock == opens => return Err(start.wrong(Problem::NoLength)),
        Reading::Clock(clock) => clock,
        Reading::EndOfDay => Clock::MIDNIGHT,
    };
    Ok(Shift { start: opens, end: closes })
}

/// `off 2026-12-24..2026-12-26, 2027-01-01`.
fn days_off(word: &Token<'_>, tokens: &[Token<'_>], off: &mut Vec<(usize, Date, Date)>) -> Result<(), HoursError> {
    if tokens.is_empty() {
        return Err(word.wrong(Problem::Date { word: String::new() }));
    }
    for token in tokens {
        let no_date = || token.wrong(Problem::Date { word: token.owned() });
        let (first, last) = token.word.split_once("..").unwrap_or((token.word, token.word));
        let (first, last) = (date(first).ok_or_else(no_date)?, date(last).ok_or_else(no_date)?);
        if last < first {
            return Err(token.wrong(Problem::Backwards));
        }
        off.push((token.column, first, last));
    }
    Ok(())
}

/// `2026-12-24` and no other form.
pub(crate) fn date(text: &str) -> Option<Date> {
    let plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let date: Date = plain.then(|| text.parse().ok())??;
    OFF_YEARS.contains(&date.year()).then_some(date)
}
