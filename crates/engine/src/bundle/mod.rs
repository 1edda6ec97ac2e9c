//! Bundles: spans of logs, compacted, between members.
//!
//! A bundle holds what can't be derived: of each envelope its time, document, record and body in plain,
//! and the signatures that prove a span. The receiver seals it again, to the byte, so that hashes, ids,
//! links and keys' tags follow, and believes nothing before the last signature of a span holds.
//!
//! Layout before zstd: a head (version, tables of epochs and documents, spans), then six columns, each
//! with its length before it: flags, times, numbers, values, bodies, and what does not compress (hashes,
//! signatures, links). Integers are LEB128. See `docs/protocol.md`.

pub(crate) mod arrived;
pub(crate) mod check;
pub(crate) mod newest;
pub(crate) mod pack;
#[cfg(test)]
mod tests;

/// Most bytes of a bundle before compression; what says more is refused unread.
pub(crate) const MAX_RAW: usize = 1_048_576;
/// Most envelopes of one bundle: a flags byte each at least, so that memory stays bounded.
pub(crate) const MAX_ENVELOPES: usize = 8_192;
/// Most spans of one bundle.
pub(crate) const MAX_SPANS: usize = 4_096;
/// Most entries of either table.
pub(crate) const MAX_TABLE: usize = 4_096;
/// Level of compression: a bundle is made once and travels far (decision 54).
pub(crate) const LEVEL: i32 = 9;
const VERSION: u8 = 1;

/// What is flagged about an envelope.
pub(crate) mod flag {
    /// It carries its own signature.
    pub(crate) const SIGNED: u8 = 1;
    /// It is in plain, to be sealed again; otherwise as it travels.
    pub(crate) const OPEN: u8 = 2;
    /// Its change continues a document's chain; otherwise it is given whole.
    pub(crate) const CHAINED: u8 = 4;
    /// It says where its chain stood before it.
    pub(crate) const LINK: u8 = 8;
    /// Its header describes a body.
    pub(crate) const BODY: u8 = 16;
    /// The body is here.
    pub(crate) const HELD: u8 = 32;
    /// The record names the hash of its text, which is left out.
    pub(crate) const DIGEST: u8 = 64;
}
