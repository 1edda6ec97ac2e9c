//! What the engine knows beside the store, and how an envelope gets into both.
//!
//! Everything here can be read again from the store, which is what happens when a transaction
//! fails.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use cremona_envelope::{
    DeviceId, Envelope, EpochId, EpochKey, Genesis, Head, Header, Identity, Keyring, KeysPayload, Kind, LifeId, LogId,
    MemberId, Opened, OpenedBody, RecordId, Secret, Time, Verified, WorkspaceId, control, genesis_of, owner_of,
};
use cremona_model::Chain;
use cremona_model::record::Kind as RecordKind;
use cremona_store::{BodyRow, LogRow, Read, Status, What, Write};

use crate::bundle::arrived::{Arrived, InPlain, Link};
use crate::docs::{Docs, log_of};
use crate::early::is_contradicted;
use crate::entry::{Entry, interpret};
use crate::error::EngineError;
use crate::inbox::is_spoken_of;
use crate::mailboxes::Mailboxes;
use crate::parts::Parts;
use crate::personal::holds;
use crate::project::{Erased, Place, project, project_fresh};
use crate::settings::Effect;
use crate::soft::Desk;
use crate::wall::Wall;

/// A time of a teammate up to this far ahead advances this node's own, so that answers sort after
/// questions; more than that is a wrong clock.
pub(crate) const SKEW_MS: u64 = 60_000;

/// The engine's knowledge.
pub(crate) struct Core {
    pub(crate) identity: Identity,
    pub(crate) workspace: WorkspaceId,
    pub(crate) secret: Secret,
    pub(crate) genesis: Option<Genesis>,
    pub(crate) keyring: Arc<Keyring>,
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
    /// When this node is to send what is on hold, next.
    pub(crate) sends_at: Option<Time>,
    /// Messages about which something was said in this transaction.
    pub(crate) touched: BTreeSet<RecordId>,
    /// Zones, and the machine's own.
    pub(crate) wall: Arc<Wall>,
    pub(crate) wrote: bool,
    pub(crate) effects: VecDeque<Effect>,
    /// What this node says of itself.
    pub(crate) desk: Desk,
    /// The last place whose missing body was asked for: number of the log, seq.
    pub(crate) asked_body: (i64, u64),
    /// Up to where a device was seen to hold the own log, since the start.
    pub(crate) synced: BTreeMap<DeviceId, (LogId, u64)>,
    /// The hour since 1970 in which a device was heard last, as far as that was noted.
    pub(crate) heard: BTreeMap<DeviceId, u64>,
    /// Own envelopes are signed only where a run needs it, since none of them travels alone; bytes of
    /// the own log at the last signature.
    pub(crate) sparing: Option<u64>,
    /// The key of pieces of bundles.
    pub(crate) parts: Parts,
    /// Spans of checked bundles that wait for the replica to say what becomes of them.
    pub(crate) checked: BTreeMap<(u32, usize), Vec<Arrived>>,
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

impl Core {
    /// What the store says, for `identity`.
    pub(crate) fn new(identity: Identity, workspace: WorkspaceId, secret: Secret) -> Self {
        Self {
            identity,
            workspace,
            secret,
            genesis: None,
            keyring: Arc::default(),
            epochs: BTreeMap::new(),
            own: None,
            docs: Docs::default(),
            random: [0; 32],
            latest: Time(0),
            erased: Vec::new(),
            gone: BTreeSet::new(),
            mailboxes: Mailboxes::default(),
            sends_at: None,
            touched: BTreeSet::new(),
            wall: Arc::default(),
            wrote: false,
            effects: VecDeque::new(),
            desk: Desk::default(),
            asked_body: (0, 0),
            synced: BTreeMap::new(),
            heard: BTreeMap::new(),
            sparing: None,
            parts: Parts::default(),
            checked: BTreeMap::new(),
        }
    }

    /// Reads genesis and keys again from the store; the own log is chosen by the caller.
    pub(crate) fn read(&mut self, read: &Read<'_>) -> Result<(), EngineError> {
        let mut keyring = Keyring::default();
        self.epochs.clear();
        self.touched.clear();
        self.heard.clear();
        self.docs.clear();
        for (no, key) in read.epochs()? {
            let id = keyring.add(&EpochKey(key));
            self.epochs.insert(id, no);
        }
        self.keyring = Arc::new(keyring);
        self.genesis = read_genesis(read, &self.workspace)?;
        let here = std::mem::take(&mut self.desk);
        self.desk = Desk::read(self, read)?.at(here);
        self.gone.clear();
        self.sends_at = holds::next(read, &self.identity.device())?;
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
        self.take_arrived(tx, run.iter().cloned().map(|verified| Arrived::Closed(Box::new(verified))).collect(), now)
    }

    /// Takes proven envelopes that follow the head of their log; all or none.
    pub(crate) fn take_arrived(
        &mut self,
        tx: &Write<'_>,
        run: Vec<Arrived>,
        now: Time,
    ) -> Result<Vec<Taken>, EngineError> {
        let Some(first) = run.first() else { return Ok(Vec::new()) };
        let mut log = self.log_for(tx, first)?;
        let mut chains = BTreeMap::new();
        let mut entries = Vec::with_capacity(run.len());
        let last = run.last().map_or(0, |last| last.header().seq);
        let mut shown = tx.early_ids(log.no, log.head.seq, last)?;
        // Where a forked log's other branch was shown early, nothing of that is to stand in the way.
        if is_contradicted(&shown, &run) {
            self.rebuild(tx)?;
            shown.clear();
        }
        let mut refuted = false;
        for arrived in run {
            let (id, &Header { seq, time, bytes, .. }) = (arrived.id(), arrived.header());
            let early = shown.contains_key(&seq);
            let mut entry = self.read_entry(tx, &mut log, arrived, &mut chains)?;
            entry.early = early;
            log.head = Head { seq, id, time, bytes };
            if log.head.time <= now.plus(SKEW_MS) {
                self.latest = self.latest.max(log.head.time);
            }
            // What was shown early and does not count after all.
            refuted |= early && entry.record.is_none();
            entries.push(entry);
        }
        for (doc, chain) in chains {
            tx.set_chain(log.no, doc, chain.seq, &chain.hash)?;
        }
        tx.set_head(log.no, &log.head, log.epoch)?;
        let taken = self.write_entries(tx, &log, &entries)?;
        if refuted {
            self.rebuild(tx)?;
        }
        Ok(taken)
    }

    /// The log row of an envelope, added where the envelope starts the log.
    fn log_for(&mut self, tx: &Write<'_>, first: &Arrived) -> Result<LogRow, EngineError> {
        let header = first.header();
        if let Some(log) = tx.log(&header.log())? {
            return Ok(log);
        }
        let first = first.verified().ok_or(EngineError::Damaged("the start of a log"))?;
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
        arrived: Arrived,
        chains: &mut BTreeMap<i64, Chain>,
    ) -> Result<Entry, EngineError> {
        let (kind, seq) = (arrived.header().kind, arrived.header().seq);
        let mut entry = Entry::blank(log.no, &arrived);
        match arrived {
            Arrived::Closed(verified) if kind == Kind::CHANGE => {
                self.open_entry(tx, log, *verified, &mut entry, chains)?;
            }
            Arrived::Closed(verified) => {
                if kind == Kind::CONTROL
                    && let Some(addresses) = self.mailboxes.learn(tx, &verified)?
                {
                    self.effects.push_back(Effect::Dial { addresses });
                }
                let Envelope { change, body, .. } = verified.into_envelope();
                if kind == Kind::KEYS {
                    self.learn_key(tx, log, &change)?;
                }
                let known = kind.is_clear() && control::is_known(kind, &change);
                entry.row.status = if known { Status::Clear } else { Status::Unknown };
                entry.keep_closed(change, body);
            }
            Arrived::Opened(plain) => {
                let InPlain { epoch, change, body, link, .. } = *plain;
                self.take_opened(tx, log, Opened { change, body, epoch }, link, &mut entry, chains)?;
            }
        }
        if log.cut > 0 && seq >= log.cut {
            entry.void();
        }
        Ok(entry)
    }

    fn open_entry(
        &mut self,
        tx: &Write<'_>,
        log: &mut LogRow,
        verified: Verified,
        entry: &mut Entry,
        chains: &mut BTreeMap<i64, Chain>,
    ) -> Result<(), EngineError> {
        match self.keyring.open(&verified, self.epoch_id(log.epoch)) {
            Ok(opened) => self.take_opened(tx, log, opened, None, entry, chains),
            Err(error) => {
                let refused = !matches!(error, cremona_envelope::OpenError::NoKey);
                entry.row.status = if refused { Status::Refused } else { Status::Closed };
                let Envelope { change, body, .. } = verified.into_envelope();
                entry.keep_closed(change, body);
                Ok(())
            }
        }
    }

    fn take_opened(
        &mut self,
        tx: &Write<'_>,
        log: &mut LogRow,
        opened: Opened,
        link: Option<Link>,
        entry: &mut Entry,
        chains: &mut BTreeMap<i64, Chain>,
    ) -> Result<(), EngineError> {
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
        interpret(tx, log, entry, link, chains)
    }

    /// A keys payload of the founder whose lockbox opens introduces an epoch; anything else does
    /// not, alike on all nodes that hold the secret.
    fn learn_key(&mut self, tx: &Write<'_>, log: &LogRow, payload: &[u8]) -> Result<(), EngineError> {
        let founder = self.genesis.as_ref().map(|genesis| genesis.founder);
        if founder != Some(log.device) {
            return Ok(());
        }
        let key = KeysPayload::decode(payload).and_then(|keys| keys.unlock(&self.secret, &self.workspace));
        if let Some(key) = key {
            let id = Arc::make_mut(&mut self.keyring).add(&key);
            let no = tx.add_epoch(&id.0, &key.0)?;
            self.epochs.insert(id, no);
        }
        Ok(())
    }

    /// Writes rows, then documents, then the projection, which is made from what the documents hold.
    fn write_entries(&mut self, tx: &Write<'_>, log: &LogRow, entries: &[Entry]) -> Result<Vec<Taken>, EngineError> {
        let mut taken = Vec::with_capacity(entries.len());
        tx.put_envelopes(&entries.iter().map(|entry| &entry.row).collect::<Vec<_>>())?;
        for entry in entries {
            taken.push(self.write_record(tx, log, entry)?);
        }
        Ok(taken)
    }

    fn write_record(&mut self, tx: &Write<'_>, log: &LogRow, entry: &Entry) -> Result<Taken, EngineError> {
        let row = &entry.row;
        if row.body.is_some() && entry.body.is_none() && row.status == Status::Applied {
            tx.set_missing(row.log, row.seq, true)?;
        }
        let what = match self.show(tx, entry)? {
            Some(_) if entry.early => What::Confirmed,
            Some((what, _)) => what,
            None if row.seq == 1 => What::Member,
            None => What::Other,
        };
        let arrival = tx.add_arrival(log.no, row.seq, what, None)?;
        if row.doc > 0 {
            tx.add_doc_change(row.doc, arrival)?;
            self.docs.forget(row.doc);
        }
        Ok(Taken { arrival })
    }

    /// Stores the body of an envelope and projects its record: what that changed, if anything.
    pub(crate) fn show(
        &mut self,
        tx: &Write<'_>,
        entry: &Entry,
    ) -> Result<Option<(What, Option<RecordId>)>, EngineError> {
        let Entry { row, body, record, .. } = entry;
        let place = Place { log: row.log, seq: row.seq, doc: row.doc };
        let fresh = match (record, body) {
            (Some(record), Some(BodyRow::Plain(bytes))) => project_fresh(tx, record, place, bytes)?,
            (Some(_) | None, _) => None,
        };
        let changed = match (fresh, record) {
            (Some(fresh), _) => Some(fresh),
            (None, record) => {
                // A text that was shown early is where it belongs.
                let shown = matches!(tx.body(row.log, row.seq)?, Some(BodyRow::Text { .. }));
                if let Some(body) = body.as_ref().filter(|_| !shown) {
                    tx.put_body(row.log, row.seq, body)?;
                }
                record.as_ref().map(|record| project(tx, record, place)).transpose()?
            }
        };
        let Some(changed) = changed else { return Ok(None) };
        let is_history = match (record.as_ref().map(|record| &record.kind), changed.target) {
            (Some(RecordKind::Imported(claim)), Some(id)) => !is_spoken_of(tx, &id, claim.root.is_none())?,
            (Some(_) | None, _) => false,
        };
        self.touched.extend(changed.target.filter(|_| !is_history));
        self.touched.extend(changed.erased.left);
        self.note_erased(tx, changed.erased)?;
        Ok(Some((changed.what, changed.target)))
    }

    /// Tries closed envelopes again after a key was learned.
    pub(crate) fn reopen(&mut self, tx: &Write<'_>) -> Result<(), EngineError> {
        for row in tx.closed(u32::MAX)? {
            let mut log = log_of(tx, row.log)?;
            let Some(verified) = crate::serve::closed_envelope(tx, &log, &row, &self.workspace)? else { continue };
            let mut entry = Entry { row, body: None, record: None, early: false };
            let mut chains = BTreeMap::new();
            self.open_entry(tx, &mut log, verified, &mut entry, &mut chains)?;
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
            self.write_entries(tx, &log, &[entry])?;
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
