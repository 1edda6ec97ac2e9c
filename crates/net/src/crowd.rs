//! How many may wait at the gate: connections that others began and that are not admitted yet.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};

use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::ConnectionId;

/// Most connections that wait at the gate.
pub const MAX_WAITING: usize = 64;
/// Most of them from one IPv4 address or one IPv6 /64 network.
pub const MAX_WAITING_PER_HOST: usize = 8;

/// Who waits.
#[derive(Default)]
pub(crate) struct Crowd {
    waiting: HashMap<ConnectionId, Option<IpAddr>>,
}

/// Too many wait already.
#[derive(Debug, thiserror::Error)]
#[error("too many connections wait at the gate")]
pub(crate) struct Crowded;

impl Crowd {
    /// One more has come.
    pub(crate) fn come(&mut self, id: ConnectionId, remote: &Multiaddr) -> Result<(), Crowded> {
        let host = host(remote);
        let neighbours = self.waiting.values().filter(|other| **other == host).count();
        if self.waiting.len() >= MAX_WAITING || neighbours >= MAX_WAITING_PER_HOST {
            return Err(Crowded);
        }
        self.waiting.insert(id, host);
        Ok(())
    }

    /// It was admitted, refused, or went away.
    pub(crate) fn leave(&mut self, id: ConnectionId) {
        self.waiting.remove(&id);
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }
}

/// The address that counts as one host.
fn host(remote: &Multiaddr) -> Option<IpAddr> {
    match remote.iter().next()? {
        Protocol::Ip4(ip) => Some(IpAddr::V4(ip)),
        Protocol::Ip6(ip) => Some(ip.to_ipv4_mapped().map_or_else(|| IpAddr::V6(network(ip)), IpAddr::V4)),
        _ => None,
    }
}

fn network(ip: Ipv6Addr) -> Ipv6Addr {
    Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn come(crowd: &mut Crowd, id: usize, remote: &str) -> bool {
        crowd.come(ConnectionId::new_unchecked(id), &remote.parse().expect("a multiaddr")).is_ok()
    }

    #[test]
    fn one_host_may_not_fill_the_gate() {
        let mut crowd = Crowd::default();
        let came = (0..20).filter(|id| come(&mut crowd, *id, "/ip4/10.0.0.1/tcp/9")).count();
        assert_eq!(came, MAX_WAITING_PER_HOST);
        assert!(come(&mut crowd, 100, "/ip4/10.0.0.2/tcp/9"));
        crowd.leave(ConnectionId::new_unchecked(0));
        assert!(come(&mut crowd, 101, "/ip4/10.0.0.1/udp/9/quic-v1"));
    }

    #[test]
    fn one_ipv6_network_is_one_host_and_there_is_a_limit_for_all() {
        let mut crowd = Crowd::default();
        let came = (0..20).filter(|id| come(&mut crowd, *id, &format!("/ip6/2001:db8::{id:x}/tcp/9"))).count();
        assert_eq!(came, MAX_WAITING_PER_HOST);
        let more = (100..1_000).filter(|id| come(&mut crowd, *id, &format!("/ip6/2001:db8:{id:x}::1/tcp/9"))).count();
        assert_eq!(came + more, MAX_WAITING);
        assert_eq!(crowd.len(), MAX_WAITING);
    }
}
