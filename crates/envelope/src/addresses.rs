//! Where a device can be reached, as it says in soft state: sealed to the workspace, so that a
//! mailbox that passes it on learns no names and no networks.
//!
//! Payload: epoch id 16, then a part sealed under that epoch's key as bodies are, with label 3 and
//! the head of the word as associated data. Plain: a CBOR array of texts.

use crate::ids::EpochId;
use crate::keyring::Keyring;
use crate::soft::{SOFT_HEAD, Soft, SoftKind};

/// Most addresses of one device.
pub const MAX_ADDRESSES: usize = 16;
/// Longest address, in bytes.
pub const MAX_ADDRESS: usize = 256;

/// Seals the addresses of a device for the word with this head; those beyond the limits are left
/// out. `None` where no epoch key is held.
#[must_use]
pub fn seal(keyring: &Keyring, head: &[u8; SOFT_HEAD], addresses: &[String]) -> Option<Vec<u8>> {
    let short: Vec<&str> =
        addresses.iter().map(String::as_str).filter(|text| text.len() <= MAX_ADDRESS).take(MAX_ADDRESSES).collect();
    let plain = minicbor::to_vec(short).expect("encoding to a Vec can't fail");
    let epoch = keyring.current()?;
    let sealed = keyring.seal_soft(&epoch, head, &plain)?;
    Some([epoch.0.as_slice(), &sealed].concat())
}

/// The addresses that a word gives, at most [`MAX_ADDRESSES`]; `None` where it is about something
/// else, no key fits, or it is not sealed as honest devices seal.
#[must_use]
pub fn open(keyring: &Keyring, soft: &Soft) -> Option<Vec<String>> {
    if soft.kind != SoftKind::ADDRESSES {
        return None;
    }
    let (epoch, sealed) = soft.payload.split_first_chunk()?;
    let head = Soft::head(soft.kind, &soft.workspace, &soft.device, soft.time);
    let plain = keyring.open_soft(&EpochId(*epoch), &head, sealed)?;
    let texts: Vec<String> = minicbor::decode(&plain).ok()?;
    let clean = |text: &String| text.len() <= MAX_ADDRESS && text.chars().all(|c| c.is_ascii_graphic());
    (texts.len() <= MAX_ADDRESSES && texts.iter().all(clean)).then_some(texts)
}
