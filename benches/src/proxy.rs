//! A TCP proxy that counts: every byte of a connection in each direction, as it crosses the socket.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use anyhow::{Context, Result};

/// Bytes that a proxy has passed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counted {
    /// From who dials to who listens.
    pub up: u64,
    /// From who listens to who dials.
    pub down: u64,
    /// Connections.
    pub connections: u64,
}

/// See the module. Its threads end with the connections and the process.
pub struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    counters: Arc<Counters>,
}

#[derive(Default)]
struct Counters {
    up: AtomicU64,
    down: AtomicU64,
    connections: AtomicU64,
}

impl Proxy {
    /// A proxy to `target` on a free port of the loopback.
    ///
    /// # Errors
    /// Where no port can be had.
    pub fn to(target: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("no port for the proxy")?;
        let address = listener.local_addr()?;
        let counters = Arc::new(Counters::default());
        let shared = counters.clone();
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                // Nobody at the other end: the dialler sees a closed connection.
                let Ok(far) = TcpStream::connect(target) else { continue };
                shared.connections.fetch_add(1, Ordering::Relaxed);
                join(near, far, &shared);
            }
        });
        Ok(Self { address, counters })
    }

    /// What has passed so far.
    #[must_use]
    pub fn counted(&self) -> Counted {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counted {
            up: read(&self.counters.up),
            down: read(&self.counters.down),
            connections: read(&self.counters.connections),
        }
    }
}

fn join(near: TcpStream, far: TcpStream, counters: &Arc<Counters>) {
    // Without this the proxy would add delays of its own.
    if near.set_nodelay(true).and_then(|()| far.set_nodelay(true)).is_err() {
        return;
    }
    let (Ok(near_again), Ok(far_again)) = (near.try_clone(), far.try_clone()) else { return };
    let (up, down) = (counters.clone(), counters.clone());
    thread::spawn(move || pass(near, far, &up.up));
    thread::spawn(move || pass(far_again, near_again, &down.down));
}

fn pass(mut from: TcpStream, mut to: TcpStream, counter: &AtomicU64) {
    let mut buffer = vec![0; 256 * 1024];
    while let Ok(read) = from.read(&mut buffer) {
        if read == 0 || to.write_all(&buffer[..read]).is_err() {
            break;
        }
        counter.fetch_add(read as u64, Ordering::Relaxed);
    }
    // Both may be closed already.
    let _ = to.shutdown(Shutdown::Write);
    let _ = from.shutdown(Shutdown::Read);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_counted_in_its_direction() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Proxy::to(listener.local_addr().unwrap()).unwrap();
        let mut ana = TcpStream::connect(proxy.address).unwrap();
        let (mut bo, _) = listener.accept().unwrap();
        ana.write_all(b"hello").unwrap();
        let mut heard = [0; 5];
        bo.read_exact(&mut heard).unwrap();
        bo.write_all(b"good morning").unwrap();
        let mut heard = [0; 12];
        ana.read_exact(&mut heard).unwrap();
        drop(ana);
        assert_eq!(bo.read(&mut heard).unwrap(), 0);
        assert_eq!(proxy.counted(), Counted { up: 5, down: 12, connections: 1 });
    }
}
