//! When members' nodes are heard: noted hour by hour as they are met or their receipts come, and what may
//! be expected from that.

use std::collections::BTreeSet;

use cremona_envelope::{DeviceId, MemberId, Time};
use cremona_hours::{HOUR_MS, Heard, Zone};
use cremona_store::{Read, Write};
use cremona_sync::Peer;

use crate::ask::{Forecast, MemberForecast};
use crate::core::Core;
use crate::error::EngineError;
use crate::wall::{at_of, time_of};
use crate::{people, show};

/// Most devices of which the last noted hour is remembered.
const MOST: usize = 100_000;

/// A device was heard at `at`; one write an hour and member. Devices of no other member are left alone.
pub(crate) fn note_heard(
    core: &mut Core,
    tx: &Write<'_>,
    device: &DeviceId,
    at: Time,
    now: Time,
) -> Result<(), EngineError> {
    let hour = at_of(at).0.div_euclid(HOUR_MS);
    let noted = u64::try_from(hour).unwrap_or(0);
    if core.heard.get(device).is_some_and(|last| *last >= noted) || core.mailboxes.knows(device) {
        return Ok(());
    }
    let Some(member) = tx.device_member(device)?.filter(|member| *member != core.member()) else { return Ok(()) };
    let mut heard = kept(tx, &member)?;
    // Hours that lie ahead were noted under a wrong clock.
    if heard.last().is_some_and(|last| last.0 > at_of(now).plus(HOUR_MS).0) {
        heard = Heard::default();
    }
    if heard.last().is_none_or(|last| last.0.div_euclid(HOUR_MS) < hour) {
        heard.add(at_of(at));
        tx.put_heard(&member, &heard.encode())?;
    }
    if core.heard.len() < MOST {
        core.heard.insert(*device, noted);
    }
    Ok(())
}

/// When a member's node may be heard next, by the clock of the zone in which this member reads.
pub(crate) fn forecast(
    read: &Read<'_>,
    zone: &Zone,
    member: &MemberId,
    connected: bool,
    now: Time,
) -> Result<Forecast, EngineError> {
    if connected {
        return Ok(Forecast::Here);
    }
    let shown = |at| show::time_in(zone, time_of(at));
    Ok(match kept(read, member)?.forecast(at_of(now)) {
        cremona_hours::Forecast::NoIdea => Forecast::NoIdea,
        cremona_hours::Forecast::Likely { at, early, late } => {
            Forecast::Likely { at: shown(at), early: shown(early), late: late.map(shown) }
        }
    })
}

/// The forecast for a member by name.
pub(crate) fn member_forecast(
    core: &Core,
    read: &Read<'_>,
    peers: &[Peer],
    name: &str,
    now: Time,
) -> Result<MemberForecast, EngineError> {
    let member = people::member(read, name)?;
    let peers: BTreeSet<_> = peers.iter().map(|peer| DeviceId(peer.0)).collect();
    let connected = read.devices()?.iter().any(|(device, owner)| *owner == member && peers.contains(device));
    let zone = core.wall.zone(read, &core.member())?;
    Ok(MemberForecast {
        member: show::member(read, &member)?,
        forecast: forecast(read, &zone, &member, connected, now)?,
        zone: zone.name().to_owned(),
        hours: kept(read, &member)?.hours(),
    })
}

/// What was noted of a member; nothing where that can't be read, since only time is lost.
fn kept(read: &Read<'_>, member: &MemberId) -> Result<Heard, EngineError> {
    Ok(read.heard(member)?.and_then(|bytes| Heard::decode(&bytes)).unwrap_or_default())
}
