//! When the store is tidied: in steps of a few milliseconds, once nothing was said for a while.

use cremona_envelope::Time;

/// Nothing was written for this long: nobody waits for the next message either.
const IDLE_MS: u64 = 1_000;
/// Pause between two steps, so that whoever does come waits for one of them at most.
const PAUSE_MS: u64 = 10;

/// A peer that has just said something goes on soon, and should not wait for a step each time.
const TALK_MS: u64 = 100;

/// See the module. Steps end by themselves, so an idle node is not woken by them.
#[derive(Debug)]
pub(crate) struct Tidying {
    /// Transactions with texts that were noted.
    noted: u64,
    due: Option<Time>,
}

impl Tidying {
    /// What came before the start may have left something to do.
    pub(crate) fn new(now: Time) -> Self {
        Self { noted: 0, due: Some(now.plus(IDLE_MS)) }
    }

    /// So many transactions have brought texts by now.
    pub(crate) fn note(&mut self, indexed: u64, now: Time) {
        if indexed != self.noted {
            self.noted = indexed;
            self.due = Some(now.plus(IDLE_MS));
        }
    }

    /// A peer came, or said something.
    pub(crate) fn talked(&mut self, now: Time) {
        self.due = self.due.map(|due| due.max(now.plus(TALK_MS)));
    }

    /// When the next step is due.
    pub(crate) fn wake_at(&self) -> Option<Time> {
        self.due
    }

    /// A step was made.
    pub(crate) fn stepped(&mut self, more: bool, now: Time) {
        self.due = more.then(|| now.plus(PAUSE_MS));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_writes_puts_it_off_and_it_ends_by_itself() {
        let mut tidying = Tidying::new(Time(0));
        tidying.note(1, Time(900));
        tidying.note(1, Time(1_500));
        assert_eq!(tidying.wake_at(), Some(Time(1_900)));
        tidying.stepped(true, Time(1_900));
        assert_eq!(tidying.wake_at(), Some(Time(1_910)));
        tidying.note(2, Time(1_905));
        assert_eq!(tidying.wake_at(), Some(Time(2_905)));
        tidying.talked(Time(2_900));
        assert_eq!(tidying.wake_at(), Some(Time(3_000)), "who talks is not kept waiting");
        tidying.talked(Time(2_890));
        assert_eq!(tidying.wake_at(), Some(Time(3_000)));
        tidying.stepped(false, Time(3_000));
        tidying.talked(Time(3_010));
        assert_eq!(tidying.wake_at(), None);
    }
}
