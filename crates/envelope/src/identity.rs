//! A device's keys, and the signing of what it says.

use ed25519_dalek::{Signer, SigningKey};
use x25519_dalek::{PublicKey, StaticSecret};

use crate::envelope::{Envelope, Verified, signed_bytes};
use crate::ids::{DeviceId, EnvelopeId};
use crate::seal::Sealed;

/// The secret keys of one device: Ed25519 to sign (also its libp2p identity), X25519 for sealed boxes.
pub struct Identity {
    signing: SigningKey,
    boxing: StaticSecret,
}

impl Identity {
    /// The identity with these 32-byte secrets, which come from the operating system's randomness
    /// or from the data directory.
    #[must_use]
    pub fn from_seeds(signing: &[u8; 32], boxing: &[u8; 32]) -> Self {
        Self { signing: SigningKey::from_bytes(signing), boxing: StaticSecret::from(*boxing) }
    }

    /// The device's public name.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        DeviceId(self.signing.verifying_key().to_bytes())
    }

    /// The public half of the box key.
    #[must_use]
    pub fn box_key(&self) -> [u8; 32] {
        PublicKey::from(&self.boxing).to_bytes()
    }

    /// Signs what was sealed for this device; the result needs no further check.
    #[must_use]
    pub fn sign(&self, sealed: Sealed) -> Verified {
        debug_assert_eq!(sealed.header.device, self.device(), "a device signs its own envelopes only");
        let id = sealed.header.id();
        let signature = self.signing.sign(&signed_bytes(id)).to_bytes();
        let Sealed { header, change, body } = sealed;
        Envelope { header, signature: Some(signature), change, body }.proven(id)
    }

    /// The signature of an envelope of this device by its id, where that was not signed when it was sealed.
    #[must_use]
    pub fn signature(&self, id: EnvelopeId) -> [u8; 64] {
        self.signing.sign(&signed_bytes(id)).to_bytes()
    }

    /// A signature over bytes that begin with a context of their own.
    pub(crate) fn sign_bytes(&self, bytes: &[u8]) -> [u8; 64] {
        self.signing.sign(bytes).to_bytes()
    }

    /// Both seeds, for the data directory and for the network layer; never logged.
    #[must_use]
    pub fn seeds(&self) -> ([u8; 32], [u8; 32]) {
        (self.signing.to_bytes(), self.boxing.to_bytes())
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identity({})", self.device().short())
    }
}
