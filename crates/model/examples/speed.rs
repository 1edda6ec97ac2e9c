//! Measures a document of 100,000 records: building, applying, saving and loading.
//!
//! `cargo run --release -p cremona-model --example speed [RECORDS]`

use std::time::Instant;

use cremona_envelope::{DeviceId, LifeId, MemberId, RecordId, Time};
use cremona_model::{Chain, DocId, Document, Edit, Stamp};

fn main() {
    let records: u64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let doc = DocId::of(RecordId([1; 16]), Time(1_793_534_400_000));
    let value = Edit::message(None, "hello", None).expect("it is a valid message").value;
    let mut chains = [Chain::START; 50];

    let begin = Instant::now();
    let mut changes = Vec::new();
    for seq in 1..=records {
        let who = u8::try_from(seq % 50).expect("it is below 50");
        let time = Time(1_793_534_400_000).plus(seq * 20_000);
        let device = DeviceId([who; 32]);
        let stamp = Stamp { time, device, life: LifeId([who; 16]), seq, member: MemberId([who; 16]) };
        let chain = &mut chains[usize::from(who)];
        let payload = chain.next(doc, value.clone());
        let (change, next) = chain.accept(&stamp, &payload).expect("it follows");
        *chain = next;
        changes.push(change);
    }
    report("build", records, begin);

    let begin = Instant::now();
    let mut batch = Document::new();
    batch.apply(changes.clone()).expect("changes are honest");
    report("apply in one batch", records, begin);

    let begin = Instant::now();
    let mut live = Document::new();
    for change in changes {
        live.apply(vec![change]).expect("changes are honest");
    }
    report("apply one by one, newest last", records, begin);

    let begin = Instant::now();
    let saved = batch.save().expect("it can be saved");
    report("save", records, begin);
    println!("{:32} {:8.1} B a record", "snapshot", saved.len() as f64 / records as f64);

    let begin = Instant::now();
    let loaded = Document::load(&saved).expect("it can be loaded");
    report("load", records, begin);
    let begin = Instant::now();
    assert_eq!(loaded.entries(), live.entries());
    report("read all entries, twice", records, begin);
}

fn report(what: &str, records: u64, begin: Instant) {
    let took = begin.elapsed().as_secs_f64();
    println!("{what:32} {:8.1} ms {:8.2} µs a record", took * 1e3, took * 1e6 / records as f64);
}
