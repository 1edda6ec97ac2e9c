//! A world of replicas: shelves in memory, wires with delay and order, one seeded clock.

use std::collections::{BTreeMap, BTreeSet};

use cremona_envelope::{LogId, SoftKind, Time, Verified, VerifiedSoft};
use cremona_sync::{Frame, Input, Output, Peer, Replica};
use proptest::test_runner::{Config as ProptestConfig, RngSeed};

use crate::people::{Person, Team, identity};
use crate::shelf::{Proven, Shelf, check};

/// How many cases a property tries, from a seed that is printed.
pub fn cases() -> ProptestConfig {
    let read = |name| std::env::var(name).ok().and_then(|value| value.parse::<u32>().ok());
    let (cases, seed) = (read("CREMONA_CASES").unwrap_or(24), read("CREMONA_SEED").unwrap_or(1));
    println!("replay with CREMONA_CASES={cases} CREMONA_SEED={seed}");
    let rng_seed = RngSeed::Fixed(seed.into());
    ProptestConfig { cases, rng_seed, failure_persistence: None, ..ProptestConfig::default() }
}

/// A node: what it holds, what it wishes, and what became of that.
pub struct Node {
    pub person: Person,
    pub shelf: Shelf,
    pub replica: Replica,
    /// Sees every frame that is about to be sent; false keeps it back.
    pub filter: fn(&Frame) -> bool,
    pub in_sync: usize,
    pub cuts: Vec<(LogId, u64)>,
    /// Spans of checked bundles that wait to be taken.
    pub checked: BTreeMap<(u32, usize), Vec<Verified>>,
}

enum Cargo {
    Frame(Vec<u8>),
    Gossip(Vec<u8>),
}

struct Parcel {
    from: &'static str,
    to: &'static str,
    wire: u64,
    cargo: Cargo,
}

pub struct World {
    pub team: Team,
    pub nodes: BTreeMap<&'static str, Node>,
    pub now: Time,
    /// Who dropped whom, and why.
    pub drops: Vec<(&'static str, &'static str, String)>,
    /// Frames that were sent: from, to, bytes.
    pub sent: Vec<(&'static str, &'static str, Vec<u8>)>,
    /// Of 100 gossip messages, this many are lost.
    pub gossip_loss: u64,
    /// Longest delay of a parcel, in milliseconds.
    pub delay: u64,
    /// Nodes make and take no bundles, as mailboxes.
    pub blind: bool,
    wires: BTreeMap<(&'static str, &'static str), (u64, Time)>,
    parcels: BTreeMap<(Time, u64), Parcel>,
    number: u64,
    seed: u64,
}

impl World {
    pub fn new(seed: u64) -> Self {
        Self {
            team: Team::founded_by("ana"),
            nodes: BTreeMap::new(),
            now: Time(1_796_000_000_000),
            drops: Vec::new(),
            sent: Vec::new(),
            gossip_loss: 0,
            delay: 40,
            blind: false,
            wires: BTreeMap::new(),
            parcels: BTreeMap::new(),
            number: 0,
            seed,
        }
    }

    /// A person with a node that holds nothing yet; the founder holds the genesis.
    pub fn person(&mut self, name: &'static str) {
        let person = self.team.person(name, 0);
        let founds = name == self.team.founder;
        let replica = self.bundling(Replica::new(self.team.workspace, person.device(), None, []));
        let node = Node {
            person,
            shelf: Shelf::default(),
            replica,
            filter: |_| true,
            in_sync: 0,
            cuts: Vec::new(),
            checked: BTreeMap::new(),
        };
        self.nodes.insert(name, node);
        if founds {
            self.append(name, 1);
        }
    }

    /// Writes as many envelopes; the first of a log is its genesis or join.
    pub fn append(&mut self, name: &'static str, count: usize) {
        let now = self.now;
        let node = self.nodes.get_mut(name).unwrap();
        let envelopes: Vec<_> = (0..count).map(|_| node.person.say(&self.team, now)).collect();
        node.shelf.take(&envelopes);
        node.replica.handle(Input::Appended { envelopes }, now, &node.shelf);
        self.collect(name);
    }

    /// Someone says something of themselves.
    pub fn says(&mut self, name: &'static str, payload: &[u8]) {
        let soft = self.word(name, self.now, payload);
        self.nodes.get_mut(name).unwrap().shelf.take_soft(soft.clone(), None);
        self.handle(name, Input::SoftSaid { soft });
    }

    /// A word of someone's that bears this time.
    pub fn word(&self, name: &str, time: Time, payload: &[u8]) -> VerifiedSoft {
        self.word_of(SoftKind::RECEIPT, name, time, payload)
    }

    /// The same of any kind.
    pub fn word_of(&self, kind: SoftKind, name: &str, time: Time, payload: &[u8]) -> VerifiedSoft {
        let (identity, workspace) = (identity(name), &self.team.workspace);
        VerifiedSoft::say(&identity, kind, workspace, time, payload.to_vec()).unwrap()
    }

    /// Someone says what is theirs alone, sealed or not: nobody here looks into it.
    pub fn says_personally(&mut self, name: &'static str, payload: &[u8]) {
        let soft = self.word_of(SoftKind::PERSONAL, name, self.now, payload);
        self.nodes.get_mut(name).unwrap().shelf.take_soft(soft.clone(), None);
        self.handle(name, Input::SoftSaid { soft });
    }

    /// A node holds these, from before; it starts anew.
    pub fn give(&mut self, name: &'static str, envelopes: &[Verified]) {
        let node = self.nodes.get_mut(name).unwrap();
        node.shelf.take(envelopes);
        let genesis = Some(self.team.genesis.clone());
        let replica = Replica::new(self.team.workspace, node.person.device(), genesis, node.shelf.starts());
        self.nodes.get_mut(name).unwrap().replica = self.bundling(replica);
    }

    fn bundling(&self, replica: Replica) -> Replica {
        if self.blind { replica.blind() } else { replica }
    }

    /// A node starts anew and finds the soft state that it kept.
    pub fn restart_soft(&mut self, name: &'static str) {
        let node = self.nodes.get_mut(name).unwrap();
        for word in node.shelf.words() {
            let soft = cremona_envelope::Soft::decode(&word).unwrap();
            node.replica.remember_soft(soft.device, soft.kind, soft.time);
        }
    }

    pub fn connect(&mut self, one: &'static str, other: &'static str) {
        if self.linked(one, other) {
            return;
        }
        self.number += 1;
        for (from, to) in [(one, other), (other, one)] {
            self.wires.insert((from, to), (self.number, self.now));
        }
        for (me, them) in [(one, other), (other, one)] {
            self.handle(me, Input::PeerUp { peer: self.peer(them) });
        }
    }

    pub fn cut(&mut self, one: &'static str, other: &'static str) {
        for (me, them) in [(one, other), (other, one)] {
            if self.wires.remove(&(me, them)).is_some() {
                self.handle(me, Input::PeerDown { peer: self.peer(them) });
            }
        }
    }

    pub fn linked(&self, one: &'static str, other: &'static str) -> bool {
        self.wires.contains_key(&(one, other))
    }

    pub fn peer(&self, name: &str) -> Peer {
        Peer(self.nodes[name].person.device().0)
    }

    pub fn root(&self, name: &str) -> [u8; 32] {
        self.nodes[name].replica.root()
    }

    pub fn handle(&mut self, name: &'static str, input: Input) {
        let now = self.now;
        let node = self.nodes.get_mut(name).unwrap();
        node.replica.handle(input, now, &node.shelf);
        self.collect(name);
    }

    /// Hands a frame to a node as if `from` had sent it.
    pub fn forge(&mut self, from: &'static str, to: &'static str, frame: &Frame) {
        self.handle(to, Input::FrameReceived { peer: self.peer(from), bytes: frame.encode() });
    }

    /// Everyone comes to hold the same, or this fails.
    pub fn settle(&mut self) {
        self.pass(180_000);
        let roots: BTreeSet<_> = self.nodes.values().map(|node| node.replica.root()).collect();
        assert_eq!(roots.len(), 1, "seed {}: not equal after three minutes", self.seed);
        let logs: BTreeSet<_> = self.nodes.values().map(|node| node.shelf.counted()).collect();
        assert_eq!(logs.len(), 1, "seed {}: equal roots of unequal sets", self.seed);
    }

    /// Time passes, at most this much, until all that are connected agree and nothing is under way.
    pub fn pass(&mut self, ms: u64) {
        self.run(ms, Self::agree);
    }

    /// This much time passes.
    pub fn wait(&mut self, ms: u64) {
        self.run(ms, |_| false);
    }

    fn run(&mut self, ms: u64, enough: fn(&Self) -> bool) {
        let until = self.now.plus(ms);
        loop {
            let parcel = self.parcels.keys().next().map(|(at, _)| *at);
            if parcel.is_none() && enough(self) {
                return;
            }
            let wake = self.nodes.values().filter_map(|node| node.replica.wake_at()).min();
            let Some(next) = parcel.into_iter().chain(wake).min().filter(|next| *next <= until) else { break };
            self.now = self.now.max(next);
            match self.parcels.first_key_value().map(|(key, _)| *key).filter(|(at, _)| *at <= self.now) {
                Some(key) => self.deliver(key),
                None => self.tick(),
            }
        }
        self.now = until;
    }

    fn tick(&mut self) {
        for name in self.nodes.keys().copied().collect::<Vec<_>>() {
            if self.nodes[name].replica.wake_at().is_some_and(|wake| wake <= self.now) {
                self.handle(name, Input::Tick);
                let wake = self.nodes[name].replica.wake_at();
                assert!(wake.is_none_or(|wake| wake > self.now), "{name} wants to be woken for ever");
            }
        }
    }

    fn agree(&self) -> bool {
        self.wires.keys().all(|(one, other)| {
            self.root(one) == self.root(other) && self.nodes[one].replica.progress(&self.peer(other)).in_sync
        })
    }

    fn deliver(&mut self, key: (Time, u64)) {
        let parcel = self.parcels.remove(&key).unwrap();
        let alive = self.wires.get(&(parcel.from, parcel.to)).is_some_and(|(wire, _)| *wire == parcel.wire);
        if !alive {
            return;
        }
        let peer = self.peer(parcel.from);
        match parcel.cargo {
            Cargo::Frame(bytes) => self.handle(parcel.to, Input::FrameReceived { peer, bytes }),
            Cargo::Gossip(bytes) => self.handle(parcel.to, Input::GossipReceived { peer, token: 0, bytes }),
        }
    }

    fn collect(&mut self, name: &'static str) {
        while let Some(output) = self.nodes.get_mut(name).unwrap().replica.poll_output() {
            match output {
                Output::Send { peer, bytes } => self.send(name, peer, bytes),
                Output::Publish { bytes } => self.publish(name, &bytes),
                Output::Verdict { .. } => {}
                Output::Accept { envelopes } => self.nodes.get_mut(name).unwrap().shelf.take(&envelopes),
                Output::Check { ticket, bytes, .. } => {
                    let result = check(&bytes, &self.team.workspace).map(|spans| {
                        let node = self.nodes.get_mut(name).unwrap();
                        let keep = |(index, (span, envelopes)): (usize, Proven)| {
                            node.checked.insert((ticket, index), envelopes);
                            span
                        };
                        spans.into_iter().enumerate().map(keep).collect()
                    });
                    let now = self.now;
                    let node = self.nodes.get_mut(name).unwrap();
                    node.replica.handle(Input::Checked { ticket, result }, now, &node.shelf);
                }
                Output::Take { ticket, index } => {
                    let node = self.nodes.get_mut(name).unwrap();
                    let envelopes = node.checked.remove(&(ticket, index)).expect("a span is taken once");
                    node.shelf.take(&envelopes);
                }
                Output::Forget { ticket, index } => {
                    let forgotten = |at: usize| index.is_none_or(|index| index == at);
                    let node = self.nodes.get_mut(name).unwrap();
                    node.checked.retain(|(of, at), _| *of != ticket || !forgotten(*at));
                }
                Output::KeepPart { .. } | Output::DropPart { .. } | Output::DropParts | Output::ShowEarly { .. } => {}
                Output::TakeNewest { ticket } => {
                    self.nodes.get_mut(name).unwrap().checked.retain(|(of, _), _| *of != ticket);
                }
                Output::AcceptBodies { log, bodies } => {
                    self.nodes.get_mut(name).unwrap().shelf.take_bodies(&log, bodies);
                }
                Output::Cut { log, seq, proof } => {
                    let node = self.nodes.get_mut(name).unwrap();
                    node.cuts.push((log, seq));
                    let entry = node.shelf.cut(&log, seq, proof);
                    node.replica.set_entry(entry);
                }
                Output::Drop { peer, reason } => {
                    let whom = self.name(peer);
                    self.drops.push((name, whom, reason.to_string()));
                    self.cut(name, whom);
                }
                Output::AcceptSoft { soft, instead_of } => {
                    self.nodes.get_mut(name).unwrap().shelf.take_soft(soft, instead_of);
                }
                Output::InSync { .. } => self.nodes.get_mut(name).unwrap().in_sync += 1,
                Output::Notice { .. } => {}
            }
        }
    }

    fn name(&self, peer: Peer) -> &'static str {
        self.nodes.iter().find(|(_, node)| node.person.device().0 == peer.0).map(|(name, _)| *name).unwrap()
    }

    fn send(&mut self, from: &'static str, peer: Peer, bytes: Vec<u8>) {
        let to = self.name(peer);
        if (self.nodes[from].filter)(&Frame::decode(&bytes).unwrap()) {
            self.sent.push((from, to, bytes.clone()));
            self.post(from, to, Cargo::Frame(bytes));
        }
    }

    /// Flood, as if by gossip: to all who are connected, out of order, perhaps lost.
    fn publish(&mut self, from: &'static str, bytes: &[u8]) {
        let to: Vec<_> = self.wires.keys().filter(|(one, _)| *one == from).map(|(_, other)| *other).collect();
        for to in to {
            if self.random(100) >= self.gossip_loss {
                self.post(from, to, Cargo::Gossip(bytes.to_vec()));
            }
        }
    }

    fn post(&mut self, from: &'static str, to: &'static str, cargo: Cargo) {
        let delay = self.random(self.delay + 1);
        let ordered = matches!(cargo, Cargo::Frame(_));
        let Some((wire, last)) = self.wires.get_mut(&(from, to)) else { return };
        let mut at = self.now.plus(delay);
        if ordered {
            at = at.max(*last);
            *last = at;
        }
        let wire = *wire;
        self.number += 1;
        self.parcels.insert((at, self.number), Parcel { from, to, wire, cargo });
    }

    /// A step of `SplitMix64`.
    pub fn random(&mut self, below: u64) -> u64 {
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.seed ^ (self.seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below.max(1)
    }
}
