//! Personal state as it travels in soft state: sealed so that only the member's own devices open it.
//!
//! Payload: a CBOR map, 0 boxes of a random content key, one for each own device (HPKE base mode, its
//! additional data the head of the word and then the device), 1 the content as a part sealed under
//! that key, with label 5 and the head as associated data. A teammate, a mailbox or a holder of the
//! workspace key sees how many devices there are and the padded length, and no more; nor can a
//! payload be moved to another word. Who says it is for the caller to check: anyone can seal for
//! anyone's box key.

use minicbor::{Decode, Encode};

use crate::contexts;
use crate::identity::Identity;
use crate::ids::DeviceId;
use crate::keys::EpochBox;
use crate::seal::{Cipher, EpochKey, OVERHEAD, padded_len};
use crate::soft::{MAX_SOFT, SOFT_HEAD, Soft, SoftKind};

/// Most devices that a payload is sealed for.
pub const MAX_DEVICES: usize = 16;
/// Bytes of a box in CBOR, and of what stands around boxes and content, at most.
const BOX_LEN: usize = 128;
const FRAME_LEN: usize = 16;

/// The payload as it is written.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
struct Payload {
    #[n(0)]
    boxes: Vec<EpochBox>,
    #[cbor(n(1), with = "minicbor::bytes")]
    content: Vec<u8>,
}

/// The longest content that fits into a word for so many devices, in bytes.
#[must_use]
pub fn room(devices: usize) -> usize {
    let around = devices.min(MAX_DEVICES).saturating_mul(BOX_LEN).saturating_add(FRAME_LEN);
    let most = MAX_SOFT.saturating_sub(around).saturating_sub(OVERHEAD as usize);
    // The longest padded length within that, less the byte that ends the content.
    let mut len = most;
    while padded_len(len) > most {
        len = len.saturating_sub(1);
    }
    len.saturating_sub(1)
}

/// Seals `content` for `devices` (each with its X25519 key), at most [`MAX_DEVICES`] of them, in the
/// word with this head. `seed` is fresh randomness for the key and the boxes. `None` where the content
/// is over [`room`] or no device has a key that is a point.
#[must_use]
pub fn seal(
    head: &[u8; SOFT_HEAD],
    devices: &[(DeviceId, [u8; 32])],
    content: &[u8],
    seed: &[u8; 32],
) -> Option<Vec<u8>> {
    if content.len() > room(devices.len()) {
        return None;
    }
    let key = EpochKey(blake3::derive_key(contexts::PERSONAL_KEY, seed));
    let mut rng = crate::keys::box_rng(blake3::derive_key(contexts::PERSONAL_BOXES, seed));
    let one = |(device, public): &(DeviceId, [u8; 32])| {
        EpochBox::seal(&key, device, public, contexts::PERSONAL_BOX, &aad(head, device), &mut rng)
    };
    let mut boxes: Vec<_> = devices.iter().take(MAX_DEVICES).filter_map(one).collect();
    boxes.sort_by_key(|one| one.device);
    if boxes.is_empty() {
        return None;
    }
    let content = Cipher::new(&key).seal_personal(head, content);
    Some(minicbor::to_vec(Payload { boxes, content }).expect("encoding to a Vec can't fail"))
}

/// The content of a word, for one of the devices that it is sealed for; `None` for everyone else.
#[must_use]
pub fn open(identity: &Identity, soft: &Soft) -> Option<Vec<u8>> {
    let payload = read(soft)?;
    let device = identity.device();
    let found = payload.boxes.iter().find(|one| one.device == device.0)?;
    let head = Soft::head(soft.kind, &soft.workspace, &soft.device, soft.time);
    let (_, secret) = identity.seeds();
    let key = found.open(&secret, contexts::PERSONAL_BOX, &aad(&head, &device))?;
    Cipher::new(&EpochKey(key)).open_personal(&head, &payload.content).ok()
}

/// The devices that a word is sealed for, in order; `None` where it is about something else.
#[must_use]
pub fn devices(soft: &Soft) -> Option<Vec<DeviceId>> {
    Some(read(soft)?.boxes.iter().map(|one| DeviceId(one.device)).collect())
}

fn read(soft: &Soft) -> Option<Payload> {
    let payload: Payload = minicbor::decode(&soft.payload).ok().filter(|_| soft.kind == SoftKind::PERSONAL)?;
    (payload.boxes.len() <= MAX_DEVICES).then_some(payload)
}

fn aad(head: &[u8; SOFT_HEAD], device: &DeviceId) -> Vec<u8> {
    [head.as_slice(), &device.0].concat()
}
