//! What an import adds, and what came of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Messages of one export, already parsed; all of one batch is added in one transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportBatch {
    /// Names the export, for instance `slack/T0001`.
    pub source: String,
    /// Channels that the messages stand in.
    pub channels: Vec<ImportChannel>,
    /// The messages.
    pub messages: Vec<ImportMessage>,
    /// Adds nothing and only counts.
    pub dry_run: bool,
}

/// A channel of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportChannel {
    /// Its id there.
    pub id: String,
    /// Its name there.
    pub name: String,
    /// Its purpose there.
    pub purpose: String,
    /// When it was created, ms since 1970, as the export claims.
    pub created_ms: u64,
}

/// A message of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportMessage {
    /// Channel id there.
    pub channel: String,
    /// Timestamp id there.
    pub ts: String,
    /// Claimed time, ms since 1970.
    pub time_ms: u64,
    /// The thread's root; `None` for a root.
    pub root: Option<ImportRoot>,
    /// Author's id there.
    pub author_id: String,
    /// Author's name there.
    pub author_name: String,
    /// CommonMark text.
    pub text: String,
    /// Claimed time of the last edit, ms since 1970.
    pub edited_ms: Option<u64>,
    /// Reactions: emoji and the names of those who reacted.
    pub reactions: Vec<(String, Vec<String>)>,
    /// The root was deleted there and its replies live on.
    pub tombstone: bool,
}

/// What is needed of a root to name it, as its id is a hash of what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportRoot {
    /// Its timestamp id.
    pub ts: String,
    /// Its claimed time, ms since 1970.
    pub time_ms: u64,
    /// Its author's id.
    pub author_id: String,
    /// BLAKE3 of its text, hexadecimal.
    pub content: String,
}

/// Counts of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Imported {
    /// Messages added.
    pub added: u64,
    /// Messages that were already there.
    pub already: u64,
    /// Messages that the engine refuses, by reason.
    pub skipped: Vec<Skipped>,
}

/// Messages left out of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Skipped {
    /// Why.
    pub reason: String,
    /// How many.
    pub count: u64,
}
