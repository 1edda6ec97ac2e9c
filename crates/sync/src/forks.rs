//! Forks: finding the first difference of two histories, proving it, and passing the proof on.
//!
//! Two replicas that differ at one seq of a log look for the first such seq by comparing ids of
//! up to [`PROBES`] seqs at a time, so a log of a million envelopes takes four round trips. Then the
//! branches, each up to its next signature, are the proof.

use cremona_envelope::{Branch, ForkProof, Header, LogId, SIGNED_EVERY, Time};
use minicbor::bytes::ByteVec;

use crate::facts::Output;
use crate::frame::{Frame, Headers, Probe, Proof, wire};
use crate::held::Held;
use crate::peer::{DropReason, ForkSearch, Peer};
use crate::replica::Replica;
use crate::trie::FrontierEntry;

/// Seqs compared in one round trip.
const PROBES: u64 = 32;
/// Most forks looked for with one peer at once.
const MAX_SEARCHES: usize = 64;
/// What checking or looking up a proof costs the peer that makes us do so.
const PROOF_COST: usize = 8;
/// Most headers that prove one branch.
const MAX_BRANCH: usize = cremona_envelope::fork::MAX_BRANCH;

impl Replica {
    /// Looks for the first difference of `log`, which shows at `differs` at the latest.
    pub(crate) fn search_fork(&mut self, peer: Peer, log: LogId, differs: u64, now: Time, held: &dyn Held) {
        self.release(peer, &log);
        let Some(state) = self.peers.get_mut(&peer) else { return };
        if differs == 0 || held.id(&log, differs).is_none() || state.search.len() >= MAX_SEARCHES {
            return;
        }
        if let std::collections::btree_map::Entry::Vacant(place) = state.search.entry(log) {
            let search = *place.insert(ForkSearch { same: 0, differs });
            self.await_answer(peer, now);
            self.probe(peer, log, search);
        }
    }

    fn probe(&mut self, peer: Peer, log: LogId, search: ForkSearch) {
        let span = search.differs.saturating_sub(search.same);
        let step = span.div_ceil(PROBES).max(1);
        let between = (1..PROBES).map(|at| search.same.saturating_add(step.saturating_mul(at)));
        let mut seqs: Vec<u64> = between.take_while(|seq| *seq < search.differs).collect();
        seqs.push(search.differs);
        self.send(peer, &Frame::Probe(Probe { log: wire(&log), seqs, branch: span <= 1 }));
    }

    pub(crate) fn serve_probe(&mut self, peer: Peer, probe: &Probe, now: Time, held: &dyn Held) {
        let cost = if probe.branch { MAX_BRANCH } else { probe.seqs.len() };
        if !self.charge(peer, cost, now) {
            return;
        }
        let log = LogId(*probe.log);
        let (headers, signature) = if let (true, [seq]) = (probe.branch, probe.seqs.as_slice()) {
            branch_of(held, &log, *seq)
                .map(|branch| (branch.headers, Some(branch.signature.into())))
                .unwrap_or_default()
        } else {
            (probe.seqs.iter().filter_map(|seq| held.header(&log, *seq)).map(|(header, _)| header).collect(), None)
        };
        let headers = headers.iter().map(|header| ByteVec::from(header.encode().to_vec())).collect();
        self.send(peer, &Frame::Headers(Headers { log: probe.log, branch: probe.branch, headers, signature }));
    }

    pub(crate) fn headers(&mut self, peer: Peer, told: &Headers, now: Time, held: &dyn Held) {
        let log = LogId(*told.log);
        let search = self.peers.get(&peer).and_then(|state| state.search.get(&log)).copied();
        let Some(search) = search else {
            self.charge(peer, told.headers.len(), now);
            return;
        };
        let headers: Result<Vec<Header>, _> = told.headers.iter().map(|bytes| Header::decode(bytes)).collect();
        match (headers, told.signature) {
            (Err(_), _) => self.lied(peer, &log, "headers that are none", now),
            (Ok(headers), Some(signature)) if told.branch => {
                self.prove(peer, log, search, Branch { headers, signature: *signature }, now, held);
            }
            (Ok(headers), _) => self.narrow(peer, log, search, &headers, now, held),
        }
    }

    fn narrow(&mut self, peer: Peer, log: LogId, search: ForkSearch, headers: &[Header], now: Time, held: &dyn Held) {
        let mut next = search;
        for header in headers.iter().filter(|header| header.log() == log) {
            if header.seq <= next.same || header.seq > search.differs {
                continue;
            }
            if held.id(&log, header.seq) == Some(header.id()) {
                next.same = header.seq;
            } else {
                next.differs = header.seq;
                break;
            }
        }
        let found_nothing = next.same == search.same && next.differs == search.differs;
        if found_nothing || next.same >= next.differs {
            return self.lied(peer, &log, "it differs, it says, and shows no difference", now);
        }
        if let Some(state) = self.peers.get_mut(&peer) {
            state.search.insert(log, next);
        }
        self.await_answer(peer, now);
        self.probe(peer, log, next);
    }

    fn prove(&mut self, peer: Peer, log: LogId, search: ForkSearch, theirs: Branch, now: Time, held: &dyn Held) {
        if let Some(state) = self.peers.get_mut(&peer) {
            state.search.remove(&log);
            state.descending = None;
            state.settle_due();
        }
        let Some(ours) = branch_of(held, &log, search.differs) else { return };
        match ForkProof::new(ours, theirs, &self.workspace) {
            Ok(proof) if proof.log() == log => self.cut(&proof),
            Ok(_) | Err(_) => self.lied(peer, &log, "a fork that it can't prove", now),
        }
    }

    /// A proven fork: the log counts only below it, here and, once they hear of it, everywhere.
    ///
    /// What is not here yet is fetched first, so that a cut log is complete up to its cut. The
    /// genesis is named by the workspace's id and can't be taken back by its author.
    fn cut(&mut self, proof: &ForkProof) {
        let log = proof.log();
        let seq = if self.genesis_log == Some(log) { proof.seq().max(2) } else { proof.seq() };
        let complete = self.heads.get(&log).is_some_and(|head| head.seq >= seq.saturating_sub(1));
        let news = self.trie.entry(&log).is_some_and(|mine| mine.cut == 0 || seq < mine.cut);
        if self.genesis.is_some() && complete && news {
            self.outputs.push_back(Output::Cut { log, seq, proof: proof.encode() });
        }
    }

    /// The engine has cut a log: `entry` is what counts of it now.
    pub fn set_entry(&mut self, entry: FrontierEntry) {
        self.trie.set(entry);
        let log = entry.log();
        self.fetching.remove(&log);
        self.waiting.forget(log);
        for state in self.peers.values_mut() {
            state.ahead.remove(&log);
            state.wanted.remove(&log);
            state.behind.remove(&log);
            state.in_sync = false;
            state.settle_due();
            state.settle_fetch();
        }
    }

    pub(crate) fn serve_proof(&mut self, peer: Peer, log: &LogId, now: Time, held: &dyn Held) {
        if self.charge(peer, PROOF_COST, now)
            && let Some(bytes) = held.proof(log)
        {
            self.send(peer, &Frame::Proof(Proof { bytes: bytes.into() }));
        }
    }

    pub(crate) fn proof(&mut self, peer: Peer, bytes: &[u8], now: Time) {
        if !self.charge(peer, PROOF_COST, now) {
            return;
        }
        match ForkProof::decode(bytes, &self.workspace) {
            Ok(proof) => {
                if let Some(state) = self.peers.get_mut(&peer) {
                    state.proofs.remove(&proof.log());
                    state.settle_due();
                }
                self.cut(&proof);
            }
            Err(error) => self.drop_peer(peer, DropReason::Lied(error.to_string()), now),
        }
    }
}

/// The headers of a log from `seq` to its next signature.
fn branch_of(held: &dyn Held, log: &LogId, seq: u64) -> Option<Branch> {
    let mut headers = Vec::new();
    for at in seq..=seq.saturating_add(SIGNED_EVERY) {
        let (header, signature) = held.header(log, at)?;
        headers.push(header);
        if let Some(signature) = signature {
            return Some(Branch { headers, signature });
        }
    }
    None
}
