//! Someone with a libp2p client of their own, who says whatever they like.

use futures::{AsyncReadExt, AsyncWriteExt, StreamExt};
use libp2p::identity::Keypair;
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::swarm::{Stream, StreamProtocol, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm, SwarmBuilder, noise, tcp, yamux};
use libp2p_stream::{Control, OpenStreamError};

use crate::people::{Person, in_time, keypair};

/// The protocol of the gate.
pub const GATE: StreamProtocol = StreamProtocol::new("/cremona/gate/1");

/// See the module.
pub struct Outsider {
    control: Control,
    target: PeerId,
    client: tokio::task::JoinHandle<()>,
}

impl Outsider {
    /// A client that is connected to `target`, by TCP or QUIC; `None` where it hangs up.
    pub async fn connect(target: &Person, address: &str, identity: Keypair) -> Option<Self> {
        let id = target_id(target);
        let mut swarm = client(identity);
        let address = address.parse::<Multiaddr>().expect("a multiaddr");
        swarm.dial(DialOpts::peer_id(id).addresses(vec![address]).build()).expect("a dial begins");
        loop {
            match in_time("a connection", swarm.select_next_some()).await {
                SwarmEvent::ConnectionEstablished { .. } => break,
                SwarmEvent::OutgoingConnectionError { .. } => return None,
                _ => {}
            }
        }
        let control = swarm.behaviour().new_control();
        let client = tokio::spawn(async move {
            loop {
                swarm.select_next_some().await;
            }
        });
        Some(Self { control, target: id, client })
    }

    /// The same where it does not hang up.
    pub async fn at(target: &Person, address: &str, identity: Keypair) -> Self {
        Self::connect(target, address, identity).await.expect("it takes connections")
    }

    /// Tries to open a protocol.
    pub async fn open(&mut self, protocol: StreamProtocol) -> Result<Stream, OpenStreamError> {
        in_time("an answer to a protocol", self.control.open_stream(self.target, protocol)).await
    }

    /// Sends a nonce and a proof of choice at the gate; all that was answered before it closed.
    pub async fn knock(&mut self, nonce: [u8; 32], proof: impl Fn([u8; 32]) -> [u8; 32]) -> Option<Vec<u8>> {
        let mut stream = self.open(GATE).await.ok()?;
        stream.write_all(&nonce).await.ok()?;
        stream.flush().await.ok()?;
        let mut theirs = [0; 32];
        stream.read_exact(&mut theirs).await.ok()?;
        stream.write_all(&proof(theirs)).await.ok()?;
        stream.flush().await.ok()?;
        let mut answer = theirs.to_vec();
        let mut more = [0; 256];
        // One read is enough: an answer is one message, and the end may come as an error.
        let len = in_time("an end", stream.read(&mut more)).await.unwrap_or(0);
        answer.extend_from_slice(&more[..len]);
        Some(answer)
    }
}

/// A client that offers no protocol.
fn client(identity: Keypair) -> Swarm<libp2p_stream::Behaviour> {
    SwarmBuilder::with_existing_identity(identity)
        .with_tokio()
        .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, yamux::Config::default)
        .expect("a transport")
        .with_quic()
        .with_behaviour(|_| libp2p_stream::Behaviour::new())
        .expect("a behaviour")
        .build()
}

/// A program of libp2p that listens and has no gate: where, and what runs it.
pub async fn listens_without_a_gate() -> (String, tokio::task::JoinHandle<()>) {
    let mut swarm = client(Keypair::generate_ed25519());
    swarm.listen_on("/ip4/127.0.0.1/tcp/0".parse().expect("a multiaddr")).expect("a port");
    let address = loop {
        if let SwarmEvent::NewListenAddr { address, .. } = in_time("a port", swarm.select_next_some()).await {
            break address.to_string();
        }
    };
    let runs = async move {
        loop {
            swarm.select_next_some().await;
        }
    };
    (address, tokio::spawn(runs))
}

impl Drop for Outsider {
    fn drop(&mut self) {
        self.client.abort();
    }
}

/// The libp2p id of a person's node.
pub fn target_id(person: &Person) -> PeerId {
    cremona_net::peer_id(&person.peer.0).parse().expect("a peer id")
}

/// The public key of a name.
pub fn public(name: &str) -> [u8; 32] {
    keypair(name).public().try_into_ed25519().expect("an Ed25519 key").to_bytes()
}

/// The proof of a dialler who holds the knock key, as `docs/protocol.md` tells it.
pub fn proof(knock: &[u8; 32], workspace: &[u8; 16], keys: [[u8; 32]; 2], nonces: [[u8; 32]; 2]) -> [u8; 32] {
    let mut said = b"cremona 2026-11 gate v1\x01".to_vec();
    for part in keys.iter().chain(&nonces) {
        said.extend_from_slice(part);
    }
    said.extend_from_slice(workspace);
    *blake3::keyed_hash(knock, &said).as_bytes()
}
