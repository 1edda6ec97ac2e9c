//! When the clock alone changes what this member is shown: an embargo ends, what was put off comes back, a flag is
//! overdue or expires, someone is back, the quiet ends.
//!
//! It names the next of these moments, and perhaps one at which nothing changes after all: whoever looks then sees
//! what there is.

use cremona_envelope::{MemberId, Time};
use cremona_store::Read;

use super::rule::{Mine, moments};
use super::{Facts, mine};
use crate::error::EngineError;
use crate::wall::{Wall, at_of, time_of};
use crate::{notices, people};

/// The first such moment after `after`, by what is known now; `None` where there is none.
pub(crate) fn next(read: &Read<'_>, wall: &Wall, me: &MemberId, after: Time) -> Result<Option<Time>, EngineError> {
    let mine = mine(read, wall, me, after)?;
    let mut first = Earliest { after, found: None };
    first.add(read.next_embargo(after)?);
    for bytes in read.open_concerns()? {
        let facts = Facts::decode(&bytes)?;
        first.add(facts.later.map(Time));
        facts.flags.iter().for_each(|flag| first.add(moments(flag, &mine)));
    }
    for member in mine.stands_in_for.iter().chain([me]) {
        first.add(people::status_of(read, member, after)?.and_then(|status| status.until));
    }
    first.add(quiet_ends(read, wall, &mine)?);
    Ok(first.found)
}

/// When the quiet of now ends; `None` where it is not quiet, or never ends.
fn quiet_ends(read: &Read<'_>, wall: &Wall, mine: &Mine) -> Result<Option<Time>, EngineError> {
    let quiet = notices::quiet(read, wall, mine.now)?;
    let at = at_of(mine.now);
    Ok(quiet.is_quiet(at, &mine.hours).then(|| quiet.quiet_until(at, &mine.hours)).flatten().map(time_of))
}

/// The earliest of moments after one.
struct Earliest {
    after: Time,
    found: Option<Time>,
}

impl Earliest {
    fn add(&mut self, moments: impl IntoIterator<Item = Time>) {
        let after = self.after;
        self.found = moments.into_iter().filter(|at| *at > after).chain(self.found).min();
    }
}
