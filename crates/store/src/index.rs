//! The search index as it is written: each text at its slot.
//!
//! A slot is the number that the index knows a text by: the week of its message's time in the upper
//! bits, the message's number in the lower [`NUMBER`]. The index gives what matches from the highest
//! slot down and can stop early, hence newest first, though messages come to a node in any order:
//! a newcomer gets them log by log, an import channel by channel. Weeks and not smaller units, since
//! the index keeps differences of slots and small ones take fewer bytes.

use cremona_envelope::{RecordId, Time};
use rusqlite::OptionalExtension;

use crate::candidates::json;
use crate::open::{StoreError, Write};

/// The bits of a slot that are a message's number; a store has fewer than 67 million messages.
pub(crate) const NUMBER: i64 = (1 << 26) - 1;

/// A week, in ms.
pub(crate) const WEEK_MS: i64 = 604_800_000;

/// The last week that slots tell apart, some 20,000 years ahead.
pub(crate) const LAST_WEEK: i64 = 1_048_575;

/// The title that a text `x` of message `m` is found by, as the view `searched` says it: the one that was
/// given to its thread later, else the one that came with it.
pub(crate) const TITLE: &str =
    "coalesce(iif(m.root = 0, (SELECT t.text FROM title AS t WHERE t.root = m.id), NULL), x.title)";

impl Write<'_> {
    /// Indexes what was put into the store in this transaction: by one statement,
    /// since the index writes out what it has gathered at each statement that could fail halfway.
    /// Whether there was anything.
    pub(crate) fn index_texts(&self) -> Result<bool, StoreError> {
        if self.unindexed.borrow().is_empty() {
            return Ok(false);
        }
        let numbers: Vec<i64> = std::mem::take(&mut *self.unindexed.borrow_mut()).into_iter().collect();
        self.db
            .prepare_cached(
                "INSERT INTO search (rowid, title, text)
                 SELECT slot, title, text
                 FROM searched
                 WHERE n IN (SELECT value FROM json_each(?1))
                 ORDER BY slot",
            )?
            .execute([json(&numbers)])?;
        Ok(true)
    }

    /// Takes the text of message `n` out of the index, overwriting it.
    pub(crate) fn take_from_index(&self, n: i64) -> Result<(), StoreError> {
        if !self.unindexed.borrow_mut().remove(&n) {
            self.db
                .prepare_cached(
                    "INSERT INTO search (search, rowid, title, text)
                     SELECT 'delete', slot, title, text FROM searched WHERE n = ?1",
                )?
                .execute([n])?;
        }
        Ok(())
    }

    /// Makes ready for message `n` to have another time, or to begin a thread or no longer: its text leaves
    /// its slot where that is of another week, or where its thread was given a title, and is indexed anew
    /// when the transaction ends.
    pub(crate) fn leave_slot(&self, n: i64, time: Time, begins: bool) -> Result<(), StoreError> {
        let mut moves = self.db.prepare_cached(
            "SELECT 1 FROM message AS m JOIN text AS x ON x.n = m.n
             WHERE m.n = ?1
               AND (m.time / 604800000 <> ?2 / 604800000
                    OR ((m.root = 0) <> ?3 AND EXISTS (SELECT 1 FROM title AS t WHERE t.root = m.id)))",
        )?;
        if moves.query_row((n, time.0, begins), |_| Ok(())).optional()?.is_some() {
            self.index_anew(n)?;
        }
        Ok(())
    }

    /// Makes ready for a thread to have another title: the text of its root is indexed anew, if it is here,
    /// when the transaction ends.
    pub(crate) fn leave_title(&self, root: &RecordId) -> Result<(), StoreError> {
        let mut shows = self.db.prepare_cached(
            "SELECT m.n FROM message AS m JOIN text AS x ON x.n = m.n WHERE m.id = ?1 AND m.root = 0",
        )?;
        shows.query_row([root.0], |row| row.get(0)).optional()?.map_or(Ok(()), |n| self.index_anew(n))
    }

    fn index_anew(&self, n: i64) -> Result<(), StoreError> {
        self.take_from_index(n)?;
        self.unindexed.borrow_mut().insert(n);
        Ok(())
    }
}
