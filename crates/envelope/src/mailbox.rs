//! What makes a mailbox one of a workspace: the string that pairs it, what it is told, and how members
//! hear of it.
//!
//! `mbx1` + bech32m of 50 bytes: version u8, flags u8, device 32, token 16; then, optionally,
//! `@host:port,host:port`. The token proves at the mailbox's gate, once, that whoever comes was given
//! the string. What is handed over then lets members in; it opens nothing that they say.

use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::contexts;
use crate::control::{MAILBOX, type_of};
use crate::ids::{DeviceId, WorkspaceId, derive16};
use crate::pasted::{Fault, Form, MAX_HINTS, is_hint};

const VERSION: u8 = 1;
/// `mbx1`, 80 letters of data, 6 of checksum.
pub const LENGTH: usize = 90;
const FORM: Form = Form { prefix: "mbx", length: LENGTH };

/// 16 random bytes that pair a mailbox, once.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct PairingToken(pub [u8; 16]);

/// A parsed pairing string.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PairingString {
    /// The mailbox's device, which it proves on connecting.
    pub device: DeviceId,
    /// What proves to it that it may be paired.
    pub token: PairingToken,
    /// `host:port`s where it listens.
    pub hints: Vec<String>,
}

/// What is wrong with a pasted pairing string, in words for the person who pasted it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PairingError {
    /// Nothing but white space.
    #[error("the pairing string is empty")]
    Empty,
    /// Some other text, perhaps a workspace key.
    #[error("this is not a pairing string of a mailbox: one starts with \"mbx1\"")]
    Prefix,
    /// A letter that none has.
    #[error("letter {position} of the pairing string is {found:?}, which none contains")]
    Letter {
        /// Counted from 1, white space and quotes left out.
        position: usize,
        /// What stands there.
        found: char,
    },
    /// Letters are missing or too many.
    #[error("the pairing string has {found} letters and should have {LENGTH}: part of it was not copied")]
    Length {
        /// How many there are.
        found: usize,
    },
    /// One letter is wrong, and it is known which.
    #[error("letter {position} of the pairing string looks wrong: it is {found:?} and probably should be {instead:?}")]
    Typo {
        /// Counted from 1, white space and quotes left out.
        position: usize,
        /// What stands there.
        found: char,
        /// What makes the string right.
        instead: char,
    },
    /// Several letters are wrong.
    #[error("the pairing string has more than one wrong letter; copy it again")]
    Checksum,
    /// Of the future.
    #[error("the pairing string has version {0}; it needs a newer cremona")]
    Version(u8),
    /// A hint that is not `host:port`.
    #[error("the address {0:?} after the pairing string is not host:port")]
    Hint(String),
}

impl PairingString {
    /// Reads a string as people paste it: any case, spaces, line breaks, surrounding quotes.
    ///
    /// # Errors
    /// [`PairingError`] says what is wrong and where.
    pub fn parse(text: &str) -> Result<Self, PairingError> {
        let (bytes, hints) = FORM.read(text)?;
        let Some((&version, _)) = bytes.split_first() else { return Err(PairingError::Checksum) };
        if version != VERSION {
            return Err(PairingError::Version(version));
        }
        let found = FORM.letters(bytes.len());
        let bytes: [u8; 50] = bytes.try_into().map_err(|_| PairingError::Length { found })?;
        let [_, _, ids @ ..] = bytes;
        let (device, token) = ids.split_at(32);
        Ok(Self {
            device: DeviceId::from_slice(device).ok_or(PairingError::Checksum)?,
            token: PairingToken(token.try_into().map_err(|_| PairingError::Checksum)?),
            hints: hints.read()?,
        })
    }

    /// The string to paste, hints included.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut bytes = vec![VERSION, 0];
        bytes.extend(self.device.0);
        bytes.extend(self.token.0);
        let text = FORM.write(&bytes, &self.hints);
        bytes.zeroize();
        text
    }
}

impl PairingToken {
    /// What stands for a workspace at the gate of a mailbox that is not paired yet.
    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        WorkspaceId(derive16(contexts::PAIRING_PLACE, &[&self.0]))
    }

    /// Key of the MAC that proves at that gate that one has the pairing string.
    #[must_use]
    pub fn knock_key(&self) -> [u8; 32] {
        blake3::derive_key(contexts::PAIRING_KEY, &self.0)
    }
}

impl std::fmt::Debug for PairingToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PairingToken(..)")
    }
}

impl From<Fault> for PairingError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Empty => Self::Empty,
            Fault::Prefix => Self::Prefix,
            Fault::Letter { position, found } => Self::Letter { position, found },
            Fault::Length { found } => Self::Length { found },
            Fault::Typo { position, found, instead } => Self::Typo { position, found, instead },
            Fault::Checksum => Self::Checksum,
            Fault::Hint(hint) => Self::Hint(hint),
        }
    }
}

/// What a mailbox is told when it is paired: all that it will ever know. The workspace's id commits to
/// the genesis, hence to the invite key that signs joins, so those come with the logs.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Handover {
    /// The workspace.
    #[zeroize(skip)]
    pub workspace: WorkspaceId,
    /// Key of the MAC that proves membership on connecting. The secret can't be told from it.
    pub knock: [u8; 32],
}

impl Handover {
    /// Its bytes: version u8 (1), workspace 16, knock key 32.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        [&[VERSION][..], &self.workspace.0, &self.knock].concat()
    }

    /// Reads it; `None` where it is something else.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(&[VERSION])?;
        let (workspace, knock) = rest.split_first_chunk::<16>()?;
        Some(Self { workspace: WorkspaceId(*workspace), knock: knock.try_into().ok()? })
    }
}

/// A member tells the others of a mailbox. CBOR map: 0 type (5), 1 device 32, 2 `[host:port]`.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct MailboxPayload {
    #[n(0)]
    kind: u64,
    /// The mailbox's device.
    #[n(1)]
    device: ByteArray<32>,
    /// Where it listens: at most [`MAX_HINTS`].
    #[n(2)]
    hints: Vec<String>,
}

impl MailboxPayload {
    /// The announcement of a mailbox; hints beyond [`MAX_HINTS`] are left out.
    #[must_use]
    pub fn new(device: &DeviceId, hints: &[String]) -> Self {
        let hints = hints.iter().take(MAX_HINTS).cloned().collect();
        Self { kind: MAILBOX, device: device.0.into(), hints }
    }

    /// The CBOR bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("encoding to a Vec can't fail")
    }

    /// Reads a control payload; `None` where it announces no mailbox, or one with hints that are none.
    #[must_use]
    pub fn decode(payload: &[u8]) -> Option<Self> {
        if type_of(payload) != Some(MAILBOX) {
            return None;
        }
        let said: Self = minicbor::decode(payload).ok()?;
        (said.hints.len() <= MAX_HINTS && said.hints.iter().all(|hint| is_hint(hint))).then_some(said)
    }

    /// The mailbox's device.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        DeviceId(*self.device)
    }

    /// Where it listens.
    #[must_use]
    pub fn hints(&self) -> &[String] {
        &self.hints
    }
}
