//! A query as it is meant: words and filters in the order in which they were written.

use std::fmt::{self, Display, Formatter, Write};

use crate::search::period::Period;

/// All of it has to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query {
    /// In order.
    pub(crate) items: Vec<Item>,
    /// Whether the last one ends where the query ends, so that it may be still being typed.
    pub(crate) open: bool,
}

/// A part of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// Where it starts, in characters from 1.
    pub(crate) column: usize,
    /// Whether it must not hold.
    pub(crate) not: bool,
    /// What it asks for.
    pub(crate) what: What,
}

/// What a part asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// These words, next to each other where they are several.
    Words {
        /// As written.
        text: String,
        /// Whether they stood between quotation marks.
        quoted: bool,
        /// Whether the last word may go on.
        begins: bool,
    },
    /// A fact about the message.
    Filter(Filter),
}

/// An operator with its value; names as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Filter {
    /// It stands in this channel.
    Channel(String),
    /// It stands in the thread of this message.
    Thread(String),
    /// This person wrote it, or is said to have written it.
    From(String),
    /// It is meant for this person: flagged to them, or mentioning them.
    To(String),
    /// It mentions this person.
    Mentions(String),
    /// Its state.
    Is(State),
    /// What is in it.
    Has(Thing),
    /// It is earlier than the whole of this time.
    Before(Period),
    /// It is later than the whole of this time.
    After(Period),
    /// It is of this time.
    On(Period),
    /// Its flag has this colour.
    Flag(Colour),
    /// When an answer to it is due.
    Due(Due),
    /// What kind of message it is.
    Kind(Kind),
}

/// A set of values that a person chooses from by name.
pub(crate) trait Choice: Copy + 'static {
    /// All, each with its name.
    const ALL: &'static [(&'static str, Self)];

    /// The one of a name, in any case.
    fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, one)| *one)
    }
}

/// States of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Not yet read by me.
    Unread,
    /// Flagged to anybody.
    Flagged,
    /// In a thread that is resolved.
    Resolved,
    /// Pinned.
    Pinned,
    /// Edited since it was posted.
    Edited,
}

/// What can be in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Thing {
    /// A web address.
    Link,
    /// A file.
    Attachment,
}

/// Colours of flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colour {
    /// Needs an answer soon.
    Red,
    /// Needs one.
    Yellow,
    /// Merely good to know.
    Green,
}

/// Kinds of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Posted here; announcements are too.
    Message,
    /// An announcement.
    Announcement,
    /// Brought in from another tool.
    Imported,
}

/// When an answer is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// At some time or other.
    Any,
    /// By now, and it has not come.
    Overdue,
    /// Within this time.
    On(Period),
    /// Earlier than the whole of it.
    Before(Period),
    /// Later than the whole of it.
    After(Period),
}

impl Choice for State {
    const ALL: &'static [(&'static str, Self)] = &[
        ("unread", Self::Unread),
        ("flagged", Self::Flagged),
        ("resolved", Self::Resolved),
        ("pinned", Self::Pinned),
        ("edited", Self::Edited),
    ];
}

impl Choice for Thing {
    const ALL: &'static [(&'static str, Self)] = &[("link", Self::Link), ("attachment", Self::Attachment)];
}

impl Choice for Colour {
    const ALL: &'static [(&'static str, Self)] =
        &[("red", Self::Red), ("yellow", Self::Yellow), ("green", Self::Green)];
}

impl Choice for Kind {
    const ALL: &'static [(&'static str, Self)] =
        &[("message", Self::Message), ("announcement", Self::Announcement), ("imported", Self::Imported)];
}

/// The canonical form: reading it gives the same query.
impl Display for Query {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        for (at, item) in self.items.iter().enumerate() {
            if at > 0 {
                out.write_char(' ')?;
            }
            write!(out, "{}{}", if item.not { "-" } else { "" }, item.what)?;
        }
        if self.open || self.items.is_empty() { Ok(()) } else { out.write_char(' ') }
    }
}

impl Display for What {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words { text, quoted, begins } => {
                let (mark, star) = (if *quoted { "\"" } else { "" }, if *begins { "*" } else { "" });
                write!(out, "{mark}{text}{mark}{star}")
            }
            Self::Filter(filter) => write!(out, "{}:{}", filter.operator(), filter.value()),
        }
    }
}

impl Filter {
    /// The operator's name.
    pub(crate) fn operator(&self) -> &'static str {
        match self {
            Self::Channel(_) => "channel",
            Self::Thread(_) => "thread",
            Self::From(_) => "from",
            Self::To(_) => "to",
            Self::Mentions(_) => "mentions",
            Self::Is(_) => "is",
            Self::Has(_) => "has",
            Self::Before(_) => "before",
            Self::After(_) => "after",
            Self::On(_) => "on",
            Self::Flag(_) => "flag",
            Self::Due(_) => "due",
            Self::Kind(_) => "kind",
        }
    }

    /// The value as it is written.
    pub(crate) fn value(&self) -> String {
        match self {
            Self::Channel(name) | Self::Thread(name) | Self::From(name) | Self::To(name) | Self::Mentions(name) => {
                let quote = name.contains(char::is_whitespace) || name.starts_with("//");
                if quote { format!("\"{name}\"") } else { name.clone() }
            }
            Self::Before(period) | Self::After(period) | Self::On(period) | Self::Due(Due::On(period)) => {
                period.to_string()
            }
            Self::Is(state) => named(*state),
            Self::Has(thing) => named(*thing),
            Self::Flag(colour) => named(*colour),
            Self::Kind(kind) => named(*kind),
            Self::Due(Due::Any) => "any".to_owned(),
            Self::Due(Due::Overdue) => "overdue".to_owned(),
            Self::Due(Due::Before(period)) => format!("<{period}"),
            Self::Due(Due::After(period)) => format!(">{period}"),
        }
    }
}

fn named<T: Choice + PartialEq>(one: T) -> String {
    T::ALL.iter().find(|(_, known)| *known == one).map_or_else(String::new, |(name, _)| (*name).to_owned())
}
