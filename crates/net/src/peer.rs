//! Peers and addresses as plain values.

use libp2p::identity::{PublicKey, ed25519};
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};

/// A node, by its device's Ed25519 public key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Peer(pub [u8; 32]);

/// Which side began a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// This node.
    Dialled,
    /// The other one.
    Accepted,
}

/// Protobuf of an Ed25519 public key: type, then 32 bytes.
const ED25519_PREFIX: [u8; 4] = [0x08, 0x01, 0x12, 0x20];

impl Peer {
    /// The peer of a libp2p id; `None` for keys of another kind.
    pub(crate) fn from_id(id: &PeerId) -> Option<Self> {
        let hash = id.as_ref();
        let key = hash.digest().strip_prefix(&ED25519_PREFIX)?;
        key.try_into().ok().map(Self).filter(|_| hash.code() == 0)
    }

    /// The libp2p id; `None` where the bytes are not a key.
    pub(crate) fn id(&self) -> Option<PeerId> {
        let key = ed25519::PublicKey::try_from_bytes(&self.0).ok()?;
        Some(PublicKey::from(key).to_peer_id())
    }
}

/// The multiaddrs to try for what a person or a key says: a multiaddr, or `host:port` (TCP).
pub(crate) async fn resolve(address: &str) -> Result<Vec<Multiaddr>, String> {
    if address.starts_with('/') {
        return address.parse().map(|address| vec![address]).map_err(|error| format!("not an address: {error}"));
    }
    let found = tokio::net::lookup_host(address).await.map_err(|error| format!("can't find {address}: {error}"))?;
    let addresses: Vec<_> = found.map(|found| tcp(found.ip(), found.port())).take(4).collect();
    if addresses.is_empty() { Err(format!("can't find {address}")) } else { Ok(addresses) }
}

/// The TCP multiaddr of an address and port.
pub(crate) fn tcp(ip: std::net::IpAddr, port: u16) -> Multiaddr {
    Multiaddr::from(ip).with(Protocol::Tcp(port))
}

/// The QUIC multiaddr of an address and port.
pub(crate) fn quic(ip: std::net::IpAddr, port: u16) -> Multiaddr {
    Multiaddr::from(ip).with(Protocol::Udp(port)).with(Protocol::QuicV1)
}

/// The libp2p id of a device key as text, as it ends a multiaddr; empty where the bytes are no key.
#[must_use]
pub fn peer_id(key: &[u8; 32]) -> String {
    Peer(*key).id().map(|id| id.to_string()).unwrap_or_default()
}
