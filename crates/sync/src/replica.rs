//! The replica: what to ask, send and forward, so that equal sets come of any meeting.
//!
//! Facts go in through [`Replica::handle`], wishes come out of [`Replica::poll_output`]. On meeting,
//! both say hello with their root: equal roots are the end of it. Otherwise the smaller device
//! sends its hashes of the range, and both descend where they differ, down to entries; whoever lacks
//! something wants it, log by log. Other people's logs are wanted like a peer's own, so everything
//! that one node holds reaches every node that it meets, directly or not.

use std::collections::{BTreeMap, VecDeque};

use cremona_envelope::{
    ChainError, DeviceId, Envelope, EnvelopeId, Genesis, Head, LogId, RunError, Time, Verified, WorkspaceId, decode_run,
    genesis_of, owner_of, peek_run,
};

use crate::frame::{self, Entries, Frame, Hello, MAX_ITEMS, Node, Run, Want, wire};
use crate::held::Held;
use crate::peer::{DropReason, MAX_AHEAD, Peer, PeerState};
use crate::trie::{FrontierEntry, LEAF, Trie};

/// Most logs that are wanted of one peer at once.
const WINDOW: usize = 4;
/// Bytes of one run, so that a frame with one stays far below its limit.
pub const RUN_BYTES: usize = 384 * 1024;
/// Bytes that answer one want; the asker goes on from there.
const WANT_BYTES: usize = 768 * 1024;
/// Within this an asked peer has to send something.
const PATIENCE_MS: u64 = 20_000;
/// A descent that has not ended by then is begun again.
const DESCENT_MS: u64 = 10_000;
/// Shortest pause between two hellos to one peer.
const HELLO_MS: u64 = 500;
/// A hello is repeated after this much quiet.
const QUIET_MS: u64 = 60_000;
/// Most logs of a workspace.
const MAX_LOGS: usize = 100_000;
/// Most own envelopes that are gossiped at once; more are fetched by those who hear the new root.
const GOSSIPED: usize = 8;
/// Longest gossip message, in bytes.
pub const MAX_GOSSIP: usize = 65_536;

/// A fact.
#[derive(Debug)]
pub enum Input {
    /// A peer was admitted.
    PeerUp {
        /// Which.
        peer: Peer,
    },
    /// It is gone.
    PeerDown {
        /// Which.
        peer: Peer,
    },
    /// It sent a frame.
    FrameReceived {
        /// Which.
        peer: Peer,
        /// The frame.
        bytes: Vec<u8>,
    },
    /// It forwarded a gossip message.
    GossipReceived {
        /// Which.
        peer: Peer,
        /// Names the message in the verdict.
        token: u64,
        /// The message.
        bytes: Vec<u8>,
    },
    /// This node wrote envelopes of its own; they are durable when outputs are carried out.
    Appended {
        /// In order of seq, of one log.
        envelopes: Vec<Verified>,
    },
    /// This node lacks bodies that nothing explains.
    BodiesMissing {
        /// Whom to ask.
        peer: Peer,
        /// Log and seq.
        places: Vec<(LogId, u64)>,
    },
    /// Time passed.
    Tick,
}

/// A wish.
#[derive(Debug)]
pub enum Output {
    /// Send a frame.
    Send {
        /// To whom.
        peer: Peer,
        /// The frame.
        bytes: Vec<u8>,
    },
    /// Gossip.
    Publish {
        /// The message.
        bytes: Vec<u8>,
    },
    /// What to do with a gossip message.
    Verdict {
        /// Which.
        token: u64,
        /// The verdict.
        verdict: Verdict,
    },
    /// Store these: verified, of one log, and next in it.
    Accept {
        /// In order of seq.
        envelopes: Vec<Verified>,
    },
    /// Store these bodies, if they are the ones that their headers describe.
    AcceptBodies {
        /// The log.
        log: LogId,
        /// Seq and sealed body.
        bodies: Vec<(u64, Vec<u8>)>,
    },
    /// A log is proven to be forked: it counts only below `seq`.
    Cut {
        /// The log.
        log: LogId,
        /// The first seq that does not count.
        seq: u64,
        /// The proof.
        proof: Vec<u8>,
    },
    /// Close the connection.
    Drop {
        /// To whom.
        peer: Peer,
        /// Why.
        reason: DropReason,
    },
    /// Both hold the same set.
    InSync {
        /// Both who.
        peer: Peer,
    },
}

/// See [`Output::Verdict`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Pass it on.
    Accept,
    /// Don't, and blame nobody.
    Ignore,
    /// Don't, and blame the sender.
    Reject,
}

/// A log as it stands when the replica starts.
#[derive(Clone, Copy, Debug)]
pub struct LogStart {
    /// What counts of it.
    pub entry: FrontierEntry,
    /// Its head, also beyond a cut.
    pub head: Head,
}

/// How far a peer and this node are apart, as far as is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Both hold the same set.
    pub in_sync: bool,
    /// Envelopes to receive.
    pub to_receive: u64,
    /// Envelopes to send.
    pub to_send: u64,
}

/// See the module.
pub struct Replica {
    pub(crate) workspace: WorkspaceId,
    me: DeviceId,
    pub(crate) genesis: Option<Genesis>,
    genesis_log: Option<LogId>,
    pub(crate) trie: Trie,
    pub(crate) heads: BTreeMap<LogId, Head>,
    pub(crate) peers: BTreeMap<Peer, PeerState>,
    fetching: BTreeMap<LogId, Peer>,
    pub(crate) outputs: VecDeque<Output>,
}

impl Replica {
    /// A replica of what a store holds.
    pub fn new(
        workspace: WorkspaceId,
        me: DeviceId,
        genesis: Option<Genesis>,
        logs: impl IntoIterator<Item = LogStart>,
    ) -> Self {
        let mut trie = Trie::default();
        let mut heads = BTreeMap::new();
        let mut genesis_log = None;
        for LogStart { entry, head } in logs {
            let founders = genesis.as_ref().is_some_and(|genesis| genesis.founder == entry.device);
            if founders && genesis_log.is_none() {
                genesis_log = Some(entry.log());
            }
            trie.set(entry);
            heads.insert(entry.log(), head);
        }
        Self {
            workspace,
            me,
            genesis,
            genesis_log,
            trie,
            heads,
            peers: BTreeMap::new(),
            fetching: BTreeMap::new(),
            outputs: VecDeque::new(),
        }
    }

    /// Root of the frontier.
    #[must_use]
    pub fn root(&self) -> [u8; 32] {
        self.trie.root()
    }

    /// How far `peer` and this node are apart.
    #[must_use]
    pub fn progress(&self, peer: &Peer) -> Progress {
        let Some(state) = self.peers.get(peer) else { return Progress::default() };
        let to_receive = state.ahead.values().fold(0_u64, |sum, entry| {
            let have = self.trie.entry(&entry.log()).map_or(0, |mine| mine.seq);
            sum.saturating_add(entry.seq.saturating_sub(have))
        });
        let to_send = state.behind.values().fold(0_u64, |sum, lacks| sum.saturating_add(*lacks));
        Progress { in_sync: state.root == Some(self.root()), to_receive, to_send }
    }

    /// Takes a fact.
    pub fn handle(&mut self, input: Input, now: Time, held: &dyn Held) {
        match input {
            Input::PeerUp { peer } => {
                self.peers.insert(peer, PeerState::new(now));
                self.say_hello(peer, now);
            }
            Input::PeerDown { peer } => self.forget(peer, now),
            Input::FrameReceived { peer, bytes } => self.frame(peer, &bytes, now, held),
            Input::GossipReceived { peer, token, bytes } => self.gossip(peer, token, &bytes, now, held),
            Input::Appended { envelopes } => self.appended(&envelopes, now),
            Input::BodiesMissing { peer, places } => self.want_bodies(peer, places),
            Input::Tick => {}
        }
        self.tick(now);
    }

    /// The next wish, in order.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to call again though nothing happened.
    #[must_use]
    pub fn wake_at(&self) -> Option<Time> {
        let root = self.root();
        self.peers.values().flat_map(|state| [Some(hello_due(state, &root)), state.due, state.descending]).flatten().min()
    }

    fn tick(&mut self, now: Time) {
        let root = self.root();
        let mut hellos = Vec::new();
        let mut stalled = Vec::new();
        for (peer, state) in &mut self.peers {
            if state.due.is_some_and(|due| due <= now) {
                stalled.push(*peer);
            } else if hello_due(state, &root) <= now {
                hellos.push(*peer);
            }
            if state.descending.is_some_and(|until| until <= now) {
                state.descending = None;
            }
        }
        for peer in stalled {
            self.drop_peer(peer, DropReason::Stalled(PATIENCE_MS / 1_000), now);
        }
        for peer in hellos {
            self.say_hello(peer, now);
        }
    }

    fn frame(&mut self, peer: Peer, bytes: &[u8], now: Time, held: &dyn Held) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        if !state.admit_frame(now) {
            return self.drop_peer(peer, DropReason::Flooded, now);
        }
        match Frame::decode(bytes) {
            Ok(Frame::Hello(hello)) => self.hello(peer, &hello, now),
            Ok(Frame::Node(node)) => self.node(peer, &node, now),
            Ok(Frame::Entries(entries)) => self.entries(peer, &entries, now, held),
            Ok(Frame::Want(want)) => self.serve(peer, &want, held),
            Ok(Frame::Run(run)) => self.run(peer, &run, now, held),
            Ok(Frame::Probe(probe)) => self.serve_probe(peer, &probe, held),
            Ok(Frame::Headers(headers)) => self.headers(peer, &headers, now, held),
            Ok(Frame::WantProof(want)) => self.serve_proof(peer, &want, held),
            Ok(Frame::Proof(proof)) => self.proof(peer, &proof.bytes, now),
            Ok(Frame::WantBodies(want)) => self.serve_bodies(peer, &want, held),
            Ok(Frame::Bodies(bodies)) => self.take_bodies(bodies),
            Ok(Frame::Unknown(_)) => {}
            Err(error) => self.drop_peer(peer, DropReason::Garbled(error.to_string()), now),
        }
    }

    // Meeting -------------------------------------------------------------------------------

    fn say_hello(&mut self, peer: Peer, now: Time) {
        let root = self.root();
        let genesis = self.genesis_log.as_ref().map(wire);
        if let Some(state) = self.peers.get_mut(&peer) {
            state.told = Some(root);
            state.told_at = now;
        }
        self.send(peer, &Frame::Hello(Hello { root: root.into(), genesis }));
    }

    fn hello(&mut self, peer: Peer, hello: &Hello, now: Time) {
        let root = self.root();
        let Some(state) = self.peers.get_mut(&peer) else { return };
        state.root = Some(*hello.root);
        state.genesis = hello.genesis.map(|log| LogId(*log)).or(state.genesis);
        if *hello.root == root {
            state.ahead.clear();
            state.behind.clear();
            state.descending = None;
            if !state.in_sync {
                state.in_sync = true;
                self.outputs.push_back(Output::InSync { peer });
            }
            return;
        }
        state.in_sync = false;
        if self.me.0 < peer.0 && state.descending.is_none() {
            state.descending = Some(now.plus(DESCENT_MS));
            self.offer(peer, &[]);
        }
    }

    /// Shows this node's side of a range: hashes of its children, or its entries.
    fn offer(&mut self, peer: Peer, prefix: &[u8]) {
        match self.trie.children(prefix) {
            Some(children) => {
                let children = children.into_iter().map(Into::into).collect();
                self.send(peer, &Frame::Node(Node { prefix: prefix.to_vec().into(), children }));
            }
            None => self.offer_entries(peer, prefix, true, self.trie.under(prefix).copied().collect()),
        }
    }

    fn offer_entries(&mut self, peer: Peer, prefix: &[u8], all: bool, entries: Vec<FrontierEntry>) {
        if entries.is_empty() && !all {
            return;
        }
        let chunks: Vec<Vec<FrontierEntry>> = entries.chunks(MAX_ITEMS).map(<[FrontierEntry]>::to_vec).collect();
        let chunks = if chunks.is_empty() { vec![Vec::new()] } else { chunks };
        for chunk in chunks {
            let entries = chunk.iter().map(Into::into).collect();
            self.send(peer, &Frame::Entries(Entries { prefix: prefix.to_vec().into(), all, entries }));
        }
    }

    fn node(&mut self, peer: Peer, node: &Node, now: Time) {
        if let Some(state) = self.peers.get_mut(&peer) {
            state.descending = Some(now.plus(DESCENT_MS));
        }
        let Some(ours) = self.trie.children(&node.prefix) else {
            // This side is a leaf, or empty: its entries say it all.
            return self.offer_entries(peer, &node.prefix, true, self.trie.under(&node.prefix).copied().collect());
        };
        for (nibble, (ours, theirs)) in (0_u8..).zip(ours.iter().zip(&node.children)) {
            if *ours != **theirs {
                let mut prefix = node.prefix.to_vec();
                prefix.push(nibble);
                self.offer(peer, &prefix);
            }
        }
    }

    fn entries(&mut self, peer: Peer, told: &Entries, now: Time, held: &dyn Held) {
        let theirs: BTreeMap<LogId, FrontierEntry> =
            told.entries.iter().map(FrontierEntry::from).map(|entry| (entry.log(), entry)).collect();
        let mut answer = Vec::new();
        if told.all {
            let lacks = |mine: &&FrontierEntry| theirs.get(&mine.log()).is_none_or(|entry| is_ahead(mine, entry) || differs(mine, entry));
            answer = self.trie.under(&told.prefix).filter(lacks).copied().collect();
        }
        if let Some(state) = self.peers.get_mut(&peer) {
            for mine in &answer {
                let have = theirs.get(&mine.log()).map_or(0, |entry| entry.seq);
                state.behind.insert(mine.log(), mine.seq.saturating_sub(have));
            }
        }
        for entry in theirs.values() {
            self.compare(peer, entry, now, held);
        }
        self.offer_entries(peer, &told.prefix, false, answer);
        self.ask(peer, now);
    }

    /// What a peer's entry of one log means for this node.
    fn compare(&mut self, peer: Peer, entry: &FrontierEntry, now: Time, held: &dyn Held) {
        let log = entry.log();
        let mine = self.trie.entry(&log).copied();
        if mine.is_none() && self.trie.len() >= MAX_LOGS {
            return;
        }
        if entry.cut > 0 && mine.is_none_or(|mine| mine.cut == 0 || entry.cut < mine.cut) {
            self.send(peer, &Frame::WantProof(frame::WantProof { log: wire(&log) }));
        }
        let have = mine.map_or(0, |mine| mine.seq);
        let limit = mine.filter(|mine| mine.cut > 0).map_or(u64::MAX, |mine| mine.cut.saturating_sub(1));
        if entry.seq.min(limit) > have {
            let Some(state) = self.peers.get_mut(&peer) else { return };
            if state.ahead.len() < MAX_AHEAD {
                state.ahead.insert(log, *entry);
            }
        } else if mine.is_some_and(|mine| differs(&mine, entry)) && entry.seq > 0 {
            self.search_fork(peer, log, entry.seq.min(have), now, held);
        }
    }

    // Fetching ------------------------------------------------------------------------------

    /// Wants what the peer has ahead, as far as the window allows; the genesis before all else.
    pub(crate) fn ask(&mut self, peer: Peer, now: Time) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let only = if self.genesis.is_some() { None } else { Some(state.genesis) };
        let mut wants = Vec::new();
        for (log, entry) in &state.ahead {
            if state.wanted.len() >= WINDOW {
                break;
            }
            let first = only.is_none_or(|genesis| genesis == Some(*log));
            if first && !self.fetching.contains_key(log) && !state.search.contains_key(log) {
                self.fetching.insert(*log, peer);
                state.wanted.insert(*log, ());
                wants.push((*log, entry.seq));
            }
        }
        if !wants.is_empty() {
            state.due = Some(now.plus(PATIENCE_MS));
        }
        for (log, upto) in wants {
            let after = self.heads.get(&log).map_or(0, |head| head.seq);
            self.send(peer, &Frame::Want(Want { log: wire(&log), after, upto }));
        }
    }

    fn serve(&mut self, peer: Peer, want: &Want, held: &dyn Held) {
        let log = LogId(*want.log);
        let mut after = want.after;
        let mut sent = 0_usize;
        loop {
            let served = held.run(&log, after, want.upto, RUN_BYTES).unwrap_or_default();
            sent = sent.saturating_add(served.bytes.len());
            let end = !served.more || sent >= WANT_BYTES || served.last <= after;
            self.send(peer, &Frame::Run(Run { log: want.log, end, bytes: served.bytes.into() }));
            if end {
                break;
            }
            after = served.last;
        }
        if let Some(state) = self.peers.get_mut(&peer) {
            state.behind.remove(&log);
        }
    }

    fn run(&mut self, peer: Peer, run: &Run, now: Time, held: &dyn Held) {
        let log = LogId(*run.log);
        let Some(state) = self.peers.get_mut(&peer) else { return };
        if !state.wanted.contains_key(&log) {
            return; // An answer to a question that another peer's answer has settled.
        }
        state.due = Some(now.plus(PATIENCE_MS));
        let before = self.heads.get(&log).map_or(0, |head| head.seq);
        if let Err(failure) = self.take_run(peer, log, &run.bytes, now, held) {
            return self.drop_peer(peer, failure, now);
        }
        if run.end {
            self.end_want(peer, log, before, now);
        }
    }

    fn end_want(&mut self, peer: Peer, log: LogId, before: u64, now: Time) {
        let have = self.trie.entry(&log).map_or(0, |mine| mine.seq);
        let head = self.heads.get(&log).map_or(0, |head| head.seq);
        let Some(state) = self.peers.get_mut(&peer) else { return };
        state.wanted.remove(&log);
        self.fetching.remove(&log);
        let promised = state.ahead.get(&log).map_or(0, |entry| entry.seq);
        if have >= promised || state.search.contains_key(&log) {
            state.ahead.remove(&log);
        } else if head <= before {
            let reason = DropReason::Lied(format!("log {}: it has {promised} envelopes, it says, and sends none after {head}", log.short()));
            return self.drop_peer(peer, reason, now);
        }
        if state.wanted.is_empty() {
            state.due = None;
        }
        if state.ahead.is_empty() {
            state.descending = None;
        }
        for other in self.peers.keys().copied().collect::<Vec<_>>() {
            self.ask(other, now);
        }
    }

    fn take_run(&mut self, peer: Peer, log: LogId, bytes: &[u8], now: Time, held: &dyn Held) -> Result<(), DropReason> {
        if bytes.is_empty() {
            return Ok(());
        }
        let lied = |what: String| DropReason::Lied(format!("log {}: {what}", log.short()));
        let start = peek_run(bytes).map_err(|error| lied(error.to_string()))?;
        if start.log() != log {
            return Err(lied("a run of another log".to_owned()));
        }
        let head = self.heads.get(&log).copied().unwrap_or(Head::EMPTY);
        if head.seq > 0 && start.after_seq == head.seq && start.prev != head.id {
            self.search_fork(peer, log, head.seq, now, held);
            return Ok(());
        }
        let run = match decode_run(bytes, &self.workspace, &head) {
            Ok(run) => run,
            // It came in the meantime by another way.
            Err(RunError::Start(after)) if after < head.seq => return Ok(()),
            Err(error) => return Err(lied(error.to_string())),
        };
        let (verified, head) = head.verify_run(&self.workspace, run).map_err(|error| lied(error.to_string()))?;
        self.accept(log, verified, head).map_err(lied)
    }

    /// Takes verified envelopes that are next in their log. A log that starts without a right to is
    /// refused whole.
    fn accept(&mut self, log: LogId, envelopes: Vec<Verified>, head: Head) -> Result<(), String> {
        let Some(first) = envelopes.first() else { return Ok(()) };
        let (device, life) = (first.header().device, first.header().life);
        if first.header().seq == 1 {
            self.admit_log(log, first)?;
        }
        let cut = self.trie.entry(&log).map_or(0, |mine| mine.cut);
        let (seq, id) = if cut > 0 && head.seq >= cut {
            let last = cut.saturating_sub(1);
            let at = envelopes.iter().find(|envelope| envelope.header().seq == last).map(Verified::id);
            (last, at.or(self.trie.entry(&log).map(|mine| mine.head)).unwrap_or(EnvelopeId::NONE))
        } else {
            (head.seq, head.id)
        };
        self.trie.set(FrontierEntry { device, life, seq, head: id, cut });
        self.heads.insert(log, head);
        self.outputs.push_back(Output::Accept { envelopes });
        Ok(())
    }

    fn admit_log(&mut self, log: LogId, first: &Verified) -> Result<(), String> {
        if self.genesis.is_none() {
            self.genesis = Some(genesis_of(first).map_err(|error| error.to_string())?);
            self.genesis_log = Some(log);
        }
        let genesis = self.genesis.as_ref().ok_or("the genesis is not known")?;
        owner_of(first, genesis).map(|_| ()).map_err(|error| error.to_string())
    }

    // Live ----------------------------------------------------------------------------------

    fn appended(&mut self, envelopes: &[Verified], now: Time) {
        for verified in envelopes {
            let header = verified.header();
            let log = header.log();
            let head = Head { seq: header.seq, id: verified.id(), time: header.time, bytes: header.bytes };
            let cut = self.trie.entry(&log).map_or(0, |mine| mine.cut);
            if self.genesis.is_none() {
                self.genesis = genesis_of(verified).ok();
                self.genesis_log = self.genesis.as_ref().map(|_| log);
            }
            if cut == 0 {
                self.trie.set(FrontierEntry { device: header.device, life: header.life, seq: head.seq, head: head.id, cut });
            }
            self.heads.insert(log, head);
        }
        let mut missed = envelopes.len() > GOSSIPED;
        for verified in envelopes.iter().filter(|_| envelopes.len() <= GOSSIPED) {
            let bytes = verified.envelope().encode();
            if bytes.len() <= MAX_GOSSIP {
                self.outputs.push_back(Output::Publish { bytes });
            } else {
                missed = true;
            }
        }
        if missed {
            // Whoever hears the new root fetches what is too much or too large to gossip.
            for peer in self.peers.keys().copied().collect::<Vec<_>>() {
                self.say_hello(peer, now);
            }
        }
    }

    fn gossip(&mut self, peer: Peer, token: u64, bytes: &[u8], now: Time, held: &dyn Held) {
        let verdict = self.judge(peer, bytes, now, held);
        self.outputs.push_back(Output::Verdict { token, verdict });
    }

    fn judge(&mut self, peer: Peer, bytes: &[u8], now: Time, held: &dyn Held) -> Verdict {
        let verified = match Envelope::decode(bytes).map(|envelope| envelope.verify(&self.workspace)) {
            Ok(Ok(verified)) if bytes.len() <= MAX_GOSSIP => verified,
            Ok(Ok(_) | Err(_)) | Err(_) => return Verdict::Reject,
        };
        let header = verified.header();
        let log = header.log();
        let seq = header.seq;
        let known = self.heads.get(&log).copied();
        if self.genesis.is_none() || (known.is_none() && (seq > 1 || self.trie.len() >= MAX_LOGS)) {
            self.catch_up(peer, now);
            return Verdict::Ignore;
        }
        if self.trie.entry(&log).is_some_and(|mine| mine.cut > 0 && seq >= mine.cut) {
            return Verdict::Ignore;
        }
        let head = known.unwrap_or(Head::EMPTY);
        match head.follow(header, verified.id()) {
            Ok(next) => match self.accept(log, vec![verified], next) {
                Ok(()) => Verdict::Accept,
                Err(_) => Verdict::Reject,
            },
            Err(ChainError::Past(_)) if held.id(&log, seq) == Some(verified.id()) => Verdict::Accept,
            Err(ChainError::Past(_) | ChainError::Forked(_)) => {
                self.search_fork(peer, log, seq.min(head.seq), now, held);
                Verdict::Ignore
            }
            Err(ChainError::Gap { .. }) => {
                self.catch_up(peer, now);
                Verdict::Ignore
            }
            Err(_) => Verdict::Reject,
        }
    }

    /// Something that a peer has is unknown here: compare, even before the next hello is due.
    fn catch_up(&mut self, peer: Peer, now: Time) {
        let Some(state) = self.peers.get(&peer) else { return };
        if now.since(state.told_at) >= HELLO_MS && state.descending.is_none() {
            self.say_hello(peer, now);
            if let Some(state) = self.peers.get_mut(&peer) {
                state.descending = Some(now.plus(DESCENT_MS));
            }
            self.offer(peer, &[]);
        }
    }

    // Ending --------------------------------------------------------------------------------

    pub(crate) fn send(&mut self, peer: Peer, frame: &Frame) {
        self.outputs.push_back(Output::Send { peer, bytes: frame.encode() });
    }

    pub(crate) fn drop_peer(&mut self, peer: Peer, reason: DropReason, now: Time) {
        if self.peers.contains_key(&peer) {
            self.outputs.push_back(Output::Drop { peer, reason });
            self.forget(peer, now);
        }
    }

    /// What was asked of a peer that is gone is asked of others.
    fn forget(&mut self, peer: Peer, now: Time) {
        if self.peers.remove(&peer).is_none() {
            return;
        }
        self.fetching.retain(|_, from| *from != peer);
        for other in self.peers.keys().copied().collect::<Vec<_>>() {
            self.ask(other, now);
        }
    }

    pub(crate) fn release(&mut self, peer: Peer, log: &LogId) {
        self.fetching.remove(log);
        if let Some(state) = self.peers.get_mut(&peer) {
            state.wanted.remove(log);
            state.ahead.remove(log);
        }
    }

    pub(crate) fn await_answer(&mut self, peer: Peer, now: Time) {
        if let Some(state) = self.peers.get_mut(&peer) {
            state.due = Some(now.plus(PATIENCE_MS));
        }
    }
}

/// When a peer is to hear the root: soon after it changed, and seldom otherwise.
fn hello_due(state: &PeerState, root: &[u8; 32]) -> Time {
    let stale = state.told != Some(*root);
    let apart = state.root.is_some_and(|theirs| theirs != *root) && state.descending.is_none() && state.wanted.is_empty();
    state.told_at.plus(if stale { HELLO_MS } else if apart { HELLO_MS.saturating_mul(4) } else { QUIET_MS })
}

fn is_ahead(one: &FrontierEntry, other: &FrontierEntry) -> bool {
    one.seq > other.seq || (one.cut > 0 && (other.cut == 0 || one.cut < other.cut))
}

/// Whether two entries of one log contradict each other at the seq that both have.
fn differs(one: &FrontierEntry, other: &FrontierEntry) -> bool {
    one.seq == other.seq && one.head != other.head
}

/// A leaf always fits one frame.
const _: () = assert!(LEAF <= MAX_ITEMS);
