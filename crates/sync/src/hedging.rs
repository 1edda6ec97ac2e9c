//! What a slow peer is sending is asked of another too, and whoever brings it first is believed.

use cremona_envelope::Time;

use crate::bundles::{Bundles, Load, Stage};
use crate::bundles_taken::MIN_CREDIT;
use crate::facts::Span;
use crate::peer::Peer;
use crate::replica::Replica;

/// A bundle that has not come by then is asked of another peer too: by [`TIMES`] as long as that peer
/// took for one, and by this where that is not known.
const PATIENCE_MS: u64 = 1_000;
const TIMES: u64 = 2;
/// How often that is looked at, and not before.
pub(crate) const LOOK_MS: u64 = 100;
/// How long a peer goes last after another was quicker with its bundle.
const SLOW_MS: u64 = 10_000;

impl Bundles {
    /// When to look for a quicker peer.
    pub(crate) fn wake_at(&self) -> Option<Time> {
        self.loads.values().filter(|load| load.state == Stage::Coming && !load.hedged).map(|load| load.hedge_at).min()
    }

    /// Whether another load asks for the same.
    pub(crate) fn has_twin(&self, of: &Load) -> bool {
        self.loads.values().any(|load| load.spans == of.spans)
    }
}

impl Replica {
    /// The spans of a bundle that has been coming from another peer for long and that `peer` has too; of
    /// one that proven spans wait for, or of any.
    pub(crate) fn spans_to_hedge(&mut self, peer: Peer, awaited: bool, now: Time) -> Vec<Span> {
        let Some(state) = self.peers.get(&peer) else { return Vec::new() };
        let has = |span: &Span| state.ahead.get(&span.log).is_some_and(|told| told.seq >= span.upto);
        let ready = &self.bundles.ready;
        let waits = |span: &Span| ready.range((span.log, span.upto)..=(span.log, u64::MAX)).next().is_some();
        let slow = self.bundles.loads.iter().find(|(_, load)| {
            let wanted = !awaited || load.spans.iter().any(waits);
            wanted && !load.newest && load.spans.iter().all(has) && self.is_late(load, peer, awaited, now)
        });
        let Some(id) = slow.map(|(id, _)| *id) else { return Vec::new() };
        let Some(load) = self.bundles.loads.get_mut(&id) else { return Vec::new() };
        load.hedged = true;
        load.spans.clone()
    }

    /// Whether what is newest has been coming from another peer for long; it is then as good as asked of
    /// `peer`.
    pub(crate) fn hedges_newest(&mut self, peer: Peer, now: Time) -> bool {
        let late = |load: &Load| load.newest && self.is_late(load, peer, true, now);
        let Some(id) = self.bundles.loads.iter().find(|(_, load)| late(load)).map(|(id, _)| *id) else { return false };
        self.bundles.loads.get_mut(&id).map(|load| load.hedged = true).is_some()
    }

    /// Whether `peer` would have brought it by now. Of a peer of whom nothing has come yet, less is
    /// waited for where it is `awaited`.
    fn is_late(&self, load: &Load, peer: Peer, awaited: bool, now: Time) -> bool {
        let took = |peer| self.peers.get(&peer).and_then(|state| state.load_ms);
        let times = if awaited && took(load.peer).is_none() { 1 } else { TIMES };
        let patience = took(peer).map_or(PATIENCE_MS, |took| took.saturating_mul(times));
        let late = now.since(load.begun_at) >= patience.clamp(LOOK_MS, PATIENCE_MS);
        late && load.state == Stage::Coming && !load.hedged && load.peer != peer
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
            load.hedge_at = now.plus(LOOK_MS);
        }
    }

    /// Whoever was slower with the same bundle sends no more of it, and goes last for a while.
    pub(crate) fn drop_twins(&mut self, spans: &[Span], now: Time) {
        let twin = |load: &Load| load.state == Stage::Coming && load.spans == spans;
        let twins: Vec<(u32, Peer)> =
            self.bundles.loads.iter().filter(|(_, load)| twin(load)).map(|(id, load)| (*id, load.peer)).collect();
        for (id, slower) in twins {
            self.bundles.drop_load(id);
            self.note_loaded(slower);
            if let Some(state) = self.peers.get_mut(&slower) {
                state.slow_until = state.slow_until.max(now.plus(SLOW_MS));
                state.credit = MIN_CREDIT;
            }
        }
    }
}
