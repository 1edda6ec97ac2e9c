//! How long the work on 100,000 small messages takes, on one thread, without a disk.
//!
//! `cargo run --release -p cremona-envelope --example speed [COUNT]`

use std::time::Instant;

use cremona_envelope::{
    Envelope, EnvelopeId, EpochKey, Head, Identity, Keyring, Kind, LifeId, MAX_RUN, OpenedBody, Place, PlainBody, Time,
    Verified, WorkspaceId, decode_run, encode_run, run_bytes,
};

/// Bytes of the change and of the text of a message.
const CHANGE: usize = 180;
const TEXT: usize = 127;

fn main() {
    let count = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(100_000);
    let mut keyring = Keyring::default();
    keyring.add(&EpochKey([1; 32]));

    let log = timed("seal and sign", count, || write(&keyring, count));
    let single: Vec<_> = log.iter().map(|one| one.envelope().clone()).collect();
    timed("verify, each by its own signature", count, || {
        single.iter().for_each(|one| drop(one.clone().verify(&workspace()).expect("bo signed it")));
    });
    let runs = timed("encode as runs", count, || encode(&single));
    println!("  {} bytes a message in {} runs", runs.iter().map(Vec::len).sum::<usize>() / count, runs.len());
    let received = timed("decode and verify runs", count, || receive(&runs));
    let opened = timed("open", count, || {
        received.iter().map(|one| keyring.open(one, keyring.current()).expect("the key is held")).collect::<Vec<_>>()
    });
    timed("reseal to the same bytes", count, || {
        for (one, opened) in received.iter().zip(&opened) {
            let OpenedBody::Text(text) = &opened.body else { panic!("every message has a text") };
            let place = Place::of(one.header());
            let again = keyring.seal(&opened.epoch, &place, &opened.change, PlainBody::Text(text));
            assert_eq!(again.expect("it fits").expect("the key is held").header, *one.header());
        }
    });
}

fn timed<T>(what: &str, count: usize, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    let spent = start.elapsed();
    println!("{what}: {:.2} s, {:.1} us each", spent.as_secs_f64(), spent.as_secs_f64() * 1e6 / count as f64);
    result
}

fn workspace() -> WorkspaceId {
    WorkspaceId([2; 16])
}

fn write(keyring: &Keyring, count: usize) -> Vec<Verified> {
    let bo = Identity::from_seeds(&[3; 32], &[4; 32]);
    let epoch = keyring.current().expect("the key was added");
    let mut head = Head::EMPTY;
    let mut log = Vec::with_capacity(count);
    for number in 0..count {
        let place = Place {
            kind: Kind::CHANGE,
            workspace: workspace(),
            device: bo.device(),
            life: LifeId([5; 16]),
            seq: head.seq + 1,
            prev: if head.seq == 0 { EnvelopeId::NONE } else { head.id },
            time: Time(1_790_000_000_000 + number as u64),
            bytes_before: head.bytes,
        };
        let text = format!("{number:>TEXT$}");
        let sealed = keyring.seal(&epoch, &place, &[7; CHANGE], PlainBody::Text(text.as_bytes()));
        let verified = bo.sign(sealed.expect("it fits").expect("the key is held"));
        head = head.follow(verified.header(), verified.id()).expect("it is the next one");
        log.push(verified);
    }
    log
}

fn encode(log: &[Envelope]) -> Vec<Vec<u8>> {
    let (mut runs, mut run, mut size) = (Vec::new(), Vec::new(), 0);
    for (index, envelope) in log.iter().enumerate() {
        let ends = index + 1 == log.len() || (size + 100_000 > MAX_RUN && envelope.header.seq.is_multiple_of(64));
        let keep = ends || envelope.header.seq.is_multiple_of(64);
        let sent = Envelope { signature: envelope.signature.filter(|_| keep), ..envelope.clone() };
        size += run_bytes(&sent);
        run.push(sent);
        if ends {
            runs.push(encode_run(&run));
            run.clear();
            size = 0;
        }
    }
    runs
}

fn receive(runs: &[Vec<u8>]) -> Vec<Verified> {
    let mut head = Head::EMPTY;
    let mut all = Vec::new();
    for run in runs {
        let run = decode_run(run, &workspace(), &head).expect("a run");
        let (verified, end) = head.verify_run(&workspace(), run).expect("bo signed it");
        head = end;
        all.extend(verified);
    }
    all
}
