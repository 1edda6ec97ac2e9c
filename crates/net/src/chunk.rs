//! The bytes of a frame stream: chunks, each of which says what it is. Frames are cut into parts, so
//! that a short frame or an acknowledgement never waits behind a long one.

use futures::{AsyncRead, AsyncReadExt};

/// Most bytes of a frame in one chunk.
pub(crate) const CHUNK: usize = 8 * 1024;

/// A chunk, to be written.
pub(crate) enum Chunk<'a> {
    /// A part of the frame under way, at most [`CHUNK`] bytes.
    Part {
        /// The bytes.
        bytes: &'a [u8],
        /// Whether the frame ends with it.
        last: bool,
    },
    /// A whole frame of at most [`CHUNK`] bytes, whatever else is under way.
    First(&'a [u8]),
    /// So many bytes of frames were taken in since the session began.
    Taken(u64),
    /// Are you there?
    Beat,
    /// I am.
    Here,
    /// The rest comes on another stream of the same session.
    Moving,
}

const PART: u8 = 0;
const LAST: u8 = 1;
const FIRST: u8 = 2;
const TAKEN: u8 = 3;
const BEAT: u8 = 4;
const HERE: u8 = 5;
const MOVING: u8 = 6;

impl Chunk<'_> {
    /// Appends the chunk's bytes.
    pub(crate) fn write(&self, wire: &mut Vec<u8>) {
        match self {
            Self::Part { bytes, last } => bytes_of(if *last { LAST } else { PART }, bytes, wire),
            Self::First(bytes) => bytes_of(FIRST, bytes, wire),
            Self::Taken(taken) => {
                wire.push(TAKEN);
                wire.extend_from_slice(&taken.to_be_bytes());
            }
            Self::Beat => wire.push(BEAT),
            Self::Here => wire.push(HERE),
            Self::Moving => wire.push(MOVING),
        }
    }
}

fn bytes_of(kind: u8, bytes: &[u8], wire: &mut Vec<u8>) {
    wire.push(kind);
    // A part is at most CHUNK bytes, which is less than a u16 holds.
    wire.extend_from_slice(&u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_be_bytes());
    wire.extend_from_slice(bytes);
}

/// A chunk that was read; the bytes of frames go where the reader keeps them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Arrived {
    /// A part was appended; whether the frame ends with it.
    Part {
        /// How long it was.
        len: usize,
        /// Whether the frame ends with it.
        last: bool,
    },
    /// A whole frame that overtook.
    First(Vec<u8>),
    /// See [`Chunk::Taken`].
    Taken(u64),
    /// See [`Chunk::Beat`].
    Beat,
    /// See [`Chunk::Here`].
    Here,
    /// See [`Chunk::Moving`].
    Moving,
    /// The stream ended between chunks.
    End,
}

/// Reads a chunk; a part of a frame is appended to `frame`, which stays within `limit` bytes.
pub(crate) async fn read(
    stream: &mut (impl AsyncRead + Unpin),
    frame: &mut Vec<u8>,
    limit: usize,
) -> std::io::Result<Arrived> {
    let mut kind = [0];
    if stream.read(&mut kind).await? == 0 {
        return Ok(Arrived::End);
    }
    match kind[0] {
        last @ (PART | LAST) => {
            let len = length(stream).await?;
            let start = frame.len();
            if start.saturating_add(len) > limit {
                return Err(std::io::Error::other(format!("a frame is over the limit of {limit} bytes")));
            }
            frame.resize(start.saturating_add(len), 0);
            stream.read_exact(frame.get_mut(start..).unwrap_or_default()).await?;
            Ok(Arrived::Part { len, last: last == LAST })
        }
        FIRST => {
            let mut bytes = vec![0; length(stream).await?];
            stream.read_exact(&mut bytes).await?;
            Ok(Arrived::First(bytes))
        }
        TAKEN => {
            let mut taken = [0; 8];
            stream.read_exact(&mut taken).await?;
            Ok(Arrived::Taken(u64::from_be_bytes(taken)))
        }
        BEAT => Ok(Arrived::Beat),
        HERE => Ok(Arrived::Here),
        MOVING => Ok(Arrived::Moving),
        unknown => Err(std::io::Error::other(format!("a chunk of unknown kind {unknown}"))),
    }
}

async fn length(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<usize> {
    let mut len = [0; 2];
    stream.read_exact(&mut len).await?;
    let len = usize::from(u16::from_be_bytes(len));
    if len > CHUNK { Err(std::io::Error::other(format!("a part of {len} bytes is over the limit"))) } else { Ok(len) }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use futures::io::Cursor;

    use super::*;

    #[test]
    fn the_bytes_are_a_kind_a_big_endian_length_and_the_part() {
        let mut wire = Vec::new();
        Chunk::Part { bytes: b"ana", last: true }.write(&mut wire);
        Chunk::Taken(0x0102).write(&mut wire);
        Chunk::First(b"bo").write(&mut wire);
        Chunk::Moving.write(&mut wire);
        assert_eq!(wire, b"\x01\0\x03ana\x03\0\0\0\0\0\0\x01\x02\x02\0\x02bo\x06");
        let (mut wire, mut frame) = (Cursor::new(wire), Vec::new());
        let read = std::iter::from_fn(|| block_on(read(&mut wire, &mut frame, 100)).ok()).take(5).collect::<Vec<_>>();
        let first = Arrived::First(b"bo".to_vec());
        assert_eq!(
            read,
            [Arrived::Part { len: 3, last: true }, Arrived::Taken(0x0102), first, Arrived::Moving, Arrived::End]
        );
        assert_eq!(frame, b"ana");
    }

    #[test]
    fn what_is_over_a_limit_unknown_or_cut_short_is_refused_and_takes_no_memory_in_advance() {
        let refused = |wire: &[u8]| {
            let mut frame = vec![0; 90];
            let read = block_on(read(&mut Cursor::new(wire.to_vec()), &mut frame, 100));
            assert_eq!(frame.len().min(100), frame.len());
            read.is_err()
        };
        assert!(refused(b"\0\x20\x01"), "a part too long");
        assert!(refused(b"\0\0\x0bhello world"), "a frame too long");
        assert!(refused(b"\x02\xff\xff"), "a first one too long");
        assert!(refused(b"\x01\0\x05ana"), "cut short");
        assert!(refused(b"\x03\0"), "cut short");
        assert!(refused(b"\x07"), "unknown");
    }
}
