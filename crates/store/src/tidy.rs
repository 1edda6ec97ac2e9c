//! Work that waits for an idle moment: merging segments of the search index, emptying the write-ahead log.
//!
//! Each transaction that brings texts writes a segment of the index. Left to itself, FTS5 merges hundreds
//! of pages within every 64th of them, and all of a level where there are too many: one live message in 64
//! took ten times as long as the others, and a few a hundred times. So it is told not to, and the owner of
//! the store calls [`Store::tidy`] while nobody waits (decision 50). Everything is found in segments as well
//! as merged, and if a step is lost with the power, it is made again.

use crate::open::{Store, StoreError, Write};

/// Pages of the index that one step writes: a few milliseconds.
const STEP: i64 = 32;
/// From so many pages on, the write-ahead log is moved into the file; far below where a transaction
/// would have to do it (`Store::configure`).
const LOGGED: i64 = 1_000;

impl Store {
    /// How many transactions have brought texts since this was opened: after each there may be something
    /// to tidy.
    #[must_use]
    pub fn indexed(&self) -> u64 {
        self.indexed
    }

    /// One short step; whether there is more to do.
    ///
    /// # Errors
    /// [`StoreError`] where SQLite refuses; nothing is lost then.
    pub fn tidy(&mut self) -> Result<bool, StoreError> {
        if self.write_lazily(merge_segments)? {
            return Ok(true);
        }
        let logged = "PRAGMA wal_checkpoint(NOOP)";
        let (logged, moved): (i64, i64) = self.db.query_row(logged, [], |row| Ok((row.get(1)?, row.get(2)?)))?;
        if logged.saturating_sub(moved) >= LOGGED {
            self.db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        }
        Ok(false)
    }
}

/// Merges a few pages; false where there is nothing worth merging.
fn merge_segments(tx: &Write<'_>) -> Result<bool, StoreError> {
    let before = tx.db.total_changes();
    tx.db.prepare_cached("INSERT INTO search (search, rank) VALUES ('merge', ?1)")?.execute([STEP])?;
    // The statement counts as one change whatever it does.
    Ok(tx.db.total_changes().saturating_sub(before) > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Segments of the index; their numbers are the upper bits of their pages'.
    fn segments(store: &Store) -> i64 {
        let sql = "SELECT count(DISTINCT id >> 37) FROM search_data WHERE id >> 37 > 0";
        store.db.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    fn said(store: &mut Store, number: i64) {
        let text = format!("message {number} says what nobody else does: word{number}");
        let row = format!(
            "INSERT INTO message (n, id, doc, channel, root, time, log, seq, shown, edited, deleted)
             VALUES ({number}, randomblob(16), 1, 1, 0, {number}, 1, {number}, 1, 0, 0)"
        );
        store
            .write(|tx| {
                tx.db.execute_batch(&row)?;
                tx.put_text(number, 1, u64::try_from(number).unwrap_or(0), None, &text)
            })
            .unwrap();
    }

    fn found(store: &Store, word: &str) -> i64 {
        store.db.query_row("SELECT count(*) FROM search WHERE search MATCH ?1", [word], |row| row.get(0)).unwrap()
    }

    #[test]
    fn transactions_merge_nothing_and_idle_moments_do() {
        let mut store = Store::in_memory().unwrap();
        for number in 1..=200 {
            said(&mut store, number);
        }
        assert_eq!(segments(&store), 200, "one segment a transaction");
        let mut steps = 0;
        while store.tidy().unwrap() {
            steps += 1;
            assert!(steps < 1_000, "it ends");
        }
        assert!(segments(&store) < 8, "{} segments are left after {steps} steps", segments(&store));
        assert_eq!((found(&store, "word7"), found(&store, "nobody")), (1, 200));
    }

    #[test]
    fn the_write_ahead_log_is_emptied_in_an_idle_moment() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(&dir.path().join("cremona.db")).unwrap();
        for number in 1..=150 {
            said(&mut store, number);
        }
        let logged = |store: &Store| -> (i64, i64) {
            let sql = "PRAGMA wal_checkpoint(NOOP)";
            store.db.query_row(sql, [], |row| Ok((row.get(1)?, row.get(2)?))).unwrap()
        };
        let (before, moved) = logged(&store);
        assert!(before - moved >= LOGGED, "{before} pages are logged, {moved} moved: too few to tell anything");
        while store.tidy().unwrap() {}
        let (after, moved) = logged(&store);
        assert!(after - moved < LOGGED, "{after} pages are logged, {moved} moved");
    }
}
