//! Envelopes of a log, in rows and in blocks.
//!
//! Each [`BLOCK`] envelopes that are all here and count, or are in clear, stand in one row of `block`,
//! compressed; an envelope stands either there or in a row of its own. Nothing outside of this file knows
//! which. A block holds no body and no text, so that erasing has nothing to look for in it.
//!
//! What is added to the end of a log waits until its block is full or the transaction ends, so that few
//! envelopes are written twice.

use std::cell::RefCell;
use std::rc::Rc;

use cremona_envelope::EnvelopeId;
use rusqlite::{OptionalExtension, Row, params};

use crate::block;
use crate::log::{BodyRow, ENVELOPE_COLUMNS, EnvelopeRow, LogRow, body_row, envelope_row};
use crate::open::{Read, StoreError, Write};

/// Envelopes of a block; it ends at a multiple of this.
pub const BLOCK: u64 = 128;

type Block = Rc<Vec<EnvelopeRow>>;

/// What one transaction holds in memory.
#[derive(Default)]
pub(crate) struct Held {
    /// The block that was read last, with its log and end.
    block: RefCell<Option<(i64, u64, Block)>>,
    /// Envelopes that follow each other, of one block's place; in no row yet.
    waiting: RefCell<Vec<EnvelopeRow>>,
}

impl Held {
    fn waits<T>(&self, log: i64, seq: u64, what: impl Fn(&EnvelopeRow) -> T) -> Option<T> {
        self.waiting.borrow().iter().find(|row| (row.log, row.seq) == (log, seq)).map(what)
    }
}

impl Read<'_> {
    /// The envelopes of a log after `after` up to `upto`, at most `limit`.
    pub fn envelopes(&self, log: i64, after: u64, upto: u64, limit: u32) -> Result<Vec<EnvelopeRow>, StoreError> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT {ENVELOPE_COLUMNS}
             FROM envelope
             WHERE log = ?1 AND seq > ?2 AND seq <= ?3
             ORDER BY seq
             LIMIT ?4"
        ))?;
        let mut rows: Vec<EnvelopeRow> =
            query.query_map(params![log, after, upto, limit], envelope_row)?.collect::<Result<_, _>>()?;
        let mut ends = self.db.prepare_cached(
            "SELECT last FROM block WHERE log = ?1 AND last > ?2 AND last < ?3 + ?4 ORDER BY last LIMIT 2 + ?5 / ?4",
        )?;
        let upto_most = upto.min(1 << 62);
        let ends = ends.query_map(params![log, after, upto_most, BLOCK, limit], |row| row.get(0))?;
        for end in ends {
            let block = self.block(log, end?)?.unwrap_or_default();
            rows.extend(block.iter().filter(|row| row.seq > after && row.seq <= upto).cloned());
        }
        let waiting = self.held.waiting.borrow();
        rows.extend(waiting.iter().filter(|row| row.log == log && row.seq > after && row.seq <= upto).cloned());
        rows.sort_unstable_by_key(|row| row.seq);
        rows.truncate(limit as usize);
        Ok(rows)
    }

    /// The envelopes of a log after `after` up to `upto`, at most `limit`, each with its body.
    pub fn stretch(
        &self,
        log: i64,
        after: u64,
        upto: u64,
        limit: u32,
    ) -> Result<Vec<(EnvelopeRow, Option<BodyRow>)>, StoreError> {
        let rows = self.envelopes(log, after, upto, limit)?;
        let Some(last) = rows.last().map(|row| row.seq) else { return Ok(Vec::new()) };
        let mut query = self.db.prepare_cached(
            "SELECT b.seq, b.form, b.bytes, b.n, t.title, t.text
             FROM body AS b
             LEFT JOIN text AS t ON b.form = 2 AND t.n = b.n
             WHERE b.log = ?1 AND b.seq > ?2 AND b.seq <= ?3
             ORDER BY b.seq",
        )?;
        let read = |row: &Row<'_>| Ok((row.get::<_, u64>(0)?, body_row(row, row.get(1)?, 2)?));
        let bodies = query.query_map(params![log, after, last], read)?.collect::<Result<Vec<_>, _>>()?;
        let mut bodies = bodies.into_iter().peekable();
        let mut stretch = Vec::with_capacity(rows.len());
        for row in rows {
            // A body whose envelope has not come belongs to none of them.
            while bodies.next_if(|(seq, _)| *seq < row.seq).is_some() {}
            let body = bodies.next_if(|(seq, _)| *seq == row.seq).map(|(_, body)| body);
            stretch.push((row, body));
        }
        Ok(stretch)
    }

    /// One envelope.
    pub fn envelope(&self, log: i64, seq: u64) -> Result<Option<EnvelopeRow>, StoreError> {
        if let Some(row) = self.held.waits(log, seq, EnvelopeRow::clone) {
            return Ok(Some(row));
        }
        let mut query =
            self.db.prepare_cached(&format!("SELECT {ENVELOPE_COLUMNS} FROM envelope WHERE log = ?1 AND seq = ?2"))?;
        match query.query_row(params![log, seq], envelope_row).optional()? {
            Some(row) => Ok(Some(row)),
            None => Ok(self.in_block(log, seq)?.and_then(|(block, at)| block.get(at).cloned())),
        }
    }

    /// The id of the envelope at `seq` of a log.
    pub fn envelope_id(&self, log: i64, seq: u64) -> Result<Option<EnvelopeId>, StoreError> {
        if let Some(id) = self.held.waits(log, seq, |row| row.id) {
            return Ok(Some(id));
        }
        let mut query = self.db.prepare_cached("SELECT id FROM envelope WHERE log = ?1 AND seq = ?2")?;
        match query.query_row(params![log, seq], |row| row.get(0)).optional()? {
            Some(id) => Ok(Some(EnvelopeId(id))),
            None => Ok(self.in_block(log, seq)?.and_then(|(block, at)| block.get(at).map(|row| row.id))),
        }
    }

    /// The first seq at or after `seq`, up to the head, whose signature is kept.
    pub fn next_signed(&self, log: i64, seq: u64) -> Result<Option<u64>, StoreError> {
        let mut rows = self.db.prepare_cached(
            "SELECT seq
             FROM envelope
             WHERE log = ?1 AND seq >= ?2 AND signature IS NOT NULL
             ORDER BY seq
             LIMIT 1",
        )?;
        let in_row: Option<u64> = rows.query_row(params![log, seq], |row| row.get(0)).optional()?;
        let mut ends = self.db.prepare_cached("SELECT last FROM block WHERE log = ?1 AND last >= ?2 ORDER BY last")?;
        for end in ends.query_map(params![log, seq], |row| row.get(0))? {
            let block = self.block(log, end?)?.unwrap_or_default();
            if in_row.is_some_and(|found| block.first().is_none_or(|first| found < first.seq)) {
                break;
            }
            if let Some(signed) = block.iter().find(|row| row.seq >= seq && row.signature.is_some()) {
                return Ok(Some(signed.seq));
            }
        }
        // What waits stands at the end of its log.
        let waiting = self.held.waiting.borrow();
        let waits = waiting.iter().find(|row| row.log == log && row.seq >= seq && row.signature.is_some());
        Ok(in_row.or_else(|| waits.map(|row| row.seq)))
    }

    /// Whether anything of a log beyond `seq` is here.
    pub fn has_beyond(&self, log: i64, seq: u64) -> Result<bool, StoreError> {
        if self.held.waiting.borrow().iter().any(|row| row.log == log && row.seq > seq) {
            return Ok(true);
        }
        let mut query = self.db.prepare_cached(
            "SELECT 1 FROM envelope WHERE log = ?1 AND seq > ?2
             UNION ALL SELECT 1 FROM block WHERE log = ?1 AND last > ?2
             LIMIT 1",
        )?;
        Ok(query.exists(params![log, seq])?)
    }

    /// The block with an envelope, and where in it that stands.
    fn in_block(&self, log: i64, seq: u64) -> Result<Option<(Block, usize)>, StoreError> {
        let end = end_of(seq);
        let at = usize::try_from(seq.saturating_add(BLOCK).saturating_sub(end).saturating_sub(1)).unwrap_or(usize::MAX);
        Ok(self.block(log, end)?.map(|block| (block, at)))
    }

    /// The block that ends at `end`.
    fn block(&self, log: i64, end: u64) -> Result<Option<Block>, StoreError> {
        if let Some((of, at, block)) = &*self.held.block.borrow()
            && (*of, *at) == (log, end)
        {
            return Ok(Some(Rc::clone(block)));
        }
        let mut query = self.db.prepare_cached("SELECT bytes FROM block WHERE log = ?1 AND last = ?2")?;
        let Some(bytes) = query.query_row(params![log, end], |row| row.get::<_, Vec<u8>>(0)).optional()? else {
            return Ok(None);
        };
        let rows = block::decode(log, end.saturating_sub(BLOCK).saturating_add(1), &bytes)
            .map_err(|_| StoreError::Corrupt("a block of envelopes".to_owned()))?;
        let block = Rc::new(rows);
        *self.held.block.borrow_mut() = Some((log, end, Rc::clone(&block)));
        Ok(Some(block))
    }
}

impl Write<'_> {
    /// Adds or replaces envelopes, which follow each other in one log, and puts into blocks what can be.
    pub fn put_envelopes(&self, rows: &[&EnvelopeRow]) -> Result<(), StoreError> {
        for group in rows.chunk_by(|one, next| (one.log, end_of(one.seq)) == (next.log, end_of(next.seq))) {
            if is_block(group) {
                self.write_waiting()?;
                self.put_block(group)?;
            } else {
                group.iter().try_for_each(|row| self.put_envelope(row))?;
            }
        }
        Ok(())
    }

    /// Adds or replaces an envelope.
    pub fn put_envelope(&self, row: &EnvelopeRow) -> Result<(), StoreError> {
        if self.may_wait(row)? {
            self.held.waiting.borrow_mut().push(row.clone());
        } else {
            self.write_waiting()?;
            if let Some((block, at)) = self.in_block(row.log, row.seq)? {
                return self.put_in_block(&block, at, row);
            }
            self.put_row(row)?;
        }
        if row.seq.is_multiple_of(BLOCK) { self.close_block(row.log, row.seq) } else { Ok(()) }
    }

    /// Whether an envelope stands at the end of its log and may wait for those that make up its block.
    fn may_wait(&self, row: &EnvelopeRow) -> Result<bool, StoreError> {
        if !block::fits(row) {
            return Ok(false);
        }
        let before = row.seq.saturating_sub(1);
        let last = self.held.waiting.borrow().last().map(|last| (last.log, last.seq));
        // Nothing came beyond those that wait, else they would have been written.
        if last == Some((row.log, before)) {
            return Ok(true);
        }
        self.write_waiting()?;
        Ok(!self.has_beyond(row.log, before)?)
    }

    /// Gives those that wait their rows.
    pub(crate) fn write_waiting(&self) -> Result<(), StoreError> {
        self.held.waiting.take().iter().try_for_each(|row| self.put_row(row))
    }

    fn put_in_block(&self, block: &Block, at: usize, row: &EnvelopeRow) -> Result<(), StoreError> {
        let mut group: Vec<&EnvelopeRow> = block.iter().collect();
        match group.get_mut(at) {
            Some(kept) if *kept == row => return Ok(()),
            Some(kept) => *kept = row,
            None => return Err(StoreError::Corrupt("a block of envelopes".to_owned())),
        }
        if is_block(&group) {
            return self.put_block(&group);
        }
        self.held.block.take();
        self.db
            .prepare_cached("DELETE FROM block WHERE log = ?1 AND last = ?2")?
            .execute(params![row.log, end_of(row.seq)])?;
        group.into_iter().try_for_each(|row| self.put_row(row))
    }

    /// Keeps the signature of an envelope.
    pub fn set_signature(&self, log: i64, seq: u64, signature: &[u8; 64]) -> Result<(), StoreError> {
        let Some(mut row) = self.envelope(log, seq)? else { return Ok(()) };
        row.signature = Some(*signature);
        self.put_envelope(&row)
    }

    /// Puts into blocks what an older version kept of a log in rows.
    pub(crate) fn close_blocks(&self, log: &LogRow) -> Result<(), StoreError> {
        (1..=log.head.seq / BLOCK).try_for_each(|number| self.close_block(log.no, number.saturating_mul(BLOCK)))
    }

    /// Puts rows into the block that ends at `end`, if they all are here and fit.
    fn close_block(&self, log: i64, end: u64) -> Result<(), StoreError> {
        let whole = self.held.waiting.borrow().len() as u64 == BLOCK;
        if whole {
            return self.put_block(&self.held.waiting.take().iter().collect::<Vec<_>>());
        }
        self.write_waiting()?;
        let mut query = self.db.prepare_cached(&format!(
            "SELECT {ENVELOPE_COLUMNS} FROM envelope WHERE log = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq"
        ))?;
        let rows = query.query_map(params![log, end.saturating_sub(BLOCK), end], envelope_row)?;
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let group: Vec<&EnvelopeRow> = rows.iter().collect();
        if is_block(&group) { self.put_block(&group) } else { Ok(()) }
    }

    fn put_block(&self, group: &[&EnvelopeRow]) -> Result<(), StoreError> {
        let Some(last) = group.last() else { return Ok(()) };
        let bytes = block::encode(group).map_err(|error| StoreError::Io(error.to_string()))?;
        self.held.block.take();
        self.db
            .prepare_cached("INSERT OR REPLACE INTO block (log, last, bytes) VALUES (?1, ?2, ?3)")?
            .execute(params![last.log, last.seq, bytes])?;
        self.db.prepare_cached("DELETE FROM envelope WHERE log = ?1 AND seq > ?2 AND seq <= ?3")?.execute(params![
            last.log,
            last.seq.saturating_sub(BLOCK),
            last.seq
        ])?;
        Ok(())
    }

    fn put_row(&self, row: &EnvelopeRow) -> Result<(), StoreError> {
        let (len, hash) = row.body.map_or((0, None), |(len, hash)| (len, Some(hash)));
        self.db
            .prepare_cached(&format!(
                "INSERT OR REPLACE INTO envelope ({ENVELOPE_COLUMNS})
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
            ))?
            .execute(params![
                row.log,
                row.seq,
                row.id.0,
                row.kind,
                row.time.0,
                row.status as i64,
                row.epoch,
                row.change,
                row.tag,
                len,
                hash,
                row.signature,
                row.doc,
                row.bytes
            ])?;
        Ok(())
    }
}

/// The seq at which the block with this one ends.
fn end_of(seq: u64) -> u64 {
    seq.div_ceil(BLOCK).saturating_mul(BLOCK)
}

/// Whether envelopes of one block's place make up the whole of it.
fn is_block(group: &[&EnvelopeRow]) -> bool {
    group.len() as u64 == BLOCK
        && group.iter().all(|row| block::fits(row))
        && group.is_sorted_by(|one, next| one.seq.saturating_add(1) == next.seq)
}
