//! Peers and their connections. A *session* is what the owner sees between connected and
//! disconnected: frames in order, none missing. It lives on one connection each way, the one that
//! was admitted first on the sender's side; others are spare and may come and go. Only where that
//! one is relayed, a direct one takes its place (see `streams`).
//!
//! A session ends with either of its connections, and then all of the peer's are closed, so that
//! both sides agree that it ended. It also ends when the peer opens a frame stream of another
//! session: it began anew and knows the old one no more, though that is not noticed as dead yet.

use std::sync::Arc;
use std::time::Instant;

use libp2p::core::ConnectedPoint;
use libp2p::swarm::{ConnectionId, Stream};
use libp2p::{Multiaddr, PeerId};
use tokio::task::JoinSet;

use crate::frames::{SessionId, Taken};
use crate::handle::Event;
use crate::life::Life;
use crate::peer::{Direction, Peer};
use crate::post::Post;
use crate::task::Task;

/// An admitted connection.
pub(crate) struct Link {
    pub(crate) id: PeerId,
    pub(crate) peer: Peer,
    /// Where; as it was given, if it was.
    pub(crate) address: String,
    /// Where it is, or what it is seen as.
    pub(crate) remote: Multiaddr,
    pub(crate) direction: Direction,
    pub(crate) relayed: bool,
    /// When it was last of use.
    pub(crate) used: Instant,
    /// Read the beginnings of streams that the peer opened; they end with the connection.
    pub(crate) greetings: JoinSet<()>,
}

/// See the module.
pub(crate) struct Session {
    /// Tells it from others with the same peer.
    pub(crate) serial: u64,
    /// Names it to the peer.
    pub(crate) id: SessionId,
    /// The connection that carries our frames.
    pub(crate) carrier: ConnectionId,
    /// The one that is to, once it has a stream.
    pub(crate) moving: Option<ConnectionId>,
    /// What carries theirs, once they opened a stream.
    pub(crate) inbound: Option<Inbound>,
    pub(crate) post: Arc<Post>,
    pub(crate) life: Life,
    /// When the peer was last asked whether it is there.
    pub(crate) asked: Option<Instant>,
    /// Since when there is reason to think that it may be gone.
    pub(crate) suspect: Option<Instant>,
    /// Reader and writer; they end with the session.
    pub(crate) tasks: JoinSet<()>,
}

/// What carries a peer's frames.
pub(crate) struct Inbound {
    pub(crate) id: SessionId,
    /// The connection of the stream that is read, or was last.
    pub(crate) connection: ConnectionId,
    /// Between two streams: what was taken in so far.
    pub(crate) paused: Option<Taken>,
    /// The number of the stream to be read next.
    pub(crate) number: u8,
    /// Streams that are here and not read yet.
    pub(crate) waiting: Vec<(u8, ConnectionId, Stream)>,
}

impl Session {
    /// Whether it needs a connection.
    pub(crate) fn uses(&self, connection: ConnectionId) -> bool {
        self.carrier == connection
            || self.moving == Some(connection)
            || self.inbound.as_ref().is_some_and(|inbound| inbound.uses(connection))
    }

    /// Whether it can't go on without a connection.
    fn ends_with(&self, connection: ConnectionId) -> bool {
        self.carrier == connection || self.inbound.as_ref().is_some_and(|inbound| inbound.uses(connection))
    }
}

impl Inbound {
    fn uses(&self, connection: ConnectionId) -> bool {
        let reading = self.paused.is_none() && self.connection == connection;
        reading || self.waiting.iter().any(|(_, waits, _)| *waits == connection)
    }
}

impl Task {
    /// A connection was admitted.
    pub(crate) fn admitted(&mut self, id: PeerId, connection: ConnectionId, endpoint: &ConnectedPoint) {
        let Some(peer) = Peer::from_id(&id) else { return };
        let dialled = self.dials.answered(connection);
        let direction = if endpoint.is_dialer() { Direction::Dialled } else { Direction::Accepted };
        let remote = endpoint.get_remote_address().clone();
        let address = dialled.unwrap_or_else(|| remote.to_string());
        let (relayed, used, greetings) = (endpoint.is_relayed(), Instant::now(), JoinSet::new());
        self.links.insert(connection, Link { id, peer, address, remote, direction, relayed, used, greetings });
        self.connect(connection);
        self.prefer(peer, connection);
    }

    /// Tells of a connection, and begins a session on it where there is none.
    pub(crate) fn connect(&mut self, connection: ConnectionId) {
        let Some(link) = self.links.get(&connection) else { return };
        let (id, peer, address, direction) = (link.id, link.peer, link.address.clone(), link.direction);
        let (first, relayed) = (!self.sessions.contains_key(&peer), link.relayed);
        self.tell(Event::Connected { peer, address, direction, first, relayed });
        if first {
            self.begin(peer, id, connection);
        }
    }

    fn begin(&mut self, peer: Peer, id: PeerId, connection: ConnectionId) {
        let mut name = SessionId::default();
        if let Err(error) = getrandom::fill(&mut name) {
            tracing::error!(%error, "no random numbers, hence no session");
            self.swarm.close_connection(connection);
            return;
        }
        self.serial = self.serial.wrapping_add(1);
        let mut session = Session {
            serial: self.serial,
            id: name,
            carrier: connection,
            moving: None,
            inbound: None,
            post: Arc::new(Post::new()),
            life: Life::new(),
            asked: None,
            suspect: None,
            tasks: JoinSet::new(),
        };
        self.write(peer, &mut session);
        self.sessions.insert(peer, session);
        self.swarm.behaviour_mut().gated.inner.frames.open(id, connection);
    }

    /// Queues a frame for a peer.
    pub(crate) fn send(&mut self, peer: Peer, bytes: Vec<u8>, first: bool) {
        let Some(session) = self.sessions.get(&peer) else { return };
        if let Err(error) = session.post.put(bytes, first) {
            self.end(peer, &error.to_string(), None);
        }
    }

    /// An admitted connection is gone.
    pub(crate) fn gone(&mut self, connection: ConnectionId, reason: &str) {
        self.relays.withdraws(connection);
        let Some(link) = self.links.remove(&connection) else { return };
        let Some(session) = self.sessions.get_mut(&link.peer) else { return };
        if session.ends_with(connection) {
            self.end(link.peer, reason, None);
        } else if session.moving == Some(connection) {
            session.moving = None;
        }
    }

    /// Ends a peer's session, if it has one, and closes its connections but one.
    pub(crate) fn end(&mut self, peer: Peer, reason: &str, keep: Option<ConnectionId>) {
        if self.sessions.remove(&peer).is_none() {
            return;
        }
        let closing = |connection: &ConnectionId, link: &mut Link| link.peer == peer && keep != Some(*connection);
        let closing: Vec<_> = self.links.extract_if(closing).map(|(connection, _)| connection).collect();
        for connection in closing {
            self.relays.withdraws(connection);
            self.swarm.close_connection(connection);
        }
        self.tell(Event::Disconnected { peer, reason: reason.to_owned() });
    }
}
