//! People with a node each, who wait for what happens and never for a time.

use std::future::Future;
use std::time::Duration;

use cremona_net::{Event, Handle, Peer, Settings, start};
use tokio::sync::mpsc::UnboundedReceiver;

/// Long enough for anything that happens at all, also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// The knock key of the team.
pub const TEAM: [u8; 32] = [7; 32];
/// The workspace of the team.
pub const WORKSPACE: [u8; 16] = [8; 16];

/// Someone with a node.
pub struct Person {
    name: String,
    pub handle: Handle,
    pub events: UnboundedReceiver<Event>,
    /// Where the node listens, by TCP.
    pub tcp: String,
    /// Where the node listens, by QUIC.
    pub quic: String,
    pub peer: Peer,
    /// Everything that happened so far, but for frames and gossip.
    pub seen: Vec<String>,
}

/// A teammate; the same name is the same device.
pub async fn person(name: &str) -> Person {
    person_of(name, WORKSPACE, TEAM).await
}

/// Someone of another team, or with another key.
pub async fn person_of(name: &str, workspace: [u8; 16], knock: [u8; 32]) -> Person {
    let mut person = started(name, workspace, knock, vec!["127.0.0.1:0".to_owned()]).await;
    while person.tcp.is_empty() || person.quic.is_empty() {
        let address = person.until("an address", listening).await;
        if address.contains("/tcp/") { person.tcp = address } else { person.quic = address }
    }
    person
}

/// A teammate whom nobody can dial, as behind a NAT that lets nothing in.
pub async fn hidden(name: &str) -> Person {
    started(name, WORKSPACE, TEAM, Vec::new()).await
}

async fn started(name: &str, workspace: [u8; 16], knock: [u8; 32], listen: Vec<String>) -> Person {
    let settings =
        Settings { identity_seed: seed(name), workspace, knock, listen, mdns: false, relay: true, upnp: false };
    let (handle, events) = start(settings).await.expect("the node starts");
    let peer = Peer(keypair(name).public().try_into_ed25519().expect("an Ed25519 key").to_bytes());
    let (tcp, quic, seen) = (String::new(), String::new(), Vec::new());
    Person { name: name.to_owned(), handle, events, tcp, quic, peer, seen }
}

/// The libp2p identity of a name.
pub fn keypair(name: &str) -> libp2p::identity::Keypair {
    libp2p::identity::Keypair::ed25519_from_bytes(seed(name)).expect("32 bytes are a seed")
}

fn seed(name: &str) -> [u8; 32] {
    *blake3::hash(name.as_bytes()).as_bytes()
}

/// What is awaited, or a failed test that says what was not.
pub async fn in_time<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(_) => panic!("waited in vain for {what}"),
    }
}

impl Person {
    /// The first event from now on that `pick` takes; the others are noted in `seen`.
    pub async fn until<T>(&mut self, what: &str, pick: impl Fn(Event) -> Result<T, Event>) -> T {
        let found = tokio::time::timeout(PATIENCE, async {
            loop {
                let event = self.events.recv().await.expect("the network goes on");
                match pick(event) {
                    Ok(found) => return found,
                    Err(Event::Frame { .. } | Event::Gossip { .. }) => {}
                    Err(other) => self.seen.push(format!("{other:?}")),
                }
            }
        })
        .await;
        found.unwrap_or_else(|_| panic!("{} waited in vain for {what}; saw {:#?}", self.name, self.seen))
    }

    /// Connects to another's TCP address, until both have noticed.
    pub async fn meet(&mut self, other: &mut Person) {
        let address = other.tcp.clone();
        self.meet_at(&address, other).await;
    }

    /// The same at an address of choice.
    pub async fn meet_at(&mut self, address: &str, other: &mut Person) {
        self.handle.dial(address);
        self.until("a connection", connected_to(other.peer)).await;
        other.until("a connection", connected_to(self.peer)).await;
    }

    /// The next frame from a peer.
    pub async fn frame(&mut self, from: Peer) -> Vec<u8> {
        self.until("a frame", |event| match event {
            Event::Frame { peer, frame } if peer == from => Ok(frame.bytes),
            other => Err(other),
        })
        .await
    }

    /// Until a peer is gone; why.
    pub async fn parted(&mut self, from: Peer) -> String {
        self.until("a disconnection", |event| match event {
            Event::Disconnected { peer, reason } if peer == from => Ok(reason),
            other => Err(other),
        })
        .await
    }

    /// Whether something with this name happened that was noted.
    pub fn saw(&self, event: &str) -> bool {
        self.seen.iter().any(|seen| seen.starts_with(event))
    }
}

fn listening(event: Event) -> Result<String, Event> {
    match event {
        Event::Listening { address } => Ok(address),
        other => Err(other),
    }
}

/// Takes the connection to a peer.
pub fn connected_to(who: Peer) -> impl Fn(Event) -> Result<bool, Event> {
    move |event| match event {
        Event::Connected { peer, first, .. } if peer == who => Ok(first),
        other => Err(other),
    }
}
