//! Who is connected, how they are reached, what is dialled next, and why the last try failed.

use std::collections::{BTreeMap, HashMap, VecDeque};

use cremona_engine::{Attempt, Dialer, Engine, Peer, ask};
use cremona_envelope::{DeviceId, Time};
use cremona_net::{Direction, GossipToken};

/// Most dropped peers that are remembered.
const REMEMBERED: usize = 64;
/// Most gossip messages that wait for a verdict.
const MAX_TOKENS: usize = 4_096;

/// See the module.
pub struct PeerBook {
    me: DeviceId,
    dialer: Dialer,
    listening: Vec<String>,
    /// Where teammates can reach this node from elsewhere, as some did.
    external: Vec<String>,
    connected: BTreeMap<Peer, (String, Direction)>,
    dropped: VecDeque<(Peer, String)>,
    /// Whom the engine would not go on with, and why: kept once they are back.
    blamed: VecDeque<(Peer, String, Time)>,
    tokens: HashMap<u64, GossipToken>,
    last_token: u64,
}

impl PeerBook {
    /// A book of addresses to try; `seed` is any random number.
    pub fn new(me: DeviceId, addresses: impl Iterator<Item = String>, seed: u64, now: Time) -> Self {
        let mut dialer = Dialer::new(seed);
        for address in addresses {
            dialer.add(&address, now);
        }
        Self {
            me,
            dialer,
            listening: Vec::new(),
            external: Vec::new(),
            connected: BTreeMap::new(),
            dropped: VecDeque::new(),
            blamed: VecDeque::new(),
            tokens: HashMap::new(),
            last_token: 0,
        }
    }

    /// This node listens on one more address: something about the network changed.
    pub fn listening(&mut self, address: &str, now: Time) {
        if !self.listening.iter().any(|known| known == address) {
            self.listening.push(address.to_owned());
            self.listening.sort_by_key(|address| {
                (address.contains("/udp/"), address.contains("/127.") || address.contains("/::1/"))
            });
            self.dialer.network_changed(now);
        }
    }

    /// It does not listen there any more.
    pub fn silent(&mut self, address: &str, now: Time) {
        self.listening.retain(|known| known != address);
        self.dialer.network_changed(now);
    }

    /// Teammates reach this node here.
    pub fn reached_at(&mut self, address: &str) {
        if !self.external.iter().any(|known| known == address) {
            self.external.push(address.to_owned());
        }
    }

    /// They don't any more.
    pub fn not_reached_at(&mut self, address: &str) {
        self.external.retain(|known| known != address);
    }

    /// What is sent to a peer takes another of its connections.
    pub fn moved(&mut self, peer: [u8; 32], address: &str) {
        if let Some((known, _)) = self.connected.get_mut(&Peer(peer)) {
            address.clone_into(known);
        }
    }

    /// The machine slept: everything is tried at once.
    pub fn woke(&mut self, now: Time) {
        self.dialer.network_changed(now);
    }

    /// Whether anyone can reach this node.
    pub fn listens_on_tcp(&self) -> bool {
        self.listening.iter().any(|address| address.contains("/tcp/"))
    }

    /// Multiaddrs of this node: where it listens, TCP first, then where else it is reached.
    pub fn addresses(&self) -> Vec<String> {
        let me = format!("/p2p/{}", cremona_net::peer_id(&self.me.0));
        let elsewhere = self.external.iter().filter(|address| !self.listening.contains(address));
        let full = |address: &String| if address.ends_with(&me) { address.clone() } else { format!("{address}{me}") };
        self.listening.iter().chain(elsewhere).map(full).collect()
    }

    /// `host:port`s for the key: TCP, where it is reached or listens, others than loopback where there
    /// are any.
    pub fn hints(&self) -> Vec<String> {
        let elsewhere = self.external.iter().filter(|address| !self.listening.contains(address));
        let mut hints: Vec<String> = elsewhere.chain(&self.listening).filter_map(|address| hint_of(address)).collect();
        hints.dedup();
        let local = |hint: &&String| hint.starts_with("127.") || hint.starts_with("[::1]");
        let far: Vec<String> = hints.iter().filter(|hint| !local(hint)).cloned().collect();
        if far.is_empty() { hints } else { far }
    }

    /// A peer was admitted.
    pub fn connected_to(&mut self, peer: [u8; 32], address: &str, direction: Direction) {
        let peer = Peer(peer);
        self.dialer.connected(address, peer);
        self.dialer.met(peer);
        self.dropped.retain(|(known, _)| *known != peer);
        self.connected.entry(peer).or_insert_with(|| (address.to_owned(), direction));
    }

    /// A peer is gone.
    pub fn disconnected(&mut self, peer: [u8; 32], reason: &str, now: Time) {
        let peer = Peer(peer);
        self.connected.remove(&peer);
        self.dialer.disconnected(peer, now);
        if !self.dropped.iter().any(|(known, _)| *known == peer) {
            self.remember_drop(peer, reason);
        }
    }

    /// The engine has a peer dropped.
    pub fn dropped(&mut self, peer: [u8; 32], reason: &str, now: Time) {
        let peer = Peer(peer);
        self.dialer.dropped(peer, reason, now);
        self.remember_drop(peer, reason);
        self.blamed.retain(|(known, ..)| *known != peer);
        self.blamed.push_back((peer, reason.to_owned(), now));
        if self.blamed.len() > REMEMBERED {
            self.blamed.pop_front();
        }
    }

    fn remember_drop(&mut self, peer: Peer, reason: &str) {
        self.dropped.retain(|(known, _)| *known != peer);
        self.dropped.push_back((peer, reason.to_owned()));
        if self.dropped.len() > REMEMBERED {
            self.dropped.pop_front();
        }
    }

    /// An address could not be reached, or who answers there was refused.
    pub fn failed(&mut self, address: &str, reason: &str, now: Time) {
        self.dialer.failed(address, reason, now);
    }

    /// An address was found on the local network.
    pub fn discovered(&mut self, address: &str, now: Time) {
        let mine = cremona_net::peer_id(&self.me.0);
        if !address.ends_with(&mine) {
            self.dialer.add(address, now);
        }
    }

    /// One more address to dial and keep dialling.
    pub fn add(&mut self, address: &str, now: Time) {
        self.dialer.add(address, now);
    }

    /// A teammate says where its node can be reached.
    pub fn reachable(&mut self, device: &DeviceId, addresses: &[String], now: Time) {
        self.dialer.reachable(Peer(device.0), addresses, now);
    }

    /// What this node says of where it can be reached: addresses of this machine only where there are
    /// no others.
    pub fn own_addresses(&self) -> Vec<String> {
        let all = self.addresses();
        let local = |address: &&String| address.contains("/127.") || address.contains("/::1/");
        let far: Vec<String> = all.iter().filter(|address| !local(address)).cloned().collect();
        if far.is_empty() { all } else { far }
    }

    /// The next address to dial.
    pub fn poll_dial(&mut self, now: Time) -> Option<String> {
        self.dialer.poll_dial(now)
    }

    /// When to ask again.
    pub fn wake_at(&self) -> Option<Time> {
        self.dialer.wake_at()
    }

    /// How many peers are connected.
    pub fn connected(&self) -> u64 {
        u64::try_from(self.connected.len()).unwrap_or(u64::MAX)
    }

    /// A number for a gossip message, by which its verdict finds it.
    pub fn remember(&mut self, token: GossipToken) -> u64 {
        self.last_token = self.last_token.wrapping_add(1);
        if self.tokens.len() < MAX_TOKENS {
            self.tokens.insert(self.last_token, token);
        }
        self.last_token
    }

    /// The gossip message of a number.
    pub fn recall(&mut self, token: u64) -> Option<GossipToken> {
        self.tokens.remove(&token)
    }

    /// The gossip messages that wait for a verdict, which they will not get.
    pub fn forget_gossip(&mut self) -> Vec<GossipToken> {
        self.tokens.drain().map(|(_, token)| token).collect()
    }

    /// Everything for `peers`: connected ones, addresses that are tried, and who was dropped.
    pub fn list(&self, engine: &Engine) -> Vec<ask::Peer> {
        let mut list: Vec<ask::Peer> = self
            .connected
            .iter()
            .map(|(peer, (address, direction))| connected(engine, peer, address, *direction))
            .collect();
        let met = |peer: &Peer| self.connected.contains_key(peer);
        let open = |attempt: &Attempt| attempt.connected.is_none() && !attempt.whose.as_ref().is_some_and(met);
        for attempt in self.dialer.attempts().filter(open) {
            let waiting = attempt.reason.is_some();
            let device = attempt.whose.map(|peer| DeviceId(peer.0));
            list.push(ask::Peer {
                device: device.map(|device| device.to_string()),
                name: device.and_then(|device| engine.name_of(&device)),
                state: if waiting { "waiting" } else { "dialling" }.to_owned(),
                next_try: waiting.then(|| cremona_engine::show_time(attempt.next)),
                reason: attempt.reason,
                ..stranger(&attempt.address)
            });
        }
        for (peer, reason) in self.dropped.iter().filter(|(peer, _)| !self.connected.contains_key(peer)) {
            let device = DeviceId(peer.0);
            list.push(ask::Peer {
                device: Some(device.to_string()),
                name: engine.name_of(&device),
                state: "dropped".to_owned(),
                reason: Some(reason.clone()),
                ..stranger("")
            });
        }
        for (peer, reason, at) in &self.blamed {
            let device = DeviceId(peer.0).to_string();
            for row in list.iter_mut().filter(|row| row.device.as_ref() == Some(&device)) {
                row.dropped_for = Some(reason.clone());
                row.dropped_at = Some(cremona_engine::show_time(*at));
            }
        }
        list
    }
}

fn connected(engine: &Engine, peer: &Peer, address: &str, direction: Direction) -> ask::Peer {
    let device = DeviceId(peer.0);
    let progress = engine.progress(peer);
    ask::Peer {
        device: Some(device.to_string()),
        name: engine.name_of(&device),
        state: "connected".to_owned(),
        direction: match direction {
            Direction::Dialled => "dialled",
            Direction::Accepted => "accepted",
        }
        .to_owned(),
        in_sync: progress.in_sync,
        to_receive: progress.to_receive,
        to_send: progress.to_send,
        clock_ahead_ms: engine.clock_ahead(peer),
        ..stranger(address)
    }
}

fn stranger(address: &str) -> ask::Peer {
    ask::Peer {
        device: None,
        name: None,
        address: address.to_owned(),
        state: String::new(),
        direction: String::new(),
        in_sync: false,
        to_receive: 0,
        to_send: 0,
        reason: None,
        next_try: None,
        dropped_for: None,
        dropped_at: None,
        clock_ahead_ms: None,
    }
}

/// `host:port` of a TCP multiaddr such as `/ip4/10.0.0.7/tcp/4477`.
pub fn hint_of(address: &str) -> Option<String> {
    if address.contains("/p2p-circuit") {
        return None;
    }
    let mut parts = address.split('/').skip(1);
    match (parts.next()?, parts.next()?, parts.next()?, parts.next()?) {
        ("ip4", host, "tcp", port) => Some(format!("{host}:{port}")),
        ("ip6", host, "tcp", port) => Some(format!("[{host}]:{port}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_is_what_can_be_pasted() {
        assert_eq!(hint_of("/ip4/10.0.0.7/tcp/4477"), Some("10.0.0.7:4477".to_owned()));
        assert_eq!(hint_of("/ip6/fe80::1/tcp/9"), Some("[fe80::1]:9".to_owned()));
        assert_eq!(hint_of("/ip4/10.0.0.7/udp/4477/quic-v1"), None);
    }
}
