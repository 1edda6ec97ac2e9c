//! Carrying over: a file that an older cremona wrote opens and says the same.

use cremona_envelope::{MemberId, RecordId, Time};
use cremona_store::schema::{APPLICATION_ID, MIGRATIONS};
use cremona_store::{Cursor, Store};
use rusqlite::Connection;

/// What version 5 kept of two channels, of which one has not come, of a thread with a reply, of a reply
/// whose root has not come, and of an imported message.
const OLD: &str = "
INSERT INTO log (no, id, device, life, member, link, seq, head, time, bytes, cut, epoch)
VALUES (1, zeroblob(16), zeroblob(32), zeroblob(16), x'a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1', zeroblob(32), 4, zeroblob(32), 9, 9, 0, 1);
INSERT INTO member (id, name, name_time, name_id, joined)
VALUES (x'a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1', 'ana', 1, zeroblob(16), 1);
INSERT INTO doc (no, channel, month) VALUES (1, x'c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1', 600);
INSERT INTO channel (id, known, created, member, name, purpose)
VALUES (x'c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1', 1, 1, x'a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1', 'plans', 'next');
INSERT INTO message (n, id, doc, channel, root, member, time, log, seq, shown, edited, deleted, source, author)
VALUES (1, x'01010101010101010101010101010101', 1, x'c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1',
        x'01010101010101010101010101010101', x'a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1', 10, 1, 1, 1, 0, 0, NULL, NULL),
       (2, x'02020202020202020202020202020202', 1, x'c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1',
        x'01010101010101010101010101010101', x'a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1', 10, 1, 2, 1, 0, 0, NULL, NULL),
       (3, x'03030303030303030303030303030303', 1, x'c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2',
        x'0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f', x'a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1', 12, 1, 3, 0, 0, 0, NULL, NULL),
       (4, x'04040404040404040404040404040404', 1, x'c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1',
        x'04040404040404040404040404040404', x'a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1', 13, 1, 4, 1, 0, 0, 'slack/T1', 'bo');
INSERT INTO text (n, log, seq, text) VALUES (1, 1, 1, 'soup'), (2, 1, 2, 'bread'), (4, 1, 4, 'salad');
INSERT INTO search (rowid, title, text) SELECT n, title, text FROM text;
INSERT INTO thread (root, channel, last, replies)
VALUES (x'01010101010101010101010101010101', x'c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1', 10, 1),
       (x'04040404040404040404040404040404', x'c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1', 13, 0);
INSERT INTO arrival (log, seq, what, target) VALUES (1, 1, 1, x'01010101010101010101010101010101');
";

const PLANS: RecordId = RecordId([0xc1; 16]);

fn message(byte: u8) -> RecordId {
    RecordId([byte; 16])
}

#[test]
fn what_named_others_by_id_names_them_by_number() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cremona.db");
    let db = Connection::open(&path).unwrap();
    for sql in &MIGRATIONS[..5] {
        db.execute_batch(sql).unwrap();
    }
    db.execute_batch(OLD).unwrap();
    db.pragma_update(None, "user_version", 5).unwrap();
    db.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
    drop(db);

    let mut store = Store::open(&path).unwrap();
    store
        .read(|read| {
            let threads = read.threads(&PLANS, &Cursor::END, 10, Time(1 << 60))?;
            let found = threads.iter().map(|row| (row.root.message.id, row.replies, row.last)).collect::<Vec<_>>();
            assert_eq!(found, [(message(4), 0, Time(13)), (message(1), 1, Time(10))]);
            let thread = read.thread_messages(&message(1), &Cursor::END, 10, Time(1 << 60))?;
            let found = thread.iter().map(|row| (row.message.id, row.message.root, row.text.clone().unwrap()));
            assert_eq!(
                found.collect::<Vec<_>>(),
                [(message(2), message(1), "bread".to_owned()), (message(1), message(1), "soup".to_owned())]
            );
            let imported = read.shown(&message(4))?.unwrap();
            assert_eq!((imported.name.as_str(), imported.message.source.as_deref()), ("bo", Some("slack/T1")));
            let waiting = read.message(&message(3))?.unwrap();
            assert_eq!((waiting.channel, waiting.root, waiting.shown), (message(0xc2), message(0x0f), false));
            assert_eq!(waiting.member, MemberId([0xa1; 16]));
            assert!(!read.has_channel(&message(0xc2))?, "only its number is taken");
            assert_eq!((read.counts()?.messages, read.counts()?.channels), (3, 1));
            assert_eq!(read.integrity()?, Vec::<String>::new());
            Ok::<_, cremona_store::StoreError>(())
        })
        .unwrap();
    assert!(store.write(|tx| Ok::<_, cremona_store::StoreError>(tx.index_agrees())).unwrap());
}
