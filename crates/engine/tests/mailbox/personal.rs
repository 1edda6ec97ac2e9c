//! Personal state at a mailbox: kept for its member, sealed, and handed to nobody else.

use cremona_engine::ask::DraftFor;
use cremona_engine::{Answer, Ask};
use cremona_envelope::{Soft, SoftKind, personal};
use cremona_store::ShelfReader;

use crate::world::{AMPLE, World, device, identity};

const TEXT: &str = "half a sentence about the offer";

/// Ana drafts something while the mailbox, which all know, is up; bo comes by later.
fn drafted() -> World {
    let mut world = World::new();
    world.person("bo");
    world.connect("ana", "bo");
    world
        .ask("ana", Ask::Mailbox { device: device("box").to_string(), addresses: vec!["box.example:4478".to_owned()] });
    world.settle();
    world.cut("ana", "bo");
    world.mailbox("box", AMPLE);
    world.connect("ana", "box");
    let target = DraftFor::Channel("general".to_owned());
    world.ask("ana", Ask::DraftSave { id: None, target, text: TEXT.to_owned(), title: None });
    world.wait(60_000);
    world.connect("bo", "box");
    world.wait(60_000);
    world
}

fn drafts(world: &mut World, name: &str) -> Vec<String> {
    let Answer::Drafts(drafts) = world.ask(name, Ask::Drafts) else { panic!("no drafts") };
    drafts.drafts.into_iter().map(|draft| draft.text).collect()
}

fn at_the_mailbox(world: &World) -> Soft {
    let bytes = ShelfReader::open(&world.shelf("box"))
        .unwrap()
        .read(|read| read.soft(&device("ana"), SoftKind::PERSONAL))
        .unwrap()
        .expect("the word is at the mailbox");
    Soft::decode(&bytes).unwrap()
}

#[test]
fn the_mailbox_keeps_what_it_cannot_open_and_bo_gets_none_of_it() {
    let mut world = drafted();
    let word = at_the_mailbox(&world);
    assert!(personal::open(&identity("ana"), &word).is_some());
    assert_eq!(personal::open(&identity("bo"), &word), None);
    assert_eq!(personal::open(&identity("box"), &word), None);
    assert!(!world.is_on_disk("box", TEXT.as_bytes()));
    assert_eq!(drafts(&mut world, "bo"), [""; 0]);
    world.all_equal_with("box");
    assert_eq!(world.drops, []);
}

#[test]
fn ana_whose_directory_was_restored_from_before_gets_back_what_she_drafted() {
    let mut world = drafted();
    world.crash("ana");
    world.person("ana");
    world.connect("ana", "box");
    world.wait(60_000);
    assert_eq!(drafts(&mut world, "ana"), [TEXT]);
}
