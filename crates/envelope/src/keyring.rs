//! The epoch keys that a node holds: seals under the current one, opens under any.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::envelope::{Body, Verified};
use crate::header::{Header, Kind, Part};
use crate::ids::EpochId;
use crate::seal::{Cipher, EpochKey, PartError, Place, PlainBody, SealError, Sealed};
use crate::soft::SOFT_HEAD;

/// The epoch keys of one workspace.
///
/// Every key held is tried (a hash of 227 bytes each), so that what opens depends on which keys are
/// held and never on the order in which they came. How many are held is for the caller to bound.
#[derive(Clone, Default)]
pub struct Keyring {
    ciphers: BTreeMap<EpochId, Arc<Cipher>>,
    order: Vec<EpochId>,
}

/// A decrypted envelope.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opened {
    /// The change plaintext.
    pub change: Vec<u8>,
    /// The body.
    pub body: OpenedBody,
    /// The epoch whose key opened it.
    pub epoch: EpochId,
}

/// The body of a decrypted envelope.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OpenedBody {
    /// The header describes none.
    None,
    /// The plaintext.
    Text(Vec<u8>),
    /// Not here: erased, or not arrived.
    Absent,
    /// Here, but sealed in a way that no honest author seals; it counts as absent and is not kept.
    Malformed,
}

/// Why an envelope stays closed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum OpenError {
    /// No key of this node fits its tag; a later key may.
    #[error("no key fits the envelope")]
    NoKey,
    /// Its kind is not sealed.
    #[error("an envelope of kind {0} is not sealed")]
    Clear(u8),
    /// A key fits, and yet the change is not what an honest author writes.
    #[error(transparent)]
    Part(#[from] PartError),
}

impl Keyring {
    /// Adds a key; the last one added is the current one. Adding a key again changes nothing.
    pub fn add(&mut self, key: &EpochKey) -> EpochId {
        let id = key.id();
        if self.ciphers.insert(id, Arc::new(Cipher::new(key))).is_none() {
            self.order.push(id);
        }
        id
    }

    /// The epoch that new envelopes are sealed in.
    #[must_use]
    pub fn current(&self) -> Option<EpochId> {
        self.order.last().copied()
    }

    /// Whether the key of `epoch` is held.
    #[must_use]
    pub fn holds(&self, epoch: &EpochId) -> bool {
        self.ciphers.contains_key(epoch)
    }

    /// Opens an envelope, trying the key of `hint` (the last one of that log) first.
    ///
    /// # Errors
    /// [`OpenError`]; only [`OpenError::NoKey`] can change later.
    pub fn open(&self, envelope: &Verified, hint: Option<EpochId>) -> Result<Opened, OpenError> {
        let header = envelope.header();
        if !header.kind.is_sealed() {
            return Err(OpenError::Clear(header.kind.0));
        }
        let epoch = self.epoch_of(header, hint).ok_or(OpenError::NoKey)?;
        let cipher = self.ciphers.get(&epoch).ok_or(OpenError::NoKey)?;
        let change = cipher.open_change(envelope.envelope())?;
        let body = match &envelope.envelope().body {
            Body::None => OpenedBody::None,
            Body::Absent => OpenedBody::Absent,
            Body::Held(bytes) => cipher.open_body(header, bytes).map_or(OpenedBody::Malformed, OpenedBody::Text),
        };
        Ok(Opened { change, body, epoch })
    }

    /// Opens a body that arrived later than its envelope; `None` where it is not the one described,
    /// or not sealed as honest authors seal.
    #[must_use]
    pub fn open_body(&self, header: &Header, epoch: &EpochId, bytes: &[u8]) -> Option<Vec<u8>> {
        let described = header.body == Some(Part::of(bytes));
        let cipher = self.ciphers.get(epoch).filter(|_| described)?;
        cipher.open_body(header, bytes).ok()
    }

    /// Seals, or reseals to the same bytes, under the key of `epoch`; `None` where it is not held.
    ///
    /// # Errors
    /// [`SealError`] where a part is over its limit.
    pub fn seal(
        &self,
        epoch: &EpochId,
        place: &Place,
        change: &[u8],
        body: PlainBody<'_>,
    ) -> Result<Option<Sealed>, SealError> {
        let place = Place { kind: Kind::CHANGE, ..*place };
        self.ciphers.get(epoch).map(|cipher| cipher.seal(&place, change, body)).transpose()
    }

    /// Seals a payload of soft state under the key of `epoch`; `None` where it is not held.
    pub(crate) fn seal_soft(&self, epoch: &EpochId, head: &[u8; SOFT_HEAD], plain: &[u8]) -> Option<Vec<u8>> {
        self.ciphers.get(epoch).map(|cipher| cipher.seal_soft(head, plain))
    }

    /// Opens a payload of soft state; `None` where the key is not held or it does not open.
    pub(crate) fn open_soft(&self, epoch: &EpochId, head: &[u8; SOFT_HEAD], bytes: &[u8]) -> Option<Vec<u8>> {
        self.ciphers.get(epoch).and_then(|cipher| cipher.open_soft(head, bytes).ok())
    }

    fn epoch_of(&self, header: &Header, hint: Option<EpochId>) -> Option<EpochId> {
        let newest_first = self.order.iter().rev().copied();
        let data = header.associated_data();
        let fits = |id: &EpochId| self.ciphers.get(id).is_some_and(|cipher| cipher.tag_of(&data) == header.tag);
        hint.into_iter().chain(newest_first).find(fits)
    }
}
