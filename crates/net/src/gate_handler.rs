//! The handler of one connection behind the gate: until the peer has proven membership, no other
//! protocol is offered or spoken, and the handlers inside do not exist.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::FutureExt;
use futures::future::{BoxFuture, Either as FutureEither};
use libp2p::core::upgrade::ReadyUpgrade;
use libp2p::swarm::derive_prelude::Either;
use libp2p::swarm::handler::{
    ConnectionEvent, DialUpgradeError, FullyNegotiatedInbound, FullyNegotiatedOutbound, ListenUpgradeError, SendWrapper,
};
use libp2p::swarm::{
    ConnectionHandler, ConnectionHandlerEvent, Stream, StreamProtocol, StreamUpgradeError, SubstreamProtocol,
};
use tokio::time::Sleep;

use crate::gate::GATE_DEADLINE;
use crate::proof::{self, GateError, GateKey, Parties, Proven};

/// The gate's protocol.
pub(crate) const GATE: StreamProtocol = StreamProtocol::new("/cremona/gate/1");

type Gate = SendWrapper<ReadyUpgrade<StreamProtocol>>;

/// What the gate tells the handler of a connection.
pub enum GateIn<H: ConnectionHandler> {
    /// The handler for all that is inside, once the peer has proven membership.
    Install(Box<H>),
    /// For the handler inside.
    Inner(H::FromBehaviour),
}

/// What the handler of a connection tells the gate.
#[derive(Debug)]
pub enum GateOut<T> {
    /// The peer has proven membership; the handler inside can be installed.
    Proven,
    /// The peer is ready too.
    Admitted,
    /// It has not proven membership, and gets no other try.
    Refused(GateError),
    /// From the handler inside.
    Inner(T),
}

/// See the module.
pub struct GateHandler<H> {
    state: State<H>,
    deadline: Pin<Box<Sleep>>,
    key: GateKey,
    parties: Parties,
}

enum State<H> {
    /// The dialler is about to ask for a gate stream.
    Asking,
    /// Waiting for a gate stream, asked for or to come.
    Waiting,
    /// Both prove themselves.
    Knocking(BoxFuture<'static, Result<Proven, GateError>>),
    /// The peer has proven membership; waiting for the handler inside.
    Proven(Option<Proven>),
    /// The handler inside accepts streams and opens none yet.
    Finishing(BoxFuture<'static, Result<(), GateError>>, Box<H>),
    /// All protocols are there.
    Open(Box<H>),
    /// Something failed; to be told.
    Failed(GateError),
    /// Told to be closed.
    Shut,
}

impl<H: ConnectionHandler> GateHandler<H> {
    /// The handler of a new connection.
    pub(crate) fn new(key: GateKey, parties: Parties, dialler: bool) -> Self {
        let state = if dialler { State::Asking } else { State::Waiting };
        Self { state, deadline: Box::pin(tokio::time::sleep(GATE_DEADLINE)), key, parties }
    }

    fn inside(&self) -> Option<&H> {
        match &self.state {
            State::Finishing(_, inner) | State::Open(inner) => Some(inner),
            State::Asking | State::Waiting | State::Knocking(_) | State::Proven(_) | State::Failed(_) | State::Shut => {
                None
            }
        }
    }

    fn inside_mut(&mut self) -> Option<&mut H> {
        match &mut self.state {
            State::Finishing(_, inner) | State::Open(inner) => Some(inner),
            State::Asking | State::Waiting | State::Knocking(_) | State::Proven(_) | State::Failed(_) | State::Shut => {
                None
            }
        }
    }

    /// Starts proving, once: a second gate stream is dropped, which closes it.
    fn knock(&mut self, stream: Stream, dialler: bool) {
        if matches!(self.state, State::Waiting) {
            let (key, parties) = (self.key.clone(), self.parties);
            self.state = State::Knocking(if dialler {
                proof::dial(stream, key, parties).boxed()
            } else {
                proof::listen(stream, key, parties).boxed()
            });
        }
    }

    fn install(&mut self, inner: Box<H>) {
        if let State::Proven(proven) = &mut self.state
            && let Some(proven) = proven.take()
        {
            self.state = State::Finishing(proof::finish(proven).boxed(), inner);
        }
    }

    /// The next thing to tell the gate, while the gate is not open.
    fn poll_gate(&mut self, cx: &mut Context<'_>) -> Poll<GateOut<H::ToBehaviour>> {
        let verdict = match &mut self.state {
            State::Open(_) | State::Shut => return Poll::Pending,
            State::Failed(_) => Poll::Ready(Ok(None)),
            State::Asking | State::Waiting | State::Proven(_) => Poll::Pending,
            State::Knocking(knocking) => knocking.poll_unpin(cx).map_ok(Some),
            State::Finishing(finishing, _) => finishing.poll_unpin(cx).map_ok(|()| None),
        };
        let late = |_| Err(GateError::Late);
        let verdict = if verdict.is_ready() { verdict } else { self.deadline.as_mut().poll(cx).map(late) };
        let Poll::Ready(verdict) = verdict else { return Poll::Pending };
        let state = std::mem::replace(&mut self.state, State::Shut);
        let (state, told) = match (verdict, state) {
            (Err(error), _) | (Ok(_), State::Failed(error)) => (State::Shut, GateOut::Refused(error)),
            (Ok(None), State::Finishing(_, inner)) => (State::Open(inner), GateOut::Admitted),
            (Ok(proven), _) => (State::Proven(proven), GateOut::Proven),
        };
        self.state = state;
        Poll::Ready(told)
    }
}

impl<H: ConnectionHandler> ConnectionHandler for GateHandler<H> {
    type FromBehaviour = GateIn<H>;
    type ToBehaviour = GateOut<H::ToBehaviour>;
    type InboundProtocol = Either<Gate, SendWrapper<H::InboundProtocol>>;
    type OutboundProtocol = Either<Gate, SendWrapper<H::OutboundProtocol>>;
    type InboundOpenInfo = Either<(), H::InboundOpenInfo>;
    type OutboundOpenInfo = Either<(), H::OutboundOpenInfo>;

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol, Self::InboundOpenInfo> {
        match self.inside() {
            Some(inner) => inner
                .listen_protocol()
                .map_upgrade(|upgrade| Either::Right(SendWrapper(upgrade)))
                .map_info(Either::Right),
            None => SubstreamProtocol::new(Either::Left(SendWrapper(ReadyUpgrade::new(GATE))), Either::Left(())),
        }
    }

    fn connection_keep_alive(&self) -> bool {
        !matches!(self.state, State::Shut)
    }

    fn on_behaviour_event(&mut self, event: Self::FromBehaviour) {
        match event {
            GateIn::Install(inner) => self.install(inner),
            GateIn::Inner(event) => {
                if let Some(inner) = self.inside_mut() {
                    inner.on_behaviour_event(event);
                }
            }
        }
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<Self::OutboundProtocol, Self::OutboundOpenInfo, Self::ToBehaviour>> {
        if matches!(self.state, State::Asking) {
            self.state = State::Waiting;
            let protocol = SubstreamProtocol::new(Either::Left(SendWrapper(ReadyUpgrade::new(GATE))), Either::Left(()));
            return Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest { protocol });
        }
        let State::Open(inner) = &mut self.state else {
            return self.poll_gate(cx).map(ConnectionHandlerEvent::NotifyBehaviour);
        };
        inner.poll(cx).map(|event| {
            event
                .map_custom(GateOut::Inner)
                .map_protocol(|upgrade| Either::Right(SendWrapper(upgrade)))
                .map_outbound_open_info(Either::Right)
        })
    }

    fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<Option<Self::ToBehaviour>> {
        match self.inside_mut() {
            Some(inner) => inner.poll_close(cx).map(|event| event.map(GateOut::Inner)),
            None => Poll::Ready(None),
        }
    }

    fn on_connection_event(
        &mut self,
        event: ConnectionEvent<
            Self::InboundProtocol,
            Self::OutboundProtocol,
            Self::InboundOpenInfo,
            Self::OutboundOpenInfo,
        >,
    ) {
        let event = match event {
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound { protocol, info }) => {
                match (protocol, info) {
                    (FutureEither::Left(stream), _) => return self.knock(stream, false),
                    (FutureEither::Right(protocol), Either::Right(info)) => {
                        ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound { protocol, info })
                    }
                    // Info and protocol are made together, so they are of one side.
                    (FutureEither::Right(_), Either::Left(())) => return,
                }
            }
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound { protocol, info }) => {
                match (protocol, info) {
                    (FutureEither::Left(stream), _) => return self.knock(stream, true),
                    (FutureEither::Right(protocol), Either::Right(info)) => {
                        ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound { protocol, info })
                    }
                    (FutureEither::Right(_), Either::Left(())) => return,
                }
            }
            ConnectionEvent::DialUpgradeError(DialUpgradeError { info: Either::Left(()), error }) => {
                return self.no_gate(&error);
            }
            ConnectionEvent::DialUpgradeError(DialUpgradeError { info: Either::Right(info), error }) => {
                let Some(error) = inner_error(error) else { return };
                ConnectionEvent::DialUpgradeError(DialUpgradeError { info, error })
            }
            ConnectionEvent::ListenUpgradeError(ListenUpgradeError {
                info: Either::Right(info),
                error: Either::Right(error),
            }) => ConnectionEvent::ListenUpgradeError(ListenUpgradeError { info, error }),
            ConnectionEvent::AddressChange(change) => ConnectionEvent::AddressChange(change),
            ConnectionEvent::LocalProtocolsChange(change) => ConnectionEvent::LocalProtocolsChange(change),
            ConnectionEvent::RemoteProtocolsChange(change) => ConnectionEvent::RemoteProtocolsChange(change),
            _ => return,
        };
        if let Some(inner) = self.inside_mut() {
            inner.on_connection_event(event);
        }
    }
}

impl<H: ConnectionHandler> GateHandler<H> {
    /// The dialler gets no gate stream.
    fn no_gate<E>(&mut self, error: &StreamUpgradeError<E>) {
        let error = match error {
            StreamUpgradeError::Timeout => GateError::Late,
            StreamUpgradeError::NegotiationFailed => GateError::no_gate(),
            StreamUpgradeError::Io(error) => GateError::Closed(error.kind().to_string()),
            StreamUpgradeError::Apply(_) => GateError::Closed("the gate stream failed".to_owned()),
        };
        if matches!(self.state, State::Waiting) {
            self.state = State::Failed(error);
        }
    }
}

/// The error of an upgrade inside, from that of either.
fn inner_error<A, B>(error: StreamUpgradeError<Either<A, B>>) -> Option<StreamUpgradeError<B>> {
    Some(match error {
        StreamUpgradeError::Timeout => StreamUpgradeError::Timeout,
        StreamUpgradeError::NegotiationFailed => StreamUpgradeError::NegotiationFailed,
        StreamUpgradeError::Io(error) => StreamUpgradeError::Io(error),
        StreamUpgradeError::Apply(Either::Right(error)) => StreamUpgradeError::Apply(error),
        StreamUpgradeError::Apply(Either::Left(_)) => return None,
    })
}

impl<H: ConnectionHandler> fmt::Debug for GateIn<H> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Install(_) => "Install",
            Self::Inner(_) => "Inner",
        })
    }
}
