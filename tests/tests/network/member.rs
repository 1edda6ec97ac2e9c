//! A member of the team in a row: a person whose node runs in a namespace, and who is watched.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::ear::Ear;
use crate::person::{self, Person, Town};
use crate::space::Space;

/// How often nodes are compared while nothing is heard.
const LOOK: Duration = Duration::from_millis(250);
/// The port that nodes listen on.
pub const PORT: u16 = 4477;

/// See the module.
pub struct Member {
    pub name: &'static str,
    pub person: Person,
    ear: Option<Ear>,
}

impl Member {
    pub fn new(town: &Town, name: &'static str, space: &Space) -> Self {
        let mut person = town.person(name);
        person.space = Some(space.name.clone());
        person.listen = format!("0.0.0.0:{PORT}");
        Self { name, person, ear: None }
    }

    /// Founds the workspace.
    pub fn founds(&self) {
        self.person.ask(&["init", "--workspace", "Team", "--as", self.name]);
    }

    /// Brings in an archive.
    pub fn imports(&self, archive: &Path) {
        self.person.ask(&["import", "slack", archive.to_str().unwrap()]);
    }

    /// The key as it is given to others: with the addresses of a node that runs, as soon as that has
    /// found out which others can reach.
    pub fn key(&self) -> String {
        let mut key = String::new();
        person::until("an address beside the loopback's", || {
            key = self.person.text(&["key"], "key");
            !key.contains("@127.")
        });
        key
    }

    /// Joins by a key, and has the node started, which finds the others by the key's addresses.
    pub fn joins(&mut self, key: &str) {
        self.person.ask(&["join", key, "--as", self.name]);
        self.up();
    }

    /// Starts the node.
    pub fn up(&mut self) {
        self.person.up();
        self.ear = Some(Ear::on(&self.person));
    }

    /// Waits until something is heard from the node, or a moment is over.
    pub fn listen(&mut self) {
        self.listen_until(Instant::now() + LOOK);
    }

    /// Waits until something is heard, or that time comes.
    pub fn listen_until(&mut self, time: Instant) {
        self.ear.as_mut().unwrap().listen(time.saturating_duration_since(Instant::now()));
    }

    /// When a message was first visible here, if it is by now.
    pub fn saw(&self, id: &str) -> Option<Instant> {
        self.ear.as_ref().unwrap().seen.get(id).copied()
    }

    pub fn digest(&self) -> Value {
        self.person.ask(&["verify"])
    }

    /// How many messages are here.
    pub fn messages(&self) -> u64 {
        self.digest()["messages"].as_u64().unwrap()
    }

    /// What the node says about the others.
    pub fn peers(&self) -> Value {
        self.person.ask(&["peers"])
    }

    /// Everything that tells why a row failed.
    fn story(&self) -> String {
        let log = std::fs::read_to_string(self.person.log()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().rev().take(20).collect();
        let log: String = lines.iter().rev().flat_map(|line| ["    ", line, "\n"]).collect();
        // Perhaps no node is left to ask.
        let told = self.person.run(&["peers"]);
        let peers = String::from_utf8_lossy(&[told.stdout, told.stderr].concat()).into_owned();
        format!("  {}: {}\n    {peers}\n{log}", self.name, self.digest())
    }
}

/// Waits until all hold the same and checks their directories; gives how long it took.
pub fn settle(members: &mut [&mut Member], patience: Duration) -> Duration {
    let began = Instant::now();
    until(members, "all equal", patience, |members| {
        let digest = members[0].digest();
        members.iter().all(|member| member.digest() == digest)
    });
    let took = began.elapsed();
    members.iter().for_each(|member| member.person.fsck());
    took
}

/// Waits until something holds, looking when the last of the members has news.
pub fn until(
    members: &mut [&mut Member],
    what: &str,
    patience: Duration,
    mut done: impl FnMut(&[&mut Member]) -> bool,
) {
    let deadline = Instant::now() + patience;
    while !done(members) {
        if Instant::now() > deadline {
            let stories: String = members.iter().map(|member| member.story()).collect();
            panic!("not within {patience:?}: {what}\n{stories}");
        }
        members.last_mut().unwrap().listen();
    }
}
