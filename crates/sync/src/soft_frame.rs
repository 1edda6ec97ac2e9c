//! The frames of soft state: what is on offer, what is wanted, the words themselves.

use cremona_envelope::{DeviceId, SoftKind, Time};
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};

/// Most words that a node holds, hence most entries of an offer: 2,048 devices with two each,
/// or 1,365 whose personal state a mailbox holds too.
pub const MAX_WORDS: usize = 4_096;
/// Most words that are wanted at once.
pub const MAX_WANTED: usize = 64;

/// The words that a node holds, or those that are new.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct SoftOffer {
    /// The sender's clock, ms since 1970.
    #[n(0)]
    pub time: u64,
    /// Hash of all that it holds; zeros where that is nothing.
    #[n(1)]
    pub digest: ByteArray<16>,
    /// Whether the entries are all that it holds, to be answered with what it lacks.
    #[n(2)]
    pub all: bool,
    /// At most [`MAX_WORDS`]. None and not all: only the digest is told.
    #[n(3)]
    pub entries: Vec<SoftEntry>,
}

/// A word on offer.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct SoftEntry {
    /// Whose, and about what.
    #[n(0)]
    pub place: SoftPlace,
    /// Its time.
    #[n(1)]
    pub time: u64,
}

/// Where a word belongs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Encode, Decode)]
#[cbor(array)]
pub struct SoftPlace {
    /// The first 8 bytes of the device.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub device: [u8; 8],
    /// The kind.
    #[n(1)]
    pub kind: u8,
}

/// Send me these words.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct SoftWant {
    /// At most [`MAX_WANTED`].
    #[n(0)]
    pub places: Vec<SoftPlace>,
}

/// Words that were wanted, as far as they are here and fit.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct SoftWords {
    /// As `cremona_envelope::soft` writes them, at most [`MAX_WANTED`].
    #[n(0)]
    pub words: Vec<ByteVec>,
}

impl SoftPlace {
    /// The place of a device's word.
    #[must_use]
    pub fn of(device: &DeviceId, kind: SoftKind) -> Self {
        let [a, b, c, d, e, f, g, h, ..] = device.0;
        Self { device: [a, b, c, d, e, f, g, h], kind: kind.0 }
    }

    /// The first and the last device that it may mean.
    pub(crate) fn devices(&self) -> (DeviceId, DeviceId) {
        let fill = |filler: u8| {
            let mut all = self.device.into_iter().chain(std::iter::repeat(filler));
            DeviceId(std::array::from_fn(|_| all.next().unwrap_or(filler)))
        };
        (fill(0), fill(0xff))
    }
}

impl SoftEntry {
    /// A word on offer.
    #[must_use]
    pub fn new(device: &DeviceId, kind: SoftKind, time: Time) -> Self {
        Self { place: SoftPlace::of(device, kind), time: time.0 }
    }
}
