//! What the engine knows beside the store, and how an envelope gets into both.
//!
//! Everything here can be read again from the store, which is what happens when a transaction
//! fails.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use cremona_envelope::{
    DeviceId, EpochId, EpochKey, Genesis, Head, Identity, Keyring, KeysPayload, Kind, LifeId, LogId, MemberId,
    OpenedBody, Secret, Time, Verified, WorkspaceId, control, genesis_of, owner_of,
};
use cremona_model::chain::Change;
use cremona_model::record::Kind as RecordKind;
use cremona_model::{Chain, Payload, Record, Stamp};
use cremona_store::{BodyRow, EnvelopeRow, LogRow, Read, Status, What, Write};

use crate::docs::{Docs, log_of};
use crate::error::EngineError;
use crate::mailboxes::Mailboxes;
use crate::project::{Erased, Place, project};
use crate::settings::Effect;
use crate::soft::Desk;

/// A time of a teammate up to this far ahead advances this node's own, so that answers sort after
/// questions; more than that is a wrong clock.
pub(crate) const SKEW_MS: u64 = 60_000;

/// The engine's knowledge.
pub(crate) struct Core {
    pub(crate) identity: Identity,
    pub(crate) workspace: WorkspaceId,
    pub(crate) secret: Secret,
    pub(crate) genesis: Option<Genesis>,
    pub(crate) keyring: Keyring,
    epochs: BTreeMap<EpochId, i64>,
    pub(crate) own: Option<Own>,
    pub(crate) docs: Docs,
    /// Fresh at each start, so that two copies of one directory choose different lives.
    pub(crate) random: [u8; 32],
    pub(crate) latest: Time,
    pub(crate) erased: Vec<String>,
    /// Places of own bodies that were erased, to be listed for mailboxes.
    pub(crate) gone: BTreeSet<(LogId, u64)>,
    pub(crate) mailboxes: Mailboxes,
    pub(crate) wrote: bool,
    pub(crate) effects: VecDeque<Effect>,
    /// What this node says of itself.
    pub(crate) desk: Desk,
    /// The last place whose missing body was asked for: number of the log, seq.
    pub(crate) asked_body: (i64, u64),
    /// Up to where a device was seen to hold the own log, since the start.
    pub(crate) synced: BTreeMap<DeviceId, (LogId, u64)>,
}

/// The log that this node writes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Own {
    pub(crate) no: i64,
    pub(crate) id: LogId,
    pub(crate) life: LifeId,
    pub(crate) head: Head,
}

/// What became of one envelope.
pub(crate) struct Taken {
    pub(crate) arrival: u64,
}

/// An envelope on its way into the store.
struct Entry {
    row: EnvelopeRow,
    body: Option<BodyRow>,
    record: Option<Record>,
    change: Option<Change>,
}

impl Core {
    /// What the store says, for `identity`.
    pub(crate) fn new(identity: Identity, workspace: WorkspaceId, secret: Secret) -> Self {
        Self {
            identity,
            workspace,
            secret,
            genesis: None,
            keyring: Keyring::default(),
            epochs: BTreeMap::new(),
            own: None,
            docs: Docs::default(),
            random: [0; 32],
            latest: Time(0),
            erased: Vec::new(),
            gone: BTreeSet::new(),
            mailboxes: Mailboxes::default(),
            wrote: false,
            effects: VecDeque::new(),
            desk: Desk::default(),
            asked_body: (0, 0),
            synced: BTreeMap::new(),
        }
    }

    /// Reads genesis and keys again from the store; the own log is chosen by the caller.
    pub(crate) fn read(&mut self, read: &Read<'_>) -> Result<(), EngineError> {
        self.keyring = Keyring::default();
        self.epochs.clear();
        self.docs.clear();
        for (no, key) in read.epochs()? {
            let id = self.keyring.add(&EpochKey(key));
            self.epochs.insert(id, no);
        }
        self.genesis = read_genesis(read, &self.workspace)?;
        let here = std::mem::take(&mut self.desk);
        self.desk = Desk::read(self, read)?.at(here);
        self.gone.clear();
        self.mailboxes.read(read)
    }

    /// The key number of an epoch.
    pub(crate) fn epoch_no(&self, id: &EpochId) -> Option<i64> {
        self.epochs.get(id).copied()
    }

    /// The epoch of a key number.
    pub(crate) fn epoch_id(&self, no: i64) -> Option<EpochId> {
        self.epochs.iter().find(|(_, known)| **known == no).map(|(id, _)| *id)
    }

    /// This device's member.
    pub(crate) fn member(&self) -> MemberId {
        MemberId::of(&self.workspace, &self.identity.device())
    }

    /// A peer holds all that this node holds now. Of as many devices as there are members' nodes.
    pub(crate) fn note_synced(&mut self, device: DeviceId) {
        const MOST: usize = 100_000;
        if let Some(own) = self.own.filter(|_| self.synced.len() < MOST) {
            self.synced.insert(device, (own.id, own.head.seq));
        }
    }

    /// Takes verified envelopes that follow the head of their log; all or none.
    pub(crate) fn take(&mut self, tx: &Write<'_>, run: &[Verified], now: Time) -> Result<Vec<Taken>, EngineError> {
        let Some(first) = run.first() else { return Ok(Vec::new()) };
        let mut log = self.log_for(tx, first)?;
        let mut chains = BTreeMap::new();
        let mut entries = Vec::with_capacity(run.len());
        for verified in run {
            let entry = self.read_entry(tx, &mut log, verified, &mut chains)?;
            log.head = Head {
                seq: verified.header().seq,
                id: verified.id(),
                time: verified.header().time,
                bytes: verified.header().bytes,
            };
            if log.head.time <= now.plus(SKEW_MS) {
                self.latest = self.latest.max(log.head.time);
            }
            entries.push(entry);
        }
        for (doc, chain) in chains {
            tx.set_chain(log.no, doc, chain.seq, &chain.hash)?;
        }
        tx.set_head(log.no, &log.head, log.epoch)?;
        self.write_entries(tx, &log, entries)
    }

    /// The log row of an envelope, added where the envelope starts the log.
    fn log_for(&mut self, tx: &Write<'_>, first: &Verified) -> Result<LogRow, EngineError> {
        let header = first.header();
        if let Some(log) = tx.log(&header.log())? {
            return Ok(log);
        }
        if self.genesis.is_none() {
            self.genesis = genesis_of(first).ok();
        }
        let genesis = self.genesis.as_ref().ok_or(EngineError::Damaged("the genesis"))?;
        let owner = owner_of(first, genesis).map_err(|_| EngineError::Damaged("the start of a log"))?;
        let no = tx.add_log(&header.device, &header.life, &owner.member, &header.prev)?;
        tx.add_device(&header.device, &owner.member, &owner.box_key, header.time)?;
        log_of(tx, no)
    }

    fn read_entry(
        &mut self,
        tx: &Write<'_>,
        log: &mut LogRow,
        verified: &Verified,
        chains: &mut BTreeMap<i64, Chain>,
    ) -> Result<Entry, EngineError> {
        let header = verified.header();
        let mut entry = Entry::closed(log.no, verified);
        if header.kind == Kind::KEYS {
            self.learn_key(tx, log, verified)?;
        }
        if header.kind == Kind::CONTROL
            && let Some(addresses) = self.mailboxes.learn(tx, verified)?
        {
            self.effects.push_back(Effect::Dial { addresses });
        }
        if header.kind == Kind::CONTROL || header.kind == Kind::KEYS {
            let known = control::is_known(header.kind, &verified.envelope().change);
            entry.row.status = if known { Status::Clear } else { Status::Unknown };
        } else if header.kind == Kind::CHANGE {
            self.open_entry(tx, log, verified, &mut entry, chains)?;
        } else {
            entry.row.status = Status::Unknown;
        }
        if log.cut > 0 && header.seq >= log.cut {
            entry.void();
        }
        Ok(entry)
    }

    fn open_entry(
        &mut self,
        tx: &Write<'_>,
        log: &mut LogRow,
        verified: &Verified,
        entry: &mut Entry,
        chains: &mut BTreeMap<i64, Chain>,
    ) -> Result<(), EngineError> {
        let opened = match self.keyring.open(verified, self.epoch_id(log.epoch)) {
            Ok(opened) => opened,
            Err(cremona_envelope::OpenError::NoKey) => return Ok(()),
            Err(cremona_envelope::OpenError::Clear(_) | cremona_envelope::OpenError::Part(_)) => {
                entry.row.status = Status::Refused;
                return Ok(());
            }
        };
        log.epoch = self.epoch_no(&opened.epoch).ok_or(EngineError::Damaged("an epoch key"))?;
        entry.row.epoch = log.epoch;
        entry.row.tag = None;
        entry.body = match opened.body {
            OpenedBody::Text(bytes) => Some(BodyRow::Plain(bytes)),
            OpenedBody::None | OpenedBody::Absent | OpenedBody::Malformed => None,
        };
        entry.row.change = opened.change;
        // Beyond a cut nothing continues a chain.
        if log.cut > 0 && entry.row.seq >= log.cut {
            entry.void();
            return Ok(());
        }
        interpret(tx, log, entry, chains)
    }

    /// A keys payload of the founder whose lockbox opens introduces an epoch; anything else does
    /// not, alike on all nodes that hold the secret.
    fn learn_key(&mut self, tx: &Write<'_>, log: &LogRow, verified: &Verified) -> Result<(), EngineError> {
        let founder = self.genesis.as_ref().map(|genesis| genesis.founder);
        if founder != Some(log.device) {
            return Ok(());
        }
        let key = KeysPayload::decode(&verified.envelope().change)
            .and_then(|keys| keys.unlock(&self.secret, &self.workspace));
        if let Some(key) = key {
            let id = self.keyring.add(&key);
            let no = tx.add_epoch(&id.0, &key.0)?;
            self.epochs.insert(id, no);
        }
        Ok(())
    }

    /// Writes rows, then documents, then the projection, which is made from what the documents hold.
    fn write_entries(&mut self, tx: &Write<'_>, log: &LogRow, entries: Vec<Entry>) -> Result<Vec<Taken>, EngineError> {
        let mut taken = Vec::with_capacity(entries.len());
        let mut changes: BTreeMap<i64, Vec<Change>> = BTreeMap::new();
        for entry in &entries {
            tx.put_envelope(&entry.row)?;
            if let Some(body) = &entry.body {
                tx.put_body(entry.row.log, entry.row.seq, body)?;
            }
        }
        let mut records = Vec::with_capacity(entries.len());
        for Entry { row, record, change, body } in entries {
            if let Some(change) = change {
                changes.entry(row.doc).or_default().push(change);
            }
            records.push((row, record, body.is_some()));
        }
        for (doc, changes) in changes {
            self.docs.apply(tx, doc, changes)?;
        }
        for (row, record, has_body) in &records {
            taken.push(self.write_record(tx, log, row, record.as_ref(), *has_body)?);
        }
        Ok(taken)
    }

    fn write_record(
        &mut self,
        tx: &Write<'_>,
        log: &LogRow,
        row: &EnvelopeRow,
        record: Option<&Record>,
        has_body: bool,
    ) -> Result<Taken, EngineError> {
        let place = Place { log: row.log, seq: row.seq, doc: row.doc };
        let lacks_body = row.body.is_some() && !has_body && row.status == Status::Applied;
        if lacks_body {
            tx.set_missing(row.log, row.seq, true)?;
        }
        let changed = record.map(|record| project(tx, record, place)).transpose()?;
        let (what, target) = match &changed {
            Some(changed) => (changed.what, changed.target),
            None if row.seq == 1 => (What::Member, None),
            None => (What::Other, None),
        };
        if let Some(changed) = changed {
            self.note_erased(tx, changed.erased)?;
        }
        let arrival = tx.add_arrival(log.no, row.seq, what, target.as_ref().map(|id| &id.0))?;
        if row.doc > 0 {
            tx.add_doc_change(row.doc, arrival)?;
        }
        Ok(Taken { arrival })
    }

    /// Tries closed envelopes again after a key was learned.
    pub(crate) fn reopen(&mut self, tx: &Write<'_>) -> Result<(), EngineError> {
        for row in tx.closed(u32::MAX)? {
            let mut log = log_of(tx, row.log)?;
            let Some(verified) = crate::serve::closed_envelope(tx, &log, &row, &self.workspace)? else { continue };
            let mut entry = Entry { row, body: None, record: None, change: None };
            let mut chains = BTreeMap::new();
            self.open_entry(tx, &mut log, &verified, &mut entry, &mut chains)?;
            if entry.row.epoch == 0 {
                continue;
            }
            for (doc, chain) in chains {
                tx.set_chain(log.no, doc, chain.seq, &chain.hash)?;
            }
            tx.set_head(log.no, &log.head, log.epoch)?;
            if entry.body.is_none() {
                tx.drop_body(log.no, entry.row.seq)?;
            }
            self.write_entries(tx, &log, vec![entry])?;
        }
        Ok(())
    }

    /// What was erased has to leave the file, and mailboxes have to be told of what was this member's.
    pub(crate) fn note_erased(&mut self, tx: &Write<'_>, erased: Erased) -> Result<(), EngineError> {
        self.erased.extend(erased.texts);
        let me = self.member();
        for (no, seq) in erased.places {
            let log = log_of(tx, no)?;
            if log.member == me {
                self.gone.insert((log.id, seq));
            }
        }
        Ok(())
    }

    /// Builds everything derived again from the log, in order of arrival. What is erased by that was
    /// listed when it was erased first.
    pub(crate) fn rebuild(&mut self, tx: &Write<'_>) -> Result<(), EngineError> {
        let gone = std::mem::take(&mut self.gone);
        self.replay_all(tx)?;
        self.gone = gone;
        Ok(())
    }

    fn replay_all(&mut self, tx: &Write<'_>) -> Result<(), EngineError> {
        tx.clear_derived(cremona_model::body::encode)?;
        self.docs.clear();
        for log in tx.logs()? {
            self.count_in(tx, &log)?;
        }
        let mut after = 0;
        loop {
            let places = tx.arrival_places(after, 4_096)?;
            let Some((last, ..)) = places.last() else { return Ok(()) };
            after = *last;
            for (arrival, log, seq) in places {
                self.replay(tx, arrival, log, seq)?;
            }
        }
    }

    /// Counts the owner of a log in again.
    fn count_in(&self, tx: &Write<'_>, log: &LogRow) -> Result<(), EngineError> {
        let Some(row) = tx.envelope(log.no, 1)? else { return Ok(()) };
        let genesis = self.genesis.as_ref().ok_or(EngineError::Damaged("the genesis"))?;
        let verified = crate::serve::clear_envelope(log, &row, &self.workspace)?;
        let owner = owner_of(&verified, genesis).map_err(|_| EngineError::Damaged("the start of a log"))?;
        Ok(tx.add_device(&log.device, &owner.member, &owner.box_key, row.time)?)
    }

    fn replay(&mut self, tx: &Write<'_>, arrival: u64, log: i64, seq: u64) -> Result<(), EngineError> {
        let Some(row) = tx.envelope(log, seq)? else { return Err(EngineError::Damaged("an envelope")) };
        if row.epoch == 0 {
            return Ok(());
        }
        let mut log = log_of(tx, log)?;
        let mut entry = Entry { row, body: None, record: None, change: None };
        let mut chains = BTreeMap::new();
        if log.cut > 0 && seq >= log.cut {
            entry.void();
        } else {
            interpret(tx, &mut log, &mut entry, &mut chains)?;
        }
        for (doc, chain) in chains {
            tx.set_chain(log.no, doc, chain.seq, &chain.hash)?;
        }
        let Entry { row, record, .. } = entry;
        tx.put_envelope(&row)?;
        if row.doc > 0 {
            tx.add_doc_change(row.doc, arrival)?;
        }
        if row.status == Status::Applied && row.body.is_some() && tx.body(row.log, row.seq)?.is_none() {
            tx.set_missing(row.log, row.seq, true)?;
        }
        if let Some(record) = record {
            let changed = project(tx, &record, Place { log: row.log, seq: row.seq, doc: row.doc })?;
            self.note_erased(tx, changed.erased)?;
        }
        Ok(())
    }
}

impl Entry {
    /// An envelope as it travels.
    fn closed(log: i64, verified: &Verified) -> Self {
        let header = verified.header();
        let envelope = verified.envelope();
        let body = match &envelope.body {
            cremona_envelope::Body::Held(bytes) => Some(BodyRow::Sealed(bytes.clone())),
            cremona_envelope::Body::None | cremona_envelope::Body::Absent => None,
        };
        let row = EnvelopeRow {
            log,
            seq: header.seq,
            id: verified.id(),
            kind: header.kind.0,
            time: header.time,
            bytes: header.bytes,
            status: Status::Closed,
            epoch: 0,
            change: envelope.change.clone(),
            tag: Some(header.tag),
            body: header.body.map(|part| (part.len, part.hash)),
            signature: envelope.signature,
            doc: 0,
        };
        Self { row, body, record: None, change: None }
    }

    /// Beyond the cut: kept without its text, which no delete could find, and counts for nothing.
    fn void(&mut self) {
        self.body = None;
        self.row.status = Status::Void;
        self.row.doc = 0;
        self.record = None;
        self.change = None;
    }
}

/// Says what an opened change means: which document, whether it continues its chain, which record.
fn interpret(
    tx: &Write<'_>,
    log: &mut LogRow,
    entry: &mut Entry,
    chains: &mut BTreeMap<i64, Chain>,
) -> Result<(), EngineError> {
    entry.row.doc = 0;
    entry.row.status = Status::Refused;
    let payload = match Payload::decode(&entry.row.change) {
        Ok(payload) => payload,
        Err(cremona_model::PayloadError::Version(_)) => {
            entry.row.status = Status::Unknown;
            return Ok(());
        }
        Err(_) => return Ok(()),
    };
    let stamp =
        Stamp { time: entry.row.time, device: log.device, life: log.life, seq: entry.row.seq, member: log.member };
    let doc = tx.doc_no(&payload.doc.channel.0, payload.doc.month)?;
    let chain = match chains.get(&doc) {
        Some(chain) => *chain,
        None => tx.chain(log.no, doc)?.map_or(Chain::START, |(seq, hash)| Chain { seq, hash }),
    };
    let Ok((change, next)) = chain.accept(&stamp, &payload) else { return Ok(()) };
    chains.insert(doc, next);
    entry.row.doc = doc;
    entry.change = Some(change);
    match Record::read(stamp, payload.doc, &payload.value) {
        Ok(record) if matches!(record.kind, RecordKind::Unknown(_)) => entry.row.status = Status::Unknown,
        Ok(record) => {
            entry.row.status = Status::Applied;
            entry.record = Some(record);
        }
        Err(_) => {}
    }
    Ok(())
}

/// The genesis in the store, if it has come.
fn read_genesis(read: &Read<'_>, workspace: &WorkspaceId) -> Result<Option<Genesis>, EngineError> {
    for log in read.logs()? {
        let Some(row) = read.envelope(log.no, 1)? else { continue };
        if let Ok(genesis) = genesis_of(&crate::serve::clear_envelope(&log, &row, workspace)?) {
            return Ok(Some(genesis));
        }
    }
    Ok(None)
}
