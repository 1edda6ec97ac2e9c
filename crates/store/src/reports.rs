//! What reports are made from: threads in which something was written, what is good to know, and when
//! members' nodes were heard.

use cremona_envelope::{MemberId, RecordId, Time};
use rusqlite::{OptionalExtension, params};

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
        let mut query = self.db.prepare_cached(
            "SELECT m.id, max(a.last) AS last
             FROM (SELECT t.root, t.last
                   FROM channel AS c
                   CROSS JOIN thread AS t INDEXED BY thread_in_channel ON t.channel = c.no
                   WHERE t.last >= ?1 AND (?2 IS NULL OR c.id = ?2)
                   UNION ALL
                   SELECT iif(e.root = 0, e.n, e.root), e.embargo
                   FROM message AS e INDEXED BY message_embargo
                   JOIN channel AS c ON c.no = e.channel
                   WHERE e.embargo >= ?1 AND e.embargo <= ?4 AND e.shown = 1 AND (?2 IS NULL OR c.id = ?2)) AS a
             CROSS JOIN message AS m ON m.n = a.root
             GROUP BY m.n
             ORDER BY last DESC, m.id DESC
             LIMIT ?3",
        )?;
        let channel = channel.map(|channel| channel.0);
        let rows = query.query_map(params![since.0, channel, limit, now.0], |row| row.get(0).map(RecordId))?;
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
