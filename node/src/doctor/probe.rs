//! Trying addresses: whether anything answers there. Nothing is said to who answers.

use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::time::Duration;

use cremona_engine::{Said, said};

use crate::words::system;

/// How long an address may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// Most addresses that a name stands for that are tried.
const TRIED: usize = 2;

/// Whether something listens at `host:port` or at a TCP multiaddr; why not, in words. `None` for an
/// address that can't be tried without a node, such as one through a relay.
pub(super) fn answers(address: &str) -> Option<Result<(), Said>> {
    let targets = match socket_of(address) {
        Some(target) => vec![target],
        None if address.starts_with('/') => return None,
        None => match address.to_socket_addrs() {
            Ok(found) => found.take(TRIED).collect(),
            Err(_) => return Some(Err(said!("probe-no-host", address = address))),
        },
    };
    let mut last = Err(said!("probe-no-host", address = address));
    for target in targets {
        last = TcpStream::connect_timeout(&target, PATIENCE).map(|_| ()).map_err(|error| system(&error));
        if last.is_ok() {
            break;
        }
    }
    Some(last)
}

/// The place of a TCP multiaddr; `None` for any other.
pub(super) fn socket_of(address: &str) -> Option<SocketAddr> {
    if address.contains("/p2p-circuit") {
        return None;
    }
    let mut parts = address.split('/').skip(1);
    let (family, host) = (parts.next()?, parts.next()?);
    let ip: IpAddr = host.parse().ok().filter(|_| matches!(family, "ip4" | "ip6"))?;
    let (transport, port) = (parts.next()?, parts.next()?.parse().ok()?);
    (transport == "tcp").then(|| SocketAddr::new(ip, port))
}

/// Whether another program holds a port of this machine.
pub(super) fn is_taken(port: u16) -> bool {
    let taken = TcpListener::bind(("0.0.0.0", port));
    taken.is_err_and(|error| error.kind() == std::io::ErrorKind::AddrInUse)
}
