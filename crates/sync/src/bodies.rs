//! Bodies that this node lacks though their envelopes are here, and those that others lack.

use std::collections::BTreeMap;

use cremona_envelope::{LogId, Time};
use minicbor::bytes::ByteVec;

use crate::facts::Output;
use crate::frame::{Bodies, Frame, MAX_ITEMS, WantBodies, wire};
use crate::held::Held;
use crate::peer::Peer;
use crate::replica::Replica;

/// Bytes of bodies in one frame, beside the one that goes beyond.
const BODY_BYTES: usize = 512 * 1024;

impl Replica {
    /// Asks for at most [`MAX_ITEMS`] bodies; what does not come is for the engine to ask elsewhere.
    pub(crate) fn want_bodies(&mut self, peer: Peer, places: Vec<(LogId, u64)>) {
        let mut logs: BTreeMap<LogId, Vec<u64>> = BTreeMap::new();
        for (log, seq) in places.into_iter().take(MAX_ITEMS) {
            logs.entry(log).or_default().push(seq);
        }
        for (log, seqs) in logs {
            self.send(peer, &Frame::WantBodies(WantBodies { log: wire(&log), seqs }));
        }
    }

    pub(crate) fn serve_bodies(&mut self, peer: Peer, want: &WantBodies, now: Time, held: &dyn Held) {
        if !self.charge(peer, want.seqs.len(), now) {
            return;
        }
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

    pub(crate) fn take_bodies(&mut self, peer: Peer, told: Bodies, now: Time) {
        if !self.charge(peer, told.bodies.len(), now) {
            return;
        }
        let bodies: Vec<(u64, Vec<u8>)> = told.bodies.into_iter().map(|(seq, body)| (seq, body.into())).collect();
        if !bodies.is_empty() {
            self.outputs.push_back(Output::AcceptBodies { log: LogId(*told.log), bodies });
        }
    }
}
