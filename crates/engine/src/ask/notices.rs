//! What is worth an interruption, and how a member wants to be left in peace.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One thread that something came up in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Notice {
    /// Its row in the inbox, with the reasons.
    #[serde(flatten)]
    pub row: super::InboxRow,
    /// The beginning of the first unread message, or of the flagged one.
    pub text: String,
    /// Who wrote that.
    #[serde(default)]
    pub text_by: super::Author,
}

/// What to notify of now; each thing is told once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Notices {
    /// In the order of the inbox.
    pub notices: Vec<Notice>,
    /// They were held back while it was quiet, and come as one.
    pub digest: bool,
    /// It is quiet until then; `None` where it is not, or never ends.
    pub quiet_until: Option<String>,
    /// By which program: `off`, a command line, or empty for the usual one.
    pub program: String,
    /// In which language.
    pub language: String,
}
