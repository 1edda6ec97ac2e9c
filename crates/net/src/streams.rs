//! The part of the task that gives sessions their streams, and moves them from a relayed connection
//! to a direct one: the sender says so on the old stream and goes on with a new one under the same
//! session's id; the receiver reads the old one to that word, and then the new one. So nothing is
//! lost, doubled or reordered, even within a frame.

use libp2p::swarm::{ConnectionId, Stream};

use crate::frame_streams::StreamNews;
use crate::frames::{self, Greeting, News, Reading, Taken};
use crate::handle::Event;
use crate::peer::Peer;
use crate::sessions::{Inbound, Session};
use crate::task::{FromStream, Task, What};

/// Streams that a peer may open on one connection; a good one opens one, and another if it moves.
const MAX_GREETINGS: usize = 4;
/// Streams of a session that wait for the ones before them: by different connections, a later one may
/// come earlier.
const MAX_WAITING: usize = 2;

impl Task {
    /// Has a direct connection carry what a relayed one did.
    pub(crate) fn prefer(&mut self, peer: Peer, connection: ConnectionId) {
        let direct = |id: &ConnectionId| self.links.get(id).is_some_and(|link| !link.relayed);
        let better = self
            .sessions
            .get(&peer)
            .is_some_and(|session| session.moving.is_none() && !direct(&session.carrier) && direct(&connection));
        if let (true, Some(session), Some(id)) = (better, self.sessions.get_mut(&peer), peer.id()) {
            session.moving = Some(connection);
            self.swarm.behaviour_mut().gated.inner.frames.open(id, connection);
        }
    }

    /// A frame stream was opened, or can't be.
    pub(crate) fn stream(&mut self, connection: ConnectionId, news: StreamNews) {
        // A connection that is being closed has no link any more.
        let Some(link) = self.links.get(&connection) else { return };
        let peer = link.peer;
        match news {
            StreamNews::Opened(stream) => self.opened(peer, connection, stream),
            StreamNews::Came(stream) => self.came(peer, connection, stream),
            StreamNews::Failed(reason) => self.failed(peer, connection, &reason),
        }
    }

    fn opened(&mut self, peer: Peer, connection: ConnectionId, stream: Stream) {
        let Some(session) = self.sessions.get_mut(&peer) else { return };
        let address = self.links.get(&connection).map(|link| link.address.clone()).unwrap_or_default();
        if session.moving == Some(connection) {
            session.moving = None;
            session.carrier = connection;
            session.post.take(stream);
            self.tell(Event::Moved { peer, address });
        } else if session.carrier == connection {
            session.post.take(stream);
        }
    }

    fn failed(&mut self, peer: Peer, connection: ConnectionId, reason: &str) {
        let Some(session) = self.sessions.get_mut(&peer) else { return };
        if session.moving == Some(connection) {
            session.moving = None;
        } else if session.carrier == connection {
            self.end(peer, reason, None);
        }
    }

    /// Starts what writes a session's frames.
    pub(crate) fn write(&self, peer: Peer, session: &mut Session) {
        let (post, id, serial, told) = (session.post.clone(), session.id, session.serial, self.from_streams.0.clone());
        session.tasks.spawn(async move {
            if let Err(error) = frames::write(post, id).await {
                let what = What::Ended { peer, serial, reason: error.to_string() };
                // A task that has stopped has no use for it.
                let _ = told.send(FromStream(what)).await;
            }
        });
    }

    /// The peer opened a stream; first of all it says of which session.
    fn came(&mut self, peer: Peer, connection: ConnectionId, mut stream: Stream) {
        let Some(link) = self.links.get_mut(&connection) else { return };
        if link.greetings.len() >= MAX_GREETINGS {
            return self.end(peer, "it opened too many frame streams", None);
        }
        let told = self.from_streams.0.clone();
        link.greetings.spawn(async move {
            // A stream that ends before it says so was none.
            if let Ok(greeting) = frames::greeting(&mut stream).await {
                let _ = told.send(FromStream(What::Greeted { peer, connection, greeting, stream })).await;
            }
        });
    }

    /// What a reader or writer tells; nothing counts once its session has ended.
    pub(crate) fn told_by_stream(&mut self, FromStream(what): FromStream) {
        let current = |task: &Self, peer: &Peer, serial: u64| {
            task.sessions.get(peer).is_some_and(|session| session.serial == serial)
        };
        match what {
            What::Greeted { peer, connection, greeting, stream } => self.greeted(peer, connection, greeting, stream),
            What::Frame { peer, serial, frame } if current(self, &peer, serial) => {
                self.tell(Event::Frame { peer, frame });
            }
            What::Moving { peer, serial, taken } if current(self, &peer, serial) => self.left(peer, taken),
            What::Ended { peer, serial, reason } if current(self, &peer, serial) => self.end(peer, &reason, None),
            What::Frame { .. } | What::Moving { .. } | What::Ended { .. } => {}
        }
    }

    fn greeted(&mut self, peer: Peer, connection: ConnectionId, greeting: Greeting, stream: Stream) {
        if !self.links.contains_key(&connection) {
            return;
        }
        let Some(session) = self.sessions.get_mut(&peer) else { return };
        match &session.inbound {
            Some(inbound) if inbound.id == greeting.session => {}
            Some(inbound) if inbound.connection == connection || session.carrier == connection => {
                return self.end(peer, "it opened a stream of a second session", None);
            }
            Some(_) => {
                self.end(peer, "it began anew", Some(connection));
                self.connect(connection);
            }
            None => {}
        }
        let Some(session) = self.sessions.get_mut(&peer) else { return };
        let inbound = session.inbound.get_or_insert_with(|| Inbound {
            id: greeting.session,
            connection,
            paused: Some(Taken::default()),
            number: 0,
            waiting: Vec::new(),
        });
        let again =
            greeting.number < inbound.number || inbound.waiting.iter().any(|(known, ..)| *known == greeting.number);
        if again || inbound.waiting.len() >= MAX_WAITING {
            return self.end(peer, "it opened a second frame stream", None);
        }
        inbound.waiting.push((greeting.number, connection, stream));
        self.go_on(peer);
    }

    /// The peer left its stream for another.
    fn left(&mut self, peer: Peer, taken: Taken) {
        if let Some(inbound) = self.sessions.get_mut(&peer).and_then(|session| session.inbound.as_mut()) {
            inbound.paused = Some(taken);
            self.go_on(peer);
        }
    }

    /// Reads the next stream of a peer, once it is there and the one before has ended.
    fn go_on(&mut self, peer: Peer) {
        let Some(session) = self.sessions.get_mut(&peer) else { return };
        let Some(inbound) = session.inbound.as_mut() else { return };
        let due = inbound.waiting.iter().position(|(number, ..)| *number == inbound.number);
        let Some(due) = due.filter(|_| inbound.paused.is_some()) else { return };
        let (_, connection, stream) = inbound.waiting.swap_remove(due);
        let taken = inbound.paused.take().unwrap_or_default();
        inbound.connection = connection;
        inbound.number = inbound.number.saturating_add(1);
        let reading = Reading { post: session.post.clone(), room: self.room.clone(), life: session.life.clone() };
        let (serial, told) = (session.serial, self.from_streams.0.clone());
        session.tasks.spawn(async move {
            let mut stream = frames::buffered(stream);
            let mut taken = taken;
            loop {
                let what = match frames::next(&mut stream, &mut taken, &reading).await {
                    Ok(News::Frame(frame)) => What::Frame { peer, serial, frame },
                    Ok(News::Moving) => What::Moving { peer, serial, taken: std::mem::take(&mut taken) },
                    Ok(News::End) => What::Ended { peer, serial, reason: "it closed".to_owned() },
                    Err(error) => What::Ended { peer, serial, reason: format!("its frame stream ended: {error}") },
                };
                let last = !matches!(what, What::Frame { .. });
                if told.send(FromStream(what)).await.is_err() || last {
                    return;
                }
            }
        });
    }
}
