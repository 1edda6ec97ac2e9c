//! Threads: a root, and what is counted of its replies.

use cremona_envelope::{RecordId, Time};
use rusqlite::{OptionalExtension, params};

use crate::open::{StoreError, Write};

impl Write<'_> {
    /// Adds to the thread of a root that is here: `replies` more (or fewer) that count, and activity at
    /// `time`.
    pub fn touch_thread(&self, root: &RecordId, time: Time, replies: i64) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO thread (root, channel, last, replies)
                 SELECT n, channel, ?2, ?3 FROM message WHERE id = ?1
                 ON CONFLICT (root) DO UPDATE
                 SET channel = excluded.channel, last = max(last, excluded.last), replies = replies + excluded.replies",
            )?
            .execute(params![root.0, time.0, replies])?;
        Ok(())
    }

    /// A thread that begins with a message, to which something may have been answered already.
    pub fn begin_thread(&self, root: &RecordId) -> Result<(), StoreError> {
        let Some(n) = self.message_no(root)? else { return Ok(()) };
        let mut answered = self.db.prepare_cached("SELECT 1 FROM message WHERE root = ?1 AND root <> 0 LIMIT 1")?;
        if answered.exists([n])? {
            return self.recount_thread(root);
        }
        self.db
            .prepare_cached(
                "INSERT INTO thread (root, channel, last, replies)
                 SELECT n, channel, time, 0 FROM message WHERE n = ?1
                 ON CONFLICT (root) DO UPDATE
                 SET channel = excluded.channel, last = excluded.last, replies = excluded.replies",
            )?
            .execute([n])?;
        Ok(())
    }

    /// Counts a thread anew, or takes it out where its root is none (any more).
    pub fn recount_thread(&self, root: &RecordId) -> Result<(), StoreError> {
        let mut query = self.db.prepare_cached("SELECT n, root = 0 FROM message WHERE id = ?1")?;
        let found = query.query_row([root.0], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, bool>(1)?))).optional()?;
        let Some((n, is_root)) = found else { return Ok(()) };
        self.db
            .prepare_cached("UPDATE message SET shown = ?2 WHERE root = ?1 AND root <> 0")?
            .execute(params![n, is_root])?;
        self.db.prepare_cached("DELETE FROM thread WHERE root = ?1")?.execute([n])?;
        if !is_root {
            return Ok(());
        }
        self.db.prepare_cached("UPDATE message SET shown = 1 WHERE n = ?1")?.execute([n])?;
        self.db
            .prepare_cached(
                "INSERT INTO thread (root, channel, last, replies)
                 SELECT r.n, r.channel, max(r.time, coalesce(m.last, r.time)), m.replies
                 FROM message AS r
                 JOIN (SELECT max(time) AS last, coalesce(sum(deleted = 0), 0) AS replies
                       FROM message
                       WHERE root = ?1 AND root <> 0) AS m
                 WHERE r.n = ?1",
            )?
            .execute([n])?;
        Ok(())
    }
}
