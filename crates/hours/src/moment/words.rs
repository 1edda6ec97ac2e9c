//! The words of a moment, each with its column and what it says by itself.

use jiff::civil::{Date, Weekday};
use jiff::tz::Offset;

use super::MomentError;
use crate::clock::{Clock, ClockError};
use crate::grammar::date;
use crate::nearest::nearest;
use crate::words::{weekday, weekday_words};

/// Words for days counted from today.
const DAYS: [(&str, i32); 7] =
    [("today", 0), ("hari-ini", 0), ("tomorrow", 1), ("besok", 1), ("lusa", 2), ("yesterday", -1), ("kemarin", -1)];
/// Words that add nothing.
pub(super) const FILLERS: [&str; 7] = ["at", "on", "pada", "pukul", "jam", "and", "dan"];
/// A word in small letters, and the column at which it stands.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) word: String,
    pub(super) typed: String,
    pub(super) column: usize,
}

impl Token {
    pub(super) fn unknown(&self) -> MomentError {
        let words =
            weekday_words().chain(DAYS.iter().map(|(word, _)| *word)).chain(FILLERS).chain(["in", "dalam", "now"]);
        MomentError::Word { column: self.column, word: self.typed.clone(), nearest: nearest(&self.word, words) }
    }

    pub(super) fn no_length(&self) -> MomentError {
        MomentError::Length { column: self.column }
    }

    pub(super) fn extra(&self) -> MomentError {
        MomentError::Extra { column: self.column, word: self.typed.clone() }
    }
}

/// Words between blanks and commas; `9 am` and `hari ini` are one each.
pub(super) fn tokens(text: &str) -> Vec<Token> {
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

/// What one word says.
pub(super) enum Part {
    Weekday(Weekday),
    /// Days from today.
    Today(i32),
    Date(Date),
    Time(Clock, Option<Offset>),
    Impossible,
    Nothing,
}

pub(super) fn part(token: &Token) -> Option<Part> {
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
