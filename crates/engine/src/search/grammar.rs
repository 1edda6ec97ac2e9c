//! From what a person types to a query. The grammar is told in `docs/search.md`.

use crate::search::fault::{Fault, OPERATORS, Wrong};
use crate::search::period::Period;
use crate::search::query::{Choice, Due, Filter, Item, Query, What};

/// Longest query, in characters.
pub(crate) const MAX_QUERY: usize = 1_000;
/// Most words, phrases and operators.
pub(crate) const MAX_ITEMS: usize = 32;

/// Reads a query.
pub(crate) fn parse(text: &str) -> Result<Query, Fault> {
    read(text, false)
}

/// Reads a query that is still being typed: what its end lacks to hold is not missed yet.
pub(crate) fn parse_unfinished(text: &str) -> Result<Query, Fault> {
    read(text, true)
}

fn read(text: &str, typing: bool) -> Result<Query, Fault> {
    if text.chars().nth(MAX_QUERY).is_some() {
        return Err(Fault::new(MAX_QUERY.saturating_add(1), Wrong::Long(MAX_QUERY)));
    }
    let mut scan = Scan { rest: text, column: 1 };
    let mut query = Query::default();
    scan.skip_space();
    while !scan.rest.is_empty() {
        match scan.item(typing) {
            Ok(Some(item)) => {
                if query.items.len() == MAX_ITEMS {
                    return Err(Fault::new(item.column, Wrong::Many(MAX_ITEMS)));
                }
                query.items.push(item);
                query.open = scan.rest.is_empty();
            }
            // Marks alone say nothing, like a dash before the word that it will exclude.
            Ok(None) => query.open = false,
            Err(_) if typing && scan.rest.is_empty() => query.open = false,
            Err(fault) => return Err(fault),
        }
        scan.skip_space();
    }
    let asks = |item: &Item| !item.not || matches!(item.what, What::Filter(_));
    if !typing && !query.items.iter().any(asks) {
        return Err(Fault::new(1, Wrong::Nothing));
    }
    Ok(query)
}

/// What is left to read, and where it starts.
struct Scan<'a> {
    rest: &'a str,
    column: usize,
}

impl<'a> Scan<'a> {
    /// A word, phrase or operator; `None` where there are only marks.
    fn item(&mut self, typing: bool) -> Result<Option<Item>, Fault> {
        let column = self.column;
        let not = self.eat('-');
        let what = match self.quoted(typing)? {
            Some((text, closed)) => {
                let begins = self.eat('*') || !closed;
                What::Words { text: text.to_owned(), quoted: true, begins }
            }
            None => match self.operator(column, typing)? {
                Some(filter) => What::Filter(filter),
                None => {
                    let word = self.bare();
                    let (text, begins) = word.strip_suffix('*').map_or((word, false), |text| (text, true));
                    What::Words { text: text.to_owned(), quoted: false, begins }
                }
            },
        };
        let says = match &what {
            What::Words { text, .. } => text.chars().any(char::is_alphanumeric),
            What::Filter(_) => true,
        };
        Ok(says.then_some(Item { column, not, what }))
    }

    /// `name:value`, where the name is letters only and neither an address (`https://`) nor the end of
    /// a sentence (`note: `) follows.
    fn operator(&mut self, column: usize, typing: bool) -> Result<Option<Filter>, Fault> {
        let end = self.rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(0);
        let (name, after) = self.rest.split_at(end);
        let Some(value) = after.strip_prefix(':').filter(|value| !name.is_empty() && !value.starts_with("//")) else {
            return Ok(None);
        };
        let known = OPERATORS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(known, _)| *known);
        if known.is_none() && value.chars().next().is_none_or(char::is_whitespace) {
            return Ok(None);
        }
        self.take(end.saturating_add(1));
        let value = match self.quoted(typing)? {
            Some((value, _)) => value,
            None => self.bare(),
        };
        let operator = known.ok_or_else(|| Fault::new(column, Wrong::Unknown(name.to_owned())))?;
        let value = value.trim();
        if value.is_empty() {
            return Err(Fault::new(column, Wrong::Empty(operator)));
        }
        filter(operator, value).map(Some).map_err(|wrong| Fault::new(column, wrong))
    }

    /// What stands between quotation marks, and whether both are there; `None` where there is none here.
    fn quoted(&mut self, typing: bool) -> Result<Option<(&'a str, bool)>, Fault> {
        let column = self.column;
        if !self.eat('"') {
            return Ok(None);
        }
        match self.rest.find('"') {
            Some(end) => {
                let text = self.take(end);
                self.eat('"');
                Ok(Some((text, true)))
            }
            None => {
                let text = self.take(self.rest.len());
                if typing { Ok(Some((text, false))) } else { Err(Fault::new(column, Wrong::Open)) }
            }
        }
    }

    /// Up to white space or a quotation mark.
    fn bare(&mut self) -> &'a str {
        self.take(self.rest.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(self.rest.len()))
    }

    fn skip_space(&mut self) {
        self.take(self.rest.find(|c: char| !c.is_whitespace()).unwrap_or(self.rest.len()));
    }

    fn eat(&mut self, mark: char) -> bool {
        let here = self.rest.starts_with(mark);
        if here {
            self.take(mark.len_utf8());
        }
        here
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        self.column = self.column.saturating_add(taken.chars().count());
        taken
    }
}

fn filter(operator: &'static str, value: &str) -> Result<Filter, Wrong> {
    let name = || value.to_owned();
    let date = |text: &str| Period::parse(text).ok_or_else(|| Wrong::Date(operator, name()));
    let period = || date(value);
    Ok(match operator {
        "channel" => Filter::Channel(name()),
        "thread" => Filter::Thread(name()),
        "from" => Filter::From(name()),
        "to" => Filter::To(name()),
        "mentions" => Filter::Mentions(name()),
        "is" => Filter::Is(choice(operator, value)?),
        "has" => Filter::Has(choice(operator, value)?),
        "flag" => Filter::Flag(choice(operator, value)?),
        "kind" => Filter::Kind(choice(operator, value)?),
        "before" => Filter::Before(period()?),
        "after" => Filter::After(period()?),
        "on" => Filter::On(period()?),
        "due" => Filter::Due(match (value.strip_prefix('<'), value.strip_prefix('>')) {
            (Some(day), _) => Due::Before(date(day)?),
            (_, Some(day)) => Due::After(date(day)?),
            _ if value.eq_ignore_ascii_case("any") => Due::Any,
            _ if value.eq_ignore_ascii_case("overdue") => Due::Overdue,
            _ => Due::On(period()?),
        }),
        _ => return Err(Wrong::Unknown(operator.to_owned())),
    })
}

fn choice<T: Choice>(operator: &'static str, value: &str) -> Result<T, Wrong> {
    let names = || T::ALL.iter().map(|(name, _)| *name).collect();
    T::named(value).ok_or_else(|| Wrong::Value(operator, value.to_owned(), names()))
}

#[cfg(test)]
mod tests;
