//! One envelope on the wire: it reads back, and nothing about it can be changed.

use cremona_envelope::header::HEADER_LEN;
use cremona_envelope::{Body, Envelope, EnvelopeError, Kind, MAX_ENVELOPE, PlainBody, WorkspaceId};
use proptest::prelude::*;

use crate::people::{Log, cases, person, workspace};

fn without_body(mut envelope: Envelope) -> Envelope {
    envelope.body = Body::Absent;
    envelope
}

#[test]
fn every_flipped_bit_is_noticed() {
    let mut bo = Log::joined("bo");
    let message = bo.says("see you at noon").into_envelope();
    let erased = without_body(message.clone());
    let control = bo.says_in_clear(Kind::CONTROL, vec![0xa1, 0x00, 0x18, 0x63]).into_envelope();
    for envelope in [message, erased, control] {
        let bytes = envelope.encode();
        assert!(Envelope::decode(&bytes).unwrap().verify(&workspace()).is_ok());
        for place in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[place] ^= 1 << bit;
                let read = Envelope::decode(&changed).and_then(|envelope| envelope.verify(&workspace()));
                assert!(read.is_err(), "byte {place}, bit {bit}");
            }
        }
    }
}

#[test]
fn every_cut_and_every_extra_byte_is_noticed() {
    let bytes = Log::joined("bo").says("hello").into_envelope().encode();
    for end in 0..bytes.len() {
        assert!(Envelope::decode(&bytes[..end]).is_err(), "cut at {end}");
    }
    assert!(Envelope::decode(&[bytes, vec![0]].concat()).is_err());
}

#[test]
fn a_body_that_was_erased_leaves_the_envelope_valid() {
    let message = Log::joined("bo").says("forget this");
    let Body::Held(body) = message.envelope().body.clone() else { panic!("the body is held") };
    let erased = without_body(message.envelope().clone()).verify(&workspace()).unwrap();
    assert_eq!(erased.id(), message.id());
    assert_eq!(erased.clone().with_body(body), Some(message));
    assert_eq!(erased.with_body(b"another text".to_vec()), None);
}

#[test]
fn a_body_can_neither_be_invented_nor_denied() {
    let mut bo = Log::joined("bo");
    let bare = bo.seals(b"reaction", PlainBody::None).into_envelope();
    let text = bo.says("hello").into_envelope();
    let refused = |envelope: Envelope, body| Envelope { body, ..envelope }.verify(&workspace());
    for body in [Body::Absent, Body::Held(Vec::new()), Body::Held(vec![1])] {
        assert!(matches!(refused(bare.clone(), body), Err(EnvelopeError::Part(_))));
    }
    for body in [Body::None, Body::Held(Vec::new()), Body::Held(vec![1])] {
        assert!(matches!(refused(text.clone(), body), Err(EnvelopeError::Part(_))));
    }
}

#[test]
fn an_envelope_alone_has_to_be_signed_by_its_own_device() {
    let message = Log::joined("bo").says("hello");
    let unsigned = Envelope { signature: None, ..message.envelope().clone() };
    assert_eq!(Envelope::decode(&unsigned.encode()), Ok(unsigned.clone()));
    assert_eq!(unsigned.verify(&workspace()), Err(EnvelopeError::Unsigned(message.id())));

    let mut forged = message.envelope().clone();
    forged.header.device = person("cy").device();
    let id = forged.header.id();
    assert_eq!(forged.verify(&workspace()), Err(EnvelopeError::Signature(id)));
}

#[test]
fn the_neutral_key_signs_nothing() {
    let mut forged = Log::joined("bo").says("hello").into_envelope();
    let mut neutral = [0; 32];
    neutral[0] = 1;
    forged.header.device.0 = neutral;
    let mut signature = [0; 64];
    signature[0] = 1;
    forged.signature = Some(signature);
    let id = forged.header.id();
    assert_eq!(forged.verify(&workspace()), Err(EnvelopeError::Signature(id)));
}

#[test]
fn an_envelope_of_another_workspace_stays_outside() {
    let message = Log::joined("bo").says("hello");
    let elsewhere = WorkspaceId([9; 16]);
    assert_eq!(message.envelope().clone().verify(&elsewhere), Err(EnvelopeError::Workspace(message.id())));
}

#[test]
fn a_kind_of_the_future_is_verified_and_kept() {
    let sealed = Log::joined("bo").says("hello").into_envelope();
    let message = Log::joined("bo").says_in_clear(Kind(200), b"who knows".to_vec());
    assert_ne!(sealed.header.kind, message.header().kind);
    let read = Envelope::decode(&message.envelope().encode()).unwrap().verify(&workspace());
    assert_eq!(read, Ok(message));
}

#[test]
fn the_longest_envelope_is_as_long_as_stated() {
    let mut bo = Log::joined("bo");
    let envelope = bo.seals(&[1; 63_487], PlainBody::Text(&[2; 129_023])).into_envelope();
    let bytes = envelope.encode();
    assert!(bytes.len() <= MAX_ENVELOPE && bytes.len() > MAX_ENVELOPE - 5_000, "{}", bytes.len());
    assert_eq!(Envelope::decode(&bytes), Ok(envelope));
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn what_is_sent_is_what_is_read(
        change in prop::collection::vec(any::<u8>(), 0..300),
        text in prop::option::of(prop::collection::vec(any::<u8>(), 0..300)),
        erased in any::<bool>(),
        signed in any::<bool>(),
    ) {
        let body = text.as_deref().map_or(PlainBody::None, PlainBody::Text);
        let mut envelope = Log::joined("bo").seals(&change, body).into_envelope();
        if erased && text.is_some() {
            envelope.body = Body::Absent;
        }
        if !signed {
            envelope.signature = None;
        }
        prop_assert_eq!(Envelope::decode(&envelope.encode()), Ok(envelope));
    }

    #[test]
    fn noise_is_refused_calmly_and_what_is_read_has_one_form(
        noise in prop::collection::vec(any::<u8>(), 0..600),
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
    ) {
        let mut bytes = Log::joined("bo").says("hello").into_envelope().encode();
        for (place, byte) in places {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        for bytes in [bytes[..HEADER_LEN].iter().chain(&noise).copied().collect(), bytes, noise] {
            if let Ok(envelope) = Envelope::decode(&bytes) {
                prop_assert_eq!(envelope.encode(), bytes);
            }
        }
    }
}
