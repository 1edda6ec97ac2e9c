//! Numbers of this node in place of long ids, in rows of which there are as many as messages.
//!
//! A message names its channel, its thread's root, and who is said to have written it by number: 1 to
//! 3 bytes in the row and in each index, where ids take 16. They mean nothing on another node, and
//! nothing that leaves the store shows them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;

use cremona_envelope::RecordId;
use rusqlite::{OptionalExtension, params};

use crate::messages::MessageRow;
use crate::open::{Read, StoreError, Write};

/// Most numbers of one kind that a transaction remembers.
const MOST: usize = 65_536;

/// Numbers that a transaction has looked up or given: what comes in bulk asks for the same ones again
/// and again.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) docs: Numbers<([u8; 16], u16)>,
    channels: Numbers<RecordId>,
    /// Of messages that begin a thread.
    roots: Numbers<RecordId>,
    claimants: RefCell<HashMap<String, HashMap<String, i64>>>,
}

impl Known {
    /// What was numbered is numbered anew.
    pub(crate) fn forget(&self) {
        self.docs.0.borrow_mut().clear();
        self.channels.0.borrow_mut().clear();
        self.roots.0.borrow_mut().clear();
        self.claimants.borrow_mut().clear();
    }

    /// A message is here from now on, or is another's reply now.
    pub(crate) fn note_root(&self, row: &MessageRow, n: i64) {
        if row.root == row.id {
            self.roots.note(row.id, n);
        } else {
            self.roots.0.borrow_mut().remove(&row.id);
        }
    }

    fn claimant(&self, source: &str, author: &str) -> Option<i64> {
        self.claimants.borrow().get(source)?.get(author).copied()
    }

    fn note_claimant(&self, source: &str, author: &str, no: i64) {
        let mut all = self.claimants.borrow_mut();
        if all.len() < MOST {
            let of_source = all.entry(source.to_owned()).or_default();
            if of_source.len() < MOST {
                of_source.insert(author.to_owned(), no);
            }
        }
    }
}

/// Numbers of one kind.
#[derive(Debug)]
pub(crate) struct Numbers<K>(RefCell<HashMap<K, i64>>);

impl<K> Default for Numbers<K> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<K: Hash + Eq> Numbers<K> {
    pub(crate) fn get(&self, key: &K) -> Option<i64> {
        self.0.borrow().get(key).copied()
    }

    pub(crate) fn note(&self, key: K, no: i64) {
        let mut all = self.0.borrow_mut();
        if all.len() < MOST {
            all.insert(key, no);
        }
    }
}

impl Read<'_> {
    /// The number of a message, if it is here.
    pub(crate) fn message_no(&self, id: &RecordId) -> Result<Option<i64>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT n FROM message WHERE id = ?1")?;
        Ok(query.query_row([id.0], |row| row.get(0)).optional()?)
    }
}

impl Write<'_> {
    /// Whether a message is here and begins a thread.
    pub fn is_root(&self, id: &RecordId) -> Result<bool, StoreError> {
        Ok(self.thread_no(id)?.is_some())
    }

    /// The number of a message, if it is here and begins a thread.
    pub(crate) fn thread_no(&self, id: &RecordId) -> Result<Option<i64>, StoreError> {
        if let Some(n) = self.known.roots.get(id) {
            return Ok(Some(n));
        }
        let mut query = self.db.prepare_cached("SELECT n FROM message WHERE id = ?1 AND root = 0")?;
        let found = query.query_row([id.0], |row| row.get(0)).optional()?;
        if let Some(n) = found {
            self.known.roots.note(*id, n);
        }
        Ok(found)
    }

    /// The number of a channel, kept free for it where its creation has not come.
    pub(crate) fn channel_no(&self, id: &RecordId) -> Result<i64, StoreError> {
        if let Some(no) = self.known.channels.get(id) {
            return Ok(no);
        }
        let no = self.channel_number(id)?;
        self.known.channels.note(*id, no);
        Ok(no)
    }

    fn channel_number(&self, id: &RecordId) -> Result<i64, StoreError> {
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
        if let Some(no) = self.known.claimant(source, author) {
            return Ok(Some(no));
        }
        let no = self.claimant_number(source, author)?;
        self.known.note_claimant(source, author, no);
        Ok(Some(no))
    }

    fn claimant_number(&self, source: &str, author: &str) -> Result<i64, StoreError> {
        let names = params![source, author];
        let mut query = self.db.prepare_cached("SELECT no FROM claimant WHERE source = ?1 AND author = ?2")?;
        if let Some(no) = query.query_row(names, |row| row.get(0)).optional()? {
            return Ok(no);
        }
        self.db.prepare_cached("INSERT INTO claimant (source, author) VALUES (?1, ?2)")?.execute(names)?;
        Ok(self.db.last_insert_rowid())
    }

    /// How a message's row names its root: 0 for its own, a number below 0 for one that has not come.
    pub(crate) fn root_no(&self, id: &RecordId, root: &RecordId) -> Result<i64, StoreError> {
        if root == id {
            return Ok(0);
        }
        if let Some(n) = self.known.roots.get(root) {
            return Ok(n);
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
