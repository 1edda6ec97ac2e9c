//! Whether a node may go on writing its log.

use cremona_envelope::guard::{Location, Verdict};
use cremona_envelope::{EnvelopeId, Guard};
use proptest::prelude::*;

use crate::people::{Log, cases, life, person};

const HOME: Location = Location([1; 32]);

fn id(seq: u64) -> EnvelopeId {
    EnvelopeId(*blake3::hash(&seq.to_be_bytes()).as_bytes())
}

/// Judges bo's log, which holds `held` envelopes, at home.
fn judge(guard: &Guard, held: u64) -> Verdict {
    Guard::judge(Some(guard), &person("bo").device(), &HOME, &life(1), |seq| (1..=held).contains(&seq).then(|| id(seq)))
}

fn guard_at(seq: u64) -> Guard {
    Guard::new(&person("bo").device(), &HOME, &life(1), seq, &id(seq))
}

#[test]
fn the_same_place_goes_on() {
    assert_eq!(judge(&guard_at(7), 7), Verdict::Continue);
    assert_eq!(judge(&guard_at(0), 0), Verdict::Continue, "killed before the first envelope");
}

#[test]
fn a_kill_between_the_commit_and_the_guard_goes_on() {
    assert_eq!(judge(&guard_at(7), 9), Verdict::Continue);
    assert_eq!(judge(&guard_at(0), 9), Verdict::Continue);
}

#[test]
fn without_a_guard_or_with_another_devices_a_new_life_starts() {
    let bo = person("bo").device();
    assert_eq!(Guard::judge(None, &bo, &HOME, &life(1), |_| None), Verdict::NoGuard);
    let of_cy = Guard::new(&person("cy").device(), &HOME, &life(1), 7, &id(7));
    assert_eq!(judge(&of_cy, 7), Verdict::NoGuard);
}

#[test]
fn a_copied_or_moved_directory_starts_a_new_life() {
    let elsewhere = Guard::new(&person("bo").device(), &Location([2; 32]), &life(1), 7, &id(7));
    assert_eq!(judge(&elsewhere, 7), Verdict::Moved);
}

#[test]
fn a_restored_backup_starts_a_new_life() {
    assert_eq!(judge(&guard_at(7), 6), Verdict::TurnedBack, "older than what was said");
    assert_eq!(judge(&guard_at(7), 0), Verdict::TurnedBack);
    let other_history = Guard::new(&person("bo").device(), &HOME, &life(1), 7, &id(8));
    assert_eq!(judge(&other_history, 7), Verdict::TurnedBack, "another envelope at that place");
    let other_life = Guard::new(&person("bo").device(), &HOME, &life(2), 0, &EnvelopeId::NONE);
    assert_eq!(judge(&other_life, 7), Verdict::TurnedBack, "a backup from an earlier life");
}

#[test]
fn the_guard_of_a_real_log_fits_it() {
    let bo = Log::written_to("bo", 5);
    let guard = Guard::new(&bo.who.device(), &HOME, &life(1), bo.head.seq, &bo.head.id);
    let verdict = Guard::judge(Some(&guard), &bo.who.device(), &HOME, &life(1), |seq| (seq == 5).then_some(bo.head.id));
    assert_eq!(verdict, Verdict::Continue);
}

#[test]
fn a_torn_guard_is_no_guard() {
    let bytes = guard_at(7).encode();
    assert_eq!(Guard::decode(&bytes), Some(guard_at(7)));
    for end in 0..bytes.len() {
        assert_eq!(Guard::decode(&bytes[..end]), None, "cut at {end}");
    }
    let mut newer = bytes;
    newer[2] = 2;
    assert_eq!(Guard::decode(&newer), None, "another version");
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn it_goes_on_exactly_when_the_log_still_holds_what_was_said(said in 1_u64..50, held in 0_u64..50) {
        let expected = if held >= said { Verdict::Continue } else { Verdict::TurnedBack };
        let read = Guard::decode(&guard_at(said).encode()).unwrap();
        prop_assert_eq!(judge(&read, held), expected);
    }

    #[test]
    fn noise_is_no_guard(noise in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(Guard::decode(&noise), None);
    }
}
