//! Where a message is held: on this node, on those of whom it is known by their receipts or by having been
//! seen to hold all that this one held, and on which not yet, or nobody knows.

use std::collections::BTreeSet;

use cremona_envelope::{DeviceId, LogShort, Time};
use cremona_store::{LogRow, Read};
use cremona_sync::{Peer, Replica};

use super::forecast::forecast;
use crate::ask::{Held, HeldBy, Holds};
use crate::core::Core;
use crate::docs::log_of;
use crate::error::EngineError;
use crate::standing::Known;
use crate::{names, show};

/// A place of the message: its log, and seq.
type Place = (LogRow, u64);

/// Which nodes hold the envelope of a message, or of any copy of it.
pub(crate) fn held(
    core: &Core,
    replica: &Replica,
    peers: &[Peer],
    read: &Read<'_>,
    message: &str,
    now: Time,
) -> Result<Held, EngineError> {
    let row = names::message(read, message)?;
    let mut places: BTreeSet<(i64, u64)> = read.copies(&row.id)?.iter().map(|copy| (copy.log, copy.seq)).collect();
    places.insert((row.log, row.seq));
    let places = places.into_iter().map(|(log, seq)| Ok((log_of(read, log)?, seq)));
    let places = places.collect::<Result<Vec<Place>, EngineError>>()?;
    let known = Known::read(core, replica, peers, read, now)?;
    let zone = core.wall.zone(read, &core.member())?;
    let mut nodes = Vec::new();
    for (device, member) in &known.devices {
        if !known.names.contains_key(member) {
            continue;
        }
        let (holds, told) = known.holds(device, &places);
        let me = *device == core.identity.device();
        let lacks = holds != Holds::Yes;
        let connected = known.peers.contains(device);
        nodes.push(HeldBy {
            member: Some(show::member(read, member)?),
            me,
            device: device.to_string(),
            holds,
            told: told.map(show::time),
            forecast: lacks.then(|| forecast(read, &zone, member, connected, now)).transpose()?,
        });
    }
    nodes.sort_by_cached_key(|node| {
        node.member.as_ref().map(|member| (member.name.to_lowercase(), node.device.clone()))
    });
    for device in core.mailboxes.devices() {
        let (holds, told) = known.holds(device, &places);
        let (device, told) = (device.to_string(), told.map(show::time));
        nodes.push(HeldBy { member: None, me: false, device, holds, told, forecast: None });
    }
    let holds = nodes.iter().filter(|node| node.holds == Holds::Yes).count() as u64;
    Ok(Held { message: row.id.to_string(), holds, nodes })
}

impl Known<'_> {
    /// Whether a device holds any of these places, and when it told or was seen to.
    fn holds(&self, device: &DeviceId, places: &[Place]) -> (Holds, Option<Time>) {
        if *device == self.core.identity.device() {
            return (Holds::Yes, Some(self.now));
        }
        // Whoever said it has it.
        if places.iter().any(|(log, _)| log.device == *device) {
            return (Holds::Yes, None);
        }
        let peer = Peer(device.0);
        if self.peers.contains(device) && self.replica.progress(&peer).in_sync {
            return (Holds::Yes, Some(self.now));
        }
        let seen = self.core.synced.get(device);
        if seen.is_some_and(|(own, upto)| places.iter().any(|(log, seq)| log.id == *own && seq <= upto)) {
            return (Holds::Yes, None);
        }
        let Some((at, receipt)) = self.receipts.get(device) else { return (Holds::Unknown, None) };
        let in_frontier = |(log, seq): &Place| {
            let frontier = receipt.frontier.as_ref()?;
            Some(frontier.get(&LogShort::of(&log.id)).is_some_and(|upto| seq <= upto))
        };
        let holds = if receipt.root == self.replica.root() {
            Holds::Yes
        } else if receipt.frontier.is_none() {
            Holds::Unknown
        } else if places.iter().filter_map(in_frontier).any(|holds| holds) {
            Holds::Yes
        } else {
            Holds::NotYet
        };
        (holds, Some(*at))
    }
}
