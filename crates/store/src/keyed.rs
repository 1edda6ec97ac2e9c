//! Messages of a key, newest first: those of a channel, of a thread, by somebody.
//!
//! Each key has an index that goes by time or by week, so that candidates come from it a few weeks at a
//! time, in the order of slots, without a row being read.

use std::ops::Range;

use rusqlite::params_from_iter;

use crate::candidates::{Drawn, first_slot};
use crate::index::{NUMBER, WEEK_MS};
use crate::open::{Read, StoreError};
use crate::sought::{Is, Rule, listed, rarely};

/// What an index of messages can be asked for.
#[derive(Clone, Debug)]
pub(crate) enum Key {
    Channel(i64),
    Thread(i64),
    From {
        logs: Vec<i64>,
        claimants: Vec<i64>,
    },
    Edited,
    /// Something rare, as [`rarely`] selects it.
    Said(String),
}

impl Key {
    /// The key that gives what a rule wants, and perhaps more; none where no index goes by it.
    pub(crate) fn of(rule: &Rule) -> Option<Self> {
        match &rule.is {
            _ if rule.not => None,
            Is::Channel(no) => Some(Self::Channel(*no)),
            Is::Thread(n) => Some(Self::Thread(*n)),
            Is::From { logs, claimants } => Some(Self::From { logs: logs.clone(), claimants: claimants.clone() }),
            Is::Edited => Some(Self::Edited),
            other => rarely(other).map(Self::Said),
        }
    }

    /// Selects `n` and `week` of its messages in the weeks from `?1` to before `?2`.
    fn sql(&self) -> String {
        let span = format!("time >= ?1 * {WEEK_MS} AND time < ?2 * {WEEK_MS}");
        let weeks = format!("time / {WEEK_MS} >= ?1 AND time / {WEEK_MS} < ?2");
        let select = format!("SELECT n, time / {WEEK_MS} AS week FROM message");
        match self {
            Self::Channel(no) => {
                format!("{select} INDEXED BY message_in_channel WHERE channel = {no} AND shown = 1 AND {span}")
            }
            Self::Thread(n) => format!(
                "{select} INDEXED BY message_in_thread WHERE root = {n} AND root <> 0 AND {span}
                 UNION ALL {select} WHERE n = {n} AND {span}"
            ),
            Self::From { logs, claimants } => format!(
                "{select} INDEXED BY message_by WHERE claimant IS NULL AND log IN ({}) AND {weeks}
                 UNION ALL
                 {select} INDEXED BY message_claimed WHERE claimant IS NOT NULL AND claimant IN ({}) AND {weeks}",
                listed(logs),
                listed(claimants)
            ),
            Self::Said(sql) => sql.clone(),
            Self::Edited => format!("{select} INDEXED BY message_edited WHERE edited = 1 AND {weeks}"),
        }
    }
}

impl Read<'_> {
    /// The highest slots of a key within `range`: whole weeks, until there are `most` or more.
    pub(crate) fn draw_keyed(&self, key: &Key, range: &Range<i64>, most: usize) -> Result<Drawn, StoreError> {
        let week = |slot: i64| slot.checked_div(NUMBER.saturating_add(1)).unwrap_or(0);
        let first = week(range.start);
        let mut after = week(range.end.saturating_sub(1)).saturating_add(1).min(self.weeks()?);
        let mut slots = Vec::new();
        let mut step = 1_i64;
        while after > first && slots.len() < most {
            let from = after.saturating_sub(step).max(first);
            let mut some = self.slots_of_key(key, from..after, None)?;
            some.retain(|slot| range.contains(slot));
            slots.extend(some);
            after = from;
            step = step.saturating_mul(4);
        }
        Ok(Drawn { slots, last: after <= first })
    }

    /// Slots of a key in these weeks, highest first; `None` where there are more than `most`.
    pub(crate) fn few_of_key(
        &self,
        key: &Key,
        range: &Range<i64>,
        most: usize,
    ) -> Result<Option<Vec<i64>>, StoreError> {
        let week = |slot: i64| slot.checked_div(NUMBER.saturating_add(1)).unwrap_or(0);
        let weeks = week(range.start)..week(range.end.saturating_sub(1)).saturating_add(1);
        let slots = self.slots_of_key(key, weeks, Some(most.saturating_add(1)))?;
        Ok((slots.len() <= most).then(|| slots.into_iter().filter(|slot| range.contains(slot)).collect()))
    }

    fn slots_of_key(&self, key: &Key, weeks: Range<i64>, most: Option<usize>) -> Result<Vec<i64>, StoreError> {
        let most = most.map_or(-1, |most| i64::try_from(most).unwrap_or(i64::MAX));
        let mut query = self.db.prepare_cached(&format!("{} LIMIT ?3", key.sql()))?;
        let slot = |row: &rusqlite::Row<'_>| Ok(first_slot(row.get(1)?) | row.get::<_, i64>(0)?);
        let mut slots: Vec<i64> =
            query.query_map(params_from_iter([weeks.start, weeks.end, most]), slot)?.collect::<Result<_, _>>()?;
        slots.sort_unstable_by_key(|slot| std::cmp::Reverse(*slot));
        slots.dedup();
        Ok(slots)
    }

    /// One more than the last week of any text.
    fn weeks(&self) -> Result<i64, StoreError> {
        let mut query = self.db.prepare_cached("SELECT coalesce(max(id), 0) FROM search_docsize")?;
        let last: i64 = query.query_row([], |row| row.get(0))?;
        Ok(last.checked_div(NUMBER.saturating_add(1)).unwrap_or(0).saturating_add(1))
    }
}
