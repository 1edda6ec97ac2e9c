//! Opening: what is ours, what is newer, what a crash leaves; readers beside the writer.

use cremona_envelope::RecordId;
use cremona_store::schema::{APPLICATION_ID, MIGRATIONS};
use cremona_store::{OpenError, Place, Reader, Sought, Store, StoreError, Term, Words};

use crate::desk::{Desk, Said, id};

const HELLO: Said<'_> = Said { who: "ana", seq: 1, root: None, time: 10, title: None, text: "hello bo" };

#[test]
fn ana_closes_and_finds_everything_again() {
    let mut desk = Desk::new();
    desk.hear(&[HELLO]);
    let before = desk.store.read(|read| read.shown(&id("ana", 1))).unwrap().unwrap();
    drop(desk.store);
    let store = Store::open(&desk.dir.path().join("cremona.db")).unwrap();
    assert_eq!(store.read(|read| read.shown(&id("ana", 1))).unwrap().unwrap(), before);
    assert_eq!(before.text.as_deref(), Some("hello bo"));
    assert_eq!(store.read(|read| read.integrity()).unwrap(), Vec::<String>::new());
}

#[test]
fn what_was_committed_survives_a_kill_and_what_was_not_leaves_nothing() {
    let mut desk = Desk::new();
    desk.hear(&[HELLO]);
    let failed: Result<(), StoreError> = desk.store.write(|tx| {
        crate::desk::hear(tx, &Said { seq: 2, text: "never said", ..HELLO })?;
        Err(StoreError::Io("the power went".to_owned()))
    });
    assert!(matches!(failed, Err(StoreError::Io(_))));
    // A kill leaves the files as they are at that instant: the copy is taken with the store open.
    let grave = tempfile::tempdir().unwrap();
    for name in ["cremona.db", "cremona.db-wal"] {
        std::fs::copy(desk.dir.path().join(name), grave.path().join(name)).unwrap();
    }
    let store = Store::open(&grave.path().join("cremona.db")).unwrap();
    assert!(store.read(|read| read.message(&id("ana", 1))).unwrap().is_some());
    assert!(store.read(|read| read.message(&id("ana", 2))).unwrap().is_none());
    assert!(store.read(|read| read.integrity()).unwrap().is_empty());
}

#[test]
fn a_store_of_a_newer_cremona_is_left_alone() {
    let desk = Desk::new();
    let path = desk.path();
    drop(desk.store);
    let db = rusqlite::Connection::open(&path).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    db.pragma_update(None, "journal_mode", "DELETE").unwrap();
    drop(db);
    let bytes = std::fs::read(&path).unwrap();
    assert!(matches!(Store::open(&path), Err(OpenError::Newer { found: 99, known }) if known == MIGRATIONS.len()));
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn files_of_others_are_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let letter = dir.path().join("letter.txt");
    std::fs::write(&letter, "Dear cy, this is no database, and long enough to be looked at. ".repeat(20)).unwrap();
    let text = std::fs::read(&letter).unwrap();
    assert!(matches!(Store::open(&letter), Err(OpenError::Foreign)));
    assert_eq!(std::fs::read(&letter).unwrap(), text);

    let other = dir.path().join("other.db");
    rusqlite::Connection::open(&other).unwrap().execute_batch("CREATE TABLE recipe (name TEXT)").unwrap();
    let bytes = std::fs::read(&other).unwrap();
    assert!(matches!(Store::open(&other), Err(OpenError::Foreign)));
    assert_eq!(std::fs::read(&other).unwrap(), bytes);
}

#[test]
fn a_folder_that_is_not_there_is_a_failure_of_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    let nowhere = dir.path().join("missing").join("cremona.db");
    assert!(matches!(Store::open(&nowhere), Err(OpenError::Store(StoreError::Io(_)))));
}

#[test]
fn bo_reads_the_last_commit_while_ana_writes() {
    let mut desk = Desk::new();
    desk.hear(&[HELLO]);
    let path = desk.path();
    let look = move || {
        let reader = Reader::open(&path).unwrap();
        reader.read(|read| Ok::<_, StoreError>((read.counts()?.messages, tx_sees(&read)?))).unwrap()
    };
    let seen = desk
        .store
        .write(|tx| {
            crate::desk::hear(tx, &Said { seq: 2, ..HELLO })?;
            // On another thread, with the transaction open: neither waits for the other.
            Ok::<_, StoreError>(std::thread::scope(|scope| scope.spawn(&look).join().unwrap()))
        })
        .unwrap();
    assert_eq!((seen, look()), ((1, false), (2, true)));
}

fn tx_sees(read: &cremona_store::Read<'_>) -> Result<bool, StoreError> {
    Ok(read.message(&id("ana", 2))?.is_some())
}

#[test]
fn a_reader_sees_one_snapshot_throughout() {
    let mut desk = Desk::new();
    desk.hear(&[HELLO]);
    let reader = desk.store.reader().unwrap().unwrap();
    reader
        .read(|read| {
            assert_eq!(read.counts()?.messages, 1);
            desk.hear(&[Said { seq: 2, ..HELLO }]);
            assert_eq!(read.counts()?.messages, 1);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert!(Store::in_memory().unwrap().reader().unwrap().is_none(), "a store in memory has no second door");
}

#[test]
fn a_store_of_version_5_is_indexed_anew_in_an_order_of_time() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cremona.db");
    let db = rusqlite::Connection::open(&path).unwrap();
    for sql in &MIGRATIONS[..5] {
        db.execute_batch(sql).unwrap();
    }
    db.execute_batch(
        "INSERT INTO log (no, id, device, life, member, link, seq, head, time, bytes, cut, epoch)
         VALUES (1, zeroblob(16), zeroblob(32), zeroblob(16), zeroblob(16), zeroblob(32), 0, zeroblob(32), 0, 0, 0, 0)",
    )
    .unwrap();
    for (n, time, text) in [(1, 900_000_000, "launch early"), (2, 5, "launch late")] {
        db.execute(
            "INSERT INTO message (n, id, doc, channel, root, member, time, log, seq, shown, edited, deleted)
             VALUES (?1, randomblob(16), 1, zeroblob(16), zeroblob(16), zeroblob(16), ?2, 1, ?1, 1, 0, 0)",
            (n, time),
        )
        .unwrap();
        db.execute("INSERT INTO text (n, log, seq, text) VALUES (?1, 1, ?1, ?2)", (n, text)).unwrap();
    }
    db.execute_batch("INSERT INTO search (search) VALUES ('rebuild')").unwrap();
    db.pragma_update(None, "user_version", 5).unwrap();
    db.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
    drop(db);
    let mut store = Store::open(&path).unwrap();
    let term = |text: &str| Words { terms: vec![Term { text: text.to_owned(), prefix: false, not: false }] };
    let sought = |text| Sought { words: term(text), conditions: Vec::new() };
    let found = |text| store.read(|read| read.search(&sought(text), &Place::START, 9)).unwrap();
    assert_eq!((found("launch").total, found("early").total), (2, 1));
    assert_eq!(found("early").hits[0].snippet, "launch «early»");
    assert!(store.write(|tx| Ok::<_, StoreError>(tx.index_agrees())).unwrap());
}

#[test]
fn a_store_from_before_titles_were_searched_says_which_are_to_be_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cremona.db");
    let db = rusqlite::Connection::open(&path).unwrap();
    for sql in &MIGRATIONS[..15] {
        db.execute_batch(sql).unwrap();
    }
    db.execute_batch(
        "INSERT INTO message (n, id, doc, channel, root, time, log, seq, shown, edited, deleted)
         VALUES (1, x'01010101010101010101010101010101', 1, 1, 0, 5, 1, 1, 1, 0, 0);
         INSERT INTO text (n, log, seq, title, text) VALUES (1, 1, 1, 'Soup', 'at noon');
         INSERT INTO search (search) VALUES ('rebuild');
         INSERT INTO title (root, time, id, log, seq)
         VALUES (x'01010101010101010101010101010101', 6, x'02020202020202020202020202020202', 1, 2)",
    )
    .unwrap();
    db.pragma_update(None, "user_version", 15).unwrap();
    db.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
    drop(db);
    let mut store = Store::open(&path).unwrap();
    let unread = store.read(|read| read.unread_titles()).unwrap();
    assert_eq!(unread, [(RecordId([1; 16]), 1, 2)]);
    let agrees = |store: &mut Store| store.write(|tx| Ok::<_, StoreError>(tx.index_agrees())).unwrap();
    assert!(agrees(&mut store));
    store.write(|tx| tx.put_title(&RecordId([1; 16]), (1, 2), "Supper")).unwrap();
    assert_eq!(store.read(|read| read.given_title(&RecordId([1; 16]))).unwrap().as_deref(), Some("Supper"));
    assert_eq!(store.read(|read| read.unread_titles()).unwrap(), []);
    assert!(agrees(&mut store), "what is in the index is what is there to be found");
}
