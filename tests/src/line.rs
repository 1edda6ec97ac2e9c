//! One direction of an emulated link: what becomes of each packet, from a seed.
//!
//! Packets leave one after the other at the line's rate, wait in a bounded queue before that, and
//! arrive after a delay, in order but for those that overtake. Time is an argument, so that a seed
//! replays exactly; who carries the packets is up to the caller.

use crate::world::dice::Dice;

/// What a line is like. The default is a perfect one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// Bits a second; 0 for no limit.
    pub bits_per_second: u64,
    /// Bytes that wait for their turn, where there is a rate; a packet more is lost.
    pub queue_bytes: u64,
    /// Milliseconds from one end to the other.
    pub delay_ms: u64,
    /// Up to as many milliseconds more, by chance.
    pub jitter_ms: u64,
    /// Of 100 packets so many are lost.
    pub lost_percent: u64,
    /// Of 100 packets so many take no time at all, and so overtake those before them.
    pub overtaking_percent: u64,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Line {
    conditions: Conditions,
    dice: Dice,
    /// When the last packet has left, in microseconds.
    busy_until: u64,
    /// When the last packet that kept its place arrives, in microseconds.
    last_arrival: u64,
}

impl Line {
    /// An idle line.
    #[must_use]
    pub fn new(conditions: Conditions, seed: u64) -> Self {
        Self { conditions, dice: Dice::new(seed), busy_until: 0, last_arrival: 0 }
    }

    /// When a packet of `bytes` that is handed over at `now` arrives, in microseconds; `None` if it
    /// is lost.
    pub fn carry(&mut self, bytes: u64, now: u64) -> Option<u64> {
        let Conditions { bits_per_second, queue_bytes, delay_ms, jitter_ms, lost_percent, overtaking_percent } =
            self.conditions;
        let begins = self.busy_until.max(now);
        let waiting = (begins - now).saturating_mul(bits_per_second) / 8_000_000;
        if waiting > queue_bytes {
            return None;
        }
        let takes = bytes.saturating_mul(8_000_000).checked_div(bits_per_second).unwrap_or(0);
        self.busy_until = begins.saturating_add(takes);
        // Everything is thrown for every packet, so that one condition does not change another's luck.
        let (lost, overtakes) = (self.dice.percent(lost_percent), self.dice.percent(overtaking_percent));
        let delay = delay_ms + self.dice.ms(0, jitter_ms);
        if lost {
            return None;
        }
        if overtakes {
            return Some(self.busy_until);
        }
        self.last_arrival = self.last_arrival.max(self.busy_until.saturating_add(delay * 1_000));
        Some(self.last_arrival)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A thousand packets of 1,000 bytes, one each millisecond.
    fn thousand(conditions: Conditions, seed: u64) -> Vec<Option<u64>> {
        let mut line = Line::new(conditions, seed);
        (0..1_000).map(|n| line.carry(1_000, n * 1_000)).collect()
    }

    #[test]
    fn a_perfect_line_changes_nothing() {
        let arrivals = thousand(Conditions::default(), 1);
        assert!((0..1_000).zip(arrivals).all(|(n, arrival)| arrival == Some(n * 1_000)));
    }

    #[test]
    fn packets_leave_at_the_rate_and_those_that_find_the_queue_full_are_lost() {
        // A tenth of what is handed over; the queue holds 20 packets.
        let slow = Conditions { bits_per_second: 800_000, queue_bytes: 20_000, ..Conditions::default() };
        let arrivals: Vec<u64> = thousand(slow, 1).into_iter().flatten().collect();
        assert!(arrivals.windows(2).all(|pair| pair[1] - pair[0] == 10_000));
        assert!((115..=125).contains(&arrivals.len()), "{}", arrivals.len());
    }

    #[test]
    fn delay_and_jitter_keep_the_order() {
        let far = Conditions { delay_ms: 300, jitter_ms: 50, ..Conditions::default() };
        let arrivals: Vec<u64> = thousand(far, 1).into_iter().flatten().collect();
        assert_eq!(arrivals.len(), 1_000);
        assert!(arrivals.is_sorted());
        assert!((0..1_000).zip(&arrivals).all(|(n, arrival)| (300_000..=400_000).contains(&(arrival - n * 1_000))));
    }

    #[test]
    fn loss_and_overtaking_are_as_often_as_said() {
        let lossy = thousand(Conditions { lost_percent: 5, ..Conditions::default() }, 1);
        let lost = lossy.iter().filter(|arrival| arrival.is_none()).count();
        assert!((30..=75).contains(&lost), "{lost}");
        let mixed = thousand(Conditions { delay_ms: 20, overtaking_percent: 25, ..Conditions::default() }, 1);
        let early = (0..1_000).zip(mixed).filter(|(n, arrival)| *arrival == Some(n * 1_000)).count();
        assert!((200..=300).contains(&early), "{early}");
    }

    #[test]
    fn a_seed_replays_and_another_differs() {
        let bad =
            Conditions { delay_ms: 5, jitter_ms: 9, lost_percent: 5, overtaking_percent: 5, ..Conditions::default() };
        assert_eq!(thousand(bad, 7), thousand(bad, 7));
        assert_ne!(thousand(bad, 7), thousand(bad, 8));
    }
}
