//! Pages of threads and messages, by cursor: the place after which the next page starts.
//!
//! A page ends at its number of rows or at [`PAGE_BYTES`] of text, whichever comes first. One row more
//! is read, to tell whether there is another page.

use cremona_envelope::{RecordId, Time};
use rusqlite::{Row, params};

use crate::messages::{MESSAGE_COLUMNS, MESSAGE_WIDTH, MessageRow, ShownRow, message_row};
use crate::open::{Read, StoreError};

/// Bytes of text after which a page ends; the text that goes beyond still belongs to it.
pub const PAGE_BYTES: usize = 8 * 1024 * 1024;

/// Where columns stand that follow those of a shown message.
const AFTER: usize = MESSAGE_WIDTH + 3;

/// A place in an order by (time, id).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Time.
    pub time: Time,
    /// Id.
    pub id: RecordId,
}

impl Cursor {
    /// After everything.
    pub const END: Self = Self { time: Time(1 << 60), id: RecordId([0xff; 16]) };
}

/// A thread in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadRow {
    /// Its root.
    pub root: ShownRow,
    /// Replies that are not deleted.
    pub replies: u64,
    /// Time of its last message.
    pub last: Time,
}

/// Where what [`shown_row`] reads of a message comes from.
pub(crate) const SHOWN_FROM: &str = "
FROM message AS m
LEFT JOIN text AS x ON x.n = m.n
LEFT JOIN log AS l ON l.no = m.log
LEFT JOIN member AS p ON p.id = l.member";

impl Read<'_> {
    /// Threads of a channel before `before` by (last activity, root), latest first, without what is not to
    /// be shown before some time after `now`.
    pub fn threads(
        &self,
        channel: &RecordId,
        before: &Cursor,
        limit: u32,
        now: Time,
    ) -> Result<Vec<ThreadRow>, StoreError> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT {MESSAGE_COLUMNS}, x.title, x.text, coalesce(p.name, ''),
                    t.replies - (SELECT count(*)
                                 FROM message AS e INDEXED BY message_embargo
                                 WHERE e.embargo > ?5 AND e.root = t.root AND e.deleted = 0),
                    t.last
             FROM thread AS t
             CROSS JOIN message AS m ON m.n = t.root
             LEFT JOIN text AS x ON x.n = m.n
             LEFT JOIN log AS l ON l.no = m.log
             LEFT JOIN member AS p ON p.id = l.member
             WHERE t.channel = (SELECT no FROM channel WHERE id = ?1) AND t.last <= ?2 AND (t.last, m.id) < (?2, ?3)
               AND coalesce(m.embargo, 0) <= ?5
             ORDER BY t.last DESC, m.id DESC
             LIMIT ?4"
        ))?;
        let read = |row: &Row<'_>| {
            Ok(ThreadRow { root: shown_row(row)?, replies: row.get(AFTER)?, last: Time(row.get(AFTER + 1)?) })
        };
        let rows = query.query_map(params![channel.0, before.time.0, before.id.0, limit, now.0], read)?;
        fill(rows, |row| &row.root)
    }

    /// Messages of a channel before `before`, newest first, without what is not to be shown `now`.
    pub fn channel_messages(
        &self,
        channel: &RecordId,
        before: &Cursor,
        limit: u32,
        now: Time,
    ) -> Result<Vec<ShownRow>, StoreError> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT {MESSAGE_COLUMNS}, x.title, x.text, coalesce(p.name, '')
             {SHOWN_FROM}
             WHERE m.channel = (SELECT no FROM channel WHERE id = ?1) AND m.shown = 1 AND (m.time, m.id) < (?2, ?3)
               AND coalesce(m.embargo, 0) <= ?5
             ORDER BY m.time DESC, m.id DESC
             LIMIT ?4"
        ))?;
        fill(query.query_map(params![channel.0, before.time.0, before.id.0, limit, now.0], shown_row)?, |row| row)
    }

    /// Where the newest messages of a channel stand, newest first, at most `limit`, each with where the
    /// root of its thread stands: log, seq.
    pub fn newest_places(&self, channel: &RecordId, limit: u32) -> Result<Vec<[(i64, u64); 2]>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT m.log, m.seq, r.log, r.seq
             FROM message AS m
             CROSS JOIN message AS r ON r.n = iif(m.root = 0, m.n, m.root)
             WHERE m.channel = (SELECT no FROM channel WHERE id = ?1) AND m.shown = 1
             ORDER BY m.time DESC, m.id DESC
             LIMIT ?2",
        )?;
        let read = |row: &Row<'_>| Ok([(row.get(0)?, row.get(1)?), (row.get(2)?, row.get(3)?)]);
        Ok(query.query_map(params![channel.0, limit], read)?.collect::<Result<_, _>>()?)
    }

    /// Messages of a thread before `before`, newest first, without what is not to be shown `now`; the root
    /// comes last whatever its time, so there is nothing before it.
    pub fn thread_messages(
        &self,
        root: &RecordId,
        before: &Cursor,
        limit: u32,
        now: Time,
    ) -> Result<Vec<ShownRow>, StoreError> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT {MESSAGE_COLUMNS}, x.title, x.text, coalesce(p.name, '')
             {SHOWN_FROM}
             WHERE m.root = (SELECT n FROM message WHERE id = ?1) AND m.root <> 0 AND m.shown = 1
               AND (m.time, m.id) < (?2, ?3) AND coalesce(m.embargo, 0) <= ?5
             ORDER BY m.time DESC, m.id DESC
             LIMIT ?4"
        ))?;
        if before.id == *root {
            return Ok(Vec::new());
        }
        // The root apart, since an order that puts it last would have to sort the whole thread.
        let replies = query.query_map(params![root.0, before.time.0, before.id.0, limit, now.0], shown_row)?;
        let mut rows = fill(replies, |row| row)?;
        let all = page_len(&rows, limit as usize, |row| row) == rows.len();
        if all && u32::try_from(rows.len()).is_ok_and(|count| count < limit) {
            rows.extend(self.shown(root)?.filter(|row| {
                let shown = row.message.shown && row.message.embargo.is_none_or(|end| end <= now);
                shown && row.message.root == *root
            }));
        }
        Ok(rows)
    }

    /// One message as shown.
    pub fn shown(&self, id: &RecordId) -> Result<Option<ShownRow>, StoreError> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT {MESSAGE_COLUMNS}, x.title, x.text, coalesce(p.name, '') {SHOWN_FROM} WHERE m.id = ?1"
        ))?;
        Ok(query.query_map([id.0], shown_row)?.next().transpose()?)
    }

    /// The rows of all messages, by number after `after`, at most `limit`.
    pub fn all_messages(&self, after: i64, limit: u32) -> Result<Vec<MessageRow>, StoreError> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT {MESSAGE_COLUMNS} FROM message AS m WHERE m.n > ?1 ORDER BY m.n LIMIT ?2"
        ))?;
        Ok(query.query_map(params![after, limit], message_row)?.collect::<Result<_, _>>()?)
    }
}

/// How many of the rows read belong to a page of at most `limit`; any after those tell that there is
/// another page.
pub fn page_len<T>(rows: &[T], limit: usize, shown: impl Fn(&T) -> &ShownRow) -> usize {
    let mut bytes = 0_usize;
    let full = rows.iter().position(|row| {
        bytes = bytes.saturating_add(text_bytes(shown(row)));
        bytes >= PAGE_BYTES
    });
    full.map_or(rows.len(), |last| last.saturating_add(1)).min(limit)
}

/// The rows of a page, and one more where there is one.
pub(crate) fn fill<T>(
    rows: impl Iterator<Item = rusqlite::Result<T>>,
    shown: impl Fn(&T) -> &ShownRow,
) -> Result<Vec<T>, StoreError> {
    let mut bytes = 0_usize;
    let mut page = Vec::new();
    for row in rows {
        let full = bytes >= PAGE_BYTES;
        let row = row?;
        bytes = bytes.saturating_add(text_bytes(shown(&row)));
        page.push(row);
        if full {
            break;
        }
    }
    Ok(page)
}

fn text_bytes(row: &ShownRow) -> usize {
    row.text.as_ref().map_or(0, String::len).saturating_add(row.title.as_ref().map_or(0, String::len))
}

pub(crate) fn shown_row(row: &Row<'_>) -> rusqlite::Result<ShownRow> {
    let message = message_row(row)?;
    let name = message.author.clone().map_or_else(|| row.get(MESSAGE_WIDTH + 2), Ok)?;
    Ok(ShownRow { title: row.get(MESSAGE_WIDTH)?, text: row.get(MESSAGE_WIDTH + 1)?, name, message })
}
