//! Where this node can be reached from elsewhere, as far as others have tried.
//!
//! An address counts once a teammate has dialled it and arrived, once a teammate dialled back to it
//! on request (AutoNAT), or once the gateway opened it (UPnP).

use std::collections::{HashSet, VecDeque};
use std::net::IpAddr;

use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;

use crate::relays::{ip, is_relayed};

/// Most direct addresses that count; one more takes the place of the oldest.
const MAX_EXTERNAL: usize = 8;
/// Most addresses that counted once and are believed again when teammates see this node there.
const REMEMBERED: usize = 16;

/// Whether others can dial this node without a relay.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Reachability {
    /// Nobody has tried.
    #[default]
    Unknown,
    /// Someone did, and arrived.
    Reachable,
    /// Someone tried in vain.
    Unreachable,
}

/// See the module.
#[derive(Default)]
pub(crate) struct Reach {
    listening: Vec<Multiaddr>,
    external: VecDeque<Multiaddr>,
    circuits: Vec<Multiaddr>,
    remembered: VecDeque<Multiaddr>,
    tried_in_vain: bool,
}

/// What a change of addresses brings.
#[derive(Default, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) new: Option<Multiaddr>,
    pub(crate) gone: Vec<Multiaddr>,
}

impl Reach {
    /// A listener is there.
    pub(crate) fn listens(&mut self, address: &Multiaddr) {
        if !self.listening.contains(address) {
            self.listening.push(address.clone());
        }
    }

    /// A listener's address is gone, as when an interface goes: addresses that belong to it are too,
    /// and those of a gateway, since another network may have another.
    pub(crate) fn deaf(&mut self, address: &Multiaddr) -> Change {
        self.listening.retain(|known| known != address);
        let interfaces: HashSet<IpAddr> = self.listening.iter().filter_map(ip).collect();
        let stays = |known: &Multiaddr| ip(known).is_some_and(|ip| interfaces.contains(&ip));
        let (stay, gone): (Vec<_>, Vec<_>) = self.external.drain(..).partition(stays);
        self.external = stay.into();
        self.tried_in_vain = false;
        Change { new: None, gone }
    }

    /// Whether anyone could dial this node.
    pub(crate) fn is_listening(&self) -> bool {
        !self.listening.is_empty()
    }

    /// A direct address works.
    pub(crate) fn confirmed(&mut self, address: &Multiaddr) -> Change {
        if !is_direct(address) || self.external.contains(address) {
            return Change::default();
        }
        self.remembered.retain(|known| known != address);
        self.remembered.push_back(address.clone());
        if self.remembered.len() > REMEMBERED {
            self.remembered.pop_front();
        }
        self.external.push_back(address.clone());
        let gone = if self.external.len() > MAX_EXTERNAL { self.external.pop_front() } else { None };
        Change { new: Some(address.clone()), gone: gone.into_iter().collect() }
    }

    /// A teammate sees this node at an address; whether that counts, since it did before.
    pub(crate) fn is_remembered(&self, address: &Multiaddr) -> bool {
        self.remembered.contains(address)
    }

    /// A direct address does not work any more; whether it counted.
    pub(crate) fn expired(&mut self, address: &Multiaddr) -> bool {
        let before = self.external.len();
        self.external.retain(|known| known != address);
        self.external.len() < before
    }

    /// A teammate tried to dial back and could not.
    pub(crate) fn in_vain(&mut self) {
        self.tried_in_vain = true;
    }

    /// An address through a relay works; whether that is new.
    pub(crate) fn circuit(&mut self, address: &Multiaddr) -> bool {
        let circuits = address.iter().filter(|part| *part == Protocol::P2pCircuit).count();
        let new = circuits == 1 && !self.circuits.contains(address) && self.circuits.len() < MAX_EXTERNAL;
        if new {
            self.circuits.push(address.clone());
        }
        new
    }

    /// It does not any more; whether it did.
    pub(crate) fn circuit_gone(&mut self, address: &Multiaddr) -> bool {
        let before = self.circuits.len();
        self.circuits.retain(|known| known != address);
        self.circuits.len() < before
    }

    /// Addresses under which this node is reached directly, without ports.
    pub(crate) fn hosts(&self) -> HashSet<IpAddr> {
        self.external.iter().filter_map(ip).collect()
    }

    /// In one word.
    pub(crate) fn reachability(&self) -> Reachability {
        match (self.external.is_empty(), self.tried_in_vain) {
            (false, _) => Reachability::Reachable,
            (true, true) => Reachability::Unreachable,
            (true, false) => Reachability::Unknown,
        }
    }

    /// All of them, direct ones first.
    pub(crate) fn addresses(&self) -> Vec<String> {
        self.external.iter().chain(&self.circuits).map(ToString::to_string).collect()
    }
}

/// Whether an address is that of one host, by TCP or QUIC.
fn is_direct(address: &Multiaddr) -> bool {
    let port = |part: Option<Protocol<'_>>| match part {
        Some(Protocol::Tcp(port) | Protocol::Udp(port)) => port > 0,
        _ => false,
    };
    !is_relayed(address) && ip(address).is_some_and(|ip| !ip.is_unspecified()) && port(address.iter().nth(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Multiaddr {
        text.parse().expect("a multiaddr")
    }

    #[test]
    fn what_counts_is_bounded_and_only_what_can_be_dialled() {
        let mut reach = Reach::default();
        for nonsense in
            ["/ip4/0.0.0.0/tcp/4477", "/ip4/192.0.2.1/tcp/0", "/dns4/ana.example/tcp/4477", "/ip4/192.0.2.1"]
        {
            assert_eq!(reach.confirmed(&address(nonsense)), Change::default(), "{nonsense}");
        }
        for port in 1..=100 {
            reach.confirmed(&address(&format!("/ip4/192.0.2.1/tcp/{port}")));
        }
        assert_eq!(reach.addresses().len(), MAX_EXTERNAL);
        assert!(reach.addresses().contains(&"/ip4/192.0.2.1/tcp/100".to_owned()));
    }

    #[test]
    fn a_laptop_that_leaves_is_not_where_it_was_until_it_is_seen_there_again() {
        let (home, cafe) = (address("/ip4/192.168.1.7/tcp/4477"), address("/ip4/10.9.8.7/tcp/4477"));
        let gateway = address("/ip4/203.0.113.9/tcp/4477");
        let mut reach = Reach::default();
        reach.listens(&home);
        reach.confirmed(&home);
        reach.confirmed(&gateway);
        assert_eq!(reach.reachability(), Reachability::Reachable);
        reach.listens(&cafe);
        assert_eq!(reach.deaf(&home).gone, [home, gateway.clone()]);
        assert_eq!(reach.reachability(), Reachability::Unknown);
        reach.in_vain();
        assert_eq!(reach.reachability(), Reachability::Unreachable);
        assert!(reach.is_remembered(&gateway));
    }
}
