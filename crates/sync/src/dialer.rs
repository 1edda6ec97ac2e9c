//! Which addresses to dial and when: exponential backoff with jitter, at once when something
//! changed.

use std::collections::BTreeMap;

use cremona_envelope::Time;

use crate::peer::Peer;

/// First pause after a failure.
const FIRST_MS: u64 = 1_000;
/// Longest pause.
const LONGEST_MS: u64 = 300_000;
/// Most addresses that are tried; one more takes the place of the one that failed most often, if any.
const MAX_ADDRESSES: usize = 256;
/// A dial that nothing was heard of is over by then.
const DIAL_MS: u64 = 15_000;

/// Addresses of teammates' nodes, and how trying them went.
pub struct Dialer {
    addresses: BTreeMap<String, Target>,
    seed: u64,
}

#[derive(Clone, Debug, Default)]
struct Target {
    next: Time,
    failures: u32,
    connected: Option<Peer>,
    reason: Option<String>,
}

/// An address and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The address.
    pub address: String,
    /// Who answered there and is connected.
    pub connected: Option<Peer>,
    /// Why the last try failed.
    pub reason: Option<String>,
    /// When it is tried next.
    pub next: Time,
}

impl Dialer {
    /// A dialer without addresses; `seed` is any random number, for jitter.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { addresses: BTreeMap::new(), seed }
    }

    /// Adds an address, to be tried at once.
    pub fn add(&mut self, address: &str, now: Time) {
        if self.addresses.len() >= MAX_ADDRESSES && !self.addresses.contains_key(address) {
            self.forget_worst();
        }
        if self.addresses.len() < MAX_ADDRESSES || self.addresses.contains_key(address) {
            let target = self.addresses.entry(address.to_owned()).or_default();
            if target.connected.is_none() {
                target.next = target.next.min(now);
                target.failures = 0;
            }
        }
    }

    /// A dial of `address` was admitted.
    pub fn connected(&mut self, address: &str, peer: Peer) {
        if let Some(target) = self.addresses.get_mut(address) {
            *target = Target { connected: Some(peer), ..Target::default() };
        }
    }

    /// A peer is gone: its addresses are tried again, soon.
    pub fn disconnected(&mut self, peer: Peer, now: Time) {
        for target in self.addresses.values_mut().filter(|target| target.connected == Some(peer)) {
            *target = Target { next: now.plus(FIRST_MS / 4), ..Target::default() };
        }
    }

    /// A dial failed.
    pub fn failed(&mut self, address: &str, reason: &str, now: Time) {
        let jitter = self.jitter();
        if let Some(target) = self.addresses.get_mut(address) {
            target.failures = target.failures.saturating_add(1);
            target.connected = None;
            target.reason = Some(reason.to_owned());
            let pause = FIRST_MS
                .saturating_mul(1_u64.checked_shl(target.failures.saturating_sub(1)).unwrap_or(u64::MAX))
                .min(LONGEST_MS);
            // Between a half and all of it, so that nodes that lost each other do not knock in step.
            let half = pause / 2;
            target.next = now.plus(half.saturating_add(jitter.checked_rem(half).unwrap_or(0)));
        }
    }

    /// This machine's addresses changed, or it woke: everything is tried at once.
    pub fn network_changed(&mut self, now: Time) {
        for target in self.addresses.values_mut().filter(|target| target.connected.is_none()) {
            target.next = now;
            target.failures = 0;
        }
    }

    /// The next address to dial now; it counts as being tried.
    pub fn poll_dial(&mut self, now: Time) -> Option<String> {
        let due = |target: &Target| target.connected.is_none() && target.next <= now;
        let (address, target) = self.addresses.iter_mut().find(|(_, target)| due(target))?;
        target.next = now.plus(DIAL_MS);
        Some(address.clone())
    }

    /// When the next dial is due.
    #[must_use]
    pub fn wake_at(&self) -> Option<Time> {
        self.addresses.values().filter(|target| target.connected.is_none()).map(|target| target.next).min()
    }

    /// All addresses and how they stand.
    pub fn attempts(&self) -> impl Iterator<Item = Attempt> {
        self.addresses.iter().map(|(address, target)| Attempt {
            address: address.clone(),
            connected: target.connected,
            reason: target.reason.clone(),
            next: target.next,
        })
    }

    fn forget_worst(&mut self) {
        let failed = self.addresses.iter().filter(|(_, target)| target.failures > 0);
        if let Some(worst) = failed.max_by_key(|(_, target)| target.failures).map(|(address, _)| address.clone()) {
            self.addresses.remove(&worst);
        }
    }

    /// A step of `SplitMix64`, which is enough for jitter.
    fn jitter(&mut self) -> u64 {
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.seed ^ (self.seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end_when_something_changes() {
        let mut dialer = Dialer::new(7);
        dialer.add("bo:4477", Time(0));
        let mut now = Time(0);
        let mut last = 0;
        for round in 0..12 {
            assert_eq!(dialer.poll_dial(now), Some("bo:4477".to_owned()));
            assert_eq!(dialer.poll_dial(now), None);
            dialer.failed("bo:4477", "refused", now);
            let pause = dialer.wake_at().unwrap().since(now);
            assert!(
                pause <= LONGEST_MS && pause.saturating_mul(2) >= last.min(LONGEST_MS),
                "round {round}: {pause} after {last}"
            );
            last = pause;
            now = now.plus(pause);
        }
        dialer.failed("bo:4477", "refused", now);
        dialer.network_changed(now);
        assert_eq!(dialer.poll_dial(now), Some("bo:4477".to_owned()));
        dialer.connected("bo:4477", Peer([1; 32]));
        assert_eq!(dialer.wake_at(), None);
        dialer.disconnected(Peer([1; 32]), now);
        assert!(dialer.wake_at().unwrap().since(now) < FIRST_MS);
    }
    #[test]
    fn a_new_address_takes_the_place_of_one_that_fails_and_of_no_other() {
        let mut dialer = Dialer::new(7);
        for number in 0..MAX_ADDRESSES + 10 {
            dialer.add(&format!("node-{number}:1"), Time(0));
        }
        assert_eq!(dialer.attempts().count(), MAX_ADDRESSES);
        dialer.failed("node-3:1", "refused", Time(0));
        dialer.add("bo:4477", Time(0));
        let addresses: Vec<_> = dialer.attempts().map(|attempt| attempt.address).collect();
        assert!(addresses.contains(&"bo:4477".to_owned()) && !addresses.contains(&"node-3:1".to_owned()));
        assert_eq!(addresses.len(), MAX_ADDRESSES);
    }
}
