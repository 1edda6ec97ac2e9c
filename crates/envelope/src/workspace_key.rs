//! The workspace key: one string that a person can paste, and what follows from its secret.
//!
//! `wsk1` + bech32m of 36 bytes: version u8, flags u8, generation u16, workspace id 16, secret 16.
//! Flags are written as 0 and ignored when read: what must be understood gets a new version.
//! Then, optionally, `@host:port,host:port`: address hints that nothing authenticates.

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32m, Hrp};
use ed25519_dalek::SigningKey;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::contexts;
use crate::ids::WorkspaceId;

/// Most address hints that a key carries.
pub const MAX_HINTS: usize = 8;
/// Longest text that is looked at, in characters.
pub const MAX_TEXT: usize = 4096;

const PREFIX: &str = "wsk";
const START: &str = "wsk1";
const VERSION: u8 = 1;
const LETTERS: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// `wsk1`, 58 letters of data, 6 of checksum.
const LENGTH: usize = 68;

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
        let text = clean(text);
        if text.is_empty() {
            return Err(KeyError::Empty);
        }
        let (key, hints) = text.split_once('@').map_or((text.as_str(), ""), |(key, hints)| (key, hints));
        let key = key.to_lowercase();
        let bytes = decode(&key)?;
        let Some((&version, _)) = bytes.split_first() else { return Err(KeyError::Checksum) };
        if version != VERSION {
            return Err(KeyError::Version(version));
        }
        let bytes: [u8; 36] = bytes.try_into().map_err(|_| KeyError::Length { found: key.chars().count() })?;
        let [_, _, g0, g1, ids @ ..] = bytes;
        let (workspace, secret) = ids.split_at(16);
        Ok(Self {
            workspace: WorkspaceId::from_slice(workspace).ok_or(KeyError::Checksum)?,
            generation: u16::from_be_bytes([g0, g1]),
            secret: Secret(secret.try_into().map_err(|_| KeyError::Checksum)?),
            hints: parse_hints(hints)?,
        })
    }

    /// The string to paste, hints included.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut bytes = vec![VERSION, 0];
        bytes.extend(self.generation.to_be_bytes());
        bytes.extend(self.workspace.0);
        bytes.extend(self.secret.0);
        let hrp = Hrp::parse_unchecked(PREFIX);
        let key = bech32::encode::<Bech32m>(hrp, &bytes).expect("36 bytes fit a bech32m string");
        bytes.zeroize();
        if self.hints.is_empty() { key } else { format!("{key}@{}", self.hints.join(",")) }
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

/// The pasted text without white space, invisible characters and surrounding quotes.
fn clean(text: &str) -> String {
    let invisible = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
    };
    let bare: String = text.chars().take(MAX_TEXT).filter(|c| !invisible(*c)).collect();
    let quote = |c: char| {
        matches!(
            c,
            '"' | '\''
                | '`'
                | '<'
                | '>'
                | '“'
                | '”'
                | '„'
                | '‘'
                | '’'
                | '«'
                | '»'
                | '('
                | ')'
                | '*'
                | '.'
                | ','
                | ';'
        )
    };
    bare.trim_matches(quote).to_owned()
}

fn decode(key: &str) -> Result<Vec<u8>, KeyError> {
    let letters: Vec<char> = key.chars().collect();
    let Some(data) = key.strip_prefix(START) else {
        return Err(find_typo(&letters).unwrap_or(KeyError::Prefix));
    };
    if let Some((index, found)) = data.chars().enumerate().find(|(_, c)| !LETTERS.contains(*c)) {
        let letter = KeyError::Letter { position: index.saturating_add(5), found };
        return Err(find_typo(&letters).unwrap_or(letter));
    }
    match CheckedHrpstring::new::<Bech32m>(key) {
        Ok(checked) => Ok(checked.byte_iter().collect()),
        Err(_) if letters.len() != LENGTH => Err(KeyError::Length { found: letters.len() }),
        Err(_) => Err(find_typo(&letters).unwrap_or(KeyError::Checksum)),
    }
}

/// The one letter whose change makes the key right, if exactly one letter is wrong.
fn find_typo(letters: &[char]) -> Option<KeyError> {
    if letters.len() != LENGTH {
        return None;
    }
    let all = letters.iter().copied().enumerate();
    all.flat_map(|(index, found)| LETTERS.chars().chain(START.chars()).map(move |instead| (index, found, instead)))
        .filter(|(_, found, instead)| found != instead)
        .find(|(index, _, instead)| is_key_with(letters, *index, *instead))
        .map(|(index, found, instead)| KeyError::Typo { position: index.saturating_add(1), found, instead })
}

/// Whether `letters` are a key once the one at `index` is `instead`.
fn is_key_with(letters: &[char], index: usize, instead: char) -> bool {
    let at = |(place, letter): (usize, &char)| if place == index { instead } else { *letter };
    let tried: String = letters.iter().enumerate().map(at).collect();
    tried.strip_prefix(START).is_some_and(|data| data.chars().all(|c| LETTERS.contains(c)))
        && CheckedHrpstring::new::<Bech32m>(&tried).is_ok()
}

/// At most [`MAX_HINTS`] hints; further ones are left out.
fn parse_hints(hints: &str) -> Result<Vec<String>, KeyError> {
    let hints = hints.split([',', '@']).filter(|hint| !hint.is_empty());
    hints.take(MAX_HINTS).map(|hint| check_hint(hint).map(|()| hint.to_owned())).collect()
}

fn check_hint(hint: &str) -> Result<(), KeyError> {
    let wrong = || KeyError::Hint(without_keys(hint));
    let (host, port) = hint.rsplit_once(':').ok_or_else(wrong)?;
    let port_reads = port.bytes().all(|c| c.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']' | '%');
    let host_reads = !host.is_empty() && host.len() <= 253 && host.chars().all(plain);
    if port_reads && host_reads { Ok(()) } else { Err(wrong()) }
}

/// The hint as far as an error may show it: a key pasted twice puts a secret where a hint should be.
fn without_keys(hint: &str) -> String {
    let shown: String = hint.chars().take(64).collect();
    let key = shown.to_ascii_lowercase().find(START);
    shown.get(..key.unwrap_or(shown.len())).unwrap_or_default().to_owned()
}
