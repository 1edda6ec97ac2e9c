//! Fetching and serving logs: what is wanted of whom, and what is taken of what comes.
//!
//! A log is wanted of one peer at a time, four logs a peer, each want answered by at most
//! [`WANT_BYTES`]; so little is under way however slow the receiver. Who does not get on with a log
//! within [`SLOW_MS`] has it wanted elsewhere too, and who sends nothing at all is dropped.

use cremona_envelope::{
    EnvelopeId, Head, LogId, SIGNED_EVERY, Time, Verified, decode_run, genesis_of, owner_of, peek_run,
};

use crate::facts::Output;
use crate::frame::{Frame, Run, Want, wire};
use crate::held::Held;
use crate::peer::{Peer, PeerState, Wanted};
use crate::replica::Replica;
use crate::trie::FrontierEntry;

/// Most logs that are wanted of one peer at once.
const WINDOW: usize = 4;
/// Bytes of one run, so that a frame with one stays far below its limit.
pub const RUN_BYTES: usize = 384 * 1024;
/// Bytes that answer one want; the asker goes on from there.
const WANT_BYTES: usize = 768 * 1024;
/// A log that has not come by then is wanted of others too.
const SLOW_MS: u64 = 10_000;
/// What it costs a peer to want the same again.
const AGAIN_COST: usize = 100;
/// Bytes that were not asked for cost one frame for each of these.
const UNASKED_BYTES: usize = 1_024;

/// Why a run is not taken.
enum Refused {
    /// The peer lies, in these words.
    Lie(String),
    /// It contradicts what is here at this seq or before.
    Fork(u64),
    /// There is no room for it any more.
    Full,
}

impl Replica {
    /// Wants what the peer has ahead, as far as the window allows; the genesis before all else.
    pub(crate) fn ask(&mut self, peer: Peer, now: Time) {
        let bundles = self.bundling && self.peers.get(&peer).is_some_and(|state| state.bundles);
        if bundles {
            self.ask_bundles(peer, now);
        }
        let first = self.genesis.is_none();
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let only = if self.genesis.is_some() { None } else { Some(state.genesis) };
        let mut wants = Vec::new();
        for (log, entry) in &state.ahead {
            if state.wanted.len() >= WINDOW {
                break;
            }
            if bundles && !first && !state.plain.contains(log) {
                continue;
            }
            let free = !self.fetching.contains_key(log)
                && !state.wanted.contains_key(log)
                && !state.search.contains_key(log)
                && !self.bundles.claims(log);
            if free && only.is_none_or(|genesis| genesis == Some(*log)) {
                let after = self.heads.get(log).map_or(0, |head| head.seq);
                self.fetching.insert(*log, (peer, now.plus(SLOW_MS)));
                state.wanted.insert(*log, Wanted { after });
                // Of a newcomer's first log no more than what introduces the keys; bundles bring the rest.
                let upto = if bundles && first { entry.seq.min(SIGNED_EVERY) } else { entry.seq };
                wants.push(Want { log: wire(log), after, upto });
            }
        }
        if !wants.is_empty() {
            self.await_answer(peer, now);
        }
        for want in wants {
            self.send(peer, &Frame::Want(want));
        }
    }

    /// Asks everyone, those last who were slower than others or lied.
    pub(crate) fn ask_all(&mut self, now: Time) {
        let mut peers: Vec<(bool, Peer)> =
            self.peers.iter().map(|(peer, state)| (state.slow_until > now, *peer)).collect();
        peers.sort_unstable();
        for (_, peer) in peers {
            self.ask(peer, now);
        }
    }

    /// Logs that do not come are free to be asked of others.
    pub(crate) fn free_slow_logs(&mut self, now: Time) {
        let before = self.fetching.len();
        self.fetching.retain(|_, (_, until)| *until > now);
        if self.fetching.len() < before {
            self.ask_all(now);
        }
    }

    pub(crate) fn serve(&mut self, peer: Peer, want: &Want, now: Time, held: &dyn Held) {
        let log = LogId(*want.log);
        let again =
            self.peers.get(&peer).and_then(|state| state.served.get(&log)).is_some_and(|served| want.after < *served);
        if again && !self.charge(peer, AGAIN_COST, now) {
            return;
        }
        let mut after = want.after;
        let mut sent = 0_usize;
        loop {
            let served = held.run(&log, after, want.upto, RUN_BYTES).unwrap_or_default();
            sent = sent.saturating_add(served.bytes.len());
            let end = !served.more || sent >= WANT_BYTES || served.last <= after;
            after = served.last.max(after);
            self.send(peer, &Frame::Run(Run { log: want.log, end, bytes: served.bytes.into() }));
            if end {
                break;
            }
        }
        self.note_served(peer, log, want, after);
    }

    fn note_served(&mut self, peer: Peer, log: LogId, want: &Want, last: u64) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        // What is new to the peer is never too much to want.
        if last > want.after && state.served.insert(log, last).is_none_or(|before| want.after >= before) {
            state.frames.give_back(1);
        }
        let left = self.trie.entry(&log).map_or(0, |mine| mine.seq.saturating_sub(last));
        if left == 0 {
            state.behind.remove(&log);
        } else if let Some(behind) = state.behind.get_mut(&log) {
            *behind = left;
        }
    }

    pub(crate) fn run(&mut self, peer: Peer, run: &Run, now: Time, held: &dyn Held) {
        let log = LogId(*run.log);
        let Some(state) = self.peers.get_mut(&peer) else { return };
        if !state.wanted.contains_key(&log) {
            // Perhaps of a want that a fork has ended.
            self.charge(peer, run.bytes.len() / UNASKED_BYTES, now);
            return;
        }
        if run.bytes.is_empty() && !run.end {
            return self.lied(peer, &log, "an empty run that is not the last", now);
        }
        let before = self.heads.get(&log).map_or(0, |head| head.seq);
        match self.take_run(log, &run.bytes, held) {
            Ok(()) => self.note_progress(peer, log, before, now),
            Err(Refused::Lie(what)) => return self.lied(peer, &log, &what, now),
            Err(Refused::Fork(at)) => return self.search_fork(peer, log, at, now, held),
            Err(Refused::Full) => return self.release(peer, &log),
        }
        if run.end {
            self.end_want(peer, log, now);
        }
    }

    /// Where a run brought the log on, the peer has earned its frame and more time.
    fn note_progress(&mut self, peer: Peer, log: LogId, before: u64, now: Time) {
        if self.heads.get(&log).is_none_or(|head| head.seq <= before) {
            return;
        }
        self.await_answer(peer, now);
        if let Some(state) = self.peers.get_mut(&peer) {
            state.frames.give_back(1);
        }
        if let Some((from, until)) = self.fetching.get_mut(&log)
            && *from == peer
        {
            *until = now.plus(SLOW_MS);
        }
    }

    fn end_want(&mut self, peer: Peer, log: LogId, now: Time) {
        let head = self.heads.get(&log).map_or(0, |head| head.seq);
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let wanted = state.wanted.remove(&log);
        let promised = state.ahead.get(&log).map_or(0, |entry| entry.seq);
        let mut lies = false;
        if head >= promised {
            state.ahead.remove(&log);
            state.broken.remove(&log);
        } else if wanted.is_some_and(|wanted| head <= wanted.after) {
            // A fork may have been cut since it told. Told again, it is a lie.
            state.ahead.remove(&log);
            lies = !state.supposed.remove(&log)
                && state.broken.insert(log, promised).is_some_and(|before| before <= promised);
        }
        state.settle_due();
        state.settle_fetch();
        if self.fetching.get(&log).is_some_and(|(from, _)| *from == peer) {
            self.fetching.remove(&log);
        }
        if lies {
            let what = format!("it has {promised} envelopes, it says, and sends none after {head}");
            return self.lied(peer, &log, &what, now);
        }
        self.ask_all(now);
    }

    /// A log is not wanted of a peer any more.
    pub(crate) fn release(&mut self, peer: Peer, log: &LogId) {
        if self.fetching.get(log).is_some_and(|(from, _)| *from == peer) {
            self.fetching.remove(log);
        }
        if let Some(state) = self.peers.get_mut(&peer) {
            state.wanted.remove(log);
            state.ahead.remove(log);
            state.settle_due();
        }
    }

    fn take_run(&mut self, log: LogId, bytes: &[u8], held: &dyn Held) -> Result<(), Refused> {
        let lie = |what: String| Refused::Lie(what);
        if bytes.is_empty() || self.trie.entry(&log).is_some_and(|mine| mine.cut > 0) {
            return Ok(());
        }
        let start = peek_run(bytes).map_err(|error| lie(error.to_string()))?;
        let head = self.heads.get(&log).copied().unwrap_or(Head::EMPTY);
        if start.log() != log || start.after_seq > head.seq {
            return Err(lie("a run that was not asked for".to_owned()));
        }
        if !held.has_room(&start.device) {
            return Err(Refused::Full);
        }
        // Live messages may have brought the log on since it was asked for.
        let Some(base) = head_at(&log, start.after_seq, &head, held) else { return Ok(()) };
        if base.seq > 0 && start.prev != base.id {
            return Err(Refused::Fork(base.seq));
        }
        let run = decode_run(bytes, &self.workspace, &base).map_err(|error| lie(error.to_string()))?;
        let (mut verified, end) = base.verify_run(&self.workspace, run).map_err(|error| lie(error.to_string()))?;
        let both = head.seq.min(end.seq);
        let theirs = verified.iter().find(|envelope| envelope.header().seq == both).map(Verified::id);
        if both > base.seq && theirs != id_at(&log, both, &head, held) {
            return Err(Refused::Fork(both));
        }
        verified.retain(|envelope| envelope.header().seq > head.seq);
        self.accept(log, verified, end).map_err(lie)
    }

    /// Takes verified envelopes that are next in their log, which is not cut. A log that starts
    /// without a right to is refused whole.
    pub(crate) fn accept(&mut self, log: LogId, envelopes: Vec<Verified>, head: Head) -> Result<(), String> {
        let Some(first) = envelopes.first() else { return Ok(()) };
        let (device, life) = (first.header().device, first.header().life);
        if first.header().seq == 1 {
            self.admit_log(log, first)?;
        }
        self.trie.set(FrontierEntry { device, life, seq: head.seq, head: head.id, cut: 0 });
        self.outputs.push_back(Output::Accept { envelopes });
        self.note_head(log, head);
        Ok(())
    }

    /// A log has come to `head`, and further with the live messages that waited for it.
    pub(crate) fn note_head(&mut self, log: LogId, mut head: Head) {
        while let Some((verified, next)) = self.waiting.next(log, &head) {
            head = next;
            let (device, life) = (verified.header().device, verified.header().life);
            self.trie.set(FrontierEntry { device, life, seq: head.seq, head: head.id, cut: 0 });
            self.outputs.push_back(Output::Accept { envelopes: vec![verified] });
            // It was live and is late: others need not wait until they would have heard of it.
            self.peers.values_mut().for_each(PeerState::hurry);
        }
        self.heads.insert(log, head);
        for state in self.peers.values_mut() {
            if state.ahead.get(&log).is_some_and(|told| told.seq <= head.seq) {
                state.ahead.remove(&log);
                state.broken.remove(&log);
                state.settle_fetch();
            }
        }
    }

    pub(crate) fn admit_log(&mut self, log: LogId, first: &Verified) -> Result<(), String> {
        if self.genesis.is_none() {
            self.genesis = Some(genesis_of(first).map_err(|error| error.to_string())?);
            self.genesis_log = Some(log);
        }
        let genesis = self.genesis.as_ref().ok_or("the genesis is not known")?;
        owner_of(first, genesis).map(|_| ()).map_err(|error| error.to_string())
    }
}

/// The log's head as it was at `seq`, which is at or before `head`.
fn head_at(log: &LogId, seq: u64, head: &Head, held: &dyn Held) -> Option<Head> {
    if seq == head.seq {
        return Some(*head);
    }
    if seq == 0 {
        return Some(Head::EMPTY);
    }
    let (header, _) = held.header(log, seq)?;
    Some(Head { seq, id: header.id(), time: header.time, bytes: header.bytes })
}

fn id_at(log: &LogId, seq: u64, head: &Head, held: &dyn Held) -> Option<EnvelopeId> {
    if seq == head.seq { Some(head.id) } else { held.id(log, seq) }
}
