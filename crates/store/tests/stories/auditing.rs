//! Comparing two stores, and what is told of a difference.

use cremona_store::{EnvelopeRow, Status, Store, StoreError, compare};

use crate::desk::{Desk, Said, envelope, hear, id, log_of};

fn said(who: &str, seq: u64) -> Said<'_> {
    Said { who, seq, root: None, time: seq, title: None, text: "psst, quietly" }
}

fn memory(said: &[Said<'_>]) -> Store {
    let mut store = Store::in_memory().unwrap();
    store.write(|tx| said.iter().try_for_each(|said| hear(tx, said).map(drop))).unwrap();
    store
}

#[test]
fn equal_sets_are_equal_whatever_their_numbers() {
    let ours = memory(&[said("ana", 1), said("bo", 1), said("bo", 2)]);
    let theirs = memory(&[said("bo", 1), said("bo", 2), said("ana", 1)]);
    let number =
        |store: &Store| store.read(|read| Ok::<_, StoreError>(read.message(&id("ana", 1))?.unwrap().n)).unwrap();
    assert_ne!(number(&ours), number(&theirs));
    let (rows, problems) = compare(&ours, &theirs).unwrap();
    assert_eq!(problems, Vec::<String>::new());
    assert!(rows > 12, "{rows}");
}

#[test]
fn a_difference_is_told_by_table_and_without_any_text() {
    let ours = memory(&[said("ana", 1), Said { text: "psst, loudly", ..said("bo", 1) }]);
    let theirs = memory(&[said("ana", 1), said("bo", 1)]);
    let (_, problems) = compare(&ours, &theirs).unwrap();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].starts_with("message: kept, but not derived"), "{}", problems[0]);
    assert!(problems[1].starts_with("message: derived, but not kept"), "{}", problems[1]);
    assert!(
        problems.iter().all(|line| !line.contains("psst") && line.contains(&id("bo", 1).to_string())),
        "{problems:?}"
    );
}

#[test]
fn a_row_too_many_or_too_few_is_told() {
    let (one, two) = (memory(&[said("ana", 1)]), memory(&[said("ana", 1), said("ana", 2)]));
    for (ours, theirs) in [(&one, &two), (&two, &one)] {
        let (_, problems) = compare(ours, theirs).unwrap();
        assert!(problems.iter().any(|line| line.starts_with("thread:")), "{problems:?}");
    }
}

#[test]
fn an_index_that_lost_a_text_does_not_agree() {
    let mut desk = Desk::new();
    desk.hear(&[said("ana", 1)]);
    let path = desk.path();
    let agrees = |store: &mut Store| store.write(|tx| Ok::<_, StoreError>(tx.index_agrees())).unwrap();
    assert!(agrees(&mut desk.store));
    drop(desk.store);
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute("UPDATE text SET text = 'something else'", []).unwrap();
    drop(db);
    assert!(!agrees(&mut Store::open(&path).unwrap()));
}

#[test]
fn an_envelope_that_became_something_else_is_told_in_a_row_and_in_a_block() {
    // The first 128 stand in a block, the rest in rows.
    for wrong in [3, 140] {
        let [ours, theirs] = [Status::Applied, Status::Clear].map(|status| {
            let mut store = Store::in_memory().unwrap();
            let written = store.write(|tx| {
                let log = log_of(tx, "ana")?;
                (1..=150).try_for_each(|seq| {
                    let status = if seq == wrong { status } else { Status::Applied };
                    tx.put_envelope(&EnvelopeRow { status, ..envelope("ana", log, seq, seq, 0) })
                })
            });
            written.map(|()| store).unwrap()
        });
        let (_, problems) = compare(&ours, &theirs).unwrap();
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems.iter().all(|line| line.starts_with("status: ")), "{problems:?}");
    }
}
