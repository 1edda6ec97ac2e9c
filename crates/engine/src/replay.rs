//! Builds everything derived again from what was received.

use std::collections::BTreeMap;

use cremona_envelope::owner_of;
use cremona_store::{LogRow, Status, Write};

use crate::core::Core;
use crate::docs::log_of;
use crate::entry::{Entry, interpret};
use crate::error::EngineError;
use crate::project::{Place, project};

impl Core {
    /// Builds everything derived again from the log, in order of arrival. What is erased by that was
    /// listed when it was erased first.
    pub(crate) fn rebuild(&mut self, tx: &Write<'_>) -> Result<(), EngineError> {
        let gone = std::mem::take(&mut self.gone);
        self.replay_all(tx)?;
        self.gone = gone;
        crate::inbox::rebuild(self, tx)
    }

    fn replay_all(&mut self, tx: &Write<'_>) -> Result<(), EngineError> {
        tx.clear_derived(cremona_model::body::encode)?;
        tx.drop_early(None)?;
        self.docs.clear();
        for log in tx.logs()? {
            self.count_in(tx, &log)?;
        }
        let mut after = 0;
        loop {
            let places = tx.arrival_places(after, 4_096)?;
            let Some((last, ..)) = places.last() else { return Ok(()) };
            after = *last;
            for (arrival, log, seq) in places {
                self.replay(tx, arrival, log, seq)?;
            }
        }
    }

    /// Counts the owner of a log in again.
    fn count_in(&self, tx: &Write<'_>, log: &LogRow) -> Result<(), EngineError> {
        let Some(row) = tx.envelope(log.no, 1)? else { return Ok(()) };
        let genesis = self.genesis.as_ref().ok_or(EngineError::Damaged("the genesis"))?;
        let verified = crate::serve::clear_envelope(log, &row, &self.workspace)?;
        let owner = owner_of(&verified, genesis).map_err(|_| EngineError::Damaged("the start of a log"))?;
        Ok(tx.add_device(&log.device, &owner.member, &owner.box_key, row.time)?)
    }

    fn replay(&mut self, tx: &Write<'_>, arrival: u64, log: i64, seq: u64) -> Result<(), EngineError> {
        let Some(row) = tx.envelope(log, seq)? else { return Err(EngineError::Damaged("an envelope")) };
        let mut log = log_of(tx, log)?;
        let mut entry = Entry { row, body: None, record: None, early: false };
        if entry.row.epoch == 0 {
            // Nothing to interpret; beyond a cut it counts for nothing all the same.
            if log.cut > 0 && seq >= log.cut && entry.row.status != Status::Void {
                entry.void();
                tx.put_envelope(&entry.row)?;
            }
            return Ok(());
        }
        let mut chains = BTreeMap::new();
        if log.cut > 0 && seq >= log.cut {
            entry.void();
        } else {
            interpret(tx, &mut log, &mut entry, None, &mut chains)?;
        }
        for (doc, chain) in chains {
            tx.set_chain(log.no, doc, chain.seq, &chain.hash)?;
        }
        let Entry { row, record, .. } = entry;
        tx.put_envelope(&row)?;
        if row.doc > 0 {
            tx.add_doc_change(row.doc, arrival)?;
        }
        if row.status == Status::Applied && row.body.is_some() && tx.body(row.log, row.seq)?.is_none() {
            tx.set_missing(row.log, row.seq, true)?;
        }
        if let Some(record) = record {
            let changed = project(tx, &record, Place { log: row.log, seq: row.seq, doc: row.doc })?;
            self.note_erased(tx, changed.erased)?;
        }
        Ok(())
    }
}
