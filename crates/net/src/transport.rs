//! How bytes travel: TCP with Noise and Yamux, QUIC, and circuits through a relay, which carry the
//! same Noise and Yamux end to end, so that a relay sees ciphertext only.

use std::time::Duration;

use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::timeout::TransportTimeout;
use libp2p::core::transport::{Boxed, OrTransport};
use libp2p::core::upgrade::Version;
use libp2p::identity::Keypair;
use libp2p::{PeerId, Transport, noise, quic, relay, tcp, yamux};

use crate::start::StartError;
use crate::traffic::Traffic;

/// Most streams at once on a connection; ten are used, and one for each circuit that is relayed. Each
/// may hold 256 KiB unread, also before the peer is admitted.
pub(crate) const MAX_STREAMS: u16 = 24;
/// Most bytes unread on a QUIC connection.
const QUIC_WINDOW: u32 = 4 * 1024 * 1024;
/// A connection has to be set up, gate aside, within this.
const SET_UP: Duration = Duration::from_secs(10);
/// A QUIC connection that hears nothing is closed; sessions beat more often, and notice sooner.
const QUIC_IDLE: Duration = Duration::from_secs(20);

/// All transports in one, and the behaviour that belongs to circuits.
pub(crate) fn transport(
    keypair: &Keypair,
    traffic: Traffic,
) -> Result<(Boxed<(PeerId, StreamMuxerBox)>, relay::client::Behaviour), StartError> {
    let noise = noise::Config::new(keypair).map_err(|error| StartError::Transport(error.to_string()))?;
    let (circuits, client) = relay::client::new(keypair.public().to_peer_id());
    let circuits = circuits
        .upgrade(Version::V1Lazy)
        .authenticate(noise.clone())
        .multiplex(muxer())
        .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)));
    let tcp = tcp::tokio::Transport::new(tcp::Config::default().nodelay(true))
        .upgrade(Version::V1Lazy)
        .authenticate(noise)
        .multiplex(muxer())
        .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)));
    let quic =
        quic::tokio::Transport::new(quic_config(keypair)).map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)));
    let direct = OrTransport::new(tcp, quic).map(|either, _| either.into_inner());
    let all = OrTransport::new(circuits, direct).map(move |either, _| {
        let (peer, muxer) = either.into_inner();
        traffic.counted(peer, muxer)
    });
    Ok((TransportTimeout::new(all, SET_UP).boxed(), client))
}

fn muxer() -> yamux::Config {
    let mut config = yamux::Config::default();
    config.set_max_num_streams(MAX_STREAMS.into());
    config
}

fn quic_config(keypair: &Keypair) -> quic::Config {
    let mut config = quic::Config::new(keypair);
    config.max_concurrent_stream_limit = MAX_STREAMS.into();
    config.max_stream_data = QUIC_WINDOW;
    config.max_connection_data = QUIC_WINDOW;
    config.max_idle_timeout = u32::try_from(QUIC_IDLE.as_millis()).unwrap_or(u32::MAX);
    config.keep_alive_interval = QUIC_IDLE;
    config
}
