//! Counting, checking and comparing: for `status`, `verify` and `fsck`.

use std::collections::BTreeSet;

use rusqlite::types::ValueRef;

use crate::directory::LISTED;
use crate::open::{Read, Store, StoreError, Write};
use crate::schema::DERIVED;

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Envelopes that count.
    pub envelopes: u64,
    /// Messages shown and not deleted.
    pub messages: u64,
    /// Threads.
    pub threads: u64,
    /// Channels.
    pub channels: u64,
    /// Members.
    pub members: u64,
}

/// What deserves attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Oddities {
    /// Envelopes that need a newer version.
    pub unknown: u64,
    /// Envelopes that no key opens.
    pub closed: u64,
    /// Records that break a rule.
    pub refused: u64,
    /// Bodies that are awaited.
    pub missing: u64,
    /// Logs with a proven fork.
    pub forks: u64,
    /// Bytes of current text.
    pub text_bytes: u64,
    /// The latest time that any log shows.
    pub latest: u64,
}

/// How a projection table is written out so that row numbers of one store don't matter.
const DUMPS: &[(&str, &str)] = &[
    ("log", "SELECT id, device, life, member, link, seq, head, time, bytes, cut FROM log ORDER BY 1"),
    ("member", "SELECT id, name, name_time, name_id, joined FROM member ORDER BY id"),
    ("device", "SELECT device, member, box_key FROM device ORDER BY device"),
    ("channel", "SELECT id, known, created, member, name, purpose, imported FROM channel WHERE known = 1 ORDER BY id"),
    ("register", "SELECT target, field, time, id, value FROM register ORDER BY target, field"),
    (
        "message",
        "SELECT m.id, d.channel, d.month, c.id, coalesce(r.id, a.id, m.id), m.time, l.id, m.seq, m.shown, m.edited,
                m.deleted, m.manner, m.embargo, k.source, k.author, m.claims, x.title, x.text, xl.id, x.seq
         FROM message AS m
         JOIN doc AS d ON d.no = m.doc
         JOIN channel AS c ON c.no = m.channel
         JOIN log AS l ON l.no = m.log
         LEFT JOIN message AS r ON r.n = m.root
         LEFT JOIN awaited AS a ON a.no = -m.root
         LEFT JOIN claimant AS k ON k.no = m.claimant
         LEFT JOIN text AS x ON x.n = m.n
         LEFT JOIN log AS xl ON xl.no = x.log
         ORDER BY m.id",
    ),
    (
        "thread",
        "SELECT m.id, c.id, t.last, t.replies
         FROM thread AS t
         JOIN message AS m ON m.n = t.root
         JOIN channel AS c ON c.no = t.channel
         ORDER BY m.id",
    ),
    (
        "channel_count",
        "SELECT c.id, n.messages, n.threads
         FROM channel_count AS n
         JOIN channel AS c ON c.no = n.channel
         WHERE n.messages <> 0 OR n.threads <> 0
         ORDER BY c.id",
    ),
    ("copy", "SELECT c.message, l.id, c.seq, c.member FROM copy AS c JOIN log AS l ON l.no = c.log ORDER BY 1, 2, 3"),
    (
        "version",
        "SELECT v.message, v.time, v.id, l.id, v.seq, v.member, d.channel, d.month
         FROM version AS v
         JOIN log AS l ON l.no = v.log
         JOIN doc AS d ON d.no = v.doc
         ORDER BY 1, 2, 3, 4, 5",
    ),
    (
        "tombstone",
        "SELECT t.message, t.member, d.channel, d.month
         FROM tombstone AS t
         JOIN doc AS d ON d.no = t.doc
         ORDER BY 1, 2, 3, 4",
    ),
    ("reaction", "SELECT message, member, emoji, time, id, on_ FROM reaction ORDER BY 1, 2, 3"),
    ("mention", "SELECT m.id, t.member FROM mention AS t JOIN message AS m ON m.n = t.message ORDER BY 1, 2"),
    (
        "flag",
        "SELECT f.message, f.member, f.time, f.id, f.colour, f.due, f.everyone, f.escalate, l.id, f.seq
         FROM flag AS f
         JOIN log AS l ON l.no = f.log
         ORDER BY 1, 2",
    ),
    ("flag_for", "SELECT recipient, message, member FROM flag_for ORDER BY 1, 2, 3"),
    ("pin", "SELECT message, time, id, on_, member FROM pin ORDER BY 1"),
    ("resolve", "SELECT root, time, id, on_, member FROM resolve ORDER BY 1"),
    (
        "title",
        "SELECT t.root, t.time, t.id, l.id, t.seq, t.text FROM title AS t JOIN log AS l ON l.no = t.log ORDER BY 1",
    ),
    ("acknowledge", "SELECT message, member, time FROM acknowledge ORDER BY 1, 2"),
    ("about", "SELECT member, field, time, id, value FROM about ORDER BY 1, 2"),
    ("missing", "SELECT l.id, m.seq FROM missing AS m JOIN log AS l ON l.no = m.log ORDER BY 1, 2"),
    (
        "chain",
        "SELECT l.id, d.channel, d.month, c.seq, c.hash
         FROM chain AS c
         JOIN log AS l ON l.no = c.log
         JOIN doc AS d ON d.no = c.doc
         ORDER BY 1, 2, 3",
    ),
];

/// Most differences that are told one by one.
const TOLD: usize = 20;

impl Read<'_> {
    /// Counts for `verify` and `status`.
    pub fn counts(&self) -> Result<Counts, StoreError> {
        let count = |sql: &str| self.db.prepare_cached(sql)?.query_row([], |row| row.get::<_, u64>(0));
        Ok(Counts {
            envelopes: count(
                "SELECT coalesce(sum(CASE WHEN cut > 0 THEN min(seq, cut - 1) ELSE seq END), 0) FROM log",
            )?,
            messages: count("SELECT coalesce(sum(messages), 0) FROM channel_count")?,
            threads: count("SELECT coalesce(sum(threads), 0) FROM channel_count")?,
            channels: count(&format!("SELECT count(*) FROM channel AS c WHERE {LISTED}"))?,
            members: count("SELECT count(DISTINCT member) FROM log WHERE cut <> 1")?,
        })
    }

    /// Counts of what deserves attention.
    pub fn oddities(&self) -> Result<Oddities, StoreError> {
        let count = |sql: &str| self.db.prepare_cached(sql)?.query_row([], |row| row.get::<_, u64>(0));
        Ok(Oddities {
            unknown: count("SELECT count(*) FROM envelope INDEXED BY envelope_odd WHERE status >= 2 AND status = 4")?,
            closed: count("SELECT count(*) FROM envelope INDEXED BY envelope_odd WHERE status >= 2 AND status = 2")?,
            refused: count("SELECT count(*) FROM envelope INDEXED BY envelope_odd WHERE status >= 2 AND status = 3")?,
            missing: count("SELECT count(*) FROM missing")?,
            forks: count("SELECT count(*) FROM log WHERE cut > 0")?,
            text_bytes: count("SELECT text_bytes FROM tally")?,
            latest: count("SELECT coalesce(max(time), 0) FROM log")?,
        })
    }

    /// What SQLite and the search index say of themselves; empty where all is well.
    pub fn integrity(&self) -> Result<Vec<String>, StoreError> {
        let mut query = self.db.prepare("PRAGMA integrity_check(20)")?;
        let lines: Vec<String> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(lines.into_iter().filter(|line| line != "ok").collect())
    }
}

impl Write<'_> {
    /// Whether the search index agrees with the texts.
    pub fn index_agrees(&self) -> bool {
        self.db.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)", []).is_ok()
    }

    /// Moves every current text back into its body, as `encode` writes it, and empties everything
    /// that is derived, so that it can be built again. A body that is kept as its own bytes stays
    /// as it is, since `encode` may write that text otherwise.
    pub fn clear_derived(&self, encode: impl Fn(Option<&str>, &str) -> Vec<u8>) -> Result<(), StoreError> {
        let mut texts = self.db.prepare("SELECT log, seq, title, text FROM text")?;
        let mut rows = texts.query([])?;
        let mut put =
            self.db.prepare("UPDATE body SET form = 0, n = 0, bytes = ?3 WHERE log = ?1 AND seq = ?2 AND form = 2")?;
        while let Some(row) = rows.next()? {
            let (log, seq): (i64, u64) = (row.get(0)?, row.get(1)?);
            let (title, text): (Option<String>, String) = (row.get(2)?, row.get(3)?);
            put.execute(rusqlite::params![log, seq, encode(title.as_deref(), &text)])?;
        }
        self.db.execute("DELETE FROM text", [])?;
        self.db.execute("UPDATE tally SET text_bytes = 0", [])?;
        // What this transaction has counted so far is counted again with all the rest.
        self.grown.set(0);
        self.counted.forget();
        self.known.forget();
        self.unindexed.borrow_mut().clear();
        self.db.execute("INSERT INTO search (search) VALUES ('rebuild')", [])?;
        for table in DERIVED {
            self.db.execute(&format!("DELETE FROM {table}"), [])?;
        }
        Ok(())
    }
}

/// Compares everything derived in two stores, row by row: how many rows there are, and in words
/// what differs.
///
/// # Errors
/// [`StoreError`] where SQLite fails.
pub fn compare(kept: &Store, fresh: &Store) -> Result<(u64, Vec<String>), StoreError> {
    let mut rows = 0_u64;
    let mut problems = Vec::new();
    for (table, sql) in DUMPS {
        let (count, equal) = kept.read(|ours| fresh.read(|theirs| walk(ours, theirs, sql)))?;
        rows = rows.saturating_add(count);
        if equal {
            continue;
        }
        let ours = kept.read(|read| dump(read, sql))?;
        let theirs = fresh.read(|read| dump(read, sql))?;
        let extra = ours.difference(&theirs).map(|row| format!("{table}: kept, but not derived: {row}"));
        let lost = theirs.difference(&ours).map(|row| format!("{table}: derived, but not kept: {row}"));
        problems.extend(extra.chain(lost).take(TOLD));
    }
    let (count, wrong) = kept.read(|ours| fresh.read(|theirs| compare_statuses(&ours, &theirs)))?;
    problems.extend(wrong);
    Ok((rows.saturating_add(count), problems))
}

/// Compares what became of each envelope, wherever it stands: how many there are, and the first
/// differences.
fn compare_statuses(ours: &Read<'_>, theirs: &Read<'_>) -> Result<(u64, Vec<String>), StoreError> {
    const BATCH: u32 = 4_096;
    let (mut count, mut problems) = (0_u64, Vec::new());
    for log in ours.logs()? {
        // A log that is missing is told by the comparison of logs.
        let Some(other) = theirs.log(&log.id)? else { continue };
        let mut after = 0;
        loop {
            let pages = [
                ours.envelopes(log.no, after, u64::MAX >> 1, BATCH)?,
                theirs.envelopes(other.no, after, u64::MAX >> 1, BATCH)?,
            ];
            // Up to where both pages tell everything.
            let full = pages.iter().filter(|page| page.len() >= BATCH as usize);
            let end = full.filter_map(|page| page.last()).map(|row| row.seq).min().unwrap_or(u64::MAX);
            let [kept, derived] = pages.map(|page| {
                let told = page.iter().filter(|row| row.seq <= end);
                told.map(|row| (row.seq, row.status as i64)).collect::<BTreeSet<_>>()
            });
            count = count.saturating_add(u64::try_from(kept.len()).unwrap_or(u64::MAX));
            let line = |what, (seq, status): &(u64, i64)| format!("status: {what}: {} {seq}: {status}", log.id.short());
            let extra = kept.difference(&derived).map(|row| line("kept, but not derived", row));
            let lost = derived.difference(&kept).map(|row| line("derived, but not kept", row));
            problems.extend(extra.chain(lost).take(TOLD.saturating_sub(problems.len())));
            if end == u64::MAX {
                break;
            }
            after = end;
        }
    }
    Ok((count, problems))
}

/// Reads both sides in step, holding one row of each: how many rows are kept, and whether all are
/// equal. The usual case, in which nothing has to be remembered.
fn walk(ours: Read<'_>, theirs: Read<'_>, sql: &str) -> Result<(u64, bool), StoreError> {
    let (mut ours, mut theirs) = (ours.db.prepare(sql)?, theirs.db.prepare(sql)?);
    let columns = ours.column_count();
    let (mut ours, mut theirs) = (ours.query([])?, theirs.query([])?);
    let (mut count, mut equal) = (0_u64, true);
    while let Some(row) = ours.next()? {
        count = count.saturating_add(1);
        if equal {
            equal = match theirs.next()? {
                Some(other) => (0..columns).all(|column| row.get_ref(column).ok() == other.get_ref(column).ok()),
                None => false,
            };
        }
    }
    Ok((count, equal && theirs.next()?.is_none()))
}

fn dump(read: Read<'_>, sql: &str) -> Result<BTreeSet<String>, StoreError> {
    let mut query = read.db.prepare(sql)?;
    let columns = query.column_count();
    let mut rows = query.query([])?;
    let mut out = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let cells = (0..columns).map(|column| row.get_ref(column).map(cell)).collect::<Result<Vec<_>, _>>()?;
        out.insert(cells.join(" "));
    }
    Ok(out)
}

/// A value as `fsck` tells it: texts as their length and fingerprint only, since they are private.
fn cell(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "-".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Blob(bytes) if bytes.len() <= 32 => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            format!("[{} bytes {:016x}]", bytes.len(), fingerprint(bytes))
        }
    }
}

/// FNV-1a, which is enough to see that two texts differ by accident.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
