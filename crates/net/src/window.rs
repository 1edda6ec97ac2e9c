//! How much may be on the way to a peer, unacknowledged: as much as the path takes, and no more than
//! it delivers in a fraction of a second, so that what is urgent does not wait behind what is bulk.
//!
//! The idea is that of delay-based congestion control (TCP Vegas, FAST TCP): the shortest time until
//! an acknowledgement is the path's own; what comes on top is a queue. TCP and QUIC below fill the
//! queues of the kernel and of routers until something is lost, which on a slow line takes seconds.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Bytes that may always be on the way.
pub(crate) const LEAST: u64 = 16 * 1024;
/// Bytes that may be on the way at first: a second's worth at 256 kbit/s.
const FIRST: u64 = 32 * 1024;
/// Most bytes that may be on the way: 100 Mbit/s at 600 ms.
const MOST: u64 = 8 * 1024 * 1024;
/// A queue of this long is aimed at.
const QUEUE: Duration = Duration::from_millis(300);

/// See the module.
pub(crate) struct Window {
    size: u64,
    sent: u64,
    acknowledged: u64,
    /// Until what, and when, bytes were sent that are not acknowledged.
    marks: VecDeque<(u64, Instant)>,
    shortest: Option<Duration>,
    /// Nothing shrinks again before this is acknowledged: until then one learns nothing new.
    shrunk: u64,
}

/// A peer says that it has what was never sent.
#[derive(Debug, thiserror::Error)]
#[error("it acknowledges what was not sent")]
pub(crate) struct Unsent;

impl Window {
    /// Of a path that nothing is known of.
    pub(crate) fn new() -> Self {
        Self { size: FIRST, sent: 0, acknowledged: 0, marks: VecDeque::new(), shortest: None, shrunk: 0 }
    }

    /// Whether more may be sent.
    pub(crate) fn is_open(&self) -> bool {
        self.sent.saturating_sub(self.acknowledged) < self.size
    }

    /// Bytes are about to be written.
    pub(crate) fn sent(&mut self, len: usize, now: Instant) {
        self.sent = self.sent.saturating_add(len as u64);
        self.marks.push_back((self.sent, now));
    }

    /// The peer has taken in so many bytes in all.
    pub(crate) fn acknowledged(&mut self, upto: u64, now: Instant) -> Result<(), Unsent> {
        if upto > self.sent {
            return Err(Unsent);
        }
        let fresh = upto.saturating_sub(self.acknowledged);
        self.acknowledged = self.acknowledged.max(upto);
        let mut sample = None;
        while let Some((_, at)) = self.marks.front().copied().filter(|(end, _)| *end <= upto) {
            self.marks.pop_front();
            sample = Some(now.saturating_duration_since(at));
        }
        if let Some(sample) = sample {
            self.adapt(sample, fresh);
        }
        Ok(())
    }

    /// Another path carries what is sent from now on.
    pub(crate) fn another_path(&mut self) {
        self.size = FIRST;
        self.shortest = None;
        self.shrunk = self.sent;
    }

    fn adapt(&mut self, sample: Duration, fresh: u64) {
        let shortest = self.shortest.map_or(sample, |shortest| shortest.min(sample));
        self.shortest = Some(shortest);
        let aim = shortest.saturating_add(QUEUE);
        if sample <= shortest.saturating_add(QUEUE / 2) {
            // Twice as much for each round trip, as long as the queue is short.
            self.size = self.size.saturating_add(fresh).min(MOST);
        } else if sample > aim && self.acknowledged > self.shrunk {
            let (aim, sample) = (aim.as_micros(), sample.as_micros().max(1));
            let size = u128::from(self.size).saturating_mul(aim).checked_div(sample).unwrap_or_default();
            self.size = u64::try_from(size).unwrap_or(MOST).clamp(LEAST, MOST);
            self.shrunk = self.sent;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What bulk does on a line of `rate` bytes a second with `delay` each way for `seconds`: bytes
    /// delivered, and the longest queue after the first second.
    fn bulk(rate: u64, delay: Duration, seconds: u64) -> (u64, Duration) {
        const PART: u64 = 8 * 1024;
        let start = Instant::now();
        let (mut window, mut now, mut line_free) = (Window::new(), start, start);
        let mut acknowledgements = VecDeque::new();
        let (mut sent, mut delivered, mut longest) = (0, 0, Duration::ZERO);
        while now < start + Duration::from_secs(seconds) {
            if window.is_open() {
                window.sent(PART as usize, now);
                sent += PART;
                line_free = line_free.max(now) + Duration::from_nanos(PART * 1_000_000_000 / rate);
                acknowledgements.push_back((line_free + delay * 2, sent));
                if now > start + Duration::from_secs(1) {
                    longest = longest.max(line_free - now);
                }
                continue;
            }
            let (at, upto) = acknowledgements.pop_front().expect("something is on the way");
            now = now.max(at);
            delivered = upto;
            window.acknowledged(upto, now).expect("it was sent");
        }
        (delivered, longest)
    }

    #[test]
    fn a_slow_line_is_filled_and_its_queue_stays_under_a_second() {
        let (delivered, queue) = bulk(32_000, Duration::from_millis(20), 60);
        assert!(delivered > 32_000 * 57, "{delivered}");
        assert!(queue < Duration::from_millis(1_100), "{queue:?}");
    }

    #[test]
    fn a_long_fat_line_is_filled_after_some_round_trips() {
        let (delivered, queue) = bulk(5_000_000, Duration::from_millis(300), 60);
        assert!(delivered > 5_000_000 * 48, "{delivered}");
        assert!(queue < Duration::from_millis(1_000), "{queue:?}");
    }

    #[test]
    fn a_fast_line_is_not_held_up() {
        let (delivered, _) = bulk(100_000_000, Duration::from_micros(100), 5);
        assert!(delivered > 100_000_000 * 4, "{delivered}");
    }

    #[test]
    fn a_peer_can_not_acknowledge_what_was_not_sent() {
        let (mut window, now) = (Window::new(), Instant::now());
        window.sent(100, now);
        assert!(window.acknowledged(101, now).is_err());
        assert!(window.acknowledged(100, now).is_ok());
    }
}
