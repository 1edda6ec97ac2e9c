//! The engine: the one owner of a workspace's state on this node.
//!
//! One input is one transaction and one batch of effects: envelopes, documents, projection and index
//! change together or not at all, and nothing is wished before it is on disk. If a transaction
//! fails, everything in memory is read again from the store.

mod about;
mod lives;

use cremona_envelope::{Identity, Time, Verified};
use cremona_model::{DocId, Edit};
use cremona_store::{Store, Write};
use cremona_sync::{LogStart, Peer, Replica};

use lives::{join, new_life, own_of};

use crate::ask::{Answer, Ask, Failure, Reason};
use crate::commands::command;
use crate::core::{Core, Own};
use crate::digest::entry_of;
use crate::error::EngineError;
use crate::exchange;
use crate::founding::Founding;
use crate::once::Known;
use crate::personal::holds;
use crate::project::read_titles;
use crate::queries::{Context, Queries, question};
use crate::settings::{Effect, Input, Settings};
use crate::tidying::Tidying;
use crate::{fsck, inbox, reports, said, soft};

/// See the module.
pub struct Engine {
    store: Store,
    core: Core,
    replica: Replica,
    peers: Vec<Peer>,
    settings: Settings,
    lives: u64,
    erased: Vec<String>,
    tidying: Tidying,
}

impl Engine {
    /// The engine of a store. If the guard does not vouch for the log, a new life is opened.
    ///
    /// # Errors
    /// [`Failure`] where the store is damaged or refuses.
    pub fn open(mut store: Store, identity: Identity, settings: Settings, now: Time) -> Result<Self, Failure> {
        let mut core = Core::new(identity, settings.workspace, settings.secret.clone());
        core.random = settings.random;
        if !store.read(|read| read.unread_titles())?.is_empty() {
            store.write(read_titles)?;
        }
        let replica = load(&mut store, &mut core)?;
        let (peers, erased, tidying) = (Vec::new(), Vec::new(), Tidying::new(now));
        let mut engine = Self { store, core, replica, peers, settings, lives: 0, erased, tidying };
        engine.choose_life(now)?;
        Ok(engine)
    }

    /// Founds the workspace: genesis, first key, the founder's name, and a first channel.
    ///
    /// # Errors
    /// [`Failure`] where the store refuses.
    pub fn establish(&mut self, founding: &Founding, name: &str, now: Time) -> Result<(), Failure> {
        let member_name = self.settings.name.clone();
        let purpose = format!("Everything about {name} that has no better place");
        self.transact(now, |core, tx, _| {
            let mut said = core.found(tx, founding)?;
            said.push(core.say(tx, DocId::DIRECTORY, &Edit::profile(&member_name)?, now)?.1);
            said.push(core.say(tx, DocId::DIRECTORY, &Edit::channel("general", &purpose)?, now)?.1);
            Ok(((), said))
        })
    }

    /// Takes a fact.
    ///
    /// # Errors
    /// [`Failure`] where the store refuses; the state is then as it was before.
    pub fn handle(&mut self, input: Input, now: Time) -> Result<(), Failure> {
        match &input {
            Input::PeerUp { peer } => self.peers.push(*peer),
            Input::PeerDown { peer } => self.peers.retain(|known| known != peer),
            Input::Frame { .. } | Input::Gossip { .. } | Input::Checked(_) | Input::Reachable { .. } | Input::Tick => {}
        }
        if matches!(input, Input::PeerUp { .. } | Input::Frame { .. }) {
            self.tidying.talked(now);
        }
        let tick = matches!(input, Input::Tick);
        self.exchange(Some(input), now)?;
        if tick && self.tidying.wake_at().is_some_and(|due| due <= now) {
            self.tidy(now);
        }
        Ok(())
    }

    /// The next wish, in order; see [`Effect`].
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.core.effects.pop_front()
    }

    /// Forgets wishes that must not be carried out, since the guard could not be written.
    pub fn drop_effects(&mut self) {
        self.core.effects.clear();
    }

    /// When to call again though nothing happened.
    #[must_use]
    pub fn wake_at(&self) -> Option<Time> {
        let desk = self.core.desk.wake_at().filter(|_| self.is_heard());
        let sends = self.core.sends_at.filter(|_| self.core.own.is_some());
        self.replica.wake_at().into_iter().chain(desk).chain(self.tidying.wake_at()).chain(sends).min()
    }

    /// Carries out a command or answers a question.
    ///
    /// # Errors
    /// [`Failure`] in words, with what to do next.
    pub fn answer(&mut self, ask: Ask, now: Time) -> Result<Answer, Failure> {
        match ask {
            Ask::Fsck { repair } => self.fsck(repair, now),
            Ask::Status => self.status(now),
            Ask::Peers { .. } => Err(Failure::new(
                Reason::NotRunning,
                "no node is running for this directory",
                "start it with `cremona up`",
            )
            .named(said!("not-running"))),
            Ask::Held { message } => Ok(Answer::Held(
                self.store.read(|read| reports::held(&self.core, &self.replica, &self.peers, &read, &message, now))?,
            )),
            Ask::Forecast { member } => Ok(Answer::Forecast(
                self.store.read(|read| reports::member_forecast(&self.core, &read, &self.peers, &member, now))?,
            )),
            Ask::Key => {
                Err(Failure::new(Reason::Failed, "the engine does not know the key", "").named(said!("no-key-here")))
            }
            ask if Queries::can_answer(&ask) => {
                let context = self.context();
                Ok(self.store.read(|read| question(&read, &context, &ask, now))?)
            }
            ask => self.perform(&ask, None, now),
        }
    }

    /// The same, but a change that was made under this key is not made again: it is answered with what it
    /// was about, as that is now. A key is remembered for two days; it should not be guessable.
    ///
    /// # Errors
    /// [`Failure`] in words, also where the key was used for another change.
    pub fn once(&mut self, key: &[u8; 32], ask: Ask, now: Time) -> Result<Answer, Failure> {
        if is_change(&ask) { self.perform(&ask, Some(key), now) } else { self.answer(ask, now) }
    }

    /// Makes a change in one transaction.
    fn perform(&mut self, ask: &Ask, key: Option<&[u8; 32]>, now: Time) -> Result<Answer, Failure> {
        if self.core.own.is_none() {
            return Err(crate::say::not_met().into());
        }
        self.transact(now, |core, tx, _| {
            let known = key.map(|key| Known::of(key, ask)).transpose()?;
            if let Some(known) = &known
                && let Some(answer) = known.again(core, tx, now)?
            {
                return Ok((answer, Vec::new()));
            }
            let done = command(core, tx, ask, now)?.ok_or(EngineError::Damaged("the command"))?;
            if let Some(known) = known {
                known.keep(tx, ask, &done.answer, now)?;
            }
            Ok((done.answer, done.said))
        })
    }

    /// A reader that answers questions beside this engine; `None` for a store in memory.
    ///
    /// # Errors
    /// [`Failure`] where the store can't be opened again.
    pub fn queries(&self) -> Result<Option<Queries>, Failure> {
        let (Some(reader), Some(path)) = (self.store.reader()?, self.store.path()) else { return Ok(None) };
        Ok(Some(Queries { reader, path: path.to_owned(), context: self.context() }))
    }

    /// The clock of this machine shows the time of this zone (IANA name); UTC unless told.
    pub fn machine_in(&mut self, zone: &str) {
        std::sync::Arc::make_mut(&mut self.core.wall).machine_in(zone);
    }

    /// Saves what makes the next start quick. Losing it loses nothing.
    pub fn close(&mut self) {
        let core = &mut self.core;
        if let Err(error) = self.store.write(|tx| core.docs.save(tx)) {
            tracing::warn!(%error, "snapshots were not saved");
        }
        // Readers, which may be the last to close, can't empty it.
        if let Err(error) = self.store.checkpoint() {
            tracing::warn!(%error, "the write-ahead log stays until the next start");
        }
    }

    #[cfg(test)]
    pub(crate) fn core(&self) -> &Core {
        &self.core
    }

    #[cfg(test)]
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(cremona_store::Read<'_>) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        self.store.read(work)
    }

    /// Does something in one transaction.
    #[cfg(test)]
    pub(crate) fn within<T>(
        &mut self,
        work: impl FnOnce(&mut Core, &Write<'_>) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        let core = &mut self.core;
        self.store.write(|tx| work(core, tx))
    }

    fn context(&self) -> Context {
        Context { workspace: self.core.workspace, me: self.core.member(), wall: self.core.wall.clone() }
    }

    fn fsck(&mut self, repair: bool, now: Time) -> Result<Answer, Failure> {
        let mut checked = fsck::check(&mut self.store, &self.core, &self.settings, now)?;
        if repair && !checked.problems.is_empty() {
            let core = &mut self.core;
            self.store.write(|tx| core.rebuild(tx))?;
            self.reload()?;
            checked = fsck::check(&mut self.store, &self.core, &self.settings, now)?;
            checked.repaired = true;
        }
        Ok(Answer::Checked(checked))
    }

    /// Runs a command in one transaction, then lets the replica tell peers of what was said.
    fn transact<T>(
        &mut self,
        now: Time,
        work: impl FnOnce(&mut Core, &Write<'_>, &mut Replica) -> Result<(T, Vec<Verified>), EngineError>,
    ) -> Result<T, Failure> {
        let (own, wrote) = (self.core.own, self.core.wrote);
        let (core, replica) = (&mut self.core, &mut self.replica);
        let mut told = false;
        let result = self.store.write(|tx| {
            let (done, mut said) = work(core, tx, replica)?;
            said.extend(core.say_erasures(tx, now)?);
            inbox::settle(core, tx)?;
            told = true;
            exchange::tell(core, replica, tx, said, now)?;
            Ok::<T, EngineError>(done)
        });
        match result {
            Err(EngineError::Refused(failure)) if !told => {
                self.take_back(own, wrote)?;
                Err(failure)
            }
            result => self.finish(result, now),
        }
    }

    /// After a refusal, of which nobody heard: what was said before it is forgotten. Peers stay.
    fn take_back(&mut self, own: Option<Own>, wrote: bool) -> Result<(), Failure> {
        if self.core.own.map(|own| own.head) != own.map(|own| own.head) {
            let core = &mut self.core;
            self.store.read(|read| core.read(&read))?;
            core.own = own;
            core.erased.clear();
            core.effects.retain(|effect| !matches!(effect, Effect::Dial { .. }));
        }
        self.core.wrote = wrote;
        Ok(())
    }

    fn exchange(&mut self, input: Option<Input>, now: Time) -> Result<(), Failure> {
        let name = self.settings.name.clone();
        let random = self.settings.random;
        let peers = !self.peers.is_empty();
        if let Some(Input::Frame { bytes, .. }) = &input
            && cremona_sync::is_slice(bytes)
        {
            return self.keep_slice(input, now);
        }
        let (core, replica, lives) = (&mut self.core, &mut self.replica, &mut self.lives);
        let result = self.store.write(|tx| {
            if let Some(input) = input {
                exchange::handle(core, replica, tx, input, now)?;
            }
            if core.own.is_none() && core.genesis.is_some() && core.keyring.current().is_some() {
                *lives = lives.saturating_add(1);
                let life = new_life(&random, *lives);
                join(core, replica, tx, &name, life, now)?;
            }
            // A part of a bundle may hold what was erased.
            if !core.erased.is_empty() {
                core.parts.drop_all(tx, &core.random)?;
            }
            let mut said = core.say_erasures(tx, now)?;
            said.extend(holds::send_due(core, tx, now)?);
            inbox::settle(core, tx)?;
            exchange::tell(core, replica, tx, said, now)?;
            if core.own.is_some() && peers {
                soft::renew(core, replica, tx, now)?;
            }
            Ok::<(), EngineError>(())
        });
        self.finish(result, now)
    }

    /// A slice of a bundle changes nothing but how far that has come, so it need not be on the disk
    /// before the next one is taken: if the power fails, it comes again.
    fn keep_slice(&mut self, input: Option<Input>, now: Time) -> Result<(), Failure> {
        let (core, replica) = (&mut self.core, &mut self.replica);
        let result =
            self.store.write_lazily(|tx| input.map_or(Ok(()), |input| exchange::handle(core, replica, tx, input, now)));
        self.finish(result, now)
    }

    /// After a commit: see to it that nothing of erased text is left, and say that there is news.
    /// After a failure: read everything again.
    fn finish<T>(&mut self, result: Result<T, EngineError>, now: Time) -> Result<T, Failure> {
        match result {
            Ok(done) => {
                self.tidying.note(self.store.indexed(), now);
                self.note_head()?;
                self.erased.append(&mut self.core.erased);
                if !self.erased.is_empty() {
                    self.scrub();
                }
                Ok(done)
            }
            Err(error) => {
                let failure = Failure::from(error);
                self.reload()?;
                Err(failure)
            }
        }
    }

    /// Does a little of what can wait; if it fails, the next text brings it up again.
    fn tidy(&mut self, now: Time) {
        let more = self.store.tidy().unwrap_or_else(|error| {
            tracing::warn!(%error, "the store could not be tidied");
            false
        });
        self.tidying.stepped(more, now);
    }

    /// Empties the write-ahead log and clears remnants of erased text from the file; what a reader is
    /// in the way of is tried again after the next input.
    fn scrub(&mut self) {
        let clean =
            self.store.checkpoint().and_then(|empty| if empty { self.store.scrub(&self.erased) } else { Ok(false) });
        match clean {
            Ok(true) => self.erased.clear(),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "remnants of erased text may be left in the file; it is tried again"),
        }
    }

    /// Reads everything from the store again, and meets the connected peers anew.
    fn reload(&mut self) -> Result<(), Failure> {
        let own = self.core.own;
        self.core.effects.clear();
        self.core.erased.clear();
        self.core.checked.clear();
        self.core.wrote = false;
        self.replica = load(&mut self.store, &mut self.core)?;
        self.core.own = match own {
            Some(own) => self.store.read(|read| own_of(&read, own.id))?,
            None => None,
        };
        for peer in self.peers.clone() {
            self.core
                .effects
                .push_back(Effect::Drop { peer, reason: "this node's store failed; meeting again".to_owned() });
        }
        Ok(())
    }
}

/// Whether this is for [`command`] to carry out.
fn is_change(ask: &Ask) -> bool {
    let apart = matches!(
        ask,
        Ask::Fsck { .. } | Ask::Status | Ask::Peers { .. } | Ask::Held { .. } | Ask::Forecast { .. } | Ask::Key
    );
    !apart && !Queries::can_answer(ask)
}

/// Core and replica as the store says.
fn load(store: &mut Store, core: &mut Core) -> Result<Replica, Failure> {
    let logs = store.read(|read| {
        core.read(&read)?;
        read.logs()?
            .iter()
            .map(|log| Ok(LogStart { entry: entry_of(&read, log)?, head: log.head }))
            .collect::<Result<Vec<_>, EngineError>>()
    })?;
    let mut replica = Replica::new(core.workspace, core.identity.device(), core.genesis.clone(), logs);
    store.read(|read| soft::remember(&mut replica, &read))?;
    let (parts, early) = store.read(|read| {
        core.parts.read(&read, &core.random)?;
        Ok::<_, EngineError>((core.parts.all(&read)?, read.early(1)?))
    })?;
    replica.remember_parts(parts);
    if !early.is_empty() {
        replica.remember_newest();
    }
    Ok(replica)
}
