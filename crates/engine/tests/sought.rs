//! Searches by what is read, by when an answer is due, and by what else is said about messages.
#![allow(clippy::unwrap_used)] // a test that meets an error has failed

mod world;

use cremona_engine::ask::{Flagging, How, ImportBatch, ImportChannel, ImportMessage};
use cremona_engine::{Answer, Ask, Reason};
use cremona_envelope::Time;

use world::World;

/// Monday, 30 November 2026, 14:00 UTC: 09:00 in New York, where ana works.
const MONDAY: Time = Time(1_796_047_200_000);
const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;

/// Ana in New York and bo in London, who have met.
fn two() -> World {
    let mut world = World::founded_by("ana");
    world.now = MONDAY.plus(0);
    world.person("bo");
    world.connect("ana", "bo");
    for (name, zone) in [("ana", "America/New_York"), ("bo", "Europe/London")] {
        world.ask(name, Ask::Hours { hours: format!("{zone} mon-fri 09:00-17:00") });
    }
    world.settle();
    world.now = MONDAY;
    world
}

fn posts(world: &mut World, name: &str, text: &str, how: How) -> String {
    let ask = Ask::Post { channel: "general".to_owned(), text: text.to_owned(), title: None, how };
    let Answer::Posted(posted) = world.ask(name, ask) else { panic!("not posted") };
    world.settle();
    posted.id
}

fn flagged(colour: &str) -> How {
    How { flag: Some(Flagging { colour: colour.to_owned(), ..Flagging::default() }), ..How::default() }
}

fn mark(target: &str, upto: Option<&str>, unread: bool) -> Ask {
    Ask::Mark { target: target.to_owned(), upto: upto.map(str::to_owned), unread }
}

/// The first words of what ana finds, in an order of their own.
fn found(world: &mut World, query: &str) -> Vec<String> {
    let ask = Ask::Search { query: query.to_owned(), limit: 50, before: None, typing: false };
    let Answer::Hits(hits) = world.ask("ana", ask) else { panic!("no hits") };
    assert_eq!((hits.total, hits.next), (hits.hits.len() as u64, None), "{query}");
    let first = |text: &str| text.split(' ').next().unwrap_or_default().replace(['«', '»'], "");
    let mut words: Vec<_> = hits.hits.iter().map(|hit| first(&hit.snippet)).collect();
    words.sort();
    words
}

fn import(world: &mut World) {
    let message = ImportMessage {
        channel: "C1".to_owned(),
        ts: "1.1".to_owned(),
        time_ms: 1_749_000_000_000,
        root: None,
        author_id: "Dewi".to_owned(),
        author_name: "Dewi".to_owned(),
        text: "imported of old".to_owned(),
        edited_ms: None,
        reactions: Vec::new(),
        tombstone: false,
    };
    let channel = ImportChannel { id: "C1".to_owned(), name: "lama".to_owned(), purpose: String::new(), created_ms: 1 };
    let batch =
        ImportBatch { source: "slack/T1".to_owned(), channels: vec![channel], messages: vec![message], dry_run: false };
    world.ask("bo", Ask::Import(batch));
    world.settle();
}

#[test]
fn what_is_unread_is_others_and_neither_read_nor_done_nor_imported_nor_deleted() {
    let mut world = two();
    import(&mut world);
    let thread = posts(&mut world, "bo", "first of all", How::default());
    let second = world.reply("bo", &thread, "second to it");
    world.reply("ana", &thread, "mine of course");
    let gone = world.reply("bo", &thread, "gone again");
    posts(&mut world, "bo", "elsewhere too", How::default());
    world.ask("bo", Ask::Delete { message: gone });
    world.settle();
    assert_eq!(found(&mut world, "is:unread"), ["elsewhere", "first", "second"]);
    assert_eq!(found(&mut world, "-is:unread"), ["imported", "mine"]);
    assert_eq!(found(&mut world, "is:unread second"), ["second"]);
    assert_eq!(found(&mut world, "s* is:unread from:bo"), ["second"]);
    assert_eq!(found(&mut world, "is:unread from:me"), [""; 0]);
    assert_eq!(found(&mut world, "is:unread kind:imported"), [""; 0]);

    world.ask("ana", mark(&thread, Some(&thread), false));
    assert_eq!(found(&mut world, "is:unread"), ["elsewhere", "second"], "read up to the first");
    let Answer::Explained(explained) = world.ask("ana", Ask::Explain { thread: thread.clone() }) else { panic!() };
    assert_eq!(explained.row.map(|row| row.unread), Some(1), "as the inbox counts");
    world.ask("ana", Ask::Done { thread: thread.clone(), undo: false });
    assert_eq!(found(&mut world, "is:unread"), ["elsewhere"], "what is done is not unread");
    world.reply("bo", &thread, "third comes later");
    world.settle();
    assert_eq!(found(&mut world, "is:unread"), ["elsewhere", "third"]);
    world.ask("ana", mark("general", None, false));
    assert_eq!(found(&mut world, "is:unread"), [""; 0]);
    world.ask("ana", Ask::Done { thread: thread.clone(), undo: true });
    world.ask("ana", mark(&thread, Some(&second), true));
    assert_eq!(found(&mut world, "is:unread"), ["second", "third"], "marked unread from there on");
}

#[test]
fn an_embargo_hides_from_every_search_until_it_ends_and_then_is_unread() {
    let mut world = two();
    let how = How { at: Some("2026-12-01 09:00 UTC".to_owned()), ..How::default() };
    posts(&mut world, "bo", "surprise for ana", how);
    posts(&mut world, "bo", "plain words", How::default());
    for query in ["surprise", "surp*", "from:bo", "is:unread", "-is:flagged", "after:2020"] {
        let hidden = found(&mut world, query);
        assert!(!hidden.contains(&"surprise".to_owned()), "{query}: {hidden:?}");
    }
    world.ask("ana", mark("general", None, false));
    assert_eq!(found(&mut world, "is:unread"), [""; 0]);
    world.now = MONDAY.plus(19 * HOUR);
    for query in ["surprise", "surp*", "is:unread"] {
        assert_eq!(found(&mut world, query), ["surprise"], "{query}: it was hidden when all was marked as read");
    }
}

#[test]
fn what_is_due_is_found_by_day_in_the_askers_zone() {
    let mut world = two();
    let red = posts(&mut world, "bo", "red for @ana", flagged("red"));
    posts(&mut world, "bo", "yellow for @ana", flagged("yellow"));
    posts(&mut world, "bo", "green for @ana", flagged("green"));
    posts(&mut world, "ana", "his for @bo", flagged("red"));
    posts(&mut world, "bo", "none for @ana", How::default());
    assert_eq!(found(&mut world, "due:any"), ["red", "yellow"], "green is never due");
    assert_eq!(found(&mut world, "due:today"), ["red"]);
    assert_eq!(found(&mut world, "due:2026-11-30"), ["red"]);
    assert_eq!(found(&mut world, "due:>today"), ["yellow"]);
    assert_eq!(found(&mut world, "due:<2026-12"), ["red"]);
    assert_eq!(found(&mut world, "due:2026-12 yellow"), ["yellow"]);
    assert_eq!(found(&mut world, "due:overdue"), [""; 0]);
    assert_eq!(found(&mut world, "-due:any is:flagged"), ["green", "his"]);
    // 23:00 in New York, 04:00 of the next day in London: it was due at 17:00.
    world.now = MONDAY.plus(14 * HOUR);
    assert_eq!(found(&mut world, "due:overdue"), ["red"]);
    assert_eq!(found(&mut world, "due:today"), ["red"]);
    world.now = MONDAY.plus(DAY);
    assert_eq!(found(&mut world, "due:yesterday"), ["red"]);
    world.ask("ana", Ask::Later { thread: red.clone(), until: Some("2026-12-04 09:00".to_owned()) });
    assert_eq!(found(&mut world, "due:overdue"), ["red"], "also where it is put off");
    world.ask("ana", Ask::Done { thread: red, undo: false });
    assert_eq!(found(&mut world, "due:any"), ["yellow"]);
    let ask = Ask::Search { query: "kopi due:<soon".to_owned(), limit: 50, before: None, typing: false };
    let failure = world.nodes.get_mut("ana").unwrap().answer(ask, world.now).unwrap_err();
    assert_eq!(failure.reason, Reason::Usage);
    assert!(failure.message.ends_with("(column 6 of the search)"), "{failure}");
}

#[test]
fn a_resolved_thread_is_found_whole_until_somebody_answers() {
    let mut world = two();
    let thread = posts(&mut world, "bo", "question of the day", How::default());
    world.reply("ana", &thread, "answer to it");
    posts(&mut world, "bo", "open still", How::default());
    world.ask("ana", Ask::Resolve { thread: thread.clone(), on: true });
    assert_eq!(found(&mut world, "is:resolved"), ["answer", "question"]);
    assert_eq!(found(&mut world, "is:resolved answer"), ["answer"]);
    assert_eq!(found(&mut world, "-is:resolved kind:message"), ["open"]);
    world.reply("bo", &thread, "but then");
    world.settle();
    assert_eq!(found(&mut world, "is:resolved"), [""; 0]);
    world.ask("ana", Ask::Resolve { thread: thread.clone(), on: true });
    world.ask("bo", Ask::Resolve { thread, on: false });
    world.settle();
    assert_eq!(found(&mut world, "is:resolved"), [""; 0], "reopened");
}

#[test]
fn announcements_are_found_whether_they_ask_to_be_acknowledged_or_not() {
    let mut world = two();
    let announcement = How { announcement: true, ..How::default() };
    posts(&mut world, "bo", "office moves", announcement.clone());
    posts(&mut world, "bo", "holiday is moved", How { acknowledge: true, ..announcement });
    posts(&mut world, "bo", "asked only", How { acknowledge: true, ..How::default() });
    posts(&mut world, "bo", "plain moves", How::default());
    assert_eq!(found(&mut world, "kind:announcement"), ["holiday", "office"]);
    assert_eq!(found(&mut world, "kind:announcement moves"), ["office"]);
    assert_eq!(found(&mut world, "-kind:announcement"), ["asked", "plain"]);
}
