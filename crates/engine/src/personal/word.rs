//! The word of soft state that carries personal state to the member's other devices, sealed for them.
//!
//! Content: a byte, 1 where the rest is compressed (zstd) and 0 where it is not, then the state as
//! `cremona_model::personal` writes it. A word has little room, so what matters most goes first, of
//! each kind the latest first: settings, follows, later, what newer versions keep, marks of channels,
//! unread, drafts up to [`DRAFTS_BYTES`], done, marks of threads. What is left out (threads that were
//! read the longest ago, before all) stays in the store of the device that has it.

use cremona_envelope::{Soft, Time, personal};
use cremona_model::Personal;
use cremona_model::personal::wire::{self, FIELD_HEAD};
use cremona_model::personal::{Key, MAX_STATE};
use cremona_store::{PersonalRow, Read, Write};

use super::{DAMAGED, MAX_FIELDS, marks, register};
use crate::core::Core;
use crate::error::EngineError;

/// Bytes of drafts in a word, before they are compressed; what goes beyond stays on its device.
const DRAFTS_BYTES: usize = 32_768;
/// Most fields of a kind that are looked at for a word; more would not fit.
const LOOKED_AT: u32 = 12_000;
/// What stands around the fields.
const FRAME_BYTES: usize = 16;
const LEVEL: i32 = 3;
const PLAIN: u8 = 0;
const COMPRESSED: u8 = 1;

/// The content of a word, at most `room` bytes; `None` where there is nothing to say.
pub(crate) fn content(read: &Read<'_>, room: usize) -> Result<Option<Vec<u8>>, EngineError> {
    let rows = ordered(read)?;
    let mut left = MAX_STATE.saturating_sub(FRAME_BYTES);
    let mut count = 0_usize;
    for row in &rows {
        let Some(after) = left.checked_sub(bytes_of(row)) else { break };
        left = after;
        count = count.saturating_add(1);
    }
    while count > 0 {
        let content = pack(rows.get(..count).unwrap_or_default())?;
        if content.len() <= room {
            return Ok(Some(content));
        }
        // Fewer by as much as it is over, and a little more.
        let fitting = count.saturating_mul(room).checked_div(content.len()).unwrap_or(0);
        count = fitting.saturating_sub(count / 64).min(count.saturating_sub(1));
    }
    Ok(None)
}

/// Takes in what another device of this member said, or this one before its directory was restored;
/// the fields that this changed. Of anyone else it takes nothing: everybody can seal for this device.
pub(crate) fn merge(core: &Core, tx: &Write<'_>, soft: &Soft) -> Result<Vec<Key>, EngineError> {
    let mine = tx.device_member(&core.identity.device())?;
    if mine.is_none() || mine != tx.device_member(&soft.device)? {
        return Ok(Vec::new());
    }
    let Some(state) = personal::open(&core.identity, soft).and_then(|content| unpack(&content)) else {
        tracing::debug!(device = soft.device.short(), "personal state of an own device is not for this one, or newer");
        return Ok(Vec::new());
    };
    let mut changed = Vec::new();
    let mut free = MAX_FIELDS.saturating_sub(tx.personal_count()?);
    for (scope, theirs) in state.marks {
        let before = marks::field(tx, scope)?;
        let mut after = before.clone().unwrap_or_default();
        if after.join(&theirs) && has_room(before.is_none(), &mut free) {
            changed.push(keep(tx, Key::Marks(scope), after.read, after.encode())?);
        }
    }
    for (place, theirs) in state.registers {
        let before = register(tx, &place)?;
        if before.as_ref().is_none_or(|before| theirs > *before) && has_room(before.is_none(), &mut free) {
            changed.push(keep(tx, Key::Register(place), theirs.written.time, theirs.encode())?);
        }
    }
    Ok(changed)
}

/// What is known changes, and what is new is taken while there is room; the other device keeps it.
fn has_room(new: bool, free: &mut u64) -> bool {
    if !new {
        return true;
    }
    let before = *free;
    *free = free.saturating_sub(1);
    before > 0
}

fn keep(tx: &Write<'_>, key: Key, at: Time, field: Vec<u8>) -> Result<Key, EngineError> {
    tx.put_personal(&PersonalRow { kind: key.kind(), about: key.about(), at, field })?;
    Ok(key)
}

/// What may go into a word, what matters most first.
fn ordered(read: &Read<'_>) -> Result<Vec<PersonalRow>, EngineError> {
    const CHANNELS: &[u8] = &[2];
    const THREADS: &[u8] = &[1];
    let newer = read.personal_kinds()?.into_iter().filter(|kind| *kind > Key::SETTING);
    let mut rows = Vec::new();
    for kind in [Key::SETTING, Key::FOLLOW, Key::LATER].into_iter().chain(newer) {
        rows.extend(read.personal_latest(kind, &[], LOOKED_AT)?);
    }
    rows.extend(read.personal_latest(Key::MARKS, CHANNELS, LOOKED_AT)?);
    rows.extend(read.personal_latest(Key::UNREAD, &[], LOOKED_AT)?);
    rows.extend(drafts(read)?);
    rows.extend(read.personal_latest(Key::DONE, &[], LOOKED_AT)?);
    rows.extend(read.personal_latest(Key::MARKS, THREADS, LOOKED_AT)?);
    Ok(rows)
}

/// The latest drafts, as far as they fit together; that a draft was dropped takes next to nothing.
fn drafts(read: &Read<'_>) -> Result<Vec<PersonalRow>, EngineError> {
    let mut left = DRAFTS_BYTES;
    let mut rows = read.personal_latest(Key::DRAFT, &[], LOOKED_AT)?;
    rows.retain(|row| match left.checked_sub(bytes_of(row)) {
        Some(after) => {
            left = after;
            true
        }
        None => false,
    });
    Ok(rows)
}

fn bytes_of(row: &PersonalRow) -> usize {
    FIELD_HEAD.saturating_add(1).saturating_add(row.about.len()).saturating_add(row.field.len())
}

fn pack(rows: &[PersonalRow]) -> Result<Vec<u8>, EngineError> {
    let mut fields: Vec<_> =
        rows.iter().map(|row| ([&[row.kind], row.about.as_slice()].concat(), row.field.as_slice())).collect();
    fields.sort();
    let plain = wire::write(fields.iter().map(|(key, field)| (key.as_slice(), *field)));
    let compressed = zstd::bulk::compress(&plain, LEVEL).map_err(|_| DAMAGED)?;
    let (form, bytes) = if compressed.len() < plain.len() { (COMPRESSED, compressed) } else { (PLAIN, plain) };
    Ok([&[form], bytes.as_slice()].concat())
}

/// Reads content; allocates at most [`MAX_STATE`] for it, and what it says.
pub(super) fn unpack(content: &[u8]) -> Option<Personal> {
    let (form, bytes) = content.split_first()?;
    match *form {
        PLAIN => Personal::decode(bytes).ok(),
        COMPRESSED => Personal::decode(&zstd::bulk::decompress(bytes, MAX_STATE).ok()?).ok(),
        _ => None,
    }
}
