//! Frames on streams: whole, in order but for those that are sent first, within stated bounds of
//! memory.
//!
//! Reading stops while the owner is behind (permits for [`INBOX`] bytes); writing queues up to
//! [`OUTBOX`] bytes, and a peer that can't keep up with that is closed. On a stream, a greeting is
//! followed by chunks (see `chunk`). A session may go on with another stream: the old one then
//! ends with a word that says so.

use std::sync::Arc;
use std::time::Duration;

use futures::io::BufReader;
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::chunk::{Arrived, Chunk, read};
use crate::life::Life;
use crate::post::{PLACE, Post, Step};

/// Longest frame, in bytes.
pub const MAX_FRAME: usize = 1_048_576;
/// Bytes of received frames, of all peers, that wait for the owner. Each peer's reader holds at most
/// one frame more, which takes memory only as its bytes arrive.
pub const INBOX: usize = 8 * MAX_FRAME;
/// Bytes of frames to one peer that wait to be sent.
pub const OUTBOX: usize = 16 * MAX_FRAME;

/// Bytes of frames after which they are acknowledged, if nothing more is there; less than what may
/// always be on the way, so that nobody waits for an acknowledgement that does not come.
const ACKNOWLEDGE: u64 = 4 * 1024;
/// As above, though more is there.
const ACKNOWLEDGE_AT_LAST: u64 = 64 * 1024;
/// Bytes that are read from a stream at once.
const BUFFER: usize = 32 * 1024;
/// While a frame waits for the owner, the peer hears this often that we are here.
const REASSURE: Duration = Duration::from_secs(3);

/// Names a session of the side that sends on a stream.
pub(crate) type SessionId = [u8; 16];

/// What a stream begins with: whose it is, and the how many-eth of that session's streams, from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Greeting {
    pub(crate) session: SessionId,
    pub(crate) number: u8,
}

/// A received frame; it counts against [`INBOX`] until it is dropped.
#[derive(Debug)]
pub struct Frame {
    /// The bytes.
    pub bytes: Vec<u8>,
    _permit: OwnedSemaphorePermit,
}

/// What was taken in of a session, so that its next stream can go on from there.
#[derive(Default)]
pub(crate) struct Taken {
    /// The frame under way.
    frame: Vec<u8>,
    bytes: u64,
    acknowledged: u64,
}

impl Taken {
    /// Acknowledges what was taken in, if it is enough.
    fn acknowledge<S>(&mut self, post: &Post<S>, nothing_more: bool) {
        let fresh = self.bytes.saturating_sub(self.acknowledged);
        if fresh >= ACKNOWLEDGE_AT_LAST || (fresh >= ACKNOWLEDGE && nothing_more) {
            self.acknowledge_all(post);
        }
    }

    fn acknowledge_all<S>(&mut self, post: &Post<S>) {
        self.acknowledged = self.bytes;
        post.acknowledge(self.bytes);
    }
}

/// What a reader needs beside its stream.
#[derive(Clone)]
pub(crate) struct Reading<S> {
    pub(crate) post: Arc<Post<S>>,
    pub(crate) room: Arc<Semaphore>,
    pub(crate) life: Life,
}

/// What comes out of a stream.
pub(crate) enum News {
    /// A frame.
    Frame(Frame),
    /// The session goes on with another stream.
    Moving,
    /// It does not.
    End,
}

/// Writes what is queued, each time by the last stream that it was given.
pub(crate) async fn write<S: AsyncWrite + Unpin>(post: Arc<Post<S>>, id: SessionId) -> std::io::Result<()> {
    let (mut stream, mut number) = (None, 0_u8);
    loop {
        match (post.next(stream.is_some()), &mut stream) {
            (Step::Move(mut next), old) => {
                if let Some(old) = old {
                    leave(old).await?;
                }
                next.write_all(&id).await?;
                next.write_all(&[number]).await?;
                number = number.saturating_add(1);
                stream = Some(next);
            }
            (Step::Write(wire), Some(stream)) => stream.write_all(&wire).await?,
            (Step::Wait, Some(stream)) => {
                stream.flush().await?;
                post.woken_up().await;
            }
            // Without a stream nothing is to be written.
            (Step::Write(_) | Step::Wait, None) => post.woken_up().await,
        }
    }
}

async fn leave(stream: &mut (impl AsyncWrite + Unpin)) -> std::io::Result<()> {
    let mut wire = Vec::new();
    Chunk::Moving.write(&mut wire);
    stream.write_all(&wire).await?;
    stream.close().await
}

/// Reads what a stream begins with.
pub(crate) async fn greeting(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<Greeting> {
    let (mut session, mut number) = (SessionId::default(), [0]);
    stream.read_exact(&mut session).await?;
    stream.read_exact(&mut number).await?;
    Ok(Greeting { session, number: number[0] })
}

/// A buffer around a stream.
pub(crate) fn buffered<R: AsyncRead>(stream: R) -> BufReader<R> {
    BufReader::with_capacity(BUFFER, stream)
}

/// Reads until there is news, and for a frame waits until there is room for it.
pub(crate) async fn next<S>(
    stream: &mut BufReader<impl AsyncRead + Unpin>,
    taken: &mut Taken,
    reading: &Reading<S>,
) -> std::io::Result<News> {
    loop {
        let arrived = read(stream, &mut taken.frame, MAX_FRAME).await?;
        reading.life.sign();
        let frame = match arrived {
            Arrived::Part { len, last } => {
                taken.bytes = taken.bytes.saturating_add(len as u64);
                last.then(|| std::mem::take(&mut taken.frame))
            }
            Arrived::First(frame) => {
                taken.bytes = taken.bytes.saturating_add(frame.len() as u64);
                Some(frame)
            }
            Arrived::Taken(bytes) => {
                reading.post.acknowledged(bytes).map_err(std::io::Error::other)?;
                None
            }
            Arrived::Beat => {
                reading.post.answer();
                None
            }
            Arrived::Here => None,
            Arrived::Moving => {
                // The window is small again on the way that follows, so nothing is to stay open.
                taken.acknowledge_all(&reading.post);
                return Ok(News::Moving);
            }
            Arrived::End => return Ok(News::End),
        };
        taken.acknowledge(&reading.post, stream.buffer().is_empty());
        if let Some(bytes) = frame {
            return room(bytes, reading).await.map(News::Frame);
        }
    }
}

/// Waits for room; meanwhile the peer is as alive as it was, for we don't listen, and so are we.
async fn room<S>(bytes: Vec<u8>, reading: &Reading<S>) -> std::io::Result<Frame> {
    let permits = u32::try_from(bytes.len().max(PLACE)).unwrap_or(u32::MAX);
    if let Ok(permit) = reading.room.clone().try_acquire_many_owned(permits) {
        return Ok(Frame { bytes, _permit: permit });
    }
    reading.post.deaf(true);
    let acquiring = reading.room.clone().acquire_many_owned(permits);
    tokio::pin!(acquiring);
    let permit = loop {
        match tokio::time::timeout(REASSURE, &mut acquiring).await {
            Ok(permit) => break permit.map_err(std::io::Error::other)?,
            Err(_) => {
                reading.life.sign();
                reading.post.answer();
            }
        }
    };
    reading.post.deaf(false);
    Ok(Frame { bytes, _permit: permit })
}

#[cfg(test)]
mod tests {
    use futures::io::Cursor;

    use super::*;

    fn reading() -> Reading<()> {
        Reading { post: Arc::new(Post::new()), room: Arc::new(Semaphore::new(INBOX)), life: Life::new() }
    }

    #[tokio::test]
    async fn what_is_written_is_read_in_order_though_it_moves_to_another_stream_within_a_frame() {
        let frames = [vec![], vec![1], vec![2; 8_192], vec![3; 8_193], vec![4; MAX_FRAME]];
        let (post, reading) = (Post::<()>::new(), reading());
        for frame in &frames {
            post.put(frame.clone(), false).expect("there is room");
        }
        let (mut wires, mut taken) = (vec![Vec::new()], Taken::default());
        // What the window lets through is acknowledged at once; every now and then the path changes.
        let (mut sent, mut acknowledged) = (0_u64, 0);
        loop {
            let wire = wires.last_mut().expect("there is one");
            match post.next(true) {
                Step::Write(part) => {
                    sent += part.len() as u64 - 3;
                    wire.extend(part);
                    if wire.len() > 100_000 {
                        Chunk::Moving.write(wire);
                        wires.push(Vec::new());
                    }
                }
                Step::Wait if acknowledged < sent => {
                    post.acknowledged(sent).expect("it was sent");
                    acknowledged = sent;
                }
                Step::Move(()) | Step::Wait => break,
            }
        }
        let mut read = Vec::new();
        for wire in wires {
            let mut wire = buffered(Cursor::new(wire));
            while let News::Frame(frame) = next(&mut wire, &mut taken, &reading).await.expect("it is well formed") {
                read.push(frame.bytes);
            }
        }
        assert!(read == frames);
    }

    #[tokio::test]
    async fn what_is_taken_in_is_acknowledged() {
        let (mut wire, reading) = (Vec::new(), reading());
        for number in 0..3 {
            Chunk::Part { bytes: &[number; 2_000], last: true }.write(&mut wire);
        }
        let (mut wire, mut taken) = (buffered(Cursor::new(wire)), Taken::default());
        for _ in 0..3 {
            assert!(matches!(next(&mut wire, &mut taken, &reading).await, Ok(News::Frame(_))));
        }
        let Step::Write(answer) = reading.post.next(true) else { panic!("an acknowledgement is due") };
        assert_eq!(answer, [&[3][..], &6_000_u64.to_be_bytes()].concat());
    }
}
