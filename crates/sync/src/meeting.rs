//! Meeting: comparing roots, descending into ranges that differ, and noting what a peer has ahead.
//!
//! A descent is a conversation without memory: each frame says enough to be answered. It ends in
//! entries; who lacks something of them asks for it.

use std::collections::BTreeMap;

use cremona_envelope::{DeviceId, LogId, Time};

use crate::frame::{Entries, Frame, Hello, MAX_ITEMS, Node, Told, WantProof, wire};
use crate::held::Held;
use crate::peer::{DropReason, MAX_AHEAD, Peer};
use crate::replica::{MAX_LOGS, Replica};
use crate::trie::{FrontierEntry, LEAF};

/// A descent that has not ended by then may be begun again.
const DESCENT_MS: u64 = 3_000;
/// Most entries that answer one frame; the next descent goes on from there.
const MAX_ANSWER: usize = 4_096;
/// What a descent, an unasked proof and eight entries of an answer cost the peer.
const DESCENT_COST: usize = 8;

impl Replica {
    pub(crate) fn say_hello(&mut self, peer: Peer, now: Time) {
        let root = self.root();
        let genesis = self.genesis_log.as_ref().map(wire);
        if let Some(state) = self.peers.get_mut(&peer) {
            state.tell(root, now);
        }
        self.send(peer, &Frame::Hello(Hello { root: root.into(), genesis, bundles: self.bundling.then_some(true) }));
    }

    pub(crate) fn hello(&mut self, peer: Peer, hello: &Hello, now: Time) {
        let root = self.root();
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let first = state.root.is_none();
        let news = state.hear(*hello.root);
        state.genesis = hello.genesis.map(|log| LogId(*log)).or(state.genesis);
        state.bundles = hello.bundles == Some(true);
        if *hello.root == root {
            state.ahead.clear();
            state.supposed.clear();
            state.behind.clear();
            state.broken.clear();
            state.descending = None;
            return;
        }
        state.in_sync = false;
        // On meeting, both say hello, and one of them begins. Later on, who hears begins; while it
        // fetches it does not, and says hello when that is over.
        let begins =
            if first { self.me.0 < peer.0 } else { state.wanted.is_empty() && (news || state.descending.is_none()) };
        if begins {
            self.descend(peer, now);
        }
    }

    /// Something that a peer has is unknown here: compare, even before the next hello is due.
    pub(crate) fn catch_up(&mut self, peer: Peer, now: Time) {
        if self.peers.get(&peer).is_some_and(|state| state.wanted.is_empty() && state.descending.is_none()) {
            self.descend(peer, now);
        }
    }

    fn descend(&mut self, peer: Peer, now: Time) {
        if self.charge(peer, DESCENT_COST, now) {
            self.note_descent(peer, now);
            self.offer(peer, &[]);
        }
    }

    fn note_descent(&mut self, peer: Peer, now: Time) {
        if let Some(state) = self.peers.get_mut(&peer) {
            state.descending = Some(now.plus(DESCENT_MS));
        }
    }

    /// Shows this node's side of a range: hashes of its children, or its entries.
    fn offer(&mut self, peer: Peer, prefix: &[u8]) {
        match self.trie.short_children(prefix) {
            Some(children) => {
                let children = children.into_iter().map(Into::into).collect();
                self.send(peer, &Frame::Node(Node { prefix: prefix.to_vec().into(), children }));
            }
            None => self.offer_leaf(peer, prefix),
        }
    }

    /// All entries of a range that is a leaf here, perhaps none.
    fn offer_leaf(&mut self, peer: Peer, prefix: &[u8]) {
        let entries = self.trie.under(prefix).take(LEAF).map(Into::into).collect();
        self.send(peer, &Frame::Entries(Entries { prefix: prefix.to_vec().into(), all: true, entries }));
    }

    pub(crate) fn node(&mut self, peer: Peer, node: &Node, now: Time) {
        self.note_descent(peer, now);
        let Some(ours) = self.trie.short_children(&node.prefix) else {
            // This side is a leaf, or empty: its entries say it all.
            return self.offer_leaf(peer, &node.prefix);
        };
        for (nibble, (ours, theirs)) in (0_u8..).zip(ours.iter().zip(&node.children)) {
            if *ours != **theirs {
                let mut prefix = node.prefix.to_vec();
                prefix.push(nibble);
                self.offer(peer, &prefix);
            }
        }
    }

    pub(crate) fn entries(&mut self, peer: Peer, told: &Entries, now: Time, held: &dyn Held) {
        let theirs: BTreeMap<LogId, Told> =
            told.entries.iter().map(Told::from).map(|entry| (entry.log, entry)).collect();
        if told.all && !self.answer_entries(peer, &told.prefix, &theirs, now) {
            return;
        }
        for entry in theirs.values() {
            if entry.cut == 1 || (entry.cut > 0 && entry.seq != entry.cut.saturating_sub(1)) {
                return self.lied(peer, &entry.log, "a cut that can't be", now);
            }
            self.compare(peer, entry, now, held);
        }
        self.ask(peer, now);
    }

    /// Sends what the peer lacks of a range, where it has told all that it has; false where that
    /// asks too much.
    fn answer_entries(&mut self, peer: Peer, prefix: &[u8], theirs: &BTreeMap<LogId, Told>, now: Time) -> bool {
        let lacks =
            |mine: &&FrontierEntry| theirs.get(&mine.log()).is_none_or(|entry| is_news(&Told::from(*mine), entry));
        let answer: Vec<FrontierEntry> = self.trie.under(prefix).filter(lacks).take(MAX_ANSWER).copied().collect();
        if !self.charge(peer, answer.len() / 8, now) {
            return false;
        }
        if let Some(state) = self.peers.get_mut(&peer) {
            for mine in &answer {
                let have = theirs.get(&mine.log()).map_or(0, |entry| entry.seq);
                state.behind.insert(mine.log(), mine.seq.saturating_sub(have));
            }
        }
        for chunk in answer.chunks(MAX_ITEMS) {
            let entries = chunk.iter().map(Into::into).collect();
            self.send(peer, &Frame::Entries(Entries { prefix: prefix.to_vec().into(), all: false, entries }));
        }
        true
    }

    /// What a peer's entry of one log means for this node.
    pub(crate) fn compare(&mut self, peer: Peer, entry: &Told, now: Time, held: &dyn Held) {
        let log = entry.log;
        let mine = self.trie.entry(&log).map(Told::from);
        // Of a log that is not here it is not known whose it is; somebody new, then.
        let owner = self.trie.entry(&log).map_or(DeviceId([0; 32]), |entry| entry.device);
        if mine.is_none() && self.trie.len() >= MAX_LOGS {
            return;
        }
        let have = mine.map_or(0, |mine| mine.seq);
        match mine {
            // What counts for nothing here is in no range, so the peer can't ask for the proof.
            Some(mine) if mine.cut == 1 => self.serve_proof(peer, &log, now, held),
            Some(mine) if is_cut_lower(entry, &mine) && have >= entry.seq => self.want_proof(peer, log, now),
            Some(mine) if mine.cut > 0 && entry.seq >= mine.cut => {}
            Some(_) | None if entry.seq > have && !held.has_room(&owner) => {}
            Some(_) | None if entry.seq > have => {
                let Some(state) = self.peers.get_mut(&peer) else { return };
                if state.ahead.len() < MAX_AHEAD {
                    state.ahead.insert(log, *entry);
                    state.supposed.remove(&log);
                }
            }
            Some(mine) if differs(&mine, entry) => self.search_fork(peer, log, have, now, held),
            Some(_) | None => {}
        }
    }

    fn want_proof(&mut self, peer: Peer, log: LogId, now: Time) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        if state.proofs.len() < MAX_ITEMS && state.proofs.insert(log) {
            self.await_answer(peer, now);
            self.send(peer, &Frame::WantProof(WantProof { log: wire(&log) }));
        }
    }

    /// A peer is dropped for gossip that can't be genuine, once there was more of it than chance.
    pub(crate) fn note_rejected(&mut self, peer: Peer, now: Time) {
        const MOST: u32 = 16;
        let Some(state) = self.peers.get_mut(&peer) else { return };
        state.rejected = state.rejected.saturating_add(1);
        if state.rejected >= MOST {
            self.drop_peer(peer, DropReason::Lied("gossip that is not genuine".to_owned()), now);
        }
    }
}

/// Whether an entry tells anything to who has `other`.
fn is_news(one: &Told, other: &Told) -> bool {
    one.seq > other.seq || is_cut_lower(one, other) || differs(one, other)
}

fn is_cut_lower(one: &Told, other: &Told) -> bool {
    one.cut > 0 && (other.cut == 0 || one.cut < other.cut)
}

/// Whether two entries of one log contradict each other at the seq that both have.
fn differs(one: &Told, other: &Told) -> bool {
    one.seq == other.seq && one.head != other.head
}
