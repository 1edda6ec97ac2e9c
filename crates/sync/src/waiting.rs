//! Live messages that came before what they follow: kept until it has come, so that a log whose author
//! goes on talking is caught up with once, and not chased.

use std::collections::BTreeMap;

use cremona_envelope::{Head, LogId, Verified};

/// Most bytes of messages that wait, of all logs together. What finds no room is fetched later.
const MAX_BYTES: u64 = 1024 * 1024;
/// What a message takes beside its change and its body, in bytes.
const OVERHEAD: u64 = 512;

/// See the module.
#[derive(Default)]
pub(crate) struct Waiting {
    messages: BTreeMap<(LogId, u64), Verified>,
    bytes: u64,
}

impl Waiting {
    /// Keeps a message, the first one that claims its place, if there is room.
    pub(crate) fn put(&mut self, verified: &Verified) {
        let bytes = self.bytes.saturating_add(size(verified));
        let place = (verified.header().log(), verified.header().seq);
        if bytes <= MAX_BYTES && !self.messages.contains_key(&place) {
            self.messages.insert(place, verified.clone());
            self.bytes = bytes;
        }
    }

    /// The message that follows `head`, where it waits, and the head that it makes. What `head` has
    /// come past is dropped.
    pub(crate) fn next(&mut self, log: LogId, head: &Head) -> Option<(Verified, Head)> {
        let past: Vec<u64> = self.messages.range((log, 0)..=(log, head.seq)).map(|((_, seq), _)| *seq).collect();
        past.into_iter().for_each(|seq| drop(self.take(log, seq)));
        let verified = self.take(log, head.seq.saturating_add(1))?;
        // What does not follow is of another branch, and found as a fork.
        let next = head.follow(verified.header(), verified.id()).ok()?;
        Some((verified, next))
    }

    /// What waits of a log.
    pub(crate) fn of(&self, log: LogId) -> Vec<Verified> {
        self.messages.range((log, 0)..=(log, u64::MAX)).map(|(_, verified)| verified.clone()).collect()
    }

    /// Drops all of a log.
    pub(crate) fn forget(&mut self, log: LogId) {
        self.next(log, &Head { seq: u64::MAX, ..Head::EMPTY });
    }

    fn take(&mut self, log: LogId, seq: u64) -> Option<Verified> {
        let verified = self.messages.remove(&(log, seq))?;
        self.bytes = self.bytes.saturating_sub(size(&verified));
        Some(verified)
    }
}

fn size(verified: &Verified) -> u64 {
    verified.header().own_bytes().saturating_add(OVERHEAD)
}
