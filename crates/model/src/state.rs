//! The `state` digest: what the documents say, whatever the clock, the order of arrival, and which
//! bodies are here. Compared between nodes of one model version only.

use cremona_envelope::LogId;

use crate::doc::DocId;

/// Changes whenever equal sets could give another state.
pub const MODEL_VERSION: u8 = 1;

/// The accepted records of one log, in order of seq.
pub struct LogState(blake3::Hasher);

/// Builds the digest from logs in order of log id.
pub struct StateHash(blake3::Hasher);

impl Default for LogState {
    fn default() -> Self {
        Self(blake3::Hasher::new())
    }
}

impl LogState {
    /// Adds the next accepted record of the log.
    pub fn add(&mut self, doc: &DocId, seq: u64, value: &[u8], body: Option<&[u8; 32]>) {
        self.0.update(&doc.encode()).update(&seq.to_be_bytes());
        self.0.update(blake3::hash(value).as_bytes()).update(body.unwrap_or(&[0; 32]));
    }
}

impl Default for StateHash {
    fn default() -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&[MODEL_VERSION]);
        Self(hasher)
    }
}

impl StateHash {
    /// Adds the next log; logs with no accepted record are left out by the caller or not, alike on
    /// all nodes since the set decides it.
    pub fn add(&mut self, log: &LogId, state: &LogState) {
        self.0.update(&log.0).update(state.0.finalize().as_bytes());
    }

    /// The digest.
    #[must_use]
    pub fn finish(&self) -> [u8; 32] {
        *self.0.finalize().as_bytes()
    }
}
