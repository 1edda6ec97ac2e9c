//! The behaviours of a node, and which of them stand behind the gate.

use std::time::Duration;

use libp2p::gossipsub::{self, IdentTopic, MessageAuthenticity, MessageId, ValidationMode};
use libp2p::identity::PublicKey;
use libp2p::swarm::NetworkBehaviour;
use libp2p::swarm::behaviour::toggle::Toggle;
use libp2p::{PeerId, autonat, connection_limits, dcutr, identify, mdns, relay, upnp};

use crate::frame_streams::FrameStreams;
use crate::gate::Gated;
use crate::handle::Settings;
use crate::peer::Peer;
use crate::proof::GateKey;
use crate::relays;
use crate::start::StartError;

/// Longest gossip message, in bytes.
pub const MAX_GOSSIP: usize = 80 * 1024;
/// Most connections that are being set up by this node.
const PENDING: u32 = 64;
/// Most connections in all.
const ESTABLISHED: u32 = 512;
/// Most connections to one peer.
const PER_PEER: u32 = 6;
/// Peers tell each other about themselves on connecting and when something changed; and this often.
const IDENTIFY: Duration = Duration::from_secs(6 * 3600);

/// Everything: limits, discovery and the gateway in the open, the rest behind the gate.
#[derive(NetworkBehaviour)]
pub(crate) struct Behaviour {
    pub(crate) limits: connection_limits::Behaviour,
    pub(crate) gated: Gated<Inside>,
    pub(crate) mdns: Toggle<mdns::tokio::Behaviour>,
    pub(crate) upnp: Toggle<upnp::tokio::Behaviour>,
}

/// What exists for admitted peers only.
#[derive(NetworkBehaviour)]
pub(crate) struct Inside {
    pub(crate) gossip: gossipsub::Behaviour,
    pub(crate) frames: FrameStreams,
    pub(crate) identify: identify::Behaviour,
    pub(crate) circuits: relay::client::Behaviour,
    pub(crate) relay: Toggle<relay::Behaviour>,
    pub(crate) punch: dcutr::Behaviour,
    pub(crate) probes: autonat::v2::client::Behaviour,
    pub(crate) probing: autonat::v2::server::Behaviour,
}

impl Behaviour {
    /// The behaviours of a node.
    pub(crate) fn new(
        settings: &Settings,
        me: Peer,
        key: PublicKey,
        circuits: relay::client::Behaviour,
    ) -> Result<Self, StartError> {
        let id = key.to_peer_id();
        let limits = connection_limits::ConnectionLimits::default()
            .with_max_pending_outgoing(Some(PENDING))
            .with_max_established(Some(ESTABLISHED))
            .with_max_established_per_peer(Some(PER_PEER));
        let inside = Inside {
            gossip: gossip(&topic(settings))?,
            frames: FrameStreams::default(),
            identify: identify::Behaviour::new(identity(key)),
            circuits,
            relay: settings.relay.then(|| relaying(id)).into(),
            punch: dcutr::Behaviour::new(id),
            probes: autonat::v2::client::Behaviour::default(),
            probing: autonat::v2::server::Behaviour::default(),
        };
        let key = GateKey { workspace: settings.workspace, knock: settings.knock };
        let mdns = if settings.mdns {
            let found = mdns::tokio::Behaviour::new(mdns::Config::default(), id);
            // Without multicast there is nobody to find; everything else goes on.
            found.inspect_err(|error| tracing::warn!(%error, "no discovery on the local network")).ok()
        } else {
            None
        };
        Ok(Self {
            limits: connection_limits::Behaviour::new(limits),
            gated: Gated::new(inside, key, me),
            mdns: mdns.into(),
            upnp: settings.upnp.then(upnp::tokio::Behaviour::default).into(),
        })
    }
}

/// The topic of a workspace: a hash, though only members ever hear it.
pub(crate) fn topic(settings: &Settings) -> IdentTopic {
    let hash = blake3::derive_key("cremona 2026-11 gossip topic v1", &settings.workspace);
    IdentTopic::new(blake3::Hash::from_bytes(hash).to_hex().to_string())
}

/// Relaying. Whether this node can be reached, and so is of use, others see by the addresses it tells:
/// its status must not change, for libp2p 0.57 tells that to handlers of relayed connections too,
/// which panic.
fn relaying(id: PeerId) -> relay::Behaviour {
    let mut relay = relay::Behaviour::new(id, relays::limits());
    relay.set_status(Some(relay::Status::Enable));
    relay
}

/// What a peer is told of this node: at which address it is seen, and what it speaks; addresses only
/// where others can reach it, and nothing of the system it runs on.
fn identity(key: PublicKey) -> identify::Config {
    identify::Config::new("cremona/1".to_owned(), key)
        .with_agent_version("cremona".to_owned())
        .with_interval(IDENTIFY)
        .with_hide_listen_addrs(true)
        .with_push_listen_addr_updates(true)
        .with_cache_size(0)
}

fn gossip(topic: &IdentTopic) -> Result<gossipsub::Behaviour, StartError> {
    let config = gossipsub::ConfigBuilder::default()
        .validation_mode(ValidationMode::Anonymous)
        .validate_messages()
        .message_id_fn(|message| MessageId::new(blake3::hash(&message.data).as_bytes()))
        .max_transmit_size(MAX_GOSSIP)
        .flood_publish(true)
        .build()
        .map_err(|error| StartError::Gossip(error.to_string()))?;
    let mut gossip = gossipsub::Behaviour::new(MessageAuthenticity::Anonymous, config)
        .map_err(|error| StartError::Gossip(error.to_owned()))?;
    gossip.subscribe(topic).map_err(|error| StartError::Gossip(error.to_string()))?;
    Ok(gossip)
}
