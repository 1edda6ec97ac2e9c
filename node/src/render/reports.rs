//! Reports: what was missed, what a day begins with, which nodes hold a message, when one may be heard.

use std::fmt::Write;

use cremona_engine::ask::{
    BusyThread, CatchUp, DayDigest, Forecast, Held, HeldBy, Holds, InboxRow, MemberForecast, Part, Sentence,
};

use super::inbox::two_lines;
use super::table::Table;
use super::text::{fit, line};
use super::{Ink, Look, short};
use crate::words::say;

/// What was missed, in the order in which it is worth reading.
pub fn catch_up(report: &CatchUp, look: &Look) -> String {
    let mut out = format!("{}\n", look.ink(Ink::Bold, &line(&report.title)));
    part(&mut out, &report.decisions, look, sentence);
    part(&mut out, &report.questions, look, sentence);
    part(&mut out, &report.overdue, look, two_lines);
    part(&mut out, &report.busiest, look, busy);
    let nothing = [report.decisions.rows.len(), report.questions.rows.len(), report.overdue.rows.len()];
    if nothing.iter().sum::<usize>() == 0 && report.busiest.rows.is_empty() {
        let _ = writeln!(out, "\n{}", say!(look.lang, "report-nothing"));
    }
    if report.more {
        let _ = writeln!(out, "\n{}", say!(look.lang, "report-more"));
    }
    out
}

/// What a day begins with.
pub fn day_digest(digest: &DayDigest, look: &Look) -> String {
    let mut out = format!("{}\n", look.ink(Ink::Bold, &line(&digest.title)));
    for rows in [&digest.held, &digest.waiting, &digest.expired] {
        part(&mut out, rows, look, two_lines);
    }
    let all: [&Part<InboxRow>; 3] = [&digest.held, &digest.waiting, &digest.expired];
    if all.iter().all(|part| part.rows.is_empty()) {
        let _ = writeln!(out, "\n{}", say!(look.lang, "report-nothing"));
    }
    out
}

fn part<T>(out: &mut String, part: &Part<T>, look: &Look, show: fn(&T, &Look) -> String) {
    if part.rows.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", look.ink(Ink::Bold, &line(&part.title)));
    part.rows.iter().for_each(|row| out.push_str(&show(row, look)));
    if part.left_out > 0 {
        let _ = writeln!(out, "  {}", say!(look.lang, "report-left-out", count = part.left_out));
    }
}

fn sentence(row: &Sentence, look: &Look) -> String {
    let room = look.columns.saturating_sub(4).max(20);
    let below =
        format!("{} · #{} · {} · {}", line(&row.author.name), line(&row.channel_name), row.date, short(&row.message));
    format!("  {}\n    {}\n", fit(&line(&row.line), room), look.ink(Ink::Faint, &fit(&below, room)))
}

fn busy(row: &BusyThread, look: &Look) -> String {
    let room = look.columns.saturating_sub(4).max(20);
    let others = if row.others > 0 { format!(" +{}", row.others) } else { String::new() };
    let who = format!("{}{others}", line(&row.people.join(", ")));
    let count = say!(look.lang, "report-messages", count = row.messages);
    let below = format!("#{} · {count} · {who} · {}", line(&row.channel_name), short(&row.thread));
    let mut out = format!(
        "  {}\n    {}\n",
        look.ink(Ink::Bold, &fit(&line(&row.title), room)),
        look.ink(Ink::Faint, &fit(&below, room))
    );
    let _ = writeln!(out, "    {}", fit(&format!("{}: {}", row.first_date, line(&row.first)), room));
    if row.messages > 1 {
        let _ = writeln!(out, "    {}", fit(&format!("{}: {}", row.last_date, line(&row.last)), room));
    }
    out
}

/// Which nodes hold a message.
pub fn held(held: &Held, look: &Look) -> String {
    if !look.terminal {
        let mut table = Table::new(look, &[]);
        for node in &held.nodes {
            table.row(vec![node.device.clone(), name(node, look), word(node.holds).to_owned()]);
        }
        return table.finish(look);
    }
    let mut out = say!(look.lang, "held-on", holds = held.holds, count = held.nodes.len()) + "\n";
    for node in held.nodes.iter().filter(|node| node.holds != Holds::Yes) {
        let who = name(node, look);
        let state = match node.holds {
            Holds::NotYet => say!(look.lang, "held-not-yet", name = who),
            Holds::Yes | Holds::Unknown => say!(look.lang, "held-unknown", name = who),
        };
        let when = node.forecast.as_ref().map(|forecast| when_heard(forecast, look)).unwrap_or_default();
        let _ = writeln!(out, "  {}", format!("{state} {when}").trim());
    }
    out
}

fn name(node: &HeldBy, look: &Look) -> String {
    node.member.as_ref().map_or_else(|| say!(look.lang, "held-mailbox"), |member| line(&member.name))
}

fn word(holds: Holds) -> &'static str {
    match holds {
        Holds::Yes => "yes",
        Holds::NotYet => "not-yet",
        Holds::Unknown => "unknown",
    }
}

/// When a member's node may be heard next.
pub fn forecast(forecast: &MemberForecast, look: &Look) -> String {
    let name = line(&forecast.member.name);
    match (look.there(&forecast.zone), &forecast.forecast) {
        (Some(there), Forecast::Likely { .. }) => {
            let zone = say!(look.lang, "forecast-zone", zone = &forecast.zone);
            format!("{name}: {} {zone}\n", when_heard(&forecast.forecast, &there))
        }
        (_, forecast) => format!("{name}: {}\n", when_heard(forecast, look)),
    }
}

fn when_heard(forecast: &Forecast, look: &Look) -> String {
    match forecast {
        Forecast::Here => say!(look.lang, "forecast-here"),
        Forecast::NoIdea => say!(look.lang, "forecast-no-idea"),
        Forecast::Likely { at, early, late: Some(late) } => {
            let [at, early, late] = [at, early, late].map(|time| look.when(time));
            say!(look.lang, "forecast-likely", when = at, early = early, late = late)
        }
        Forecast::Likely { at, early, late: None } => {
            say!(look.lang, "forecast-open", when = look.when(at), early = look.when(early))
        }
    }
}
