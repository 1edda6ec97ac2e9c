//! What a replica knows of one connected peer.

use std::collections::BTreeMap;

use cremona_envelope::{LogId, Time};

use crate::trie::FrontierEntry;

/// A connected node, by its device's key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Peer(pub [u8; 32]);

/// Frames that a peer may send at once before it floods.
const BURST: u64 = 4_000;
/// Frames a second that a peer may send in the long run.
const RATE: u64 = 1_000;
/// Most logs that a peer may have ahead of us and tell of.
pub(crate) const MAX_AHEAD: usize = 100_000;

/// How two replicas stand with each other.
#[derive(Debug, Default)]
pub(crate) struct PeerState {
    /// The root that it last told.
    pub(crate) root: Option<[u8; 32]>,
    /// The genesis log that it told of.
    pub(crate) genesis: Option<LogId>,
    /// The root that we last told it.
    pub(crate) told: Option<[u8; 32]>,
    /// When we last told it.
    pub(crate) told_at: Time,
    /// Logs of which it has more than we, or which it has cut.
    pub(crate) ahead: BTreeMap<LogId, FrontierEntry>,
    /// Logs that we asked it for.
    pub(crate) wanted: BTreeMap<LogId, ()>,
    /// Where we look for the place of a fork.
    pub(crate) search: BTreeMap<LogId, ForkSearch>,
    /// Until when an answer has to come, while one is due.
    pub(crate) due: Option<Time>,
    /// Until when a descent that it answers runs.
    pub(crate) descending: Option<Time>,
    /// Told once that both are in sync.
    pub(crate) in_sync: bool,
    /// Envelopes that it lacks, as it told.
    pub(crate) behind: BTreeMap<LogId, u64>,
    allowance: u64,
    counted_at: Time,
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
        Self { allowance: BURST, counted_at: now, ..Self::default() }
    }

    /// Counts a frame; false where there are too many.
    pub(crate) fn admit_frame(&mut self, now: Time) -> bool {
        let earned = now.since(self.counted_at).saturating_mul(RATE) / 1_000;
        if earned > 0 {
            self.allowance = self.allowance.saturating_add(earned).min(BURST);
            self.counted_at = now;
        }
        match self.allowance.checked_sub(1) {
            Some(left) => {
                self.allowance = left;
                true
            }
            None => false,
        }
    }
}

/// Why a peer is dropped, in words for `peers`.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DropReason {
    /// It answers nothing that it was asked.
    #[error("stalled: it did not answer within {0} s")]
    Stalled(u64),
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
