//! Measures 100,000 messages in 2,000 threads: writing, pages, counts, searches, erasing, disk.
//!
//! `cargo run --release -p cremona-store --example hundred_thousand`
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::time::Instant;

use cremona_envelope::{DeviceId, EnvelopeId, LifeId, MemberId, RecordId, Time};
use cremona_store::{
    BodyRow, CopyRow, Creation, Cursor, EnvelopeRow, MessageRow, Place, Sought, Status, Store, StoreError, Term, What,
    Words, Write,
};

const MESSAGES: u64 = 100_000;
const THREADS: u64 = 2_000;
const BATCH: u64 = 1_000;
const CHANNEL: RecordId = RecordId([7; 16]);
const DEVICE: DeviceId = DeviceId([1; 32]);
const LIFE: LifeId = LifeId([2; 16]);
const ANA: MemberId = MemberId([3; 16]);
const SYLLABLES: [&str; 16] =
    ["ra", "mo", "ti", "sel", "kan", "du", "vor", "li", "pe", "nas", "go", "hem", "bi", "cur", "to", "fa"];

fn main() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cremona.db");
    let mut store = Store::open(&path).unwrap();
    let mut bytes = 0;
    let begun = Instant::now();
    let log = store.write(begin).unwrap();
    for first in (1..=MESSAGES).step_by(BATCH as usize) {
        store
            .write(|tx| {
                for seq in first..first + BATCH {
                    bytes += hear(tx, log, seq)?;
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
    }
    println!("{MESSAGES} messages written and indexed, {BATCH} a transaction: {:?}", begun.elapsed());
    store.checkpoint().unwrap();
    let size = std::fs::metadata(&path).unwrap().len();
    println!("text {bytes} B, file {size} B, {:.2} times", size as f64 / bytes as f64);
    weigh(&path, bytes);
    ask(&store);
    seek(&store);
    erase(&mut store);
}

/// A different message each run, since erasing what is gone costs nothing.
fn erase(store: &mut Store) {
    let mut n = 50_000;
    timed("erasing one message, commit and checkpoint included", || {
        n += 1;
        assert!(store.read(|read| read.text_place(n)).unwrap().is_some(), "it has a text to erase");
        store.write(|tx| tx.take_text(n)).unwrap();
        assert!(store.checkpoint().unwrap());
        assert!(store.read(|read| read.text_place(n)).unwrap().is_none());
    });
}

/// Where the bytes are, largest first.
fn weigh(path: &Path, bytes: usize) {
    let db = rusqlite::Connection::open(path).unwrap();
    let mut query =
        db.prepare("SELECT name, sum(pgsize), sum(unused) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 16").unwrap();
    let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)));
    for (name, size, unused) in rows.unwrap().map(Result::unwrap) {
        println!(
            "  {name}: {:.2} of the text, {} B a message, {unused} B unused",
            size as f64 / bytes as f64,
            size / MESSAGES as i64
        );
    }
}

fn ask(store: &Store) {
    let middle = Cursor { time: Time(MESSAGES / 2), id: RecordId([0; 16]) };
    timed("the newest 50 messages of the channel", || page(store, &Cursor::END));
    timed("50 messages in the middle", || page(store, &middle));
    timed("50 threads", || {
        assert_eq!(store.read(|read| read.threads(&CHANNEL, &Cursor::END, 50, Time(1 << 60))).unwrap().len(), 50);
    });
    timed("a thread of 50", || {
        assert_eq!(
            store.read(|read| read.thread_messages(&id(1), &Cursor::END, 100, Time(1 << 60))).unwrap().len(),
            50
        );
    });
    timed("channels with counts", || {
        assert_eq!(store.read(|read| read.channels()).unwrap()[0].messages, MESSAGES);
    });
    timed("counts", || assert_eq!(store.read(|read| read.counts()).unwrap().messages, MESSAGES));
}

fn page(store: &Store, before: &Cursor) {
    assert_eq!(store.read(|read| read.channel_messages(&CHANNEL, before, 50, Time(1 << 60))).unwrap().len(), 50);
}

/// Words from rare to common; the last syllables occur as beginnings of very many.
fn seek(store: &Store) {
    for (text, prefix) in [("ramotisel", false), ("ramo", false), ("ramo", true), ("ra", false), ("ra", true)] {
        let words = Words { terms: vec![Term { text: text.to_owned(), prefix, not: false }] };
        let sought = Sought { words, conditions: Vec::new() };
        let found = store.read(|read| read.search(&sought, &Place::START, 20)).unwrap();
        let star = if prefix { "*" } else { "" };
        let at_least = if found.at_least { "at least " } else { "" };
        timed(&format!("20 of {at_least}{} hits of {text}{star}", found.total), || {
            store.read(|read| read.search(&sought, &Place::START, 20)).unwrap();
        });
    }
}

/// The slowest and the median of 20 runs after one that warms up.
fn timed(what: &str, mut work: impl FnMut()) {
    work();
    let mut runs: Vec<_> = (0..20)
        .map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed()
        })
        .collect();
    runs.sort_unstable();
    println!("{what}: median {:?}, slowest {:?}", runs[10], runs[19]);
}

fn id(seq: u64) -> RecordId {
    RecordId::of(&DEVICE, &LIFE, seq)
}

fn begin(tx: &Write<'_>) -> Result<i64, StoreError> {
    tx.add_device(&DEVICE, &ANA, &[0; 32], Time(0))?;
    tx.create_channel(&Creation {
        id: &CHANNEL,
        time: Time(0),
        member: &ANA,
        name: "plans",
        purpose: "",
        imported: None,
    })?;
    tx.add_log(&DEVICE, &LIFE, &ANA, &EnvelopeId::NONE)
}

/// One message as the engine writes it; returns the bytes of its text.
fn hear(tx: &Write<'_>, log: i64, seq: u64) -> Result<usize, StoreError> {
    let doc = tx.doc_no(&CHANNEL.0, 600)?;
    let message = id(seq);
    let root = id((seq - 1) % THREADS + 1);
    let text = text(seq);
    tx.put_envelope(&envelope(log, seq, doc))?;
    tx.put_body(log, seq, &BodyRow::Plain(text.clone().into_bytes()))?;
    tx.add_copy(&message, &CopyRow { log, seq, member: ANA })?;
    tx.message(&root)?;
    let n = tx.put_message(&row(log, seq, doc, root))?;
    tx.put_text(n, log, seq, None, &text)?;
    tx.put_body(log, seq, &BodyRow::Text { n, title: None, text: String::new() })?;
    if root == message {
        tx.recount_thread(&root)?;
    } else {
        tx.touch_thread(&root, Time(seq), 1)?;
    }
    let arrival = tx.add_arrival(log, seq, What::Message, None)?;
    tx.add_doc_change(doc, arrival)?;
    Ok(text.len())
}

fn envelope(log: i64, seq: u64, doc: i64) -> EnvelopeRow {
    let mut hash = [0x55; 32];
    hash[..16].copy_from_slice(&id(seq).0);
    EnvelopeRow {
        log,
        seq,
        id: EnvelopeId(hash),
        kind: 1,
        time: Time(seq),
        bytes: seq * 400,
        status: Status::Applied,
        epoch: 1,
        change: vec![0xa5; 40],
        tag: None,
        body: Some((160, hash)),
        signature: None,
        doc,
    }
}

fn row(log: i64, seq: u64, doc: i64, root: RecordId) -> MessageRow {
    MessageRow {
        n: 0,
        id: id(seq),
        doc,
        channel: CHANNEL,
        root,
        member: ANA,
        time: Time(seq),
        log,
        seq,
        shown: true,
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

/// About 127 bytes of made-up words of one to four syllables.
fn text(seq: u64) -> String {
    let mut out = String::new();
    let mut z = seq;
    while out.len() < 127 {
        z = z.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        for syllable in 0..=(z >> 62) {
            out.push_str(SYLLABLES[(z >> (40 + 4 * syllable)) as usize & 15]);
        }
        out.push(' ');
    }
    out
}
