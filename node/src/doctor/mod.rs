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
use cremona_engine::{Answer, Ask, Failure};
use serde::Serialize;

use crate::place::Asker;

/// What the doctor found.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Whether nothing is wrong.
    pub ok: bool,
    /// In the order of the way.
    pub checks: Vec<Check>,
}

/// One station of the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Which: `data`, `guard`, `clock`, `node`, `listen`, `reach`, `key`, `mailbox`, `teammates`, or a
    /// teammate.
    pub name: String,
    /// How it is.
    pub state: State,
    /// In words.
    pub says: String,
    /// What to do next; may be empty.
    pub next: String,
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
    fn good(name: &str, says: impl Into<String>) -> Self {
        Self { name: name.to_owned(), state: State::Good, says: says.into(), next: String::new() }
    }

    fn note(name: &str, says: impl Into<String>, next: &str) -> Self {
        Self { name: name.to_owned(), state: State::Note, says: says.into(), next: next.to_owned() }
    }

    fn wrong(name: &str, says: impl Into<String>, next: &str) -> Self {
        Self { name: name.to_owned(), state: State::Wrong, says: says.into(), next: next.to_owned() }
    }
}

/// Examines the workspace at `path`; what can't even be opened is a finding too.
pub fn examine(path: &Path) -> Report {
    let checks = match Case::open(path) {
        Ok(case) => case.walk(path),
        Err(Failure { message, hint, .. }) => vec![Check::wrong("data", message, &hint)],
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
