//! A log's chain within a document: each record is one Automerge change after that log's previous
//! one, independent of everybody else's.
//!
//! The change is a pure function of header and payload: actor = hash(device, life, document), seq,
//! start op = seq, its only dependency the chain's previous change, one `put` at the root under a
//! key that sorts newest first. Withholding a chain therefore hides nobody else's record.

use std::num::{NonZeroU32, NonZeroU64};
use std::panic::{AssertUnwindSafe, catch_unwind};

pub use automerge::Change;
use automerge::legacy::{Key, ObjectId, Op, OpType};
use automerge::{ActorId, ChangeHash, ExpandedChange, ScalarValue};
use cremona_envelope::ids::derive16;
use cremona_envelope::{LogId, Time};

use crate::doc::DocId;
use crate::payload::{MAX_SEQ, MAX_VALUE, Payload};
use crate::record::Stamp;

/// More than all that a raw change has beside its value, in bytes.
const FRAME: usize = 512;
const ACTOR: &str = "cremona 2026-11 actor id v1";

/// Where a log's chain in a document stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Chain {
    /// Seq of the last change, 0 before the first.
    pub seq: u32,
    /// Its hash.
    pub hash: [u8; 32],
}

/// Why a payload or a change does not continue a chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refused {
    /// Another seq than the next.
    #[error("chain seq {got} does not follow {have}")]
    Seq {
        /// Seq of the chain.
        have: u32,
        /// Seq of the payload.
        got: u32,
    },
    /// Another predecessor than the chain's last change.
    #[error("chain seq {0} names another predecessor")]
    Prev(u32),
    /// A raw change that is not the one that its header and value give.
    #[error("a raw change differs from the one that its header gives")]
    Raw,
}

impl Chain {
    /// Before the first record.
    pub const START: Self = Self { seq: 0, hash: [0; 32] };

    /// The payload that says `value` next in this chain.
    #[must_use]
    pub fn next(&self, doc: DocId, value: Vec<u8>) -> Payload {
        let prev = (self.seq > 0).then_some(self.hash);
        Payload { doc, seq: self.seq.saturating_add(1), prev, value }
    }

    /// The Automerge change of a payload that continues this chain, and the chain after it.
    ///
    /// # Errors
    /// [`Refused`] where it does not continue it; the chain stays where it is.
    pub fn accept(&self, stamp: &Stamp, payload: &Payload) -> Result<(Change, Self), Refused> {
        self.check(payload)?;
        let change = rebuild(stamp, payload);
        let hash = change.hash().0;
        Ok((change, Self { seq: payload.seq, hash }))
    }

    /// The chain after a payload that continues it, whose change has `hash`.
    ///
    /// # Errors
    /// [`Refused`] where it does not continue it; the chain stays where it is.
    pub fn step(&self, payload: &Payload, hash: [u8; 32]) -> Result<Self, Refused> {
        self.check(payload)?;
        Ok(Self { seq: payload.seq, hash })
    }

    fn check(&self, payload: &Payload) -> Result<(), Refused> {
        if payload.seq != self.seq.saturating_add(1) {
            return Err(Refused::Seq { have: self.seq, got: payload.seq });
        }
        if payload.prev != (self.seq > 0).then_some(self.hash) {
            return Err(Refused::Prev(payload.seq));
        }
        Ok(())
    }
}

/// The change that `stamp` and `payload` give; there is no other way to make one.
#[must_use]
pub fn rebuild(stamp: &Stamp, payload: &Payload) -> Change {
    let seq = NonZeroU64::from(NonZeroU32::new(payload.seq).unwrap_or(NonZeroU32::MIN));
    ExpandedChange {
        operations: vec![Op {
            action: OpType::Put(ScalarValue::Bytes(payload.value.clone())),
            obj: ObjectId::Root,
            key: Key::Map(key_of(stamp).into()),
            pred: Vec::new().into(),
            insert: false,
        }],
        actor_id: actor_of(stamp, &payload.doc),
        hash: None,
        seq: seq.get(),
        start_op: seq,
        time: 0,
        message: None,
        deps: payload.prev.map(ChangeHash).into_iter().collect(),
        extra_bytes: Vec::new(),
        author: None,
    }
    .into()
}

/// Checks a raw change, from a document that somebody else saved, against the header that should
/// have made it: it is taken apart, built again, and compared byte for byte. Needs no document, so
/// every node comes to the same verdict.
///
/// # Errors
/// [`Refused::Raw`] where any field differs.
pub fn check_raw(change: &Change, stamp: &Stamp, doc: DocId) -> Result<Payload, Refused> {
    // Bounds first: taking a hostile change apart is only safe once it is small and simple.
    let seq = u32::try_from(change.seq()).ok().filter(|seq| (1..=MAX_SEQ).contains(seq)).ok_or(Refused::Raw)?;
    let simple = change.len() == 1 && change.start_op().get() == change.seq() && change.deps().len() <= 1;
    let long = change.raw_bytes().len() > MAX_VALUE.saturating_add(FRAME);
    if !simple || long || !change.other_actor_ids().is_empty() {
        return Err(Refused::Raw);
    }
    // An operation that names an actor which the change does not list panics in there.
    let expanded = catch_unwind(AssertUnwindSafe(|| change.decode())).map_err(|_| Refused::Raw)?;
    let value = match expanded.operations.first().map(|op| &op.action) {
        Some(OpType::Put(ScalarValue::Bytes(value))) if value.len() <= MAX_VALUE => value.clone(),
        Some(_) | None => return Err(Refused::Raw),
    };
    let prev = expanded.deps.first().map(|hash| hash.0);
    let payload = Payload { doc, seq, prev, value };
    let same = payload.prev.is_some() == (seq > 1) && rebuild(stamp, &payload).raw_bytes() == change.raw_bytes();
    if same { Ok(payload) } else { Err(Refused::Raw) }
}

/// The actor of a log within a document.
#[must_use]
pub fn actor_of(stamp: &Stamp, doc: &DocId) -> ActorId {
    ActorId::from(derive16(ACTOR, &[&stamp.device.0, &stamp.life.0, &doc.encode()]))
}

/// The key of a record: newest first, then by log, then by seq. 38 hexadecimal digits.
#[must_use]
pub fn key_of(stamp: &Stamp) -> String {
    let age = Time::MAX.since(stamp.time);
    let log = LogId::of(&stamp.device, &stamp.life);
    let log: String = log.to_string().chars().take(16).collect();
    format!("{age:012x}{log}{:010x}", stamp.seq)
}
