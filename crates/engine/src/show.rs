//! Rows as people and programs see them.

use cremona_envelope::{MemberId, RecordId, Time};
use cremona_model::body::title_of;
use cremona_store::{ChannelRow, Cursor, HitRow, Read, ShownRow, ThreadRow};
use jiff::Timestamp;

use crate::ask::{Author, Channel, Claim, Hit, Message, Reaction, Thread};
use crate::error::EngineError;

/// A time further ahead of this node's clock than this is shown as a wrong clock.
const WRONG_CLOCK_MS: u64 = 600_000;

/// RFC 3339 in UTC with milliseconds.
#[must_use]
pub fn time(time: Time) -> String {
    let timestamp = i64::try_from(time.0).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    timestamp.map_or_else(|| "9999-12-31T23:59:59.999Z".to_owned(), |timestamp| format!("{timestamp:.3}"))
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
        imported: row.imported.is_some(),
        threads: row.threads,
        messages: row.messages,
    }
}

/// A thread in a list.
pub(crate) fn thread(row: ThreadRow) -> Thread {
    let title = if row.root.message.deleted {
        String::new()
    } else {
        row.root.title.clone().unwrap_or_else(|| title_of(row.root.text.as_deref().unwrap_or("")))
    };
    Thread {
        id: row.root.message.id.to_string(),
        title,
        author: author(row.root.message.member, row.root.name),
        time: time(row.root.message.time),
        replies: row.replies,
        last: time(row.last),
    }
}

/// A message.
pub(crate) fn message(read: &Read<'_>, row: ShownRow, now: Time) -> Result<Message, EngineError> {
    let ShownRow { message, title, text, name } = row;
    let is_root = message.root == message.id;
    let shown_title = is_root.then(|| title.unwrap_or_else(|| title_of(text.as_deref().unwrap_or(""))));
    let reactions = reactions(read, &message.id, message.claims.as_deref())?;
    let imported = match message.source {
        Some(source) => Some(Claim { source, by: read.member_name(&message.member)? }),
        None => None,
    };
    Ok(Message {
        id: message.id.to_string(),
        thread: message.root.to_string(),
        channel: message.channel.to_string(),
        title: shown_title.filter(|_| !message.deleted),
        author: author(message.member, name),
        time: time(message.time),
        missing: text.is_none() && !message.deleted,
        early: read.early_id(message.log, message.seq)?.is_some(),
        wrong_clock: imported.is_none() && message.time > now.plus(WRONG_CLOCK_MS),
        text: text.filter(|_| !message.deleted).unwrap_or_default(),
        edited: message.edited,
        deleted: message.deleted,
        reactions,
        imported,
    })
}

/// A hit of a search.
pub(crate) fn hit(read: &Read<'_>, row: HitRow) -> Result<Hit, EngineError> {
    let HitRow { shown, snippet } = row;
    let channel = read.channel_name(&shown.message.channel)?.unwrap_or_default();
    Ok(Hit {
        id: shown.message.id.to_string(),
        thread: shown.message.root.to_string(),
        channel,
        author: author(shown.message.member, shown.name),
        time: time(shown.message.time),
        snippet,
    })
}

fn author(member: MemberId, name: String) -> Author {
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
