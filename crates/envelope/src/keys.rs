//! The keys payload: a new epoch key, boxed for each device and locked under the workspace secret.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::contexts;
use crate::control::KEYS;
use crate::ids::{DeviceId, EpochId, WorkspaceId, derive16};
use crate::seal::EpochKey;
use crate::workspace_key::Secret;

type BoxKem = X25519HkdfSha256;

/// An epoch key for those who may read: a lockbox for holders of the workspace key, a box for each
/// device known to its author.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct KeysPayload {
    /// 3.
    #[n(0)]
    kind: u64,
    /// The epoch: a hash that commits to the key.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub epoch: [u8; 16],
    /// HPKE boxes, sorted by device.
    #[n(2)]
    pub boxes: Vec<EpochBox>,
    /// The key under the workspace secret: 48 bytes of XChaCha20-Poly1305.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub lockbox: Vec<u8>,
    /// Generation of that secret.
    #[n(4)]
    pub generation: u16,
    /// The previous epoch's key under this one, once there is one.
    #[cbor(n(5), with = "minicbor::bytes")]
    pub previous: Option<Vec<u8>>,
    /// Control tips that the author saw.
    #[n(6)]
    pub cites: Vec<ByteArray<32>>,
}

/// An epoch key for one device: HPKE base mode, RFC 9180.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct EpochBox {
    /// For whom.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub device: [u8; 32],
    /// Encapsulated key.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub encapsulated: [u8; 32],
    /// The epoch key, sealed: 48 bytes.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub sealed: Vec<u8>,
}

impl KeysPayload {
    /// Boxes `key` for `devices` (each with its X25519 key) and locks it under `secret`.
    /// `seed` is fresh randomness for the boxes. A device whose key is not a curve point gets none.
    #[must_use]
    pub fn new(
        key: &EpochKey,
        secret: &Secret,
        workspace: &WorkspaceId,
        devices: &[(DeviceId, [u8; 32])],
        seed: [u8; 32],
    ) -> Self {
        let epoch = key.id();
        let mut rng = box_rng(seed);
        let mut boxes: Vec<_> = devices
            .iter()
            .filter_map(|(device, public)| {
                EpochBox::seal(key, device, public, contexts::EPOCH_BOX, &aad(workspace, device), &mut rng)
            })
            .collect();
        boxes.sort_by_key(|one| one.device);
        let lockbox = lock(&secret.lockbox_key(), workspace, &epoch, key);
        Self { kind: KEYS, epoch: epoch.0, boxes, lockbox, generation: 0, previous: None, cites: Vec::new() }
    }

    /// The CBOR bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("encoding to a Vec can't fail")
    }

    /// Reads a payload; `None` where it is not a keys payload.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        minicbor::decode(bytes).ok().filter(|payload: &Self| payload.kind == KEYS)
    }

    /// The key, if the workspace secret opens the lockbox and it is the one that the id commits to.
    /// All holders of the secret come to the same answer.
    #[must_use]
    pub fn unlock(&self, secret: &Secret, workspace: &WorkspaceId) -> Option<EpochKey> {
        let epoch = EpochId(self.epoch);
        let lockbox_key = secret.lockbox_key();
        let nonce = XNonce::from(lockbox_nonce(&lockbox_key, &epoch));
        let aad = [workspace.0, epoch.0].concat();
        let plain = XChaCha20Poly1305::new(&lockbox_key.into())
            .decrypt(&nonce, Payload { msg: &self.lockbox, aad: &aad })
            .ok()?;
        let key = EpochKey(plain.try_into().ok()?);
        (key.id() == epoch).then_some(key)
    }

    /// The key from the box for `device`, if there is one and it is the one that the id commits to.
    #[must_use]
    pub fn unbox(&self, device: &DeviceId, box_secret: &[u8; 32], workspace: &WorkspaceId) -> Option<EpochKey> {
        let found = self.boxes.iter().find(|one| one.device == device.0)?;
        let key = EpochKey(found.open(box_secret, contexts::EPOCH_BOX, &aad(workspace, device))?);
        (key.id().0 == self.epoch).then_some(key)
    }
}

impl EpochBox {
    /// Boxes a key; `None` where `public` is not a curve point.
    pub(crate) fn seal(
        key: &EpochKey,
        device: &DeviceId,
        public: &[u8; 32],
        info: &[u8],
        aad: &[u8],
        rng: &mut ChaCha20Rng,
    ) -> Option<Self> {
        let public = <BoxKem as Kem>::PublicKey::from_bytes(public).ok()?;
        let (encapsulated, sealed) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, BoxKem>(
            &OpModeS::Base,
            &public,
            info,
            &key.0,
            aad,
            rng,
        )
        .ok()?;
        let encapsulated = encapsulated.to_bytes().as_slice().try_into().ok()?;
        Some(Self { device: device.0, encapsulated, sealed })
    }

    /// The key in it, for the holder of the secret.
    pub(crate) fn open(&self, secret: &[u8; 32], info: &[u8], aad: &[u8]) -> Option<[u8; 32]> {
        let secret = <BoxKem as Kem>::PrivateKey::from_bytes(secret).ok()?;
        let encapsulated = <BoxKem as Kem>::EncappedKey::from_bytes(&self.encapsulated).ok()?;
        let plain = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, BoxKem>(
            &OpModeR::Base,
            &secret,
            &encapsulated,
            info,
            &self.sealed,
            aad,
        );
        plain.ok()?.try_into().ok()
    }
}

fn aad(workspace: &WorkspaceId, device: &DeviceId) -> Vec<u8> {
    [workspace.0.as_slice(), &device.0].concat()
}

/// Randomness for boxes, from a seed.
pub(crate) fn box_rng(seed: [u8; 32]) -> ChaCha20Rng {
    ChaCha20Rng::from_seed(seed)
}

fn lock(lockbox_key: &[u8; 32], workspace: &WorkspaceId, epoch: &EpochId, key: &EpochKey) -> Vec<u8> {
    let nonce = XNonce::from(lockbox_nonce(lockbox_key, epoch));
    let aad = [workspace.0, epoch.0].concat();
    XChaCha20Poly1305::new(&(*lockbox_key).into())
        .encrypt(&nonce, Payload { msg: &key.0, aad: &aad })
        .expect("XChaCha20-Poly1305 seals 32 bytes")
}

/// One epoch id names one key, so this nonce is used for one plaintext only.
fn lockbox_nonce(lockbox_key: &[u8; 32], epoch: &EpochId) -> [u8; 24] {
    let wide = [
        derive16(contexts::LOCKBOX_NONCE, &[lockbox_key, &epoch.0, &[0]]),
        derive16(contexts::LOCKBOX_NONCE, &[lockbox_key, &epoch.0, &[1]]),
    ]
    .concat();
    let mut nonce = [0; 24];
    nonce.iter_mut().zip(wide).for_each(|(to, from)| *to = from);
    nonce
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_cannot_give_another_key_than_the_epoch_names() {
        let (workspace, secret, device) = (WorkspaceId([1; 16]), Secret([2; 16]), DeviceId([3; 32]));
        let (good, other) = (EpochKey([4; 32]), EpochKey([5; 32]));
        let box_secret = [6; 32];
        let box_key = x25519_dalek::PublicKey::from(&x25519_dalek::StaticSecret::from(box_secret)).to_bytes();
        let mut payload = KeysPayload::new(&other, &secret, &workspace, &[(device, box_key)], [7; 32]);
        payload.epoch = good.id().0;
        payload.lockbox = lock(&secret.lockbox_key(), &workspace, &good.id(), &other);
        assert_eq!(payload.unlock(&secret, &workspace), None);
        assert_eq!(payload.unbox(&device, &box_secret, &workspace), None);
        payload.lockbox = lock(&secret.lockbox_key(), &workspace, &good.id(), &good);
        assert_eq!(payload.unlock(&secret, &workspace), Some(good));
    }

    #[test]
    fn each_lockbox_has_its_own_nonce() {
        let nonces = [([1; 32], [1; 16]), ([1; 32], [2; 16]), ([2; 32], [1; 16])]
            .map(|(key, epoch)| lockbox_nonce(&key, &EpochId(epoch)));
        assert!(nonces[0] != nonces[1] && nonces[0] != nonces[2] && nonces[1] != nonces[2]);
        assert_ne!(nonces[0][..8], nonces[0][16..]);
    }
}
