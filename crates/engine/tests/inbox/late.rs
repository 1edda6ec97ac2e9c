//! What arrives late, early, or without what it belongs to.

use cremona_engine::Ask;
use cremona_engine::ask::{Because, Flagging, How, InboxRow};

use crate::world::Withheld;
use crate::{HOUR, MONDAY, done, only, posts, says, three, titles};

#[test]
fn a_message_that_arrives_late_is_unread_and_says_so() {
    let mut world = three();
    let thread = posts(&mut world, "ana", "plans", How::default());
    world.settle();
    world.cut("ana", "bo");
    world.now = MONDAY.plus(HOUR);
    world.reply("bo", &thread, "written on a train");
    world.reply("ana", &thread, "and meanwhile");
    world.settle();
    world.ask("cy", Ask::Follow { target: thread.clone(), rule: "follow".to_owned() });
    says(&mut world, "cy", Ask::Mark { target: thread.clone(), upto: None, unread: false });
    assert!(titles(&mut world, "cy").is_empty());
    world.connect("bo", "cy");
    let row = only(&mut world, "cy");
    assert!(row.arrived_late && row.unread == 1, "{row:?}");
}

/// What carries logs over; what is said while nodes are connected comes apart from it.
const LOGS: fn(u8) -> bool = |kind| (2..20).contains(&kind);

fn flags_of(row: &InboxRow) -> Vec<&str> {
    let flagged = row.reasons.iter().filter_map(|reason| match reason {
        Because::Flagged { by, .. } => Some(by.name.as_str()),
        _ => None,
    });
    flagged.collect()
}

#[test]
fn a_flag_is_not_done_with_a_thread_in_which_its_message_came_later() {
    let mut world = three();
    world.connect("bo", "cy");
    let thread = posts(&mut world, "bo", "plans", How::default());
    world.settle();
    world.cut("ana", "cy");
    world.withheld.push(Withheld { from: "bo", to: "cy", of: LOGS });
    let answer = world.reply("ana", &thread, "the numbers are wrong");
    while world.carry() {}
    let flag = Flagging { colour: "red".to_owned(), to: vec!["cy".to_owned()], ..Flagging::default() };
    world.ask("bo", Ask::Flag { message: answer.clone(), flag });
    world.reply("bo", &thread, "cy knows");
    while world.carry() {}
    let here: Vec<_> = world.read("cy", &thread).into_iter().map(|message| message.text).collect();
    assert_eq!(here, ["plans", "cy knows"], "bo's log is here, ana's is not");
    says(&mut world, "cy", done(&thread));
    assert!(titles(&mut world, "cy").is_empty());
    world.withheld.clear();
    world.connect("ana", "cy");
    let row = only(&mut world, "cy");
    assert_eq!((flags_of(&row), row.unread, row.first.as_ref()), (vec!["bo"], 1, Some(&answer)));
    world.all_equal();
}

#[test]
fn nothing_is_read_or_done_by_what_was_shown_before_its_log_had_come() {
    let mut world = three();
    let thread = posts(&mut world, "bo", "plans", How::default());
    world.settle();
    world.cut("ana", "cy");
    let how = How { flag: Some(Flagging { colour: "red".to_owned(), ..Flagging::default() }), ..How::default() };
    world.ask("ana", Ask::Reply { thread: thread.clone(), text: "the numbers are wrong @cy".to_owned(), how });
    while world.carry() {}
    world.withheld.push(Withheld { from: "ana", to: "cy", of: LOGS });
    world.connect("ana", "cy");
    world.reply("ana", &thread, "more of this tomorrow");
    while world.carry() {}
    let here: Vec<_> = world.read("cy", &thread).into_iter().map(|message| message.text).collect();
    assert_eq!(here, ["plans", "more of this tomorrow"], "the latest is shown early");
    says(&mut world, "cy", Ask::Mark { target: thread.clone(), upto: None, unread: false });
    says(&mut world, "cy", done(&thread));
    world.cut("ana", "cy");
    world.withheld.clear();
    world.connect("ana", "cy");
    let row = only(&mut world, "cy");
    assert_eq!((flags_of(&row), row.unread), (vec!["ana"], 2));
    says(&mut world, "cy", done(&thread));
    assert!(titles(&mut world, "cy").is_empty());
    world.all_equal();
}

#[test]
fn an_answer_that_calls_cy_is_in_the_inbox_though_the_archive_that_it_answers_comes_later() {
    let mut world = three();
    world.cut("ana", "cy");
    let old = world.import_one("bo");
    world.settle();
    let of = |kind: u8| (2..20).contains(&kind);
    world.withheld.push(Withheld { from: "ana", to: "cy", of });
    world.connect("ana", "cy");
    world.reply("ana", &old, "Is that still so, @cy?");
    while world.carry() {}
    assert_eq!(titles(&mut world, "cy"), Vec::<String>::new());
    world.cut("ana", "cy");
    world.withheld.clear();
    world.connect("ana", "cy");
    world.settle();
    assert_eq!(titles(&mut world, "cy"), ["Long ago"]);
    world.all_equal();
}

#[test]
fn a_flag_on_an_old_answer_is_in_the_inbox_though_the_start_of_its_thread_comes_later() {
    let mut world = three();
    world.cut("ana", "bo");
    world.import_answer("bo");
    let old = world.import_one("bo");
    let answer = world.read("bo", &old).remove(1).id;
    // Ana has the answer alone, and flags it for cy; of all that nothing is shown.
    world.import_answer("ana");
    let flag = Flagging { colour: "red".to_owned(), to: vec!["cy".to_owned()], ..Flagging::default() };
    world.ask("ana", Ask::Flag { message: answer, flag });
    world.settle();
    assert_eq!(titles(&mut world, "cy"), Vec::<String>::new());
    assert_eq!(world.import_one("ana"), old);
    world.settle();
    assert_eq!(titles(&mut world, "cy"), ["Long ago"]);
    world.connect("ana", "bo");
    world.settle();
    world.all_equal();
}
