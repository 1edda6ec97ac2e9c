//! What the doctor found: a line for each station, and below it what to do.

use super::Look;
use super::table::Table;
use super::text::{block, line};
use crate::doctor::{Report, State};

/// The report.
pub fn report(report: &Report, look: &Look) -> String {
    if !look.terminal {
        let mut table = Table::new(look, &[]);
        for check in &report.checks {
            table.row(vec![word(check.state).to_owned(), check.name.clone(), check.says.clone(), check.next.clone()]);
        }
        return table.finish(look);
    }
    let wide = report.checks.iter().map(|check| super::text::width(&line(&check.name))).max().unwrap_or(0).min(24);
    let mut out = String::new();
    for check in &report.checks {
        let name = super::text::fit(&line(&check.name), wide);
        let pad = " ".repeat(wide.saturating_sub(super::text::width(&name)));
        let indent = " ".repeat(wide.saturating_add(4));
        let room = look.columns.saturating_sub(wide.saturating_add(4)).max(24);
        let next = if check.next.is_empty() { String::new() } else { format!("→ {}", line(&check.next)) };
        let mut rows = block(&line(&check.says), room);
        rows.extend(block(&next, room));
        let mut rows = rows.into_iter();
        out.push_str(&format!("{} {name}{pad}  {}\n", mark(check.state), rows.next().unwrap_or_default()));
        rows.for_each(|row| out.push_str(&format!("{indent}{row}\n")));
    }
    out.push_str(if report.ok { "Nothing is wrong.\n" } else { "" });
    out
}

fn mark(state: State) -> char {
    match state {
        State::Good => '✓',
        State::Note => '·',
        State::Wrong => '✗',
    }
}

fn word(state: State) -> &'static str {
    match state {
        State::Good => "good",
        State::Note => "note",
        State::Wrong => "wrong",
    }
}
