//! Documents: a union of chains, the same in any order, in which no chain hides another.

use std::collections::{BTreeMap, BTreeSet};

use cremona_model::chain::{Change, key_of};
use cremona_model::{DocId, Document, Entry};
use proptest::prelude::*;

use crate::people::{Line, cases, changes, channel, document, three};
use crate::talk::{acts, talk};

/// The lines of the document that has most of them, with their changes.
fn busiest(lines: &[Line]) -> Vec<(Line, Change)> {
    let mut docs: BTreeMap<DocId, Vec<(Line, Change)>> = BTreeMap::new();
    for (line, (doc, change)) in lines.iter().zip(changes(lines)) {
        docs.entry(doc).or_default().push((line.clone(), change));
    }
    docs.into_values().max_by_key(Vec::len).unwrap()
}

/// What a document with these lines holds.
fn expected<'a>(lines: impl IntoIterator<Item = &'a Line>) -> Vec<Entry> {
    let entry = |line: &Line| Entry { key: key_of(&line.stamp), value: line.payload.value.clone() };
    let entries: BTreeSet<_> = lines.into_iter().map(entry).collect();
    entries.into_iter().collect()
}

#[test]
fn a_document_goes_on_after_its_snapshot() {
    let [mut ana, mut bo, _] = three();
    let lines = [ana.posts(channel(1), "one"), bo.posts(channel(1), "two"), ana.posts(channel(1), "three")];
    let all: Vec<_> = changes(&lines).into_iter().map(|(_, change)| change).collect();
    let early = document(&all[..2], 1);
    let mut late = Document::load(&early.save().unwrap()).unwrap();
    late.apply(all.clone()).unwrap();
    assert_eq!(late.entries(), expected(&lines));
    assert_eq!((late.len(), early.len()), (3, 2));
    assert_eq!(late.value(&key_of(&lines[2].stamp)), Some(lines[2].payload.value.clone()));
    assert_eq!(early.value(&key_of(&lines[2].stamp)), None);
}

#[test]
fn a_damaged_snapshot_is_an_error() {
    assert!(Document::load(b"no snapshot").is_err());
    assert!(Document::new().is_empty());
}

#[test]
fn a_change_waits_in_the_document_for_the_one_before_it() {
    let [mut ana, ..] = three();
    let lines = [ana.posts(channel(1), "one"), ana.posts(channel(1), "two")];
    let all: Vec<_> = changes(&lines).into_iter().map(|(_, change)| change).collect();
    let mut late = document(&all[1..], 1);
    assert!(late.is_empty());
    late.apply(all[..1].to_vec()).unwrap();
    assert_eq!(late.entries(), expected(&lines));
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_order_grouping_and_duplication_gives_equal_entries(
        acts in acts(24),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..48),
        group in 1..9_usize,
    ) {
        let said = busiest(&talk(&acts));
        let honest: Vec<_> = said.iter().map(|(_, change)| change.clone()).collect();
        // Duplicates in any order first, then everything backwards.
        let mut mixed: Vec<_> = order.iter().map(|at| at.get(&honest).clone()).collect();
        mixed.extend(honest.iter().rev().cloned());
        let there = document(&honest, honest.len());
        prop_assert_eq!(there.entries(), expected(said.iter().map(|(line, _)| line)));
        prop_assert_eq!(document(&mixed, group).entries(), there.entries());
    }

    #[test]
    fn who_withholds_any_change_hides_nobody_elses(acts in acts(24), hole in any::<prop::sample::Index>()) {
        let said = busiest(&talk(&acts));
        let withheld = hole.get(&said).0.clone();
        let kept: Vec<_> = said.iter().filter(|(line, _)| line.stamp != withheld.stamp).cloned().collect();
        let changes: Vec<_> = kept.iter().map(|(_, change)| change.clone()).collect();
        let hidden = |line: &Line| line.stamp.log() == withheld.stamp.log() && line.stamp.seq >= withheld.stamp.seq;
        let shown = kept.iter().map(|(line, _)| line).filter(|line| !hidden(line));
        prop_assert_eq!(document(&changes, 5).entries(), expected(shown));
    }

    #[test]
    fn a_snapshot_holds_what_the_document_held(acts in acts(24)) {
        let changes: Vec<_> = busiest(&talk(&acts)).into_iter().map(|(_, change)| change).collect();
        let document = document(&changes, changes.len());
        let again = Document::load(&document.save().unwrap()).unwrap();
        prop_assert_eq!(again.entries(), document.entries());
    }
}
