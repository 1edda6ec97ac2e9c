//! Why something could not be done.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Said;

/// Why something could not be done; decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It failed.
    Failed,
    /// What was asked makes no sense.
    Usage,
    /// Nothing of that id or name.
    NotFound,
    /// Someone else's, or not this version's to do.
    NotAllowed,
    /// Only a running node can do it.
    NotRunning,
    /// More than one thing of that id or name.
    Ambiguous,
    /// Possible later.
    TryLater,
}

/// A refusal, in words, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// Decides the exit code.
    pub reason: Reason,
    /// What was attempted and why it can't be done.
    pub message: String,
    /// What to do next; may be empty.
    pub hint: String,
    /// Both by name, for whoever says them in another language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Box<Said>>,
}

impl Failure {
    /// A refusal.
    pub fn new(reason: Reason, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { reason, message: message.into(), hint: hint.into(), said: None }
    }

    /// The same, named for catalogues.
    #[must_use]
    pub fn named(self, said: Said) -> Self {
        Self { said: Some(Box::new(said)), ..self }
    }
}
