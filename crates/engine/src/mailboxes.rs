//! The mailboxes of the workspace, as members announced them and as they say themselves.
//!
//! Announcements are control payloads, so every member has them; of each mailbox the latest counts,
//! and of many the latest [`MAX_KNOWN`]. They are kept as one setting, since they only lead the way:
//! whoever answers there still has to pass the gate.

use std::collections::BTreeMap;

use cremona_envelope::{DeviceId, MailboxPayload, Time, Verified};
use cremona_store::{Read, Write};
use cremona_sync::Notice;
use serde::{Deserialize, Serialize};

use crate::ask;
use crate::error::EngineError;

/// Most mailboxes that are known.
const MAX_KNOWN: usize = 8;
/// Most peers whose word on how full they are is remembered.
const MAX_HEARD: usize = 64;
/// Name of the setting.
const SETTING: &str = "mailboxes";

/// See the module.
#[derive(Default)]
pub(crate) struct Mailboxes {
    known: BTreeMap<DeviceId, Known>,
    heard: BTreeMap<DeviceId, Notice>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    time: u64,
    id: [u8; 32],
    hints: Vec<String>,
}

impl Mailboxes {
    /// Reads again what was announced; what mailboxes said stays.
    pub(crate) fn read(&mut self, read: &Read<'_>) -> Result<(), EngineError> {
        let damaged = || EngineError::Damaged("the list of mailboxes");
        let known: Vec<([u8; 32], Known)> = match read.setting(SETTING)? {
            Some(bytes) => serde_json::from_slice(&bytes).map_err(|_| damaged())?,
            None => Vec::new(),
        };
        self.known = known.into_iter().map(|(device, known)| (DeviceId(device), known)).collect();
        Ok(())
    }

    /// Takes a control envelope; gives the addresses of a mailbox where it announces one anew.
    pub(crate) fn learn(&mut self, tx: &Write<'_>, said: &Verified) -> Result<Option<Vec<String>>, EngineError> {
        let Some(payload) = MailboxPayload::decode(&said.envelope().change) else { return Ok(None) };
        let known = Known { time: said.header().time.0, id: said.id().0, hints: payload.hints().to_vec() };
        let order = |known: &Known| (known.time, known.id);
        if self.known.get(&payload.device()).is_some_and(|before| order(before) >= order(&known)) {
            return Ok(None);
        }
        self.known.insert(payload.device(), known);
        while self.known.len() > MAX_KNOWN {
            let oldest = self.known.iter().min_by_key(|(_, known)| order(known)).map(|(device, _)| *device);
            oldest.and_then(|device| self.known.remove(&device));
        }
        let all: Vec<_> = self.known.iter().map(|(device, known)| (device.0, known)).collect();
        let bytes = serde_json::to_vec(&all).map_err(|_| EngineError::Damaged("the list of mailboxes"))?;
        tx.set_setting(SETTING, &bytes)?;
        Ok(self.known.contains_key(&payload.device()).then(|| payload.hints().to_vec()))
    }

    /// A peer was met: if it is a mailbox, it will say so if it is full.
    pub(crate) fn met(&mut self, device: &DeviceId) {
        self.heard.remove(device);
    }

    /// A peer says how full it is; counts where it is a mailbox, which may become known later.
    pub(crate) fn hear(&mut self, device: DeviceId, notice: Notice) {
        if self.known.contains_key(&device) || self.heard.len() < MAX_HEARD || self.heard.contains_key(&device) {
            self.heard.insert(device, notice);
        }
    }

    /// Whether a device is a mailbox.
    pub(crate) fn knows(&self, device: &DeviceId) -> bool {
        self.known.contains_key(device)
    }

    /// `host:port`s of all mailboxes, the latest announced first.
    pub(crate) fn hints(&self) -> Vec<String> {
        let mut known: Vec<&Known> = self.known.values().collect();
        known.sort_by_key(|known| std::cmp::Reverse((known.time, known.id)));
        known.into_iter().flat_map(|known| known.hints.iter().cloned()).collect()
    }

    /// For `status`.
    pub(crate) fn list(&self) -> Vec<ask::Mailbox> {
        let mailbox = |(device, known): (&DeviceId, &Known)| ask::Mailbox {
            device: device.to_string(),
            addresses: known.hints.clone(),
            announced: crate::show::time(Time(known.time)),
            full: self.heard.get(device).is_some_and(|notice| notice.full),
        };
        self.known.iter().map(mailbox).collect()
    }

    /// Their devices, in order.
    pub(crate) fn devices(&self) -> impl Iterator<Item = &DeviceId> {
        self.known.keys()
    }

    /// In words, what is full and what to do about it; `name_of` names the members of devices.
    pub(crate) fn warnings(&self, name_of: impl Fn(&DeviceId) -> String) -> Vec<String> {
        let mut warnings = Vec::new();
        for (device, notice) in self.heard.iter().filter(|(device, _)| self.knows(device)) {
            let mailbox = device.short();
            if notice.full {
                warnings.push(format!(
                    "mailbox {mailbox} is full ({} of {} MB): it takes nothing new, which stays on members' nodes \
                     until they meet; give it more room with `cremona mailbox up --room MB`",
                    notice.used / 1_000_000,
                    notice.limit / 1_000_000,
                ));
            } else if !notice.devices.is_empty() {
                let names: Vec<_> = notice.devices.iter().map(|device| name_of(&DeviceId(**device))).collect();
                warnings.push(format!(
                    "mailbox {mailbox} takes nothing new of {}, whose share is used up; \
                     give each device more with `cremona mailbox up --share MB`",
                    names.join(", "),
                ));
            }
        }
        warnings
    }
}
