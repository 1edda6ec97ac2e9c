//! The gate around every other behaviour: they learn of a connection only once it is admitted.

use std::collections::{HashMap, VecDeque};
use std::task::{Context, Poll};
use std::time::Duration;

use libp2p::core::transport::PortUse;
use libp2p::core::{ConnectedPoint, Endpoint};
use libp2p::swarm::behaviour::{ConnectionClosed, ConnectionEstablished};
use libp2p::swarm::{
    CloseConnection, ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler, THandlerInEvent,
    THandlerOutEvent, ToSwarm,
};
use libp2p::{Multiaddr, PeerId};

use crate::gate_handler::{GateHandler, GateOut};
use crate::peer::Peer;
use crate::proof::{GateError, GateKey, Parties};

/// Within this a new connection has to prove membership.
pub const GATE_DEADLINE: Duration = Duration::from_secs(5);

/// Wraps a behaviour; see the module.
pub(crate) struct Gated<B: NetworkBehaviour> {
    pub(crate) inner: B,
    key: GateKey,
    me: Peer,
    connections: HashMap<ConnectionId, Connection>,
    queue: VecDeque<ToSwarm<GateEvent<B::ToSwarm>, THandlerInEvent<B>>>,
}

struct Connection {
    peer: PeerId,
    endpoint: ConnectedPoint,
    admitted: bool,
}

/// What comes out of the gate.
#[derive(Debug)]
pub(crate) enum GateEvent<T> {
    /// A connection was admitted.
    Admitted { peer: PeerId, connection: ConnectionId, endpoint: ConnectedPoint },
    /// A connection was refused and is being closed.
    Refused { connection: ConnectionId, endpoint: ConnectedPoint, error: GateError },
    /// The last admitted connection of a peer is gone.
    Gone { peer: PeerId, reason: String },
    /// From inside.
    Inner(T),
}

impl<B: NetworkBehaviour> Gated<B> {
    /// Puts a gate around `inner`.
    pub(crate) fn new(inner: B, key: GateKey, me: Peer) -> Self {
        Self { inner, key, me, connections: HashMap::new(), queue: VecDeque::new() }
    }

    /// Connections that wait to be admitted or refused.
    pub(crate) fn waiting(&self) -> usize {
        self.connections.values().filter(|connection| !connection.admitted).count()
    }

    fn admitted(&self, peer: &PeerId) -> usize {
        self.connections.values().filter(|connection| connection.admitted && connection.peer == *peer).count()
    }

    fn wrap(
        &self,
        handler: THandler<B>,
        peer: &PeerId,
        dialler: bool,
    ) -> Result<GateHandler<THandler<B>>, ConnectionDenied> {
        let them = Peer::from_id(peer).ok_or_else(|| ConnectionDenied::new(NotEd25519))?;
        let (dialler_key, listener) = if dialler { (self.me.0, them.0) } else { (them.0, self.me.0) };
        let parties = Parties { dialler: dialler_key, listener };
        Ok(GateHandler::new(handler, self.key.clone(), parties, dialler))
    }

    fn admit(&mut self, peer: PeerId, id: ConnectionId) {
        let others = self.admitted(&peer);
        let Some(connection) = self.connections.get_mut(&id) else { return };
        connection.admitted = true;
        let endpoint = connection.endpoint.clone();
        self.inner.on_swarm_event(FromSwarm::ConnectionEstablished(ConnectionEstablished {
            peer_id: peer,
            connection_id: id,
            endpoint: &endpoint,
            failed_addresses: &[],
            other_established: others,
        }));
        self.queue.push_back(ToSwarm::GenerateEvent(GateEvent::Admitted { peer, connection: id, endpoint }));
    }

    fn refuse(&mut self, peer: PeerId, id: ConnectionId, error: GateError) {
        if let Some(connection) = self.connections.get(&id) {
            let endpoint = connection.endpoint.clone();
            self.queue.push_back(ToSwarm::GenerateEvent(GateEvent::Refused { connection: id, endpoint, error }));
        }
        self.queue.push_back(ToSwarm::CloseConnection { peer_id: peer, connection: CloseConnection::One(id) });
    }

    fn closed(&mut self, closed: ConnectionClosed<'_>) {
        let Some(connection) = self.connections.remove(&closed.connection_id) else { return };
        if !connection.admitted {
            return;
        }
        let remaining = self.admitted(&closed.peer_id);
        let reason = closed.cause.map_or_else(|| "closed".to_owned(), ToString::to_string);
        self.inner.on_swarm_event(FromSwarm::ConnectionClosed(ConnectionClosed {
            remaining_established: remaining,
            ..closed
        }));
        if remaining == 0 {
            self.queue.push_back(ToSwarm::GenerateEvent(GateEvent::Gone { peer: connection.peer, reason }));
        }
    }
}

/// A peer whose key is of another kind.
#[derive(Debug, thiserror::Error)]
#[error("its key is not Ed25519")]
struct NotEd25519;

impl<B: NetworkBehaviour> NetworkBehaviour for Gated<B> {
    type ConnectionHandler = GateHandler<THandler<B>>;
    type ToSwarm = GateEvent<B::ToSwarm>;

    fn handle_pending_inbound_connection(
        &mut self,
        id: ConnectionId,
        local: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        self.inner.handle_pending_inbound_connection(id, local, remote)
    }

    fn handle_established_inbound_connection(
        &mut self,
        id: ConnectionId,
        peer: PeerId,
        local: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        let handler = self.inner.handle_established_inbound_connection(id, peer, local, remote)?;
        self.wrap(handler, &peer, false)
    }

    fn handle_pending_outbound_connection(
        &mut self,
        id: ConnectionId,
        peer: Option<PeerId>,
        addresses: &[Multiaddr],
        role: Endpoint,
    ) -> Result<Vec<Multiaddr>, ConnectionDenied> {
        self.inner.handle_pending_outbound_connection(id, peer, addresses, role)
    }

    fn handle_established_outbound_connection(
        &mut self,
        id: ConnectionId,
        peer: PeerId,
        address: &Multiaddr,
        role: Endpoint,
        port_use: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        let handler = self.inner.handle_established_outbound_connection(id, peer, address, role, port_use)?;
        self.wrap(handler, &peer, true)
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        match event {
            FromSwarm::ConnectionEstablished(established) => {
                let connection =
                    Connection { peer: established.peer_id, endpoint: established.endpoint.clone(), admitted: false };
                self.connections.insert(established.connection_id, connection);
            }
            FromSwarm::ConnectionClosed(closed) => self.closed(closed),
            FromSwarm::AddressChange(change) => {
                if self.connections.get(&change.connection_id).is_some_and(|connection| connection.admitted) {
                    self.inner.on_swarm_event(FromSwarm::AddressChange(change));
                }
            }
            other => self.inner.on_swarm_event(other),
        }
    }

    fn on_connection_handler_event(&mut self, peer: PeerId, id: ConnectionId, event: THandlerOutEvent<Self>) {
        match event {
            GateOut::Admitted => self.admit(peer, id),
            GateOut::Refused(error) => self.refuse(peer, id, error),
            GateOut::Inner(event) => self.inner.on_connection_handler_event(peer, id, event),
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        if let Some(event) = self.queue.pop_front() {
            return Poll::Ready(event);
        }
        self.inner.poll(cx).map(|event| event.map_out(GateEvent::Inner))
    }
}
