//! The workspace key: one string that a person can paste, and what follows from its secret.
//!
//! `wsk1` + bech32m of 36 bytes: version u8, flags u8, generation u16, workspace id 16, secret 16.
//! Flags are written as 0 and ignored when read: what must be understood gets a new version.
//! Then, optionally, `@host:port,host:port`: address hints that nothing authenticates.

use ed25519_dalek::SigningKey;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::contexts;
use crate::ids::WorkspaceId;
use crate::pasted::{Fault, Form};
pub use crate::pasted::{MAX_HINTS, MAX_TEXT};

const VERSION: u8 = 1;
/// `wsk1`, 58 letters of data, 6 of checksum.
pub const LENGTH: usize = 68;
const FORM: Form = Form { prefix: "wsk", length: LENGTH };

/// The 16 secret bytes that a teammate needs to be one.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Secret(pub [u8; 16]);

/// A parsed workspace key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkspaceKey {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Which secret of it, counted from 0.
    pub generation: u16,
    /// The secret.
    pub secret: Secret,
    /// `host:port` of nodes that may be up.
    pub hints: Vec<String>,
}

/// What is wrong with a pasted key, in words for the person who pasted it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyError {
    /// Nothing but white space.
    #[error("the workspace key is empty")]
    Empty,
    /// Some other text.
    #[error("this is not a workspace key: one starts with \"wsk1\"")]
    Prefix,
    /// A letter that no key has.
    #[error("letter {position} of the key is {found:?}, which no key contains")]
    Letter {
        /// Counted from 1, white space and quotes left out.
        position: usize,
        /// What stands there.
        found: char,
    },
    /// Letters are missing or too many.
    #[error("the key has {found} letters and should have {LENGTH}: part of it was not copied, or something else was")]
    Length {
        /// How many there are.
        found: usize,
    },
    /// One letter is wrong, and it is known which.
    #[error("letter {position} of the key looks wrong: it is {found:?} and probably should be {instead:?}")]
    Typo {
        /// Counted from 1, white space and quotes left out.
        position: usize,
        /// What stands there.
        found: char,
        /// What makes the key right.
        instead: char,
    },
    /// Several letters are wrong.
    #[error("the key has more than one wrong letter; copy it again")]
    Checksum,
    /// A key of the future.
    #[error("the key has version {0}; it needs a newer cremona")]
    Version(u8),
    /// A hint that is not `host:port`; what looks like a second key is left out.
    #[error("the address {0:?} after the key is not host:port")]
    Hint(String),
}

impl WorkspaceKey {
    /// Reads a key as people paste it: any case, spaces, line breaks, surrounding quotes.
    ///
    /// # Errors
    /// [`KeyError`] says what is wrong and where.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let (bytes, hints) = FORM.read(text)?;
        let Some((&version, _)) = bytes.split_first() else { return Err(KeyError::Checksum) };
        if version != VERSION {
            return Err(KeyError::Version(version));
        }
        let bytes: [u8; 36] = bytes.try_into().map_err(|bytes: Vec<u8>| KeyError::Length { found: letters(&bytes) })?;
        let [_, _, g0, g1, ids @ ..] = bytes;
        let (workspace, secret) = ids.split_at(16);
        Ok(Self {
            workspace: WorkspaceId::from_slice(workspace).ok_or(KeyError::Checksum)?,
            generation: u16::from_be_bytes([g0, g1]),
            secret: Secret(secret.try_into().map_err(|_| KeyError::Checksum)?),
            hints: hints.read()?,
        })
    }

    /// The string to paste, hints included.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut bytes = vec![VERSION, 0];
        bytes.extend(self.generation.to_be_bytes());
        bytes.extend(self.workspace.0);
        bytes.extend(self.secret.0);
        let text = FORM.write(&bytes, &self.hints);
        bytes.zeroize();
        text
    }
}

impl Secret {
    /// Key of the MAC that proves membership on connecting.
    #[must_use]
    pub fn knock_key(&self) -> [u8; 32] {
        blake3::derive_key(contexts::KNOCK_KEY, &self.0)
    }

    /// The key pair that signs joins.
    #[must_use]
    pub fn invite_key(&self) -> SigningKey {
        SigningKey::from_bytes(&blake3::derive_key(contexts::INVITE_KEY, &self.0))
    }

    /// The key that opens the current epoch key.
    #[must_use]
    pub fn lockbox_key(&self) -> [u8; 32] {
        blake3::derive_key(contexts::LOCKBOX_KEY, &self.0)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// How many letters a key of so many bytes has.
fn letters(bytes: &[u8]) -> usize {
    FORM.letters(bytes.len())
}

impl From<Fault> for KeyError {
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
