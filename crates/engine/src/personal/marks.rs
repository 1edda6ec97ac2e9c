//! Read marks: how far this member has read in threads and channels, by log number and seq.

use std::collections::BTreeMap;
use std::rc::Rc;

use cremona_envelope::{RecordId, Time};
use cremona_model::personal::{Key, Marks, Place, Positions, Register, Scope, value};
use cremona_store::{Read, Write};

use super::{DAMAGED, put, register};
use crate::core::Core;
use crate::docs::log_of;
use crate::error::EngineError;

/// Up to where, by number of the log: what stands at or before is meant. What is not named is not.
pub(crate) type Upto = BTreeMap<i64, u64>;

/// Whether a message at this place counts among those up to there.
pub(crate) fn covers(upto: &Upto, log: i64, seq: u64) -> bool {
    upto.get(&log).is_some_and(|last| seq <= *last)
}

/// How far a channel was read: looked up once for all its threads.
pub(crate) struct Around {
    marks: Marks,
    upto: Upto,
}

impl Around {
    pub(crate) fn of(read: &Read<'_>, channel: RecordId) -> Result<Self, EngineError> {
        let marks = field(read, Scope::Channel(channel))?.unwrap_or_default();
        Ok(Self { upto: by_number(read, &marks.upto)?, marks })
    }
}

/// How far a thread counts as read: as far as its own marks or its channel's, unless it was marked unread
/// since; then only as far as that says. The one place where this is decided.
pub(crate) struct Reach {
    own: Upto,
    /// Unless it was marked unread.
    around: Option<Rc<Around>>,
    /// When something of it was last marked as read, by its own marks or its channel's.
    pub(crate) at: Time,
}

impl Reach {
    pub(crate) fn of(read: &Read<'_>, root: RecordId, around: &Rc<Around>) -> Result<Self, EngineError> {
        let marks = field(read, Scope::Thread(root))?.unwrap_or_default();
        let again = marks.again(&around.marks, register(read, &Place::Unread(root))?.as_ref());
        Ok(Self {
            own: by_number(read, again.as_ref().unwrap_or(&marks.upto))?,
            around: again.is_none().then(|| Rc::clone(around)),
            at: marks.read.max(around.marks.read),
        })
    }

    /// Whether a message at this place counts as read.
    pub(crate) fn covers(&self, log: i64, seq: u64) -> bool {
        covers(&self.own, log, seq) || self.around.as_ref().is_some_and(|around| covers(&around.upto, log, seq))
    }
}

/// This much was read; whether that was news. Marks never go back. A thread that was marked unread is
/// read again once all is that was read of it before.
pub(crate) fn set_mark(
    core: &mut Core,
    tx: &Write<'_>,
    scope: Scope,
    upto: &Upto,
    now: Time,
) -> Result<bool, EngineError> {
    let before = field(tx, scope)?;
    let mut after = before.clone().unwrap_or_default();
    let given = by_id(tx, upto)?;
    let mut news = after.upto.join(&given);
    after.read = after.read.max(now);
    match scope {
        Scope::Thread(root) => {
            if let Some(unread) = unread(tx, root, channel_of(tx, root)?)? {
                let mut again = unread.value.as_deref().and_then(value::read_positions).unwrap_or_default();
                news |= again.join(&given);
                if again.cover_all(&after.upto) {
                    after.read = after.read.max(unread.written.time);
                    news = true;
                } else if news {
                    let value = Some(value::positions(&again));
                    let next = Register::after(Some(&unread), value, core.identity.device(), after.read.plus(1));
                    put_register(core, tx, root, &next, false, now)?;
                }
            }
        }
        // Later than any thread was marked unread, so that none of it stands out.
        Scope::Channel(_) => {
            let last = tx.personal_latest(Key::UNREAD, &[], 1)?.first().map_or(Time(0), |row| row.at);
            news |= before.as_ref().is_none_or(|before| before.read < last);
            after.read = after.read.max(last);
        }
    }
    if news {
        put(core, tx, &Key::Marks(scope), (after.read, after.encode()), before.is_none(), now)?;
    }
    Ok(news)
}

/// A thread shall count as read only up to `keep`, whatever its marks and its channel's say, until it
/// is read again.
pub(crate) fn set_unread(
    core: &mut Core,
    tx: &Write<'_>,
    root: RecordId,
    channel: RecordId,
    keep: &Upto,
    now: Time,
) -> Result<(), EngineError> {
    let read_last = |scope| Ok::<_, EngineError>(field(tx, scope)?.map_or(Time(0), |marks| marks.read));
    let since = read_last(Scope::Thread(root))?.max(read_last(Scope::Channel(channel))?);
    let before = register(tx, &Place::Unread(root))?;
    let value = Some(value::positions(&by_id(tx, keep)?));
    let next = Register::after(before.as_ref(), value, core.identity.device(), now.max(since.plus(1)));
    put_register(core, tx, root, &next, before.is_none(), now)
}

pub(super) fn field(read: &Read<'_>, scope: Scope) -> Result<Option<Marks>, EngineError> {
    let Some(bytes) = read.personal(Key::MARKS, &scope.bytes())? else { return Ok(None) };
    Marks::decode(&bytes).map(Some).ok_or(DAMAGED)
}

/// The register that marks a thread unread, if that is in force.
fn unread(read: &Read<'_>, root: RecordId, channel: Option<RecordId>) -> Result<Option<Register>, EngineError> {
    let Some(unread) = register(read, &Place::Unread(root))?.filter(|unread| unread.value.is_some()) else {
        return Ok(None);
    };
    let mut since = field(read, Scope::Thread(root))?.map_or(Time(0), |marks| marks.read);
    if let Some(channel) = channel {
        since = since.max(field(read, Scope::Channel(channel))?.map_or(Time(0), |marks| marks.read));
    }
    Ok(Some(unread).filter(|unread| unread.written.time > since))
}

fn put_register(
    core: &mut Core,
    tx: &Write<'_>,
    root: RecordId,
    next: &Register,
    new: bool,
    now: Time,
) -> Result<(), EngineError> {
    put(core, tx, &Key::Register(Place::Unread(root)), (next.written.time, next.encode()), new, now)
}

fn channel_of(read: &Read<'_>, root: RecordId) -> Result<Option<RecordId>, EngineError> {
    Ok(read.message(&root)?.map(|row| row.channel))
}

/// By numbers of this node; logs that are not here have none, and nothing of theirs is here to be read.
pub(super) fn by_number(read: &Read<'_>, positions: &Positions) -> Result<Upto, EngineError> {
    let mut upto = Upto::new();
    for (log, seq) in positions.iter() {
        if let Some(no) = read.log_number(log)? {
            upto.insert(no, seq);
        }
    }
    Ok(upto)
}

/// No further than logs are here without gaps: what was shown before its log had come says nothing of what
/// stands before it there.
pub(crate) fn held(read: &Read<'_>, upto: impl IntoIterator<Item = (i64, u64)>) -> Result<Upto, EngineError> {
    let held = |(no, seq): (i64, u64)| Ok((no, log_of(read, no)?.head.seq.min(seq)));
    upto.into_iter().map(held).filter(|held| held.as_ref().map_or(true, |(_, seq)| *seq > 0)).collect()
}

pub(super) fn by_id(read: &Read<'_>, upto: &Upto) -> Result<Positions, EngineError> {
    upto.iter().map(|(no, seq)| Ok((log_of(read, *no)?.id, *seq))).collect()
}
