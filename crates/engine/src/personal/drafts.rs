//! Drafts: texts that are being written. They stay until they are dropped, over restarts, on every
//! device of the member, and nobody else ever has them.

use cremona_envelope::ids::derive16;
use cremona_envelope::{RecordId, Time};
use cremona_model::edit::EditError;
use cremona_model::personal::{Draft, DraftId, Key, Place, Register, Target};
use cremona_model::{MAX_TEXT, MAX_TITLE};
use cremona_store::{Read, Write};

use super::{holds, register, registers, write};
use crate::ask::{self, Answer, DraftFor, Failure, Reason};
use crate::commands::own_message;
use crate::core::Core;
use crate::error::EngineError;
use crate::{names, said, show};

/// Most drafts at one time; one more is refused until one is dropped or posted.
const MAX_DRAFTS: usize = 200;
/// Names a new draft; known to this device alone, so not among the contexts of the protocol.
const DRAFT_ID: &str = "cremona 2026-11 draft id v1";

/// Keeps a new draft, or another text for one.
pub(super) fn save(
    core: &mut Core,
    tx: &Write<'_>,
    id: Option<&str>,
    target: &DraftFor,
    (text, title): (&str, Option<&str>),
    now: Time,
) -> Result<Answer, EngineError> {
    limit("text", text, MAX_TEXT)?;
    limit("title", title.unwrap_or_default(), MAX_TITLE)?;
    if text.trim().is_empty() && title.unwrap_or_default().trim().is_empty() {
        return Err(EditError::Empty("draft").into());
    }
    let target = find_target(core, tx, target)?;
    let (id, hold) = match id {
        Some(text) => {
            let known = all(tx)?;
            let (id, draft, _) = find(&known, text)?;
            (*id, draft.hold.clone())
        }
        None => (new_id(core, tx, now)?, None),
    };
    let draft = Draft { target, text: text.to_owned(), title: title.map(str::to_owned), hold };
    if let Some(hold) = &draft.hold {
        holds::check(tx, &draft, hold)?;
    }
    put(core, tx, id, &draft, now)
}

/// Keeps a draft; the answer is how it is shown.
pub(super) fn put(
    core: &mut Core,
    tx: &Write<'_>,
    id: DraftId,
    draft: &Draft,
    now: Time,
) -> Result<Answer, EngineError> {
    write(core, tx, Place::Draft(id), Some(draft.encode()), now)?;
    let register = register(tx, &Place::Draft(id))?.ok_or(EngineError::Damaged("the draft"))?;
    Ok(Answer::Draft(Box::new(shown(id, draft, &register))))
}

/// Drops a draft; the answer is what it was.
pub(super) fn drop(core: &mut Core, tx: &Write<'_>, id: &str, now: Time) -> Result<Answer, EngineError> {
    let known = all(tx)?;
    let (id, draft, register) = find(&known, id)?;
    write(core, tx, Place::Draft(*id), None, now)?;
    Ok(Answer::Draft(Box::new(shown(*id, draft, register))))
}

/// Drafts that are not on hold, the one saved last first.
pub(super) fn list(read: &Read<'_>) -> Result<Answer, EngineError> {
    let (held, drafts): (Vec<_>, Vec<_>) = all(read)?.into_iter().partition(|(_, draft, _)| draft.hold.is_some());
    let drafts = drafts.iter().map(|(id, draft, register)| shown(*id, draft, register)).collect();
    Ok(Answer::Drafts(ask::Drafts { drafts, on_hold: held.len() as u64 }))
}

/// A draft, and where it is written down.
pub(super) type Known = (DraftId, Draft, Register);

/// All drafts, also those on hold, the one saved last first.
pub(super) fn all(read: &Read<'_>) -> Result<Vec<Known>, EngineError> {
    let known = |(place, register): (Place, Register)| match place {
        Place::Draft(id) => {
            let draft = register.value.as_deref().and_then(Draft::read)?;
            Some((id, draft, register))
        }
        _ => None,
    };
    let mut all: Vec<_> = registers(read, Key::DRAFT)?.into_iter().filter_map(known).collect();
    all.sort_by(|(one, _, a), (other, _, b)| b.written.cmp(&a.written).then(one.cmp(other)));
    Ok(all)
}

/// The draft of an id or a unique beginning of one.
pub(super) fn find<'a>(known: &'a [Known], text: &str) -> Result<&'a Known, EngineError> {
    let beginning = text.to_lowercase();
    let like: Vec<_> = known.iter().filter(|(id, ..)| id.to_string().starts_with(&beginning)).collect();
    match like.as_slice() {
        [one] => Ok(one),
        [] => Err(Failure::new(Reason::NotFound, format!("there is no draft {text:?}"), "`cremona drafts` lists them")
            .named(said!("no-draft", name = text))
            .into()),
        several => Err(Failure::new(
            Reason::Ambiguous,
            format!("{text:?} fits {} drafts", several.len()),
            "give more of the id",
        )
        .named(said!("many-drafts", name = text, count = several.len()))
        .into()),
    }
}

fn find_target(core: &Core, tx: &Write<'_>, target: &DraftFor) -> Result<Target, EngineError> {
    Ok(match target {
        DraftFor::Channel(text) => Target::Channel(names::channel(tx, text)?),
        DraftFor::Thread(text) => Target::Thread(names::message(tx, text)?.root),
        DraftFor::Edit(text) => Target::Edit(own_message(core, tx, text, "edit")?.id),
    })
}

/// One that was never used here: randomness of this start, and the first moment that is free.
pub(super) fn new_id(core: &Core, tx: &Write<'_>, now: Time) -> Result<DraftId, EngineError> {
    if all(tx)?.len() >= MAX_DRAFTS {
        return Err(too_many().into());
    }
    let device = core.identity.device();
    let mut at = now;
    loop {
        let id = DraftId(derive16(DRAFT_ID, &[&core.random, &device.0, &at.0.to_be_bytes()]));
        if register(tx, &Place::Draft(id))?.is_none() {
            return Ok(id);
        }
        at = Time(at.0.wrapping_add(1));
    }
}

/// A draft as people see it.
pub(super) fn shown(id: DraftId, draft: &Draft, register: &Register) -> ask::Draft {
    let hex = |id: RecordId| id.to_string();
    let target = match draft.target {
        Target::Channel(id) => DraftFor::Channel(hex(id)),
        Target::Thread(id) => DraftFor::Thread(hex(id)),
        Target::Edit(id) => DraftFor::Edit(hex(id)),
    };
    ask::Draft {
        id: id.to_string(),
        target,
        text: draft.text.clone(),
        title: draft.title.clone(),
        saved: show::time(register.written.time),
        hold: draft.hold.as_ref().map(|hold| show::time(hold.at)),
    }
}

fn limit(what: &'static str, text: &str, limit: usize) -> Result<(), EngineError> {
    if text.len() > limit { Err(EditError::Long { what, len: text.len(), limit }.into()) } else { Ok(()) }
}

fn too_many() -> Failure {
    Failure::new(Reason::TryLater, format!("there are {MAX_DRAFTS} drafts already"), "post or drop one of them")
        .named(said!("drafts-full", count = MAX_DRAFTS))
}
