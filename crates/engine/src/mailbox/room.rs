//! How much a mailbox may hold: of one device, and in all.
//!
//! A device's share is counted in what it has written, which its headers say, alike everywhere and for
//! ever; the sum is counted in what is here, so that erasing makes room. What there is no room for is
//! not taken, nothing is dropped for it, and members are told. A teammate who joins by a full mailbox is
//! let in all the same: [`JOINS`] bytes more are for the first that a device brings.

use std::collections::BTreeMap;

use cremona_envelope::DeviceId;
use cremona_store::ShelfLog;
use cremona_sync::Notice;

/// Most devices that a notice names.
const MAX_NAMED: usize = 64;

/// Bytes beyond the sum that only first runs of devices are taken into.
const JOINS: u64 = 1_048_576;

/// Limits in bytes; what comes in while they are not reached yet may go beyond by one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Of everything that is held.
    pub total: u64,
    /// Of what one device has written, in all its lives.
    pub device: u64,
}

/// What is used of it.
pub(super) struct Room {
    quota: Quota,
    held: u64,
    wrote: BTreeMap<DeviceId, u64>,
}

impl Room {
    pub(super) fn new(quota: Quota) -> Self {
        Self { quota, held: 0, wrote: BTreeMap::new() }
    }

    /// Counts what is here.
    pub(super) fn count(&mut self, logs: &[ShelfLog]) {
        *self = Self::new(self.quota);
        for log in logs {
            self.held = self.held.saturating_add(log.held);
            let wrote = self.wrote.entry(log.device).or_default();
            *wrote = wrote.saturating_add(log.head.bytes);
        }
    }

    /// A device has written so much more.
    pub(super) fn count_in(&mut self, device: &DeviceId, bytes: u64) {
        let wrote = self.wrote.entry(*device).or_default();
        *wrote = wrote.saturating_add(bytes);
    }

    /// So much more is here.
    pub(super) fn grow(&mut self, bytes: u64) {
        self.held = self.held.saturating_add(bytes);
    }

    /// Bytes were erased.
    pub(super) fn shrink(&mut self, bytes: u64) {
        self.held = self.held.saturating_sub(bytes);
    }

    /// Whether more of a device is taken.
    pub(super) fn is_for(&self, device: &DeviceId) -> bool {
        match self.wrote.get(device) {
            None => self.held < self.quota.total.saturating_add(JOINS),
            Some(wrote) => self.held < self.quota.total && *wrote < self.quota.device,
        }
    }

    /// What members are told.
    pub(super) fn notice(&self) -> Notice {
        let over = self.wrote.iter().filter(|(_, wrote)| **wrote >= self.quota.device);
        Notice {
            full: self.held >= self.quota.total,
            used: self.held,
            limit: self.quota.total,
            devices: over.take(MAX_NAMED).map(|(device, _)| device.0.into()).collect(),
        }
    }
}
