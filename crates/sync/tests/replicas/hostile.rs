//! Mal is a member who lies, floods, stalls and garbles: he is dropped, and nobody else suffers.

use cremona_envelope::{LogId, encode_run};
use cremona_sync::frame::{Entries, Frame, Hello, Node, Run, Want, WireEntry};
use cremona_sync::{FrontierEntry, Input};
use proptest::prelude::*;

use crate::world::{World, cases};

/// Ana and bo hold the same; mal holds it too and is connected with ana.
fn world_with_mal() -> World {
    let mut world = World::new(3);
    for name in ["ana", "bo", "mal"] {
        // What mal forges are runs, as if it could make no bundles.
        world.blind = name == "mal";
        world.person(name);
    }
    world.blind = false;
    world.connect("ana", "bo");
    world.connect("ana", "mal");
    world.settle();
    world.append("bo", 1);
    world.append("ana", 20);
    world.settle();
    world
}

fn log_of(world: &World, name: &str) -> LogId {
    let person = &world.nodes[name].person;
    LogId::of(&person.device(), &person.life)
}

fn entry_of(world: &World, name: &str, ahead: u64) -> FrontierEntry {
    let person = &world.nodes[name].person;
    FrontierEntry {
        device: person.device(),
        life: person.life,
        seq: person.head.seq + ahead,
        head: person.head.id,
        cut: 0,
    }
}

fn told(entry: &FrontierEntry) -> Frame {
    Frame::Entries(Entries { prefix: vec![].into(), all: false, entries: vec![entry.into()] })
}

fn expect_drop(world: &World, reason: &str) {
    let [(who, whom, why)] = world.drops.as_slice() else { panic!("{:?}", world.drops) };
    assert_eq!((*who, *whom), ("ana", "mal"));
    assert!(why.contains(reason), "{why}");
}

#[test]
fn who_promises_twice_what_he_does_not_have_is_dropped() {
    let mut world = world_with_mal();
    let entry = entry_of(&world, "bo", 100);
    for _ in 0..2 {
        world.forge("mal", "ana", &told(&entry));
        world.wait(500);
    }
    expect_drop(&world, "lied");
}

#[test]
fn who_answers_nothing_is_dropped_and_others_are_asked() {
    let mut world = world_with_mal();
    world.cut("ana", "bo");
    world.nodes.get_mut("mal").unwrap().filter = |frame| !matches!(frame, Frame::Run(_));
    world.append("bo", 50);
    let entry = entry_of(&world, "bo", 0);
    world.forge("mal", "ana", &told(&entry));
    world.connect("ana", "bo");
    let before = world.now;
    let log = log_of(&world, "bo");
    while world.nodes["ana"].shelf.len(&log) < 51 {
        world.wait(1_000);
        assert!(world.now.since(before) < 13_000, "bo is not asked");
    }
    world.wait(30_000);
    expect_drop(&world, "stalled");
}

#[test]
fn who_drips_empty_runs_is_dropped() {
    let mut world = world_with_mal();
    let entry = entry_of(&world, "bo", 1);
    world.nodes.get_mut("mal").unwrap().filter = |_| false;
    world.forge("mal", "ana", &told(&entry));
    let log = log_of(&world, "bo").0.into();
    world.forge("mal", "ana", &Frame::Run(Run { log, end: false, bytes: vec![].into() }));
    expect_drop(&world, "lied");
}

#[test]
fn a_log_that_nobody_let_in_is_refused() {
    let mut world = world_with_mal();
    let mut stranger = world.team.person("stranger", 0);
    let said = vec![stranger.intrude(&world.team, world.now)];
    world.nodes.get_mut("mal").unwrap().shelf.take(&said);
    let entry =
        FrontierEntry { device: stranger.device(), life: stranger.life, seq: 1, head: stranger.head.id, cut: 0 };
    world.forge("mal", "ana", &told(&entry));
    world.wait(1_000);
    expect_drop(&world, "lied");
    assert_eq!(world.nodes["ana"].shelf.len(&said[0].header().log()), 0);
}

#[test]
fn a_signature_that_is_wrong_in_the_middle_of_a_log_is_refused() {
    let mut world = world_with_mal();
    let mut bo = world.nodes["bo"].person.clone();
    let mut said: Vec<_> = (0..3).map(|_| bo.say(&world.team, world.now).into_envelope()).collect();
    said[2].signature = Some([5; 64]);
    let (log, entry) = (log_of(&world, "bo").0.into(), entry_of(&world, "bo", 3));
    world.nodes.get_mut("mal").unwrap().filter = |_| false;
    world.forge("mal", "ana", &told(&entry));
    world.forge("mal", "ana", &Frame::Run(Run { log, end: true, bytes: encode_run(&said).into() }));
    expect_drop(&world, "signature");
    assert_eq!(world.nodes["ana"].shelf.len(&log_of(&world, "bo")), 1);
}

#[test]
fn a_cut_that_is_never_proven_cuts_nothing() {
    let mut world = world_with_mal();
    let entry = FrontierEntry { seq: 4, cut: 5, ..entry_of(&world, "ana", 0) };
    world.forge("mal", "ana", &told(&entry));
    world.wait(30_000);
    expect_drop(&world, "stalled");
    assert_eq!(world.nodes["ana"].cuts, []);
}

#[test]
fn gossip_that_is_not_genuine_is_rejected_and_then_its_sender() {
    let mut world = world_with_mal();
    let mut bo = world.nodes["bo"].person.clone();
    let mut said = bo.say(&world.team, world.now).into_envelope();
    said.signature = Some([5; 64]);
    let peer = world.peer("mal");
    for _ in 0..16 {
        world.handle("ana", Input::GossipReceived { peer, token: 1, bytes: said.encode() });
    }
    expect_drop(&world, "gossip");
}

#[test]
fn floods_of_any_frame_end_in_a_drop() {
    let log = cremona_envelope::LogId([1; 16]).0.into();
    let floods = [
        Frame::Unknown(99),
        Frame::Hello(Hello { root: [1; 32].into(), genesis: None, bundles: None }),
        Frame::Node(Node { prefix: vec![].into(), children: vec![[7; 16].into(); 16] }),
        Frame::Entries(Entries { prefix: vec![].into(), all: true, entries: Vec::<WireEntry>::new() }),
        Frame::Want(Want { log, after: 0, upto: 9 }),
        Frame::Run(Run { log, end: true, bytes: vec![0; 4_096].into() }),
    ];
    for flood in floods {
        let mut world = world_with_mal();
        world.nodes.get_mut("mal").unwrap().filter = |_| false;
        for _ in 0..8_100 {
            world.forge("mal", "ana", &flood);
        }
        expect_drop(&world, "flooded");
        world.append("bo", 10);
        world.wait(5_000);
        assert_eq!(world.root("ana"), world.root("bo"));
    }
}

#[test]
fn bytes_that_are_no_frame_end_in_a_drop() {
    let mut world = world_with_mal();
    let peer = world.peer("mal");
    world.handle("ana", Input::FrameReceived { peer, bytes: vec![4, 0xff, 0xff] });
    expect_drop(&world, "no sense");
}

#[test]
fn a_newcomer_with_nine_thousand_logs_to_get_floods_nobody() {
    let mut world = world_with_mal();
    let mut many = Vec::new();
    for number in 0..450_u16 {
        for name in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t"]
        {
            many.push(world.team.person(name, number).say(&world.team, world.now));
        }
    }
    world.cut("ana", "bo");
    world.give("bo", &many);
    world.person("cy");
    world.delay = 0;
    world.cut("ana", "mal");
    world.nodes.remove("ana");
    world.nodes.remove("mal");
    world.connect("cy", "bo");
    world.settle();
    assert_eq!(world.drops, []);
}

proptest! {
    #![proptest_config(cases())]
    #[test]
    fn no_bytes_of_mals_harm_anyone(
        frames in prop::collection::vec((1..13_u8, prop::collection::vec(any::<u8>(), 0..120)), 1..60),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>()), 0..60),
    ) {
        let mut world = world_with_mal();
        let peer = world.peer("mal");
        let genuine: Vec<Vec<u8>> = world.sent.iter().map(|(.., bytes)| bytes.clone()).collect();
        let noise = frames.into_iter().map(|(kind, body)| std::iter::once(kind).chain(body).collect::<Vec<u8>>());
        let bent = flips.into_iter().map(|(which, place, byte)| {
            let mut bytes = which.get(&genuine).clone();
            let at = place.index(bytes.len());
            bytes[at] = byte;
            bytes
        });
        for bytes in noise.chain(bent) {
            world.handle("ana", Input::GossipReceived { peer, token: 0, bytes: bytes.clone() });
            world.handle("ana", Input::FrameReceived { peer, bytes });
            world.connect("ana", "mal");
        }
        world.cut("ana", "mal");
        world.nodes.remove("mal");
        world.append("bo", 3);
        world.pass(60_000);
        prop_assert_eq!(world.root("ana"), world.root("bo"));
    }
}
