//! The inbox: one list of threads that need this member.
//!
//! What it is made of is kept thread by thread, in the transaction that changes it ([`settle`]); what
//! the clock decides is decided when it is asked for ([`rule`]). The same list comes of looking at
//! everything ([`from_nothing`]), which `fsck` compares.

pub(crate) mod commands;
mod dues;
mod facts;
mod rule;
mod seen;
mod show;
pub(crate) mod turns;

use std::collections::BTreeSet;

use cremona_envelope::{MemberId, RecordId, Time};
use cremona_model::Meaning;
use cremona_model::personal::{Follow, Scope};
use cremona_store::{Glance, Read, Write};

pub(crate) use dues::dues;
pub(crate) use facts::{Facts, facts, rule_of};
pub(crate) use rule::{Because, List, Mine, NotThere, Row};
pub(crate) use seen::unread;
pub(crate) use show::{Part, Want, answer, counts, explain, shown};

use crate::core::Core;
use crate::error::EngineError;
use crate::people;
use crate::personal::threads;
use crate::wall::Wall;

/// Looks again at the threads that this transaction touched.
pub(crate) fn settle(core: &mut Core, tx: &Write<'_>) -> Result<(), EngineError> {
    let touched = std::mem::take(&mut core.touched);
    let me = core.member();
    let mut roots = BTreeSet::new();
    for id in touched {
        // It may have been the root of a thread and be none any more.
        if let Some(no) = tx.number_of(&id)?
            && tx.has_concern(no)?
        {
            roots.insert(no);
        }
        let Some((root, _, glance)) = tx.thread_of(&id)? else { continue };
        if roots.contains(&root) {
            continue;
        }
        if tx.has_concern(root)? || concerns(tx, &me, root, &glance)? {
            roots.insert(root);
        }
    }
    roots.into_iter().try_for_each(|root| refresh(tx, &me, root))
}

/// Looks at everything again, as after the projection was made anew.
pub(crate) fn rebuild(core: &mut Core, tx: &Write<'_>) -> Result<(), EngineError> {
    core.touched.clear();
    tx.clear_concerns()?;
    let me = core.member();
    candidates(tx, &me)?.into_iter().try_for_each(|root| refresh(tx, &me, root))
}

/// Keeps what is known of a thread now.
pub(crate) fn refresh(tx: &Write<'_>, me: &MemberId, root: i64) -> Result<(), EngineError> {
    match facts(tx, me, root)? {
        Some(facts) => tx.put_concern(root, facts.is_open(), &facts.encode())?,
        None => tx.drop_concern(root)?,
    }
    Ok(())
}

/// The list as it is kept.
pub(crate) fn kept(read: &Read<'_>, mine: &Mine) -> Result<List, EngineError> {
    let all = read.open_concerns()?.iter().map(|bytes| Facts::decode(bytes)).collect::<Result<Vec<_>, _>>()?;
    Ok(rule::list(&all, mine))
}

/// The list from nothing but the set and this member's personal state.
pub(crate) fn from_nothing(read: &Read<'_>, me: &MemberId, mine: &Mine) -> Result<List, EngineError> {
    let roots = candidates(read, me)?;
    let all = roots.into_iter().map(|root| facts(read, me, root)).collect::<Result<Vec<_>, _>>()?;
    Ok(rule::list(all.iter().flatten(), mine))
}

/// What a list is made for.
pub(crate) fn mine(read: &Read<'_>, wall: &Wall, me: &MemberId, now: Time) -> Result<Mine, EngineError> {
    let zone = wall.zone(read, me)?;
    let mut stands_in_for = Vec::new();
    for (member, deputy) in read.deputies()? {
        let is_away = || {
            Ok::<_, EngineError>(
                people::status_of(read, &member, now)?.is_some_and(|status| status.meaning == Meaning::Away),
            )
        };
        if deputy == me.to_string() && member != *me && is_away()? {
            stands_in_for.push(member);
        }
    }
    Ok(Mine { me: *me, hours: wall.hours(read, me, &zone)?, stands_in_for, now })
}

/// Whether an imported message is more than history, which needs nobody: it is flagged, or of its thread,
/// where it begins one, an answer is, or that was followed or put off before it came.
pub(crate) fn is_spoken_of(read: &Read<'_>, id: &RecordId, begins: bool) -> Result<bool, EngineError> {
    Ok(read.has_flag(id)? || (begins && (read.is_answered(id)? || threads::is_minded(read, *id)?)))
}

/// Whether a message gives this member a part in its thread.
fn concerns(read: &Read<'_>, me: &MemberId, root: i64, glance: &Glance) -> Result<bool, EngineError> {
    let Some((id, channel)) = read.id_of(root)? else { return Ok(false) };
    if glance.n != root {
        return is_part(read, me, channel, glance);
    }
    // Its replies may have waited for it, and so may what this member said of it elsewhere.
    if threads::is_minded(read, id)? {
        return Ok(true);
    }
    for glance in read.glances(root)? {
        if is_part(read, me, channel, &glance)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_part(read: &Read<'_>, me: &MemberId, channel: RecordId, glance: &Glance) -> Result<bool, EngineError> {
    let own = glance.member == *me && !glance.imported;
    Ok(own
        || glance.announcement
        || glance.acknowledge
        || read.is_called(glance.n, me)?
        || read.is_flagged_for(&glance.id, me)?
        || threads::follow(read, Scope::Channel(channel))? == Follow::Follow)
}

/// The roots of all threads in which this member may have a part.
fn candidates(read: &Read<'_>, me: &MemberId) -> Result<BTreeSet<i64>, EngineError> {
    let mut roots: BTreeSet<i64> = read.threads_about(me)?.into_iter().collect();
    for (scope, rule) in threads::all_follow(read)? {
        match scope {
            Scope::Channel(channel) if rule == Follow::Follow => roots.extend(read.roots_in(&channel)?),
            Scope::Channel(_) => {}
            Scope::Thread(root) => roots.extend(read.thread_of(&root)?.map(|(root, ..)| root)),
        }
    }
    for (root, _) in threads::all_later(read)? {
        roots.extend(read.thread_of(&root)?.map(|(root, ..)| root));
    }
    Ok(roots)
}
