//! The handler of one connection behind the gate: until the peer has proven membership, no other
//! protocol is offered or spoken, and the handlers inside are not even polled.

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
use crate::proof::{self, GateError, GateKey, Parties};

/// The gate's protocol.
pub(crate) const GATE: StreamProtocol = StreamProtocol::new("/cremona/gate/1");

type Gate = SendWrapper<ReadyUpgrade<StreamProtocol>>;

/// What a gate says of its connection.
#[derive(Debug)]
pub enum GateOut<T> {
    /// The peer has proven membership.
    Admitted,
    /// It has not, and gets no other try.
    Refused(GateError),
    /// From the handlers inside.
    Inner(T),
}

/// See the module.
pub struct GateHandler<H> {
    inner: H,
    state: State,
    key: GateKey,
    parties: Parties,
}

enum State {
    /// The dialler is about to ask for a gate stream.
    Asking(Pin<Box<Sleep>>),
    /// Waiting for a gate stream, asked for or to come.
    Waiting(Pin<Box<Sleep>>),
    /// The dialler proves itself and has the listener prove itself.
    Dialling(BoxFuture<'static, Result<Stream, GateError>>, Pin<Box<Sleep>>),
    /// The listener does, or the dialler waits until the listener is ready.
    Proving(BoxFuture<'static, Result<(), GateError>>, Pin<Box<Sleep>>, Accepts),
    /// Something failed before there was anything to prove.
    Failed(Option<GateError>),
    /// All protocols are there.
    Open,
    /// Told to be closed.
    Shut,
}

/// Whether other protocols are accepted already, though none is opened yet.
type Accepts = bool;

impl<H> GateHandler<H> {
    /// The handler of a new connection.
    pub(crate) fn new(inner: H, key: GateKey, parties: Parties, dialler: bool) -> Self {
        let deadline = Box::pin(tokio::time::sleep(GATE_DEADLINE));
        let state = if dialler { State::Asking(deadline) } else { State::Waiting(deadline) };
        Self { inner, state, key, parties }
    }

    /// Starts proving, once.
    fn prove(&mut self, stream: Stream, dialler: bool) {
        let waiting = std::mem::replace(&mut self.state, State::Shut);
        let (key, parties) = (self.key.clone(), self.parties);
        self.state = match waiting {
            State::Waiting(deadline) => {
                if dialler {
                    State::Dialling(proof::dial(stream, key, parties).boxed(), deadline)
                } else {
                    State::Proving(proof::listen(stream, key, parties).boxed(), deadline, false)
                }
            }
            // A second gate stream is dropped, which closes it.
            other => other,
        };
    }

    fn fail(&mut self, error: GateError) {
        if matches!(self.state, State::Asking(_) | State::Waiting(_) | State::Dialling(..) | State::Proving(..)) {
            self.state = State::Failed(Some(error));
        }
    }

    /// Goes on towards a verdict, while there is none.
    fn poll_gate(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), GateError>> {
        if let State::Dialling(dialling, _) = &mut self.state
            && let Poll::Ready(verdict) = dialling.poll_unpin(cx)
        {
            let stream = match verdict {
                Ok(stream) => stream,
                Err(error) => return Poll::Ready(Err(error)),
            };
            if let State::Dialling(_, deadline) = std::mem::replace(&mut self.state, State::Shut) {
                self.state = State::Proving(proof::finish(stream).boxed(), deadline, true);
            }
        }
        let late = match &mut self.state {
            State::Failed(error) => return error.take().map_or(Poll::Pending, |error| Poll::Ready(Err(error))),
            State::Dialling(_, deadline) => deadline.as_mut().poll(cx),
            State::Proving(proving, deadline, _) => match proving.poll_unpin(cx) {
                Poll::Ready(verdict) => return Poll::Ready(verdict),
                Poll::Pending => deadline.as_mut().poll(cx),
            },
            State::Asking(deadline) | State::Waiting(deadline) => deadline.as_mut().poll(cx),
            State::Open | State::Shut => Poll::Pending,
        };
        late.map(|()| Err(GateError::Late))
    }
}

impl<H: ConnectionHandler> ConnectionHandler for GateHandler<H> {
    type FromBehaviour = H::FromBehaviour;
    type ToBehaviour = GateOut<H::ToBehaviour>;
    type InboundProtocol = Either<Gate, SendWrapper<H::InboundProtocol>>;
    type OutboundProtocol = Either<Gate, SendWrapper<H::OutboundProtocol>>;
    type InboundOpenInfo = Either<(), H::InboundOpenInfo>;
    type OutboundOpenInfo = Either<(), H::OutboundOpenInfo>;

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol, Self::InboundOpenInfo> {
        if matches!(self.state, State::Open | State::Proving(_, _, true)) {
            return self
                .inner
                .listen_protocol()
                .map_upgrade(|upgrade| Either::Right(SendWrapper(upgrade)))
                .map_info(Either::Right);
        }
        SubstreamProtocol::new(Either::Left(SendWrapper(ReadyUpgrade::new(GATE))), Either::Left(()))
    }

    fn connection_keep_alive(&self) -> bool {
        !matches!(self.state, State::Shut)
    }

    fn on_behaviour_event(&mut self, event: Self::FromBehaviour) {
        self.inner.on_behaviour_event(event);
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<Self::OutboundProtocol, Self::OutboundOpenInfo, Self::ToBehaviour>> {
        if matches!(self.state, State::Asking(_)) {
            if let State::Asking(deadline) = std::mem::replace(&mut self.state, State::Shut) {
                self.state = State::Waiting(deadline);
            }
            let protocol = SubstreamProtocol::new(Either::Left(SendWrapper(ReadyUpgrade::new(GATE))), Either::Left(()));
            return Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest { protocol });
        }
        if let Poll::Ready(verdict) = self.poll_gate(cx) {
            let (state, told) = match verdict {
                Ok(()) => (State::Open, GateOut::Admitted),
                Err(error) => (State::Shut, GateOut::Refused(error)),
            };
            self.state = state;
            return Poll::Ready(ConnectionHandlerEvent::NotifyBehaviour(told));
        }
        if !matches!(self.state, State::Open) {
            return Poll::Pending;
        }
        self.inner.poll(cx).map(|event| {
            event
                .map_custom(GateOut::Inner)
                .map_protocol(|upgrade| Either::Right(SendWrapper(upgrade)))
                .map_outbound_open_info(Either::Right)
        })
    }

    fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<Option<Self::ToBehaviour>> {
        if !matches!(self.state, State::Open) {
            return Poll::Ready(None);
        }
        self.inner.poll_close(cx).map(|event| event.map(GateOut::Inner))
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
        match event {
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound { protocol, info }) => {
                match (protocol, info) {
                    (FutureEither::Left(stream), _) => self.prove(stream, false),
                    (FutureEither::Right(protocol), Either::Right(info)) => self.inner.on_connection_event(
                        ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound { protocol, info }),
                    ),
                    // Negotiated inside while the gate was shut: can't be, and is closed.
                    (FutureEither::Right(_), Either::Left(())) => {}
                }
            }
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound { protocol, info }) => {
                match (protocol, info) {
                    (FutureEither::Left(stream), _) => self.prove(stream, true),
                    (FutureEither::Right(protocol), Either::Right(info)) => self.inner.on_connection_event(
                        ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound { protocol, info }),
                    ),
                    (FutureEither::Right(_), Either::Left(())) => {}
                }
            }
            ConnectionEvent::DialUpgradeError(DialUpgradeError { info, error }) => self.dial_failed(info, error),
            ConnectionEvent::ListenUpgradeError(ListenUpgradeError {
                info: Either::Right(info),
                error: Either::Right(error),
            }) => {
                self.inner.on_connection_event(ConnectionEvent::ListenUpgradeError(ListenUpgradeError { info, error }));
            }
            ConnectionEvent::AddressChange(change) => {
                self.inner.on_connection_event(ConnectionEvent::AddressChange(change));
            }
            ConnectionEvent::LocalProtocolsChange(change) => {
                self.inner.on_connection_event(ConnectionEvent::LocalProtocolsChange(change));
            }
            ConnectionEvent::RemoteProtocolsChange(change) => {
                self.inner.on_connection_event(ConnectionEvent::RemoteProtocolsChange(change));
            }
            _ => {}
        }
    }
}

impl<H: ConnectionHandler> GateHandler<H> {
    fn dial_failed(
        &mut self,
        info: Either<(), H::OutboundOpenInfo>,
        error: StreamUpgradeError<
            <Either<Gate, SendWrapper<H::OutboundProtocol>> as libp2p::swarm::handler::OutboundUpgradeSend>::Error,
        >,
    ) {
        let info = match info {
            Either::Left(()) => {
                let what = match error {
                    StreamUpgradeError::Timeout => return self.fail(GateError::Late),
                    StreamUpgradeError::NegotiationFailed => "it does not speak cremona's gate".to_owned(),
                    StreamUpgradeError::Io(error) => error.kind().to_string(),
                    StreamUpgradeError::Apply(_) => "the gate stream failed".to_owned(),
                };
                return self.fail(GateError::Closed(what));
            }
            Either::Right(info) => info,
        };
        let error = match error {
            StreamUpgradeError::Timeout => StreamUpgradeError::Timeout,
            StreamUpgradeError::NegotiationFailed => StreamUpgradeError::NegotiationFailed,
            StreamUpgradeError::Io(error) => StreamUpgradeError::Io(error),
            StreamUpgradeError::Apply(Either::Right(error)) => StreamUpgradeError::Apply(error),
            StreamUpgradeError::Apply(Either::Left(_)) => return,
        };
        self.inner.on_connection_event(ConnectionEvent::DialUpgradeError(DialUpgradeError { info, error }));
    }
}
