//! Bundles, honest and forged: what is genuine comes back to the byte, all else is refused in bounds.

use std::sync::Arc;

use cremona_envelope::columns::{Column, put_number};
use cremona_envelope::guard::Location;
use cremona_envelope::{EnvelopeId, Identity, Keyring, Time};
use cremona_store::Store;
use cremona_sync::{BundleError, CheckedSpan, Span};
use proptest::prelude::*;

use super::arrived::Arrived;
use super::check::Check;
use super::{MAX_RAW, MAX_SPANS, MAX_TABLE};
use crate::ask::{Answer, Ask, How, ImportBatch, ImportChannel, ImportMessage};
use crate::core::Core;
use crate::{Engine, Founding, Settings};

type Result = std::result::Result<Vec<(CheckedSpan, Vec<Arrived>)>, BundleError>;

const NOW: Time = Time(1_796_000_000_000);

/// Ana's node with all that a log can hold: imports, posts, edits, a delete, reactions.
struct Ana {
    engine: Engine,
    bundle: Vec<u8>,
    ids: Vec<EnvelopeId>,
    span: Span,
}

impl Ana {
    fn new() -> Self {
        let identity = Identity::from_seeds(&[1; 32], &[2; 32]);
        let founding = Founding::new(&identity, &[42; 32], NOW);
        let settings = Settings {
            workspace: founding.workspace,
            secret: founding.secret.clone(),
            generation: 0,
            name: "ana".to_owned(),
            location: Location([0; 32]),
            guard: None,
            random: [3; 32],
        };
        let mut engine = Engine::open(Store::in_memory().unwrap(), identity, settings, NOW).unwrap();
        engine.establish(&founding, "Cremona", NOW).unwrap();
        talk(&mut engine);
        let core = core_of(&engine);
        let (span, bundle, ids) = engine
            .read(|read| {
                let log = read.logs()?.remove(0);
                let span = Span { log: log.id, after: 0, upto: log.head.seq, base: None };
                let ids = (1..=log.head.seq)
                    .map(|seq| Ok(read.envelope_id(log.no, seq)?.unwrap()))
                    .collect::<std::result::Result<Vec<_>, crate::error::EngineError>>()?;
                Ok((span, super::pack::pack(core, &read, &[span])?, ids))
            })
            .unwrap();
        Self { engine, bundle, ids, span }
    }

    fn check(&self, bytes: Vec<u8>) -> Result {
        let core = core_of(&self.engine);
        let (workspace, keyring) = (core.workspace, core.keyring.clone());
        Check { ticket: 1, bytes, bases: vec![None], workspace, keyring }.run().result
    }

    fn raw(&self) -> Raw {
        Raw::read(&zstd::bulk::decompress(&self.bundle, MAX_RAW).unwrap())
    }

    /// The verdict on a bundle that was changed.
    fn check_raw(&self, raw: &Raw) -> Result {
        self.check(zstd::bulk::compress(&raw.write(), 3).unwrap())
    }
}

fn core_of(engine: &Engine) -> &Core {
    engine.core()
}

fn talk(engine: &mut Engine) {
    let mut ask = |ask: Ask| engine.answer(ask, NOW.plus(5)).unwrap();
    let messages = (0..150).map(|at| imported(at, &format!("message {at} of an export"))).collect();
    let channels = vec![ImportChannel {
        id: "C1".to_owned(),
        name: "old".to_owned(),
        purpose: String::new(),
        created_ms: 1_600_000_000_000,
    }];
    ask(Ask::Import(ImportBatch { source: "slack/T1".to_owned(), channels, messages, dry_run: false }));
    let mut posted = Vec::new();
    for at in 0..20 {
        let text = format!("ana says {at:02}");
        let Answer::Posted(one) =
            ask(Ask::Post { channel: "general".to_owned(), text, title: None, how: How::default() })
        else {
            panic!("not posted")
        };
        posted.push(one.id);
    }
    ask(Ask::Edit { message: posted[3].clone(), text: "better".to_owned() });
    ask(Ask::Reply { thread: posted[3].clone(), text: "and an answer".to_owned(), how: How::default() });
    ask(Ask::Delete { message: posted[5].clone() });
    ask(Ask::React { message: posted[6].clone(), emoji: "🎻".to_owned(), on: true });
}

fn imported(at: u64, text: &str) -> ImportMessage {
    ImportMessage {
        channel: "C1".to_owned(),
        ts: format!("16000{at:05}.000100"),
        time_ms: 1_600_000_000_000 + at * 1_000,
        root: None,
        author_id: "U1".to_owned(),
        author_name: "Bo".to_owned(),
        text: text.to_owned(),
        edited_ms: None,
        reactions: Vec::new(),
        tombstone: false,
    }
}

/// A bundle taken apart: head, and the six columns flags, times, numbers, values, bodies, fixed.
#[derive(Clone)]
struct Raw {
    head: Vec<u8>,
    columns: Vec<Vec<u8>>,
}

impl Raw {
    fn read(raw: &[u8]) -> Self {
        let mut at = Column(raw);
        at.byte().unwrap();
        let epochs = at.count(MAX_TABLE).unwrap();
        at.bytes(epochs as u64 * 16).unwrap();
        let docs = at.count(MAX_TABLE).unwrap();
        at.bytes(docs as u64 * 18).unwrap();
        for _ in 0..at.count(MAX_SPANS).unwrap() {
            assert_eq!(at.number().unwrap(), 0, "it says itself where it begins");
            at.bytes(48).unwrap();
            at.number().unwrap();
            at.bytes(32).unwrap();
            for _ in ["time", "bytes", "envelopes"] {
                at.number().unwrap();
            }
        }
        let head = raw[..raw.len() - at.0.len()].to_vec();
        let mut column = || {
            let len = at.number().unwrap();
            at.bytes(len).unwrap().to_vec()
        };
        let columns = (0..6).map(|_| column()).collect();
        Self { head, columns }
    }

    fn write(&self) -> Vec<u8> {
        let mut out = self.head.clone();
        for column in &self.columns {
            put_number(&mut out, column.len() as u64);
            out.extend(column);
        }
        out
    }

    fn replace(&mut self, column: usize, one: &[u8], other: &[u8]) {
        let at = self.columns[column].windows(one.len()).position(|part| part == one).expect("it is there");
        self.columns[column].splice(at..at + one.len(), other.iter().copied());
    }
}

fn is_lie(result: &Result, why: &str) {
    match result {
        Err(BundleError::Lie(what)) => assert!(what.contains(why), "{what}"),
        Err(BundleError::NoKey) => panic!("no lie, but a key that is missing"),
        Ok(_) => panic!("taken"),
    }
}

#[test]
fn what_is_newest_comes_in_few_spans_that_reach_the_last_message() {
    let ana = Ana::new();
    let (spans, bundle) = ana
        .engine
        .read(|read| {
            let spans = super::newest::newest_spans(&read)?;
            let bundle = super::pack::pack(core_of(&ana.engine), &read, &spans)?;
            Ok((spans, bundle))
        })
        .unwrap();
    assert!(spans.len() <= 3, "one log: {spans:?}");
    let checked = ana.check(bundle).unwrap();
    let ids: Vec<EnvelopeId> = checked.iter().flat_map(|(_, arrived)| arrived.iter().map(Arrived::id)).collect();
    // Ana's last message is followed by a delete, which takes two envelopes, and a reaction.
    assert_eq!((ids.first(), ids.last()), (ana.ids.first(), ana.ids.iter().rev().nth(3)));
    let once: std::collections::BTreeSet<_> = ids.iter().map(|id| id.0).collect();
    assert_eq!(once.len(), ids.len(), "nothing comes twice");
}

#[test]
fn everything_comes_back_to_the_byte() {
    let ana = Ana::new();
    let spans = ana.check(ana.bundle.clone()).unwrap();
    let ids: Vec<_> = spans.iter().flat_map(|(_, arrived)| arrived).map(Arrived::id).collect();
    assert_eq!(ids, ana.ids);
    assert!(ids.len() > 170);
    let (span, arrived) = &spans[0];
    assert_eq!((span.log, span.base.seq, span.end.seq), (ana.span.log, 0, ids.len() as u64));
    assert!(span.first.is_some());
    let signed = arrived.iter().filter(|one| one.signature().is_some()).count();
    assert_eq!(signed, ids.len().div_ceil(64), "no signature more than it takes");
    // What was deleted is not in it, and its place is proven all the same.
    let raw = ana.raw();
    assert!(!raw.columns[4].windows(11).any(|part| part == b"ana says 05"));
}

#[test]
fn a_body_of_another_message_is_refused() {
    let ana = Ana::new();
    let mut raw = ana.raw();
    raw.replace(4, b"ana says 07", b"ana says 99");
    is_lie(&ana.check_raw(&raw), "signature");
}

#[test]
fn a_change_that_no_signature_covers_is_refused() {
    let ana = Ana::new();
    let mut raw = ana.raw();
    raw.replace(3, "🎻".as_bytes(), "🎺".as_bytes());
    is_lie(&ana.check_raw(&raw), "signature");
}

#[test]
fn a_span_whose_end_is_not_signed_is_refused() {
    let ana = Ana::new();
    let mut raw = ana.raw();
    *raw.columns[0].last_mut().unwrap() &= !super::flag::SIGNED;
    let signature = raw.columns[5].len() - 64;
    raw.columns[5].truncate(signature);
    is_lie(&ana.check_raw(&raw), "not signed");
}

#[test]
fn an_envelope_less_or_more_than_said_is_refused() {
    let ana = Ana::new();
    for column in 0..6 {
        let mut less = ana.raw();
        less.columns[column].pop();
        assert!(matches!(ana.check_raw(&less), Err(BundleError::Lie(_))), "column {column} too short");
        let mut more = ana.raw();
        more.columns[column].push(0);
        is_lie(&ana.check_raw(&more), "more in it than it says");
    }
}

#[test]
fn the_same_of_another_device_is_refused() {
    let ana = Ana::new();
    let mut raw = ana.raw();
    let device = ana.engine.device().0;
    let at = raw.head.windows(32).position(|part| part == device).unwrap();
    raw.head.splice(at..at + 32, Identity::from_seeds(&[8; 32], &[9; 32]).device().0);
    is_lie(&ana.check_raw(&raw), "signature");
}

#[test]
fn a_base_that_was_not_asked_for_is_refused() {
    let ana = Ana::new();
    let mut raw = ana.raw();
    let device = ana.engine.device().0;
    let at = raw.head.windows(32).position(|part| part == device).unwrap();
    // "The third span that you asked for", of one.
    raw.head[at - 1] = 2 * 2 + 1;
    is_lie(&ana.check_raw(&raw), "begins where it was not said to");
}

#[test]
fn a_bomb_is_refused_without_going_off() {
    let ana = Ana::new();
    let bomb = zstd::bulk::compress(&vec![0; 1 << 28], 3).unwrap();
    assert!(bomb.len() < 100_000);
    is_lie(&ana.check(bomb), "longer than allowed");
}

#[test]
fn who_has_no_key_says_so_and_blames_nobody() {
    let ana = Ana::new();
    let (workspace, keyring) = (core_of(&ana.engine).workspace, Arc::new(Keyring::default()));
    let check = Check { ticket: 1, bytes: ana.bundle.clone(), bases: vec![None], workspace, keyring };
    assert!(matches!(check.run().result, Err(BundleError::NoKey)));
}

#[test]
fn counts_that_lie_take_no_memory() {
    let ana = Ana::new();
    for (what, head) in [
        ("epochs", [vec![1], vec![0xff, 0xff, 0xff, 0xff, 0x0f]].concat()),
        ("documents", [vec![1, 0], vec![0xff, 0xff, 0xff, 0xff, 0x0f]].concat()),
        ("spans", [vec![1, 0, 0], vec![0xff, 0xff, 0xff, 0xff, 0x0f]].concat()),
        ("envelopes", [vec![1, 0, 0, 1, 0], vec![0; 48], vec![0], vec![0; 32], vec![0, 0, 0xff, 0xff, 0x7f]].concat()),
        ("a version of the future", vec![2, 0, 0, 0]),
        ("nothing", Vec::new()),
    ] {
        let result = ana.check(zstd::bulk::compress(&head, 3).unwrap());
        assert!(matches!(result, Err(BundleError::Lie(_))), "{what}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_changed_nothing_but_the_genuine_is_taken(
        changes in prop::collection::vec((0..6_usize, any::<prop::sample::Index>(), 1..=255_u8), 1..4),
        in_head in prop::option::of((any::<prop::sample::Index>(), 1..=255_u8)),
    ) {
        thread_local!(static ANA: Ana = Ana::new());
        ANA.with(|ana| {
            let mut raw = ana.raw();
            for (column, at, by) in &changes {
                let column = &mut raw.columns[*column];
                let at = at.index(column.len());
                column[at] ^= by;
            }
            if let Some((at, by)) = &in_head {
                let at = at.index(raw.head.len());
                raw.head[at] ^= by;
            }
            if let Ok(spans) = ana.check_raw(&raw) {
                for (span, arrived) in &spans {
                    let ids: Vec<_> = arrived.iter().map(Arrived::id).collect();
                    let start = usize::try_from(span.base.seq).unwrap();
                    assert_eq!(ids, ana.ids[start..start + ids.len()], "something else is taken");
                }
            }
        });
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        thread_local!(static ANA: Ana = Ana::new());
        ANA.with(|ana| {
            let _ = ana.check(bytes.clone());
            let _ = ana.check(zstd::bulk::compress(&[&[1], bytes.as_slice()].concat(), 3).unwrap());
        });
    }
}
