//! Relays: what this node carries for others, and through whom it can be reached itself.
//!
//! A node asks for a place at peers who can be reached, as long as it is not known to be reachable at
//! the address under which they see it. Who has such a place can be dialled through that peer.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use libp2p::core::transport::ListenerId;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::ConnectionId;
use libp2p::{Multiaddr, PeerId, relay};

/// Most peers that can be reached through this node.
pub const MAX_RESERVATIONS: usize = 64;
/// Most circuits that this node carries; the memory of each is bounded by two Yamux windows.
pub const MAX_CIRCUITS: usize = 32;
/// Most of them from or to one peer.
const MAX_CIRCUITS_PER_PEER: usize = 8;
/// Longest time that a circuit lasts.
pub const CIRCUIT_TIME: Duration = Duration::from_secs(3600);
/// Most bytes through a circuit: enough for a newcomer's catch-up.
pub const CIRCUIT_BYTES: u64 = 1024 * 1024 * 1024;
/// How long a place lasts; it is renewed in time.
const RESERVATION: Duration = Duration::from_secs(3600);

/// Most peers at whom this node asks for a place.
const MAX_RELAYS: usize = 2;
/// A node that listens first waits for this long, whether it turns out that it can be reached.
const HOPE: Duration = Duration::from_secs(7);
/// So long after a place was given or renewed it can be given back: libp2p-relay 0.22 panics where a
/// peer grants what is not wanted any more, and it asks again before the hour is over.
const SETTLED: Duration = Duration::from_secs(1800);
/// A peer that gave no place, or took it back, is asked again after this.
const PAUSE: Duration = Duration::from_secs(60);

/// What this node carries for others.
pub(crate) fn limits() -> relay::Config {
    relay::Config {
        max_reservations: MAX_RESERVATIONS,
        max_reservations_per_peer: 2,
        reservation_duration: RESERVATION,
        max_circuits: MAX_CIRCUITS,
        max_circuits_per_peer: MAX_CIRCUITS_PER_PEER,
        max_circuit_duration: CIRCUIT_TIME,
        max_circuit_bytes: CIRCUIT_BYTES,
        ..relay::Config::default()
    }
}

/// Peers that relay, and the places this node has with them.
#[derive(Default)]
pub(crate) struct Relays {
    peers: HashMap<ConnectionId, RelayPeer>,
    places: HashMap<ListenerId, Place>,
    paused: HashMap<PeerId, Instant>,
}

struct RelayPeer {
    id: PeerId,
    /// Where it can be reached, by what it says or by experience.
    address: Multiaddr,
    /// The address under which it sees this node.
    observed: IpAddr,
    since: Instant,
}

struct Place {
    relay: PeerId,
    observed: IpAddr,
    /// When it was given, or renewed.
    given: Option<Instant>,
}

impl Relays {
    /// A peer with a direct connection says that it relays, how it sees this node, and where it can be
    /// reached.
    pub(crate) fn offers(
        &mut self,
        connection: ConnectionId,
        id: PeerId,
        address: Multiaddr,
        observed: &Multiaddr,
        now: Instant,
    ) {
        let Some(observed) = ip(observed) else { return };
        let since = self.peers.get(&connection).map_or(now, |known| known.since);
        self.peers.insert(connection, RelayPeer { id, address, observed, since });
    }

    /// It does not, or its connection is gone.
    pub(crate) fn withdraws(&mut self, connection: ConnectionId) {
        self.peers.remove(&connection);
    }

    /// The next peer to ask for a place, and the address to listen on for it. `reachable` are addresses
    /// at which this node is known to be reached; `listens` says whether it may turn out to be.
    pub(crate) fn next(
        &mut self,
        reachable: &HashSet<IpAddr>,
        listens: bool,
        now: Instant,
    ) -> Option<(PeerId, Multiaddr)> {
        self.paused.retain(|_, since| now.saturating_duration_since(*since) < PAUSE);
        if self.places.len() >= MAX_RELAYS {
            return None;
        }
        let useful = |peer: &&RelayPeer| {
            let waited = !listens || now.saturating_duration_since(peer.since) >= HOPE;
            let asked = self.places.values().any(|place| place.relay == peer.id);
            waited && !asked && !reachable.contains(&peer.observed) && !self.paused.contains_key(&peer.id)
        };
        let peer = self.peers.values().filter(useful).min_by_key(|peer| peer.since)?;
        Some((peer.id, circuit(&peer.address, peer.id)))
    }

    /// It was asked.
    pub(crate) fn asked(&mut self, listener: ListenerId, relay: PeerId) {
        let observed = self.peers.values().find(|peer| peer.id == relay).map(|peer| peer.observed);
        let observed = observed.unwrap_or(IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED));
        self.places.insert(listener, Place { relay, observed, given: None });
    }

    /// A peer gave a place, or renewed it.
    pub(crate) fn given(&mut self, relay: &PeerId, now: Instant) {
        for place in self.places.values_mut().filter(|place| place.relay == *relay) {
            place.given = Some(now);
        }
    }

    /// Asking failed, or a place is lost; whose.
    pub(crate) fn lost(&mut self, listener: ListenerId, now: Instant) -> Option<PeerId> {
        let place = self.places.remove(&listener)?;
        self.paused.insert(place.relay, now);
        Some(place.relay)
    }

    /// A peer that can't be asked now.
    pub(crate) fn pause(&mut self, relay: PeerId, now: Instant) {
        self.paused.insert(relay, now);
    }

    /// Peers at whom this node has, or asked for, a place.
    pub(crate) fn holders(&self) -> impl Iterator<Item = &PeerId> {
        self.places.values().map(|place| &place.relay)
    }

    /// A place that is not needed any more, since this node can be reached without.
    pub(crate) fn superfluous(&self, reachable: &HashSet<IpAddr>, now: Instant) -> Option<ListenerId> {
        let settled = |given: Instant| now.saturating_duration_since(given) < SETTLED;
        let superfluous = |place: &Place| reachable.contains(&place.observed) && place.given.is_some_and(settled);
        self.places.iter().find(|(_, place)| superfluous(place)).map(|(listener, _)| *listener)
    }
}

/// The address at which a node listens through a relay.
fn circuit(address: &Multiaddr, relay: PeerId) -> Multiaddr {
    let mut address = address.clone();
    if !matches!(address.iter().last(), Some(Protocol::P2p(_))) {
        address.push(Protocol::P2p(relay));
    }
    address.with(Protocol::P2pCircuit)
}

/// Whether an address leads through a relay.
pub(crate) fn is_relayed(address: &Multiaddr) -> bool {
    address.iter().any(|part| part == Protocol::P2pCircuit)
}

/// The IP address that a direct address begins with.
pub(crate) fn ip(address: &Multiaddr) -> Option<IpAddr> {
    if is_relayed(address) {
        return None;
    }
    match address.iter().next()? {
        Protocol::Ip4(ip) => Some(IpAddr::V4(ip)),
        Protocol::Ip6(ip) => Some(IpAddr::V6(ip)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Multiaddr {
        text.parse().expect("a multiaddr")
    }

    fn connection(number: usize) -> ConnectionId {
        ConnectionId::new_unchecked(number)
    }

    #[test]
    fn a_node_behind_a_nat_asks_two_relays_and_gives_up_its_places_once_it_can_be_reached() {
        let now = Instant::now();
        let mut relays = Relays::default();
        for number in 0..3 {
            let relay = address(&format!("/ip4/198.51.100.{number}/tcp/4477"));
            relays.offers(connection(number), PeerId::random(), relay, &address("/ip4/203.0.113.9/tcp/1"), now);
        }
        let nowhere = HashSet::new();
        assert!(relays.next(&nowhere, true, now).is_none(), "it may turn out that it can be reached");
        let later = now + HOPE;
        for _ in 0..MAX_RELAYS {
            let (relay, at) = relays.next(&nowhere, true, later).expect("a relay to ask");
            assert!(at.to_string().ends_with(&format!("/p2p/{relay}/p2p-circuit")), "{at}");
            relays.asked(ListenerId::next(), relay);
        }
        assert!(relays.next(&nowhere, true, later).is_none());
        let here = HashSet::from(["203.0.113.9".parse().expect("an address")]);
        assert!(relays.superfluous(&here, later).is_none(), "the answer of neither has come");
        relays.holders().copied().collect::<Vec<_>>().iter().for_each(|relay| relays.given(relay, later));
        assert!(relays.superfluous(&here, later + SETTLED).is_none(), "a renewal may be under way");
        for _ in 0..MAX_RELAYS {
            let listener = relays.superfluous(&here, later).expect("a place to give up");
            relays.lost(listener, later);
        }
        assert!(relays.superfluous(&here, later).is_none() && relays.next(&here, true, later).is_none());
    }

    #[test]
    fn a_relay_that_gave_no_place_is_left_in_peace_for_a_while() {
        let now = Instant::now();
        let (mut relays, relay, nowhere) = (Relays::default(), PeerId::random(), HashSet::new());
        let at = address("/ip4/198.51.100.1/tcp/4477");
        relays.offers(connection(1), relay, at, &address("/ip4/10.0.0.2/tcp/1"), now);
        let (asked, _) = relays.next(&nowhere, false, now).expect("a node that does not listen asks at once");
        let listener = ListenerId::next();
        relays.asked(listener, asked);
        assert_eq!(relays.lost(listener, now), Some(relay));
        assert!(relays.next(&nowhere, false, now).is_none());
        assert!(relays.next(&nowhere, false, now + PAUSE).is_some());
        relays.withdraws(connection(1));
        assert!(relays.next(&nowhere, false, now + PAUSE).is_none());
    }
}
