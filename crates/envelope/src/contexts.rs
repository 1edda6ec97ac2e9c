//! Every domain-separation string of the project, in one place and frozen by the golden vectors.
//!
//! Changing a byte here makes old workspaces unreadable. A new purpose gets a new line.

/// BLAKE3 `derive_key` context of a workspace id: the genesis header, its workspace field zeroed.
pub const WORKSPACE_ID: &str = "cremona 2026-11 workspace id v1";
/// Context of a member id: workspace id, then the member's first device key.
pub const MEMBER_ID: &str = "cremona 2026-11 member id v1";
/// Context of a log id: device key, then life id.
pub const LOG_ID: &str = "cremona 2026-11 log id v1";
/// Context of a record id: device key, life id, seq (u64 big-endian).
pub const RECORD_ID: &str = "cremona 2026-11 record id v1";
/// Context of an epoch id: the epoch key.
pub const EPOCH_ID: &str = "cremona 2026-11 epoch id v1";

/// Context of the knock key, from the workspace secret: proof of membership on connecting.
pub const KNOCK_KEY: &str = "cremona 2026-11 knock key v1";
/// Context of the invite signing seed, from the workspace secret.
pub const INVITE_KEY: &str = "cremona 2026-11 invite key v1";
/// Context of the lockbox key, from the workspace secret: opens the current epoch key.
pub const LOCKBOX_KEY: &str = "cremona 2026-11 lockbox key v1";

/// Context of what stands for a workspace at the gate of an unpaired mailbox, from its pairing token.
pub const PAIRING_PLACE: &str = "cremona 2026-11 pairing place v1";
/// Context of the key that proves at that gate that one has the token.
pub const PAIRING_KEY: &str = "cremona 2026-11 pairing key v1";

/// Context of the key that encrypts parts, from an epoch key.
pub const PART_KEY: &str = "cremona 2026-11 part key v1";
/// Context of the key that derives nonces, from an epoch key.
pub const NONCE_KEY: &str = "cremona 2026-11 nonce key v1";
/// Context of the key that makes key tags, from an epoch key.
pub const TAG_KEY: &str = "cremona 2026-11 tag key v1";
/// Context of a lockbox's nonce: lockbox key, then epoch id.
pub const LOCKBOX_NONCE: &str = "cremona 2026-11 lockbox nonce v1";

/// What a device's signature of an envelope covers, before the envelope id.
pub const ENVELOPE_SIGNATURE: &[u8] = b"cremona 2026-11 envelope signature v1";
/// What the invite key's signature of a join covers, before the join's fields.
pub const JOIN_SIGNATURE: &[u8] = b"cremona 2026-11 join signature v1";
/// What a device's signature of soft state covers, before its head and payload.
pub const SOFT_SIGNATURE: &[u8] = b"cremona 2026-11 soft state signature v1";
/// HPKE `info` of an epoch key boxed for one device.
pub const EPOCH_BOX: &[u8] = b"cremona 2026-11 epoch box v1";
/// HPKE `info` of the key of personal state boxed for one of the member's own devices.
pub const PERSONAL_BOX: &[u8] = b"cremona 2026-11 personal box v1";
/// Context of the key of one word of personal state, from fresh randomness.
pub const PERSONAL_KEY: &str = "cremona 2026-11 personal key v1";
/// Context of the randomness of its boxes, from the same.
pub const PERSONAL_BOXES: &str = "cremona 2026-11 personal boxes v1";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn no_two_purposes_share_a_string() {
        let source = include_str!("contexts.rs");
        let texts: Vec<_> = source
            .lines()
            .filter(|line| line.starts_with("pub const"))
            .filter_map(|line| line.split('"').nth(1))
            .collect();
        assert_eq!(texts.len(), 21);
        assert_eq!(texts.iter().collect::<BTreeSet<_>>().len(), texts.len());
        assert!(texts.iter().all(|text| text.starts_with("cremona 2026-11 ") && text.ends_with(" v1")));
    }
}
