//! Honest people meet: everyone comes to hold the same, and pays for the difference only.

use cremona_envelope::LogId;
use cremona_sync::{Frame, Input};
use proptest::prelude::*;

use crate::world::World;

const PEOPLE: [&str; 6] = ["ana", "bo", "cy", "dee", "eli", "fay"];

fn world_of(seed: u64, count: usize) -> World {
    let mut world = World::new(seed);
    for name in PEOPLE.into_iter().take(count) {
        world.person(name);
    }
    world
}

/// Bo joins ana's workspace and both hold the same.
fn ana_and_bo() -> World {
    let mut world = world_of(1, 2);
    world.connect("ana", "bo");
    world.settle();
    world.append("bo", 1);
    world.settle();
    world
}

#[test]
fn bo_joins_and_both_hold_the_same() {
    let mut world = ana_and_bo();
    world.append("ana", 3);
    world.append("bo", 200);
    world.settle();
    assert_eq!(world.drops, []);
    assert!(world.nodes["bo"].in_sync > 0 && world.nodes["ana"].in_sync > 0);
}

#[test]
fn who_is_in_sync_says_hello_and_no_more_also_with_ten_thousand_logs() {
    let mut world = ana_and_bo();
    let founder = world.team.founder;
    let mut many = Vec::new();
    for life in 0..100 {
        for name in PEOPLE {
            let mut person = world.team.person(name, life);
            if name != founder || life > 0 {
                many.push(person.say(&world.team, world.now));
            }
        }
    }
    // Bo has been held since he joined.
    many.retain(|said| said.header().log() != log_of(&world, "bo"));
    world.cut("ana", "bo");
    for name in ["ana", "bo"] {
        world.give(name, &many);
    }
    world.sent.clear();
    world.connect("ana", "bo");
    world.wait(30_000);
    let sent: Vec<_> = world.sent.iter().map(|(from, to, bytes)| (*from, *to, bytes.len() <= 64)).collect();
    assert_eq!(sent, [("ana", "bo", true), ("bo", "ana", true)]);
    assert_eq!(world.nodes["bo"].replica.progress(&world.peer("ana")).to_receive, 0);
}

fn log_of(world: &World, name: &str) -> LogId {
    let person = &world.nodes[name].person;
    LogId::of(&person.device(), &person.life)
}

#[test]
fn cy_gets_what_ana_said_from_bo() {
    let mut world = ana_and_bo();
    world.person("cy");
    world.connect("bo", "cy");
    world.append("ana", 30);
    world.settle();
    world.append("cy", 1);
    world.append("ana", 1);
    world.settle();
    assert_eq!(world.drops, []);
}

#[test]
fn ana_is_heard_also_when_all_gossip_is_lost() {
    let mut world = ana_and_bo();
    world.gossip_loss = 100;
    world.append("ana", 1);
    world.settle();
    let before = world.now;
    world.append("bo", 2_000);
    world.settle();
    assert!(world.now.since(before) < 2_000, "{} ms", world.now.since(before));
}

#[test]
fn what_is_said_in_bulk_arrives_at_once_whoever_says_it() {
    for (speaker, seed) in [("ana", 1), ("bo", 2)] {
        let mut world = ana_and_bo();
        world.delay = seed;
        for _ in 0..20 {
            world.append(speaker, 500);
            world.pass(3);
        }
        let before = world.now;
        world.settle();
        assert!(world.now.since(before) < 3_000, "{speaker}: {} ms", world.now.since(before));
        assert_eq!(world.drops, []);
    }
}

#[test]
fn a_live_message_in_the_middle_of_a_run_makes_nobody_a_liar() {
    let mut world = ana_and_bo();
    world.cut("ana", "bo");
    let now = world.now;
    let node = world.nodes.get_mut("ana").unwrap();
    let late: Vec<_> = (0..3_000).map(|_| node.person.say_long(&world.team, now, 800)).collect();
    node.shelf.take(&late);
    let first = late.first().unwrap().envelope().encode();
    world.handle("ana", Input::Appended { envelopes: late });
    world.connect("ana", "bo");
    for _ in 0..8 {
        world.pass(20);
    }
    // An old message, delayed by gossip, comes while runs are on their way.
    let ana = world.peer("ana");
    world.handle("bo", Input::GossipReceived { peer: ana, token: 1, bytes: first });
    world.settle();
    assert_eq!(world.drops, []);
}

#[test]
fn the_genesis_is_found_among_many_lives_of_the_founder() {
    let mut world = ana_and_bo();
    world.cut("ana", "bo");
    let mut lives = Vec::new();
    for life in 1..20 {
        let mut person = world.team.person("ana", life);
        lives.push(person.say(&world.team, world.now));
    }
    world.give("bo", &lives);
    world.person("cy");
    world.connect("cy", "bo");
    world.connect("ana", "bo");
    world.settle();
    assert_eq!(world.drops, []);
}

#[test]
fn a_peer_that_comes_up_twice_is_asked_again() {
    let mut world = ana_and_bo();
    world.cut("ana", "bo");
    world.append("ana", 3_000);
    world.connect("ana", "bo");
    world.pass(60);
    // The wire was replaced and nobody said that it was down.
    for (me, them) in [("ana", "bo"), ("bo", "ana")] {
        let peer = world.peer(them);
        world.handle(me, Input::PeerUp { peer });
    }
    let before = world.now;
    world.settle();
    assert!(world.now.since(before) < 5_000);
}

#[test]
fn a_body_that_bo_lacks_comes_from_ana() {
    let mut world = ana_and_bo();
    world.append("ana", 5);
    world.settle();
    let log = log_of(&world, "ana");
    world.nodes.get_mut("bo").unwrap().shelf.drop_body(&log, 3);
    let peer = world.peer("ana");
    world.handle("bo", Input::BodiesMissing { peer, places: vec![(log, 3)] });
    world.pass(1_000);
    assert!(world.nodes["bo"].shelf.all_bodies());
}

/// What catching up costs beside the envelopes: 330 to 550 bytes for each log that differs.
#[test]
fn fifty_devices_behind_cost_bytes_per_log_and_not_per_message() {
    for (logs, each, most) in [(1, 300, 2_000), (10, 30, 6_144), (50, 40, 18_432)] {
        let mut world = ana_and_bo();
        world.cut("ana", "bo");
        let (mut early, mut late) = (Vec::new(), Vec::new());
        for life in 1..=50 {
            let mut person = world.team.person("cy", life);
            early.extend((0..20).map(|_| person.say(&world.team, world.now)));
            let says = if usize::from(life) <= logs { each } else { 0 };
            late.extend((0..says).map(|_| person.say(&world.team, world.now)));
        }
        world.give("bo", &early);
        early.extend(late);
        world.give("ana", &early);
        world.sent.clear();
        world.connect("ana", "bo");
        world.settle();
        let mut beside = 0;
        for (.., bytes) in &world.sent {
            let run = if let Frame::Run(run) = Frame::decode(bytes).unwrap() {
                run.bytes.len() - cremona_envelope::run::RUN_START
            } else {
                0
            };
            beside += bytes.len() - run;
        }
        println!("{logs} logs that differ: {beside} bytes beside the runs");
        assert!(beside <= most, "{logs} logs that differ: {beside} bytes beside the runs");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_days_end_in_equal_sets_once_all_are_linked(
        seed in any::<u64>(),
        count in 2..7_usize,
        acts in prop::collection::vec((0..5_u8, 0..6_usize, 0..6_usize, 1..120_usize), 0..40),
    ) {
        println!("seed {seed}");
        let mut world = world_of(seed, count);
        world.gossip_loss = seed % 60;
        for (act, one, other, much) in acts {
            let (one, other) = (PEOPLE[one % count], PEOPLE[other % count]);
            match act {
                0 | 1 => world.append(one, if much > 100 { much * 5 } else { much % 4 + 1 }),
                2 if one != other => world.connect(one, other),
                3 if one != other => world.cut(one, other),
                _ => world.pass(much as u64 * 7),
            }
        }
        // A chain is enough.
        for pair in PEOPLE[..count].windows(2) {
            world.connect(pair[0], pair[1]);
        }
        world.settle();
        prop_assert_eq!(&world.drops, &[]);
    }
}
