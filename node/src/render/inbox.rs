//! The inbox: what needs me, in which order, and when that is all; and why a thread is there or not.

use cremona_engine::ask::{Because, Explained, Inbox, InboxCounts, InboxRow};
use cremona_engine::{Said, said};

use super::lists::more_after;
use super::table::Table;
use super::text::{fit, line, width};
use super::{Ink, Look, short};
use crate::words::{dates, say};

/// Columns of flag and due time.
const FLAG: usize = 22;

/// The inbox, or what expired unread.
pub fn inbox(inbox: &Inbox, look: &Look) -> String {
    if !look.terminal {
        return rows(inbox, look);
    }
    let mut out = summary(&inbox.counts, look) + "\n";
    let mut group = None;
    for row in &inbox.rows {
        if group != Some(&row.colour) {
            group = Some(&row.colour);
            out.push('\n');
        }
        out.push_str(&two_lines(row, look));
    }
    let end = match (&inbox.next, inbox.rows.is_empty()) {
        (Some(_), _) => more_after(inbox.next.as_ref(), look),
        (None, true) => String::new(),
        (None, false) => format!("\n{}\n", say!(look.lang, "inbox-all")),
    };
    out + &end
}

/// One sentence: how many, what is late, what can wait.
fn summary(counts: &InboxCounts, look: &Look) -> String {
    if counts.all == 0 {
        let expired = said!("inbox-expired", count = counts.expired);
        let expired = if counts.expired == 0 { String::new() } else { format!(" {}", look.lang.say(&expired)) };
        return say!(look.lang, "inbox-empty") + &expired;
    }
    let mut parts = vec![said!("inbox-count", count = counts.all)];
    if counts.overdue > 0 {
        parts.push(said!("inbox-overdue", count = counts.overdue));
    }
    if counts.red > 0 {
        parts.push(said!("inbox-today", count = counts.red));
    }
    if counts.green > 0 {
        parts.push(said!("inbox-can-wait", count = counts.green));
    }
    let parts: Vec<String> = parts.iter().map(|part| look.lang.say(part)).collect();
    let mut text = format!("{}.", parts.join("; "));
    if counts.expired > 0 {
        text += &format!(" {}", say!(look.lang, "inbox-expired", count = counts.expired));
    }
    look.ink(Ink::Bold, &text)
}

/// Flag and due time, title; below it where, who and how much.
pub(super) fn two_lines(row: &InboxRow, look: &Look) -> String {
    let title = if row.title.is_empty() { say!(look.lang, "deleted-title") } else { line(&row.title) };
    let flag = flag(row.colour.as_deref(), look);
    let room = look.columns.saturating_sub(FLAG + 2).max(20);
    let first = format!("{}  {}", padded(&flag, FLAG), look.ink(Ink::Bold, &fit(&title, room)));
    let first = row.colour.as_deref().map_or_else(
        || first.clone(),
        |colour| {
            format!("{}  {}", look.ink(ink(colour), &padded(&flag, FLAG)), look.ink(Ink::Bold, &fit(&title, room)))
        },
    );
    let due = due(row, look);
    let below = [
        Some(format!("#{}", line(&row.channel_name))),
        (row.by != row.last_by && !row.by.name.is_empty())
            .then(|| say!(look.lang, "inbox-from", name = line(&row.by.name))),
        Some(said_last(row, look)),
        (row.unread > 0).then(|| say!(look.lang, "inbox-new", count = row.unread)),
        row.arrived_late.then(|| format!("↳ {}", say!(look.lang, "arrived-late"))),
        row.resolved.then(|| say!(look.lang, "resolved")),
        Some(short(&row.thread).to_owned()),
    ];
    let below: Vec<String> = below.into_iter().flatten().collect();
    let below = fit(&below.join(" · "), room);
    format!("{first}\n{}  {}\n", padded(&due, FLAG), look.ink(Ink::Faint, &below))
}

fn said_last(row: &InboxRow, look: &Look) -> String {
    say!(look.lang, "inbox-last", name = line(&row.last_by.name), when = look.when(&row.last))
}

fn padded(text: &str, columns: usize) -> String {
    let text = fit(text, columns);
    let pad = columns.saturating_sub(width(&text));
    text + &" ".repeat(pad)
}

/// Shape and word of a flag.
pub(super) fn flag(colour: Option<&str>, look: &Look) -> String {
    match colour {
        Some("red") => format!("◆ {}", say!(look.lang, "flag-red")),
        Some("yellow") => format!("▲ {}", say!(look.lang, "flag-yellow")),
        Some("green") => format!("○ {}", say!(look.lang, "flag-green")),
        Some(_) | None => String::new(),
    }
}

pub(super) fn ink(colour: &str) -> Ink {
    match colour {
        "red" => Ink::Red,
        "yellow" => Ink::Yellow,
        _ => Ink::Green,
    }
}

/// By when, or by how much that has passed.
fn due(row: &InboxRow, look: &Look) -> String {
    match &row.due {
        Some(_) if row.overdue_ms > 0 => {
            say!(look.lang, "overdue", span = dates::short_span(row.overdue_ms / 60_000))
        }
        Some(due) => say!(look.lang, "due-by", when = look.when(due)),
        None => String::new(),
    }
}

/// For programs: colour, due, overdue in ms, thread, channel, unread, title.
fn rows(inbox: &Inbox, look: &Look) -> String {
    let mut table = Table::new(look, &[]);
    for row in &inbox.rows {
        table.row(vec![
            row.colour.clone().unwrap_or_default(),
            row.due.clone().unwrap_or_default(),
            row.overdue_ms.to_string(),
            row.thread.clone(),
            row.channel_name.clone(),
            row.unread.to_string(),
            row.title.clone(),
        ]);
    }
    table.finish(look)
}

/// Why a thread is in the inbox, or is not; and what done, later, follow and mark say.
pub fn explained(explained: &Explained, look: &Look) -> String {
    let title = if explained.title.is_empty() { say!(look.lang, "deleted-title") } else { line(&explained.title) };
    let head = format!("{}  {}\n", look.ink(Ink::Bold, &title), look.ink(Ink::Faint, look.id(&explained.thread)));
    let mut out = head;
    match &explained.row {
        Some(row) => {
            out.push_str(&(say!(look.lang, "why-here") + "\n"));
            for reason in &row.reasons {
                out.push_str(&format!("  {}\n", look.lang.say(&because(reason, look))));
            }
        }
        None => out.push_str(&format!("{}\n", look.lang.say(&why_not(explained, look)))),
    }
    if let Some(rule) = rule(&explained.follow) {
        out.push_str(&format!("{}\n", look.lang.say(&rule)));
    }
    out
}

/// A reason for a row, as a sentence.
pub(crate) fn because(reason: &Because, look: &Look) -> Said {
    match reason {
        Because::Flagged { by, colour, due, .. } => {
            let flag = flag(Some(colour), look);
            match due {
                Some(due) => said!("because-flagged-due", name = &by.name, flag = flag, when = look.when(due)),
                None => said!("because-flagged", name = &by.name, flag = flag),
            }
        }
        Because::StandsIn { by, instead_of, colour, .. } => {
            let flag = flag(Some(colour), look);
            said!("because-stands-in", name = &by.name, flag = flag, away = &instead_of.name)
        }
        Because::Called { messages } => said!("because-called", count = *messages),
        Because::Replies { messages } => said!("because-replies", count = *messages),
        Because::Acknowledge { message } => said!("because-acknowledge", message = short(message)),
        Because::Later { until } => said!("because-later", when = look.when(until)),
    }
}

/// Why a thread is not in the inbox, as a sentence.
pub(crate) fn why_not(explained: &Explained, look: &Look) -> Said {
    let when = explained.time.as_deref().map(|time| look.when(time)).unwrap_or_default();
    match explained.not.as_deref() {
        Some("later") => said!("not-later", when = when),
        Some("expired") => said!("not-expired", when = when),
        Some("done") => said!("not-done", when = when),
        Some("muted") => said!("not-muted"),
        Some("resolved") => said!("not-resolved"),
        Some("read") => said!("not-read"),
        Some(_) | None => said!("not-no-part"),
    }
}

/// What shall come up of it, where that is not the usual.
pub(crate) fn rule(follow: &str) -> Option<Said> {
    match follow {
        "follow" => Some(said!("rule-follow")),
        "mute" => Some(said!("rule-mute")),
        "replies" => Some(said!("rule-replies")),
        "mentions" => Some(said!("rule-mentions")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use cremona_engine::ask::Author;

    use super::*;
    use crate::words::Lang;

    fn author(name: &str) -> Author {
        Author { member: "m".to_owned(), name: name.to_owned() }
    }

    fn row(colour: Option<&str>, due: Option<&str>, overdue_ms: u64) -> InboxRow {
        InboxRow {
            thread: "0123456789abcdef".to_owned(),
            title: "Tides of next week".to_owned(),
            channel: "c1".to_owned(),
            channel_name: "plans".to_owned(),
            colour: colour.map(str::to_owned),
            due: due.map(str::to_owned),
            overdue_ms,
            since: "2026-11-27T08:00:00Z".to_owned(),
            unread: 4,
            first: None,
            arrived_late: false,
            resolved: false,
            by: author("Bo"),
            last_by: author("Bo"),
            last: "2026-11-27T09:00:00Z".to_owned(),
            reasons: vec![Because::Called { messages: 4 }],
        }
    }

    fn one(row: InboxRow, counts: InboxCounts) -> Inbox {
        Inbox { rows: vec![row], counts, next: None }
    }

    #[test]
    fn it_says_how_many_what_is_late_and_that_it_is_all() {
        let counts = InboxCounts { all: 1, red: 1, overdue: 1, ..InboxCounts::default() };
        let late = one(row(Some("red"), Some("2026-11-27T09:50:00Z"), 7_800_000), counts);
        assert_eq!(
            inbox(&late, &Look::at_terminal(80)),
            "1 thread needs you; 1 overdue; 1 today.\n\n\
             ◆ Today                 Tides of next week\n\
             overdue 2 h 10 min      #plans · Bo 3 hours ago · 4 new · 01234567\n\nThat is all.\n"
        );
        let look = Look { lang: Lang::Id, ..Look::at_terminal(80) };
        assert_eq!(
            inbox(&late, &look),
            "1 utas memerlukan Anda; 1 lewat waktu; 1 hari ini.\n\n\
             ◆ Hari ini              Tides of next week\n\
             lewat 2 j 10 mnt        #plans · Bo 3 jam lalu · 4 baru · 01234567\n\nHanya itu.\n"
        );
    }

    #[test]
    fn who_it_comes_from_is_named_where_another_wrote_last() {
        let row = InboxRow { by: author("Cy"), ..row(None, None, 0) };
        assert!(two_lines(&row, &Look::at_terminal(80)).contains("#plans · from Cy · Bo 3 hours ago · 4 new"));
        let look = Look { lang: Lang::Id, ..Look::at_terminal(80) };
        assert!(two_lines(&row, &look).contains("#plans · dari Cy · Bo 3 jam lalu · 4 baru"));
    }

    #[test]
    fn an_empty_inbox_is_a_sentence_and_for_programs_nothing() {
        let empty = Inbox { rows: Vec::new(), counts: InboxCounts::default(), next: None };
        assert_eq!(inbox(&empty, &Look::at_terminal(80)), "Nothing needs you.\n");
        assert_eq!(inbox(&empty, &Look::piped()), "");
        let expired = InboxCounts { expired: 2, ..InboxCounts::default() };
        let shown = inbox(&Inbox { counts: expired, ..empty }, &Look::at_terminal(80));
        assert!(shown.contains("2 green flags expired unread"), "{shown}");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let mut wide = row(Some("yellow"), Some("2026-12-01T09:50:00Z"), 0);
        wide.title = "長い題名 ".repeat(20);
        wide.channel_name = "a channel with a long name".to_owned();
        for columns in 46..120 {
            let counts = InboxCounts { all: 1, yellow: 1, ..InboxCounts::default() };
            let shown = inbox(&one(wide.clone(), counts), &Look::at_terminal(columns));
            assert!(shown.lines().all(|line| width(line) <= columns), "{columns}: {shown}");
        }
    }

    #[test]
    fn every_reason_has_a_sentence() {
        let look = Look::at_terminal(80);
        let why = |reasons: Vec<Because>| {
            let row = InboxRow { reasons, ..row(Some("red"), None, 0) };
            let (thread, title) = (row.thread.clone(), row.title.clone());
            let not = Explained {
                thread,
                title,
                channel: "c1".to_owned(),
                resolved: false,
                row: Some(row),
                not: None,
                time: None,
                done: false,
                follow: "mute".to_owned(),
            };
            explained(&not, &look)
        };
        let due = Some("2026-11-27T15:00:00Z".to_owned());
        let shown = why(vec![
            Because::Flagged { message: "m".to_owned(), by: author("Ana"), colour: "red".to_owned(), due },
            Because::Called { messages: 1 },
            Because::Acknowledge { message: "89abcdef01".to_owned() },
        ]);
        assert_eq!(
            shown,
            "Tides of next week  01234567\nWhy this is here:\n  Ana flagged it for you: ◆ Today, by today 15:00\n  \
             1 unread message calls you\n  message 89abcdef asks you to acknowledge it\nYou muted it.\n"
        );
    }
}
