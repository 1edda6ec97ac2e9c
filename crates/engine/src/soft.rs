//! Soft state of this node: when it says anew what it holds and where it is, and keeping what others say.
//!
//! A receipt follows a change of the root once that has been still for a moment, at most once a
//! minute, and more seldom the larger receipts and teams are: those of a whole workspace come to
//! about 1 KiB a second on a connection, at any size. Personal state follows a change at most once a
//! minute, every ten minutes where the member has no other device. Nothing is said while nobody is
//! connected.

use cremona_envelope::{DeviceId, Receipt, Soft, SoftKind, Time, VerifiedSoft, addresses, personal as sealed};
use cremona_store::{Read, SoftRow, Write};
use cremona_sync::Replica;
use cremona_sync::soft::{FUTURE_MS, STEP_MS};

use crate::core::Core;
use crate::error::EngineError;
use crate::exchange;
use crate::personal::holds;
use crate::personal::word;
use crate::reports;
use crate::settings::Effect;

/// Shortest time between two receipts, or two words about addresses.
const PACE_MS: u64 = 60_000;
/// A root that has not changed for this long is worth a receipt.
const STILL_MS: u64 = 3_000;
/// One that changes all the time gets a receipt this long after the last one became untrue.
const STALE_MS: u64 = 30_000;
/// A receipt is said again after this long though nothing changed: the device is heard of.
const AGAIN_MS: u64 = 6 * 3_600_000;
/// Addresses that have not changed for this long are told.
const SETTLED_MS: u64 = 5_000;

/// Shortest time between two words of personal state where this is the member's only device: they are
/// only for itself, should its directory be restored from an old copy.
const ALONE_MS: u64 = 600_000;

/// Meetings are noted this far apart at least, so that a link that flaps costs few writes.
const MET_STEP_MS: u64 = 30_000;

/// What this node has said of itself, and what it would say now.
#[derive(Default)]
pub(crate) struct Desk {
    receipt: Option<(Time, [u8; 32])>,
    pace_ms: u64,
    root: [u8; 32],
    root_since: Time,
    stale_since: Option<Time>,
    told: Option<(Time, Vec<String>)>,
    addresses: Vec<String>,
    addresses_since: Time,
    /// When personal state was said last, and a hash of what was said to whom.
    personal: Option<(Time, [u8; 32])>,
    personal_since: Option<Time>,
    /// Whether there are other devices to say it to.
    alone: bool,
    /// When room for personal state was looked for last.
    pub(crate) tidied: Option<Time>,
}

impl Desk {
    /// What the store holds of this device's own words.
    pub(crate) fn read(core: &Core, read: &Read<'_>) -> Result<Self, EngineError> {
        let me = core.identity.device();
        let mut desk = Self { pace_ms: PACE_MS, ..Self::default() };
        let word = |kind| Ok::<_, EngineError>(read.soft(&me, kind)?.and_then(|bytes| Soft::decode(&bytes).ok()));
        if let Some(soft) = word(SoftKind::RECEIPT)? {
            desk.receipt = Receipt::decode(&soft.payload).map(|receipt| (soft.time, receipt.root));
        }
        if let Some(soft) = word(SoftKind::ADDRESSES)? {
            desk.told = addresses::open(&core.keyring, &soft).map(|addresses| (soft.time, addresses));
        }
        if let Some(soft) = word(SoftKind::PERSONAL)? {
            let devices = sealed::devices(&soft).unwrap_or_default();
            let content = sealed::open(&core.identity, &soft).unwrap_or_default();
            desk.personal = Some((soft.time, hash_of(devices.iter(), &content)));
            desk.alone = devices.len() < 2;
        }
        // What changed since is not known; if nothing did, nothing is said.
        desk.personal_since = Some(Time(0));
        Ok(desk)
    }

    /// The same, where a desk stood before that was lost with the state.
    pub(crate) fn at(self, before: Self) -> Self {
        Self { addresses: before.addresses, addresses_since: before.addresses_since, tidied: before.tidied, ..self }
    }

    /// This node can be reached there now, as far as it knows.
    pub(crate) fn note_addresses(&mut self, mut addresses: Vec<String>, now: Time) {
        addresses.truncate(addresses::MAX_ADDRESSES);
        if addresses != self.addresses {
            self.addresses = addresses;
            self.addresses_since = now;
        }
    }

    /// Personal state changed here.
    pub(crate) fn note_personal(&mut self, now: Time) {
        self.personal_since = self.personal_since.or(Some(now));
    }

    fn personal_due(&self) -> Option<Time> {
        let settled = self.personal_since?.plus(SETTLED_MS);
        let pace = if self.alone { ALONE_MS } else { PACE_MS };
        Some(self.personal.map_or(settled, |(said, _)| settled.max(said.plus(pace))))
    }

    fn note_root(&mut self, root: [u8; 32], now: Time) {
        if root != self.root || self.root_since == Time(0) {
            self.root = root;
            self.root_since = now;
        }
        if self.receipt.is_some_and(|(_, said)| said == root) {
            self.stale_since = None;
        } else {
            self.stale_since = self.stale_since.or(Some(now));
        }
    }

    fn receipt_due(&self) -> Option<Time> {
        let said = self.receipt.map(|(at, _)| at);
        match self.stale_since {
            Some(stale) => {
                let settled = self.root_since.plus(STILL_MS).min(stale.plus(STALE_MS));
                Some(said.map_or(settled, |said| settled.max(said.plus(self.pace_ms))))
            }
            None => said.map(|said| said.plus(AGAIN_MS.max(self.pace_ms.saturating_mul(10)))),
        }
    }

    fn addresses_due(&self) -> Option<Time> {
        let same = self.told.as_ref().map_or(self.addresses.is_empty(), |(_, told)| *told == self.addresses);
        let settled = self.addresses_since.plus(SETTLED_MS);
        (!same).then(|| self.told.as_ref().map_or(settled, |(said, _)| settled.max(said.plus(PACE_MS))))
    }

    /// When there is something to say, while someone is there to hear it.
    pub(crate) fn wake_at(&self) -> Option<Time> {
        self.receipt_due().into_iter().chain(self.addresses_due()).chain(self.personal_due()).min()
    }

    /// A word from the future was said under a wrong clock, and nobody took it: time starts anew.
    fn mend_clock(&mut self, now: Time) {
        let possible = |at: Time| at <= now.plus(FUTURE_MS);
        self.receipt = self.receipt.filter(|(at, _)| possible(*at));
        self.told = self.told.take().filter(|(at, _)| possible(*at));
        self.personal = self.personal.filter(|(at, _)| possible(*at));
    }
}

/// Says what is due.
pub(crate) fn renew(core: &mut Core, replica: &mut Replica, tx: &Write<'_>, now: Time) -> Result<(), EngineError> {
    core.desk.note_root(replica.root(), now);
    core.desk.mend_clock(now);
    if core.desk.receipt_due().is_some_and(|due| due <= now) {
        say_receipt(core, replica, tx, now)?;
    }
    if core.desk.addresses_due().is_some_and(|due| due <= now) {
        say_addresses(core, replica, tx, now)?;
    }
    if core.desk.personal_due().is_some_and(|due| due <= now) {
        say_personal(core, replica, tx, now)?;
    }
    Ok(())
}

fn say_receipt(core: &mut Core, replica: &mut Replica, tx: &Write<'_>, now: Time) -> Result<(), EngineError> {
    let missing = u32::try_from(tx.missing_count()?).unwrap_or(u32::MAX);
    let root = replica.root();
    let payload = Receipt::new(root, missing, replica.frontier()).encode();
    let devices = u64::try_from(tx.soft_rows()?.len()).unwrap_or(u64::MAX);
    let bytes = u64::try_from(payload.len()).unwrap_or(u64::MAX);
    core.desk.pace_ms = devices.saturating_mul(bytes).max(PACE_MS);
    let at = next_time(core.desk.receipt.map(|(at, _)| at), now);
    keep_own(core, replica, tx, (SoftKind::RECEIPT, at), payload, now)?;
    core.desk.receipt = Some((at, root));
    core.desk.stale_since = None;
    Ok(())
}

fn say_addresses(core: &mut Core, replica: &mut Replica, tx: &Write<'_>, now: Time) -> Result<(), EngineError> {
    let at = next_time(core.desk.told.as_ref().map(|(at, _)| *at), now);
    let list = core.desk.addresses.clone();
    let head = Soft::head(SoftKind::ADDRESSES, &core.workspace, &core.identity.device(), at);
    let Some(payload) = addresses::seal(&core.keyring, &head, &list) else {
        core.desk.addresses_since = now; // No key yet; it is tried again.
        return Ok(());
    };
    keep_own(core, replica, tx, (SoftKind::ADDRESSES, at), payload, now)?;
    core.desk.told = Some((at, list));
    Ok(())
}

fn say_personal(core: &mut Core, replica: &mut Replica, tx: &Write<'_>, now: Time) -> Result<(), EngineError> {
    core.desk.personal_since = None;
    let me = core.identity.device();
    let Some(member) = tx.device_member(&me)? else { return Ok(()) };
    let devices = tx.box_keys(&member)?;
    core.desk.alone = devices.len() < 2;
    let Some(content) = word::content(tx, sealed::room(devices.len()))? else { return Ok(()) };
    let said = hash_of(devices.iter().map(|(device, _)| device), &content);
    if core.desk.personal.is_some_and(|(_, before)| before == said) {
        return Ok(());
    }
    let at = next_time(core.desk.personal.map(|(at, _)| at), now);
    let head = Soft::head(SoftKind::PERSONAL, &core.workspace, &me, at);
    // Fresh at each start and never told; the head differs from word to word.
    let seed = blake3::keyed_hash(&core.random, &head);
    let payload = sealed::seal(&head, &devices, &content, seed.as_bytes());
    let payload = payload.ok_or(EngineError::Damaged("the box key of this device"))?;
    keep_own(core, replica, tx, (SoftKind::PERSONAL, at), payload, now)?;
    core.desk.personal = Some((at, said));
    Ok(())
}

/// What was said to whom.
fn hash_of<'a>(devices: impl Iterator<Item = &'a DeviceId>, content: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for device in devices {
        hasher.update(&device.0);
    }
    *hasher.update(content).finalize().as_bytes()
}

fn next_time(last: Option<Time>, now: Time) -> Time {
    last.map_or(now, |last| now.max(last.plus(STEP_MS)))
}

/// Says a word at `time`, which is now or, after a word of just now, a little later.
fn keep_own(
    core: &mut Core,
    replica: &mut Replica,
    tx: &Write<'_>,
    (kind, time): (SoftKind, Time),
    payload: Vec<u8>,
    now: Time,
) -> Result<(), EngineError> {
    let soft = VerifiedSoft::say(&core.identity, kind, &core.workspace, time, payload)
        .map_err(|_| EngineError::Damaged("soft state of this device"))?;
    tx.put_soft(&SoftRow { device: core.identity.device(), kind, time, heard: now }, &soft.encode())?;
    exchange::say_soft(core, replica, tx, soft, now)
}

/// Keeps what a teammate said, and tells where it can be reached.
pub(crate) fn keep(
    core: &mut Core,
    tx: &Write<'_>,
    soft: &VerifiedSoft,
    instead_of: Option<(DeviceId, SoftKind)>,
    now: Time,
) -> Result<(), EngineError> {
    if let Some((device, kind)) = instead_of {
        tx.drop_soft(&device, kind)?;
    }
    let said = soft.soft();
    let (device, kind, time) = (said.device, said.kind, said.time);
    tx.put_soft(&SoftRow { device, kind, time, heard: now }, &soft.encode())?;
    if kind == SoftKind::RECEIPT {
        reports::note_heard(core, tx, &device, time.min(now), now)?;
    }
    if kind == SoftKind::PERSONAL {
        return hear_personal(core, tx, said, now);
    }
    if let Some(addresses) = addresses::open(&core.keyring, said).filter(|_| device != core.identity.device()) {
        core.effects.push_back(Effect::Addresses { device, addresses });
    }
    Ok(())
}

/// Takes in what another own device knows. If it is this device's own word, said before its directory
/// was restored, the next one has to be later.
fn hear_personal(core: &mut Core, tx: &Write<'_>, said: &Soft, now: Time) -> Result<(), EngineError> {
    if said.device == core.identity.device() {
        core.desk.personal = Some((said.time, [0; 32]));
        core.desk.note_personal(now);
    }
    if !word::merge(core, tx, said)?.is_empty() {
        core.sends_at = holds::next(tx, &core.identity.device())?;
        crate::inbox::rebuild(core, tx)?;
        core.effects.push_back(Effect::Mine);
        core.effects.push_back(Effect::Committed { arrival: tx.last_arrival()? });
    }
    Ok(())
}

/// Where teammates can be reached, as they said last.
pub(crate) fn known_addresses(core: &Core, read: &Read<'_>) -> Result<Vec<(DeviceId, Vec<String>)>, EngineError> {
    let me = core.identity.device();
    let mut known = Vec::new();
    for row in read.soft_rows()?.iter().filter(|row| row.kind == SoftKind::ADDRESSES && row.device != me) {
        let Some(bytes) = read.soft(&row.device, row.kind)? else { continue };
        let opened = Soft::decode(&bytes).ok().and_then(|soft| addresses::open(&core.keyring, &soft));
        known.extend(opened.map(|addresses| (row.device, addresses)));
    }
    Ok(known)
}

/// What a device said that it holds, and when; `None` where it said nothing that this version reads.
pub(crate) fn receipt_of(read: &Read<'_>, device: &DeviceId) -> Result<Option<(Time, Receipt)>, EngineError> {
    let Some(bytes) = read.soft(device, SoftKind::RECEIPT)? else { return Ok(None) };
    let soft = Soft::decode(&bytes).map_err(|_| EngineError::Damaged("soft state"))?;
    Ok(Receipt::decode(&soft.payload).map(|receipt| (soft.time, receipt)))
}

/// A teammate was here until now.
pub(crate) fn note_met(tx: &Write<'_>, device: &DeviceId, now: Time) -> Result<(), EngineError> {
    if tx.has_log(device)? {
        tx.set_met(device, now, MET_STEP_MS)?;
    }
    Ok(())
}

/// Tells the replica which words are held.
pub(crate) fn remember(replica: &mut Replica, read: &Read<'_>) -> Result<(), EngineError> {
    for SoftRow { device, kind, time, .. } in read.soft_rows()? {
        replica.remember_soft(device, kind, time);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: [[u8; 32]; 3] = [[1; 32], [2; 32], [3; 32]];

    #[test]
    fn a_receipt_waits_for_the_root_to_be_still_but_not_for_ever() {
        let mut desk = Desk { pace_ms: PACE_MS, ..Desk::default() };
        desk.note_root(ROOT[0], Time(1_000));
        assert_eq!(desk.receipt_due(), Some(Time(1_000 + STILL_MS)));
        for second in 2..40 {
            desk.note_root([second; 32], Time(u64::from(second) * 1_000));
        }
        assert_eq!(desk.receipt_due(), Some(Time(1_000 + STALE_MS)));
    }

    #[test]
    fn receipts_keep_their_pace_and_are_said_again_in_the_long_run() {
        let mut desk = Desk { pace_ms: 120_000, receipt: Some((Time(10_000), ROOT[0])), ..Desk::default() };
        desk.note_root(ROOT[0], Time(20_000));
        assert_eq!(desk.receipt_due(), Some(Time(10_000 + AGAIN_MS)));
        desk.note_root(ROOT[1], Time(30_000));
        assert_eq!(desk.receipt_due(), Some(Time(130_000)));
        desk.note_root(ROOT[0], Time(40_000));
        assert_eq!(desk.stale_since, None);
    }

    #[test]
    fn a_word_said_under_a_clock_of_next_year_holds_nothing_up() {
        let mut desk = Desk { pace_ms: PACE_MS, receipt: Some((Time(1 << 40), ROOT[0])), ..Desk::default() };
        desk.note_root(ROOT[1], Time(5_000));
        desk.mend_clock(Time(5_000));
        assert_eq!(desk.receipt_due(), Some(Time(5_000 + STILL_MS)));
    }

    #[test]
    fn addresses_are_told_once_they_stay() {
        let mut desk = Desk { pace_ms: PACE_MS, ..Desk::default() };
        assert_eq!(desk.addresses_due(), None);
        desk.note_addresses(vec!["/ip4/192.0.2.7/tcp/1".to_owned()], Time(1_000));
        desk.note_addresses(vec!["/ip4/192.0.2.7/tcp/1".to_owned()], Time(3_000));
        assert_eq!(desk.addresses_due(), Some(Time(1_000 + SETTLED_MS)));
        desk.told = Some((Time(6_000), desk.addresses.clone()));
        assert_eq!(desk.addresses_due(), None);
        desk.note_addresses(Vec::new(), Time(9_000));
        assert_eq!(desk.addresses_due(), Some(Time(6_000 + PACE_MS)));
    }
}
