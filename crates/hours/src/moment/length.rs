//! How long after now: `2h`, `1h 30m`, `3 days`, `2 jam`.

use jiff::Span;

use super::MomentError;
use super::words::Token;
use crate::at::At;
use crate::zone::Zone;

const UNITS: [(Unit, &[&str]); 5] = [
    (Unit::Minutes, &["m", "min", "mins", "minute", "minutes", "menit"]),
    (Unit::Hours, &["h", "hr", "hrs", "hour", "hours", "jam"]),
    (Unit::Days, &["d", "day", "days", "hari"]),
    (Unit::Weeks, &["w", "week", "weeks", "minggu", "pekan"]),
    (Unit::Months, &["month", "months", "bulan"]),
];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unit {
    Minutes,
    Hours,
    Days,
    Weeks,
    Months,
}

/// `2h`, `1h 30m`, `3 days`: minutes and hours pass, days and more are turned over on the calendar there.
pub(super) fn after(tokens: &[Token], introduced: &Token, now: At, zone: &Zone) -> Result<At, MomentError> {
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

pub(super) fn unit(word: &str) -> Option<Unit> {
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
