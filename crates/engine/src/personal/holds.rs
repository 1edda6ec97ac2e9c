//! Drafts on hold: they stay on the device on which they were written until their moment has come, and
//! that device then sends them, if need be once its node runs again. Until it has, nobody else knows of
//! them; that is how they differ from what is under an embargo, which every node holds at once.

use cremona_envelope::{DeviceId, Time, Verified};
use cremona_model::personal::{Draft, Hold, Place, Target};
use cremona_model::{Edit, Flag, Manner, Recipients};
use cremona_store::{Read, Write};

use super::{drafts, write};
use crate::ask::{self, Answer, How};
use crate::commands::not_allowed;
use crate::core::Core;
use crate::error::EngineError;
use crate::people::{self, Called};
use crate::{flags, posting, said};

/// What can't be sent though its moment has come is tried again after this long.
const AGAIN_MS: u64 = 60_000;

/// Puts a draft on hold, until another moment if it is so already, or lets it be a draft as others.
pub(super) fn hold(core: &mut Core, tx: &Write<'_>, id: &str, how: &How, now: Time) -> Result<Answer, EngineError> {
    let known = drafts::all(tx)?;
    let (id, draft, _) = drafts::find(&known, id)?;
    let hold = how.at.is_some().then(|| hold_of(core, tx, draft, how, now)).transpose()?;
    let draft = Draft { hold, ..draft.clone() };
    if let Some(hold) = &draft.hold {
        check(tx, &draft, hold)?;
    }
    drafts::put(core, tx, *id, &draft, now)
}

fn hold_of(core: &Core, tx: &Write<'_>, draft: &Draft, how: &How, now: Time) -> Result<Hold, EngineError> {
    if matches!(draft.target, Target::Edit(_)) {
        let hint = "save it now; everyone has the text that was there before";
        return Err(not_allowed("an edit can't be on hold", hint, said!("no-hold-of-edit")));
    }
    let called = people::called(tx, &draft.text)?;
    let manner = flags::manner(core, tx, how, &called.to, now)?;
    let before = draft.hold.as_ref();
    let flag = match &how.flag {
        Some(flagging) => {
            let flag = flags::read(core, tx, flagging, &called.to, now)?;
            // For those whom it mentions by then, unless it says whom it is for.
            let to = if flagging.to.is_empty() { Recipients::default() } else { flag.to };
            Some(Flag { to, ..flag })
        }
        None => before.and_then(|hold| hold.flag.clone()),
    };
    Ok(Hold {
        at: manner.embargo.unwrap_or(now),
        // Whoever says when sends it.
        device: core.identity.device(),
        announcement: manner.announcement || before.is_some_and(|hold| hold.announcement),
        acknowledge: manner.acknowledge || before.is_some_and(|hold| hold.acknowledge),
        flag,
    })
}

/// All that is on hold, the next first.
pub(super) fn list(read: &Read<'_>) -> Result<Answer, EngineError> {
    let mut all = on_hold(read)?;
    all.sort_by_key(|((id, ..), hold)| (hold.at, *id));
    let drafts = all.iter().map(|((id, draft, register), _)| drafts::shown(*id, draft, register)).collect();
    Ok(Answer::Drafts(ask::Drafts { drafts, on_hold: all.len() as u64 }))
}

/// When this device has something to send, next.
pub(crate) fn next(read: &Read<'_>, me: &DeviceId) -> Result<Option<Time>, EngineError> {
    Ok(on_hold(read)?.into_iter().filter(|(_, hold)| hold.device == *me).map(|(_, hold)| hold.at).min())
}

fn on_hold(read: &Read<'_>) -> Result<Vec<(drafts::Known, Hold)>, EngineError> {
    let hold = |known: drafts::Known| known.1.hold.clone().map(|hold| (known, hold));
    Ok(drafts::all(read)?.into_iter().filter_map(hold).collect())
}

/// That this could be said now.
pub(super) fn check(read: &Read<'_>, draft: &Draft, hold: &Hold) -> Result<(), EngineError> {
    let called = people::called(read, &draft.text)?;
    Edit::message_to(None, &draft.text, draft.title.as_deref(), &called.to, Manner::default())?;
    flag_of(hold, &called).map(|_| ())
}

/// The flag that was asked for, for those whom the text mentions now unless it says whom.
fn flag_of(hold: &Hold, called: &Called) -> Result<Option<Flag>, EngineError> {
    let Some(flag) = hold.flag.clone() else { return Ok(None) };
    let to = if flag.to.is_empty() { called.to.clone() } else { flag.to };
    if flag.colour.is_some() && to.is_empty() {
        return Err(flags::for_nobody().into());
    }
    Ok(Some(Flag { to, ..flag }))
}

/// Sends what is due. What can't be said, as in a channel that was archived since, stays on hold and is
/// tried again.
pub(crate) fn send_due(core: &mut Core, tx: &Write<'_>, now: Time) -> Result<Vec<Verified>, EngineError> {
    if core.own.is_none() || core.sends_at.is_none_or(|at| at > now) {
        return Ok(Vec::new());
    }
    let me = core.identity.device();
    let mut due = on_hold(tx)?;
    due.retain(|(_, hold)| hold.device == me && hold.at <= now);
    due.sort_by_key(|((id, ..), hold)| (hold.at, *id));
    let mut said = Vec::new();
    for ((id, draft, _), hold) in due {
        match send(core, tx, &draft, &hold, now) {
            Ok(sent) => {
                said.extend(sent);
                write(core, tx, Place::Draft(id), None, now)?;
            }
            Err(EngineError::Refused(failure)) => {
                tracing::warn!(draft = %id, message = %failure.message, "what was on hold can't be sent");
            }
            Err(error) => return Err(error),
        }
    }
    let mine = on_hold(tx)?.into_iter().filter(|(_, hold)| hold.device == me);
    core.sends_at = mine.map(|(_, hold)| if hold.at <= now { now.plus(AGAIN_MS) } else { hold.at }).min();
    Ok(said)
}

fn send(core: &mut Core, tx: &Write<'_>, draft: &Draft, hold: &Hold, now: Time) -> Result<Vec<Verified>, EngineError> {
    let called = people::called(tx, &draft.text)?;
    let default = match draft.target {
        Target::Channel(id) => posting::open_channel(tx, &id, &id.short())?.0,
        Target::Thread(_) | Target::Edit(_) => String::new(),
    };
    let flag = match flag_of(hold, &called)? {
        Some(flag) => Some(flag).filter(|flag| flag.colour.is_some()),
        None => flags::on_new(core, tx, &How::default(), &default, &called.to, now)?,
    };
    let manner = Manner { announcement: hold.announcement, acknowledge: hold.acknowledge, embargo: None };
    let text = (draft.text.as_str(), draft.title.as_deref());
    Ok(posting::say(core, tx, draft.target, text, &called, manner, flag.as_ref(), now)?.1)
}
