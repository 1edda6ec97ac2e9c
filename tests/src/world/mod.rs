//! A world of people whose nodes meet, part and crash under one seeded clock and network.
//!
//! Real engines over real stores; everything else is simulated: time, delay, loss, duplication,
//! reordering, partitions, crashes, wrong clocks, copied and restored directories, devices that
//! forge, lie or withhold, a mailbox, checks of bundles that take their time. Nothing sleeps and nothing else is random, so a seed replays exactly.
//!
//! Frames of one connection stay in order, as on the real transport, and are lost with it. Gossip
//! is lost, doubled and overtaken. Two nodes with the same device never meet the same peer at once.

pub mod dice;
pub mod ending;
pub mod forger;
pub mod inbox;
pub mod lies;
pub mod mailbox;
pub mod mischief;
pub mod network;
pub mod node;
pub mod promises;
pub mod story;
pub mod talk;
mod words;

use std::collections::BTreeMap;
use std::path::PathBuf;

use cremona_engine::ask::Digest;
use cremona_engine::{Answer, Ask, Effect, Failure, Founding, Input};
use cremona_envelope::Time;
use tempfile::TempDir;

use dice::Dice;
use forger::Forger;
use mailbox::{BOX, Station};
use network::Network;
use node::{Common, Node, identity};

/// When worlds begin, in ms since 1970.
pub const BEGINNING: u64 = 1_796_000_000_000;

/// A node of the world.
pub type Who = usize;

/// See the module.
pub struct World {
    /// What everything random is drawn from.
    pub dice: Dice,
    /// The true time, in ms since 1970.
    pub now: u64,
    /// The nodes.
    pub nodes: Vec<Node>,
    /// The mailbox, if there is one; where a node is meant, it is [`mailbox::BOX`].
    pub mailbox: Option<Station>,
    /// What is between them.
    pub net: Network,
    /// How often a node dies in the middle of its effects: one in that many inputs; 0 for never.
    pub crash_one_in: usize,
    /// Connections that an honest node ended, and why.
    pub drops: Vec<(Who, Who, String)>,
    /// A disk was put back while somebody withholds texts: what the withholder alone passed on may be
    /// with the withholder alone, and gone when that disk is put back too.
    pub texts_may_be_lost: bool,
    common: Common,
    founding: Vec<Vec<u8>>,
    folder: TempDir,
    directories: usize,
}

impl World {
    /// A world with one person in it, who founds the workspace.
    #[must_use]
    pub fn new(seed: u64, founder: &str) -> Self {
        let founding = Founding::new(&identity(founder), blake3::hash(&seed.to_be_bytes()).as_bytes(), Time(BEGINNING));
        let common = Common { workspace: founding.workspace, secret: founding.secret.clone(), seed };
        let mut world = Self {
            dice: Dice::new(seed),
            now: BEGINNING,
            nodes: Vec::new(),
            mailbox: None,
            net: Network::default(),
            crash_one_in: 0,
            drops: Vec::new(),
            texts_may_be_lost: false,
            common,
            founding: Vec::new(),
            folder: folder(),
            directories: 0,
        };
        let ana = world.person(founder);
        let engine = &mut world.nodes[ana].engine;
        engine
            .establish(&founding, "Cremona", Time(BEGINNING))
            .expect("a store in a new directory accepts a workspace");
        let mut said = Vec::new();
        while let Some(effect) = world.nodes[ana].engine.poll_effect() {
            match effect {
                Effect::Guard(guard) => world.nodes[ana].guard = Some(guard),
                Effect::Publish { bytes } => said.push(bytes),
                Effect::Send { .. }
                | Effect::Verdict { .. }
                | Effect::Drop { .. }
                | Effect::Dial { .. }
                | Effect::Addresses { .. }
                | Effect::Mine
                | Effect::Check(_)
                | Effect::Committed { .. } => {}
            }
        }
        world.founding = said;
        world
    }

    /// Another person, who pasted the key.
    pub fn person(&mut self, name: &str) -> Who {
        let dir = self.directory();
        self.add(|common, now| Node::new(name, dir, common, now))
    }

    /// A copy of a node's directory at another place (or, where `whole`, of the whole machine), which
    /// runs beside it.
    pub fn clone_dir(&mut self, who: Who, whole: bool) -> Who {
        let dir = self.directory();
        let node = &self.nodes[who];
        let copy = node.copy(&format!("{}'", node.name), dir, whole, self.now);
        let clone = self.add(|_, _| copy);
        self.carry_out(clone);
        clone
    }

    /// Copies a node's store away.
    pub fn back_up(&mut self, who: Who) -> PathBuf {
        let dir = self.directory();
        self.nodes[who].back_up(&dir);
        dir
    }

    /// Puts an earlier store back in its place; the guard is the newer one.
    pub fn restore(&mut self, who: Who, backup: &std::path::Path) {
        self.replace(who, |node, now| node.restored(backup, now));
    }

    /// Kills a node; what it wished and did not carry out is lost. It starts again at once.
    pub fn crash(&mut self, who: Who) {
        if who == BOX {
            self.mailbox_down(false);
            return self.mailbox_up();
        }
        self.replace(who, Node::reopened);
    }

    /// Somebody with the key who forges.
    #[must_use]
    pub fn forger(&self, whose: &str) -> Forger {
        Forger::new(whose, self.common.workspace, &self.common.secret, &self.founding)
    }

    /// The founder's first envelopes: genesis, keys, name, first channel.
    #[must_use]
    pub fn founding(&self) -> &[Vec<u8>] {
        &self.founding
    }

    /// Asks a node, and carries out what it wishes then.
    ///
    /// # Errors
    /// The node's refusal.
    pub fn ask(&mut self, who: Who, ask: Ask) -> Result<Answer, Failure> {
        self.ask_acknowledged(who, ask).map(|(answer, _)| answer)
    }

    /// Asks a node; says too whether the answer was given before it died, if it died.
    ///
    /// # Errors
    /// The node's refusal.
    pub fn ask_acknowledged(&mut self, who: Who, ask: Ask) -> Result<(Answer, bool), Failure> {
        let node = &mut self.nodes[who];
        let clock = node.clock(self.now);
        let answer = node.engine.answer(ask, clock)?;
        let acknowledged = self.carry_out(who);
        Ok((answer, acknowledged))
    }

    /// The digests of a node.
    pub fn digest(&mut self, who: Who) -> Digest {
        match self.ask(who, Ask::Verify) {
            Ok(Answer::Verified(digest)) => digest,
            other => panic!("{} gives no digest: {other:?}", self.nodes[who].name),
        }
    }

    /// Gives a node a fact.
    pub fn tell(&mut self, who: Who, input: Input) {
        if who == BOX {
            return self.tell_mailbox(input);
        }
        let is_soft = matches!(&input, Input::Frame { bytes, .. } if bytes.first().is_some_and(|kind| *kind >= 20));
        let node = &mut self.nodes[who];
        let clock = node.clock(self.now);
        let told = format!("{input:?}").chars().take(60).collect::<String>();
        let root = node.engine.root();
        node.engine.handle(input, clock).unwrap_or_else(|error| panic!("{} fails at {told}: {error}", node.name));
        assert!(!is_soft || node.engine.root() == root, "{}: soft state changes the root: {told}", node.name);
        self.carry_out(who);
    }

    /// Carries out what a node wishes, unless it dies meanwhile; says whether its guard was written,
    /// which is when a command counts as acknowledged.
    pub(crate) fn carry_out(&mut self, who: Who) -> bool {
        let dies = self.crash_one_in > 0 && self.dice.below(self.crash_one_in) == 0;
        let mut left = if dies { self.dice.below(5) } else { usize::MAX };
        let mut noted = false;
        while let Some(effect) = self.poll(who) {
            if left == 0 {
                self.crash(who);
                return noted;
            }
            left -= 1;
            match effect {
                Effect::Guard(guard) => {
                    self.nodes[who].guard = Some(guard);
                    noted = true;
                }
                Effect::Send { peer, bytes } => self.send(who, peer, bytes),
                Effect::Publish { bytes } => self.publish(who, None, &bytes),
                Effect::Verdict { token, verdict } => self.verdict(who, token, verdict),
                Effect::Drop { peer, reason } => self.dropped(who, peer, reason),
                Effect::Check(check) => self.check_later(who, *check),
                Effect::Dial { .. } | Effect::Addresses { .. } | Effect::Mine | Effect::Committed { .. } => {}
            }
        }
        noted
    }

    fn replace(&mut self, who: Who, again: impl FnOnce(Node, u64) -> Node) {
        self.down(who);
        let node = self.nodes.remove(who);
        let node = again(node, self.now);
        self.nodes.insert(who, node);
        self.carry_out(who);
    }

    fn add(&mut self, make: impl FnOnce(&Common, u64) -> Node) -> Who {
        let node = make(&self.common, self.now);
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn directory(&mut self) -> PathBuf {
        self.directories += 1;
        self.folder.path().join(self.directories.to_string())
    }
}

/// In memory where the system has such a place: what is tested here is not the disk.
fn folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a test may write a temporary directory")
}

/// Everything a node shows, to be compared with another's.
#[derive(Debug, PartialEq, Default)]
pub struct Pages {
    /// Channels by id.
    pub channels: BTreeMap<String, cremona_engine::ask::Channel>,
    /// Messages of each channel as listed.
    pub messages: BTreeMap<String, Vec<cremona_engine::ask::Message>>,
    /// Threads of each channel as listed.
    pub threads: BTreeMap<String, Vec<cremona_engine::ask::Thread>>,
}
