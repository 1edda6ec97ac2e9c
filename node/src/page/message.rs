//! A message as the page shows it.

use cremona_engine::ask::{Flag, Message};

use super::words::Words;
use super::{Page, markdown};
use crate::render::line;

/// A gap of so many days between two messages is told.
const GAP_DAYS: i64 = 14;
/// Most names in one sentence.
const NAMES: usize = 6;

/// A message.
pub struct Shown {
    /// Its id.
    pub id: String,
    /// Its thread.
    pub thread: String,
    /// Who wrote it, or is claimed to have.
    pub author: String,
    /// The first letters of their names.
    pub initials: String,
    /// When, for programs.
    pub at: String,
    /// When, for people.
    pub when: String,
    /// Its text as safe HTML.
    pub html: String,
    /// Whether it is this member's own.
    pub mine: bool,
    /// Whether it was edited.
    pub edited: bool,
    /// Whether it was deleted.
    pub deleted: bool,
    /// Whether its text has not arrived.
    pub missing: bool,
    /// Whether it is shown before its author's log has come so far.
    pub early: bool,
    /// Whether its author's clock was ahead.
    pub wrong_clock: bool,
    /// Whether it was imported.
    pub imported: bool,
    /// By whom, in a sentence.
    pub imported_by: String,
    /// Whether no other node is known to hold it.
    pub pending: bool,
    /// Whether it is an announcement.
    pub announcement: bool,
    /// Whether it is pinned.
    pub pinned: bool,
    /// From when on it is shown, while it is not.
    pub embargo: Option<String>,
    /// Flags on it.
    pub flags: Vec<Ask>,
    /// Whether it asks to be acknowledged.
    pub acknowledge: bool,
    /// Who has, in a sentence.
    pub acknowledged: String,
    /// Whether this member has not.
    pub ask_me: bool,
    /// Reactions.
    pub reactions: Vec<Reaction>,
    /// What its menu is called.
    pub menu: String,
    /// How long nothing was said before it, where that is worth telling.
    pub gap: Option<String>,
    /// Whether it is the first unread one.
    pub new_here: bool,
}

/// A flag in a sentence.
pub struct Ask {
    /// `red`, `yellow` or `green`.
    pub colour: String,
    /// Who, for whom, by when.
    pub text: String,
}

/// A reaction.
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// How many.
    pub count: usize,
    /// Whether this member is among them.
    pub mine: bool,
    /// Who.
    pub names: String,
    /// All of it in words.
    pub label: String,
}

impl Shown {
    /// A message as this member sees it.
    pub fn of(message: Message, page: &Page) -> Self {
        let w = &page.w;
        let me = page.my_id();
        let my_name = page.me.as_ref().map_or("", |me| me.member.name.as_str());
        let imported = message.imported.is_some();
        let mine = message.author.member == me && !imported;
        let author = line(&message.author.name);
        let text_is_here = !message.deleted && !message.missing;
        let ask_me = message.acknowledge && !mine && message.acknowledged.iter().all(|who| who.member != me);
        Self {
            initials: initials(&author),
            when: w.when(&message.time),
            html: if text_is_here {
                markdown::html(&message.text, &page.named(&message.mentions), w)
            } else {
                String::new()
            },
            mine,
            edited: message.edited,
            deleted: message.deleted,
            missing: message.missing,
            early: message.early,
            wrong_clock: message.wrong_clock,
            imported,
            imported_by: message
                .imported
                .map_or_else(String::new, |claim| w.with("mark-imported", [("by", line(&claim.by).into())])),
            pending: false,
            announcement: message.announcement,
            pinned: message.pinned,
            embargo: message
                .embargo
                .as_deref()
                .filter(|end| is_ahead(end, w))
                .map(|end| w.with("page-hidden-until", [("when", w.when(end).into())])),
            flags: message.flags.iter().map(|flag| ask(flag, me, w)).collect(),
            acknowledge: message.acknowledge,
            acknowledged: acknowledged(&message.acknowledged, w),
            ask_me,
            reactions: message
                .reactions
                .iter()
                .map(|reaction| Reaction {
                    emoji: line(&reaction.emoji),
                    count: reaction.names.len(),
                    mine: reaction.names.iter().any(|name| name == my_name),
                    names: names(&reaction.names, w),
                    label: format!("{} {}: {}", line(&reaction.emoji), reaction.names.len(), names(&reaction.names, w)),
                })
                .collect(),
            menu: w.with("page-menu-of", [("name", author.clone().into()), ("when", w.when(&message.time).into())]),
            gap: None,
            new_here: false,
            author,
            at: message.time,
            id: message.id,
            thread: message.thread,
        }
    }
}

/// Messages with the gaps between them, and the first unread one.
pub fn all(messages: Vec<Message>, first_new: Option<&str>, page: &Page) -> Vec<Shown> {
    let mut before: Option<jiff::Timestamp> = None;
    messages
        .into_iter()
        .map(|message| {
            let at: Option<jiff::Timestamp> = message.time.parse().ok();
            let days = before.zip(at).map_or(0, |(before, at)| (at.as_second() - before.as_second()) / 86_400);
            before = at;
            let mut shown = Shown::of(message, page);
            shown.gap = (days >= GAP_DAYS).then(|| page.w.n("page-days-later", &days.unsigned_abs()));
            shown.new_here = first_new == Some(shown.id.as_str());
            shown
        })
        .collect()
}

fn is_ahead(time: &str, w: &Words) -> bool {
    time.parse::<jiff::Timestamp>().is_ok_and(|at| at > w.now.timestamp())
}

/// Who flagged it for whom, and by when.
pub fn ask(flag: &Flag, me: &str, w: &Words) -> Ask {
    let to: Vec<String> =
        flag.to.iter().map(|who| if who.member == me { w.s("page-you-word") } else { line(&who.name) }).collect();
    let to = if flag.everyone { w.s("page-everyone") } else { names(&to, w) };
    let gaps = [("name", line(&flag.author.name).into()), ("to", to.into())];
    let text = w.with("page-flagged-for", gaps);
    let text = match &flag.by {
        Some(by) => format!("{text}, {}", w.with("due-by", [("when", w.when(by).into())])),
        None => text,
    };
    Ask { colour: flag.colour.clone(), text }
}

fn acknowledged(who: &[cremona_engine::ask::Author], w: &Words) -> String {
    if who.is_empty() {
        return w.s("page-acknowledged-none");
    }
    let list: Vec<String> = who.iter().map(|who| who.name.clone()).collect();
    w.with("page-acknowledged-by", [("names", names(&list, w).into())])
}

/// Names in one line; of more than a few, the number is told.
pub fn names(names: &[String], w: &Words) -> String {
    let shown: Vec<String> = names.iter().take(NAMES).map(|name| line(name)).collect();
    let more = names.len().saturating_sub(NAMES) as u64;
    let shown = shown.join(", ");
    if more == 0 { shown } else { format!("{shown}, {}", w.n("page-and-more", &more)) }
}

/// The first letters of the first and the last name.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}
