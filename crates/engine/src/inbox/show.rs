//! The inbox as it is answered.

use std::collections::BTreeMap;

use cremona_envelope::{MemberId, RecordId};
use cremona_model::Colour;
use cremona_model::personal::{Follow, Scope};
use cremona_store::{Cursor, Read};

use super::rule::{Because, row};
use super::seen::{Seen, is_mine};
use super::{List, Mine, NotThere, Row, facts, kept};
use crate::ask::{self, Answer, Explained, Inbox, InboxCounts, InboxRow};
use crate::error::EngineError;
use crate::personal::threads;
use crate::show;

/// Which list of threads.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Part {
    /// What needs this member.
    #[default]
    Waiting,
    /// Green flags that expired unread.
    Expired,
    /// What was put off.
    Later,
}

/// Which part of the inbox.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Want {
    /// Of one channel only.
    pub(crate) channel: Option<RecordId>,
    /// Which list.
    pub(crate) part: Part,
    /// After so many rows.
    pub(crate) skip: usize,
    /// Most rows.
    pub(crate) limit: usize,
}

/// The inbox, or a part of it; counts are lengths of lists.
pub(crate) fn answer(read: &Read<'_>, mine: &Mine, want: Want) -> Result<Answer, EngineError> {
    let mut list = kept(read, mine)?;
    if let Some(channel) = want.channel {
        list.rows.retain(|row| row.channel == channel);
        list.expired.retain(|row| row.channel == channel);
        list.later.retain(|row| row.channel == channel);
    }
    let counts = counts(&list, mine);
    let wanted = match want.part {
        Part::Waiting => list.rows,
        Part::Expired => list.expired,
        Part::Later => list.later,
    };
    let end = want.skip.saturating_add(want.limit);
    let next = (wanted.len() > end).then(|| end.to_string());
    let page = wanted.iter().skip(want.skip).take(want.limit);
    let rows = page.map(|row| shown(read, row, mine)).collect::<Result<_, _>>()?;
    Ok(Answer::Inbox(Inbox { rows, counts, next }))
}

/// Why a thread is in the inbox, or why not.
pub(crate) fn explain(
    read: &Read<'_>,
    me: &MemberId,
    mine: &Mine,
    thread: &RecordId,
) -> Result<Explained, EngineError> {
    let root = read.thread_of(thread)?.map(|(root, ..)| root).ok_or(EngineError::Damaged("the thread"))?;
    let facts = facts(read, me, root)?.ok_or(EngineError::Damaged("the thread"))?;
    let root = RecordId(*facts.root);
    let found = row(&facts, mine);
    let (not, time) = match found.as_ref().err() {
        None => (None, None),
        Some(NotThere::Later(until)) => (Some("later"), Some(*until)),
        Some(NotThere::Expired(at)) => (Some("expired"), Some(*at)),
        Some(NotThere::Done) => (Some("done"), threads::done(read, root)?.map(|done| done.at)),
        Some(NotThere::Muted) => (Some("muted"), None),
        Some(NotThere::Resolved) => (Some("resolved"), None),
        Some(NotThere::Read) => (Some("read"), None),
        Some(NotThere::NoPart) => (Some("no-part"), None),
    };
    Ok(Explained {
        thread: root.to_string(),
        title: show::title_of_thread(read, &root)?,
        channel: RecordId(*facts.channel).to_string(),
        resolved: facts.resolved,
        row: found.ok().map(|row| shown(read, &row, mine)).transpose()?,
        not: not.map(str::to_owned),
        done: threads::done(read, root)?.is_some(),
        time: time.map(show::time),
        follow: follow_word(threads::follow(read, Scope::Thread(root))?).to_owned(),
    })
}

/// The word of a rule.
pub(crate) fn follow_word(rule: Follow) -> &'static str {
    match rule {
        Follow::Default => "default",
        Follow::Follow => "follow",
        Follow::Mute => "mute",
        Follow::RepliesOnly => "replies",
        Follow::MentionsOnly => "mentions",
    }
}

/// How many rows of which sort a list has.
pub(crate) fn counts(list: &List, mine: &Mine) -> InboxCounts {
    let count = |test: &dyn Fn(&Row) -> bool| list.rows.iter().filter(|row| test(row)).count() as u64;
    InboxCounts {
        all: list.rows.len() as u64,
        red: count(&|row| row.colour == Some(Colour::Red)),
        yellow: count(&|row| row.colour == Some(Colour::Yellow)),
        unflagged: count(&|row| row.colour.is_none()),
        green: count(&|row| row.colour == Some(Colour::Green)),
        overdue: count(&|row| row.due.is_some_and(|due| due < mine.now)),
        expired: list.expired.len() as u64,
        later: list.later.len() as u64,
        channels: by_channel(list),
    }
}

fn by_channel(list: &List) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for row in &list.rows {
        let count: &mut u64 = counts.entry(row.channel.to_string()).or_default();
        *count = count.saturating_add(1);
    }
    counts
}

/// A row as it is answered.
pub(crate) fn shown(read: &Read<'_>, row: &Row, mine: &Mine) -> Result<InboxRow, EngineError> {
    let last = read.thread_messages(&row.root, &Cursor::END, 1, mine.now)?.into_iter().next();
    let (last_by, last) = match last {
        Some(last) => (show::author(last.message.member, last.name), last.message.time),
        None => (ask::Author::default(), row.since),
    };
    Ok(InboxRow {
        thread: row.root.to_string(),
        title: show::title_of_thread(read, &row.root)?,
        channel: row.channel.to_string(),
        channel_name: read.channel_name(&row.channel)?.unwrap_or_default(),
        colour: row.colour.map(|colour| colour.word().to_owned()),
        due: row.due.map(show::time),
        overdue_ms: row.due.map_or(0, |due| mine.now.0.saturating_sub(due.0)),
        since: show::time(row.since),
        unread: row.unread,
        first: row.first.map(|id| id.to_string()),
        arrived_late: row.late,
        resolved: row.resolved,
        by: from(read, row, mine)?.unwrap_or_else(|| last_by.clone()),
        last_by,
        last: show::time(last),
        reasons: row.because.iter().map(|because| reason(read, because)).collect::<Result<_, _>>()?,
    })
}

/// Replies of a thread among which it is looked for who calls; a list is to be quick whatever lies in its threads.
const LOOKED_AT: u32 = 200;

/// Who a row comes from, by the first of its reasons; `None` where that is nobody in particular.
fn from(read: &Read<'_>, row: &Row, mine: &Mine) -> Result<Option<ask::Author>, EngineError> {
    let by = match row.because.first() {
        Some(Because::Flagged { by, .. } | Because::StandsIn { by, .. }) => Some(*by),
        Some(Because::Acknowledge(message)) => read.thread_of(message)?.map(|(_, _, glance)| glance.member),
        Some(Because::Called(_)) => newest_unread(read, row, mine, true)?,
        Some(Because::Replies(_)) => newest_unread(read, row, mine, false)?,
        Some(Because::Later(_)) | None => None,
    };
    by.map(|by| show::member(read, &by)).transpose()
}

/// Who wrote the newest unread message, or the newest that calls this member.
fn newest_unread(read: &Read<'_>, row: &Row, mine: &Mine, calls: bool) -> Result<Option<MemberId>, EngineError> {
    let Some((root, ..)) = read.thread_of(&row.root)? else { return Ok(None) };
    let seen = Seen::of(read, row.root, row.channel)?;
    let newest = read.newest_glance(root, LOOKED_AT, |glance| {
        let counts = !is_mine(glance, &mine.me) && !glance.deleted && !glance.imported;
        let is_shown = glance.embargo.is_none_or(|end| end <= mine.now);
        if !counts || !is_shown || seen.is_read(glance) {
            return Ok::<_, EngineError>(false);
        }
        Ok(!calls || glance.announcement || read.is_called(glance.n, &mine.me)?)
    })?;
    Ok(newest.map(|glance| glance.member))
}

fn reason(read: &Read<'_>, because: &Because) -> Result<ask::Because, EngineError> {
    Ok(match because {
        Because::Flagged { message, by, colour, due } => ask::Because::Flagged {
            message: message.to_string(),
            by: show::member(read, by)?,
            colour: colour.word().to_owned(),
            due: due.map(show::time),
        },
        Because::StandsIn { message, by, instead_of, colour, due } => ask::Because::StandsIn {
            message: message.to_string(),
            by: show::member(read, by)?,
            instead_of: show::member(read, instead_of)?,
            colour: colour.word().to_owned(),
            due: due.map(show::time),
        },
        Because::Called(messages) => ask::Because::Called { messages: *messages },
        Because::Replies(messages) => ask::Because::Replies { messages: *messages },
        Because::Acknowledge(message) => ask::Because::Acknowledge { message: message.to_string() },
        Because::Later(until) => ask::Because::Later { until: show::time(*until) },
    })
}
