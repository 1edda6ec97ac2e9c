//! Pieces of bundles that have not been taken yet, so that a node that stops goes on where it was.

use rusqlite::{Row, params};

use crate::open::{Read, StoreError, Write};

/// Most pieces that are read again at the start: of 64 bundles of 1 MiB.
const MOST: u32 = 4_096;

/// A piece of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartRow {
    /// What was asked for.
    pub spans: Vec<u8>,
    /// Where the piece begins in the bundle.
    pub at: u32,
    /// The bundle's name.
    pub name: [u8; 16],
    /// The piece, sealed.
    pub bytes: Vec<u8>,
}

impl Read<'_> {
    /// All pieces, by what was asked for and where they begin.
    ///
    /// # Errors
    /// [`StoreError`] where SQLite fails; so in all functions here.
    pub fn parts(&self) -> Result<Vec<PartRow>, StoreError> {
        let mut query =
            self.db.prepare_cached("SELECT spans, at, name, bytes FROM part ORDER BY spans, at LIMIT ?1")?;
        let read =
            |row: &Row<'_>| Ok(PartRow { spans: row.get(0)?, at: row.get(1)?, name: row.get(2)?, bytes: row.get(3)? });
        Ok(query.query_map([MOST], read)?.collect::<Result<_, _>>()?)
    }
}

impl Write<'_> {
    /// Keeps a piece of a bundle, in the place of what stood there.
    pub fn put_part(&self, spans: &[u8], at: u32, name: &[u8; 16], bytes: &[u8]) -> Result<(), StoreError> {
        self.db
            .prepare_cached("INSERT OR REPLACE INTO part (spans, at, name, bytes) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![spans, at, name, bytes])?;
        Ok(())
    }

    /// Forgets the pieces of one bundle, or of all.
    pub fn drop_part(&self, spans: Option<&[u8]>) -> Result<(), StoreError> {
        match spans {
            Some(spans) => self.db.prepare_cached("DELETE FROM part WHERE spans = ?1")?.execute([spans])?,
            None => self.db.prepare_cached("DELETE FROM part")?.execute([])?,
        };
        Ok(())
    }
}
