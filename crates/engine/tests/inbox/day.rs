//! A day of a team: threads as they were, hours, what is told and what the quiet holds back.

use cremona_engine::ask::How;
use cremona_engine::{Answer, Ask};

use crate::world::World;
use crate::{HOUR, MONDAY, done, flagged, posts, says, three};

#[test]
fn a_thread_as_it_was_and_the_versions_of_a_message() {
    let mut world = three();
    let thread = posts(&mut world, "ana", "first words", How::default());
    world.settle();
    world.now = MONDAY.plus(HOUR);
    world.ask("ana", Ask::Edit { message: thread.clone(), text: "second words".to_owned() });
    world.reply("bo", &thread, "an answer");
    world.settle();
    let at = |hours: u64| {
        let at = MONDAY.plus(hours * HOUR).plus(HOUR / 2);
        Ask::AsOf { thread: thread.clone(), at: cremona_engine::show_time(at) }
    };
    let said = |world: &mut World, ask| {
        let Answer::Messages(page) = world.ask("bo", ask) else { panic!("no messages") };
        page.messages.into_iter().map(|message| message.text).collect::<Vec<_>>()
    };
    assert_eq!(said(&mut world, at(0)), ["first words"]);
    assert_eq!(said(&mut world, at(1)), ["second words", "an answer"]);
    let Answer::Versions(versions) = world.ask("bo", Ask::History { message: thread.clone() }) else { panic!() };
    let texts: Vec<_> = versions.versions.iter().map(|version| version.text.as_deref()).collect();
    assert_eq!(texts, [Some("first words"), Some("second words")]);
    world.ask("ana", Ask::Delete { message: thread.clone() });
    let Answer::Versions(versions) = world.ask("ana", Ask::History { message: thread }) else { panic!() };
    assert!(versions.versions.iter().all(|version| version.text.is_none()), "a delete erases all versions");
}

#[test]
fn a_team_sees_its_hours_side_by_side() {
    let mut world = three();
    let Answer::Team(team) = world.ask("bo", Ask::Team { members: Vec::new(), days: 2 }) else { panic!("no team") };
    let names: Vec<_> = team.people.iter().map(|person| person.member.name.as_str()).collect();
    assert_eq!((names, team.days.len(), team.zone.as_str()), (vec!["ana", "bo", "cy"], 2, "Europe/London"));
    assert!(team.days.iter().all(|day| day.rows.len() == 3 && !day.everyone.contains('#')));
    assert_eq!(team.next_for_all, None, "the three are never all at work");
    let two = Ask::Team { members: vec!["ana".to_owned(), "bo".to_owned()], days: 1 };
    let Answer::Team(team) = world.ask("bo", two) else { panic!("no team") };
    assert!(team.next_for_all.is_some());
}

fn told(world: &mut World, name: &str) -> (Vec<String>, bool) {
    let Answer::Notices(notices) = world.ask(name, Ask::Notices) else { panic!("no notices") };
    (notices.notices.into_iter().map(|notice| notice.row.title).collect(), notices.digest)
}

#[test]
fn everything_is_told_once_nothing_that_was_read_and_nothing_green() {
    let mut world = three();
    posts(&mut world, "ana", "good to know @bo", flagged("green"));
    let read = posts(&mut world, "ana", "read already @bo", flagged("yellow"));
    let thread = posts(&mut world, "ana", "today please @bo", flagged("red"));
    world.settle();
    says(&mut world, "bo", done(&read));
    assert_eq!(told(&mut world, "bo"), (vec!["today please @bo".to_owned()], false));
    assert_eq!(told(&mut world, "bo").0, Vec::<String>::new(), "once");
    world.reply("ana", &thread, "and this, @bo");
    world.settle();
    assert_eq!(told(&mut world, "bo").0, ["today please @bo"], "something new in it");
}

#[test]
fn what_is_held_back_in_the_quiet_comes_as_one_digest_when_the_day_begins() {
    let mut world = three();
    posts(&mut world, "ana", "one @cy", flagged("red"));
    posts(&mut world, "bo", "two @cy", How::default());
    world.settle();
    // It is 22:00 for cy.
    assert_eq!(told(&mut world, "cy"), (Vec::new(), false));
    world.now = MONDAY.plus(11 * HOUR).plus(60_000);
    assert_eq!(told(&mut world, "cy"), (vec!["one @cy".to_owned(), "two @cy".to_owned()], true));
    assert_eq!(told(&mut world, "cy"), (Vec::new(), false));
}

#[test]
fn the_quiet_lets_through_what_its_member_allows_and_nothing_else() {
    let mut world = three();
    let allow = |name: &str, value: &str| Ask::Set { name: name.to_owned(), value: Some(value.to_owned()) };
    posts(&mut world, "ana", "today please @cy", flagged("red"));
    posts(&mut world, "bo", "the harbour burns @cy", How::default());
    posts(&mut world, "bo", "a word @cy", How::default());
    world.settle();
    world.ask("cy", allow("allow-words", "burns"));
    assert_eq!(told(&mut world, "cy").0, ["the harbour burns @cy"]);
    world.ask("cy", allow("allow-flags", "red"));
    assert_eq!(told(&mut world, "cy").0, ["today please @cy"]);
    world.ask("cy", allow("allow-people", "bo"));
    assert_eq!(told(&mut world, "cy").0, ["a word @cy"]);
    // In the middle of the day a focus is quiet too, and ends by itself.
    posts(&mut world, "ana", "later please @bo", flagged("yellow"));
    world.settle();
    let Answer::Notices(state) = world.ask("bo", Ask::Focus { until: Some("2h".to_owned()) }) else { panic!() };
    assert!(state.quiet_until.is_some() && told(&mut world, "bo").0.is_empty());
    world.now = MONDAY.plus(2 * HOUR).plus(60_000);
    assert_eq!(told(&mut world, "bo").0, ["later please @bo"]);
}
