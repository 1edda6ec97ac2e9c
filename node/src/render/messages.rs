//! Messages and hits of a search.

use std::fmt::Write;

use cremona_engine::ask::{Hits, Message, Messages, Versions};

use super::table::Table;
use super::text::{block, line};
use super::{Look, more, short, short_or_whole, when};

/// A page of messages.
pub fn messages(messages: &Messages, look: &Look) -> String {
    if !look.terminal {
        return rows(&messages.messages, look);
    }
    if messages.messages.is_empty() {
        return "Nothing here yet. `cremona post CHANNEL -m TEXT` starts a thread.\n".to_owned();
    }
    let mut out = match &messages.next {
        Some(cursor) => format!("Earlier messages with --before {cursor}\n\n"),
        None => String::new(),
    };
    for message in &messages.messages {
        out.push_str(&self::message(message, look));
        out.push('\n');
    }
    out
}

/// One message.
pub fn message(message: &Message, look: &Look) -> String {
    if !look.terminal {
        return rows(std::slice::from_ref(message), look);
    }
    let mut out = String::new();
    if let Some(title) = message.title.as_ref().filter(|title| !title.is_empty()) {
        let _ = writeln!(out, "# {}", line(title));
    }
    let name = line(&message.author.name);
    let _ = writeln!(out, "{name}  {}  {}{}", when(&message.time, look), short(&message.id), marks(message));
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
fn marks(message: &Message) -> String {
    let imported = message.imported.as_ref().map(|claim| format!("imported by {}", line(&claim.by)));
    let marks: Vec<String> = [
        message.edited.then(|| "edited".to_owned()),
        message.early.then(|| "early".to_owned()),
        message.wrong_clock.then(|| "wrong clock".to_owned()),
        imported,
    ]
    .into_iter()
    .flatten()
    .collect();
    if marks.is_empty() { String::new() } else { format!("  ({})", marks.join(", ")) }
}

fn shown_text(message: &Message, look: &Look) -> Vec<String> {
    if message.deleted {
        vec!["Deleted. Every device is asked to erase it.".to_owned()]
    } else if message.missing {
        vec!["The text has not arrived yet.".to_owned()]
    } else {
        block(&message.text, look.columns.saturating_sub(2))
    }
}

/// The versions of a message, oldest first.
pub fn versions(versions: &Versions, look: &Look) -> String {
    let mut table = Table::new(look, &["when", "title", "text"]);
    for version in &versions.versions {
        let text = version.text.clone().unwrap_or_else(|| "(not here)".to_owned());
        table.row(vec![when(&version.time, look), version.title.clone().unwrap_or_default(), text]);
    }
    table.finish(look)
}

/// A page of hits.
pub fn hits(hits: &Hits, look: &Look) -> String {
    if hits.hits.is_empty() && hits.next.is_none() && look.terminal {
        return "Nothing found. Fewer words, or begin* for words that begin so, find more.\n".to_owned();
    }
    let mut table = Table::new(look, &["message", "when", "channel", "by", "text"]);
    for hit in &hits.hits {
        table.row(vec![
            short_or_whole(&hit.id, look),
            when(&hit.time, look),
            hit.channel.clone(),
            hit.author.name.clone(),
            hit.snippet.clone(),
        ]);
    }
    let at_least = if hits.at_least { "at least " } else { "" };
    let total = if look.terminal { format!("{at_least}{} found\n", hits.total) } else { String::new() };
    table.finish(look) + &total + &more(hits.next.as_ref(), look)
}

#[cfg(test)]
mod tests {
    use cremona_engine::ask::{Author, Claim, Hit, Reaction};

    use super::*;

    const TERMINAL: Look = Look { json: false, terminal: true, columns: 24 };
    const PIPE: Look = Look { json: false, terminal: false, columns: 80 };

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
            channel: "plans".to_owned(),
            author,
            time: "soon".to_owned(),
            snippet: "the «tide»".to_owned(),
        };
        let mut found = Hits { hits: vec![hit], total: 1, at_least: false, next: None };
        assert!(hits(&found, &TERMINAL).ends_with("\n1 found\n"));
        found = Hits { total: 500, at_least: true, next: Some("1".to_owned()), ..found };
        assert!(hits(&found, &TERMINAL).ends_with("\nat least 500 found\nMore with --before 1\n"));
    }

    #[test]
    fn a_message_says_who_when_and_what_happened_to_it() {
        let mut tides = said("The tide turns at noon, they say.\n\n\u{1b}[2J");
        tides.edited = true;
        tides.imported = Some(Claim { source: "slack/T1".to_owned(), by: "bo".to_owned() });
        tides.reactions = vec![Reaction { emoji: "👍".to_owned(), names: vec!["bo".to_owned(), "cy".to_owned()] }];
        assert_eq!(
            message(&tides, &TERMINAL),
            "# Tides\nana  soon  01234567  (edited, imported by bo)\n  The tide turns at\n  noon, they say.\n  \n  ␛[2J\n  👍 bo, cy\n"
        );
    }

    #[test]
    fn nothing_in_a_text_reaches_the_left_margin() {
        let posing = said("never mind                        bo  12:00  89abcdef\r\nbo  12:01  89abcdef");
        let shown = message(&posing, &TERMINAL);
        assert!(shown.lines().skip(2).all(|row| row.starts_with("  ")), "{shown}");
    }

    #[test]
    fn a_deleted_and_a_missing_text_are_told_apart() {
        let (mut deleted, mut missing) = (said(""), said(""));
        deleted.deleted = true;
        missing.missing = true;
        assert!(message(&deleted, &TERMINAL).ends_with("  Deleted. Every device is asked to erase it.\n"));
        assert!(message(&missing, &TERMINAL).ends_with("  The text has not arrived yet.\n"));
    }

    #[test]
    fn programs_get_one_row_a_message() {
        let expected = "0123456789abcdef\t0123456789abcdef\tsoon\tana\tone two three\n";
        assert_eq!(message(&said("one\ntwo\tthree"), &PIPE), expected);
    }
}
