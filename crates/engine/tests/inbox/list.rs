//! What is in the list, in which order, and what takes it away.

use cremona_engine::ask::{Because, Flagging, How};
use cremona_engine::{Answer, Ask};

use crate::world::World;
use crate::{HOUR, MONDAY, done, explain, flagged, inbox, only, posts, says, three, titles};

#[test]
fn red_comes_first_then_yellow_then_what_calls_then_green_and_each_is_due_in_the_readers_hours() {
    let mut world = three();
    posts(&mut world, "ana", "good to know @cy", flagged("green"));
    posts(&mut world, "ana", "a word, @cy", How::default());
    posts(&mut world, "ana", "have a look @cy", flagged("yellow"));
    posts(&mut world, "ana", "today please @cy", flagged("red"));
    world.settle();
    let rows = inbox(&mut world, "cy").rows;
    let shown: Vec<_> = rows.iter().map(|row| row.title.as_str()).collect();
    assert_eq!(shown, ["today please @cy", "have a look @cy", "a word, @cy", "good to know @cy"]);
    // It is 22:00 for cy: red is due at the end of Tuesday, yellow 48 working hours from Tuesday's start.
    assert_eq!(rows[0].due.as_deref(), Some("2026-12-01T09:00:00.000Z"));
    assert_eq!(rows[1].due.as_deref(), Some("2026-12-03T01:00:00.000Z"));
    assert!(rows[3].due.is_none() && titles(&mut world, "bo").is_empty() && titles(&mut world, "ana").is_empty());
    world.all_equal();
}

#[test]
fn a_due_time_moves_with_the_readers_hours_and_passes() {
    let mut world = three();
    posts(&mut world, "ana", "today please @bo", flagged("red"));
    world.settle();
    assert_eq!(only(&mut world, "bo").due.as_deref(), Some("2026-11-30T17:00:00.000Z"));
    world.ask("bo", Ask::Hours { hours: "Europe/London mon-fri 07:00-15:30".to_owned() });
    assert_eq!(only(&mut world, "bo").due.as_deref(), Some("2026-11-30T15:30:00.000Z"));
    world.now = MONDAY.plus(4 * HOUR);
    let late = only(&mut world, "bo");
    assert!(late.overdue_ms > 2 * HOUR, "{late:?}");
    assert_eq!(inbox(&mut world, "bo").counts.overdue, 1);
}

#[test]
fn what_is_flagged_stays_until_it_is_done_and_comes_back_with_something_new() {
    let mut world = three();
    let thread = posts(&mut world, "ana", "today please @bo", flagged("red"));
    world.settle();
    let marked = says(&mut world, "bo", Ask::Mark { target: thread.clone(), upto: None, unread: false });
    assert!(marked.row.is_some_and(|row| row.unread == 0), "reading takes no flag away");
    world.reply("bo", &thread, "I am at it");
    world.ask("cy", Ask::Resolve { thread: thread.clone(), on: true });
    world.settle();
    assert_eq!(only(&mut world, "bo").colour.as_deref(), Some("red"), "neither an answer nor a resolution does");
    let gone = says(&mut world, "bo", done(&thread));
    assert_eq!((gone.row, gone.not.as_deref()), (None, Some("done")));
    world.reply("ana", &thread, "and this");
    world.settle();
    let again = only(&mut world, "bo");
    assert_eq!((again.colour, again.unread), (None, 1));
    assert_eq!(again.reasons, [Because::Replies { messages: 1 }]);
    assert_eq!(again.first, world.read("bo", &thread).last().map(|message| message.id.clone()));
    world.all_equal();
}

#[test]
fn put_off_it_is_away_until_its_time_and_then_until_it_is_done() {
    let mut world = three();
    let thread = posts(&mut world, "ana", "today please @bo", flagged("red"));
    world.settle();
    let later = Ask::Later { thread: thread.clone(), until: Some("tomorrow 09:00".to_owned()) };
    let away = says(&mut world, "bo", later);
    assert_eq!((away.not.as_deref(), away.time.as_deref()), (Some("later"), Some("2026-12-01T09:00:00.000Z")));
    assert!(titles(&mut world, "bo").is_empty());
    world.now = MONDAY.plus(19 * HOUR);
    assert_eq!(only(&mut world, "bo").reasons.len(), 3, "flagged, called, and put off until now");
    says(&mut world, "bo", done(&thread));
    assert!(titles(&mut world, "bo").is_empty());
}

#[test]
fn green_expires_into_a_list_of_its_own_with_a_note() {
    let mut world = three();
    let thread = posts(&mut world, "ana", "good to know @bo", flagged("green"));
    world.settle();
    says(&mut world, "bo", Ask::Mark { target: thread.clone(), upto: None, unread: false });
    world.now = world.now.plus(13 * 24 * HOUR);
    assert_eq!(titles(&mut world, "bo"), ["good to know @bo"]);
    world.now = world.now.plus(25 * HOUR);
    assert!(titles(&mut world, "bo").is_empty());
    assert_eq!(explain(&mut world, "bo", &thread).not.as_deref(), Some("expired"));
    let ask = Ask::Inbox { channel: None, expired: true, later: false, limit: 10, after: None };
    let Answer::Inbox(expired) = world.ask("bo", ask) else { panic!("no inbox") };
    assert_eq!((expired.counts.expired, expired.rows.len()), (1, 1));
}

#[test]
fn follow_mute_and_mentions_only() {
    let mut world = three();
    let thread = posts(&mut world, "ana", "plans", How::default());
    world.settle();
    assert!(titles(&mut world, "bo").is_empty(), "bo has no part in it");
    says(&mut world, "bo", Ask::Follow { target: thread.clone(), rule: "follow".to_owned() });
    assert_eq!(titles(&mut world, "bo"), ["plans"]);
    says(&mut world, "bo", Ask::Follow { target: thread.clone(), rule: "mute".to_owned() });
    assert_eq!(explain(&mut world, "bo", &thread).not.as_deref(), Some("muted"));
    says(&mut world, "bo", Ask::Follow { target: thread.clone(), rule: "mentions".to_owned() });
    assert!(titles(&mut world, "bo").is_empty());
    world.reply("ana", &thread, "what do you say, @bo?");
    world.settle();
    assert_eq!(only(&mut world, "bo").reasons, [Because::Called { messages: 1 }]);
    world.ask("bo", Ask::Follow { target: "general".to_owned(), rule: "follow".to_owned() });
    posts(&mut world, "cy", "something new", How::default());
    world.settle();
    assert_eq!(titles(&mut world, "bo"), ["something new"], "from now on, and nothing of before");
    world.all_equal();
}

/// In how many minutes after the beginning the clock next changes what a member is shown.
fn turns(world: &World, name: &str) -> Option<u64> {
    let next = world.nodes[name].turns_after(world.now).unwrap();
    next.map(|at| (at.0 - MONDAY.0) / 60_000)
}

#[test]
fn the_next_moment_at_which_the_clock_changes_the_list_is_known() {
    let mut world = three();
    // Bo is at work; for cy it is quiet until the morning.
    assert_eq!((turns(&world, "bo"), turns(&world, "cy")), (None, Some(11 * 60)));
    let thread = posts(&mut world, "ana", "plans", How::default());
    let at = |minute: u64| Some(format!("2026-11-30T{}:{:02}:00Z", 14 + minute / 60, minute % 60));
    posts(&mut world, "ana", "later today", How { at: at(120), ..How::default() });
    world.settle();
    assert_eq!(turns(&world, "bo"), Some(120), "an embargo ends, in whatever thread");
    says(&mut world, "bo", Ask::Later { thread, until: at(60) });
    assert_eq!(turns(&world, "bo"), Some(60), "what was put off comes back");
    let flag = Flagging { by: at(30), to: vec!["bo".to_owned()], ..flagged("red").flag.unwrap() };
    posts(&mut world, "ana", "@bo the keys", How { flag: Some(flag), ..How::default() });
    world.settle();
    assert_eq!((turns(&world, "bo"), inbox(&mut world, "bo").counts.overdue), (Some(30), 0), "a flag is overdue");
    world.now = MONDAY.plus(HOUR / 2 + 1);
    assert_eq!((turns(&world, "bo"), inbox(&mut world, "bo").counts.overdue), (Some(60), 1), "and then the next");
    assert_eq!(turns(&world, "ana"), Some(120), "what she wrote is shown to nobody before, and to her as scheduled");
}

#[test]
fn a_row_names_who_calls_and_not_who_wrote_last() {
    let mut world = three();
    let thread = posts(&mut world, "ana", "plans", How::default());
    world.settle();
    world.reply("bo", &thread, "which harbour, @ana?");
    world.settle();
    // She answers elsewhere in the thread before she has read it, and cy says something to nobody.
    world.reply("ana", &thread, "and the tides are late");
    let (by, last) = {
        let row = only(&mut world, "ana");
        (row.by.name, row.last_by.name)
    };
    assert_eq!((by.as_str(), last.as_str()), ("bo", "ana"));
    world.settle();
    world.reply("cy", &thread, "nice");
    world.settle();
    let row = only(&mut world, "ana");
    assert_eq!((row.by.name.as_str(), row.last_by.name.as_str()), ("bo", "cy"));
    let Answer::Notices(notices) = world.ask("ana", Ask::Notices) else { panic!("no notices") };
    let notice = &notices.notices[0];
    assert_eq!((notice.text.as_str(), notice.text_by.name.as_str()), ("which harbour, @ana?", "bo"));
    // What calls nobody comes from who wrote the newest of it.
    says(&mut world, "ana", done(&thread));
    world.reply("bo", &thread, "well");
    world.settle();
    world.reply("ana", &thread, "so");
    let row = only(&mut world, "ana");
    assert!(matches!(row.reasons[..], [Because::Replies { .. }]), "{row:?}");
    assert_eq!((row.by.name.as_str(), row.last_by.name.as_str()), ("bo", "ana"));
    // A flag comes from who set it.
    says(&mut world, "ana", done(&thread));
    let flag = Flagging { colour: "red".to_owned(), to: vec!["ana".to_owned()], ..Flagging::default() };
    let how = How { flag: Some(flag), ..How::default() };
    let asked = posts(&mut world, "cy", "@ana the keys", how);
    world.settle();
    world.reply("bo", &asked, "@ana me too");
    world.settle();
    assert_eq!(only(&mut world, "ana").by.name, "cy");
    world.all_equal();
}
