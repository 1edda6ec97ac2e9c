//! Logs, bodies and keys: what can't be derived. Envelopes are read and written in `envelopes`.

use std::collections::BTreeMap;

use cremona_envelope::{DeviceId, EnvelopeId, Head, LifeId, LogId, MemberId, Time};
use rusqlite::{OptionalExtension, Row, params};

use crate::open::{Read, StoreError, Write};

/// A log, which is one life of one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRow {
    /// Its number on this node.
    pub no: i64,
    /// Its id.
    pub id: LogId,
    /// Whose.
    pub device: DeviceId,
    /// Which life.
    pub life: LifeId,
    /// The member.
    pub member: MemberId,
    /// What seq 1 links to.
    pub link: EnvelopeId,
    /// Its end.
    pub head: Head,
    /// It counts only below this seq; 0 for no cut.
    pub cut: u64,
    /// The last key that opened something of it; 0 for none.
    pub epoch: i64,
}

/// What became of an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i64)]
pub enum Status {
    /// A record that counts.
    Applied = 0,
    /// Control or keys.
    Clear = 1,
    /// No key fits yet.
    Closed = 2,
    /// Breaks a rule and counts for nothing.
    Refused = 3,
    /// Of a kind or type that needs a newer version.
    Unknown = 4,
    /// At or beyond the cut of its log.
    Void = 5,
    /// Proven and shown before its log has come so far; it comes again.
    Early = 6,
}

impl Status {
    fn from_i64(value: i64) -> Self {
        match value {
            0 => Self::Applied,
            1 => Self::Clear,
            2 => Self::Closed,
            4 => Self::Unknown,
            5 => Self::Void,
            6 => Self::Early,
            _ => Self::Refused,
        }
    }
}

/// An envelope without what can be derived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvelopeRow {
    /// Its log.
    pub log: i64,
    /// Its position.
    pub seq: u64,
    /// Its id.
    pub id: EnvelopeId,
    /// Its kind.
    pub kind: u8,
    /// Its time.
    pub time: Time,
    /// Cumulative bytes of its log, itself included.
    pub bytes: u64,
    /// What became of it.
    pub status: Status,
    /// The key that opened it; 0: `change` is as it travels.
    pub epoch: i64,
    /// The change, plaintext where `epoch > 0`.
    pub change: Vec<u8>,
    /// The key tag, only where `epoch` is 0.
    pub tag: Option<[u8; 32]>,
    /// Length and hash of the body as it travels, if there is one.
    pub body: Option<(u32, [u8; 32])>,
    /// Its own signature, where kept.
    pub signature: Option<[u8; 64]>,
    /// The document it belongs to; 0 for none.
    pub doc: i64,
}

/// A body as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyRow {
    /// Plaintext bytes.
    Plain(Vec<u8>),
    /// As it travels, since no key opens it yet.
    Sealed(Vec<u8>),
    /// The current text of message `n`; its bytes follow from that.
    Text {
        /// The message.
        n: i64,
        /// Its title.
        title: Option<String>,
        /// Its text.
        text: String,
    },
}

const LOG_COLUMNS: &str = "no, id, device, life, member, link, seq, head, time, bytes, cut, epoch";
pub(crate) const ENVELOPE_COLUMNS: &str =
    "log, seq, id, kind, time, status, epoch, change, tag, body_len, body_hash, signature, doc, bytes";

impl Read<'_> {
    /// All logs.
    ///
    /// # Errors
    /// [`StoreError`] where SQLite fails; so in all functions of this crate.
    pub fn logs(&self) -> Result<Vec<LogRow>, StoreError> {
        let mut query = self.db.prepare_cached(&format!("SELECT {LOG_COLUMNS} FROM log ORDER BY no"))?;
        Ok(query.query_map([], log_row)?.collect::<Result<_, _>>()?)
    }

    /// The log of an id.
    pub fn log(&self, id: &LogId) -> Result<Option<LogRow>, StoreError> {
        let mut query = self.db.prepare_cached(&format!("SELECT {LOG_COLUMNS} FROM log WHERE id = ?1"))?;
        Ok(query.query_row([id.0], log_row).optional()?)
    }

    /// The log of a number.
    pub fn log_no(&self, no: i64) -> Result<Option<LogRow>, StoreError> {
        let mut query = self.db.prepare_cached(&format!("SELECT {LOG_COLUMNS} FROM log WHERE no = ?1"))?;
        Ok(query.query_row([no], log_row).optional()?)
    }

    /// The number of a log; quicker than [`Read::log`].
    pub fn log_number(&self, id: &LogId) -> Result<Option<i64>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT no FROM log WHERE id = ?1")?;
        Ok(query.query_row([id.0], |row| row.get(0)).optional()?)
    }

    /// The body of an envelope, if it is here.
    pub fn body(&self, log: i64, seq: u64) -> Result<Option<BodyRow>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT body.form, body.bytes, body.n, text.title, text.text
             FROM body
             LEFT JOIN text ON body.form = 2 AND text.n = body.n
             WHERE body.log = ?1 AND body.seq = ?2",
        )?;
        let read = |row: &Row<'_>| body_row(row, row.get(0)?, 1);
        Ok(query.query_row(params![log, seq], read).optional()?)
    }

    /// Envelopes that no key has opened, in order of log and seq, at most `limit`; costs what it
    /// finds, not what there is.
    pub fn closed(&self, limit: u32) -> Result<Vec<EnvelopeRow>, StoreError> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT {ENVELOPE_COLUMNS}
             FROM envelope INDEXED BY envelope_odd
             WHERE status >= 2 AND status = 2
             ORDER BY log, seq
             LIMIT ?1"
        ))?;
        Ok(query.query_map([limit], envelope_row)?.collect::<Result<_, _>>()?)
    }

    /// The id of the envelope that was shown early at a place.
    pub fn early_id(&self, log: i64, seq: u64) -> Result<Option<EnvelopeId>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT id FROM envelope WHERE log = ?1 AND seq = ?2 AND status = 6")?;
        Ok(query.query_row(params![log, seq], |row| row.get(0).map(EnvelopeId)).optional()?)
    }

    /// Seqs and ids of the envelopes of a log that were shown early, after one seq up to another.
    pub fn early_ids(&self, log: i64, after: u64, upto: u64) -> Result<BTreeMap<u64, EnvelopeId>, StoreError> {
        let mut query = self
            .db
            .prepare_cached("SELECT seq, id FROM envelope WHERE log = ?1 AND seq > ?2 AND seq <= ?3 AND status = 6")?;
        let read = |row: &Row<'_>| Ok((row.get(0)?, EnvelopeId(row.get(1)?)));
        Ok(query.query_map(params![log, after, upto], read)?.collect::<Result<_, _>>()?)
    }

    /// Envelopes that were shown early, at most `limit`, with their bodies.
    pub fn early(&self, limit: u32) -> Result<Vec<(EnvelopeRow, Option<BodyRow>)>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT log, seq FROM envelope INDEXED BY envelope_odd WHERE status >= 2 AND status = 6 ORDER BY log, seq LIMIT ?1",
        )?;
        let places = query.query_map([limit], |row| Ok((row.get(0)?, row.get::<_, u64>(1)?)))?;
        let mut rows = Vec::new();
        for place in places {
            let (log, seq) = place?;
            rows.extend(self.stretch(log, seq.saturating_sub(1), seq, 1)?);
        }
        Ok(rows)
    }

    /// Bodies to ask teammates for after a place (number of the log, seq), at most `limit`: number and
    /// id of the log, seq.
    pub fn missing(&self, after: (i64, u64), limit: u32) -> Result<Vec<(i64, LogId, u64)>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT missing.log, log.id, missing.seq
             FROM missing
             JOIN log ON log.no = missing.log
             WHERE (missing.log, missing.seq) > (?1, ?2)
             ORDER BY missing.log, missing.seq
             LIMIT ?3",
        )?;
        let read = |row: &Row<'_>| Ok((row.get(0)?, LogId(row.get(1)?), row.get(2)?));
        Ok(query.query_map(params![after.0, after.1, limit], read)?.collect::<Result<_, _>>()?)
    }

    /// How many bodies are awaited.
    pub fn missing_count(&self) -> Result<u64, StoreError> {
        Ok(self.db.prepare_cached("SELECT count(*) FROM missing")?.query_row([], |row| row.get(0))?)
    }

    /// Whether a body is awaited.
    pub fn is_missing(&self, log: i64, seq: u64) -> Result<bool, StoreError> {
        let mut query = self.db.prepare_cached("SELECT 1 FROM missing WHERE log = ?1 AND seq = ?2")?;
        Ok(query.exists(params![log, seq])?)
    }

    /// All epoch keys: number, key.
    pub fn epochs(&self) -> Result<Vec<(i64, [u8; 32])>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT no, key FROM epoch ORDER BY no")?;
        Ok(query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
    }

    /// All fork proofs.
    pub fn forks(&self) -> Result<Vec<(LogId, u64, Vec<u8>)>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT log, seq, proof FROM fork ORDER BY log")?;
        let read = |row: &Row<'_>| Ok((LogId(row.get(0)?), row.get(1)?, row.get(2)?));
        Ok(query.query_map([], read)?.collect::<Result<_, _>>()?)
    }

    /// A setting.
    pub fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
        Ok(query.query_row([name], |row| row.get(0)).optional()?)
    }
}

impl Write<'_> {
    /// Adds a log that has nothing yet; returns its number.
    pub fn add_log(
        &self,
        device: &DeviceId,
        life: &LifeId,
        member: &MemberId,
        link: &EnvelopeId,
    ) -> Result<i64, StoreError> {
        let id = LogId::of(device, life);
        self.db
            .prepare_cached(
                "INSERT INTO log (id, device, life, member, link, seq, head, time, bytes, cut, epoch)
                 VALUES (?1, ?2, ?3, ?4, ?5, 0, zeroblob(32), 0, 0, 0, 0)",
            )?
            .execute(params![id.0, device.0, life.0, member.0, link.0])?;
        Ok(self.db.last_insert_rowid())
    }

    /// Notes the end of a log and the last key that opened something of it.
    pub fn set_head(&self, log: i64, head: &Head, epoch: i64) -> Result<(), StoreError> {
        self.db
            .prepare_cached("UPDATE log SET seq = ?2, head = ?3, time = ?4, bytes = ?5, epoch = ?6 WHERE no = ?1")?
            .execute(params![log, head.seq, head.id.0, head.time.0, head.bytes, epoch])?;
        Ok(())
    }

    /// Notes that a log counts only below `cut`.
    pub fn set_cut(&self, log: i64, cut: u64) -> Result<(), StoreError> {
        self.db.prepare_cached("UPDATE log SET cut = ?2 WHERE no = ?1")?.execute(params![log, cut])?;
        Ok(())
    }

    /// Keeps a body in plain or sealed form; the text form is made by [`Write::put_text`].
    pub fn put_body(&self, log: i64, seq: u64, body: &BodyRow) -> Result<(), StoreError> {
        let (form, n, bytes) = match body {
            BodyRow::Plain(bytes) => (0, 0, Some(bytes)),
            BodyRow::Sealed(bytes) => (1, 0, Some(bytes)),
            BodyRow::Text { n, .. } => (2, *n, None),
        };
        self.db
            .prepare_cached("INSERT OR REPLACE INTO body (log, seq, form, n, bytes) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![log, seq, form, n, bytes])?;
        Ok(())
    }

    /// Forgets a body; its bytes are overwritten with zeros.
    pub fn drop_body(&self, log: i64, seq: u64) -> Result<(), StoreError> {
        self.db.prepare_cached("DELETE FROM body WHERE log = ?1 AND seq = ?2")?.execute(params![log, seq])?;
        Ok(())
    }

    /// Forgets what was shown early, of one log or of all; how many envelopes. What was made of them
    /// is for the caller to make anew.
    pub fn drop_early(&self, log: Option<i64>) -> Result<usize, StoreError> {
        let of_log = "status >= 2 AND status = 6 AND (?1 IS NULL OR log = ?1)";
        self.db
            .prepare_cached(&format!(
                "DELETE FROM body
                 WHERE (log, seq) IN (SELECT log, seq FROM envelope INDEXED BY envelope_odd WHERE {of_log})"
            ))?
            .execute([log])?;
        Ok(self.db.prepare_cached(&format!("DELETE FROM envelope WHERE {of_log}"))?.execute([log])?)
    }

    /// Notes whether a body is awaited.
    pub fn set_missing(&self, log: i64, seq: u64, missing: bool) -> Result<(), StoreError> {
        let sql = if missing {
            "INSERT OR IGNORE INTO missing (log, seq) VALUES (?1, ?2)"
        } else {
            "DELETE FROM missing WHERE log = ?1 AND seq = ?2"
        };
        self.db.prepare_cached(sql)?.execute(params![log, seq])?;
        Ok(())
    }

    /// Adds an epoch key; returns its number, also where it was here already.
    pub fn add_epoch(&self, id: &[u8; 16], key: &[u8; 32]) -> Result<i64, StoreError> {
        self.db.prepare_cached("INSERT OR IGNORE INTO epoch (id, key) VALUES (?1, ?2)")?.execute(params![id, key])?;
        Ok(self.db.query_row("SELECT no FROM epoch WHERE id = ?1", [id], |row| row.get(0))?)
    }

    /// Keeps the proof of a fork.
    pub fn put_fork(&self, log: &LogId, seq: u64, proof: &[u8]) -> Result<(), StoreError> {
        self.db
            .prepare_cached("INSERT OR REPLACE INTO fork (log, seq, proof) VALUES (?1, ?2, ?3)")?
            .execute(params![log.0, seq, proof])?;
        Ok(())
    }

    /// Keeps a setting.
    pub fn set_setting(&self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        self.db
            .prepare_cached("INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)")?
            .execute(params![name, value])?;
        Ok(())
    }
}

/// A body whose bytes, message number, title and text stand from column `at` on.
pub(crate) fn body_row(row: &Row<'_>, form: i64, at: usize) -> rusqlite::Result<BodyRow> {
    Ok(match form {
        0 => BodyRow::Plain(row.get(at)?),
        1 => BodyRow::Sealed(row.get(at)?),
        _ => BodyRow::Text {
            n: row.get(at.saturating_add(1))?,
            title: row.get(at.saturating_add(2))?,
            text: row.get(at.saturating_add(3))?,
        },
    })
}

fn log_row(row: &Row<'_>) -> rusqlite::Result<LogRow> {
    Ok(LogRow {
        no: row.get(0)?,
        id: LogId(row.get(1)?),
        device: DeviceId(row.get(2)?),
        life: LifeId(row.get(3)?),
        member: MemberId(row.get(4)?),
        link: EnvelopeId(row.get(5)?),
        head: Head { seq: row.get(6)?, id: EnvelopeId(row.get(7)?), time: Time(row.get(8)?), bytes: row.get(9)? },
        cut: row.get(10)?,
        epoch: row.get(11)?,
    })
}

pub(crate) fn envelope_row(row: &Row<'_>) -> rusqlite::Result<EnvelopeRow> {
    let hash: Option<[u8; 32]> = row.get(10)?;
    let len: u32 = row.get(9)?;
    Ok(EnvelopeRow {
        log: row.get(0)?,
        seq: row.get(1)?,
        id: EnvelopeId(row.get(2)?),
        kind: row.get(3)?,
        time: Time(row.get(4)?),
        status: Status::from_i64(row.get(5)?),
        epoch: row.get(6)?,
        change: row.get(7)?,
        tag: row.get(8)?,
        body: hash.map(|hash| (len, hash)),
        signature: row.get(11)?,
        doc: row.get(12)?,
        bytes: row.get(13)?,
    })
}
