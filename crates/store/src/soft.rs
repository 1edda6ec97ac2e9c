//! Soft state: the latest word of each device and kind, and when devices were last met.

use cremona_envelope::{DeviceId, SoftKind, Time};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::open::{Read, StoreError, Write};
use crate::shelf::{ShelfRead, ShelfWrite};

/// A word of soft state without its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SoftRow {
    /// Who says it.
    pub device: DeviceId,
    /// About what.
    pub kind: SoftKind,
    /// Its time.
    pub time: Time,
    /// When it came to this node.
    pub heard: Time,
}

impl Read<'_> {
    /// All words, without their bytes; as many rows as there are devices and kinds.
    pub fn soft_rows(&self) -> Result<Vec<SoftRow>, StoreError> {
        rows(self.db)
    }

    /// One word as it travels.
    pub fn soft(&self, device: &DeviceId, kind: SoftKind) -> Result<Option<Vec<u8>>, StoreError> {
        word(self.db, device, kind)
    }

    /// When each device was last connected, as far as it was.
    pub fn met(&self) -> Result<Vec<(DeviceId, Time)>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT device, at FROM met ORDER BY device")?;
        Ok(query.query_map([], |row| Ok((DeviceId(row.get(0)?), Time(row.get(1)?))))?.collect::<Result<_, _>>()?)
    }

    /// Whether a device has a log of which something counts.
    pub fn has_log(&self, device: &DeviceId) -> Result<bool, StoreError> {
        let mut query = self.db.prepare_cached("SELECT 1 FROM log WHERE device = ?1 AND cut <> 1 LIMIT 1")?;
        Ok(query.exists([device.0])?)
    }
}

impl Write<'_> {
    /// Keeps a word in the place of the one before.
    pub fn put_soft(&self, row: &SoftRow, bytes: &[u8]) -> Result<(), StoreError> {
        put(self.db, row, bytes)
    }

    /// Forgets a word.
    pub fn drop_soft(&self, device: &DeviceId, kind: SoftKind) -> Result<(), StoreError> {
        forget(self.db, device, kind)
    }

    /// Notes when a device was last connected, unless that was noted within `step_ms` before.
    pub fn set_met(&self, device: &DeviceId, at: Time, step_ms: u64) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO met (device, at)
                 VALUES (?1, ?2)
                 ON CONFLICT (device) DO UPDATE SET at = excluded.at WHERE excluded.at >= at + ?3",
            )?
            .execute(params![device.0, at.0, step_ms])?;
        Ok(())
    }
}

impl ShelfRead<'_> {
    /// All words, without their bytes; as many rows as there are devices and kinds.
    pub fn soft_rows(&self) -> Result<Vec<SoftRow>, StoreError> {
        rows(self.db)
    }

    /// One word as it travels.
    pub fn soft(&self, device: &DeviceId, kind: SoftKind) -> Result<Option<Vec<u8>>, StoreError> {
        word(self.db, device, kind)
    }
}

impl ShelfWrite<'_> {
    /// Keeps a word in the place of the one before.
    pub fn put_soft(&self, row: &SoftRow, bytes: &[u8]) -> Result<(), StoreError> {
        put(self.db, row, bytes)
    }

    /// Forgets a word.
    pub fn drop_soft(&self, device: &DeviceId, kind: SoftKind) -> Result<(), StoreError> {
        forget(self.db, device, kind)
    }
}

fn rows(db: &Connection) -> Result<Vec<SoftRow>, StoreError> {
    let mut query = db.prepare_cached("SELECT device, kind, time, heard FROM soft ORDER BY device, kind")?;
    Ok(query.query_map([], soft_row)?.collect::<Result<_, _>>()?)
}

fn word(db: &Connection, device: &DeviceId, kind: SoftKind) -> Result<Option<Vec<u8>>, StoreError> {
    let mut query = db.prepare_cached("SELECT bytes FROM soft WHERE device = ?1 AND kind = ?2")?;
    Ok(query.query_row(params![device.0, kind.0], |row| row.get(0)).optional()?)
}

fn put(db: &Connection, row: &SoftRow, bytes: &[u8]) -> Result<(), StoreError> {
    db.prepare_cached("INSERT OR REPLACE INTO soft (device, kind, time, heard, bytes) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![row.device.0, row.kind.0, row.time.0, row.heard.0, bytes])?;
    Ok(())
}

fn forget(db: &Connection, device: &DeviceId, kind: SoftKind) -> Result<(), StoreError> {
    db.prepare_cached("DELETE FROM soft WHERE device = ?1 AND kind = ?2")?.execute(params![device.0, kind.0])?;
    Ok(())
}

fn soft_row(row: &Row<'_>) -> rusqlite::Result<SoftRow> {
    Ok(SoftRow {
        device: DeviceId(row.get(0)?),
        kind: SoftKind(row.get(1)?),
        time: Time(row.get(2)?),
        heard: Time(row.get(3)?),
    })
}
