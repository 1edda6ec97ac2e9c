//! Honest people meet: everyone comes to hold the same, and pays for the difference only.

use cremona_envelope::{DeviceId, EnvelopeId, Head, LifeId, LogId, Time};
use cremona_sync::frame::Run;
use cremona_sync::{Frame, FrontierEntry, Held, Input, LogStart, Output, Peer, Progress, Replica};
use proptest::prelude::*;

use crate::people::Team;
use crate::shelf::Shelf;
use crate::world::{World, cases};

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
    let team = Team::founded_by("ana");
    let logs: Vec<_> = (0..10_000).map(made_up).collect();
    let (ana, bo) = (team.person("ana", 0).device(), team.person("bo", 0).device());
    let mut nodes = [(ana, bo), (bo, ana)].map(|(me, them)| {
        let replica = Replica::new(team.workspace, me, Some(team.genesis.clone()), logs.clone());
        (replica, Peer(them.0))
    });
    let shelf = Shelf::default();
    let mut hellos = nodes.each_mut().map(|(replica, peer)| {
        replica.handle(Input::PeerUp { peer: *peer }, Time(0), &shelf);
        let Some(Output::Send { bytes, .. }) = replica.poll_output() else { panic!("no hello") };
        assert!(bytes.len() <= 64 && replica.poll_output().is_none());
        bytes
    });
    hellos.reverse();
    for ((replica, peer), bytes) in nodes.iter_mut().zip(hellos) {
        replica.handle(Input::FrameReceived { peer: *peer, bytes }, Time(20), &shelf);
        assert!(matches!(replica.poll_output(), Some(Output::InSync { .. })));
        assert!(replica.poll_output().is_none());
        assert!(replica.wake_at() >= Some(Time(60_000)));
        assert_eq!(replica.progress(peer), Progress { in_sync: true, to_receive: 0, to_send: 0 });
    }
}

fn made_up(number: u64) -> LogStart {
    let device = DeviceId(*blake3::hash(&number.to_be_bytes()).as_bytes());
    let head = Head { seq: number + 1, id: EnvelopeId(device.0), time: Time(1), bytes: 1 };
    LogStart { entry: FrontierEntry { device, life: LifeId([1; 16]), seq: head.seq, head: head.id, cut: 0 }, head }
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
fn a_message_that_shows_a_gap_has_it_filled_at_once() {
    let mut world = ana_and_bo();
    world.gossip_loss = 100;
    world.append("ana", 1);
    world.wait(10);
    world.gossip_loss = 0;
    world.append("ana", 1);
    world.wait(600);
    assert_eq!(world.root("ana"), world.root("bo"));
}

#[test]
fn a_message_too_large_for_gossip_arrives_at_once() {
    let mut world = ana_and_bo();
    let now = world.now;
    let node = world.nodes.get_mut("ana").unwrap();
    let envelopes = vec![node.person.say_long(&world.team, now, 70_000)];
    node.shelf.take(&envelopes);
    world.handle("ana", Input::Appended { envelopes });
    world.settle();
    assert!(world.now.since(now) < 1_000, "{} ms", world.now.since(now));
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
    world.nodes.get_mut("ana").unwrap().filter = |frame| !matches!(frame, Frame::Run(_));
    world.gossip_loss = 100;
    let mut ana = world.nodes["ana"].person.clone();
    world.append("ana", 100);
    world.wait(200);
    // The runs that bo asked for are slow; meanwhile the first messages reach him by gossip.
    let log = log_of(&world, "ana");
    let now = world.nodes["ana"].shelf.header(&log, 2).unwrap().0.time;
    let said: Vec<_> = (0..100).map(|_| ana.say(&world.team, now)).collect();
    let peer = world.peer("ana");
    for early in said.iter().take(10) {
        world.handle("bo", Input::GossipReceived { peer, token: 1, bytes: early.envelope().encode() });
    }
    let mut runs =
        said.chunks(40).map(|run| run.iter().map(|said| said.envelope().clone()).collect::<Vec<_>>()).peekable();
    while let Some(run) = runs.next() {
        let bytes = cremona_envelope::encode_run(&run).into();
        world.forge("ana", "bo", &Frame::Run(Run { log: log.0.into(), end: runs.peek().is_none(), bytes }));
    }
    assert_eq!(world.nodes["bo"].shelf.len(&log), 101);
    world.settle();
    assert_eq!(world.drops, []);
}

#[test]
fn live_messages_that_come_before_what_they_follow_wait_for_it() {
    let mut world = ana_and_bo();
    let mut ana = world.nodes["ana"].person.clone();
    let (log, peer) = (log_of(&world, "ana"), world.peer("ana"));
    let now = world.nodes["ana"].shelf.header(&log, 1).unwrap().0.time;
    let said: Vec<_> = (0..4).map(|_| ana.say(&world.team, now)).collect();
    for place in [3, 1, 2] {
        world.handle("bo", Input::GossipReceived { peer, token: 1, bytes: said[place].envelope().encode() });
        assert_eq!(world.nodes["bo"].shelf.len(&log), 1, "nothing follows yet");
    }
    world.handle("bo", Input::GossipReceived { peer, token: 1, bytes: said[0].envelope().encode() });
    assert_eq!(world.nodes["bo"].shelf.len(&log), 5);
    assert_eq!(world.drops, []);
}

#[test]
fn a_copy_that_passes_on_what_the_original_says_is_no_liar() {
    let mut world = ana_and_bo();
    // Ana runs on two machines. The one that bo is connected with is behind, and hears of the other's
    // messages now and then.
    let mut elsewhere = world.nodes["ana"].person.clone();
    let (peer, now) = (world.peer("ana"), world.now);
    let said: Vec<_> = (0..12).map(|_| elsewhere.say(&world.team, now)).collect();
    for place in [5, 8, 11] {
        world.handle("bo", Input::GossipReceived { peer, token: 1, bytes: said[place].envelope().encode() });
        world.wait(500);
    }
    let log = log_of(&world, "ana");
    assert!(world.sent.iter().any(|(from, to, bytes)| (*from, *to) == ("bo", "ana")
        && matches!(Frame::decode(bytes), Ok(Frame::Want(want)) if *want.log == log.0)));
    assert_eq!(world.drops, []);
}

#[test]
fn whoever_goes_on_talking_while_his_log_is_fetched_is_caught_up_with_once() {
    let mut world = world_of(1, 2);
    world.delay = 900;
    world.append("bo", 40);
    world.connect("ana", "bo");
    // He says something every half second, and no answer comes as quickly.
    let mut whole = 0;
    for _ in 0..40 {
        world.append("bo", 1);
        world.wait(500);
        let log = log_of(&world, "bo");
        whole += usize::from(world.nodes["ana"].shelf.len(&log) + 3 >= world.nodes["bo"].shelf.len(&log));
    }
    assert!(whole >= 25, "ana was close behind only {whole} of 40 times");
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
    for (logs, each, most) in [(1, 300, 1_500), (10, 30, 4_096), (50, 40, 12_288)] {
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
            let envelopes = if let Frame::Slice(slice) = Frame::decode(bytes).unwrap() { slice.bytes.len() } else { 0 };
            beside += bytes.len() - envelopes;
        }
        println!("{logs} logs that differ: {beside} bytes beside the bundles");
        assert!(beside <= most, "{logs} logs that differ: {beside} bytes beside the bundles");
    }
}

proptest! {
    #![proptest_config(cases())]
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
