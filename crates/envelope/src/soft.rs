//! Soft state: the latest signed word of a device about itself, one for each kind.
//!
//! A newer word replaces the one before; none is ever in a log or in the root, and losing one loses
//! nothing. Form: version u8 = 1, kind u8, workspace 16, device 32, time u64 (ms), payload, signature
//! 64. The device signs all of it that stands before. What the payload says is for each kind to
//! read: see [`crate::receipt`], [`crate::addresses`] and [`crate::personal`].

use ed25519_dalek::{Signature, VerifyingKey};

use crate::contexts::SOFT_SIGNATURE;
use crate::identity::Identity;
use crate::ids::{DeviceId, Time, WorkspaceId};

/// Longest payload, in bytes.
pub const MAX_SOFT: usize = 65_536;
/// Bytes before the payload.
pub const SOFT_HEAD: usize = 58;
const SIGNATURE: usize = 64;
const VERSION: u8 = 1;

/// What a word of soft state is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SoftKind(pub u8);

impl SoftKind {
    /// What the device holds.
    pub const RECEIPT: Self = Self(1);
    /// Where it can be reached, sealed.
    pub const ADDRESSES: Self = Self(2);
    /// Its member's personal state, sealed for the member's own devices.
    pub const PERSONAL: Self = Self(3);
    /// The last kind that is kept and passed on; those that this version can't read are so unread.
    pub const LAST: Self = Self(7);

    /// Whether a word of this kind is kept at all, so that no device fills more than seven places.
    #[must_use]
    pub fn is_kept(self) -> bool {
        (1..=Self::LAST.0).contains(&self.0)
    }
}

/// A word as it was read, by nobody known yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Soft {
    /// What it is about.
    pub kind: SoftKind,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Who says it.
    pub device: DeviceId,
    /// When: of two words of one device and kind, the later one counts.
    pub time: Time,
    /// What it says, at most [`MAX_SOFT`] bytes.
    pub payload: Vec<u8>,
    signature: [u8; SIGNATURE],
}

/// A word that its device did say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifiedSoft(Soft);

/// Why bytes are no word of soft state.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SoftError {
    /// Too short or too long.
    #[error("soft state of {0} bytes is none")]
    Length(usize),
    /// Of a newer cremona.
    #[error("soft state of version {0} needs a newer cremona")]
    Version(u8),
    /// A time that can't be.
    #[error("soft state bears a time that can't be")]
    Time,
    /// It belongs elsewhere.
    #[error("soft state of another workspace")]
    Workspace,
    /// The signature is wrong, or the device is no key.
    #[error("the signature of soft state is wrong")]
    Signature,
}

impl Soft {
    /// What stands before the payload; sealed payloads are bound to it.
    #[must_use]
    pub fn head(kind: SoftKind, workspace: &WorkspaceId, device: &DeviceId, time: Time) -> [u8; SOFT_HEAD] {
        let mut head = [0; SOFT_HEAD];
        let fields = [&[VERSION, kind.0], workspace.0.as_slice(), &device.0, &time.0.to_be_bytes()].concat();
        head.iter_mut().zip(fields).for_each(|(to, from)| *to = from);
        head
    }

    /// Reads a word; nothing is verified yet.
    ///
    /// # Errors
    /// [`SoftError`] where the bytes have another form.
    pub fn decode(bytes: &[u8]) -> Result<Self, SoftError> {
        let length = SoftError::Length(bytes.len());
        let (&version, rest) = bytes.split_first().ok_or(length)?;
        if version != VERSION {
            return Err(SoftError::Version(version));
        }
        let (&kind, rest) = rest.split_first().ok_or(length)?;
        let (workspace, rest) = rest.split_first_chunk().ok_or(length)?;
        let (device, rest) = rest.split_first_chunk().ok_or(length)?;
        let (time, rest) = rest.split_first_chunk().ok_or(length)?;
        let (payload, signature) = rest.split_last_chunk().ok_or(length)?;
        let time = Time(u64::from_be_bytes(*time));
        if payload.len() > MAX_SOFT {
            return Err(length);
        }
        if time > Time::MAX {
            return Err(SoftError::Time);
        }
        Ok(Self {
            kind: SoftKind(kind),
            workspace: WorkspaceId(*workspace),
            device: DeviceId(*device),
            time,
            payload: payload.to_vec(),
            signature: *signature,
        })
    }

    /// Checks workspace and signature, strictly; whether the device is a member's is for the caller.
    ///
    /// # Errors
    /// [`SoftError`] naming what does not hold.
    pub fn verify(self, workspace: &WorkspaceId) -> Result<VerifiedSoft, SoftError> {
        if self.workspace != *workspace {
            return Err(SoftError::Workspace);
        }
        let signed = signed_bytes(&self.unsigned());
        VerifyingKey::from_bytes(&self.device.0)
            .and_then(|key| key.verify_strict(&signed, &Signature::from_bytes(&self.signature)))
            .map_err(|_| SoftError::Signature)?;
        Ok(VerifiedSoft(self))
    }

    fn unsigned(&self) -> Vec<u8> {
        let head = Self::head(self.kind, &self.workspace, &self.device, self.time);
        [head.as_slice(), &self.payload].concat()
    }
}

impl VerifiedSoft {
    /// What `identity` says; needs no further check.
    ///
    /// # Errors
    /// [`SoftError::Length`] where the payload is over [`MAX_SOFT`].
    pub fn say(
        identity: &Identity,
        kind: SoftKind,
        workspace: &WorkspaceId,
        time: Time,
        payload: Vec<u8>,
    ) -> Result<Self, SoftError> {
        if payload.len() > MAX_SOFT {
            return Err(SoftError::Length(payload.len()));
        }
        let device = identity.device();
        let mut soft = Soft { kind, workspace: *workspace, device, time, payload, signature: [0; SIGNATURE] };
        soft.signature = identity.sign_bytes(&signed_bytes(&soft.unsigned()));
        Ok(Self(soft))
    }

    /// The bytes that travel.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        [self.0.unsigned().as_slice(), &self.0.signature].concat()
    }

    /// What it says.
    #[must_use]
    pub fn soft(&self) -> &Soft {
        &self.0
    }
}

fn signed_bytes(unsigned: &[u8]) -> Vec<u8> {
    [SOFT_SIGNATURE, unsigned].concat()
}
