//! Proof that a device wrote two histories: two signed branches that part at one seq.

use crate::chain::SIGNED_EVERY;
use crate::envelope::{EnvelopeError, check_signature};
use crate::header::{HEADER_LEN, Header, HeaderError};
use crate::ids::{DeviceId, EnvelopeId, LifeId, LogId, WorkspaceId};

/// Most headers in one branch: from the fork to the next envelope that has to be signed.
pub const MAX_BRANCH: usize = SIGNED_EVERY as usize + 1;
/// Longest encoded proof, in bytes.
pub const MAX_PROOF: usize = 1 + 2 * (2 + MAX_BRANCH * HEADER_LEN + 64);

/// Headers of one log that follow each other, the last of which is signed by its device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Branch {
    /// 1 to [`MAX_BRANCH`] headers.
    pub headers: Vec<Header>,
    /// Over the id of the last.
    pub signature: [u8; 64],
}

/// A verified, portable proof of a fork; it convinces anyone who knows the device's key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ForkProof {
    left: Branch,
    right: Branch,
}

/// Why two branches prove nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ForkError {
    /// A branch has no header or too many.
    #[error("a branch has 1 to {MAX_BRANCH} headers, not {0}")]
    Length(usize),
    /// The bytes do not hold two branches.
    #[error("a fork proof is cut short or has bytes left over")]
    Bytes,
    /// A header can't be read.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The headers do not follow each other.
    #[error("a branch is not a chain")]
    Chain,
    /// The signature at the end is wrong, or it is of another workspace.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// Both branches say the same, or speak of different places.
    #[error("the branches do not contradict each other")]
    NoFork,
}

impl ForkProof {
    /// The proof that both branches make; the same for either order of the two.
    ///
    /// # Errors
    /// [`ForkError`] where either is not genuine or they do not contradict each other.
    pub fn new(one: Branch, other: Branch, workspace: &WorkspaceId) -> Result<Self, ForkError> {
        let first = one.check(workspace)?;
        let second = other.check(workspace)?;
        if (first.device, first.life, first.seq) != (second.device, second.life, second.seq) || first.id == second.id {
            return Err(ForkError::NoFork);
        }
        let (left, right) = if first.id < second.id { (one, other) } else { (other, one) };
        Ok(Self { left, right })
    }

    /// The log that is forked.
    #[must_use]
    pub fn log(&self) -> LogId {
        LogId::of(&self.device(), &self.life())
    }

    /// Its device.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        self.start().device
    }

    /// Its life.
    #[must_use]
    pub fn life(&self) -> LifeId {
        self.start().life
    }

    /// The seq at which the branches part: the life counts only below it.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.start().seq
    }

    /// Version u8, then each branch: count u16, headers, signature.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![1];
        for branch in [&self.left, &self.right] {
            let count = u16::try_from(branch.headers.len()).expect("a checked branch has at most MAX_BRANCH headers");
            out.extend(count.to_be_bytes());
            out.extend(branch.headers.iter().flat_map(Header::encode));
            out.extend(branch.signature);
        }
        out
    }

    /// Reads and verifies a proof.
    ///
    /// # Errors
    /// [`ForkError`] where it is not one.
    pub fn decode(bytes: &[u8], workspace: &WorkspaceId) -> Result<Self, ForkError> {
        let rest = bytes.strip_prefix(&[1]).ok_or(ForkError::Bytes)?;
        let (left, rest) = Branch::decode(rest)?;
        let (right, rest) = Branch::decode(rest)?;
        if !rest.is_empty() {
            return Err(ForkError::Bytes);
        }
        Self::new(left, right, workspace)
    }

    fn start(&self) -> &Header {
        self.left.headers.first().expect("a checked branch has a header")
    }
}

struct Start {
    device: DeviceId,
    life: LifeId,
    seq: u64,
    id: EnvelopeId,
}

impl Branch {
    fn check(&self, workspace: &WorkspaceId) -> Result<Start, ForkError> {
        let (Some(first), Some(last)) = (self.headers.first(), self.headers.last()) else {
            return Err(ForkError::Length(0));
        };
        if self.headers.len() > MAX_BRANCH {
            return Err(ForkError::Length(self.headers.len()));
        }
        if let Some(stranger) = self.headers.iter().find(|header| header.workspace != *workspace) {
            return Err(EnvelopeError::Workspace(stranger.id()).into());
        }
        let follows = |(before, after): (&Header, &Header)| {
            (after.device, after.life) == (before.device, before.life)
                && after.seq.checked_sub(1) == Some(before.seq)
                && after.prev == before.id()
        };
        if !self.headers.iter().zip(self.headers.iter().skip(1)).all(follows) {
            return Err(ForkError::Chain);
        }
        check_signature(&last.device, last.id(), &self.signature)?;
        Ok(Start { device: first.device, life: first.life, seq: first.seq, id: first.id() })
    }

    fn decode(bytes: &[u8]) -> Result<(Self, &[u8]), ForkError> {
        let (count, mut rest) = bytes.split_first_chunk::<2>().ok_or(ForkError::Bytes)?;
        let count = usize::from(u16::from_be_bytes(*count));
        if count == 0 || count > MAX_BRANCH {
            return Err(ForkError::Length(count));
        }
        let mut headers = Vec::with_capacity(count);
        for _ in 0..count {
            let (header, after) = rest.split_at_checked(HEADER_LEN).ok_or(ForkError::Bytes)?;
            headers.push(Header::decode(header)?);
            rest = after;
        }
        let (signature, rest) = rest.split_first_chunk::<64>().ok_or(ForkError::Bytes)?;
        Ok((Self { headers, signature: *signature }, rest))
    }
}
