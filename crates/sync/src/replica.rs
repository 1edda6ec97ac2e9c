//! The replica: what to ask, send and forward, so that equal sets come of any meeting.
//!
//! Facts go in through [`Replica::handle`], wishes come out of [`Replica::poll_output`]. On meeting,
//! both say hello with their root: equal roots are the end of it. Otherwise one sends its hashes of
//! the range, and both descend where they differ, down to entries; whoever lacks something wants it,
//! log by log. Other people's logs are wanted like a peer's own, so everything that one node holds
//! reaches every node that it meets, directly or not.

use std::collections::{BTreeMap, VecDeque};

use cremona_envelope::{DeviceId, Genesis, Head, LogId, Time, WorkspaceId};

use crate::bundles::Bundles;
use crate::facts::{Input, LogStart, Output, Progress};
use crate::frame::{Frame, Told};
use crate::held::Held;
use crate::peer::{DropReason, Peer, PeerState};
use crate::soft_book::SoftBook;
use crate::trie::Trie;
use crate::waiting::Waiting;

/// Within this an asked peer has to send something.
const PATIENCE_MS: u64 = 20_000;
/// How long a peer that was dropped for what it sent goes last once it is back.
const DISTRUST_MS: u64 = 600_000;
/// Most such peers that are remembered.
const MAX_DISTRUSTED: usize = 256;
/// Most logs of a workspace.
pub(crate) const MAX_LOGS: usize = 100_000;

/// See the module.
pub struct Replica {
    pub(crate) workspace: WorkspaceId,
    pub(crate) me: DeviceId,
    pub(crate) genesis: Option<Genesis>,
    /// The log that starts with the genesis: the founder may have others.
    pub(crate) genesis_log: Option<LogId>,
    pub(crate) trie: Trie,
    pub(crate) heads: BTreeMap<LogId, Head>,
    pub(crate) peers: BTreeMap<Peer, PeerState>,
    /// Who was dropped for what it sent, and until when it goes last.
    distrusted: BTreeMap<Peer, Time>,
    /// Who is being asked for a log, and until when nobody else is.
    pub(crate) fetching: BTreeMap<LogId, (Peer, Time)>,
    /// Which words of soft state are held.
    pub(crate) soft: SoftBook,
    /// Whether this node makes and takes bundles.
    pub(crate) bundling: bool,
    pub(crate) bundles: Bundles,
    pub(crate) waiting: Waiting,
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
        for LogStart { entry, head } in logs {
            trie.set(entry);
            heads.insert(entry.log(), head);
        }
        Self {
            workspace,
            me,
            genesis,
            genesis_log: None,
            trie,
            heads,
            peers: BTreeMap::new(),
            distrusted: BTreeMap::new(),
            fetching: BTreeMap::new(),
            soft: SoftBook::default(),
            bundling: true,
            bundles: Bundles::default(),
            waiting: Waiting::default(),
            outputs: VecDeque::new(),
        }
    }

    /// The same for a node that can read nothing, and so neither makes nor takes bundles.
    #[must_use]
    pub fn blind(mut self) -> Self {
        self.bundling = false;
        self
    }

    /// Root of the frontier.
    #[must_use]
    pub fn root(&self) -> [u8; 32] {
        self.trie.root()
    }

    /// Every log that counts, and up to which seq.
    pub fn frontier(&self) -> impl Iterator<Item = (LogId, u64)> {
        self.trie.under(&[]).map(|entry| (entry.log(), entry.seq))
    }

    /// What a connected peer has ahead of this node, as far as it told.
    pub fn ahead(&self, peer: &Peer) -> impl Iterator<Item = &Told> {
        self.peers.get(peer).into_iter().flat_map(|state| state.ahead.values())
    }

    /// How far `peer` and this node are apart.
    #[must_use]
    pub fn progress(&self, peer: &Peer) -> Progress {
        let Some(state) = self.peers.get(peer) else { return Progress::default() };
        let to_receive = state.ahead.values().fold(0_u64, |sum, entry| {
            let have = self.heads.get(&entry.log).map_or(0, |head| head.seq);
            sum.saturating_add(entry.seq.saturating_sub(have))
        });
        let to_send = state.behind.values().fold(0_u64, |sum, lacks| sum.saturating_add(*lacks));
        Progress { in_sync: state.root == Some(self.root()), to_receive, to_send }
    }

    /// Takes a fact.
    pub fn handle(&mut self, input: Input, now: Time, held: &dyn Held) {
        self.find_genesis_log(held);
        match input {
            Input::PeerUp { peer } => {
                self.forget(peer, now);
                let mut state = PeerState::new(now);
                state.slow_until = self.distrusted.get(&peer).copied().unwrap_or_default();
                self.peers.insert(peer, state);
                self.say_hello(peer, now);
            }
            Input::PeerDown { peer } => self.forget(peer, now),
            Input::FrameReceived { peer, bytes } => self.frame(peer, &bytes, now, held),
            Input::GossipReceived { peer, token, bytes } => self.gossip(peer, token, &bytes, now, held),
            Input::Appended { envelopes } => self.appended(&envelopes, now),
            Input::BodiesMissing { peer, places } => self.want_bodies(peer, places),
            Input::SoftSaid { soft } => self.soft_said(soft.soft(), now),
            Input::Checked { ticket, result } => self.checked(ticket, result, now, held),
            Input::Tick => {}
        }
        self.tick(now, held);
    }

    /// The next wish, in order.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to call again though nothing happened.
    #[must_use]
    pub fn wake_at(&self) -> Option<Time> {
        let root = self.root();
        let of_peers = self.peers.values().flat_map(|state| {
            [Some(state.hello_due(&root)), state.due, state.descending, state.soft.wake_at(&self.soft)]
        });
        of_peers.flatten().chain(self.bundles.wake_at()).chain(self.fetching.values().map(|(_, until)| *until)).min()
    }

    fn tick(&mut self, now: Time, held: &dyn Held) {
        let root = self.root();
        let mut hellos = Vec::new();
        let mut stalled = Vec::new();
        let mut synced = false;
        for (peer, state) in &mut self.peers {
            state.note_root(&root, now);
            if state.descending.is_some_and(|until| until <= now) {
                state.descending = None;
            }
            if state.root == Some(root) && !state.in_sync {
                state.in_sync = true;
                state.soft.in_sync(now);
                synced = true;
                self.outputs.push_back(Output::InSync { peer: *peer });
            }
            if state.due.is_some_and(|due| due <= now) {
                stalled.push(*peer);
            } else if state.hello_due(&root) <= now {
                hellos.push(*peer);
            }
        }
        for peer in stalled {
            self.drop_peer(peer, DropReason::Stalled(PATIENCE_MS / 1_000), now);
        }
        for peer in hellos {
            self.say_hello(peer, now);
        }
        self.free_slow_logs(now);
        self.soft_tick(now, held);
        self.hedge(now);
        if synced {
            self.note_in_sync();
        }
    }

    fn frame(&mut self, peer: Peer, bytes: &[u8], now: Time, held: &dyn Held) {
        if !self.peers.contains_key(&peer) || !self.charge(peer, 1, now) {
            return;
        }
        match Frame::decode(bytes) {
            Ok(Frame::Hello(hello)) => self.hello(peer, &hello, now),
            Ok(Frame::Node(node)) => self.node(peer, &node, now),
            Ok(Frame::Entries(entries)) => self.entries(peer, &entries, now, held),
            Ok(Frame::Want(want)) => self.serve(peer, &want, now, held),
            Ok(Frame::Run(run)) => self.run(peer, &run, now, held),
            Ok(Frame::Probe(probe)) => self.serve_probe(peer, &probe, now, held),
            Ok(Frame::Headers(headers)) => self.headers(peer, &headers, now, held),
            Ok(Frame::WantProof(want)) => self.serve_proof(peer, &LogId(*want.log), now, held),
            Ok(Frame::Proof(proof)) => self.proof(peer, &proof.bytes, now),
            Ok(Frame::WantBodies(want)) => self.serve_bodies(peer, &want, now, held),
            Ok(Frame::Bodies(bodies)) => self.take_bodies(peer, bodies, now),
            Ok(Frame::SoftOffer(offer)) => self.soft_offer(peer, &offer, now, held),
            Ok(Frame::SoftWant(want)) => self.serve_soft(peer, &want, now, held),
            Ok(Frame::SoftWords(words)) => self.soft_words(peer, &words, now, held),
            Ok(Frame::Notice(notice)) => self.outputs.push_back(Output::Notice { peer, notice }),
            Ok(Frame::WantBundle(want)) => self.serve_bundle(peer, &want, now, held),
            Ok(Frame::Slice(slice)) => self.slice(peer, &slice, now),
            Ok(Frame::Unknown(_)) => {}
            Err(error) => self.drop_peer(peer, DropReason::Garbled(error.to_string()), now),
        }
    }

    // What the parts of the replica share ------------------------------------------------------

    /// Counts what a peer costs; false where that was too much, and the peer is dropped.
    pub(crate) fn charge(&mut self, peer: Peer, cost: usize, now: Time) -> bool {
        let affords = self.peers.get_mut(&peer).is_some_and(|state| state.frames.take(cost, now));
        if !affords {
            self.drop_peer(peer, DropReason::Flooded, now);
        }
        affords
    }

    pub(crate) fn send(&mut self, peer: Peer, frame: &Frame) {
        self.outputs.push_back(Output::Send { peer, bytes: frame.encode() });
    }

    /// Something is due from a peer from now on.
    pub(crate) fn await_answer(&mut self, peer: Peer, now: Time) {
        if let Some(state) = self.peers.get_mut(&peer) {
            state.due = Some(now.plus(PATIENCE_MS));
        }
    }

    pub(crate) fn lied(&mut self, peer: Peer, log: &LogId, what: &str, now: Time) {
        self.drop_peer(peer, DropReason::Lied(format!("log {}: {what}", log.short())), now);
    }

    pub(crate) fn drop_peer(&mut self, peer: Peer, reason: DropReason, now: Time) {
        if self.peers.contains_key(&peer) {
            if !matches!(reason, DropReason::Stalled(_)) {
                self.distrust(peer, now);
            }
            self.outputs.push_back(Output::Drop { peer, reason });
            self.forget(peer, now);
        }
    }

    fn distrust(&mut self, peer: Peer, now: Time) {
        self.distrusted.retain(|_, until| *until > now);
        if self.distrusted.len() < MAX_DISTRUSTED {
            self.distrusted.insert(peer, now.plus(DISTRUST_MS));
        }
    }

    /// What was asked of a peer that is gone is asked of others.
    fn forget(&mut self, peer: Peer, now: Time) {
        if let Some(state) = self.peers.remove(&peer) {
            self.fetching.retain(|_, (from, _)| *from != peer);
            self.soft.asked.retain(|place, _| !state.soft.wanted.contains_key(place));
            self.forget_bundles(peer);
            self.ask_all(now);
            self.resume_soft(now);
        }
    }

    fn find_genesis_log(&mut self, held: &dyn Held) {
        let (Some(genesis), None) = (&self.genesis, self.genesis_log) else { return };
        let starts_there = |log: &&LogId| held.id(log, 1) == Some(genesis.envelope);
        let founders = |log: &&LogId| self.trie.entry(log).is_some_and(|entry| entry.device == genesis.founder);
        self.genesis_log = self.heads.keys().filter(founders).find(starts_there).copied();
    }
}
