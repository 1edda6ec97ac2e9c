//! The inbox: what needs whom, in which order, and what takes it away.
#![allow(clippy::unwrap_used)] // a test that meets an error has failed

mod asked;
mod day;
mod late;
mod list;
#[path = "../world/mod.rs"]
mod world;

use cremona_engine::ask::{Explained, Flagging, How, Inbox, InboxRow};
use cremona_engine::{Answer, Ask};
use cremona_envelope::Time;

use world::World;

/// Monday, 30 November 2026, 14:00 UTC: 09:00 in New York, 14:00 in London, 22:00 in Singapore.
const MONDAY: Time = Time(1_796_047_200_000);
const HOUR: u64 = 3_600_000;

/// Ana in New York, bo in London and cy in Singapore, who have met and published their hours.
fn three() -> World {
    let mut world = World::founded_by("ana");
    world.now = MONDAY;
    for name in ["bo", "cy"] {
        world.person(name);
        world.connect("ana", name);
    }
    for (name, zone) in [("ana", "America/New_York"), ("bo", "Europe/London"), ("cy", "Asia/Singapore")] {
        let hours = format!("{zone} mon-fri 09:00-17:00");
        let Answer::Person(person) = world.ask(name, Ask::Hours { hours }) else { panic!("no person") };
        assert_eq!((person.zone.as_str(), person.assumed), (zone, false));
    }
    world.settle();
    world.now = MONDAY;
    world
}

fn posts(world: &mut World, name: &str, text: &str, how: How) -> String {
    let ask = Ask::Post { channel: "general".to_owned(), text: text.to_owned(), title: None, how };
    let Answer::Posted(posted) = world.ask(name, ask) else { panic!("not posted") };
    posted.id
}

fn flagged(colour: &str) -> How {
    How { flag: Some(Flagging { colour: colour.to_owned(), ..Flagging::default() }), ..How::default() }
}

fn inbox(world: &mut World, name: &str) -> Inbox {
    let ask = Ask::Inbox { channel: None, expired: false, later: false, limit: 100, after: None };
    let Answer::Inbox(inbox) = world.ask(name, ask) else { panic!("no inbox") };
    assert_eq!(inbox.counts.all as usize, inbox.rows.len(), "counts are lengths of lists");
    let with = |colour: Option<&str>| inbox.rows.iter().filter(|row| row.colour.as_deref() == colour).count() as u64;
    assert_eq!(
        (inbox.counts.red, inbox.counts.yellow, inbox.counts.unflagged, inbox.counts.green),
        (with(Some("red")), with(Some("yellow")), with(None), with(Some("green")))
    );
    inbox
}

fn titles(world: &mut World, name: &str) -> Vec<String> {
    inbox(world, name).rows.into_iter().map(|row| row.title).collect()
}

fn only(world: &mut World, name: &str) -> InboxRow {
    let mut rows = inbox(world, name).rows;
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.remove(0)
}

fn explain(world: &mut World, name: &str, thread: &str) -> Explained {
    let Answer::Explained(explained) = world.ask(name, Ask::Explain { thread: thread.to_owned() }) else {
        panic!("not explained")
    };
    *explained
}

fn says(world: &mut World, name: &str, ask: Ask) -> Explained {
    let Answer::Explained(explained) = world.ask(name, ask) else { panic!("not explained") };
    *explained
}

fn done(thread: &str) -> Ask {
    Ask::Done { thread: thread.to_owned(), undo: false }
}
