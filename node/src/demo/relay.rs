//! A wire between two nodes that can be cut: a TCP relay on this machine.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A relay to one node.
pub struct Relay {
    /// Where to dial it.
    pub address: SocketAddr,
    cut: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Relay {
    /// A relay to the node that listens at `target`.
    pub fn to(target: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let relay = Self { address: listener.local_addr()?, cut: Arc::default(), open: Arc::default() };
        let (cut, open) = (relay.cut.clone(), relay.open.clone());
        std::thread::spawn(move || {
            for incoming in listener.incoming().flatten() {
                if !cut.load(Ordering::Relaxed)
                    && let Ok(outgoing) = TcpStream::connect(target)
                {
                    join(&incoming, &outgoing, &open);
                }
            }
        });
        Ok(relay)
    }

    /// Cuts the wire: open connections end, new ones are refused.
    pub fn cut(&self) {
        self.cut.store(true, Ordering::Relaxed);
        for stream in self.open.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            // One that has ended already can't be shut down again.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Mends the wire.
    pub fn mend(&self) {
        self.cut.store(false, Ordering::Relaxed);
    }
}

fn join(one: &TcpStream, other: &TcpStream, open: &Mutex<Vec<TcpStream>>) {
    for (from, to) in [(one, other), (other, one)] {
        let (Ok(mut from), Ok(mut to)) = (from.try_clone(), to.try_clone()) else { return };
        if let Ok(stream) = from.try_clone() {
            open.lock().unwrap_or_else(PoisonError::into_inner).push(stream);
        }
        std::thread::spawn(move || {
            let mut bytes = [0; 16_384];
            while let Ok(count) = from.read(&mut bytes) {
                if count == 0 || to.write_all(bytes.get(..count).unwrap_or(&[])).is_err() {
                    break;
                }
            }
            // The other direction ends with this one.
            let _ = to.shutdown(Shutdown::Both);
            let _ = from.shutdown(Shutdown::Both);
        });
    }
}
