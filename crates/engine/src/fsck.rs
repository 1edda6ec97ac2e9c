//! `fsck`: every envelope is made again and checked, everything derived is computed again from the
//! log alone in a fresh store, and the two are compared row by row.

use cremona_envelope::{
    EnvelopeId, EpochId, Head, Header, Identity, Kind, OpenedBody, Part, RecordId, Time, WorkspaceId,
};
use cremona_model::Payload;
use cremona_model::chain;
use cremona_store::{BodyRow, EnvelopeRow, LogRow, Read, Store, Write, compare};

use crate::ask::Checked;
use crate::bundle::arrived::{Arrived, InPlain};
use crate::core::Core;
use crate::docs::{log_of, stamp_of};
use crate::error::EngineError;
use crate::inbox;
use crate::serve::{envelope_of, head_at};
use crate::settings::Settings;

/// Envelopes moved at once.
const BATCH: u32 = 2_048;
/// Problems of one kind that are told one by one.
const TOLD: usize = 20;

/// Checks a store; changes nothing.
pub(crate) fn check(store: &mut Store, core: &Core, settings: &Settings, now: Time) -> Result<Checked, EngineError> {
    let mut problems = store.read(|read| Ok::<_, EngineError>(read.integrity()?))?;
    let agrees = store.write(|tx| Ok::<_, EngineError>(tx.index_agrees()))?;
    if !agrees {
        problems.push("the search index does not agree with the texts".to_owned());
    }
    let mut fresh = Store::in_memory().map_err(|_| EngineError::Damaged("a fresh store"))?;
    let (signing, boxing) = core.identity.seeds();
    let mut again = Core::new(Identity::from_seeds(&signing, &boxing), core.workspace, settings.secret.clone());
    let envelopes = replay(store, &mut fresh, core, &mut again, &mut problems, now)?;
    replay_early(store, &mut fresh, core, &mut again)?;
    if problems.is_empty() {
        problems.extend(store.write(check_documents)?);
    }
    let (rows, differences) = compare(store, &fresh)?;
    problems.extend(differences);
    problems.extend(store.read(|read| check_inbox(&read, core, now))?);
    Ok(Checked { checked: envelopes.saturating_add(rows), problems, repaired: false })
}

/// Compares the inbox as it is kept with the one that looking at everything gives.
fn check_inbox(read: &Read<'_>, core: &Core, now: Time) -> Result<Option<String>, EngineError> {
    let me = core.member();
    let mine = inbox::mine(read, &core.wall, &me, now)?;
    let (kept, anew) = (inbox::kept(read, &mine)?, inbox::from_nothing(read, &me, &mine)?);
    let unlike: Vec<String> = kept.unlike(&anew).iter().map(RecordId::short).collect();
    let told = || format!("the inbox is not the one that looking at everything gives: {}", unlike.join(", "));
    Ok((kept != anew).then(told))
}

/// Takes all envelopes of `kept` into `fresh`, in order of arrival; returns how many.
fn replay(
    kept: &Store,
    fresh: &mut Store,
    core: &Core,
    again: &mut Core,
    problems: &mut Vec<String>,
    now: Time,
) -> Result<u64, EngineError> {
    let mut after = 0;
    let mut count = 0_u64;
    loop {
        let (last, batch) = kept.read(|read| batch_after(&read, core, after, problems))?;
        if last == after {
            return Ok(count);
        }
        after = last;
        count = count.saturating_add(u64::try_from(batch.len()).unwrap_or(0));
        fresh.write(|tx| batch.iter().try_for_each(|(log, verified)| take(tx, again, log, verified, now)))?;
    }
}

/// Shows again what was shown before its log had come so far.
fn replay_early(kept: &Store, fresh: &mut Store, core: &Core, again: &mut Core) -> Result<(), EngineError> {
    let early = kept.read(|read| {
        let rows = read.early(u32::MAX)?;
        rows.into_iter()
            .map(|(row, body)| {
                let epoch = core.epoch_id(row.epoch).ok_or(EngineError::Damaged("an epoch key"))?;
                Ok(early_again(&log_of(&read, row.log)?, row, body, epoch, &core.workspace))
            })
            .collect::<Result<Vec<_>, EngineError>>()
    })?;
    fresh.write(|tx| early.into_iter().try_for_each(|arrived| again.take_early(tx, vec![arrived])))
}

fn early_again(
    log: &LogRow,
    row: EnvelopeRow,
    body: Option<BodyRow>,
    epoch: EpochId,
    workspace: &WorkspaceId,
) -> Arrived {
    let body = match body {
        Some(BodyRow::Plain(bytes)) => OpenedBody::Text(bytes),
        Some(BodyRow::Text { title, text, .. }) => {
            OpenedBody::Text(cremona_model::body::encode(title.as_deref(), &text))
        }
        Some(BodyRow::Sealed(_)) | None if row.body.is_some() => OpenedBody::Absent,
        Some(BodyRow::Sealed(_)) | None => OpenedBody::None,
    };
    let header = Header {
        kind: Kind(row.kind),
        workspace: *workspace,
        device: log.device,
        life: log.life,
        seq: row.seq,
        prev: EnvelopeId::NONE,
        time: row.time,
        bytes: row.bytes,
        tag: [0; 32],
        change: Part::of(&row.change),
        body: row.body.map(|(len, hash)| Part { len, hash }),
    };
    Arrived::Opened(Box::new(InPlain {
        header,
        id: row.id,
        signature: None,
        epoch,
        change: row.change,
        body,
        link: None,
    }))
}

fn take(
    tx: &Write<'_>,
    again: &mut Core,
    log: &LogRow,
    verified: &cremona_envelope::Verified,
    now: Time,
) -> Result<(), EngineError> {
    let keys = again.keyring.current();
    again.take(tx, std::slice::from_ref(verified), now)?;
    if keys != again.keyring.current() {
        again.reopen(tx)?;
    }
    if verified.header().seq == 1 && log.cut > 0 {
        let row = tx.log(&log.id)?.ok_or(EngineError::Damaged("a log"))?;
        tx.set_cut(row.no, log.cut)?;
    }
    Ok(())
}

type Batch = (u64, Vec<(LogRow, cremona_envelope::Verified)>);

/// The next envelopes, made again from their rows and checked; those that fail are told and left out.
fn batch_after(read: &Read<'_>, core: &Core, after: u64, problems: &mut Vec<String>) -> Result<Batch, EngineError> {
    let mut batch = Vec::new();
    let mut last = after;
    for (n, log, seq) in read.arrival_places(after, BATCH)? {
        last = n;
        let log = log_of(read, log)?;
        match again(read, core, &log, seq) {
            Ok(verified) => batch.push((log, verified)),
            Err(error) if problems.len() < TOLD => problems.push(format!("log {} seq {seq}: {error}", log.id.short())),
            Err(_) => {}
        }
    }
    Ok((last, batch))
}

fn again(read: &Read<'_>, core: &Core, log: &LogRow, seq: u64) -> Result<cremona_envelope::Verified, EngineError> {
    let row = read.envelope(log.no, seq)?.ok_or(EngineError::Damaged("an envelope"))?;
    let head: Head = head_at(read, log, seq.saturating_sub(1))?;
    let envelope = envelope_of(core, read, log, &head, &row)?;
    if let Some(signature) = &envelope.signature {
        cremona_envelope::envelope::check_signature(&log.device, row.id, signature)
            .map_err(|_| EngineError::Damaged("a signature"))?;
    }
    cremona_envelope::Verified::from_store(envelope, &row.id).ok_or(EngineError::Damaged("an envelope"))
}

/// Every document, loaded from its snapshot, holds what the log says, value by value.
fn check_documents(tx: &Write<'_>) -> Result<Vec<String>, EngineError> {
    let mut problems = Vec::new();
    let mut docs = crate::docs::Docs::default();
    for (no, _, month) in tx.docs()? {
        let mut after = 0;
        loop {
            let rows = tx.doc_changes(no, after, BATCH)?;
            let Some((last, _)) = rows.last() else { break };
            after = *last;
            let document = docs.load(tx, no)?;
            for (_, row) in &rows {
                let stamp = stamp_of(&log_of(tx, row.log)?, row);
                let value = Payload::decode(&row.change).map(|payload| payload.value).ok();
                if document.value(&chain::key_of(&stamp)) != value && problems.len() < TOLD {
                    problems.push(format!("document {no} of month {month} lacks seq {} of a log", row.seq));
                }
            }
        }
    }
    Ok(problems)
}
