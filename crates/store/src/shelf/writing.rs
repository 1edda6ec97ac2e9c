//! What a mailbox writes on its shelf.

use cremona_envelope::{DeviceId, EnvelopeId, Head, LifeId, LogId, MemberId};
use rusqlite::params;

use super::ShelfWrite;
use super::rows::{ENVELOPE_COLUMNS, ShelfRow};
use crate::open::StoreError;

impl ShelfWrite<'_> {
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
                "INSERT INTO log (id, device, life, member, link, seq, head, time, bytes, held, cut)
                 VALUES (?1, ?2, ?3, ?4, ?5, 0, zeroblob(32), 0, 0, 0, 0)",
            )?
            .execute(params![id.0, device.0, life.0, member.0, link.0])?;
        Ok(self.db.last_insert_rowid())
    }

    /// Notes the end of a log.
    pub fn set_head(&self, log: i64, head: &Head) -> Result<(), StoreError> {
        self.db
            .prepare_cached("UPDATE log SET seq = ?2, head = ?3, time = ?4, bytes = ?5 WHERE no = ?1")?
            .execute(params![log, head.seq, head.id.0, head.time.0, head.bytes])?;
        Ok(())
    }

    /// More bytes of a log are here.
    pub fn add_held(&self, log: i64, bytes: u64) -> Result<(), StoreError> {
        self.db.prepare_cached("UPDATE log SET held = held + ?2 WHERE no = ?1")?.execute(params![log, bytes])?;
        Ok(())
    }

    /// Bytes of a log are here no more.
    pub fn take_held(&self, log: i64, bytes: u64) -> Result<(), StoreError> {
        self.db.prepare_cached("UPDATE log SET held = held - ?2 WHERE no = ?1")?.execute(params![log, bytes])?;
        Ok(())
    }

    /// Notes that a log counts only below `cut`.
    pub fn set_cut(&self, log: i64, cut: u64) -> Result<(), StoreError> {
        self.db.prepare_cached("UPDATE log SET cut = ?2 WHERE no = ?1")?.execute(params![log, cut])?;
        Ok(())
    }

    /// Adds an envelope.
    pub fn put_envelope(&self, row: &ShelfRow) -> Result<(), StoreError> {
        let (len, hash) = row.body.map_or((0, None), |body| (body.len, Some(body.hash)));
        let tag = (row.tag != [0; 32]).then_some(row.tag);
        self.db
            .prepare_cached(&format!(
                "INSERT INTO envelope ({ENVELOPE_COLUMNS})
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
            ))?
            .execute(params![
                row.log,
                row.seq,
                row.id.0,
                row.kind,
                row.time.0,
                row.bytes,
                tag,
                row.change,
                len,
                hash,
                row.signature
            ])?;
        Ok(())
    }

    /// Keeps a body.
    pub fn put_body(&self, log: i64, seq: u64, bytes: &[u8]) -> Result<(), StoreError> {
        self.db
            .prepare_cached("INSERT OR REPLACE INTO body (log, seq, bytes) VALUES (?1, ?2, ?3)")?
            .execute(params![log, seq, bytes])?;
        Ok(())
    }

    /// Forgets a body; its bytes are overwritten with zeros.
    pub fn drop_body(&self, log: i64, seq: u64) -> Result<(), StoreError> {
        self.db.prepare_cached("DELETE FROM body WHERE log = ?1 AND seq = ?2")?.execute(params![log, seq])?;
        Ok(())
    }

    /// Notes that a body is awaited.
    pub fn add_missing(&self, log: i64, seq: u64) -> Result<(), StoreError> {
        self.db
            .prepare_cached("INSERT OR IGNORE INTO missing (log, seq, asked) VALUES (?1, ?2, 0)")?
            .execute(params![log, seq])?;
        Ok(())
    }

    /// Notes that a body was asked for once more.
    pub fn note_asked(&self, log: i64, seq: u64) -> Result<(), StoreError> {
        self.db
            .prepare_cached("UPDATE missing SET asked = asked + 1 WHERE log = ?1 AND seq = ?2")?
            .execute(params![log, seq])?;
        Ok(())
    }

    /// A body is awaited no more.
    pub fn drop_missing(&self, log: i64, seq: u64) -> Result<(), StoreError> {
        self.db.prepare_cached("DELETE FROM missing WHERE log = ?1 AND seq = ?2")?.execute(params![log, seq])?;
        Ok(())
    }

    /// Notes that `member` asked to have a body erased, whether or not it is here.
    pub fn put_erased(&self, log: &LogId, seq: u64, member: &MemberId) -> Result<(), StoreError> {
        self.db
            .prepare_cached("INSERT OR IGNORE INTO erased (log, seq, member) VALUES (?1, ?2, ?3)")?
            .execute(params![log.0, seq, member.0])?;
        Ok(())
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

    /// Forgets a setting.
    pub fn drop_setting(&self, name: &str) -> Result<(), StoreError> {
        self.db.prepare_cached("DELETE FROM setting WHERE name = ?1")?.execute([name])?;
        Ok(())
    }
}
