//! What this member decided about threads and channels: done, later, follow.

use cremona_envelope::{RecordId, Time};
use cremona_model::personal::{Follow, Key, Place, Register, Scope, value};
use cremona_store::{Read, Write};

use super::marks::{Upto, by_id, by_number};
use super::{register, registers, write};
use crate::core::Core;
use crate::error::EngineError;

/// A thread that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DoneRow {
    /// Up to where; what stands beyond opens it again.
    pub(crate) upto: Upto,
    /// Since when.
    pub(crate) at: Time,
}

/// A thread that was put off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LaterRow {
    /// Until when; it stays here after that.
    pub(crate) until: Time,
    /// When it was put off.
    pub(crate) at: Time,
}

/// Whether a thread is done, and up to where.
pub(crate) fn done(read: &Read<'_>, root: RecordId) -> Result<Option<DoneRow>, EngineError> {
    register(read, &Place::Done(root))?.map_or(Ok(None), |register| done_row(read, &register))
}

/// A thread is done up to there, or it is not; whether that was news.
pub(crate) fn set_done(
    core: &mut Core,
    tx: &Write<'_>,
    root: RecordId,
    upto: Option<&Upto>,
    now: Time,
) -> Result<bool, EngineError> {
    let value = upto.map(|upto| by_id(tx, upto)).transpose()?.map(|upto| value::positions(&upto));
    write(core, tx, Place::Done(root), value, now)
}

/// Until when a thread was put off, also where that is past.
pub(crate) fn later(read: &Read<'_>, root: RecordId) -> Result<Option<LaterRow>, EngineError> {
    Ok(register(read, &Place::Later(root))?.and_then(|register| later_row(&register)))
}

/// All threads that were put off, the one that comes back first first.
pub(crate) fn all_later(read: &Read<'_>) -> Result<Vec<(RecordId, LaterRow)>, EngineError> {
    let row = |(place, register): (Place, Register)| match place {
        Place::Later(root) => later_row(&register).map(|row| (root, row)),
        _ => None,
    };
    let mut all: Vec<_> = registers(read, Key::LATER)?.into_iter().filter_map(row).collect();
    all.sort_by_key(|(root, row)| (row.until, *root));
    Ok(all)
}

/// A thread is put off, or it is not any more; whether that was news.
pub(crate) fn set_later(
    core: &mut Core,
    tx: &Write<'_>,
    root: RecordId,
    until: Option<Time>,
    now: Time,
) -> Result<bool, EngineError> {
    write(core, tx, Place::Later(root), until.map(value::moment), now)
}

/// What of a thread or channel shall come up.
pub(crate) fn follow(read: &Read<'_>, scope: Scope) -> Result<Follow, EngineError> {
    let register = register(read, &Place::Follow(scope))?;
    Ok(register.and_then(|register| register.value).map_or(Follow::Default, |value| Follow::read(&value)))
}

/// Whether something else than usual of a thread shall come up, or it was put off; it need not be here.
pub(crate) fn is_minded(read: &Read<'_>, root: RecordId) -> Result<bool, EngineError> {
    Ok(follow(read, Scope::Thread(root))? != Follow::Default || later(read, root)?.is_some())
}

/// All threads and channels of which something else than usual shall come up.
pub(crate) fn all_follow(read: &Read<'_>) -> Result<Vec<(Scope, Follow)>, EngineError> {
    let row = |(place, register): (Place, Register)| match place {
        Place::Follow(scope) => register.value.map(|value| (scope, Follow::read(&value))),
        _ => None,
    };
    let all = registers(read, Key::FOLLOW)?.into_iter().filter_map(row);
    Ok(all.filter(|(_, rule)| *rule != Follow::Default).collect())
}

/// This of a thread or channel shall come up; whether that was news.
pub(crate) fn set_follow(
    core: &mut Core,
    tx: &Write<'_>,
    scope: Scope,
    rule: Follow,
    now: Time,
) -> Result<bool, EngineError> {
    write(core, tx, Place::Follow(scope), rule.encode(), now)
}

fn done_row(read: &Read<'_>, register: &Register) -> Result<Option<DoneRow>, EngineError> {
    let Some(upto) = register.value.as_deref().and_then(value::read_positions) else { return Ok(None) };
    Ok(Some(DoneRow { upto: by_number(read, &upto)?, at: register.written.time }))
}

fn later_row(register: &Register) -> Option<LaterRow> {
    let until = register.value.as_deref().and_then(value::read_moment)?;
    Some(LaterRow { until, at: register.written.time })
}
