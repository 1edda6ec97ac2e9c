//! Loaded documents: a cache with a budget; what falls out is saved as a snapshot.

use std::collections::HashMap;

use cremona_model::chain;
use cremona_model::{DocId, Document, Payload, Stamp};
use cremona_store::{EnvelopeRow, LogRow, Read, StoreError, Write};

use crate::error::EngineError;

/// How many records may be loaded in all, about 0.4 KB each.
const BUDGET: usize = 40_000;
/// How many changes are applied at once while loading.
const BATCH: u32 = 4_096;

/// The documents in memory.
#[derive(Default)]
pub(crate) struct Docs {
    loaded: HashMap<i64, Loaded>,
    clock: u64,
}

struct Loaded {
    document: Document,
    changed: bool,
    used: u64,
}

impl Docs {
    /// More has come of document `no`: it is read again when it is asked for.
    pub(crate) fn forget(&mut self, no: i64) {
        self.loaded.remove(&no);
    }

    /// The document `no`, from memory or from its snapshot and what came after it.
    pub(crate) fn load(&mut self, tx: &Write<'_>, no: i64) -> Result<&Document, EngineError> {
        self.clock = self.clock.wrapping_add(1);
        if !self.loaded.contains_key(&no) {
            self.make_room(tx)?;
            let document = read_document(tx, no)?;
            self.loaded.insert(no, Loaded { document, changed: false, used: 0 });
        }
        let loaded = self.loaded.get_mut(&no).expect("it was just inserted");
        loaded.used = self.clock;
        Ok(&loaded.document)
    }

    /// Saves every changed document.
    pub(crate) fn save(&mut self, tx: &Write<'_>) -> Result<(), EngineError> {
        let arrival = tx.last_arrival()?;
        for (no, loaded) in &mut self.loaded {
            save_one(tx, *no, arrival, loaded)?;
        }
        Ok(())
    }

    /// Forgets everything, as after a transaction that failed.
    pub(crate) fn clear(&mut self) {
        self.loaded.clear();
    }

    /// Saves and drops the longest unused documents until the budget is met.
    fn make_room(&mut self, tx: &Write<'_>) -> Result<(), EngineError> {
        let arrival = tx.last_arrival()?;
        let mut records: usize = self.loaded.values().map(|loaded| loaded.document.len()).sum();
        while records > BUDGET {
            let Some(no) = self.loaded.iter().min_by_key(|(_, loaded)| loaded.used).map(|(no, _)| *no) else { break };
            if let Some(mut loaded) = self.loaded.remove(&no) {
                save_one(tx, no, arrival, &mut loaded)?;
                records = records.saturating_sub(loaded.document.len());
            }
        }
        Ok(())
    }
}

fn save_one(tx: &Write<'_>, no: i64, arrival: u64, loaded: &mut Loaded) -> Result<(), EngineError> {
    if loaded.changed {
        tx.put_snapshot(no, arrival, &loaded.document.save()?)?;
        loaded.changed = false;
    }
    Ok(())
}

/// A document from its snapshot and the changes that came after; a damaged snapshot is only a cache.
fn read_document(tx: &Write<'_>, no: i64) -> Result<Document, EngineError> {
    let snapshot = tx.snapshot(no)?.and_then(|(arrival, bytes)| Some((arrival, Document::load(&bytes).ok()?)));
    let (mut arrival, mut document) = snapshot.unwrap_or_default();
    let mut logs = HashMap::new();
    loop {
        let rows = tx.doc_changes(no, arrival, BATCH)?;
        let Some((last, _)) = rows.last() else { return Ok(document) };
        arrival = *last;
        let mut changes = Vec::with_capacity(rows.len());
        for (_, row) in &rows {
            let log = match logs.entry(row.log) {
                std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::hash_map::Entry::Vacant(new) => new.insert(log_of(tx, row.log)?),
            };
            let payload = Payload::decode(&row.change).map_err(|_| EngineError::Damaged("a change payload"))?;
            changes.push(chain::rebuild(&stamp_of(log, row), &payload));
        }
        document.apply(changes)?;
    }
}

/// The stamp of an envelope in the store.
pub(crate) fn stamp_of(log: &LogRow, row: &EnvelopeRow) -> Stamp {
    Stamp { time: row.time, device: log.device, life: log.life, seq: row.seq, member: log.member }
}

/// The log of a number, which the store must have.
pub(crate) fn log_of(read: &Read<'_>, no: i64) -> Result<LogRow, EngineError> {
    read.log_no(no)?.ok_or(EngineError::Damaged("a log"))
}

/// The document of a number, which the store must have.
pub(crate) fn doc_of(read: &Read<'_>, no: i64) -> Result<DocId, EngineError> {
    let (channel, month) = read.doc(no)?.ok_or(EngineError::Damaged("a document"))?;
    Ok(DocId { channel: cremona_envelope::RecordId(channel), month })
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
