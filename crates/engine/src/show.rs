//! Rows as people and programs see them.

use cremona_envelope::{MemberId, RecordId, Time};
use cremona_hours::Zone;
use cremona_model::body::title_of;
use cremona_model::{Colour, Text};
use cremona_store::{BodyRow, ChannelRow, Cursor, FlagRow, HitRow, MessageRow, Read, ShownRow, ThreadRow};
use jiff::Timestamp;

use crate::ask::{Author, Channel, Claim, Flag, Hit, Message, Reaction, Thread};
use crate::error::EngineError;

/// A time further ahead of this node's clock than this is shown as a wrong clock.
const WRONG_CLOCK_MS: u64 = 600_000;

/// RFC 3339 in UTC with milliseconds.
#[must_use]
pub fn time(time: Time) -> String {
    let timestamp = i64::try_from(time.0).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    timestamp.map_or_else(|| "9999-12-31T23:59:59.999Z".to_owned(), |timestamp| format!("{timestamp:.3}"))
}

/// RFC 3339 as clocks of that zone show it, with milliseconds and the distance from UTC.
pub(crate) fn time_in(zone: &Zone, time: Time) -> String {
    let timestamp = i64::try_from(time.0).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    let wall = timestamp.map(|timestamp| timestamp.to_zoned_datetime(zone.tz().clone()));
    wall.map_or_else(|| self::time(time), |wall| wall.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string())
}

/// A cursor as text; opaque to those who pass it back.
pub(crate) fn cursor(cursor: &Cursor) -> String {
    format!("{:x}-{}", cursor.time.0, cursor.id)
}

/// The cursor of a text; `None` where it is not one of ours.
pub(crate) fn parse_cursor(text: &str) -> Option<Cursor> {
    let (time, id) = text.split_once('-')?;
    Some(Cursor { time: Time(u64::from_str_radix(time, 16).ok()?), id: RecordId::from_hex(id)? })
}

/// A channel.
pub(crate) fn channel(row: ChannelRow) -> Channel {
    Channel {
        id: row.id.to_string(),
        name: row.name,
        purpose: row.purpose,
        expectation: row.expectation,
        archived: row.archived,
        flag: row.flag,
        imported: row.imported.is_some(),
        threads: row.threads,
        messages: row.messages,
    }
}

/// A thread in a list.
pub(crate) fn thread(read: &Read<'_>, row: ThreadRow) -> Result<Thread, EngineError> {
    let ThreadRow { root, replies, last } = row;
    let title = if root.message.deleted {
        String::new()
    } else {
        title(read, &root.message.id, root.title, root.text.as_deref())?
    };
    Ok(Thread {
        resolved: read.resolved(&root.message.id)?.is_some(),
        id: root.message.id.to_string(),
        title,
        author: author(root.message.member, root.name),
        time: time(root.message.time),
        replies,
        last: time(last),
    })
}

/// The title shown of a thread: the one given later, else the one given with its text, else the first line.
pub(crate) fn title(
    read: &Read<'_>,
    root: &RecordId,
    given: Option<String>,
    text: Option<&str>,
) -> Result<String, EngineError> {
    Ok(read.given_title(root)?.or(given).unwrap_or_else(|| title_of(text.unwrap_or(""))))
}

/// The title shown of the thread with this root; empty where that is deleted.
pub(crate) fn title_of_thread(read: &Read<'_>, root: &RecordId) -> Result<String, EngineError> {
    match read.shown(root)?.filter(|shown| !shown.message.deleted) {
        Some(shown) => title(read, root, shown.title, shown.text.as_deref()),
        None => Ok(String::new()),
    }
}

/// What was typed in the body of an envelope, if it is here and can be read.
pub(crate) fn body_text(read: &Read<'_>, log: i64, seq: u64) -> Result<Option<Text>, EngineError> {
    Ok(match read.body(log, seq)? {
        Some(BodyRow::Plain(bytes)) => Text::decode(&bytes),
        Some(BodyRow::Text { title, text, .. }) => Some(Text { text, title }),
        Some(BodyRow::Sealed(_)) | None => None,
    })
}

/// A message.
pub(crate) fn message(read: &Read<'_>, row: ShownRow, now: Time) -> Result<Message, EngineError> {
    let ShownRow { message, title: given, text, name } = row;
    let is_root = message.root == message.id;
    let shown_title =
        if is_root && !message.deleted { Some(title(read, &message.id, given, text.as_deref())?) } else { None };
    let imported = match &message.source {
        Some(source) => Some(Claim { source: source.clone(), by: read.member_name(&message.member)? }),
        None => None,
    };
    let (mentioned, everyone) = read.mentions(message.n)?;
    let resolved = if is_root { read.resolved(&message.id)? } else { None };
    Ok(Message {
        id: message.id.to_string(),
        thread: message.root.to_string(),
        channel: message.channel.to_string(),
        title: shown_title,
        author: author(message.member, name),
        time: time(message.time),
        missing: text.is_none() && !message.deleted,
        early: read.early_id(message.log, message.seq)?.is_some(),
        wrong_clock: imported.is_none() && message.time > now.plus(WRONG_CLOCK_MS),
        text: text.filter(|_| !message.deleted).unwrap_or_default(),
        edited: message.edited,
        deleted: message.deleted,
        reactions: reactions(read, &message.id, message.claims.as_deref())?,
        imported,
        mentions: members(read, &mentioned)?,
        everyone,
        announcement: message.announcement,
        acknowledge: message.acknowledge,
        acknowledged: acknowledged(read, &message)?,
        unacknowledged: unacknowledged(read, &message)?,
        flags: flags(read, &message.id)?,
        pinned: read.pin(&message.id)?.is_some_and(|word| word.on),
        resolved: resolved.map(|word| member(read, &word.member)).transpose()?,
        embargo: message.embargo.map(time),
    })
}

fn acknowledged(read: &Read<'_>, message: &MessageRow) -> Result<Vec<Author>, EngineError> {
    if !message.acknowledge {
        return Ok(Vec::new());
    }
    read.acknowledged(&message.id)?.iter().map(|(who, _)| member(read, who)).collect()
}

/// Who was a member when it was asked and has not acknowledged it yet; nobody asks oneself.
fn unacknowledged(read: &Read<'_>, message: &MessageRow) -> Result<Vec<Author>, EngineError> {
    if !message.acknowledge || message.deleted {
        return Ok(Vec::new());
    }
    let done = read.acknowledged(&message.id)?;
    let asked = message.embargo.unwrap_or(message.time);
    let lacks = |id: &MemberId| *id != message.member && done.iter().all(|(who, _)| who != id);
    let members = read.members()?.into_iter().filter(|row| row.joined <= asked && lacks(&row.id));
    let mut names: Vec<Author> = members.map(|row| author(row.id, row.name)).collect();
    names.sort_by_cached_key(|author| (author.name.to_lowercase(), author.member.clone()));
    Ok(names)
}

/// Flags on a message.
pub(crate) fn flags(read: &Read<'_>, id: &RecordId) -> Result<Vec<Flag>, EngineError> {
    let shown = |row: FlagRow| {
        Ok(Flag {
            colour: Colour::from_number(u64::from(row.colour)).map_or("", Colour::word).to_owned(),
            author: member(read, &row.member)?,
            time: time(row.time),
            to: members(read, &row.members)?,
            everyone: row.everyone,
            by: row.due.map(time),
            escalate: row.escalate,
        })
    };
    read.flags(id)?.into_iter().map(shown).collect()
}

fn members(read: &Read<'_>, ids: &[MemberId]) -> Result<Vec<Author>, EngineError> {
    ids.iter().map(|id| member(read, id)).collect()
}

/// A member as shown.
pub(crate) fn member(read: &Read<'_>, id: &MemberId) -> Result<Author, EngineError> {
    Ok(author(*id, read.member_name(id)?))
}

/// A hit of a search.
pub(crate) fn hit(read: &Read<'_>, row: HitRow) -> Result<Hit, EngineError> {
    let HitRow { shown, snippet } = row;
    let channel = read.channel_name(&shown.message.channel)?.unwrap_or_default();
    Ok(Hit {
        id: shown.message.id.to_string(),
        thread: shown.message.root.to_string(),
        title: title_of_thread(read, &shown.message.root)?,
        channel,
        author: author(shown.message.member, shown.name),
        time: time(shown.message.time),
        snippet,
    })
}

/// An author as shown.
pub(crate) fn author(member: MemberId, name: String) -> Author {
    let name = if name.is_empty() { member.short() } else { name };
    Author { member: member.to_string(), name }
}

/// Claimed reactions of an import first, then those given here.
fn reactions(read: &Read<'_>, id: &RecordId, claims: Option<&str>) -> Result<Vec<Reaction>, EngineError> {
    let claimed: Vec<(String, Vec<String>)> =
        claims.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    let mut out: Vec<Reaction> = claimed.into_iter().map(|(emoji, names)| Reaction { emoji, names }).collect();
    for (emoji, name) in read.reactions(id)? {
        match out.iter_mut().find(|reaction| reaction.emoji == emoji) {
            Some(reaction) => reaction.names.push(name),
            None => out.push(Reaction { emoji, names: vec![name] }),
        }
    }
    Ok(out)
}
