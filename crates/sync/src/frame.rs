//! What replicas say to each other: one byte of type, then CBOR with integer keys.
//!
//! A type that this version does not know is passed over, so that a newer node can say more. A
//! frame is at most [`MAX_FRAME`] bytes, and reading one allocates at most about twelve times that.

use cremona_envelope::{EnvelopeId, LogId};
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};

use crate::soft_frame::{MAX_WANTED, MAX_WORDS, SoftOffer, SoftWant, SoftWords};
use crate::trie::{FrontierEntry, MAX_PREFIX};

/// Longest frame, in bytes.
pub const MAX_FRAME: usize = 1_048_576;
/// Most entries, seqs or headers in one frame.
pub const MAX_ITEMS: usize = 512;

/// A frame.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Frame {
    /// What I hold, in one hash. At most 64 bytes.
    Hello(Hello),
    /// My hashes of the children of a range.
    Node(Node),
    /// My entries of a range.
    Entries(Entries),
    /// Send me a log after a seq.
    Want(Want),
    /// Envelopes of a log.
    Run(Run),
    /// Show me headers of a log, since we differ on it.
    Probe(Probe),
    /// Headers that were asked for.
    Headers(Headers),
    /// Prove that a log is forked.
    WantProof(WantProof),
    /// The proof.
    Proof(Proof),
    /// Send me bodies that I lack.
    WantBodies(WantBodies),
    /// Bodies, as far as they are here.
    Bodies(Bodies),
    /// What soft state I hold, or what is new of it.
    SoftOffer(SoftOffer),
    /// Send me words of soft state.
    SoftWant(SoftWant),
    /// Words of soft state.
    SoftWords(SoftWords),
    /// How full a mailbox is.
    Notice(Notice),
    /// Send me spans of logs, compacted, or more of what you are sending.
    WantBundle(WantBundle),
    /// A slice of a bundle.
    Slice(Slice),
    /// Of a newer version.
    Unknown(u8),
}

/// See [`Frame::Hello`].
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct Hello {
    /// Root of the frontier.
    #[n(0)]
    pub root: ByteArray<32>,
    /// The log that starts with the genesis, once it is known.
    #[n(1)]
    pub genesis: Option<ByteArray<16>>,
    /// Whether it makes and takes bundles: members do, a blind mailbox can't.
    #[n(2)]
    pub bundles: Option<bool>,
}

/// See [`Frame::Node`].
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct Node {
    /// Nibbles.
    #[n(0)]
    pub prefix: ByteVec,
    /// The first half of each of 16 hashes: they lead to what differs, and only roots say that nothing does.
    #[n(1)]
    pub children: Vec<ByteArray<16>>,
}

/// See [`Frame::Entries`].
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct Entries {
    /// Nibbles.
    #[n(0)]
    pub prefix: ByteVec,
    /// Whether these are all of the range, to be answered with what differs.
    #[n(1)]
    pub all: bool,
    /// The entries.
    #[n(2)]
    pub entries: Vec<WireEntry>,
}

/// A frontier entry on the wire.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct WireEntry {
    #[n(0)]
    log: ByteArray<16>,
    #[n(1)]
    seq: u64,
    #[n(2)]
    head: ByteArray<32>,
    #[n(3)]
    cut: u64,
}

/// What a peer tells of a log: a frontier entry without whose log it is, which the log itself says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Told {
    /// The log.
    pub log: LogId,
    /// Seq of the last envelope that counts.
    pub seq: u64,
    /// Its id.
    pub head: EnvelopeId,
    /// It counts only below this seq; 0 for no cut.
    pub cut: u64,
}

/// See [`Frame::Want`].
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct Want {
    /// The log.
    #[n(0)]
    pub log: ByteArray<16>,
    /// After this seq.
    #[n(1)]
    pub after: u64,
    /// Up to this one, and on to the next signature.
    #[n(2)]
    pub upto: u64,
}

/// See [`Frame::Run`].
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct Run {
    /// The log.
    #[n(0)]
    pub log: ByteArray<16>,
    /// Whether this ends the answer to a want.
    #[n(1)]
    pub end: bool,
    /// A run as `cremona_envelope::run` writes it; empty where there is nothing.
    #[n(2)]
    pub bytes: ByteVec,
}

/// See [`Frame::Probe`].
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct Probe {
    /// The log.
    #[n(0)]
    pub log: ByteArray<16>,
    /// Of which envelopes.
    #[n(1)]
    pub seqs: Vec<u64>,
    /// Whether all headers from the only seq to the next signature are asked for.
    #[n(2)]
    pub branch: bool,
}

/// See [`Frame::Headers`].
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct Headers {
    /// The log.
    #[n(0)]
    pub log: ByteArray<16>,
    /// As in the probe.
    #[n(1)]
    pub branch: bool,
    /// Encoded headers, in order of seq.
    #[n(2)]
    pub headers: Vec<ByteVec>,
    /// Of the last header, for a branch.
    #[n(3)]
    pub signature: Option<ByteArray<64>>,
}

/// See [`Frame::WantProof`].
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct WantProof {
    /// The log.
    #[n(0)]
    pub log: ByteArray<16>,
}

/// See [`Frame::Proof`].
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct Proof {
    /// As `cremona_envelope::ForkProof` writes it.
    #[n(0)]
    pub bytes: ByteVec,
}

/// See [`Frame::WantBodies`].
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct WantBodies {
    /// The log.
    #[n(0)]
    pub log: ByteArray<16>,
    /// Of which envelopes.
    #[n(1)]
    pub seqs: Vec<u64>,
}

/// See [`Frame::Bodies`].
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct Bodies {
    /// The log.
    #[n(0)]
    pub log: ByteArray<16>,
    /// Seq and sealed body.
    #[n(1)]
    pub bodies: Vec<(u64, ByteVec)>,
}

/// See [`Frame::Notice`]. Sent by mailboxes, on meeting where something is full, and on every change.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct Notice {
    /// Whether it takes nothing new from anyone.
    #[n(0)]
    pub full: bool,
    /// Bytes that it holds.
    #[n(1)]
    pub used: u64,
    /// Bytes that it may hold.
    #[n(2)]
    pub limit: u64,
    /// Devices that have used up their share, of whom it takes nothing new.
    #[n(3)]
    pub devices: Vec<ByteArray<32>>,
}

/// See [`Frame::WantBundle`].
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct WantBundle {
    /// The asker's number of the bundle.
    #[n(0)]
    pub id: u32,
    /// What is to be in it; empty in order to go on with the bundle of this number.
    #[n(1)]
    pub spans: Vec<WireSpan>,
    /// Instead of spans: what is newest of every channel.
    #[n(2)]
    pub newest: bool,
    /// From this byte on.
    #[n(3)]
    pub offset: u32,
    /// At most so many bytes.
    #[n(4)]
    pub len: u32,
    /// Name of the bundle of which the asker has the bytes before `offset`.
    #[n(5)]
    pub name: Option<ByteArray<16>>,
}

/// A stretch of a log on the wire.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct WireSpan {
    /// The log.
    #[n(0)]
    pub log: ByteArray<16>,
    /// After this seq.
    #[n(1)]
    pub after: u64,
    /// Up to this one, and on to the next signature.
    #[n(2)]
    pub upto: u64,
    /// Where the asker knows the envelope at `after`, the first 8 bytes of its id.
    #[n(3)]
    pub base: Option<ByteArray<8>>,
}

/// See [`Frame::Slice`].
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct Slice {
    /// The asker's number of the bundle.
    #[n(0)]
    pub id: u32,
    /// The bundle's name: the first 16 bytes of its BLAKE3 hash.
    #[n(1)]
    pub name: ByteArray<16>,
    /// Bytes of the whole bundle; 0 where there is none.
    #[n(2)]
    pub total: u32,
    /// Where this slice begins.
    #[n(3)]
    pub offset: u32,
    /// The slice.
    #[n(4)]
    pub bytes: ByteVec,
}

/// Why bytes are not a frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FrameError {
    /// No byte at all.
    #[error("an empty frame")]
    Empty,
    /// Over [`MAX_FRAME`].
    #[error("a frame of {0} bytes is over the limit")]
    Long(usize),
    /// Not what its type says.
    #[error("a frame of type {0} can't be read")]
    Form(u8),
}

impl Frame {
    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Hello(body) => with_type(1, body),
            Self::Node(body) => with_type(2, body),
            Self::Entries(body) => with_type(3, body),
            Self::Want(body) => with_type(4, body),
            Self::Run(body) => with_type(5, body),
            Self::Probe(body) => with_type(6, body),
            Self::Headers(body) => with_type(7, body),
            Self::WantProof(body) => with_type(8, body),
            Self::Proof(body) => with_type(9, body),
            Self::WantBodies(body) => with_type(10, body),
            Self::Bodies(body) => with_type(11, body),
            Self::WantBundle(body) => with_type(12, body),
            Self::Slice(body) => with_type(13, body),
            Self::SoftOffer(body) => with_type(20, body),
            Self::SoftWant(body) => with_type(21, body),
            Self::SoftWords(body) => with_type(22, body),
            Self::Notice(body) => with_type(24, body),
            Self::Unknown(number) => vec![*number],
        }
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// [`FrameError`] where the bytes are not one.
    pub fn decode(bytes: &[u8]) -> Result<Self, FrameError> {
        let (&number, body) = bytes.split_first().ok_or(FrameError::Empty)?;
        if bytes.len() > MAX_FRAME {
            return Err(FrameError::Long(bytes.len()));
        }
        let frame = match number {
            1 => minicbor::decode(body).map(Self::Hello),
            2 => minicbor::decode(body).map(Self::Node),
            3 => minicbor::decode(body).map(Self::Entries),
            4 => minicbor::decode(body).map(Self::Want),
            5 => minicbor::decode(body).map(Self::Run),
            6 => minicbor::decode(body).map(Self::Probe),
            7 => minicbor::decode(body).map(Self::Headers),
            8 => minicbor::decode(body).map(Self::WantProof),
            9 => minicbor::decode(body).map(Self::Proof),
            10 => minicbor::decode(body).map(Self::WantBodies),
            11 => minicbor::decode(body).map(Self::Bodies),
            12 => minicbor::decode(body).map(Self::WantBundle),
            13 => minicbor::decode(body).map(Self::Slice),
            20 => minicbor::decode(body).map(Self::SoftOffer),
            21 => minicbor::decode(body).map(Self::SoftWant),
            22 => minicbor::decode(body).map(Self::SoftWords),
            24 => minicbor::decode(body).map(Self::Notice),
            other => Ok(Self::Unknown(other)),
        };
        frame.ok().filter(Self::is_bounded).ok_or(FrameError::Form(number))
    }

    fn is_bounded(&self) -> bool {
        match self {
            Self::Node(Node { prefix, children }) => is_prefix(prefix) && children.len() == 16,
            Self::Entries(Entries { prefix, entries, .. }) => is_prefix(prefix) && entries.len() <= MAX_ITEMS,
            Self::Probe(Probe { seqs, branch, .. }) => seqs.len() <= MAX_ITEMS && (!branch || seqs.len() == 1),
            Self::Headers(Headers { headers, .. }) => headers.len() <= MAX_ITEMS,
            Self::WantBodies(WantBodies { seqs, .. }) => seqs.len() <= MAX_ITEMS,
            Self::Bodies(Bodies { bodies, .. }) => bodies.len() <= MAX_ITEMS,
            Self::SoftOffer(SoftOffer { entries, .. }) => entries.len() <= MAX_WORDS,
            Self::SoftWant(SoftWant { places }) => places.len() <= MAX_WANTED,
            Self::SoftWords(SoftWords { words }) => words.len() <= MAX_WANTED,
            Self::Notice(Notice { devices, .. }) => devices.len() <= MAX_ITEMS,
            Self::WantBundle(WantBundle { spans, .. }) => spans.len() <= MAX_ITEMS,
            Self::Slice(Slice { total, offset, bytes, .. }) => {
                let end = u64::from(*offset).saturating_add(bytes.len().try_into().unwrap_or(u64::MAX));
                end <= u64::from(*total)
            }
            Self::Hello(_) | Self::Want(_) | Self::Run(_) | Self::WantProof(_) | Self::Proof(_) | Self::Unknown(_) => {
                true
            }
        }
    }
}

impl From<&FrontierEntry> for WireEntry {
    fn from(entry: &FrontierEntry) -> Self {
        Self { log: wire(&entry.log()), seq: entry.seq, head: entry.head.0.into(), cut: entry.cut }
    }
}

impl From<&WireEntry> for Told {
    fn from(entry: &WireEntry) -> Self {
        Self { log: LogId(*entry.log), seq: entry.seq, head: EnvelopeId(*entry.head), cut: entry.cut }
    }
}

impl From<&FrontierEntry> for Told {
    fn from(entry: &FrontierEntry) -> Self {
        Self { log: entry.log(), seq: entry.seq, head: entry.head, cut: entry.cut }
    }
}

/// Whether these bytes are a slice of a bundle, by their type.
#[must_use]
pub fn is_slice(bytes: &[u8]) -> bool {
    bytes.first() == Some(&13)
}

/// Whether these are the first nibbles of some log id, written in the only way.
fn is_prefix(nibbles: &[u8]) -> bool {
    nibbles.len() <= MAX_PREFIX && nibbles.iter().all(|nibble| *nibble < 16)
}

/// A log id on the wire.
pub(crate) fn wire(log: &LogId) -> ByteArray<16> {
    log.0.into()
}

fn with_type(number: u8, body: &impl Encode<()>) -> Vec<u8> {
    let mut out = vec![number];
    minicbor::encode(body, &mut out).expect("encoding to a Vec can't fail");
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_hello_has_at_most_64_bytes() {
        let hello = Frame::Hello(Hello { root: [7; 32].into(), genesis: Some([9; 16].into()), bundles: Some(true) });
        let bytes = hello.encode();
        assert!(bytes.len() <= 64, "{}", bytes.len());
        assert_eq!(Frame::decode(&bytes), Ok(hello));
    }

    #[test]
    fn a_newer_type_is_passed_over() {
        assert_eq!(Frame::decode(&[200, 1, 2, 3]), Ok(Frame::Unknown(200)));
    }

    #[test]
    fn a_prefix_is_made_of_nibbles() {
        let node = |nibble| Frame::Node(Node { prefix: vec![nibble].into(), children: vec![[0; 16].into(); 16] });
        assert_eq!(Frame::decode(&node(15).encode()), Ok(node(15)));
        assert_eq!(Frame::decode(&node(16).encode()), Err(FrameError::Form(2)));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(number in 0..32_u8, body in prop::collection::vec(any::<u8>(), 0..200)) {
            let bytes: Vec<u8> = std::iter::once(number).chain(body).collect();
            let _ = Frame::decode(&bytes);
        }
    }
}
