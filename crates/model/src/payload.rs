//! The plaintext of an envelope's change part, from which the Automerge change is rebuilt.
//!
//! Layout: version u8 = 1, channel 16, month u16, seq u32 within the chain, the hash of the chain's
//! previous change (32 bytes, absent at seq 1), then the record's value to the end. Big-endian, one
//! encoding. Nothing else of an Automerge change can be expressed, so nothing else can be smuggled
//! in (decision 2).

use cremona_envelope::RecordId;

use crate::doc::DocId;

/// Longest record value, in bytes.
pub const MAX_VALUE: usize = 60_000;
/// Highest seq within a chain; Automerge's counters stay far from their end.
pub const MAX_SEQ: u32 = 1 << 31;

const VERSION: u8 = 1;

/// One step of a chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Payload {
    /// The document.
    pub doc: DocId,
    /// Position in this log's chain within the document, from 1.
    pub seq: u32,
    /// Hash of the chain's previous change; `None` exactly at seq 1.
    pub prev: Option<[u8; 32]>,
    /// The record.
    pub value: Vec<u8>,
}

/// Why bytes are not a payload.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PayloadError {
    /// Too short.
    #[error("a change payload is cut short")]
    Short,
    /// Of the future, or noise.
    #[error("change payload version {0} needs a newer cremona")]
    Version(u8),
    /// Seq 0 or over [`MAX_SEQ`].
    #[error("chain seq {0} is out of range")]
    Seq(u32),
    /// Over [`MAX_VALUE`].
    #[error("a record of {0} bytes is over the limit")]
    Long(usize),
}

impl Payload {
    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![VERSION];
        out.extend(self.doc.encode());
        out.extend(self.seq.to_be_bytes());
        out.extend(self.prev.iter().flatten());
        out.extend(&self.value);
        out
    }

    /// Reads a payload.
    ///
    /// # Errors
    /// [`PayloadError`] where the bytes are not one.
    pub fn decode(bytes: &[u8]) -> Result<Self, PayloadError> {
        let ([version], rest) = take(bytes)?;
        if version != VERSION {
            return Err(PayloadError::Version(version));
        }
        let (channel, rest) = take(rest)?;
        let (month, rest) = take(rest)?;
        let (seq, rest) = take(rest)?;
        let seq = u32::from_be_bytes(seq);
        let (prev, value) = match seq {
            1 => (None, rest),
            2..=MAX_SEQ => take(rest).map(|(prev, rest)| (Some(prev), rest))?,
            _ => return Err(PayloadError::Seq(seq)),
        };
        if value.len() > MAX_VALUE {
            return Err(PayloadError::Long(value.len()));
        }
        let doc = DocId { channel: RecordId(channel), month: u16::from_be_bytes(month) };
        Ok(Self { doc, seq, prev, value: value.to_vec() })
    }
}

fn take<const N: usize>(bytes: &[u8]) -> Result<([u8; N], &[u8]), PayloadError> {
    bytes.split_first_chunk().map(|(field, rest)| (*field, rest)).ok_or(PayloadError::Short)
}
