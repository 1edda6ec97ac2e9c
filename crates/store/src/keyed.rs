//! Messages of a key, newest first: those of a channel, of a thread, by somebody.
//!
//! Each key has an index that goes by time or by week, so that candidates come from it a few weeks at a
//! time, in the order of slots, without a row being read.

use std::ops::Range;

use cremona_envelope::MemberId;
use rusqlite::params_from_iter;

use crate::candidates::{Drawn, first_slot};
use crate::index::{NUMBER, WEEK_MS};
use crate::open::{Read, StoreError};
use crate::rule::{EVERYONE, Is, Rule, blob, coloured, listed};

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
    /// Something rare, as this selects it.
    Said(String),
}

impl Key {
    /// The key that gives what a rule wants, and perhaps more; none where no index goes by it.
    pub(crate) fn of(rule: &Rule) -> Option<Self> {
        if rule.not {
            return None;
        }
        Some(match &rule.is {
            Is::Channel(no) => Self::Channel(*no),
            Is::Thread(n) => Self::Thread(*n),
            Is::From { logs, claimants } => Self::From { logs: logs.clone(), claimants: claimants.clone() },
            Is::Edited => Self::Edited,
            Is::Flagged(colour) => Self::Said(flags(&coloured(*colour))),
            Is::Pinned => Self::Said(about("pin AS p", "m.id = p.message", "p.on_ = 1")),
            Is::Resolved => {
                let roots = "resolve AS r CROSS JOIN message AS o ON o.id = r.root";
                let root = about(roots, "m.n = o.n", "r.on_ = 1");
                Self::Said(format!("{root} UNION ALL {}", about(roots, "m.root = o.n AND m.root <> 0", "r.on_ = 1")))
            }
            Is::Announcement => {
                Self::Said(format!("{SELECT} FROM message AS m WHERE m.manner <> 0 AND m.manner & 1 = 1 AND {WEEKS}"))
            }
            Is::Mentions(member) => Self::Said(mentions(&[*member])),
            Is::To(member) => {
                let named = about("flag_for AS g", "m.id = g.message", &format!("g.recipient = {}", blob(member)));
                let everyone = flags("f.colour > 0 AND f.everyone = 1");
                let mentions = mentions(&[*member, EVERYONE]);
                Self::Said(format!("{mentions} UNION ALL {named} UNION ALL {everyone}"))
            }
            Is::Among(numbers) => {
                Self::Said(format!("{SELECT} FROM message AS m WHERE m.n IN ({}) AND {WEEKS}", listed(numbers)))
            }
            Is::Within(..)
            | Is::Imported
            | Is::Posted
            | Is::Link
            | Is::Attachment
            | Is::Embargoed(_)
            | Is::Judged(_)
            | Is::Readable
            | Is::Nothing => return None,
        })
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

/// Numbers and weeks of messages `m`.
const SELECT: &str = "SELECT m.n, m.time / 604800000 AS week";
/// Those of the weeks that are asked for.
const WEEKS: &str = "m.time / 604800000 >= ?1 AND m.time / 604800000 < ?2";

/// Messages of which another table says something.
fn about(table: &str, on: &str, what: &str) -> String {
    format!("{SELECT} FROM {table} CROSS JOIN message AS m ON {on} WHERE {what} AND {WEEKS}")
}

fn flags(what: &str) -> String {
    about("flag AS f", "m.id = f.message", what)
}

fn mentions(members: &[MemberId]) -> String {
    let members: Vec<String> = members.iter().map(blob).collect();
    about("mention AS c", "m.n = c.message", &format!("c.member IN ({})", members.join(", ")))
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
