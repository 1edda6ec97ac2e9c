//! Words about messages and threads: flags, pins, titles, resolutions, acknowledgements.

use cremona_envelope::Time;
use cremona_model::{Colour, Edit, Flag, Manner, Recipients};
use cremona_store::{MessageRow, Write};

use crate::ask::{Failure, Flagging, How, Reason};
use crate::commands::{Done, message_done, not_allowed, root_of};
use crate::core::Core;
use crate::docs::doc_of;
use crate::error::EngineError;
use crate::wall::Bare;
use crate::{names, people, said};

/// Puts this member's flag on a message, in place of an earlier one.
pub(crate) fn flag(
    core: &mut Core,
    tx: &Write<'_>,
    message: &str,
    flagging: &Flagging,
    now: Time,
) -> Result<Done, EngineError> {
    let row = shown(tx, message)?;
    let (members, everyone) = tx.mentions(row.n)?;
    let flag = read(core, tx, flagging, &Recipients::new(members, everyone), now)?;
    say_about(core, tx, &row, &Edit::flag(row.id, &flag)?, now)
}

/// The flag that a new message is to bear, if any: the one asked for, or the channel's, for those whom it
/// mentions.
pub(crate) fn on_new(
    core: &Core,
    tx: &Write<'_>,
    how: &How,
    default: &str,
    mentioned: &Recipients,
    now: Time,
) -> Result<Option<Flag>, EngineError> {
    let flagging = match &how.flag {
        Some(flagging) if flagging.colour == "none" => return Ok(None),
        Some(flagging) => flagging.clone(),
        None if default.is_empty() || mentioned.is_empty() => return Ok(None),
        None => Flagging { colour: default.to_owned(), ..Flagging::default() },
    };
    read(core, tx, &flagging, mentioned, now).map(Some)
}

/// What else is to be known of a message for these people.
pub(crate) fn manner(
    core: &Core,
    tx: &Write<'_>,
    how: &How,
    mentioned: &Recipients,
    now: Time,
) -> Result<Manner, EngineError> {
    let embargo = match how.at.as_deref() {
        None => None,
        Some("their-morning") => Some(their_morning(core, tx, how, mentioned, now)?),
        Some(text) => Some(core.wall.ahead(tx, &core.member(), text, Bare::Begins, now)?),
    };
    Ok(Manner { announcement: how.announcement, acknowledge: how.acknowledge, embargo })
}

/// The next morning of those whom a message is for, who are all but this member where it calls everyone.
fn their_morning(
    core: &Core,
    tx: &Write<'_>,
    how: &How,
    mentioned: &Recipients,
    now: Time,
) -> Result<Time, EngineError> {
    let me = core.member();
    let named = how.flag.as_ref().map(|flag| people::recipients(tx, &flag.to)).transpose()?.unwrap_or_default();
    let mut members = [named.members, mentioned.members.clone()].concat();
    if named.everyone || mentioned.everyone {
        members.extend(tx.members()?.into_iter().map(|row| row.id));
    }
    members.retain(|member| *member != me);
    if members.is_empty() {
        let message = "whose morning? the message mentions no one";
        return Err(Failure::new(Reason::Usage, message, "mention someone, or say when with --at")
            .named(said!("whose-morning"))
            .into());
    }
    core.wall.their_morning(tx, &me, &members, now)
}

/// Pins a message, or no longer.
pub(crate) fn pin(core: &mut Core, tx: &Write<'_>, message: &str, on: bool, now: Time) -> Result<Done, EngineError> {
    let row = shown(tx, message)?;
    say_about(core, tx, &row, &Edit::pin(row.id, on), now)
}

/// Resolves a thread, or opens it again.
pub(crate) fn resolve(core: &mut Core, tx: &Write<'_>, thread: &str, on: bool, now: Time) -> Result<Done, EngineError> {
    let root = root_of(tx, &names::message(tx, thread)?)?;
    say_about(core, tx, &root, &Edit::resolve(root.id, on), now)
}

/// Gives a thread another title.
pub(crate) fn retitle(
    core: &mut Core,
    tx: &Write<'_>,
    thread: &str,
    title: &str,
    now: Time,
) -> Result<Done, EngineError> {
    let root = root_of(tx, &names::message(tx, thread)?)?;
    say_about(core, tx, &root, &Edit::retitle(root.id, title)?, now)
}

/// Says that this member has taken note of a message.
pub(crate) fn acknowledge(core: &mut Core, tx: &Write<'_>, message: &str, now: Time) -> Result<Done, EngineError> {
    let row = shown(tx, message)?;
    if !row.acknowledge {
        return Err(not_allowed(
            &format!("message {} does not ask to be acknowledged", row.id.short()),
            "answer it with `cremona reply`, or react to it",
            said!("not-to-acknowledge", message = row.id.short()),
        ));
    }
    say_about(core, tx, &row, &Edit::acknowledge(row.id), now)
}

/// Says a record about a message, in its document.
fn say_about(core: &mut Core, tx: &Write<'_>, row: &MessageRow, edit: &Edit, now: Time) -> Result<Done, EngineError> {
    let (_, verified) = core.say(tx, doc_of(tx, row.doc)?, edit, now)?;
    message_done(tx, &row.id, verified, now)
}

/// A message that stands for something to be said about.
fn shown(tx: &Write<'_>, message: &str) -> Result<MessageRow, EngineError> {
    let row = names::message(tx, message)?;
    if row.deleted {
        return Err(Failure::new(Reason::NotFound, format!("message {} is deleted", row.id.short()), "")
            .named(said!("message-gone", message = row.id.short()))
            .into());
    }
    Ok(row)
}

pub(crate) fn for_nobody() -> Failure {
    Failure::new(
        Reason::Usage,
        "the flag is for nobody: the message mentions no one",
        "say whom it is for with --to NAME, or --to everyone",
    )
    .named(said!("flag-for-nobody"))
}

/// A flag as it was asked for; of those whom the message mentions unless it says whom.
pub(crate) fn read(
    core: &Core,
    tx: &Write<'_>,
    flagging: &Flagging,
    mentioned: &Recipients,
    now: Time,
) -> Result<Flag, EngineError> {
    let colour = match flagging.colour.as_str() {
        "none" => return Ok(Flag { colour: None, by: None, to: Recipients::default(), escalate: false }),
        word => Colour::from_word(word).ok_or_else(|| {
            let message = format!("{word:?} is no colour of a flag");
            Failure::new(Reason::Usage, message, "give red, yellow or green, or none to take a flag back")
                .named(said!("no-colour", colour = word))
        })?,
    };
    let to = if flagging.to.is_empty() { mentioned.clone() } else { people::recipients(tx, &flagging.to)? };
    if to.is_empty() {
        return Err(for_nobody().into());
    }
    let by = flagging.by.as_deref();
    let by = by.map(|by| core.wall.ahead(tx, &core.member(), by, Bare::Ends, now)).transpose()?;
    Ok(Flag { colour: Some(colour), by, to, escalate: flagging.escalate })
}
