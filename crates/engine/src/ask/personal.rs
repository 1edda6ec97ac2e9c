//! What is this member's alone: drafts and settings.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a text that is being written is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DraftFor {
    /// A new thread in this channel.
    Channel(String),
    /// A reply in this thread.
    Thread(String),
    /// A new text for this message of one's own.
    Edit(String),
}

/// A text that is being written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Draft {
    /// Its id.
    pub id: String,
    /// What it is for, by id.
    pub target: DraftFor,
    /// The text so far.
    pub text: String,
    /// The title so far.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub title: Option<String>,
    /// When it was saved last.
    pub saved: String,
    /// Where it is on hold: when it is to be sent. Once that has passed, something keeps it from being sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hold: Option<String>,
}

/// Drafts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Drafts {
    /// The one saved last first; of those on hold, the next to be sent.
    pub drafts: Vec<Draft>,
    /// How many are on hold.
    #[serde(default)]
    pub on_hold: u64,
}

/// This member's settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Settings {
    /// By name; those of a newer version, as far as they were set, come last.
    pub settings: Vec<SettingLine>,
}

/// A setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SettingLine {
    /// Its name.
    pub name: String,
    /// What it was set to, if it was.
    pub value: Option<String>,
}
