//! Messages are said: at once, under an embargo, or by what was on hold until now.

use cremona_envelope::{RecordId, Time, Verified};
use cremona_model::personal::Target;
use cremona_model::{DocId, Edit, Flag, Manner};
use cremona_store::{Read, Write};

use crate::ask::{Answer, How, Posted};
use crate::commands::{Done, not_allowed, root_of};
use crate::core::Core;
use crate::docs::doc_of;
use crate::error::EngineError;
use crate::people::{self, Called};
use crate::{flags, names, said, show};

/// Starts a thread in a channel.
pub(crate) fn post(
    core: &mut Core,
    tx: &Write<'_>,
    channel: &str,
    (text, title): (&str, Option<&str>),
    how: &How,
    now: Time,
) -> Result<Done, EngineError> {
    let id = names::channel(tx, channel)?;
    let (default, expectation) = open_channel(tx, &id, channel)?;
    let called = people::called(tx, text)?;
    let manner = flags::manner(core, tx, how, &called.to, now)?;
    let flag = flags::on_new(core, tx, how, &default, &called.to, now)?;
    let target = Target::Channel(id);
    let (message, said) = say(core, tx, target, (text, title), &called, manner, flag.as_ref(), now)?;
    Ok(posted((message, message), called, manner, expectation, said))
}

/// Answers in a thread.
pub(crate) fn reply(
    core: &mut Core,
    tx: &Write<'_>,
    thread: &str,
    text: &str,
    how: &How,
    now: Time,
) -> Result<Done, EngineError> {
    let root = root_of(tx, &names::message(tx, thread)?)?;
    let called = people::called(tx, text)?;
    let manner = flags::manner(core, tx, how, &called.to, now)?;
    let flag = flags::on_new(core, tx, how, "", &called.to, now)?;
    let target = Target::Thread(root.id);
    let (message, said) = say(core, tx, target, (text, None), &called, manner, flag.as_ref(), now)?;
    let expectation = tx.expectation(&root.channel)?;
    Ok(posted((message, root.id), called, manner, expectation, said))
}

/// Says a message in a channel or thread, and its flag.
#[expect(clippy::too_many_arguments, reason = "all of it makes one message, and is known to whoever says it")]
pub(crate) fn say(
    core: &mut Core,
    tx: &Write<'_>,
    target: Target,
    (text, title): (&str, Option<&str>),
    called: &Called,
    manner: Manner,
    flag: Option<&Flag>,
    now: Time,
) -> Result<(RecordId, Vec<Verified>), EngineError> {
    let time = core.next_time(now);
    let (root, doc) = match target {
        Target::Channel(id) => (None, DocId::of(id, time)),
        Target::Thread(id) | Target::Edit(id) => {
            let root = root_of(tx, &names::message(tx, &id.to_string())?)?;
            (Some(root.id), doc_of(tx, root.doc)?)
        }
    };
    let edit = Edit::message_to(root, text, title, &called.to, manner)?;
    let (message, verified) = core.say_at(tx, doc, &edit, time, now)?;
    let mut said = vec![verified];
    if let Some(flag) = flag {
        said.push(core.say(tx, doc, &Edit::flag(message, flag)?, now)?.1);
    }
    Ok((message, said))
}

/// Of a channel in which threads may start: its colour of flags, and when an answer can be expected.
pub(crate) fn open_channel(read: &Read<'_>, id: &RecordId, name: &str) -> Result<(String, String), EngineError> {
    let row = read.channel(id)?;
    if row.as_ref().is_some_and(|row| row.archived) {
        return Err(not_allowed(
            &format!("channel {name:?} is archived"),
            "take it out with `cremona channel unarchive`, or post elsewhere",
            said!("channel-archived", name = name),
        ));
    }
    Ok(row.map(|row| (row.flag, row.expectation)).unwrap_or_default())
}

fn posted(
    (message, thread): (RecordId, RecordId),
    called: Called,
    manner: Manner,
    expectation: String,
    said: Vec<Verified>,
) -> Done {
    let posted = Posted {
        id: message.to_string(),
        thread: thread.to_string(),
        nobody: called.nobody,
        expectation: Some(expectation).filter(|text| !text.is_empty()),
        embargo: manner.embargo.map(show::time),
    };
    Done { answer: Answer::Posted(posted), said }
}
