//! A desk: one store in a folder of its own, and short ways to put messages of a person into it.

use std::path::PathBuf;

use cremona_envelope::{DeviceId, EnvelopeId, Head, LifeId, MemberId, RecordId, Time};
use cremona_store::{BodyRow, CopyRow, Creation, EnvelopeRow, MessageRow, Status, Store, StoreError, What, Write};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use tempfile::TempDir;

pub type Done = Result<(), StoreError>;

/// How many cases a property tries, and from which seed; both are printed.
pub fn cases() -> ProptestConfig {
    let read = |name| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let cases = u32::try_from(read("CREMONA_CASES").unwrap_or(64)).unwrap_or(u32::MAX);
    let seed = read("CREMONA_SEED").unwrap_or(1);
    println!("replay with CREMONA_CASES={cases} CREMONA_SEED={seed}");
    ProptestConfig { cases, rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..ProptestConfig::default() }
}

pub struct Desk {
    pub store: Store,
    pub dir: TempDir,
}

/// A message to be put in.
#[derive(Clone, Copy)]
pub struct Said<'a> {
    pub who: &'a str,
    pub seq: u64,
    pub root: Option<RecordId>,
    pub time: u64,
    pub title: Option<&'a str>,
    pub text: &'a str,
}

pub fn device(name: &str) -> DeviceId {
    let mut id = [0; 32];
    id[..name.len()].copy_from_slice(name.as_bytes());
    DeviceId(id)
}

pub fn member(name: &str) -> MemberId {
    let mut id = [0; 16];
    id[..name.len()].copy_from_slice(name.as_bytes());
    MemberId(id)
}

pub const LIFE: LifeId = LifeId([1; 16]);
pub const PLANS: RecordId = RecordId([0xcc; 16]);

pub fn id(who: &str, seq: u64) -> RecordId {
    RecordId::of(&device(who), &LIFE, seq)
}

/// What the engine's canonical body encoding stands for here.
pub fn encode(title: Option<&str>, text: &str) -> Vec<u8> {
    format!("{}\u{1f}{text}", title.unwrap_or("")).into_bytes()
}

impl Desk {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("cremona.db")).unwrap();
        Self { store, dir }
    }

    pub fn path(&self) -> PathBuf {
        self.dir.path().join("cremona.db")
    }

    /// Puts messages in, all in one transaction; returns the numbers of their rows.
    pub fn hear(&mut self, said: &[Said<'_>]) -> Vec<i64> {
        self.store.write(|tx| said.iter().map(|said| hear(tx, said)).collect::<Result<_, StoreError>>()).unwrap()
    }

    /// Erases the message of an envelope as an honest engine does.
    pub fn erase(&mut self, who: &str, seq: u64) {
        self.store.write(|tx| erase(tx, who, seq)).unwrap();
    }

    /// The files of the folder that hold any of `words`, in whatever case.
    pub fn files_with(&self, words: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(self.dir.path()).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap().to_ascii_lowercase();
            for word in words {
                let word = word.to_lowercase();
                if bytes.windows(word.len()).any(|window| window == word.as_bytes()) {
                    found.push(format!("{word} in {}", path.file_name().unwrap().to_string_lossy()));
                }
            }
        }
        found
    }
}

/// The number of a person's log, added where it is new.
pub fn log_of(tx: &Write<'_>, who: &str) -> Result<i64, StoreError> {
    let log = cremona_envelope::LogId::of(&device(who), &LIFE);
    if let Some(row) = tx.log(&log)? {
        return Ok(row.no);
    }
    tx.add_device(&device(who), &member(who), &[0; 32], Time(1))?;
    tx.set_member_name(&member(who), who, Time(1), &id(who, 0))?;
    tx.create_channel(&Creation {
        id: &PLANS,
        time: Time(1),
        member: &member("ana"),
        name: "plans",
        purpose: "what comes next",
        imported: None,
    })?;
    tx.add_log(&device(who), &LIFE, &member(who), &EnvelopeId::NONE)
}

/// An envelope of `who`, whose id depends on nothing that this node numbers.
pub fn envelope(who: &str, log: i64, seq: u64, time: u64, doc: i64) -> EnvelopeRow {
    let mut envelope_id = [0; 32];
    envelope_id[..16].copy_from_slice(&id(who, seq).0);
    EnvelopeRow {
        log,
        seq,
        id: EnvelopeId(envelope_id),
        kind: 1,
        time: Time(time),
        bytes: seq * 400,
        status: Status::Applied,
        epoch: 1,
        change: vec![0xa5; 60],
        tag: None,
        body: Some((64, [9; 32])),
        signature: seq.is_multiple_of(2).then_some([8; 64]),
        doc,
    }
}

/// Envelope, body, message, text and thread, in the order in which the engine writes them.
pub fn hear(tx: &Write<'_>, said: &Said<'_>) -> Result<i64, StoreError> {
    let log = log_of(tx, said.who)?;
    let doc = tx.doc_no(&PLANS.0, 600)?;
    let row = envelope(said.who, log, said.seq, said.time, doc);
    let message = id(said.who, said.seq);
    let root = said.root.unwrap_or(message);
    tx.put_envelope(&row)?;
    tx.put_body(log, said.seq, &BodyRow::Plain(encode(said.title, said.text)))?;
    tx.set_head(log, &Head { seq: said.seq, id: row.id, time: row.time, bytes: row.bytes }, 1)?;
    tx.add_copy(&message, &CopyRow { log, seq: said.seq, member: member(said.who) })?;
    let shown = root == message || tx.message(&root)?.is_some_and(|row| row.root == row.id);
    let n = tx.put_message(&message_row(said, message, root, log, doc, shown))?;
    put_text(tx, n, log, said)?;
    if root == message {
        tx.recount_thread(&root)?;
    } else if shown {
        tx.touch_thread(&root, Time(said.time), 1)?;
    }
    let arrival = tx.add_arrival(log, said.seq, What::Message, None)?;
    tx.add_doc_change(doc, arrival)?;
    Ok(n)
}

pub fn put_text(tx: &Write<'_>, n: i64, log: i64, said: &Said<'_>) -> Done {
    tx.put_text(n, log, said.seq, said.title, said.text)?;
    let (title, text) = (said.title.map(str::to_owned), said.text.to_owned());
    tx.put_body(log, said.seq, &BodyRow::Text { n, title, text })
}

pub fn message_row(said: &Said<'_>, id: RecordId, root: RecordId, log: i64, doc: i64, shown: bool) -> MessageRow {
    MessageRow {
        n: 0,
        id,
        doc,
        channel: PLANS,
        root,
        member: member(said.who),
        time: Time(said.time),
        log,
        seq: said.seq,
        shown,
        edited: false,
        deleted: false,
        source: None,
        author: None,
        claims: None,
        announcement: false,
        acknowledge: false,
        embargo: None,
    }
}

pub fn erase(tx: &Write<'_>, who: &str, seq: u64) -> Done {
    let mut row = tx.message(&id(who, seq))?.unwrap();
    tx.take_text(row.n)?;
    tx.drop_body(row.log, row.seq)?;
    row.deleted = true;
    tx.put_message(&row)?;
    tx.recount_thread(&row.root)
}
