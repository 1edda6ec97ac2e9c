//! Where the node is asked by HTTP: loopback only, on the port that it had last where that is free.

use std::net::SocketAddr;
use std::path::Path;

use cremona_engine::Failure;
use serde::{Deserialize, Serialize};
use tokio::net::{TcpListener, TcpSocket};

use super::serve::MOST_CONNECTIONS;
use crate::home::write_whole;
use crate::words::{fail, system};

/// Port where nothing else is said and no other was taken before.
pub const PORT: u16 = 4480;
/// Name of the file that remembers the port.
const NAME: &str = "http.json";
const VERSION: u32 = 1;

/// The contents of the file.
#[derive(Serialize, Deserialize)]
struct Last {
    version: u32,
    port: u16,
}

/// Listens where it was told to, else on the port that the node of `home` had last, else on [`PORT`], else
/// on any that is free; remembers which.
///
/// # Errors
/// [`Failure`] where the address is not one of this machine alone, or is taken.
pub fn listen(home: &Path, told: Option<&str>) -> Result<(TcpListener, SocketAddr), Failure> {
    let listener = match told {
        Some(told) => bind(told, parse(told)?)?,
        None => usual(home)?,
    };
    let address = listener.local_addr().map_err(|error| no_place("127.0.0.1", &error))?;
    if home.exists() {
        remember(home, address.port());
    }
    Ok((listener, address))
}

fn usual(home: &Path) -> Result<TcpListener, Failure> {
    for port in last(home).into_iter().chain([PORT]) {
        if let Ok(listener) = open(SocketAddr::from(([127, 0, 0, 1], port))) {
            return Ok(listener);
        }
    }
    bind("127.0.0.1:0", SocketAddr::from(([127, 0, 0, 1], 0)))
}

fn bind(told: &str, address: SocketAddr) -> Result<TcpListener, Failure> {
    open(address).map_err(|error| no_place(told, &error))
}

/// A listener at which as many may wait as can be served: the system resets those for whom there is no room.
fn open(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // As for any listener: a port whose last connections are still closing can be taken again.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(u32::try_from(MOST_CONNECTIONS).unwrap_or(u32::MAX))
}

/// The address of a `HOST:PORT` of this machine alone. Names other than `localhost` are not looked up: who
/// answers for a name decides what it leads to.
fn parse(told: &str) -> Result<SocketAddr, Failure> {
    let numeric = told.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}"));
    let address: SocketAddr =
        numeric.as_deref().unwrap_or(told).parse().map_err(|_| fail!(Usage, "http-no-address", address = told))?;
    if !address.ip().is_loopback() {
        return Err(fail!(Usage, "http-not-loopback", address = told));
    }
    Ok(address)
}

fn last(home: &Path) -> Option<u16> {
    let text = std::fs::read_to_string(home.join(NAME)).ok()?;
    let last: Last = serde_json::from_str(&text).ok()?;
    (last.version == VERSION && last.port > 0).then_some(last.port)
}

/// Remembers the port. A port that is not remembered is only another one next time.
pub fn remember(home: &Path, port: u16) {
    if last(home) == Some(port) {
        return;
    }
    let text = serde_json::to_string(&Last { version: VERSION, port }).expect("two numbers");
    if let Err(failure) = write_whole(home, NAME, &text) {
        tracing::warn!(message = %failure.message, "the port of the page is not remembered");
    }
}

fn no_place(told: &str, error: &std::io::Error) -> Failure {
    fail!(Failed, "http-cant-listen", address = told, error = system(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_listened_on() {
        for good in ["127.0.0.1:4480", "localhost:0", "[::1]:4480", "127.1.2.3:1"] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for bad in ["0.0.0.0:4480", "[::]:4480", "10.0.0.7:4480", "ana.example:4480", "4480", "localhost", ""] {
            assert_eq!(parse(bad).unwrap_err().reason, cremona_engine::Reason::Usage, "{bad}");
        }
    }

    #[tokio::test]
    async fn the_port_of_last_time_is_taken_again_and_another_where_it_is_taken() {
        let home = tempfile::tempdir().unwrap();
        let (first, at) = listen(home.path(), Some("127.0.0.1:0")).unwrap();
        drop(first);
        let (again, same) = listen(home.path(), None).unwrap();
        assert_eq!(same, at);
        let (_other, elsewhere) = listen(home.path(), None).unwrap();
        assert_ne!(elsewhere, at);
        assert!(listen(home.path(), Some(&at.to_string())).is_err(), "taken");
        drop(again);
    }
}
