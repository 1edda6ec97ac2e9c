//! Frames on a stream: length-prefixed, within stated bounds of memory, in order.
//!
//! Reading stops while the owner is behind (permits for [`INBOX`] bytes); writing queues up to
//! [`OUTBOX`] bytes, and a peer that can't keep up with that is closed.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::life::Life;

/// Longest frame, in bytes.
pub const MAX_FRAME: usize = 1_048_576;
/// Bytes of received frames, of all peers, that wait for the owner. Each peer's reader holds at most
/// one frame more, which takes memory only as its bytes arrive.
pub const INBOX: usize = 8 * MAX_FRAME;
/// Bytes of frames to one peer that wait to be sent.
pub const OUTBOX: usize = 16 * MAX_FRAME;

/// A frame's memory grows by this as its bytes arrive.
const STEP: usize = 64 * 1024;
/// What a frame counts at least, in bytes, for its place in a queue.
const PLACE: usize = 64;

/// A received frame; it counts against [`INBOX`] until it is dropped.
#[derive(Debug)]
pub struct Frame {
    /// The bytes.
    pub bytes: Vec<u8>,
    _permit: OwnedSemaphorePermit,
}

/// Where frames to one peer are put.
pub(crate) struct Outbox {
    queue: mpsc::UnboundedSender<Vec<u8>>,
    waiting: Arc<AtomicUsize>,
}

/// What the writer of one peer takes from.
pub(crate) struct Outgoing {
    queue: mpsc::UnboundedReceiver<Vec<u8>>,
    waiting: Arc<AtomicUsize>,
}

/// Why a frame can't be queued.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PutError {
    /// Over [`MAX_FRAME`].
    #[error("a frame of {0} bytes for it is over the limit")]
    TooLong(usize),
    /// Over [`OUTBOX`], or its writer has ended.
    #[error("it can't keep up with what is sent")]
    Full,
}

impl Outbox {
    /// An empty queue and its other end.
    pub(crate) fn new() -> (Self, Outgoing) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        (Self { queue: sender, waiting: waiting.clone() }, Outgoing { queue: receiver, waiting })
    }

    /// Queues a frame.
    pub(crate) fn put(&self, bytes: Vec<u8>) -> Result<(), PutError> {
        let cost = bytes.len().saturating_add(PLACE);
        if bytes.len() > MAX_FRAME {
            return Err(PutError::TooLong(bytes.len()));
        }
        if self.waiting.load(Ordering::Relaxed).saturating_add(cost) > OUTBOX {
            return Err(PutError::Full);
        }
        self.waiting.fetch_add(cost, Ordering::Relaxed);
        self.queue.send(bytes).map_err(|_| PutError::Full)
    }

    /// Whether anything waits to be sent.
    pub(crate) fn is_busy(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }
}

/// Writes queued frames until the queue or the stream ends.
pub(crate) async fn write(
    mut stream: impl AsyncWrite + Unpin,
    mut outgoing: Outgoing,
    life: Life,
) -> std::io::Result<()> {
    while let Some(bytes) = outgoing.queue.recv().await {
        let len = u32::try_from(bytes.len()).map_err(std::io::Error::other)?;
        // One write, so that a small frame is one packet.
        let mut framed = Vec::with_capacity(bytes.len().saturating_add(4));
        framed.extend_from_slice(&len.to_be_bytes());
        framed.extend_from_slice(&bytes);
        write_all(&mut stream, &framed, &life).await?;
        outgoing.waiting.fetch_sub(bytes.len().saturating_add(PLACE), Ordering::Relaxed);
        if outgoing.queue.is_empty() {
            stream.flush().await?;
        }
    }
    stream.close().await
}

/// Writes everything. A write that had to wait and then goes on is a sign of life: the other end
/// has taken something in.
async fn write_all(stream: &mut (impl AsyncWrite + Unpin), mut bytes: &[u8], life: &Life) -> std::io::Result<()> {
    while !bytes.is_empty() {
        let mut waited = false;
        let written = poll_fn(|cx| {
            let written = Pin::new(&mut *stream).poll_write(cx, bytes);
            waited |= written.is_pending();
            written
        })
        .await?;
        if written == 0 {
            return Err(std::io::ErrorKind::WriteZero.into());
        }
        if waited {
            life.sign();
        }
        bytes = bytes.split_at_checked(written).map_or(&[], |(_, rest)| rest);
    }
    Ok(())
}

/// Reads the next frame and then waits for room for it; `None` where the stream ends before one.
pub(crate) async fn read(
    stream: &mut (impl AsyncRead + Unpin),
    room: &Arc<Semaphore>,
    life: &Life,
) -> std::io::Result<Option<Frame>> {
    let mut head = [0; 4];
    let (first, rest) = head.split_at_mut(1);
    if stream.read(first).await? == 0 {
        return Ok(None);
    }
    stream.read_exact(rest).await?;
    life.sign();
    let len = u32::from_be_bytes(head);
    if len as usize > MAX_FRAME {
        return Err(std::io::Error::other(format!("a frame of {len} bytes is over the limit")));
    }
    let bytes = read_body(stream, len as usize, life).await?;
    let permits = len.max(u32::try_from(PLACE).unwrap_or(u32::MAX));
    let permit = room.clone().acquire_many_owned(permits).await.map_err(std::io::Error::other)?;
    Ok(Some(Frame { bytes, _permit: permit }))
}

async fn read_body(stream: &mut (impl AsyncRead + Unpin), len: usize, life: &Life) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut filled = 0_usize;
    while filled < len {
        if filled == bytes.len() {
            bytes.resize(filled.saturating_add(STEP).min(len), 0);
        }
        let space = bytes.get_mut(filled..).unwrap_or_default();
        match stream.read(space).await? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            read => filled = filled.saturating_add(read),
        }
        life.sign();
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use futures::io::Cursor;

    use super::*;

    fn room() -> Arc<Semaphore> {
        Arc::new(Semaphore::new(INBOX))
    }

    fn wire(frames: &[Vec<u8>]) -> Vec<u8> {
        let (outbox, outgoing) = Outbox::new();
        for frame in frames {
            outbox.put(frame.clone()).expect("there is room");
        }
        drop(outbox);
        let mut wire = Vec::new();
        block_on(write(&mut wire, outgoing, Life::new())).expect("memory takes it");
        wire
    }

    #[test]
    fn what_is_written_is_read_in_order() {
        let frames = [vec![], vec![1], vec![2; STEP], vec![3; STEP + 1], vec![4; MAX_FRAME]];
        let mut wire = Cursor::new(wire(&frames));
        let (room, life) = (room(), Life::new());
        for frame in frames {
            let read = block_on(read(&mut wire, &room, &life)).expect("a frame").expect("not the end");
            assert!(read.bytes == frame);
        }
        assert!(block_on(read(&mut wire, &room, &life)).expect("the end").is_none());
    }

    #[test]
    fn the_bytes_are_a_big_endian_length_and_the_frame() {
        assert_eq!(wire(&[b"ana".to_vec()]), b"\0\0\0\x03ana");
    }

    #[test]
    fn a_frame_over_the_limit_or_cut_short_is_refused_and_takes_no_memory_in_advance() {
        let (room, life) = (room(), Life::new());
        let mut long = Cursor::new(u32::MAX.to_be_bytes().to_vec());
        assert!(block_on(read(&mut long, &room, &life)).is_err());
        let mut cut = Cursor::new([&1_048_576_u32.to_be_bytes()[..], b"only this"].concat());
        assert!(block_on(read(&mut cut, &room, &life)).is_err());
        let mut cut = Cursor::new(vec![0, 0]);
        assert!(block_on(read(&mut cut, &room, &life)).is_err());
        assert_eq!(room.available_permits(), INBOX);
    }

    #[test]
    fn a_peer_that_takes_nothing_is_told_apart_from_a_frame_too_long() {
        let (outbox, _outgoing) = Outbox::new();
        assert!(matches!(outbox.put(vec![0; MAX_FRAME + 1]), Err(PutError::TooLong(_))));
        let queued = (0..100).take_while(|_| outbox.put(vec![0; MAX_FRAME]).is_ok()).count();
        assert_eq!(queued, 15);
        assert!(matches!(outbox.put(vec![0; MAX_FRAME]), Err(PutError::Full)));
    }
}
