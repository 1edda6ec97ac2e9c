//! Numbers of this node in place of long ids, in rows of which there are as many as messages.
//!
//! A message names its channel, its thread's root, and who is said to have written it by number: 1 to
//! 3 bytes in the row and in each index, where ids take 16. They mean nothing on another node, and
//! nothing that leaves the store shows them.

use cremona_envelope::RecordId;
use rusqlite::{OptionalExtension, params};

use crate::messages::MessageRow;
use crate::open::{Read, StoreError, Write};

impl Read<'_> {
    /// Whether a message is here and begins a thread.
    pub fn is_root(&self, id: &RecordId) -> Result<bool, StoreError> {
        let mut query = self.db.prepare_cached("SELECT 1 FROM message WHERE id = ?1 AND root = 0")?;
        Ok(query.exists([id.0])?)
    }

    /// The number of a message, if it is here.
    pub(crate) fn message_no(&self, id: &RecordId) -> Result<Option<i64>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT n FROM message WHERE id = ?1")?;
        Ok(query.query_row([id.0], |row| row.get(0)).optional()?)
    }
}

impl Write<'_> {
    /// The number of a channel, kept free for it where its creation has not come.
    pub(crate) fn channel_no(&self, id: &RecordId) -> Result<i64, StoreError> {
        let mut query = self.db.prepare_cached("SELECT no FROM channel WHERE id = ?1")?;
        if let Some(no) = query.query_row([id.0], |row| row.get(0)).optional()? {
            return Ok(no);
        }
        self.db
            .prepare_cached(
                "INSERT INTO channel (id, known, created, member, name, purpose)
                 VALUES (?1, 0, 0, zeroblob(16), '', '')",
            )?
            .execute([id.0])?;
        Ok(self.db.last_insert_rowid())
    }

    /// The number of who is said to have written an imported message; `None` for all others.
    pub(crate) fn claimant_no(&self, row: &MessageRow) -> Result<Option<i64>, StoreError> {
        let (Some(source), Some(author)) = (&row.source, &row.author) else { return Ok(None) };
        let names = params![source, author];
        let mut query = self.db.prepare_cached("SELECT no FROM claimant WHERE source = ?1 AND author = ?2")?;
        if let Some(no) = query.query_row(names, |row| row.get(0)).optional()? {
            return Ok(Some(no));
        }
        self.db.prepare_cached("INSERT INTO claimant (source, author) VALUES (?1, ?2)")?.execute(names)?;
        Ok(Some(self.db.last_insert_rowid()))
    }

    /// How a message's row names its root: 0 for its own, a number below 0 for one that has not come.
    pub(crate) fn root_no(&self, id: &RecordId, root: &RecordId) -> Result<i64, StoreError> {
        if root == id {
            return Ok(0);
        }
        if let Some(n) = self.message_no(root)? {
            return Ok(n);
        }
        let mut query = self.db.prepare_cached("SELECT no FROM awaited WHERE id = ?1")?;
        if let Some(no) = query.query_row([root.0], |row| row.get::<_, i64>(0)).optional()? {
            return Ok(no.saturating_neg());
        }
        self.db.prepare_cached("INSERT INTO awaited (id) VALUES (?1)")?.execute([root.0])?;
        Ok(self.db.last_insert_rowid().saturating_neg())
    }

    /// Message `n` has come: those that named it before name it by its number.
    pub(crate) fn no_longer_awaited(&self, id: &RecordId, n: i64) -> Result<(), StoreError> {
        let mut query = self.db.prepare_cached("SELECT no FROM awaited WHERE id = ?1")?;
        let Some(no) = query.query_row([id.0], |row| row.get::<_, i64>(0)).optional()? else { return Ok(()) };
        self.db
            .prepare_cached("UPDATE message SET root = ?2 WHERE root = ?1 AND root <> 0")?
            .execute([no.saturating_neg(), n])?;
        self.db.prepare_cached("DELETE FROM awaited WHERE no = ?1")?.execute([no])?;
        Ok(())
    }
}
