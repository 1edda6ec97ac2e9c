//! Frames between admitted peers: one ordered stream each way, length-prefixed.
//!
//! Reading stops while the owner is behind (permits for [`INBOX`] bytes); writing queues up to
//! [`OUTBOX`] bytes, and a peer that can't keep up with that is closed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::swarm::{Stream, StreamProtocol};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// Longest frame, in bytes.
pub const MAX_FRAME: usize = 1_048_576;
/// Bytes of received frames, of all peers, that wait for the owner.
pub const INBOX: usize = 8 * MAX_FRAME;
/// Bytes of frames to one peer that wait to be sent.
pub const OUTBOX: usize = 16 * MAX_FRAME;

/// The protocol.
pub(crate) const FRAMES: StreamProtocol = StreamProtocol::new("/cremona/frames/1");

/// A received frame; it counts against [`INBOX`] until it is dropped.
#[derive(Debug)]
pub struct Frame {
    /// The bytes.
    pub bytes: Vec<u8>,
    _permit: OwnedSemaphorePermit,
}

/// Where frames to one peer are put.
#[derive(Clone)]
pub(crate) struct Outbox {
    queue: mpsc::UnboundedSender<Vec<u8>>,
    waiting: Arc<AtomicUsize>,
}

/// What the writer of one peer takes from.
pub(crate) struct Outgoing {
    queue: mpsc::UnboundedReceiver<Vec<u8>>,
    waiting: Arc<AtomicUsize>,
}

impl Outbox {
    /// An empty queue and its other end.
    pub(crate) fn new() -> (Self, Outgoing) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        (Self { queue: sender, waiting: waiting.clone() }, Outgoing { queue: receiver, waiting })
    }

    /// Queues a frame; false where the peer can't keep up, or is gone.
    pub(crate) fn put(&self, bytes: Vec<u8>) -> bool {
        let len = bytes.len();
        if len > MAX_FRAME || self.waiting.load(Ordering::Relaxed).saturating_add(len) > OUTBOX {
            return false;
        }
        self.waiting.fetch_add(len, Ordering::Relaxed);
        self.queue.send(bytes).is_ok()
    }
}

/// Writes queued frames until the queue or the stream ends.
pub(crate) async fn write(mut stream: Stream, mut outgoing: Outgoing) -> std::io::Result<()> {
    while let Some(bytes) = outgoing.queue.recv().await {
        let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes();
        stream.write_all(&len).await?;
        stream.write_all(&bytes).await?;
        outgoing.waiting.fetch_sub(bytes.len(), Ordering::Relaxed);
        if outgoing.queue.is_empty() {
            stream.flush().await?;
        }
    }
    stream.close().await
}

/// Reads the next frame, as soon as there is room for it.
pub(crate) async fn read(stream: &mut Stream, room: &Arc<Semaphore>) -> std::io::Result<Frame> {
    let mut len = [0; 4];
    stream.read_exact(&mut len).await?;
    let len = u32::from_be_bytes(len);
    if len as usize > MAX_FRAME {
        return Err(std::io::Error::other(format!("a frame of {len} bytes is over the limit")));
    }
    let permit = room.clone().acquire_many_owned(len.max(64)).await.map_err(|_| std::io::ErrorKind::BrokenPipe)?;
    let mut bytes = vec![0; len as usize];
    stream.read_exact(&mut bytes).await?;
    Ok(Frame { bytes, _permit: permit })
}
