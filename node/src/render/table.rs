//! Rows of cells: aligned and cut to the terminal for people, tab-separated for programs.

use super::text::{fit, line, width};
use super::{Ink, Look};
use crate::words::Lang;
use cremona_engine::Said;

/// Columns between two cells.
const GAP: usize = 2;
/// A column is not cut below this for the sake of others.
const LEAST: usize = 8;
/// What the last column keeps, however wide the others are.
const LEAST_LAST: usize = 12;

/// A table under construction; the last column takes what room is left.
pub struct Table {
    rows: Vec<Row>,
}

struct Row {
    ink: Option<Ink>,
    cells: Vec<String>,
}

impl Table {
    /// A table whose first row names the columns, in the words of `head`; programs do not get that
    /// row.
    pub fn new(look: &Look, head: &[&str]) -> Self {
        let named = |code: &&str| Lang::say(look.lang, &Said::new(code));
        let head = Row { ink: Some(Ink::Faint), cells: head.iter().map(named).collect() };
        Self { rows: if look.terminal && !head.cells.is_empty() { vec![head] } else { Vec::new() } }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<String>) {
        let cells = cells.into_iter().map(|cell| line(&cell)).collect();
        self.rows.push(Row { ink: None, cells });
    }

    /// Adds a row in an ink.
    #[cfg(test)]
    pub fn inked(&mut self, ink: Option<Ink>, cells: &[String]) {
        self.rows.push(Row { ink, cells: cells.iter().map(|cell| line(cell)).collect() });
    }

    /// The text.
    pub fn finish(self, look: &Look) -> String {
        if !look.terminal {
            return self.rows.iter().map(|row| row.cells.join("\t") + "\n").collect();
        }
        let columns = self.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        let widest = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.cells.get(column));
            cells.map(|cell| width(cell)).max().unwrap_or(0)
        };
        let widths = fitted((0..columns).map(widest).collect(), look.columns);
        let draw = |row: &Row| {
            let text = aligned(&row.cells, &widths);
            row.ink.map_or_else(|| text.clone(), |ink| look.ink(ink, &text)) + "\n"
        };
        self.rows.iter().map(draw).collect()
    }
}

/// Widths that fit in `columns` as far as that can be: the widest column gives way first, the last
/// one down to [`LEAST_LAST`], others down to [`LEAST`].
fn fitted(mut widths: Vec<usize>, columns: usize) -> Vec<usize> {
    let gaps = GAP * widths.len().saturating_sub(1);
    let last = widths.len().saturating_sub(1);
    loop {
        let used = widths.iter().sum::<usize>() + gaps;
        let least = |index: usize| if index == last { LEAST_LAST } else { LEAST };
        let widest =
            (0..widths.len()).filter(|index| widths[*index] > least(*index)).max_by_key(|index| widths[*index]);
        match widest {
            Some(index) if used > columns => widths[index] -= 1,
            Some(_) | None => return widths,
        }
    }
}

fn aligned(cells: &[String], widths: &[usize]) -> String {
    let mut out = String::new();
    for (cell, wide) in cells.iter().zip(widths) {
        let shown = fit(cell, *wide);
        let pad = wide.saturating_sub(width(&shown)).saturating_add(GAP);
        out.push_str(&shown);
        out.extend(std::iter::repeat_n(' ', pad));
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(columns: usize, rows: &[&[&str]]) -> String {
        let look = Look::at_terminal(columns);
        let mut table = Table::new(&look, &["column-id", "column-name", "column-purpose"]);
        for row in rows {
            table.row(row.iter().map(|cell| (*cell).to_owned()).collect());
        }
        table.finish(&look)
    }

    #[test]
    fn columns_line_up_and_the_widest_one_is_cut() {
        assert_eq!(
            table(24, &[&["a1", "日本", "everything that matters"]]),
            "id  name  purpose\na1  日本  everything th…\n"
        );
    }

    #[test]
    fn emoji_of_several_parts_and_marks_upon_letters_take_the_room_that_they_show() {
        let family = "👩\u{200d}👩\u{200d}👧\u{200d}👦";
        let shown = table(40, &[&["a1", family, "one"], &["a2", "e\u{301}te\u{301}", "two"], &["a3", "🇮🇩", "three"]]);
        let starts = |word: &str| {
            let row = shown.lines().find(|row| row.ends_with(word)).unwrap();
            width(row) - width(word)
        };
        assert_eq!(starts("one"), 10);
        assert_eq!((starts("one"), starts("two")), (starts("purpose"), starts("three")), "{shown}");
    }

    #[test]
    fn no_row_is_wider_than_the_terminal() {
        let long = "Wörter, 言葉 und كلمات ".repeat(6);
        for columns in 40..160 {
            let shown = table(columns, &[&["0123abcd", &long, &long], &["0123abcd", "short", &long]]);
            for row in shown.lines() {
                assert!(width(row) <= columns, "{columns}: {row}");
            }
        }
    }

    #[test]
    fn a_colour_changes_no_width() {
        let look = Look { colour: true, ..Look::at_terminal(40) };
        let mut table = Table::new(&look, &["column-id", "column-name"]);
        table.inked(Some(Ink::Bold), &["a1".to_owned(), "ana".to_owned()]);
        assert_eq!(table.finish(&look), "\u{1b}[2mid  name\u{1b}[0m\n\u{1b}[1ma1  ana\u{1b}[0m\n");
    }

    #[test]
    fn programs_get_tabs_and_no_head() {
        let look = Look::piped();
        let mut table = Table::new(&look, &["column-id", "column-name"]);
        table.row(vec!["a1".to_owned(), "x\ty".to_owned()]);
        assert_eq!(table.finish(&look), "a1\tx y\n");
    }
}
