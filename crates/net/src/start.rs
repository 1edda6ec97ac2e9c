//! Starting a network: keys, transports, listeners, and the task that runs it.

use std::net::SocketAddr;
use std::time::Duration;

use libp2p::core::upgrade::Version;
use libp2p::identity::Keypair;
use libp2p::{Swarm, swarm};
use tokio::sync::mpsc;

use crate::behaviour::{Behaviour, topic};
use crate::handle::{Event, Handle, Settings};
use crate::peer::{Peer, quic, tcp as tcp_address};
use crate::task::Task;
use crate::traffic::Traffic;
use crate::transport::{MAX_STREAMS, transport};

/// Ports that are tried where any will do.
const TRIES: usize = 8;

/// Why a network can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The identity is not a key.
    #[error("the device's key is not one")]
    Identity,
    /// Not `HOST:PORT`, or unknown.
    #[error("can't listen on {address}: {reason}")]
    Listen {
        /// As it was given.
        address: String,
        /// Why.
        reason: String,
    },
    /// A transport refuses.
    #[error("can't set up a transport: {0}")]
    Transport(String),
    /// Gossip refuses.
    #[error("can't set up gossip: {0}")]
    Gossip(String),
}

/// Starts a network; its task ends with [`Handle::stop`] or when handle and events are dropped.
///
/// # Errors
/// [`StartError`] where it can't listen.
pub async fn start(settings: Settings) -> Result<(Handle, mpsc::UnboundedReceiver<Event>), StartError> {
    let mut seed = settings.identity_seed;
    let keypair = Keypair::ed25519_from_bytes(&mut seed).map_err(|_| StartError::Identity)?;
    let id = keypair.public().to_peer_id();
    let me = Peer::from_id(&id).ok_or(StartError::Identity)?;
    let traffic = Traffic::default();
    let mut swarm = build(&settings, &keypair, me, traffic.clone())?;
    for address in &settings.listen {
        listen(&mut swarm, address).await?;
    }
    let (orders, inbox) = mpsc::unbounded_channel();
    let (events, outbox) = mpsc::unbounded_channel();
    let handle = Handle { orders };
    let task = Task::new(swarm, me, topic(&settings), handle.clone(), inbox, events, traffic);
    tokio::spawn(task.run());
    Ok((handle, outbox))
}

fn build(settings: &Settings, keypair: &Keypair, me: Peer, traffic: Traffic) -> Result<Swarm<Behaviour>, StartError> {
    let (transport, circuits) = transport(keypair, traffic)?;
    let behaviour = Behaviour::new(settings, me, keypair.public(), circuits)?;
    let config = swarm::Config::with_tokio_executor()
        // Who opens a stream with one protocol says what it has to say at once, a round trip sooner.
        .with_substream_upgrade_protocol_override(Version::V1Lazy)
        .with_idle_connection_timeout(Duration::from_secs(60))
        .with_max_negotiating_inbound_streams(MAX_STREAMS.into());
    Ok(Swarm::new(transport, behaviour, keypair.public().to_peer_id(), config))
}

async fn listen(swarm: &mut Swarm<Behaviour>, address: &str) -> Result<(), StartError> {
    let refuse = |reason: String| StartError::Listen { address: address.to_owned(), reason };
    let found = tokio::net::lookup_host(address).await.map_err(|error| refuse(error.to_string()))?;
    let found: Vec<SocketAddr> = found.collect();
    let socket = found.first().ok_or_else(|| refuse("no such host".to_owned()))?;
    let mut tries = 0..if socket.port() == 0 { TRIES } else { 1 };
    let port = loop {
        // A probe tells at once, and in plain words, what libp2p would tell later; with port 0 it picks
        // one port for both transports, which another program may take before we do.
        let probe = std::net::TcpListener::bind(socket).map_err(|error| refuse(error.to_string()))?;
        let port = probe.local_addr().map_err(|error| refuse(error.to_string()))?.port();
        drop(probe);
        tries.next();
        match swarm.listen_on(tcp_address(socket.ip(), port)) {
            Ok(_) => break port,
            Err(error) if tries.is_empty() => return Err(refuse(error.to_string())),
            Err(error) => tracing::debug!(%error, port, "taken meanwhile; another one is tried"),
        }
    };
    if let Err(error) = swarm.listen_on(quic(socket.ip(), port)) {
        tracing::warn!(%error, address, "no QUIC here; TCP goes on");
    }
    Ok(())
}
