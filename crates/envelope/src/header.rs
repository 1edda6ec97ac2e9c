//! The header of an envelope, version 1: 227 bytes of fixed layout, all integers big-endian.

use crate::ids::{DeviceId, EnvelopeId, LifeId, LogId, Time, WorkspaceId};

/// Size of an encoded header, in bytes.
pub const HEADER_LEN: usize = 227;
/// The header version that this crate writes and the only one that it accepts.
pub const VERSION: u8 = 1;
/// Suite 1: Ed25519, X25519, BLAKE3, XChaCha20-Poly1305, HPKE (X25519, HKDF-SHA256, ChaCha20-Poly1305).
pub const SUITE: u8 = 1;
/// Longest change part, in bytes of ciphertext.
pub const MAX_CHANGE: u32 = 65_536;
/// Longest body part, in bytes of ciphertext.
pub const MAX_BODY: u32 = 131_072;

/// What an envelope carries. Unknown kinds are verified, kept, forwarded and counted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Kind(pub u8);

impl Kind {
    /// Membership and policy, in clear.
    pub const CONTROL: Self = Self(0);
    /// A sealed change of a document, with an optional sealed body.
    pub const CHANGE: Self = Self(1);
    /// An epoch key, boxed, in clear.
    pub const KEYS: Self = Self(2);

    /// Whether the change part of this kind is ciphertext under an epoch key.
    #[must_use]
    pub fn is_sealed(self) -> bool {
        self == Self::CHANGE
    }

    /// Whether everything of this kind is in clear.
    #[must_use]
    pub fn is_clear(self) -> bool {
        self == Self::CONTROL || self == Self::KEYS
    }
}

/// Length and BLAKE3 hash of one part as it travels (sealed and padded).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Part {
    /// Bytes on the wire.
    pub len: u32,
    /// BLAKE3 of those bytes.
    pub hash: [u8; 32],
}

impl Part {
    /// The description of `bytes`. Parts over `u32::MAX` bytes can't be described; limits are far below.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self { len: u32::try_from(bytes.len()).unwrap_or(u32::MAX), hash: *blake3::hash(bytes).as_bytes() }
    }
}

/// What is signed about an envelope. `id = BLAKE3(header)`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Header {
    /// What the envelope carries.
    pub kind: Kind,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Who wrote it.
    pub device: DeviceId,
    /// In which life of its log.
    pub life: LifeId,
    /// Position in that life, from 1.
    pub seq: u64,
    /// The envelope before it; at seq 1 the head of the device's previous life, or [`EnvelopeId::NONE`].
    pub prev: EnvelopeId,
    /// Author's time, never decreasing within a log.
    pub time: Time,
    /// Bytes of this life up to and including this envelope, by [`Header::own_bytes`].
    pub bytes: u64,
    /// Commitment to the epoch key; zeros where nothing is sealed.
    pub tag: [u8; 32],
    /// The change part.
    pub change: Part,
    /// The detachable body part.
    pub body: Option<Part>,
}

/// Why bytes are not a header that this version understands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum HeaderError {
    /// Too few or too many bytes.
    #[error("a header has {HEADER_LEN} bytes, not {0}")]
    Length(usize),
    /// A version of the future, or noise.
    #[error("header version {0} needs a newer cremona")]
    Version(u8),
    /// A suite of the future, or noise.
    #[error("cipher suite {0} needs a newer cremona")]
    Suite(u8),
    /// A field is outside its range or written in a second way.
    #[error("header field {0} is out of range")]
    Field(&'static str),
}

impl Header {
    /// The log that this envelope belongs to.
    #[must_use]
    pub fn log(&self) -> LogId {
        LogId::of(&self.device, &self.life)
    }

    /// The envelope's id.
    #[must_use]
    pub fn id(&self) -> EnvelopeId {
        EnvelopeId(*blake3::hash(&self.encode()).as_bytes())
    }

    /// What this envelope counts towards its device's quota: header, signature and both parts.
    #[must_use]
    pub fn own_bytes(&self) -> u64 {
        own_bytes(self.change.len, self.body.map_or(0, |body| body.len))
    }

    /// The 227 bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; HEADER_LEN] {
        let none = Part { len: 0, hash: [0; 32] };
        let body = self.body.unwrap_or(none);
        let mut out = Vec::with_capacity(HEADER_LEN);
        out.extend([VERSION, SUITE, self.kind.0]);
        out.extend(self.workspace.0);
        out.extend(self.device.0);
        out.extend(self.life.0);
        out.extend(self.seq.to_be_bytes());
        out.extend(self.prev.0);
        out.extend(self.time.0.to_be_bytes());
        out.extend(self.bytes.to_be_bytes());
        out.extend(self.tag);
        for part in [self.change, body] {
            out.extend(part.len.to_be_bytes());
            out.extend(part.hash);
        }
        out.try_into().expect("the fields above add up to HEADER_LEN")
    }

    /// Reads a header; every header has exactly one encoding.
    ///
    /// # Errors
    /// [`HeaderError`] for another length, version or suite and for fields out of range.
    pub fn decode(bytes: &[u8]) -> Result<Self, HeaderError> {
        let mut fields = Fields::new(bytes)?;
        let [version, suite, kind] = fields.take();
        if version != VERSION {
            return Err(HeaderError::Version(version));
        }
        if suite != SUITE {
            return Err(HeaderError::Suite(suite));
        }
        let header = Self {
            kind: Kind(kind),
            workspace: WorkspaceId(fields.take()),
            device: DeviceId(fields.take()),
            life: LifeId(fields.take()),
            seq: u64::from_be_bytes(fields.take()),
            prev: EnvelopeId(fields.take()),
            time: Time(u64::from_be_bytes(fields.take())),
            bytes: u64::from_be_bytes(fields.take()),
            tag: fields.take(),
            change: fields.part(),
            body: Some(fields.part()).filter(|part| part.len > 0 || part.hash != [0; 32]),
        };
        header.check()?;
        Ok(header)
    }

    /// The header as the sealing binds it: tag and part hashes zeroed, since they depend on the sealing.
    #[must_use]
    pub fn associated_data(&self) -> [u8; HEADER_LEN] {
        let blank = |part: Part| Part { len: part.len, hash: [0; 32] };
        Self { tag: [0; 32], change: blank(self.change), body: self.body.map(blank), ..self.clone() }.encode()
    }

    /// Whether every field is in range, which is whether [`Header::decode`] would read this back.
    pub(crate) fn check(&self) -> Result<(), HeaderError> {
        let field = |good: bool, name| if good { Ok(()) } else { Err(HeaderError::Field(name)) };
        field(self.seq > 0 && self.seq < 1 << 48, "seq")?;
        field(self.time <= Time::MAX, "time")?;
        field(self.bytes < 1 << 56, "bytes")?;
        field(self.change.len > 0 && self.change.len <= MAX_CHANGE, "change length")?;
        field(self.body.is_none_or(|body| body.len > 0 && body.len <= MAX_BODY), "body length")?;
        let clear = self.kind == Kind::CONTROL || self.kind == Kind::KEYS;
        field(!clear || (self.tag == [0; 32] && self.body.is_none()), "tag or body of a clear kind")
    }
}

/// What an envelope with parts of these lengths counts towards its device's quota.
#[must_use]
pub fn own_bytes(change: u32, body: u32) -> u64 {
    const FIXED: u64 = HEADER_LEN as u64 + 64;
    FIXED.saturating_add(u64::from(change)).saturating_add(u64::from(body))
}

/// The fixed-size fields of a header, in order; its length was checked when it was made.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn new(bytes: &'a [u8]) -> Result<Self, HeaderError> {
        if bytes.len() == HEADER_LEN { Ok(Self(bytes)) } else { Err(HeaderError::Length(bytes.len())) }
    }

    fn take<const N: usize>(&mut self) -> [u8; N] {
        let (field, rest) = self.0.split_first_chunk().expect("the fields add up to HEADER_LEN");
        self.0 = rest;
        *field
    }

    fn part(&mut self) -> Part {
        Part { len: u32::from_be_bytes(self.take()), hash: self.take() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn header() -> Header {
        Header {
            kind: Kind::CHANGE,
            workspace: WorkspaceId([1; 16]),
            device: DeviceId([2; 32]),
            life: LifeId([3; 16]),
            seq: 4,
            prev: EnvelopeId([5; 32]),
            time: Time(6),
            bytes: 700,
            tag: [8; 32],
            change: Part { len: 9, hash: [10; 32] },
            body: None,
        }
    }

    #[test]
    fn decode_undoes_encode() {
        let with_body = Header { body: Some(Part { len: 1, hash: [0; 32] }), ..header() };
        for header in [header(), with_body] {
            assert_eq!(Header::decode(&header.encode()), Ok(header));
        }
    }

    #[test]
    fn a_newer_version_is_named() {
        let mut bytes = header().encode();
        bytes[0] = 2;
        assert_eq!(Header::decode(&bytes), Err(HeaderError::Version(2)));
    }

    #[test]
    fn a_body_of_no_bytes_has_no_hash() {
        let mut bytes = header().encode();
        bytes[HEADER_LEN - 1] = 1;
        assert_eq!(Header::decode(&bytes), Err(HeaderError::Field("body length")));
    }

    proptest! {
        #[test]
        fn what_decodes_encodes_to_the_same_bytes(mut bytes in prop::collection::vec(any::<u8>(), HEADER_LEN)) {
            bytes[0] = VERSION;
            bytes[1] = SUITE;
            bytes[67..69].fill(0);
            bytes[107..109].fill(0);
            bytes[115] = 0;
            bytes[155..157].fill(0);
            bytes[191..193].fill(0);
            if let Ok(header) = Header::decode(&bytes) {
                prop_assert_eq!(header.encode().to_vec(), bytes);
            }
        }
    }
}
