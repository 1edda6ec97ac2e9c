//! A line between two nodes that a test can freeze or cut.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What happens on the line.
#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Pass,
    /// Nothing arrives and nothing breaks, as behind a pulled cable.
    Freeze,
    /// Both ends notice at once, as when the other's process is killed.
    Cut,
}

/// A line to a node.
pub struct Line {
    /// Where to dial instead of the node.
    pub address: String,
    mode: watch::Sender<Mode>,
    carried: watch::Sender<Carried>,
}

/// What a line carried so far, both ways.
#[derive(Clone, Copy, Default)]
pub struct Carried {
    pub bytes: usize,
    /// About as many packets.
    pub pieces: usize,
}

impl Line {
    /// A line to the node at a TCP multiaddr.
    pub async fn to(address: &str) -> Self {
        let port: u16 =
            address.rsplit('/').next().and_then(|port| port.parse().ok()).expect("an address ends with its port");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let here = listener.local_addr().expect("an address").port();
        let (mode, seen) = watch::channel(Mode::Pass);
        let carried = watch::Sender::new(Carried::default());
        let counter = carried.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(("127.0.0.1", port)).await.expect("the node listens");
                let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
                tokio::spawn(pass(near_in, far_out, seen.clone(), counter.clone()));
                tokio::spawn(pass(far_in, near_out, seen.clone(), counter.clone()));
            }
        });
        Self { address: format!("/ip4/127.0.0.1/tcp/{here}"), mode, carried }
    }

    /// Counts what the line carries.
    pub fn carried(&self) -> watch::Receiver<Carried> {
        self.carried.subscribe()
    }

    /// See [`Mode::Freeze`].
    pub fn freeze(&self) {
        self.mode.send_replace(Mode::Freeze);
    }

    /// See [`Mode::Cut`].
    pub fn cut(&self) {
        self.mode.send_replace(Mode::Cut);
    }
}

async fn pass(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut mode: watch::Receiver<Mode>,
    carried: watch::Sender<Carried>,
) {
    let mut bytes = vec![0; 65_536];
    loop {
        let now = *mode.borrow_and_update();
        if now == Mode::Cut {
            return;
        }
        tokio::select! {
            read = from.read(&mut bytes), if now == Mode::Pass => {
                // Of a line that was frozen meanwhile, not even the end arrives.
                if *mode.borrow() == Mode::Freeze {
                    continue;
                }
                let len = read.unwrap_or(0);
                if len == 0 {
                    return;
                }
                carried.send_modify(|carried| {
                    carried.bytes += len;
                    carried.pieces += 1;
                });
                if to.write_all(&bytes[..len]).await.is_err() {
                    return;
                }
            }
            changed = mode.changed() => {
                if changed.is_err() {
                    return;
                }
            }
        }
    }
}
