//! What the replica may look up of what the node holds; the engine answers from its store.

use cremona_envelope::{DeviceId, EnvelopeId, Header, LogId, SoftKind};

use crate::facts::Span;

/// A part of a log, ready to be sent.
#[derive(Clone, Debug, Default)]
pub struct Served {
    /// As `cremona_envelope::run` writes it.
    pub bytes: Vec<u8>,
    /// Seq of its last envelope.
    pub last: u64,
    /// Whether there is more.
    pub more: bool,
}

/// A node's logs, to be read while an input is handled.
pub trait Held {
    /// A run of `log` after `after` up to `upto` and on to the next signature, at most
    /// `max_bytes`; `None` where nothing can be served.
    fn run(&self, log: &LogId, after: u64, upto: u64, max_bytes: usize) -> Option<Served>;

    /// A bundle of `spans`, or where `newest` is set, of what is newest of every channel, at most
    /// [`crate::MAX_BUNDLE`] bytes; spans that do not fit are cut or left out. `None` where there is
    /// nothing to serve.
    fn bundle(&self, spans: &[Span], newest: bool) -> Option<Vec<u8>>;

    /// The id of the envelope at `seq`.
    fn id(&self, log: &LogId, seq: u64) -> Option<EnvelopeId>;

    /// The header of the envelope at `seq`, and its signature where that is kept.
    fn header(&self, log: &LogId, seq: u64) -> Option<(Header, Option<[u8; 64]>)>;

    /// The body of the envelope at `seq` as it travels.
    fn body(&self, log: &LogId, seq: u64) -> Option<Vec<u8>>;

    /// The proof of a log's fork.
    fn proof(&self, log: &LogId) -> Option<Vec<u8>>;

    /// Whether there is room for more of a device's envelopes. What there is none for is neither
    /// wanted nor taken, and nobody is blamed; members have room for all.
    fn has_room(&self, _device: &DeviceId) -> bool {
        true
    }

    /// Whether a device has a log here, so that what it says of itself is taken.
    fn is_member(&self, device: &DeviceId) -> bool;

    /// Whether a node may hold a device's word of this kind. Both ends of a connection have to, or it
    /// is no part of what they compare. Personal state is for the member's own devices and for
    /// mailboxes, of which a mailbox knows that it is one and members know by announcement; anything
    /// else is for all.
    fn may_hold(&self, holder: &DeviceId, owner: &DeviceId, kind: SoftKind) -> bool {
        kind != SoftKind::PERSONAL || holder == owner
    }

    /// A device's latest word of soft state, as it travels.
    fn soft(&self, device: &DeviceId, kind: SoftKind) -> Option<Vec<u8>>;
}
