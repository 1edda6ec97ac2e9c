//! What goes into a replica and what comes out of it: facts and wishes.

use cremona_envelope::{DeviceId, Head, LifeId, LogId, SoftKind, Verified, VerifiedSoft};

use crate::frame::Notice;
use crate::peer::{DropReason, Peer};
use crate::trie::FrontierEntry;

/// Longest gossip message, in bytes.
pub const MAX_GOSSIP: usize = 65_536;

/// A fact.
#[derive(Debug)]
pub enum Input {
    /// A peer was admitted.
    PeerUp {
        /// Which.
        peer: Peer,
    },
    /// It is gone.
    PeerDown {
        /// Which.
        peer: Peer,
    },
    /// It sent a frame.
    FrameReceived {
        /// Which.
        peer: Peer,
        /// The frame.
        bytes: Vec<u8>,
    },
    /// It forwarded a gossip message.
    GossipReceived {
        /// Which.
        peer: Peer,
        /// Names the message in the verdict.
        token: u64,
        /// The message.
        bytes: Vec<u8>,
    },
    /// This node wrote envelopes of its own; they are durable when outputs are carried out.
    Appended {
        /// In order of seq, of one log.
        envelopes: Vec<Verified>,
    },
    /// This node lacks bodies that nothing explains.
    BodiesMissing {
        /// Whom to ask.
        peer: Peer,
        /// Log and seq.
        places: Vec<(LogId, u64)>,
    },
    /// This node said something about itself; it is kept when outputs are carried out.
    SoftSaid {
        /// The word.
        soft: VerifiedSoft,
    },
    /// A bundle was checked, as [`Output::Check`] asked for.
    Checked {
        /// Which.
        ticket: u32,
        /// Its spans, in the order that they stand in it, each proven by its last signature.
        result: Result<Vec<CheckedSpan>, BundleError>,
    },
    /// Time passed.
    Tick,
}

/// A stretch of a log: after one seq and up to another, and on to the next signature.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// The log.
    pub log: LogId,
    /// After this seq.
    pub after: u64,
    /// Up to this one.
    pub upto: u64,
    /// Where the asker has the envelope at `after`, the first 8 bytes of its id: then the bundle need
    /// not say where the span begins.
    pub base: Option<[u8; 8]>,
}

/// Where a span begins, as the asker knows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Base {
    /// The device.
    pub device: DeviceId,
    /// The life.
    pub life: LifeId,
    /// The head.
    pub head: Head,
}

/// A span of a bundle that is proven, if its log comes to the head that it begins at.
#[derive(Clone, Debug)]
pub struct CheckedSpan {
    /// The log.
    pub log: LogId,
    /// The device.
    pub device: DeviceId,
    /// The life.
    pub life: LifeId,
    /// The head that it begins at, as the peer says; all but its time follows from the signature.
    pub base: Head,
    /// The head that it ends at.
    pub end: Head,
    /// The first envelope, where it starts the log.
    pub first: Option<Verified>,
}

/// Why a bundle is not taken.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BundleError {
    /// A key is missing here, so its spans have to come as runs.
    #[error("a bundle is sealed under a key that is not here")]
    NoKey,
    /// It is not what an honest peer sends.
    #[error("{0}")]
    Lie(String),
}

impl From<cremona_envelope::columns::Short> for BundleError {
    fn from(_: cremona_envelope::columns::Short) -> Self {
        Self::Lie("a bundle that ends too early".to_owned())
    }
}

/// A wish.
#[derive(Debug)]
pub enum Output {
    /// Send a frame.
    Send {
        /// To whom.
        peer: Peer,
        /// The frame.
        bytes: Vec<u8>,
    },
    /// Gossip.
    Publish {
        /// The message.
        bytes: Vec<u8>,
    },
    /// What to do with a gossip message.
    Verdict {
        /// Which.
        token: u64,
        /// The verdict.
        verdict: Verdict,
    },
    /// Store these: verified, of one log, and next in it.
    Accept {
        /// In order of seq.
        envelopes: Vec<Verified>,
    },
    /// Store these bodies, if they are the ones that their headers describe.
    AcceptBodies {
        /// The log.
        log: LogId,
        /// Seq and sealed body.
        bodies: Vec<(u64, Vec<u8>)>,
    },
    /// Keep this word of soft state, in the place of the one before.
    AcceptSoft {
        /// The word.
        soft: VerifiedSoft,
        /// What is to be forgotten for it, where there are too many.
        instead_of: Option<(DeviceId, SoftKind)>,
    },
    /// Check a bundle and tell with [`Input::Checked`]; keep what was in it until told.
    Check {
        /// Names it.
        ticket: u32,
        /// The bundle, at most [`crate::MAX_BUNDLE`] bytes.
        bytes: Vec<u8>,
        /// Where the spans that were asked for begin, in the order in which they were; `None` where
        /// the bundle has to say it.
        bases: Vec<Option<Base>>,
    },
    /// Store a span of a checked bundle: it is next in its log. Once for each span at most.
    Take {
        /// Which bundle.
        ticket: u32,
        /// Which of its spans.
        index: usize,
    },
    /// Show what is in a checked bundle of newest messages, though their logs have not come so far.
    TakeNewest {
        /// Which.
        ticket: u32,
    },
    /// Show a live envelope though its log, which is here, has not come so far.
    ShowEarly {
        /// The envelope.
        envelope: Box<Verified>,
    },
    /// Keep a piece of a bundle, so that a node that stops goes on where it was; losing it loses time.
    KeepPart {
        /// What was asked for, opaque.
        spans: Vec<u8>,
        /// Name of the whole bundle.
        name: [u8; 16],
        /// Where these bytes begin in it.
        at: u32,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// Forget all pieces of a bundle.
    DropPart {
        /// What was asked for.
        spans: Vec<u8>,
    },
    /// Forget all pieces of all bundles.
    DropParts,
    /// A span of a checked bundle is of no use.
    Forget {
        /// Which bundle.
        ticket: u32,
        /// Which of its spans; `None` for all that were not taken.
        index: Option<usize>,
    },
    /// A log is proven to be forked: it counts only below `seq`.
    Cut {
        /// The log.
        log: LogId,
        /// The first seq that does not count.
        seq: u64,
        /// The proof.
        proof: Vec<u8>,
    },
    /// Close the connection.
    Drop {
        /// To whom.
        peer: Peer,
        /// Why.
        reason: DropReason,
    },
    /// A mailbox says how full it is.
    Notice {
        /// Who says so; perhaps no mailbox.
        peer: Peer,
        /// What it says.
        notice: Notice,
    },
    /// Both hold the same set.
    InSync {
        /// Both who.
        peer: Peer,
    },
}

/// See [`Output::Verdict`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Pass it on.
    Accept,
    /// Don't, and blame nobody.
    Ignore,
    /// Don't, and blame the sender.
    Reject,
}

/// A log as it stands when the replica starts.
#[derive(Clone, Copy, Debug)]
pub struct LogStart {
    /// What counts of it.
    pub entry: FrontierEntry,
    /// Its head, also beyond a cut.
    pub head: Head,
}

/// How far a peer and this node are apart, as far as is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Both hold the same set.
    pub in_sync: bool,
    /// Envelopes to receive.
    pub to_receive: u64,
    /// Envelopes to send.
    pub to_send: u64,
}
