//! Which log this node writes: the one that the guard vouches for, or that of a new life.

use cremona_envelope::{Guard, LifeId, LogId, Time, guard};
use cremona_model::{DocId, Edit};
use cremona_store::{Read, Write};
use cremona_sync::Replica;

use super::Engine;
use crate::ask::Failure;
use crate::core::{Core, Own};
use crate::error::EngineError;
use crate::exchange;
use crate::settings::Effect;

impl Engine {
    /// Continues the own log where the guard vouches for it, else opens a new life.
    pub(super) fn choose_life(&mut self, now: Time) -> Result<(), Failure> {
        let device = self.device();
        let logs: Vec<_> =
            self.store.read(|read| read.logs())?.into_iter().filter(|log| log.device == device).collect();
        self.lives = u64::try_from(logs.len()).unwrap_or(u64::MAX);
        let found = self.settings.guard.clone();
        let location = self.settings.location;
        for log in logs.iter().filter(|log| log.cut == 0) {
            let id_at = |seq| self.store.read(|read| read.envelope_id(log.no, seq)).unwrap_or(None);
            if Guard::judge(found.as_ref(), &device, &location, &log.life, id_at) == guard::Verdict::Continue {
                self.core.own = Some(Own { no: log.no, id: log.id, life: log.life, head: log.head });
                self.core.wrote = true;
                return self.note_head();
            }
        }
        if logs.is_empty() {
            return Ok(());
        }
        tracing::warn!(
            "the guard does not vouch for this data directory (copied, restored or moved): a new life begins"
        );
        let random = self.settings.random;
        self.lives = self.lives.saturating_add(1);
        let life = new_life(&random, self.lives);
        self.transact(now, |core, tx, _| {
            let verified = core.start_life(tx, life, now)?;
            Ok(((), vec![verified]))
        })
    }

    /// The guard goes before everything else that was wished.
    pub(super) fn note_head(&mut self) -> Result<(), Failure> {
        if self.core.effects.is_empty() && !self.core.wrote {
            return Ok(());
        }
        if let Some(own) = self.core.own.filter(|_| std::mem::take(&mut self.core.wrote)) {
            let guard = Guard::new(&self.device(), &self.settings.location, &own.life, own.head.seq, &own.head.id);
            self.core.effects.push_front(Effect::Guard(guard));
        }
        Ok(())
    }
}

/// A newcomer's first words, once the workspace is known: its join and its name.
pub(super) fn join(
    core: &mut Core,
    replica: &mut Replica,
    tx: &Write<'_>,
    name: &str,
    life: LifeId,
    now: Time,
) -> Result<(), EngineError> {
    let joined = core.start_life(tx, life, now)?;
    let named = core.say(tx, DocId::DIRECTORY, &Edit::profile(name)?, now)?.1;
    exchange::tell(core, replica, tx, vec![joined, named], now)
}

/// The name of a new life, the how many-eth of this device's as far as it knows.
pub(super) fn new_life(random: &[u8; 32], number: u64) -> LifeId {
    let number = number.to_be_bytes();
    LifeId(cremona_envelope::ids::derive16("cremona engine: life", &[random, &number]))
}

/// The own log as the store has it.
pub(super) fn own_of(read: &Read<'_>, id: LogId) -> Result<Option<Own>, EngineError> {
    Ok(read.log(&id)?.map(|log| Own { no: log.no, id: log.id, life: log.life, head: log.head }))
}
