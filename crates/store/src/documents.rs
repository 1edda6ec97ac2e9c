//! Documents: which there are, each log's chain in them, snapshots, and the order of arrival.

use rusqlite::{OptionalExtension, Row, params};

use crate::log::EnvelopeRow;
use crate::open::{Read, StoreError, Write};

/// What an arrival was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i64)]
pub enum What {
    /// Nothing that is shown.
    Other = 0,
    /// A message.
    Message = 1,
    /// A new text for one.
    Edit = 2,
    /// A deletion.
    Delete = 3,
    /// A reaction.
    Reaction = 4,
    /// A channel.
    Channel = 5,
    /// A profile.
    Profile = 6,
    /// A member.
    Member = 7,
    /// Something that was shown early: its log has come.
    Confirmed = 8,
    /// A flag, a pin, a title, a resolution or an acknowledgement: something about a message or thread.
    Word = 9,
    /// Hours, status or deputy of a member.
    About = 10,
}

impl What {
    fn from_i64(value: i64) -> Self {
        match value {
            1 => Self::Message,
            2 => Self::Edit,
            3 => Self::Delete,
            4 => Self::Reaction,
            5 => Self::Channel,
            6 => Self::Profile,
            7 => Self::Member,
            8 => Self::Confirmed,
            9 => Self::Word,
            10 => Self::About,
            _ => Self::Other,
        }
    }
}

/// An envelope's arrival at this node, or other news of something that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrivalRow {
    /// Its number, growing.
    pub n: u64,
    /// Its envelope's log.
    pub log: i64,
    /// Its envelope's seq.
    pub seq: u64,
    /// What it was about.
    pub what: What,
    /// The message or channel, where the envelope does not say it.
    pub target: Option<[u8; 16]>,
}

impl Read<'_> {
    /// All documents: number, channel, month.
    pub fn docs(&self) -> Result<Vec<(i64, [u8; 16], u16)>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT no, channel, month FROM doc ORDER BY no")?;
        Ok(query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<Result<_, _>>()?)
    }

    /// Channel and month of a document.
    pub fn doc(&self, no: i64) -> Result<Option<([u8; 16], u16)>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT channel, month FROM doc WHERE no = ?1")?;
        Ok(query.query_row([no], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    /// The number of a document, if it is here.
    pub fn doc_number(&self, channel: &[u8; 16], month: u16) -> Result<Option<i64>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT no FROM doc WHERE channel = ?1 AND month = ?2")?;
        Ok(query.query_row(params![channel, month], |row| row.get(0)).optional()?)
    }

    /// Where the envelopes of a document stand, newest arrival first, at most `limit`: log, seq.
    pub fn doc_places(&self, doc: i64, limit: u32) -> Result<Vec<(i64, u64)>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT arrival.log, arrival.seq
             FROM doc_change
             JOIN arrival ON arrival.n = doc_change.arrival
             WHERE doc_change.doc = ?1
             ORDER BY doc_change.arrival DESC
             LIMIT ?2",
        )?;
        Ok(query.query_map(params![doc, limit], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
    }

    /// Where a log's chain in a document stands: seq and hash of its last change.
    pub fn chain(&self, log: i64, doc: i64) -> Result<Option<(u32, [u8; 32])>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT seq, hash FROM chain WHERE log = ?1 AND doc = ?2")?;
        Ok(query.query_row([log, doc], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    /// A document's snapshot and the last arrival that it holds.
    pub fn snapshot(&self, doc: i64) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT arrival, bytes FROM snapshot WHERE doc = ?1")?;
        Ok(query.query_row([doc], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    /// A document's envelopes that arrived after `arrival`, in that order, at most `limit`.
    pub fn doc_changes(&self, doc: i64, arrival: u64, limit: u32) -> Result<Vec<(u64, EnvelopeRow)>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT d.arrival, a.log, a.seq
             FROM doc_change AS d
             JOIN arrival AS a ON a.n = d.arrival
             WHERE d.doc = ?1 AND d.arrival > ?2
             ORDER BY d.arrival
             LIMIT ?3",
        )?;
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let places = query.query_map(params![doc, arrival, limit], read)?.collect::<Result<Vec<_>, _>>()?;
        let mut changes = Vec::with_capacity(places.len());
        for (arrival, log, seq) in places {
            changes.extend(self.envelope(log, seq)?.map(|row| (arrival, row)));
        }
        Ok(changes)
    }

    /// The last arrival, 0 before the first.
    pub fn last_arrival(&self) -> Result<u64, StoreError> {
        let mut query = self.db.prepare_cached("SELECT coalesce(max(n), 0) FROM arrival")?;
        Ok(query.query_row([], |row| row.get(0))?)
    }

    /// Arrivals and other news after `after`, oldest first, at most `limit`.
    pub fn arrivals(&self, after: u64, limit: u32) -> Result<Vec<ArrivalRow>, StoreError> {
        let mut query =
            self.db.prepare_cached("SELECT n, log, seq, what, target FROM arrival WHERE n > ?1 ORDER BY n LIMIT ?2")?;
        let read = |row: &Row<'_>| {
            Ok(ArrivalRow {
                n: row.get(0)?,
                log: row.get(1)?,
                seq: row.get(2)?,
                what: What::from_i64(row.get(3)?),
                target: row.get(4)?,
            })
        };
        Ok(query.query_map(params![after, limit], read)?.collect::<Result<_, _>>()?)
    }

    /// Places of all envelopes in order of arrival after `after`, at most `limit`: number, log, seq.
    pub fn arrival_places(&self, after: u64, limit: u32) -> Result<Vec<(u64, i64, u64)>, StoreError> {
        let mut query =
            self.db.prepare_cached("SELECT n, log, seq FROM arrival WHERE n > ?1 AND log > 0 ORDER BY n LIMIT ?2")?;
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        Ok(query.query_map(params![after, limit], read)?.collect::<Result<_, _>>()?)
    }
}

impl Write<'_> {
    /// The number of a document, adding it where it is new.
    pub fn doc_no(&self, channel: &[u8; 16], month: u16) -> Result<i64, StoreError> {
        if let Some(no) = self.known.docs.get(&(*channel, month)) {
            return Ok(no);
        }
        let no = match self.doc_number(channel, month)? {
            Some(no) => no,
            None => {
                let mut add = self.db.prepare_cached("INSERT INTO doc (channel, month) VALUES (?1, ?2)")?;
                add.execute(params![channel, month])?;
                self.db.last_insert_rowid()
            }
        };
        self.known.docs.note((*channel, month), no);
        Ok(no)
    }

    /// Notes where a log's chain in a document stands.
    pub fn set_chain(&self, log: i64, doc: i64, seq: u32, hash: &[u8; 32]) -> Result<(), StoreError> {
        self.db
            .prepare_cached("INSERT OR REPLACE INTO chain (log, doc, seq, hash) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![log, doc, seq, hash])?;
        Ok(())
    }

    /// Keeps a snapshot of a document that holds everything up to `arrival`.
    pub fn put_snapshot(&self, doc: i64, arrival: u64, bytes: &[u8]) -> Result<(), StoreError> {
        self.db
            .prepare_cached("INSERT OR REPLACE INTO snapshot (doc, arrival, bytes) VALUES (?1, ?2, ?3)")?
            .execute(params![doc, arrival, bytes])?;
        Ok(())
    }

    /// Notes an arrival, and its target where the envelope does not say it; returns its number.
    pub fn add_arrival(&self, log: i64, seq: u64, what: What, target: Option<&[u8; 16]>) -> Result<u64, StoreError> {
        self.db
            .prepare_cached("INSERT INTO arrival (log, seq, what, target) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![log, seq, what as i64, target])?;
        Ok(u64::try_from(self.db.last_insert_rowid()).unwrap_or(0))
    }

    /// Notes what changed though no envelope came to stay; returns its number.
    pub fn add_news(&self, what: What, target: &[u8; 16]) -> Result<u64, StoreError> {
        self.add_arrival(0, 0, what, Some(target))
    }

    /// Notes that a document consists of an arrival too.
    pub fn add_doc_change(&self, doc: i64, arrival: u64) -> Result<(), StoreError> {
        self.db
            .prepare_cached("INSERT OR IGNORE INTO doc_change (doc, arrival) VALUES (?1, ?2)")?
            .execute(params![doc, arrival])?;
        Ok(())
    }
}
