//! Talk made up at random: what ana, bo and cy might write, honest or not, and in any order.

use cremona_envelope::{LifeId, MemberId, RecordId, Time};
use cremona_model::record::{Field, imported_channel_id};
use cremona_model::{Claim, Colour, DocId, Edit, Flag, Manner, Meaning, Recipients, Status};
use proptest::prelude::*;

use crate::people::{Line, NOON, channel, three};

/// One act: who, what, about which earlier line, how many ms later, and a small number.
pub type Act = (u8, u8, usize, u64, u8);

/// Up to `most` acts.
pub fn acts(most: usize) -> impl Strategy<Value = Vec<Act>> {
    prop::collection::vec((0..3_u8, 0..22_u8, any::<usize>(), 0..3_u64, 0..3_u8), 1..most)
}

/// What comes of these acts; times are often equal and targets often wrong.
pub fn talk(acts: &[Act]) -> Vec<Line> {
    let mut people = three();
    let mut lines: Vec<Line> = Vec::new();
    for (who, what, about, later, number) in acts {
        let person = &mut people[usize::from(*who)];
        let target = (!lines.is_empty()).then(|| &lines[about % lines.len()]);
        let (doc, edit) = one(*what, target, *number, person.stamp.time);
        let time = person.stamp.time.plus(*later);
        // Another life of the same device at times, and what was said there said again.
        if *number == 2 && *what == 0 {
            *person = person.in_life(person.stamp.life.0[0] + 1);
        }
        lines.push(person.says_at(time, doc, edit));
    }
    lines
}

fn one(what: u8, target: Option<&Line>, number: u8, time: Time) -> (DocId, Edit) {
    let id = target.map_or(channel(9), Line::id);
    let doc = target.map(|line| line.payload.doc).filter(|doc| !doc.is_directory());
    let doc = doc.unwrap_or(DocId::of(channel(number), NOON));
    let text = format!("text {number}");
    match what {
        1 | 2 => (doc, Edit::message(Some(id), &text, None).unwrap()),
        3 | 4 => (doc, Edit::edit(id, &text, (number == 1).then_some("a title")).unwrap()),
        5 => (doc, Edit::delete(id)),
        6 => (doc, Edit::react(id, "👍", number > 0).unwrap()),
        7 if number == 2 => {
            (DocId::DIRECTORY, Edit::imported_channel("export", "C1", &format!("from {}", time.0), "", 5).unwrap())
        }
        7 => (DocId::DIRECTORY, Edit::channel(&text, "").unwrap()),
        8 => (DocId::DIRECTORY, Edit::register(id, Field::Name, &text).unwrap()),
        9 => (DocId::DIRECTORY, Edit::profile(&text).unwrap()),
        10 | 11 => imported(&text, number),
        12 => match target {
            Some(line) if line.payload.value.len() < 1_000 => {
                let again = Edit::again(&line.payload.value, LifeId([number; 16]), 2, line.body.clone());
                (line.payload.doc, again.unwrap())
            }
            _ => (doc, Edit::delete(id)),
        },
        14..=18 => (doc, about(what, id, number, time)),
        19 => (DocId::DIRECTORY, of_oneself(number, time)),
        20 => (
            DocId::of(channel(number), time),
            Edit::message_to(None, &text, None, &to(number), manner(number, time)).unwrap(),
        ),
        21 => (doc, Edit::edit_to(id, &text, None, &to(number)).unwrap()),
        13 => (doc, Edit { value: vec![0xa1, 0x00, 0x18, 200], body: None }),
        _ => (DocId::of(channel(number), time), Edit::message(None, &text, None).unwrap()),
    }
}

/// Something that anyone may say about anybody's message.
fn about(what: u8, id: RecordId, number: u8, time: Time) -> Edit {
    match what {
        14 => Edit::flag(id, &flag(number, time)).unwrap(),
        15 => Edit::pin(id, number > 0),
        16 => Edit::resolve(id, number > 0),
        17 => Edit::retitle(id, &format!("title {number}")).unwrap(),
        _ => Edit::acknowledge(id),
    }
}

fn of_oneself(number: u8, time: Time) -> Edit {
    match number {
        0 => Edit::hours("Asia/Singapore mon-fri 09:00-17:00").unwrap(),
        1 => Edit::status(&status(time)).unwrap(),
        _ => Edit::deputy(time.0.is_multiple_of(2).then_some(MemberId([number; 16]))),
    }
}

/// Whom something is for.
pub fn to(number: u8) -> Recipients {
    let some = three().into_iter().take(usize::from(number)).map(|person| person.stamp.member);
    Recipients::new(some.collect(), number == 0)
}

/// How a message is meant.
pub fn manner(number: u8, time: Time) -> Manner {
    Manner { announcement: number > 0, acknowledge: number > 1, embargo: (number > 0).then(|| time.plus(5)) }
}

/// A flag; of number 0 none.
pub fn flag(number: u8, time: Time) -> Flag {
    let colour = Colour::from_number(u64::from(number));
    Flag { colour, by: (number > 1).then(|| time.plus(60_000)), to: to(number), escalate: number == 2 }
}

/// A status that ends.
pub fn status(time: Time) -> Status {
    let until = Some(time.plus(60_000));
    Status { meaning: Meaning::Away, emoji: "🏖".to_owned(), text: "back on Monday".to_owned(), until }
}

fn imported(text: &str, number: u8) -> (DocId, Edit) {
    let claim = claim(text, number);
    let root = imported_channel_id(&claim.source, &claim.channel);
    // A body that says something else than the claim now and then.
    let said = if number == 2 { "something else" } else { text };
    (DocId::of(root, claim.time), Edit::imported(&claim, said).unwrap())
}

/// What an export claims of a message.
pub fn claim(text: &str, number: u8) -> Claim {
    Claim {
        source: "export".to_owned(),
        channel: "C1".to_owned(),
        ts: format!("1700000000.{number}"),
        author_id: "U1".to_owned(),
        author_name: "Eva".to_owned(),
        time: Time(1_700_000_000_000),
        content: *blake3::hash(text.as_bytes()).as_bytes(),
        root: None,
        edited: None,
        reactions: vec![("tada".to_owned(), vec!["Max".to_owned()])],
        tombstone: false,
    }
}

/// The id of a message of the export.
pub fn claimed(text: &str, number: u8) -> RecordId {
    claim(text, number).id()
}
