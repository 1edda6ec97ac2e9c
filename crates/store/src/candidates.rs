//! Candidates of a search: where texts stand in the index, newest first, some at a time.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use rusqlite::params;

use crate::index::{NUMBER, WEEK_MS};
use crate::keyed::Key;
use crate::messages::{MESSAGE_COLUMNS, ShownRow};
use crate::open::{Read, StoreError};
use crate::pages::{SHOWN_FROM, shown_row};
use crate::rule::{Is, Rule, has_attachment};
use crate::sought::Judge;

/// Matches that are ordered together.
pub const WINDOW: usize = 500;

/// Bytes of text that the sieve takes, unless a single text is longer.
const SIEVE_BYTES: usize = 1 << 20;

/// Where candidates come from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// All texts.
    All,
    /// What the index gives for this expression.
    Matching(String),
    /// The messages of a key.
    Keyed(Key),
    /// These, highest first.
    Slots(Vec<i64>),
}

/// Candidates that follow each other.
pub(crate) struct Drawn {
    /// Highest slot first.
    pub(crate) slots: Vec<i64>,
    /// Whether there are none below them.
    pub(crate) last: bool,
}

// A reply whose root has not come is in the index and not shown. There are few, if any.
const HIDDEN: &str = "SELECT n FROM message INDEXED BY message_hidden WHERE shown = 0";

impl Read<'_> {
    /// The highest slots of a source within `range`: at most `most`, or a few more.
    pub(crate) fn draw(&self, source: &Source, range: &Range<i64>, most: usize) -> Result<Drawn, StoreError> {
        let slots: Vec<i64> = match source {
            Source::All => self
                .db
                .prepare_cached(&format!(
                    "SELECT id
                     FROM search_docsize
                     WHERE id >= ?1 AND id < ?2 AND (id & {NUMBER}) NOT IN ({HIDDEN})
                     ORDER BY id DESC
                     LIMIT ?3"
                ))?
                .query_map(params![range.start, range.end, most], |row| row.get(0))?
                .collect::<Result<_, _>>()?,
            Source::Matching(expression) => self
                .db
                .prepare_cached(&format!(
                    "SELECT rowid
                     FROM search
                     WHERE search MATCH ?4 AND rowid >= ?1 AND rowid < ?2 AND (rowid & {NUMBER}) NOT IN ({HIDDEN})
                     ORDER BY rowid DESC
                     LIMIT ?3"
                ))?
                .query_map(params![range.start, range.end, most, expression], |row| row.get(0))?
                .collect::<Result<_, _>>()?,
            Source::Keyed(key) => return self.draw_keyed(key, range, most),
            Source::Slots(slots) => slots.iter().copied().filter(|slot| range.contains(slot)).take(most).collect(),
        };
        Ok(Drawn { last: slots.len() < most, slots })
    }

    /// Those candidates of whose messages all rules hold, in the same order.
    pub(crate) fn keep(&self, slots: Vec<i64>, rules: &[Rule]) -> Result<Vec<i64>, StoreError> {
        if rules.is_empty() || slots.is_empty() {
            return Ok(slots);
        }
        let sql: Vec<String> = rules.iter().map(Rule::sql).collect();
        let mut query = self.db.prepare_cached(&format!(
            "SELECT j.value
             FROM json_each(?1) AS j
             CROSS JOIN message AS m ON m.n = j.value & {NUMBER}
             WHERE {}",
            sql.join(" AND ")
        ))?;
        let kept = query.query_map([json(&slots)], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
        rules.iter().try_fold(kept, |kept, rule| {
            let with = if let Is::Judged(judge) = &rule.is {
                self.judged(&kept, judge)?
            } else if matches!(rule.is, Is::Attachment) {
                self.attached(&kept)?
            } else {
                return Ok(kept); // SQL has told
            };
            Ok(kept.into_iter().filter(|slot| with.contains(slot) != rule.not).collect())
        })
    }

    /// Those candidates of whose messages a judge says so.
    fn judged(&self, slots: &[i64], judge: &Judge) -> Result<HashSet<i64>, StoreError> {
        let numbers: Vec<i64> = slots.iter().map(|slot| slot & NUMBER).collect();
        let messages = self.glances_at(&json(&numbers))?;
        let holds = judge.of(self, &messages)?;
        let with: HashSet<i64> =
            messages.iter().zip(holds).filter(|(_, holds)| *holds).map(|((_, glance), _)| glance.n).collect();
        Ok(slots.iter().copied().filter(|slot| with.contains(&(slot & NUMBER))).collect())
    }

    /// Those candidates whose messages came with a file.
    fn attached(&self, slots: &[i64]) -> Result<HashSet<i64>, StoreError> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT j.value, x.text
             FROM json_each(?1) AS j
             CROSS JOIN message AS m ON m.n = j.value & {NUMBER}
             CROSS JOIN text AS x ON x.n = m.n
             WHERE m.claimant IS NOT NULL"
        ))?;
        let rows = query.query_map([json(slots)], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        Ok(rows.into_iter().filter(|(_, text)| has_attachment(text)).map(|(slot, _)| slot).collect())
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

/// The slots that messages of these times can have.
pub(crate) fn slots_of(from_ms: i64, to_ms: i64) -> Range<i64> {
    let week = |ms: i64| ms.max(0).checked_div(WEEK_MS).unwrap_or(0).min(crate::index::LAST_WEEK);
    let after = if to_ms <= from_ms { 0 } else { week(to_ms.saturating_sub(1)).saturating_add(1) };
    first_slot(week(from_ms))..first_slot(after)
}

/// The lowest slot of a week.
pub(crate) fn first_slot(week: i64) -> i64 {
    week.saturating_mul(NUMBER.saturating_add(1))
}

/// Numbers for `json_each`.
pub(crate) fn json(numbers: &[i64]) -> String {
    format!("[{}]", numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(","))
}
