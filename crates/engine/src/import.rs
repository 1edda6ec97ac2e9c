//! Messages of an export, added as records of the importer that keep author and time as claims.
//!
//! A message's id is a hash of what it says, so a second import adds nothing, and two members who
//! import one archive apart end with one copy.

use std::collections::BTreeMap;

use cremona_envelope::{RecordId, Time};
use cremona_model::record::imported_channel_id;
use cremona_model::{Claim, DocId, Edit};
use cremona_store::Write;

use crate::ask::{Answer, Failure, ImportBatch, ImportMessage, Imported, Reason, Skipped};
use crate::commands::Done;
use crate::core::Core;
use crate::error::EngineError;
use crate::said;

/// Most messages in one batch.
pub const MAX_BATCH: usize = 2_000;

/// More messages than this are not gossiped, so they need no signature each.
const FEW: usize = 8;

/// Adds a batch; all of it or nothing.
pub(crate) fn import(core: &mut Core, tx: &Write<'_>, batch: &ImportBatch, now: Time) -> Result<Done, EngineError> {
    if batch.messages.len() <= FEW || batch.dry_run {
        return import_batch(core, tx, batch, now);
    }
    core.sparingly(tx, |core| import_batch(core, tx, batch, now))
}

fn import_batch(core: &mut Core, tx: &Write<'_>, batch: &ImportBatch, now: Time) -> Result<Done, EngineError> {
    if batch.messages.len() > MAX_BATCH {
        let message = format!("a batch of {} messages is over the limit of {MAX_BATCH}", batch.messages.len());
        return Err(Failure::new(Reason::Usage, message, "send smaller batches")
            .named(said!("batch-long", count = batch.messages.len(), limit = MAX_BATCH))
            .into());
    }
    let mut said = Vec::new();
    if !batch.dry_run {
        for channel in &batch.channels {
            let id = imported_channel_id(&batch.source, &channel.id);
            if !tx.has_channel(&id)? {
                let edit = Edit::imported_channel(
                    &batch.source,
                    &channel.id,
                    &channel.name,
                    &channel.purpose,
                    channel.created_ms,
                )?;
                said.push(core.say(tx, DocId::DIRECTORY, &edit, now)?.1);
            }
        }
    }
    let mut counts = Imported::default();
    let mut skipped: BTreeMap<String, u64> = BTreeMap::new();
    for message in &batch.messages {
        match add(core, tx, batch, message, now)? {
            Outcome::Added(verified) => {
                counts.added = counts.added.saturating_add(1);
                said.extend(verified.map(|verified| *verified));
            }
            Outcome::Already => counts.already = counts.already.saturating_add(1),
            Outcome::Skipped(reason) => {
                let count = skipped.entry(reason).or_default();
                *count = count.saturating_add(1);
            }
        }
    }
    counts.skipped = skipped.into_iter().map(|(reason, count)| Skipped { reason, count }).collect();
    Ok(Done { answer: Answer::Imported(counts), said })
}

enum Outcome {
    Added(Option<Box<cremona_envelope::Verified>>),
    Already,
    Skipped(String),
}

fn add(
    core: &mut Core,
    tx: &Write<'_>,
    batch: &ImportBatch,
    message: &ImportMessage,
    now: Time,
) -> Result<Outcome, EngineError> {
    let claim = match claim_of(&batch.source, message) {
        Ok(claim) => claim,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    if tx.message(&claim.id())?.is_some() {
        return Ok(Outcome::Already);
    }
    let edit = match Edit::imported(&claim, &message.text) {
        Ok(edit) => edit,
        Err(error) => return Ok(Outcome::Skipped(error.to_string())),
    };
    if batch.dry_run {
        return Ok(Outcome::Added(None));
    }
    let root_time = message.root.as_ref().map_or(claim.time, |root| Time(root.time_ms));
    let doc = DocId::of(imported_channel_id(&batch.source, &message.channel), root_time);
    let (_, verified) = core.say(tx, doc, &edit, now)?;
    Ok(Outcome::Added(Some(Box::new(verified))))
}

fn claim_of(source: &str, message: &ImportMessage) -> Result<Claim, String> {
    let time = Time(message.time_ms);
    if time > Time::MAX {
        return Err("its time is out of range".to_owned());
    }
    let claim = Claim {
        source: source.to_owned(),
        channel: message.channel.clone(),
        ts: message.ts.clone(),
        author_id: message.author_id.clone(),
        author_name: message.author_name.clone(),
        time,
        content: *blake3::hash(message.text.as_bytes()).as_bytes(),
        root: None,
        edited: message.edited_ms.map(Time),
        reactions: message.reactions.clone(),
        tombstone: message.tombstone,
    };
    let root = message.root.as_ref().map(|root| root_id(&claim, root)).transpose()?;
    Ok(Claim { root, ..claim })
}

/// A root's id follows from what it says, so a reply can name it whoever imports it.
fn root_id(reply: &Claim, root: &crate::ask::ImportRoot) -> Result<RecordId, String> {
    let content = blake3::Hash::from_hex(&root.content).map_err(|_| "its root can't be named".to_owned())?;
    let claim = Claim {
        ts: root.ts.clone(),
        author_id: root.author_id.clone(),
        time: Time(root.time_ms),
        content: *content.as_bytes(),
        ..reply.clone()
    };
    Ok(claim.id())
}
