//! Deputies, embargoes, announcements, and words that are refused.

use cremona_engine::ask::{Author, Because, Flagging, How, StatusAsk};
use cremona_engine::{Answer, Ask};

use crate::{HOUR, MONDAY, flagged, only, posts, says, three, titles};

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
