//! What may follow what in a log.

use cremona_envelope::{ChainError, Envelope, EnvelopeError, EnvelopeId, Head, PlainBody, SIGNED_EVERY, Time};

use crate::people::{Log, as_sent, workspace};

fn reseen(
    envelope: Envelope,
    change: impl FnOnce(&mut cremona_envelope::Header),
) -> (cremona_envelope::Header, EnvelopeId) {
    let mut header = envelope.header;
    change(&mut header);
    let id = header.id();
    (header, id)
}

#[test]
fn the_next_envelope_follows_and_no_other() {
    let mut bo = Log::joined("bo");
    let before = bo.head;
    let next = bo.says("one").into_envelope();
    let (header, id) = reseen(next.clone(), |_| {});
    assert_eq!(before.follow(&header, id), Ok(bo.head));

    let after = bo.says("two").into_envelope();
    assert_eq!(before.follow(&after.header, after.header.id()), Err(ChainError::Gap { have: 1, got: 3 }));
    assert_eq!(bo.head.follow(&header, id), Err(ChainError::Past(2)));
    assert_eq!(before.follow(&before_itself(&next), id), Err(ChainError::Past(1)));
}

fn before_itself(next: &Envelope) -> cremona_envelope::Header {
    cremona_envelope::Header { seq: 1, ..next.header.clone() }
}

#[test]
fn a_second_history_is_named_a_fork() {
    let mut bo = Log::joined("bo");
    let mut copy = Log::joined("bo");
    bo.says("to ana: yes");
    copy.says("to cy: no");
    let next = copy.says("more").into_envelope();
    assert_eq!(bo.head.follow(&next.header, next.header.id()), Err(ChainError::Forked(3)));
}

#[test]
fn time_may_stand_still_but_never_goes_back() {
    let mut bo = Log::joined("bo");
    let before = bo.head;
    let next = bo.says("one").into_envelope();
    let (still, id) = reseen(next.clone(), |header| header.time = before.time);
    assert!(before.follow(&still, id).is_ok());
    let (back, id) = reseen(next.clone(), |header| header.time = Time(before.time.0 - 1));
    assert_eq!(before.follow(&back, id), Err(ChainError::Time(2)));
    let (last, id) = reseen(next, |header| header.time = Time::MAX);
    assert!(before.follow(&last, id).is_ok(), "a wrong clock is accepted");
}

#[test]
fn bytes_add_up_exactly() {
    let mut bo = Log::joined("bo");
    let before = bo.head;
    let next = bo.says("one").into_envelope();
    assert_eq!(next.header.bytes, before.bytes + next.header.own_bytes());
    for wrong in [0, next.header.bytes - 1, next.header.bytes + 1, u64::MAX] {
        let (header, id) = reseen(next.clone(), |header| header.bytes = wrong);
        assert_eq!(before.follow(&header, id), Err(ChainError::Bytes(2)));
    }
    let (header, id) = reseen(next, |_| {});
    let full = Head { bytes: u64::MAX, ..before };
    assert_eq!(full.follow(&header, id), Err(ChainError::Bytes(2)), "no overflow");
}

#[test]
fn a_new_life_may_link_to_any_earlier_head() {
    let old = Log::written_to("bo", 5).head;
    let mut new_life = Log::of("bo", 2);
    new_life.head.id = old.id;
    let first = new_life.seals(b"change", PlainBody::None);
    assert_eq!(first.header().prev, old.id);
    assert!(Head::EMPTY.follow(first.header(), first.id()).is_ok());
}

#[test]
fn a_run_is_proven_by_the_signature_at_its_end() {
    let mut bo = Log::joined("bo");
    let before = bo.head;
    let run = as_sent(bo.chats(10));
    let (verified, head) = before.verify_run(&workspace(), run.clone()).unwrap();
    assert_eq!(head, bo.head);
    assert_eq!(verified.iter().map(|one| one.envelope().clone()).collect::<Vec<_>>(), run);

    let cut = run[..9].to_vec();
    let last = cut[8].header.id();
    assert_eq!(before.verify_run(&workspace(), cut), Err(EnvelopeError::Unsigned(last).into()));
    assert_eq!(before.verify_run(&workspace(), Vec::new()), Err(ChainError::Empty));
}

#[test]
fn every_64th_envelope_of_a_run_is_signed_too() {
    let mut bo = Log::joined("bo");
    let before = bo.head;
    let run = as_sent(bo.chats(150));
    let signed: Vec<u64> = run.iter().filter(|one| one.signature.is_some()).map(|one| one.header.seq).collect();
    assert_eq!(signed, [SIGNED_EVERY, 2 * SIGNED_EVERY, 151]);
    assert!(before.verify_run(&workspace(), run.clone()).is_ok());
    for index in [62, 126] {
        let mut bare = run.clone();
        bare[index].signature = None;
        let id = bare[index].header.id();
        assert_eq!(before.verify_run(&workspace(), bare), Err(EnvelopeError::Unsigned(id).into()));
    }
}

#[test]
fn a_signature_in_the_middle_has_to_be_right() {
    let mut bo = Log::joined("bo");
    let before = bo.head;
    let mut run = as_sent(bo.chats(5));
    run[2].signature = Some([7; 64]);
    let id = run[2].header.id();
    assert_eq!(before.verify_run(&workspace(), run), Err(EnvelopeError::Signature(id).into()));
}

#[test]
fn a_run_speaks_of_one_log() {
    let mut bo = Log::joined("bo");
    let before = bo.head;
    let mut run = bo.chats(2);
    run.push(Log::written_to("cy", 3).says("me too").into_envelope());
    assert_eq!(before.verify_run(&workspace(), run), Err(ChainError::Mixed));
}

#[test]
fn any_change_within_a_run_breaks_it() {
    let mut bo = Log::joined("bo");
    let before = bo.head;
    let run = as_sent(bo.chats(4));
    for index in 0..run.len() {
        let mut changed = run.clone();
        changed[index].header.tag[0] ^= 1;
        assert!(before.verify_run(&workspace(), changed).is_err(), "tag of {index}");
        let mut changed = run.clone();
        changed[index].change[0] ^= 1;
        assert!(before.verify_run(&workspace(), changed).is_err(), "change of {index}");
        let mut shorter = run.clone();
        shorter.remove(index);
        assert!(index == 3 || before.verify_run(&workspace(), shorter).is_err(), "without {index}");
    }
    let mut swapped = run;
    swapped.swap(1, 2);
    assert!(before.verify_run(&workspace(), swapped).is_err());
}
