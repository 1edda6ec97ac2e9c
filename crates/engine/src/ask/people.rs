//! Members in their days: hours, status, and a team's hours side by side.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Author;

/// A status to be set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct StatusAsk {
    /// `open`, `focus`, `deadline` or `away`.
    pub meaning: String,
    /// An emoji, perhaps empty.
    pub emoji: String,
    /// In words, perhaps empty.
    pub text: String,
    /// Until when: a moment.
    pub until: Option<String>,
}

/// What a member is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatusShown {
    /// `open`, `focus`, `deadline` or `away`.
    pub meaning: String,
    /// An emoji, perhaps empty.
    pub emoji: String,
    /// In words, perhaps empty.
    pub text: String,
    /// Until when, if it ends.
    pub until: Option<String>,
}

/// A member in their day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Person {
    /// Who.
    pub member: Author,
    /// Whether it is this node's member.
    pub me: bool,
    /// Zone, week and days off, as published or assumed.
    pub hours: String,
    /// Whether nothing was published and Monday to Friday, 9 to 17, is assumed.
    pub assumed: bool,
    /// The zone.
    pub zone: String,
    /// What calendar and clock show there: `2026-11-27 03:10`.
    pub wall: String,
    /// Whether it is within their hours.
    pub open: bool,
    /// When they open next, or close if they are open.
    pub turns: Option<String>,
    /// What they are about, while it holds.
    pub status: Option<StatusShown>,
    /// Who stands in for them while they are away.
    pub deputy: Option<Author>,
}

/// A day of a team, in the reader's zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TeamDay {
    /// The date.
    pub date: String,
    /// When it begins.
    pub begins: String,
    /// For each person, half-hour by half-hour: `#` open, `-` partly, `.` closed.
    pub rows: Vec<String>,
    /// When all are open.
    pub everyone: String,
}

/// A team's hours side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Team {
    /// The reader's zone.
    pub zone: String,
    /// Everyone, by name.
    pub people: Vec<Person>,
    /// The days.
    pub days: Vec<TeamDay>,
    /// The next half-hour within everyone's hours, in the two weeks ahead.
    pub next_for_all: Option<String>,
}
