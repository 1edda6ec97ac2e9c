//! What this node says itself: one envelope after another in its own log.

use cremona_envelope::seal::Place;
use cremona_envelope::{
    EnvelopeId, ErasePayload, Head, JoinPayload, Kind, LifeId, LogId, MailboxPayload, PlainBody, RecordId,
    SIGNED_EVERY, Sealed, Time, Verified, genesis_of,
};
use cremona_model::{Chain, DocId, Edit};
use cremona_store::Write;

use crate::ask::{Failure, Reason};
use crate::core::{Core, Own, SKEW_MS};
use crate::error::EngineError;
use crate::founding::Founding;
use crate::said;
use crate::serve::UNSIGNED_BYTES;

impl Core {
    /// Writes genesis and first key; this device is the founder's.
    pub(crate) fn found(&mut self, tx: &Write<'_>, founding: &Founding) -> Result<Vec<Verified>, EngineError> {
        let place = self.place(founding.life, EnvelopeId::NONE, &Head::EMPTY, Kind::CONTROL, founding.time);
        let genesis = self.sign_clear(&place, founding.genesis.clone())?;
        self.genesis = Some(genesis_of(&genesis).map_err(|_| EngineError::Damaged("the new genesis"))?);
        self.write_own(tx, &genesis, founding.life, founding.time)?;
        let keys = self.say_clear(tx, Kind::KEYS, founding.keys.clone(), founding.time)?;
        Ok(vec![genesis, keys])
    }

    /// Starts a new life of this device's log, which links to the head of the last one.
    pub(crate) fn start_life(&mut self, tx: &Write<'_>, life: LifeId, now: Time) -> Result<Verified, EngineError> {
        let genesis = self.genesis.clone().ok_or_else(not_met)?;
        let device = self.identity.device();
        let last = tx.logs()?.into_iter().filter(|log| log.device == device).max_by_key(|log| (log.head.time, log.no));
        let link = last.as_ref().map_or(EnvelopeId::NONE, |log| log.head.id);
        let invite = self.secret.invite_key();
        let join = JoinPayload::new(&genesis, &device, self.identity.box_key(), &invite, &[genesis.envelope]);
        let time = self.time_for(now, last.map_or(genesis.time, |log| log.head.time));
        let place = self.place(life, link, &Head::EMPTY, Kind::CONTROL, time);
        let verified = self.sign_clear(&place, join.encode())?;
        self.own = None;
        self.write_own(tx, &verified, life, now)?;
        Ok(verified)
    }

    /// Says a record in a document; returns its id and the envelope.
    pub(crate) fn say(
        &mut self,
        tx: &Write<'_>,
        doc: DocId,
        edit: &Edit,
        now: Time,
    ) -> Result<(RecordId, Verified), EngineError> {
        let own = self.own.ok_or_else(not_met)?;
        let time = self.time_for(now, own.head.time);
        self.say_at(tx, doc, edit, time, now)
    }

    /// Says a record at a time that the caller took from [`Core::next_time`].
    pub(crate) fn say_at(
        &mut self,
        tx: &Write<'_>,
        doc: DocId,
        edit: &Edit,
        time: Time,
        now: Time,
    ) -> Result<(RecordId, Verified), EngineError> {
        let own = self.own.ok_or_else(not_met)?;
        let epoch = self.keyring.current().ok_or_else(not_met)?;
        let no = tx.doc_no(&doc.channel.0, doc.month)?;
        let chain = tx.chain(own.no, no)?.map_or(Chain::START, |(seq, hash)| Chain { seq, hash });
        let payload = chain.next(doc, edit.value.clone());
        let place = self.place(own.life, own.head.id, &own.head, Kind::CHANGE, time);
        let body = edit.body.as_deref().map_or(PlainBody::None, PlainBody::Text);
        let sealed = self.keyring.seal(&epoch, &place, &payload.encode(), body).map_err(too_long)?;
        let sealed = sealed.ok_or(EngineError::Damaged("the current epoch key"))?;
        let bytes = sealed.header.bytes;
        let unsigned = self.sparing.map(|signed| bytes.saturating_sub(signed));
        let verified = if unsigned.is_some_and(|unsigned| unsigned <= UNSIGNED_BYTES)
            && !sealed.header.seq.is_multiple_of(SIGNED_EVERY)
        {
            let id = sealed.header.id();
            let envelope = sealed.with_signature(None);
            Verified::from_store(envelope, &id).ok_or(EngineError::Damaged("a sealed envelope"))?
        } else {
            self.sparing = self.sparing.map(|_| bytes);
            self.identity.sign(sealed)
        };
        let id = RecordId::of(&self.identity.device(), &own.life, verified.header().seq);
        self.write_own(tx, &verified, own.life, now)?;
        Ok((id, verified))
    }

    /// Says much at once: one signature for up to [`SIGNED_EVERY`] envelopes, and one at the end.
    pub(crate) fn sparingly<T>(
        &mut self,
        tx: &Write<'_>,
        work: impl FnOnce(&mut Self) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        self.sparing = self.own.map(|own| own.head.bytes);
        let done = work(self);
        self.sparing = None;
        let done = done?;
        if let Some(own) = self.own {
            tx.set_signature(own.no, own.head.seq, &self.identity.signature(own.head.id))?;
        }
        Ok(done)
    }

    /// The time that the next own envelope will bear.
    pub(crate) fn next_time(&self, now: Time) -> Time {
        self.own.map_or(now, |own| self.time_for(now, own.head.time))
    }

    /// Lists for mailboxes what was erased of this member's since the last list.
    pub(crate) fn say_erasures(&mut self, tx: &Write<'_>, now: Time) -> Result<Vec<Verified>, EngineError> {
        if self.own.is_none() || self.gone.is_empty() {
            return Ok(Vec::new());
        }
        let gone = std::mem::take(&mut self.gone);
        let lists = ErasePayload::lists(&gone);
        lists.iter().map(|list| self.say_clear(tx, Kind::CONTROL, list.encode(), now)).collect()
    }

    /// Tells everyone of a mailbox.
    pub(crate) fn announce(
        &mut self,
        tx: &Write<'_>,
        mailbox: &MailboxPayload,
        now: Time,
    ) -> Result<Verified, EngineError> {
        self.say_clear(tx, Kind::CONTROL, mailbox.encode(), now)
    }

    /// Says a payload in clear.
    pub(crate) fn say_clear(
        &mut self,
        tx: &Write<'_>,
        kind: Kind,
        payload: Vec<u8>,
        now: Time,
    ) -> Result<Verified, EngineError> {
        let own = self.own.ok_or_else(not_met)?;
        let place = self.place(own.life, own.head.id, &own.head, kind, self.time_for(now, own.head.time));
        let verified = self.sign_clear(&place, payload)?;
        self.write_own(tx, &verified, own.life, now)?;
        Ok(verified)
    }

    fn sign_clear(&self, place: &Place, payload: Vec<u8>) -> Result<Verified, EngineError> {
        Ok(self.identity.sign(Sealed::clear(place, payload).map_err(too_long)?))
    }

    /// Own envelopes go into the store by the same way as everybody's.
    fn write_own(&mut self, tx: &Write<'_>, verified: &Verified, life: LifeId, now: Time) -> Result<(), EngineError> {
        self.take(tx, std::slice::from_ref(verified), now)?;
        let id = LogId::of(&self.identity.device(), &life);
        let row = tx.log(&id)?.ok_or(EngineError::Damaged("the own log"))?;
        self.own = Some(Own { no: row.no, id, life, head: row.head });
        self.wrote = true;
        Ok(())
    }

    fn place(&self, life: LifeId, link: EnvelopeId, head: &Head, kind: Kind, time: Time) -> Place {
        Place {
            kind,
            workspace: self.workspace,
            device: self.identity.device(),
            life,
            seq: head.seq.saturating_add(1),
            prev: link,
            time,
            bytes_before: head.bytes,
        }
    }

    /// A hybrid logical clock: never before the log's own time, and after what was seen, as far as
    /// that is not ahead of this node's clock by more than a skew.
    fn time_for(&self, now: Time, own: Time) -> Time {
        let seen = if self.latest >= now && self.latest <= now.plus(SKEW_MS) { self.latest.plus(1) } else { now };
        now.max(seen).max(own)
    }
}

fn too_long(error: cremona_envelope::SealError) -> EngineError {
    let cremona_envelope::SealError::Long { len, limit } = error;
    Failure::new(Reason::Usage, error.to_string(), "shorten it")
        .named(said!("part-long", len = len, limit = limit))
        .into()
}

/// A newcomer that has met nobody yet.
pub(crate) fn not_met() -> EngineError {
    Failure::new(
        Reason::TryLater,
        "this node has not met a teammate yet, so it does not know the workspace",
        "start it with `cremona up --dial HOST:PORT` while a teammate's node is up",
    )
    .named(said!("not-met"))
    .into()
}
