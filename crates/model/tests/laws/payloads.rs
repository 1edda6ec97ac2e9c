//! The payload: one encoding, and no bytes that make it panic.

use cremona_model::payload::{MAX_SEQ, MAX_VALUE};
use cremona_model::{DocId, Payload, PayloadError};
use proptest::prelude::*;

use crate::people::{NOON, cases, channel};

fn payload(seq: u32, value: Vec<u8>) -> Payload {
    let prev = (seq > 1).then_some([7; 32]);
    Payload { doc: DocId::of(channel(1), NOON), seq, prev, value }
}

#[test]
fn a_payload_outside_its_limits_is_refused() {
    let bytes = payload(2, vec![1]).encode();
    assert_eq!(Payload::decode(&[]), Err(PayloadError::Short));
    assert_eq!(Payload::decode(&bytes[..54]), Err(PayloadError::Short));
    assert_eq!(Payload::decode(&[&[2], &bytes[1..]].concat()), Err(PayloadError::Version(2)));
    assert_eq!(Payload::decode(&payload(0, Vec::new()).encode()), Err(PayloadError::Seq(0)));
    let over = payload(MAX_SEQ + 1, Vec::new());
    assert_eq!(Payload::decode(&over.encode()), Err(PayloadError::Seq(MAX_SEQ + 1)));
    let long = payload(1, vec![0; MAX_VALUE + 1]);
    assert_eq!(Payload::decode(&long.encode()), Err(PayloadError::Long(MAX_VALUE + 1)));
    assert!(Payload::decode(&payload(MAX_SEQ, vec![0; MAX_VALUE]).encode()).is_ok());
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn what_is_written_reads_back(seq in 1..=MAX_SEQ, value in prop::collection::vec(any::<u8>(), 0..99)) {
        let payload = payload(seq, value);
        prop_assert_eq!(Payload::decode(&payload.encode()), Ok(payload));
    }

    #[test]
    fn bytes_that_read_have_one_encoding(mut bytes in prop::collection::vec(any::<u8>(), 0..99)) {
        if let Some(version) = bytes.first_mut() {
            *version %= 2;
        }
        if let Ok(payload) = Payload::decode(&bytes) {
            prop_assert_eq!(payload.encode(), bytes);
        }
    }
}
