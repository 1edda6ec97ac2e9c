//! What can go wrong inside the engine, and how it is told to people.

use cremona_model::{DocumentError, EditError};
use cremona_store::StoreError;

use crate::ask::{Failure, Reason};

/// Why an input failed; the store is then as it was before it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EngineError {
    /// The store refuses.
    #[error(transparent)]
    Store(StoreError),
    /// A document refuses.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// Something that the store must have is not there or can't be read.
    #[error("{0} is missing or damaged in the store")]
    Damaged(&'static str),
    /// What was asked can't be done.
    #[error(transparent)]
    Refused(#[from] Failure),
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Refused(failure) => failure,
            EngineError::Store(StoreError::Full) => Self::new(
                Reason::TryLater,
                "the disk is full: nothing was written",
                "make room and try again; reading goes on meanwhile",
            ),
            EngineError::Store(StoreError::ReadOnly) => Self::new(
                Reason::Failed,
                "the data directory can't be written",
                "check who owns it; reading goes on meanwhile",
            ),
            other @ (EngineError::Store(_) | EngineError::Document(_) | EngineError::Damaged(_)) => Self::new(
                Reason::Failed,
                other.to_string(),
                "run `cremona fsck`; teammates hold everything that was sent",
            ),
        }
    }
}

impl From<EditError> for EngineError {
    fn from(error: EditError) -> Self {
        let hint = match error {
            EditError::Empty(_) => "say something",
            EditError::Long { .. } => "shorten it, or split it over several messages",
            EditError::Control { .. } => "leave control characters out",
            EditError::Time(_) => "check the clock",
            EditError::Many(_) => "call everyone with @everyone instead",
            EditError::Colour(_) => "give one of these, or `none`",
        };
        Self::Refused(Failure::new(Reason::Usage, error.to_string(), hint))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        EngineError::Store(error).into()
    }
}
