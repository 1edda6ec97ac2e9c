//! Am I caught up, who holds what I wrote, when was a teammate last heard of?
#![allow(clippy::unwrap_used)] // a test that meets an error has failed

mod world;

use cremona_engine::Input;
use cremona_engine::ask::{Standing, Teammate};
use cremona_envelope::Time;

use world::{Withheld, World, identity, peer};

fn standing(world: &World, name: &str) -> Standing {
    world.nodes[name].standing(world.now).unwrap()
}

fn teammate(world: &World, name: &str, whom: &str) -> Teammate {
    standing(world, name).teammates.into_iter().find(|one| one.name == whom).unwrap()
}

/// Ana, bo and cy all know each other, hold the same, and are apart.
fn three_apart() -> World {
    let mut world = World::founded_by("ana");
    world.person("bo");
    world.person("cy");
    world.connect("ana", "bo");
    world.connect("bo", "cy");
    world.post("ana", "Where do we meet?");
    world.settle();
    world.wait(120_000);
    world.cut("ana", "bo");
    world.cut("bo", "cy");
    world
}

/// Frames that tell of envelopes or carry them.
fn catches_up(kind: u8) -> bool {
    (2..20).contains(&kind)
}

#[test]
fn bo_and_cy_hold_what_ana_wrote_and_she_knows_it_of_cy_whom_she_never_met() {
    let world = three_apart();
    let ana = standing(&world, "ana");
    assert!(ana.caught_up && ana.written >= 4, "{ana:?}");
    for name in ["bo", "cy"] {
        let mate = teammate(&world, "ana", name);
        assert_eq!((mate.lacks, mate.not_here, mate.connected), (Some(0), 0, false), "{mate:?}");
        assert!(mate.last_heard.is_some() && mate.told.is_some());
    }
}

#[test]
fn what_ana_writes_alone_is_with_nobody_until_they_meet() {
    let mut world = three_apart();
    for n in 0..3 {
        world.post("ana", &format!("alone {n}"));
    }
    assert_eq!(teammate(&world, "ana", "bo").lacks, Some(3));
    assert_eq!(teammate(&world, "ana", "cy").lacks, Some(3));
    world.connect("ana", "bo");
    let bo = teammate(&world, "ana", "bo");
    assert_eq!((bo.lacks, bo.connected), (Some(0), true));
    world.cut("ana", "bo");
    // Bo's receipt has not come yet, but both were seen to hold the same.
    assert_eq!(teammate(&world, "ana", "bo").lacks, Some(0));
    assert_eq!(teammate(&world, "ana", "cy").lacks, Some(3));
}

#[test]
fn cy_learns_from_bos_receipt_that_ana_wrote_something_that_has_not_arrived() {
    let mut world = three_apart();
    world.connect("ana", "bo");
    world.post("ana", "Not for cy yet");
    world.settle();
    world.wait(120_000);
    world.cut("ana", "bo");
    world.withheld.push(Withheld { from: "bo", to: "cy", of: catches_up });
    world.connect("bo", "cy");
    world.wait(70_000);
    let cy = standing(&world, "cy");
    assert!(!cy.caught_up);
    let [missing] = cy.not_here.as_slice() else { panic!("{:?}", cy.not_here) };
    assert_eq!(
        (missing.name.as_deref(), missing.count, missing.known_by.as_slice()),
        (Some("ana"), 1, ["bo".to_owned()].as_slice())
    );
    assert_eq!(teammate(&world, "cy", "ana").not_here, 1);
    // It is still known once bo is gone.
    world.cut("bo", "cy");
    let missing = standing(&world, "cy").not_here;
    assert_eq!(missing.len(), 1, "{missing:?}");
    assert!(missing[0].known_by.contains(&"bo".to_owned()));
    world.withheld.clear();
    world.connect("bo", "cy");
    assert!(standing(&world, "cy").caught_up);
}

#[test]
fn a_teammate_was_last_heard_of_when_the_connection_ended_or_another_told() {
    let mut world = three_apart();
    world.connect("ana", "bo");
    world.wait(100_000);
    let until = world.now;
    world.cut("ana", "bo");
    world.now = world.now.plus(3_600_000);
    assert_eq!(teammate(&world, "ana", "bo").last_heard, Some(cremona_engine::show_time(until)));
    let of_cy = teammate(&world, "ana", "cy").last_heard.unwrap();
    assert!(of_cy < cremona_engine::show_time(until), "cy was heard of through bo: {of_cy}");
}

#[test]
fn addresses_of_ana_reach_cy_through_bo_and_are_told_to_the_dialler() {
    let mut world = three_apart();
    let addresses = vec!["/ip4/192.0.2.7/tcp/4477".to_owned()];
    let now = world.now;
    world.nodes.get_mut("ana").unwrap().handle(Input::Reachable { addresses: addresses.clone() }, now).unwrap();
    world.connect("ana", "bo");
    world.connect("bo", "cy");
    world.wait(120_000);
    let device = identity("ana").device();
    for name in ["bo", "cy"] {
        assert_eq!(world.nodes[name].addresses().unwrap(), [(device, addresses.clone())], "{name}");
    }
    assert_eq!(world.nodes["ana"].addresses().unwrap(), []);
}

#[test]
fn a_lone_founder_is_caught_up_and_has_no_teammates() {
    let mut world = World::founded_by("ana");
    world.post("ana", "Hello?");
    let ana = standing(&world, "ana");
    assert!(ana.caught_up && ana.teammates.is_empty() && ana.not_here.is_empty());
}

#[test]
fn an_idle_hour_of_soft_state_costs_little() {
    let mut world = three_apart();
    world.connect("ana", "bo");
    world.wait(120_000);
    world.bytes = 0;
    world.wait(3_600_000);
    // Hellos once a minute and digests every ten minutes, both ways.
    assert!(world.bytes <= 2 * (60 * 64 + 6 * 48) + 1_024, "{} bytes", world.bytes);
}

#[test]
fn a_wrong_clock_is_seen_by_those_who_are_connected() {
    let mut world = three_apart();
    world.connect("ana", "bo");
    world.wait(30_000);
    assert_eq!(teammate(&world, "ana", "bo").clock_ahead_ms, Some(0));
    let fast = Time(world.now.0 + 7_200_000);
    let mate = world.nodes.get_mut("bo").unwrap();
    // Bo's clock jumps two hours ahead; he tells the time with his next digest.
    mate.handle(Input::PeerDown { peer: peer("ana") }, fast).unwrap();
    mate.handle(Input::PeerUp { peer: peer("ana") }, fast).unwrap();
    mate.handle(Input::Tick, fast.plus(60_000)).unwrap();
    while world.carry() {}
    let ahead = teammate(&world, "ana", "bo").clock_ahead_ms.unwrap();
    assert!((7_200_000..7_400_000).contains(&ahead), "{ahead}");
}
