//! Teammates get in and talk; outsiders reach the gate and nothing else. Real sockets on this machine.
#![allow(clippy::unwrap_used)] // a test that meets an error has failed

use std::time::Duration;

use cremona_net::{Direction, Event, GATE_DEADLINE, Handle, MAX_FRAME, Peer, Settings, Verdict, start};
use futures::{AsyncReadExt, AsyncWriteExt, StreamExt};
use libp2p::identity::Keypair;
use libp2p::swarm::{StreamProtocol, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm, SwarmBuilder, noise, tcp, yamux};
use libp2p_stream::Control;
use tokio::sync::mpsc::UnboundedReceiver;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);
const KNOCK: [u8; 32] = [7; 32];

struct Node {
    handle: Handle,
    events: UnboundedReceiver<Event>,
    addresses: Vec<String>,
    peer: Peer,
}

async fn node(seed: u8, knock: [u8; 32]) -> Node {
    let settings = Settings {
        identity_seed: [seed; 32],
        workspace: [1; 16],
        knock,
        listen: vec!["127.0.0.1:0".to_owned()],
        mdns: false,
    };
    let (handle, events) = start(settings).await.unwrap();
    let key = Keypair::ed25519_from_bytes([seed; 32]).unwrap().public().try_into_ed25519().unwrap();
    let mut node = Node { handle, events, addresses: Vec::new(), peer: Peer(key.to_bytes()) };
    while node.addresses.len() < 2 {
        if let Event::Listening { address } = node.next().await {
            node.addresses.push(address);
        }
    }
    node.addresses.sort_by_key(|address| address.contains("/udp/"));
    node
}

impl Node {
    async fn next(&mut self) -> Event {
        tokio::time::timeout(PATIENCE, self.events.recv()).await.expect("in time").expect("the network runs")
    }

    /// The next event of a kind, passing over others.
    async fn hear<T>(&mut self, pick: impl Fn(Event) -> Option<T>) -> T {
        loop {
            if let Some(found) = pick(self.next().await) {
                return found;
            }
        }
    }

    async fn connected(&mut self) -> (Peer, Direction) {
        self.hear(|event| match event {
            Event::Connected { peer, direction, first: true, .. } => Some((peer, direction)),
            _ => None,
        })
        .await
    }

    async fn refusal(&mut self) -> String {
        self.hear(|event| match event {
            Event::Refused { reason, .. } => Some(reason),
            Event::Connected { .. } => panic!("it was let in"),
            _ => None,
        })
        .await
    }

    async fn frame(&mut self) -> Vec<u8> {
        self.hear(|event| match event {
            Event::Frame { frame, .. } => Some(frame.bytes),
            _ => None,
        })
        .await
    }
}

async fn met(address: usize) -> (Node, Node) {
    let (mut ana, mut bo) = (node(1, KNOCK).await, node(2, KNOCK).await);
    bo.handle.dial(&ana.addresses[address]);
    assert_eq!(bo.connected().await, (ana.peer, Direction::Dialled));
    assert_eq!(ana.connected().await, (bo.peer, Direction::Accepted));
    (ana, bo)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn teammates_exchange_frames_of_any_size_in_order() {
    let (mut ana, mut bo) = met(0).await;
    let sizes = (0..100_usize).map(|n| (n * n * 97) % 60_000).chain([0, 1, MAX_FRAME]);
    let frames: Vec<Vec<u8>> = sizes.enumerate().map(|(n, size)| vec![u8::try_from(n).unwrap(); size]).collect();
    for frame in &frames {
        ana.handle.send(bo.peer, frame.clone());
        bo.handle.send(ana.peer, frame.clone());
    }
    for frame in &frames {
        assert!(bo.frame().await == *frame && ana.frame().await == *frame);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn teammates_meet_over_quic_too() {
    let (ana, mut bo) = met(1).await;
    ana.handle.send(bo.peer, b"over QUIC".to_vec());
    assert_eq!(bo.frame().await, b"over QUIC");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gossip_reaches_a_teammate_and_waits_for_a_verdict() {
    let (ana, mut bo) = met(0).await;
    for n in 0..200_u8 {
        // Until both have told each other their topics, nobody hears it.
        ana.handle.publish(vec![n; 100]);
        let heard = tokio::time::timeout(
            Duration::from_millis(200),
            bo.hear(|event| match event {
                Event::Gossip { token, bytes, .. } => Some((token, bytes)),
                _ => None,
            }),
        )
        .await;
        if let Ok((token, bytes)) = heard {
            assert_eq!(bytes.len(), 100);
            bo.handle.verdict(token, Verdict::Accept);
            return;
        }
    }
    panic!("gossip never came");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_workspace_is_refused_on_both_sides() {
    let (mut ana, mut mallory) = (node(1, KNOCK).await, node(3, [8; 32]).await);
    mallory.handle.dial(&ana.addresses[0]);
    assert!(ana.refusal().await.contains("proof"));
    // The listener closes and says nothing, so all that the dialler knows is that.
    let reason = mallory
        .hear(|event| match event {
            Event::Refused { reason, .. } | Event::DialFailed { reason, .. } => Some(reason),
            _ => None,
        })
        .await;
    assert!(reason.contains("another workspace"), "{reason}");
    assert_eq!(ana.handle.stats().await.peers, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_peer_is_noticed() {
    let (mut ana, bo) = met(0).await;
    bo.handle.stop().await;
    let gone = ana
        .hear(|event| match event {
            Event::Disconnected { peer, .. } => Some(peer),
            _ => None,
        })
        .await;
    assert_eq!(gone, bo.peer);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dial_to_nobody_and_to_oneself_say_why() {
    let mut ana = node(1, KNOCK).await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let own = ana.addresses[0].clone();
    for address in [free.to_string(), own, "nonsense".to_owned(), "/ip4/999".to_owned()] {
        ana.handle.dial(&address);
        let (told, reason) = ana
            .hear(|event| match event {
                Event::DialFailed { address, reason } => Some((address, reason)),
                _ => None,
            })
            .await;
        assert_eq!(told, address);
        assert!(!reason.is_empty());
    }
}

// Outsiders --------------------------------------------------------------------------------------

/// A libp2p client of somebody else: Noise, yamux, and whatever stream it asks for.
struct Outsider {
    control: Control,
    dials: tokio::sync::mpsc::UnboundedSender<Multiaddr>,
    closed: UnboundedReceiver<PeerId>,
    opened: UnboundedReceiver<PeerId>,
    key: [u8; 32],
}

fn outsider(seed: u8) -> Outsider {
    let keypair = Keypair::ed25519_from_bytes([seed; 32]).unwrap();
    let key = keypair.public().try_into_ed25519().unwrap().to_bytes();
    let mut swarm: Swarm<libp2p_stream::Behaviour> = SwarmBuilder::with_existing_identity(keypair)
        .with_tokio()
        .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)
        .unwrap()
        .with_behaviour(|_| libp2p_stream::Behaviour::new())
        .unwrap()
        .with_swarm_config(|config| config.with_idle_connection_timeout(Duration::from_secs(60)))
        .build();
    let control = swarm.behaviour().new_control();
    let (dials, mut asked) = tokio::sync::mpsc::unbounded_channel::<Multiaddr>();
    let (tell_closed, closed) = tokio::sync::mpsc::unbounded_channel();
    let (tell_opened, opened) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                address = asked.recv() => match address {
                    Some(address) => swarm.dial(address).unwrap(),
                    None => return,
                },
                event = swarm.select_next_some() => match event {
                    SwarmEvent::ConnectionEstablished { peer_id, .. } => { let _ = tell_opened.send(peer_id); }
                    SwarmEvent::ConnectionClosed { peer_id, .. } => { let _ = tell_closed.send(peer_id); }
                    _ => {}
                },
            }
        }
    });
    Outsider { control, dials, closed, opened, key }
}

impl Outsider {
    async fn connect(&mut self, address: &str) -> PeerId {
        self.dials.send(address.parse().unwrap()).unwrap();
        tokio::time::timeout(PATIENCE, self.opened.recv()).await.unwrap().unwrap()
    }

    /// Sends two messages on a gate stream, the second after the node's nonce; gives all it got.
    async fn knock(
        &mut self,
        id: PeerId,
        nonce: [u8; 32],
        proof: impl FnOnce([u8; 32]) -> [u8; 32],
    ) -> (Vec<u8>, [u8; 32]) {
        let mut stream = self.control.open_stream(id, StreamProtocol::new("/cremona/gate/1")).await.unwrap();
        stream.write_all(&nonce).await.unwrap();
        stream.flush().await.unwrap();
        let mut theirs = [0; 32];
        stream.read_exact(&mut theirs).await.unwrap();
        let sent = proof(theirs);
        stream.write_all(&sent).await.unwrap();
        stream.flush().await.unwrap();
        let mut got = Vec::new();
        // It is closed, which some transports tell as an error.
        let _ = (&mut stream).take(32).read_to_end(&mut got).await;
        (got, sent)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outsider_negotiates_no_protocol_but_the_gate() {
    let ana = node(1, KNOCK).await;
    let mut mallory = outsider(9);
    let id = mallory.connect(&ana.addresses[0]).await;
    for protocol in [
        "/cremona/frames/1",
        "/meshsub/1.1.0",
        "/meshsub/1.2.0",
        "/meshsub/1.3.0",
        "/floodsub/1.0.0",
        "/ipfs/ping/1.0.0",
        "/ipfs/id/1.0.0",
        "/ipfs/id/push/1.0.0",
        "/cremona/sync/1",
        "/libp2p/circuit/relay/0.2.0/hop",
    ] {
        let opened = mallory.control.open_stream(id, StreamProtocol::new(protocol)).await;
        assert!(opened.is_err(), "{protocol} was negotiated");
    }
    // Nothing proven by the deadline: closed.
    let closed = tokio::time::timeout(GATE_DEADLINE + PATIENCE, mallory.closed.recv()).await.unwrap();
    assert_eq!(closed, Some(id));
    assert_eq!(ana.handle.stats().await.peers, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recorded_admission_opens_nothing_the_second_time() {
    let mut ana = node(1, KNOCK).await;
    let mut eve = outsider(9);
    let (me, them) = (eve.key, ana.peer.0);
    let mac = |nonces: [[u8; 32]; 2]| {
        let mut hasher = blake3::Hasher::new_keyed(&KNOCK);
        hasher.update(b"cremona 2026-11 gate v1").update(&[1]).update(&me).update(&them);
        hasher.update(&nonces[0]).update(&nonces[1]).update(&[1; 16]);
        *hasher.finalize().as_bytes()
    };
    let nonce = [5; 32];
    let id = eve.connect(&ana.addresses[0]).await;
    let (got, recorded) = eve.knock(id, nonce, |theirs| mac([nonce, theirs])).await;
    assert_eq!(got.len(), 32, "with the key it is answered");
    let mut eve = outsider(9);
    let id = eve.connect(&ana.addresses[0]).await;
    let (got, _) = eve.knock(id, nonce, |_| recorded).await;
    assert_eq!(got, Vec::<u8>::new(), "a replay is answered");
    // The recorded admission itself was never finished; the replay is refused for its proof.
    while !ana.refusal().await.contains("proof") {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_attempts_leave_nothing_behind() {
    let mut ana = node(1, KNOCK).await;
    let mut sizes = Vec::new();
    for attempt in 0..1_000_u32 {
        let mut mallory = outsider(9);
        let id = mallory.connect(&ana.addresses[0]).await;
        let (got, _) = mallory.knock(id, [1; 32], |_| [2; 32]).await;
        assert_eq!(got, Vec::<u8>::new());
        ana.refusal().await;
        drop(mallory);
        if attempt % 200 == 199 {
            sizes.push(resident_kib());
        }
    }
    let stats = ana.handle.stats().await;
    assert_eq!((stats.peers, stats.dials), (0, 0));
    assert!(stats.waiting <= 4, "{} connections wait", stats.waiting);
    let grown = sizes[4].saturating_sub(sizes[0]);
    assert!(grown < 8 * 1024, "grew by {grown} KiB over 800 attempts: {sizes:?}");
}

fn resident_kib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
