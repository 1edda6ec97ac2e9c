//! Members and a mailbox, who is connected with whom, and one clock.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cremona_engine::ask::{Digest, Failure, How, Message, Status};
use cremona_engine::mailbox::{Holding, holding};
use cremona_engine::{Answer, Ask, Effect, Engine, Founding, Input, Mailbox, Peer, Quota, Settings};
use cremona_envelope::guard::Location;
use cremona_envelope::{DeviceId, Identity, Secret, Time, WorkspaceId};
use cremona_store::{Shelf, ShelfReader, Store};

/// Room for everything.
pub const AMPLE: Quota = Quota { total: 1 << 40, device: 1 << 40 };

/// A node of one kind or the other.
enum Node {
    Member(Box<Engine>),
    Mailbox(Box<Mailbox>),
}

/// What becomes of a frame that the mailbox sends: nothing, itself, or others.
pub type Tamper = Box<dyn FnMut(Vec<u8>) -> Vec<Vec<u8>>>;

pub struct World {
    nodes: BTreeMap<&'static str, Node>,
    links: Vec<(&'static str, &'static str)>,
    pub workspace: WorkspaceId,
    pub secret: Secret,
    pub now: Time,
    pub folder: tempfile::TempDir,
    /// Who dropped whom, and why.
    pub drops: Vec<(&'static str, String)>,
    /// Who was told to dial what.
    pub dialled: Vec<(&'static str, String)>,
    /// Bytes that mailboxes sent.
    pub bytes: usize,
    pub tamper: Option<Tamper>,
}

impl World {
    /// Ana has founded.
    pub fn new() -> Self {
        let now = Time(1_796_000_000_000);
        let founding = Founding::new(&identity("ana"), &[42; 32], now);
        let mut world = Self {
            nodes: BTreeMap::new(),
            links: Vec::new(),
            workspace: founding.workspace,
            secret: founding.secret.clone(),
            now,
            folder: tempfile::tempdir().unwrap(),
            drops: Vec::new(),
            dialled: Vec::new(),
            bytes: 0,
            tamper: None,
        };
        let mut engine = world.engine("ana");
        engine.establish(&founding, "Cremona", now).unwrap();
        world.nodes.insert("ana", Node::Member(Box::new(engine)));
        world
    }

    fn engine(&self, name: &str) -> Engine {
        let settings = Settings {
            workspace: self.workspace,
            secret: self.secret.clone(),
            generation: 0,
            name: name.to_owned(),
            location: Location([0; 32]),
            guard: None,
            random: *blake3::hash(name.as_bytes()).as_bytes(),
        };
        Engine::open(Store::in_memory().unwrap(), identity(name), settings, self.now).unwrap()
    }

    pub fn person(&mut self, name: &'static str) {
        let engine = self.engine(name);
        self.nodes.insert(name, Node::Member(Box::new(engine)));
    }

    /// A mailbox on disk, in a file of its name.
    pub fn mailbox(&mut self, name: &'static str, quota: Quota) {
        let shelf = Shelf::open(&self.shelf(name)).unwrap();
        let mailbox = Mailbox::open(shelf, identity(name).device(), self.workspace, quota).unwrap();
        self.nodes.insert(name, Node::Mailbox(Box::new(mailbox)));
    }

    pub fn shelf(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The process of a node ends.
    pub fn stop(&mut self, name: &'static str) {
        for (one, other) in self.links.clone() {
            if one == name || other == name {
                self.cut(one, other);
            }
        }
        if let Some(Node::Mailbox(mut mailbox)) = self.nodes.remove(name) {
            mailbox.close();
        }
    }

    /// The process of a node is killed.
    pub fn crash(&mut self, name: &'static str) {
        self.links.retain(|(one, other)| *one != name && *other != name);
        drop(self.nodes.remove(name));
    }

    pub fn connect(&mut self, one: &'static str, other: &'static str) {
        self.links.push((one, other));
        for (me, them) in [(one, other), (other, one)] {
            self.handle(me, Input::PeerUp { peer: peer(them) });
        }
        self.settle();
    }

    pub fn cut(&mut self, one: &'static str, other: &'static str) {
        self.links.retain(|link| *link != (one, other) && *link != (other, one));
        for (me, them) in [(one, other), (other, one)] {
            self.handle(me, Input::PeerDown { peer: peer(them) });
        }
    }

    /// Meets the other and goes again.
    pub fn visit(&mut self, one: &'static str, other: &'static str) {
        self.connect(one, other);
        self.cut(one, other);
    }

    pub fn linked(&self, one: &str, other: &str) -> bool {
        self.links.iter().any(|link| *link == (one, other) || *link == (other, one))
    }

    pub fn handle(&mut self, name: &str, input: Input) {
        let now = self.now;
        match self.nodes.get_mut(name).unwrap() {
            Node::Member(engine) => engine.handle(input, now).unwrap(),
            Node::Mailbox(mailbox) => mailbox.handle(input, now).unwrap(),
        }
    }

    fn poll_effect(&mut self, name: &str) -> Option<Effect> {
        match self.nodes.get_mut(name).unwrap() {
            Node::Member(engine) => engine.poll_effect(),
            Node::Mailbox(mailbox) => mailbox.poll_effect(),
        }
    }

    /// Carries everything over, and lets time pass, until nobody has anything to say for a while.
    pub fn settle(&mut self) {
        let mut quiet = 0;
        while quiet < 6 {
            if self.carry() {
                quiet = 0;
                continue;
            }
            quiet += 1;
            self.pass(700);
        }
    }

    /// Time passes, and everyone notices.
    pub fn pass(&mut self, ms: u64) {
        self.now = self.now.plus(ms);
        for name in self.names() {
            self.handle(name, Input::Tick);
        }
    }

    /// This much time passes, and everything is carried over meanwhile.
    pub fn wait(&mut self, ms: u64) {
        let until = self.now.plus(ms);
        while self.now < until {
            while self.carry() {}
            self.pass(500);
        }
        while self.carry() {}
    }

    fn names(&self) -> Vec<&'static str> {
        self.nodes.keys().copied().collect()
    }

    fn carry(&mut self) -> bool {
        let mut moved = Vec::new();
        for name in self.names() {
            while let Some(effect) = self.poll_effect(name) {
                match effect {
                    Effect::Send { peer, bytes } => moved.push((name, Some(peer), bytes)),
                    Effect::Publish { bytes } => moved.push((name, None, bytes)),
                    Effect::Drop { peer, reason } => {
                        self.drops.push((name, reason));
                        let them = self.names().into_iter().find(|name| self::peer(name) == peer).unwrap();
                        self.cut(name, them);
                    }
                    Effect::Check(check) => {
                        let checked = Input::Checked(Box::new(check.run()));
                        if let Some(Node::Member(engine)) = self.nodes.get_mut(name) {
                            engine.handle(checked, self.now).unwrap();
                        }
                    }
                    Effect::Dial { addresses } => {
                        self.dialled.extend(addresses.into_iter().map(|address| (name, address)));
                    }
                    Effect::Guard(_)
                    | Effect::Verdict { .. }
                    | Effect::Addresses { .. }
                    | Effect::Mine
                    | Effect::Committed { .. } => {}
                }
            }
        }
        let any = moved.iter().any(|(_, to, bytes)| to.is_none() || bytes.first() != Some(&1));
        for (from, to, bytes) in moved {
            for bytes in self.sent(from, bytes) {
                self.deliver(from, to, &bytes);
            }
        }
        any
    }

    fn sent(&mut self, from: &str, bytes: Vec<u8>) -> Vec<Vec<u8>> {
        if !matches!(self.nodes.get(from), Some(Node::Mailbox(_))) {
            return vec![bytes];
        }
        self.bytes += bytes.len();
        match &mut self.tamper {
            Some(tamper) => tamper(bytes),
            None => vec![bytes],
        }
    }

    fn deliver(&mut self, from: &'static str, to: Option<Peer>, bytes: &[u8]) {
        for name in self.names() {
            let addressed = to.is_none_or(|to| to == peer(name));
            if name != from && addressed && self.linked(from, name) {
                let (peer, bytes) = (peer(from), bytes.to_vec());
                let input =
                    if to.is_some() { Input::Frame { peer, bytes } } else { Input::Gossip { peer, token: 0, bytes } };
                self.handle(name, input);
            }
        }
    }

    pub fn ask(&mut self, name: &str, ask: Ask) -> Answer {
        self.now = self.now.plus(10);
        let now = self.now;
        let Node::Member(engine) = self.nodes.get_mut(name).unwrap() else { panic!("{name} is a mailbox") };
        engine.answer(ask, now).unwrap_or_else(|failure| panic!("{name}: {failure}"))
    }

    pub fn refused(&mut self, name: &str, ask: Ask) -> Failure {
        let now = self.now;
        let Node::Member(engine) = self.nodes.get_mut(name).unwrap() else { panic!("{name} is a mailbox") };
        engine.answer(ask, now).unwrap_err()
    }

    pub fn status(&mut self, name: &str) -> Status {
        let Answer::Status(status) = self.ask(name, Ask::Status) else { panic!("no status") };
        *status
    }

    pub fn post(&mut self, name: &str, text: &str) -> String {
        let ask = Ask::Post { channel: "general".to_owned(), text: text.to_owned(), title: None, how: How::default() };
        let Answer::Posted(posted) = self.ask(name, ask) else { panic!("not posted") };
        posted.id
    }

    pub fn reply(&mut self, name: &str, thread: &str, text: &str) -> String {
        let ask = Ask::Reply { thread: thread.to_owned(), text: text.to_owned(), how: How::default() };
        let Answer::Posted(posted) = self.ask(name, ask) else { panic!("not posted") };
        posted.id
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

    /// All members hold and say the same, and the mailbox `name` has the same root.
    pub fn all_equal_with(&mut self, name: &str) -> Digest {
        let members: Vec<_> =
            self.names().into_iter().filter(|name| matches!(self.nodes[name], Node::Member(_))).collect();
        let first = self.digest(members[0]);
        for name in members {
            assert_eq!(self.digest(name), first, "{name} differs");
            let Answer::Checked(checked) = self.ask(name, Ask::Fsck { repair: false }) else { panic!("not checked") };
            assert_eq!(checked.problems, Vec::<String>::new(), "{name}");
        }
        assert_eq!(self.holding(name).root, first.root, "the mailbox differs");
        first
    }

    pub fn holding(&self, name: &str) -> Holding {
        ShelfReader::open(&self.shelf(name)).unwrap().read(|read| holding(&read)).unwrap()
    }

    /// Whether any file of the mailbox holds these bytes.
    pub fn is_on_disk(&self, name: &str, bytes: &[u8]) -> bool {
        let shelf = self.shelf(name);
        let of_shelf = |path: &Path| path.file_name().unwrap().to_str().unwrap().starts_with(name);
        let files = std::fs::read_dir(shelf.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
        files
            .filter(|path| of_shelf(path))
            .any(|path| std::fs::read(path).unwrap().windows(bytes.len()).any(|window| window == bytes))
    }
}

pub fn identity(name: &str) -> Identity {
    Identity::from_seeds(blake3::hash(name.as_bytes()).as_bytes(), &[3; 32])
}

pub fn device(name: &str) -> DeviceId {
    identity(name).device()
}

pub fn peer(name: &str) -> Peer {
    Peer(device(name).0)
}
