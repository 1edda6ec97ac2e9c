//! The ids of the domain: fixed-size bytes, each its own type.

use std::fmt;

use crate::contexts;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// Size in bytes.
            pub const LEN: usize = $len;

            /// The id held by `bytes`, or `None` where the length differs.
            #[must_use]
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }

            /// The id written in hexadecimal, or `None` where it is not one.
            #[must_use]
            pub fn from_hex(text: &str) -> Option<Self> {
                let mut bytes = [0u8; $len];
                if text.len() != $len * 2 || !text.is_ascii() {
                    return None;
                }
                for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
                    *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
                }
                Some(Self(bytes))
            }

            /// The bytes.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }

            /// The first eight hexadecimal digits, for people and traces.
            #[must_use]
            pub fn short(&self) -> String {
                self.to_string().chars().take(8).collect()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.short())
            }
        }
    };
}

id!(
    /// A workspace: 16 bytes, the hash of its genesis header.
    WorkspaceId, 16
);
id!(
    /// A device: its Ed25519 public key, which is also its libp2p identity.
    DeviceId, 32
);
id!(
    /// A member, a person with one or more devices: hash of workspace and first device key.
    MemberId, 16
);
id!(
    /// One life of a device's log: 16 random bytes, new after a copy or a restore.
    LifeId, 16
);
id!(
    /// A log, which is one life of one device: hash of both, hence uniformly spread.
    LogId, 16
);
id!(
    /// An envelope: the BLAKE3 hash of its header.
    EnvelopeId, 32
);
id!(
    /// A record (a message, an edit, a channel...): hash of where it was first written, or, if it
    /// was imported, of what it says.
    RecordId, 16
);
id!(
    /// An epoch key's public name.
    EpochId, 16
);

impl EnvelopeId {
    /// What stands for "nothing before" in the first envelope of a device.
    pub const NONE: Self = Self([0; 32]);
}

impl LogId {
    /// The log of one life of `device`.
    #[must_use]
    pub fn of(device: &DeviceId, life: &LifeId) -> Self {
        Self(derive16(contexts::LOG_ID, &[&device.0, &life.0]))
    }
}

impl MemberId {
    /// The member whose first device is `device`.
    #[must_use]
    pub fn of(workspace: &WorkspaceId, device: &DeviceId) -> Self {
        Self(derive16(contexts::MEMBER_ID, &[&workspace.0, &device.0]))
    }
}

impl RecordId {
    /// The record first written at `seq` of a log.
    #[must_use]
    pub fn of(device: &DeviceId, life: &LifeId, seq: u64) -> Self {
        let seq = seq.to_be_bytes();
        Self(derive16(contexts::RECORD_ID, &[&device.0, &life.0, &seq]))
    }
}

/// A moment: milliseconds since 1970-01-01 UTC, at most 48 bits of them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Time(pub u64);

impl Time {
    /// The last moment that an envelope can bear: the year 10889.
    pub const MAX: Self = Self((1 << 48) - 1);

    /// This moment, `ms` milliseconds later, held at [`Time::MAX`].
    #[must_use]
    pub fn plus(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms).min(Self::MAX.0))
    }

    /// Milliseconds from `earlier` to this moment, 0 where it is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// The first 16 bytes of a BLAKE3 `derive_key` hash over `parts`, which have fixed lengths.
#[must_use]
pub fn derive16(context: &str, parts: &[&[u8]]) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new_derive_key(context);
    for part in parts {
        hasher.update(part);
    }
    let mut out = [0; 16];
    hasher.finalize_xof().fill(&mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_what_it_prints() {
        let id = RecordId::of(&DeviceId([7; 32]), &LifeId([9; 16]), 3);
        assert_eq!(RecordId::from_hex(&id.to_string()), Some(id));
        assert_eq!(RecordId::from_hex("zz"), None);
        assert_eq!(RecordId::from_hex(&"é".repeat(16)), None);
    }
}
