//! Which addresses to dial and when: exponential backoff with jitter, at once when something
//! changed. Hints and what was found on the local network come first; where a teammate says that it
//! can be reached is tried while few are connected and that teammate is not.

use std::collections::{BTreeMap, BTreeSet};

use cremona_envelope::Time;

use crate::peer::Peer;

/// First pause after a failure.
const FIRST_MS: u64 = 1_000;
/// Longest pause.
const LONGEST_MS: u64 = 300_000;
/// Most addresses that are tried; one more takes the place of the one that failed most often, if any.
const MAX_ADDRESSES: usize = 256;
/// With this many peers, what teammates say of themselves is not tried.
const ENOUGH: usize = 12;
/// A dial that nothing was heard of is over by then.
const DIAL_MS: u64 = 15_000;
/// One that was begun this lately is left alone when the network changes, for so long: a start brings
/// several changes at once, one for each address of its own.
const BEGUN_MS: u64 = 2_000;

/// Addresses of teammates' nodes, and how trying them went.
pub struct Dialer {
    addresses: BTreeMap<String, Target>,
    met: BTreeSet<Peer>,
    seed: u64,
}

#[derive(Clone, Debug, Default)]
struct Target {
    next: Time,
    /// When the dial that is under way was begun.
    begun: Option<Time>,
    failures: u32,
    connected: Option<Peer>,
    reason: Option<String>,
    /// Who said that it can be reached there; `None` where it comes from elsewhere.
    whose: Option<Peer>,
}

/// An address and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The address.
    pub address: String,
    /// Who said that it can be reached there.
    pub whose: Option<Peer>,
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
        Self { addresses: BTreeMap::new(), met: BTreeSet::new(), seed }
    }

    /// Adds an address, to be tried at once.
    pub fn add(&mut self, address: &str, now: Time) {
        if self.addresses.len() >= MAX_ADDRESSES && !self.addresses.contains_key(address) {
            self.forget_worst();
        }
        if self.addresses.len() < MAX_ADDRESSES || self.addresses.contains_key(address) {
            let target = self.addresses.entry(address.to_owned()).or_default();
            target.whose = None;
            if target.connected.is_none() {
                target.next = target.next.min(now);
                target.failures = 0;
            }
        }
    }

    /// A teammate says where it can be reached; what it said before is forgotten.
    pub fn reachable(&mut self, peer: Peer, addresses: &[String], now: Time) {
        let old = |address: &String, target: &Target| target.whose == Some(peer) && !addresses.contains(address);
        self.addresses.retain(|address, target| target.connected.is_some() || !old(address, target));
        for address in addresses {
            if self.addresses.len() >= MAX_ADDRESSES && !self.addresses.contains_key(address) {
                self.forget_worst();
            }
            if self.addresses.len() < MAX_ADDRESSES {
                // Whoever said something lately is there: what failed before is tried again.
                let fresh = Target { whose: Some(peer), next: now, ..Target::default() };
                let target = self.addresses.entry(address.clone()).or_insert_with(|| fresh.clone());
                if target.whose == Some(peer) && target.connected.is_none() {
                    *target = fresh;
                }
            }
        }
    }

    /// A peer is connected, whoever began.
    pub fn met(&mut self, peer: Peer) {
        self.met.insert(peer);
    }

    /// A dial of `address` was admitted.
    pub fn connected(&mut self, address: &str, peer: Peer) {
        if let Some(target) = self.addresses.get_mut(address) {
            let Target { whose, failures, .. } = *target;
            *target = Target { connected: Some(peer), whose, failures, ..Target::default() };
        }
    }

    /// A peer is gone: its addresses are tried again, soon.
    pub fn disconnected(&mut self, peer: Peer, now: Time) {
        self.met.remove(&peer);
        for target in self.addresses.values_mut().filter(|target| target.connected == Some(peer)) {
            *target = Target { next: now.plus(FIRST_MS / 4), whose: target.whose, ..Target::default() };
        }
    }

    /// A peer is dropped for what it did: who answers at its addresses is tried again ever more seldom.
    pub fn dropped(&mut self, peer: Peer, reason: &str, now: Time) {
        let of_peer = self.addresses.iter().filter(|(_, target)| target.connected == Some(peer));
        for address in of_peer.map(|(address, _)| address.clone()).collect::<Vec<_>>() {
            self.failed(&address, reason, now);
        }
    }

    /// A dial failed.
    pub fn failed(&mut self, address: &str, reason: &str, now: Time) {
        let jitter = self.jitter();
        if let Some(target) = self.addresses.get_mut(address) {
            target.failures = target.failures.saturating_add(1);
            target.connected = None;
            target.begun = None;
            target.reason = Some(reason.to_owned());
            let pause = FIRST_MS
                .saturating_mul(1_u64.checked_shl(target.failures.saturating_sub(1)).unwrap_or(u64::MAX))
                .min(LONGEST_MS);
            // Between a half and all of it, so that nodes that lost each other do not knock in step.
            let half = pause / 2;
            target.next = now.plus(half.saturating_add(jitter.checked_rem(half).unwrap_or(0)));
        }
    }

    /// This machine's addresses changed, or it woke: everything is tried at once, but for what is being
    /// tried since just now.
    pub fn network_changed(&mut self, now: Time) {
        for target in self.addresses.values_mut().filter(|target| target.connected.is_none()) {
            let begun = target.begun.filter(|begun| now.since(*begun) < BEGUN_MS);
            target.next = begun.map_or(now, |begun| begun.plus(BEGUN_MS));
            target.failures = 0;
        }
    }

    /// The next address to dial now; it counts as being tried.
    pub fn poll_dial(&mut self, now: Time) -> Option<String> {
        let met = &self.met;
        let due = self.addresses.iter_mut().filter(|(_, target)| is_wanted(target, met) && target.next <= now);
        let (address, target) = due.min_by_key(|(_, target)| target.whose.is_some())?;
        target.next = now.plus(DIAL_MS);
        target.begun = Some(now);
        Some(address.clone())
    }

    /// When the next dial is due.
    #[must_use]
    pub fn wake_at(&self) -> Option<Time> {
        self.addresses.values().filter(|target| is_wanted(target, &self.met)).map(|target| target.next).min()
    }

    /// All addresses and how they stand.
    pub fn attempts(&self) -> impl Iterator<Item = Attempt> {
        self.addresses.iter().map(|(address, target)| Attempt {
            address: address.clone(),
            whose: target.whose,
            connected: target.connected,
            reason: target.reason.clone(),
            next: target.next,
        })
    }

    fn forget_worst(&mut self) {
        let failed = self.addresses.iter().filter(|(_, target)| target.failures > 0);
        let worst = failed.max_by_key(|(_, target)| (target.whose.is_some(), target.failures));
        if let Some(worst) = worst.map(|(address, _)| address.clone()) {
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

/// Whether an address is to be dialled at all.
fn is_wanted(target: &Target, met: &BTreeSet<Peer>) -> bool {
    let needed = |peer: Peer| met.len() < ENOUGH && !met.contains(&peer);
    target.connected.is_none() && target.whose.is_none_or(needed)
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
    fn what_is_being_dialled_since_just_now_is_not_dialled_twice_because_the_network_changed() {
        let mut dialer = Dialer::new(7);
        dialer.add("bo:4477", Time(0));
        assert_eq!(dialer.poll_dial(Time(0)), Some("bo:4477".to_owned()));
        for at in [1, 5, 900] {
            dialer.network_changed(Time(at));
            assert_eq!(dialer.poll_dial(Time(at)), None);
        }
        let again = dialer.wake_at().unwrap();
        assert_eq!(again, Time(BEGUN_MS), "a dial that the change cut off does not wait for its own end");
        assert_eq!(dialer.poll_dial(again), Some("bo:4477".to_owned()));
        dialer.failed("bo:4477", "refused", Time(3_000));
        dialer.network_changed(Time(3_001));
        assert_eq!(dialer.poll_dial(Time(3_001)), Some("bo:4477".to_owned()));
    }

    #[test]
    fn who_is_dropped_again_and_again_is_dialled_ever_more_seldom() {
        let (mut dialer, mal) = (Dialer::new(7), Peer([6; 32]));
        dialer.add("mal:1", Time(0));
        let mut now = Time(0);
        for _ in 0..10 {
            assert_eq!(dialer.poll_dial(now), Some("mal:1".to_owned()));
            dialer.connected("mal:1", mal);
            dialer.dropped(mal, "lied", now);
            dialer.disconnected(mal, now);
            now = dialer.wake_at().unwrap();
        }
        assert!(now.0 > LONGEST_MS, "{now:?}");
        dialer.poll_dial(now);
        dialer.connected("mal:1", mal);
        dialer.disconnected(mal, now);
        assert!(dialer.wake_at().unwrap().since(now) < FIRST_MS, "a line that was cut is not held against it");
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

    #[test]
    fn where_bo_says_he_is_comes_after_hints_and_only_while_he_is_not_met() {
        let (mut dialer, bo) = (Dialer::new(7), Peer([2; 32]));
        dialer.reachable(bo, &["a-bo:1".to_owned(), "a-bo:2".to_owned()], Time(0));
        dialer.add("hint:1", Time(0));
        assert_eq!(dialer.poll_dial(Time(0)), Some("hint:1".to_owned()));
        assert_eq!(dialer.poll_dial(Time(0)), Some("a-bo:1".to_owned()));
        dialer.connected("a-bo:1", bo);
        dialer.met(bo);
        assert_eq!(dialer.poll_dial(Time(0)), None);
        dialer.disconnected(bo, Time(0));
        dialer.reachable(bo, &["a-bo:3".to_owned()], Time(10));
        assert_eq!(dialer.poll_dial(Time(10)), Some("a-bo:3".to_owned()));
        assert!(dialer.attempts().all(|attempt| attempt.address != "a-bo:2"));
    }

    #[test]
    fn with_many_peers_nobody_else_is_looked_for() {
        let mut dialer = Dialer::new(7);
        dialer.reachable(Peer([200; 32]), &["cy:1".to_owned()], Time(0));
        (0..12).for_each(|number| dialer.met(Peer([number; 32])));
        assert_eq!((dialer.poll_dial(Time(0)), dialer.wake_at()), (None, None));
        dialer.disconnected(Peer([3; 32]), Time(0));
        assert_eq!(dialer.poll_dial(Time(0)), Some("cy:1".to_owned()));
    }
}
