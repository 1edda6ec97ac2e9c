//! Moments as people write them: `fri 15:00`, `besok 09.00 Asia/Jakarta`, `in 2h`, `2026-11-30`.
//!
//! A day (a weekday, `today`, `tomorrow`, a date), a time, or both, in either order, in English or Indonesian; `in` or
//! `dalam` with how long; or RFC 3339. The name of a zone at the end says where it is meant. A time may have its offset
//! (`01:30-04:00`). A weekday is the next such day, today if the time is still ahead; a time alone likewise.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::{AmbiguousOffset, Offset};
use jiff::{Span, ToSpan};

use crate::at::At;
use crate::clock::{Clock, ClockError};
use crate::grammar::date;
use crate::nearest::nearest;
use crate::words::{weekday, weekday_words};
use crate::zone::{Zone, ZoneError, Zones};

/// Longest text of a moment, in bytes.
pub const MAX_MOMENT: usize = 200;

/// Words for days counted from today.
const DAYS: [(&str, i32); 7] =
    [("today", 0), ("hari-ini", 0), ("tomorrow", 1), ("besok", 1), ("lusa", 2), ("yesterday", -1), ("kemarin", -1)];
/// Words that add nothing.
const FILLERS: [&str; 7] = ["at", "on", "pada", "pukul", "jam", "and", "dan"];
const UNITS: [(Unit, &[&str]); 5] = [
    (Unit::Minutes, &["m", "min", "mins", "minute", "minutes", "menit"]),
    (Unit::Hours, &["h", "hr", "hrs", "hour", "hours", "jam"]),
    (Unit::Days, &["d", "day", "days", "hari"]),
    (Unit::Weeks, &["w", "week", "weeks", "minggu", "pekan"]),
    (Unit::Months, &["month", "months", "bulan"]),
];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Unit {
    Minutes,
    Hours,
    Days,
    Weeks,
    Months,
}

/// From where a moment is read.
#[derive(Clone, Copy, Debug)]
pub struct Here<'a> {
    /// The present.
    pub now: At,
    /// Where the text is meant that names no zone.
    pub zone: &'a Zone,
    /// Where zones that are named come from.
    pub zones: &'a Zones,
    /// The time that a day without one stands for: its beginning for what comes then, 23:59 for what is due by then.
    pub bare: Clock,
}

/// Why a text is no moment.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MomentError {
    /// Nothing is there.
    #[error("no moment: say one like \"tomorrow 09:00\"")]
    Empty,
    /// More than is read.
    #[error("longer than {MAX_MOMENT} bytes")]
    Long,
    /// A word that means nothing here.
    #[error("column {column}: \"{word}\" is no day, time or zone{}", hint(nearest))]
    Word {
        /// Counted in characters from 1.
        column: usize,
        /// What stands there.
        word: String,
        /// Which words are nearest to it.
        nearest: Vec<String>,
    },
    /// After `in`, or before `lagi`, there is no number with a unit.
    #[error("column {column}: say how long, like \"in 2h\" or \"in 3 days\"")]
    Length {
        /// Counted in characters from 1.
        column: usize,
    },
    /// A second day or time.
    #[error("column {column}: \"{word}\" is one too many")]
    Extra {
        /// Counted in characters from 1.
        column: usize,
        /// What stands there.
        word: String,
    },
    /// It looks like a time and no clock shows it.
    #[error("column {column}: \"{word}\": no clock shows that: expected 00:00 to 23:59")]
    Impossible {
        /// Counted in characters from 1.
        column: usize,
        /// What stands there.
        word: String,
    },
    /// The zone is not known here.
    #[error("column {column}: {error}")]
    Zone {
        /// Counted in characters from 1.
        column: usize,
        /// Why not.
        error: ZoneError,
    },
    /// The clock is set forward over it.
    #[error("{time} does not exist on {date} in {zone}: say {earlier} or {later}")]
    Skipped {
        /// What was asked for.
        time: Clock,
        /// On which day.
        date: Date,
        /// Where.
        zone: String,
        /// By the clock as it was before.
        earlier: Clock,
        /// By the clock as it is after.
        later: Clock,
    },
    /// The clock is set back over it.
    #[error("{time} happens twice on {date} in {zone}: say {time}{first} or {time}{second}")]
    Twice {
        /// What was asked for.
        time: Clock,
        /// On which day.
        date: Date,
        /// Where.
        zone: String,
        /// The offset of the first, like `-04:00`.
        first: String,
        /// The offset of the second.
        second: String,
    },
    /// Beyond the years that count.
    #[error("that is too far away")]
    Far,
    /// It has passed: see [`ahead`].
    #[error("{at} has passed")]
    Past {
        /// The moment.
        at: At,
    },
}

fn hint(nearest: &[String]) -> String {
    if nearest.is_empty() { String::new() } else { format!("; did you mean {}?", nearest.join(" or ")) }
}

/// The moment that a text means; it may have passed.
///
/// # Errors
/// What is wrong, and at which column; a time that is skipped or repeated, with both readings.
pub fn parse(text: &str, here: &Here<'_>) -> Result<At, MomentError> {
    if text.len() > MAX_MOMENT {
        return Err(MomentError::Long);
    }
    if let Some(at) = instant(text) {
        return if (At::FIRST..=At::LAST).contains(&at) { Ok(at) } else { Err(MomentError::Far) };
    }
    let mut tokens = tokens(text);
    let zone = match zone_at_end(&tokens, here.zones)? {
        Some(zone) => {
            tokens.pop();
            zone
        }
        None => here.zone.clone(),
    };
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return Err(MomentError::Empty) };
    let at = if ["in", "dalam"].contains(&first.word.as_str()) {
        after(tokens.get(1..).unwrap_or_default(), first, here.now, &zone)?
    } else if last.word == "lagi" {
        after(tokens.split_last().map_or(&[], |(_, rest)| rest), last, here.now, &zone)?
    } else if ["now", "sekarang"].contains(&first.word.as_str()) && tokens.len() == 1 {
        here.now
    } else {
        said(&tokens)?.resolve(here, &zone)?
    };
    if (At::FIRST..=At::LAST).contains(&at) { Ok(at) } else { Err(MomentError::Far) }
}

/// A moment that is still ahead.
///
/// # Errors
/// It has passed.
pub fn ahead(at: At, now: At) -> Result<At, MomentError> {
    if at > now { Ok(at) } else { Err(MomentError::Past { at }) }
}

/// RFC 3339, which says all by itself.
fn instant(text: &str) -> Option<At> {
    let text = text.trim();
    let stamp: jiff::Timestamp =
        text.starts_with(|letter: char| letter.is_ascii_digit()).then(|| text.parse().ok())??;
    Some(At::from(stamp))
}

/// A word in small letters, and the column at which it stands.
#[derive(Clone, Debug)]
struct Token {
    word: String,
    typed: String,
    column: usize,
}

impl Token {
    fn unknown(&self) -> MomentError {
        let words =
            weekday_words().chain(DAYS.iter().map(|(word, _)| *word)).chain(FILLERS).chain(["in", "dalam", "now"]);
        MomentError::Word { column: self.column, word: self.typed.clone(), nearest: nearest(&self.word, words) }
    }

    fn no_length(&self) -> MomentError {
        MomentError::Length { column: self.column }
    }

    fn extra(&self) -> MomentError {
        MomentError::Extra { column: self.column, word: self.typed.clone() }
    }
}

/// Words between blanks and commas; `9 am` and `hari ini` are one each.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut column = 1_usize;
    let between = |letter: char| letter.is_whitespace() || letter == ',';
    for piece in text.split_inclusive(between) {
        let typed = piece.trim_end_matches(between);
        let word = typed.to_lowercase();
        match tokens.last_mut() {
            Some(last)
                if ["am", "pm"].contains(&word.as_str()) && last.word.ends_with(|c: char| c.is_ascii_digit()) =>
            {
                last.word.push_str(&word);
            }
            Some(last) if last.word == "hari" && word == "ini" => last.word = "hari-ini".to_owned(),
            Some(_) | None if typed.is_empty() => {}
            Some(_) | None => tokens.push(Token { word, typed: typed.to_owned(), column }),
        }
        column = column.saturating_add(piece.chars().count());
    }
    tokens
}

/// The zone that the last word names, if it is no word for anything else.
fn zone_at_end(tokens: &[Token], zones: &Zones) -> Result<Option<Zone>, MomentError> {
    let Some(last) = tokens.last().filter(|last| part(last).is_none() && last.word.starts_with(char::is_alphabetic))
    else {
        return Ok(None);
    };
    let is_word =
        unit(&last.word).is_some() || ["lagi", "in", "dalam", "now", "sekarang"].contains(&last.word.as_str());
    if is_word || FILLERS.contains(&last.word.as_str()) {
        return Ok(None);
    }
    match zones.zone(&last.typed) {
        Ok(zone) => Ok(Some(zone)),
        Err(error) if last.word.contains('/') => Err(MomentError::Zone { column: last.column, error }),
        Err(_) => Ok(None),
    }
}

/// `2h`, `1h 30m`, `3 days`: minutes and hours pass, days and more are turned over on the calendar there.
fn after(tokens: &[Token], introduced: &Token, now: At, zone: &Zone) -> Result<At, MomentError> {
    let mut length = Span::new();
    let mut pending: Option<i64> = None;
    let mut named: Vec<Unit> = Vec::new();
    for token in tokens.iter().filter(|token| !["and", "dan"].contains(&token.word.as_str())) {
        for (digits, letters) in pieces(&token.word) {
            if !digits.is_empty() {
                let count = if digits.len() <= 5 { digits.parse().ok() } else { None };
                let count = count.filter(|_| pending.is_none()).ok_or_else(|| token.no_length())?;
                pending = Some(count);
            }
            if !letters.is_empty() {
                let (count, unit) = pending.take().zip(unit(letters)).ok_or_else(|| token.no_length())?;
                if named.contains(&unit) {
                    return Err(token.extra());
                }
                length = lengthened(length, unit, count).ok_or_else(|| token.no_length())?;
                named.push(unit);
            }
        }
    }
    if pending.is_some() || named.is_empty() {
        return Err(tokens.last().unwrap_or(introduced).no_length());
    }
    let there = now.stamp().to_zoned_datetime(zone.tz().clone());
    there.checked_add(length).map(|there| At::from(there.timestamp())).map_err(|_| MomentError::Far)
}

/// Digits and what follows them, again and again.
fn pieces(word: &str) -> Vec<(&str, &str)> {
    let mut rest = word;
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let letters = after.find(|letter: char| letter.is_ascii_digit()).unwrap_or(after.len());
        let (unit, next) = after.split_at(letters);
        pieces.push((number, unit));
        rest = next;
    }
    pieces
}

fn unit(word: &str) -> Option<Unit> {
    UNITS.iter().find(|(_, words)| words.contains(&word)).map(|(unit, _)| *unit)
}

/// A length with one of its parts; `None` if that is more than any.
fn lengthened(length: Span, unit: Unit, count: i64) -> Option<Span> {
    let longer = match unit {
        Unit::Minutes => length.try_minutes(count),
        Unit::Hours => length.try_hours(count),
        Unit::Days => length.try_days(count),
        Unit::Weeks => length.try_weeks(count),
        Unit::Months => length.try_months(count),
    };
    longer.ok()
}

/// What one word says.
enum Part {
    Weekday(Weekday),
    /// Days from today.
    Today(i32),
    Date(Date),
    Time(Clock, Option<Offset>),
    Impossible,
    Nothing,
}

fn part(token: &Token) -> Option<Part> {
    let word = token.word.as_str();
    if let Some(day) = weekday(word) {
        return Some(Part::Weekday(day));
    }
    if let Some((_, days)) = DAYS.iter().find(|(day, _)| *day == word) {
        return Some(Part::Today(*days));
    }
    if FILLERS.contains(&word) {
        return Some(Part::Nothing);
    }
    if let Some(date) = date(word) {
        return Some(Part::Date(date));
    }
    let sign = word.char_indices().find(|(place, letter)| *place > 0 && ['+', '-', '−'].contains(letter));
    let (time, offset) = match sign {
        Some((place, _)) => (word.get(..place)?, Some(offset(word.get(place..)?)?)),
        None => match word.strip_suffix('z') {
            Some(time) => (time, Some(Offset::UTC)),
            None => (word, None),
        },
    };
    match time.parse::<Clock>() {
        Ok(clock) => Some(Part::Time(clock, offset)),
        Err(ClockError::Impossible) => Some(Part::Impossible),
        Err(ClockError::NoTime) => None,
    }
}

/// `+08:00`, `-04`.
fn offset(text: &str) -> Option<Offset> {
    let clock: Clock = text.trim_start_matches(['+', '-', '−']).parse().ok()?;
    let east = i32::from(clock.time().hour()).checked_mul(3_600)?;
    let east = east.checked_add(i32::from(clock.time().minute()).checked_mul(60)?)?;
    Offset::from_seconds(if text.starts_with('+') { east } else { east.checked_neg()? }).ok()
}

/// What the words say together.
struct Said {
    day: Option<Part>,
    time: Option<(Clock, Option<Offset>)>,
}

fn said(tokens: &[Token]) -> Result<Said, MomentError> {
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
    fn resolve(&self, here: &Here<'_>, zone: &Zone) -> Result<At, MomentError> {
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
            |_| zone.first(date.to_datetime(self.clock(here).time())).plus(crate::HOUR_MS) > here.now,
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
