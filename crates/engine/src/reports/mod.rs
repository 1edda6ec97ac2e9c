//! Reports: what was missed, what a day begins with, what a month was good for, where a message is held.
//!
//! What they say is ordered by rules that stand in files ([`rules`], [`language`]), not by anything
//! learned. The [`newsletter`] depends on nothing but the set, the zone and the language; [`catch_up`] and
//! the day's [`digest`] on this member's personal state and the time as well; [`held`] and the
//! [`forecast`] on what this node heard of others.

mod catch_up;
mod digest;
mod forecast;
mod formats;
mod held;
mod language;
mod newsletter;
mod rules;

use cremona_envelope::Time;
use cremona_store::Read;

use crate::ask::{Answer, Ask};
use crate::error::EngineError;
use crate::queries::Context;

pub(crate) use forecast::{member_forecast, note_heard};
pub(crate) use held::held;

/// Answers what a snapshot of the store is enough for.
pub(crate) fn question(read: &Read<'_>, context: &Context, ask: &Ask, now: Time) -> Result<Answer, EngineError> {
    match ask {
        Ask::CatchUp { target, since, language } => {
            let want = catch_up::Want { target: target.as_deref(), since: since.as_deref() };
            let language = language::chosen(read, language.as_deref())?;
            Ok(Answer::CatchUp(Box::new(catch_up::catch_up(read, context, &want, language, now)?)))
        }
        Ask::Digest { language } => {
            let language = language::chosen(read, language.as_deref())?;
            Ok(Answer::Digest(Box::new(digest::digest(read, context, language, now)?)))
        }
        Ask::Newsletter { month, zone, language, format } => {
            let want = newsletter::Want::read(context, month, zone, language, format)?;
            Ok(Answer::Newsletter(Box::new(newsletter::newsletter(read, context, &want, now)?)))
        }
        _ => Err(EngineError::Damaged("the question")),
    }
}

/// The first line with text, without marks of Markdown, at most `most` characters of it.
fn line_of(text: &str, most: usize) -> String {
    let marks = |c: char| c.is_whitespace() || matches!(c, '#' | '*' | '>' | '_' | '`' | '~');
    let line = text.lines().map(|line| line.trim_matches(marks)).find(|line| !line.is_empty()).unwrap_or("");
    short(line, most)
}

/// A text with each stretch of white space as one space, at most `most` characters of it.
fn short(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().nth(most).is_none() {
        return text;
    }
    let mut out: String = text.chars().take(most.saturating_sub(1)).collect();
    out.push('…');
    out
}
