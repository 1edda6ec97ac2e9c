//! Chains: a payload counts only right after the one before it, whatever others do.

use cremona_model::{Chain, DocId, Refused, Stamp, check_raw};
use proptest::prelude::*;

use crate::people::{NOON, Person, cases, changes, channel, three};
use crate::talk::{acts, talk};

#[test]
fn a_payload_that_skips_or_branches_is_refused_and_the_chain_stays() {
    let mut ana = Person::new("ana");
    let lines = ["one", "two", "three"].map(|text| ana.posts(channel(1), text));
    let [one, two, three] = &lines;
    let (_, chain) = Chain::START.accept(&one.stamp, &one.payload).unwrap();

    assert_eq!(chain.accept(&three.stamp, &three.payload).unwrap_err(), Refused::Seq { have: 1, got: 3 });
    assert_eq!(chain.accept(&one.stamp, &one.payload).unwrap_err(), Refused::Seq { have: 1, got: 1 });
    let mut branch = two.payload.clone();
    branch.prev = Some([9; 32]);
    assert_eq!(chain.accept(&two.stamp, &branch).unwrap_err(), Refused::Prev(2));
    assert!(chain.accept(&two.stamp, &two.payload).is_ok());
}

#[test]
fn each_document_has_a_chain_of_its_own() {
    let mut ana = Person::new("ana");
    let here = ana.posts(channel(1), "here");
    let there = ana.posts(channel(2), "there");
    assert_eq!((here.payload.seq, there.payload.seq), (1, 1));
    assert_eq!(ana.posts(channel(1), "here again").payload.seq, 2);
}

#[test]
fn the_same_words_of_two_people_are_two_changes() {
    let [mut ana, mut bo, _] = three();
    let (one, other) = (ana.posts(channel(1), "hello"), bo.posts(channel(1), "hello"));
    assert_eq!(one.payload, other.payload);
    let all = changes(&[one, other]);
    assert_ne!(all[0].1.hash(), all[1].1.hash());
    assert_ne!(all[0].1.actor_id(), all[1].1.actor_id());
}

#[test]
fn newer_keys_sort_first() {
    let stamp = Person::new("ana").stamp;
    let later = Stamp { time: NOON.plus(1), ..stamp };
    assert!(cremona_model::chain::key_of(&later) < cremona_model::chain::key_of(&stamp));
    assert_eq!(cremona_model::chain::key_of(&stamp).len(), 38);
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn every_change_that_is_built_passes_the_static_check_as_its_payload(acts in acts(12)) {
        let lines = talk(&acts);
        for (line, (doc, change)) in lines.iter().zip(changes(&lines)) {
            prop_assert_eq!(check_raw(&change, &line.stamp, doc), Ok(line.payload.clone()));
            let elsewhere = DocId::of(channel(77), NOON);
            prop_assert_eq!(check_raw(&change, &line.stamp, elsewhere), Err(Refused::Raw));
        }
    }
}
