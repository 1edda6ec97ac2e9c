//! People's nodes meet and part: engines over stores in memory, frames handed over at once.
#![allow(clippy::unwrap_used)] // a test that meets an error has failed

mod world;

use cremona_engine::{Answer, Ask};
use cremona_store::Store;

use world::World;

#[test]
fn bo_joins_and_reads_what_ana_wrote_before_and_after() {
    let mut world = World::founded_by("ana");
    let thread = world.post("ana", "Where do we meet?\nI vote for Cremona.");
    world.person("bo");
    world.connect("ana", "bo");
    world.reply("bo", &thread[..8], "Cremona it is.");
    world.post("ana", "Live now");
    world.settle();
    let texts: Vec<_> = world.read("ana", &thread).into_iter().map(|m| (m.author.name, m.text)).collect();
    assert_eq!(texts[1], ("bo".to_owned(), "Cremona it is.".to_owned()));
    let digest = world.all_equal();
    assert_eq!((digest.messages, digest.threads, digest.members), (3, 2, 2));
}

#[test]
fn cy_who_meets_only_bo_has_what_ana_said() {
    let mut world = World::founded_by("ana");
    world.person("bo");
    world.connect("ana", "bo");
    let thread = world.post("ana", "Before Cy");
    world.settle();
    world.cut("ana", "bo");
    world.person("cy");
    world.connect("bo", "cy");
    assert_eq!(world.read("cy", &thread)[0].text, "Before Cy");
    world.reply("cy", &thread, "I am here");
    world.settle();
    world.cut("bo", "cy");
    world.connect("ana", "bo");
    assert_eq!(world.read("ana", &thread)[1].author.name, "cy");
    world.connect("bo", "cy");
    world.all_equal();
}

#[test]
fn apart_both_write_and_together_all_of_it_is_on_both_in_one_order() {
    let mut world = World::founded_by("ana");
    world.person("bo");
    world.connect("ana", "bo");
    let thread = world.post("ana", "Start");
    world.settle();
    world.cut("ana", "bo");
    for n in 0..100 {
        world.reply("ana", &thread, &format!("ana {n}"));
        world.reply("bo", &thread, &format!("bo {n}"));
    }
    world.connect("ana", "bo");
    let (ana, bo) = (world.read("ana", &thread), world.read("bo", &thread));
    assert_eq!(ana.len(), 201);
    assert_eq!(ana, bo);
    world.all_equal();
}

#[test]
fn edits_reactions_and_deletes_converge_and_a_delete_wins() {
    let mut world = World::founded_by("ana");
    world.person("bo");
    world.connect("ana", "bo");
    let id = world.post("ana", "Frist draft");
    let gone = world.post("ana", "Zanzibarquokka must go");
    world.settle();
    world.cut("ana", "bo");
    world.ask("ana", Ask::Edit { message: id.clone(), text: "First draft".to_owned() });
    world.ask("bo", Ask::React { message: id.clone(), emoji: "👍".to_owned(), on: true });
    world.ask("ana", Ask::Delete { message: gone.clone() });
    world.connect("ana", "bo");
    for name in ["ana", "bo"] {
        let messages = world.read(name, "general");
        let edited = messages.iter().find(|m| m.id == id).unwrap();
        assert_eq!((edited.text.as_str(), edited.edited), ("First draft", true));
        assert_eq!(edited.reactions[0].names, ["bo"]);
        let deleted = messages.iter().find(|m| m.id == gone).unwrap();
        assert_eq!((deleted.text.as_str(), deleted.deleted, deleted.missing), ("", true, false));
        let Answer::Hits(hits) =
            world.ask(name, Ask::Search { query: "zanzibarquokka".to_owned(), limit: 9, before: None, typing: false })
        else {
            panic!("no hits")
        };
        assert_eq!(hits.total, 0);
    }
    world.person("cy");
    world.connect("bo", "cy");
    world.connect("ana", "cy");
    world.all_equal();
}

#[test]
fn meeting_again_with_nothing_new_costs_one_hello_each_way() {
    let mut world = World::founded_by("ana");
    world.person("bo");
    world.connect("ana", "bo");
    for n in 0..50 {
        world.post("ana", &format!("note {n}"));
    }
    world.settle();
    world.cut("ana", "bo");
    world.bytes = 0;
    world.connect("ana", "bo");
    assert!(world.bytes <= 2 * 64, "{} bytes", world.bytes);
}

#[test]
fn a_newcomer_restarts_from_what_came_in_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cremona.db");
    let mut world = World::founded_by("ana");
    for n in 0..200 {
        world.post("ana", &format!("note {n}"));
    }
    let engine = world.engine("bo", Store::open(&path).unwrap());
    world.nodes.insert("bo", engine);
    world.connect("ana", "bo");
    let before = world.digest("bo");
    world.cut("ana", "bo");
    drop(world.nodes.remove("bo"));
    let engine = world.engine("bo", Store::open(&path).unwrap());
    world.nodes.insert("bo", engine);
    // No guard vouches for Bo's log here, so a new life begins and says nothing else.
    assert_eq!(world.digest("bo").messages, before.messages);
    world.connect("ana", "bo");
    world.all_equal();
}
