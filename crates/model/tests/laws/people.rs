//! Ana, bo and cy, what they write, and a node that reads it.

use std::collections::BTreeMap;

use cremona_envelope::{DeviceId, LifeId, LogId, MemberId, RecordId, Time};
use cremona_model::chain::Change;
use cremona_model::view::{Said, Workspace};
use cremona_model::{Chain, DocId, Document, Edit, LogState, Payload, Record, Stamp, StateHash, Text};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// Noon of the first of November 2026.
pub const NOON: Time = Time(1_793_534_400_000);

/// How many cases a property tries, and from which seed; both are printed with a failure.
pub fn cases() -> ProptestConfig {
    let read = |name| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let cases = u32::try_from(read("CREMONA_CASES").unwrap_or(1_000)).unwrap_or(u32::MAX).max(1);
    let seed = read("CREMONA_SEED").unwrap_or(1);
    println!("replay with CREMONA_CASES={cases} CREMONA_SEED={seed}");
    ProptestConfig { cases, rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..ProptestConfig::default() }
}

/// One envelope as it is opened: a record's place, its payload and its body.
#[derive(Clone, Debug)]
pub struct Line {
    pub stamp: Stamp,
    pub payload: Payload,
    pub body: Option<Vec<u8>>,
}

impl Line {
    /// The record's id, unless it was imported or written before.
    pub fn id(&self) -> RecordId {
        RecordId::of(&self.stamp.device, &self.stamp.life, self.stamp.seq)
    }

    /// The record, with its body if that is here and can be read.
    pub fn said(&self) -> Said {
        let record = Record::read(self.stamp, self.payload.doc, &self.payload.value).unwrap();
        (record, self.body.as_deref().and_then(Text::decode))
    }
}

/// One life of a person's log, being written.
#[derive(Clone)]
pub struct Person {
    pub stamp: Stamp,
    chains: BTreeMap<DocId, Chain>,
}

impl Person {
    /// The person of that name, about to write for the first time.
    pub fn new(name: &str) -> Self {
        let device = DeviceId(*blake3::hash(name.as_bytes()).as_bytes());
        let member = MemberId(device.0[..16].try_into().unwrap());
        let stamp = Stamp { time: NOON, device, life: LifeId([1; 16]), seq: 1, member };
        Self { stamp, chains: BTreeMap::new() }
    }

    /// The same person in a new life of the log.
    pub fn in_life(&self, number: u8) -> Self {
        let stamp = Stamp { life: LifeId([number; 16]), seq: 1, ..self.stamp };
        Self { stamp, chains: BTreeMap::new() }
    }

    /// Writes the next envelope a second later.
    pub fn says(&mut self, doc: DocId, edit: Edit) -> Line {
        self.says_at(self.stamp.time.plus(1_000), doc, edit)
    }

    /// Writes the next envelope.
    pub fn says_at(&mut self, time: Time, doc: DocId, edit: Edit) -> Line {
        let stamp = Stamp { seq: self.stamp.seq + 1, time, ..self.stamp };
        self.stamp = stamp;
        let chain = self.chains.get(&doc).copied().unwrap_or(Chain::START);
        let payload = chain.next(doc, edit.value);
        self.chains.insert(doc, chain.accept(&stamp, &payload).unwrap().1);
        Line { stamp, payload, body: edit.body }
    }

    /// Starts a thread in `channel`.
    pub fn posts(&mut self, channel: RecordId, text: &str) -> Line {
        self.says(DocId::of(channel, self.stamp.time), Edit::message(None, text, None).unwrap())
    }

    /// Answers, edits or deletes what `line` says.
    pub fn about(&mut self, line: &Line, edit: Edit) -> Line {
        self.says(line.payload.doc, edit)
    }

    /// Answers a thread's root.
    pub fn replies(&mut self, root: &Line, text: &str) -> Line {
        self.about(root, Edit::message(Some(root.id()), text, None).unwrap())
    }

    /// Gives a message another text.
    pub fn edits(&mut self, line: &Line, text: &str) -> Line {
        self.about(line, Edit::edit(line.id(), text, None).unwrap())
    }

    /// Deletes a message.
    pub fn deletes(&mut self, line: &Line) -> Line {
        self.about(line, Edit::delete(line.id()))
    }
}

/// Ana, bo and cy.
pub fn three() -> [Person; 3] {
    ["ana", "bo", "cy"].map(Person::new)
}

/// A channel's id.
pub fn channel(number: u8) -> RecordId {
    RecordId([number; 16])
}

/// The changes of lines that come in the order of their logs.
pub fn changes(lines: &[Line]) -> Vec<(DocId, Change)> {
    let mut chains = BTreeMap::new();
    let mut accept = |line: &Line| {
        let chain = chains.entry((line.stamp.log(), line.payload.doc)).or_insert(Chain::START);
        let (change, next) = chain.accept(&line.stamp, &line.payload).unwrap();
        *chain = next;
        (line.payload.doc, change)
    };
    lines.iter().map(&mut accept).collect()
}

/// A document of these changes, applied `group` at a time.
pub fn document(changes: &[Change], group: usize) -> Document {
    let mut document = Document::new();
    for some in changes.chunks(group) {
        document.apply(some.to_vec()).unwrap();
    }
    document
}

/// What everybody sees of these lines.
pub fn view(lines: &[Line]) -> Workspace {
    Workspace::of(lines.iter().map(Line::said))
}

/// The state digest of these lines.
pub fn state(lines: &[Line]) -> [u8; 32] {
    let mut sorted = lines.to_vec();
    sorted.sort_by_key(|line| (line.stamp.log(), line.stamp.seq));
    sorted.dedup_by_key(|line| line.stamp);
    let mut logs: BTreeMap<LogId, LogState> = BTreeMap::new();
    for line in &sorted {
        let body = line.body.as_ref().map(|body| *blake3::hash(body).as_bytes());
        let log = logs.entry(line.stamp.log()).or_default();
        log.add(&line.payload.doc, line.stamp.seq, &line.payload.value, body.as_ref());
    }
    let mut state = StateHash::default();
    logs.iter().for_each(|(id, log)| state.add(id, log));
    state.finish()
}
