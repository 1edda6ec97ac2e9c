//! Sealing: deterministic, bound to its place, and silent about what is inside.

use cremona_envelope::header::MAX_CHANGE;
use cremona_envelope::seal::{Cipher, OVERHEAD, PartError};
use cremona_envelope::{
    Body, Envelope, EnvelopeId, EpochKey, Header, LifeId, Part, Place, PlainBody, SealError, Sealed, Time, WorkspaceId,
};
use proptest::prelude::*;

use crate::people::{Log, cases, epoch_key, person};

fn cipher() -> Cipher {
    Cipher::new(&epoch_key())
}

fn place() -> Place {
    Log::joined("bo").place()
}

fn sealed(change: &[u8], body: PlainBody<'_>) -> Sealed {
    cipher().seal(&place(), change, body).unwrap()
}

fn held(body: &Body) -> &[u8] {
    match body {
        Body::Held(bytes) => bytes,
        Body::None | Body::Absent => panic!("the body is held"),
    }
}

#[test]
fn an_erased_body_leaves_the_change_as_it_was() {
    let whole = sealed(b"change", PlainBody::Text(b"words"));
    let part = whole.header.body.unwrap();
    let resealed = cipher().seal(&Place::of(&whole.header), b"change", PlainBody::Absent(part)).unwrap();
    assert_eq!(resealed, Sealed { body: Body::Absent, ..whole });
}

#[test]
fn a_part_is_bound_to_everything_that_is_known_before_sealing() {
    let whole = sealed(b"change", PlainBody::Text(b"words"));
    let moved: [fn(&mut Header); 10] = [
        |header| header.kind.0 = 3,
        |header| header.workspace = WorkspaceId([1; 16]),
        |header| header.device = person("cy").device(),
        |header| header.life = LifeId([9; 16]),
        |header| header.seq += 1,
        |header| header.prev = EnvelopeId::NONE,
        |header| header.time = Time(1),
        |header| header.bytes += 1,
        |header| header.change.len += 1,
        |header| header.body = None,
    ];
    for (index, elsewhere) in moved.into_iter().enumerate() {
        let mut header = whole.header.clone();
        elsewhere(&mut header);
        assert!(!cipher().fits(&header), "field {index}");
        assert_eq!(cipher().open_body(&header, held(&whole.body)), Err(PartError::Decrypt), "field {index}");
        let envelope = Sealed { header, ..whole.clone() }.with_signature(None);
        assert_eq!(cipher().open_change(&envelope), Err(PartError::Decrypt), "field {index}");
    }
}

#[test]
fn change_and_body_cannot_stand_for_each_other() {
    let whole = sealed(b"same words", PlainBody::Text(b"same words"));
    let body = held(&whole.body).to_vec();
    assert_ne!(whole.change[..24], body[..24], "not even the nonces show that the words are the same");
    assert_eq!(cipher().open_body(&whole.header, &whole.change), Err(PartError::Decrypt));
    let swapped = Envelope { header: whole.header, signature: None, change: body, body: Body::Absent };
    assert_eq!(cipher().open_change(&swapped), Err(PartError::Decrypt));
}

#[test]
fn a_changed_byte_of_a_part_opens_nothing() {
    let whole = sealed(b"change", PlainBody::Text(b"words"));
    for place in 0..whole.change.len() {
        let mut envelope = whole.clone().with_signature(None);
        envelope.change[place] ^= 0x40;
        assert_eq!(cipher().open_change(&envelope), Err(PartError::Decrypt));
        let mut body = held(&whole.body).to_vec();
        body[place] ^= 0x40;
        assert_eq!(cipher().open_body(&whole.header, &body), Err(PartError::Decrypt));
    }
    assert_eq!(cipher().open_body(&whole.header, &[]), Err(PartError::Decrypt));
    assert_eq!(cipher().open_body(&whole.header, &[0; 30]), Err(PartError::Decrypt));
}

#[test]
fn two_envelopes_of_one_epoch_share_no_byte_that_an_outsider_could_compare() {
    let mut bo = Log::joined("bo");
    let one = bo.says("hello").into_envelope();
    let other = bo.says("hello").into_envelope();
    assert_ne!(one.header.tag, other.header.tag);
    assert_ne!(one.change[..24], other.change[..24]);
    assert_ne!(held(&one.body)[..24], held(&other.body)[..24]);
    let again = Cipher::new(&EpochKey([78; 32])).seal(&place(), b"change", PlainBody::None).unwrap();
    assert_ne!(again.header.tag, sealed(b"change", PlainBody::None).header.tag);
}

#[test]
fn a_restored_backup_never_uses_a_nonce_for_other_words() {
    let one = sealed(b"change", PlainBody::Text(b"said before the restore"));
    let other = sealed(b"change", PlainBody::Text(b"said after the restore!"));
    assert_eq!(one.header.body.map(|part| part.len), other.header.body.map(|part| part.len));
    assert_eq!(one.change, other.change, "the same change at the same place is the same bytes");
    assert_ne!(held(&one.body)[..24], held(&other.body)[..24]);
}

#[test]
fn a_text_over_the_limit_is_refused_before_it_is_sealed() {
    let long = |change: usize, body: usize| cipher().seal(&place(), &vec![1; change], PlainBody::Text(&vec![2; body]));
    assert!(long(63_487, 129_023).is_ok());
    assert_eq!(long(63_488, 1), Err(SealError::Long { len: 65_576, limit: 65_536 }));
    assert_eq!(long(1, 129_024), Err(SealError::Long { len: 131_112, limit: 131_072 }));
    assert!(Sealed::clear(&place(), vec![0; MAX_CHANGE as usize]).is_ok());
    assert_eq!(
        Sealed::clear(&place(), vec![0; MAX_CHANGE as usize + 1]),
        Err(SealError::Long { len: 65_537, limit: 65_536 })
    );
}

#[test]
fn no_debug_output_shows_a_key() {
    let key = epoch_key();
    assert_eq!(format!("{key:?}"), format!("EpochKey({})", key.id().short()));
    assert!(!format!("{:?}", person("ana")).contains("SigningKey"));
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn whoever_holds_the_key_regenerates_the_same_bytes(
        change in prop::collection::vec(any::<u8>(), 0..2000),
        text in prop::option::of(prop::collection::vec(any::<u8>(), 0..2000)),
        key in any::<[u8; 32]>(),
    ) {
        let cipher = Cipher::new(&EpochKey(key));
        let body = text.as_deref().map_or(PlainBody::None, PlainBody::Text);
        let first = cipher.seal(&place(), &change, body).unwrap();
        prop_assert!(cipher.fits(&first.header));
        let envelope = first.clone().with_signature(None);
        let opened = cipher.open_change(&envelope).unwrap();
        prop_assert_eq!(&opened, &change);
        if let Some(text) = &text {
            let opened = cipher.open_body(&first.header, held(&first.body)).unwrap();
            prop_assert_eq!(&opened, text);
        }
        let again = Cipher::new(&EpochKey(key)).seal(&Place::of(&first.header), &opened, body).unwrap();
        prop_assert_eq!(again, first);
    }

    #[test]
    fn the_length_that_shows_is_at_most_an_eighth_longer(length in 32_usize..60_000) {
        let part: Part = sealed(&vec![1; length], PlainBody::None).header.change;
        let padded = (part.len - OVERHEAD) as usize;
        let needed = length + 1;
        prop_assert!(padded >= needed && (padded - needed) * 100 <= needed * 12, "{length} -> {padded}");
    }
}
