//! Signs of life on a connection: what arrives, answers to pings, and writes that go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A connection without a sign of life for this long is given up.
pub(crate) const SILENCE: Duration = Duration::from_secs(12);
/// As above, while frames wait to be sent: pings queue behind them on a slow line.
pub(crate) const SILENCE_WHEN_BUSY: Duration = Duration::from_secs(30);
/// How often it is looked for, so that silence is noticed within 14 seconds.
pub(crate) const LOOK: Duration = Duration::from_secs(2);

/// When a connection last gave a sign of life.
#[derive(Clone)]
pub(crate) struct Life {
    start: Instant,
    last: Arc<AtomicU64>,
}

impl Life {
    /// A connection that is alive now.
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
