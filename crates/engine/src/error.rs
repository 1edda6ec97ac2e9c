//! What can go wrong inside the engine, and how it is told to people.

use cremona_model::{DocumentError, EditError};
use cremona_store::StoreError;

use crate::ask::{Failure, Reason};
use crate::said;
use crate::said::Said;

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
            )
            .named(said!("disk-full")),
            EngineError::Store(StoreError::ReadOnly) => Self::new(
                Reason::Failed,
                "the data directory can't be written",
                "check who owns it; reading goes on meanwhile",
            )
            .named(said!("not-writable")),
            other @ (EngineError::Store(_) | EngineError::Document(_) | EngineError::Damaged(_)) => {
                let message = other.to_string();
                let said = said!("store-fails", error = &message);
                Self::new(Reason::Failed, message, "run `cremona fsck`; teammates hold everything that was sent")
                    .named(said)
            }
        }
    }
}

impl From<EditError> for EngineError {
    fn from(error: EditError) -> Self {
        let named = |what: &str| Said::new(&format!("what-{}", what.replace(' ', "-")));
        let (hint, said) = match &error {
            EditError::Empty(what) => ("say something", said!("text-empty", what = named(what))),
            EditError::Long { what, len, limit } => (
                "shorten it, or split it over several messages",
                said!("text-long", what = named(what), len = *len, limit = *limit),
            ),
            EditError::Control { what, code } => (
                "leave control characters out",
                said!("text-control", what = named(what), character = format!("U+{code:04X}")),
            ),
            EditError::Time(what) => ("check the clock", said!("text-time", what = named(what))),
            EditError::Many(limit) => ("call everyone with @everyone instead", said!("text-many", limit = *limit)),
            EditError::Colour(colour) => ("give one of these, or `none`", said!("text-colour", colour = colour)),
        };
        Self::Refused(Failure::new(Reason::Usage, error.to_string(), hint).named(said))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        EngineError::Store(error).into()
    }
}
