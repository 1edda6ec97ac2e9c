//! Catching up: decisions and questions to this member first, then what is overdue, then where most was
//! written.
//!
//! What it looks at is bounded: the [`MAX_THREADS`] threads in which something came last, the newest
//! [`MAX_MESSAGES`] of each, and [`MAX_BYTES`] of text together. The same set, personal state, zone,
//! language and time give the same bytes.

use cremona_envelope::{MemberId, RecordId, Time};
use cremona_hours::{Hours, Zone};
use cremona_model::personal::Follow;
use cremona_store::{Read, ShownRow};

use super::language::{Language, say};
use super::rules::{Rules, Sort};
use super::{line_of, short};
use crate::ask::{BusyThread, CatchUp, Failure, InboxRow, Part, Reason, Sentence};
use crate::error::EngineError;
use crate::names::{self, Target};
use crate::queries::Context;
use crate::wall::{Bare, at_of, time_of};
use crate::{inbox, said, show};

/// Most threads that are looked at.
const MAX_THREADS: usize = 100;
/// Most messages of each.
const MAX_MESSAGES: usize = 50;
/// Bytes of text after which no further thread is looked at.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// Most rows of decisions, of questions and of what is overdue.
const MAX_ROWS: usize = 50;
/// Most busy threads.
const MAX_BUSY: usize = 10;
/// Most names of who took part.
const MAX_PEOPLE: usize = 8;
/// Longest sentence, in characters.
const LINE: usize = 200;
/// Since when, where there was no working day.
const DAY_MS: u64 = 24 * 3_600_000;

/// What of, and since when.
pub(crate) struct Want<'a> {
    pub(crate) target: Option<&'a str>,
    pub(crate) since: Option<&'a str>,
}

/// A thread with what came to be shown in it, oldest first.
struct Stretch {
    root: RecordId,
    /// This member started it.
    mine: bool,
    title: String,
    channel_name: String,
    resolved: bool,
    messages: Vec<ShownRow>,
}

/// How times are written.
struct Dates<'a> {
    zone: &'a Zone,
    language: Language,
}

impl Dates<'_> {
    fn of(&self, time: Time) -> String {
        self.language.moment(self.zone.wall(at_of(time)))
    }
}

/// What this member missed.
pub(crate) fn catch_up(
    read: &Read<'_>,
    context: &Context,
    want: &Want<'_>,
    language: Language,
    now: Time,
) -> Result<CatchUp, EngineError> {
    let (me, words) = (&context.me, language.words());
    let zone = context.wall.zone(read, me)?;
    let hours = context.wall.hours(read, me, &zone)?;
    let since = since(read, context, want, &hours, now)?;
    let target = want.target.map(|target| names::target(read, target)).transpose()?;
    let (stretches, more) = look(read, me, target.as_ref(), since, now)?;
    let dates = Dates { zone: &zone, language };
    let (mut decisions, mut questions) = (Vec::new(), Vec::new());
    for stretch in &stretches {
        add_decisions(stretch, me, &dates, &mut decisions);
        add_questions(read, stretch, me, &dates, &mut questions)?;
    }
    Ok(CatchUp {
        since: show::time(since),
        until: show::time(now),
        zone: zone.name().to_owned(),
        language: language.tag().to_owned(),
        title: say(words.catch_up, &dates.of(since)),
        decisions: part(words.decisions, in_order(decisions), MAX_ROWS),
        questions: part(words.questions, in_order(questions), MAX_ROWS),
        overdue: overdue(read, context, target.as_ref(), words.overdue, now)?,
        busiest: part(words.busiest, busiest(&stretches, &dates), MAX_BUSY),
        more,
    })
}

/// The moment given, else the start of the last working day that is over, else a day ago.
fn since(read: &Read<'_>, context: &Context, want: &Want<'_>, hours: &Hours, now: Time) -> Result<Time, EngineError> {
    let Some(text) = want.since else {
        let day = hours.working_day_before(at_of(now)).map(|day| time_of(day.opens()));
        return Ok(day.unwrap_or(Time(now.0.saturating_sub(DAY_MS))));
    };
    let since = context.wall.moment(read, &context.me, text, Bare::Begins, now)?;
    if since > now {
        let message = format!("{} is still ahead: nothing came since then", show::time(since));
        return Err(Failure::new(Reason::Usage, message, "give a date that has passed, like 2026-11-26")
            .named(said!("since-ahead", time = show::time(since)))
            .into());
    }
    Ok(since)
}

/// Threads in which something came since then, and whether there was more.
fn look(
    read: &Read<'_>,
    me: &MemberId,
    target: Option<&Target>,
    since: Time,
    now: Time,
) -> Result<(Vec<Stretch>, bool), EngineError> {
    let most = u32::try_from(MAX_THREADS.saturating_add(1)).unwrap_or(u32::MAX);
    let mut roots = match target {
        Some(Target::Thread(root)) => vec![*root],
        Some(Target::Channel(channel)) => read.active_threads(Some(channel), since, most, now)?,
        None => read.active_threads(None, since, most, now)?,
    };
    let mut more = roots.len() > MAX_THREADS;
    roots.truncate(MAX_THREADS);
    let (mut stretches, mut bytes) = (Vec::new(), 0_usize);
    for root in roots {
        if bytes >= MAX_BYTES {
            more = true;
            break;
        }
        let Some((stretch, cut)) = stretch(read, me, &root, target.is_none(), since, now)? else { continue };
        let texts = stretch.messages.iter().map(|row| row.text.as_ref().map_or(0, String::len));
        bytes = texts.fold(bytes, usize::saturating_add);
        more |= cut;
        stretches.push(stretch);
    }
    Ok((stretches, more))
}

/// What came in a thread, and whether there was more; `None` where nothing did, or it is muted and was not
/// asked for by name.
fn stretch(
    read: &Read<'_>,
    me: &MemberId,
    root: &RecordId,
    by_rule: bool,
    since: Time,
    now: Time,
) -> Result<Option<(Stretch, bool)>, EngineError> {
    let Some(first) = read.shown(root)?.filter(|row| is_shown(row, now)) else { return Ok(None) };
    let channel = first.message.channel;
    if by_rule && inbox::rule_of(read, *root, channel)? == Follow::Mute {
        return Ok(None);
    }
    let most = u32::try_from(MAX_MESSAGES.saturating_add(1)).unwrap_or(u32::MAX);
    let mut messages = read.replies_since(root, since, most, now)?;
    let mine = first.message.member == *me && first.message.source.is_none();
    let title = if first.message.deleted {
        String::new()
    } else {
        show::title(read, root, first.title.clone(), first.text.as_deref())?
    };
    if came(&first) >= since {
        messages.push(first);
    }
    let cut = messages.len() > MAX_MESSAGES;
    messages.truncate(MAX_MESSAGES);
    messages.retain(|row| !row.message.deleted);
    messages.reverse();
    if messages.is_empty() {
        return Ok(None);
    }
    let stretch = Stretch {
        root: *root,
        mine,
        title,
        channel_name: read.channel_name(&channel)?.unwrap_or_default(),
        resolved: read.resolved(root)?.is_some(),
        messages,
    };
    Ok(Some((stretch, cut)))
}

fn is_shown(row: &ShownRow, now: Time) -> bool {
    row.message.shown && row.message.embargo.is_none_or(|end| end <= now)
}

/// When a message came to be shown.
fn came(row: &ShownRow) -> Time {
    row.message.time.max(row.message.embargo.unwrap_or(Time(0)))
}

fn is_by(row: &ShownRow, me: &MemberId) -> bool {
    row.message.member == *me && row.message.source.is_none()
}

/// Sentences of others by which something was decided.
fn add_decisions(stretch: &Stretch, me: &MemberId, dates: &Dates<'_>, out: &mut Vec<(Time, Sentence)>) {
    for row in stretch.messages.iter().filter(|row| !is_by(row, me)) {
        let text = row.text.as_deref().unwrap_or_default();
        out.extend(Rules::embedded().find(Sort::Decision, text).map(|line| said(stretch, row, line, dates)));
    }
}

/// Questions of others that call this member or everyone, or stand in a thread that this member started,
/// where it has not written since and which is not resolved.
fn add_questions(
    read: &Read<'_>,
    stretch: &Stretch,
    me: &MemberId,
    dates: &Dates<'_>,
    out: &mut Vec<(Time, Sentence)>,
) -> Result<(), EngineError> {
    if stretch.resolved {
        return Ok(());
    }
    let answered = stretch.messages.iter().rposition(|row| is_by(row, me)).map_or(0, |at| at.saturating_add(1));
    for row in stretch.messages.iter().skip(answered) {
        if stretch.mine || read.is_called(row.message.n, me)? {
            let text = row.text.as_deref().unwrap_or_default();
            out.extend(Rules::embedded().find(Sort::Question, text).map(|line| said(stretch, row, line, dates)));
        }
    }
    Ok(())
}

fn said(stretch: &Stretch, row: &ShownRow, line: &str, dates: &Dates<'_>) -> (Time, Sentence) {
    let time = came(row);
    let said = Sentence {
        message: row.message.id.to_string(),
        thread: stretch.root.to_string(),
        title: stretch.title.clone(),
        channel_name: stretch.channel_name.clone(),
        author: show::author(row.message.member, row.name.clone()),
        imported: row.message.source.is_some(),
        time: show::time(time),
        date: dates.of(time),
        line: short(line, LINE),
    };
    (time, said)
}

/// The latest first.
fn in_order(mut said: Vec<(Time, Sentence)>) -> Vec<Sentence> {
    said.sort_by(|(one, a), (other, b)| (other, &b.message).cmp(&(one, &a.message)));
    said.into_iter().map(|(_, said)| said).collect()
}

/// Rows of the inbox that are past due.
fn overdue(
    read: &Read<'_>,
    context: &Context,
    target: Option<&Target>,
    title: &str,
    now: Time,
) -> Result<Part<InboxRow>, EngineError> {
    let mine = inbox::mine(read, &context.wall, &context.me, now)?;
    let mut rows = inbox::kept(read, &mine)?.rows;
    rows.retain(|row| {
        let within = match target {
            None => true,
            Some(Target::Channel(channel)) => row.channel == *channel,
            Some(Target::Thread(root)) => row.root == *root,
        };
        within && row.due.is_some_and(|due| due < now)
    });
    let Part { rows, left_out, title } = part(title, rows, MAX_ROWS);
    let rows = rows.iter().map(|row| inbox::shown(read, row, &mine)).collect::<Result<_, _>>()?;
    Ok(Part { title, rows, left_out })
}

/// Where most was written, of two alike where it was last.
fn busiest(stretches: &[Stretch], dates: &Dates<'_>) -> Vec<BusyThread> {
    let mut order: Vec<&Stretch> = stretches.iter().collect();
    order.sort_by_key(|stretch| {
        let last = stretch.messages.last().map(came);
        std::cmp::Reverse((stretch.messages.len(), last, stretch.root))
    });
    order.into_iter().filter_map(|stretch| busy(stretch, dates)).collect()
}

fn busy(stretch: &Stretch, dates: &Dates<'_>) -> Option<BusyThread> {
    let (first, last) = (stretch.messages.first()?, stretch.messages.last()?);
    let mut people: Vec<String> = Vec::new();
    for row in &stretch.messages {
        if !row.name.is_empty() && people.contains(&row.name) {
            continue;
        }
        let name = show::author(row.message.member, row.name.clone()).name;
        if !people.contains(&name) {
            people.push(name);
        }
    }
    let others = people.len().saturating_sub(MAX_PEOPLE);
    people.truncate(MAX_PEOPLE);
    let line = |row: &ShownRow| line_of(row.text.as_deref().unwrap_or_default(), LINE);
    Some(BusyThread {
        thread: stretch.root.to_string(),
        title: stretch.title.clone(),
        channel_name: stretch.channel_name.clone(),
        messages: stretch.messages.len() as u64,
        people,
        others: others as u64,
        first: line(first),
        first_date: dates.of(came(first)),
        last: line(last),
        last_date: dates.of(came(last)),
        resolved: stretch.resolved,
    })
}

/// A part with at most so many rows.
pub(super) fn part<T>(title: &str, mut rows: Vec<T>, most: usize) -> Part<T> {
    let left_out = rows.len().saturating_sub(most) as u64;
    rows.truncate(most);
    Part { title: title.to_owned(), rows, left_out }
}
