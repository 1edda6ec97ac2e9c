//! Moments at which the clock alone changes what this member is shown: open pages are told to look again.
//!
//! One moment is waited for, the next that the engine knows of. It is asked for anew when something has changed,
//! at most every [`GROUP_MS`], and what has passed since it was asked last is not lost.

use std::sync::Arc;

use cremona_engine::{Engine, Failure};
use cremona_envelope::Time;
use tokio::sync::watch;

use super::notify::GROUP_MS;

/// See the module.
pub struct Turns {
    mine: Arc<watch::Sender<u64>>,
    /// Pages know of everything up to then.
    told: Time,
    /// The next moment.
    next: Option<Time>,
    /// When to ask for it anew.
    ask_at: Option<Time>,
}

impl Turns {
    /// Nothing is known yet, and is asked for at once; `mine` is what pages follow.
    #[must_use]
    pub fn new(mine: Arc<watch::Sender<u64>>, now: Time) -> Self {
        Self { mine, told: now, next: None, ask_at: Some(now) }
    }

    /// Something changed, so the next moment may be another.
    pub fn changed(&mut self, now: Time) {
        let soon = now.plus(GROUP_MS);
        self.ask_at = Some(self.ask_at.map_or(soon, |at| at.min(soon)));
    }

    /// Tells open pages that what is this member's alone has changed.
    pub fn tell(&self) {
        self.mine.send_modify(|times| *times = times.wrapping_add(1));
    }

    /// When to look again.
    #[must_use]
    pub fn wake_at(&self) -> Option<Time> {
        self.next.into_iter().chain(self.ask_at).min()
    }

    /// Tells of the moment that has come, and finds the next.
    ///
    /// # Errors
    /// [`Failure`] where the store refuses; it is asked again when something changes.
    pub fn look(&mut self, engine: &Engine, now: Time) -> Result<(), Failure> {
        if self.wake_at().is_none_or(|at| now < at) {
            return Ok(());
        }
        (self.next, self.ask_at) = (None, None);
        // A clock that was set back passes the same moments again.
        let told = self.told.min(now);
        self.told = now;
        let passed = engine.turns_after(told)?;
        if passed.is_some_and(|at| at <= now) {
            self.tell();
            self.next = engine.turns_after(now)?;
        } else {
            self.next = passed;
        }
        Ok(())
    }
}
