//! What is wrong with a query, where, and what to do about it.

use crate::ask::{Failure, Reason};
use crate::said;

/// Operators that a mistyped one may stand for, each with a value that shows how it is used.
pub(crate) const OPERATORS: &[(&str, &str)] = &[
    ("channel", "channel:plans"),
    ("thread", "thread:3fa82c19"),
    ("from", "from:ana or from:\"Ana Bo\""),
    ("to", "to:me"),
    ("mentions", "mentions:ana"),
    ("is", "is:unread"),
    ("has", "has:link"),
    ("before", "before:2026-01-31"),
    ("after", "after:2025-12"),
    ("on", "on:yesterday"),
    ("flag", "flag:red"),
    ("due", "due:today"),
    ("kind", "kind:announcement"),
];

/// Most candidates that an ambiguous name lists.
const LISTED: usize = 8;

/// Something wrong at a place of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// In characters from 1.
    pub(crate) column: usize,
    /// What.
    pub(crate) wrong: Wrong,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// It goes on beyond this many characters.
    Long(usize),
    /// It has more words and operators than this.
    Many(usize),
    /// There is nothing to look for.
    Nothing,
    /// A quotation mark is never closed.
    Open,
    /// There is no operator of this name.
    Unknown(String),
    /// This operator has no value.
    Empty(&'static str),
    /// A value that its operator does not take, and those that it takes.
    Value(&'static str, String, Vec<&'static str>),
    /// A value that is no date.
    Date(&'static str, String),
    /// There is nothing of this name: what was looked for, its name, where such names are listed.
    Missing(&'static str, String, &'static str),
    /// There are several of this name: what was looked for, its name, which ones.
    Several(&'static str, String, Vec<String>),
}

impl Fault {
    pub(crate) fn new(column: usize, wrong: Wrong) -> Self {
        Self { column, wrong }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        let (reason, message, hint) = told(fault.wrong);
        let column = fault.column;
        let said = said!("in-search", error = &message, column = column, hint = &hint);
        Failure::new(reason, format!("{message} (column {column} of the search)"), hint).named(said)
    }
}

fn told(wrong: Wrong) -> (Reason, String, String) {
    match wrong {
        Wrong::Long(most) => {
            (Reason::Usage, format!("a search goes on beyond {most} characters"), "use fewer words".to_owned())
        }
        Wrong::Many(most) => {
            (Reason::Usage, format!("a search has at most {most} words and operators"), "use fewer words".to_owned())
        }
        Wrong::Nothing => (
            Reason::Usage,
            "there is nothing to look for".to_owned(),
            "give at least one word, \"phrase\" or operator such as from:ana".to_owned(),
        ),
        Wrong::Open => {
            (Reason::Usage, "a quotation mark is never closed".to_owned(), "close it with another \"".to_owned())
        }
        Wrong::Unknown(name) => {
            let quote = "for these very words put them between quotation marks";
            let hint = match nearest(&name, OPERATORS.iter().map(|(known, _)| *known)) {
                Some(known) => format!("did you mean {known}: ? Else, {quote}"),
                None => format!("operators are {}; {quote}", names()),
            };
            (Reason::Usage, format!("there is no operator {name}:"), hint)
        }
        Wrong::Empty(operator) => {
            (Reason::Usage, format!("nothing follows {operator}:"), format!("write for instance {}", example(operator)))
        }
        Wrong::Value(operator, value, takes) => {
            let list = takes.iter().map(|one| format!("{operator}:{one}")).collect::<Vec<_>>().join(", ");
            let hint = match nearest(&value, takes.iter().copied()) {
                Some(known) => format!("did you mean {operator}:{known}? There are {list}"),
                None => format!("there are {list}"),
            };
            (Reason::Usage, format!("{operator}: does not take {value:?}"), hint)
        }
        Wrong::Date(operator, value) => (
            Reason::Usage,
            format!("{operator}: does not take {value:?}, which is no date"),
            format!("write {operator}:2026-01-31, {operator}:2026-01, {operator}:2026, or today or yesterday"),
        ),
        Wrong::Missing(what, name, hint) => (Reason::NotFound, format!("there is no {what} {name:?}"), hint.to_owned()),
        Wrong::Several(what, name, all) => {
            let more = all.len().saturating_sub(LISTED);
            let mut list = all.into_iter().take(LISTED).collect::<Vec<_>>().join(", ");
            if more > 0 {
                list.push_str(&format!(" and {more} more"));
            }
            (Reason::Ambiguous, format!("{name:?} fits more than one {what}: {list}"), "give more of it".to_owned())
        }
    }
}

fn names() -> String {
    OPERATORS.iter().map(|(name, _)| format!("{name}:")).collect::<Vec<_>>().join(" ")
}

fn example(operator: &str) -> &'static str {
    OPERATORS.iter().find(|(name, _)| *name == operator).map_or("from:ana", |(_, example)| example)
}

/// The known name that a mistyped one is closest to: at most two slips of the fingers, and no more than
/// half of the name.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let slips = known.map(|known| (slips(&name, known), known));
    let best = slips.min_by_key(|(slips, _)| *slips);
    best.filter(|(slips, known)| *slips <= 2 && slips.saturating_mul(2) <= known.len()).map(|(_, known)| known)
}

/// Letters to add, take, change, or swap with their neighbour (optimal string alignment).
fn slips(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    let mut last = None;
    for (at, letter) in one.chars().enumerate() {
        let mut next = vec![at.saturating_add(1)];
        for (to, wanted) in other.iter().enumerate() {
            let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX);
            let change = cell(&row, to).saturating_add(usize::from(letter != *wanted));
            let add = cell(&next, to).saturating_add(1);
            let take = cell(&row, to.saturating_add(1)).saturating_add(1);
            let earlier = to.checked_sub(1).and_then(|to| other.get(to));
            let swapped = last == Some(*wanted) && earlier == Some(&letter);
            let swap = if swapped { cell(&before, to.saturating_sub(1)).saturating_add(1) } else { usize::MAX };
            next.push(change.min(add).min(take).min(swap));
        }
        before = std::mem::replace(&mut row, next);
        last = Some(letter);
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_fingers_is_told_from_another_word() {
        let known = || OPERATORS.iter().map(|(name, _)| *name);
        for (typed, meant) in [("form", "from"), ("chanel", "channel"), ("Befor", "before"), ("mention", "mentions")] {
            assert_eq!(nearest(typed, known()), Some(meant), "{typed}");
        }
        for other in ["catatan", "todo", "q", "author", ""] {
            assert_eq!(nearest(other, known()), None, "{other}");
        }
        assert_eq!((slips("form", "from"), slips("", "to"), slips("kind", "kind")), (1, 2, 0));
    }

    #[test]
    fn every_operator_has_an_example_that_it_takes() {
        for (name, example) in OPERATORS {
            assert!(example.starts_with(&format!("{name}:")), "{example}");
            crate::search::grammar::parse(example).unwrap();
        }
    }
}
