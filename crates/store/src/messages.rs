//! Messages: facts as they arrive in any order, and the row that follows from them.

use cremona_envelope::{MemberId, RecordId, Time};
use rusqlite::{OptionalExtension, Row, params};

use crate::open::{Read, StoreError, Write};

/// A message as the projection has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRow {
    /// Its number on this node; also of its text.
    pub n: i64,
    /// Its id.
    pub id: RecordId,
    /// The document that it stands in.
    pub doc: i64,
    /// Its channel.
    pub channel: RecordId,
    /// Its thread's root; its own id for roots.
    pub root: RecordId,
    /// Author; importer of imported ones.
    pub member: MemberId,
    /// When; as claimed, of imported ones.
    pub time: Time,
    /// The winning copy's log.
    pub log: i64,
    /// The winning copy's seq.
    pub seq: u64,
    /// Whether its root is here.
    pub shown: bool,
    /// Whether a later version counts.
    pub edited: bool,
    /// Whether it is deleted.
    pub deleted: bool,
    /// The export that it comes from.
    pub source: Option<String>,
    /// Claimed author.
    pub author: Option<String>,
    /// Claimed reactions, JSON.
    pub claims: Option<String>,
    /// Whether it is an announcement.
    pub announcement: bool,
    /// Whether everyone is asked to acknowledge it.
    pub acknowledge: bool,
    /// Not to be shown before.
    pub embargo: Option<Time>,
}

/// A message with what is shown of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownRow {
    /// The message.
    pub message: MessageRow,
    /// Its title, if one was given.
    pub title: Option<String>,
    /// Its text; `None` where it is deleted or has not arrived.
    pub text: Option<String>,
    /// Its author's name.
    pub name: String,
}

/// An edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRow {
    /// The message.
    pub message: RecordId,
    /// When.
    pub time: Time,
    /// The edit's own id.
    pub id: RecordId,
    /// Its envelope's log.
    pub log: i64,
    /// Its envelope's seq.
    pub seq: u64,
    /// By whom.
    pub member: MemberId,
    /// In which document.
    pub doc: i64,
}

/// A copy of a message: one envelope that says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyRow {
    /// Log.
    pub log: i64,
    /// Seq.
    pub seq: u64,
    /// Author or importer.
    pub member: MemberId,
}

/// What [`message_row`] reads of a message `m`.
pub(crate) const MESSAGE_COLUMNS: &str = "m.n, m.id, m.doc, (SELECT id FROM channel WHERE no = m.channel),
    CASE WHEN m.root = 0 THEN m.id
         WHEN m.root > 0 THEN (SELECT r.id FROM message AS r WHERE r.n = m.root)
         ELSE (SELECT a.id FROM awaited AS a WHERE a.no = -m.root)
    END,
    (SELECT member FROM log WHERE no = m.log), m.time, m.log, m.seq, m.shown, m.edited, m.deleted,
    (SELECT source FROM claimant WHERE no = m.claimant), (SELECT author FROM claimant WHERE no = m.claimant), m.claims,
    m.manner, m.embargo";

/// How many columns these are.
pub(crate) const MESSAGE_WIDTH: usize = 17;

impl Read<'_> {
    /// The message of an id.
    pub fn message(&self, id: &RecordId) -> Result<Option<MessageRow>, StoreError> {
        let mut query =
            self.db.prepare_cached(&format!("SELECT {MESSAGE_COLUMNS} FROM message AS m WHERE m.id = ?1"))?;
        Ok(query.query_row([id.0], message_row).optional()?)
    }

    /// Ids of messages that start with `prefix`, at most two.
    pub fn messages_like(&self, prefix: &[u8], last: &[u8]) -> Result<Vec<RecordId>, StoreError> {
        let mut query =
            self.db.prepare_cached("SELECT id FROM message WHERE id >= ?1 AND id <= ?2 ORDER BY id LIMIT 2")?;
        Ok(query.query_map([prefix, last], |row| row.get(0).map(RecordId))?.collect::<Result<_, _>>()?)
    }

    /// All edits of a message, latest first: by time, id, then device, life and seq, never by a
    /// number of this node.
    pub fn versions(&self, message: &RecordId) -> Result<Vec<VersionRow>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT v.message, v.time, v.id, v.log, v.seq, v.member, v.doc
             FROM version AS v
             JOIN log AS l ON l.no = v.log
             WHERE v.message = ?1
             ORDER BY v.time DESC, v.id DESC, l.device DESC, l.life DESC, v.seq DESC",
        )?;
        let read = |row: &Row<'_>| {
            Ok(VersionRow {
                message: RecordId(row.get(0)?),
                time: Time(row.get(1)?),
                id: RecordId(row.get(2)?),
                log: row.get(3)?,
                seq: row.get(4)?,
                member: MemberId(row.get(5)?),
                doc: row.get(6)?,
            })
        };
        Ok(query.query_map([message.0], read)?.collect::<Result<_, _>>()?)
    }

    /// Whether anything is known of a message: itself, an edit or a delete.
    pub fn is_mentioned(&self, id: &RecordId) -> Result<bool, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT 1 FROM message WHERE id = ?1
             UNION ALL SELECT 1 FROM tombstone WHERE message = ?1
             UNION ALL SELECT 1 FROM version WHERE message = ?1",
        )?;
        Ok(query.exists([id.0])?)
    }

    /// All copies of a message: noted from the second one on, until then there is the one that is shown.
    pub fn copies(&self, message: &RecordId) -> Result<Vec<CopyRow>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT log, seq, member FROM copy WHERE message = ?1
             UNION SELECT m.log, m.seq, l.member FROM message AS m JOIN log AS l ON l.no = m.log WHERE m.id = ?1
             ORDER BY 1, 2",
        )?;
        let read = |row: &Row<'_>| Ok(CopyRow { log: row.get(0)?, seq: row.get(1)?, member: MemberId(row.get(2)?) });
        Ok(query.query_map([message.0], read)?.collect::<Result<_, _>>()?)
    }

    /// Members who asked for a message to be deleted, and in which document.
    pub fn tombstones(&self, message: &RecordId) -> Result<Vec<(MemberId, i64)>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT member, doc FROM tombstone WHERE message = ?1")?;
        Ok(query.query_map([message.0], |row| Ok((MemberId(row.get(0)?), row.get(1)?)))?.collect::<Result<_, _>>()?)
    }

    /// Where the current text of a message comes from: log, seq.
    pub fn text_place(&self, n: i64) -> Result<Option<(i64, u64)>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT log, seq FROM text WHERE n = ?1")?;
        Ok(query.query_row([n], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    /// Reactions to a message: emoji and name, in order of time.
    pub fn reactions(&self, message: &RecordId) -> Result<Vec<(String, String)>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT r.emoji, coalesce(m.name, '')
             FROM reaction AS r
             LEFT JOIN member AS m ON m.id = r.member
             WHERE r.message = ?1 AND r.on_ = 1
             ORDER BY r.time, r.id, r.member",
        )?;
        Ok(query.query_map([message.0], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
    }
}

impl Write<'_> {
    /// Adds a message; returns its number. `row.n` is not looked at, nor `row.member`, which is its log's.
    pub fn insert_message(&self, row: &MessageRow) -> Result<i64, StoreError> {
        let channel = self.channel_no(&row.channel)?;
        self.db
            .prepare_cached(
                "INSERT INTO message (id, doc, channel, root, time, log, seq, shown, edited, deleted, claimant, claims,
                                      manner, embargo)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            )?
            .execute(params![
                row.id.0,
                row.doc,
                channel,
                self.root_no(&row.id, &row.root)?,
                row.time.0,
                row.log,
                row.seq,
                row.shown,
                row.edited,
                row.deleted,
                self.claimant_no(row)?,
                row.claims,
                manner(row),
                row.embargo.map(|time| time.0)
            ])?;
        let n = self.db.last_insert_rowid();
        if row.shown && !row.deleted {
            self.counted.messages(channel, 1);
        }
        self.known.note_root(row, n);
        self.no_longer_awaited(&row.id, n)?;
        Ok(n)
    }

    /// Adds or replaces a message by id; returns its number. Looks at what [`Write::insert_message`]
    /// looks at.
    pub fn put_message(&self, row: &MessageRow) -> Result<i64, StoreError> {
        let Some(n) = self.message_no(&row.id)? else { return self.insert_message(row) };
        self.leave_slot(n, row.time, row.root == row.id)?;
        let channel = self.channel_no(&row.channel)?;
        if let Some(before) = self.counted_in(n)? {
            self.counted.messages(before, -1);
        }
        if row.shown && !row.deleted {
            self.counted.messages(channel, 1);
        }
        self.move_thread(n, channel)?;
        self.db
            .prepare_cached(
                "UPDATE message
                 SET doc = ?2, channel = ?3, root = ?4, time = ?5, log = ?6, seq = ?7, shown = ?8, edited = ?9,
                     deleted = ?10, claimant = ?11, claims = ?12, manner = ?13, embargo = ?14
                 WHERE n = ?1",
            )?
            .execute(params![
                n,
                row.doc,
                channel,
                self.root_no(&row.id, &row.root)?,
                row.time.0,
                row.log,
                row.seq,
                row.shown,
                row.edited,
                row.deleted,
                self.claimant_no(row)?,
                row.claims,
                manner(row),
                row.embargo.map(|time| time.0)
            ])?;
        self.known.note_root(row, n);
        Ok(n)
    }

    /// Notes an envelope that says a message.
    pub fn add_copy(&self, message: &RecordId, copy: &CopyRow) -> Result<(), StoreError> {
        self.db
            .prepare_cached("INSERT OR IGNORE INTO copy (message, log, seq, member) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![message.0, copy.log, copy.seq, copy.member.0])?;
        Ok(())
    }

    /// Notes an edit.
    pub fn add_version(&self, row: &VersionRow) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT OR IGNORE INTO version (message, time, id, log, seq, member, doc)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![row.message.0, row.time.0, row.id.0, row.log, row.seq, row.member.0, row.doc])?;
        Ok(())
    }

    /// Notes that a member wants a message deleted.
    pub fn add_tombstone(&self, message: &RecordId, member: &MemberId, doc: i64) -> Result<(), StoreError> {
        self.db
            .prepare_cached("INSERT OR IGNORE INTO tombstone (message, member, doc) VALUES (?1, ?2, ?3)")?
            .execute(params![message.0, member.0, doc])?;
        Ok(())
    }

    /// Notes a reaction, unless a later one of that member with that emoji is known; the last by
    /// (time, id, on) wins.
    pub fn set_reaction(
        &self,
        message: &RecordId,
        member: &MemberId,
        emoji: &str,
        on: bool,
        time: Time,
        id: &RecordId,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO reaction (message, member, emoji, time, id, on_)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (message, member, emoji) DO UPDATE
                 SET time = excluded.time, id = excluded.id, on_ = excluded.on_
                 WHERE (excluded.time, excluded.id, excluded.on_) > (time, id, on_)",
            )?
            .execute(params![message.0, member.0, emoji, time.0, id.0, on])?;
        Ok(())
    }

    /// Makes `text` the current text of message `n`, found in the body of an envelope, and indexes
    /// it when the transaction ends. The body row then refers to it, so that text is stored once.
    pub fn put_text(&self, n: i64, log: i64, seq: u64, title: Option<&str>, text: &str) -> Result<(), StoreError> {
        self.db
            .prepare_cached("INSERT INTO text (n, log, seq, title, text) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![n, log, seq, title, text])?;
        self.unindexed.borrow_mut().insert(n);
        self.grow(title.map_or(0, str::len).saturating_add(text.len()), true);
        Ok(())
    }

    /// Takes the current text of message `n` out of the store and of the index, overwriting both.
    pub fn take_text(&self, n: i64) -> Result<(), StoreError> {
        self.take_from_index(n)?;
        let mut taken = self.db.prepare_cached(
            "DELETE FROM text WHERE n = ?1 RETURNING octet_length(text) + coalesce(octet_length(title), 0)",
        )?;
        let bytes = taken.query_row([n], |row| row.get::<_, usize>(0)).optional()?;
        self.grow(bytes.unwrap_or(0), false);
        Ok(())
    }

    fn grow(&self, bytes: usize, more: bool) {
        let bytes = i64::try_from(bytes).unwrap_or(0);
        let grown = self.grown.get();
        self.grown.set(if more { grown.saturating_add(bytes) } else { grown.saturating_sub(bytes) });
    }

    /// Keeps count of the bytes of all texts, so that nobody has to read them for it.
    pub(crate) fn note_growth(&self) -> Result<(), StoreError> {
        if self.grown.get() == 0 {
            return Ok(());
        }
        self.db.prepare_cached("UPDATE tally SET text_bytes = text_bytes + ?1")?.execute([self.grown.take()])?;
        Ok(())
    }
}

fn manner(row: &MessageRow) -> i64 {
    i64::from(row.announcement) | (i64::from(row.acknowledge) << 1)
}

pub(crate) fn message_row(row: &Row<'_>) -> rusqlite::Result<MessageRow> {
    Ok(MessageRow {
        n: row.get(0)?,
        id: RecordId(row.get(1)?),
        doc: row.get(2)?,
        channel: RecordId(row.get(3)?),
        root: RecordId(row.get(4)?),
        member: MemberId(row.get(5)?),
        time: Time(row.get(6)?),
        log: row.get(7)?,
        seq: row.get(8)?,
        shown: row.get(9)?,
        edited: row.get(10)?,
        deleted: row.get(11)?,
        source: row.get(12)?,
        author: row.get(13)?,
        claims: row.get(14)?,
        announcement: row.get::<_, i64>(15)? & 1 > 0,
        acknowledge: row.get::<_, i64>(15)? & 2 > 0,
        embargo: row.get::<_, Option<u64>>(16)?.map(Time),
    })
}
