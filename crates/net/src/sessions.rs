//! Peers and their connections. A *session* is what the owner sees between connected and
//! disconnected: frames in order, none missing. It lives on one connection each way, the one that
//! was admitted first on the sender's side; others are spare and may come and go.
//!
//! A session ends with either of its connections, and then all of the peer's are closed, so that
//! both sides agree that it ended. It also ends when the peer opens a second frame stream on another
//! connection: it began anew and knows the old ones no more, though they are not noticed as dead yet.

use std::time::{Duration, Instant};

use libp2p::core::ConnectedPoint;
use libp2p::swarm::{ConnectionId, Stream};
use libp2p::{Multiaddr, PeerId};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::frame_streams::StreamNews;
use crate::frames::{self, Outbox, Outgoing};
use crate::handle::Event;
use crate::life::{Life, SILENCE, SILENCE_WHEN_BUSY};
use crate::peer::{Direction, Peer};
use crate::task::{FromStream, Task};

/// An admitted connection.
pub(crate) struct Link {
    id: PeerId,
    pub(crate) peer: Peer,
    /// Where; as it was given, if it was.
    address: String,
    /// Where it is, or what it is seen as.
    pub(crate) remote: Multiaddr,
    pub(crate) direction: Direction,
    pub(crate) relayed: bool,
    since: Instant,
    life: Life,
}

/// See the module.
pub(crate) struct Session {
    /// The connection that carries our frames.
    carrier: ConnectionId,
    /// The connection that carries theirs, once they opened a stream.
    inbound: Option<ConnectionId>,
    outbox: Outbox,
    /// The outbox's other end, until there is a stream for it.
    outgoing: Option<Outgoing>,
    /// Reader and writer; they end with the session.
    streams: JoinSet<()>,
}

/// A connection that nothing needs is closed after this; by then both sides know which ones they use.
const SPARE: Duration = Duration::from_secs(10);

impl Session {
    fn uses(&self, connection: ConnectionId) -> bool {
        self.carrier == connection || self.inbound == Some(connection)
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
        let relayed = endpoint.is_relayed();
        let since = Instant::now();
        let link = Link { id, peer, address, remote, direction, relayed, since, life: Life::new() };
        self.links.insert(connection, link);
        self.connect(connection);
    }

    /// Tells of a connection, and begins a session on it where there is none.
    fn connect(&mut self, connection: ConnectionId) {
        let Some(link) = self.links.get(&connection) else { return };
        let (id, peer, address, direction) = (link.id, link.peer, link.address.clone(), link.direction);
        let (first, relayed) = (!self.sessions.contains_key(&peer), link.relayed);
        self.tell(Event::Connected { peer, address, direction, first, relayed });
        if first {
            let (outbox, outgoing) = Outbox::new();
            let outgoing = Some(outgoing);
            let session = Session { carrier: connection, inbound: None, outbox, outgoing, streams: JoinSet::new() };
            self.sessions.insert(peer, session);
            self.swarm.behaviour_mut().gated.inner.frames.open(id, connection);
        }
    }

    /// A frame stream was opened, or can't be.
    pub(crate) fn stream(&mut self, connection: ConnectionId, news: StreamNews) {
        // A connection that is being closed has no link any more.
        let Some(link) = self.links.get(&connection) else { return };
        let peer = link.peer;
        match news {
            StreamNews::Opened(stream) => self.write_to(peer, connection, stream),
            StreamNews::Came(stream) => self.read_from(peer, connection, stream),
            StreamNews::Failed(reason) => self.end(peer, &reason, None),
        }
    }

    fn write_to(&mut self, peer: Peer, connection: ConnectionId, stream: Stream) {
        let (Some(session), Some(link)) = (self.sessions.get_mut(&peer), self.links.get(&connection)) else { return };
        if session.carrier == connection
            && let Some(outgoing) = session.outgoing.take()
        {
            let (life, told) = (link.life.clone(), self.from_streams.0.clone());
            session.streams.spawn(async move {
                if let Err(error) = frames::write(stream, outgoing, life).await {
                    // A task that has stopped has no use for it.
                    let _ = told.send(FromStream { connection, what: Err(error.to_string()) }).await;
                }
            });
        }
    }

    fn read_from(&mut self, peer: Peer, connection: ConnectionId, stream: Stream) {
        let Some(session) = self.sessions.get(&peer) else { return };
        match session.inbound {
            None => {}
            Some(inbound) if inbound == connection || session.carrier == connection => {
                return self.end(peer, "it opened a second frame stream", None);
            }
            Some(_) => {
                self.end(peer, "it began anew", Some(connection));
                self.connect(connection);
            }
        }
        let (Some(session), Some(link)) = (self.sessions.get_mut(&peer), self.links.get(&connection)) else { return };
        session.inbound = Some(connection);
        session.streams.spawn(read_all(
            stream,
            self.room.clone(),
            link.life.clone(),
            connection,
            self.from_streams.0.clone(),
        ));
    }

    /// A frame arrived, or the stream ended; neither counts once the session has.
    pub(crate) fn told_by_stream(&mut self, FromStream { connection, what }: FromStream) {
        let Some(link) = self.links.get(&connection) else { return };
        let peer = link.peer;
        let Some(session) = self.sessions.get(&peer) else { return };
        match what {
            Ok(frame) if session.inbound == Some(connection) => self.tell(Event::Frame { peer, frame }),
            Ok(_) => {}
            Err(reason) => self.end(peer, &reason, None),
        }
    }

    /// Queues a frame for a peer.
    pub(crate) fn send(&mut self, peer: Peer, bytes: Vec<u8>) {
        let Some(session) = self.sessions.get(&peer) else { return };
        if let Err(error) = session.outbox.put(bytes) {
            self.end(peer, &error.to_string(), None);
        }
    }

    /// An admitted connection is gone.
    pub(crate) fn gone(&mut self, connection: ConnectionId, reason: &str) {
        self.forget_relay(connection);
        let Some(link) = self.links.remove(&connection) else { return };
        let carries = |session: &Session| session.carrier == connection || session.inbound == Some(connection);
        if self.sessions.get(&link.peer).is_some_and(carries) {
            self.end(link.peer, reason, None);
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
            self.swarm.close_connection(connection);
        }
        self.tell(Event::Disconnected { peer, reason: reason.to_owned() });
    }

    /// A connection answered a ping.
    pub(crate) fn alive(&self, connection: ConnectionId) {
        if let Some(link) = self.links.get(&connection) {
            link.life.sign();
        }
    }

    /// Gives up connections that have been silent for too long.
    pub(crate) fn give_up_silent(&mut self, now: Instant) {
        let silent: Vec<_> =
            self.links.iter().filter(|(id, link)| self.is_silent(**id, link, now)).map(|(id, _)| *id).collect();
        for connection in silent {
            self.swarm.close_connection(connection);
            self.gone(connection, "it gives no sign of life");
        }
    }

    /// Closes connections that carry nothing and are not new.
    pub(crate) fn close_spares(&mut self, now: Instant) {
        let spare = |connection: &ConnectionId, link: &mut Link| {
            let used = self.sessions.get(&link.peer).is_some_and(|session| session.uses(*connection));
            !used && now.saturating_duration_since(link.since) >= SPARE
        };
        let spares: Vec<_> = self.links.extract_if(spare).map(|(connection, _)| connection).collect();
        for connection in spares {
            self.forget_relay(connection);
            self.swarm.close_connection(connection);
        }
    }

    /// For the owner.
    pub(crate) fn links(&self) -> Vec<crate::handle::Link> {
        let mut links: Vec<_> = self.sessions.iter().filter_map(|(peer, session)| self.link(*peer, session)).collect();
        links.sort_by_key(|link| link.peer);
        links
    }

    fn link(&self, peer: Peer, session: &Session) -> Option<crate::handle::Link> {
        let carrier = self.links.get(&session.carrier)?;
        let connections = self.links.values().filter(|link| link.peer == peer).count();
        let (received, sent) = self.traffic.with(&carrier.id);
        let (address, relayed) = (carrier.address.clone(), carrier.relayed);
        Some(crate::handle::Link { peer, address, relayed, connections, received, sent })
    }

    fn is_silent(&self, connection: ConnectionId, link: &Link, now: Instant) -> bool {
        let busy = |session: &Session| session.carrier == connection && session.outbox.is_busy();
        let busy = self.sessions.get(&link.peer).is_some_and(busy);
        link.life.is_silent(now, if busy { SILENCE_WHEN_BUSY } else { SILENCE })
    }
}

async fn read_all(
    mut stream: Stream,
    room: std::sync::Arc<tokio::sync::Semaphore>,
    life: Life,
    connection: ConnectionId,
    told: mpsc::Sender<FromStream>,
) {
    loop {
        let what = match frames::read(&mut stream, &room, &life).await {
            Ok(Some(frame)) => Ok(frame),
            Ok(None) => Err("it closed".to_owned()),
            Err(error) => Err(format!("its frame stream ended: {error}")),
        };
        let last = what.is_err();
        if told.send(FromStream { connection, what }).await.is_err() || last {
            return;
        }
    }
}
