//! Tokens as people and programs see them.

use cremona_envelope::Time;
use serde::Serialize;

use super::access::{Scope, Token};

/// A token; itself only when it was just made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownToken {
    /// Its name.
    pub name: String,
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created: String,
    /// When it ends; `None` for never.
    pub expires: Option<String>,
    /// What its bearer sends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

impl ShownToken {
    /// One that was kept.
    #[must_use]
    pub fn of(token: &Token) -> Self {
        let show = |ms| cremona_engine::show_time(Time(ms));
        Self {
            name: token.name.clone(),
            scopes: token.scopes.clone(),
            created: show(token.created),
            expires: token.expires.map(show),
            token: None,
        }
    }
}

impl Scope {
    /// As it is said on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Post => "post",
            Self::Admin => "admin",
        }
    }
}
