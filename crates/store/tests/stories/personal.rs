//! Personal state: fields stand until they are replaced, and nothing that is rebuilt touches them.

use cremona_envelope::Time;
use cremona_store::schema::{APPLICATION_ID, DERIVED, MIGRATIONS};
use cremona_store::{PersonalRow, Read, Store, StoreError};

use crate::desk::Desk;

fn field(kind: u8, about: &[u8], at: u64, bytes: &[u8]) -> PersonalRow {
    PersonalRow { kind, about: about.to_vec(), at: Time(at), field: bytes.to_vec() }
}

fn desk() -> Desk {
    let mut desk = Desk::new();
    let rows = [
        field(1, b"\x01thread a", 10, b"far"),
        field(1, b"\x01thread b", 30, b"farther"),
        field(1, b"\x02channel", 20, b"all"),
        field(6, b"draft", 5, b"half a sentence"),
    ];
    desk.store
        .write(|tx| rows.iter().try_for_each(|row| tx.put_personal(row)))
        .map_err(|error: StoreError| error)
        .unwrap();
    desk
}

fn read<T>(desk: &Desk, work: impl FnOnce(Read<'_>) -> Result<T, StoreError>) -> T {
    desk.store.read(work).unwrap()
}

#[test]
fn one_field_is_found_by_kind_and_name() {
    let desk = desk();
    assert_eq!(read(&desk, |read| read.personal(1, b"\x02channel")), Some(b"all".to_vec()));
    assert_eq!(read(&desk, |read| read.personal(2, b"\x02channel")), None);
    assert_eq!(read(&desk, |read| read.personal_kinds()), [1, 6]);
    assert_eq!(read(&desk, |read| read.personal_count()), 4);
}

#[test]
fn the_latest_fields_come_first() {
    let desk = desk();
    let about = |rows: Vec<PersonalRow>| rows.into_iter().map(|row| row.about).collect::<Vec<_>>();
    let latest = read(&desk, |read| read.personal_latest(1, b"", 2));
    assert_eq!(about(latest), [b"\x01thread b".to_vec(), b"\x02channel".to_vec()]);
    let threads = read(&desk, |read| read.personal_latest(1, b"\x01", 9));
    assert_eq!(about(threads), [b"\x01thread b".to_vec(), b"\x01thread a".to_vec()]);
    let all = read(&desk, |read| read.personal_of(1));
    assert_eq!(about(all), [b"\x01thread a".to_vec(), b"\x01thread b".to_vec(), b"\x02channel".to_vec()]);
}

#[test]
fn a_field_is_replaced_and_forgotten() {
    let mut desk = desk();
    desk.store.write(|tx| tx.put_personal(&field(6, b"draft", 9, b""))).unwrap();
    assert_eq!(read(&desk, |read| read.personal_of(6)), [field(6, b"draft", 9, b"")]);
    desk.store.write(|tx| tx.drop_personal(6, b"draft")).unwrap();
    assert_eq!(read(&desk, |read| read.personal_count()), 3);
}

#[test]
fn personal_state_is_not_derived() {
    assert!(!DERIVED.contains(&"personal"));
}

#[test]
fn a_draft_of_which_nothing_was_acknowledged_lost_survives_the_process() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cremona.db");
    let mut store = Store::open(&path).unwrap();
    store.write(|tx| tx.put_personal(&field(6, b"draft", 5, b"half a sentence"))).unwrap();
    // Killed: nothing of it is closed or saved.
    std::mem::forget(store);
    let again = Store::open(&path).unwrap();
    assert_eq!(again.read(|read| read.personal(6, b"draft")).unwrap(), Some(b"half a sentence".to_vec()));
}

#[test]
fn a_store_of_version_9_gets_a_place_for_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cremona.db");
    let db = rusqlite::Connection::open(&path).unwrap();
    for sql in &MIGRATIONS[..9] {
        db.execute_batch(sql).unwrap();
    }
    db.pragma_update(None, "user_version", 9).unwrap();
    db.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
    drop(db);
    let store = Store::open(&path).unwrap();
    assert_eq!(store.read(|read| read.personal_count()).unwrap(), 0);
}

/// The plan of each question is a search of the table or its index, never a pass over all fields.
#[test]
fn no_field_is_looked_for_among_all() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cremona.db");
    drop(Store::open(&path).unwrap());
    let db = rusqlite::Connection::open(&path).unwrap();
    let plan = |sql: &str| {
        let mut query = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let lines: Vec<String> = query.query_map([], |row| row.get(3)).unwrap().collect::<Result<_, _>>().unwrap();
        lines.join("; ")
    };
    let one = plan("SELECT field FROM personal WHERE kind = 1 AND about = x'00'");
    assert_eq!(one, "SEARCH personal USING PRIMARY KEY (kind=? AND about=?)");
    let latest = plan(
        "SELECT kind, about, at, field FROM personal
         WHERE kind = 1 AND substr(about, 1, 1) = x'01' ORDER BY at DESC, about LIMIT 9",
    );
    assert_eq!(latest, "SEARCH personal USING INDEX personal_latest (kind=?)");
}
