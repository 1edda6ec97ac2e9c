//! Members hear of mailboxes from whoever paired one, and of their fullness from themselves.

use cremona_engine::{Answer, Ask, Quota};

use crate::world::{World, device};

fn announce(world: &mut World, name: &str, addresses: &[&str]) {
    let addresses = addresses.iter().map(|address| (*address).to_owned()).collect();
    let Answer::Mailbox(_) = world.ask(name, Ask::Mailbox { device: device("box").to_string(), addresses }) else {
        panic!("not announced")
    };
}

#[test]
fn everyone_hears_of_a_mailbox_and_of_its_new_address_also_who_joins_later() {
    let mut world = World::new();
    world.person("bo");
    world.connect("ana", "bo");
    announce(&mut world, "ana", &["box.example:4478"]);
    world.settle();
    assert_eq!(world.dialled, [("ana", "box.example:4478".to_owned()), ("bo", "box.example:4478".to_owned())]);
    announce(&mut world, "bo", &["box.example:9", "192.0.2.1:9"]);
    world.settle();
    world.person("cy");
    world.connect("bo", "cy");
    for name in ["ana", "bo", "cy"] {
        let status = world.status(name);
        assert_eq!(status.mailboxes.len(), 1, "{name}");
        assert_eq!(status.mailboxes[0].addresses, ["box.example:9", "192.0.2.1:9"], "{name}");
        assert_eq!(status.unknown, 0, "{name} knows what this is");
    }
}

#[test]
fn what_is_no_address_is_refused() {
    let mut world = World::new();
    for (device, address) in [("xyz", "box.example:4478"), (&*device("box").to_string(), "no port")] {
        let ask = Ask::Mailbox { device: device.to_owned(), addresses: vec![address.to_owned()] };
        assert_eq!(world.refused("ana", ask).reason, cremona_engine::Reason::Usage);
    }
    assert_eq!(world.status("ana").mailboxes, []);
}

#[test]
fn status_says_on_every_members_node_that_the_mailbox_is_full_and_that_it_is_no_more() {
    let mut world = World::new();
    world.person("bo");
    world.connect("ana", "bo");
    announce(&mut world, "ana", &["box.example:4478"]);
    world.settle();
    world.mailbox("box", Quota { total: 12_000, device: 1 << 40 });
    world.connect("ana", "box");
    world.connect("bo", "box");
    let is_full = |world: &mut World, name: &str| {
        let status = world.status(name);
        let told = status.warnings.iter().any(|warning| warning.contains("is full"));
        assert_eq!(told, status.mailboxes[0].full);
        told
    };
    assert!(!is_full(&mut world, "ana") && !is_full(&mut world, "bo"));
    let gone = world.post("bo", &"long ".repeat(3_000));
    world.settle();
    assert!(is_full(&mut world, "ana") && is_full(&mut world, "bo"));
    world.stop("box");
    world.mailbox("box", crate::world::AMPLE);
    world.connect("ana", "box");
    world.connect("bo", "box");
    assert!(!is_full(&mut world, "ana") && !is_full(&mut world, "bo"));
    assert_eq!(world.read("ana", &gone).len(), 1);
}
