//! The behaviour that opens and accepts frame streams on connections it is told of; who reads and
//! writes them is up to the task.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::task::{Context, Poll};

use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::core::upgrade::ReadyUpgrade;
use libp2p::swarm::handler::{ConnectionEvent, FullyNegotiatedInbound, FullyNegotiatedOutbound};
use libp2p::swarm::{
    ConnectionDenied, ConnectionHandler, ConnectionHandlerEvent, ConnectionId, FromSwarm, NetworkBehaviour,
    NotifyHandler, Stream, StreamProtocol, StreamUpgradeError, SubstreamProtocol, THandler, THandlerInEvent,
    THandlerOutEvent, ToSwarm,
};
use libp2p::{Multiaddr, PeerId};

/// The protocol of frames.
pub(crate) const FRAMES: StreamProtocol = StreamProtocol::new("/cremona/frames/2");

/// Streams that came on one connection and wait to be told; a good peer opens one in all, or two.
const MAX_CAME: usize = 2;

/// See the module.
#[derive(Default)]
pub(crate) struct FrameStreams {
    queue: VecDeque<ToSwarm<StreamEvent, OpenStream>>,
}

/// What becomes of streams.
#[derive(Debug)]
pub(crate) struct StreamEvent {
    pub(crate) connection: ConnectionId,
    pub(crate) what: StreamNews,
}

/// What becomes of a stream.
#[derive(Debug)]
pub enum StreamNews {
    /// The stream asked for is open.
    Opened(Stream),
    /// The peer opened one.
    Came(Stream),
    /// The stream asked for can't be opened.
    Failed(String),
}

/// Asks for a stream.
#[derive(Debug)]
pub struct OpenStream;

impl FrameStreams {
    /// Opens a stream on an admitted connection; it comes as [`StreamNews::Opened`].
    pub(crate) fn open(&mut self, peer_id: PeerId, connection: ConnectionId) {
        self.queue.push_back(ToSwarm::NotifyHandler {
            peer_id,
            handler: NotifyHandler::One(connection),
            event: OpenStream,
        });
    }
}

impl NetworkBehaviour for FrameStreams {
    type ConnectionHandler = StreamHandler;
    type ToSwarm = StreamEvent;

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(StreamHandler::default())
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(StreamHandler::default())
    }

    fn on_swarm_event(&mut self, _: FromSwarm<'_>) {}

    fn on_connection_handler_event(&mut self, _: PeerId, connection: ConnectionId, what: THandlerOutEvent<Self>) {
        self.queue.push_back(ToSwarm::GenerateEvent(StreamEvent { connection, what }));
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        self.queue.pop_front().map_or(Poll::Pending, Poll::Ready)
    }
}

/// The handler of one connection.
#[derive(Default)]
pub struct StreamHandler {
    wanted: bool,
    news: VecDeque<StreamNews>,
}

impl ConnectionHandler for StreamHandler {
    type FromBehaviour = OpenStream;
    type ToBehaviour = StreamNews;
    type InboundProtocol = ReadyUpgrade<StreamProtocol>;
    type OutboundProtocol = ReadyUpgrade<StreamProtocol>;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = ();

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol> {
        SubstreamProtocol::new(ReadyUpgrade::new(FRAMES), ())
    }

    fn on_behaviour_event(&mut self, OpenStream: OpenStream) {
        self.wanted = true;
    }

    fn poll(
        &mut self,
        _: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<Self::OutboundProtocol, (), Self::ToBehaviour>> {
        if let Some(news) = self.news.pop_front() {
            return Poll::Ready(ConnectionHandlerEvent::NotifyBehaviour(news));
        }
        if std::mem::take(&mut self.wanted) {
            let protocol = SubstreamProtocol::new(ReadyUpgrade::new(FRAMES), ());
            return Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest { protocol });
        }
        Poll::Pending
    }

    fn on_connection_event(&mut self, event: ConnectionEvent<'_, Self::InboundProtocol, Self::OutboundProtocol>) {
        let news = match event {
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound { protocol, info: () }) => {
                StreamNews::Came(protocol)
            }
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound { protocol, info: () }) => {
                StreamNews::Opened(protocol)
            }
            ConnectionEvent::DialUpgradeError(failed) => StreamNews::Failed(reason(failed.error)),
            _ => return,
        };
        if self.news.len() < MAX_CAME.saturating_add(1) {
            self.news.push_back(news);
        }
    }
}

fn reason(error: StreamUpgradeError<Infallible>) -> String {
    match error {
        StreamUpgradeError::Timeout => "it did not take a frame stream in time".to_owned(),
        StreamUpgradeError::NegotiationFailed => "it takes no frame stream".to_owned(),
        StreamUpgradeError::Io(error) => error.to_string(),
        StreamUpgradeError::Apply(never) => match never {},
    }
}
