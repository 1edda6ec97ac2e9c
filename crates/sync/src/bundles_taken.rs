//! Bundles, coming: slices are put together, checked outside, and taken span by span in order of the log.

use std::collections::BTreeSet;

use cremona_envelope::{Head, LogId, Time};

use crate::bundles::{CREDIT, MAX_BUNDLE, Ready, Stage, WINDOW, key_of, name_of};
use crate::facts::{BundleError, CheckedSpan, Output, Span};
use crate::frame::{Frame, Slice, WantBundle};
use crate::held::Held;
use crate::peer::{DropReason, Peer, PeerState};
use crate::replica::Replica;
use crate::trie::FrontierEntry;

/// Least and most bytes that a peer is asked for at once.
pub(crate) const MIN_CREDIT: u32 = 8_192;
const MAX_CREDIT: u32 = 131_072;
/// Bytes that are asked for are to take no longer than this more than the quickest did, so that live
/// messages don't wait behind them.
const QUEUE_MS: u64 = 400;
/// Below this a peer is near, which so many answers have to say: a node that is busy takes up late what
/// has come.
const NEAR_MS: u64 = 20;
const ANSWERS: u32 = 8;
/// Who sends bundles is to send so many bytes of them within [`PACE_MS`], however slow the link.
const PACE_BYTES: u64 = 16_384;
const PACE_MS: u64 = 60_000;

impl Replica {
    pub(crate) fn slice(&mut self, peer: Peer, slice: &Slice, now: Time) {
        let Some(load) = self.bundles.loads.get_mut(&slice.id) else {
            // Perhaps of a bundle that came from elsewhere in the meantime.
            self.charge(peer, slice.bytes.len() / 1_024, now);
            return;
        };
        if load.peer != peer || load.state != Stage::Coming {
            return self.lied_of_bundle(peer, "a slice of another bundle", now);
        }
        if slice.total == 0 {
            return self.end_empty(peer, slice.id, now);
        }
        let name = *slice.name;
        let key = load.key();
        if load.resumed && slice.offset == 0 && load.name != Some(name) {
            // The peer makes another bundle of the same spans, so this one begins anew.
            load.asked = load.asked.saturating_sub(u32::try_from(load.bytes.len()).unwrap_or(u32::MAX));
            (load.name, load.resumed) = (None, false);
            load.bytes.clear();
            if let Some(spans) = &key {
                self.outputs.push_back(Output::DropPart { spans: spans.clone() });
            }
        }
        let have = u32::try_from(load.bytes.len()).unwrap_or(u32::MAX);
        let fits = *load.name.get_or_insert(name) == name && slice.offset == have && !slice.bytes.is_empty();
        let bounded = slice.total as usize <= MAX_BUNDLE;
        let end = have.saturating_add(u32::try_from(slice.bytes.len()).unwrap_or(u32::MAX));
        if !fits || !bounded || end > load.asked {
            return self.lied_of_bundle(peer, "a slice that was not asked for", now);
        }
        load.bytes.extend_from_slice(&slice.bytes);
        if let Some(spans) = key {
            self.outputs.push_back(Output::KeepPart { spans, name, at: slice.offset, bytes: slice.bytes.to_vec() });
        }
        let more = (end < slice.total).then_some(load.asked.saturating_sub(end));
        let took = now.since(load.asked_at);
        self.await_answer(peer, now);
        let Some(state) = self.peers.get_mut(&peer) else { return };
        if !keeps_pace(state, slice.bytes.len(), now) {
            return self.drop_peer(peer, DropReason::Dripped, now);
        }
        state.frames.give_back(1);
        match more {
            None => self.check(peer, slice.id, now),
            // Ask on while half of what was asked for is still under way.
            Some(left) if left <= state.credit / 2 => {
                adapt(state, took);
                self.ask_on(peer, slice.id, slice.total, now);
            }
            Some(_) => {}
        }
    }

    fn ask_on(&mut self, peer: Peer, id: u32, total: u32, now: Time) {
        let Some(credit) = self.peers.get(&peer).map(|state| state.credit) else { return };
        let Some(load) = self.bundles.loads.get_mut(&id).filter(|load| load.asked < total) else { return };
        let (offset, name) = (load.asked, load.name.map(Into::into));
        load.asked = offset.saturating_add(credit);
        load.asked_at = now;
        self.send(
            peer,
            &Frame::WantBundle(WantBundle { id, spans: Vec::new(), newest: false, offset, len: credit, name }),
        );
    }

    /// A bundle is here: it is checked outside, under its number.
    pub(crate) fn check(&mut self, peer: Peer, id: u32, now: Time) {
        let Some(load) = self.bundles.loads.get_mut(&id) else { return };
        let (bytes, bases) = (std::mem::take(&mut load.bytes), std::mem::take(&mut load.bases));
        if Some(name_of(&bytes)) != load.name {
            if load.resumed {
                return self.begin_anew(peer, id, now);
            }
            return self.lied_of_bundle(peer, "a bundle with the name of another", now);
        }
        load.state = Stage::Checking;
        let took = now.since(load.begun_at);
        self.outputs.push_back(Output::Check { ticket: id, bytes, bases });
        if let Some(state) = self.peers.get_mut(&peer) {
            state.load_ms = Some(took);
        }
        self.note_loaded(peer);
        self.ask(peer, now);
    }

    /// A bundle that another peer may have begun with what is none of it: nobody is to blame, and it is
    /// asked for from its start.
    fn begin_anew(&mut self, peer: Peer, id: u32, now: Time) {
        self.note_loaded(peer);
        let key = self.bundles.drop_load(id).and_then(|load| load.key());
        self.outputs.extend(key.map(|spans| Output::DropPart { spans }));
        self.ask(peer, now);
    }

    pub(crate) fn note_loaded(&mut self, peer: Peer) {
        if let Some(state) = self.peers.get_mut(&peer) {
            state.loading = state.loading.saturating_sub(1);
            state.settle_due();
        }
    }

    /// The peer has no such bundle, though it told that it has what was asked for.
    fn end_empty(&mut self, peer: Peer, id: u32, now: Time) {
        self.note_loaded(peer);
        let Some(load) = self.bundles.drop_load(id) else { return };
        if load.newest {
            // Nothing is newest there, so there is no use in asking again.
            self.bundles.newest_asked = true;
        }
        let logs: BTreeSet<LogId> = load.spans.iter().map(|span| span.log).collect();
        self.note_broken(peer, &logs, now);
    }

    /// Logs of which a peer told more than it sends. Told again, it is a lie.
    fn note_broken(&mut self, peer: Peer, logs: &BTreeSet<LogId>, now: Time) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let mut lies = None;
        for log in logs {
            let Some(told) = state.ahead.remove(log).filter(|_| !state.supposed.remove(log)) else { continue };
            if state.broken.insert(*log, told.seq).is_some_and(|before| before <= told.seq) {
                lies = Some((*log, told.seq));
            }
        }
        state.settle_fetch();
        match lies {
            Some((log, seq)) => self.lied(peer, &log, &format!("it has {seq} envelopes, it says, and sends none"), now),
            None => self.ask_all(now),
        }
    }

    /// What came of checking a bundle.
    pub(crate) fn checked(
        &mut self,
        ticket: u32,
        result: Result<Vec<CheckedSpan>, BundleError>,
        now: Time,
        held: &dyn Held,
    ) {
        let Some(load) = self.bundles.loads.get(&ticket).filter(|load| load.state == Stage::Checking) else {
            return self.drop_ticket(ticket);
        };
        let (peer, newest, resumed) = (load.peer, load.newest, load.resumed);
        if let (true, Some(spans)) = (newest || result.is_err(), load.key()) {
            self.outputs.push_back(Output::DropPart { spans });
        }
        let spans = self.bundles.drop_load(ticket).map(|load| load.spans).unwrap_or_default();
        match result {
            Ok(checked) => {
                // Only what is proven ends what is slower: a lie is quick.
                self.drop_twins(&spans, now);
                self.take_checked(peer, ticket, &spans, checked, newest, now, held);
            }
            Err(BundleError::NoKey) => {
                // What is newest can't be read yet, and asked again it would not be readable either.
                self.bundles.newest_asked |= newest;
                if let Some(state) = self.peers.get_mut(&peer) {
                    state.plain.extend(spans.iter().map(|span| span.log));
                }
                self.ask_all(now);
            }
            // What another peer began is not for this one to answer for.
            Err(BundleError::Lie(_)) if resumed => self.ask_all(now),
            Err(BundleError::Lie(what)) => {
                self.lied_of_bundle(peer, &what, now);
                self.ask_all(now);
            }
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn take_checked(
        &mut self,
        peer: Peer,
        ticket: u32,
        asked: &[Span],
        checked: Vec<CheckedSpan>,
        newest: bool,
        now: Time,
        held: &dyn Held,
    ) {
        if newest {
            self.bundles.newest_asked = true;
        }
        let mut logs = BTreeSet::new();
        for (index, span) in checked.into_iter().enumerate() {
            let log = span.log;
            let asked_for = newest || asked.iter().any(|want| want.log == log && want.after == span.base.seq);
            if !asked_for {
                self.drop_ticket(ticket);
                return self.lied(peer, &log, "a span that was not asked for", now);
            }
            logs.insert(log);
            let next = self.heads.get(&log).map_or(0, |head| head.seq) == span.base.seq;
            let here = self.bundles.ready.contains_key(&(log, span.base.seq));
            if (newest && !next) || here {
                if !newest {
                    self.outputs.push_back(Output::Forget { ticket, index: Some(index) });
                }
                continue;
            }
            self.bundles.claim(log, span.base.seq, span.end.seq);
            let key = key_of(asked);
            self.bundles.ready.insert((log, span.base.seq), Ready { ticket, index, peer, span, key });
        }
        for log in &logs {
            self.advance(*log, now, held);
        }
        if newest {
            self.outputs.push_back(Output::TakeNewest { ticket });
        }
        let missed: BTreeSet<LogId> = asked.iter().map(|span| span.log).filter(|log| !logs.contains(log)).collect();
        if missed.is_empty() { self.ask_all(now) } else { self.note_broken(peer, &missed, now) }
    }

    /// Takes what is proven and begins at the head of a log, as far as that goes.
    pub(crate) fn advance(&mut self, log: LogId, now: Time, held: &dyn Held) {
        loop {
            let head = self.heads.get(&log).copied().unwrap_or(Head::EMPTY);
            self.drop_overtaken(log, head.seq);
            let Some(ready) = self.bundles.ready.remove(&(log, head.seq)) else { return };
            self.bundles.release_one(&log, head.seq);
            let Ready { ticket, index, peer, span, key } = ready;
            self.outputs.extend(key.map(|spans| Output::DropPart { spans }));
            let forked = head.seq > 0 && span.base.id != head.id;
            let taken = if self.trie.entry(&log).is_some_and(|mine| mine.cut > 0) || forked {
                Ok(false)
            } else if head.seq > 0 && span.base != head {
                Err("a span that begins at another time or size".to_owned())
            } else {
                self.take_span(ticket, index, &span).map(|()| true)
            };
            if taken != Ok(true) {
                self.outputs.push_back(Output::Forget { ticket, index: Some(index) });
            }
            if forked {
                return self.search_fork(peer, log, head.seq, now, held);
            }
            if let Err(what) = taken {
                return self.lied(peer, &log, &what, now);
            }
        }
    }

    /// Nothing of a bundle is of use.
    fn drop_ticket(&mut self, ticket: u32) {
        let gone: Vec<(LogId, u64)> =
            self.bundles.ready.iter().filter(|(_, ready)| ready.ticket == ticket).map(|(place, _)| *place).collect();
        for (log, after) in gone {
            self.bundles.ready.remove(&(log, after));
            self.bundles.release_one(&log, after);
        }
        self.outputs.push_back(Output::Forget { ticket, index: None });
    }

    /// Spans that live messages have overtaken.
    fn drop_overtaken(&mut self, log: LogId, seq: u64) {
        let gone: Vec<u64> = self.bundles.ready.range((log, 0)..(log, seq)).map(|((_, after), _)| *after).collect();
        for after in gone {
            self.drop_ready(log, after);
        }
    }

    pub(crate) fn drop_ready(&mut self, log: LogId, after: u64) {
        if let Some(Ready { ticket, index, key, .. }) = self.bundles.ready.remove(&(log, after)) {
            self.bundles.release_one(&log, after);
            self.outputs.extend(key.map(|spans| Output::DropPart { spans }));
            self.outputs.push_back(Output::Forget { ticket, index: Some(index) });
        }
    }

    fn take_span(&mut self, ticket: u32, index: usize, span: &CheckedSpan) -> Result<(), String> {
        if span.base.seq == 0 {
            let first = span.first.as_ref().ok_or("a log without its first envelope")?;
            self.admit_log(span.log, first)?;
        }
        let (device, life, head) = (span.device, span.life, span.end);
        self.trie.set(FrontierEntry { device, life, seq: head.seq, head: head.id, cut: 0 });
        self.outputs.push_back(Output::Take { ticket, index });
        self.note_head(span.log, head);
        Ok(())
    }

    fn lied_of_bundle(&mut self, peer: Peer, what: &str, now: Time) {
        self.drop_peer(peer, DropReason::Lied(what.to_owned()), now);
    }
}

/// More at once where the way is long and nothing queues on it, less where it does.
fn adapt(state: &mut PeerState, took_ms: u64) {
    let quickest = state.quickest_ms.map_or(took_ms, |quickest| quickest.min(took_ms));
    state.quickest_ms = Some(quickest);
    state.answers = state.answers.saturating_add(1);
    let queued = took_ms.saturating_sub(quickest);
    if quickest < NEAR_MS {
        // What is near comes as quickly with little, and a busy receiver is not far.
        state.credit = state.credit.min(CREDIT);
    }
    if queued > QUEUE_MS {
        state.credit = (state.credit / 2).max(MIN_CREDIT);
    } else if quickest >= NEAR_MS && state.answers >= ANSWERS && state.loading >= WINDOW && queued < QUEUE_MS / 2 {
        state.credit = state.credit.saturating_mul(2).min(MAX_CREDIT);
    }
}

/// Counts bytes of bundles that came; false where too few came for too long.
fn keeps_pace(state: &mut PeerState, bytes: usize, now: Time) -> bool {
    let (since, before) = state.pace;
    let came = before.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
    if now.since(since) < PACE_MS {
        state.pace = (since, came);
        return true;
    }
    state.pace = (now, 0);
    came >= PACE_BYTES
}
