//! Am I caught up, and who holds what I wrote: from receipts, and from what connected peers told.
//!
//! Costs one row for each log and word, and the bytes of all receipts; nothing of the history is read.

use std::collections::{BTreeMap, BTreeSet};

use cremona_envelope::{DeviceId, LogShort, MemberId, Receipt, Time};
use cremona_store::{LogRow, Read};
use cremona_sync::{Peer, Replica};

use crate::core::Core;
use crate::error::EngineError;
use crate::show;
use crate::soft::receipt_of;
use crate::teammates::{NotHere, Standing, Teammate};

/// Everything that the questions are answered from.
pub(crate) struct Known<'a> {
    pub(crate) core: &'a Core,
    pub(crate) replica: &'a Replica,
    /// Connected devices.
    pub(crate) peers: BTreeSet<DeviceId>,
    pub(crate) names: BTreeMap<MemberId, String>,
    logs: BTreeMap<LogShort, LogRow>,
    /// When devices were last met, or said anything.
    heard: BTreeMap<DeviceId, Time>,
    pub(crate) receipts: BTreeMap<DeviceId, (Time, Receipt)>,
    pub(crate) devices: Vec<(DeviceId, MemberId)>,
    pub(crate) now: Time,
}

/// Most logs of people not met that are listed one by one, for a peer can invent as many as it likes.
const UNMET: usize = 64;

/// Envelopes of whom nobody knows.
const fn unknown(count: u64, known_by: Vec<String>) -> NotHere {
    NotHere { member: None, name: None, log: String::new(), count, known_by }
}

/// The standing of this node among its teammates.
pub(crate) fn standing(
    core: &Core,
    replica: &Replica,
    peers: &[Peer],
    read: &Read<'_>,
    now: Time,
) -> Result<Standing, EngineError> {
    let known = Known::read(core, replica, peers, read, now)?;
    let not_here = known.not_here();
    let of_member = |member: &MemberId| {
        let id = member.to_string();
        not_here
            .iter()
            .filter(|one| one.member.as_ref() == Some(&id))
            .fold(0_u64, |sum, one| sum.saturating_add(one.count))
    };
    let mut teammates: Vec<Teammate> = known
        .names
        .iter()
        .filter(|(member, _)| **member != core.member())
        .map(|(member, name)| known.teammate(member, name, of_member(member)))
        .collect();
    teammates
        .sort_by(|one, other| (one.name.to_lowercase(), &one.member).cmp(&(other.name.to_lowercase(), &other.member)));
    let written = known.own_logs().fold(0_u64, |sum, log| sum.saturating_add(counts(log)));
    Ok(Standing { caught_up: not_here.is_empty(), written, not_here, teammates })
}

impl<'a> Known<'a> {
    pub(crate) fn read(
        core: &'a Core,
        replica: &'a Replica,
        peers: &[Peer],
        read: &Read<'_>,
        now: Time,
    ) -> Result<Self, EngineError> {
        let mut heard: BTreeMap<DeviceId, Time> = read.met()?.into_iter().collect();
        let mut hear = |device: DeviceId, at: Time| {
            let latest = heard.entry(device).or_default();
            *latest = at.min(now).max(*latest);
        };
        let mut receipts = BTreeMap::new();
        for row in read.soft_rows()? {
            // Whoever's clock is fast did not speak after this node heard of it.
            hear(row.device, row.time.min(row.heard));
            if row.kind == cremona_envelope::SoftKind::RECEIPT && row.device != core.identity.device() {
                receipts.extend(receipt_of(read, &row.device)?.map(|receipt| (row.device, receipt)));
            }
        }
        let mut logs = BTreeMap::new();
        for log in read.logs()? {
            hear(log.device, log.head.time);
            logs.insert(LogShort::of(&log.id), log);
        }
        let named =
            |row: cremona_store::MemberRow| (row.id, if row.name.is_empty() { row.id.short() } else { row.name });
        Ok(Self {
            core,
            replica,
            peers: peers.iter().map(|peer| DeviceId(peer.0)).collect(),
            names: read.members()?.into_iter().map(named).collect(),
            logs,
            heard,
            receipts,
            devices: read.devices()?,
            now,
        })
    }

    fn own_logs(&self) -> impl Iterator<Item = &LogRow> {
        self.logs.values().filter(|log| log.member == self.core.member())
    }

    fn name_of(&self, device: &DeviceId) -> String {
        let member = self.devices.iter().find(|(known, _)| known == device).map(|(_, member)| member);
        member.and_then(|member| self.names.get(member)).cloned().unwrap_or_else(|| device.short())
    }

    /// What anyone has, or says to have, beyond what is here, by log; logs that nothing is here of are
    /// listed as far as [`UNMET`] and counted together beyond.
    fn not_here(&self) -> Vec<NotHere> {
        let mut beyond: BTreeMap<LogShort, (u64, BTreeSet<String>)> = BTreeMap::new();
        let mut unmet = 0;
        let mut more: Option<(u64, BTreeSet<String>)> = None;
        let mut note = |log: LogShort, seq: u64, who: &DeviceId| {
            let mine = self.logs.get(&log);
            if mine.is_none() && !beyond.contains_key(&log) {
                unmet += 1;
                if unmet > UNMET {
                    let (count, names) = more.get_or_insert_default();
                    *count = count.saturating_add(seq);
                    names.insert(self.name_of(who));
                    return;
                }
            }
            let lacks = seq.saturating_sub(mine.map_or(0, |mine| mine.head.seq));
            // What lies beyond a cut counts for nothing, whoever has it.
            if lacks > 0 && mine.is_none_or(|mine| mine.cut == 0) {
                let (most, names) = beyond.entry(log).or_default();
                *most = lacks.max(*most);
                names.insert(self.name_of(who));
            }
        };
        let mut untold = Vec::new();
        for (device, (_, receipt)) in &self.receipts {
            match &receipt.frontier {
                Some(frontier) => frontier.iter().for_each(|(log, seq)| note(*log, *seq, device)),
                None => untold.extend(self.beyond_in_all(device, receipt)),
            }
        }
        for device in &self.peers {
            for entry in self.replica.ahead(&Peer(device.0)).filter(|entry| entry.cut == 0) {
                note(LogShort::of(&entry.log), entry.seq, device);
            }
        }
        let shown = |(log, (count, names)): (LogShort, (u64, BTreeSet<String>))| {
            let owner = self.logs.get(&log);
            let author = owner.map(|log| self.name_of(&log.device));
            let member = owner.map(|log| log.member);
            NotHere {
                member: member.map(|member| member.to_string()),
                known_by: names.into_iter().filter(|name| Some(name) != author.as_ref()).collect(),
                name: author,
                log: log.0.iter().map(|byte| format!("{byte:02x}")).collect(),
                count,
            }
        };
        let more = more.map(|(count, names)| unknown(count, names.into_iter().collect()));
        beyond.into_iter().map(shown).chain(more).chain(untold).collect()
    }

    /// Of a receipt without details it is only known that it is of more than is here.
    fn beyond_in_all(&self, device: &DeviceId, receipt: &Receipt) -> Option<NotHere> {
        let here = self.logs.values().fold(0_u64, |sum, log| sum.saturating_add(counts(log)));
        let count = receipt.envelopes.saturating_sub(here);
        (count > 0).then(|| unknown(count, vec![self.name_of(device)]))
    }

    fn teammate(&self, member: &MemberId, name: &str, not_here: u64) -> Teammate {
        let mut found = Teammate { member: member.to_string(), name: name.to_owned(), not_here, ..Teammate::default() };
        let mut heard: Option<Time> = None;
        let mut told: Option<Time> = None;
        for (device, _) in self.devices.iter().filter(|(_, owner)| owner == member) {
            let peer = Peer(device.0);
            let connected = self.peers.contains(device);
            let in_sync = connected && self.replica.progress(&peer).in_sync;
            found.connected |= connected;
            found.clock_ahead_ms = found.clock_ahead_ms.or(self.replica.clock_ahead(&peer));
            heard = heard.max(if connected { Some(self.now) } else { self.heard.get(device).copied() });
            if in_sync {
                (found.lacks, told) = (Some(0), Some(self.now));
                continue;
            }
            let Some((at, receipt)) = self.receipts.get(device) else { continue };
            told = told.max(Some(*at));
            found.missing_texts = found.missing_texts.or(Some(u64::from(receipt.missing)));
            found.lacks = least(found.lacks, self.lacks(device, receipt));
        }
        found.last_heard = heard.map(show::time);
        found.told = told.map(show::time);
        found
    }

    /// What of this member's a device lacks, as its receipt says, or as was seen since.
    fn lacks(&self, device: &DeviceId, receipt: &Receipt) -> Option<u64> {
        if receipt.root == self.replica.root() {
            return Some(0);
        }
        let frontier = receipt.frontier.as_ref()?;
        let seen = self.core.synced.get(device);
        let of_log = |log: &LogRow| {
            let told = frontier.get(&LogShort::of(&log.id)).copied().unwrap_or(0);
            let seen = seen.filter(|(own, _)| *own == log.id).map_or(0, |(_, seq)| *seq);
            counts(log).saturating_sub(told.max(seen))
        };
        Some(self.own_logs().fold(0_u64, |sum, log| sum.saturating_add(of_log(log))))
    }
}

/// How far a log counts.
fn counts(log: &LogRow) -> u64 {
    if log.cut > 0 { log.head.seq.min(log.cut.saturating_sub(1)) } else { log.head.seq }
}

fn least(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
