//! Bundles, served: made once when asked for, kept while they are sent, slice by slice.

use std::collections::BTreeMap;

use cremona_envelope::{LogId, Time};

use crate::bundles::{MAX_BUNDLE, name_of};
use crate::facts::Span;
use crate::frame::{Frame, Slice, WantBundle, WireSpan};
use crate::held::Held;
use crate::peer::Peer;
use crate::replica::Replica;

/// Bytes of one slice.
const SLICE: usize = 16 * 1_024;
/// Most bundles that are kept for one peer at once, each of at most [`MAX_BUNDLE`] bytes.
const KEPT: usize = 4;
/// What making a bundle costs the peer, where it brings nothing new to it.
const BUNDLE_COST: usize = 50;

/// Bytes that were sent before cost the peer one frame for each of these.
const AGAIN_BYTES: usize = 1_024;

/// The bundles that a peer is being sent, by its numbers.
#[derive(Debug, Default)]
pub(crate) struct Serving {
    kept: BTreeMap<u32, Kept>,
}

#[derive(Debug)]
struct Kept {
    bytes: Vec<u8>,
    name: [u8; 16],
    /// Up to where it was sent.
    sent: usize,
}

impl Replica {
    pub(crate) fn serve_bundle(&mut self, peer: Peer, want: &WantBundle, now: Time, held: &dyn Held) {
        if (want.newest || !want.spans.is_empty()) && !self.make_bundle(peer, want, now, held) {
            return;
        }
        let Some(Kept { bytes, name, sent }) =
            self.peers.get_mut(&peer).and_then(|state| state.serving.kept.get_mut(&want.id))
        else {
            return self.send_slice(peer, want.id, [0; 16], 0, 0, &[]);
        };
        let name = *name;
        // Another bundle than the one that the asker has the start of is sent from its own start.
        let same = want.name.is_none_or(|known| *known == name);
        let offset = if same { want.offset as usize } else { 0 };
        let end = offset.saturating_add(want.len as usize).min(bytes.len());
        let slices: Vec<(usize, Vec<u8>)> = (offset..end)
            .step_by(SLICE)
            .map(|at| (at, bytes.get(at..at.saturating_add(SLICE).min(end)).unwrap_or_default().to_vec()))
            .collect();
        let total = bytes.len();
        let again = sent.saturating_sub(offset).min(end.saturating_sub(offset));
        *sent = end.max(*sent);
        if again > 0 && !self.charge(peer, again.div_ceil(AGAIN_BYTES), now) {
            return;
        }
        for (at, slice) in slices {
            self.send_slice(peer, want.id, name, total, at, &slice);
        }
        if end >= total
            && let Some(state) = self.peers.get_mut(&peer)
        {
            state.serving.kept.remove(&want.id);
        }
    }

    /// Makes a bundle and keeps it; false where the peer asks too much.
    fn make_bundle(&mut self, peer: Peer, want: &WantBundle, now: Time, held: &dyn Held) -> bool {
        if !self.charge(peer, BUNDLE_COST, now) {
            return false;
        }
        let asked = |span: &WireSpan| Span {
            log: LogId(*span.log),
            after: span.after,
            upto: span.upto,
            base: span.base.map(|base| *base),
        };
        let spans: Vec<Span> = want.spans.iter().map(asked).collect();
        let bytes = held.bundle(&spans, want.newest).filter(|bytes| bytes.len() <= MAX_BUNDLE).unwrap_or_default();
        let news = self.note_bundled(peer, &spans);
        let Some(state) = self.peers.get_mut(&peer) else { return false };
        if news {
            state.frames.give_back(BUNDLE_COST as u64);
        }
        if !bytes.is_empty() {
            let name = name_of(&bytes);
            state.serving.kept.insert(want.id, Kept { bytes, name, sent: 0 });
            while state.serving.kept.len() > KEPT {
                state.serving.kept.pop_first();
            }
        }
        true
    }

    /// Notes what the peer is sent; whether all of it is new to it. Of logs that are not here nothing is
    /// noted.
    fn note_bundled(&mut self, peer: Peer, spans: &[Span]) -> bool {
        let Some(state) = self.peers.get_mut(&peer) else { return false };
        let mut news = !spans.is_empty();
        for span in spans {
            let Some(mine) = self.trie.entry(&span.log) else {
                news = false;
                continue;
            };
            let before = state.served.get(&span.log).copied().unwrap_or(0);
            news &= span.after >= before && span.upto > span.after && span.upto <= mine.seq;
            state.served.insert(span.log, before.max(span.upto.min(mine.seq)));
            let left = mine.seq.saturating_sub(span.upto);
            if left == 0 {
                state.behind.remove(&span.log);
            } else if let Some(behind) = state.behind.get_mut(&span.log) {
                *behind = left;
            }
        }
        news
    }

    fn send_slice(&mut self, peer: Peer, id: u32, name: [u8; 16], total: usize, offset: usize, bytes: &[u8]) {
        let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        let (total, offset) = (number(total), number(offset));
        self.send(peer, &Frame::Slice(Slice { id, name: name.into(), total, offset, bytes: bytes.to_vec().into() }));
    }
}
