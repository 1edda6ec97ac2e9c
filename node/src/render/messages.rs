//! Messages and hits of a search.

use std::fmt::Write;

use cremona_engine::ask::{Hits, Message, Messages};

use super::table::Table;
use super::text::{block, line};
use super::{Look, more, short, short_or_whole, when};

/// A page of messages.
pub fn messages(messages: &Messages, look: &Look) -> String {
    if !look.terminal {
        let mut table = Table::new(look, &[]);
        for message in &messages.messages {
            table.row(vec![
                message.id.clone(),
                message.thread.clone(),
                message.time.clone(),
                message.author.name.clone(),
                message.text.clone(),
            ]);
        }
        return table.finish(look);
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
    let mut out = String::new();
    if let Some(title) = message.title.as_ref().filter(|title| !title.is_empty()) {
        let _ = writeln!(out, "# {}", line(title));
    }
    let mut marks = Vec::new();
    if message.edited {
        marks.push("edited".to_owned());
    }
    if message.wrong_clock {
        marks.push("wrong clock".to_owned());
    }
    if let Some(claim) = &message.imported {
        marks.push(format!("imported by {}", line(&claim.by)));
    }
    let marks = if marks.is_empty() { String::new() } else { format!("  ({})", marks.join(", ")) };
    let _ = writeln!(out, "{}  {}  {}{marks}", line(&message.author.name), when(&message.time, look), short(&message.id));
    let text = if message.deleted {
        "deleted".to_owned()
    } else if message.missing {
        "the text has not arrived yet".to_owned()
    } else {
        block(&message.text)
    };
    for row in text.lines() {
        let _ = writeln!(out, "  {row}");
    }
    let reactions: Vec<_> =
        message.reactions.iter().map(|reaction| format!("{} {}", line(&reaction.emoji), line(&reaction.names.join(", ")))).collect();
    if !reactions.is_empty() {
        let _ = writeln!(out, "  {}", reactions.join("  "));
    }
    out
}

/// A page of hits.
pub fn hits(hits: &Hits, look: &Look) -> String {
    if hits.hits.is_empty() && look.terminal {
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
    let total = if look.terminal { format!("{} found\n", hits.total) } else { String::new() };
    table.finish(look) + &total + &more(hits.next.as_ref(), look)
}
