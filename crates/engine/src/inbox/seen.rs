//! What this member has read and done of a thread, and which messages are unread.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use cremona_envelope::{MemberId, RecordId, Time};
use cremona_store::{Glance, Judge, Read, StoreError};

use crate::error::EngineError;
use crate::personal::marks::{Around, Reach, covers};
use crate::personal::threads;

/// Tells a search which messages are unread: another member's, said here, and neither read nor done.
/// Each thread and each channel is looked up once.
pub(crate) fn unread(me: MemberId) -> Judge {
    let known = RefCell::new(Known::default());
    Judge::new(move |read, messages| {
        let mut known = known.borrow_mut();
        let mut is_unread = |root: i64, glance: &Glance| {
            let counts = !is_mine(glance, &me) && !glance.deleted && !glance.imported;
            Ok(counts && known.seen(read, root)?.is_some_and(|seen| !seen.is_read(glance)))
        };
        messages.iter().map(|(root, glance)| is_unread(*root, glance).map_err(of_the_store)).collect()
    })
}

/// What was looked up already.
#[derive(Default)]
struct Known {
    channels: HashMap<RecordId, Rc<Around>>,
    /// By the number of the root; `None` where that is not here.
    threads: HashMap<i64, Option<Seen>>,
}

impl Known {
    fn seen(&mut self, read: &Read<'_>, root: i64) -> Result<Option<&Seen>, EngineError> {
        if !self.threads.contains_key(&root) {
            let seen = match read.id_of(root)? {
                Some((id, channel)) => Some(Seen::within(read, id, &self.around(read, channel)?)?),
                None => None,
            };
            self.threads.insert(root, seen);
        }
        Ok(self.threads.get(&root).and_then(Option::as_ref))
    }

    fn around(&mut self, read: &Read<'_>, channel: RecordId) -> Result<Rc<Around>, EngineError> {
        if let Some(around) = self.channels.get(&channel) {
            return Ok(Rc::clone(around));
        }
        let around = Rc::new(Around::of(read, channel)?);
        self.channels.insert(channel, Rc::clone(&around));
        Ok(around)
    }
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
    reach: Reach,
    pub(super) done: Option<threads::DoneRow>,
}

impl Seen {
    pub(super) fn of(read: &Read<'_>, root: RecordId, channel: RecordId) -> Result<Self, EngineError> {
        Self::within(read, root, &Rc::new(Around::of(read, channel)?))
    }

    fn within(read: &Read<'_>, root: RecordId, around: &Rc<Around>) -> Result<Self, EngineError> {
        Ok(Self { reach: Reach::of(read, root, around)?, done: threads::done(read, root)? })
    }

    /// Read marks are positions; what was under embargo then was not seen.
    pub(super) fn is_read(&self, glance: &Glance) -> bool {
        let shown = |at: Time| glance.embargo.is_none_or(|end| end <= at);
        (self.reach.covers(glance.log, glance.seq) && shown(self.reach.at))
            || self.is_done(glance.log, glance.seq, glance.embargo)
    }

    pub(super) fn is_done(&self, log: i64, seq: u64, embargo: Option<Time>) -> bool {
        self.done.as_ref().is_some_and(|done| covers(&done.upto, log, seq) && embargo.is_none_or(|end| end <= done.at))
    }
}
