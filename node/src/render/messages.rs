//! Messages and hits of a search.

use std::fmt::Write;

use cremona_engine::ask::{Author, Flag, Hits, Message, Messages, Versions};

use super::lists::more;
use super::table::Table;
use super::text::{block, line};
use super::{Ink, Look, short};
use crate::holding::Scheduled;
use crate::words::say;

/// A page of messages.
pub fn messages(messages: &Messages, look: &Look) -> String {
    if !look.terminal {
        return rows(&messages.messages, look);
    }
    if messages.messages.is_empty() {
        return say!(look.lang, "messages-none") + "\n";
    }
    let mut out = match &messages.next {
        Some(cursor) => say!(look.lang, "messages-earlier", cursor = cursor) + "\n\n",
        None => String::new(),
    };
    for message in &messages.messages {
        out.push_str(&self::message(message, look));
        out.push('\n');
    }
    out
}

/// What is not shown yet: first what is under an embargo, then what is on hold.
pub fn scheduled(found: &Scheduled, look: &Look) -> String {
    let (under, held) = (&found.messages, &found.on_hold);
    let mut out = if under.messages.is_empty() && !held.is_empty() { String::new() } else { messages(under, look) };
    if held.is_empty() {
        return out;
    }
    if look.terminal {
        let _ = writeln!(out, "{}", say!(look.lang, "on-hold"));
    }
    out + &super::drafts(held, look)
}

/// One message.
pub fn message(message: &Message, look: &Look) -> String {
    if !look.terminal {
        return rows(std::slice::from_ref(message), look);
    }
    let mut out = String::new();
    if let Some(title) = message.title.as_ref().filter(|title| !title.is_empty()) {
        let _ = writeln!(out, "{}", look.ink(Ink::Bold, &format!("# {}", line(title))));
    }
    let name = line(&message.author.name);
    let told = format!("{}  {}{}", look.when(&message.time), short(&message.id), marks(message, look));
    let _ = writeln!(out, "{}  {}", look.ink(Ink::Bold, &name), look.ink(Ink::Faint, &told));
    for row in words(message, look) {
        let _ = writeln!(out, "  {row}");
    }
    for row in shown_text(message, look) {
        let _ = writeln!(out, "  {row}");
    }
    let reactions =
        message.reactions.iter().map(|given| format!("{} {}", line(&given.emoji), line(&given.names.join(", "))));
    let reactions: Vec<String> = reactions.collect();
    if !reactions.is_empty() {
        let _ = writeln!(out, "  {}", reactions.join("  "));
    }
    out
}

/// What is said about a message beside its text: flags, whom it calls, who took note of it.
fn words(message: &Message, look: &Look) -> Vec<String> {
    let names = |authors: &[Author]| authors.iter().map(|author| line(&author.name)).collect::<Vec<_>>().join(", ");
    let room = look.columns.saturating_sub(2);
    let flags = message.flags.iter().flat_map(|flag| {
        let drawn = |row: String| look.ink(super::inbox::ink(&flag.colour), &row);
        block(&flagged(flag, look), room).into_iter().map(drawn).collect::<Vec<_>>()
    });
    let flags: Vec<String> = flags.collect();
    let mut rows = Vec::new();
    if message.announcement {
        rows.push(say!(look.lang, "message-announcement"));
    }
    if message.acknowledge {
        rows.push(match names(&message.acknowledged) {
            none if none.is_empty() => say!(look.lang, "acknowledged-none"),
            names => say!(look.lang, "acknowledged-by", names = names),
        });
        let lacking = names(&message.unacknowledged);
        if !lacking.is_empty() {
            rows.push(say!(look.lang, "acknowledged-not", names = lacking));
        }
    }
    if let Some(author) = &message.resolved {
        rows.push(say!(look.lang, "resolved-by", name = line(&author.name)));
    }
    if let Some(embargo) = &message.embargo {
        rows.push(say!(look.lang, "message-embargo", when = look.when(embargo)));
    }
    let rows = rows.iter().flat_map(|row| block(row, room));
    flags.into_iter().chain(rows).collect()
}

/// "◆ Today, for Bo and Cy, by Wed 12:00 (Ana)".
fn flagged(flag: &Flag, look: &Look) -> String {
    let to = if flag.everyone {
        say!(look.lang, "everyone")
    } else {
        flag.to.iter().map(|author| line(&author.name)).collect::<Vec<_>>().join(", ")
    };
    let shape = super::inbox::flag(Some(&flag.colour), look);
    let by = line(&flag.author.name);
    match &flag.by {
        Some(due) => say!(look.lang, "flagged-by-when", flag = shape, names = to, when = look.when(due), by = by),
        None => say!(look.lang, "flagged", flag = shape, names = to, by = by),
    }
}

/// Messages for programs: id, thread, time, author, text.
fn rows(messages: &[Message], look: &Look) -> String {
    let mut table = Table::new(look, &[]);
    for message in messages {
        let Message { id, thread, time, author, text, .. } = message;
        table.row([id, thread, time, &author.name, text].map(Clone::clone).to_vec());
    }
    table.finish(look)
}

/// What a reader has to know of a message beside its text.
fn marks(message: &Message, look: &Look) -> String {
    let imported = message.imported.as_ref().map(|claim| say!(look.lang, "mark-imported", by = line(&claim.by)));
    let marks: Vec<String> = [
        message.edited.then(|| say!(look.lang, "mark-edited")),
        message.early.then(|| say!(look.lang, "mark-early")),
        message.wrong_clock.then(|| say!(look.lang, "mark-wrong-clock")),
        message.pinned.then(|| say!(look.lang, "mark-pinned")),
        imported,
    ]
    .into_iter()
    .flatten()
    .collect();
    if marks.is_empty() { String::new() } else { format!("  ({})", marks.join(", ")) }
}

fn shown_text(message: &Message, look: &Look) -> Vec<String> {
    if message.deleted {
        vec![say!(look.lang, "message-deleted")]
    } else if message.missing {
        vec![say!(look.lang, "message-missing")]
    } else {
        block(&message.text, look.columns.saturating_sub(2))
    }
}

/// The versions of a message, oldest first.
pub fn versions(versions: &Versions, look: &Look) -> String {
    let mut table = Table::new(look, &["column-when", "column-title", "column-text"]);
    for version in &versions.versions {
        let text = version.text.clone().unwrap_or_else(|| say!(look.lang, "version-missing"));
        table.row(vec![look.when(&version.time), version.title.clone().unwrap_or_default(), text]);
    }
    table.finish(look)
}

/// A page of hits.
pub fn hits(hits: &Hits, look: &Look) -> String {
    if hits.hits.is_empty() && hits.next.is_none() && look.terminal {
        return say!(look.lang, "hits-none")
            + "
";
    }
    let mut table = Table::new(look, &["column-message", "column-when", "column-channel", "column-by", "column-text"]);
    for hit in &hits.hits {
        table.row(vec![
            look.id(&hit.id).to_owned(),
            look.when(&hit.time),
            hit.channel.clone(),
            hit.author.name.clone(),
            hit.snippet.clone(),
        ]);
    }
    let total = match (look.terminal, hits.at_least) {
        (false, _) => String::new(),
        (true, false) => say!(look.lang, "hits-total", count = hits.total) + "\n",
        (true, true) => say!(look.lang, "hits-at-least", count = hits.total) + "\n",
    };
    table.finish(look) + &total + &more(hits.next.as_ref(), look)
}

#[cfg(test)]
mod tests {
    use cremona_engine::ask::{Claim, Hit, Reaction};

    use super::*;

    fn terminal() -> Look {
        Look::at_terminal(24)
    }

    fn said(text: &str) -> Message {
        Message {
            id: "0123456789abcdef".to_owned(),
            thread: "0123456789abcdef".to_owned(),
            channel: "c1".to_owned(),
            title: Some("Tides".to_owned()),
            author: Author { member: "m1".to_owned(), name: "ana".to_owned() },
            time: "soon".to_owned(),
            text: text.to_owned(),
            ..Message::default()
        }
    }

    #[test]
    fn a_total_that_was_not_counted_to_its_end_says_so() {
        let id = "0123456789abcdef".to_owned();
        let author = Author { member: "m1".to_owned(), name: "ana".to_owned() };
        let hit = Hit {
            id: id.clone(),
            thread: id,
            title: "Tides".to_owned(),
            channel: "plans".to_owned(),
            author,
            time: "soon".to_owned(),
            snippet: "the «tide»".to_owned(),
        };
        let mut found = Hits { hits: vec![hit], total: 1, at_least: false, next: None };
        assert!(hits(&found, &terminal()).ends_with("\n1 message found\n"));
        found = Hits { total: 500, at_least: true, next: Some("1".to_owned()), ..found };
        assert!(hits(&found, &terminal()).ends_with("\nat least 500 messages found\nMore with --before 1\n"));
    }

    #[test]
    fn a_message_says_who_when_and_what_happened_to_it() {
        let mut tides = said("The tide turns at noon, they say.\n\n\u{1b}[2J");
        tides.edited = true;
        tides.imported = Some(Claim { source: "slack/T1".to_owned(), by: "bo".to_owned() });
        tides.reactions = vec![Reaction { emoji: "👍".to_owned(), names: vec!["bo".to_owned(), "cy".to_owned()] }];
        assert_eq!(
            message(&tides, &terminal()),
            "# Tides\nana  soon  01234567  (edited, imported by bo)\n  The tide turns at\n  noon, they say.\n  \n  ␛[2J\n  👍 bo, cy\n"
        );
    }

    #[test]
    fn a_flag_is_shape_and_words_and_colour_only_repeats_them() {
        let author = Author { member: "m2".to_owned(), name: "Bo".to_owned() };
        let mut tides = said("high at noon");
        tides.flags = vec![Flag {
            colour: "red".to_owned(),
            author: author.clone(),
            time: "soon".to_owned(),
            to: vec![author],
            everyone: false,
            by: Some("2026-11-27T15:00:00Z".to_owned()),
            escalate: false,
        }];
        let plain = message(&tides, &Look::at_terminal(60));
        assert!(plain.contains("\n  ◆ Today, for Bo, by today 15:00 (Bo)\n"), "{plain}");
        let coloured = message(&tides, &Look { colour: true, ..Look::at_terminal(60) });
        assert!(coloured.contains("\n  \u{1b}[31m◆ Today, for Bo, by today 15:00 (Bo)\u{1b}[0m\n"), "{coloured}");
    }

    #[test]
    fn nothing_in_a_text_reaches_the_left_margin() {
        let posing = said("never mind                        bo  12:00  89abcdef\r\nbo  12:01  89abcdef");
        let shown = message(&posing, &terminal());
        assert!(shown.lines().skip(2).all(|row| row.starts_with("  ")), "{shown}");
    }

    #[test]
    fn a_deleted_and_a_missing_text_are_told_apart() {
        let (mut deleted, mut missing) = (said(""), said(""));
        deleted.deleted = true;
        missing.missing = true;
        assert!(message(&deleted, &terminal()).ends_with("  Deleted. Every device is asked to erase it.\n"));
        assert!(message(&missing, &terminal()).ends_with("  The text has not arrived yet.\n"));
    }

    #[test]
    fn programs_get_one_row_a_message() {
        let expected = "0123456789abcdef\t0123456789abcdef\tsoon\tana\tone two three\n";
        assert_eq!(message(&said("one\ntwo\tthree"), &Look::piped()), expected);
    }
}
