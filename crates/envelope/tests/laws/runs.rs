//! Runs on the wire: what was left out is derived to the same bytes, and nothing else gets in.

use cremona_envelope::run::RUN_START;
use cremona_envelope::{
    Body, ChainError, Envelope, EnvelopeId, Head, Kind, MAX_RUN, PlainBody, RunError, WorkspaceId, decode_run,
    encode_run, peek_run, run_bytes,
};
use proptest::prelude::*;

use crate::people::{Log, as_sent, life, person, scaled, workspace};

/// One envelope that somebody may say.
#[derive(Clone, Debug)]
enum Saying {
    Message(Vec<u8>),
    Erased(Vec<u8>),
    Reaction(Vec<u8>),
    Clear(Vec<u8>),
    Future(Vec<u8>),
}

fn saying() -> impl Strategy<Value = Saying> {
    let bytes = || prop::collection::vec(any::<u8>(), 1..120);
    prop_oneof![
        bytes().prop_map(Saying::Message),
        bytes().prop_map(Saying::Erased),
        bytes().prop_map(Saying::Reaction),
        bytes().prop_map(Saying::Clear),
        bytes().prop_map(Saying::Future),
    ]
}

fn say(log: &mut Log, saying: &Saying) -> Envelope {
    let said = match saying {
        Saying::Message(text) | Saying::Erased(text) => log.seals(b"message", PlainBody::Text(text)),
        Saying::Reaction(change) => log.seals(change, PlainBody::None),
        Saying::Clear(payload) => log.says_in_clear(Kind::CONTROL, payload.clone()),
        Saying::Future(payload) => log.says_in_clear(Kind(99), payload.clone()),
    };
    let mut envelope = said.into_envelope();
    if matches!(saying, Saying::Erased(_)) {
        envelope.body = Body::Absent;
    }
    envelope
}

fn receive(bytes: &[u8], after: &Head) -> Vec<Envelope> {
    decode_run(bytes, &workspace(), after).unwrap()
}

#[test]
fn a_run_from_the_first_envelope_or_from_the_middle() {
    let mut bo = Log::of("bo", 1);
    let all = as_sent(bo.chats(140));
    let start = Head::EMPTY;
    assert_eq!(receive(&encode_run(&all), &start), all);
    let (_, middle) = start.verify_run(&workspace(), all[..64].to_vec()).unwrap();
    let rest = receive(&encode_run(&all[64..]), &middle);
    let (verified, end) = middle.verify_run(&workspace(), rest).unwrap();
    assert_eq!((verified.len(), end), (76, bo.head));
}

#[test]
fn peek_tells_where_a_run_starts() {
    let mut bo = Log::joined("bo");
    let before = bo.head;
    let start = peek_run(&encode_run(&bo.chats(3))).unwrap();
    assert_eq!((start.device, start.life), (person("bo").device(), life(1)));
    assert_eq!((start.after_seq, start.prev), (before.seq, before.id));
    assert_eq!(start.log(), bo.says("x").header().log());
    assert_eq!(peek_run(&[]), Err(RunError::Short));
    assert_eq!(peek_run(&[2; 100]), Err(RunError::Version(2)));
    assert!(encode_run(&[]).is_empty());
}

#[test]
fn a_run_that_was_not_asked_for_is_refused() {
    let mut bo = Log::joined("bo");
    let before = bo.head;
    let run = encode_run(&bo.chats(3));
    assert_eq!(decode_run(&run, &workspace(), &bo.head), Err(RunError::Start(before.seq)));
    assert_eq!(decode_run(&run, &workspace(), &Head::EMPTY), Err(RunError::Start(before.seq)));
}

#[test]
fn a_run_after_another_history_shows_the_fork() {
    let mut bo = Log::written_to("bo", 5);
    let copy = Log::written_to("bo", 5);
    let mut other = Log::written_to("bo", 4);
    other.says("something else");
    let run = decode_run(&encode_run(&bo.chats(3)), &workspace(), &other.head).unwrap();
    assert_eq!(other.head.verify_run(&workspace(), run.clone()), Err(ChainError::Forked(6)));
    assert!(copy.head.verify_run(&workspace(), run).is_ok());
}

#[test]
fn a_run_for_another_workspace_proves_nothing() {
    let mut bo = Log::joined("bo");
    let before = bo.head;
    let run = encode_run(&bo.chats(1));
    let elsewhere = WorkspaceId([8; 16]);
    let read = decode_run(&run, &elsewhere, &before).unwrap();
    assert!(before.verify_run(&elsewhere, read).is_err(), "the ids differ, so no signature fits");
}

#[test]
fn a_teammate_who_forwards_cannot_add_a_missing_body() {
    let mut bo = Log::joined("bo");
    let before = bo.head;
    for kind in [Kind::CHANGE, Kind::CONTROL, Kind(99)] {
        let mut doctored = bo.says_in_clear(kind, b"no body here".to_vec()).into_envelope();
        doctored.header.body = Some(cremona_envelope::Part { len: 0, hash: [0; 32] });
        doctored.body = Body::Absent;
        let refused = decode_run(&encode_run(&[doctored]), &workspace(), &Head { seq: bo.head.seq - 1, ..before });
        assert!(matches!(refused, Err(RunError::Flags(_))));
    }
}

#[test]
fn flags_that_make_no_sense_are_refused() {
    let mut bo = Log::joined("bo");
    let before = bo.head;
    let run = encode_run(&bo.chats(1));
    for flags in [0b1000_0001, 0b0001_0111, 0b100, 0b101] {
        let mut changed = run.clone();
        changed[RUN_START] = flags;
        assert_eq!(decode_run(&changed, &workspace(), &before), Err(RunError::Flags(flags)));
    }
}

#[test]
fn an_over_long_run_is_refused_unread() {
    let bytes = vec![1; MAX_RUN + 1];
    assert_eq!(decode_run(&bytes, &workspace(), &Head::EMPTY), Err(RunError::Long(MAX_RUN + 1)));
}

#[test]
fn a_part_over_its_limit_is_refused() {
    let mut bytes = encode_run(&Log::of("bo", 1).chats(1))[..RUN_START].to_vec();
    bytes.extend([0, 0]);
    bytes.extend([0; 8]);
    bytes.extend(65_537_u32.to_be_bytes());
    bytes.extend(vec![0; 65_537]);
    assert_eq!(decode_run(&bytes, &workspace(), &Head::EMPTY), Err(RunError::Short));
}

#[test]
fn the_shortest_envelopes_fill_a_run_within_the_stated_bound() {
    let mut bytes = encode_run(&Log::of("bo", 1).chats(1))[..RUN_START].to_vec();
    while bytes.len() + 15 <= MAX_RUN {
        bytes.extend([0, 0]);
        bytes.extend([0; 8]);
        bytes.extend([0, 0, 0, 1, 7]);
    }
    let read = decode_run(&bytes, &workspace(), &Head::EMPTY).unwrap();
    assert_eq!(read.len(), 34_946);
    assert!(read.len() * (size_of::<Envelope>() + 1) <= 14_000_000);
}

#[test]
fn the_longest_envelope_fits_a_run() {
    let mut bo = Log::joined("bo");
    let before = bo.head;
    let envelope = bo.seals(&[1; 63_487], PlainBody::Text(&[2; 129_023])).into_envelope();
    assert!(RUN_START + run_bytes(&envelope) <= MAX_RUN);
    assert_eq!(receive(&encode_run(std::slice::from_ref(&envelope)), &before), [envelope]);
}

#[test]
fn the_end_of_numbers_does_not_overflow() {
    let mut bytes = encode_run(&Log::of("bo", 1).chats(1));
    bytes[49..57].fill(0xff);
    let end = Head { seq: u64::MAX, bytes: u64::MAX, time: cremona_envelope::Time::MAX, id: EnvelopeId::NONE };
    assert!(matches!(decode_run(&bytes, &workspace(), &end), Err(RunError::Flags(_))));
}

proptest! {
    #![proptest_config(scaled(2))]

    #[test]
    fn what_is_sent_is_what_is_verified(
        earlier in 1_u64..70,
        sayings in prop::collection::vec(saying(), 1..80),
    ) {
        let mut bo = Log::written_to("bo", earlier);
        let before = bo.head;
        let run = as_sent(sayings.iter().map(|one| say(&mut bo, one)).collect());
        let bytes = encode_run(&run);
        prop_assert_eq!(bytes.len(), RUN_START + run.iter().map(run_bytes).sum::<usize>());
        let read = decode_run(&bytes, &workspace(), &before).unwrap();
        prop_assert_eq!(&read, &run);
        let (verified, head) = before.verify_run(&workspace(), read).unwrap();
        prop_assert_eq!(head, bo.head);
        prop_assert_eq!(verified.len(), run.len());
    }

    #[test]
    fn a_cut_run_is_short_or_a_prefix(sayings in prop::collection::vec(saying(), 1..6)) {
        let mut bo = Log::joined("bo");
        let before = bo.head;
        let run = as_sent(sayings.iter().map(|one| say(&mut bo, one)).collect());
        let bytes = encode_run(&run);
        for end in 0..bytes.len() {
            match decode_run(&bytes[..end], &workspace(), &before) {
                Ok(read) => prop_assert!(run.starts_with(&read) && read.len() < run.len()),
                Err(error) => prop_assert_eq!(error, RunError::Short),
            }
        }
    }

    #[test]
    fn a_changed_byte_never_survives(
        sayings in prop::collection::vec(saying(), 1..6),
        place in any::<prop::sample::Index>(),
        flip in 1_u8..,
    ) {
        let mut bo = Log::joined("bo");
        let before = bo.head;
        let mut bytes = encode_run(&as_sent(sayings.iter().map(|one| say(&mut bo, one)).collect()));
        let place = place.index(bytes.len());
        bytes[place] ^= flip;
        if let Ok(read) = decode_run(&bytes, &workspace(), &before) {
            prop_assert!(before.verify_run(&workspace(), read).is_err(), "byte {place}");
        }
    }

    #[test]
    fn noise_is_refused_calmly(noise in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut bytes = encode_run(&Log::of("bo", 1).chats(1))[..RUN_START].to_vec();
        bytes.extend(&noise);
        for bytes in [bytes, noise] {
            if let Ok(read) = decode_run(&bytes, &workspace(), &Head::EMPTY) {
                prop_assert_eq!(encode_run(&read), if read.is_empty() { Vec::new() } else { bytes });
            }
        }
    }
}
