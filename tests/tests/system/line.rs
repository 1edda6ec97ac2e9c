//! A line between two nodes: TCP connections that are counted, written down, slowed and cut.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What both directions of all connections share.
struct Shared {
    target: Mutex<String>,
    bytes: AtomicU64,
    /// Bytes a second, in each direction of each connection; 0 for no limit.
    rate: u64,
    written: Mutex<Vec<u8>>,
    ends: Mutex<Vec<TcpStream>>,
}

/// See the module. It ends with the test.
pub struct Line {
    /// Where to dial.
    pub address: String,
    shared: Arc<Shared>,
}

impl Line {
    /// A line to whoever listens at `target`, with a rate in bytes a second, 0 for none.
    pub fn to(target: &str, rate: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let shared = Arc::new(Shared {
            target: Mutex::new(target.to_owned()),
            bytes: AtomicU64::new(0),
            rate,
            written: Mutex::default(),
            ends: Mutex::default(),
        });
        let of_thread = shared.clone();
        std::thread::spawn(move || {
            while let Ok((near, _)) = listener.accept() {
                of_thread.open(near);
            }
        });
        Self { address, shared }
    }

    /// Leads elsewhere from now on.
    pub fn lead_to(&self, target: &str) {
        target.clone_into(&mut self.shared.target.lock().expect("nobody panics with it"));
    }

    /// Ends all connections at once.
    pub fn cut(&self) {
        for end in self.shared.ends.lock().expect("nobody panics with it").drain(..) {
            // One that is closed already is as good as cut.
            let _ = end.shutdown(Shutdown::Both);
        }
    }

    /// Bytes that went over it, both ways.
    pub fn bytes(&self) -> u64 {
        self.shared.bytes.load(Ordering::Relaxed)
    }

    /// Whether a word went over it in clear.
    pub fn carried(&self, word: &str) -> bool {
        let written = self.shared.written.lock().expect("nobody panics with it");
        written.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
    }
}

impl Shared {
    fn open(self: &Arc<Self>, near: TcpStream) {
        let target = self.target.lock().expect("nobody panics with it").clone();
        // Nobody at the other end: the dialler meets a closed connection.
        let Ok(far) = TcpStream::connect(&target) else { return };
        // A line adds no wait of its own, which small packets that wait for an acknowledgement would be.
        near.set_nodelay(true).and_then(|()| far.set_nodelay(true)).expect("a socket that is new");
        let both = [(near.try_clone(), far.try_clone()), (Ok(far), Ok(near))];
        for (from, to) in both {
            let (Ok(from), Ok(to)) = (from, to) else { return };
            self.ends.lock().expect("nobody panics with it").extend(from.try_clone());
            let shared = self.clone();
            std::thread::spawn(move || shared.carry(from, to));
        }
    }

    fn carry(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut buffer = [0; 16 * 1_024];
        let began = Instant::now();
        let mut carried = 0_u64;
        while let Ok(count) = from.read(&mut buffer) {
            if count == 0 {
                break;
            }
            carried += count as u64;
            if let Some(due) = (carried * 1_000).checked_div(self.rate) {
                std::thread::park_timeout(Duration::from_millis(due).saturating_sub(began.elapsed()));
            }
            self.bytes.fetch_add(count as u64, Ordering::Relaxed);
            self.written.lock().expect("nobody panics with it").extend(&buffer[..count]);
            if to.write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    }
}
