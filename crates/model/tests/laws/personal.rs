//! Personal state: three devices of ana's, and what they hold once they have heard of each other.

use std::collections::BTreeMap;

use cremona_envelope::{DeviceId, LogId, RecordId, Time};
use cremona_model::personal::{
    Draft, DraftId, Follow, Key, MAX_LOGS, MAX_STATE, Marks, Personal, PersonalError, Place, Positions, Register,
    Scope, Setting, Target, Written, value, wire,
};
use proptest::prelude::*;

use crate::people::cases;

const NOON: Time = Time(1_793_534_400_000);

fn id(number: u8) -> RecordId {
    RecordId([number; 16])
}

fn log(number: u8) -> LogId {
    LogId([number; 16])
}

fn device(number: u8) -> DeviceId {
    DeviceId([number; 32])
}

fn upto(positions: &[(u8, u64)]) -> Positions {
    positions.iter().map(|(number, seq)| (log(*number), *seq)).collect()
}

fn written(ms: u64, by: u8, value: Option<Vec<u8>>) -> Register {
    Register { written: Written { time: NOON.plus(ms), device: device(by) }, value }
}

/// Something that a device does to its own copy, and of which the others hear later.
#[derive(Clone, Debug)]
enum Deed {
    Reads { scope: Scope, log: u8, seq: u64, at: u64 },
    Writes { place: Place, at: u64, value: Option<Vec<u8>> },
    Hears { of: usize },
}

fn scope() -> impl Strategy<Value = Scope> {
    (0..3_u8, any::<bool>())
        .prop_map(|(at, thread)| if thread { Scope::Thread(id(at)) } else { Scope::Channel(id(at)) })
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        (0..3_u8).prop_map(|at| Place::Unread(id(at))),
        (0..3_u8).prop_map(|at| Place::Done(id(at))),
        (0..3_u8).prop_map(|at| Place::Later(id(at))),
        scope().prop_map(Place::Follow),
        (0..3_u8).prop_map(|at| Place::Draft(DraftId([at; 16]))),
        prop::sample::select(&["zone", "language", "of-tomorrow"][..]).prop_map(|name| Place::Setting(name.to_owned())),
        (9..11_u8, prop::collection::vec(0..2_u8, 0..3)).prop_map(|(kind, about)| Place::Other(kind, about)),
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        3 => (scope(), 0..4_u8, 0..9_u64, 0..9_u64).prop_map(|(scope, log, seq, at)| Deed::Reads { scope, log, seq, at }),
        5 => (place(), 0..9_u64, prop::option::of(prop::collection::vec(0..3_u8, 0..3)))
            .prop_map(|(place, at, value)| Deed::Writes { place, at, value }),
        2 => (0..3_usize).prop_map(|of| Deed::Hears { of }),
    ]
}

/// What three devices hold after a history; clocks go as they like.
fn live(history: &[(usize, Deed)]) -> Vec<Personal> {
    let mut devices = vec![Personal::default(); 3];
    for (who, deed) in history {
        match deed {
            Deed::Reads { scope, log: number, seq, at } => {
                let marks = devices[*who].marks.entry(*scope).or_default();
                marks.join(&Marks { read: NOON.plus(*at), upto: upto(&[(*number, *seq)]) });
            }
            Deed::Writes { place, at, value } => {
                let by = device(u8::try_from(*who).unwrap());
                let before = devices[*who].registers.get(place);
                let after = Register::after(before, value.clone(), by, NOON.plus(*at));
                devices[*who].registers.insert(place.clone(), after);
            }
            Deed::Hears { of } => {
                let heard = devices[*of].clone();
                devices[*who].merge(&heard);
            }
        }
    }
    devices
}

fn merged(one: &Personal, other: &Personal) -> Personal {
    let mut both = one.clone();
    both.merge(other);
    both
}

fn history() -> impl Strategy<Value = Vec<(usize, Deed)>> {
    prop::collection::vec((0..3_usize, deed()), 0..40)
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn three_devices_come_to_the_same_in_any_order(history in history()) {
        let all = live(&history);
        let (a, b, c) = (&all[0], &all[1], &all[2]);
        prop_assert_eq!(merged(a, b), merged(b, a));
        prop_assert_eq!(merged(&merged(a, b), c), merged(a, &merged(b, c)));
        prop_assert_eq!(&merged(a, a), a);
        let mut both = merged(a, b);
        prop_assert!(both.merge(b).is_empty(), "a second time changes nothing");
    }

    #[test]
    fn what_one_wrote_last_stands_whatever_its_clock(history in history(), by in 0..3_usize, place in place()) {
        let all = live(&history);
        let mut mine = merged(&merged(&all[0], &all[1]), &all[2]);
        let last = Register::after(mine.registers.get(&place), Some(vec![7]), device(u8::try_from(by).unwrap()), Time(0));
        mine.registers.insert(place.clone(), last);
        for other in &all {
            prop_assert_eq!(&merged(other, &mine).registers[&place], &mine.registers[&place]);
        }
    }

    #[test]
    fn marks_never_go_back_and_nothing_is_read_that_nobody_read(history in history()) {
        let all = live(&history);
        let whole = merged(&merged(&all[0], &all[1]), &all[2]);
        for device in &all {
            for (scope, marks) in &device.marks {
                prop_assert!(whole.marks[scope].upto.cover_all(&marks.upto));
            }
        }
        for (scope, marks) in &whole.marks {
            for (log, seq) in marks.upto.iter() {
                let read = |device: &Personal| device.marks.get(scope).is_some_and(|marks| marks.upto.of(log) == seq);
                prop_assert!(all.iter().any(read));
            }
        }
    }

    #[test]
    fn a_change_is_told_exactly_where_there_is_one(history in history()) {
        let all = live(&history);
        let before = all[0].clone();
        let mut after = before.clone();
        let told: Vec<Key> = after.merge(&all[1]);
        let marks = after.marks.iter().filter(|(scope, marks)| before.marks.get(scope) != Some(marks));
        let registers = after.registers.iter().filter(|(place, register)| before.registers.get(place) != Some(register));
        let changed: Vec<Key> =
            marks.map(|(scope, _)| Key::Marks(*scope)).chain(registers.map(|(place, _)| Key::Register(place.clone()))).collect();
        prop_assert_eq!(told, changed);
    }

    #[test]
    fn it_reads_back(history in history()) {
        for device in live(&history) {
            prop_assert_eq!(Personal::decode(&device.encode()), Ok(device));
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), kind in any::<u8>()) {
        let _ = (Marks::decode(&bytes), Register::decode(&bytes), Key::read(kind, &bytes), Draft::read(&bytes));
        let _ = (value::read_positions(&bytes), value::read_moment(&bytes), value::read_text(&bytes), Follow::read(&bytes));
        let _ = Personal::decode(&bytes);
        for head in [&[0x82, 0x01, 0xbf][..], &[0x82, 0x01, 0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], &[0x82, 0x01, 0xa2]] {
            let _ = Personal::decode(&[head, &bytes].concat());
        }
    }

    #[test]
    fn cut_or_bent_bytes_are_read_or_refused(history in history(), at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let mut bytes = live(&history)[0].encode();
        let at = at.index(bytes.len());
        let _ = Personal::decode(&bytes[..at]);
        bytes[at] ^= 1 << bit;
        if let Ok(read) = Personal::decode(&bytes) {
            prop_assert_eq!(Personal::decode(&read.encode()), Ok(read));
        }
    }
}

#[test]
fn what_arrives_late_is_unread_however_old_it_is() {
    let mut mine = Personal::default();
    mine.marks.insert(Scope::Thread(id(1)), Marks { read: NOON, upto: upto(&[(1, 5)]) });
    mine.marks.insert(Scope::Channel(id(9)), Marks { read: NOON, upto: upto(&[(1, 2), (2, 7)]) });
    let read = mine.read_up_to(id(1), id(9));
    assert!(read.cover(&log(1), 5) && !read.cover(&log(1), 6));
    assert!(read.cover(&log(2), 7), "as far as the channel was read");
    assert!(!read.cover(&log(3), 1), "a log that was not here when ana read");
    assert!(!mine.read_up_to(id(2), id(9)).cover(&log(1), 3), "another thread");
}

#[test]
fn what_is_marked_unread_is_so_until_it_is_read_again_on_any_device() {
    let again = |ms| written(ms, 1, Some(value::positions(&upto(&[(1, 3)]))));
    let mut mine = Personal::default();
    mine.marks.insert(Scope::Thread(id(1)), Marks { read: NOON, upto: upto(&[(1, 5)]) });
    mine.registers.insert(Place::Unread(id(1)), again(1_000));
    assert_eq!(mine.read_up_to(id(1), id(9)), upto(&[(1, 3)]));
    // The other device, which knows nothing of that, read it an hour later: not even further.
    let mut there = Personal::default();
    there.marks.insert(Scope::Thread(id(1)), Marks { read: NOON.plus(3_600_000), upto: upto(&[(1, 5)]) });
    mine.merge(&there);
    assert_eq!(mine.read_up_to(id(1), id(9)), upto(&[(1, 5)]));
    mine.registers.insert(Place::Unread(id(1)), again(4_000_000));
    assert_eq!(mine.read_up_to(id(1), id(9)), upto(&[(1, 3)]));
    // All of the channel is read after that.
    mine.marks.insert(Scope::Channel(id(9)), Marks { read: NOON.plus(5_000_000), upto: upto(&[(1, 6)]) });
    assert_eq!(mine.read_up_to(id(1), id(9)), upto(&[(1, 6)]));
}

#[test]
fn drafts_of_two_devices_stand_side_by_side_and_what_is_dropped_stays_dropped() {
    let draft =
        |text: &str| Draft { target: Target::Thread(id(1)), text: text.to_owned(), title: None, hold: None }.encode();
    let (first, second) = (Place::Draft(DraftId([1; 16])), Place::Draft(DraftId([2; 16])));
    let mut desk = Personal::default();
    desk.registers.insert(first.clone(), written(1, 1, Some(draft("at the desk"))));
    let mut train = Personal::default();
    train.registers.insert(second.clone(), written(1, 2, Some(draft("on the train"))));
    desk.merge(&train);
    assert_eq!(desk.registers.len(), 2);
    let before = desk.registers[&second].clone();
    desk.registers.insert(second.clone(), Register::after(Some(&before), None, device(1), NOON));
    desk.merge(&train);
    assert_eq!(desk.registers[&second].value, None);
    train.merge(&desk);
    assert_eq!(train, desk);
    let text = train.registers[&first].value.as_deref().and_then(Draft::read).unwrap().text;
    assert_eq!(text, "at the desk");
}

#[test]
fn what_a_newer_version_says_is_kept() {
    let newer = [
        (Place::Setting("of-tomorrow".to_owned()), written(1, 3, Some(vec![0xa1, 0x18, 0x63, 0xf5]))),
        (Place::Other(99, vec![1, 2]), written(2, 3, Some(vec![0xff]))),
        (Place::Later(id(1)), written(3, 3, Some(vec![0xa2, 0x00, 0x05, 0x18, 0x40, 0x61, 0x78]))),
    ];
    let theirs = Personal { marks: BTreeMap::new(), registers: newer.into_iter().collect() };
    let mut mine = Personal::default();
    mine.merge(&theirs);
    let again = Personal::decode(&mine.encode()).unwrap();
    assert_eq!(again, theirs);
    let later = again.registers[&Place::Later(id(1))].value.as_deref().and_then(value::read_moment);
    assert_eq!(later, Some(Time(5)), "what is known of it is read");
    assert_eq!(Setting::from_name("of-tomorrow"), None);
    assert_eq!(Follow::read(&[0xa1, 0x00, 0x18, 0x63]), Follow::Default, "a rule of tomorrow");
}

#[test]
fn a_field_that_cant_be_read_is_left_out_and_the_rest_is_not() {
    let good = (Key::Register(Place::Later(id(1))).bytes(), written(1, 1, Some(value::moment(NOON))).encode());
    let bad = (Key::Register(Place::Done(id(1))).bytes(), vec![0x01]);
    let marks = (Key::Marks(Scope::Thread(id(1))).bytes(), vec![0x82, 0x1b, 0xff, 0, 0, 0, 0, 0, 0, 0, 0xa0]);
    let fields = [&marks, &bad, &good].map(|(key, field)| (key.as_slice(), field.as_slice()));
    let read = Personal::decode(&wire::write(fields.into_iter())).unwrap();
    assert_eq!((read.marks.len(), read.registers.len()), (0, 1));
}

#[test]
fn what_is_too_long_or_too_new_is_refused_as_such() {
    assert_eq!(Personal::decode(&vec![0; MAX_STATE + 1]), Err(PersonalError::Long(MAX_STATE + 1)));
    assert_eq!(Personal::decode(&[0x82, 0x02, 0xa0]), Err(PersonalError::Version(2)));
    assert_eq!(Personal::decode(&[0x80]), Err(PersonalError::Form));
    assert_eq!(Personal::decode(&[0x83, 0x01, 0xa0, 0xf5]), Ok(Personal::default()), "a later version may add parts");
}

#[test]
fn the_logs_of_one_field_are_bounded_alike_in_any_order() {
    let number = |at: u32| LogId(cremona_envelope::ids::derive16("personal test", &[&at.to_be_bytes()]));
    let most = u32::try_from(MAX_LOGS).unwrap();
    let upward: Positions = (0..most + 5).map(|at| (number(at), 1)).collect();
    let downward: Positions = (0..most + 5).rev().map(|at| (number(at), 1)).collect();
    assert_eq!(upward.len(), MAX_LOGS);
    assert_eq!(upward, downward);
}

#[test]
fn names_and_keys_read_back() {
    for setting in Setting::ALL {
        assert_eq!(Setting::from_name(setting.name()), Some(setting));
        assert!(Key::read(Key::SETTING, setting.name().as_bytes()).is_some());
    }
    for wrong in ["", "Zone", "a b", &"x".repeat(65)] {
        assert_eq!(Key::read(Key::SETTING, wrong.as_bytes()), None, "{wrong:?}");
    }
    assert_eq!(Key::read(Key::FOLLOW, &[3; 17]), None, "neither a thread nor a channel");
    assert_eq!(Key::read(0, &[]), None);
    assert_eq!(Key::read(200, &[0; 65]), None);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Written today, read for ever.
#[test]
fn golden_bytes() {
    let (one, two, seven) = ("01".repeat(16), "02".repeat(16), "07".repeat(16));
    let by = "01".repeat(32);
    let values = [
        (value::positions(&upto(&[(1, 5), (2, 300)])), format!("a2048250{one}50{two}058205 19012c").replace(' ', "")),
        (value::moment(Time(1_000)), "a1001903e8".to_owned()),
        (value::text("Asia/Jakarta"), "a1026c417369612f4a616b61727461".to_owned()),
        (Follow::Follow.encode().unwrap(), "a10001".to_owned()),
        (Follow::MentionsOnly.encode().unwrap(), "a10004".to_owned()),
        (
            Draft { target: Target::Channel(id(7)), text: "hi".to_owned(), title: Some("t".to_owned()), hold: None }
                .encode(),
            format!("a400010150{seven}0262686903 6174").replace(' ', ""),
        ),
    ];
    for (bytes, golden) in values {
        assert_eq!(hex(&bytes), golden);
    }
    let mut state = Personal::default();
    state.marks.insert(Scope::Thread(id(7)), Marks { read: NOON, upto: upto(&[(2, 300)]) });
    state.registers.insert(Place::Setting("zone".to_owned()), written(0, 1, Some(value::text("UTC"))));
    state.registers.insert(Place::Later(id(7)), written(0, 1, None));
    let time = format!("1b{:016x}", NOON.0);
    let marks = format!("520101{seven}82{time}a150{two}19012c");
    let later = format!("5104{seven}83{time}5820{by}f6");
    let zone = format!("45077a6f6e6583{time}5820{by}46a10263555443");
    assert_eq!(hex(&state.encode()), format!("8201a3{marks}{later}{zone}"));
}
