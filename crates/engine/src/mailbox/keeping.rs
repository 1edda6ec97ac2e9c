//! What goes onto the shelf: verified envelopes, bodies that were missing, cuts; and what leaves it.

use std::collections::{BTreeSet, VecDeque};

use cremona_envelope::header::own_bytes;
use cremona_envelope::{
    Body, DeviceId, ErasePayload, Genesis, Head, Kind, LogId, MemberId, Part, Time, Verified, WorkspaceId, genesis_of,
    owner_of,
};
use cremona_store::{ShelfLog, ShelfRead, ShelfRow, ShelfWrite, SoftRow};
use cremona_sync::{Frame, FrontierEntry, Output, Peer, Replica};

use super::room::{Quota, Room};
use super::serving::{Counter, first_of};
use crate::error::EngineError;
use crate::settings::{Effect, Input, Verdict};

/// Set in the same transaction that erases, until nothing is left of that in the file.
pub(super) const UNSCRUBBED: &str = "unscrubbed";
/// Most bodies that are asked for at once, and how often each: a body may be with nobody any more.
const ASKED: u32 = 256;
const TRIES: u32 = 64;
/// Bytes of a piece of an erased body that is looked for in the file.
const PIECE: usize = 48;
/// Most pieces that are remembered; with so many the file is written anew without looking.
const MAX_REMNANTS: usize = 1_024;

/// What a mailbox knows beside its shelf; everything can be read from there again.
pub(super) struct Keeping {
    pub(super) workspace: WorkspaceId,
    me: DeviceId,
    pub(super) room: Room,
    pub(super) effects: VecDeque<Effect>,
    genesis: Option<(Genesis, LogId)>,
    devices: BTreeSet<DeviceId>,
    remnants: Vec<Vec<u8>>,
    told: Option<(bool, Vec<[u8; 32]>)>,
}

impl Keeping {
    pub(super) fn new(workspace: WorkspaceId, me: DeviceId, quota: Quota) -> Self {
        Self {
            workspace,
            me,
            room: Room::new(quota),
            effects: VecDeque::new(),
            genesis: None,
            devices: BTreeSet::new(),
            remnants: Vec::new(),
            told: None,
        }
    }

    /// Reads everything again.
    pub(super) fn read(&mut self, read: &ShelfRead<'_>) -> Result<(), EngineError> {
        let logs = read.logs()?;
        self.room.count(&logs);
        self.genesis = None;
        for log in &logs {
            if self.genesis.is_none()
                && let Ok(genesis) = genesis_of(&first_of(read, log, self.workspace)?)
            {
                self.genesis = Some((genesis, log.id));
            }
        }
        self.count_devices(&logs);
        Ok(())
    }

    /// A log that counts from its start shows that its device may be here.
    fn count_devices(&mut self, logs: &[ShelfLog]) {
        self.devices = logs.iter().filter(|log| log.cut != 1).map(|log| log.device).collect();
    }

    pub(super) fn genesis(&self) -> Option<&Genesis> {
        self.genesis.as_ref().map(|(genesis, _)| genesis)
    }

    pub(super) fn genesis_log(&self) -> Option<LogId> {
        self.genesis.as_ref().map(|(_, log)| *log)
    }

    /// Whether a log here belongs to this device.
    pub(super) fn knows(&self, peer: &Peer) -> bool {
        self.devices.contains(&DeviceId(peer.0))
    }

    /// Takes a fact from the network.
    pub(super) fn handle(
        &mut self,
        replica: &mut Replica,
        tx: &ShelfWrite<'_>,
        input: Input,
        now: Time,
    ) -> Result<(), EngineError> {
        let input = match input {
            Input::PeerUp { peer } => cremona_sync::Input::PeerUp { peer },
            Input::PeerDown { peer } => cremona_sync::Input::PeerDown { peer },
            Input::Frame { peer, bytes } => cremona_sync::Input::FrameReceived { peer, bytes },
            Input::Gossip { peer, token, bytes } => cremona_sync::Input::GossipReceived { peer, token, bytes },
            // A mailbox says nothing of itself: it has no log, so nobody would take it.
            Input::Reachable { .. } | Input::Checked(_) | Input::Tick => cremona_sync::Input::Tick,
        };
        replica.handle(input, now, &self.counter(tx));
        while let Some(output) = replica.poll_output() {
            self.carry_out(replica, tx, output, now)?;
        }
        Ok(())
    }

    fn counter<'a>(&'a self, tx: &ShelfWrite<'a>) -> Counter<'a> {
        Counter { read: **tx, workspace: self.workspace, room: &self.room, devices: &self.devices, me: self.me }
    }

    fn carry_out(
        &mut self,
        replica: &mut Replica,
        tx: &ShelfWrite<'_>,
        output: Output,
        now: Time,
    ) -> Result<(), EngineError> {
        match output {
            Output::Send { peer, bytes } => self.effects.push_back(Effect::Send { peer, bytes }),
            Output::Publish { bytes } => self.effects.push_back(Effect::Publish { bytes }),
            Output::Verdict { token, verdict } => {
                let verdict = match verdict {
                    cremona_sync::Verdict::Accept => Verdict::Accept,
                    cremona_sync::Verdict::Ignore => Verdict::Ignore,
                    cremona_sync::Verdict::Reject => Verdict::Reject,
                };
                self.effects.push_back(Effect::Verdict { token, verdict });
            }
            Output::Accept { envelopes } => self.accept(tx, envelopes)?,
            Output::AcceptBodies { log, bodies } => self.accept_bodies(tx, &log, bodies)?,
            Output::Cut { log, seq, proof } => self.cut(replica, tx, &log, seq, &proof)?,
            Output::Drop { peer, reason } => self.effects.push_back(Effect::Drop { peer, reason: reason.to_string() }),
            Output::AcceptSoft { soft, instead_of } => {
                if let Some((device, kind)) = instead_of {
                    tx.drop_soft(&device, kind)?;
                }
                let said = soft.soft();
                let row = SoftRow { device: said.device, kind: said.kind, time: said.time, heard: now };
                tx.put_soft(&row, &soft.encode())?;
            }
            // Another mailbox's concern; and bundles are for those who can read.
            Output::Notice { .. }
            | Output::Check { .. }
            | Output::Take { .. }
            | Output::TakeNewest { .. }
            | Output::KeepPart { .. }
            | Output::ShowEarly { .. }
            | Output::DropPart { .. }
            | Output::DropParts
            | Output::Forget { .. } => {}
            Output::InSync { peer } => {
                let places = tx.missing(TRIES, ASKED)?;
                for (log, seq) in &places {
                    if let Some(log) = tx.log(log)? {
                        tx.note_asked(log.no, *seq)?;
                    }
                }
                if !places.is_empty() {
                    let missing = cremona_sync::Input::BodiesMissing { peer, places };
                    replica.handle(missing, now, &self.counter(tx));
                }
            }
        }
        Ok(())
    }

    fn accept(&mut self, tx: &ShelfWrite<'_>, envelopes: Vec<Verified>) -> Result<(), EngineError> {
        let Some(first) = envelopes.first() else { return Ok(()) };
        let mut log = self.log_for(tx, first)?;
        for verified in envelopes {
            let (id, header) = (verified.id(), verified.header());
            log.head = Head { seq: header.seq, id, time: header.time, bytes: header.bytes };
            self.put(tx, &log, verified)?;
        }
        Ok(tx.set_head(log.no, &log.head)?)
    }

    /// The log row of an envelope, added where the envelope starts the log.
    fn log_for(&mut self, tx: &ShelfWrite<'_>, first: &Verified) -> Result<ShelfLog, EngineError> {
        let header = first.header();
        if let Some(log) = tx.log(&header.log())? {
            return Ok(log);
        }
        if self.genesis.is_none() {
            self.genesis = genesis_of(first).ok().map(|genesis| (genesis, header.log()));
        }
        let genesis = self.genesis().ok_or(EngineError::Damaged("the genesis"))?;
        let owner = owner_of(first, genesis).map_err(|_| EngineError::Damaged("the start of a log"))?;
        tx.add_log(&header.device, &header.life, &owner.member, &header.prev)?;
        self.devices.insert(header.device);
        tx.log(&header.log())?.ok_or(EngineError::Damaged("the new log"))
    }

    /// Puts one envelope on the shelf, and obeys it where it is an erasure list.
    fn put(&mut self, tx: &ShelfWrite<'_>, log: &ShelfLog, verified: Verified) -> Result<(), EngineError> {
        let id = verified.id();
        let envelope = verified.into_envelope();
        let header = envelope.header;
        let mut body_bytes = 0;
        match envelope.body {
            Body::None => {}
            // Erased before it came.
            Body::Held(_) | Body::Absent if tx.is_erased(&log.id, header.seq, &log.member)? => {}
            Body::Held(bytes) => {
                tx.put_body(log.no, header.seq, &bytes)?;
                body_bytes = header.body.map_or(0, |part| part.len);
            }
            Body::Absent => tx.add_missing(log.no, header.seq)?,
        }
        let list = (header.kind == Kind::CONTROL).then(|| ErasePayload::decode(&envelope.change)).flatten();
        tx.put_envelope(&ShelfRow {
            log: log.no,
            seq: header.seq,
            id,
            kind: header.kind.0,
            time: header.time,
            bytes: header.bytes,
            tag: header.tag,
            change: envelope.change,
            body: header.body,
            signature: envelope.signature,
        })?;
        let here = own_bytes(header.change.len, body_bytes);
        tx.add_held(log.no, here)?;
        self.room.grow(here);
        self.room.count_in(&header.device, header.own_bytes());
        list.map_or(Ok(()), |list| self.erase(tx, &list, &log.member))
    }

    /// Obeys an erasure list, as far as the logs in it are of the member who signed it.
    fn erase(&mut self, tx: &ShelfWrite<'_>, list: &ErasePayload, member: &MemberId) -> Result<(), EngineError> {
        for (id, seq) in list.places() {
            tx.put_erased(&id, seq, member)?;
            if let Some(log) = tx.log(&id)?.filter(|log| log.member == *member) {
                self.drop_body(tx, &log, seq)?;
            }
        }
        Ok(())
    }

    fn drop_body(&mut self, tx: &ShelfWrite<'_>, log: &ShelfLog, seq: u64) -> Result<(), EngineError> {
        tx.drop_missing(log.no, seq)?;
        let Some(body) = tx.body(log.no, seq)? else { return Ok(()) };
        tx.drop_body(log.no, seq)?;
        tx.set_setting(UNSCRUBBED, &[1])?;
        let bytes = u64::try_from(body.len()).unwrap_or(u64::MAX);
        tx.take_held(log.no, bytes)?;
        self.room.shrink(bytes);
        self.remember(&body);
        Ok(())
    }

    /// Start, middle and end of an erased body are looked for.
    fn remember(&mut self, body: &[u8]) {
        let middle = body.len() / 2;
        for start in [0, middle, body.len().saturating_sub(PIECE)] {
            let piece = body.get(start..).map(|rest| rest.iter().take(PIECE).copied().collect::<Vec<u8>>());
            if self.remnants.len() < MAX_REMNANTS {
                self.remnants.extend(piece);
            }
        }
    }

    fn accept_bodies(
        &mut self,
        tx: &ShelfWrite<'_>,
        id: &LogId,
        bodies: Vec<(u64, Vec<u8>)>,
    ) -> Result<(), EngineError> {
        let Some(log) = tx.log(id)? else { return Ok(()) };
        for (seq, bytes) in bodies {
            if !tx.is_missing(log.no, seq)? {
                continue; // Not asked for, or erased in the meantime.
            }
            let described = tx.envelope(log.no, seq)?.and_then(|row| row.body);
            if described == Some(Part::of(&bytes)) {
                tx.put_body(log.no, seq, &bytes)?;
                tx.drop_missing(log.no, seq)?;
                let here = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                tx.add_held(log.no, here)?;
                self.room.grow(here);
            }
        }
        Ok(())
    }

    /// A proven fork: what lies beyond counts for nothing any more, and its bodies go.
    fn cut(
        &mut self,
        replica: &mut Replica,
        tx: &ShelfWrite<'_>,
        id: &LogId,
        seq: u64,
        proof: &[u8],
    ) -> Result<(), EngineError> {
        let Some(before) = tx.log(id)? else { return Ok(()) };
        if before.cut > 0 && before.cut <= seq {
            return Ok(());
        }
        tracing::warn!(log = %id.short(), seq, "a log is forked: it counts only below");
        tx.put_fork(id, seq, proof)?;
        tx.set_cut(before.no, seq)?;
        let log = ShelfLog { cut: seq, ..before };
        for void in seq..=log.head.seq {
            self.drop_body(tx, &log, void)?;
        }
        replica.set_entry(entry_of(tx, &log)?);
        self.count_devices(&tx.logs()?);
        Ok(())
    }

    // Room and remnants -----------------------------------------------------------------------

    /// Tells all `peers` where something became full or free, and `came` where something is full.
    pub(super) fn tell_room(&mut self, peers: &[Peer], came: Option<Peer>) {
        let notice = self.room.notice();
        let state = (notice.full, notice.devices.iter().map(|device| **device).collect::<Vec<_>>());
        let news = self.told.as_ref().is_some_and(|told| *told != state);
        let is_worth_telling = state.0 || !state.1.is_empty();
        self.told = Some(state);
        let frame = Frame::Notice(notice);
        for peer in peers.iter().filter(|peer| news || (is_worth_telling && came == Some(**peer))) {
            self.effects.push_back(Effect::Send { peer: *peer, bytes: frame.encode() });
        }
    }

    pub(super) fn has_remnants(&self) -> bool {
        !self.remnants.is_empty()
    }

    pub(super) fn remnants(&self) -> &[Vec<u8>] {
        &self.remnants
    }

    pub(super) fn forget_remnants(&mut self) {
        self.remnants.clear();
    }
}

/// The entry of a log in the frontier: what counts of it.
pub(super) fn entry_of(read: &ShelfRead<'_>, log: &ShelfLog) -> Result<FrontierEntry, EngineError> {
    let (seq, head) = if log.cut > 0 && log.head.seq >= log.cut {
        let last = log.cut.saturating_sub(1);
        let id = match last {
            0 => cremona_envelope::EnvelopeId::NONE,
            _ => read.head_at(log.no, last)?.ok_or(EngineError::Damaged("an envelope"))?.id,
        };
        (last, id)
    } else {
        (log.head.seq, log.head.id)
    };
    Ok(FrontierEntry { device: log.device, life: log.life, seq, head, cut: log.cut })
}
