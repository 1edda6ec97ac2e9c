//! Envelopes as they travel, made again from rows: sealing is deterministic, so what was dropped
//! when they came in is regenerated to the byte.

use cremona_envelope::seal::Place;
use cremona_envelope::{
    Body, Envelope, EnvelopeId, Head, Header, Kind, Part, PlainBody, SIGNED_EVERY, Verified, WorkspaceId, run_bytes,
};
use cremona_model::body;
use cremona_store::{BodyRow, EnvelopeRow, LogRow, Read};

use crate::core::Core;
use crate::error::EngineError;

/// A header and, where it is kept, its signature.
pub(crate) type SignedHeader = (Header, Option<[u8; 64]>);

/// Bytes of envelopes that may follow each other without a signature.
pub(crate) const UNSIGNED_BYTES: u64 = 64 * 1024;
/// Rows read at once while serving.
const BATCH: u32 = 256;

/// The envelopes of a log after `after` up to `upto`, at most about `max_bytes` of them, ending at a
/// signed one; and whether there are more. Signatures that a run does not need are left out.
pub(crate) fn serve_run(
    core: &Core,
    read: &Read<'_>,
    log: &LogRow,
    after: u64,
    upto: u64,
    max_bytes: usize,
) -> Result<(Vec<Envelope>, bool), EngineError> {
    let asked = if log.cut > 0 { log.cut.saturating_sub(1) } else { log.head.seq }.min(upto);
    // What lies beyond may be needed to prove it: on to the next signature.
    let end = read.next_signed(log.no, asked)?.unwrap_or(asked);
    let mut head = head_at(read, log, after)?;
    let mut run: Vec<Envelope> = Vec::new();
    let mut bytes = 0_usize;
    'rows: while head.seq < end {
        let rows = read.envelopes(log.no, head.seq, end, BATCH)?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let envelope = envelope_of(core, read, log, &head, &row)?;
            bytes = bytes.saturating_add(run_bytes(&envelope));
            if bytes > max_bytes && !run.is_empty() {
                break 'rows;
            }
            head = Head { seq: row.seq, id: row.id, time: row.time, bytes: row.bytes };
            run.push(envelope);
        }
    }
    let more = head.seq < end;
    // A run ends at a signature; what follows the last one waits for the next run.
    while run.last().is_some_and(|last| last.signature.is_none()) {
        run.pop();
    }
    let more = more && !run.is_empty();
    thin_out(&mut run);
    Ok((run, more))
}

/// The header of the envelope at `seq`, with its signature where that is kept.
pub(crate) fn serve_header(
    core: &Core,
    read: &Read<'_>,
    log: &LogRow,
    seq: u64,
) -> Result<Option<SignedHeader>, EngineError> {
    let Some(row) = read.envelope(log.no, seq)? else { return Ok(None) };
    let head = head_at(read, log, seq.saturating_sub(1))?;
    let envelope = envelope_of(core, read, log, &head, &row)?;
    Ok(Some((envelope.header, envelope.signature)))
}

/// The body of the envelope at `seq` as it travels, if it is here.
pub(crate) fn serve_body(core: &Core, read: &Read<'_>, log: &LogRow, seq: u64) -> Result<Option<Vec<u8>>, EngineError> {
    let Some(row) = read.envelope(log.no, seq)? else { return Ok(None) };
    let head = head_at(read, log, seq.saturating_sub(1))?;
    match envelope_of(core, read, log, &head, &row)?.body {
        Body::Held(bytes) => Ok(Some(bytes)),
        Body::None | Body::Absent => Ok(None),
    }
}

/// The envelope of a row that follows `head`. A row that does not give its own id back is damaged.
pub(crate) fn envelope_of(
    core: &Core,
    read: &Read<'_>,
    log: &LogRow,
    head: &Head,
    row: &EnvelopeRow,
) -> Result<Envelope, EngineError> {
    let envelope = if row.epoch == 0 {
        let body = match read.body(row.log, row.seq)? {
            Some(BodyRow::Sealed(bytes)) => Some(bytes),
            Some(BodyRow::Plain(_) | BodyRow::Text { .. }) | None => None,
        };
        as_it_came(log, head, row, &core.workspace, body)
    } else {
        reseal(core, read, log, head, row)?
    };
    if envelope.header.id() == row.id { Ok(envelope) } else { Err(EngineError::Damaged("an envelope")) }
}

fn reseal(core: &Core, read: &Read<'_>, log: &LogRow, head: &Head, row: &EnvelopeRow) -> Result<Envelope, EngineError> {
    let epoch = core.epoch_id(row.epoch).ok_or(EngineError::Damaged("an epoch key"))?;
    let place = Place {
        kind: Kind::CHANGE,
        workspace: core.workspace,
        device: log.device,
        life: log.life,
        seq: row.seq,
        prev: link_of(log, head),
        time: row.time,
        bytes_before: head.bytes,
    };
    let plain = match read.body(row.log, row.seq)? {
        Some(BodyRow::Plain(bytes)) => Some(bytes),
        Some(BodyRow::Text { title, text, .. }) => Some(body::encode(title.as_deref(), &text)),
        Some(BodyRow::Sealed(_)) | None => None,
    };
    let body = match (&plain, row.body) {
        (Some(bytes), _) => PlainBody::Text(bytes),
        (None, Some((len, hash))) => PlainBody::Absent(Part { len, hash }),
        (None, None) => PlainBody::None,
    };
    let sealed = core
        .keyring
        .seal(&epoch, &place, &row.change, body)
        .map_err(|_| EngineError::Damaged("an envelope"))?
        .ok_or(EngineError::Damaged("an epoch key"))?;
    Ok(sealed.with_signature(row.signature))
}

/// An envelope that was kept as it came: control, keys, and what no key opens.
fn as_it_came(
    log: &LogRow,
    head: &Head,
    row: &EnvelopeRow,
    workspace: &WorkspaceId,
    body: Option<Vec<u8>>,
) -> Envelope {
    let header = Header {
        kind: Kind(row.kind),
        workspace: *workspace,
        device: log.device,
        life: log.life,
        seq: row.seq,
        prev: link_of(log, head),
        time: row.time,
        bytes: row.bytes,
        tag: row.tag.unwrap_or([0; 32]),
        change: Part::of(&row.change),
        body: row.body.map(|(len, hash)| Part { len, hash }),
    };
    let body = match (body, header.body) {
        (Some(bytes), Some(_)) => Body::Held(bytes),
        (None, Some(_)) => Body::Absent,
        (_, None) => Body::None,
    };
    Envelope { header, signature: row.signature, change: row.change.clone(), body }
}

/// The first envelope of a log, which is in clear. It was proven when it came, perhaps by a later
/// signature of its run, and its noted id vouches for it since.
pub(crate) fn clear_envelope(
    log: &LogRow,
    row: &EnvelopeRow,
    workspace: &WorkspaceId,
) -> Result<Verified, EngineError> {
    let envelope = as_it_came(log, &Head::EMPTY, row, workspace, None);
    Verified::from_store(envelope, &row.id).ok_or(EngineError::Damaged("the start of a log"))
}

/// A closed envelope to try again; `None` where it can't be proven any more on its own, and then its
/// row id, which was proven when it came, vouches for it.
pub(crate) fn closed_envelope(
    read: &Read<'_>,
    log: &LogRow,
    row: &EnvelopeRow,
    workspace: &WorkspaceId,
) -> Result<Option<Verified>, EngineError> {
    let head = head_at(read, log, row.seq.saturating_sub(1))?;
    let body = match read.body(row.log, row.seq)? {
        Some(BodyRow::Sealed(bytes)) => Some(bytes),
        Some(BodyRow::Plain(_) | BodyRow::Text { .. }) | None => None,
    };
    let envelope = as_it_came(log, &head, row, workspace, body);
    Ok(Verified::from_store(envelope, &row.id))
}

/// The head after the envelope at `seq`.
pub(crate) fn head_at(read: &Read<'_>, log: &LogRow, seq: u64) -> Result<Head, EngineError> {
    if seq == 0 {
        return Ok(Head::EMPTY);
    }
    let row = read.envelope(log.no, seq)?.ok_or(EngineError::Damaged("an envelope"))?;
    Ok(Head { seq, id: row.id, time: row.time, bytes: row.bytes })
}

pub(crate) fn link_of(log: &LogRow, head: &Head) -> EnvelopeId {
    if head.seq == 0 { log.link } else { head.id }
}

/// Leaves out the signatures that the rest of the run makes unnecessary. One stays at least every
/// [`UNSIGNED_BYTES`], so that the receiver can serve what it got in runs of any start.
pub(crate) fn thin_out(run: &mut [Envelope]) {
    let last = run.len().saturating_sub(1);
    let mut unsigned = 0_usize;
    for (index, envelope) in run.iter_mut().enumerate() {
        unsigned = unsigned.saturating_add(run_bytes(envelope));
        let needed =
            index == last || envelope.header.seq.is_multiple_of(SIGNED_EVERY) || unsigned as u64 > UNSIGNED_BYTES;
        if needed && envelope.signature.is_some() {
            unsigned = 0;
        } else {
            envelope.signature = None;
        }
    }
}
