//! The task that runs the swarm: orders in, events out.

use std::collections::HashMap;
use std::sync::Arc;

use futures::StreamExt;
use libp2p::core::ConnectedPoint;
use libp2p::gossipsub::{self, IdentTopic, MessageAcceptance, MessageId};
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::swarm::{ConnectionId, DialError, Stream, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm, mdns, ping};
use libp2p_stream::{Control, IncomingStreams};
use tokio::sync::{Semaphore, mpsc};

use crate::behaviour::{Behaviour, BehaviourEvent, InsideEvent};
use crate::frames::{self, FRAMES, INBOX, Outbox, Outgoing};
use crate::gate::GateEvent;
use crate::handle::{Event, GossipToken, Handle, Order, Stats, Verdict};
use crate::peer::{Direction, Peer, resolve};

/// Gossip messages that wait for the owner; more are forgotten, and found again by comparing roots.
const GOSSIP_INBOX: usize = 256;
/// Most dials that are under way.
const MAX_DIALS: usize = 256;

/// All that a node knows whose connection was closed at the gate.
const CLOSED: &str = "it closed before this node was admitted: it is of another workspace, or no cremona node";

/// See the module.
pub(crate) struct Task {
    swarm: Swarm<Behaviour>,
    topic: IdentTopic,
    me: PeerId,
    handle: Handle,
    orders: mpsc::UnboundedReceiver<Order>,
    events: mpsc::UnboundedSender<Event>,
    control: Control,
    incoming: IncomingStreams,
    peers: HashMap<PeerId, Connected>,
    early: HashMap<PeerId, Stream>,
    dials: HashMap<ConnectionId, String>,
    room: Arc<Semaphore>,
    gossip_waiting: usize,
}

/// An admitted peer.
struct Connected {
    outbox: Outbox,
    /// Whether its frame stream has come; there is one for the life of a connection.
    reading: bool,
    reason: Option<String>,
}

impl Task {
    /// A task for a swarm that listens.
    pub(crate) fn new(
        swarm: Swarm<Behaviour>,
        topic: IdentTopic,
        me: PeerId,
        handle: Handle,
        orders: mpsc::UnboundedReceiver<Order>,
        events: mpsc::UnboundedSender<Event>,
    ) -> Self {
        let mut control = swarm.behaviour().gated.inner.frames.new_control();
        let incoming = control.accept(FRAMES).expect("a new behaviour has no protocol registered");
        Self {
            swarm,
            topic,
            me,
            handle,
            orders,
            events,
            control,
            incoming,
            peers: HashMap::new(),
            early: HashMap::new(),
            dials: HashMap::new(),
            room: Arc::new(Semaphore::new(INBOX)),
            gossip_waiting: 0,
        }
    }

    /// Runs until it is told to stop, or nobody listens any more.
    pub(crate) async fn run(mut self) {
        loop {
            tokio::select! {
                order = self.orders.recv() => match order {
                    Some(Order::Stop(reply)) => {
                        drop(self);
                        // The one who stops it may be gone itself.
                        let _ = reply.send(());
                        return;
                    }
                    Some(order) => self.order(order),
                    None => return,
                },
                Some((peer, stream)) = self.incoming.next() => self.frame_stream(peer, stream),
                event = self.swarm.select_next_some() => self.swarm_event(event),
            }
            if self.events.is_closed() {
                return;
            }
        }
    }

    fn tell(&self, event: Event) {
        // An owner that is gone ends the loop above.
        let _ = self.events.send(event);
    }

    fn order(&mut self, order: Order) {
        match order {
            Order::Dial(address) => {
                let handle = self.handle.clone();
                tokio::spawn(async move {
                    let found = resolve(&address).await;
                    handle.order(Order::Dialled(address, found));
                });
            }
            Order::Dialled(address, Ok(found)) => self.dial(&address, found),
            Order::Dialled(address, Err(reason)) => self.tell(Event::DialFailed { address, reason }),
            Order::Send(peer, bytes) => self.send(peer, bytes),
            Order::Publish(bytes) => self.publish(bytes),
            Order::Verdict(token, verdict) => self.verdict(&token, verdict),
            Order::Drop(peer, reason) | Order::Lost(peer, reason) => self.drop_peer(peer, reason),
            Order::Stats(reply) => {
                let stats = Stats {
                    waiting: self.swarm.behaviour().gated.waiting(),
                    peers: self.peers.len(),
                    dials: self.dials.len(),
                };
                // The one who asks may be gone.
                let _ = reply.send(stats);
            }
            Order::Stop(_) => {}
        }
    }

    fn dial(&mut self, label: &str, addresses: Vec<Multiaddr>) {
        for address in addresses {
            if self.dials.len() >= MAX_DIALS {
                self.tell(Event::DialFailed {
                    address: label.to_owned(),
                    reason: "too many dials are under way".to_owned(),
                });
                return;
            }
            let options = DialOpts::unknown_peer_id().address(address).build();
            let id = options.connection_id();
            self.dials.insert(id, label.to_owned());
            if let Err(error) = self.swarm.dial(options) {
                self.dial_failed(id, &error);
            }
        }
    }

    fn dial_failed(&mut self, id: ConnectionId, error: &DialError) {
        if let Some(address) = self.dials.remove(&id) {
            self.tell(Event::DialFailed { address, reason: dial_reason(error) });
        }
    }

    fn send(&mut self, peer: Peer, bytes: Vec<u8>) {
        let Some(connected) = peer.id().and_then(|id| self.peers.get(&id)) else { return };
        if !connected.outbox.put(bytes) {
            self.drop_peer(peer, "it can't keep up with what is sent".to_owned());
        }
    }

    fn publish(&mut self, bytes: Vec<u8>) {
        let topic = self.topic.clone();
        if let Err(error) = self.swarm.behaviour_mut().gated.inner.gossip.publish(topic, bytes) {
            // With nobody to hear it, or heard before: comparing roots makes up for it.
            tracing::debug!(%error, "not gossiped");
        }
    }

    fn verdict(&mut self, token: &GossipToken, verdict: Verdict) {
        self.gossip_waiting = self.gossip_waiting.saturating_sub(1);
        let acceptance = match verdict {
            Verdict::Accept => MessageAcceptance::Accept,
            Verdict::Ignore => MessageAcceptance::Ignore,
            Verdict::Reject => MessageAcceptance::Reject,
        };
        if let Some(from) = token.from.id() {
            let id = MessageId::new(&token.message);
            self.swarm.behaviour_mut().gated.inner.gossip.report_message_validation_result(&id, &from, acceptance);
        }
    }

    fn drop_peer(&mut self, peer: Peer, reason: String) {
        let Some(id) = peer.id() else { return };
        if let Some(connected) = self.peers.get_mut(&id) {
            connected.reason.get_or_insert(reason);
            // An error means that it is gone already, which another event tells.
            let _ = self.swarm.disconnect_peer_id(id);
        }
    }

    fn swarm_event(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::NewListenAddr { address, .. } => self.tell(Event::Listening { address: address.to_string() }),
            SwarmEvent::ExpiredListenAddr { address, .. } => {
                self.tell(Event::ListenerGone { address: address.to_string() });
            }
            SwarmEvent::OutgoingConnectionError { connection_id, error, .. } => self.dial_failed(connection_id, &error),
            SwarmEvent::ConnectionClosed { connection_id, .. } => {
                if let Some(address) = self.dials.remove(&connection_id) {
                    self.tell(Event::DialFailed { address, reason: CLOSED.to_owned() });
                }
            }
            SwarmEvent::Behaviour(BehaviourEvent::Gated(event)) => self.gate_event(event),
            SwarmEvent::Behaviour(BehaviourEvent::Mdns(mdns::Event::Discovered(found))) => {
                for (_, address) in found {
                    self.tell(Event::Discovered { address: address.to_string() });
                }
            }
            _ => {}
        }
    }

    fn gate_event(&mut self, event: GateEvent<InsideEvent>) {
        match event {
            GateEvent::Admitted { peer, connection, endpoint } => self.admitted(peer, connection, &endpoint),
            GateEvent::Refused { connection, endpoint, error } => {
                let address =
                    self.dials.remove(&connection).unwrap_or_else(|| endpoint.get_remote_address().to_string());
                self.tell(Event::Refused { address, reason: error.to_string() });
            }
            GateEvent::Gone { peer, reason } => self.gone(peer, reason),
            GateEvent::Inner(InsideEvent::Gossip(gossipsub::Event::Message {
                propagation_source,
                message_id,
                message,
            })) => {
                self.gossip(propagation_source, &message_id, message.data);
            }
            GateEvent::Inner(InsideEvent::Ping(ping::Event { connection, result: Err(error), .. })) => {
                tracing::debug!(%error, "no answer to a ping");
                self.swarm.close_connection(connection);
            }
            GateEvent::Inner(_) => {}
        }
    }

    fn admitted(&mut self, id: PeerId, connection: ConnectionId, endpoint: &ConnectedPoint) {
        let Some(peer) = Peer::from_id(&id) else { return };
        let dialled = self.dials.remove(&connection);
        let direction = if endpoint.is_dialer() { Direction::Dialled } else { Direction::Accepted };
        let address = dialled.unwrap_or_else(|| endpoint.get_remote_address().to_string());
        let first = !self.peers.contains_key(&id);
        self.tell(Event::Connected { peer, address, direction, first });
        if first {
            let (outbox, outgoing) = Outbox::new();
            self.peers.insert(id, Connected { outbox, reading: false, reason: None });
            tokio::spawn(write_frames(self.control.clone(), self.handle.clone(), id, peer, outgoing));
            if let Some(stream) = self.early.remove(&id) {
                self.frame_stream(id, stream);
            }
        }
    }

    fn frame_stream(&mut self, id: PeerId, stream: Stream) {
        let Some(peer) = Peer::from_id(&id) else { return };
        match self.peers.get_mut(&id) {
            Some(connected) if !connected.reading => {
                connected.reading = true;
                tokio::spawn(read_frames(stream, self.room.clone(), self.handle.clone(), self.events.clone(), peer));
            }
            Some(_) => self.drop_peer(peer, "it opened a second frame stream".to_owned()),
            // Its handler was admitted a moment before this task heard of it.
            None if self.early.len() < MAX_DIALS => {
                self.early.insert(id, stream);
            }
            None => {}
        }
    }

    fn gone(&mut self, id: PeerId, reason: String) {
        self.early.remove(&id);
        let Some(connected) = self.peers.remove(&id) else { return };
        if let Some(peer) = Peer::from_id(&id) {
            self.tell(Event::Disconnected { peer, reason: connected.reason.unwrap_or(reason) });
        }
    }

    fn gossip(&mut self, from: PeerId, id: &MessageId, bytes: Vec<u8>) {
        let Some(peer) = Peer::from_id(&from) else { return };
        let token = GossipToken { message: id.0.clone(), from: peer };
        if self.gossip_waiting >= GOSSIP_INBOX || from == self.me {
            self.gossip_waiting = self.gossip_waiting.saturating_add(1);
            return self.verdict(&token, Verdict::Ignore);
        }
        self.gossip_waiting = self.gossip_waiting.saturating_add(1);
        self.tell(Event::Gossip { token, peer, bytes });
    }
}

async fn write_frames(mut control: Control, handle: Handle, id: PeerId, peer: Peer, outgoing: Outgoing) {
    let result = match control.open_stream(id, FRAMES).await {
        Ok(stream) => frames::write(stream, outgoing).await.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    if let Err(reason) = result {
        handle.order(Order::Lost(peer, format!("its frame stream ended: {reason}")));
    }
}

async fn read_frames(
    mut stream: Stream,
    room: Arc<Semaphore>,
    handle: Handle,
    events: mpsc::UnboundedSender<Event>,
    peer: Peer,
) {
    loop {
        match frames::read(&mut stream, &room).await {
            Ok(frame) => {
                if events.send(Event::Frame { peer, frame }).is_err() {
                    return;
                }
            }
            Err(error) => return handle.order(Order::Lost(peer, format!("its frame stream ended: {error}"))),
        }
    }
}

/// A dial's failure in words for people.
fn dial_reason(error: &DialError) -> String {
    match error {
        DialError::LocalPeerId { .. } => "that is this node itself".to_owned(),
        DialError::Transport(errors) => {
            let reasons: Vec<_> = errors.iter().map(|(_, error)| root_cause(error)).collect();
            reasons.join("; ")
        }
        DialError::WrongPeerId { .. } => "another node answers at that address".to_owned(),
        other => other.to_string(),
    }
}

fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
