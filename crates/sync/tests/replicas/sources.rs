//! Bundles from several peers at once, of whom some are slow, lie, or want too much.

use cremona_envelope::LogId;
use cremona_sync::frame::{Entries, Frame, Slice, WantBundle, WireSpan};
use cremona_sync::{FrontierEntry, Input, MAX_BUNDLE};

use crate::world::World;

/// Ana, and all of `also`, hold `logs` logs of `each` envelopes; cy has nothing and knows nobody yet.
fn archive(also: &[&'static str], logs: u16, each: usize) -> World {
    let mut world = World::new(7);
    world.person("ana");
    let mut said = Vec::new();
    for number in 1..=logs {
        let mut writer = world.team.person("writer", number);
        said.extend((0..each).map(|_| writer.say(&world.team, world.now)));
    }
    world.give("ana", &said);
    for name in also {
        world.person(name);
        world.connect("ana", name);
        world.settle();
        world.cut("ana", name);
    }
    world.person("cy");
    world.sent.clear();
    world
}

/// How long it takes cy to come to what ana has, in milliseconds.
fn time_of(world: &mut World, sources: &[&'static str]) -> u64 {
    for name in sources {
        world.connect("cy", name);
    }
    let before = world.now;
    while world.root("cy") != world.root("ana") {
        world.wait(50);
        assert!(world.now.since(before) < 240_000, "never comes to an end: {:?}", world.drops);
    }
    world.now.since(before)
}

/// Ids and bytes of the slices that were sent to cy.
fn slices(world: &World, from: &str) -> Vec<Slice> {
    let of = |(by, to, bytes): &(&str, &str, Vec<u8>)| match Frame::decode(bytes) {
        Ok(Frame::Slice(slice)) if *by == from && *to == "cy" => Some(slice),
        _ => None,
    };
    world.sent.iter().filter_map(of).collect()
}

/// What cy asks `of` for the first time, so far.
fn wanted(world: &World, of: &str) -> Vec<WantBundle> {
    let want = |(by, to, bytes): &(&str, &str, Vec<u8>)| match Frame::decode(bytes) {
        Ok(Frame::WantBundle(want)) if *by == "cy" && *to == of && want.offset == 0 => Some(want),
        _ => None,
    };
    world.sent.iter().filter_map(want).collect()
}

/// The bundles of spans among it.
fn wants(world: &World, of: &str) -> Vec<WantBundle> {
    wanted(world, of).into_iter().filter(|want| !want.spans.is_empty()).collect()
}

fn no_slices(frame: &Frame) -> bool {
    !matches!(frame, Frame::Slice(_))
}

#[test]
fn one_who_is_slow_and_one_who_lies_make_it_no_slower_than_one_good_peer() {
    let mut alone = archive(&["bo", "dee"], 6, 4_000);
    let one = time_of(&mut alone, &["ana"]);

    let mut world = archive(&["bo", "dee"], 6, 4_000);
    // Bo never comes to the end of a slice; what dee sends is not what was asked for.
    world.nodes.get_mut("bo").unwrap().filter = no_slices;
    world.nodes.get_mut("dee").unwrap().filter = no_slices;
    for name in ["bo", "dee", "ana"] {
        world.connect("cy", name);
    }
    let before = world.now;
    while wants(&world, "dee").is_empty() {
        world.wait(50);
        assert!(world.now.since(before) < 10_000, "dee is not asked");
    }
    let id = wants(&world, "dee")[0].id;
    let bytes = vec![9; 600];
    let name = bundle_name(&bytes);
    world.forge("dee", "cy", &Frame::Slice(Slice { id, name, total: 600, offset: 0, bytes: bytes.into() }));
    let took = world.now.since(before) + time_of(&mut world, &[]);
    // A second passes until others are asked for what bo was.
    assert!(took <= one + 2_000, "{took} ms instead of {one} ms");
    let [("cy", "dee", why)] = world.drops.as_slice() else { panic!("{:?}", world.drops) };
    assert!(why.starts_with("lied"), "{why}");
}

#[test]
fn two_good_peers_share_the_work() {
    let mut world = archive(&["bo"], 6, 4_000);
    time_of(&mut world, &["ana", "bo"]);
    let (ana, bo) = (slices(&world, "ana"), slices(&world, "bo"));
    let sum = |slices: &[Slice]| slices.iter().map(|slice| slice.bytes.len()).sum::<usize>();
    let (ana, bo) = (sum(&ana), sum(&bo));
    assert!(ana * 4 > bo && bo * 4 > ana, "{ana} and {bo} bytes");
    assert_eq!(world.drops, []);
}

#[test]
fn who_holds_the_start_of_every_log_back_does_not_hold_up_the_rest() {
    // More logs begin at bo than bundles may wait, so that all else waits for him.
    let mut world = archive(&["bo"], 20, 3_000);
    world.nodes.get_mut("bo").unwrap().filter = no_slices;
    world.connect("cy", "bo");
    world.wait(300);
    assert_eq!(wants(&world, "bo").len(), 2, "bo is asked first, also for what is newest");
    let took = time_of(&mut world, &["ana"]);
    assert!(took < 15_000, "{took} ms");
}

#[test]
fn what_is_newest_is_asked_of_another_where_the_first_is_slow_with_it() {
    let mut world = archive(&["bo"], 6, 4_000);
    world.nodes.get_mut("bo").unwrap().filter = no_slices;
    let asked = |world: &World, of: &str| wanted(world, of).iter().filter(|want| want.newest).count();
    world.connect("cy", "bo");
    world.wait(300);
    assert_eq!((asked(&world, "bo"), asked(&world, "ana")), (1, 0));
    time_of(&mut world, &["ana"]);
    assert_eq!((asked(&world, "bo"), asked(&world, "ana")), (1, 1));
    assert_eq!(world.drops, [], "slowness is no lie");
}

#[test]
fn who_sends_a_byte_every_ten_seconds_is_dropped_and_meanwhile_others_are_asked() {
    for others in [false, true] {
        let mut world = archive(&["bo"], 1, 1_500);
        world.nodes.get_mut("bo").unwrap().filter = no_slices;
        world.connect("cy", "bo");
        world.wait(500);
        if others {
            world.connect("cy", "ana");
        }
        let want = wants(&world, "bo")[0].clone();
        let before = world.now;
        for offset in 0_u32.. {
            if world.drops.len() == 1 || (others && world.root("cy") == world.root("ana")) {
                break;
            }
            assert!(world.now.since(before) < 100_000, "bo is never dropped");
            let bytes = vec![1].into();
            let slice = Slice { id: want.id, name: [1; 16].into(), total: 1_000_000, offset, bytes };
            world.forge("bo", "cy", &Frame::Slice(slice));
            world.wait(10_000);
        }
        if others {
            assert!(world.now.since(before) <= 20_000, "ana is not asked");
        } else {
            let [("cy", "bo", why)] = world.drops.as_slice() else { panic!("{:?}", world.drops) };
            assert!(why.starts_with("stalled"), "{why}");
            // Whoever comes next brings it.
            time_of(&mut world, &["ana"]);
        }
    }
}

#[test]
fn slices_that_are_not_next_or_of_another_bundle_are_lies() {
    type Spoil = fn(&mut Slice);
    let spoilt: [(&str, Spoil); 5] = [
        ("out of order", |slice| slice.offset += 1),
        ("another name", |slice| slice.name = [3; 16].into()),
        ("empty", |slice| slice.bytes = Vec::new().into()),
        ("over the limit", |slice| slice.total = MAX_BUNDLE as u32 + 1),
        ("more than was asked for", |slice| slice.bytes = vec![1; 300_000].into()),
    ];
    for (what, spoil) in spoilt {
        let mut world = archive(&["bo"], 1, 1_500);
        world.nodes.get_mut("bo").unwrap().filter = no_slices;
        world.connect("cy", "bo");
        world.wait(500);
        let id = wants(&world, "bo")[0].id;
        let slice = Slice { id, name: [1; 16].into(), total: 900_000, offset: 0, bytes: vec![1; 10].into() };
        world.forge("bo", "cy", &Frame::Slice(slice.clone()));
        assert_eq!(world.drops, [], "{what}: an honest slice");
        let mut next = Slice { offset: 10, ..slice };
        spoil(&mut next);
        world.forge("bo", "cy", &Frame::Slice(next));
        let [("cy", "bo", why)] = world.drops.as_slice() else { panic!("{what}: {:?}", world.drops) };
        assert!(why.starts_with("lied"), "{what}: {why}");
        time_of(&mut world, &["ana"]);
    }
}

#[test]
fn slices_of_bundles_that_nobody_asked_for_are_a_flood() {
    let mut world = archive(&["bo"], 1, 10);
    world.connect("cy", "bo");
    world.pass(60_000);
    for id in 1_000..1_200 {
        let slice = Slice { id, name: [1; 16].into(), total: 900_000, offset: 0, bytes: vec![1; 60_000].into() };
        if world.linked("cy", "bo") {
            world.forge("bo", "cy", &Frame::Slice(slice));
        }
    }
    let [("cy", "bo", why)] = world.drops.as_slice() else { panic!("{:?}", world.drops) };
    assert!(why.starts_with("flooded"), "{why}");
}

#[test]
fn who_tells_of_more_than_he_serves_is_dropped_the_second_time_and_named() {
    let mut world = archive(&["bo"], 1, 500);
    world.connect("cy", "bo");
    world.pass(60_000);
    let writer = world.team.person("writer", 1);
    let log = LogId::of(&writer.device(), &writer.life);
    let head = cremona_envelope::EnvelopeId([5; 32]);
    let entry = FrontierEntry { device: writer.device(), life: writer.life, seq: 1 << 40, head, cut: 0 };
    assert_eq!(entry.log(), log);
    for _ in 0..2 {
        let told = Entries { prefix: vec![].into(), all: false, entries: vec![(&entry).into()] };
        world.forge("bo", "cy", &Frame::Entries(told));
        world.wait(1_000);
    }
    let [("cy", "bo", why)] = world.drops.as_slice() else { panic!("{:?}", world.drops) };
    assert!(why.starts_with("lied") && why.contains("1099511627776"), "{why}");
}

#[test]
fn who_wants_the_same_bundles_without_end_is_dropped() {
    let mut world = archive(&["bo"], 1, 4_000);
    world.connect("ana", "bo");
    world.pass(60_000);
    let writer = world.team.person("writer", 1);
    let log = LogId::of(&writer.device(), &writer.life).0.into();
    let span = WireSpan { log, after: 0, upto: 2_048, base: None };
    world.nodes.get_mut("bo").unwrap().filter = |_| false;
    let mut asked = 0;
    while world.linked("ana", "bo") && asked < 1_000 {
        asked += 1;
        let want = WantBundle { id: asked, spans: vec![span.clone()], newest: false, offset: 0, len: 1, name: None };
        world.forge("bo", "ana", &Frame::WantBundle(want));
    }
    assert!(asked < 200, "{asked} bundles were made");
    assert!(world.drops[0].2.starts_with("flooded"), "{:?}", world.drops);
}

#[test]
fn who_wants_the_same_slices_without_end_is_dropped() {
    let mut world = archive(&["bo"], 1, 4_000);
    world.connect("ana", "bo");
    world.pass(60_000);
    let writer = world.team.person("writer", 1);
    let log = LogId::of(&writer.device(), &writer.life).0.into();
    let spans = vec![WireSpan { log, after: 0, upto: 2_048, base: None }];
    let first = WantBundle { id: 1, spans, newest: false, offset: 0, len: 1, name: None };
    world.forge("bo", "ana", &Frame::WantBundle(first));
    world.sent.clear();
    let mut asked = 0;
    while world.linked("ana", "bo") && asked < 10_000 {
        asked += 1;
        let again = WantBundle { id: 1, spans: vec![], newest: false, offset: 0, len: 100_000, name: None };
        world.forge("bo", "ana", &Frame::WantBundle(again));
    }
    let sent: usize = world.sent.iter().map(|(_, _, bytes)| bytes.len()).sum();
    assert!(asked < 200 && sent < 10_000_000, "{asked} times, {sent} bytes");
    assert!(world.drops[0].2.starts_with("flooded"), "{:?}", world.drops);
}

#[test]
fn logs_that_never_were_can_be_wanted_only_so_often() {
    let mut world = archive(&["bo"], 1, 10);
    world.connect("ana", "bo");
    world.pass(60_000);
    world.nodes.get_mut("bo").unwrap().filter = |_| false;
    let mut asked = 0_u32;
    while world.linked("ana", "bo") && asked < 1_000 {
        asked += 1;
        let span = |n: u32| {
            let mut log = [0; 16];
            log[..4].copy_from_slice(&(asked * 1_000 + n).to_be_bytes());
            WireSpan { log: log.into(), after: 0, upto: 10, base: None }
        };
        let spans = (0..500).map(span).collect();
        let want = WantBundle { id: asked, spans, newest: false, offset: 0, len: 1, name: None };
        world.forge("bo", "ana", &Frame::WantBundle(want));
    }
    assert!(asked < 200, "{asked} times");
}

fn bundle_name(bytes: &[u8]) -> minicbor::bytes::ByteArray<16> {
    let mut name = [0; 16];
    name.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
    name.into()
}

#[test]
fn who_is_asked_instead_of_a_slow_one_is_told_where_the_log_ends_by_now() {
    let mut world = World::new(7);
    let mut writer = world.team.person("writer", 1);
    let said: Vec<_> = (0..40).map(|_| writer.say(&world.team, world.now)).collect();
    for (name, has) in [("ana", 40), ("bo", 40), ("cy", 10)] {
        world.person(name);
        world.give(name, &said[..has]);
    }
    world.nodes.get_mut("bo").unwrap().filter = no_slices;
    world.connect("cy", "bo");
    world.wait(300);
    let asked = &wants(&world, "bo")[0].spans[0];
    assert_eq!((asked.after, asked.base.is_some()), (10, true), "cy's log ends where the span begins");
    let (bo, bytes) = (world.peer("bo"), said[10].envelope().encode());
    world.handle("cy", Input::GossipReceived { peer: bo, token: 1, bytes });
    world.connect("cy", "ana");
    world.wait(1_500);
    for want in wants(&world, "ana") {
        for span in &want.spans {
            assert!(span.base.is_none() || span.after == 11, "cy's log ends at 11, and not at {}", span.after);
        }
    }
    assert!(!wants(&world, "ana").is_empty());
    world.pass(30_000);
    assert_eq!(world.root("cy"), world.root("ana"));
    assert!(world.drops.iter().all(|(_, whom, _)| *whom != "ana"), "{:?}", world.drops);
}
