//! Forks: finding the first difference of two histories, proving it, and passing the proof on.
//!
//! Two replicas that differ at one seq of a log look for the first such seq by comparing ids of
//! up to [`PROBES`] seqs at a time, so a log of a million envelopes takes four round trips. Then the
//! branches, each up to its next signature, are the proof.

use cremona_envelope::{Branch, ForkProof, Header, LogId, Time};
use minicbor::bytes::ByteVec;

use crate::frame::{Bodies, Frame, Headers, MAX_ITEMS, Probe, Proof, WantBodies, WantProof, wire};
use crate::held::Held;
use crate::peer::{DropReason, ForkSearch, Peer};
use crate::replica::{Output, Replica};
use crate::trie::FrontierEntry;

/// Seqs compared in one round trip.
const PROBES: u64 = 32;
/// Most forks looked for with one peer at once.
const MAX_SEARCHES: usize = 64;
/// Most bytes of bodies in one frame.
const BODY_BYTES: usize = 512 * 1024;

impl Replica {
    /// Looks for the first difference of `log`, which shows at `differs` at the latest.
    pub(crate) fn search_fork(&mut self, peer: Peer, log: LogId, differs: u64, now: Time, held: &dyn Held) {
        self.release(peer, &log);
        let Some(state) = self.peers.get_mut(&peer) else { return };
        if differs == 0 || state.search.contains_key(&log) || state.search.len() >= MAX_SEARCHES {
            return;
        }
        state.search.insert(log, ForkSearch { same: 0, differs });
        self.probe(peer, log, now, held);
    }

    fn probe(&mut self, peer: Peer, log: LogId, now: Time, held: &dyn Held) {
        let Some(search) = self.peers.get(&peer).and_then(|state| state.search.get(&log)).copied() else { return };
        let span = search.differs.saturating_sub(search.same);
        let (seqs, branch) = if span <= 1 {
            (vec![search.differs], true)
        } else {
            let step = span.div_ceil(PROBES).max(1);
            let mut seqs: Vec<u64> = (1..PROBES)
                .map(|at| search.same.saturating_add(step.saturating_mul(at)))
                .take_while(|seq| *seq < search.differs)
                .collect();
            seqs.push(search.differs);
            (seqs, false)
        };
        let _ = held;
        self.await_answer(peer, now);
        self.send(peer, &Frame::Probe(Probe { log: wire(&log), seqs, branch }));
    }

    pub(crate) fn serve_probe(&mut self, peer: Peer, probe: &Probe, held: &dyn Held) {
        let log = LogId(*probe.log);
        let mut headers = Vec::new();
        let mut signature = None;
        if let (true, [seq]) = (probe.branch, probe.seqs.as_slice()) {
            if let Some(branch) = branch_of(held, &log, *seq) {
                headers = branch.headers;
                signature = Some(branch.signature.into());
            }
        } else {
            headers = probe.seqs.iter().filter_map(|seq| held.header(&log, *seq)).map(|(header, _)| header).collect();
        }
        let headers = headers.iter().map(|header| ByteVec::from(header.encode().to_vec())).collect();
        self.send(peer, &Frame::Headers(Headers { log: probe.log, branch: probe.branch, headers, signature }));
    }

    pub(crate) fn headers(&mut self, peer: Peer, told: &Headers, now: Time, held: &dyn Held) {
        let log = LogId(*told.log);
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let Some(search) = state.search.get(&log).copied() else { return };
        if state.wanted.is_empty() {
            state.due = None;
        }
        let headers: Result<Vec<Header>, _> = told.headers.iter().map(|bytes| Header::decode(bytes)).collect();
        let Ok(headers) = headers else {
            return self.drop_peer(peer, DropReason::Lied(format!("log {}: headers that are none", log.short())), now);
        };
        if told.branch {
            self.prove(peer, log, search, headers, told.signature.map(|signature| *signature), now, held);
        } else {
            self.narrow(peer, log, search, &headers, now, held);
        }
    }

    fn narrow(&mut self, peer: Peer, log: LogId, search: ForkSearch, headers: &[Header], now: Time, held: &dyn Held) {
        let mut next = search;
        for header in headers {
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
        let told_nothing = next.same == search.same && next.differs == search.differs;
        if told_nothing || next.same >= next.differs {
            // It does not differ where it said it did, or says nothing: nothing to prove here.
            self.end_search(peer, &log);
            return;
        }
        if let Some(state) = self.peers.get_mut(&peer) {
            state.search.insert(log, next);
        }
        self.probe(peer, log, now, held);
    }

    #[allow(clippy::too_many_arguments)] // the search's place and the answer to it
    fn prove(
        &mut self,
        peer: Peer,
        log: LogId,
        search: ForkSearch,
        headers: Vec<Header>,
        signature: Option<[u8; 64]>,
        now: Time,
        held: &dyn Held,
    ) {
        self.end_search(peer, &log);
        let (Some(signature), Some(ours)) = (signature, branch_of(held, &log, search.differs)) else { return };
        let theirs = Branch { headers, signature };
        match ForkProof::new(ours, theirs, &self.workspace) {
            Ok(proof) if proof.log() == log => self.cut(&proof),
            Ok(_) | Err(_) => {
                let reason = DropReason::Lied(format!("log {}: a fork that it can't prove", log.short()));
                self.drop_peer(peer, reason, now);
            }
        }
    }

    fn end_search(&mut self, peer: Peer, log: &LogId) {
        if let Some(state) = self.peers.get_mut(&peer) {
            state.search.remove(log);
            state.descending = None;
        }
    }

    /// A proven fork: the log counts only below it, here and, once they hear of it, everywhere.
    fn cut(&mut self, proof: &ForkProof) {
        let log = proof.log();
        let known = self.trie.entry(&log).copied();
        if known.is_some_and(|mine| mine.cut > 0 && mine.cut <= proof.seq()) {
            return;
        }
        self.outputs.push_back(Output::Cut { log, seq: proof.seq(), proof: proof.encode() });
    }

    /// The engine has cut a log: `entry` is what counts of it now.
    pub fn set_entry(&mut self, entry: FrontierEntry) {
        self.trie.set(entry);
        let log = entry.log();
        for state in self.peers.values_mut() {
            state.ahead.remove(&log);
            state.in_sync = false;
        }
    }

    pub(crate) fn serve_proof(&mut self, peer: Peer, want: &WantProof, held: &dyn Held) {
        if let Some(bytes) = held.proof(&LogId(*want.log)) {
            self.send(peer, &Frame::Proof(Proof { bytes: bytes.into() }));
        }
    }

    pub(crate) fn proof(&mut self, peer: Peer, bytes: &[u8], now: Time) {
        match ForkProof::decode(bytes, &self.workspace) {
            Ok(proof) => self.cut(&proof),
            Err(error) => self.drop_peer(peer, DropReason::Lied(error.to_string()), now),
        }
    }

    // Bodies --------------------------------------------------------------------------------

    pub(crate) fn want_bodies(&mut self, peer: Peer, places: Vec<(LogId, u64)>) {
        let mut logs: std::collections::BTreeMap<LogId, Vec<u64>> = std::collections::BTreeMap::new();
        for (log, seq) in places.into_iter().take(MAX_ITEMS) {
            logs.entry(log).or_default().push(seq);
        }
        for (log, seqs) in logs {
            self.send(peer, &Frame::WantBodies(WantBodies { log: wire(&log), seqs }));
        }
    }

    pub(crate) fn serve_bodies(&mut self, peer: Peer, want: &WantBodies, held: &dyn Held) {
        let log = LogId(*want.log);
        let mut bytes = 0_usize;
        let mut bodies = Vec::new();
        for seq in &want.seqs {
            let Some(body) = held.body(&log, *seq) else { continue };
            bytes = bytes.saturating_add(body.len());
            bodies.push((*seq, ByteVec::from(body)));
            if bytes > BODY_BYTES {
                break;
            }
        }
        self.send(peer, &Frame::Bodies(Bodies { log: want.log, bodies }));
    }

    pub(crate) fn take_bodies(&mut self, told: Bodies) {
        let bodies: Vec<(u64, Vec<u8>)> = told.bodies.into_iter().map(|(seq, body)| (seq, body.into())).collect();
        if !bodies.is_empty() {
            self.outputs.push_back(Output::AcceptBodies { log: LogId(*told.log), bodies });
        }
    }
}

/// The headers of a log from `seq` to its next signature.
fn branch_of(held: &dyn Held, log: &LogId, seq: u64) -> Option<Branch> {
    let mut headers = Vec::new();
    let last = seq.saturating_add(cremona_envelope::SIGNED_EVERY);
    for at in seq..=last {
        let (header, signature) = held.header(log, at)?;
        headers.push(header);
        if let Some(signature) = signature {
            return Some(Branch { headers, signature });
        }
    }
    None
}
