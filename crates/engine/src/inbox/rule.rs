//! The inbox as one pure function: from what is known of threads, this member's hours, who is away and
//! the time, to an ordered list with a reason for every row. Counts are that list's lengths.
//!
//! - A flag for this member stays until the thread is done, put off, or, if it is green, 14 days have
//!   passed; then it is in the list of what expired. Neither reading nor a resolution takes it away.
//! - A flag that may escalate comes to the deputy of a recipient who is away, one step and no further.
//! - What calls this member or everyone, and replies where it wrote or follows, stay until read or done,
//!   unless the thread is muted or resolved.
//! - What was put off is not there until its time, and then until it is done.
//! - Order: red, yellow, without a flag, green; then by when it is due; then the longest waiting first.

use std::collections::{BTreeMap, BTreeSet};

use cremona_envelope::{MemberId, RecordId, Time};
use cremona_hours::{Hours, due, expires};
use cremona_model::Colour;

use super::facts::{Facts, FlagFact};
use crate::wall::{at_of, time_of};

/// What the list is made for.
pub(crate) struct Mine {
    /// This member.
    pub(crate) me: MemberId,
    /// When this member works.
    pub(crate) hours: Hours,
    /// Members who are away now and whose deputy this member is.
    pub(crate) stands_in_for: Vec<MemberId>,
    /// The present.
    pub(crate) now: Time,
}

/// Why a thread is in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Because {
    /// It is flagged for this member.
    Flagged { message: RecordId, by: MemberId, colour: Colour, due: Option<Time> },
    /// It is flagged for someone who is away, and this member stands in.
    StandsIn { message: RecordId, by: MemberId, instead_of: MemberId, colour: Colour, due: Option<Time> },
    /// So many unread messages call this member or everyone.
    Called(u32),
    /// So many unread replies where this member wrote or follows.
    Replies(u32),
    /// A message asks to be acknowledged.
    Acknowledge(RecordId),
    /// It was put off until then.
    Later(Time),
}

/// A thread that needs this member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) root: RecordId,
    pub(crate) channel: RecordId,
    /// Most urgent first.
    pub(crate) because: Vec<Because>,
    /// Of the most urgent flag.
    pub(crate) colour: Option<Colour>,
    /// When the first flag of that colour is due.
    pub(crate) due: Option<Time>,
    /// Since when it waits.
    pub(crate) since: Time,
    pub(crate) unread: u32,
    pub(crate) first: Option<RecordId>,
    /// Something unread stands before what was read already.
    pub(crate) late: bool,
    pub(crate) resolved: bool,
    /// Who wrote the first unread message.
    pub(crate) by: Option<MemberId>,
    /// What is newest in it: the number of a message, and a moment (of a flag, an embargo, of what was put off).
    pub(crate) newest: (i64, u64),
}

impl Row {
    /// Whether it is worth an interruption: all but what is green alone.
    pub(crate) fn is_worth_telling(&self) -> bool {
        self.because.iter().any(|because| match because {
            Because::Flagged { colour, .. } | Because::StandsIn { colour, .. } => *colour != Colour::Green,
            // A message that bears a green flag calls for information only.
            Because::Called(_) => self.colour != Some(Colour::Green),
            Because::Replies(_) | Because::Acknowledge(_) | Because::Later(_) => true,
        })
    }
}

/// The list, what expired unread, and what was put off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct List {
    pub(crate) rows: Vec<Row>,
    pub(crate) expired: Vec<Row>,
    pub(crate) later: Vec<Row>,
}

impl List {
    /// The roots of the threads of which two lists say different things.
    pub(crate) fn unlike(&self, other: &Self) -> BTreeSet<RecordId> {
        let here = |list: &'_ Self, row: &Row| list.rows.contains(row) || list.expired.contains(row);
        let only = |one: &Self, two: &Self| {
            let rows = one.rows.iter().chain(&one.expired);
            rows.filter(|row| !here(two, row)).map(|row| row.root).collect::<Vec<_>>()
        };
        only(self, other).into_iter().chain(only(other, self)).collect()
    }
}

/// Why a thread is not in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotThere {
    /// Put off until then.
    Later(Time),
    /// Its green flag expired then.
    Expired(Time),
    /// Done.
    Done,
    /// Muted.
    Muted,
    /// Resolved.
    Resolved,
    /// Everything is read.
    Read,
    /// This member has no part in it.
    NoPart,
}

/// Whether a thread needs this member, and why; or why not.
pub(crate) fn row(facts: &Facts, mine: &Mine) -> Result<Row, NotThere> {
    if let Some(until) = facts.later.map(Time).filter(|until| mine.now < *until) {
        return Err(NotThere::Later(until));
    }
    let mut waits = Waits::default();
    let mut expired = None;
    for flag in &facts.flags {
        match live(flag, mine) {
            Live::Not => {}
            Live::Expired(at) => expired = expired.max(Some(at)),
            Live::Is(because, colour, due) => {
                waits.moment = waits.moment.max(flag.sent);
                waits.add(because, Time(flag.sent), Some((colour, due)));
            }
        }
    }
    add_unread(facts, mine, &mut waits);
    if let Some(until) = facts.later {
        waits.moment = waits.moment.max(until);
        waits.add(Because::Later(Time(until)), Time(until), None);
    }
    match (waits.because.is_empty(), expired) {
        (true, Some(at)) => Err(NotThere::Expired(at)),
        (true, None) => Err(why_not(facts)),
        (false, _) => Ok(waits.row(facts, mine.now)),
    }
}

/// The whole list, in order.
pub(crate) fn list<'a>(all: impl IntoIterator<Item = &'a Facts>, mine: &Mine) -> List {
    let mut list = List::default();
    for facts in all {
        match row(facts, mine) {
            Ok(row) => list.rows.push(row),
            Err(NotThere::Expired(at)) => list.expired.push(expired_row(facts, at)),
            Err(NotThere::Later(until)) => list.later.push(put_off_row(facts, until)),
            Err(_) => {}
        }
    }
    list.rows.sort_by_key(order);
    list.expired.sort_by_key(|row| (std::cmp::Reverse(row.since), row.root));
    list.later.sort_by_key(|row| (row.since, row.root));
    list
}

fn order(row: &Row) -> (u8, Time, Time, RecordId) {
    let group = match row.colour {
        Some(Colour::Red) => 0,
        Some(Colour::Yellow) => 1,
        None => 2,
        Some(Colour::Green) => 3,
    };
    (group, row.due.unwrap_or(Time::MAX), row.since, row.root)
}

/// What a flag is to this member.
pub(super) enum Live {
    Is(Because, Colour, Option<Time>),
    Expired(Time),
    Not,
}

/// What a flag asks of this member now.
pub(super) fn live(flag: &FlagFact, mine: &Mine) -> Live {
    let Some(colour) = flag.colour() else { return Live::Not };
    if flag.embargo.is_some_and(|end| mine.now.0 < end) {
        return Live::Not;
    }
    let (sent, kind) = (at_of(Time(flag.sent)), colour_of(colour));
    if let Some(end) = expires(kind, sent).filter(|end| *end <= at_of(mine.now)) {
        return if flag.mine { Live::Expired(time_of(end)) } else { Live::Not };
    }
    let due = due(kind, sent, flag.by.map(|by| at_of(Time(by))), &mine.hours).map(time_of);
    let (message, by) = (RecordId(*flag.message), MemberId(*flag.author));
    if flag.mine {
        return Live::Is(Because::Flagged { message, by, colour, due }, colour, due);
    }
    let away = flag.instead_of.iter().map(|member| MemberId(**member)).find(|who| mine.stands_in_for.contains(who));
    away.map_or(Live::Not, |instead_of| {
        Live::Is(Because::StandsIn { message, by, instead_of, colour, due }, colour, due)
    })
}

/// When the clock changes what a flag asks: its embargo ends, it is overdue, it expires.
pub(super) fn moments(flag: &FlagFact, mine: &Mine) -> impl Iterator<Item = Time> {
    let sent = at_of(Time(flag.sent));
    let of_colour = flag.colour().map(colour_of).map(|kind| {
        let due = due(kind, sent, flag.by.map(|by| at_of(Time(by))), &mine.hours);
        // Overdue is what is past its time.
        (due.map(|due| time_of(due).plus(1)), expires(kind, sent).map(time_of))
    });
    let (overdue, expired) = of_colour.unwrap_or_default();
    [flag.embargo.map(Time), overdue, expired].into_iter().flatten()
}

fn colour_of(colour: Colour) -> cremona_hours::Colour {
    match colour {
        Colour::Red => cremona_hours::Colour::Red,
        Colour::Yellow => cremona_hours::Colour::Yellow,
        Colour::Green => cremona_hours::Colour::Green,
    }
}

/// Unread messages that come up by the thread's rule, those whose embargo has ended with them.
fn add_unread(facts: &Facts, mine: &Mine, waits: &mut Waits) {
    let (counts, first, since) = now_unread(facts, mine.now);
    let ended = facts.waiting.iter().map(|waiting| waiting.until).filter(|until| *until <= mine.now.0).max();
    waits.moment = waits.moment.max(ended.unwrap_or(0));
    for ask in asks(facts, mine.now) {
        waits.add(Because::Acknowledge(ask), since, None);
    }
    let (messages, calls) = counts;
    if messages == 0 || facts.resolved || facts.rule == MUTE {
        waits.unread = messages;
        waits.first = first;
        return;
    }
    waits.unread = messages;
    waits.first = first;
    if calls > 0 {
        waits.add(Because::Called(calls), since, None);
    }
    let replies = messages.saturating_sub(calls);
    let follows = facts.rule == FOLLOW || (facts.wrote && facts.rule != MENTIONS_ONLY);
    if replies > 0 && follows {
        waits.add(Because::Replies(replies), since, None);
    }
}

const FOLLOW: u8 = cremona_model::personal::Follow::Follow as u8;
const MUTE: u8 = cremona_model::personal::Follow::Mute as u8;
const MENTIONS_ONLY: u8 = cremona_model::personal::Follow::MentionsOnly as u8;

/// Unread messages and of those how many call; the first, and since when.
fn now_unread(facts: &Facts, now: Time) -> ((u32, u32), Option<RecordId>, Time) {
    let mut counts = (facts.unread.messages, facts.unread.calls);
    let mut first = facts.unread.first.map(|id| (facts.unread.since, RecordId(*id)));
    for waiting in facts.waiting.iter().filter(|waiting| waiting.until <= now.0) {
        counts.0 = counts.0.saturating_add(1);
        counts.1 = counts.1.saturating_add(u32::from(waiting.calls));
        let this = (waiting.until, RecordId(*waiting.id));
        first = Some(first.map_or(this, |first| first.min(this)));
    }
    let since = first.map_or(Time(0), |(since, _)| Time(since));
    (counts, first.map(|(_, id)| id), since)
}

fn asks(facts: &Facts, now: Time) -> impl Iterator<Item = RecordId> + '_ {
    let waiting = facts.waiting.iter().filter(move |waiting| waiting.asks && waiting.until <= now.0);
    let waiting = waiting.map(|waiting| RecordId(*waiting.id));
    facts.asks.iter().map(|id| RecordId(**id)).chain(waiting)
}

fn why_not(facts: &Facts) -> NotThere {
    if facts.done {
        NotThere::Done
    } else if facts.unread.messages == 0 {
        NotThere::Read
    } else if facts.rule == MUTE {
        NotThere::Muted
    } else if facts.resolved {
        NotThere::Resolved
    } else {
        NotThere::NoPart
    }
}

fn expired_row(facts: &Facts, at: Time) -> Row {
    Row {
        root: RecordId(*facts.root),
        channel: RecordId(*facts.channel),
        because: Vec::new(),
        colour: Some(Colour::Green),
        due: None,
        since: at,
        unread: facts.unread.messages,
        first: facts.unread.first.map(|id| RecordId(*id)),
        late: facts.unread.late,
        resolved: facts.resolved,
        by: facts.unread.by.map(|by| MemberId(*by)),
        newest: (facts.unread.newest, at.0),
    }
}

fn put_off_row(facts: &Facts, until: Time) -> Row {
    Row { because: vec![Because::Later(until)], colour: None, ..expired_row(facts, until) }
}

/// What speaks for a row, as it is gathered.
#[derive(Default)]
struct Waits {
    because: Vec<Because>,
    since: Option<Time>,
    dues: BTreeMap<Colour, Option<Time>>,
    unread: u32,
    first: Option<RecordId>,
    /// The newest moment at which a flag, an embargo or a time came.
    moment: u64,
}

impl Waits {
    fn add(&mut self, because: Because, since: Time, flag: Option<(Colour, Option<Time>)>) {
        self.because.push(because);
        self.since = Some(self.since.map_or(since, |known| known.min(since)));
        if let Some((colour, due)) = flag {
            let earliest = self.dues.entry(colour).or_insert(due);
            *earliest = match (*earliest, due) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            };
        }
    }

    fn row(mut self, facts: &Facts, now: Time) -> Row {
        let first = self.dues.first_key_value().map(|(colour, due)| (*colour, *due));
        self.because.sort_by_key(Because::order);
        Row {
            root: RecordId(*facts.root),
            channel: RecordId(*facts.channel),
            because: self.because,
            colour: first.map(|(colour, _)| colour),
            due: first.and_then(|(_, due)| due),
            since: self.since.unwrap_or(now),
            unread: self.unread,
            first: self.first,
            late: facts.unread.late,
            resolved: facts.resolved,
            by: facts.unread.by.map(|by| MemberId(*by)),
            newest: (facts.unread.newest, self.moment),
        }
    }
}

impl Because {
    fn order(&self) -> (u8, Time, RecordId) {
        let none = RecordId([0; 16]);
        match self {
            Self::Flagged { colour, due, message, .. } => {
                (u8::try_from(colour.number()).unwrap_or(9), due.unwrap_or(Time::MAX), *message)
            }
            Self::StandsIn { colour, due, message, .. } => {
                (u8::try_from(colour.number()).unwrap_or(9), due.unwrap_or(Time::MAX), *message)
            }
            Self::Acknowledge(message) => (10, Time(0), *message),
            Self::Called(_) => (11, Time(0), none),
            Self::Replies(_) => (12, Time(0), none),
            Self::Later(until) => (13, *until, none),
        }
    }
}
