//! Full text search over the current text of every message that is shown.
//!
//! Tokens are what `unicode61` makes of a text: words without accents, in lower case. Scripts that
//! don't put spaces between words give one token for each run of letters.

use std::collections::HashMap;

use rusqlite::{Row, params};

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

// A reply whose root has not come is in the index and not shown. There are few, if any.
const MATCHES: &str = "
FROM search
WHERE search MATCH ?1 AND rowid NOT IN (SELECT n FROM message INDEXED BY message_hidden WHERE shown = 0)";

impl Read<'_> {
    /// How many messages match.
    pub fn count_hits(&self, words: &Words) -> Result<u64, StoreError> {
        let Some(expression) = words.expression() else { return Ok(0) };
        let mut query = self.db.prepare_cached(&format!("SELECT count(*) {MATCHES}"))?;
        Ok(query.query_row([expression], |row| row.get(0))?)
    }

    /// Matches from number `skip` on, at most `limit`: best first where `ranked`, else those that
    /// came to this node last first.
    pub fn hits(&self, words: &Words, ranked: bool, skip: u32, limit: u32) -> Result<Vec<HitRow>, StoreError> {
        let Some(expression) = words.expression() else { return Ok(Vec::new()) };
        let order = if ranked { "rank, rowid DESC" } else { "rowid DESC" };
        let mut found =
            self.db.prepare_cached(&format!("SELECT rowid {MATCHES} ORDER BY {order} LIMIT ?3 OFFSET ?2"))?;
        let numbers =
            found.query_map(params![expression, skip, limit], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
        let mut rows = self.shown_hits(&expression, &numbers)?;
        Ok(numbers.iter().filter_map(|n| rows.remove(n)).collect())
    }

    /// Messages with their snippets. Asked for once they are chosen, since with the matches SQLite
    /// would make a snippet of every match before it sorts them; all at once, since what begins with a
    /// few letters is gathered anew by each query.
    fn shown_hits(&self, expression: &str, numbers: &[i64]) -> Result<HashMap<i64, HitRow>, StoreError> {
        let chosen = format!("[{}]", numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(","));
        let mut query = self.db.prepare_cached(&format!(
            "SELECT {MESSAGE_COLUMNS}, x.title, x.text, coalesce(p.name, ''),
                    snippet(search, -1, '«', '»', '…', 16)
             FROM search
             CROSS JOIN message AS m ON m.n = search.rowid
             LEFT JOIN text AS x ON x.n = m.n
             LEFT JOIN log AS l ON l.no = m.log
             LEFT JOIN member AS p ON p.id = l.member
             WHERE search MATCH ?1 AND +search.rowid IN (SELECT value FROM json_each(?2))"
        ))?;
        let read = |row: &Row<'_>| {
            let shown = shown_row(row)?;
            Ok((shown.message.n, HitRow { shown, snippet: row.get(18)? }))
        };
        Ok(query.query_map(params![expression, chosen], read)?.collect::<Result<_, _>>()?)
    }
}
