//! A device tells two stories: whoever hears both says so, and all drop what follows, in any order.

use cremona_envelope::{Branch, ForkProof, LogId, Verified, encode_run};
use cremona_sync::Input;
use cremona_sync::frame::{Frame, Proof, Run};
use proptest::prelude::*;

use crate::world::{World, cases};

const PEOPLE: [&str; 4] = ["ana", "bo", "cy", "dee"];

fn world_of(seed: u64) -> World {
    let mut world = World::new(seed);
    for name in PEOPLE {
        world.person(name);
    }
    world
}

/// What mal says: `same` envelopes, then each of `ends` another continuation of this length.
fn stories(world: &World, same: usize, ends: &[usize]) -> Vec<Vec<Verified>> {
    let mut mal = world.team.person("mal", 0);
    let before: Vec<_> = (0..same).map(|_| mal.say(&world.team, world.now)).collect();
    let tell = |(mood, length): (u8, &usize)| {
        let mut mal = mal.clone();
        mal.mood = mood;
        let after = (0..*length).map(|_| mal.say(&world.team, world.now));
        before.iter().cloned().chain(after).collect()
    };
    (1_u8..).zip(ends).map(tell).collect()
}

fn mals_log(world: &World) -> LogId {
    let mal = world.team.person("mal", 0);
    LogId::of(&mal.device(), &mal.life)
}

/// Ana founds, all hear of it, and then each hears a story of mal's.
fn told(seed: u64, told: &[&[Verified]]) -> World {
    let mut world = world_of(seed);
    let genesis = world.nodes["ana"].person.clone();
    assert_eq!(genesis.head.seq, 1);
    for pair in PEOPLE.windows(2) {
        world.connect(pair[0], pair[1]);
    }
    world.settle();
    for pair in PEOPLE.windows(2) {
        world.cut(pair[0], pair[1]);
    }
    // Of odd seeds all send runs, of even ones bundles.
    world.blind = seed % 2 == 1;
    for (name, story) in PEOPLE.into_iter().zip(told) {
        world.give(name, story);
    }
    world
}

fn expect_cut(world: &World, at: u64) {
    let log = mals_log(world);
    for (name, node) in &world.nodes {
        if node.shelf.len(&log) > 0 {
            assert_eq!(node.cuts.last(), Some(&(log, at)), "{name}");
        }
    }
    assert_eq!(world.drops, []);
}

#[test]
fn two_stories_of_any_lengths_end_where_they_part() {
    let lengths = [
        (0, 1, 1),
        (0, 3, 1),
        (1, 1, 1),
        (1, 1, 5),
        (7, 1, 0),
        (63, 2, 3),
        (64, 1, 1),
        (100, 400, 70),
        (2_000, 1, 900),
    ];
    for (same, one, other) in lengths {
        let stories = stories(&world_of(1), same, &[one, other]);
        let mut world = told(1, &[&stories[0], &stories[1]]);
        world.connect("ana", "bo");
        world.connect("bo", "cy");
        world.connect("cy", "dee");
        world.settle();
        if other > 0 {
            expect_cut(&world, same as u64 + 1);
        }
    }
}

#[test]
fn gossip_of_another_story_is_enough() {
    let stories = stories(&world_of(1), 5, &[3, 4]);
    let mut world = told(1, &[&stories[0], &stories[1]]);
    world.connect("ana", "bo");
    let (bo, bytes) = (world.peer("bo"), stories[1][5].envelope().encode());
    world.handle("ana", Input::GossipReceived { peer: bo, token: 1, bytes });
    for pair in PEOPLE.windows(2) {
        world.connect(pair[0], pair[1]);
    }
    world.settle();
    expect_cut(&world, 6);
    // What mal says now is heard by nobody.
    let before = world.nodes["ana"].shelf.counted();
    let bytes = stories[0].last().unwrap().envelope().encode();
    world.handle("dee", Input::GossipReceived { peer: world.peer("cy"), token: 1, bytes });
    world.settle();
    assert_eq!(world.nodes["dee"].shelf.counted(), before);
}

#[test]
fn a_run_that_contradicts_what_gossip_brought_in_the_meantime_is_a_fork() {
    let stories = stories(&world_of(1), 5, &[1, 4]);
    let mut world = told(1, &[&stories[0][..5], &stories[1]]);
    world.nodes.get_mut("bo").unwrap().filter = |frame| !matches!(frame, Frame::Run(_));
    world.connect("ana", "bo");
    world.wait(400);
    let bo = world.peer("bo");
    let bytes = stories[0][5].envelope().encode();
    world.handle("ana", Input::GossipReceived { peer: bo, token: 1, bytes });
    let run: Vec<_> = stories[1][5..].iter().map(|said| said.envelope().clone()).collect();
    let log = mals_log(&world).0.into();
    world.forge("bo", "ana", &Frame::Run(Run { log, end: true, bytes: encode_run(&run).into() }));
    assert_eq!(world.nodes["ana"].shelf.len(&mals_log(&world)), 6);
    world.nodes.get_mut("bo").unwrap().filter = |_| true;
    for pair in PEOPLE.windows(2) {
        world.connect(pair[0], pair[1]);
    }
    world.settle();
    expect_cut(&world, 6);
}

#[test]
fn a_proof_that_comes_before_what_it_cuts_waits_for_that() {
    let stories = stories(&world_of(1), 10, &[1, 1]);
    let mut world = told(1, &[&stories[0][..3], &stories[0], &stories[1]]);
    world.connect("ana", "dee");
    world.pass(5_000);
    let branch = |story: &[Verified]| {
        let last = story.last().unwrap();
        Branch { headers: vec![last.header().clone()], signature: last.envelope().signature.unwrap() }
    };
    let proof = ForkProof::new(branch(&stories[0]), branch(&stories[1]), &world.team.workspace).unwrap();
    world.forge("dee", "ana", &Frame::Proof(Proof { bytes: proof.encode().into() }));
    assert_eq!(world.nodes["ana"].cuts, []);
    for pair in PEOPLE.windows(2) {
        world.connect(pair[0], pair[1]);
    }
    world.settle();
    expect_cut(&world, 11);
}

#[test]
fn a_log_that_forks_at_its_start_counts_for_nothing_also_where_it_was_never_heard() {
    let stories = stories(&world_of(1), 0, &[3, 2]);
    let mut world = told(1, &[&stories[0], &stories[1]]);
    for pair in PEOPLE.windows(2) {
        world.connect(pair[0], pair[1]);
    }
    world.settle();
    // Eli joins later, then fay, who was told a story by mal himself.
    world.person("eli");
    world.connect("eli", "dee");
    world.settle();
    world.person("fay");
    world.connect("fay", "eli");
    world.settle();
    world.cut("fay", "eli");
    world.give("fay", &stories[1]);
    world.connect("fay", "eli");
    world.connect("fay", "ana");
    world.settle();
    assert_eq!(world.drops, []);
}

#[test]
fn the_founder_can_not_take_the_genesis_back() {
    let mut world = world_of(1);
    for pair in PEOPLE.windows(2) {
        world.connect(pair[0], pair[1]);
    }
    world.settle();
    // Ana signs a second start of her first life, and gossips it.
    let mut ana = world.team.person("ana", 0);
    ana.mood = 1;
    let other = ana.say(&world.team, world.now);
    let log = other.header().log();
    world.cut("ana", "bo");
    world.nodes.get_mut("ana").unwrap().shelf = crate::shelf::Shelf::default();
    world.give("ana", &[other]);
    world.connect("ana", "bo");
    world.pass(60_000);
    assert!(world.nodes.iter().filter(|(name, _)| **name != "ana").all(|(_, node)| {
        node.cuts.iter().all(|cut| *cut == (log, 2)) && node.shelf.counted().iter().any(|(id, ..)| *id == log)
    }));
    // A newcomer still finds the workspace.
    world.cut("ana", "bo");
    world.nodes.remove("ana");
    world.person("eli");
    world.connect("eli", "cy");
    world.settle();
}

proptest! {
    #![proptest_config(cases())]
    #[test]
    fn in_any_order_of_arrival_all_drop_the_same(
        seed in any::<u64>(),
        same in 0..140_usize,
        ends in prop::collection::vec(0..130_usize, 2..5),
        who in prop::collection::vec(0..4_usize, 4),
        links in prop::collection::vec((0..4_usize, 0..4_usize, any::<bool>(), 0..400_u64), 0..12),
    ) {
        println!("seed {seed}");
        let stories = stories(&world_of(seed), same, &ends);
        let heard: Vec<&[Verified]> = who.iter().map(|at| stories[at % stories.len()].as_slice()).collect();
        let mut world = told(seed, &heard);
        for (one, other, cut, pause) in links {
            let (one, other) = (PEOPLE[one], PEOPLE[other]);
            if one != other && cut {
                world.cut(one, other);
            } else if one != other {
                world.connect(one, other);
            }
            world.pass(pause);
        }
        for pair in PEOPLE.windows(2) {
            world.connect(pair[0], pair[1]);
        }
        world.settle();
        prop_assert_eq!(&world.drops, &[]);
    }
}
