//! What a mailbox hands out: envelopes as they came, in runs that end at a signature.

use std::collections::BTreeSet;

use cremona_envelope::{
    Body, DeviceId, Envelope, EnvelopeId, Head, Header, Kind, LogId, Part, SoftKind, Verified, WorkspaceId, encode_run,
    run_bytes,
};
use cremona_store::{ShelfLog, ShelfRead, ShelfRow};
use cremona_sync::{Held, Served, Span};

use super::room::Room;
use crate::error::EngineError;
use crate::serve::{SignedHeader, thin_out};

/// Rows read at once.
const BATCH: u32 = 256;

/// The shelf, for the replica to look up; a row that can't be read serves nothing.
pub(super) struct Counter<'a> {
    pub(super) read: ShelfRead<'a>,
    pub(super) workspace: WorkspaceId,
    pub(super) room: &'a Room,
    pub(super) devices: &'a BTreeSet<DeviceId>,
    /// This mailbox.
    pub(super) me: DeviceId,
}

impl Counter<'_> {
    fn served(&self, id: &LogId, after: u64, upto: u64, max_bytes: usize) -> Result<Option<Served>, EngineError> {
        let Some(log) = self.read.log(id)?.filter(|log| after < log.head.seq) else { return Ok(None) };
        let asked = if log.cut > 0 { log.cut.saturating_sub(1) } else { log.head.seq }.min(upto);
        // What lies beyond may be needed to prove it: on to the next signature.
        let end = self.read.next_signed(log.no, asked)?.unwrap_or(asked);
        let Some(mut head) = head_at(&self.read, &log, after)? else { return Ok(None) };
        let mut run: Vec<Envelope> = Vec::new();
        let mut bytes = 0_usize;
        'rows: while head.seq < end {
            let rows = self.read.envelopes(log.no, head.seq, end, BATCH)?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                let envelope = self.envelope(&log, &head, &row)?;
                bytes = bytes.saturating_add(run_bytes(&envelope));
                if bytes > max_bytes && !run.is_empty() {
                    break 'rows;
                }
                head = Head { seq: row.seq, id: row.id, time: row.time, bytes: row.bytes };
                run.push(envelope);
            }
        }
        let more = head.seq < end;
        while run.last().is_some_and(|last| last.signature.is_none()) {
            run.pop();
        }
        let more = more && !run.is_empty();
        thin_out(&mut run);
        let last = run.last().map_or(after, |last| last.header.seq);
        Ok(Some(Served { bytes: encode_run(&run), last, more }))
    }

    fn signed_header(&self, id: &LogId, seq: u64) -> Result<Option<SignedHeader>, EngineError> {
        let Some(log) = self.read.log(id)? else { return Ok(None) };
        let Some(row) = self.read.envelope(log.no, seq)? else { return Ok(None) };
        let Some(head) = head_at(&self.read, &log, seq.saturating_sub(1))? else { return Ok(None) };
        Ok(Some((header_of(&log, &head, &row, self.workspace)?, row.signature)))
    }

    fn envelope(&self, log: &ShelfLog, head: &Head, row: &ShelfRow) -> Result<Envelope, EngineError> {
        let header = header_of(log, head, row, self.workspace)?;
        let body = match header.body {
            None => Body::None,
            Some(_) => self.read.body(log.no, row.seq)?.map_or(Body::Absent, Body::Held),
        };
        Ok(Envelope { header, signature: row.signature, change: row.change.clone(), body })
    }

    /// What `look` gives for a log that is here.
    fn of_log<T>(&self, id: &LogId, look: impl Fn(i64) -> Result<Option<T>, EngineError>) -> Option<T> {
        let found =
            self.read.log(id).map_err(EngineError::from).and_then(|log| log.map_or(Ok(None), |log| look(log.no)));
        tell_damage(found)
    }
}

impl Held for Counter<'_> {
    fn run(&self, log: &LogId, after: u64, upto: u64, max_bytes: usize) -> Option<Served> {
        tell_damage(self.served(log, after, upto, max_bytes))
    }

    fn id(&self, log: &LogId, seq: u64) -> Option<EnvelopeId> {
        self.of_log(log, |no| Ok(self.read.head_at(no, seq)?.map(|head| head.id)))
    }

    fn header(&self, log: &LogId, seq: u64) -> Option<SignedHeader> {
        tell_damage(self.signed_header(log, seq))
    }

    fn body(&self, log: &LogId, seq: u64) -> Option<Vec<u8>> {
        self.of_log(log, |no| Ok(self.read.body(no, seq)?))
    }

    fn proof(&self, log: &LogId) -> Option<Vec<u8>> {
        tell_damage(self.read.fork(log).map_err(EngineError::from))
    }

    /// A mailbox reads nothing, so it has nothing to compact.
    fn bundle(&self, _spans: &[Span], _newest: bool) -> Option<Vec<u8>> {
        None
    }

    fn has_room(&self, device: &DeviceId) -> bool {
        self.room.is_for(device)
    }

    fn is_member(&self, device: &DeviceId) -> bool {
        self.devices.contains(device)
    }

    /// A member has one device until devices can be linked; then the logs here say whose it is.
    fn may_hold(&self, holder: &DeviceId, owner: &DeviceId, kind: SoftKind) -> bool {
        kind != SoftKind::PERSONAL || holder == owner || *holder == self.me
    }

    fn soft(&self, device: &DeviceId, kind: SoftKind) -> Option<Vec<u8>> {
        tell_damage(self.read.soft(device, kind).map_err(EngineError::from))
    }
}

/// The first envelope of a log, which is in clear; its noted id vouches for it.
pub(super) fn first_of(read: &ShelfRead<'_>, log: &ShelfLog, workspace: WorkspaceId) -> Result<Verified, EngineError> {
    let damaged = EngineError::Damaged("the start of a log");
    let Some(row) = read.envelope(log.no, 1)? else { return Err(damaged) };
    let header = header_of(log, &Head::EMPTY, &row, workspace)?;
    let envelope = Envelope { header, signature: row.signature, change: row.change, body: Body::None };
    Verified::from_store(envelope, &row.id).ok_or(damaged)
}

/// The head of a log after the envelope at `seq`.
fn head_at(read: &ShelfRead<'_>, log: &ShelfLog, seq: u64) -> Result<Option<Head>, EngineError> {
    if seq == 0 { Ok(Some(Head::EMPTY)) } else { Ok(read.head_at(log.no, seq)?) }
}

/// The header of a row that follows `head`. A row that does not give its own id back is damaged.
fn header_of(log: &ShelfLog, head: &Head, row: &ShelfRow, workspace: WorkspaceId) -> Result<Header, EngineError> {
    let header = Header {
        kind: Kind(row.kind),
        workspace,
        device: log.device,
        life: log.life,
        seq: row.seq,
        prev: if head.seq == 0 { log.link } else { head.id },
        time: row.time,
        bytes: row.bytes,
        tag: row.tag,
        change: Part::of(&row.change),
        body: row.body,
    };
    if header.id() == row.id { Ok(header) } else { Err(EngineError::Damaged("an envelope")) }
}

/// A shelf that can't be read serves nothing, and says so in the trace.
fn tell_damage<T>(result: Result<Option<T>, EngineError>) -> Option<T> {
    result.inspect_err(|error| tracing::error!(%error, "can't serve what a peer asks for")).ok().flatten()
}
