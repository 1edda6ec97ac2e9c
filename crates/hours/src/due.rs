//! The due clock: until when a flag asks for an answer, in the recipient's working hours.

use std::time::Duration;

use crate::at::{At, DAY_MS, HOUR_MS};
use crate::hours::Hours;

/// How long a yellow flag gives, on days on which its recipient works: 48 hours.
pub const REVIEW_MS: i64 = 48 * HOUR_MS;
/// After how long a green flag expires: 14 times 24 hours.
pub const EXPIRES_MS: i64 = 14 * DAY_MS;

/// What a flag asks for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Colour {
    /// Attention today.
    Red,
    /// A look within 48 hours.
    Yellow,
    /// Nothing: good to know.
    Green,
}

/// When a flag is due that was sent at `sent` to one with these hours; `None` if never.
///
/// `by` is what the sender asked for, and wins. Red is due at the end of the recipient's working day that is under
/// way, from its first opening to its last closing, or else of the next one. Yellow is due after 48 hours that run
/// only on days on which the recipient works, from when it was sent if that was within hours, else from the next
/// opening; if they end outside hours, at the next closing. Green is never due.
#[must_use]
pub fn due(colour: Colour, sent: At, by: Option<At>, hours: &Hours) -> Option<At> {
    by.or_else(|| match colour {
        Colour::Red => hours.working_day(sent).map(|day| day.ends()),
        Colour::Yellow => review(sent, hours),
        Colour::Green => None,
    })
}

/// When a flag expires into the list of what was not read; `None` if never.
#[must_use]
pub fn expires(colour: Colour, sent: At) -> Option<At> {
    match colour {
        Colour::Green => Some(sent.plus(EXPIRES_MS)),
        Colour::Red | Colour::Yellow => None,
    }
}

/// How long a due time has passed; `None` at that moment and before.
#[must_use]
pub fn overdue_by(due: At, now: At) -> Option<Duration> {
    u64::try_from(now.since(due)).ok().filter(|ms| *ms > 0).map(Duration::from_millis)
}

fn review(sent: At, hours: &Hours) -> Option<At> {
    let begins = if hours.is_open(sent) { sent } else { hours.next_opening(sent)? };
    let mut left = REVIEW_MS;
    for day in hours.days_around(begins) {
        let from = hours.zone().first_of(day.date).max(begins);
        let to = hours.zone().first_of(day.date.tomorrow().ok()?);
        let counts = to.since(from).max(0);
        if left <= counts {
            return landing(from.plus(left), hours);
        }
        left = left.saturating_sub(counts);
    }
    None
}

/// The moment itself within hours, their end included; else the next closing.
fn landing(at: At, hours: &Hours) -> Option<At> {
    let within = hours.is_open(at) || hours.is_open(at.plus(-1));
    if within { Some(at) } else { hours.next_closing(at) }
}
