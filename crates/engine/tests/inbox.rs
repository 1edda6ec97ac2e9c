//! The inbox: what needs whom, in which order, and what takes it away.
#![allow(clippy::unwrap_used)]

mod world;

use cremona_engine::ask::{Author, Because, Explained, Flagging, How, Inbox, InboxRow, StatusAsk};
use cremona_engine::{Answer, Ask};
use cremona_envelope::Time;

use world::{Withheld, World};

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
fn it_escalates_to_the_deputy_of_who_is_away_one_step_and_only_where_the_sender_asked() {
    let mut world = three();
    world.ask("bo", Ask::Deputy { deputy: Some("cy".to_owned()) });
    world.ask("cy", Ask::Deputy { deputy: Some("bo".to_owned()) });
    let away = |until: &str| StatusAsk {
        meaning: "away".to_owned(),
        until: Some(until.to_owned()),
        text: "on a ferry".to_owned(),
        ..StatusAsk::default()
    };
    posts(&mut world, "ana", "for bo alone @bo", flagged("red"));
    let escalates = Flagging { colour: "red".to_owned(), escalate: true, ..Flagging::default() };
    posts(&mut world, "ana", "for bo or who stands in @bo", How { flag: Some(escalates), ..How::default() });
    world.settle();
    assert!(titles(&mut world, "cy").is_empty(), "bo is there");
    world.ask("bo", Ask::SetStatus { status: away("in 3h") });
    world.settle();
    let row = only(&mut world, "cy");
    assert!(matches!(&row.reasons[..], [Because::StandsIn { instead_of, .. }] if instead_of.name == "bo"), "{row:?}");
    world.now = world.now.plus(4 * HOUR);
    assert!(titles(&mut world, "cy").is_empty(), "a status clears itself");
    let refused = world.nodes.get_mut("bo").unwrap().answer(Ask::Deputy { deputy: Some("bo".to_owned()) }, world.now);
    assert!(refused.is_err_and(|failure| failure.message.contains("yourself")));
}

#[test]
fn an_embargo_hides_on_every_node_until_it_ends_also_where_all_was_read() {
    let mut world = three();
    let how = How { at: Some("their-morning".to_owned()), ..flagged("red") };
    let thread = posts(&mut world, "ana", "good morning @cy", how);
    world.settle();
    for name in ["bo", "cy"] {
        assert!(titles(&mut world, name).is_empty() && world.read(name, "general").is_empty(), "{name}");
    }
    world.ask("cy", Ask::Mark { target: "general".to_owned(), upto: None, unread: false });
    let Answer::Messages(mine) = world.ask("ana", Ask::Scheduled) else { panic!("no messages") };
    assert_eq!(mine.messages[0].embargo.as_deref(), Some("2026-12-01T01:00:00.000Z"));
    world.now = MONDAY.plus(11 * HOUR).plus(60_000);
    let row = only(&mut world, "cy");
    assert_eq!((row.thread, row.due.as_deref()), (thread, Some("2026-12-01T09:00:00.000Z")));
    assert_eq!(world.read("bo", "general").len(), 1);
    world.all_equal();
}

#[test]
fn an_announcement_reaches_everyone_and_is_asked_for_until_it_is_acknowledged() {
    let mut world = three();
    let how = How { announcement: true, acknowledge: true, ..How::default() };
    let thread = posts(&mut world, "ana", "we move on Friday", how);
    world.settle();
    let reasons = only(&mut world, "bo").reasons;
    assert_eq!(reasons, [Because::Acknowledge { message: thread.clone() }, Because::Called { messages: 1 }]);
    says(&mut world, "bo", Ask::Mark { target: thread.clone(), upto: None, unread: false });
    assert_eq!(only(&mut world, "bo").reasons.len(), 1);
    let names = |authors: &[Author]| authors.iter().map(|author| author.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&world.read("ana", &thread)[0].unacknowledged), ["bo", "cy"], "all but who asked");
    world.ask("bo", Ask::Acknowledge { message: thread.clone() });
    world.settle();
    assert!(titles(&mut world, "bo").is_empty());
    // Who joins later was not asked.
    world.person("dee");
    world.connect("ana", "dee");
    world.settle();
    let message = world.read("ana", &thread).remove(0);
    assert_eq!(
        (names(&message.acknowledged), names(&message.unacknowledged)),
        (vec!["bo".to_owned()], vec!["cy".to_owned()])
    );
}

#[test]
fn bad_words_are_refused_with_what_to_do() {
    let mut world = three();
    let thread = posts(&mut world, "ana", "hello @nobody", How::default());
    let refusals = [
        Ask::Flag { message: thread.clone(), flag: Flagging { colour: "pink".to_owned(), ..Flagging::default() } },
        Ask::Flag { message: thread.clone(), flag: Flagging { colour: "red".to_owned(), ..Flagging::default() } },
        Ask::Flag {
            message: thread.clone(),
            flag: Flagging { colour: "red".to_owned(), to: vec!["zed".to_owned()], ..Flagging::default() },
        },
        Ask::Flag {
            message: thread.clone(),
            flag: Flagging {
                colour: "red".to_owned(),
                to: vec!["bo".to_owned()],
                by: Some("2020-01-01 09:00".to_owned()),
                ..Flagging::default()
            },
        },
        Ask::Later { thread: thread.clone(), until: Some("2027-03-14 02:30 America/New_York".to_owned()) },
        Ask::Hours { hours: "Asia/Singapor mon-fri 09:00-17:00".to_owned() },
        Ask::Follow { target: thread.clone(), rule: "love".to_owned() },
        Ask::Acknowledge { message: thread },
    ];
    let texts: Vec<String> = refusals
        .into_iter()
        .map(|ask| world.nodes.get_mut("ana").unwrap().answer(ask, world.now).unwrap_err())
        .inspect(|failure| assert!(!failure.hint.is_empty(), "{failure:?}"))
        .map(|failure| failure.message)
        .collect();
    assert!(texts[0].contains("pink") && texts[1].contains("nobody") && texts[2].contains("zed"), "{texts:#?}");
    assert!(texts[5].contains("Asia/Singapore"), "{}", texts[5]);
}

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
