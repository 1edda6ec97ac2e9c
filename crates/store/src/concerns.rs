//! Threads that may need this node's member: a cache of what the inbox is made from, and what it is
//! made from where the cache knows nothing.

use cremona_envelope::{MemberId, RecordId, Time};
use rusqlite::{OptionalExtension, Row, params};

use crate::open::{Read, StoreError, Write};

/// A message as far as the inbox looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glance {
    /// Its number.
    pub n: i64,
    /// Its id.
    pub id: RecordId,
    /// Author or importer.
    pub member: MemberId,
    /// When.
    pub time: Time,
    /// Log.
    pub log: i64,
    /// Seq.
    pub seq: u64,
    /// Whether it is deleted.
    pub deleted: bool,
    /// Whether somebody else wrote it elsewhere.
    pub imported: bool,
    /// Whether it is an announcement.
    pub announcement: bool,
    /// Whether everyone is asked to acknowledge it.
    pub acknowledge: bool,
    /// Not to be shown before.
    pub embargo: Option<Time>,
}

const GLANCE: &str =
    "m.n, m.id, l.member, m.time, m.log, m.seq, m.deleted, m.claimant IS NOT NULL, m.manner, m.embargo";
const GLANCED: &str = "FROM message AS m JOIN log AS l ON l.no = m.log";

impl Read<'_> {
    /// The messages of a thread that are shown, its root first, then by time and id.
    pub fn glances(&self, root: i64) -> Result<Vec<Glance>, StoreError> {
        let mut first = self.db.prepare_cached(&format!("SELECT {GLANCE} {GLANCED} WHERE m.n = ?1 AND m.shown = 1"))?;
        let mut replies = self.db.prepare_cached(&format!(
            "SELECT {GLANCE} {GLANCED} WHERE m.root = ?1 AND m.root <> 0 AND m.shown = 1 ORDER BY m.time, m.id"
        ))?;
        let mut all = first.query_map([root], glance)?.collect::<Result<Vec<_>, _>>()?;
        for row in replies.query_map([root], glance)? {
            all.push(row?);
        }
        Ok(all)
    }

    /// The newest message of a thread of which `fits` says so, of its `most` newest replies and then its root; it
    /// looks at no more than it has to.
    ///
    /// # Errors
    /// What `fits` says, or the store.
    pub fn newest_glance<E: From<StoreError>>(
        &self,
        root: i64,
        most: u32,
        mut fits: impl FnMut(&Glance) -> Result<bool, E>,
    ) -> Result<Option<Glance>, E> {
        let mut replies = self
            .db
            .prepare_cached(&format!(
                "SELECT {GLANCE} {GLANCED} WHERE m.root = ?1 AND m.root <> 0 AND m.shown = 1
                 ORDER BY m.time DESC, m.id DESC
                 LIMIT ?2"
            ))
            .map_err(StoreError::from)?;
        for row in replies.query_map(params![root, most], glance).map_err(StoreError::from)? {
            let found = row.map_err(StoreError::from)?;
            if fits(&found)? {
                return Ok(Some(found));
            }
        }
        let mut first = self
            .db
            .prepare_cached(&format!("SELECT {GLANCE} {GLANCED} WHERE m.n = ?1 AND m.shown = 1"))
            .map_err(StoreError::from)?;
        let found = first.query_row([root], glance).optional().map_err(StoreError::from)?;
        Ok(match found {
            Some(found) if fits(&found)? => Some(found),
            _ => None,
        })
    }

    /// The messages of these numbers (JSON), each with the number of its thread's root.
    pub(crate) fn glances_at(&self, numbers: &str) -> Result<Vec<(i64, Glance)>, StoreError> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT {GLANCE}, iif(m.root = 0, m.n, m.root)
             FROM json_each(?1) AS j
             CROSS JOIN message AS m ON m.n = j.value
             CROSS JOIN log AS l ON l.no = m.log"
        ))?;
        let read = |row: &Row<'_>| Ok((row.get(10)?, glance(row)?));
        Ok(query.query_map([numbers], read)?.collect::<Result<_, _>>()?)
    }

    /// The root's number and the channel of the thread that a message belongs to, and the message at a
    /// glance; `None` where it or its root is not here.
    pub fn thread_of(&self, id: &RecordId) -> Result<Option<(i64, RecordId, Glance)>, StoreError> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT {GLANCE}, iif(m.root = 0, m.n, m.root), c.id
             {GLANCED}
             JOIN channel AS c ON c.no = m.channel
             WHERE m.id = ?1 AND m.shown = 1"
        ))?;
        let read = |row: &Row<'_>| Ok((row.get(10)?, RecordId(row.get(11)?), glance(row)?));
        Ok(query.query_row([id.0], read).optional()?)
    }

    /// The number of a message.
    pub fn number_of(&self, id: &RecordId) -> Result<Option<i64>, StoreError> {
        Ok(self
            .db
            .prepare_cached("SELECT n FROM message WHERE id = ?1")?
            .query_row([id.0], |row| row.get(0))
            .optional()?)
    }

    /// The id of the thread whose root is message `n`, and of its channel; `None` where that is no root.
    pub fn id_of(&self, n: i64) -> Result<Option<(RecordId, RecordId)>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT m.id, c.id
             FROM message AS m
             JOIN channel AS c ON c.no = m.channel
             WHERE m.n = ?1 AND m.root = 0 AND m.shown = 1",
        )?;
        Ok(query.query_row([n], |row| Ok((RecordId(row.get(0)?), RecordId(row.get(1)?)))).optional()?)
    }

    /// Whether message `n` calls a member, by name or with everyone.
    pub fn is_called(&self, n: i64, member: &MemberId) -> Result<bool, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT 1 FROM mention INDEXED BY mention_of WHERE message = ?1 AND member IN (?2, zeroblob(16))",
        )?;
        Ok(query.exists(params![n, member.0])?)
    }

    /// Whether a flag on a message is for a member, or may come to be.
    pub fn is_flagged_for(&self, message: &RecordId, member: &MemberId) -> Result<bool, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT 1 FROM flag_for WHERE recipient = ?2 AND message = ?1
             UNION ALL
             SELECT 1 FROM flag WHERE message = ?1 AND colour > 0 AND (everyone = 1 OR escalate = 1)",
        )?;
        Ok(query.exists([message.0, member.0])?)
    }

    /// Whether there is a flag on a message.
    pub fn has_flag(&self, message: &RecordId) -> Result<bool, StoreError> {
        Ok(self.db.prepare_cached("SELECT 1 FROM flag WHERE message = ?1")?.exists([message.0])?)
    }

    /// Whether a message has an answer that is more than history: one that nobody imported, or one with a
    /// flag on it.
    pub fn is_answered(&self, message: &RecordId) -> Result<bool, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT 1
             FROM message AS m INDEXED BY message_in_thread
             WHERE m.root = (SELECT n FROM message WHERE id = ?1) AND m.root <> 0
               AND (m.claimant IS NULL OR EXISTS (SELECT 1 FROM flag AS f WHERE f.message = m.id))",
        )?;
        Ok(query.exists([message.0])?)
    }

    /// Whether a thread is among those that may need this node's member.
    pub fn has_concern(&self, root: i64) -> Result<bool, StoreError> {
        Ok(self.db.prepare_cached("SELECT 1 FROM concern WHERE root = ?1")?.exists([root])?)
    }

    /// What is kept of one thread.
    pub fn concern(&self, root: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT facts FROM concern WHERE root = ?1")?;
        Ok(query.query_row([root], |row| row.get(0)).optional()?)
    }

    /// What is kept of all threads that may be in the inbox at some time.
    pub fn open_concerns(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut query =
            self.db.prepare_cached("SELECT facts FROM concern INDEXED BY concern_open WHERE open = 1 ORDER BY root")?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// All threads of which something is kept: number of the root, whether open, facts.
    pub fn concerns(&self) -> Result<Vec<(i64, bool, Vec<u8>)>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT root, open, facts FROM concern ORDER BY root")?;
        Ok(query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<Result<_, _>>()?)
    }

    /// Up to where this node's member was notified of a thread: number of a message, moment.
    pub fn told(&self, root: i64) -> Result<Option<(i64, u64)>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT message, ms FROM told WHERE root = ?1")?;
        Ok(query.query_row([root], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    /// The threads in which a member wrote, is called, or is flagged for, by the numbers of their roots;
    /// found from nothing.
    pub fn threads_about(&self, member: &MemberId) -> Result<Vec<i64>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT iif(m.root = 0, m.n, m.root)
             FROM message AS m
             JOIN log AS l ON l.no = m.log
             WHERE m.shown = 1 AND m.claimant IS NULL AND l.member = ?1
             UNION
             SELECT iif(m.root = 0, m.n, m.root)
             FROM mention AS t
             JOIN message AS m ON m.n = t.message
             WHERE t.member IN (?1, zeroblob(16)) AND m.shown = 1
             UNION
             SELECT iif(m.root = 0, m.n, m.root)
             FROM flag AS f
             JOIN message AS m ON m.id = f.message
             WHERE m.shown = 1 AND f.colour > 0
               AND (f.everyone = 1 OR f.escalate = 1
                    OR EXISTS (SELECT 1 FROM flag_for AS r WHERE r.recipient = ?1 AND r.message = f.message))
             UNION
             SELECT iif(m.root = 0, m.n, m.root)
             FROM message AS m INDEXED BY message_manner
             WHERE m.manner <> 0 AND m.shown = 1
             ORDER BY 1",
        )?;
        Ok(query.query_map([member.0], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// The threads of a channel, by the numbers of their roots.
    pub fn roots_in(&self, channel: &RecordId) -> Result<Vec<i64>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT root FROM thread WHERE channel = (SELECT no FROM channel WHERE id = ?1) ORDER BY root",
        )?;
        Ok(query.query_map([channel.0], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// Up to where a channel goes that is shown `now`: the highest seq of each log, by its number.
    pub fn reach_of(&self, channel: &RecordId, now: Time) -> Result<Vec<(i64, u64)>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT log, max(seq)
             FROM message
             WHERE channel = (SELECT no FROM channel WHERE id = ?1) AND shown = 1 AND coalesce(embargo, 0) <= ?2
             GROUP BY log",
        )?;
        Ok(query
            .query_map(params![channel.0, now.0], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?)
    }
}

impl Write<'_> {
    /// Keeps what is known of a thread.
    pub fn put_concern(&self, root: i64, open: bool, facts: &[u8]) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO concern (root, open, facts)
                 VALUES (?1, ?2, ?3)
                 ON CONFLICT (root) DO UPDATE SET open = excluded.open, facts = excluded.facts",
            )?
            .execute(params![root, open, facts])?;
        Ok(())
    }

    /// This node's member is notified of a thread up to there.
    pub fn set_told(&self, root: i64, (message, ms): (i64, u64)) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO told (root, message, ms)
                 VALUES (?1, ?2, ?3)
                 ON CONFLICT (root) DO UPDATE SET message = excluded.message, ms = excluded.ms",
            )?
            .execute(params![root, message, ms])?;
        Ok(())
    }

    /// A thread is none of this member's concern any more.
    pub fn drop_concern(&self, root: i64) -> Result<(), StoreError> {
        self.db.prepare_cached("DELETE FROM concern WHERE root = ?1")?.execute([root])?;
        Ok(())
    }

    /// Nothing is kept of any thread.
    pub fn clear_concerns(&self) -> Result<(), StoreError> {
        self.db.execute("DELETE FROM concern", [])?;
        Ok(())
    }
}

fn glance(row: &Row<'_>) -> rusqlite::Result<Glance> {
    let manner: i64 = row.get(8)?;
    Ok(Glance {
        n: row.get(0)?,
        id: RecordId(row.get(1)?),
        member: MemberId(row.get(2)?),
        time: Time(row.get(3)?),
        log: row.get(4)?,
        seq: row.get(5)?,
        deleted: row.get(6)?,
        imported: row.get(7)?,
        announcement: manner & 1 > 0,
        acknowledge: manner & 2 > 0,
        embargo: row.get::<_, Option<u64>>(9)?.map(Time),
    })
}
