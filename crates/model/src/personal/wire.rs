//! How personal state is written, field by field and as a whole.
//!
//! A field: marks are a CBOR array of when they were read last and a map from log 16 to seq, logs in
//! order; a register is an array of time, device 32, and its value in a byte string, or null. The
//! whole: an array of the version, 1, and a map from the bytes of each key to its field, in order of
//! these. A field that this version can't read is left out; it is where it came from.

use cremona_envelope::{DeviceId, LogId, Time};
use minicbor::{Decoder, Encoder};

use super::Personal;
use super::marks::{MAX_LOGS, Marks, Positions};
use super::place::Key;
use super::register::{Register, Written};

/// Longest state that is written or read as a whole, in bytes: some 12,000 fields.
pub const MAX_STATE: usize = 262_144;
const VERSION: u64 = 1;
/// A seq is below this.
const SEQ_END: u64 = 1 << 48;

/// Why bytes are no personal state.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PersonalError {
    /// Over [`MAX_STATE`].
    #[error("personal state of {0} bytes is over the limit of {MAX_STATE}")]
    Long(usize),
    /// Of a newer cremona.
    #[error("personal state of version {0} needs a newer cremona")]
    Version(u64),
    /// It has another form.
    #[error("personal state can't be read")]
    Form,
}

impl From<minicbor::decode::Error> for PersonalError {
    fn from(_: minicbor::decode::Error) -> Self {
        Self::Form
    }
}

/// Writes fields as a whole, from the bytes of their keys, in order of these, and their own.
#[must_use]
pub fn write<'a>(fields: impl ExactSizeIterator<Item = (&'a [u8], &'a [u8])>) -> Vec<u8> {
    let mut out = Encoder::new(Vec::new());
    let head = out.array(2).and_then(|out| out.u64(VERSION)).and_then(|out| out.map(wide(fields.len())));
    head.expect("encoding to a Vec can't fail");
    for (key, field) in fields {
        out.bytes(key).expect("encoding to a Vec can't fail");
        out.writer_mut().extend(field);
    }
    out.into_writer()
}

/// What one field takes of [`MAX_STATE`] beside the bytes of its key and its own.
pub const FIELD_HEAD: usize = 3;

impl Personal {
    /// The whole, also where it is over [`MAX_STATE`].
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let marks = self.marks.iter().map(|(scope, marks)| (Key::Marks(*scope).bytes(), marks.encode()));
        let registers =
            self.registers.iter().map(|(place, register)| (Key::Register(place.clone()).bytes(), register.encode()));
        let fields: Vec<_> = marks.chain(registers).collect();
        write(fields.iter().map(|(key, field)| (key.as_slice(), field.as_slice())))
    }

    /// Reads a whole. Allocates at most about ten times its length.
    ///
    /// # Errors
    /// [`PersonalError`] where it can't be read at all.
    pub fn decode(bytes: &[u8]) -> Result<Self, PersonalError> {
        if bytes.len() > MAX_STATE {
            return Err(PersonalError::Long(bytes.len()));
        }
        let mut read = Decoder::new(bytes);
        if read.array()?.is_none_or(|parts| parts < 2) {
            return Err(PersonalError::Form);
        }
        let version = read.u64()?;
        if version != VERSION {
            return Err(PersonalError::Version(version));
        }
        let count = read.map()?.ok_or(PersonalError::Form)?;
        let mut all = Self::default();
        for _ in 0..count {
            let key = read.bytes()?;
            let start = read.position();
            read.skip()?;
            let field = bytes.get(start..read.position()).ok_or(PersonalError::Form)?;
            all.take(key, field);
        }
        Ok(all)
    }

    /// Takes one field in; one that can't be read is left out.
    fn take(&mut self, key: &[u8], field: &[u8]) {
        let Some((kind, about)) = key.split_first() else { return };
        match Key::read(*kind, about) {
            Some(Key::Marks(scope)) => {
                if let Some(marks) = Marks::decode(field) {
                    self.marks.entry(scope).or_default().join(&marks);
                }
            }
            Some(Key::Register(place)) => {
                let Some(register) = Register::decode(field) else { return };
                match self.registers.get_mut(&place) {
                    Some(known) => known.join(&register),
                    None => self.registers.insert(place, register).is_none(),
                };
            }
            None => {}
        }
    }
}

impl Marks {
    /// The field's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new(Vec::new());
        let head = out.array(2).and_then(|out| out.u64(self.read.0)).and_then(|out| out.map(wide(self.upto.len())));
        head.expect("encoding to a Vec can't fail");
        for (log, seq) in self.upto.iter() {
            out.bytes(&log.0).and_then(|out| out.u64(seq)).expect("encoding to a Vec can't fail");
        }
        out.into_writer()
    }

    /// Reads a field; `None` where the bytes are none.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut read = Decoder::new(bytes);
        read.array().ok().flatten().filter(|parts| *parts >= 2)?;
        let at = Time(read.u64().ok()?);
        let count = read.map().ok()??;
        if at > Time::MAX || count > wide(MAX_LOGS) {
            return None;
        }
        let mut upto = Positions::default();
        for _ in 0..count {
            let log = LogId::from_slice(read.bytes().ok()?)?;
            let seq = read.u64().ok().filter(|seq| *seq < SEQ_END)?;
            upto.raise(log, seq);
        }
        Some(Self { read: at, upto })
    }
}

impl Register {
    /// The field's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new(Vec::new());
        let head =
            out.array(3).and_then(|out| out.u64(self.written.time.0)).and_then(|out| out.bytes(&self.written.device.0));
        head.expect("encoding to a Vec can't fail");
        match &self.value {
            Some(value) => out.bytes(value),
            None => out.null(),
        }
        .expect("encoding to a Vec can't fail");
        out.into_writer()
    }

    /// Reads a field; `None` where the bytes are none.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut read = Decoder::new(bytes);
        read.array().ok().flatten().filter(|parts| *parts >= 3)?;
        let time = Time(read.u64().ok()?);
        let device = DeviceId::from_slice(read.bytes().ok()?)?;
        let value = match read.datatype().ok()? {
            minicbor::data::Type::Null => None,
            _ => Some(read.bytes().ok()?.to_vec()),
        };
        (time <= Time::MAX).then_some(Self { written: Written { time, device }, value })
    }
}

fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
