//! Full text search over the current text of every message.

use rusqlite::params;

use crate::messages::{MESSAGE_COLUMNS, ShownRow};
use crate::open::{Read, StoreError};
use crate::pages::shown_row;

/// Up to how many matches are ranked by relevance; beyond, newest first.
pub const RANKED: u64 = 20_000;

/// What to look for: all of it must occur.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Each one a word or the words of a phrase.
    pub terms: Vec<Term>,
}

/// A word or phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The words; those of a phrase stand next to each other.
    pub text: String,
    /// Whether the last word may go on.
    pub prefix: bool,
    /// Whether it must not occur.
    pub not: bool,
}

/// A match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HitRow {
    /// The message.
    pub shown: ShownRow,
    /// Words around the match, matches between `«` and `»`.
    pub snippet: String,
}

impl Words {
    /// The FTS5 expression; every word is quoted, so no operator of a user's reaches FTS5.
    /// `None` where there is nothing to look for.
    fn expression(&self) -> Option<String> {
        let quote = |term: &Term| {
            let star = if term.prefix { " *" } else { "" };
            format!("\"{}\"{star}", term.text.replace('"', "\"\"").replace('\0', " "))
        };
        let side = |not: bool| self.terms.iter().filter(|term| term.not == not).map(quote).collect::<Vec<_>>();
        let wanted = side(false);
        if wanted.is_empty() {
            return None;
        }
        let unwanted: String = side(true).iter().map(|term| format!(" NOT {term}")).collect();
        Some(format!("({}){unwanted}", wanted.join(" AND ")))
    }
}

impl Read<'_> {
    /// How many messages match.
    pub fn count_hits(&self, words: &Words) -> Result<u64, StoreError> {
        let Some(expression) = words.expression() else { return Ok(0) };
        let mut query = self.db.prepare_cached("SELECT count(*) FROM search WHERE search MATCH ?1")?;
        Ok(query.query_row([expression], |row| row.get(0))?)
    }

    /// Matches from number `skip` on, at most `limit`: best first where `ranked`, else newest to
    /// this node first.
    pub fn hits(&self, words: &Words, ranked: bool, skip: u32, limit: u32) -> Result<Vec<HitRow>, StoreError> {
        let Some(expression) = words.expression() else { return Ok(Vec::new()) };
        let order = if ranked { "rank, rowid DESC" } else { "rowid DESC" };
        let mut found = self.db.prepare_cached(&format!(
            "SELECT rowid, snippet(search, -1, '«', '»', '…', 16)
             FROM search
             WHERE search MATCH ?1
             ORDER BY {order}
             LIMIT ?3 OFFSET ?2"
        ))?;
        let mut shown = self.db.prepare_cached(&format!(
            "SELECT {MESSAGE_COLUMNS}, x.title, x.text, coalesce(p.name, '')
             FROM message AS m
             LEFT JOIN text AS x ON x.n = m.n
             LEFT JOIN member AS p ON p.id = m.member
             WHERE m.n = ?1"
        ))?;
        let mut rows = found.query(params![expression, skip, limit])?;
        let mut hits = Vec::new();
        while let Some(row) = rows.next()? {
            let (n, snippet): (i64, String) = (row.get(0)?, row.get(1)?);
            hits.push(HitRow { shown: shown.query_row([n], shown_row)?, snippet });
        }
        Ok(hits)
    }
}
