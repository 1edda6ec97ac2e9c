//! What an engine is told when it is opened, and what goes in and out of it.

use cremona_envelope::guard::Location;
use cremona_envelope::{DeviceId, Guard, Secret, WorkspaceId};
use cremona_sync::Peer;

use crate::bundle::check::{Check, Checked};

/// Everything about a node that the store does not hold.
pub struct Settings {
    /// The workspace that the key names.
    pub workspace: WorkspaceId,
    /// The secret that the key carries.
    pub secret: Secret,
    /// Which secret of the workspace it is.
    pub generation: u16,
    /// The name that the member joins under.
    pub name: String,
    /// Which data directory this is.
    pub location: Location,
    /// The guard found for it.
    pub guard: Option<Guard>,
    /// Fresh randomness, for new lives.
    pub random: [u8; 32],
}

/// Something that happened.
#[derive(Debug)]
pub enum Input {
    /// A teammate's node was admitted.
    PeerUp {
        /// Which.
        peer: Peer,
    },
    /// It is gone.
    PeerDown {
        /// Which.
        peer: Peer,
    },
    /// A frame arrived, at most [`cremona_sync::MAX_FRAME`] bytes.
    Frame {
        /// From whom.
        peer: Peer,
        /// The frame.
        bytes: Vec<u8>,
    },
    /// A gossip message arrived and waits for a verdict.
    Gossip {
        /// Who forwarded it.
        peer: Peer,
        /// Names it in the verdict.
        token: u64,
        /// The message.
        bytes: Vec<u8>,
    },
    /// This node can be reached there, as far as it knows: multiaddrs, the best ones first, all of them.
    Reachable {
        /// The multiaddrs.
        addresses: Vec<String>,
    },
    /// A bundle was checked, as [`Effect::Check`] asked for.
    Checked(Box<Checked>),
    /// Time passed.
    Tick,
}

/// Something that the engine wishes to happen, in this order.
#[derive(Debug)]
pub enum Effect {
    /// Replace the guard; nothing that follows may happen before that.
    Guard(Guard),
    /// Send a frame to a peer.
    Send {
        /// To whom.
        peer: Peer,
        /// The frame.
        bytes: Vec<u8>,
    },
    /// Gossip to all.
    Publish {
        /// The message.
        bytes: Vec<u8>,
    },
    /// Say whether a gossip message is passed on.
    Verdict {
        /// Which.
        token: u64,
        /// Pass on, ignore, or count against the sender.
        verdict: Verdict,
    },
    /// Close the connection to a peer.
    Drop {
        /// Which.
        peer: Peer,
        /// Why, in words for `peers`.
        reason: String,
    },
    /// Dial these from now on: a mailbox became known.
    Dial {
        /// `host:port`s.
        addresses: Vec<String>,
    },
    /// A teammate's node can be reached there, it says; all that it said before is void.
    Addresses {
        /// Whose node.
        device: DeviceId,
        /// Multiaddrs, at most 16.
        addresses: Vec<String>,
    },
    /// Run this check, which needs nothing of the engine, and give back what it says as
    /// [`Input::Checked`]; beside the engine, so that both cores have work.
    Check(Box<Check>),
    /// What is this member's alone has changed, and nobody asked for it here: another of their devices said so, or
    /// this one before its directory was restored.
    Mine,
    /// Something new can be read.
    Committed {
        /// The last arrival.
        arrival: u64,
    },
}

/// What to do with a gossip message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Pass it on.
    Accept,
    /// Neither pass it on nor blame anyone.
    Ignore,
    /// Blame the one who sent it.
    Reject,
}
