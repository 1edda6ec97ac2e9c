//! From a query to what the store looks for: names become ids, periods become times.

use cremona_envelope::{MemberId, Time};
use cremona_store::{Condition, Fact, Read, Sought, Term};

use crate::ask::{Failure, Reason};
use crate::error::EngineError;
use crate::inbox;
use crate::names;
use crate::queries::Context;
use crate::search::fault::{Fault, Wrong};
use crate::search::period::Days;
use crate::search::query::{Colour, Due, Filter, Item, Kind, Query, State, Thing, What};

/// Resolves the names of a query.
pub(crate) struct Resolver<'a> {
    pub(crate) read: &'a Read<'a>,
    /// Who asks, and by which clock.
    pub(crate) context: &'a Context,
    /// The present.
    pub(crate) now: Time,
    /// The days of the asker's zone.
    pub(crate) days: Days<'a>,
    /// Whether the query is still being typed.
    pub(crate) typing: bool,
}

/// A person as authors go: a member, or a name that an import claims.
struct Person {
    name: String,
    member: Option<MemberId>,
    claimant: Option<i64>,
}

impl Resolver<'_> {
    /// What the store is to look for.
    pub(crate) fn sought(&self, query: &Query) -> Result<Sought, EngineError> {
        let mut sought = Sought::default();
        let last = query.items.len().saturating_sub(1);
        for (at, item) in query.items.iter().enumerate() {
            let typed = self.typing && query.open && at == last;
            match &item.what {
                What::Words { text, quoted, begins } => sought.words.terms.push(Term {
                    text: text.clone(),
                    prefix: *begins || (typed && !quoted),
                    not: item.not,
                }),
                What::Filter(filter) => match self.fact(item, filter) {
                    Ok(fact) => {
                        if *filter == Filter::Is(State::Unread) && !item.not {
                            sought.conditions.extend(self.of_others());
                        }
                        sought.conditions.push(Condition { not: item.not, fact });
                    }
                    Err(EngineError::Refused(_)) if typed => {}
                    Err(error) => return Err(error),
                },
            }
        }
        Ok(sought)
    }

    fn fact(&self, item: &Item, filter: &Filter) -> Result<Fact, EngineError> {
        Ok(match filter {
            Filter::Channel(name) => Fact::Channel(self.channel(item, name)?),
            Filter::Thread(id) => Fact::Thread(self.thread(item, id)?),
            Filter::From(name) => self.from(item, name)?,
            Filter::Before(period) => Fact::Within(Time(0)..self.days.range(*period).start),
            Filter::After(period) => Fact::Within(self.days.range(*period).end..Time(u64::MAX)),
            Filter::On(period) => Fact::Within(self.days.range(*period)),
            Filter::Is(State::Edited) => Fact::Edited,
            Filter::Has(Thing::Link) => Fact::Link,
            Filter::Has(Thing::Attachment) => Fact::Attachment,
            Filter::Kind(Kind::Imported) => Fact::Imported,
            Filter::Kind(Kind::Message) => Fact::Posted,
            Filter::To(name) => Fact::To(self.member(item, name)?),
            Filter::Mentions(name) => Fact::Mentions(self.member(item, name)?),
            Filter::Is(State::Flagged) => Fact::Flagged(None),
            Filter::Is(State::Resolved) => Fact::Resolved,
            Filter::Is(State::Pinned) => Fact::Pinned,
            Filter::Flag(colour) => Fact::Flagged(Some(match colour {
                Colour::Red => 1,
                Colour::Yellow => 2,
                Colour::Green => 3,
            })),
            Filter::Kind(Kind::Announcement) => Fact::Announcement,
            Filter::Is(State::Unread) => Fact::Judged(inbox::unread(self.context.me)),
            Filter::Due(due) => self.due(*due)?,
        })
    }

    /// What only others' messages can be that were said here; the store tells it more quickly than marks do.
    fn of_others(&self) -> [Condition; 2] {
        let mine = Fact::From { members: vec![self.context.me], claimants: Vec::new() };
        [Condition { not: false, fact: Fact::Posted }, Condition { not: true, fact: mine }]
    }

    /// What is flagged for the asker and is to be answered then.
    fn due(&self, due: Due) -> Result<Fact, EngineError> {
        let then = match due {
            Due::Any => Time(0)..Time::MAX,
            Due::Overdue => Time(0)..self.now,
            Due::On(period) => self.days.range(period),
            Due::Before(period) => Time(0)..self.days.range(period).start,
            Due::After(period) => self.days.range(period).end..Time::MAX,
        };
        let mine = inbox::mine(self.read, &self.context.wall, &self.context.me, self.now)?;
        let dues = inbox::dues(self.read, &mine)?.into_iter();
        Ok(Fact::Among(dues.filter(|(_, at)| then.contains(at)).map(|(message, _)| message).collect()))
    }

    fn channel(&self, item: &Item, name: &str) -> Result<cremona_envelope::RecordId, EngineError> {
        let all = self.read.channel_names()?;
        let wanted = name.strip_prefix('#').unwrap_or(name);
        let found = match named(&all, wanted, |(_, name)| name) {
            found if found.is_empty() => all.iter().filter(|(id, _)| names::is_prefix(&id.to_string(), name)).collect(),
            found => found,
        };
        match found.as_slice() {
            [] => {
                let hint = "`cremona channels` lists them";
                Err(fault(item, Wrong::Missing("channel", name.to_owned(), hint)))
            }
            [(id, _)] => Ok(*id),
            several => {
                let list = several.iter().map(|(id, name)| format!("{name} ({})", id.short())).collect();
                Err(fault(item, Wrong::Several("channel", name.to_owned(), list)))
            }
        }
    }

    fn thread(&self, item: &Item, id: &str) -> Result<cremona_envelope::RecordId, EngineError> {
        match names::find_message(self.read, id) {
            Ok(Some(row)) => Ok(row.root),
            Ok(None) => {
                let hint = "give the id of the thread or of any message in it, as `cremona threads` shows them";
                Err(fault(item, Wrong::Missing("thread", id.to_owned(), hint)))
            }
            Err(EngineError::Refused(Failure { reason: Reason::Ambiguous, .. })) => {
                Err(fault(item, Wrong::Several("thread", id.to_owned(), Vec::new())))
            }
            Err(error) => Err(error),
        }
    }

    /// Messages by everybody of a name: a member, and who is claimed to have written imported ones.
    fn from(&self, item: &Item, name: &str) -> Result<Fact, EngineError> {
        if name.eq_ignore_ascii_case("me") {
            return Ok(Fact::From { members: vec![self.context.me], claimants: Vec::new() });
        }
        let mut people = self.all_members()?;
        let claimed = self.read.claimants()?;
        people.extend(claimed.into_iter().map(|(no, name)| Person { name, member: None, claimant: Some(no) }));
        let found = self.people(item, name, &people)?;
        Ok(Fact::From {
            members: found.iter().filter_map(|person| person.member).collect(),
            claimants: found.iter().filter_map(|person| person.claimant).collect(),
        })
    }

    /// The member of a name.
    fn member(&self, item: &Item, name: &str) -> Result<MemberId, EngineError> {
        if name.eq_ignore_ascii_case("me") {
            return Ok(self.context.me);
        }
        let people = self.all_members()?;
        let found = self.people(item, name, &people)?;
        let missing = || fault(item, Wrong::Missing("person", name.to_owned(), "`cremona members` lists everyone"));
        found.iter().find_map(|person| person.member).ok_or_else(missing)
    }

    fn all_members(&self) -> Result<Vec<Person>, EngineError> {
        let names = self.read.member_names()?;
        Ok(names.into_iter().map(|(id, name)| Person { name, member: Some(id), claimant: None }).collect())
    }

    /// The one member, and all claimed authors, of a name, or of one that begins so; or the member of an id.
    fn people<'p>(&self, item: &Item, name: &str, people: &'p [Person]) -> Result<Vec<&'p Person>, EngineError> {
        let wanted = name.strip_prefix('@').unwrap_or(name);
        let found = named(people, wanted, |person| &person.name);
        let is_it = |person: &Person| person.member.is_some_and(|id| names::is_prefix(&id.to_string(), name));
        let found = if found.is_empty() { people.iter().filter(|person| is_it(person)).collect() } else { found };
        let members: Vec<_> = found.iter().filter_map(|person| Some((person.member?, person))).collect();
        let first = found.first().map(|person| person.name.to_lowercase());
        let one_name = found.iter().all(|person| Some(person.name.to_lowercase()) == first);
        if found.is_empty() {
            let hint = "`cremona members` lists everyone; a part of the name from its start will do";
            return Err(fault(item, Wrong::Missing("person", name.to_owned(), hint)));
        }
        if members.len() > 1 || !one_name {
            let mut list: Vec<_> = found
                .iter()
                .map(|person| match person.member {
                    Some(id) => format!("{} ({})", person.name, id.short()),
                    None => person.name.clone(),
                })
                .collect();
            list.sort();
            list.dedup();
            return Err(fault(item, Wrong::Several("person", name.to_owned(), list)));
        }
        Ok(found)
    }
}

/// Those that have a name, else those whose names begin so; in any case of letters.
fn named<'a, T>(all: &'a [T], name: &str, of: impl Fn(&T) -> &str) -> Vec<&'a T> {
    let wanted = name.to_lowercase();
    let exact: Vec<&T> = all.iter().filter(|one| of(one).to_lowercase() == wanted).collect();
    if exact.is_empty() {
        all.iter().filter(|one| of(one).to_lowercase().starts_with(&wanted)).collect()
    } else {
        exact
    }
}

fn fault(item: &Item, wrong: Wrong) -> EngineError {
    Failure::from(Fault::new(item.column, wrong)).into()
}
