//! The sieve: a small search index in memory, of the texts of some candidates only.
//!
//! It tells which candidates match and shows where, by the same rules as the index on disk, without
//! gathering there everything that begins with a letter or two. It is filled and emptied by one
//! question, and never reaches a disk.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, Params, Row, params};

use crate::candidates::json;
use crate::index::{NUMBER, TITLE};
use crate::open::{Read, StoreError};
use crate::words::Words;

/// Longest piece of a text, in characters, that a snippet is made from; making one takes time by the
/// square of how often the words occur.
const PIECE: usize = 1_000;

/// Makes the empty sieve of a connection; its content is in memory only.
pub(crate) fn lay_out(db: &Connection) -> rusqlite::Result<()> {
    db.pragma_update(None, "temp_store", "MEMORY")?;
    db.execute_batch(
        "CREATE VIRTUAL TABLE temp.sieve USING fts5 (
           title, text,
           tokenize = 'unicode61 remove_diacritics 2'
         )",
    )
}

/// The sieve while texts are in it.
pub(crate) struct Sieve<'a> {
    db: &'a Connection,
}

impl Read<'_> {
    /// Runs `work` with the texts at these slots in the sieve.
    pub(crate) fn sieve<T>(
        &self,
        slots: &[i64],
        work: impl FnOnce(&Sieve<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.sieve_pieces(slots, usize::MAX, "", work)
    }

    /// A snippet of each text at these slots, by slot: of what matches `expression`, in long texts
    /// from around where `near` is written out first.
    pub(crate) fn snippets(
        &self,
        slots: &[i64],
        expression: &str,
        near: &str,
    ) -> Result<HashMap<i64, String>, StoreError> {
        self.sieve_pieces(slots, PIECE, near, |sieve| {
            let sql = "SELECT rowid, snippet(sieve, -1, '«', '»', '…', 16) FROM temp.sieve WHERE sieve MATCH ?1";
            Ok(sieve.rows(sql, [expression], |row| Ok((row.get(0)?, row.get(1)?)))?.collect())
        })
    }

    fn sieve_pieces<T>(
        &self,
        slots: &[i64],
        piece: usize,
        near: &str,
        work: impl FnOnce(&Sieve<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.db.execute_batch("SAVEPOINT sieve")?;
        let done = self.fill(slots, piece, near).and_then(|()| work(&Sieve { db: self.db }));
        self.db.execute_batch("ROLLBACK TO sieve; RELEASE sieve")?;
        done
    }

    fn fill(&self, slots: &[i64], piece: usize, near: &str) -> Result<(), StoreError> {
        // Lowest first: what comes below the last makes FTS5 write out what it has gathered.
        let mut slots = slots.to_vec();
        slots.sort_unstable();
        let piece = i64::try_from(piece).unwrap_or(i64::MAX);
        let mut put = self.db.prepare_cached(&format!(
            "INSERT INTO temp.sieve (rowid, title, text)
             SELECT j.value, {TITLE},
                    iif(length(x.text) <= ?2, x.text,
                        substr(x.text, max(1, instr(lower(x.text), lower(?3)) - ?2 / 5), ?2))
             FROM json_each(?1) AS j
             CROSS JOIN text AS x ON x.n = j.value & {NUMBER}
             CROSS JOIN message AS m ON m.n = x.n"
        ))?;
        put.execute(params![json(&slots), piece, near])?;
        Ok(())
    }
}

impl Sieve<'_> {
    /// How many texts match.
    pub(crate) fn count(&self, expression: &str) -> Result<usize, StoreError> {
        Ok(self
            .rows("SELECT count(*) FROM temp.sieve WHERE sieve MATCH ?1", [expression], |row| row.get::<_, usize>(0))?
            .sum())
    }

    /// Those of `slots`, all of which are in it, whose texts have what is looked for: best first, or in
    /// the order of `slots` where only words that must not occur were given.
    pub(crate) fn passing(&self, slots: &[i64], words: &Words) -> Result<Vec<i64>, StoreError> {
        if let Some(expression) = words.expression() {
            let sql = "SELECT rowid FROM temp.sieve WHERE sieve MATCH ?1 ORDER BY rank, rowid DESC";
            return Ok(self.rows(sql, [expression], |row| row.get(0))?.collect());
        }
        let Some(unwanted) = words.unwanted() else { return Ok(slots.to_vec()) };
        let sql = "SELECT rowid FROM temp.sieve WHERE sieve MATCH ?1";
        let out: HashSet<i64> = self.rows(sql, [unwanted], |row| row.get(0))?.collect();
        Ok(slots.iter().copied().filter(|slot| !out.contains(slot)).collect())
    }

    fn rows<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<impl Iterator<Item = T>, StoreError> {
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map(params, read)?.collect::<Result<Vec<_>, _>>()?;
        Ok(rows.into_iter())
    }
}
