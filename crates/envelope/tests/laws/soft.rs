//! What devices say outside their logs: genuine or not, and what receipts and addresses give.

use cremona_envelope::{
    EpochKey, Keyring, LogId, MAX_SOFT, Receipt, Soft, SoftError, SoftKind, Time, VerifiedSoft, WorkspaceId, addresses,
};
use proptest::prelude::*;

use crate::people::{cases, person};

const TEAM: WorkspaceId = WorkspaceId([4; 16]);
const NOON: Time = Time(1_793_534_400_000);

fn said(payload: Vec<u8>) -> VerifiedSoft {
    VerifiedSoft::say(&person("bo"), SoftKind::RECEIPT, &TEAM, NOON, payload).unwrap()
}

fn keyring(keys: &[u8]) -> Keyring {
    let mut keyring = Keyring::default();
    keys.iter().for_each(|key| {
        keyring.add(&EpochKey([*key; 32]));
    });
    keyring
}

/// Bo's addresses, sealed under the newest of these keys.
fn addresses_under(keys: &[u8], texts: &[String]) -> VerifiedSoft {
    let head = Soft::head(SoftKind::ADDRESSES, &TEAM, &person("bo").device(), NOON);
    let payload = addresses::seal(&keyring(keys), &head, texts).unwrap();
    VerifiedSoft::say(&person("bo"), SoftKind::ADDRESSES, &TEAM, NOON, payload).unwrap()
}

#[test]
fn what_bo_says_is_read_back_and_proven() {
    let bytes = said(b"I hold it all".to_vec()).encode();
    let read = Soft::decode(&bytes).unwrap().verify(&TEAM).unwrap();
    assert_eq!((read.soft().time, read.soft().payload.as_slice()), (NOON, b"I hold it all".as_slice()));
    assert_eq!(read.encode(), bytes);
}

#[test]
fn no_byte_can_be_changed_and_no_word_moved_elsewhere() {
    let bytes = said(vec![7; 40]).encode();
    for at in 0..bytes.len() {
        let mut bent = bytes.clone();
        bent[at] ^= 1;
        let read = Soft::decode(&bent).and_then(|soft| soft.verify(&TEAM));
        assert!(read.is_err(), "byte {at}");
    }
    let elsewhere = Soft::decode(&bytes).unwrap().verify(&WorkspaceId([5; 16]));
    assert_eq!(elsewhere, Err(SoftError::Workspace));
}

#[test]
fn a_word_over_the_limit_is_neither_said_nor_read() {
    let long = VerifiedSoft::say(&person("bo"), SoftKind::RECEIPT, &TEAM, NOON, vec![0; MAX_SOFT + 1]);
    assert_eq!(long, Err(SoftError::Length(MAX_SOFT + 1)));
    let mut bytes = said(vec![0; MAX_SOFT]).encode();
    assert!(Soft::decode(&bytes).is_ok());
    bytes.push(0);
    assert_eq!(Soft::decode(&bytes), Err(SoftError::Length(bytes.len())));
    bytes[0] = 2;
    assert_eq!(Soft::decode(&bytes), Err(SoftError::Version(2)));
}

#[test]
fn addresses_open_for_whoever_holds_the_key_and_for_nobody_else() {
    let texts = vec!["/ip4/192.0.2.7/tcp/4477".to_owned(), "/ip6/2001:db8::7/udp/4477/quic-v1".to_owned()];
    let word = addresses_under(&[1, 2], &texts);
    assert_eq!(addresses::open(&keyring(&[2, 3]), word.soft()), Some(texts));
    assert_eq!(addresses::open(&keyring(&[1]), word.soft()), None);
    assert!(!word.encode().windows(9).any(|window| window == b"192.0.2.7"));
    // Another device that says the same sealed bytes is not understood: they are bound to the head.
    let cy = VerifiedSoft::say(&person("cy"), SoftKind::ADDRESSES, &TEAM, NOON, word.soft().payload.clone()).unwrap();
    assert_eq!(addresses::open(&keyring(&[2]), cy.soft()), None);
}

#[test]
fn only_so_many_addresses_fit() {
    let texts: Vec<String> = (0..100).map(|number| format!("/ip4/192.0.2.{number}/tcp/1")).collect();
    let word = addresses_under(&[1], &texts);
    assert_eq!(addresses::open(&keyring(&[1]), word.soft()), Some(texts[..addresses::MAX_ADDRESSES].to_vec()));
    let long = addresses_under(&[1], &["x".repeat(addresses::MAX_ADDRESS + 1)]);
    assert_eq!(addresses::open(&keyring(&[1]), long.soft()), Some(Vec::new()));
}

#[test]
fn a_frontier_that_does_not_fit_is_left_out_whole() {
    let logs = |count: u32| {
        (0..count).map(|number| (LogId(cremona_envelope::ids::derive16("soft test", &[&number.to_be_bytes()])), 300))
    };
    let small = Receipt::new([1; 32], 0, logs(6_000));
    assert_eq!(small.frontier.as_ref().map(std::collections::BTreeMap::len), Some(6_000));
    assert!(small.encode().len() <= MAX_SOFT);
    let large = Receipt::new([1; 32], 2, logs(7_000));
    assert_eq!((large.frontier.is_none(), large.envelopes, large.logs), (true, 2_100_000, 7_000));
    assert_eq!(large.encode().len(), 48);
    assert_eq!(Receipt::decode(&large.encode()), Some(large));
}

#[test]
fn a_receipt_has_one_form() {
    let receipt = Receipt::new([1; 32], 0, [(LogId([2; 16]), 200), (LogId([1; 16]), 5)]);
    let bytes = receipt.encode();
    assert_eq!(bytes.len(), 48 + 9 + 10);
    let mut swapped = bytes[..48].to_vec();
    swapped.extend(&bytes[57..]);
    swapped.extend(&bytes[48..57]);
    assert_eq!(Receipt::decode(&swapped), None);
    let mut longer = bytes.clone();
    *longer.last_mut().unwrap() |= 0x80;
    longer.push(0);
    assert_eq!(Receipt::decode(&longer), None);
    assert_eq!(Receipt::decode(&bytes[..bytes.len() - 1]), None);
}

proptest! {
    #![proptest_config(cases())]
    #[test]
    fn receipts_read_back(logs in prop::collection::btree_map(any::<[u8; 16]>(), 0..1_u64 << 48, 0..50), missing in any::<u32>()) {
        let receipt = Receipt::new([3; 32], missing, logs.into_iter().map(|(log, seq)| (LogId(log), seq)));
        prop_assert_eq!(Receipt::decode(&receipt.encode()), Some(receipt));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Receipt::decode(&bytes);
        if let Ok(soft) = Soft::decode(&bytes) {
            let _ = addresses::open(&keyring(&[1]), &soft);
            prop_assert!(soft.verify(&TEAM).is_err());
        }
        let mut versioned = bytes;
        versioned.insert(0, 1);
        if let Ok(soft) = Soft::decode(&versioned) {
            prop_assert!(soft.verify(&TEAM).is_err());
        }
    }
}
