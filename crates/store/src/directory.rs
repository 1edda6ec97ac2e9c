//! Members, devices and channels.

use cremona_envelope::{DeviceId, MemberId, RecordId, Time};
use rusqlite::{OptionalExtension, Row, params};

use crate::open::{Read, StoreError, Write};

/// A register: one field of a channel; the last write wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i64)]
pub enum Field {
    /// A channel's name.
    Name = 1,
    /// What it is for.
    Purpose = 2,
    /// When an answer can be expected.
    Expectation = 3,
    /// `1` where it is archived.
    Archived = 4,
    /// The colour of flags where none is given; empty for none.
    Flag = 5,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRow {
    /// Id.
    pub id: MemberId,
    /// Display name, empty until a profile arrives.
    pub name: String,
    /// When they joined.
    pub joined: Time,
}

/// A channel as shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelRow {
    /// Id.
    pub id: RecordId,
    /// Name.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// When an answer can be expected.
    pub expectation: String,
    /// Whether it is archived.
    pub archived: bool,
    /// The colour of flags where none is given; empty for none.
    pub flag: String,
    /// The export that it comes from.
    pub imported: Option<String>,
    /// Threads.
    pub threads: u64,
    /// Messages that are not deleted.
    pub messages: u64,
}

/// The creation of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creation<'a> {
    /// Channel id.
    pub id: &'a RecordId,
    /// When.
    pub time: Time,
    /// By whom.
    pub member: &'a MemberId,
    /// Name at first.
    pub name: &'a str,
    /// Purpose at first.
    pub purpose: &'a str,
    /// The export that it comes from.
    pub imported: Option<&'a str>,
}

/// Which rows `c` of `channel` are channels: those whose creation has come, and those in which something is
/// said. A creation may be lost with the disks that held it; what others said there is not.
pub(crate) const LISTED: &str = "(c.known = 1 OR EXISTS (SELECT 1 FROM channel_count AS l
     WHERE l.channel = c.no AND (l.threads > 0 OR l.messages > 0)))";
/// The name of a row `c` of `channel`; the beginning of its id where its creation has not come.
const NAME: &str = "coalesce((SELECT value FROM register WHERE target = c.id AND field = 1),
     CASE c.known WHEN 1 THEN c.name ELSE lower(hex(substr(c.id, 1, 4))) END)";
/// What [`channel_row`] reads, but for the name, which is its second column.
const CHANNEL_QUERY: &str = "
       coalesce((SELECT value FROM register WHERE target = c.id AND field = 2), c.purpose),
       coalesce((SELECT value FROM register WHERE target = c.id AND field = 3), ''),
       coalesce((SELECT value FROM register WHERE target = c.id AND field = 4), '') = '1',
       c.imported,
       coalesce(n.threads, 0),
       coalesce(n.messages, 0),
       coalesce((SELECT value FROM register WHERE target = c.id AND field = 5), '')
FROM channel AS c
LEFT JOIN channel_count AS n ON n.channel = c.no";

impl Read<'_> {
    /// All channels, by name; also those in which something is said whose creation has not come.
    pub fn channels(&self) -> Result<Vec<ChannelRow>, StoreError> {
        let mut query =
            self.db.prepare_cached(&format!("SELECT c.id, {NAME}, {CHANNEL_QUERY} WHERE {LISTED} ORDER BY 2, 1"))?;
        Ok(query.query_map([], channel_row)?.collect::<Result<_, _>>()?)
    }

    /// One channel.
    pub fn channel(&self, id: &RecordId) -> Result<Option<ChannelRow>, StoreError> {
        let mut query =
            self.db.prepare_cached(&format!("SELECT c.id, {NAME}, {CHANNEL_QUERY} WHERE {LISTED} AND c.id = ?1"))?;
        Ok(query.query_row([id.0], channel_row).optional()?)
    }

    /// The name of a channel; quicker than [`Read::channel`], which counts.
    pub fn channel_name(&self, id: &RecordId) -> Result<Option<String>, StoreError> {
        let mut query = self.db.prepare_cached(&format!("SELECT {NAME} FROM channel AS c WHERE c.id = ?1"))?;
        Ok(query.query_row([id.0], |row| row.get(0)).optional()?)
    }

    /// When an answer can be expected in a channel, as was said last; empty where nobody did.
    pub fn expectation(&self, id: &RecordId) -> Result<String, StoreError> {
        let mut query = self.db.prepare_cached("SELECT value FROM register WHERE target = ?1 AND field = ?2")?;
        Ok(query.query_row((id.0, Field::Expectation as i64), |row| row.get(0)).optional()?.unwrap_or_default())
    }

    /// Ids and names of all channels, by name; quicker than [`Read::channels`], which counts.
    pub fn channel_names(&self) -> Result<Vec<(RecordId, String)>, StoreError> {
        let mut query =
            self.db.prepare_cached(&format!("SELECT c.id, {NAME} FROM channel AS c WHERE {LISTED} ORDER BY 2, 1"))?;
        Ok(query.query_map([], |row| Ok((RecordId(row.get(0)?), row.get(1)?)))?.collect::<Result<_, _>>()?)
    }

    /// Who made the channels that there are.
    pub fn channel_makers(&self) -> Result<Vec<MemberId>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT DISTINCT member FROM channel WHERE known = 1")?;
        Ok(query.query_map([], |row| Ok(MemberId(row.get(0)?)))?.collect::<Result<_, _>>()?)
    }

    /// Whether the creation of a channel has arrived.
    pub fn has_channel(&self, id: &RecordId) -> Result<bool, StoreError> {
        let mut query = self.db.prepare_cached("SELECT 1 FROM channel WHERE id = ?1 AND known = 1")?;
        Ok(query.exists([id.0])?)
    }

    /// All members, by time of joining; who has only logs of which nothing counts is none.
    pub fn members(&self) -> Result<Vec<MemberRow>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT id, name, joined
             FROM member
             WHERE id IN (SELECT member FROM log WHERE cut <> 1)
             ORDER BY joined, id",
        )?;
        let read =
            |row: &Row<'_>| Ok(MemberRow { id: MemberId(row.get(0)?), name: row.get(1)?, joined: Time(row.get(2)?) });
        Ok(query.query_map([], read)?.collect::<Result<_, _>>()?)
    }

    /// Ids and names of everybody who has given one, by id.
    pub fn member_names(&self) -> Result<Vec<(MemberId, String)>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT id, name FROM member WHERE name <> '' ORDER BY id")?;
        Ok(query.query_map([], |row| Ok((MemberId(row.get(0)?), row.get(1)?)))?.collect::<Result<_, _>>()?)
    }

    /// A member's name; empty where it is not known.
    pub fn member_name(&self, id: &MemberId) -> Result<String, StoreError> {
        let mut query = self.db.prepare_cached("SELECT name FROM member WHERE id = ?1")?;
        Ok(query.query_row([id.0], |row| row.get(0)).optional()?.unwrap_or_default())
    }

    /// All devices: device, member.
    pub fn devices(&self) -> Result<Vec<(DeviceId, MemberId)>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT device, member FROM device ORDER BY device")?;
        Ok(query.query_map([], |row| Ok((DeviceId(row.get(0)?), MemberId(row.get(1)?))))?.collect::<Result<_, _>>()?)
    }

    /// The devices of a member with their box keys, by device.
    pub fn box_keys(&self, member: &MemberId) -> Result<Vec<(DeviceId, [u8; 32])>, StoreError> {
        let mut query =
            self.db.prepare_cached("SELECT device, box_key FROM device WHERE member = ?1 ORDER BY device")?;
        let read = |row: &Row<'_>| Ok((DeviceId(row.get(0)?), row.get(1)?));
        Ok(query.query_map([member.0], read)?.collect::<Result<_, _>>()?)
    }

    /// The member that a device belongs to.
    pub fn device_member(&self, device: &DeviceId) -> Result<Option<MemberId>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT member FROM device WHERE device = ?1")?;
        Ok(query.query_row([device.0], |row| row.get(0).map(MemberId)).optional()?)
    }
}

impl Write<'_> {
    /// Counts a device and its member in; the earliest join gives the time.
    pub fn add_device(
        &self,
        device: &DeviceId,
        member: &MemberId,
        box_key: &[u8; 32],
        time: Time,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached("INSERT OR IGNORE INTO device (device, member, box_key) VALUES (?1, ?2, ?3)")?
            .execute(params![device.0, member.0, box_key])?;
        self.db
            .prepare_cached(
                "INSERT INTO member (id, name, name_time, name_id, joined)
                 VALUES (?1, '', 0, zeroblob(16), ?2)
                 ON CONFLICT (id) DO UPDATE SET joined = min(joined, excluded.joined)",
            )?
            .execute(params![member.0, time.0])?;
        Ok(())
    }

    /// Gives a member a name, unless a later one is known; the last by (time, id, name) wins. The
    /// member has to be here, which every join sees to.
    pub fn set_member_name(&self, member: &MemberId, name: &str, time: Time, id: &RecordId) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "UPDATE member
                 SET name = ?2, name_time = ?3, name_id = ?4
                 WHERE id = ?1 AND (name_time, name_id, name) < (?3, ?4, ?2)",
            )?
            .execute(params![member.0, name, time.0, id.0])?;
        Ok(())
    }

    /// Creates a channel; of several creations of one id the least by (time, member, name, purpose,
    /// export) counts.
    pub fn create_channel(&self, creation: &Creation<'_>) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO channel (id, known, created, member, name, purpose, imported)
                 VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (id) DO UPDATE
                 SET known = 1, created = ?2, member = ?3, name = ?4, purpose = ?5, imported = ?6
                 WHERE known = 0
                    OR (?2, ?3, ?4, ?5, coalesce(?6, '')) < (created, member, name, purpose, coalesce(imported, ''))",
            )?
            .execute(params![
                creation.id.0,
                creation.time.0,
                creation.member.0,
                creation.name,
                creation.purpose,
                creation.imported
            ])?;
        Ok(())
    }

    /// Writes a register, unless a later write is known; the last by (time, id, value) wins.
    pub fn set_register(
        &self,
        target: &RecordId,
        field: Field,
        time: Time,
        id: &RecordId,
        value: &str,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO register (target, field, time, id, value)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (target, field) DO UPDATE
                 SET time = excluded.time, id = excluded.id, value = excluded.value
                 WHERE (excluded.time, excluded.id, excluded.value) > (time, id, value)",
            )?
            .execute(params![target.0, field as i64, time.0, id.0, value])?;
        Ok(())
    }
}

fn channel_row(row: &Row<'_>) -> rusqlite::Result<ChannelRow> {
    Ok(ChannelRow {
        id: RecordId(row.get(0)?),
        name: row.get(1)?,
        purpose: row.get(2)?,
        expectation: row.get(3)?,
        archived: row.get(4)?,
        imported: row.get(5)?,
        threads: row.get(6)?,
        messages: row.get(7)?,
        flag: row.get(8)?,
    })
}
