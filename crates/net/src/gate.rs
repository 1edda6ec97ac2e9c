//! The gate around every other behaviour: they learn of a connection only once it is admitted, and
//! have not so much as a handler for it before.

use std::collections::{HashMap, VecDeque};
use std::task::{Context, Poll};
use std::time::Duration;

use libp2p::core::transport::PortUse;
use libp2p::core::{ConnectedPoint, Endpoint};
use libp2p::swarm::behaviour::{ConnectionClosed, ConnectionEstablished};
use libp2p::swarm::{
    CloseConnection, ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, NotifyHandler, THandler,
    THandlerInEvent, THandlerOutEvent, ToSwarm,
};
use libp2p::{Multiaddr, PeerId};

use crate::crowd::Crowd;
use crate::gate_handler::{GateHandler, GateIn, GateOut};
use crate::peer::Peer;
use crate::proof::{GateError, GateKey, Parties};

/// Within this a new connection has to prove membership.
pub const GATE_DEADLINE: Duration = Duration::from_secs(5);

/// Wraps a behaviour; see the module.
pub(crate) struct Gated<B: NetworkBehaviour> {
    pub(crate) inner: B,
    key: GateKey,
    me: Peer,
    crowd: Crowd,
    connections: HashMap<ConnectionId, Connection>,
    queue: VecDeque<Wish<B>>,
}

/// What the gate wishes of the swarm.
type Wish<B> = ToSwarm<GateEvent<<B as NetworkBehaviour>::ToSwarm>, GateIn<THandler<B>>>;

struct Connection {
    peer: PeerId,
    endpoint: ConnectedPoint,
    state: State,
    /// Whether it is being closed, and that was told.
    refused: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the gate.
    Knocking,
    /// The peer has proven membership; the behaviours inside know the connection.
    Proven,
    /// The peer opens protocols too.
    Admitted,
}

/// What comes out of the gate.
#[derive(Debug)]
pub(crate) enum GateEvent<T> {
    /// A connection was admitted.
    Admitted { peer: PeerId, connection: ConnectionId, endpoint: ConnectedPoint },
    /// A connection was refused and is being closed.
    Refused { connection: ConnectionId, endpoint: ConnectedPoint, error: GateError },
    /// An admitted connection is gone.
    Gone { connection: ConnectionId, reason: String },
    /// From inside.
    Inner(T),
}

impl<B: NetworkBehaviour> Gated<B> {
    /// Puts a gate around `inner`.
    pub(crate) fn new(inner: B, key: GateKey, me: Peer) -> Self {
        Self { inner, key, me, crowd: Crowd::default(), connections: HashMap::new(), queue: VecDeque::new() }
    }

    /// Connections begun by others that wait to be admitted or refused.
    pub(crate) fn waiting(&self) -> usize {
        self.crowd.len()
    }

    /// All connections, whatever their state.
    pub(crate) fn connections(&self) -> usize {
        self.connections.len()
    }

    /// The connections to `peer` that the behaviours inside know.
    fn known<'a>(&'a self, peer: &'a PeerId) -> impl Iterator<Item = ConnectionId> + 'a {
        let known = |connection: &Connection| connection.peer == *peer && connection.is_known();
        self.connections.iter().filter(move |(_, connection)| known(connection)).map(|(id, _)| *id)
    }

    fn handler(&self, peer: &PeerId, dialler: bool) -> Result<GateHandler<THandler<B>>, ConnectionDenied> {
        let them = Peer::from_id(peer).ok_or_else(|| ConnectionDenied::new(NotEd25519))?;
        let (dialler_key, listener) = if dialler { (self.me.0, them.0) } else { (them.0, self.me.0) };
        let parties = Parties { dialler: dialler_key, listener };
        Ok(GateHandler::new(self.key.clone(), parties, dialler))
    }

    /// Has the behaviours inside make a handler for the connection, and tells them of it.
    fn prove(&mut self, peer: PeerId, id: ConnectionId) {
        let others = self.known(&peer).count();
        let knocking = |connection: &&mut Connection| connection.state == State::Knocking && !connection.refused;
        let Some(connection) = self.connections.get_mut(&id).filter(knocking) else { return };
        let endpoint = connection.endpoint.clone();
        let handler = match &endpoint {
            ConnectedPoint::Dialer { address, role_override, port_use } => {
                self.inner.handle_established_outbound_connection(id, peer, address, *role_override, *port_use)
            }
            ConnectedPoint::Listener { local_addr, send_back_addr } => {
                self.inner.handle_established_inbound_connection(id, peer, local_addr, send_back_addr)
            }
        };
        let handler = match handler {
            Ok(handler) => handler,
            Err(denied) => return self.refuse(peer, id, GateError::Closed(denied.to_string())),
        };
        connection.state = State::Proven;
        self.crowd.leave(id);
        let install = GateIn::Install(Box::new(handler));
        self.queue.push_back(ToSwarm::NotifyHandler { peer_id: peer, handler: NotifyHandler::One(id), event: install });
        self.inner.on_swarm_event(FromSwarm::ConnectionEstablished(ConnectionEstablished {
            peer_id: peer,
            connection_id: id,
            endpoint: &endpoint,
            failed_addresses: &[],
            other_established: others,
        }));
    }

    fn admit(&mut self, peer: PeerId, id: ConnectionId) {
        let Some(connection) = self.connections.get_mut(&id).filter(|connection| connection.state == State::Proven)
        else {
            return;
        };
        connection.state = State::Admitted;
        let endpoint = connection.endpoint.clone();
        self.queue.push_back(ToSwarm::GenerateEvent(GateEvent::Admitted { peer, connection: id, endpoint }));
    }

    fn refuse(&mut self, peer: PeerId, id: ConnectionId, error: GateError) {
        let Some(connection) = self.connections.get_mut(&id).filter(|connection| !connection.refused) else { return };
        connection.refused = true;
        let endpoint = connection.endpoint.clone();
        self.queue.push_back(ToSwarm::GenerateEvent(GateEvent::Refused { connection: id, endpoint, error }));
        self.queue.push_back(ToSwarm::CloseConnection { peer_id: peer, connection: CloseConnection::One(id) });
    }

    fn closed(&mut self, closed: ConnectionClosed<'_>) {
        let id = closed.connection_id;
        self.crowd.leave(id);
        let Some(connection) = self.connections.remove(&id) else { return };
        let reason = closed.cause.map_or_else(|| "it closed".to_owned(), ToString::to_string);
        if connection.is_known() {
            let remaining = self.known(&closed.peer_id).count();
            self.inner.on_swarm_event(FromSwarm::ConnectionClosed(ConnectionClosed {
                remaining_established: remaining,
                ..closed
            }));
        }
        let event = match connection.state {
            State::Admitted => GateEvent::Gone { connection: id, reason },
            State::Knocking | State::Proven if connection.refused => return,
            State::Knocking | State::Proven => {
                GateEvent::Refused { connection: id, endpoint: connection.endpoint, error: GateError::Closed(reason) }
            }
        };
        self.queue.push_back(ToSwarm::GenerateEvent(event));
    }

    /// What a behaviour inside wishes, if it still can be; for "any" connection, one it knows.
    fn wish(&self, wish: ToSwarm<B::ToSwarm, THandlerInEvent<B>>) -> Option<Wish<B>> {
        let wish = match wish {
            ToSwarm::NotifyHandler { peer_id, handler: NotifyHandler::Any, event } => {
                let id = self.known(&peer_id).next()?;
                ToSwarm::NotifyHandler { peer_id, handler: NotifyHandler::One(id), event }
            }
            other => other,
        };
        Some(wish.map_out(GateEvent::Inner).map_in(GateIn::Inner))
    }
}

impl Connection {
    fn is_known(&self) -> bool {
        matches!(self.state, State::Proven | State::Admitted)
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
        _: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        self.crowd.come(id, remote).map_err(ConnectionDenied::new)
    }

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        peer: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.handler(&peer, false)
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
        _: ConnectionId,
        peer: PeerId,
        _: &Multiaddr,
        role: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        // When a hole is punched both sides dial, and one of them takes the listener's part.
        self.handler(&peer, role.is_dialer())
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        match event {
            FromSwarm::ConnectionEstablished(established) => {
                let endpoint = established.endpoint.clone();
                let connection =
                    Connection { peer: established.peer_id, endpoint, state: State::Knocking, refused: false };
                self.connections.insert(established.connection_id, connection);
            }
            FromSwarm::ConnectionClosed(closed) => self.closed(closed),
            FromSwarm::ListenFailure(failure) => {
                self.crowd.leave(failure.connection_id);
                self.inner.on_swarm_event(FromSwarm::ListenFailure(failure));
            }
            FromSwarm::AddressChange(change) => {
                let Some(connection) = self.connections.get_mut(&change.connection_id) else { return };
                connection.endpoint = change.new.clone();
                if connection.is_known() {
                    self.inner.on_swarm_event(FromSwarm::AddressChange(change));
                }
            }
            other => self.inner.on_swarm_event(other),
        }
    }

    fn on_connection_handler_event(&mut self, peer: PeerId, id: ConnectionId, event: THandlerOutEvent<Self>) {
        match event {
            GateOut::Proven => self.prove(peer, id),
            GateOut::Admitted => self.admit(peer, id),
            GateOut::Refused(error) => self.refuse(peer, id, error),
            GateOut::Inner(event) => self.inner.on_connection_handler_event(peer, id, event),
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                return Poll::Ready(event);
            }
            let Poll::Ready(wish) = self.inner.poll(cx) else { return Poll::Pending };
            if let Some(event) = self.wish(wish) {
                return Poll::Ready(event);
            }
        }
    }
}
