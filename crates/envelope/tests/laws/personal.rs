//! Personal state in soft state: for ana's own devices and for nobody else.

use cremona_envelope::{
    DeviceId, EpochKey, Identity, Keyring, MAX_SOFT, Soft, SoftKind, Time, VerifiedSoft, WorkspaceId, addresses,
    personal,
};
use proptest::prelude::*;

use crate::people::{cases, person};

const TEAM: WorkspaceId = WorkspaceId([4; 16]);
const NOON: Time = Time(1_793_534_400_000);

fn keys(people: &[&Identity]) -> Vec<(DeviceId, [u8; 32])> {
    people.iter().map(|who| (who.device(), who.box_key())).collect()
}

/// What `who` says at `time`, sealed for `devices`.
fn word(who: &Identity, time: Time, devices: &[(DeviceId, [u8; 32])], content: &[u8]) -> VerifiedSoft {
    let head = Soft::head(SoftKind::PERSONAL, &TEAM, &who.device(), time);
    let payload = personal::seal(&head, devices, content, &[7; 32]).unwrap();
    VerifiedSoft::say(who, SoftKind::PERSONAL, &TEAM, time, payload).unwrap()
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

#[test]
fn anas_desk_and_phone_open_it_and_nobody_else_does() {
    let (desk, phone, bo) = (person("ana"), person("ana's phone"), person("bo"));
    let said = word(&desk, NOON, &keys(&[&desk, &phone]), b"a draft for bo");
    for mine in [&desk, &phone] {
        assert_eq!(personal::open(mine, said.soft()).as_deref(), Some(b"a draft for bo".as_slice()));
    }
    assert_eq!(personal::open(&bo, said.soft()), None);
    let mut devices = vec![desk.device(), phone.device()];
    devices.sort();
    assert_eq!(personal::devices(said.soft()), Some(devices));
    // The keys of the workspace, which every teammate has, open nothing of it.
    let mut keyring = Keyring::default();
    keyring.add(&EpochKey([7; 32]));
    assert_eq!(addresses::open(&keyring, said.soft()), None);
    assert!(!holds(&said.encode(), b"draft"));
    // One of bo's devices may claim to be meant; its keys are not.
    let (signing, _) = phone.seeds();
    let (_, boxing) = bo.seeds();
    assert_eq!(personal::open(&Identity::from_seeds(&signing, &boxing), said.soft()), None);
}

#[test]
fn a_payload_opens_in_its_own_word_only() {
    let (desk, phone) = (person("ana"), person("ana's phone"));
    let said = word(&desk, NOON, &keys(&[&desk, &phone]), b"read up to here");
    let payload = said.soft().payload.clone();
    let again = |who: &Identity, kind, time| VerifiedSoft::say(who, kind, &TEAM, time, payload.clone()).unwrap();
    for moved in [
        again(&desk, SoftKind::PERSONAL, NOON.plus(1)),
        again(&phone, SoftKind::PERSONAL, NOON),
        again(&desk, SoftKind::ADDRESSES, NOON),
    ] {
        assert_eq!(personal::open(&desk, moved.soft()), None);
    }
    assert!(personal::open(&desk, again(&desk, SoftKind::PERSONAL, NOON).soft()).is_some());
}

#[test]
fn only_the_padded_length_tells_how_much_it_is() {
    let desk = person("ana");
    let len = |bytes: usize| word(&desk, NOON, &keys(&[&desk]), &vec![1; bytes]).soft().payload.len();
    assert_eq!(len(10_000), len(10_200));
    assert_eq!(len(0), len(31));
}

#[test]
fn what_fills_the_room_fits_into_a_word_and_one_byte_more_is_refused() {
    let people: Vec<Identity> =
        (0..personal::MAX_DEVICES + 3).map(|number| person(&format!("device {number}"))).collect();
    for count in [1, 2, personal::MAX_DEVICES, personal::MAX_DEVICES + 3] {
        let devices = keys(&people[..count].iter().collect::<Vec<_>>());
        let room = personal::room(count);
        let said = word(&people[0], NOON, &devices, &vec![1; room]);
        assert!(said.soft().payload.len() <= MAX_SOFT && room > 59_000, "{count}: {room}");
        assert_eq!(personal::devices(said.soft()).map(|devices| devices.len()), Some(count.min(personal::MAX_DEVICES)));
        let head = Soft::head(SoftKind::PERSONAL, &TEAM, &people[0].device(), NOON);
        assert_eq!(personal::seal(&head, &devices, &vec![1; room + 1], &[7; 32]), None);
    }
}

#[test]
fn a_device_without_a_usable_key_is_left_out() {
    let (desk, phone) = (person("ana"), person("ana's phone"));
    let devices = [(desk.device(), desk.box_key()), (phone.device(), [0; 32])];
    let said = word(&desk, NOON, &devices, b"far");
    assert_eq!(personal::devices(said.soft()), Some(vec![desk.device()]));
    let head = Soft::head(SoftKind::PERSONAL, &TEAM, &desk.device(), NOON);
    assert_eq!(personal::seal(&head, &[], b"far", &[7; 32]), None);
}

proptest! {
    #![proptest_config(cases())]
    #[test]
    fn no_payload_makes_it_panic_and_no_bent_one_opens(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        at in any::<prop::sample::Index>(),
        bit in 0..8_u8,
    ) {
        let desk = person("ana");
        let say = |payload| VerifiedSoft::say(&desk, SoftKind::PERSONAL, &TEAM, NOON, payload).unwrap();
        prop_assert_eq!(personal::open(&desk, say(bytes).soft()), None);
        let mut payload = word(&desk, NOON, &keys(&[&desk]), b"far").soft().payload.clone();
        let at = at.index(payload.len());
        payload[at] ^= 1 << bit;
        let opened = personal::open(&desk, say(payload).soft());
        prop_assert!(opened.is_none_or(|content| content == b"far"), "other content than was sealed");
    }
}
