//! A run: several envelopes of one log on the wire, without what the receiver can derive.
//!
//! Layout (big-endian): version u8, device 32, life 16, after_seq u64, prev 32; then for each
//! envelope: flags u8, kind u8, time u64, tag 32 (sealed kinds only), change length u32, change;
//! if a body is described: body length u32 and the body, or its hash where it is absent;
//! signature 64 if flagged. Workspace, device, life, seq, prev, cumulative bytes and the hashes of
//! held parts follow from the rest.

use crate::chain::Head;
use crate::envelope::{Body, Envelope};
use crate::header::{Header, Kind, MAX_BODY, MAX_CHANGE, Part, own_bytes};
use crate::ids::{DeviceId, EnvelopeId, LifeId, LogId, Time, WorkspaceId};

/// Longest encoded run, in bytes; one envelope always fits.
pub const MAX_RUN: usize = 524_288;

const VERSION: u8 = 1;
const SIGNED: u8 = 1;
const DESCRIBED: u8 = 2;
const HELD: u8 = 4;

/// Where a run starts: which log, after which envelope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RunStart {
    /// The device.
    pub device: DeviceId,
    /// The life of its log.
    pub life: LifeId,
    /// Seq of the envelope before the run, 0 at the start of the log.
    pub after_seq: u64,
    /// What the first envelope links to.
    pub prev: EnvelopeId,
}

impl RunStart {
    /// The log.
    #[must_use]
    pub fn log(&self) -> LogId {
        LogId::of(&self.device, &self.life)
    }
}

/// Why bytes are not a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RunError {
    /// Bytes end before the run does, or a length is over its limit.
    #[error("a run ends in the middle of an envelope")]
    Short,
    /// Over [`MAX_RUN`].
    #[error("a run of {0} bytes is over the limit of {MAX_RUN}")]
    Long(usize),
    /// A version of the future, or noise.
    #[error("run version {0} needs a newer cremona")]
    Version(u8),
    /// Flags that contradict each other or are unknown.
    #[error("run flags {0:#04x} make no sense")]
    Flags(u8),
    /// It starts elsewhere than asked.
    #[error("the run starts after seq {0}, which was not asked for")]
    Start(u64),
}

/// Bytes before the first envelope of a run.
pub const RUN_START: usize = 1 + 32 + 16 + 8 + 32;

/// How many bytes `envelope` takes within a run, which starts with [`RUN_START`] bytes.
#[must_use]
pub fn run_bytes(envelope: &Envelope) -> usize {
    let header = &envelope.header;
    let flags_kind_time_len = 1 + 1 + 8 + 4;
    let tag = if has_tag(header.kind) { 32 } else { 0 };
    let body = match (header.body, &envelope.body) {
        (None, _) => 0,
        (Some(_), Body::Held(bytes)) => bytes.len().saturating_add(4),
        (Some(_), Body::None | Body::Absent) => 4 + 32,
    };
    let signature = if envelope.signature.is_some() { 64 } else { 0 };
    [flags_kind_time_len, tag, envelope.change.len(), body, signature].into_iter().fold(0, usize::saturating_add)
}

/// The wire form of `envelopes`, which follow each other in one log; empty for none.
#[must_use]
pub fn encode_run(envelopes: &[Envelope]) -> Vec<u8> {
    let Some(first) = envelopes.first() else { return Vec::new() };
    let mut out = vec![VERSION];
    out.extend(first.header.device.0);
    out.extend(first.header.life.0);
    out.extend(first.header.seq.saturating_sub(1).to_be_bytes());
    out.extend(first.header.prev.0);
    for envelope in envelopes {
        encode_entry(envelope, &mut out);
    }
    out
}

/// Reads where a run starts, without its envelopes.
///
/// # Errors
/// [`RunError`] where the bytes are not a run.
pub fn peek_run(bytes: &[u8]) -> Result<RunStart, RunError> {
    Reader(bytes).start()
}

/// Reads a run that follows `after`; nothing is verified yet (see [`Head::verify_run`]).
///
/// # Errors
/// [`RunError`] where the bytes are not a run that starts there. The shortest envelope takes 15 bytes,
/// so [`MAX_RUN`] holds at most 34,946 of them, 14 MB in memory.
pub fn decode_run(bytes: &[u8], workspace: &WorkspaceId, after: &Head) -> Result<Vec<Envelope>, RunError> {
    if bytes.len() > MAX_RUN {
        return Err(RunError::Long(bytes.len()));
    }
    let mut reader = Reader(bytes);
    let start = reader.start()?;
    if start.after_seq != after.seq {
        return Err(RunError::Start(start.after_seq));
    }
    let mut envelopes = Vec::new();
    let mut head = Head { id: start.prev, ..*after };
    while !reader.0.is_empty() {
        let envelope = reader.entry(workspace, &start, &head)?;
        head = Head {
            seq: envelope.header.seq,
            id: envelope.header.id(),
            time: envelope.header.time,
            bytes: envelope.header.bytes,
        };
        envelopes.push(envelope);
    }
    Ok(envelopes)
}

fn has_tag(kind: Kind) -> bool {
    kind != Kind::CONTROL && kind != Kind::KEYS
}

fn encode_entry(envelope: &Envelope, out: &mut Vec<u8>) {
    let header = &envelope.header;
    let signed = if envelope.signature.is_some() { SIGNED } else { 0 };
    let described = if header.body.is_some() { DESCRIBED } else { 0 };
    let held = if matches!(envelope.body, Body::Held(_)) { HELD } else { 0 };
    out.extend([signed | described | held, header.kind.0]);
    out.extend(header.time.0.to_be_bytes());
    if has_tag(header.kind) {
        out.extend(header.tag);
    }
    out.extend(header.change.len.to_be_bytes());
    out.extend(&envelope.change);
    if let Some(part) = header.body {
        out.extend(part.len.to_be_bytes());
        match &envelope.body {
            Body::Held(bytes) => out.extend(bytes),
            Body::None | Body::Absent => out.extend(part.hash),
        }
    }
    out.extend(envelope.signature.iter().flatten());
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], RunError> {
        let (field, rest) = self.0.split_first_chunk().ok_or(RunError::Short)?;
        self.0 = rest;
        Ok(*field)
    }

    fn bytes(&mut self, limit: u32) -> Result<(u32, &'a [u8]), RunError> {
        let len = u32::from_be_bytes(self.take()?);
        if len > limit {
            return Err(RunError::Short);
        }
        let (bytes, rest) = self.0.split_at_checked(len as usize).ok_or(RunError::Short)?;
        self.0 = rest;
        Ok((len, bytes))
    }

    fn start(&mut self) -> Result<RunStart, RunError> {
        let [version] = self.take()?;
        if version != VERSION {
            return Err(RunError::Version(version));
        }
        Ok(RunStart {
            device: DeviceId(self.take()?),
            life: LifeId(self.take()?),
            after_seq: u64::from_be_bytes(self.take()?),
            prev: EnvelopeId(self.take()?),
        })
    }

    fn entry(&mut self, workspace: &WorkspaceId, start: &RunStart, head: &Head) -> Result<Envelope, RunError> {
        let [flags, kind] = self.take()?;
        let kind = Kind(kind);
        if flags & !(SIGNED | DESCRIBED | HELD) != 0 || flags & (DESCRIBED | HELD) == HELD {
            return Err(RunError::Flags(flags));
        }
        let time = Time(u64::from_be_bytes(self.take()?));
        let tag = if has_tag(kind) { self.take()? } else { [0; 32] };
        let (_, change) = self.bytes(MAX_CHANGE)?;
        let (part, body) = self.body(flags)?;
        let signature = if flags & SIGNED == 0 { None } else { Some(self.take()?) };
        let change_part = Part::of(change);
        let own = own_bytes(change_part.len, part.map_or(0, |part| part.len));
        let header = Header {
            kind,
            workspace: *workspace,
            device: start.device,
            life: start.life,
            seq: head.seq.saturating_add(1),
            prev: head.id,
            time,
            bytes: head.bytes.saturating_add(own),
            tag,
            change: change_part,
            body: part,
        };
        header.check().map_err(|_| RunError::Flags(flags))?;
        Ok(Envelope { header, signature, change: change.to_vec(), body })
    }

    fn body(&mut self, flags: u8) -> Result<(Option<Part>, Body), RunError> {
        if flags & DESCRIBED == 0 {
            return Ok((None, Body::None));
        }
        if flags & HELD == 0 {
            let len = u32::from_be_bytes(self.take()?);
            return Ok((Some(Part { len, hash: self.take()? }), Body::Absent));
        }
        let (_, bytes) = self.bytes(MAX_BODY)?;
        Ok((Some(Part::of(bytes)), Body::Held(bytes.to_vec())))
    }
}
