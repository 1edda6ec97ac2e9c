//! The tables of a mailbox's file, version by version.

use crate::schema::{FileKind, SOFT};

/// A mailbox's file ("Cmbx").
pub(crate) const SHELF: FileKind = FileKind { application_id: 0x436d_6278, migrations: &[VERSION_1, SOFT] };

const VERSION_1: &str = "
CREATE TABLE log (
  no        INTEGER PRIMARY KEY,
  id        BLOB NOT NULL UNIQUE,
  device    BLOB NOT NULL,
  life      BLOB NOT NULL,
  member    BLOB NOT NULL,
  link      BLOB NOT NULL,              -- what seq 1 links to
  seq       INTEGER NOT NULL,           -- head
  head      BLOB NOT NULL,
  time      INTEGER NOT NULL,
  bytes     INTEGER NOT NULL,           -- cumulative, as in the header of the head
  held      INTEGER NOT NULL,           -- of these, bytes that are here: erased bodies left out
  cut       INTEGER NOT NULL            -- counts only below; 0 for no cut
) STRICT;

CREATE TABLE envelope (
  log       INTEGER NOT NULL,
  seq       INTEGER NOT NULL,
  id        BLOB NOT NULL,
  kind      INTEGER NOT NULL,
  time      INTEGER NOT NULL,
  bytes     INTEGER NOT NULL,
  tag       BLOB,                       -- NULL where it is zeros
  change    BLOB NOT NULL,              -- as it travels
  body_len  INTEGER NOT NULL,
  body_hash BLOB,                       -- NULL where there is no body
  signature BLOB,
  PRIMARY KEY (log, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE body (
  log       INTEGER NOT NULL,
  seq       INTEGER NOT NULL,
  bytes     BLOB NOT NULL,              -- as it travels
  PRIMARY KEY (log, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE missing (                  -- bodies that have not arrived and that nobody erased
  log       INTEGER NOT NULL,
  seq       INTEGER NOT NULL,
  asked     INTEGER NOT NULL,           -- how often
  PRIMARY KEY (log, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX missing_next ON missing (asked, log, seq);

CREATE TABLE erased (                   -- what members asked to have erased, also before it comes
  log       BLOB NOT NULL,              -- an id: the log may not be here
  seq       INTEGER NOT NULL,
  member    BLOB NOT NULL,              -- who asked; it counts where the log is theirs
  PRIMARY KEY (log, seq, member)
) STRICT, WITHOUT ROWID;

CREATE TABLE fork (
  log       BLOB PRIMARY KEY,
  seq       INTEGER NOT NULL,
  proof     BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
  name      TEXT PRIMARY KEY,
  value     BLOB NOT NULL
) STRICT, WITHOUT ROWID;
";
