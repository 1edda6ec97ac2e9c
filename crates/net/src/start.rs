//! Starting a network: keys, transports, listeners, and the task that runs it.

use std::net::SocketAddr;
use std::time::Duration;

use libp2p::identity::Keypair;
use libp2p::{Swarm, SwarmBuilder, noise, tcp, yamux};
use tokio::sync::mpsc;

use crate::behaviour::{Behaviour, topic};
use crate::handle::{Event, Handle, Settings};
use crate::peer::{Peer, quic, tcp as tcp_address};
use crate::task::Task;

/// Most streams at once on a connection; seven are used. Each may hold 256 KiB unread, also before
/// the peer is admitted.
const MAX_STREAMS: u16 = 16;
/// Most bytes unread on a QUIC connection.
const QUIC_WINDOW: u32 = 4 * 1024 * 1024;

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
    let mut swarm = build(&settings, keypair, me)?;
    for address in &settings.listen {
        listen(&mut swarm, address).await?;
    }
    let (orders, inbox) = mpsc::unbounded_channel();
    let (events, outbox) = mpsc::unbounded_channel();
    let handle = Handle { orders };
    let task = Task::new(swarm, topic(&settings), handle.clone(), inbox, events);
    tokio::spawn(task.run());
    Ok((handle, outbox))
}

fn build(settings: &Settings, keypair: Keypair, me: Peer) -> Result<Swarm<Behaviour>, StartError> {
    let transport = |error: &dyn std::fmt::Display| StartError::Transport(error.to_string());
    let id = keypair.public().to_peer_id();
    let behaviour = Behaviour::new(settings, me, id)?;
    let swarm = SwarmBuilder::with_existing_identity(keypair)
        .with_tokio()
        .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, muxer)
        .map_err(|error| transport(&error))?
        .with_quic_config(quic_limits)
        .with_behaviour(|_| behaviour)
        .map_err(|error| transport(&error))?
        .with_swarm_config(|config| {
            config
                .with_idle_connection_timeout(Duration::from_secs(60))
                .with_max_negotiating_inbound_streams(MAX_STREAMS.into())
        })
        .build();
    Ok(swarm)
}

fn muxer() -> yamux::Config {
    let mut config = yamux::Config::default();
    config.set_max_num_streams(MAX_STREAMS.into());
    config
}

fn quic_limits(mut config: libp2p::quic::Config) -> libp2p::quic::Config {
    config.max_concurrent_stream_limit = MAX_STREAMS.into();
    config.max_stream_data = QUIC_WINDOW;
    config.max_connection_data = QUIC_WINDOW;
    config
}

async fn listen(swarm: &mut Swarm<Behaviour>, address: &str) -> Result<(), StartError> {
    let refuse = |reason: String| StartError::Listen { address: address.to_owned(), reason };
    let found = tokio::net::lookup_host(address).await.map_err(|error| refuse(error.to_string()))?;
    let found: Vec<SocketAddr> = found.collect();
    let socket = found.first().ok_or_else(|| refuse("no such host".to_owned()))?;
    // A probe tells at once, and in plain words, what libp2p would tell later; with port 0 it picks
    // one port for both transports.
    let probe = std::net::TcpListener::bind(socket).map_err(|error| refuse(error.to_string()))?;
    let port = probe.local_addr().map_err(|error| refuse(error.to_string()))?.port();
    drop(probe);
    swarm.listen_on(tcp_address(socket.ip(), port)).map_err(|error| refuse(error.to_string()))?;
    if let Err(error) = swarm.listen_on(quic(socket.ip(), port)) {
        tracing::warn!(%error, address, "no QUIC here; TCP goes on");
    }
    Ok(())
}
