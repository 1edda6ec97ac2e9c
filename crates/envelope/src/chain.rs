//! The order within a log: what may follow a head, for one envelope and for a run.

use crate::envelope::{Envelope, EnvelopeError, Verified, check_signature};
use crate::header::Header;
use crate::ids::{EnvelopeId, Time, WorkspaceId};

/// Within a run every envelope whose seq is a multiple of this carries its own signature, so that
/// a fork can be proven with at most this many headers a branch.
pub const SIGNED_EVERY: u64 = 64;
/// Most bytes of a log, as its headers count them, from one signature to the next within a span: whoever
/// takes a span has to be able to pass it on in runs.
pub const MAX_UNSIGNED: u64 = 327_680;

/// The end of a log as far as a node has it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Head {
    /// Seq of the last envelope, 0 before the first.
    pub seq: u64,
    /// Its id; before the first, the id that the first one links to.
    pub id: EnvelopeId,
    /// Its time.
    pub time: Time,
    /// Its cumulative bytes.
    pub bytes: u64,
}

/// Why an envelope can't follow a head.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ChainError {
    /// Envelopes in between are missing.
    #[error("seq {got} can't follow seq {have}")]
    Gap {
        /// Seq of the head.
        have: u64,
        /// Seq of the envelope.
        got: u64,
    },
    /// It is already below the head; whether it is the same one is for the caller to compare.
    #[error("seq {0} is not after the head")]
    Past(u64),
    /// It follows another envelope than the head: one device, two histories.
    #[error("seq {0} follows another envelope: the log is forked")]
    Forked(u64),
    /// Its time is before its predecessor's.
    #[error("time goes backwards at seq {0}")]
    Time(u64),
    /// The cumulative bytes do not add up.
    #[error("the byte count is wrong at seq {0}")]
    Bytes(u64),
    /// A run mixes logs.
    #[error("a run holds envelopes of more than one log")]
    Mixed,
    /// A run holds nothing.
    #[error("a run is empty")]
    Empty,
    /// An envelope of the run is refused for itself.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
}

impl Head {
    /// The head of a life that has nothing yet. The first envelope may link to any earlier head of
    /// its device, so the link is not compared at seq 1.
    pub const EMPTY: Self = Self { seq: 0, id: EnvelopeId::NONE, time: Time(0), bytes: 0 };

    /// The head after `header`, whose id is `id`, if it may follow.
    ///
    /// # Errors
    /// [`ChainError`] naming the rule that is broken.
    pub fn follow(&self, header: &Header, id: EnvelopeId) -> Result<Self, ChainError> {
        let seq = header.seq;
        match seq.checked_sub(self.seq) {
            None | Some(0) => return Err(ChainError::Past(seq)),
            Some(1) => {}
            Some(_) => return Err(ChainError::Gap { have: self.seq, got: seq }),
        }
        if self.seq > 0 && header.prev != self.id {
            return Err(ChainError::Forked(seq));
        }
        if header.time < self.time {
            return Err(ChainError::Time(seq));
        }
        if Some(header.bytes) != self.bytes.checked_add(header.own_bytes()) {
            return Err(ChainError::Bytes(seq));
        }
        Ok(Self { seq, id, time: header.time, bytes: header.bytes })
    }

    /// Checks a run of one log that follows this head: links, parts, every signature it carries,
    /// one at each multiple of [`SIGNED_EVERY`] and one at its end, which covers all before it.
    ///
    /// # Errors
    /// [`ChainError`] of the first envelope that does not hold; then nothing of the run is proven.
    pub fn verify_run(&self, workspace: &WorkspaceId, run: Vec<Envelope>) -> Result<(Vec<Verified>, Self), ChainError> {
        let log = run.first().map(|first| (first.header.device, first.header.life)).ok_or(ChainError::Empty)?;
        let last = run.len().saturating_sub(1);
        let mut head = *self;
        let mut verified = Vec::with_capacity(run.len());
        for (index, envelope) in run.into_iter().enumerate() {
            let id = envelope.header.id();
            if (envelope.header.device, envelope.header.life) != log {
                return Err(ChainError::Mixed);
            }
            head = head.follow(&envelope.header, id)?;
            envelope.check_parts(workspace, id)?;
            match &envelope.signature {
                Some(signature) => check_signature(&envelope.header.device, id, signature)?,
                None if index == last || head.seq.is_multiple_of(SIGNED_EVERY) => {
                    return Err(EnvelopeError::Unsigned(id).into());
                }
                None => {}
            }
            verified.push(envelope.proven(id));
        }
        Ok((verified, head))
    }
}

/// Checks envelopes of one log whose parts are known to be genuine, since they were sealed here: that
/// they follow `base` and each other, every signature they carry, one at each multiple of
/// [`SIGNED_EVERY`] and one at the end, which covers all before it. What `base` says is proven too,
/// but for its time, if there is a log that comes to it.
///
/// # Errors
/// [`ChainError`] of the first envelope that does not hold; then nothing of them is proven.
pub fn verify_span<'a>(
    base: &Head,
    workspace: &WorkspaceId,
    envelopes: impl ExactSizeIterator<Item = (&'a Header, EnvelopeId, Option<&'a [u8; 64]>)>,
) -> Result<Head, ChainError> {
    let last = envelopes.len().checked_sub(1).ok_or(ChainError::Empty)?;
    let mut head = *base;
    let mut signed = base.bytes;
    let mut log = None;
    for (index, (header, id, signature)) in envelopes.enumerate() {
        if *log.get_or_insert((header.device, header.life)) != (header.device, header.life) {
            return Err(ChainError::Mixed);
        }
        header.check().map_err(EnvelopeError::from)?;
        if header.workspace != *workspace {
            return Err(EnvelopeError::Workspace(id).into());
        }
        head = head.follow(header, id)?;
        let long = head.bytes.saturating_sub(signed) > MAX_UNSIGNED;
        match signature {
            Some(signature) => {
                check_signature(&header.device, id, signature)?;
                signed = head.bytes;
            }
            None if index == last || head.seq.is_multiple_of(SIGNED_EVERY) || long => {
                return Err(EnvelopeError::Unsigned(id).into());
            }
            None => {}
        }
    }
    Ok(head)
}
