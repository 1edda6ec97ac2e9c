//! Search: words, phrases, beginnings and exclusions, over what is shown and nothing else.

use cremona_store::{Term, Words};
use proptest::prelude::*;

use crate::desk::{Desk, Said, cases, id};

fn word(text: &str) -> Term {
    Term { text: text.to_owned(), prefix: false, not: false }
}

fn words(terms: &[Term]) -> Words {
    Words { terms: terms.to_vec() }
}

fn seqs(desk: &Desk, words: &Words, ranked: bool) -> Vec<u64> {
    let hits = desk.store.read(|read| read.hits(words, ranked, 0, 100)).unwrap();
    let total = desk.store.read(|read| read.count_hits(words)).unwrap();
    assert_eq!(total, hits.len() as u64);
    hits.into_iter().map(|hit| hit.shown.message.seq).collect()
}

fn desk() -> Desk {
    let mut desk = Desk::new();
    let said = |seq, title, text| Said { who: "ana", seq, root: None, time: seq, title, text };
    desk.hear(&[
        said(1, Some("Café plans"), "the launch day is Monday"),
        said(2, None, "launch the boat, what a day"),
        said(3, None, "budgets and draft budgets and more budgets, launch last of all in a long text"),
        said(4, None, "nothing to see"),
    ]);
    desk
}

#[test]
fn all_words_must_occur_in_any_case_and_without_accents() {
    let desk = desk();
    assert_eq!(seqs(&desk, &words(&[word("LAUNCH"), word("day")]), false), [2, 1]);
    assert_eq!(seqs(&desk, &words(&[word("cafe")]), false), [1]);
    assert_eq!(seqs(&desk, &words(&[word("CAFÉ"), word("monday")]), true), [1], "title and text count as one");
    assert_eq!(seqs(&desk, &Words::default(), true), [0; 0]);
}

#[test]
fn phrases_beginnings_and_exclusions() {
    let desk = desk();
    assert_eq!(seqs(&desk, &words(&[word("launch day")]), false), [1]);
    assert_eq!(seqs(&desk, &words(&[Term { prefix: true, ..word("budg") }]), false), [3]);
    assert_eq!(seqs(&desk, &words(&[word("launch"), Term { not: true, ..word("boat") }]), false), [3, 1]);
    assert_eq!(seqs(&desk, &words(&[Term { not: true, ..word("boat") }]), false), [0; 0]);
}

#[test]
fn the_best_comes_first_where_it_is_ranked_else_the_newest() {
    let desk = desk();
    let launch = words(&[word("launch")]);
    assert_eq!(seqs(&desk, &launch, false), [3, 2, 1]);
    assert_eq!(seqs(&desk, &launch, true).last(), Some(&3), "one word of many in a long text");
}

#[test]
fn a_snippet_shows_what_matched() {
    let desk = desk();
    let hits = desk.store.read(|read| read.hits(&words(&[word("monday")]), true, 0, 9)).unwrap();
    assert_eq!(hits[0].snippet, "the launch day is «Monday»");
    assert_eq!((hits[0].shown.title.as_deref(), hits[0].shown.name.as_str()), (Some("Café plans"), "ana"));
}

#[test]
fn pages_of_hits_hold_every_hit_once() {
    let mut desk = Desk::new();
    let said = |seq| Said { who: "ana", seq, root: None, time: seq, title: None, text: "launch" };
    desk.hear(&(1..=10).map(said).collect::<Vec<_>>());
    for ranked in [true, false] {
        let launch = words(&[word("launch")]);
        let page = |skip| desk.store.read(|read| read.hits(&launch, ranked, skip, 4)).unwrap();
        let all: Vec<_> = [0, 4, 8].into_iter().flat_map(page).map(|hit| hit.shown.message.seq).collect();
        assert_eq!(all, (1..=10).rev().collect::<Vec<_>>(), "equal matches: the newest first");
    }
}

#[test]
fn a_reply_without_its_root_and_an_erased_message_are_not_found() {
    let mut desk = Desk::new();
    let root = Some(id("ana", 9));
    desk.hear(&[
        Said { who: "bo", seq: 1, root, time: 1, title: None, text: "launch early" },
        Said { who: "ana", seq: 1, root: None, time: 2, title: None, text: "launch late" },
        Said { who: "ana", seq: 2, root: None, time: 3, title: None, text: "launch never" },
    ]);
    desk.erase("ana", 2);
    assert_eq!(seqs(&desk, &words(&[word("launch")]), true), [1]);
    assert_eq!(seqs(&desk, &words(&[word("early")]), false), [0; 0]);
    desk.hear(&[Said { who: "ana", seq: 9, root: None, time: 4, title: None, text: "root" }]);
    assert_eq!(seqs(&desk, &words(&[word("early")]), false), [1], "it is shown now");
}

#[test]
fn an_edited_message_is_found_by_its_new_words_only() {
    let mut desk = Desk::new();
    let n = desk.hear(&[Said { who: "ana", seq: 1, root: None, time: 1, title: None, text: "soup" }])[0];
    desk.store
        .write(|tx| {
            tx.take_text(n)?;
            tx.put_text(n, 1, 2, None, "salad")
        })
        .unwrap();
    assert_eq!(seqs(&desk, &words(&[word("soup")]), true), [0; 0]);
    assert_eq!(seqs(&desk, &words(&[word("salad")]), true), [1]);
    assert!(desk.store.write(|tx| Ok::<_, cremona_store::StoreError>(tx.index_agrees())).unwrap());
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn nothing_that_a_person_types_reaches_the_search_language(
        terms in prop::collection::vec(("(\\PC|[\"'*():^\\-\0 ]|AND|OR|NOT|NEAR|title:){0,12}", any::<bool>(), any::<bool>()), 0..6)
    ) {
        let desk = desk();
        let terms: Vec<_> = terms.into_iter().map(|(text, prefix, not)| Term { text, prefix, not }).collect();
        let words = words(&terms);
        for ranked in [true, false] {
            let hits = desk.store.read(|read| read.hits(&words, ranked, 0, 100));
            prop_assert!(hits.is_ok(), "{terms:?}: {hits:?}");
        }
        prop_assert!(desk.store.read(|read| read.count_hits(&words)).is_ok());
    }
}
