//! `cremona doctor`: walks the way that a message takes, from the data directory to each teammate,
//! and says in words what is wrong and what to do next.
//!
//! It looks and never changes anything. With the node stopped it checks what can be checked, and
//! tries the addresses that the node would try.

mod here;
mod others;
mod probe;
#[cfg(test)]
mod tests;

use std::path::Path;

use cremona_engine::ask::{Peers, Status};
use cremona_engine::{Answer, Ask, Failure, Said};
use serde::Serialize;

use crate::place::Asker;
use crate::words::{self, Lang};

/// What the doctor found.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Whether nothing is wrong.
    pub ok: bool,
    /// In the order of the way.
    pub checks: Vec<Check>,
}

/// One station of the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Which.
    pub station: Station,
    /// How it is.
    pub state: State,
    /// What was found; its hint says what to do next.
    pub said: Said,
}

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Station {
    /// `data`, `guard`, `clock`, `node`, `listen`, `reach`, `key`, `mailbox`, `teammates`, or `address`.
    Known(&'static str),
    /// A teammate, by name.
    Teammate(String),
}

/// As programs get it: in English.
#[derive(Serialize)]
struct CheckJson<'a> {
    name: &'a str,
    state: State,
    says: String,
    next: String,
}

impl Serialize for Check {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (says, next) = (Lang::En.say(&self.said), Lang::En.hint(&self.said));
        CheckJson { name: self.station.name(), state: self.state, says, next }.serialize(serializer)
    }
}

impl Station {
    /// As programs get it.
    pub fn name(&self) -> &str {
        match self {
            Self::Known(name) => name,
            Self::Teammate(name) => name,
        }
    }
}

/// How one station is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// As it should be.
    Good,
    /// Worth knowing, and no reason why messages don't come and go.
    Note,
    /// A reason why they don't.
    Wrong,
}

/// Everything that is looked at.
struct Case {
    status: Status,
    /// Of a running node.
    peers: Option<Peers>,
    /// The workspace key with its hints; `None` where it was not given.
    key: Option<String>,
    /// What a stopped node would dial.
    hints: Vec<String>,
}

impl Check {
    fn good(station: &'static str, said: Said) -> Self {
        Self { station: Station::Known(station), state: State::Good, said }
    }

    fn note(station: &'static str, said: Said) -> Self {
        Self { station: Station::Known(station), state: State::Note, said }
    }

    fn wrong(station: &'static str, said: Said) -> Self {
        Self { station: Station::Known(station), state: State::Wrong, said }
    }

    fn of(teammate: &str, state: State, said: Said) -> Self {
        Self { station: Station::Teammate(teammate.to_owned()), state, said }
    }
}

/// Examines the workspace at `path`; what can't even be opened is a finding too.
pub fn examine(path: &Path) -> Report {
    let checks = match Case::open(path) {
        Ok(case) => case.walk(path),
        Err(failure) => vec![Check::wrong("data", words::of(&failure))],
    };
    Report { ok: checks.iter().all(|check| check.state != State::Wrong), checks }
}

impl Case {
    fn open(path: &Path) -> Result<Self, Failure> {
        let mut asker = Asker::open(path)?;
        let Answer::Status(status) = asker.ask(Ask::Status)? else { return Err(crate::run::surprised()) };
        let key = match asker.ask(Ask::Key)? {
            Answer::Key(key) => Some(key.key),
            _ => None,
        };
        let peers = match &mut asker {
            Asker::Node(client) => match client.ask(&Ask::Peers { connections: true })? {
                Answer::Peers(peers) => Some(peers),
                _ => return Err(crate::run::surprised()),
            },
            Asker::Store(_) => None,
        };
        let hints = match &asker {
            Asker::Node(_) => Vec::new(),
            Asker::Store(home) => home.addresses_to_try()?,
        };
        asker.close();
        Ok(Self { status: *status, peers, key, hints })
    }

    fn walk(&self, path: &Path) -> Vec<Check> {
        let mut checks = vec![self.data(path), self.lives(), self.clock(), self.node()];
        checks.extend(self.listens());
        checks.extend(self.reach());
        checks.extend(self.key());
        checks.extend(self.mailboxes());
        checks.extend(self.teammates());
        checks
    }
}
