//! Rows of cells: aligned for people, tab-separated for programs.

use super::Look;
use super::text::{fit, line, width};

/// A table under construction; the last column takes what room is left.
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table whose first row names the columns; programs do not get that row.
    pub fn new(look: &Look, head: &[&str]) -> Self {
        let rows = if look.terminal { vec![head.iter().map(|cell| (*cell).to_owned()).collect()] } else { Vec::new() };
        Self { rows }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells.into_iter().map(|cell| line(&cell)).collect());
    }

    /// The text.
    pub fn finish(self, look: &Look) -> String {
        if !look.terminal {
            return self.rows.iter().map(|row| row.join("\t") + "\n").collect();
        }
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|column| self.rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max().unwrap_or(0))
            .collect();
        self.rows.iter().map(|row| aligned(row, &widths, look.columns)).collect()
    }
}

fn aligned(row: &[String], widths: &[usize], columns: usize) -> String {
    let mut out = String::new();
    let last = row.len().saturating_sub(1);
    for (index, (cell, wide)) in row.iter().zip(widths).enumerate() {
        if index == last {
            let room = columns.saturating_sub(width(&out)).max(12);
            out.push_str(&fit(cell, room));
        } else {
            let shown = fit(cell, (*wide).min(32));
            let pad = (*wide).min(32).saturating_sub(width(&shown)).saturating_add(2);
            out.push_str(&shown);
            out.extend(std::iter::repeat_n(' ', pad));
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_the_last_one_is_cut() {
        let look = Look { json: false, terminal: true, columns: 24 };
        let mut table = Table::new(&look, &["id", "name", "purpose"]);
        table.row(vec!["a1".to_owned(), "日本".to_owned(), "everything that matters".to_owned()]);
        assert_eq!(table.finish(&look), "id  name  purpose\na1  日本  everything th…\n");
    }

    #[test]
    fn programs_get_tabs_and_no_head() {
        let look = Look { json: false, terminal: false, columns: 80 };
        let mut table = Table::new(&look, &["id", "name"]);
        table.row(vec!["a1".to_owned(), "x\ty".to_owned()]);
        assert_eq!(table.finish(&look), "a1\tx y\n");
    }
}
