//! A TCP proxy that counts: every byte of a connection in each direction, as it crosses the socket.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Instant;

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

/// Crossings that are kept; a meeting takes some thirty.
const CROSSINGS: usize = 64;

/// Bytes that crossed at once.
#[derive(Clone, Copy, Debug)]
pub struct Crossing {
    /// When.
    pub at: Instant,
    /// From who dials.
    pub up: bool,
    /// How many.
    pub bytes: usize,
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
    crossings: Mutex<Vec<Crossing>>,
    gate: Gate,
}

/// Holds connections back until it is opened.
#[derive(Default)]
struct Gate {
    state: Mutex<(bool, u32)>,
    changed: Condvar,
}

impl Proxy {
    /// A proxy to `target` on a free port of the loopback.
    ///
    /// # Errors
    /// Where no port can be had.
    pub fn to(target: SocketAddr) -> Result<Self> {
        let proxy = Self::held(target)?;
        proxy.open()?;
        Ok(proxy)
    }

    /// The same, which accepts connections and holds them back until [`Proxy::open`].
    ///
    /// # Errors
    /// Where no port can be had.
    pub fn held(target: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("no port for the proxy")?;
        let address = listener.local_addr()?;
        let counters = Arc::new(Counters::default());
        let shared = counters.clone();
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                shared.gate.pass();
                // Nobody at the other end: the dialler sees a closed connection.
                let Ok(far) = TcpStream::connect(target) else { continue };
                shared.connections.fetch_add(1, Ordering::Relaxed);
                join(near, far, &shared);
            }
        });
        Ok(Self { address, counters })
    }

    /// Lets connections through; gives when.
    ///
    /// # Errors
    /// Where a thread of the proxy has failed.
    pub fn open(&self) -> Result<Instant> {
        self.counters.gate.state().map(|mut state| state.0 = true)?;
        self.counters.gate.changed.notify_all();
        Ok(Instant::now())
    }

    /// Waits until somebody has dialled and is held back.
    ///
    /// # Errors
    /// Where a thread of the proxy has failed.
    pub fn wait_for_dial(&self) -> Result<()> {
        let gate = &self.counters.gate;
        let mut state = gate.state()?;
        while state.1 == 0 {
            state = gate.changed.wait(state).map_err(|_| anyhow::anyhow!("the proxy failed"))?;
        }
        Ok(())
    }

    /// The first that crossed, in order.
    #[must_use]
    pub fn crossings(&self) -> Vec<Crossing> {
        self.counters.crossings.lock().map(|crossings| crossings.clone()).unwrap_or_default()
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

impl Counters {
    fn note(&self, crossing: Crossing) {
        if let Ok(mut crossings) = self.crossings.lock()
            && crossings.len() < CROSSINGS
        {
            crossings.push(crossing);
        }
    }
}

impl Gate {
    fn state(&self) -> Result<std::sync::MutexGuard<'_, (bool, u32)>> {
        self.state.lock().map_err(|_| anyhow::anyhow!("the proxy failed"))
    }

    /// Notes that somebody is here, and waits until the gate is open.
    fn pass(&self) {
        let Ok(mut state) = self.state.lock() else { return };
        state.1 += 1;
        self.changed.notify_all();
        while !state.0 {
            let Ok(again) = self.changed.wait(state) else { return };
            state = again;
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
    thread::spawn(move || pass(near, far, &up, true));
    thread::spawn(move || pass(far_again, near_again, &down, false));
}

fn pass(mut from: TcpStream, mut to: TcpStream, counters: &Counters, up: bool) {
    let counter = if up { &counters.up } else { &counters.down };
    let mut buffer = vec![0; 256 * 1024];
    while let Ok(read) = from.read(&mut buffer) {
        if read == 0 || to.write_all(&buffer[..read]).is_err() {
            break;
        }
        counter.fetch_add(read as u64, Ordering::Relaxed);
        counters.note(Crossing { at: Instant::now(), up, bytes: read });
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
