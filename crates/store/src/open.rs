//! Opening a store, transactions, and what can go wrong.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags, Transaction, TransactionBehavior};

use crate::counts::Counted;
use crate::envelopes::Held;
use crate::numbers::Known;
use crate::schema::{FileKind, NODE};
use crate::sieve;

/// How long a transaction waits for another process, which should not exist.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a store can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Written by a newer version; nothing was changed.
    #[error("the store has version {found}, this cremona knows {known}")]
    Newer {
        /// Version of the file.
        found: usize,
        /// Version of this crate.
        known: usize,
    },
    /// A database of another program, or no database.
    #[error("the file is not a cremona store")]
    Foreign,
    /// SQLite refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a store refuses to read or write.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No room on the disk.
    #[error("the disk is full")]
    Full,
    /// The file or its directory can't be written.
    #[error("the store can't be written")]
    ReadOnly,
    /// The file is damaged.
    #[error("the store is damaged: {0}")]
    Corrupt(String),
    /// The system fails to read or write.
    #[error("the disk fails: {0}")]
    Io(String),
    /// Anything else that SQLite says.
    #[error("the store fails: {0}")]
    Sql(rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt(error.to_string()),
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => Self::Io(error.to_string()),
            _ => Self::Sql(error),
        }
    }
}

/// The one writer of a store.
pub struct Store {
    pub(crate) db: Connection,
    path: Option<PathBuf>,
    /// Whether an older version wrote it.
    was_older: bool,
    /// Transactions that brought texts, since it was opened.
    pub(crate) indexed: u64,
}

/// A reader of its own: sees the last commit, never waits for the writer, can go to another thread.
pub struct Reader {
    db: Connection,
}

/// Questions within one snapshot.
#[derive(Clone, Copy)]
pub struct Read<'a> {
    pub(crate) db: &'a Connection,
    pub(crate) held: &'a Held,
}

/// Changes within one transaction; asks questions too.
pub struct Write<'a> {
    read: Read<'a>,
    /// Messages whose text is not in the index yet.
    pub(crate) unindexed: RefCell<BTreeSet<i64>>,
    /// By how much the texts have grown.
    pub(crate) grown: Cell<i64>,
    /// What was counted of channels.
    pub(crate) counted: Counted,
    /// Numbers that it knows.
    pub(crate) known: Known,
}

impl<'a> Deref for Write<'a> {
    type Target = Read<'a>;

    fn deref(&self) -> &Read<'a> {
        &self.read
    }
}

impl Store {
    /// Opens the store at `path`, creating or migrating it.
    ///
    /// # Errors
    /// [`OpenError`] where it is newer, foreign, damaged or can't be written.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let mut store = Self::open_kind(path, &NODE)?;
        if store.was_older {
            store.write(|tx| tx.logs()?.iter().try_for_each(|log| tx.close_blocks(log)))?;
            store.vacuum()?;
            store.checkpoint()?;
        }
        Ok(store)
    }

    /// Opens a file of one kind, creating or migrating it.
    pub(crate) fn open_kind(path: &Path, kind: &FileKind) -> Result<Self, OpenError> {
        let db = Connection::open(path).map_err(|error| unopened(path, error))?;
        let mut store = Self { db, path: Some(path.to_owned()), was_older: false, indexed: 0 };
        store.prepare(kind)?;
        Ok(store)
    }

    /// A store that ends with this value.
    ///
    /// # Errors
    /// [`OpenError`] where SQLite refuses.
    pub fn in_memory() -> Result<Self, OpenError> {
        Self::kind_in_memory(&NODE)
    }

    /// A file of one kind that ends with this value.
    pub(crate) fn kind_in_memory(kind: &FileKind) -> Result<Self, OpenError> {
        let mut store = Self {
            db: Connection::open_in_memory().map_err(StoreError::from)?,
            path: None,
            was_older: false,
            indexed: 0,
        };
        store.prepare(kind)?;
        Ok(store)
    }

    /// A reader of its own; `None` for a store in memory.
    ///
    /// # Errors
    /// [`StoreError`] where SQLite refuses.
    pub fn reader(&self) -> Result<Option<Reader>, StoreError> {
        self.path.as_deref().map(Reader::open).transpose()
    }

    /// Where the store is, if it is on disk.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Runs `work` in one transaction; on an error nothing of it stays.
    ///
    /// # Errors
    /// What `work` says, or [`StoreError`] where the commit fails.
    pub fn write<T, E: From<StoreError>>(&mut self, work: impl FnOnce(&Write<'_>) -> Result<T, E>) -> Result<T, E> {
        let tx = Transaction::new(&mut self.db, TransactionBehavior::Immediate).map_err(StoreError::from)?;
        let held = Held::default();
        let write = Write {
            read: Read { db: &tx, held: &held },
            unindexed: RefCell::default(),
            grown: Cell::default(),
            counted: Counted::default(),
            known: Known::default(),
        };
        let done = work(&write)?;
        write.write_waiting()?;
        let indexed = write.index_texts()?;
        write.note_growth()?;
        write.note_counts()?;
        drop(write);
        tx.commit().map_err(StoreError::from)?;
        self.indexed = self.indexed.saturating_add(u64::from(indexed));
        Ok(done)
    }

    /// The same for what may be lost when the power fails (not when the process dies): it is not synced.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write_lazily<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&Write<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let synchronous = |db: &Connection, how: &str| db.pragma_update(None, "synchronous", how);
        synchronous(&self.db, "NORMAL").map_err(StoreError::from)?;
        let done = self.write(work);
        synchronous(&self.db, "FULL").map_err(StoreError::from)?;
        done
    }

    /// Runs `work` on the last commit.
    ///
    /// # Errors
    /// What `work` says.
    pub fn read<T, E: From<StoreError>>(&self, work: impl FnOnce(Read<'_>) -> Result<T, E>) -> Result<T, E> {
        let tx = self.db.unchecked_transaction().map_err(StoreError::from)?;
        work(Read { db: &tx, held: &Held::default() })
    }

    /// Moves the write-ahead log into the file and empties it, so that erased bytes are nowhere.
    /// Never waits: false where a reader is in the way, to be tried again later. [`Store::open`]
    /// does it too, for an erasure that a crash cut short.
    ///
    /// # Errors
    /// [`StoreError`] where SQLite refuses.
    pub fn checkpoint(&self) -> Result<bool, StoreError> {
        self.db.busy_timeout(Duration::ZERO)?;
        let busy = self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
        self.db.busy_timeout(PATIENCE)?;
        Ok(busy? == 0)
    }

    /// Writes the file anew, live rows only.
    pub(crate) fn vacuum(&self) -> Result<(), StoreError> {
        Ok(self.db.execute_batch("VACUUM")?)
    }

    fn prepare(&mut self, kind: &FileKind) -> Result<(), OpenError> {
        let found = self.version(kind)?;
        let known = kind.migrations.len();
        if found > known {
            return Err(OpenError::Newer { found, known });
        }
        // SQLite falls back to reading only, and would say so at the first write.
        if self.db.is_readonly(MAIN_DB).map_err(StoreError::from)? {
            return Err(StoreError::ReadOnly.into());
        }
        self.configure().map_err(StoreError::from)?;
        self.was_older = (1..known).contains(&found);
        for (version, sql) in kind.migrations.iter().enumerate().skip(found) {
            let tx = self.db.transaction().map_err(StoreError::from)?;
            tx.execute_batch(sql).map_err(StoreError::from)?;
            tx.pragma_update(None, "user_version", version.saturating_add(1)).map_err(StoreError::from)?;
            tx.pragma_update(None, "application_id", kind.application_id).map_err(StoreError::from)?;
            tx.commit().map_err(StoreError::from)?;
        }
        self.checkpoint()?;
        Ok(())
    }

    /// The file's version; reads only, so that a file that isn't ours stays as it is.
    fn version(&self, kind: &FileKind) -> Result<usize, OpenError> {
        let pragma = |name: &str| self.db.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        let version = pragma("user_version").map_err(|error| match StoreError::from(error) {
            StoreError::Corrupt(_) => OpenError::Foreign,
            other => other.into(),
        })?;
        let id = pragma("application_id").map_err(StoreError::from)?;
        let tables: i64 =
            self.db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(StoreError::from)?;
        let empty = tables == 0 && version == 0;
        if empty || id == i64::from(kind.application_id) {
            Ok(usize::try_from(version).unwrap_or(usize::MAX))
        } else {
            Err(OpenError::Foreign)
        }
    }

    fn configure(&self) -> rusqlite::Result<()> {
        self.db.busy_timeout(PATIENCE)?;
        self.db.set_prepared_statement_cache_capacity(256);
        // Plans that depend on bound values are made again at each use.
        self.db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        self.db.pragma_update(None, "journal_mode", "WAL")?;
        self.db.pragma_update(None, "synchronous", "FULL")?;
        self.db.pragma_update(None, "secure_delete", true)?;
        sieve::lay_out(&self.db)?;
        self.db.pragma_update(None, "cache_size", -16_384)?;
        // Mostly an idle moment comes first (`tidy`).
        self.db.pragma_update(None, "wal_autocheckpoint", 4_000)?;
        // A large transaction's pages are moved when it ends, and the log is cut back to this size.
        self.db.pragma_update(None, "journal_size_limit", 16_777_216)
    }
}

impl Reader {
    /// Opens a reader of the store at `path`.
    ///
    /// # Errors
    /// [`StoreError`] where SQLite refuses.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(path, flags)?;
        db.busy_timeout(PATIENCE)?;
        db.set_prepared_statement_cache_capacity(64);
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        db.pragma_update(None, "cache_size", -4096)?;
        sieve::lay_out(&db)?;
        Ok(Self { db })
    }

    /// Runs `work` on the last commit, one snapshot throughout.
    ///
    /// # Errors
    /// What `work` says.
    pub fn read<T, E: From<StoreError>>(&self, work: impl FnOnce(Read<'_>) -> Result<T, E>) -> Result<T, E> {
        let tx = self.db.unchecked_transaction().map_err(StoreError::from)?;
        work(Read { db: &tx, held: &Held::default() })
    }
}

/// SQLite says only that it can't open a file; the system says whether rights are the cause.
fn unopened(path: &Path, error: rusqlite::Error) -> StoreError {
    match OpenOptions::new().append(true).create(true).open(path).map_err(|error| error.kind()) {
        Err(ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => StoreError::ReadOnly,
        Err(ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => StoreError::Full,
        Ok(_) | Err(_) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved(store: &mut Store, bytes: usize) -> Result<(), StoreError> {
        store.write(|tx| tx.set_setting("note", &vec![7; bytes]))
    }

    #[test]
    fn a_full_disk_is_told_as_such_and_the_store_goes_on() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(&dir.path().join("cremona.db")).unwrap();
        saved(&mut store, 100).unwrap();
        let pages: i64 = store.db.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        store.db.pragma_update(None, "max_page_count", pages.saturating_add(2)).unwrap();
        assert!(matches!(saved(&mut store, 100_000), Err(StoreError::Full)));
        let kept = store.read(|read| read.setting("note")).unwrap();
        assert_eq!(kept.map(|note| note.len()), Some(100), "the failed write left nothing");
        saved(&mut store, 50).unwrap();
    }

    #[test]
    fn a_store_that_may_only_be_read_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("cremona.db");
        drop(Store::open(&path).unwrap());
        let db = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        let mut store = Store { db, path: Some(path), was_older: false, indexed: 0 };
        assert!(matches!(saved(&mut store, 1), Err(StoreError::ReadOnly)));
        assert!(matches!(store.prepare(&NODE), Err(OpenError::Store(StoreError::ReadOnly))));
    }

    #[test]
    fn every_commit_is_synced_and_what_is_freed_is_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("cremona.db")).unwrap();
        let number = |name: &str| store.db.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!((number("synchronous"), number("secure_delete")), (2, 1));
        assert_eq!(number("application_id"), i64::from(NODE.application_id));
        let mode: String = store.db.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(mode, "wal");
    }
}
