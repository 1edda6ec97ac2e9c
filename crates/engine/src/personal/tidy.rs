//! Making room: fields that say nothing any more.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use cremona_envelope::{RecordId, Time};
use cremona_model::personal::{Key, Marks, Register, Scope};
use cremona_store::Write;

use super::marks::field;
use super::{DAMAGED, MAX_FIELDS};
use crate::core::Core;
use crate::error::EngineError;

/// What was taken back is remembered for this long: a device that has been away for longer may bring
/// back what was dropped meanwhile.
const TAKEN_BACK_MS: u64 = 180 * 86_400_000;
/// Looking for room takes seconds where there is none, so it is not done at every turn.
const AGAIN_MS: u64 = 3_600_000;

/// Drops what says nothing any more; whether there is room now.
pub(super) fn make_room(core: &mut Core, tx: &Write<'_>, now: Time) -> Result<bool, EngineError> {
    if core.desk.tidied.is_some_and(|at| now.since(at) < AGAIN_MS && at <= now) {
        return Ok(false);
    }
    core.desk.tidied = Some(now);
    drop_covered(tx)?;
    drop_taken_back(tx, now)?;
    Ok(tx.personal_count()? < MAX_FIELDS)
}

/// Marks of threads that the marks of their channel cover.
pub(super) fn drop_covered(tx: &Write<'_>) -> Result<(), EngineError> {
    let mut channels: BTreeMap<RecordId, Marks> = BTreeMap::new();
    for row in tx.personal_of(Key::MARKS)? {
        let Some(Key::Marks(Scope::Thread(root))) = Key::read(row.kind, &row.about) else { continue };
        let Some(channel) = tx.message(&root)?.map(|message| message.channel) else { continue };
        let all = match channels.entry(channel) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(blank) => blank.insert(field(tx, Scope::Channel(channel))?.unwrap_or_default()),
        };
        let marks = Marks::decode(&row.field).ok_or(DAMAGED)?;
        // Where the channel was read earlier, the thread's reading may be what outweighs an unread.
        if all.upto.cover_all(&marks.upto) && all.read >= marks.read {
            tx.drop_personal(row.kind, &row.about)?;
        }
    }
    Ok(())
}

/// Registers that were taken back long ago.
fn drop_taken_back(tx: &Write<'_>, now: Time) -> Result<(), EngineError> {
    for kind in tx.personal_kinds()?.into_iter().filter(|kind| *kind != Key::MARKS) {
        for row in tx.personal_of(kind)? {
            let register = Register::decode(&row.field).ok_or(DAMAGED)?;
            if register.value.is_none() && now.since(register.written.time) > TAKEN_BACK_MS {
                tx.drop_personal(row.kind, &row.about)?;
            }
        }
    }
    Ok(())
}
