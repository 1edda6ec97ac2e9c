//! Moments as people write them: `fri 15:00`, `besok 09.00 Asia/Jakarta`, `in 2h`, `2026-11-30`.
//!
//! A day (a weekday, `today`, `tomorrow`, a date), a time, or both, in either order, in English or Indonesian; `in` or
//! `dalam` with how long; or RFC 3339. The name of a zone at the end says where it is meant. A time may have its offset
//! (`01:30-04:00`). A weekday is the next such day, today if the time is still ahead; a time alone likewise.

mod length;
mod said;
mod words;

use jiff::civil::Date;

use crate::at::At;
use crate::clock::Clock;
use crate::zone::{Zone, ZoneError, Zones};
use length::{after, unit};
use said::said;
use words::{FILLERS, Token, part, tokens};

/// Longest text of a moment, in bytes.
pub const MAX_MOMENT: usize = 200;

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
