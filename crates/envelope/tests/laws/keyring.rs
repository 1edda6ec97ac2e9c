//! Which key opens what, in whatever order the keys came.

use cremona_envelope::seal::PartError;
use cremona_envelope::{
    Body, EpochKey, Identity, Keyring, Kind, OpenError, Opened, OpenedBody, Place, PlainBody, Verified,
};
use proptest::prelude::*;

use crate::people::{Log, cases, epoch_key, person};

fn holding(keys: &[u8]) -> Keyring {
    let mut keyring = Keyring::default();
    for key in keys {
        keyring.add(&EpochKey([*key; 32]));
    }
    keyring
}

fn said_under(key: u8, body: PlainBody<'_>) -> Verified {
    let epoch = EpochKey([key; 32]).id();
    let sealed = holding(&[key]).seal(&epoch, &Log::joined("bo").place(), b"change", body).unwrap().unwrap();
    person("bo").sign(sealed)
}

#[test]
fn the_newest_key_seals_and_any_key_opens() {
    let keyring = holding(&[1, 2, 3]);
    assert_eq!(keyring.current(), Some(EpochKey([3; 32]).id()));
    for key in [1, 2, 3] {
        let epoch = EpochKey([key; 32]).id();
        let opened = keyring.open(&said_under(key, PlainBody::Text(b"words")), None).unwrap();
        let body = OpenedBody::Text(b"words".to_vec());
        assert_eq!(opened, Opened { change: b"change".to_vec(), body, epoch });
    }
}

#[test]
fn a_key_added_again_changes_nothing() {
    let mut keyring = holding(&[1, 2]);
    assert_eq!(keyring.add(&EpochKey([1; 32])), EpochKey([1; 32]).id());
    assert_eq!(keyring.current(), Some(EpochKey([2; 32]).id()));
    assert!(keyring.holds(&EpochKey([1; 32]).id()) && !keyring.holds(&EpochKey([3; 32]).id()));
    assert_eq!(Keyring::default().current(), None);
}

#[test]
fn without_the_key_it_stays_closed_until_the_key_comes() {
    let message = said_under(9, PlainBody::Text(b"words"));
    let mut keyring = holding(&[1, 2]);
    for hint in [None, Some(EpochKey([1; 32]).id()), Some(EpochKey([9; 32]).id())] {
        assert_eq!(keyring.open(&message, hint), Err(OpenError::NoKey));
    }
    keyring.add(&EpochKey([9; 32]));
    assert!(keyring.open(&message, None).is_ok());
}

#[test]
fn a_hint_is_only_a_hint() {
    let message = said_under(2, PlainBody::None);
    let keyring = holding(&[1, 2, 3]);
    for hint in [1, 2, 3, 50].map(|key| Some(EpochKey([key; 32]).id())) {
        assert_eq!(keyring.open(&message, hint).unwrap().epoch, EpochKey([2; 32]).id());
    }
}

#[test]
fn what_opens_does_not_depend_on_how_many_keys_came_later() {
    let mut keyring = holding(&[1]);
    for number in 0..2000_u32 {
        let mut key = [0; 32];
        key[..4].copy_from_slice(&number.to_be_bytes());
        keyring.add(&EpochKey(key));
    }
    assert!(keyring.open(&said_under(1, PlainBody::None), None).is_ok());
}

#[test]
fn clear_kinds_are_not_opened() {
    let keyring = holding(&[1]);
    for kind in [Kind::CONTROL, Kind::KEYS, Kind(77)] {
        let clear = Log::joined("bo").says_in_clear(kind, b"in clear".to_vec());
        assert_eq!(keyring.open(&clear, None), Err(OpenError::Clear(kind.0)));
    }
}

#[test]
fn a_bare_an_erased_and_a_late_body() {
    let keyring = holding(&[1]);
    let epoch = EpochKey([1; 32]).id();
    assert_eq!(keyring.open(&said_under(1, PlainBody::None), None).unwrap().body, OpenedBody::None);

    let message = said_under(1, PlainBody::Text(b"words"));
    let Body::Held(late) = message.envelope().body.clone() else { panic!("the body is held") };
    let part = message.header().body.unwrap();
    let erased = said_under(1, PlainBody::Absent(part));
    assert_eq!(erased.id(), message.id());
    assert_eq!(keyring.open(&erased, None).unwrap().body, OpenedBody::Absent);
    assert_eq!(keyring.open_body(erased.header(), &epoch, &late), Some(b"words".to_vec()));
    assert_eq!(keyring.open_body(erased.header(), &EpochKey([2; 32]).id(), &late), None);
    assert_eq!(keyring.open_body(erased.header(), &epoch, b"other bytes"), None);
}

#[test]
fn a_body_that_the_header_does_not_describe_is_not_opened() {
    let (said, unsaid) = (said_under(1, PlainBody::Text(b"yes")), said_under(1, PlainBody::Text(b"no!")));
    let Body::Held(bytes) = unsaid.envelope().body.clone() else { panic!("the body is held") };
    assert_eq!(holding(&[1]).open_body(said.header(), &EpochKey([1; 32]).id(), &bytes), None);
}

/// Seals, then lets a dishonest author change what it seals before it signs.
fn dishonest(author: &Identity, change: impl FnOnce(&mut cremona_envelope::Sealed)) -> Verified {
    let mut keyring = Keyring::default();
    let epoch = keyring.add(&epoch_key());
    let place = Place { device: author.device(), ..Log::joined("bo").place() };
    let mut sealed = keyring.seal(&epoch, &place, b"change", PlainBody::Text(b"words")).unwrap().unwrap();
    change(&mut sealed);
    sealed.header.change = cremona_envelope::Part::of(&sealed.change);
    if let Body::Held(body) = &sealed.body {
        sealed.header.body = Some(cremona_envelope::Part::of(body));
    }
    author.sign(sealed)
}

#[test]
fn an_author_who_seals_noise_hides_only_its_own_words() {
    let mut keyring = Keyring::default();
    keyring.add(&epoch_key());
    let bo = person("bo");
    let noise = dishonest(&bo, |sealed| sealed.change[30] ^= 1);
    assert_eq!(keyring.open(&noise, None), Err(OpenError::Part(PartError::Decrypt)));

    let noisy_body = dishonest(&bo, |sealed| sealed.body = Body::Held(vec![0; 72]));
    assert_eq!(keyring.open(&noisy_body, None).unwrap().body, OpenedBody::Malformed);
    let Body::Held(bytes) = noisy_body.envelope().body.clone() else { panic!("the body is held") };
    assert_eq!(keyring.open_body(noisy_body.header(), &epoch_key().id(), &bytes), None);
}

#[test]
fn nothing_is_sealed_under_a_key_that_is_not_held() {
    let place = Log::joined("bo").place();
    assert_eq!(holding(&[1]).seal(&EpochKey([2; 32]).id(), &place, b"change", PlainBody::None), Ok(None));
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_order_of_keys_and_any_hint_open_the_same(
        mut keys in Just((1_u8..20).collect::<Vec<_>>()).prop_shuffle(),
        used in 1_u8..25,
        hint in prop::option::of(1_u8..25),
    ) {
        let message = said_under(used, PlainBody::Text(b"words"));
        let expected = holding(&keys).open(&message, None);
        keys.reverse();
        prop_assert_eq!(holding(&keys).open(&message, hint.map(|key| EpochKey([key; 32]).id())), expected.clone());
        prop_assert_eq!(expected.is_ok(), used < 20);
    }
}
