//! Who may have what: devices of the logs that are here, and whoever shows a join in time.
//!
//! The gate admits whoever holds the knock key, which the mailbox holds too. So a device that no log
//! here belongs to gets the log of the genesis, from which it learns how to join, and everything else
//! that it asks for waits until its own join, signed by the invite key, has arrived.

use std::collections::BTreeMap;

use cremona_envelope::{LogId, Time};
use cremona_sync::{Frame, Peer};

use crate::settings::Input;

/// Within this a device has to show its join, in milliseconds.
const PROBATION_MS: u64 = 60_000;
/// Most frames of a device that wait for its join.
const MAX_WAITING: usize = 32;
/// Most bytes of these.
const MAX_WAITING_BYTES: usize = 65_536;

/// The connected devices that no log belongs to.
#[derive(Default)]
pub(super) struct Access {
    strangers: BTreeMap<Peer, Stranger>,
}

struct Stranger {
    until: Time,
    waiting: Vec<Vec<u8>>,
}

/// What becomes of an input.
pub(super) enum Entry {
    /// It is taken.
    Open(Input),
    /// It waits for a join.
    Waits,
    /// Too much waits.
    Refused(Peer),
}

impl Access {
    /// A peer was admitted at the gate.
    pub(super) fn came(&mut self, peer: Peer, known: bool, now: Time) {
        if !known {
            self.strangers.insert(peer, Stranger { until: now.plus(PROBATION_MS), waiting: Vec::new() });
        }
    }

    /// A peer is gone.
    pub(super) fn left(&mut self, peer: &Peer) {
        self.strangers.remove(peer);
    }

    /// Whether an input is taken now.
    pub(super) fn judge(&mut self, input: Input, genesis: Option<LogId>) -> Entry {
        let Input::Frame { peer, bytes } = &input else { return Entry::Open(input) };
        let Some(stranger) = self.strangers.get_mut(peer) else { return Entry::Open(input) };
        if !asks_for_more(bytes, genesis) {
            return Entry::Open(input);
        }
        let waiting = stranger.waiting.iter().map(Vec::len).fold(bytes.len(), usize::saturating_add);
        if stranger.waiting.len() >= MAX_WAITING || waiting > MAX_WAITING_BYTES {
            return Entry::Refused(*peer);
        }
        stranger.waiting.push(bytes.clone());
        Entry::Waits
    }

    /// The devices that are known by now, with what they asked for meanwhile.
    pub(super) fn let_in(&mut self, knows: impl Fn(&Peer) -> bool) -> Vec<(Peer, Vec<Vec<u8>>)> {
        let known: Vec<Peer> = self.strangers.keys().copied().filter(|peer| knows(peer)).collect();
        let mut waiting =
            |peer: &Peer| self.strangers.remove(peer).map(|stranger| stranger.waiting).unwrap_or_default();
        known.iter().map(|peer| (*peer, waiting(peer))).collect()
    }

    /// The devices that have shown no join in time. That runs from when the genesis is here: before, nobody
    /// who knows it no better can learn from it how to join.
    pub(super) fn late(&mut self, has_genesis: bool, now: Time) -> Vec<Peer> {
        if !has_genesis {
            self.strangers.values_mut().for_each(|stranger| stranger.until = now.plus(PROBATION_MS));
        }
        self.strangers.iter().filter(|(_, stranger)| stranger.until <= now).map(|(peer, _)| *peer).collect()
    }

    /// When the next one is late.
    pub(super) fn wake_at(&self) -> Option<Time> {
        self.strangers.values().map(|stranger| stranger.until).min()
    }
}

/// Whether a frame asks for something of another log than the one of the genesis. What can't be read
/// asks for nothing, and the replica drops who sent it.
fn asks_for_more(bytes: &[u8], genesis: Option<LogId>) -> bool {
    let log = match Frame::decode(bytes) {
        Ok(Frame::Want(want)) => *want.log,
        Ok(Frame::Probe(probe)) => *probe.log,
        Ok(Frame::WantBodies(want)) => *want.log,
        Ok(_) | Err(_) => return false,
    };
    genesis != Some(LogId(log))
}
