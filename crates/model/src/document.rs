//! A document: the union of every device's chain of records, held by Automerge.

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::{Automerge, Change, ReadDoc, ScalarValue, ValueRef};

/// One record as the document holds it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Entry {
    /// See [`crate::chain::key_of`]: newest first.
    pub key: String,
    /// The record's value.
    pub value: Vec<u8>,
}

/// Why a document can't be loaded or changed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DocumentError {
    /// Automerge refuses.
    #[error("automerge refuses: {0}")]
    Refused(String),
    /// Automerge panics, which the checks before it should make impossible.
    #[error("automerge panicked")]
    Panicked,
}

/// An Automerge document of records at root level.
pub struct Document {
    inner: Automerge,
}

impl Default for Document {
    fn default() -> Self {
        Self::new()
    }
}

impl Document {
    /// An empty document.
    #[must_use]
    pub fn new() -> Self {
        Self { inner: Automerge::new() }
    }

    /// A document from a snapshot of this node's own.
    ///
    /// # Errors
    /// [`DocumentError`] where the snapshot is damaged.
    pub fn load(bytes: &[u8]) -> Result<Self, DocumentError> {
        guarded(|| Automerge::load(bytes)).map(|inner| Self { inner })
    }

    /// A snapshot. Never compare or hash it: its bytes depend on the order of arrival.
    ///
    /// # Errors
    /// [`DocumentError`] where Automerge panics.
    pub fn save(&self) -> Result<Vec<u8>, DocumentError> {
        guarded(|| Ok::<_, automerge::AutomergeError>(self.inner.save()))
    }

    /// Applies changes that the static check has made; ones that it holds already change nothing.
    ///
    /// # Errors
    /// [`DocumentError`]; then the document is to be thrown away and loaded again.
    pub fn apply(&mut self, changes: Vec<Change>) -> Result<(), DocumentError> {
        guarded(|| self.inner.apply_changes(changes))
    }

    /// The value of a record, read back from the document.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<Vec<u8>> {
        let (value, _) = self.inner.get(automerge::ROOT, key).ok()??;
        match value {
            automerge::Value::Scalar(scalar) => match scalar.into_owned() {
                ScalarValue::Bytes(bytes) => Some(bytes),
                _ => None,
            },
            automerge::Value::Object(_) => None,
        }
    }

    /// All records, newest first.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        let items = self.inner.map_range(automerge::ROOT, ..);
        items
            .filter_map(|item| match item.value {
                ValueRef::Scalar(automerge::ScalarValueRef::Bytes(bytes)) => {
                    Some(Entry { key: item.key.into_owned(), value: bytes.to_vec() })
                }
                _ => None,
            })
            .collect()
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.length(automerge::ROOT)
    }

    /// Whether there is no record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The outer belt: what passed the static check never panics Automerge as far as is known.
fn guarded<T>(work: impl FnOnce() -> Result<T, automerge::AutomergeError>) -> Result<T, DocumentError> {
    catch_unwind(AssertUnwindSafe(work))
        .map_err(|_| DocumentError::Panicked)?
        .map_err(|error| DocumentError::Refused(error.to_string()))
}
