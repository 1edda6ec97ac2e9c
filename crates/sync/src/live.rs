//! Live messages: what this node says is gossiped, and what others gossip is judged.

use cremona_envelope::header::HeaderError;
use cremona_envelope::{ChainError, Envelope, EnvelopeError, Head, Header, LogId, Time, Verified, genesis_of};

use crate::facts::{MAX_GOSSIP, Output, Verdict};
use crate::frame::Told;
use crate::held::Held;
use crate::peer::{Peer, PeerState};
use crate::replica::{MAX_LOGS, Replica};
use crate::trie::FrontierEntry;

/// Most own envelopes that are gossiped at once; more are fetched by those who hear the new root.
const GOSSIPED: usize = 8;

impl Replica {
    pub(crate) fn appended(&mut self, envelopes: &[Verified], now: Time) {
        for verified in envelopes {
            self.note_own(verified);
        }
        // What is not signed itself can't travel alone.
        let signed = envelopes.iter().all(|verified| verified.envelope().signature.is_some());
        let few = envelopes.len() <= GOSSIPED && signed;
        let mut missed = !few;
        for verified in envelopes.iter().filter(|_| few) {
            let bytes = verified.envelope().encode();
            if bytes.len() <= MAX_GOSSIP {
                self.outputs.push_back(Output::Publish { bytes });
            } else {
                missed = true;
            }
        }
        if missed {
            // Whoever hears the new root fetches what is too much or too large to gossip.
            for peer in self.peers.keys().copied().collect::<Vec<_>>() {
                self.say_hello(peer, now);
            }
        }
    }

    fn note_own(&mut self, verified: &Verified) {
        let header = verified.header();
        let log = header.log();
        if self.genesis.is_none() {
            self.genesis = genesis_of(verified).ok();
            self.genesis_log = self.genesis.as_ref().map(|_| log);
        }
        if self.trie.entry(&log).is_none_or(|mine| mine.cut == 0) {
            self.trie.set(FrontierEntry {
                device: header.device,
                life: header.life,
                seq: header.seq,
                head: verified.id(),
                cut: 0,
            });
        }
        self.heads.insert(log, Head { seq: header.seq, id: verified.id(), time: header.time, bytes: header.bytes });
    }

    pub(crate) fn gossip(&mut self, peer: Peer, token: u64, bytes: &[u8], now: Time, held: &dyn Held) {
        let affords = self.peers.get_mut(&peer).is_none_or(|state| state.gossip.take(1, now));
        // Who forwards too much is not to blame for it; what is lost is fetched later.
        let verdict = if affords { self.judge(peer, bytes, now, held) } else { Verdict::Ignore };
        self.outputs.push_back(Output::Verdict { token, verdict });
        if verdict == Verdict::Reject {
            self.note_rejected(peer, now);
        }
    }

    /// Asks for what comes before a live message: its author has that, but for a copy of its device
    /// that is behind, and need not be compared with first. Whoever else passes it on may lack it as well.
    fn fetch_before(&mut self, peer: Peer, verified: &Verified, now: Time, held: &dyn Held) {
        let Header { device, seq, prev, .. } = *verified.header();
        let told = Told { log: verified.header().log(), seq: seq.saturating_sub(1), head: prev, cut: 0 };
        let promises = |state: &PeerState| state.broken.get(&told.log).is_none_or(|broken| *broken < told.seq);
        let known = |state: &PeerState| state.ahead.get(&told.log).is_some_and(|ahead| ahead.seq >= told.seq);
        if self.genesis.is_some() && device.0 == peer.0 && self.peers.get(&peer).is_some_and(promises) {
            if !self.peers.get(&peer).is_some_and(known) {
                self.compare(peer, &told, now, held);
                if let Some(state) = self.peers.get_mut(&peer).filter(|state| known(state)) {
                    state.supposed.insert(told.log);
                }
            }
            self.ask(peer, now);
        } else {
            self.catch_up(peer, now);
        }
    }

    /// Shows what waits of a log whose bulk is coming from now on.
    pub(crate) fn show_waiting(&mut self, log: &LogId) {
        for verified in self.waiting.of(*log) {
            self.show_early(log, verified);
        }
    }

    fn show_early(&mut self, log: &LogId, verified: Verified) {
        if self.bundles.shows_early(log) {
            self.outputs.push_back(Output::ShowEarly { envelope: Box::new(verified) });
        }
    }

    fn judge(&mut self, peer: Peer, bytes: &[u8], now: Time, held: &dyn Held) -> Verdict {
        let verified = match Envelope::decode(bytes).map(|envelope| envelope.verify(&self.workspace)) {
            Ok(Ok(verified)) if bytes.len() <= MAX_GOSSIP => verified,
            // A newer cremona: others may understand it.
            Err(EnvelopeError::Header(HeaderError::Version(_) | HeaderError::Suite(_))) => return Verdict::Ignore,
            Ok(Ok(_) | Err(_)) | Err(_) => return Verdict::Reject,
        };
        let header = verified.header();
        let (log, seq) = (header.log(), header.seq);
        let known = self.heads.get(&log).copied();
        if self.genesis.is_none() || (known.is_none() && (seq > 1 || self.trie.len() >= MAX_LOGS)) {
            if held.has_room(&header.device) {
                self.waiting.put(&verified);
            }
            self.fetch_before(peer, &verified, now, held);
            return Verdict::Ignore;
        }
        let cut = self.trie.entry(&log).map_or(0, |mine| mine.cut);
        let head = known.unwrap_or(Head::EMPTY);
        if (cut > 0 && seq >= cut) || !held.has_room(&header.device) {
            return Verdict::Ignore;
        }
        match head.follow(header, verified.id()) {
            Ok(next) => self.accept(log, vec![verified], next).map_or(Verdict::Reject, |()| Verdict::Accept),
            Err(ChainError::Past(_)) if held.id(&log, seq) == Some(verified.id()) => Verdict::Accept,
            Err(ChainError::Past(_) | ChainError::Forked(_)) => {
                self.search_fork(peer, log, seq.min(head.seq), now, held);
                Verdict::Ignore
            }
            Err(ChainError::Gap { .. }) => {
                // Its own signature proves it: others may have what it follows already, and here it waits
                // for that. While bulk before it comes it is shown; otherwise what is missing is here in a
                // moment.
                self.waiting.put(&verified);
                self.fetch_before(peer, &verified, now, held);
                self.show_early(&log, verified);
                Verdict::Accept
            }
            Err(
                ChainError::Time(_)
                | ChainError::Bytes(_)
                | ChainError::Mixed
                | ChainError::Empty
                | ChainError::Envelope(_),
            ) => Verdict::Reject,
        }
    }
}
