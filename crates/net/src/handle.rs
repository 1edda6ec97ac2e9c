//! What the owner of a network holds: orders go in, events come out, all plain values.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use crate::frames::Frame;
use crate::peer::{Direction, Peer};
use crate::reach::Reachability;

/// How a node is on the network.
#[derive(Clone)]
pub struct Settings {
    /// The device's Ed25519 secret, which is the libp2p identity too.
    pub identity_seed: [u8; 32],
    /// The workspace.
    pub workspace: [u8; 16],
    /// Key of the proof of membership.
    pub knock: [u8; 32],
    /// `HOST:PORT`s to listen on, TCP and QUIC; port 0 takes any.
    pub listen: Vec<String>,
    /// Whether to look for teammates on the local network.
    pub mdns: bool,
    /// Whether teammates who can't be reached otherwise may be reached through this node.
    pub relay: bool,
    /// Whether to ask the gateway, where there is one, to let teammates in.
    pub upnp: bool,
}

/// Names a gossip message until its verdict. While as many as [`crate::MAX_GOSSIP_WAITING`] tokens
/// exist, further messages are ignored; so give the verdict, or drop the token.
#[derive(Clone, Debug)]
pub struct GossipToken {
    pub(crate) message: Vec<u8>,
    pub(crate) from: Peer,
    pub(crate) _permit: Arc<OwnedSemaphorePermit>,
}

/// What becomes of a gossip message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It is passed on.
    Accept,
    /// It is not, and nobody is blamed.
    Ignore,
    /// It is not, and the sender is blamed.
    Reject,
}

/// Something that happened.
#[derive(Debug)]
pub enum Event {
    /// This node can be reached here, for all it knows.
    Listening {
        /// A multiaddr that can be dialled.
        address: String,
    },
    /// It can't any more.
    ListenerGone {
        /// The multiaddr.
        address: String,
    },
    /// A peer was admitted.
    Connected {
        /// Which.
        peer: Peer,
        /// Where; as it was given to [`Handle::dial`], if it was.
        address: String,
        /// Who began.
        direction: Direction,
        /// False for a further connection to a peer that is connected already.
        first: bool,
        /// Whether it leads through another peer, who sees ciphertext only.
        relayed: bool,
    },
    /// What is sent to a peer takes another of its connections from now on: a direct one, that came
    /// to be while it led through a relay. Nothing is lost by that.
    Moved {
        /// Which peer.
        peer: Peer,
        /// Where.
        address: String,
    },
    /// The last connection to a peer is gone.
    Disconnected {
        /// Which.
        peer: Peer,
        /// Why.
        reason: String,
    },
    /// A frame came.
    Frame {
        /// From whom.
        peer: Peer,
        /// The frame.
        frame: Frame,
    },
    /// A gossip message came and waits for its verdict.
    Gossip {
        /// Names it.
        token: GossipToken,
        /// Who forwarded it.
        peer: Peer,
        /// The message.
        bytes: Vec<u8>,
    },
    /// A connection was refused at the gate. Of those that others began, only so many a second are told.
    Refused {
        /// Where; as it was given to [`Handle::dial`], if it was.
        address: String,
        /// Why.
        reason: String,
    },
    /// An address could not be reached.
    DialFailed {
        /// As it was given.
        address: String,
        /// Why.
        reason: String,
    },
    /// Teammates can reach this node here: they did, or the gateway says so, or it leads through a
    /// relay and then has `/p2p-circuit` in it.
    External {
        /// A multiaddr to publish; a relayed one ends with this node's id, a direct one does not.
        address: String,
    },
    /// They can't any more.
    ExternalGone {
        /// The multiaddr.
        address: String,
    },
    /// A peer relays to this node.
    RelayFound {
        /// Which.
        peer: Peer,
    },
    /// It does not any more, or would not.
    RelayLost {
        /// Which.
        peer: Peer,
        /// Why.
        reason: String,
    },
    /// A direct connection to a relayed peer was tried, in vain.
    PunchFailed {
        /// Which.
        peer: Peer,
        /// Why.
        reason: String,
    },
    /// The machine slept, or its clock was set forward: what was tried in vain may go now.
    Woke,
    /// A teammate, or anyone, on the local network.
    Discovered {
        /// A multiaddr.
        address: String,
    },
}

/// Counts for tests and `status`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Connections begun by others that have not proven membership yet.
    pub waiting: usize,
    /// Connections in all, but for those that are only being set up.
    pub connections: usize,
    /// Admitted peers.
    pub peers: usize,
    /// Dials that are under way.
    pub dials: usize,
    /// Connections that were refused at the gate, since the start.
    pub refused: u64,
}

/// How one peer is connected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Which.
    pub peer: Peer,
    /// Where what is sent goes; as it was given to [`Handle::dial`], if it was.
    pub address: String,
    /// Whether that leads through another peer.
    pub relayed: bool,
    /// How many connections there are.
    pub connections: usize,
    /// Bytes received on all streams since the first of its connections, without what encryption and
    /// transport add.
    pub received: u64,
    /// Bytes sent, likewise.
    pub sent: u64,
}

/// Where this node can be reached from elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Whether others can dial it without a relay.
    pub reachability: Reachability,
    /// As told by [`Event::External`].
    pub addresses: Vec<String>,
    /// Peers that relay to it.
    pub relays: Vec<Peer>,
}

#[derive(Debug)]
pub(crate) enum Order {
    Dial(String),
    Dialled(String, Result<Vec<libp2p::Multiaddr>, String>),
    Send { peer: Peer, bytes: Vec<u8>, first: bool },
    Publish(Vec<u8>),
    Verdict(GossipToken, Verdict),
    Drop(Peer, String),
    Stats(oneshot::Sender<Stats>),
    Links(oneshot::Sender<Vec<Link>>),
    Standing(oneshot::Sender<Standing>),
    Stop(oneshot::Sender<()>),
}

/// Gives orders to a network. Orders are few and small but for frames, whose bytes are bounded for
/// each peer, so the queue of orders needs no bound of its own.
#[derive(Clone)]
pub struct Handle {
    pub(crate) orders: mpsc::UnboundedSender<Order>,
}

impl Handle {
    /// Tries an address: a multiaddr or `host:port`. The result comes as an event.
    pub fn dial(&self, address: &str) {
        self.order(Order::Dial(address.to_owned()));
    }

    /// Sends a frame of at most [`crate::MAX_FRAME`] bytes; frames to one peer arrive in order, and
    /// none is missing until [`Event::Disconnected`]. A peer that is gone gets none; one for which
    /// more than [`crate::OUTBOX`] bytes would wait is closed.
    pub fn send(&self, peer: Peer, bytes: Vec<u8>) {
        self.order(Order::Send { peer, bytes, first: false });
    }

    /// Sends a frame that overtakes those which wait, if it is at most 8 KiB; such frames keep their
    /// order among themselves. A longer one is sent as by [`Self::send`].
    pub fn send_first(&self, peer: Peer, bytes: Vec<u8>) {
        self.order(Order::Send { peer, bytes, first: true });
    }

    /// Gossips to all, at most [`crate::MAX_GOSSIP`] bytes with some bytes of overhead. With nobody
    /// to hear it, or said already within the last minute, it is dropped.
    pub fn publish(&self, bytes: Vec<u8>) {
        self.order(Order::Publish(bytes));
    }

    /// Says what becomes of a gossip message.
    pub fn verdict(&self, token: GossipToken, verdict: Verdict) {
        self.order(Order::Verdict(token, verdict));
    }

    /// Closes all connections to a peer; [`Event::Disconnected`] gives this reason.
    pub fn drop_peer(&self, peer: Peer, reason: &str) {
        self.order(Order::Drop(peer, reason.to_owned()));
    }

    /// Counts, once the network gets to it; zeros where it has stopped.
    pub async fn stats(&self) -> Stats {
        let (reply, answer) = oneshot::channel();
        self.order(Order::Stats(reply));
        answer.await.unwrap_or_default()
    }

    /// How peers are connected, in order of their keys.
    pub async fn links(&self) -> Vec<Link> {
        let (reply, answer) = oneshot::channel();
        self.order(Order::Links(reply));
        answer.await.unwrap_or_default()
    }

    /// Where this node can be reached from elsewhere.
    pub async fn standing(&self) -> Standing {
        let (reply, answer) = oneshot::channel();
        self.order(Order::Standing(reply));
        answer.await.unwrap_or_default()
    }

    /// Ends the network.
    pub async fn stop(&self) {
        let (reply, done) = oneshot::channel();
        self.order(Order::Stop(reply));
        // An error means that it has stopped already.
        let _ = done.await;
    }

    pub(crate) fn order(&self, order: Order) {
        // A network that has stopped takes no orders; its owner hears of that by the events' end.
        let _ = self.orders.send(order);
    }
}
