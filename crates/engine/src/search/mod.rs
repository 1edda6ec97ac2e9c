//! Searches: words and operators that people type, and what is found.
//!
//! A query is read by [`grammar`] into a [`query`], whose names and times [`resolve`] turns into what
//! the store looks for; a [`fault`] of either points at a column. What each operator does is told in
//! `docs/search.md`.

mod fault;
mod grammar;
mod period;
mod query;
mod resolve;

use cremona_envelope::Time;
use cremona_hours::At;
use cremona_store::{Condition, Fact, Place, Read};
use jiff::civil::Date;

use crate::ask::{Answer, Failure, Hits};
use crate::error::EngineError;
use crate::queries::{Context, MAX_PAGE, bad_cursor};
use crate::show;
use period::Days;
use resolve::Resolver;

/// A question for messages.
pub(crate) struct Asked<'a> {
    /// As typed.
    pub(crate) query: &'a str,
    /// Most hits.
    pub(crate) limit: u32,
    /// The cursor of an earlier page.
    pub(crate) before: Option<&'a str>,
    /// Whether it is still being typed.
    pub(crate) typing: bool,
}

/// The page of hits that was asked for.
pub(crate) fn hits(read: &Read<'_>, context: &Context, asked: &Asked<'_>, now: Time) -> Result<Answer, EngineError> {
    let parse = if asked.typing { grammar::parse_unfinished } else { grammar::parse };
    let query = parse(asked.query).map_err(Failure::from)?;
    let zone = context.wall.zone(read, &context.me)?;
    let begins = |day: Date| Time(u64::try_from(zone.first_of(day).0).unwrap_or(0));
    let days = Days { today: zone.wall(At(i64::try_from(now.0).unwrap_or(i64::MAX))).date(), begins: &begins };
    let mut sought = Resolver { read, context, now, days, typing: asked.typing }.sought(&query)?;
    sought.conditions.push(Condition { not: true, fact: Fact::Embargoed(now) });
    let place = match asked.before {
        None => Place::START,
        Some(text) => parse_place(text).ok_or_else(|| bad_cursor(text))?,
    };
    let found = read.search(&sought, &place, asked.limit.clamp(1, MAX_PAGE))?;
    let next = found.next.as_ref().map(place_text);
    let hits = found.hits.into_iter().map(|row| show::hit(read, row)).collect::<Result<_, _>>()?;
    Ok(Answer::Hits(Hits { hits, total: found.total, at_least: next.is_some() && found.at_least, next }))
}

/// A place as text; opaque to those who pass it back.
fn place_text(place: &Place) -> String {
    format!("{:x}-{:x}-{:x}", place.seen, place.skip, place.below)
}

fn parse_place(text: &str) -> Option<Place> {
    let mut parts = text.split('-');
    let mut next = || u64::from_str_radix(parts.next()?, 16).ok();
    let (seen, skip, below) = (next()?, next()?, next()?);
    let place = Place { seen, skip: usize::try_from(skip).ok()?, below: i64::try_from(below).ok()? };
    parts.next().is_none().then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_as_the_place_it_was_made_of() {
        for place in [Place::START, Place { below: 7 << 26, skip: 50, seen: 550 }] {
            assert_eq!(parse_place(&place_text(&place)), Some(place));
        }
        for bad in ["", "1", "1-2", "1-2-3-4", "-1-2-3", "1-2-8000000000000000", "x-1-2"] {
            assert_eq!(parse_place(bad), None, "{bad}");
        }
    }
}
