//! Signs of life of a session: whatever arrives. Who hears nothing asks, and then gives up.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A session without a sign of life for this long is given up.
pub(crate) const SILENCE: Duration = Duration::from_millis(13_500);
/// Who hears nothing for this long asks whether the peer is there: the one with the smaller key first,
/// so that a silent pair asks once and not twice. 450 questions and answers an hour are 120 KB on the
/// wire, headers of all layers included.
pub(crate) const ASK: [Duration; 2] = [Duration::from_secs(8), Duration::from_millis(9_500)];
/// How often that is looked for, so that silence is noticed within 15 seconds.
pub(crate) const LOOK: Duration = Duration::from_secs(1);

/// When a session last gave a sign of life.
#[derive(Clone)]
pub(crate) struct Life {
    start: Instant,
    last: Arc<AtomicU64>,
}

impl Life {
    /// Of a session that is alive now.
    pub(crate) fn new() -> Self {
        Self { start: Instant::now(), last: Arc::new(AtomicU64::new(0)) }
    }

    /// It gives a sign of life.
    pub(crate) fn sign(&self) {
        let elapsed = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.fetch_max(elapsed, Ordering::Relaxed);
    }

    /// Whether it has been silent for so long at `now`.
    pub(crate) fn is_silent(&self, now: Instant, limit: Duration) -> bool {
        let last = Duration::from_millis(self.last.load(Ordering::Relaxed));
        now.saturating_duration_since(self.start).saturating_sub(last) >= limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_counts_from_the_last_sign() {
        let mut life = Life::new();
        assert!(!life.is_silent(life.start + SILENCE - Duration::from_millis(1), SILENCE));
        assert!(life.is_silent(life.start + SILENCE, SILENCE));
        life.start -= Duration::from_secs(5);
        life.sign();
        assert!(!life.is_silent(life.start + SILENCE, SILENCE));
        assert!(life.is_silent(life.start + SILENCE + Duration::from_secs(6), SILENCE));
    }
}
