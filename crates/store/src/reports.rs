//! What reports are made from: threads in which something was written, what is good to know, and when
//! members' nodes were heard.

use std::collections::HashMap;

use cremona_envelope::{MemberId, RecordId, Time};
use rusqlite::{OptionalExtension, Row, params};

use crate::messages::{MESSAGE_COLUMNS, ShownRow};
use crate::open::{Read, StoreError, Write};
use crate::pages::{SHOWN_FROM, fill, shown_row};

impl Read<'_> {
    /// The roots of threads in which something came to be shown since then, of one channel or of all,
    /// the latest first, at most `limit`.
    pub fn active_threads(
        &self,
        channel: Option<&RecordId>,
        since: Time,
        limit: u32,
        now: Time,
    ) -> Result<Vec<RecordId>, StoreError> {
        let mut last = self.with_embargo_ended(channel, since, now)?;
        let mut channels = self.db.prepare_cached("SELECT no FROM channel WHERE ?1 IS NULL OR id = ?1")?;
        let channels = channels.query_map([channel.map(|channel| channel.0)], |row| row.get::<_, i64>(0))?;
        // The latest of each channel, which its index gives; among them are the latest of all.
        let mut latest = self.db.prepare_cached(
            "SELECT m.id, t.last
             FROM thread AS t INDEXED BY thread_in_channel
             CROSS JOIN message AS m ON m.n = t.root
             WHERE t.channel = ?1 AND t.last >= ?2
             ORDER BY t.last DESC, m.id DESC
             LIMIT ?3",
        )?;
        for channel in channels {
            for row in latest.query_map(params![channel?, since.0, limit], at)? {
                let (root, time) = row?;
                let known = last.entry(root).or_insert(time);
                *known = time.max(*known);
            }
        }
        let mut order: Vec<(Time, RecordId)> = last.into_iter().map(|(root, time)| (time, root)).collect();
        order.sort_unstable_by(|one, other| other.cmp(one));
        order.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(order.into_iter().map(|(_, root)| root).collect())
    }

    /// The roots of threads of which a message's embargo has ended since then, each with when the last did.
    fn with_embargo_ended(
        &self,
        channel: Option<&RecordId>,
        since: Time,
        now: Time,
    ) -> Result<HashMap<RecordId, Time>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT r.id, max(e.embargo)
             FROM message AS e INDEXED BY message_embargo
             CROSS JOIN message AS r ON r.n = iif(e.root = 0, e.n, e.root)
             CROSS JOIN channel AS c ON c.no = e.channel
             WHERE e.embargo >= ?1 AND e.embargo <= ?3 AND e.shown = 1 AND (?2 IS NULL OR c.id = ?2)
             GROUP BY r.n",
        )?;
        let rows = query.query_map(params![since.0, channel.map(|channel| channel.0), now.0], at)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The replies of a thread that came to be shown since then, newest first, at most `limit` and at most
    /// a page of texts.
    pub fn replies_since(
        &self,
        root: &RecordId,
        since: Time,
        limit: u32,
        now: Time,
    ) -> Result<Vec<ShownRow>, StoreError> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT {MESSAGE_COLUMNS}, x.title, x.text, coalesce(p.name, '')
             {SHOWN_FROM}
             WHERE m.root = (SELECT n FROM message WHERE id = ?1) AND m.root <> 0 AND m.shown = 1
               AND (m.time >= ?2 OR m.embargo >= ?2) AND coalesce(m.embargo, 0) <= ?4
             ORDER BY m.time DESC, m.id DESC
             LIMIT ?3"
        ))?;
        fill(query.query_map(params![root.0, since.0, limit, now.0], shown_row)?, |row| row)
    }

    /// Announcements and messages with a green flag that came to be shown from `from` on and before
    /// `until`, whatever the clock says now; by that time and id.
    pub fn good_to_know(&self, from: Time, until: Time) -> Result<Vec<RecordId>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT m.id
             FROM (SELECT n
                   FROM message INDEXED BY message_manner
                   WHERE manner <> 0 AND manner & 1 > 0 AND time < ?2
                   UNION
                   SELECT g.n
                   FROM flag AS f INDEXED BY flag_green
                   CROSS JOIN message AS g ON g.id = f.message
                   WHERE f.colour = 3 AND g.time < ?2) AS a
             CROSS JOIN message AS m ON m.n = a.n
             WHERE m.shown > m.deleted
               AND max(m.time, coalesce(m.embargo, 0)) >= ?1
               AND max(m.time, coalesce(m.embargo, 0)) < ?2
             ORDER BY max(m.time, coalesce(m.embargo, 0)), m.id",
        )?;
        Ok(query.query_map([from.0, until.0], |row| row.get(0).map(RecordId))?.collect::<Result<_, _>>()?)
    }

    /// When a member's nodes were heard, as it was kept.
    pub fn heard(&self, member: &MemberId) -> Result<Option<Vec<u8>>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT bytes FROM heard WHERE member = ?1")?;
        Ok(query.query_row([member.0], |row| row.get(0)).optional()?)
    }
}

impl Write<'_> {
    /// Keeps when a member's nodes were heard, in the place of what was kept before.
    pub fn put_heard(&self, member: &MemberId, bytes: &[u8]) -> Result<(), StoreError> {
        self.db
            .prepare_cached("INSERT OR REPLACE INTO heard (member, bytes) VALUES (?1, ?2)")?
            .execute(params![member.0, bytes])?;
        Ok(())
    }
}

fn at(row: &Row<'_>) -> rusqlite::Result<(RecordId, Time)> {
    Ok((RecordId(row.get(0)?), Time(row.get(1)?)))
}
