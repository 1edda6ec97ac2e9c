//! Candidates of a search: where texts stand in the index, newest first, a window at a time.

use std::collections::HashMap;

use rusqlite::params;

use crate::index::NUMBER;
use crate::messages::{MESSAGE_COLUMNS, ShownRow};
use crate::open::{Read, StoreError};
use crate::pages::{SHOWN_FROM, shown_row};

/// Candidates that are looked at together.
pub const WINDOW: usize = 500;

/// Bytes of text that the sieve takes, unless a single text is longer.
const SIEVE_BYTES: usize = 1 << 20;

/// Which texts to look at.
pub(crate) enum Stream {
    /// All.
    All,
    /// What the index gives for this expression.
    Matching(String),
}

/// Candidates that follow each other in a stream.
pub(crate) struct Window {
    /// Latest slot first.
    pub(crate) slots: Vec<i64>,
    /// Whether others follow.
    pub(crate) more: bool,
}

// A reply whose root has not come is in the index and not shown. There are few, if any.
const HIDDEN: &str = "SELECT n FROM message INDEXED BY message_hidden WHERE shown = 0";

impl Read<'_> {
    /// The candidates of a stream after the first `skip`.
    pub(crate) fn window(&self, stream: &Stream, skip: usize) -> Result<Window, StoreError> {
        let limit = WINDOW.saturating_add(1);
        let mut slots: Vec<i64> = match stream {
            Stream::All => self
                .db
                .prepare_cached(&format!(
                    "SELECT id
                     FROM search_docsize
                     WHERE (id & {NUMBER}) NOT IN ({HIDDEN})
                     ORDER BY id DESC
                     LIMIT ?1 OFFSET ?2"
                ))?
                .query_map(params![limit, skip], |row| row.get(0))?
                .collect::<Result<_, _>>()?,
            Stream::Matching(expression) => self
                .db
                .prepare_cached(&format!(
                    "SELECT rowid
                     FROM search
                     WHERE search MATCH ?3 AND (rowid & {NUMBER}) NOT IN ({HIDDEN})
                     ORDER BY rowid DESC
                     LIMIT ?1 OFFSET ?2"
                ))?
                .query_map(params![limit, skip, expression], |row| row.get(0))?
                .collect::<Result<_, _>>()?,
        };
        let more = slots.len() > WINDOW;
        slots.truncate(WINDOW);
        Ok(Window { slots, more })
    }

    /// How many of these candidates, from the first on, have texts that go into the sieve together.
    pub(crate) fn fitting(&self, slots: &[i64]) -> Result<usize, StoreError> {
        let mut lengths = self.db.prepare_cached(&format!(
            "SELECT octet_length(x.text)
             FROM json_each(?1) AS j
             CROSS JOIN text AS x ON x.n = j.value & {NUMBER}"
        ))?;
        let lengths = lengths.query_map([json(slots)], |row| row.get(0))?.collect::<Result<Vec<usize>, _>>()?;
        let mut bytes = 0_usize;
        let over = lengths.iter().position(|length| {
            bytes = bytes.saturating_add(*length);
            bytes > SIEVE_BYTES
        });
        Ok(over.map_or(slots.len(), |over| over.max(1)))
    }

    /// Candidates by time and id of their messages, latest first.
    pub(crate) fn by_time(&self, slots: &[i64]) -> Result<Vec<i64>, StoreError> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT j.value
             FROM json_each(?1) AS j
             CROSS JOIN message AS m ON m.n = j.value & {NUMBER}
             ORDER BY m.time DESC, m.id DESC"
        ))?;
        Ok(query.query_map([json(slots)], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// The messages whose texts stand at these slots.
    pub(crate) fn shown_at(&self, slots: &[i64]) -> Result<HashMap<i64, ShownRow>, StoreError> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT {MESSAGE_COLUMNS}, x.title, x.text, coalesce(p.name, '')
             {SHOWN_FROM}
             WHERE m.n IN (SELECT value & {NUMBER} FROM json_each(?1))"
        ))?;
        let rows = query.query_map([json(slots)], shown_row)?.collect::<Result<Vec<_>, _>>()?;
        let mut rows: HashMap<i64, ShownRow> = rows.into_iter().map(|row| (row.message.n, row)).collect();
        Ok(slots.iter().filter_map(|slot| Some((*slot, rows.remove(&(slot & NUMBER))?))).collect())
    }
}

/// Numbers for `json_each`.
pub(crate) fn json(numbers: &[i64]) -> String {
    format!("[{}]", numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(","))
}
