//! A thread in a list, as the inbox has it.

use cremona_engine::ask::{Because, InboxRow};

use super::strip;
use super::words::Words;
use crate::render::line;

/// A thread in a list.
pub struct Row {
    /// The thread.
    pub thread: String,
    /// Where reading goes on.
    pub first: Option<String>,
    /// `red`, `yellow`, `green` or nothing.
    pub flag: String,
    /// Its title.
    pub title: String,
    /// Who it comes from, where the sentence begins with them.
    pub by: String,
    /// Why it is here and where it is.
    pub about: String,
    /// By when, or by how much that has passed.
    pub due: Option<String>,
    /// Whether it has.
    pub overdue: bool,
    /// Time of the last message.
    pub at: String,
    /// The same as people tell it.
    pub when: String,
    /// Unread messages.
    pub unread: u32,
    /// How many are new.
    pub note: String,
    /// Whether something came late.
    pub late: bool,
    /// Whether it can be done with or put off here.
    pub acts: bool,
    /// Whether it was put off.
    pub is_later: bool,
}

impl Row {
    /// A row of the inbox.
    pub fn of(row: InboxRow, w: &Words) -> Self {
        let (by, about) = about(&row, w);
        let is_later =
            matches!(row.reasons.first(), Some(Because::Later { .. })) && row.unread == 0 && row.due.is_none();
        let due = row.due.as_deref().map(|due| match row.overdue_ms {
            0 if row.colour.as_deref() == Some("green") => w.with("page-until-when", [("when", w.when(due).into())]),
            0 => w.with("due-by", [("when", w.when(due).into())]),
            ms => w.with("overdue", [("span", strip::span(ms / 60_000, w).into())]),
        });
        Self {
            flag: row.colour.clone().unwrap_or_default(),
            title: title(&row.title, w),
            by,
            about,
            due,
            overdue: row.overdue_ms > 0,
            when: w.when(&row.last),
            at: row.last,
            unread: row.unread,
            note: if row.unread > 0 { w.n("inbox-new", &u64::from(row.unread)) } else { String::new() },
            late: row.arrived_late,
            acts: true,
            is_later,
            thread: row.thread,
            first: row.first,
        }
    }

    /// The same, put off: it can come back.
    pub fn put_off(row: InboxRow, w: &Words) -> Self {
        let until = row.reasons.iter().find_map(|reason| match reason {
            Because::Later { until } => Some(w.with("page-until-when", [("when", w.when(until).into())])),
            _ => None,
        });
        Self { is_later: true, due: until, overdue: false, ..Self::of(row, w) }
    }
}

/// A thread's title, or that it is deleted.
pub fn title(title: &str, w: &Words) -> String {
    if title.is_empty() { w.s("deleted-title") } else { line(title) }
}

/// Who begins the sentence, and the rest of it: the most urgent reason, and the channel.
fn about(row: &InboxRow, w: &Words) -> (String, String) {
    let channel = line(&row.channel_name);
    let gap = [("channel", channel.clone().into())];
    match row.reasons.first() {
        Some(Because::Flagged { by, .. }) => (line(&by.name), w.with("page-about-asks", gap)),
        Some(Because::StandsIn { by, instead_of, .. }) => {
            let away = line(&instead_of.name);
            (line(&by.name), w.with("page-about-stands-in", [("channel", channel.into()), ("away", away.into())]))
        }
        Some(Because::Called { .. }) => (line(&row.by.name), w.with("page-about-mentions", gap)),
        Some(Because::Acknowledge { .. }) => (line(&row.by.name), w.with("page-about-acknowledge", gap)),
        Some(Because::Later { .. }) => (String::new(), w.with("page-about-back", gap)),
        Some(Because::Replies { .. }) | None => (line(&row.by.name), w.with("page-about-replies", gap)),
    }
}
