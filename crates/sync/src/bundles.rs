//! Bundles, asked for: spans of logs, compacted, from several peers at once.
//!
//! What a peer has ahead is cut into spans of at most [`SPAN`] envelopes. A bundle of spans is asked
//! of one peer at a time; it comes in slices, of which no more are under way than [`PeerState::credit`]
//! allows, so that a slow link keeps room for live messages and a cut loses little. A whole bundle is
//! checked outside (`Output::Check`), each of its spans to a signature, and a span that is proven waits
//! until the log has come to where it begins. Whoever is slow has its bundle asked of an idle peer too.

use std::collections::{BTreeMap, BTreeSet};

use cremona_envelope::{EnvelopeId, Head, LogId, Time};

use crate::facts::{Base, BundleError, CheckedSpan, Output, Span};
use crate::frame::{Frame, MAX_ITEMS, Slice, WantBundle, WireSpan, wire};
use crate::held::Held;
use crate::peer::{Peer, PeerState};
use crate::replica::Replica;
use crate::trie::FrontierEntry;

pub(crate) use crate::bundles_served::Serving;

/// Longest bundle, in bytes as it travels.
pub const MAX_BUNDLE: usize = 1_048_576;
/// Most envelopes of one bundle, as asked for.
pub(crate) const SPAN: u64 = 2_048;
/// Bytes that a peer is asked for at once, at first; between [`MIN_CREDIT`] and [`MAX_CREDIT`] later. More
/// would only be lost when this node is killed: what is near comes as quickly with less.
pub(crate) const CREDIT: u32 = 32_768;
const MIN_CREDIT: u32 = 8_192;
const MAX_CREDIT: u32 = 131_072;
/// Bytes that are asked for are to take no longer than this more than the quickest did, so that live
/// messages don't wait behind them.
const QUEUE_MS: u64 = 400;
/// Below this a peer is near.
const NEAR_MS: u64 = 20;
/// Up to this many envelopes a span does without telling where it begins.
const SHORT_SPAN: u64 = 256;
/// Most spans of a bundle that is worth going on with after a cut.
const MAX_PART_SPANS: usize = 4;
/// Most bundles that one peer is sending at once.
const WINDOW: usize = 3;
/// Most bundles in all that are coming, being checked, or waiting for what comes before them.
const MAX_LOADS: usize = 16;
/// Most spans of one log that are asked for beyond its head.
const MAX_AHEAD_SPANS: usize = 8;
/// A bundle that has not come by then is asked of an idle peer too.
const HEDGE_MS: u64 = 1_000;
/// How long a peer goes last after another was quicker with its bundle.
const SLOW_MS: u64 = 10_000;
/// What the pieces of a bundle of newest messages are kept under.
const NEWEST: &[u8] = b"newest";
/// Behind by more than this, one asks for what is newest first.
const NEWEST_FROM: u64 = 4_096;

/// A bundle that was asked for.
#[derive(Debug)]
pub(crate) struct Load {
    peer: Peer,
    spans: Vec<Span>,
    /// Where those begin that begin at a head of this node.
    bases: Vec<Option<Base>>,
    newest: bool,
    name: Option<[u8; 16]>,
    bytes: Vec<u8>,
    /// Bytes asked for, from the start.
    asked: u32,
    asked_at: Time,
    hedge_at: Time,
    state: Stage,
    hedged: bool,
    /// It goes on where an earlier one was cut off, of which the peer may have another version.
    resumed: bool,
}

impl Load {
    fn key(&self) -> Option<Vec<u8>> {
        if self.newest { Some(NEWEST.to_vec()) } else { key_of(&self.spans) }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    Coming,
    Checking,
}

/// A proven span that waits for its log to come to where it begins.
#[derive(Clone, Debug)]
pub(crate) struct Ready {
    ticket: u32,
    index: usize,
    peer: Peer,
    span: CheckedSpan,
    /// Under which its bundle is kept until it is taken.
    key: Option<Vec<u8>>,
}

/// What has come of a bundle, by what was asked for; see [`key_of`].
#[derive(Clone, Debug)]
struct Part {
    name: [u8; 16],
    bytes: Vec<u8>,
}

/// Everything about bundles that are asked for.
#[derive(Debug, Default)]
pub(crate) struct Bundles {
    next: u32,
    loads: BTreeMap<u32, Load>,
    /// Stretches that are asked for or proven: start and end, by log.
    claims: BTreeMap<LogId, BTreeMap<u64, u64>>,
    ready: BTreeMap<(LogId, u64), Ready>,
    /// Beginnings of bundles that were cut off, for whoever is asked for the same again.
    parts: BTreeMap<Vec<u8>, Part>,
    /// What is newest was asked for, or need not be.
    newest_asked: bool,
}

impl Bundles {
    /// When to look for a quicker peer.
    pub(crate) fn wake_at(&self) -> Option<Time> {
        self.loads.values().filter(|load| load.state == Stage::Coming && !load.hedged).map(|load| load.hedge_at).min()
    }

    /// Whether something of a log is asked for or waits.
    pub(crate) fn claims(&self, log: &LogId) -> bool {
        self.claims.contains_key(log)
    }

    fn claim(&mut self, log: LogId, after: u64, upto: u64) {
        self.claims.entry(log).or_default().insert(after, upto);
    }

    fn release_one(&mut self, log: &LogId, after: u64) {
        if let Some(of_log) = self.claims.get_mut(log) {
            of_log.remove(&after);
            if of_log.is_empty() {
                self.claims.remove(log);
            }
        }
    }

    /// Whether two loads ask for the same.
    fn has_twin(&self, id: u32, spans: &[Span]) -> bool {
        self.loads.iter().any(|(other, load)| *other != id && load.spans == spans)
    }

    /// What a peer was sending, when it is gone.
    fn drop_loads_of(&mut self, peer: Peer) {
        let gone: Vec<u32> = self
            .loads
            .iter()
            .filter(|(_, load)| load.peer == peer && load.state == Stage::Coming)
            .map(|(id, _)| *id)
            .collect();
        for id in gone {
            let Some(load) = self.drop_load(id) else { continue };
            if let (Some(key), Some(name), false) = (load.key(), load.name, load.bytes.is_empty()) {
                self.put_part(key, name, load.bytes);
            }
        }
    }

    fn put_part(&mut self, key: Vec<u8>, name: [u8; 16], bytes: Vec<u8>) {
        self.parts.insert(key, Part { name, bytes });
        while self.parts.len() > MAX_LOADS {
            self.parts.pop_last();
        }
    }

    fn drop_load(&mut self, id: u32) -> Option<Load> {
        let load = self.loads.remove(&id)?;
        if load.newest {
            self.newest_asked = false;
        } else if !self.has_twin(id, &load.spans) {
            for span in &load.spans {
                self.release_one(&span.log, span.after);
            }
        }
        Some(load)
    }
}

impl Replica {
    /// Asks `peer` for bundles of what it has ahead, as far as its window allows.
    pub(crate) fn ask_bundles(&mut self, peer: Peer, now: Time) {
        if self.genesis.is_none() {
            return;
        }
        self.ask_newest(peer, now);
        while self.may_load(peer, now) {
            let spans = self.free_spans(peer);
            let spans = if spans.is_empty() { self.spans_to_hedge(peer, now) } else { spans };
            if spans.is_empty() {
                return;
            }
            self.load(peer, spans, false, now);
        }
    }

    fn may_load(&self, peer: Peer, now: Time) -> bool {
        let Some(state) = self.peers.get(&peer) else { return false };
        let slow =
            state.slow_until > now && self.peers.iter().any(|(other, state)| *other != peer && state.loading > 0);
        let waiting = self.bundles.loads.len().saturating_add(self.bundles.ready.len());
        !slow && state.loading < WINDOW && waiting < MAX_LOADS
    }

    /// Asks for what is newest of every channel, once, where much is to come.
    fn ask_newest(&mut self, peer: Peer, now: Time) {
        if self.bundles.newest_asked || self.peers.get(&peer).is_none_or(|state| state.loading >= WINDOW) {
            return;
        }
        if self.progress(&peer).to_receive > NEWEST_FROM {
            self.bundles.newest_asked = true;
            self.load(peer, Vec::new(), true, now);
        }
    }

    /// Spans of at most [`SPAN`] envelopes in all that `peer` has and nobody was asked for.
    fn free_spans(&self, peer: Peer) -> Vec<Span> {
        let Some(state) = self.peers.get(&peer) else { return Vec::new() };
        let mut spans = Vec::new();
        let mut left = SPAN;
        for (log, told) in &state.ahead {
            if left == 0 || spans.len() >= MAX_ITEMS {
                break;
            }
            if self.fetching.contains_key(log) || state.plain.contains(log) || state.search.contains_key(log) {
                continue;
            }
            let after = self.free_from(log);
            let claimed = self.bundles.claims.get(log).map_or(0, BTreeMap::len);
            if after >= told.seq || claimed >= MAX_AHEAD_SPANS {
                continue;
            }
            // Spans end where every log has a signature, or at its head.
            let aligned = (after / SPAN).saturating_add(1).saturating_mul(SPAN);
            let upto = told.seq.min(aligned).min(after.saturating_add(left.next_multiple_of(64)));
            left = left.saturating_sub(upto.saturating_sub(after));
            // A long span says itself where it begins, so that it is the same whoever asks when.
            let short_one = upto.saturating_sub(after) <= SHORT_SPAN;
            let head = self.heads.get(log).filter(|head| head.seq == after && short_one);
            let base = head.map(|head| short(&head.id));
            spans.push(Span { log: *log, after, upto, base });
        }
        spans
    }

    /// Up to where a log is here, or asked for without a gap.
    fn free_from(&self, log: &LogId) -> u64 {
        let head = self.heads.get(log).map_or(0, |head| head.seq);
        let claims = self.bundles.claims.get(log);
        claims.into_iter().flatten().fold(head, |at, (after, upto)| if *after <= at { at.max(*upto) } else { at })
    }

    /// The spans of a bundle that has been coming from another peer for long and that `peer` has too.
    fn spans_to_hedge(&mut self, peer: Peer, now: Time) -> Vec<Span> {
        let Some(state) = self.peers.get(&peer) else { return Vec::new() };
        let has = |span: &Span| state.ahead.get(&span.log).is_some_and(|told| told.seq >= span.upto);
        let slow = self.bundles.loads.values_mut().find(|load| {
            let late = load.state == Stage::Coming && !load.hedged && load.hedge_at <= now;
            late && load.peer != peer && !load.newest && load.spans.iter().all(has)
        });
        let Some(load) = slow else { return Vec::new() };
        load.hedged = true;
        load.spans.clone()
    }

    fn base_of(&self, log: &LogId) -> Option<Base> {
        let entry = self.trie.entry(log)?;
        let head = self.heads.get(log)?;
        Some(Base { device: entry.device, life: entry.life, head: *head })
    }

    fn load(&mut self, peer: Peer, spans: Vec<Span>, newest: bool, now: Time) {
        let id = self.bundles.next;
        self.bundles.next = id.wrapping_add(1);
        let Some(state) = self.peers.get_mut(&peer) else { return };
        state.loading = state.loading.saturating_add(1);
        let len = state.credit;
        for span in &spans {
            self.bundles.claim(span.log, span.after, span.upto);
        }
        let wired = spans
            .iter()
            .map(|span| WireSpan {
                log: wire(&span.log),
                after: span.after,
                upto: span.upto,
                base: span.base.map(Into::into),
            })
            .collect();
        let bases = spans.iter().map(|span| span.base.and_then(|_| self.base_of(&span.log))).collect();
        let part = (if newest { Some(NEWEST.to_vec()) } else { key_of(&spans) })
            .and_then(|key| self.bundles.parts.remove(&key));
        let (name, bytes) = part.map_or((None, Vec::new()), |part| (Some(part.name), part.bytes));
        let whole = name.is_some_and(|name| name == name_of(&bytes));
        let offset = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let load = Load {
            peer,
            spans,
            bases,
            newest,
            name,
            bytes,
            asked: offset.saturating_add(len),
            asked_at: now,
            hedge_at: now.plus(HEDGE_MS),
            state: Stage::Coming,
            hedged: false,
            resumed: name.is_some(),
        };
        self.bundles.loads.insert(id, load);
        if whole {
            // It had come whole and was not taken yet when this node stopped.
            return self.check(peer, id, now);
        }
        self.await_answer(peer, now);
        let name = name.map(Into::into);
        self.send(peer, &Frame::WantBundle(WantBundle { id, spans: wired, newest, offset, len, name }));
    }

    /// What is newest was shown before this node stopped, so it need not come again.
    pub fn remember_newest(&mut self) {
        self.bundles.newest_asked = true;
    }

    /// Beginnings of bundles, from before this node stopped: what was asked for, name, bytes.
    pub fn remember_parts(&mut self, parts: impl IntoIterator<Item = (Vec<u8>, [u8; 16], Vec<u8>)>) {
        for (key, name, bytes) in parts {
            if bytes.len() <= MAX_BUNDLE {
                self.bundles.put_part(key, name, bytes);
            }
        }
    }

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
    fn check(&mut self, peer: Peer, id: u32, now: Time) {
        let Some(load) = self.bundles.loads.get_mut(&id) else { return };
        let (bytes, bases) = (std::mem::take(&mut load.bytes), std::mem::take(&mut load.bases));
        if Some(name_of(&bytes)) != load.name {
            return self.lied_of_bundle(peer, "a bundle with the name of another", now);
        }
        load.state = Stage::Checking;
        let (spans, hedged) = (load.spans.clone(), load.hedged);
        self.outputs.push_back(Output::Check { ticket: id, bytes, bases });
        self.note_loaded(peer);
        if hedged {
            self.drop_twins(id, &spans, now);
        }
        self.ask(peer, now);
    }

    /// Whoever was slower with the same bundle sends no more of it, and goes last for a while.
    fn drop_twins(&mut self, id: u32, spans: &[Span], now: Time) {
        let twins: Vec<(u32, Peer)> = self
            .bundles
            .loads
            .iter()
            .filter(|(other, load)| **other != id && load.state == Stage::Coming && load.spans == spans)
            .map(|(other, load)| (*other, load.peer))
            .collect();
        for (other, slower) in twins {
            self.bundles.drop_load(other);
            self.note_loaded(slower);
            if let Some(state) = self.peers.get_mut(&slower) {
                state.slow_until = now.plus(SLOW_MS);
                state.credit = MIN_CREDIT;
            }
        }
    }

    fn note_loaded(&mut self, peer: Peer) {
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
            let Some(told) = state.ahead.remove(log) else { continue };
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
        let (peer, newest) = (load.peer, load.newest);
        if let (true, Some(spans)) = (newest || result.is_err(), load.key()) {
            self.outputs.push_back(Output::DropPart { spans });
        }
        let spans = self.bundles.drop_load(ticket).map(|load| load.spans).unwrap_or_default();
        match result {
            Ok(checked) => self.take_checked(peer, ticket, &spans, checked, newest, now, held),
            Err(BundleError::NoKey) => {
                if let Some(state) = self.peers.get_mut(&peer) {
                    state.plain.extend(spans.iter().map(|span| span.log));
                }
                self.ask_all(now);
            }
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
            self.bundles.release_one(&log, after);
            if let Some(Ready { ticket, index, key, .. }) = self.bundles.ready.remove(&(log, after)) {
                self.outputs.extend(key.map(|spans| Output::DropPart { spans }));
                self.outputs.push_back(Output::Forget { ticket, index: Some(index) });
            }
        }
    }

    fn take_span(&mut self, ticket: u32, index: usize, span: &CheckedSpan) -> Result<(), String> {
        if span.base.seq == 0 {
            let first = span.first.as_ref().ok_or("a log without its first envelope")?;
            self.admit_log(span.log, first)?;
        }
        let (device, life, head) = (span.device, span.life, span.end);
        self.trie.set(FrontierEntry { device, life, seq: head.seq, head: head.id, cut: 0 });
        self.note_head(span.log, head);
        self.outputs.push_back(Output::Take { ticket, index });
        Ok(())
    }

    /// A peer is gone: what it was sending is asked of others; what it sent and is proven stays.
    pub(crate) fn forget_bundles(&mut self, peer: Peer) {
        self.bundles.drop_loads_of(peer);
    }

    /// Looks for quicker peers for what is slow.
    pub(crate) fn hedge(&mut self, now: Time) {
        if self.bundles.wake_at().is_none_or(|at| at > now) {
            return;
        }
        let idle: Vec<Peer> =
            self.peers.iter().filter(|(_, state)| state.bundles && state.loading == 0).map(|(peer, _)| *peer).collect();
        for peer in idle {
            self.ask(peer, now);
        }
        for load in self.bundles.loads.values_mut().filter(|load| load.hedge_at <= now) {
            load.hedge_at = now.plus(HEDGE_MS);
        }
    }

    /// What is newest may be asked for again after the next long absence.
    pub(crate) fn note_in_sync(&mut self) {
        self.bundles.newest_asked = false;
        if !self.bundles.parts.is_empty() {
            self.bundles.parts.clear();
            self.outputs.push_back(Output::DropParts);
        }
    }

    fn lied_of_bundle(&mut self, peer: Peer, what: &str, now: Time) {
        self.drop_peer(peer, crate::peer::DropReason::Lied(what.to_owned()), now);
    }
}

/// More at once where the way is long and nothing queues on it, less where it does.
fn adapt(state: &mut PeerState, took_ms: u64) {
    let quickest = state.quickest_ms.map_or(took_ms, |quickest| quickest.min(took_ms));
    state.quickest_ms = Some(quickest);
    let queued = took_ms.saturating_sub(quickest);
    if queued > QUEUE_MS {
        state.credit = (state.credit / 2).max(MIN_CREDIT);
    } else if quickest >= NEAR_MS && queued < QUEUE_MS / 2 {
        state.credit = state.credit.saturating_mul(2).min(MAX_CREDIT);
    }
}

fn short(id: &EnvelopeId) -> [u8; 8] {
    let mut first = [0; 8];
    first.copy_from_slice(id.0.split_at(8).0);
    first
}

/// What a part is kept under: the spans that were asked for, as they are asked for whoever is asked.
/// `None` where going on with it is not worth it.
fn key_of(spans: &[Span]) -> Option<Vec<u8>> {
    let few = !spans.is_empty() && spans.len() <= MAX_PART_SPANS;
    let key = |span: &Span| [span.log.0.as_slice(), &span.after.to_be_bytes(), &span.upto.to_be_bytes()].concat();
    few.then(|| spans.iter().flat_map(key).collect())
}

/// The first 16 bytes of the hash of a bundle.
pub(crate) fn name_of(bytes: &[u8]) -> [u8; 16] {
    let mut name = [0; 16];
    name.copy_from_slice(blake3::hash(bytes).as_bytes().split_at(16).0);
    name
}
