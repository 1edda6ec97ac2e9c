//! What a replica knows of one connected peer, and how much it bears from it.

use std::collections::{BTreeMap, BTreeSet};

use cremona_envelope::{LogId, Time};

use crate::bundles::Serving;
use crate::frame::Told;
use crate::soft_book::SoftPeer;

/// A connected node, by its device's key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Peer(pub [u8; 32]);

/// Pause from a change of the root to telling it, so that live messages arrive first.
const HELLO_MS: u64 = 1_000;
/// Shortest pause between hellos while roots differ and nothing is under way; doubles each time.
const APART_MS: u64 = 2_000;
/// Pause between hellos while things are being fetched.
const BUSY_MS: u64 = 10_000;
/// A hello is repeated after this much quiet.
const QUIET_MS: u64 = 60_000;
/// Most logs that a peer may have ahead of us and tell of.
pub(crate) const MAX_AHEAD: usize = 100_000;

/// How two replicas stand with each other.
#[derive(Debug, Default)]
pub(crate) struct PeerState {
    /// The root that it last told.
    pub(crate) root: Option<[u8; 32]>,
    /// The genesis log that it told of.
    pub(crate) genesis: Option<LogId>,
    /// Whether it makes and takes bundles.
    pub(crate) bundles: bool,
    /// Logs that it has to send as runs, since their bundles can't be opened here.
    pub(crate) plain: BTreeSet<LogId>,
    /// Bundles that it is sending.
    pub(crate) loading: usize,
    /// Bytes that it is asked for at once; see `bundles`.
    pub(crate) credit: u32,
    /// The least time in which what it was asked for at once has come.
    pub(crate) quickest_ms: Option<u64>,
    /// How many such times are known.
    pub(crate) answers: u32,
    /// How long the last bundle that it sent took.
    pub(crate) load_ms: Option<u64>,
    /// Since when its pace is measured, and bytes of bundles that came since.
    pub(crate) pace: (Time, u64),
    /// Until when others go first, since they were quicker.
    pub(crate) slow_until: Time,
    /// Bundles that it is being sent.
    pub(crate) serving: Serving,
    /// Logs of which it has more than we.
    pub(crate) ahead: BTreeMap<LogId, Told>,
    /// Of those the logs of which it is only supposed: it passed on what it seems to have written. A copy
    /// of its device may have, and supposing makes nobody a liar.
    pub(crate) supposed: BTreeSet<LogId>,
    /// Logs that we asked it for.
    pub(crate) wanted: BTreeMap<LogId, Wanted>,
    /// Logs whose forks we look for.
    pub(crate) search: BTreeMap<LogId, ForkSearch>,
    /// Logs whose fork it has to prove.
    pub(crate) proofs: BTreeSet<LogId>,
    /// Seqs that it told of and did not send: the second time is a lie.
    pub(crate) broken: BTreeMap<LogId, u64>,
    /// Up to where it was sent logs, so that what it wants twice is counted.
    pub(crate) served: BTreeMap<LogId, u64>,
    /// Envelopes that it lacks, as it told.
    pub(crate) behind: BTreeMap<LogId, u64>,
    /// Until when something has to come, while something is due.
    pub(crate) due: Option<Time>,
    /// Until when a comparison of ranges is thought to be under way.
    pub(crate) descending: Option<Time>,
    /// Told that both are in sync.
    pub(crate) in_sync: bool,
    /// Gossip of its that was not genuine.
    pub(crate) rejected: u32,
    /// Frames, weighed by what they cost.
    pub(crate) frames: Allowance,
    /// Gossip.
    pub(crate) gossip: Allowance,
    /// Soft state.
    pub(crate) soft: SoftPeer,
    told: Option<[u8; 32]>,
    told_at: Time,
    stale_since: Option<Time>,
    apart_ms: u64,
}

/// A log that was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    /// Our head when we asked.
    pub(crate) after: u64,
}

/// The search for the first difference of a forked log: it lies after `same` and at or before
/// `differs`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ForkSearch {
    pub(crate) same: u64,
    pub(crate) differs: u64,
}

impl PeerState {
    /// A peer that was just admitted.
    pub(crate) fn new(now: Time) -> Self {
        let (frames, gossip) = (Allowance::new(now), Allowance::new(now));
        let (credit, soft) = (crate::bundles::CREDIT, SoftPeer::new(now));
        Self { apart_ms: APART_MS, credit, frames, gossip, soft, ..Self::default() }
    }

    /// Whether something of it is on its way, or is being fetched elsewhere.
    fn is_busy(&self) -> bool {
        !self.wanted.is_empty() || !self.ahead.is_empty() || self.loading > 0
    }

    /// Nothing more to wait for where nothing was asked.
    pub(crate) fn settle_due(&mut self) {
        if self.wanted.is_empty() && self.search.is_empty() && self.proofs.is_empty() && self.loading == 0 {
            self.due = None;
        }
    }

    /// All that it had ahead is here: it is to hear so at once.
    pub(crate) fn settle_fetch(&mut self) {
        if !self.is_busy() {
            self.descending = None;
            self.stale_since = Some(Time(0));
        }
    }

    /// Notes since when it has not heard our root.
    pub(crate) fn note_root(&mut self, root: &[u8; 32], now: Time) {
        if self.told == Some(*root) {
            self.stale_since = None;
        } else if self.stale_since.is_none() {
            self.stale_since = Some(now);
            self.apart_ms = APART_MS;
        }
    }

    /// When it is to hear our root: soon after that changed, and ever more seldom otherwise.
    pub(crate) fn hello_due(&self, root: &[u8; 32]) -> Time {
        let apart = self.root.is_some_and(|theirs| theirs != *root) && self.descending.is_none();
        if self.is_busy() {
            self.told_at.plus(BUSY_MS)
        } else if self.told != Some(*root) {
            self.stale_since.unwrap_or(self.told_at).plus(HELLO_MS)
        } else {
            self.told_at.plus(if apart { self.apart_ms } else { QUIET_MS })
        }
    }

    /// It is to hear of a changed root at once.
    pub(crate) fn hurry(&mut self) {
        self.stale_since = Some(Time(0));
    }

    /// It is being told `root`.
    pub(crate) fn tell(&mut self, root: [u8; 32], now: Time) {
        if self.told == Some(root) {
            self.apart_ms = self.apart_ms.saturating_mul(2).min(QUIET_MS);
        }
        self.told = Some(root);
        self.told_at = now;
        self.stale_since = None;
    }

    /// It told another root than before.
    pub(crate) fn hear(&mut self, root: [u8; 32]) -> bool {
        let news = self.root != Some(root);
        if news {
            self.apart_ms = APART_MS;
        }
        self.root = Some(root);
        news
    }
}

/// How much more a peer may send at once: refills with time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Allowance {
    left: u64,
    counted_at: Time,
}

impl Allowance {
    /// Most at once.
    const BURST: u64 = 8_000;
    /// A second, in the long run.
    const RATE: u64 = 1_000;

    fn new(now: Time) -> Self {
        Self { left: Self::BURST, counted_at: now }
    }

    /// Takes `cost` away; false where there is not that much left.
    pub(crate) fn take(&mut self, cost: usize, now: Time) -> bool {
        let earned = now.since(self.counted_at).saturating_mul(Self::RATE) / 1_000;
        if earned > 0 {
            self.give_back(earned);
            self.counted_at = now;
        }
        let left = self.left.checked_sub(u64::try_from(cost).unwrap_or(u64::MAX));
        self.left = left.unwrap_or(self.left);
        left.is_some()
    }

    /// What was taken was useful after all.
    pub(crate) fn give_back(&mut self, cost: u64) {
        self.left = self.left.saturating_add(cost).min(Self::BURST);
    }
}

/// Why a peer is dropped, in words for `peers`.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DropReason {
    /// It answers nothing that it was asked.
    #[error("stalled: it did not answer within {0} s")]
    Stalled(u64),
    /// It sends bundles byte by byte, so that they never end.
    #[error("stalled: it sends bundles byte by byte")]
    Dripped,
    /// It sends what can't be.
    #[error("lied: {0}")]
    Lied(String),
    /// It sends more than anyone needs.
    #[error("flooded: too many frames")]
    Flooded,
    /// It sends bytes that are not frames.
    #[error("sent bytes that make no sense: {0}")]
    Garbled(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowance_runs_out_and_refills() {
        let mut allowance = Allowance::new(Time(0));
        assert!((0..8_000).all(|_| allowance.take(1, Time(0))));
        assert!(!allowance.take(1, Time(0)));
        assert!(!allowance.take(600, Time(500)));
        assert!(allowance.take(400, Time(500)));
    }

    #[test]
    fn hellos_grow_seldom_while_nothing_changes() {
        let mut bo = PeerState::new(Time(0));
        bo.hear([2; 32]);
        let mut now = Time(0);
        let mut pauses = Vec::new();
        bo.tell([1; 32], now);
        for _ in 0..7 {
            let due = bo.hello_due(&[1; 32]);
            pauses.push(due.since(now));
            now = due;
            bo.tell([1; 32], now);
        }
        assert_eq!(pauses, [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    }
}
