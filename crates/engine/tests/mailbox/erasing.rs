//! A delete reaches the mailbox: the body leaves its disk, and doesn't come back.

use cremona_engine::{Ask, Input};
use cremona_envelope::seal::{Place, Sealed};
use cremona_envelope::{DeviceId, ErasePayload, Kind};
use cremona_store::ShelfLog;

use crate::world::{AMPLE, World, device, identity, peer};

/// Start of the sealed body of Ana's last message, as the mailbox has it.
fn sealed(world: &World) -> Vec<u8> {
    bodies(world, device("ana")).pop().unwrap()[..40].to_vec()
}

/// The sealed bodies of a device, as the mailbox has them.
fn bodies(world: &World, device: DeviceId) -> Vec<Vec<u8>> {
    let reader = cremona_store::ShelfReader::open(&world.shelf("box")).unwrap();
    let found = reader.read(|read| {
        let log = read.logs()?.into_iter().find(|log| log.device == device).unwrap();
        (1..=log.head.seq).map(|seq| read.body(log.no, seq)).collect::<Result<Vec<_>, _>>()
    });
    found.unwrap().into_iter().flatten().collect()
}

fn team() -> World {
    let mut world = World::new();
    world.person("bo");
    world.connect("ana", "bo");
    world.mailbox("box", AMPLE);
    world.visit("ana", "box");
    world
}

#[test]
fn a_deleted_message_and_its_edits_leave_the_mailboxs_disk() {
    let mut world = team();
    let kept = world.post("ana", "This one stays");
    let gone = world.post("ana", "This one goes, and it is long enough to be found again");
    world.visit("ana", "box");
    let first = sealed(&world);
    world.ask("ana", Ask::Edit { message: gone.clone(), text: "Another text for the one that goes".to_owned() });
    world.visit("ana", "box");
    let edited = sealed(&world);
    assert!(world.is_on_disk("box", &first) && world.is_on_disk("box", &edited));
    let before = world.holding("box");
    world.ask("ana", Ask::Delete { message: gone.clone() });
    world.connect("ana", "box");
    world.pass(10_000);
    assert!(!world.is_on_disk("box", &first) && !world.is_on_disk("box", &edited));
    let after = world.holding("box");
    assert_eq!((after.bodies, after.envelopes), (before.bodies - 2, before.envelopes + 2));
    world.visit("bo", "box");
    assert_eq!(world.read("bo", &kept)[0].text, "This one stays");
    world.all_equal_with("box");
}

#[test]
fn a_delete_that_overtakes_its_message_is_obeyed_when_that_comes() {
    let mut world = team();
    world.settle();
    world.cut("ana", "bo");
    let gone = world.post("ana", "Nobody will have this from the mailbox");
    world.connect("ana", "bo");
    world.cut("ana", "bo");
    world.ask("ana", Ask::Delete { message: gone });
    world.visit("ana", "box");
    let bodies = bodies(&world, device("ana")).len();
    // Bo still has the text, and is asked for nothing that was erased.
    world.visit("bo", "box");
    assert_eq!(self::bodies(&world, device("ana")).len(), bodies);
    world.all_equal_with("box");
}

/// The log of a device, as the mailbox has it.
fn log(world: &World, name: &str) -> ShelfLog {
    let reader = cremona_store::ShelfReader::open(&world.shelf("box")).unwrap();
    let logs = reader.read(|read| read.logs()).unwrap();
    logs.into_iter().find(|log| log.device == device(name)).unwrap()
}

#[test]
fn nobody_can_have_the_bodies_of_others_erased() {
    let mut world = team();
    world.post("ana", "Mine");
    world.visit("ana", "box");
    world.visit("bo", "box");
    let before = bodies(&world, device("ana"));
    let (of_ana, of_bo) = (log(&world, "ana"), log(&world, "bo"));
    let places = (1..=of_ana.head.seq).map(|seq| (of_ana.id, seq)).collect();
    let place = Place {
        kind: Kind::CONTROL,
        workspace: world.workspace,
        device: of_bo.device,
        life: of_bo.life,
        seq: of_bo.head.seq + 1,
        prev: of_bo.head.id,
        time: world.now,
        bytes_before: of_bo.head.bytes,
    };
    let list = Sealed::clear(&place, ErasePayload::lists(&places).remove(0).encode()).unwrap();
    let bytes = identity("bo").sign(list).envelope().encode();
    world.handle("box", Input::PeerUp { peer: peer("bo") });
    world.handle("box", Input::Gossip { peer: peer("bo"), token: 1, bytes });
    assert_eq!(log(&world, "bo").head.seq, of_bo.head.seq + 1, "it is genuine, and kept");
    assert_eq!(bodies(&world, device("ana")), before);
}

#[test]
fn what_a_crash_left_of_an_erased_body_goes_at_the_next_start() {
    let mut world = team();
    let gone = world.post("ana", "This one goes, and then the light goes out");
    world.visit("ana", "box");
    let body = sealed(&world);
    world.ask("ana", Ask::Delete { message: gone });
    world.connect("ana", "box");
    world.crash("box");
    world.mailbox("box", AMPLE);
    assert!(!world.is_on_disk("box", &body));
}
