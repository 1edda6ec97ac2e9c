//! An envelope and the proof that it is genuine: `Envelope -> Verified`.

use ed25519_dalek::{Signature, VerifyingKey};

use crate::contexts::ENVELOPE_SIGNATURE;
use crate::header::{HEADER_LEN, Header, HeaderError, Part};
use crate::ids::{DeviceId, EnvelopeId, WorkspaceId};

/// Longest encoded envelope, in bytes.
pub const MAX_ENVELOPE: usize =
    HEADER_LEN + 1 + 64 + crate::header::MAX_CHANGE as usize + crate::header::MAX_BODY as usize;

const SIGNED: u8 = 1;
const BODY_HELD: u8 = 2;

/// The body part as this node has it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Body {
    /// The header describes no body.
    None,
    /// The sealed bytes.
    Held(Vec<u8>),
    /// Described by the header and not here: erased, or not arrived.
    Absent,
}

/// A header with its parts and, where known, its own signature; not checked yet.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Envelope {
    /// What is signed.
    pub header: Header,
    /// Ed25519 over the id; `None` inside a run whose last envelope is signed.
    pub signature: Option<[u8; 64]>,
    /// The change part, `header.change.len` bytes.
    pub change: Vec<u8>,
    /// The body part.
    pub body: Body,
}

/// An envelope whose parts match its header and whose author is proven, by its own signature or by
/// that of a later envelope of the same chain.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Verified {
    envelope: Envelope,
    id: EnvelopeId,
}

/// Why an envelope is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EnvelopeError {
    /// The header can't be read.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// Bytes are missing or left over.
    #[error("an envelope of {0} bytes does not fit its header")]
    Length(usize),
    /// A flag bit that this version does not know.
    #[error("unknown envelope flags {0:#04x}")]
    Flags(u8),
    /// It belongs elsewhere.
    #[error("envelope {0:?} is of another workspace")]
    Workspace(EnvelopeId),
    /// A part does not match the header.
    #[error("a part of envelope {0:?} does not match its header")]
    Part(EnvelopeId),
    /// The signature is wrong or the key is not one.
    #[error("the signature of envelope {0:?} is wrong")]
    Signature(EnvelopeId),
    /// No signature where one is required.
    #[error("envelope {0:?} is not signed")]
    Unsigned(EnvelopeId),
}

impl Envelope {
    /// The single wire form: header, flags, signature, change, body.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let body = if let Body::Held(body) = &self.body { body.as_slice() } else { &[] };
        let parts = self.change.len().saturating_add(body.len());
        let mut out = Vec::with_capacity(parts.saturating_add(HEADER_LEN + 1 + 64));
        out.extend(self.header.encode());
        let signed = if self.signature.is_some() { SIGNED } else { 0 };
        let held = if matches!(self.body, Body::Held(_)) { BODY_HELD } else { 0 };
        out.push(signed | held);
        out.extend(self.signature.iter().flatten());
        out.extend(&self.change);
        out.extend(body);
        out
    }

    /// Reads the single wire form. Allocates no more than `bytes` is long.
    ///
    /// # Errors
    /// [`EnvelopeError`] where a length or flag does not fit; nothing is verified yet.
    pub fn decode(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        let short = EnvelopeError::Length(bytes.len());
        let (header, rest) = bytes.split_at_checked(HEADER_LEN).ok_or(short)?;
        let header = Header::decode(header)?;
        let (&flags, rest) = rest.split_first().ok_or(short)?;
        if flags & !(SIGNED | BODY_HELD) != 0 {
            return Err(EnvelopeError::Flags(flags));
        }
        let (signature, rest) = if flags & SIGNED == 0 {
            (None, rest)
        } else {
            let (signature, rest) = rest.split_first_chunk::<64>().ok_or(short)?;
            (Some(*signature), rest)
        };
        let (change, rest) = rest.split_at_checked(header.change.len as usize).ok_or(short)?;
        let body = match (header.body, flags & BODY_HELD != 0) {
            (None, false) => Body::None,
            (None, true) => return Err(EnvelopeError::Flags(flags)),
            (Some(_), false) => Body::Absent,
            (Some(part), true) if part.len as usize == rest.len() => Body::Held(rest.to_vec()),
            (Some(_), true) => return Err(short),
        };
        if !matches!(body, Body::Held(_)) && !rest.is_empty() {
            return Err(short);
        }
        Ok(Self { header, signature, change: change.to_vec(), body })
    }

    /// Checks workspace, parts and the envelope's own signature; not its place in the log.
    ///
    /// # Errors
    /// [`EnvelopeError`] naming what does not hold.
    pub fn verify(self, workspace: &WorkspaceId) -> Result<Verified, EnvelopeError> {
        let id = self.header.id();
        self.check_parts(workspace, id)?;
        let signature = self.signature.ok_or(EnvelopeError::Unsigned(id))?;
        check_signature(&self.header.device, id, &signature)?;
        Ok(Verified { envelope: self, id })
    }

    /// Checks workspace and parts only.
    pub(crate) fn check_parts(&self, workspace: &WorkspaceId, id: EnvelopeId) -> Result<(), EnvelopeError> {
        if self.header.workspace != *workspace {
            return Err(EnvelopeError::Workspace(id));
        }
        let body_fits = match (&self.body, self.header.body) {
            (Body::None, None) | (Body::Absent, Some(_)) => true,
            (Body::Held(bytes), Some(part)) => Part::of(bytes) == part,
            (Body::None, Some(_)) | (Body::Held(_) | Body::Absent, None) => false,
        };
        if body_fits && Part::of(&self.change) == self.header.change { Ok(()) } else { Err(EnvelopeError::Part(id)) }
    }

    /// The witness, made where a caller in this crate has proven the signature by other means.
    pub(crate) fn proven(self, id: EnvelopeId) -> Verified {
        Verified { envelope: self, id }
    }
}

impl Verified {
    /// An envelope that this node once verified and kept, made again: genuine where it gives the id
    /// that was noted then; `None` where it does not.
    #[must_use]
    pub fn from_store(envelope: Envelope, noted: &EnvelopeId) -> Option<Self> {
        let id = envelope.header.id();
        let same = id == *noted && envelope.check_parts(&envelope.header.workspace, id).is_ok();
        same.then(|| envelope.proven(id))
    }

    /// The envelope's id.
    #[must_use]
    pub fn id(&self) -> EnvelopeId {
        self.id
    }

    /// The header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.envelope.header
    }

    /// The envelope as it travels.
    #[must_use]
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// The envelope, leaving the witness behind.
    #[must_use]
    pub fn into_envelope(self) -> Envelope {
        self.envelope
    }

    /// The same envelope with a body that the header describes, or `None` where it is another's.
    #[must_use]
    pub fn with_body(mut self, body: Vec<u8>) -> Option<Self> {
        (self.envelope.header.body == Some(Part::of(&body))).then(|| {
            self.envelope.body = Body::Held(body);
            self
        })
    }
}

/// Checks a device's strict Ed25519 signature over an envelope id.
///
/// # Errors
/// [`EnvelopeError::Signature`] where it, or the key, is not valid.
pub fn check_signature(device: &DeviceId, id: EnvelopeId, signature: &[u8; 64]) -> Result<(), EnvelopeError> {
    VerifyingKey::from_bytes(&device.0)
        .and_then(|key| key.verify_strict(&signed_bytes(id), &Signature::from_bytes(signature)))
        .map_err(|_| EnvelopeError::Signature(id))
}

pub(crate) fn signed_bytes(id: EnvelopeId) -> Vec<u8> {
    [ENVELOPE_SIGNATURE, &id.0].concat()
}
