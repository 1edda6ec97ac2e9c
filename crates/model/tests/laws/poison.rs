//! Poison: every raw change that could harm a document is refused before Automerge applies it.

use std::num::NonZeroU64;

use automerge::legacy::{Key, ObjectId, Op, OpId, OpType};
use automerge::{ActorId, Change, ChangeHash, ExpandedChange, ObjType, ScalarValue};
use cremona_model::chain::rebuild;
use cremona_model::{Document, Refused, Stamp, check_raw};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use crate::people::{Line, Person, cases, changes, channel};

/// The second of two honest changes, to be spoilt.
fn honest() -> (Line, Line) {
    let mut ana = Person::new("ana");
    (ana.posts(channel(1), "first"), ana.posts(channel(1), "second"))
}

/// What the static check says of the change once `spoil` had it.
fn verdict(spoil: impl FnOnce(&mut ExpandedChange)) -> Result<(), Refused> {
    let (_, line) = honest();
    let mut change = rebuild(&line.stamp, &line.payload).decode();
    spoil(&mut change);
    check_raw(&Change::from(change), &line.stamp, line.payload.doc).map(drop)
}

fn number(n: u64) -> NonZeroU64 {
    NonZeroU64::new(n).unwrap()
}

#[test]
fn an_unspoilt_change_passes() {
    assert_eq!(verdict(|_| ()), Ok(()));
}

#[test]
fn numbers_out_of_line_are_refused() {
    for start in [1, 3, (1 << 31) + 1, u64::from(u32::MAX) - 1, u64::from(u32::MAX)] {
        assert_eq!(verdict(|change| change.start_op = number(start)), Err(Refused::Raw), "start op {start}");
    }
    for seq in [0, 1, 3, u64::from(u32::MAX), u64::MAX] {
        assert_eq!(verdict(|change| change.seq = seq), Err(Refused::Raw), "seq {seq}");
        let both = verdict(|change| (change.seq, change.start_op) = (seq, number(seq.clamp(1, 1 << 31))));
        // Alone it could be the third change of a chain; whether it follows is for the chain to say.
        assert_eq!(both.is_err(), seq != 3, "seq and start op {seq}");
    }
}

#[test]
fn a_second_change_without_exactly_its_own_dependency_is_refused() {
    assert_eq!(verdict(|change| change.deps.clear()), Err(Refused::Raw));
    assert_eq!(verdict(|change| change.deps.push(ChangeHash([3; 32]))), Err(Refused::Raw));
    let first = verdict(|change| (change.seq, change.start_op) = (1, number(1)));
    assert_eq!(first, Err(Refused::Raw), "a first change that depends on something");
}

#[test]
fn anything_beside_the_one_put_is_refused() {
    assert_eq!(verdict(|change| change.time = 1), Err(Refused::Raw));
    assert_eq!(verdict(|change| change.message = Some("psst".to_owned())), Err(Refused::Raw));
    assert_eq!(verdict(|change| change.extra_bytes = vec![1]), Err(Refused::Raw));
    assert_eq!(verdict(|change| change.actor_id = ActorId::from([9; 16])), Err(Refused::Raw));
    assert_eq!(verdict(|change| change.operations.clear()), Err(Refused::Raw));
    assert_eq!(verdict(|change| change.operations.push(change.operations[0].clone())), Err(Refused::Raw));
    assert_eq!(verdict(|change| change.operations = vec![change.operations[0].clone(); 1_000]), Err(Refused::Raw));
}

#[test]
fn another_operation_is_refused() {
    let op = |spoil: fn(&mut Op)| verdict(|change| spoil(&mut change.operations[0]));
    assert_eq!(op(|op| op.key = Key::Map("0".into())), Err(Refused::Raw));
    assert_eq!(op(|op| op.key = Key::head()), Err(Refused::Raw));
    assert_eq!(op(|op| op.insert = true), Err(Refused::Raw));
    assert_eq!(op(|op| op.obj = ObjectId::Id(OpId(1, ActorId::from([9; 16])))), Err(Refused::Raw));
    assert_eq!(op(|op| op.pred = vec![OpId(1, ActorId::from([9; 16]))].into()), Err(Refused::Raw));
    let actions = [
        OpType::Make(ObjType::Map),
        OpType::Delete,
        OpType::Increment(1),
        OpType::Put(ScalarValue::Null),
        OpType::Put(ScalarValue::Str("text".into())),
        OpType::Put(ScalarValue::Counter(1.into())),
        OpType::Put(ScalarValue::Bytes(vec![0; 60_001])),
    ];
    for action in actions {
        let said = format!("{action:?}").chars().take(40).collect::<String>();
        assert_eq!(verdict(|change| change.operations[0].action = action), Err(Refused::Raw), "{said}");
    }
}

#[test]
fn a_true_change_at_another_place_is_refused() {
    let (_, line) = honest();
    let change = rebuild(&line.stamp, &line.payload);
    let elsewhere = [
        Stamp { time: line.stamp.time.plus(1), ..line.stamp },
        Stamp { seq: line.stamp.seq + 1, ..line.stamp },
        Stamp { device: Person::new("bo").stamp.device, ..line.stamp },
        Stamp { life: cremona_envelope::LifeId([2; 16]), ..line.stamp },
    ];
    for stamp in elsewhere {
        assert_eq!(check_raw(&change, &stamp, line.payload.doc), Err(Refused::Raw));
    }
}

#[test]
fn the_changes_of_a_document_that_was_saved_are_the_ones_their_headers_give() {
    let (one, two) = honest();
    let mut document = Document::new();
    document.apply(changes(&[one.clone(), two.clone()]).into_iter().map(|(_, change)| change).collect()).unwrap();
    let saved = automerge::Automerge::load(&document.save().unwrap()).unwrap();
    for (line, change) in [one, two].iter().zip(saved.get_changes(&[])) {
        assert_eq!(check_raw(&change, &line.stamp, line.payload.doc), Ok(line.payload.clone()));
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn bytes_that_were_tampered_with_are_refused(spoilt in prop::collection::vec((any::<usize>(), any::<u8>()), 1..4)) {
        let (_, line) = honest();
        let change = rebuild(&line.stamp, &line.payload);
        let mut bytes = change.raw_bytes().to_vec();
        for (at, byte) in spoilt {
            let len = bytes.len();
            bytes[8 + at % (len - 8)] = byte;
        }
        // The checksum is the first four bytes of the hash, and whoever tampers makes it fit.
        let body = bytes[8..].to_vec();
        bytes[4..8].copy_from_slice(&checksum(&body));
        if let Ok(parsed) = Change::from_bytes(bytes) {
            let verdict = check_raw(&parsed, &line.stamp, line.payload.doc);
            if let Ok(payload) = verdict {
                prop_assert_eq!(rebuild(&line.stamp, &payload).hash(), parsed.hash());
            }
        }
    }
}

fn checksum(chunk: &[u8]) -> [u8; 4] {
    Sha256::digest(chunk)[..4].try_into().unwrap()
}
