//! The engine of a mailbox: envelopes as they travel, for a team whose members are never up together.
//!
//! It holds no key and no document. It checks what needs none: chains, signatures, who may start a
//! log. It keeps ciphertext and clear headers (`keeping`), serves ranges of them through the same
//! replica as members (`serving`), lets in who shows a join signed by the invite key (`access`), and
//! takes as much as it is given room for (`room`). It writes no log of its own.
//!
//! One input is one transaction and one batch of effects, as in [`crate::Engine`].

mod access;
mod keeping;
mod room;
mod serving;

use cremona_envelope::{DeviceId, Time, WorkspaceId};
use cremona_store::{Shelf, ShelfRead, SoftRow};
use cremona_sync::{LogStart, Peer, Progress, Replica, Trie};

use crate::ask::Failure;
use crate::error::EngineError;
use crate::settings::{Effect, Input};
use access::{Access, Entry};
use keeping::{Keeping, entry_of};
pub use room::Quota;

/// Erased bodies are in no byte of the file this long after their list came, in milliseconds.
const SCRUB_MS: u64 = 10_000;

/// See the module.
pub struct Mailbox {
    shelf: Shelf,
    keeping: Keeping,
    replica: Replica,
    access: Access,
    peers: Vec<Peer>,
    me: DeviceId,
    scrub_due: Option<Time>,
}

/// What a mailbox holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Holding {
    /// Root of the frontier, hexadecimal; equal to that of members who hold the same.
    pub root: String,
    /// Logs, which is lives of devices.
    pub logs: u64,
    /// Devices.
    pub devices: u64,
    /// Envelopes.
    pub envelopes: u64,
    /// Bodies that are here.
    pub bodies: u64,
    /// Bytes of all that, in the measure of the headers.
    pub bytes: u64,
}

impl Mailbox {
    /// The mailbox of a shelf. What a crash may have left of erased bodies is cleared first.
    ///
    /// # Errors
    /// [`Failure`] where the shelf is damaged or refuses.
    pub fn open(shelf: Shelf, me: DeviceId, workspace: WorkspaceId, quota: Quota) -> Result<Self, Failure> {
        let mut keeping = Keeping::new(workspace, me, quota);
        let replica = load(&shelf, &mut keeping, me)?;
        let mut mailbox =
            Self { shelf, keeping, replica, access: Access::default(), peers: Vec::new(), me, scrub_due: None };
        if mailbox.shelf.read(|read| read.setting(keeping::UNSCRUBBED))?.is_some() && mailbox.shelf.rewrite()? {
            mailbox.shelf.write(|tx| tx.drop_setting(keeping::UNSCRUBBED))?;
        }
        Ok(mailbox)
    }

    /// Takes a fact.
    ///
    /// # Errors
    /// [`Failure`] where the shelf refuses; the state is then as it was before.
    pub fn handle(&mut self, input: Input, now: Time) -> Result<(), Failure> {
        match &input {
            Input::PeerUp { peer } => {
                self.peers.push(*peer);
                self.access.came(*peer, self.keeping.knows(peer), now);
            }
            Input::PeerDown { peer } => {
                self.peers.retain(|known| known != peer);
                self.access.left(peer);
            }
            Input::Frame { .. } | Input::Gossip { .. } | Input::Checked(_) | Input::Reachable { .. } | Input::Tick => {}
        }
        let came = if let Input::PeerUp { peer } = &input { Some(*peer) } else { None };
        match self.access.judge(input, self.keeping.genesis_log()) {
            Entry::Open(input) => self.exchange(input, now)?,
            Entry::Waits => {}
            Entry::Refused(peer) => self.drop_peer(peer, "flooded: it asks for too much before it joins", now)?,
        }
        self.tell_room(came);
        self.let_in(now)?;
        self.scrub_if_due(now);
        Ok(())
    }

    /// The next wish, in order; see [`Effect`].
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.keeping.effects.pop_front()
    }

    /// When to call again though nothing happened.
    #[must_use]
    pub fn wake_at(&self) -> Option<Time> {
        [self.replica.wake_at(), self.access.wake_at(), self.scrub_due].into_iter().flatten().min()
    }

    /// Sees to it, before the end, that nothing is left of erased bodies.
    pub fn close(&mut self) {
        self.scrub();
    }

    /// How far a peer and this mailbox are apart.
    #[must_use]
    pub fn progress(&self, peer: &Peer) -> Progress {
        self.replica.progress(peer)
    }

    /// Root of the frontier.
    #[must_use]
    pub fn root(&self) -> [u8; 32] {
        self.replica.root()
    }

    /// Bytes held, of how many, and whether nothing new is taken.
    #[must_use]
    pub fn fullness(&self) -> (u64, u64, bool) {
        let notice = self.keeping.room.notice();
        (notice.used, notice.limit, notice.full)
    }

    /// Takes a fact in one transaction; where that fails, everything is read from the shelf again.
    fn exchange(&mut self, input: Input, now: Time) -> Result<(), Failure> {
        let (keeping, replica) = (&mut self.keeping, &mut self.replica);
        match self.shelf.write(|tx| keeping.handle(replica, tx, input, now)) {
            Ok(()) => {
                if self.keeping.has_remnants() && self.scrub_due.is_none() {
                    self.scrub_due = Some(now.plus(SCRUB_MS));
                }
                Ok(())
            }
            Err(error) => {
                self.reload()?;
                Err(error.into())
            }
        }
    }

    fn reload(&mut self) -> Result<(), Failure> {
        self.keeping.effects.clear();
        self.replica = load(&self.shelf, &mut self.keeping, self.me)?;
        for peer in self.peers.drain(..) {
            self.access.left(&peer);
            let reason = "this mailbox's disk failed; meeting again".to_owned();
            self.keeping.effects.push_back(Effect::Drop { peer, reason });
        }
        Ok(())
    }

    /// Who has shown a join by now gets what it asked for; who has not in time is dropped.
    fn let_in(&mut self, now: Time) -> Result<(), Failure> {
        let keeping = &self.keeping;
        for (peer, frames) in self.access.let_in(|peer| keeping.knows(peer)) {
            for bytes in frames {
                self.exchange(Input::Frame { peer, bytes }, now)?;
            }
        }
        let has_genesis = self.keeping.genesis_log().is_some();
        for peer in self.access.late(has_genesis, now) {
            self.drop_peer(peer, "it shows no join that the invite key signed", now)?;
        }
        Ok(())
    }

    fn drop_peer(&mut self, peer: Peer, reason: &str, now: Time) -> Result<(), Failure> {
        self.access.left(&peer);
        self.peers.retain(|known| *known != peer);
        self.exchange(Input::PeerDown { peer }, now)?;
        self.keeping.effects.push_back(Effect::Drop { peer, reason: reason.to_owned() });
        Ok(())
    }

    /// Tells who just came of what is full, and everyone of a change.
    fn tell_room(&mut self, came: Option<Peer>) {
        let peers = self.peers.clone();
        self.keeping.tell_room(&peers, came);
    }

    fn scrub_if_due(&mut self, now: Time) {
        if self.scrub_due.is_some_and(|due| due <= now) {
            self.scrub();
            self.scrub_due = self.keeping.has_remnants().then(|| now.plus(SCRUB_MS));
        }
    }

    fn scrub(&mut self) {
        if !self.keeping.has_remnants() {
            return;
        }
        let done = self.shelf.scrub(self.keeping.remnants()).and_then(|clean| {
            if clean {
                self.shelf.write(|tx| tx.drop_setting(keeping::UNSCRUBBED))?;
            }
            Ok(clean)
        });
        match done {
            Ok(true) => self.keeping.forget_remnants(),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "remnants of erased bodies may be left; it is tried again"),
        }
    }
}

/// What a shelf holds, also while its mailbox is at work.
///
/// # Errors
/// [`Failure`] where the shelf is damaged.
pub fn holding(read: &ShelfRead<'_>) -> Result<Holding, Failure> {
    let logs = read.logs()?;
    let mut trie = Trie::default();
    let mut devices = std::collections::BTreeSet::new();
    let mut bytes = 0_u64;
    for log in &logs {
        trie.set(entry_of(read, log)?);
        devices.insert(log.device);
        bytes = bytes.saturating_add(log.held);
    }
    let (envelopes, bodies) = read.counts()?;
    let count = |many: usize| u64::try_from(many).unwrap_or(u64::MAX);
    let root = crate::digest::hex(&trie.root());
    Ok(Holding { root, logs: count(logs.len()), devices: count(devices.len()), envelopes, bodies, bytes })
}

/// Keeping and replica as the shelf says.
fn load(shelf: &Shelf, keeping: &mut Keeping, me: DeviceId) -> Result<Replica, Failure> {
    let logs = shelf.read(|read| {
        keeping.read(&read)?;
        let start = |log| Ok(LogStart { entry: entry_of(&read, log)?, head: log.head });
        read.logs()?.iter().map(start).collect::<Result<Vec<_>, EngineError>>()
    })?;
    let mut replica = Replica::new(keeping.workspace, me, keeping.genesis().cloned(), logs).blind();
    for SoftRow { device, kind, time, .. } in shelf.read(|read| read.soft_rows())? {
        replica.remember_soft(device, kind, time);
    }
    Ok(replica)
}
