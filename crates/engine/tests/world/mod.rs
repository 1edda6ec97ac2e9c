//! People's nodes: engines over stores in memory, frames handed over at once, one clock.
#![allow(dead_code)] // each file of tests uses its part

use std::collections::BTreeMap;

use cremona_engine::ask::{Digest, How, ImportBatch, ImportChannel, ImportMessage, ImportRoot, Message};
use cremona_engine::{Answer, Ask, Effect, Engine, Founding, Input, Peer, Settings};
use cremona_envelope::guard::Location;
use cremona_envelope::{Identity, Secret, Time, WorkspaceId};
use cremona_store::Store;

/// When archives were written, in ms since 1970.
const LONG_AGO: u64 = 1_700_000_000_000;

/// Frames that one node keeps back from another.
pub struct Withheld {
    pub from: &'static str,
    pub to: &'static str,
    /// Of which types.
    pub of: fn(u8) -> bool,
}

/// Nodes by name, who is connected with whom, and one clock.
pub struct World {
    pub nodes: BTreeMap<&'static str, Engine>,
    links: Vec<(&'static str, &'static str)>,
    workspace: WorkspaceId,
    secret: Secret,
    pub now: Time,
    pub bytes: usize,
    /// Frames that are kept back.
    pub withheld: Vec<Withheld>,
    /// Whose own state has changed by what came from elsewhere.
    pub mine: Vec<&'static str>,
}

impl World {
    pub fn founded_by(name: &'static str) -> Self {
        let now = Time(1_796_000_000_000);
        let identity = identity(name);
        let founding = Founding::new(&identity, &[42; 32], now);
        let mut world = Self {
            nodes: BTreeMap::new(),
            links: Vec::new(),
            workspace: founding.workspace,
            secret: founding.secret.clone(),
            now,
            bytes: 0,
            withheld: Vec::new(),
            mine: Vec::new(),
        };
        let mut engine = world.engine(name, Store::in_memory().unwrap());
        engine.establish(&founding, "Cremona", now).unwrap();
        world.nodes.insert(name, engine);
        world
    }

    pub fn engine(&self, name: &str, store: Store) -> Engine {
        let settings = Settings {
            workspace: self.workspace,
            secret: self.secret.clone(),
            generation: 0,
            name: name.to_owned(),
            location: Location([0; 32]),
            guard: None,
            random: *blake3::hash(name.as_bytes()).as_bytes(),
        };
        Engine::open(store, identity(name), settings, self.now).unwrap()
    }

    pub fn person(&mut self, name: &'static str) {
        let engine = self.engine(name, Store::in_memory().unwrap());
        self.nodes.insert(name, engine);
    }

    pub fn connect(&mut self, one: &'static str, other: &'static str) {
        self.links.push((one, other));
        for (me, them) in [(one, other), (other, one)] {
            let peer = peer(them);
            self.nodes.get_mut(me).unwrap().handle(Input::PeerUp { peer }, self.now).unwrap();
        }
        self.settle();
    }

    pub fn cut(&mut self, one: &'static str, other: &'static str) {
        self.links.retain(|link| *link != (one, other) && *link != (other, one));
        for (me, them) in [(one, other), (other, one)] {
            self.nodes.get_mut(me).unwrap().handle(Input::PeerDown { peer: peer(them) }, self.now).unwrap();
        }
    }

    fn linked(&self, one: &str, other: &str) -> bool {
        self.links.iter().any(|link| *link == (one, other) || *link == (other, one))
    }

    /// Carries everything over, and lets time pass, until nobody has anything to say for a while.
    pub fn settle(&mut self) {
        let mut quiet = 0;
        while quiet < 5 {
            if self.carry() {
                quiet = 0;
                continue;
            }
            quiet += 1;
            self.now = self.now.plus(700);
            for engine in self.nodes.values_mut() {
                engine.handle(Input::Tick, self.now).unwrap();
            }
        }
    }

    /// This much time passes.
    pub fn wait(&mut self, ms: u64) {
        let until = self.now.plus(ms);
        while self.now < until {
            while self.carry() {}
            self.now = self.now.plus(500);
            for engine in self.nodes.values_mut() {
                engine.handle(Input::Tick, self.now).unwrap();
            }
        }
        while self.carry() {}
    }

    pub fn carry(&mut self) -> bool {
        let names: Vec<_> = self.nodes.keys().copied().collect();
        let mut moved = Vec::new();
        for name in &names {
            while let Some(effect) = self.nodes.get_mut(name).unwrap().poll_effect() {
                match effect {
                    Effect::Send { peer, bytes } => moved.push((*name, Some(peer), bytes)),
                    Effect::Publish { bytes } => moved.push((*name, None, bytes)),
                    Effect::Drop { reason, .. } => panic!("{name} dropped a peer: {reason}"),
                    Effect::Check(check) => {
                        let checked = Box::new(check.run());
                        self.nodes.get_mut(name).unwrap().handle(Input::Checked(checked), self.now).unwrap();
                    }
                    Effect::Mine => self.mine.push(name),
                    Effect::Guard(_)
                    | Effect::Verdict { .. }
                    | Effect::Dial { .. }
                    | Effect::Addresses { .. }
                    | Effect::Committed { .. } => {}
                }
            }
        }
        let any = moved.iter().any(|(_, to, bytes)| to.is_none() || bytes.first() != Some(&1));
        for (from, to, bytes) in moved {
            for name in &names {
                let addressed = to.is_none_or(|to| to == peer(name));
                let kind = bytes.first().copied().unwrap_or(0);
                let kept_back = to.is_some()
                    && self.withheld.iter().any(|one| one.from == from && one.to == *name && (one.of)(kind));
                if *name != from && addressed && !kept_back && self.linked(from, name) {
                    self.bytes += bytes.len();
                    let bytes = bytes.clone();
                    let peer = peer(from);
                    let input = if to.is_some() {
                        Input::Frame { peer, bytes }
                    } else {
                        Input::Gossip { peer, token: 0, bytes }
                    };
                    self.nodes.get_mut(name).unwrap().handle(input, self.now).unwrap();
                }
            }
        }
        any
    }

    pub fn ask(&mut self, name: &str, ask: Ask) -> Answer {
        self.now = self.now.plus(10);
        self.nodes.get_mut(name).unwrap().answer(ask, self.now).unwrap_or_else(|failure| panic!("{name}: {failure}"))
    }

    pub fn post(&mut self, name: &str, text: &str) -> String {
        let ask = Ask::Post { channel: "general".to_owned(), text: text.to_owned(), title: None, how: How::default() };
        let Answer::Posted(posted) = self.ask(name, ask) else { panic!("not posted") };
        posted.id
    }

    pub fn reply(&mut self, name: &str, thread: &str, text: &str) -> String {
        let Answer::Posted(posted) =
            self.ask(name, Ask::Reply { thread: thread.to_owned(), text: text.to_owned(), how: How::default() })
        else {
            panic!("not posted")
        };
        posted.id
    }

    /// Somebody imports the root of a thread of an archive, "Long ago", into a channel named old; its id.
    pub fn import_one(&mut self, name: &str) -> String {
        self.import(name, "Long ago", None);
        self.read(name, "old").remove(0).id
    }

    /// Somebody imports the answer to that, and not its root.
    pub fn import_answer(&mut self, name: &str) {
        let content = blake3::hash(b"Long ago").to_string();
        let root = ImportRoot { ts: "Long ago".to_owned(), time_ms: LONG_AGO, author_id: "U1".to_owned(), content };
        self.import(name, "And far away", Some(root));
    }

    fn import(&mut self, name: &str, text: &str, root: Option<ImportRoot>) {
        let message = ImportMessage {
            channel: "C1".to_owned(),
            ts: text.to_owned(),
            time_ms: LONG_AGO,
            root,
            author_id: "U1".to_owned(),
            author_name: "Eva".to_owned(),
            text: text.to_owned(),
            edited_ms: None,
            reactions: Vec::new(),
            tombstone: false,
        };
        let (id, purpose) = ("C1".to_owned(), String::new());
        let channels = vec![ImportChannel { id, name: "old".to_owned(), purpose, created_ms: LONG_AGO }];
        let source = "slack/T1".to_owned();
        self.ask(name, Ask::Import(ImportBatch { source, channels, messages: vec![message], dry_run: false }));
    }

    pub fn read(&mut self, name: &str, target: &str) -> Vec<Message> {
        let ask = Ask::Read { target: target.to_owned(), limit: 1_000, before: None };
        let Answer::Messages(messages) = self.ask(name, ask) else { panic!("no messages") };
        messages.messages
    }

    pub fn digest(&mut self, name: &str) -> Digest {
        let Answer::Verified(digest) = self.ask(name, Ask::Verify) else { panic!("no digest") };
        digest
    }

    pub fn all_equal(&mut self) -> Digest {
        let names: Vec<_> = self.nodes.keys().copied().collect();
        let first = self.digest(names[0]);
        for name in names {
            assert_eq!(self.digest(name), first, "{name} differs");
            let Answer::Checked(checked) = self.ask(name, Ask::Fsck { repair: false }) else { panic!("not checked") };
            assert_eq!(checked.problems, Vec::<String>::new(), "{name}");
        }
        first
    }
}

pub fn identity(name: &str) -> Identity {
    Identity::from_seeds(blake3::hash(name.as_bytes()).as_bytes(), &[3; 32])
}

pub fn peer(name: &str) -> Peer {
    Peer(identity(name).device().0)
}
