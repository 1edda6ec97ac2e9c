//! What members get from a mailbox, and what it gets from them.

use cremona_engine::Ask;

use crate::world::{AMPLE, World};

/// Ana and Bo have met once; the mailbox has met Ana.
fn team() -> World {
    let mut world = World::new();
    world.person("bo");
    world.connect("ana", "bo");
    world.cut("ana", "bo");
    world.mailbox("box", AMPLE);
    world.visit("ana", "box");
    world
}

#[test]
fn ana_and_bo_are_never_up_together_and_have_all_that_both_said() {
    let mut world = team();
    let thread = world.post("ana", "Where do we meet?");
    world.visit("ana", "box");
    world.visit("bo", "box");
    assert_eq!(world.read("bo", &thread)[0].text, "Where do we meet?");
    for n in 0..200 {
        world.reply("bo", &thread, &format!("answer {n}"));
        world.reply("ana", &thread, &format!("thought {n}"));
    }
    for name in ["bo", "ana", "bo"] {
        world.visit(name, "box");
    }
    assert_eq!(world.read("ana", &thread).len(), 401);
    assert_eq!(world.read("ana", &thread), world.read("bo", &thread));
    world.all_equal_with("box");
    assert_eq!(world.drops, []);
}

#[test]
fn what_is_said_while_both_are_connected_arrives_at_once() {
    let mut world = team();
    world.connect("ana", "box");
    world.connect("bo", "box");
    let thread = world.post("ana", "Live");
    world.settle();
    assert_eq!(world.read("bo", &thread)[0].text, "Live");
    world.all_equal_with("box");
}

#[test]
fn cy_joins_with_only_the_mailbox_up() {
    let mut world = team();
    let thread = world.post("bo", "Before Cy");
    for n in 0..150 {
        world.reply("bo", &thread, &format!("note {n}"));
    }
    world.visit("bo", "box");
    world.person("cy");
    world.connect("cy", "box");
    assert_eq!(world.read("cy", &thread).len(), 151);
    world.reply("cy", &thread, "I am here");
    world.settle();
    world.cut("cy", "box");
    for name in ["ana", "bo"] {
        world.visit(name, "box");
        assert_eq!(world.read(name, &thread).last().unwrap().author.name, "cy");
    }
    world.all_equal_with("box");
    assert_eq!(world.drops, []);
}

#[test]
fn cy_who_comes_to_a_wiped_mailbox_before_anyone_else_waits_there_and_then_joins() {
    let mut world = team();
    let thread = world.post("ana", "Before Cy");
    world.stop("box");
    world.mailbox("new", AMPLE);
    world.person("cy");
    world.connect("cy", "new");
    world.pass(150_000);
    world.settle();
    assert_eq!(world.drops, [], "who holds nothing can tell nobody how to join");
    world.visit("ana", "new");
    world.settle();
    assert_eq!(world.read("cy", &thread)[0].text, "Before Cy");
    world.pass(150_000);
    for name in ["ana", "bo"] {
        world.visit(name, "new");
    }
    assert_eq!(world.drops, []);
    world.all_equal_with("new");
}

#[test]
fn meeting_it_again_with_nothing_new_costs_one_hello_of_at_most_64_bytes() {
    let mut world = team();
    world.visit("bo", "box");
    world.visit("ana", "box");
    world.bytes = 0;
    world.connect("bo", "box");
    assert!(world.bytes <= 64, "{} bytes", world.bytes);
}

#[test]
fn it_goes_on_after_a_restart_and_a_wiped_one_fills_again_from_members() {
    let mut world = team();
    let thread = world.post("ana", "One");
    world.visit("ana", "box");
    world.stop("box");
    world.mailbox("box", AMPLE);
    world.visit("bo", "box");
    assert_eq!(world.read("bo", &thread)[0].text, "One");
    world.all_equal_with("box");
    let before = world.holding("box");
    world.stop("box");
    world.mailbox("new", AMPLE);
    assert_eq!(world.holding("new").envelopes, 0);
    world.visit("bo", "new");
    assert_eq!(world.holding("new"), before);
}

#[test]
fn no_word_of_anyone_is_in_a_byte_of_its_file() {
    let mut world = team();
    let ask = Ask::ChannelCreate { name: "wombatburrow".to_owned(), purpose: "zanzibarquokka".to_owned() };
    world.ask("ana", ask);
    world.post("ana", "numbatlantern");
    world.visit("ana", "box");
    world.visit("bo", "box");
    for word in ["wombatburrow", "zanzibarquokka", "numbatlantern", "general", "Cremona"] {
        assert!(!world.is_on_disk("box", word.as_bytes()), "{word}");
    }
}
