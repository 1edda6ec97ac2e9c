//! Bundles, asked for: spans of logs, compacted, from several peers at once.
//!
//! What a peer has ahead is cut into spans of at most [`SPAN`] envelopes. A bundle of spans is asked
//! of one peer at a time; it comes in slices, of which no more are under way than [`PeerState::credit`]
//! allows, so that a slow link keeps room for live messages and a cut loses little. A whole bundle is
//! checked outside (`Output::Check`), each of its spans to a signature, and a span that is proven waits
//! until the log has come to where it begins. Whoever is slow has its bundle asked of an idle peer too.

use std::collections::BTreeMap;

use cremona_envelope::{EnvelopeId, LogId, Time};

use crate::facts::{Base, CheckedSpan, Output, Span};
use crate::frame::{Frame, MAX_ITEMS, WantBundle, WireSpan, wire};
use crate::peer::Peer;
use crate::replica::Replica;

pub(crate) use crate::bundles_served::Serving;
use crate::hedging::LOOK_MS;

/// Longest bundle, in bytes as it travels.
pub const MAX_BUNDLE: usize = 1_048_576;
/// Most envelopes of one bundle, as asked for.
pub(crate) const SPAN: u64 = 2_048;
/// Bytes that a peer is asked for at once, at first; more or less later. More
/// would only be lost when this node is killed: what is near comes as quickly with less.
pub(crate) const CREDIT: u32 = 16_384;
/// Up to this many envelopes a span does without telling where it begins.
const SHORT_SPAN: u64 = 256;
/// A log that lacks no more than this does not wait for one that lacks much.
const FEW: u64 = 64;
/// Most spans of a bundle that is worth going on with after a cut.
const MAX_PART_SPANS: usize = 4;
/// Most bundles that one peer is sending at once.
pub(crate) const WINDOW: usize = 3;
/// Most bundles in all that are coming, being checked, or waiting for what comes before them; as many
/// again may be coming from a second peer.
const MAX_LOADS: usize = 16;
/// Most spans of one log that are asked for beyond its head.
const MAX_AHEAD_SPANS: usize = 8;
/// What the pieces of a bundle of newest messages are kept under.
const NEWEST: &[u8] = b"newest";
/// Most live messages that are shown early until all is here, whoever gossips how many.
const MAX_EARLY: usize = 4_096;
/// Behind by more than this, one asks for what is newest first.
const NEWEST_FROM: u64 = 4_096;

/// A bundle that was asked for.
#[derive(Debug)]
pub(crate) struct Load {
    pub(crate) peer: Peer,
    pub(crate) spans: Vec<Span>,
    /// Where those begin that begin at a head of this node.
    pub(crate) bases: Vec<Option<Base>>,
    pub(crate) newest: bool,
    pub(crate) name: Option<[u8; 16]>,
    pub(crate) bytes: Vec<u8>,
    /// Bytes asked for, from the start.
    pub(crate) asked: u32,
    pub(crate) asked_at: Time,
    pub(crate) begun_at: Time,
    pub(crate) hedge_at: Time,
    pub(crate) state: Stage,
    pub(crate) hedged: bool,
    /// It goes on where an earlier one was cut off, of which the peer may have another version.
    pub(crate) resumed: bool,
}

impl Load {
    pub(crate) fn key(&self) -> Option<Vec<u8>> {
        if self.newest { Some(NEWEST.to_vec()) } else { key_of(&self.spans) }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stage {
    Coming,
    Checking,
}

/// A proven span that waits for its log to come to where it begins.
#[derive(Clone, Debug)]
pub(crate) struct Ready {
    pub(crate) ticket: u32,
    pub(crate) index: usize,
    pub(crate) peer: Peer,
    pub(crate) span: CheckedSpan,
    /// Under which its bundle is kept until it is taken.
    pub(crate) key: Option<Vec<u8>>,
}

/// What has come of a bundle, by what was asked for; see [`key_of`].
#[derive(Clone, Debug)]
pub(crate) struct Part {
    name: [u8; 16],
    bytes: Vec<u8>,
}

/// Everything about bundles that are asked for.
#[derive(Debug, Default)]
pub(crate) struct Bundles {
    pub(crate) next: u32,
    pub(crate) loads: BTreeMap<u32, Load>,
    /// Stretches that are asked for or proven: start and end, by log.
    pub(crate) claims: BTreeMap<LogId, BTreeMap<u64, u64>>,
    pub(crate) ready: BTreeMap<(LogId, u64), Ready>,
    /// Beginnings of bundles that were cut off, for whoever is asked for the same again.
    pub(crate) parts: BTreeMap<Vec<u8>, Part>,
    /// What is newest was asked for, or need not be.
    pub(crate) newest_asked: bool,
    /// Live messages that were shown early.
    early: usize,
}

impl Bundles {
    /// Whether something of a log is asked for or waits.
    pub(crate) fn claims(&self, log: &LogId) -> bool {
        self.claims.contains_key(log)
    }

    /// Whether one more live message of a log whose bulk is still coming is shown early; it is counted.
    pub(crate) fn shows_early(&mut self, log: &LogId) -> bool {
        let shows = self.claims(log) && self.early < MAX_EARLY;
        self.early = self.early.saturating_add(usize::from(shows));
        shows
    }

    pub(crate) fn claim(&mut self, log: LogId, after: u64, upto: u64) {
        self.claims.entry(log).or_default().insert(after, upto);
    }

    pub(crate) fn release_one(&mut self, log: &LogId, after: u64) {
        if let Some(of_log) = self.claims.get_mut(log) {
            of_log.remove(&after);
            if of_log.is_empty() {
                self.claims.remove(log);
            }
        }
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

    pub(crate) fn drop_load(&mut self, id: u32) -> Option<Load> {
        let load = self.loads.remove(&id)?;
        if self.has_twin(&load) {
            // Whoever is left with it may turn out slow as well. What is newest is asked of two at most.
            for twin in self.loads.values_mut().filter(|twin| twin.spans == load.spans) {
                twin.hedged = twin.newest;
            }
        } else if load.newest {
            self.newest_asked = false;
        } else {
            for span in &load.spans {
                self.release_one(&span.log, span.after);
            }
        }
        Some(load)
    }

    /// Bundles that are coming or being checked, and spans that wait.
    fn waiting(&self) -> usize {
        self.loads.len().saturating_add(self.ready.len())
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
            if self.bundles.waiting() >= MAX_LOADS {
                self.drop_stranded();
            }
            let full = self.bundles.waiting() >= MAX_LOADS;
            // What others wait for and a slow peer is sending is asked for elsewhere before more of them.
            let mut spans = self.spans_to_hedge(peer, true, now);
            if spans.is_empty() && !full {
                spans = self.free_spans(peer);
            }
            if spans.is_empty() {
                spans = self.spans_to_hedge(peer, false, now);
            }
            if spans.is_empty() {
                return;
            }
            self.load(peer, spans, false, now);
        }
    }

    /// Spans that wait for what nobody who is here has, or that lie beyond a cut, make room.
    fn drop_stranded(&mut self) {
        let hopeless = |log: &LogId| {
            let cut = self.trie.entry(log).is_some_and(|mine| mine.cut > 0);
            cut || !self.peers.values().any(|state| state.ahead.contains_key(log))
        };
        let gone: Vec<(LogId, u64)> = self.bundles.ready.keys().filter(|(log, _)| hopeless(log)).copied().collect();
        for (log, after) in gone {
            self.drop_ready(log, after);
        }
    }

    fn may_load(&self, peer: Peer, now: Time) -> bool {
        let Some(state) = self.peers.get(&peer) else { return false };
        let slow =
            state.slow_until > now && self.peers.iter().any(|(other, state)| *other != peer && state.loading > 0);
        !slow && state.loading < WINDOW && self.bundles.loads.len() < MAX_LOADS.saturating_mul(2)
    }

    /// Asks for what is newest of every channel, once, where much is to come; again where it is slow.
    fn ask_newest(&mut self, peer: Peer, now: Time) {
        let full = self.peers.get(&peer).is_none_or(|state| state.loading >= WINDOW);
        if full || self.progress(&peer).to_receive <= NEWEST_FROM {
            return;
        }
        if !self.bundles.newest_asked || self.hedges_newest(peer, now) {
            self.bundles.newest_asked = true;
            self.load(peer, Vec::new(), true, now);
        }
    }

    /// Spans of at most [`SPAN`] envelopes in all that `peer` has and nobody was asked for.
    fn free_spans(&self, peer: Peer) -> Vec<Span> {
        let Some(state) = self.peers.get(&peer) else { return Vec::new() };
        let mut spans: Vec<Span> = Vec::new();
        let mut left = SPAN;
        let mut few = false;
        // What lacks little comes first and by itself, so that what is live waits for no bulk.
        let mut ahead: Vec<_> = state.ahead.iter().collect();
        ahead.sort_by_key(|(log, told)| told.seq.saturating_sub(self.free_from(log)));
        for (log, told) in ahead {
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
            let lacks = told.seq.saturating_sub(after);
            if few && lacks > SHORT_SPAN {
                break;
            }
            few |= lacks <= FEW;
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

    /// Where a span begins, if it is to do without telling and this node's log still ends there: live
    /// messages may have brought that on since the span was first asked for elsewhere.
    fn base_of(&self, span: &Span) -> Option<Base> {
        span.base?;
        let entry = self.trie.entry(&span.log)?;
        let head = self.heads.get(&span.log).filter(|head| head.seq == span.after)?;
        Some(Base { device: entry.device, life: entry.life, head: *head })
    }

    fn load(&mut self, peer: Peer, spans: Vec<Span>, newest: bool, now: Time) {
        let id = self.bundles.next;
        self.bundles.next = id.wrapping_add(1);
        let Some(state) = self.peers.get_mut(&peer) else { return };
        if state.loading == 0 {
            state.pace = (now, 0);
        }
        state.loading = state.loading.saturating_add(1);
        let len = state.credit;
        for span in &spans {
            let first = !self.bundles.claims(&span.log);
            self.bundles.claim(span.log, span.after, span.upto);
            if first {
                self.show_waiting(&span.log);
            }
        }
        let bases: Vec<Option<Base>> = spans.iter().map(|span| self.base_of(span)).collect();
        let wire_span = |(span, base): (&Span, &Option<Base>)| WireSpan {
            log: wire(&span.log),
            after: span.after,
            upto: span.upto,
            base: base.map(|base| short(&base.head.id).into()),
        };
        let wired = spans.iter().zip(&bases).map(wire_span).collect();
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
            begun_at: now,
            hedge_at: now.plus(LOOK_MS),
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

    /// A peer is gone: what it was sending is asked of others; what it sent and is proven stays.
    pub(crate) fn forget_bundles(&mut self, peer: Peer) {
        self.bundles.drop_loads_of(peer);
    }

    /// What is newest may be asked for again after the next long absence.
    pub(crate) fn note_in_sync(&mut self) {
        self.bundles.newest_asked = false;
        self.bundles.early = 0;
        if !self.bundles.parts.is_empty() {
            self.bundles.parts.clear();
            self.outputs.push_back(Output::DropParts);
        }
    }
}

fn short(id: &EnvelopeId) -> [u8; 8] {
    let mut first = [0; 8];
    first.copy_from_slice(id.0.split_at(8).0);
    first
}

/// What a part is kept under: the spans that were asked for, as they are asked for whoever is asked.
/// `None` where going on with it is not worth it.
pub(crate) fn key_of(spans: &[Span]) -> Option<Vec<u8>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_live_is_shown_early_where_bulk_is_coming_and_only_so_often() {
        let (mut bundles, log) = (Bundles::default(), LogId([1; 16]));
        assert!(!bundles.shows_early(&log), "nothing of it is coming");
        bundles.claim(log, 0, 2_048);
        assert_eq!((0..MAX_EARLY + 10).filter(|_| bundles.shows_early(&log)).count(), MAX_EARLY);
    }
}
