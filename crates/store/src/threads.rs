//! Threads: a root, and what is counted of its replies.

use cremona_envelope::{RecordId, Time};
use rusqlite::{OptionalExtension, params};

use crate::open::{StoreError, Write};

impl Write<'_> {
    /// Adds to the thread of a root that is here: `replies` more (or fewer) that count, and activity at
    /// `time`.
    pub fn touch_thread(&self, root: &RecordId, time: Time, replies: i64) -> Result<(), StoreError> {
        let Some(n) = self.thread_no(root)? else { return Ok(()) };
        let touched = self
            .db
            .prepare_cached("UPDATE thread SET last = max(last, ?2), replies = replies + ?3 WHERE root = ?1")?
            .execute(params![n, time.0, replies])?;
        if touched == 0 {
            let mut add = self.db.prepare_cached(
                "INSERT INTO thread (root, channel, last, replies)
                 SELECT n, channel, ?2, ?3 FROM message WHERE n = ?1
                 RETURNING channel",
            )?;
            self.count_threads(&mut add, params![n, time.0, replies], 1)?;
        }
        Ok(())
    }

    /// The thread of root `n`, if it is one, is in another channel from now on.
    pub(crate) fn move_thread(&self, n: i64, channel: i64) -> Result<(), StoreError> {
        let mut query = self.db.prepare_cached("SELECT channel FROM thread WHERE root = ?1 AND channel <> ?2")?;
        let Some(before) = query.query_row([n, channel], |row| row.get(0)).optional()? else { return Ok(()) };
        self.counted.threads(before, -1);
        self.counted.threads(channel, 1);
        self.db.prepare_cached("UPDATE thread SET channel = ?2 WHERE root = ?1")?.execute([n, channel])?;
        Ok(())
    }

    /// Runs what gives the channel of each thread that comes or goes.
    fn count_threads(
        &self,
        change: &mut rusqlite::CachedStatement<'_>,
        of: impl rusqlite::Params,
        by: i64,
    ) -> Result<(), StoreError> {
        for channel in change.query_map(of, |row| row.get(0))? {
            self.counted.threads(channel?, by);
        }
        Ok(())
    }

    /// Runs what gives the channel of each message that is shown from now on, or is not.
    fn count_shown(
        &self,
        change: &mut rusqlite::CachedStatement<'_>,
        of: impl rusqlite::Params,
        shown: bool,
    ) -> Result<(), StoreError> {
        for row in change.query_map(of, |row| Ok((row.get(0)?, row.get(1)?)))? {
            let (channel, deleted): (i64, bool) = row?;
            if !deleted {
                self.counted.messages(channel, if shown { 1 } else { -1 });
            }
        }
        Ok(())
    }

    /// A thread that begins with a message, to which something may have been answered already.
    pub fn begin_thread(&self, root: &RecordId) -> Result<(), StoreError> {
        let Some(n) = self.thread_no(root)? else { return Ok(()) };
        let mut answered = self.db.prepare_cached("SELECT 1 FROM message WHERE root = ?1 AND root <> 0 LIMIT 1")?;
        if answered.exists([n])? {
            return self.recount_thread(root);
        }
        let mut add = self.db.prepare_cached(
            "INSERT INTO thread (root, channel, last, replies)
             SELECT n, channel, time, 0 FROM message WHERE n = ?1 AND n NOT IN (SELECT root FROM thread)
             RETURNING channel",
        )?;
        self.count_threads(&mut add, [n], 1)
    }

    /// Counts a thread anew, or takes it out where its root is none (any more).
    pub fn recount_thread(&self, root: &RecordId) -> Result<(), StoreError> {
        let mut query = self.db.prepare_cached("SELECT n, root = 0 FROM message WHERE id = ?1")?;
        let found = query.query_row([root.0], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, bool>(1)?))).optional()?;
        let Some((n, is_root)) = found else { return Ok(()) };
        let mut show = self.db.prepare_cached(
            "UPDATE message SET shown = ?2 WHERE root = ?1 AND root <> 0 AND shown <> ?2 RETURNING channel, deleted",
        )?;
        self.count_shown(&mut show, params![n, is_root], is_root)?;
        let mut take = self.db.prepare_cached("DELETE FROM thread WHERE root = ?1 RETURNING channel")?;
        self.count_threads(&mut take, [n], -1)?;
        if !is_root {
            return Ok(());
        }
        let mut show = self
            .db
            .prepare_cached("UPDATE message SET shown = 1 WHERE n = ?1 AND shown = 0 RETURNING channel, deleted")?;
        self.count_shown(&mut show, [n], true)?;
        let mut add = self.db.prepare_cached(
            "INSERT INTO thread (root, channel, last, replies)
             SELECT r.n, r.channel, max(r.time, coalesce(m.last, r.time)), m.replies
             FROM message AS r
             JOIN (SELECT max(time) AS last, coalesce(sum(deleted = 0), 0) AS replies
                   FROM message
                   WHERE root = ?1 AND root <> 0) AS m
             WHERE r.n = ?1
             RETURNING channel",
        )?;
        self.count_threads(&mut add, [n], 1)
    }
}
