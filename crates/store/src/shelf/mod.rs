//! The shelf: the one file of a mailbox. Ciphertext, clear headers, and no table for a key or a text.
//!
//! It is another kind of file than a node's store, so that neither is opened as the other. What a
//! row says is what travelled; what a header derives from its predecessor is left out.

mod rows;
mod schema;
mod writing;

use std::ops::Deref;
use std::path::Path;

use rusqlite::Connection;

use crate::open::{OpenError, Reader, Store, StoreError};
pub use rows::{ShelfLog, ShelfRow};

/// The one writer of a mailbox's file.
pub struct Shelf {
    store: Store,
}

/// Questions within one snapshot.
#[derive(Clone, Copy)]
pub struct ShelfRead<'a> {
    pub(crate) db: &'a Connection,
}

/// Changes within one transaction; asks questions too.
pub struct ShelfWrite<'a> {
    read: ShelfRead<'a>,
}

impl ShelfRead<'_> {
    /// Whether the shelf has its tables; a mailbox that has just been paired is about to make them.
    ///
    /// # Errors
    /// [`StoreError`] where SQLite refuses.
    pub fn is_begun(&self) -> Result<bool, StoreError> {
        Ok(self.db.pragma_query_value(None, "user_version", |row| Ok(row.get::<_, i64>(0)? > 0))?)
    }
}

impl<'a> Deref for ShelfWrite<'a> {
    type Target = ShelfRead<'a>;

    fn deref(&self) -> &ShelfRead<'a> {
        &self.read
    }
}

impl Shelf {
    /// Opens the shelf at `path`, creating or migrating it.
    ///
    /// # Errors
    /// [`OpenError`] where it is newer, no shelf, damaged or can't be written.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        Ok(Self { store: Store::open_kind(path, &schema::SHELF)? })
    }

    /// A shelf that ends with this value.
    ///
    /// # Errors
    /// [`OpenError`] where SQLite refuses.
    pub fn in_memory() -> Result<Self, OpenError> {
        Ok(Self { store: Store::kind_in_memory(&schema::SHELF)? })
    }

    /// Runs `work` in one transaction; on an error nothing of it stays.
    ///
    /// # Errors
    /// What `work` says, or [`StoreError`] where the commit fails.
    pub fn write<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&ShelfWrite<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.store.write(|tx| work(&ShelfWrite { read: ShelfRead { db: tx.db } }))
    }

    /// Runs `work` on the last commit.
    ///
    /// # Errors
    /// What `work` says.
    pub fn read<T, E: From<StoreError>>(&self, work: impl FnOnce(ShelfRead<'_>) -> Result<T, E>) -> Result<T, E> {
        self.store.read(|read| work(ShelfRead { db: read.db }))
    }

    /// Sees to it that none of `pieces`, which were deleted, is in any byte of the file: empties the
    /// write-ahead log, and writes the file anew where a remnant is found. False where a reader is in
    /// the way, to be tried again.
    ///
    /// # Errors
    /// [`StoreError`] where SQLite or the file system refuses.
    pub fn scrub(&self, pieces: &[Vec<u8>]) -> Result<bool, StoreError> {
        Ok(self.store.checkpoint()? && self.store.scrub_pieces(pieces)?)
    }

    /// Writes the file anew, live rows only; false where a reader is in the way.
    ///
    /// # Errors
    /// [`StoreError`] where SQLite refuses.
    pub fn rewrite(&self) -> Result<bool, StoreError> {
        self.store.vacuum()?;
        self.store.checkpoint()
    }
}

/// Reads a shelf that another process may be writing.
pub struct ShelfReader {
    reader: Reader,
}

impl ShelfReader {
    /// Opens the shelf at `path` for reading only.
    ///
    /// # Errors
    /// [`StoreError`] where SQLite refuses.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self { reader: Reader::open(path)? })
    }

    /// Runs `work` on the last commit, one snapshot throughout.
    ///
    /// # Errors
    /// What `work` says.
    pub fn read<T, E: From<StoreError>>(&self, work: impl FnOnce(ShelfRead<'_>) -> Result<T, E>) -> Result<T, E> {
        self.reader.read(|read| work(ShelfRead { db: read.db }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shelf_is_not_a_store_nor_a_store_a_shelf() {
        let dir = tempfile::tempdir().unwrap();
        let (shelf, store) = (dir.path().join("mailbox.db"), dir.path().join("cremona.db"));
        drop(Shelf::open(&shelf).unwrap());
        drop(Store::open(&store).unwrap());
        assert!(matches!(Store::open(&shelf), Err(OpenError::Foreign)));
        assert!(matches!(Shelf::open(&store), Err(OpenError::Foreign)));
        assert!(Shelf::open(&shelf).is_ok() && Store::open(&store).is_ok(), "neither was changed");
    }

    #[test]
    fn a_shelf_that_is_about_to_be_made_has_not_begun() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("mailbox.db");
        std::fs::File::create(&path).unwrap();
        let begun = || ShelfReader::open(&path).unwrap().read(|read| read.is_begun());
        assert!(!begun().unwrap());
        drop(Shelf::open(&path).unwrap());
        assert!(begun().unwrap());
    }
}
