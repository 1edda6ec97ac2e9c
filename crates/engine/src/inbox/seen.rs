//! What this member has read and done of a thread, and which messages are unread.

use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use cremona_envelope::{MemberId, RecordId, Time};
use cremona_store::{Glance, Judge, Read, StoreError};

use crate::error::EngineError;
use crate::personal::marks::{Upto, covers, read_at, read_up_to};
use crate::personal::threads;

/// Tells a search which messages are unread: another member's, said here, and neither read nor done.
/// Each thread is looked up once.
pub(crate) fn unread(me: MemberId) -> Judge {
    let threads = RefCell::new(HashMap::new());
    Judge::new(move |read, messages| {
        let mut threads = threads.borrow_mut();
        let mut is_unread = |root: i64, glance: &Glance| {
            if is_mine(glance, &me) || glance.deleted || glance.imported {
                return Ok(false);
            }
            let seen: &Option<Seen> = match threads.entry(root) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(Seen::of_root(read, root)?),
            };
            Ok(seen.as_ref().is_some_and(|seen| !seen.is_read(glance)))
        };
        messages.iter().map(|(root, glance)| is_unread(*root, glance).map_err(of_the_store)).collect()
    })
}

fn of_the_store(error: EngineError) -> StoreError {
    match error {
        EngineError::Store(error) => error,
        other => StoreError::Corrupt(other.to_string()),
    }
}

/// Whether this member wrote a message; what they imported is others'.
pub(super) fn is_mine(glance: &Glance, me: &MemberId) -> bool {
    glance.member == *me && !glance.imported
}

/// What this member has read and done of a thread.
pub(super) struct Seen {
    upto: Upto,
    at: Time,
    pub(super) done: Option<threads::DoneRow>,
}

impl Seen {
    pub(super) fn of(read: &Read<'_>, root: RecordId, channel: RecordId) -> Result<Self, EngineError> {
        Ok(Self {
            upto: read_up_to(read, root, channel)?,
            at: read_at(read, root, channel)?,
            done: threads::done(read, root)?,
        })
    }

    /// Of the thread whose root has this number; `None` where it is not here.
    fn of_root(read: &Read<'_>, root: i64) -> Result<Option<Self>, EngineError> {
        let Some((id, channel)) = read.id_of(root)? else { return Ok(None) };
        Self::of(read, id, channel).map(Some)
    }

    /// Read marks are positions; what was under embargo then was not seen.
    pub(super) fn is_read(&self, glance: &Glance) -> bool {
        let shown = |at: Time| glance.embargo.is_none_or(|end| end <= at);
        (covers(&self.upto, glance.log, glance.seq) && shown(self.at))
            || self.is_done(glance.log, glance.seq, glance.embargo)
    }

    pub(super) fn is_done(&self, log: i64, seq: u64, embargo: Option<Time>) -> bool {
        self.done.as_ref().is_some_and(|done| covers(&done.upto, log, seq) && embargo.is_none_or(|end| end <= done.at))
    }
}
