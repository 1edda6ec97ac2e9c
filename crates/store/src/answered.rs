//! What changes with an idempotency key were answered: no text, only what the engine needs to say it again.

use cremona_envelope::Time;
use rusqlite::{OptionalExtension, params};

use crate::open::{Read, StoreError, Write};

/// How long an answer is kept.
const KEPT_MS: u64 = 48 * 3_600_000;
/// Most answers that are kept; the oldest make room.
const MOST: i64 = 10_000;

/// An answer that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnsweredRow {
    /// Tells what was asked from anything else, to those who know the key.
    pub ask: [u8; 32],
    /// What was answered, as the engine writes it: ids only.
    pub what: String,
}

impl Read<'_> {
    /// What was answered under a key, if that was not too long ago.
    pub fn answered(&self, key: &[u8; 32], now: Time) -> Result<Option<AnsweredRow>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT ask, what FROM answered WHERE key = ?1 AND at >= ?2")?;
        let row = query.query_row(params![key, now.0.saturating_sub(KEPT_MS)], |row| {
            Ok(AnsweredRow { ask: row.get(0)?, what: row.get(1)? })
        });
        Ok(row.optional()?)
    }
}

impl Write<'_> {
    /// Keeps what was answered under a key, and drops what is too old or too much.
    pub fn put_answered(&self, key: &[u8; 32], row: &AnsweredRow, now: Time) -> Result<(), StoreError> {
        self.db
            .prepare_cached("DELETE FROM answered WHERE at < ?1 OR key = ?2")?
            .execute(params![now.0.saturating_sub(KEPT_MS), key])?;
        self.db
            .prepare_cached("INSERT INTO answered (key, ask, at, what) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![key, row.ask, now.0, row.what])?;
        let over = self.db.last_insert_rowid().saturating_sub(MOST);
        self.db.prepare_cached("DELETE FROM answered WHERE n <= ?1")?.execute([over])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;

    fn row(n: u8) -> AnsweredRow {
        AnsweredRow { ask: [n; 32], what: format!("\"{n}\"") }
    }

    #[test]
    fn an_answer_is_kept_for_two_days() {
        let mut store = Store::in_memory().unwrap();
        store.write(|tx| tx.put_answered(&[1; 32], &row(1), Time(1_000))).unwrap();
        let answered = |now: u64| store.read(|read| read.answered(&[1; 32], Time(now))).unwrap();
        assert_eq!(answered(1_000 + KEPT_MS), Some(row(1)));
        assert_eq!(answered(1_001 + KEPT_MS), None);
        let later = Time(1_001 + KEPT_MS);
        store.write(|tx| tx.put_answered(&[1; 32], &row(2), later)).unwrap();
        assert_eq!(store.read(|read| read.answered(&[1; 32], later)).unwrap(), Some(row(2)), "the key is free again");
    }

    #[test]
    fn the_oldest_make_room() {
        let mut store = Store::in_memory().unwrap();
        let key = |n: u16| {
            let mut key = [0; 32];
            key[..2].copy_from_slice(&n.to_be_bytes());
            key
        };
        let most = u16::try_from(MOST).unwrap();
        let fill = |tx: &Write<'_>| (0..=most).try_for_each(|n| tx.put_answered(&key(n), &row(0), Time(1)));
        store.write(fill).unwrap();
        let is_known = |n| store.read(|read| read.answered(&key(n), Time(1))).unwrap().is_some();
        assert!(!is_known(0) && is_known(1) && is_known(most));
    }
}
