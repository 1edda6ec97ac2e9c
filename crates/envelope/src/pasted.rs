//! What people paste: a bech32m string that begins with its kind, then perhaps `@host:port,host:port`.
//!
//! Read in any case of letters, with the spaces, line breaks and quotes that pasting adds; a single
//! wrong letter is found and named.

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32m, Hrp};

/// Most address hints that a string carries.
pub const MAX_HINTS: usize = 8;
/// Longest text that is looked at, in characters.
pub const MAX_TEXT: usize = 4096;

const LETTERS: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// What a secret begins with, of whatever kind: errors don't show it.
const SECRETS: [&str; 2] = ["wsk1", "mbx1"];

/// One kind of pasted string.
pub(crate) struct Form {
    /// What it begins with, before a `1`: three letters.
    pub(crate) prefix: &'static str,
    /// How many letters it has, prefix and checksum included.
    pub(crate) length: usize,
}

/// The text after the `@`, not read yet.
pub(crate) struct Hints(String);

/// What is wrong with a pasted string; `position` counts from 1, white space and quotes left out.
pub(crate) enum Fault {
    Empty,
    Prefix,
    Letter { position: usize, found: char },
    Length { found: usize },
    Typo { position: usize, found: char, instead: char },
    Checksum,
    Hint(String),
}

impl Form {
    /// The bytes of a string, and its hints.
    pub(crate) fn read(&self, text: &str) -> Result<(Vec<u8>, Hints), Fault> {
        let text = clean(text);
        if text.is_empty() {
            return Err(Fault::Empty);
        }
        let (string, hints) = text.split_once('@').map_or((text.as_str(), ""), |(string, hints)| (string, hints));
        Ok((self.decode(&string.to_lowercase())?, Hints(hints.to_owned())))
    }

    /// The string to paste.
    pub(crate) fn write(&self, bytes: &[u8], hints: &[String]) -> String {
        let hrp = Hrp::parse_unchecked(self.prefix);
        let string = bech32::encode::<Bech32m>(hrp, bytes).expect("few bytes fit a bech32m string");
        if hints.is_empty() { string } else { format!("{string}@{}", hints.join(",")) }
    }

    /// How many letters so many bytes take.
    pub(crate) fn letters(&self, bytes: usize) -> usize {
        bytes.saturating_mul(8).div_ceil(5).saturating_add(self.prefix.len()).saturating_add(1 + 6)
    }

    fn start(&self) -> String {
        format!("{}1", self.prefix)
    }

    fn decode(&self, string: &str) -> Result<Vec<u8>, Fault> {
        let letters: Vec<char> = string.chars().collect();
        let Some(data) = string.strip_prefix(&self.start()) else {
            return Err(self.find_typo(&letters).unwrap_or(Fault::Prefix));
        };
        if let Some((index, found)) = data.chars().enumerate().find(|(_, c)| !LETTERS.contains(*c)) {
            let letter = Fault::Letter { position: index.saturating_add(5), found };
            return Err(self.find_typo(&letters).unwrap_or(letter));
        }
        match CheckedHrpstring::new::<Bech32m>(string) {
            Ok(checked) => Ok(checked.byte_iter().collect()),
            Err(_) if letters.len() != self.length => Err(Fault::Length { found: letters.len() }),
            Err(_) => Err(self.find_typo(&letters).unwrap_or(Fault::Checksum)),
        }
    }

    /// The one letter whose change makes the string right, if exactly one letter is wrong.
    fn find_typo(&self, letters: &[char]) -> Option<Fault> {
        if letters.len() != self.length {
            return None;
        }
        let start = self.start();
        let all = letters.iter().copied().enumerate();
        all.flat_map(|(index, found)| LETTERS.chars().chain(start.chars()).map(move |instead| (index, found, instead)))
            .filter(|(_, found, instead)| found != instead)
            .find(|(index, _, instead)| is_right_with(&start, letters, *index, *instead))
            .map(|(index, found, instead)| Fault::Typo { position: index.saturating_add(1), found, instead })
    }
}

impl Hints {
    /// At most [`MAX_HINTS`] hints; further ones are left out.
    pub(crate) fn read(&self) -> Result<Vec<String>, Fault> {
        let hints = self.0.split([',', '@']).filter(|hint| !hint.is_empty());
        hints.take(MAX_HINTS).map(|hint| check_hint(hint).map(|()| hint.to_owned())).collect()
    }
}

/// Whether `letters` are right once the one at `index` is `instead`.
fn is_right_with(start: &str, letters: &[char], index: usize, instead: char) -> bool {
    let at = |(place, letter): (usize, &char)| if place == index { instead } else { *letter };
    let tried: String = letters.iter().enumerate().map(at).collect();
    tried.strip_prefix(start).is_some_and(|data| data.chars().all(|c| LETTERS.contains(c)))
        && CheckedHrpstring::new::<Bech32m>(&tried).is_ok()
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

/// Whether a text is `host:port`.
pub(crate) fn is_hint(hint: &str) -> bool {
    let Some((host, port)) = hint.rsplit_once(':') else { return false };
    let port_reads = port.bytes().all(|c| c.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']' | '%');
    port_reads && !host.is_empty() && host.len() <= 253 && host.chars().all(plain)
}

fn check_hint(hint: &str) -> Result<(), Fault> {
    if is_hint(hint) { Ok(()) } else { Err(Fault::Hint(without_secrets(hint))) }
}

/// The hint as far as an error may show it: a string pasted twice puts a secret where a hint should be.
fn without_secrets(hint: &str) -> String {
    let shown: String = hint.chars().take(64).collect();
    let lower = shown.to_ascii_lowercase();
    let secret = SECRETS.iter().filter_map(|start| lower.find(start)).min();
    shown.get(..secret.unwrap_or(shown.len())).unwrap_or_default().to_owned()
}
