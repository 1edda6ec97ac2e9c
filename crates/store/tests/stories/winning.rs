//! Registers, names, reactions, edits: what wins doesn't depend on what came first.

use cremona_envelope::{EnvelopeId, LogId, RecordId, Time};
use cremona_store::{Creation, Field, MessageRow, Store, StoreError, VersionRow, compare};
use proptest::prelude::*;

use crate::desk::{
    Desk, Done, LIFE, PLANS, Said, cases, device, encode, hear, id, log_of, member, message_row, put_text,
};

/// A fact as it arrives; ids and times from a small range, so that they tie.
#[derive(Clone, Debug)]
enum Fact {
    Channel { time: u64, who: &'static str, name: String, imported: Option<String> },
    Register { time: u64, id: u8, value: String },
    Name { time: u64, id: u8, name: String },
    Reaction { time: u64, id: u8, on: bool },
    Tombstone { who: &'static str },
    Version { time: u64, id: u8, who: &'static str, seq: u64 },
}

fn who() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["ana", "bo", "cy"])
}

fn fact() -> impl Strategy<Value = Fact> {
    let (time, id, text) = (0..3_u64, 0..3_u8, "[ab]{0,2}");
    prop_oneof![
        (time.clone(), who(), text, prop::option::of("[xy]")).prop_map(|(time, who, name, imported)| Fact::Channel {
            time,
            who,
            name,
            imported
        }),
        (time.clone(), id.clone(), text).prop_map(|(time, id, value)| Fact::Register { time, id, value }),
        (time.clone(), id.clone(), text).prop_map(|(time, id, name)| Fact::Name { time: time + 1, id, name }),
        (time.clone(), id.clone(), any::<bool>()).prop_map(|(time, id, on)| Fact::Reaction { time, id, on }),
        who().prop_map(|who| Fact::Tombstone { who }),
        (time, id, who(), 1..4_u64).prop_map(|(time, id, who, seq)| Fact::Version { time, id, who, seq }),
    ]
}

/// A store that met the people in the order given, then heard the facts in the order given.
fn heard(people: &[&str], facts: &[Fact]) -> Store {
    let mut store = Store::in_memory().unwrap();
    store
        .write(|tx| {
            for who in people {
                tx.add_log(&device(who), &LIFE, &member(who), &EnvelopeId::NONE)?;
                tx.add_device(&device(who), &member(who), &[0; 32], Time(1))?;
            }
            facts.iter().try_for_each(|fact| tell(tx, fact))
        })
        .unwrap();
    store
}

fn tell(tx: &cremona_store::Write<'_>, fact: &Fact) -> Done {
    let message = RecordId([5; 16]);
    let doc = tx.doc_no(&PLANS.0, 600)?;
    match fact {
        Fact::Channel { time, who, name, imported } => tx.create_channel(&Creation {
            id: &PLANS,
            time: Time(*time),
            member: &member(who),
            name,
            purpose: "",
            imported: imported.as_deref(),
        }),
        Fact::Register { time, id, value } => {
            tx.set_register(&PLANS, Field::Name, Time(*time), &RecordId([*id; 16]), value)
        }
        Fact::Name { time, id, name } => tx.set_member_name(&member("bo"), name, Time(*time), &RecordId([*id; 16])),
        Fact::Reaction { time, id, on } => {
            tx.set_reaction(&message, &member("cy"), "👍", *on, Time(*time), &RecordId([*id; 16]))
        }
        Fact::Tombstone { who } => tx.add_tombstone(&message, &member(who), doc),
        Fact::Version { time, id, who, seq } => {
            let log = tx.log(&LogId::of(&device(who), &LIFE))?.unwrap().no;
            let (time, id) = (Time(*time), RecordId([*id; 16]));
            tx.add_version(&VersionRow { message, time, id, log, seq: *seq, member: member(who), doc })
        }
    }
}

/// Edits in the order told, without the numbers that differ from node to node.
fn edits(store: &Store) -> Vec<(Time, RecordId, RecordId, u64)> {
    let versions = store.read(|read| read.versions(&RecordId([5; 16]))).unwrap();
    versions.into_iter().map(|row| (row.time, row.id, RecordId(row.member.0), row.seq)).collect()
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_order_and_any_repetition_gives_the_same_rows(
        (facts, shuffled) in prop::collection::vec(fact(), 1..24).prop_flat_map(|facts| {
            let twice: Vec<_> = facts.iter().chain(&facts).cloned().collect();
            (Just(facts), Just(twice).prop_shuffle())
        })
    ) {
        let ours = heard(&["ana", "bo", "cy"], &facts);
        let theirs = heard(&["cy", "ana", "bo"], &shuffled);
        let (rows, problems) = compare(&ours, &theirs).unwrap();
        prop_assert!(problems.is_empty(), "{problems:?}");
        prop_assert!(rows > 0);
        prop_assert_eq!(edits(&ours), edits(&theirs));
    }
}

/// A channel whose creation nobody has.
const LOST: RecordId = RecordId([0x10, 0x57, 0xab, 0xcd, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);

#[test]
fn the_later_name_stays_when_the_earlier_one_comes_after_it() {
    let mut store = heard(&["bo"], &[]);
    let name = |store: &Store| store.read(|read| read.member_name(&member("bo"))).unwrap();
    assert_eq!(name(&store), "");
    for (time, value) in [(2, "Bo B."), (1, "bo")] {
        store.write(|tx| tx.set_member_name(&member("bo"), value, Time(time), &RecordId([0; 16]))).unwrap();
    }
    assert_eq!(name(&store), "Bo B.");
}

#[test]
fn a_name_given_before_the_channel_is_known_counts_once_it_is() {
    let mut store = heard(&["ana"], &[]);
    store.write(|tx| tx.set_register(&PLANS, Field::Name, Time(5), &RecordId([1; 16]), "roadmap")).unwrap();
    assert!(store.read(|read| read.channels()).unwrap().is_empty());
    assert!(!store.read(|read| read.has_channel(&PLANS)).unwrap());
    let creation =
        Creation { id: &PLANS, time: Time(1), member: &member("ana"), name: "plans", purpose: "next", imported: None };
    store.write(|tx| tx.create_channel(&creation)).unwrap();
    let channel = store.read(|read| read.channel(&PLANS)).unwrap().unwrap();
    assert_eq!((channel.name.as_str(), channel.purpose.as_str(), channel.archived), ("roadmap", "next", false));
    assert_eq!(store.read(|read| read.channel_names()).unwrap(), [(PLANS, "roadmap".to_owned())]);
}

#[test]
fn a_channel_of_which_no_creation_comes_is_listed_by_its_id_once_something_is_said_there() {
    let mut desk = Desk::new();
    let plans = |desk: &Desk| desk.store.read(|read| read.channels()).unwrap();
    desk.store
        .write(|tx| {
            let log = log_of(tx, "ana")?;
            // As where the two who had the creation were put back to an earlier day.
            tx.set_register(&LOST, Field::Purpose, Time(5), &RecordId([1; 16]), "berths")?;
            assert_eq!(tx.channels()?.len(), 1, "nothing is said there yet");
            let doc = tx.doc_no(&LOST.0, 600)?;
            let said = Said { who: "ana", seq: 1, root: None, time: 10, title: None, text: "north" };
            let row = MessageRow { channel: LOST, ..message_row(&said, id("ana", 1), id("ana", 1), log, doc, true) };
            let n = tx.put_message(&row)?;
            put_text(tx, n, log, &said)?;
            tx.recount_thread(&id("ana", 1))
        })
        .unwrap();
    let names: Vec<_> = plans(&desk).into_iter().map(|row| (row.name, row.purpose, row.messages)).collect();
    assert_eq!(
        names,
        [("1057abcd".to_owned(), "berths".to_owned(), 1), ("plans".to_owned(), "what comes next".to_owned(), 0)]
    );
    assert_eq!(desk.store.read(|read| read.channel_name(&LOST)).unwrap().as_deref(), Some("1057abcd"));
    assert_eq!(desk.store.read(|read| read.counts()).unwrap().channels, 2);
    // It may be late only.
    let creation =
        Creation { id: &LOST, time: Time(1), member: &member("bo"), name: "moorings", purpose: "", imported: None };
    desk.store.write(|tx| tx.create_channel(&creation)).unwrap();
    assert_eq!(plans(&desk).into_iter().map(|row| row.name).collect::<Vec<_>>(), ["moorings", "plans"]);
}

#[test]
fn what_a_transaction_remembers_of_numbers_is_never_older_than_what_it_wrote() {
    let mut desk = Desk::new();
    let (soup, bread) = (id("ana", 1), id("ana", 2));
    desk.store
        .write(|tx| {
            assert!(!tx.is_root(&soup)?);
            for seq in [1, 2] {
                hear(tx, &Said { who: "ana", seq, root: None, time: seq, title: None, text: "soup" })?;
            }
            assert!(tx.is_root(&soup)? && tx.is_root(&bread)?);
            // The copy that speaks for it now is another, which answers: it begins no thread any more.
            let row = tx.message(&bread)?.unwrap();
            tx.put_message(&MessageRow { root: soup, ..row.clone() })?;
            assert!(!tx.is_root(&bread)?);
            tx.put_message(&row)?;
            assert!(tx.is_root(&bread)?);
            // Everything is made anew, under other numbers.
            tx.clear_derived(encode)?;
            assert!(!tx.is_root(&soup)? && !tx.is_root(&bread)?);
            tx.put_message(&MessageRow { channel: LOST, ..row.clone() })?;
            tx.put_message(&MessageRow { id: soup, root: soup, ..row })?;
            assert_eq!(tx.message(&soup)?.map(|row| row.channel), Some(PLANS), "not under what its number means now");
            Ok::<(), StoreError>(())
        })
        .unwrap();
}

#[test]
fn a_reaction_taken_back_is_not_shown() {
    let mut store = heard(&["ana", "cy"], &[]);
    let message = RecordId([5; 16]);
    let shown = |store: &Store| store.read(|read| read.reactions(&message)).unwrap();
    store
        .write(|tx| {
            tx.set_member_name(&member("cy"), "Cy", Time(1), &RecordId([9; 16]))?;
            tx.set_reaction(&message, &member("cy"), "🎉", true, Time(3), &RecordId([1; 16]))
        })
        .unwrap();
    assert_eq!(shown(&store), [("🎉".to_owned(), "Cy".to_owned())]);
    let take_back = |time| {
        move |tx: &cremona_store::Write<'_>| -> Result<(), StoreError> {
            tx.set_reaction(&message, &member("cy"), "🎉", false, Time(time), &RecordId([2; 16]))
        }
    };
    store.write(take_back(2)).unwrap();
    assert_eq!(shown(&store).len(), 1, "an older wish changes nothing");
    store.write(take_back(4)).unwrap();
    assert!(shown(&store).is_empty());
}
