//! What was there before: versions of a message, and a thread as it was at a moment.

use cremona_envelope::Time;
use cremona_store::{Cursor, MessageRow, Read, ShownRow};

use crate::ask::{Answer, Messages, Version, Versions};
use crate::error::EngineError;
use crate::queries::{Context, MAX_PAGE};
use crate::wall::Bare;
use crate::{names, show};

/// The versions of a message, oldest first; of a deleted one nothing but that there were some.
pub(crate) fn versions(read: &Read<'_>, message: &str) -> Result<Answer, EngineError> {
    let row = names::message(read, message)?;
    let versions = places(read, &row)?.into_iter().map(|(log, seq, time)| {
        let text = show::body_text(read, log, seq)?.filter(|_| !row.deleted);
        let (text, title) = text.map_or((None, None), |text| (Some(text.text), text.title));
        Ok(Version { time: show::time(time), text, title })
    });
    let versions = versions.collect::<Result<_, EngineError>>()?;
    Ok(Answer::Versions(Versions { id: row.id.to_string(), versions }))
}

/// A thread as it was at a moment: what had been written by then, in the words of then. What was deleted
/// since is erased and stays so; titles, flags and reactions are those of now.
pub(crate) fn as_of(
    read: &Read<'_>,
    context: &Context,
    thread: &str,
    at: &str,
    now: Time,
) -> Result<Answer, EngineError> {
    let root = names::message(read, thread)?.root;
    let at = context.wall.moment(read, &context.me, at, Bare::Ends, now)?;
    let mut before = Cursor { time: Time(at.0.saturating_add(1)), ..Cursor::END };
    before.id = cremona_envelope::RecordId([0; 16]);
    let mut rows = read.thread_messages(&root, &before, MAX_PAGE, now)?;
    rows.retain(|row| row.message.time <= at);
    rows.reverse();
    let messages = rows.into_iter().map(|row| show::message(read, in_words_of(read, row, at)?, now));
    Ok(Answer::Messages(Messages { messages: messages.collect::<Result<_, EngineError>>()?, next: None }))
}

/// A message with the last version up to a moment.
fn in_words_of(read: &Read<'_>, mut row: ShownRow, at: Time) -> Result<ShownRow, EngineError> {
    if !row.message.edited || row.message.deleted || row.message.source.is_some() {
        return Ok(row);
    }
    let versions = places(read, &row.message)?;
    let Some((log, seq, _)) = versions.iter().rev().find(|(.., time)| *time <= at) else { return Ok(row) };
    let text = show::body_text(read, *log, *seq)?;
    row.title = text.as_ref().and_then(|text| text.title.clone());
    row.text = text.map(|text| text.text);
    row.message.edited = versions.first().is_some_and(|first| (first.0, first.1) != (*log, *seq));
    Ok(row)
}

/// Where the versions of a message stand, and when they were written, oldest first.
fn places(read: &Read<'_>, row: &MessageRow) -> Result<Vec<(i64, u64, Time)>, EngineError> {
    let mut places = vec![(row.log, row.seq, row.time)];
    if row.source.is_none() {
        let mut versions = read.versions(&row.id)?;
        versions.retain(|version| version.member == row.member && version.doc == row.doc);
        places.extend(versions.iter().rev().map(|version| (version.log, version.seq, version.time)));
    }
    Ok(places)
}
