//! How many requests each token and session may make: a bucket that fills with time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Requests a second, on average.
const RATE: f64 = 1_000.0;
/// Requests at once, after a pause.
const BURST: f64 = 2_000.0;
/// Most buckets: more than there can be tokens and sessions.
const MOST: usize = 1_024;

/// The buckets of all who ask; whoever shows neither token nor session shares one.
#[derive(Default)]
pub struct Rates {
    buckets: Mutex<HashMap<[u8; 32], Bucket>>,
}

struct Bucket {
    left: f64,
    at: Instant,
}

impl Rates {
    /// Takes one request of this asker's.
    ///
    /// # Errors
    /// How long to wait where there is none left.
    pub fn take(&self, who: &[u8; 32], now: Instant) -> Result<(), Duration> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST {
            // Full ones say nothing that a new one would not.
            buckets.retain(|_, bucket| bucket.filled(now) < BURST);
        }
        let bucket = buckets.entry(*who).or_insert(Bucket { left: BURST, at: now });
        let left = bucket.filled(now);
        if left < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - left) / RATE));
        }
        *bucket = Bucket { left: left - 1.0, at: now };
        Ok(())
    }
}

impl Bucket {
    fn filled(&self, now: Instant) -> f64 {
        (self.left + now.saturating_duration_since(self.at).as_secs_f64() * RATE).min(BURST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_then_a_rate_and_others_are_not_held_up() {
        let (rates, start) = (Rates::default(), Instant::now());
        let (ana, bo) = ([1; 32], [2; 32]);
        assert_eq!((0..3_000).filter(|_| rates.take(&ana, start).is_ok()).count(), 2_000);
        let wait = rates.take(&ana, start).unwrap_err();
        assert!(wait < Duration::from_millis(10), "{wait:?}");
        assert!(rates.take(&bo, start).is_ok());
        let later = start + Duration::from_secs(1);
        assert_eq!((0..3_000).filter(|_| rates.take(&ana, later).is_ok()).count(), 1_000);
    }
}
