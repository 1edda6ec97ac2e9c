//! What is said about messages beside their texts: flags, versions, how a message is meant.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Author;

/// How a message is said, beside its text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct How {
    /// It is an announcement.
    pub announcement: bool,
    /// Everyone is asked to acknowledge it.
    pub acknowledge: bool,
    /// Honest nodes show it from then on: a moment, or `their-morning`.
    pub at: Option<String>,
    /// A flag on it, for those whom it mentions unless told.
    pub flag: Option<Flagging>,
}

/// A flag to be put on a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Flagging {
    /// `red`, `yellow`, `green`, or `none` to take one's flag back.
    pub colour: String,
    /// By when: a moment.
    pub by: Option<String>,
    /// Whom it is for: names, or `everyone`; those whom the message mentions where there is none.
    pub to: Vec<String>,
    /// Whether it goes to the deputy of a recipient who is away.
    pub escalate: bool,
}

/// A flag on a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Flag {
    /// `red`, `yellow` or `green`.
    pub colour: String,
    /// Who put it there.
    pub author: Author,
    /// When.
    pub time: String,
    /// Whom it is for, by name.
    pub to: Vec<Author>,
    /// Whether it is for everyone.
    pub everyone: bool,
    /// By when, where its author said so.
    pub by: Option<String>,
    /// Whether it goes to the deputy of a recipient who is away.
    pub escalate: bool,
}

/// One version of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Version {
    /// When it was written.
    pub time: String,
    /// Its text; `None` where it has not arrived or is erased.
    pub text: Option<String>,
    /// The title given with it.
    pub title: Option<String>,
}

/// The versions of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Versions {
    /// The message.
    pub id: String,
    /// Oldest first; the last one is shown.
    pub versions: Vec<Version>,
}
