//! What a mailbox asks of its shelf.

use cremona_envelope::{DeviceId, EnvelopeId, Head, LifeId, LogId, MemberId, Part, Time};
use rusqlite::{OptionalExtension, Row, params};

use super::ShelfRead;
use crate::open::StoreError;

/// A log, which is one life of one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShelfLog {
    /// Its number on this shelf.
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
    /// Bytes of it that are here, headers and signatures included, in the measure of the headers.
    pub held: u64,
    /// It counts only below this seq; 0 for no cut.
    pub cut: u64,
}

/// An envelope as it travels, without what follows from its log and its predecessor, and without its
/// body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShelfRow {
    /// The number of its log.
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
    /// The key tag; zeros where nothing is sealed.
    pub tag: [u8; 32],
    /// The change.
    pub change: Vec<u8>,
    /// Length and hash of the body, if it has one.
    pub body: Option<Part>,
    /// Its own signature, where kept.
    pub signature: Option<[u8; 64]>,
}

const LOG_COLUMNS: &str = "no, id, device, life, member, link, seq, head, time, bytes, held, cut";
pub(super) const ENVELOPE_COLUMNS: &str =
    "log, seq, id, kind, time, bytes, tag, change, body_len, body_hash, signature";

impl ShelfRead<'_> {
    /// All logs, in the order in which they came.
    pub fn logs(&self) -> Result<Vec<ShelfLog>, StoreError> {
        let mut query = self.db.prepare_cached(&format!("SELECT {LOG_COLUMNS} FROM log ORDER BY no"))?;
        Ok(query.query_map([], log_row)?.collect::<Result<_, _>>()?)
    }

    /// The log of an id.
    pub fn log(&self, id: &LogId) -> Result<Option<ShelfLog>, StoreError> {
        let mut query = self.db.prepare_cached(&format!("SELECT {LOG_COLUMNS} FROM log WHERE id = ?1"))?;
        Ok(query.query_row([id.0], log_row).optional()?)
    }

    /// The envelopes of a log after `after` up to `upto`, at most `limit`.
    pub fn envelopes(&self, log: i64, after: u64, upto: u64, limit: u32) -> Result<Vec<ShelfRow>, StoreError> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT {ENVELOPE_COLUMNS}
             FROM envelope
             WHERE log = ?1 AND seq > ?2 AND seq <= ?3
             ORDER BY seq
             LIMIT ?4"
        ))?;
        Ok(query.query_map(params![log, after, upto, limit], envelope_row)?.collect::<Result<_, _>>()?)
    }

    /// One envelope.
    pub fn envelope(&self, log: i64, seq: u64) -> Result<Option<ShelfRow>, StoreError> {
        Ok(self.envelopes(log, seq.saturating_sub(1), seq, 1)?.pop())
    }

    /// The head that a log had after the envelope at `seq`; `None` where there is no such envelope.
    pub fn head_at(&self, log: i64, seq: u64) -> Result<Option<Head>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT id, time, bytes FROM envelope WHERE log = ?1 AND seq = ?2")?;
        let head =
            |row: &Row<'_>| Ok(Head { seq, id: EnvelopeId(row.get(0)?), time: Time(row.get(1)?), bytes: row.get(2)? });
        Ok(query.query_row(params![log, seq], head).optional()?)
    }

    /// The first seq at or after `seq`, up to the head, whose signature is kept.
    pub fn next_signed(&self, log: i64, seq: u64) -> Result<Option<u64>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT seq
             FROM envelope
             WHERE log = ?1 AND seq >= ?2 AND signature IS NOT NULL
             ORDER BY seq
             LIMIT 1",
        )?;
        Ok(query.query_row(params![log, seq], |row| row.get(0)).optional()?)
    }

    /// The body of an envelope as it travels, if it is here.
    pub fn body(&self, log: i64, seq: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT bytes FROM body WHERE log = ?1 AND seq = ?2")?;
        Ok(query.query_row(params![log, seq], |row| row.get(0)).optional()?)
    }

    /// Bodies to ask members for, those first that were asked for least often, at most `limit`, each
    /// at most `tries` times: log, seq.
    pub fn missing(&self, tries: u32, limit: u32) -> Result<Vec<(LogId, u64)>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT log.id, missing.seq
             FROM missing
             JOIN log ON log.no = missing.log
             WHERE missing.asked < ?1
             ORDER BY missing.asked, missing.log, missing.seq
             LIMIT ?2",
        )?;
        Ok(query.query_map([tries, limit], |row| Ok((LogId(row.get(0)?), row.get(1)?)))?.collect::<Result<_, _>>()?)
    }

    /// Whether a body is awaited.
    pub fn is_missing(&self, log: i64, seq: u64) -> Result<bool, StoreError> {
        let mut query = self.db.prepare_cached("SELECT 1 FROM missing WHERE log = ?1 AND seq = ?2")?;
        Ok(query.exists(params![log, seq])?)
    }

    /// Whether `member` asked to have a body erased.
    pub fn is_erased(&self, log: &LogId, seq: u64, member: &MemberId) -> Result<bool, StoreError> {
        let mut query = self.db.prepare_cached("SELECT 1 FROM erased WHERE log = ?1 AND seq = ?2 AND member = ?3")?;
        Ok(query.exists(params![log.0, seq, member.0])?)
    }

    /// How many envelopes are here, and how many bodies.
    pub fn counts(&self) -> Result<(u64, u64), StoreError> {
        let mut query =
            self.db.prepare_cached("SELECT (SELECT count(*) FROM envelope), (SELECT count(*) FROM body)")?;
        Ok(query.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// The proof of a log's fork.
    pub fn fork(&self, log: &LogId) -> Result<Option<Vec<u8>>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT proof FROM fork WHERE log = ?1")?;
        Ok(query.query_row([log.0], |row| row.get(0)).optional()?)
    }

    /// A setting.
    pub fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
        Ok(query.query_row([name], |row| row.get(0)).optional()?)
    }
}

fn log_row(row: &Row<'_>) -> rusqlite::Result<ShelfLog> {
    Ok(ShelfLog {
        no: row.get(0)?,
        id: LogId(row.get(1)?),
        device: DeviceId(row.get(2)?),
        life: LifeId(row.get(3)?),
        member: MemberId(row.get(4)?),
        link: EnvelopeId(row.get(5)?),
        head: Head { seq: row.get(6)?, id: EnvelopeId(row.get(7)?), time: Time(row.get(8)?), bytes: row.get(9)? },
        held: row.get(10)?,
        cut: row.get(11)?,
    })
}

fn envelope_row(row: &Row<'_>) -> rusqlite::Result<ShelfRow> {
    let hash: Option<[u8; 32]> = row.get(9)?;
    let len: u32 = row.get(8)?;
    Ok(ShelfRow {
        log: row.get(0)?,
        seq: row.get(1)?,
        id: EnvelopeId(row.get(2)?),
        kind: row.get(3)?,
        time: Time(row.get(4)?),
        bytes: row.get(5)?,
        tag: row.get::<_, Option<[u8; 32]>>(6)?.unwrap_or([0; 32]),
        change: row.get(7)?,
        body: hash.map(|hash| Part { len, hash }),
        signature: row.get(10)?,
    })
}
