//! Mailboxes that lie or fail, and outsiders who come to an honest one.

use cremona_engine::{Effect, Input, Mailbox, Peer};
use cremona_store::Shelf;

use crate::world::{AMPLE, World, device};

/// Frames by type.
const RUN: u8 = 5;

fn team() -> World {
    let mut world = World::new();
    world.person("bo");
    world.connect("ana", "bo");
    world.cut("ana", "bo");
    world.mailbox("box", AMPLE);
    world.post("ana", "For Bo");
    world.visit("ana", "box");
    world
}

#[test]
fn one_that_withholds_is_dropped_and_what_it_has_comes_from_elsewhere() {
    let mut world = team();
    world.tamper = Some(Box::new(|bytes| if bytes.first() == Some(&RUN) { Vec::new() } else { vec![bytes] }));
    world.connect("bo", "box");
    world.pass(30_000);
    world.settle();
    assert_eq!(world.drops, [("bo", "stalled: it did not answer within 20 s".to_owned())]);
    world.connect("bo", "ana");
    assert_eq!(world.read("bo", "general")[0].text, "For Bo");
}

#[test]
fn one_that_changes_a_byte_of_a_run_is_named_a_liar() {
    let mut world = team();
    world.tamper = Some(Box::new(|mut bytes| {
        if bytes.first() == Some(&RUN)
            && let Some(last) = bytes.last_mut()
        {
            *last ^= 1;
        }
        vec![bytes]
    }));
    world.connect("bo", "box");
    let (who, why) = &world.drops[0];
    assert!(*who == "bo" && why.starts_with("lied: "), "{who}: {why}");
    assert_eq!(world.read("bo", "general"), []);
    world.tamper = None;
    world.connect("bo", "box");
    assert_eq!(world.read("bo", "general")[0].text, "For Bo");
}

#[test]
fn one_that_reorders_its_frames_brings_everything_all_the_same() {
    let mut world = team();
    for n in 0..300 {
        world.post("ana", &format!("note {n}"));
    }
    world.visit("ana", "box");
    let mut kept: Option<Vec<u8>> = None;
    world.tamper = Some(Box::new(move |bytes| match kept.take() {
        Some(earlier) => vec![bytes, earlier],
        None => {
            kept = Some(bytes);
            Vec::new()
        }
    }));
    world.connect("bo", "box");
    for _ in 0..20 {
        world.pass(5_000);
        world.settle();
        if !world.linked("bo", "box") {
            world.connect("bo", "box");
        }
    }
    assert_eq!(world.read("bo", "general").len(), 301);
}

#[test]
fn one_that_was_restored_from_an_older_copy_is_brought_up_to_date_and_loses_nothing_of_anyone() {
    let mut world = team();
    world.stop("box");
    std::fs::copy(world.shelf("box"), world.shelf("copy")).unwrap();
    world.mailbox("box", AMPLE);
    world.post("ana", "After the copy");
    world.visit("ana", "box");
    world.visit("bo", "box");
    world.stop("box");
    std::fs::copy(world.shelf("copy"), world.shelf("box")).unwrap();
    world.mailbox("box", AMPLE);
    world.visit("bo", "box");
    assert_eq!(world.read("bo", "general").len(), 2);
    world.visit("ana", "box");
    world.all_equal_with("box");
    assert_eq!(world.drops, []);
}

/// An honest mailbox with one peer that nobody knows; gives what it is sent.
fn meet(mailbox: &mut Mailbox, world: &World, frames: &[Vec<u8>]) -> Vec<Effect> {
    let peer = Peer(device("dee").0);
    mailbox.handle(Input::PeerUp { peer }, world.now).unwrap();
    for bytes in frames {
        mailbox.handle(Input::Frame { peer, bytes: bytes.clone() }, world.now).unwrap();
    }
    std::iter::from_fn(|| mailbox.poll_effect()).collect()
}

fn opened(world: &mut World) -> Mailbox {
    world.stop("box");
    Mailbox::open(Shelf::open(&world.shelf("box")).unwrap(), device("box"), world.workspace, AMPLE).unwrap()
}

/// `want(log, 0, all)` of every log of Ana's and Bo's workspace.
fn wants(world: &World) -> Vec<Vec<u8>> {
    let reader = cremona_store::ShelfReader::open(&world.shelf("box")).unwrap();
    let logs = reader.read(|read| read.logs()).unwrap();
    let want = |log: &cremona_store::ShelfLog| {
        cremona_sync::Frame::Want(cremona_sync::frame::Want { log: log.id.0.into(), after: 0, upto: log.head.seq })
            .encode()
    };
    logs.iter().map(want).collect()
}

#[test]
fn a_device_without_a_join_gets_the_log_of_the_genesis_only_and_is_dropped_in_time() {
    let mut world = team();
    let mut mailbox = opened(&mut world);
    let wants = wants(&world);
    assert_eq!(wants.len(), 2);
    let runs = meet(&mut mailbox, &world, &wants);
    let runs = runs.iter().filter(|effect| matches!(effect, Effect::Send { bytes, .. } if bytes.first() == Some(&RUN)));
    assert_eq!(runs.count(), 1);
    assert_eq!(mailbox.wake_at().map(|at| at.since(world.now) <= 60_000), Some(true));
    mailbox.handle(Input::Tick, world.now.plus(60_000)).unwrap();
    let last = std::iter::from_fn(|| mailbox.poll_effect()).last().unwrap();
    assert!(matches!(last, Effect::Drop { reason, .. } if reason == "it shows no join that the invite key signed"));
}

#[test]
fn a_device_without_a_join_that_asks_for_much_is_dropped_at_once() {
    let mut world = team();
    let mut mailbox = opened(&mut world);
    let other: Vec<u8> = wants(&world).pop().unwrap();
    let told = meet(&mut mailbox, &world, &vec![other; 40]);
    assert!(told.iter().any(|effect| matches!(effect, Effect::Drop { reason, .. } if reason.starts_with("flooded"))));
}

#[test]
fn random_frames_never_make_it_panic() {
    let mut world = team();
    let mut mailbox = opened(&mut world);
    let mut noise = blake3::Hasher::new().update(b"noise").finalize_xof();
    let peer = Peer(device("ana").0);
    for n in 0..2_000_u64 {
        if n % 50 == 0 {
            mailbox.handle(Input::PeerUp { peer }, world.now).unwrap();
        }
        let mut bytes = vec![0; usize::try_from(n % 90).unwrap()];
        noise.fill(&mut bytes);
        if let Some(first) = bytes.first_mut() {
            *first %= 26;
        }
        mailbox.handle(Input::Frame { peer, bytes: bytes.clone() }, world.now).unwrap();
        mailbox.handle(Input::Gossip { peer, token: n, bytes }, world.now).unwrap();
        while mailbox.poll_effect().is_some() {}
    }
}
