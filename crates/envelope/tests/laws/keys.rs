//! The keys payload: who gets the epoch key, and who does not.

use cremona_envelope::header::MAX_CHANGE;
use cremona_envelope::{DeviceId, EpochKey, KeysPayload, Secret, WorkspaceId};
use proptest::prelude::*;

use crate::people::{cases, epoch_key, person, secret, with, workspace};

fn device(name: &str) -> (DeviceId, [u8; 32]) {
    (person(name).device(), person(name).box_key())
}

fn payload() -> KeysPayload {
    KeysPayload::new(&epoch_key(), &secret(), &workspace(), &[device("bo"), device("ana")], [4; 32])
}

fn unbox(payload: &KeysPayload, name: &str) -> Option<EpochKey> {
    payload.unbox(&person(name).device(), &person(name).seeds().1, &workspace())
}

#[test]
fn each_device_and_each_holder_of_the_workspace_key_gets_it() {
    let payload = payload();
    assert_eq!(unbox(&payload, "ana"), Some(epoch_key()));
    assert_eq!(unbox(&payload, "bo"), Some(epoch_key()));
    assert_eq!(payload.unlock(&secret(), &workspace()), Some(epoch_key()));
    assert!(payload.boxes.is_sorted_by_key(|one| one.device));
}

#[test]
fn nobody_else_does() {
    let payload = payload();
    assert_eq!(unbox(&payload, "cy"), None);
    let cy = person("cy").seeds().1;
    assert_eq!(payload.unbox(&person("ana").device(), &cy, &workspace()), None, "the box is ana's, the key is not");
    assert_eq!(payload.unlock(&Secret([6; 16]), &workspace()), None);
}

#[test]
fn a_box_of_another_workspace_or_for_another_device_stays_shut() {
    let mut payload = payload();
    let elsewhere = WorkspaceId([9; 16]);
    assert_eq!(payload.unlock(&secret(), &elsewhere), None);
    assert_eq!(payload.unbox(&person("ana").device(), &person("ana").seeds().1, &elsewhere), None);
    for one in &mut payload.boxes {
        one.device = person("cy").device().0;
    }
    let ana = person("ana").seeds().1;
    assert_eq!(payload.unbox(&person("cy").device(), &ana, &workspace()), None);
}

#[test]
fn a_key_that_the_epoch_does_not_name_is_no_key() {
    let other = KeysPayload::new(&EpochKey([1; 32]), &secret(), &workspace(), &[device("ana")], [4; 32]);
    let mixed = with(payload(), |payload| payload.epoch = other.epoch);
    assert_eq!(mixed.unlock(&secret(), &workspace()), None);
    assert_eq!(unbox(&mixed, "ana"), None);
}

#[test]
fn a_spoiled_box_or_lockbox_is_no_key() {
    let good = payload();
    for place in 0..48 {
        let mut spoiled = good.clone();
        spoiled.lockbox[place] ^= 1;
        spoiled.boxes.iter_mut().for_each(|one| one.sealed[place] ^= 1);
        assert_eq!(spoiled.unlock(&secret(), &workspace()), None);
        assert_eq!(unbox(&spoiled, "ana"), None);
    }
    let mut empty = good;
    empty.lockbox.clear();
    empty.boxes.iter_mut().for_each(|one| one.sealed.clear());
    assert_eq!((empty.unlock(&secret(), &workspace()), unbox(&empty, "ana")), (None, None));
}

#[test]
fn a_device_with_a_useless_key_gets_no_box_and_harms_nobody() {
    let zero = (person("cy").device(), [0; 32]);
    let payload = KeysPayload::new(&epoch_key(), &secret(), &workspace(), &[zero, device("ana")], [4; 32]);
    assert_eq!(payload.boxes.len(), 1);
    assert_eq!(unbox(&payload, "ana"), Some(epoch_key()));
}

#[test]
fn five_hundred_devices_fit_one_envelope() {
    let devices: Vec<_> = (0..500).map(|number| device(&format!("device {number}"))).collect();
    let payload = KeysPayload::new(&epoch_key(), &secret(), &workspace(), &devices, [4; 32]);
    assert_eq!(payload.boxes.len(), 500);
    assert!(payload.encode().len() <= MAX_CHANGE as usize, "{}", payload.encode().len());
}

#[test]
fn the_payload_reads_back_and_a_newer_one_is_read_as_far_as_it_is_known() {
    let payload = payload();
    let bytes = payload.encode();
    assert_eq!(KeysPayload::decode(&bytes), Some(payload.clone()));
    let newer = with_field(&bytes, 40, 7);
    assert_eq!(KeysPayload::decode(&newer), Some(payload));
    let mut other_type = bytes;
    assert_eq!(other_type[1..3], [0, 3], "field 0 is the type");
    other_type[2] = 4;
    assert_eq!(KeysPayload::decode(&other_type), None);
}

/// A map with one more field.
fn with_field(map: &[u8], key: u8, value: u8) -> Vec<u8> {
    let fields = minicbor::Decoder::new(map).map().unwrap().unwrap();
    let mut out = Vec::new();
    minicbor::Encoder::new(&mut out).map(fields + 1).unwrap();
    out.extend(&map[1..]);
    minicbor::Encoder::new(&mut out).u8(key).unwrap().u8(value).unwrap();
    out
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn noise_is_refused_calmly(noise in prop::collection::vec(any::<u8>(), 0..300), place in any::<prop::sample::Index>()) {
        let _ = KeysPayload::decode(&noise);
        let mut bytes = payload().encode();
        let place = place.index(bytes.len());
        bytes.splice(place..place, noise);
        if let Some(read) = KeysPayload::decode(&bytes) {
            for key in [read.unlock(&secret(), &workspace()), unbox(&read, "ana")].into_iter().flatten() {
                prop_assert_eq!(key.id().0, read.epoch);
            }
        }
    }
}
