//! Records: what a person can say reads back, and nothing else counts.

use cremona_envelope::{LifeId, RecordId, Time};
use cremona_model::edit::line;
use cremona_model::record::{Field, Kind, imported_channel_id};
use cremona_model::{
    DocId, Edit, EditError, Flag, MAX_TEXT, MAX_TITLE, Manner, Meaning, Recipients, Record, RecordError, Status, Text,
};
use proptest::prelude::*;

use crate::people::{NOON, Person, cases, channel};
use crate::talk::{claim, claimed, flag, manner, status, to};

fn here() -> DocId {
    DocId::of(channel(1), NOON)
}

fn read(doc: DocId, value: &[u8]) -> Result<Record, RecordError> {
    Record::read(Person::new("ana").stamp, doc, value)
}

/// What a value says, and where it does not belong.
fn kind(doc: DocId, edit: Result<Edit, EditError>) -> Kind {
    let value = edit.unwrap().value;
    let wrong = if doc.is_directory() { here() } else { DocId::DIRECTORY };
    assert_eq!(read(wrong, &value), Err(RecordError::Place));
    read(doc, &value).unwrap().kind
}

fn plain(root: Option<RecordId>) -> Kind {
    Kind::Message { root, to: Recipients::default(), manner: Manner::default() }
}

#[test]
fn flags_and_what_members_say_of_themselves_read_back() {
    let target = channel(7);
    let called = Kind::Message { root: None, to: to(2), manner: manner(2, NOON) };
    assert_eq!(kind(here(), Edit::message_to(None, "hello", None, &to(2), manner(2, NOON))), called);
    assert_eq!(kind(here(), Edit::edit_to(target, "hello", None, &to(0))), Kind::Edit { target, to: to(0) });
    for number in 0..4 {
        let flag = flag(number, NOON);
        assert_eq!(kind(here(), Edit::flag(target, &flag)), Kind::Flag { target, flag });
    }
    assert_eq!(kind(here(), Ok(Edit::pin(target, true))), Kind::Pin { target, on: true });
    assert_eq!(kind(here(), Ok(Edit::resolve(target, false))), Kind::Resolve { root: target, on: false });
    assert_eq!(kind(here(), Edit::retitle(target, " New ")), Kind::Retitle { root: target });
    assert_eq!(kind(here(), Ok(Edit::acknowledge(target))), Kind::Acknowledge { target });

    let directory = DocId::DIRECTORY;
    let hours = "Asia/Singapore mon-fri 09:00-17:00".to_owned();
    assert_eq!(kind(directory, Edit::hours(&hours)), Kind::Hours { hours });
    assert_eq!(kind(directory, Edit::status(&status(NOON))), Kind::Status(status(NOON)));
    let bo = Person::new("bo").stamp.member;
    assert_eq!(kind(directory, Ok(Edit::deputy(Some(bo)))), Kind::Deputy { deputy: Some(bo) });
    assert_eq!(kind(directory, Ok(Edit::deputy(None))), Kind::Deputy { deputy: None });
}

#[test]
fn too_much_is_refused_with_its_limit() {
    let status = |text: String| Status { meaning: Meaning::Open, emoji: String::new(), text, until: None };
    assert!(Edit::status(&status(String::new())).is_ok(), "a meaning alone is enough");
    let error = Edit::status(&status("x".repeat(10_000_000))).unwrap_err();
    assert_eq!(error.to_string(), "the status has 10000000 bytes; the limit is 300");
    let crowd = (0..257_u16).map(|n| cremona_envelope::MemberId([n.to_be_bytes(); 8].concat().try_into().unwrap()));
    let flag = Flag { to: Recipients::new(crowd.collect(), false), ..flag(1, NOON) };
    assert_eq!(Edit::flag(channel(7), &flag), Err(EditError::Many(257)));
    assert!(
        Edit::register(channel(7), Field::Flag, "red").is_ok() && Edit::register(channel(7), Field::Flag, "").is_ok()
    );
    assert_eq!(Edit::register(channel(7), Field::Flag, "pink"), Err(EditError::Colour("pink".to_owned())));
    // A status whose meaning nobody knows yet is kept; a colour that is none counts for nothing.
    assert_eq!(read(DocId::DIRECTORY, b"\xa2\x00\x10\x18\x1b\x09").unwrap().kind, Kind::Unknown(16));
    let pink = [b"\xa3\x00\x0a\x01\x50".as_slice(), &[7; 16], b"\x18\x19\x09"].concat();
    assert_eq!(read(here(), &pink), Err(RecordError::Field("colour")));
}

#[test]
fn everything_that_can_be_said_reads_back() {
    let target = channel(7);
    assert_eq!(kind(here(), Edit::message(None, "hello", None)), plain(None));
    assert_eq!(kind(here(), Edit::message(Some(target), "hello", None)), plain(Some(target)));
    assert_eq!(kind(here(), Edit::edit(target, "hello", None)), Kind::Edit { target, to: Recipients::default() });
    assert_eq!(kind(here(), Ok(Edit::delete(target))), Kind::Delete { target });
    let reaction = Kind::Reaction { target, emoji: "👍".to_owned(), on: false };
    assert_eq!(kind(here(), Edit::react(target, " 👍 ", false)), reaction);

    let directory = DocId::DIRECTORY;
    let opened = Kind::Channel { name: "plans".to_owned(), purpose: "What\nnext".to_owned() };
    assert_eq!(kind(directory, Edit::channel(" plans ", "What\nnext")), opened);
    for (field, value) in
        [(Field::Name, "a"), (Field::Purpose, ""), (Field::Expectation, "a day"), (Field::Archived, "1")]
    {
        let register = Kind::Register { channel: target, field, value: value.to_owned() };
        assert_eq!(kind(directory, Edit::register(target, field, value)), register);
    }
    assert_eq!(kind(directory, Edit::profile("Ana")), Kind::Profile { name: "Ana".to_owned() });
    let channel = Edit::imported_channel("export", "C1", "general", "All", 5).unwrap();
    let record = read(directory, &channel.value).unwrap();
    assert_eq!(record.id, imported_channel_id("export", "C1"));
}

#[test]
fn an_imported_message_is_named_by_what_it_says() {
    let claim = claim("hello", 1);
    let doc = DocId::of(imported_channel_id("export", "C1"), claim.time);
    let value = Edit::imported(&claim, "hello").unwrap().value;
    let record = read(doc, &value).unwrap();
    assert_eq!((record.id, record.shown_time()), (claimed("hello", 1), claim.time));
    assert_eq!(record.kind, Kind::Imported(Box::new(claim.clone())));
    assert_ne!(claimed("hello!", 1), claimed("hello", 1));
    assert_ne!(claimed("hello", 2), claimed("hello", 1));
    assert_eq!(read(DocId { month: doc.month + 1, ..doc }, &value), Err(RecordError::Place));
    assert_eq!(read(DocId { channel: channel(3), ..doc }, &value), Err(RecordError::Place));

    let text = |text: &str, title: Option<&str>| Text { text: text.to_owned(), title: title.map(str::to_owned) };
    assert!(claim.admits(&text("hello", None)));
    assert!(!claim.admits(&text("hullo", None)) && !claim.admits(&text("hello", Some("smuggled"))));
}

#[test]
fn a_root_stands_in_the_month_of_its_time() {
    let value = Edit::message(None, "hello", None).unwrap().value;
    let december = DocId { month: here().month + 1, ..here() };
    assert_eq!(read(december, &value), Err(RecordError::Place));
    let again = Edit::again(&value, LifeId([3; 16]), 8, None).unwrap();
    assert!(read(december, &again.value).is_ok(), "said again later, it stays in the document where it was");
}

#[test]
fn limits_are_kept_when_writing() {
    let long = |what, limit: usize| EditError::Long { what, len: limit + 1, limit };
    let text = |len: usize| "x".repeat(len);
    assert!(Edit::message(None, &text(MAX_TEXT), Some(&text(MAX_TITLE))).is_ok());
    assert_eq!(Edit::message(None, &text(MAX_TEXT + 1), None), Err(long("text", MAX_TEXT)));
    assert_eq!(Edit::message(None, "hi", Some(&text(MAX_TITLE + 1))), Err(long("title", MAX_TITLE)));
    assert_eq!(Edit::channel(&text(81), ""), Err(long("name", 80)));
    assert_eq!(Edit::channel("plans", &text(1_001)), Err(long("purpose", 1_000)));
    assert_eq!(Edit::message(None, " \n", None), Err(EditError::Empty("text")));
    assert_eq!(Edit::profile("\u{2003} "), Err(EditError::Empty("name")));
    assert_eq!(Edit::profile("A\u{1b}[2J"), Err(EditError::Control { what: "name", code: 27 }));
    assert_eq!(line("name", "two\nlines", 80), Err(EditError::Control { what: "name", code: 10 }));
    assert_eq!(Edit::message(None, "a\0b", None), Err(EditError::Control { what: "text", code: 0 }));
    assert!(Edit::message(None, "a\u{1b}b", None).is_ok(), "a text may hold anything but NUL");

    let mut late = claim("hello", 1);
    late.time = Time(1 << 48);
    assert_eq!(Edit::imported(&late, "hello"), Err(EditError::Time("time")));
    let mut loud = claim("hello", 1);
    loud.reactions = vec![("tada".to_owned(), vec!["x".repeat(60_000)])];
    assert!(matches!(Edit::imported(&loud, "hello"), Err(EditError::Long { what: "reactions", .. })));
}

#[test]
fn a_body_that_is_none_or_over_the_limits_is_unreadable() {
    let body = |text: usize, title: usize| Text { text: "x".repeat(text), title: Some("x".repeat(title)) };
    assert!(Text::decode(&body(MAX_TEXT, MAX_TITLE).encode()).is_some());
    assert!(Text::decode(&body(MAX_TEXT + 1, 0).encode()).is_none());
    assert!(Text::decode(&body(0, MAX_TITLE + 1).encode()).is_none());
    assert!(Text::decode(b"\xa1\x00\x62\xff\xff").is_none(), "not UTF-8");
}

#[test]
fn a_value_of_the_future_is_kept_whatever_it_holds() {
    // Type 200, whose key 1 is a text and key 2 a list; of a known type, key 99 is new.
    let new_type = b"\xa3\x00\x18\xc8\x01\x61x\x02\x80";
    let record = read(here(), new_type).unwrap();
    assert_eq!(record.kind, Kind::Unknown(200));
    assert_eq!(read(DocId::DIRECTORY, new_type).unwrap().kind, Kind::Unknown(200));

    let new_key = b"\xa2\x00\x01\x18\x63\x82\x01\xa0";
    assert_eq!(read(here(), new_key).unwrap().kind, plain(None));
    let again = Edit::again(new_key, LifeId([3; 16]), 8, None).unwrap().value;
    assert!(again.windows(5).any(|some| some == b"\x18\x63\x82\x01\xa0"), "the new key is said again too");
    let new_field = b"\xa4\x00\x06\x01\x50aaaaaaaaaaaaaaaa\x06\x18\x63\x07\x60";
    assert_eq!(read(DocId::DIRECTORY, new_field).unwrap().kind, Kind::Unknown(6));
}

#[test]
fn what_is_said_again_keeps_the_id_that_others_point_at() {
    let stamp = Person::new("ana").stamp;
    let first = RecordId::of(&stamp.device, &LifeId([3; 16]), 8);
    let own = RecordId::of(&stamp.device, &stamp.life, stamp.seq);
    let again = |edit: Edit| Edit::again(&edit.value, LifeId([3; 16]), 8, edit.body).unwrap();
    let message = again(Edit::message(None, "hello", None).unwrap());
    assert_eq!(read(here(), &message.value).unwrap().id, first);
    assert_eq!(again(message.clone()), message, "the first place stays when it is said a third time");
    let edit = again(Edit::edit(channel(7), "hello", None).unwrap());
    assert_eq!(read(here(), &edit.value).unwrap().id, own, "nobody points at an edit");
    let half = b"\xa2\x00\x01\x18\x20\x08";
    assert_eq!(read(here(), half), Err(RecordError::Field("origin")));
}

#[test]
fn a_value_that_lacks_a_field_or_breaks_a_limit_counts_for_nothing() {
    assert_eq!(read(here(), b""), Err(RecordError::Form));
    assert_eq!(read(here(), b"\xa0"), Err(RecordError::Form));
    assert_eq!(read(here(), b"\xa1\x00\x02"), Err(RecordError::Field("target")));
    assert_eq!(read(DocId::DIRECTORY, b"\xa1\x00\x07"), Err(RecordError::Field("name")));
    let long = [b"\xa2\x00\x07\x04\x78\x51".as_slice(), &[b'x'; 81]].concat();
    assert_eq!(read(DocId::DIRECTORY, &long), Err(RecordError::Field("name")));
    // A list that claims 2^60 members is not believed.
    assert_eq!(read(here(), b"\xa2\x00\x08\x11\x9b\x10\x00\x00\x00\x00\x00\x00\x00"), Err(RecordError::Form));
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), kind in 0..24_u8) {
        let _ = read(here(), &bytes);
        let _ = Text::decode(&bytes);
        // Bytes that begin like a value get further.
        let _ = read(here(), &[&[0xa5, 0x00, kind], bytes.as_slice()].concat());
    }

    #[test]
    fn what_passes_the_checks_of_writing_passes_those_of_reading(
        text in "\\PC{0,99}",
        name in any::<String>(),
        title in any::<Option<String>>(),
        time in any::<u64>(),
    ) {
        if let Ok(edit) = Edit::message(None, &text, title.as_deref()) {
            prop_assert!(read(here(), &edit.value).is_ok());
            let body = Text::decode(&edit.body.unwrap()).unwrap();
            prop_assert_eq!((body.text, body.title), (text.clone(), title.map(|title| title.trim().to_owned())));
        }
        let said = [
            Edit::channel(&name, &text),
            Edit::profile(&name),
            Edit::register(channel(1), Field::Archived, &name),
            Edit::imported_channel(&name, &text, &name, &name, time),
        ];
        for edit in said.into_iter().flatten() {
            prop_assert!(read(DocId::DIRECTORY, &edit.value).is_ok());
        }
        if let Ok(edit) = Edit::react(channel(1), &name, true) {
            prop_assert!(read(here(), &edit.value).is_ok());
        }
    }
}
