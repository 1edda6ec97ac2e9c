//! What is known of each teammate: what they wrote that is not here, what of this member's is not
//! there, when they were last heard of.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A teammate, as far as anything is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Teammate {
    /// Member id.
    pub member: String,
    /// Display name.
    pub name: String,
    /// Whether a node of theirs is connected.
    pub connected: bool,
    /// When a node of theirs last said anything that came here, also through others.
    pub last_heard: Option<String>,
    /// When they last told what they hold.
    pub told: Option<String>,
    /// Envelopes of theirs that are known to exist and are not here.
    pub not_here: u64,
    /// Envelopes of this member's that they lack, as they told last; `None` where that is not known.
    pub lacks: Option<u64>,
    /// Texts that have not arrived there.
    pub missing_texts: Option<u64>,
    /// By how many ms their clock is ahead of this one, while they are connected.
    pub clock_ahead_ms: Option<i64>,
}

/// Envelopes of one log that are known to exist and are not here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotHere {
    /// Whose log it is; `None` for someone who is not met yet, and where a teammate told no details.
    pub member: Option<String>,
    /// Their name.
    pub name: Option<String>,
    /// The first 16 digits of the log's id; empty where a teammate told no details.
    pub log: String,
    /// How many.
    pub count: u64,
    /// Names of others than the author who have them, or say so.
    pub known_by: Vec<String>,
}

/// The answers to *am I caught up?* and *who holds what I wrote?*
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Standing {
    /// Whether everything that is known to exist is here.
    pub caught_up: bool,
    /// Envelopes of this member's that count.
    pub written: u64,
    /// What is known to exist and is not here.
    pub not_here: Vec<NotHere>,
    /// Everyone else, by name.
    pub teammates: Vec<Teammate>,
}
