//! Questions: answered from one snapshot of the store, on any thread, beside the writer.

use std::sync::Arc;

use cremona_envelope::{MemberId, RecordId, Time, WorkspaceId};
use cremona_store::{Cursor, Read, Reader, What, page_len};

use crate::ask::{Answer, Ask, Change, Changes, Channels, Failure, Member, Members, Messages, Reason, Threads};
use crate::error::EngineError;
use crate::names::{self, Target};
use crate::project::{record_at, target_of};
use crate::search::{self, Asked};
use crate::wall::Wall;
use crate::{history, inbox, reports, said, show, team};

/// Most rows of one page.
pub const MAX_PAGE: u32 = 1_000;

/// A reader that answers questions; see [`Queries::can_answer`].
pub struct Queries {
    pub(crate) reader: Reader,
    pub(crate) path: std::path::PathBuf,
    pub(crate) context: Context,
}

/// What a question needs beside the store.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) workspace: WorkspaceId,
    pub(crate) me: MemberId,
    pub(crate) wall: Arc<Wall>,
}

impl Queries {
    /// Whether `ask` is a question that a reader answers without the owner of the state.
    #[must_use]
    pub fn can_answer(ask: &Ask) -> bool {
        matches!(
            ask,
            Ask::Channels
                | Ask::Threads { .. }
                | Ask::Read { .. }
                | Ask::Pins { .. }
                | Ask::Inbox { .. }
                | Ask::Explain { .. }
                | Ask::Team { .. }
                | Ask::Scheduled
                | Ask::CatchUp { .. }
                | Ask::Digest { .. }
                | Ask::Newsletter { .. }
                | Ask::AsOf { .. }
                | Ask::History { .. }
                | Ask::Search { .. }
                | Ask::Changes { .. }
                | Ask::Members
                | Ask::Verify
                | Ask::Drafts
                | Ask::OnHold
                | Ask::Settings
        )
    }

    /// Answers a question.
    ///
    /// # Errors
    /// [`Failure`] where there is nothing of that name, or it is not a question.
    pub fn answer(&mut self, ask: &Ask, now: Time) -> Result<Answer, Failure> {
        let context = &self.context;
        self.reader.read(|read| question(&read, context, ask, now)).map_err(Failure::from)
    }

    /// What opens more readers like this one, from any thread.
    #[must_use]
    pub fn like(&self) -> Like {
        Like { path: self.path.clone(), context: self.context.clone() }
    }
}

/// Opens readers of one store.
pub struct Like {
    path: std::path::PathBuf,
    context: Context,
}

impl Like {
    /// Another reader.
    ///
    /// # Errors
    /// [`Failure`] where the store can't be opened.
    pub fn open(&self) -> Result<Queries, Failure> {
        let reader = Reader::open(&self.path).map_err(Failure::from)?;
        Ok(Queries { reader, path: self.path.clone(), context: self.context.clone() })
    }
}

/// Answers a question from a snapshot.
pub(crate) fn question(read: &Read<'_>, context: &Context, ask: &Ask, now: Time) -> Result<Answer, EngineError> {
    match ask {
        Ask::Channels => {
            let channels = read.channels()?.into_iter().map(show::channel).collect();
            Ok(Answer::Channels(Channels { channels }))
        }
        Ask::Threads { channel, limit, before } => threads(read, channel, *limit, before.as_deref(), now),
        Ask::Read { target, limit, before } => messages(read, target, *limit, before.as_deref(), now),
        Ask::Inbox { channel, expired, later, limit, after } => {
            let part = if *expired {
                inbox::Part::Expired
            } else if *later {
                inbox::Part::Later
            } else {
                inbox::Part::Waiting
            };
            inbox(read, context, channel.as_deref(), part, (after.as_deref(), *limit), now)
        }
        Ask::Explain { thread } => {
            let root = names::message(read, thread)?.root;
            let mine = inbox::mine(read, &context.wall, &context.me, now)?;
            Ok(Answer::Explained(Box::new(inbox::explain(read, &context.me, &mine, &root)?)))
        }
        Ask::Team { members, days } => team::team(read, &context.wall, &context.me, (members, *days), now),
        Ask::Scheduled => shown_messages(read, &read.scheduled(&context.me, now)?, now),
        Ask::CatchUp { .. } | Ask::Digest { .. } | Ask::Newsletter { .. } => reports::question(read, context, ask, now),
        Ask::AsOf { thread, at } => history::as_of(read, context, thread, at, now),
        Ask::Pins { channel } => pins(read, channel, now),
        Ask::History { message } => history::versions(read, message),
        Ask::Search { query, limit, before, typing } => {
            let asked = Asked { query, limit: *limit, before: before.as_deref(), typing: *typing };
            search::hits(read, context, &asked, now)
        }
        Ask::Changes { since, limit } => changes(read, since.as_deref(), *limit),
        Ask::Members => members(read, context),
        Ask::Verify => Ok(Answer::Verified(crate::digest::digest(read)?)),
        Ask::Drafts | Ask::OnHold | Ask::Settings => {
            crate::personal::question(read, ask)?.ok_or(EngineError::Damaged("the question"))
        }
        _ => Err(Failure::new(Reason::NotRunning, "only a running node can answer that", "start it with `cremona up`")
            .named(said!("only-running"))
            .into()),
    }
}

fn threads(read: &Read<'_>, channel: &str, limit: u32, before: Option<&str>, now: Time) -> Result<Answer, EngineError> {
    let id = names::channel(read, channel)?;
    let limit = limit.clamp(1, MAX_PAGE);
    let mut rows = read.threads(&id, &start(before)?, limit.saturating_add(1), now)?;
    let page = page_len(&rows, limit as usize, |row| &row.root);
    let more = rows.len() > page;
    rows.truncate(page);
    let next =
        rows.last().filter(|_| more).map(|row| show::cursor(&Cursor { time: row.last, id: row.root.message.id }));
    Ok(Answer::Threads(Threads {
        threads: rows.into_iter().map(|row| show::thread(read, row)).collect::<Result<_, _>>()?,
        next,
    }))
}

fn messages(read: &Read<'_>, target: &str, limit: u32, before: Option<&str>, now: Time) -> Result<Answer, EngineError> {
    let limit = limit.clamp(1, MAX_PAGE);
    let start = start(before)?;
    let mut rows = match names::target(read, target)? {
        Target::Channel(id) => read.channel_messages(&id, &start, limit.saturating_add(1), now)?,
        Target::Thread(root) => read.thread_messages(&root, &start, limit.saturating_add(1), now)?,
    };
    let page = page_len(&rows, limit as usize, |row| row);
    let more = rows.len() > page;
    rows.truncate(page);
    let next =
        rows.last().filter(|_| more).map(|row| show::cursor(&Cursor { time: row.message.time, id: row.message.id }));
    rows.reverse();
    let messages = rows.into_iter().map(|row| show::message(read, row, now)).collect::<Result<_, _>>()?;
    Ok(Answer::Messages(Messages { messages, next }))
}

fn inbox(
    read: &Read<'_>,
    context: &Context,
    channel: Option<&str>,
    part: inbox::Part,
    (after, limit): (Option<&str>, u32),
    now: Time,
) -> Result<Answer, EngineError> {
    let channel = channel.map(|channel| names::channel(read, channel)).transpose()?;
    let skip = after.map(|text| text.parse().map_err(|_| bad_cursor(text))).transpose()?.unwrap_or(0);
    let limit = usize::try_from(limit.min(MAX_PAGE)).unwrap_or(0);
    let mine = inbox::mine(read, &context.wall, &context.me, now)?;
    inbox::answer(read, &mine, inbox::Want { channel, part, skip, limit })
}

fn pins(read: &Read<'_>, channel: &str, now: Time) -> Result<Answer, EngineError> {
    shown_messages(read, &read.pins(&names::channel(read, channel)?)?, now)
}

fn shown_messages(read: &Read<'_>, ids: &[RecordId], now: Time) -> Result<Answer, EngineError> {
    let rows = ids.iter().map(|id| read.shown(id)).collect::<Result<Vec<_>, _>>()?;
    let messages = rows.into_iter().flatten().map(|row| show::message(read, row, now)).collect::<Result<_, _>>()?;
    Ok(Answer::Messages(Messages { messages, next: None }))
}

fn changes(read: &Read<'_>, since: Option<&str>, limit: u32) -> Result<Answer, EngineError> {
    let Some(since) = since else {
        return Ok(Answer::Changes(Changes { changes: Vec::new(), next: read.last_arrival()?.to_string() }));
    };
    let since: u64 = since.parse().map_err(|_| bad_cursor(since))?;
    let mut next = since;
    let mut out = Vec::new();
    for arrival in read.arrivals(since, limit.clamp(1, MAX_PAGE))? {
        next = arrival.n;
        let id = match (arrival.target, arrival.what) {
            (Some(target), _) => Some(RecordId(target)),
            (None, What::Other | What::Profile | What::Member | What::About) => None,
            (None, _) => target_of(&record_at(read, arrival.log, arrival.seq)?.0),
        };
        let message = match (arrival.what, id) {
            (What::Message | What::Edit | What::Delete | What::Reaction | What::Confirmed | What::Word, Some(id)) => {
                read.message(&id)?
            }
            _ => None,
        };
        let channel = match (&message, arrival.what, id) {
            (Some(message), ..) => Some(message.channel),
            (None, What::Channel, Some(id)) => Some(id),
            (None, ..) => None,
        };
        out.push(Change {
            cursor: arrival.n.to_string(),
            kind: what_name(arrival.what).to_owned(),
            id: id.map(|id| id.to_string()),
            thread: message.map(|message| message.root.to_string()),
            channel: channel.map(|id| id.to_string()),
        });
    }
    Ok(Answer::Changes(Changes { changes: out, next: next.to_string() }))
}

fn members(read: &Read<'_>, context: &Context) -> Result<Answer, EngineError> {
    let devices = read.devices()?;
    let members = read.members()?.into_iter().map(|row| Member {
        id: row.id.to_string(),
        name: if row.name.is_empty() { row.id.short() } else { row.name },
        devices: devices.iter().filter(|(_, member)| *member == row.id).map(|(device, _)| device.to_string()).collect(),
        me: row.id == context.me,
        joined: show::time(row.joined),
    });
    Ok(Answer::Members(Members { members: members.collect() }))
}

fn what_name(what: What) -> &'static str {
    match what {
        What::Other => "other",
        What::Message => "message",
        What::Edit => "edit",
        What::Delete => "delete",
        What::Reaction => "reaction",
        What::Channel => "channel",
        What::Profile => "profile",
        What::Member => "member",
        What::Confirmed => "confirmed",
        What::Word => "word",
        What::About => "about",
    }
}

fn start(before: Option<&str>) -> Result<Cursor, EngineError> {
    before.map_or(Ok(Cursor::END), |text| show::parse_cursor(text).ok_or_else(|| bad_cursor(text)))
}

/// The refusal of a cursor that is none of ours.
pub(crate) fn bad_cursor(text: &str) -> EngineError {
    Failure::new(Reason::Usage, format!("{text:?} is not a cursor"), "pass `next` of the page before, as it is")
        .named(said!("no-cursor", text = text))
        .into()
}
