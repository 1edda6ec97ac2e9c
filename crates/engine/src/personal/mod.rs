//! Personal state of this node's member: read and changed field by field, within a transaction.
//!
//! The store holds the truth, the model says how fields merge (`cremona_model::personal`); here is
//! what a node does with them: [`marks`], what stands about a [`threads`] or channel, [`drafts`] and
//! those on hold ([`holds`]), [`settings`]; how it comes to the member's other devices, [`word`]. Nothing of it is in a log, in the
//! root or in `state`.
//!
//! At most [`MAX_FIELDS`] are held. When they are, marks of threads that their channel's marks cover
//! and what was taken back long ago make room; if that is not enough, a new field is refused in
//! words, and those that are there still change.

mod drafts;
pub(crate) mod holds;
pub(crate) mod marks;
pub(crate) mod settings;
pub(crate) mod threads;
mod tidy;
pub(crate) mod word;

use cremona_envelope::Time;
use cremona_model::personal::{Key, Place, Register};
use cremona_store::{PersonalRow, Read, Write};

use crate::ask::{Answer, Ask, Failure, Reason};
use crate::commands::Done;
use crate::core::Core;
use crate::error::EngineError;
use crate::said;

#[cfg(test)]
pub(crate) mod tests;

/// Most fields that a node holds.
pub(crate) const MAX_FIELDS: u64 = 200_000;

/// Carries out a command about personal state; `None` where `ask` is none.
pub(crate) fn command(core: &mut Core, tx: &Write<'_>, ask: &Ask, now: Time) -> Result<Option<Done>, EngineError> {
    let answer = match ask {
        Ask::DraftSave { id, target, text, title } => {
            drafts::save(core, tx, id.as_deref(), target, (text, title.as_deref()), now)?
        }
        Ask::DraftDrop { id } => drafts::drop(core, tx, id, now)?,
        Ask::DraftHold { id, how } => holds::hold(core, tx, id, how, now)?,
        Ask::Set { name, value } => settings::set(core, tx, name, value.as_deref(), now)?,
        _ => return Ok(None),
    };
    Ok(Some(Done { answer, said: Vec::new() }))
}

/// Answers a question about personal state; `None` where `ask` is none.
pub(crate) fn question(read: &Read<'_>, ask: &Ask) -> Result<Option<Answer>, EngineError> {
    Ok(match ask {
        Ask::Drafts => Some(drafts::list(read)?),
        Ask::OnHold => Some(holds::list(read)?),
        Ask::Settings => Some(settings::list(read)?),
        _ => None,
    })
}

/// What was written last to a register, also if it was taken back since.
pub(crate) fn register(read: &Read<'_>, place: &Place) -> Result<Option<Register>, EngineError> {
    let key = Key::Register(place.clone());
    let Some(bytes) = read.personal(key.kind(), &key.about())? else { return Ok(None) };
    Register::decode(&bytes).map(Some).ok_or(DAMAGED)
}

/// All registers of a kind, in order, with what was taken back.
fn registers(read: &Read<'_>, kind: u8) -> Result<Vec<(Place, Register)>, EngineError> {
    let parse = |row: PersonalRow| match (Key::read(row.kind, &row.about), Register::decode(&row.field)) {
        (Some(Key::Register(place)), Some(register)) => Ok((place, register)),
        _ => Err(DAMAGED),
    };
    read.personal_of(kind)?.into_iter().map(parse).collect()
}

/// Writes a register; false where that changes nothing.
fn write(
    core: &mut Core,
    tx: &Write<'_>,
    place: Place,
    value: Option<Vec<u8>>,
    now: Time,
) -> Result<bool, EngineError> {
    let before = register(tx, &place)?;
    if before.as_ref().and_then(|before| before.value.as_ref()) == value.as_ref() {
        return Ok(false);
    }
    let after = Register::after(before.as_ref(), value, core.identity.device(), now);
    put(core, tx, &Key::Register(place), (after.written.time, after.encode()), before.is_none(), now)?;
    Ok(true)
}

/// Keeps a field of this node's own making.
fn put(
    core: &mut Core,
    tx: &Write<'_>,
    key: &Key,
    (at, field): (Time, Vec<u8>),
    new: bool,
    now: Time,
) -> Result<(), EngineError> {
    if new && tx.personal_count()? >= MAX_FIELDS && !tidy::make_room(core, tx, now)? {
        return Err(full().into());
    }
    tx.put_personal(&PersonalRow { kind: key.kind(), about: key.about(), at, field })?;
    if key.kind() == Key::DRAFT {
        core.sends_at = holds::next(tx, &core.identity.device())?;
    }
    core.desk.note_personal(now);
    Ok(())
}

fn full() -> Failure {
    Failure::new(
        Reason::TryLater,
        format!("your marks, drafts and settings are {MAX_FIELDS} already, which is all that a node keeps"),
        "mark whole channels as read: that takes the place of the marks of their threads",
    )
    .named(said!("personal-full", count = MAX_FIELDS))
}

const DAMAGED: EngineError = EngineError::Damaged("personal state");
