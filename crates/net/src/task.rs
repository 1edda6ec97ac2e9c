//! The task that runs the swarm: orders in, events out.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use futures::StreamExt;
use libp2p::gossipsub::{self, IdentTopic, MessageAcceptance, MessageId};
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{ConnectionId, DialError, Stream, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm, mdns};
use tokio::sync::{Semaphore, mpsc};

use crate::behaviour::{Behaviour, BehaviourEvent, InsideEvent};
use crate::dials::{Dials, Next};
use crate::frames::{Frame, Greeting, INBOX, Taken};
use crate::gate::GateEvent;
use crate::handle::{Event, GossipToken, Handle, Order, Stats, Verdict};
use crate::life::LOOK;
use crate::lookout::Clocks;
use crate::peer::{Peer, resolve};
use crate::reach::Reach;
use crate::relays::Relays;
use crate::sessions::{Link, Session};
use crate::traffic::Traffic;

/// Gossip messages that wait for the owner's verdict; more are ignored, and found again by comparing
/// roots. A member can thus take 20 MiB.
pub const MAX_GOSSIP_WAITING: usize = 256;
/// Events that strangers can cause, that are told in a second; more are only counted.
const STRANGERS_PER_SECOND: u32 = 32;
/// Frames that readers have handed over and this task has not passed on yet.
const HANDED_OVER: usize = 32;

/// See the module; what concerns connections is in `sessions`, `streams` and `lookout`, what concerns ways
/// to this node in `reaching`.
pub(crate) struct Task {
    pub(crate) swarm: Swarm<Behaviour>,
    pub(crate) me: Peer,
    topic: IdentTopic,
    handle: Handle,
    orders: mpsc::UnboundedReceiver<Order>,
    events: mpsc::UnboundedSender<Event>,
    pub(crate) from_streams: (mpsc::Sender<FromStream>, mpsc::Receiver<FromStream>),
    pub(crate) links: HashMap<ConnectionId, Link>,
    pub(crate) sessions: HashMap<Peer, Session>,
    pub(crate) dials: Dials,
    pub(crate) room: Arc<Semaphore>,
    pub(crate) reach: Reach,
    pub(crate) relays: Relays,
    pub(crate) traffic: Traffic,
    pub(crate) clocks: Clocks,
    /// When peers were told where this node is reached, until they are told again.
    pub(crate) told_where: Option<Instant>,
    /// Of the last session.
    pub(crate) serial: u64,
    gossip_room: Arc<Semaphore>,
    refused: u64,
    strangers: (Instant, u32),
}

/// What a reader or writer tells.
pub(crate) struct FromStream(pub(crate) What);

/// See [`FromStream`].
pub(crate) enum What {
    /// A stream that the peer opened says of which session it is.
    Greeted { peer: Peer, connection: ConnectionId, greeting: Greeting, stream: Stream },
    /// A frame came.
    Frame { peer: Peer, serial: u64, frame: Frame },
    /// A session goes on with another stream.
    Moving { peer: Peer, serial: u64, taken: Taken },
    /// A stream ended, and the session with it.
    Ended { peer: Peer, serial: u64, reason: String },
}

impl Task {
    /// A task for a swarm that listens.
    pub(crate) fn new(
        swarm: Swarm<Behaviour>,
        me: Peer,
        topic: IdentTopic,
        handle: Handle,
        orders: mpsc::UnboundedReceiver<Order>,
        events: mpsc::UnboundedSender<Event>,
        traffic: Traffic,
    ) -> Self {
        Self {
            swarm,
            me,
            topic,
            handle,
            orders,
            events,
            from_streams: mpsc::channel(HANDED_OVER),
            links: HashMap::new(),
            sessions: HashMap::new(),
            dials: Dials::default(),
            room: Arc::new(Semaphore::new(INBOX)),
            reach: Reach::default(),
            relays: Relays::default(),
            traffic,
            clocks: Clocks::new(Instant::now(), SystemTime::now()),
            told_where: None,
            serial: 0,
            gossip_room: Arc::new(Semaphore::new(MAX_GOSSIP_WAITING)),
            refused: 0,
            strangers: (Instant::now(), 0),
        }
    }

    /// Runs until it is told to stop, or nobody listens any more.
    pub(crate) async fn run(mut self) {
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
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
                Some(told) = self.from_streams.1.recv() => self.told_by_stream(told),
                event = self.swarm.select_next_some() => self.swarm_event(event),
                _ = look.tick() => self.look(Instant::now()),
                () = self.events.closed() => return,
            }
        }
    }

    /// Tells the owner.
    pub(crate) fn tell(&self, event: Event) {
        // An owner that is gone ends the loop above.
        let _ = self.events.send(event);
    }

    /// Tells the owner what a stranger can cause, unless there is too much of it.
    fn tell_of_stranger(&mut self, event: Event) {
        let now = Instant::now();
        if now.saturating_duration_since(self.strangers.0) >= Duration::from_secs(1) {
            self.strangers = (now, 0);
        }
        if self.strangers.1 < STRANGERS_PER_SECOND {
            self.strangers.1 = self.strangers.1.saturating_add(1);
            self.tell(event);
        }
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
            Order::Dialled(label, Ok(found)) => {
                let next = self.dials.begin(label, found);
                self.dial(next);
            }
            Order::Dialled(address, Err(reason)) => self.tell(Event::DialFailed { address, reason }),
            Order::Send { peer, bytes, first } => self.send(peer, bytes, first),
            Order::Publish(bytes) => self.publish(bytes),
            Order::Verdict(token, verdict) => self.verdict(&token, verdict),
            Order::Drop(peer, reason) => self.end(peer, &reason, None),
            Order::Stats(reply) => {
                // The one who asks may be gone.
                let _ = reply.send(self.stats());
            }
            Order::Links(reply) => {
                let _ = reply.send(self.links());
            }
            Order::Standing(reply) => {
                let _ = reply.send(self.standing());
            }
            Order::Stop(_) => {}
        }
    }

    fn stats(&self) -> Stats {
        let gated = &self.swarm.behaviour().gated;
        Stats {
            waiting: gated.waiting(),
            connections: gated.connections(),
            peers: self.sessions.len(),
            dials: self.dials.len(),
            refused: self.refused,
        }
    }

    fn dial(&mut self, mut next: Next) {
        loop {
            match next {
                Next::Fail { label, reason } => return self.tell(Event::DialFailed { address: label, reason }),
                Next::Try(options) => {
                    let id = options.connection_id();
                    let Err(error) = self.swarm.dial(options) else { return };
                    let Some(another) = self.dials.failed(id, dial_reason(&error), is_cut_short(&error)) else {
                        return;
                    };
                    next = another;
                }
            }
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
        self.report(&MessageId::new(&token.message), token.from, verdict);
    }

    fn report(&mut self, id: &MessageId, from: Peer, verdict: Verdict) {
        let acceptance = match verdict {
            Verdict::Accept => MessageAcceptance::Accept,
            Verdict::Ignore => MessageAcceptance::Ignore,
            Verdict::Reject => MessageAcceptance::Reject,
        };
        if let Some(from) = from.id() {
            self.swarm.behaviour_mut().gated.inner.gossip.report_message_validation_result(id, &from, acceptance);
        }
    }

    fn swarm_event(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::NewListenAddr { address, .. } => self.listens(&address),
            SwarmEvent::ExpiredListenAddr { address, .. } => self.deaf(&address),
            SwarmEvent::ListenerClosed { listener_id, addresses, reason } => {
                for address in addresses {
                    self.deaf(&address);
                }
                self.listener_closed(listener_id, reason.err().map(|error| root_cause(&error)));
            }
            SwarmEvent::ExternalAddrConfirmed { address } => self.confirmed(&address),
            SwarmEvent::ExternalAddrExpired { address } => self.expired(&address),
            SwarmEvent::OutgoingConnectionError { connection_id, error, .. } => {
                if let Some(next) = self.dials.failed(connection_id, dial_reason(&error), is_cut_short(&error)) {
                    self.dial(next);
                }
            }
            SwarmEvent::Behaviour(BehaviourEvent::Gated(event)) => self.gate_event(event),
            SwarmEvent::Behaviour(BehaviourEvent::Upnp(event)) => tracing::debug!(?event, "the gateway"),
            SwarmEvent::Behaviour(BehaviourEvent::Mdns(mdns::Event::Discovered(found))) => {
                for (_, address) in found {
                    self.tell_of_stranger(Event::Discovered { address: address.to_string() });
                }
            }
            _ => {}
        }
    }

    fn gate_event(&mut self, event: GateEvent<InsideEvent>) {
        match event {
            GateEvent::Admitted { peer, connection, endpoint } => self.admitted(peer, connection, &endpoint),
            GateEvent::Refused { connection, endpoint, error } => {
                self.refused = self.refused.saturating_add(1);
                let reason = error.to_string();
                match self.dials.answered(connection) {
                    Some(address) => self.tell(Event::Refused { address, reason }),
                    None => self.tell_of_stranger(Event::Refused {
                        address: endpoint.get_remote_address().to_string(),
                        reason,
                    }),
                }
            }
            GateEvent::Gone { connection, reason } => self.gone(connection, &reason),
            GateEvent::Inner(InsideEvent::Frames(event)) => self.stream(event.connection, event.what),
            GateEvent::Inner(InsideEvent::Gossip(gossipsub::Event::Message {
                propagation_source,
                message_id,
                message,
            })) => {
                self.gossip(propagation_source, &message_id, message.data);
            }
            GateEvent::Inner(InsideEvent::Identify(event)) => self.identify(event),
            GateEvent::Inner(InsideEvent::Circuits(event)) => self.circuit(&event),
            GateEvent::Inner(InsideEvent::Punch(event)) => self.punched(&event),
            GateEvent::Inner(InsideEvent::Probes(event)) => self.probed(&event),
            GateEvent::Inner(InsideEvent::Relay(event)) => tracing::debug!(?event, "relaying"),
            GateEvent::Inner(InsideEvent::Gossip(_) | InsideEvent::Probing(_)) => {}
        }
    }

    fn gossip(&mut self, from: PeerId, id: &MessageId, bytes: Vec<u8>) {
        let Some(peer) = Peer::from_id(&from) else { return };
        match self.gossip_room.clone().try_acquire_owned() {
            Ok(permit) => {
                let token = GossipToken { message: id.0.clone(), from: peer, _permit: Arc::new(permit) };
                self.tell(Event::Gossip { token, peer, bytes });
            }
            Err(_) => self.report(id, peer, Verdict::Ignore),
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

/// Whether there was a connection, of TCP, and what came over it ended the dial.
fn is_cut_short(error: &DialError) -> bool {
    let DialError::Transport(errors) = error else { return false };
    let over_tcp = |address: &Multiaddr| address.iter().any(|part| matches!(part, Protocol::Tcp(_)));
    errors.iter().any(|(address, error)| over_tcp(address) && !is_of_system(error))
}

/// Whether the cause is the system's, as where nobody listens.
fn is_of_system(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.downcast_ref::<std::io::Error>().is_some_and(|error| error.raw_os_error().is_some()) {
            return true;
        }
        cause = error.source();
    }
    false
}

pub(crate) fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
