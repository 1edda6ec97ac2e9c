//! The guard: a note outside the data directory of which log it may continue, and from where.
//!
//! A node continues its log only if the guard matches. A data directory that was copied, restored
//! from a backup or moved does not match, and the node opens a new life instead of writing a
//! second history. A crash or kill changes nothing: the guard is written after each commit and
//! before anything leaves, so the store is never behind it unless it was turned back.

use minicbor::{Decode, Encode};

use crate::ids::{DeviceId, EnvelopeId, LifeId};

/// What identifies one place of one data directory on one machine, hashed by the caller from path,
/// file system identity and machine identity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Location(pub [u8; 32]);

/// The contents of a guard file.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Guard {
    #[n(0)]
    version: u8,
    #[cbor(n(1), with = "minicbor::bytes")]
    device: [u8; 32],
    #[cbor(n(2), with = "minicbor::bytes")]
    location: [u8; 32],
    #[cbor(n(3), with = "minicbor::bytes")]
    life: [u8; 16],
    #[n(4)]
    seq: u64,
    #[cbor(n(5), with = "minicbor::bytes")]
    id: [u8; 32],
}

/// Whether a node may go on writing its log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Same place, and nothing was turned back.
    Continue,
    /// The guard is missing: the directory came from another machine, or the guard was lost.
    NoGuard,
    /// The directory was copied or moved.
    Moved,
    /// The directory is older than what this device already said: a backup was restored.
    TurnedBack,
}

impl Guard {
    /// A guard for a log that stands at `seq`, whose envelope is `id`.
    #[must_use]
    pub fn new(device: &DeviceId, location: &Location, life: &LifeId, seq: u64, id: &EnvelopeId) -> Self {
        Self { version: 1, device: device.0, location: location.0, life: life.0, seq, id: id.0 }
    }

    /// The CBOR bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("encoding to a Vec can't fail")
    }

    /// Reads a guard; `None` where it is not one that this version wrote.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        minicbor::decode(bytes).ok().filter(|guard: &Self| guard.version == 1)
    }

    /// Judges a log of `device` in its `life`, found at `location`; `id_at` gives the id of the
    /// envelope that the log holds at a seq.
    #[must_use]
    pub fn judge(
        found: Option<&Self>,
        device: &DeviceId,
        location: &Location,
        life: &LifeId,
        id_at: impl Fn(u64) -> Option<EnvelopeId>,
    ) -> Verdict {
        let Some(guard) = found.filter(|guard| guard.device == device.0) else { return Verdict::NoGuard };
        if guard.location != location.0 {
            return Verdict::Moved;
        }
        let here = guard.life == life.0 && (guard.seq == 0 || id_at(guard.seq) == Some(EnvelopeId(guard.id)));
        if here { Verdict::Continue } else { Verdict::TurnedBack }
    }
}
