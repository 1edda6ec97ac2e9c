//! The tables, version by version. `user_version` says how far a file has come.
//!
//! The log tables hold what can't be derived, and nothing that can: no ciphertext of what was
//! opened, no header. The rest is derived from them and can be rebuilt by `fsck --repair`.

/// Marks a file as ours ("Crem").
pub const APPLICATION_ID: i32 = 0x4372_656d;

/// What a file is for: how it is marked, and how its tables come to be.
pub(crate) struct FileKind {
    /// In the file's header; a file of another kind is foreign.
    pub(crate) application_id: i32,
    /// Each from the version of its index to the next.
    pub(crate) migrations: &'static [&'static str],
}

/// A node's store.
pub(crate) const NODE: FileKind = FileKind { application_id: APPLICATION_ID, migrations: MIGRATIONS };

/// Migrations, each from the version of its index to the next.
pub const MIGRATIONS: &[&str] = &[
    VERSION_1, SOFT, VERSION_3, VERSION_4, VERSION_5, VERSION_6, VERSION_7, VERSION_8, VERSION_9, VERSION_10,
    VERSION_11, AUTHORS, MERGES, HEARD, ANSWERED, TITLES,
];

const VERSION_1: &str = "
-- What can't be derived ----------------------------------------------------------------

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
  bytes     INTEGER NOT NULL,
  cut       INTEGER NOT NULL,           -- counts only below; 0 for no cut
  epoch     INTEGER NOT NULL            -- last key that opened something; 0 for none
) STRICT;

CREATE TABLE envelope (
  log       INTEGER NOT NULL,
  seq       INTEGER NOT NULL,
  id        BLOB NOT NULL,
  kind      INTEGER NOT NULL,
  time      INTEGER NOT NULL,
  bytes     INTEGER NOT NULL,           -- cumulative, as in the header
  status    INTEGER NOT NULL,           -- Status
  epoch     INTEGER NOT NULL,           -- key that opened it; 0: the change is as it travels
  change    BLOB NOT NULL,              -- plaintext where epoch > 0
  tag       BLOB,                       -- only where epoch = 0
  body_len  INTEGER NOT NULL,
  body_hash BLOB,                       -- NULL where there is no body
  signature BLOB,
  doc       INTEGER NOT NULL,           -- 0: none
  PRIMARY KEY (log, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX envelope_odd ON envelope (status) WHERE status >= 2; -- neither Applied nor Clear

CREATE TABLE body (
  log       INTEGER NOT NULL,
  seq       INTEGER NOT NULL,
  form      INTEGER NOT NULL,           -- Form: plain bytes, sealed bytes, or the text of message n
  n         INTEGER NOT NULL,
  bytes     BLOB,
  PRIMARY KEY (log, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE text (                     -- the current text of each message; also the content of search
  n         INTEGER PRIMARY KEY,
  log       INTEGER NOT NULL,
  seq       INTEGER NOT NULL,
  title     TEXT,
  text      TEXT NOT NULL
) STRICT;

CREATE TABLE epoch (
  no        INTEGER PRIMARY KEY,
  id        BLOB NOT NULL UNIQUE,
  key       BLOB NOT NULL
) STRICT;

CREATE TABLE fork (
  log       BLOB PRIMARY KEY,
  seq       INTEGER NOT NULL,
  proof     BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
  name      TEXT PRIMARY KEY,
  value     BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE arrival (                  -- the order in which envelopes came to this node
  n         INTEGER PRIMARY KEY,
  log       INTEGER NOT NULL,           -- 0: news without an envelope that came to stay
  seq       INTEGER NOT NULL,
  what      INTEGER NOT NULL,           -- What
  target    BLOB                        -- message or channel
) STRICT;

-- Documents ----------------------------------------------------------------------------

CREATE TABLE doc (
  no        INTEGER PRIMARY KEY,
  channel   BLOB NOT NULL,
  month     INTEGER NOT NULL,
  UNIQUE (channel, month)
) STRICT;

CREATE TABLE chain (
  log       INTEGER NOT NULL,
  doc       INTEGER NOT NULL,
  seq       INTEGER NOT NULL,
  hash      BLOB NOT NULL,
  PRIMARY KEY (log, doc)
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshot (                 -- a cache
  doc       INTEGER PRIMARY KEY,
  arrival   INTEGER NOT NULL,
  bytes     BLOB NOT NULL
) STRICT;

CREATE TABLE doc_change (               -- which envelopes a document consists of, in order of arrival
  doc       INTEGER NOT NULL,
  arrival   INTEGER NOT NULL,
  PRIMARY KEY (doc, arrival)
) STRICT, WITHOUT ROWID;

-- The projection -----------------------------------------------------------------------

CREATE TABLE member (
  id        BLOB PRIMARY KEY,
  name      TEXT NOT NULL,
  name_time INTEGER NOT NULL,
  name_id   BLOB NOT NULL,
  joined    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE device (
  device    BLOB PRIMARY KEY,
  member    BLOB NOT NULL,
  box_key   BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE channel (
  id        BLOB PRIMARY KEY,
  known     INTEGER NOT NULL,           -- its creation has arrived
  created   INTEGER NOT NULL,
  member    BLOB NOT NULL,
  name      TEXT NOT NULL,              -- as created; registers win over it
  purpose   TEXT NOT NULL,
  imported  TEXT                        -- the export it comes from
) STRICT, WITHOUT ROWID;

CREATE TABLE register (
  target    BLOB NOT NULL,
  field     INTEGER NOT NULL,
  time      INTEGER NOT NULL,
  id        BLOB NOT NULL,
  value     TEXT NOT NULL,
  PRIMARY KEY (target, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
  n         INTEGER PRIMARY KEY,
  id        BLOB NOT NULL UNIQUE,
  doc       INTEGER NOT NULL,
  channel   BLOB NOT NULL,
  root      BLOB NOT NULL,              -- own id for roots
  member    BLOB NOT NULL,
  time      INTEGER NOT NULL,
  log       INTEGER NOT NULL,           -- the winning copy
  seq       INTEGER NOT NULL,
  shown     INTEGER NOT NULL,           -- its root is here
  edited    INTEGER NOT NULL,
  deleted   INTEGER NOT NULL,
  source    TEXT,                       -- imported from
  author    TEXT,                       -- claimed author's name
  claims    TEXT                        -- claimed reactions, JSON
) STRICT;

CREATE INDEX message_in_channel ON message (channel, shown, time, id);
CREATE INDEX message_in_thread ON message (root, time, id);
CREATE INDEX message_deleted ON message (channel, shown) WHERE deleted = 1;
CREATE INDEX message_hidden ON message (n) WHERE shown = 0;

CREATE TABLE thread (
  root      BLOB PRIMARY KEY,
  channel   BLOB NOT NULL,
  last      INTEGER NOT NULL,           -- time of the last message
  replies   INTEGER NOT NULL            -- that are not deleted
) STRICT, WITHOUT ROWID;

CREATE INDEX thread_in_channel ON thread (channel, last, root);

CREATE TABLE copy (                     -- envelopes that say one message
  message   BLOB NOT NULL,
  log       INTEGER NOT NULL,
  seq       INTEGER NOT NULL,
  member    BLOB NOT NULL,
  PRIMARY KEY (message, log, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE version (                  -- edits, also of messages that have not arrived
  message   BLOB NOT NULL,
  time      INTEGER NOT NULL,
  id        BLOB NOT NULL,
  log       INTEGER NOT NULL,
  seq       INTEGER NOT NULL,
  member    BLOB NOT NULL,
  doc       INTEGER NOT NULL,
  PRIMARY KEY (message, time, id, log, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE tombstone (
  message   BLOB NOT NULL,
  member    BLOB NOT NULL,
  doc       INTEGER NOT NULL,
  PRIMARY KEY (message, member, doc)
) STRICT, WITHOUT ROWID;

CREATE TABLE reaction (
  message   BLOB NOT NULL,
  member    BLOB NOT NULL,
  emoji     TEXT NOT NULL,
  time      INTEGER NOT NULL,
  id        BLOB NOT NULL,
  on_       INTEGER NOT NULL,
  PRIMARY KEY (message, member, emoji)
) STRICT, WITHOUT ROWID;

CREATE TABLE missing (                  -- bodies that have not arrived and are not erased
  log       INTEGER NOT NULL,
  seq       INTEGER NOT NULL,
  PRIMARY KEY (log, seq)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE search USING fts5 (
  title, text,
  content = 'text', content_rowid = 'n',
  tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
";

/// The second version of a node's store and of a mailbox's shelf.
pub(crate) const SOFT: &str = "
CREATE TABLE soft (                     -- the latest word of each device and kind; losing it loses nothing
  device    BLOB NOT NULL,
  kind      INTEGER NOT NULL,           -- SoftKind
  time      INTEGER NOT NULL,
  heard     INTEGER NOT NULL,           -- when it came, by this node's clock
  bytes     BLOB NOT NULL,              -- as it travels
  PRIMARY KEY (device, kind)
) STRICT;                               -- with rowid, so that lists don't read the bytes
";

const VERSION_3: &str = "
CREATE TABLE met (                      -- when each device was last connected
  device    BLOB PRIMARY KEY,
  at        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX log_of_device ON log (device);
";

const VERSION_4: &str = "
CREATE TABLE tally (                    -- one row
  text_bytes INTEGER NOT NULL           -- of all current texts and titles
) STRICT;

INSERT INTO tally (text_bytes)
SELECT coalesce(sum(octet_length(text) + coalesce(octet_length(title), 0)), 0) FROM text;

CREATE TABLE part (                     -- bundles that have not come whole; losing them loses time
  spans     BLOB NOT NULL,              -- what was asked for
  at        INTEGER NOT NULL,           -- where these bytes begin
  name      BLOB NOT NULL,              -- of the whole bundle
  bytes     BLOB NOT NULL,
  PRIMARY KEY (spans, at)
) STRICT, WITHOUT ROWID;
";

const VERSION_5: &str = "
-- A catch-up writes one segment of the index a transaction: merged less often, by more at once.
INSERT INTO search (search, rank) VALUES ('automerge', 16);
INSERT INTO search (search, rank) VALUES ('crisismerge', 64);
";

const VERSION_6: &str = "
-- What there is one of for every message names others by number (decision 34).

CREATE TABLE channel_6 (
  no        INTEGER PRIMARY KEY,
  id        BLOB NOT NULL UNIQUE,
  known     INTEGER NOT NULL,           -- its creation has arrived; else only the number is taken
  created   INTEGER NOT NULL,
  member    BLOB NOT NULL,
  name      TEXT NOT NULL,              -- as created; registers win over it
  purpose   TEXT NOT NULL,
  imported  TEXT                        -- the export it comes from
) STRICT;

INSERT INTO channel_6 (id, known, created, member, name, purpose, imported)
SELECT id, known, created, member, name, purpose, imported FROM channel;
INSERT OR IGNORE INTO channel_6 (id, known, created, member, name, purpose)
SELECT DISTINCT channel, 0, 0, zeroblob(16), '', '' FROM message;
DROP TABLE channel;
ALTER TABLE channel_6 RENAME TO channel;

CREATE TABLE awaited (                  -- roots that replies name and that have not arrived
  no        INTEGER PRIMARY KEY,
  id        BLOB NOT NULL UNIQUE
) STRICT;

INSERT INTO awaited (id)
SELECT DISTINCT root FROM message WHERE root NOT IN (SELECT id FROM message);

CREATE TABLE claimant (                 -- who is said to have written imported messages
  no        INTEGER PRIMARY KEY,
  source    TEXT NOT NULL,              -- imported from
  author    TEXT NOT NULL,              -- the author's name there
  UNIQUE (source, author)
) STRICT;

INSERT INTO claimant (source, author)
SELECT DISTINCT source, author FROM message WHERE source IS NOT NULL AND author IS NOT NULL;

CREATE TABLE message_6 (
  n         INTEGER PRIMARY KEY,
  id        BLOB NOT NULL UNIQUE,
  doc       INTEGER NOT NULL,
  channel   INTEGER NOT NULL,           -- its number
  root      INTEGER NOT NULL,           -- n of the root; 0: itself; below 0: minus its number among the awaited
  time      INTEGER NOT NULL,
  log       INTEGER NOT NULL,           -- the winning copy
  seq       INTEGER NOT NULL,
  shown     INTEGER NOT NULL,           -- its root is here
  edited    INTEGER NOT NULL,
  deleted   INTEGER NOT NULL,
  claimant  INTEGER,                    -- only of imported ones
  claims    TEXT                        -- claimed reactions, JSON
) STRICT;

INSERT INTO message_6 (n, id, doc, channel, root, time, log, seq, shown, edited, deleted, claimant, claims)
SELECT m.n, m.id, m.doc, c.no, coalesce(iif(m.root = m.id, 0, r.n), -a.no), m.time, m.log, m.seq, m.shown, m.edited,
       m.deleted, k.no, m.claims
FROM message AS m
JOIN channel AS c ON c.id = m.channel
LEFT JOIN message AS r ON r.id = m.root
LEFT JOIN awaited AS a ON a.id = m.root
LEFT JOIN claimant AS k ON k.source = m.source AND k.author = m.author
ORDER BY m.n;

CREATE TABLE thread_6 (
  root      INTEGER PRIMARY KEY,        -- n of its message
  channel   INTEGER NOT NULL,
  last      INTEGER NOT NULL,           -- time of the last message
  replies   INTEGER NOT NULL            -- that are not deleted
) STRICT;

INSERT INTO thread_6 (root, channel, last, replies)
SELECT m.n, c.no, t.last, t.replies
FROM thread AS t
JOIN message AS m ON m.id = t.root
JOIN channel AS c ON c.id = t.channel
ORDER BY m.n;

DROP TABLE thread;
DROP TABLE message;
ALTER TABLE message_6 RENAME TO message;
ALTER TABLE thread_6 RENAME TO thread;

-- Times rarely tie; ids, which decide then, are looked up.
CREATE INDEX message_in_channel ON message (channel, shown, time);
CREATE INDEX message_in_thread ON message (root, time) WHERE root <> 0;
CREATE INDEX message_deleted ON message (channel, shown) WHERE deleted = 1;
CREATE INDEX message_hidden ON message (n) WHERE shown = 0;
CREATE INDEX thread_in_channel ON thread (channel, last);

UPDATE arrival SET target = NULL WHERE log > 0; -- the envelope says it
";

const VERSION_7: &str = "
CREATE TABLE block (                    -- envelopes that follow each other, instead of their rows (decision 35)
  log       INTEGER NOT NULL,
  last      INTEGER NOT NULL,           -- seq of the last one
  bytes     BLOB NOT NULL,
  PRIMARY KEY (log, last)
) STRICT;                               -- with rowid, so that searching doesn't read the bytes
";

const VERSION_8: &str = "
-- The index in an order of time (decision 36); a slot is described in the module `index`.
CREATE VIEW searched AS
SELECT (min(m.time / 604800000, 1048575) << 26) | m.n AS slot, m.n, x.title, x.text
FROM text AS x
CROSS JOIN message AS m ON m.n = x.n;

DROP TABLE search;
CREATE VIRTUAL TABLE search USING fts5 (
  title, text,
  content = 'searched', content_rowid = 'slot',
  tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
INSERT INTO search (search, rank) VALUES ('automerge', 16);
INSERT INTO search (search, rank) VALUES ('crisismerge', 64);

-- Lowest slot first; slots are sorted without their texts, and the limit keeps their order.
INSERT INTO search (rowid, title, text)
SELECT o.slot, x.title, x.text
FROM (SELECT slot, n FROM searched ORDER BY slot LIMIT -1) AS o
CROSS JOIN text AS x ON x.n = o.n;
";

const VERSION_9: &str = "
-- How much each channel has (decision 37).
CREATE TABLE channel_count (
  channel   INTEGER PRIMARY KEY,        -- its number
  messages  INTEGER NOT NULL,           -- shown and not deleted
  threads   INTEGER NOT NULL
) STRICT;
INSERT INTO channel_count (channel, messages, threads)
SELECT c.no,
       (SELECT count(*) FROM message AS m WHERE m.channel = c.no AND m.shown > m.deleted),
       (SELECT count(*) FROM thread AS t WHERE t.channel = c.no)
FROM channel AS c;
DROP INDEX message_deleted;             -- counted what is counted here
";

const VERSION_10: &str = "
CREATE TABLE personal (                 -- what is this member's alone; can't be derived (decision 40)
  kind      INTEGER NOT NULL,           -- as cremona-model's personal state numbers them
  about     BLOB NOT NULL,              -- the rest of the field's key
  at        INTEGER NOT NULL,           -- when it was written last, as the field says
  field     BLOB NOT NULL,
  PRIMARY KEY (kind, about)
) STRICT, WITHOUT ROWID;
CREATE INDEX personal_latest ON personal (kind, at DESC, about);
";

const VERSION_11: &str = "
-- What is said about messages, threads and people, beside their texts.

ALTER TABLE message ADD COLUMN manner INTEGER NOT NULL DEFAULT 0; -- 1 announcement, 2 asks to be acknowledged
ALTER TABLE message ADD COLUMN embargo INTEGER;                   -- not shown before; only where one was set
CREATE INDEX message_embargo ON message (embargo) WHERE embargo IS NOT NULL;
CREATE INDEX message_manner ON message (time) WHERE manner <> 0;

CREATE TABLE mention (                  -- whom the current text of a message calls
  member    BLOB NOT NULL,              -- zeros: everyone
  message   INTEGER NOT NULL,           -- n
  PRIMARY KEY (member, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX mention_of ON mention (message);

CREATE TABLE flag (                     -- the latest of each member, also on messages that have not arrived
  message   BLOB NOT NULL,
  member    BLOB NOT NULL,
  time      INTEGER NOT NULL,
  id        BLOB NOT NULL,
  colour    INTEGER NOT NULL,           -- 1 red, 2 yellow, 3 green; 0: taken back
  due       INTEGER,                    -- where its author said by when
  everyone  INTEGER NOT NULL,
  escalate  INTEGER NOT NULL,
  log       INTEGER NOT NULL,           -- where it stands
  seq       INTEGER NOT NULL,
  PRIMARY KEY (message, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX flag_for_all ON flag (message) WHERE everyone = 1 OR escalate = 1;

CREATE TABLE flag_for (                 -- by name
  recipient BLOB NOT NULL,
  message   BLOB NOT NULL,
  member    BLOB NOT NULL,              -- whose flag
  PRIMARY KEY (recipient, message, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX flag_for_of ON flag_for (message, member);

CREATE TABLE pin (
  message   BLOB PRIMARY KEY,
  time      INTEGER NOT NULL,
  id        BLOB NOT NULL,
  on_       INTEGER NOT NULL,
  member    BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE resolve (                  -- a later reply reopens
  root      BLOB PRIMARY KEY,
  time      INTEGER NOT NULL,
  id        BLOB NOT NULL,
  on_       INTEGER NOT NULL,
  member    BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE title (                    -- given to a thread later; the text is the body
  root      BLOB PRIMARY KEY,
  time      INTEGER NOT NULL,
  id        BLOB NOT NULL,
  log       INTEGER NOT NULL,
  seq       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE acknowledge (
  message   BLOB NOT NULL,
  member    BLOB NOT NULL,
  time      INTEGER NOT NULL,           -- the first time
  PRIMARY KEY (message, member)
) STRICT, WITHOUT ROWID;

CREATE TABLE concern (                  -- threads that may need this node's member; a cache
  root      INTEGER PRIMARY KEY,        -- n of its message
  open      INTEGER NOT NULL,           -- it may be in the inbox at some time
  facts     BLOB NOT NULL
) STRICT;
CREATE INDEX concern_open ON concern (root) WHERE open = 1;

CREATE TABLE told (                     -- up to where this node's member was notified of a thread
  root      INTEGER PRIMARY KEY,        -- n of its message
  message   INTEGER NOT NULL,           -- n of the newest one told
  ms        INTEGER NOT NULL            -- the newest moment told: of a flag, of an embargo's end
) STRICT;

CREATE TABLE about (                    -- what members say of themselves; the last write wins
  member    BLOB NOT NULL,
  field     INTEGER NOT NULL,           -- About
  time      INTEGER NOT NULL,
  id        BLOB NOT NULL,
  value     TEXT NOT NULL,
  PRIMARY KEY (member, field)
) STRICT, WITHOUT ROWID;
";

const AUTHORS: &str = "
-- Messages by who wrote them, in the order in which a search takes them (decision 39).
CREATE INDEX message_by ON message (log, time / 604800000) WHERE claimant IS NULL;
CREATE INDEX message_claimed ON message (claimant, time / 604800000) WHERE claimant IS NOT NULL;
CREATE INDEX message_edited ON message (time / 604800000) WHERE edited = 1;
";

const MERGES: &str = "
-- Segments of the index are merged in idle moments (decision 50); a transaction does it only where there
-- are far too many. A catch-up gathers more before it writes a segment.
INSERT INTO search (search, rank) VALUES ('automerge', 0);
INSERT INTO search (search, rank) VALUES ('crisismerge', 512);
INSERT INTO search (search, rank) VALUES ('usermerge', 8);
INSERT INTO search (search, rank) VALUES ('hashsize', 4194304);
";

const HEARD: &str = "
CREATE TABLE heard (                    -- when each member's nodes were heard, by hour of the week; can't be derived
  member    BLOB PRIMARY KEY,
  bytes     BLOB NOT NULL               -- as cremona-hours writes it
) STRICT, WITHOUT ROWID;

CREATE INDEX flag_green ON flag (message) WHERE colour = 3;
";

const ANSWERED: &str = "
CREATE TABLE answered (                 -- what changes with an idempotency key were answered (decision 51)
  n         INTEGER PRIMARY KEY,
  key       BLOB NOT NULL UNIQUE,       -- a hash of it
  ask       BLOB NOT NULL,              -- a hash that only who knows the key can make
  at        INTEGER NOT NULL,
  what      TEXT NOT NULL               -- ids, as the engine writes them
) STRICT;
CREATE INDEX answered_at ON answered (at);
";

const TITLES: &str = "
-- A title given later is searched instead of the one that came with the text. The engine reads the bodies
-- of those that are here already when it opens the store.
ALTER TABLE title ADD COLUMN text TEXT; -- NULL: its body has not arrived, or has no title
CREATE INDEX title_unread ON title (root, log, seq) WHERE text IS NULL;

DROP VIEW searched;
CREATE VIEW searched AS
SELECT (min(m.time / 604800000, 1048575) << 26) | m.n AS slot, m.n,
       coalesce(iif(m.root = 0, (SELECT t.text FROM title AS t WHERE t.root = m.id), NULL), x.title) AS title,
       x.text
FROM text AS x
CROSS JOIN message AS m ON m.n = x.n;
";

/// Tables that `fsck` rebuilds, in an order in which they can be emptied.
pub const DERIVED: &[&str] = &[
    "register",
    "channel",
    "member",
    "device",
    "copy",
    "version",
    "tombstone",
    "reaction",
    "missing",
    "thread",
    "message",
    "channel_count",
    "awaited",
    "claimant",
    "mention",
    "flag",
    "flag_for",
    "pin",
    "resolve",
    "title",
    "acknowledge",
    "about",
    "concern",
    "chain",
    "snapshot",
    "doc_change",
];
