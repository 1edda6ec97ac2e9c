//! What the doctor found: a line for each station, and below it what to do.

use cremona_engine::{Given, Said};

use super::table::Table;
use super::text::{block, fit, line, width};
use super::{Ink, Look};
use crate::doctor::{Check, Report, State, Station};
use crate::words::{Lang, say};

/// Widest name of a station.
const WIDEST: usize = 24;

/// The report.
pub fn report(report: &Report, look: &Look) -> String {
    if !look.terminal {
        return rows(report, look);
    }
    let names: Vec<String> = report.checks.iter().map(|check| name(check, look.lang)).collect();
    let wide = names.iter().map(|name| width(name)).max().unwrap_or(0).min(WIDEST);
    let mut out = String::new();
    for (check, name) in report.checks.iter().zip(&names) {
        out.push_str(&station(check, name, wide, look));
    }
    if report.ok {
        out.push_str(&(say!(look.lang, "doctor-fine") + "\n"));
    }
    out
}

fn station(check: &Check, name: &str, wide: usize, look: &Look) -> String {
    let name = fit(name, wide);
    let pad = " ".repeat(wide.saturating_sub(width(&name)));
    let indent = " ".repeat(wide.saturating_add(4));
    let room = look.columns.saturating_sub(wide.saturating_add(4)).max(24);
    let said = timed(&check.said, look);
    let next = look.lang.hint(&said);
    let next = if next.is_empty() { next } else { format!("→ {}", line(&next)) };
    let mut rows = block(&line(&look.lang.say(&said)), room);
    rows.extend(block(&next, room));
    let mut rows = rows.into_iter();
    let mut out = format!("{} {name}{pad}  {}\n", mark(check.state, look), rows.next().unwrap_or_default());
    rows.for_each(|row| out.push_str(&format!("{indent}{row}\n")));
    out
}

/// For programs: in English, as in `--json`.
fn rows(report: &Report, look: &Look) -> String {
    let mut table = Table::new(look, &[]);
    for check in &report.checks {
        let state = match check.state {
            State::Good => "good",
            State::Note => "note",
            State::Wrong => "wrong",
        };
        let (says, next) = (Lang::En.say(&check.said), Lang::En.hint(&check.said));
        table.row(vec![state.to_owned(), check.station.name().to_owned(), says, next]);
    }
    table.finish(look)
}

/// What a station is called.
pub fn name(check: &Check, lang: Lang) -> String {
    match &check.station {
        Station::Known(name) => lang.say(&Said::new(&format!("check-{name}"))),
        Station::Teammate(name) => line(name),
    }
}

fn mark(state: State, look: &Look) -> String {
    match state {
        State::Good => look.ink(Ink::Green, "✓"),
        State::Note => "·".to_owned(),
        State::Wrong => look.ink(Ink::Red, "✗"),
    }
}

/// The same with times as people read them.
fn timed(said: &Said, look: &Look) -> Said {
    let given = |(name, given): (&String, &Given)| {
        let given = match given {
            Given::Text(time) if name == "time" => Given::Text(look.when(time)),
            Given::Said(said) => Given::Said(timed(said, look)),
            Given::Text(_) | Given::Number(_) => given.clone(),
        };
        (name.clone(), given)
    };
    Said { code: said.code.clone(), with: said.with.iter().map(given).collect() }
}
