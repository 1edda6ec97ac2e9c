//! Soft state between replicas: the latest word of each device, asked for by who lacks it.
//!
//! It stays out of the way of everything else. On meeting, nothing of it is said until both hold the
//! same set, or 20 seconds have passed; then each tells a digest of the words it holds. Where digests
//! differ, the smaller device lists its words, the other wants those that are newer and offers those
//! that are older there. Later on, a new word is offered to all who are connected, and they want it.
//! Words are never pushed: what was not asked for is not looked at, and costs.
//!
//! A word is taken from a device that the log knows, with a time at most [`FUTURE_MS`] ahead of this
//! clock and at least [`STEP_MS`] after the word before: so no device makes others pass on more than
//! one word in ten seconds. At most [`MAX_WORDS`] are held; one more takes the place of the oldest.
//!
//! Personal state is passed on between a member's own devices and mailboxes alone: it is left out of
//! what any two others compare, offer, serve and take (see [`Held::may_hold`]).

use std::collections::BTreeMap;

use cremona_envelope::{DeviceId, Soft, SoftError, SoftKind, Time, VerifiedSoft};
use minicbor::bytes::ByteVec;

use crate::facts::Output;
use crate::frame::Frame;
use crate::held::Held;
use crate::peer::{DropReason, Peer};
use crate::replica::Replica;
use crate::soft_book::Key;
pub use crate::soft_book::{FUTURE_MS, STEP_MS};
use crate::soft_frame::{MAX_WANTED, MAX_WORDS, SoftEntry, SoftOffer, SoftPlace, SoftWant, SoftWords};

/// Pause in which new words gather before they are offered.
const GATHER_MS: u64 = 1_000;
/// Digests are compared again this often, for words that were refused at first.
const AGAIN_MS: u64 = 600_000;
/// A list is not sent twice, nor a digest repeated, within this.
const LIST_MS: u64 = 30_000;
/// Wanted words that have not come by then are given up.
const PATIENCE_MS: u64 = 30_000;
/// A peer that has offered this many words and did not send them is asked for none any more.
const MOST_BROKEN: usize = 64;
/// Bytes of words in one frame, beside the word that goes beyond.
const WORDS_BYTES: usize = 512 * 1024;
/// What a word that was not wanted costs, and one that is wanted and no use.
const UNASKED_COST: usize = 50;
const USELESS_COST: usize = 8;

impl Replica {
    /// Notes a word that the store holds, when starting.
    pub fn remember_soft(&mut self, device: DeviceId, kind: SoftKind, time: Time) {
        self.soft.note((device, kind), time);
    }

    /// By how many ms a peer's clock is ahead of this one, as it told last; the way is counted in.
    #[must_use]
    pub fn clock_ahead(&self, peer: &Peer) -> Option<i64> {
        self.peers.get(peer).and_then(|state| state.soft.clock_ahead)
    }

    /// This node said something about itself, and keeps it.
    pub(crate) fn soft_said(&mut self, soft: &Soft, now: Time) {
        self.soft.note((soft.device, soft.kind), soft.time);
        self.spread_soft((soft.device, soft.kind), None, now);
    }

    pub(crate) fn soft_tick(&mut self, now: Time, held: &dyn Held) {
        let asked = self.soft.asked.len();
        self.soft.asked.retain(|_, until| *until > now);
        let freed = self.soft.asked.len() < asked;
        let mut due = Vec::new();
        for (peer, state) in &mut self.peers {
            if state.soft.until.is_some_and(|until| until <= now) {
                state.soft.until = None;
                state.soft.wanted.clear();
                state.soft.to_want.clear();
                state.soft.broken = MOST_BROKEN;
            }
            if state.soft.due.is_some_and(|at| at <= now) && !self.soft.times.is_empty() {
                state.soft.due = Some(now.plus(AGAIN_MS));
                due.push(*peer);
            }
        }
        if freed {
            self.resume_soft(now);
        }
        for peer in due {
            self.offer_news(peer, now, held);
        }
    }

    /// Offers what is new to a peer, or tells it the digest where nothing is.
    fn offer_news(&mut self, peer: Peer, now: Time, held: &dyn Held) {
        let shared = self.shared(peer, held);
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let news = std::mem::take(&mut state.soft.news);
        let entries = if state.soft.told.is_some() { self.soft.entries(news.iter(), shared) } else { Vec::new() };
        if entries.is_empty() && !news.is_empty() {
            return; // Nothing of it is for this peer.
        }
        self.offer_soft(peer, false, entries, now, held);
    }

    /// Whether both this node and a peer may hold a word.
    fn shared<'a>(&self, peer: Peer, held: &'a dyn Held) -> impl Fn(&Key) -> bool + use<'a> {
        let (me, them) = (self.me, DeviceId(peer.0));
        move |(owner, kind)| held.may_hold(&me, owner, *kind) && held.may_hold(&them, owner, *kind)
    }

    fn offer_soft(&mut self, peer: Peer, all: bool, entries: Vec<SoftEntry>, now: Time, held: &dyn Held) {
        let digest = self.soft.digest(self.shared(peer, held));
        if let Some(state) = self.peers.get_mut(&peer) {
            state.soft.told = Some((digest, now));
        }
        self.send(peer, &Frame::SoftOffer(SoftOffer { time: now.0, digest: digest.into(), all, entries }));
    }

    pub(crate) fn soft_offer(&mut self, peer: Peer, offer: &SoftOffer, now: Time, held: &dyn Held) {
        if !self.charge(peer, offer.entries.len() / 8, now) {
            return;
        }
        let Some(state) = self.peers.get_mut(&peer) else { return };
        state.soft.clock_ahead = i64::try_from(offer.time)
            .ok()
            .zip(i64::try_from(now.0).ok())
            .and_then(|(theirs, mine)| theirs.checked_sub(mine));
        if !offer.all && offer.entries.is_empty() {
            return self.compare_soft(peer, *offer.digest, now, held);
        }
        let trusted = state.soft.broken < MOST_BROKEN;
        for entry in &offer.entries {
            let time = Time(entry.time);
            if !self.soft.is_news(&entry.place, time, now) {
                if let Some(key) = self.soft.find(&entry.place) {
                    state.soft.news.remove(&key);
                }
            } else if trusted && state.soft.to_want.len() < MAX_WORDS {
                state.soft.to_want.insert(entry.place, time);
            }
        }
        if offer.all {
            self.answer_list(peer, offer, now, held);
        }
        self.want_soft(peer, now);
    }

    /// Where digests differ, the smaller device lists what it holds, and the other asks it to.
    fn compare_soft(&mut self, peer: Peer, theirs: [u8; 16], now: Time, held: &dyn Held) {
        let shared = self.shared(peer, held);
        let mine = self.soft.digest(&shared);
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let lately = |at: Time| now.since(at) < LIST_MS;
        if mine == theirs {
            state.soft.news.clear();
        } else if self.me.0 < peer.0 {
            if !state.soft.listed.is_some_and(lately) {
                state.soft.listed = Some(now);
                let entries = self.soft.entries(self.soft.times.keys(), shared);
                self.offer_soft(peer, true, entries, now, held);
            }
        } else if !state.soft.told.is_some_and(|(digest, at)| digest == mine && lately(at)) {
            self.offer_soft(peer, false, Vec::new(), now, held);
        }
    }

    /// Offers what a peer that listed all its words lacks.
    fn answer_list(&mut self, peer: Peer, list: &SoftOffer, now: Time, held: &dyn Held) {
        let theirs: BTreeMap<SoftPlace, u64> = list.entries.iter().map(|entry| (entry.place, entry.time)).collect();
        let lacks = |((device, kind), time): &(&Key, &Time)| {
            theirs.get(&SoftPlace::of(device, *kind)).is_none_or(|known| *known < time.0)
        };
        let keys: Vec<Key> = self.soft.times.iter().filter(lacks).map(|(key, _)| *key).collect();
        let entries = self.soft.entries(keys.iter(), self.shared(peer, held));
        if !entries.is_empty() {
            self.offer_soft(peer, false, entries, now, held);
        }
    }

    /// Wants the next words of a peer, but for those that are being asked of others; they wait.
    fn want_soft(&mut self, peer: Peer, now: Time) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        if !state.soft.wanted.is_empty() {
            return;
        }
        let (book, wanted) = (&mut self.soft, &mut state.soft.wanted);
        state.soft.to_want.retain(|place, time| {
            if !book.is_news(place, *time, now) {
                return false;
            }
            let free = wanted.len() < MAX_WANTED && !book.asked.contains_key(place);
            if free {
                book.asked.insert(*place, now.plus(PATIENCE_MS));
                wanted.insert(*place, *time);
            }
            !free
        });
        if !wanted.is_empty() {
            let places = wanted.keys().copied().collect();
            state.soft.until = Some(now.plus(PATIENCE_MS));
            self.send(peer, &Frame::SoftWant(SoftWant { places }));
        }
    }

    pub(crate) fn serve_soft(&mut self, peer: Peer, want: &SoftWant, now: Time, held: &dyn Held) {
        if !self.charge(peer, want.places.len(), now) {
            return;
        }
        let mut bytes = 0_usize;
        let mut words = Vec::new();
        let shared = self.shared(peer, held);
        for (device, kind) in want.places.iter().filter_map(|place| self.soft.find(place)).filter(shared) {
            let Some(word) = held.soft(&device, kind) else { continue };
            bytes = bytes.saturating_add(word.len());
            words.push(ByteVec::from(word));
            if bytes > WORDS_BYTES {
                break;
            }
        }
        self.send(peer, &Frame::SoftWords(SoftWords { words }));
    }

    pub(crate) fn soft_words(&mut self, peer: Peer, told: &SoftWords, now: Time, held: &dyn Held) {
        let expected = self.peers.get(&peer).is_some_and(|state| !state.soft.wanted.is_empty());
        let mut came = false;
        for word in &told.words {
            let soft = match Soft::decode(word) {
                Ok(soft) => soft,
                // A newer cremona's, which others may understand.
                Err(SoftError::Version(_)) => continue,
                Err(error) => return self.drop_peer(peer, DropReason::Garbled(error.to_string()), now),
            };
            let place = SoftPlace::of(&soft.device, soft.kind);
            let Some(state) = self.peers.get_mut(&peer) else { return };
            let asked = state.soft.wanted.remove(&place).is_some();
            if asked {
                self.soft.asked.remove(&place);
                came = true;
            }
            let useful = asked
                && self.soft.is_news(&place, soft.time, now)
                && held.is_member(&soft.device)
                && held.may_hold(&self.me, &soft.device, soft.kind);
            let cost = if asked { USELESS_COST } else { UNASKED_COST };
            if !useful && !self.charge(peer, cost, now) {
                return;
            }
            if useful && !self.take_soft(peer, soft, now) {
                return;
            }
        }
        if expected {
            self.end_soft_want(peer, came, now);
        }
    }

    /// What was wanted and did not fit is wanted again; where nothing came, the peer broke its word.
    fn end_soft_want(&mut self, peer: Peer, came: bool, now: Time) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let left = std::mem::take(&mut state.soft.wanted);
        state.soft.until = None;
        for place in left.keys() {
            self.soft.asked.remove(place);
        }
        if came {
            state.soft.to_want.extend(left);
        } else {
            state.soft.broken = state.soft.broken.saturating_add(left.len());
        }
        self.resume_soft(now);
    }

    /// What nobody is being asked for any more is wanted of those who have it.
    pub(crate) fn resume_soft(&mut self, now: Time) {
        for peer in self.peers.keys().copied().collect::<Vec<_>>() {
            self.want_soft(peer, now);
        }
    }

    /// Takes a word that is news, if it is genuine; false where the peer is dropped for it.
    fn take_soft(&mut self, peer: Peer, soft: Soft, now: Time) -> bool {
        let verified: VerifiedSoft = match soft.verify(&self.workspace) {
            Ok(verified) => verified,
            Err(error) => {
                self.drop_peer(peer, DropReason::Lied(error.to_string()), now);
                return false;
            }
        };
        let key = (verified.soft().device, verified.soft().kind);
        let instead_of = self.soft.note(key, verified.soft().time);
        self.outputs.push_back(Output::AcceptSoft { soft: verified, instead_of });
        self.spread_soft(key, Some(peer), now);
        true
    }

    /// Everyone but who told it hears of a new word soon, or with the first offer.
    fn spread_soft(&mut self, key: Key, from: Option<Peer>, now: Time) {
        for (peer, state) in &mut self.peers {
            let soft = &mut state.soft;
            if Some(*peer) == from {
                soft.news.remove(&key);
            } else if soft.told.is_some() && peer.0 != key.0.0 {
                soft.news.insert(key);
                soft.due = Some(soft.due.map_or(now.plus(GATHER_MS), |due| due.min(now.plus(GATHER_MS))));
            }
        }
    }
}
