//! Blocks: whether envelopes stand in rows or in blocks, the store says the same.

use cremona_store::{BLOCK, EnvelopeRow, Status, StoreError};
use proptest::prelude::*;
use rusqlite::Connection;

use crate::desk::{Desk, cases, envelope, log_of};

/// Envelopes of ana's log, from seq 1 on.
fn many(log: i64, count: u64) -> Vec<EnvelopeRow> {
    (1..=count).map(|seq| envelope("ana", log, seq, 100 + seq, 0)).collect()
}

/// How many envelopes stand in rows, and how many blocks there are.
fn shape(desk: &Desk) -> (u64, u64) {
    let db = Connection::open(desk.path()).unwrap();
    let count = |sql: &str| db.query_row(sql, [], |row| row.get(0)).unwrap();
    (count("SELECT count(*) FROM envelope"), count("SELECT count(*) FROM block"))
}

fn put(desk: &mut Desk, rows: &[EnvelopeRow]) {
    desk.store.write(|tx| tx.put_envelopes(&rows.iter().collect::<Vec<_>>())).unwrap();
}

fn all(desk: &Desk, log: i64) -> Vec<EnvelopeRow> {
    desk.store.read(|read| read.envelopes(log, 0, u64::MAX >> 1, u32::MAX)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..cases() })]

    #[test]
    fn every_question_is_answered_as_if_there_were_rows_only(
        cuts in prop::collection::vec(1..200_u64, 1..6),
        one_by_one in any::<bool>(),
        odd in prop::option::of(1..400_u64),
        asked in prop::collection::vec((0..420_u64, 0..420_u64, 1..300_u32), 8),
    ) {
        let mut desk = Desk::new();
        let log = desk.store.write(|tx| log_of(tx, "ana")).unwrap();
        let mut rows = many(log, cuts.iter().sum());
        if let Some(row) = odd.and_then(|odd| rows.get_mut(odd as usize)) {
            row.status = Status::Unknown;
        }
        let mut rest = rows.as_slice();
        for cut in cuts {
            let (run, after) = rest.split_at(cut as usize);
            desk.store.write(|tx| {
                if one_by_one {
                    run.iter().try_for_each(|row| tx.put_envelope(row))?;
                } else {
                    tx.put_envelopes(&run.iter().collect::<Vec<_>>())?;
                }
                // Within the transaction too, before anything that waits is written.
                for row in run {
                    assert_eq!(tx.envelope(log, row.seq)?.as_ref(), Some(row));
                    assert_eq!(tx.envelope_id(log, row.seq)?, Some(row.id));
                }
                let first = run[0].seq;
                assert_eq!(tx.envelopes(log, first - 1, first + cut, u32::MAX)?, run);
                let last = first + cut - 1;
                assert!(tx.has_beyond(log, last - 1)? && !tx.has_beyond(log, last)?);
                let signed = run.iter().find(|row| row.signature.is_some()).map(|row| row.seq);
                assert_eq!(tx.next_signed(log, first)?, signed);
                Ok::<_, StoreError>(())
            }).unwrap();
            rest = after;
        }
        for (after, more, limit) in asked {
            let upto = after + more;
            let expected: Vec<_> =
                rows.iter().filter(|row| row.seq > after && row.seq <= upto).take(limit as usize).cloned().collect();
            let (found, stretch, signed) = desk.store.read(|read| Ok::<_, StoreError>((
                read.envelopes(log, after, upto, limit)?,
                read.stretch(log, after, upto, limit)?,
                read.next_signed(log, after)?,
            ))).unwrap();
            prop_assert_eq!(&found, &expected);
            prop_assert_eq!(stretch, expected.into_iter().map(|row| (row, None)).collect::<Vec<_>>());
            let first = rows.iter().find(|row| row.seq >= after && row.signature.is_some()).map(|row| row.seq);
            prop_assert_eq!(signed, first);
        }
    }
}

#[test]
fn what_counts_stands_in_blocks_and_the_end_of_a_log_in_rows() {
    let mut desk = Desk::new();
    let log = desk.store.write(|tx| log_of(tx, "ana")).unwrap();
    let rows = many(log, 2 * BLOCK + 10);
    let (before, after) = rows.split_at(100);
    put(&mut desk, before);
    assert_eq!(shape(&desk), (100, 0));
    put(&mut desk, after);
    assert_eq!(shape(&desk), (10, 2));
    assert_eq!(all(&desk, log), rows);
}

#[test]
fn a_fork_takes_one_envelope_of_a_block_away_and_a_rebuild_closes_it_again() {
    let mut desk = Desk::new();
    let log = desk.store.write(|tx| log_of(tx, "ana")).unwrap();
    let mut rows = many(log, 2 * BLOCK);
    put(&mut desk, &rows);
    rows[BLOCK as usize + 6].status = Status::Void;
    desk.store.write(|tx| tx.put_envelope(&rows[BLOCK as usize + 6])).unwrap();
    assert_eq!((shape(&desk), all(&desk, log)), ((BLOCK, 1), rows.clone()));
    rows[BLOCK as usize + 6].status = Status::Applied;
    desk.store.write(|tx| rows.iter().try_for_each(|row| tx.put_envelope(row))).unwrap();
    assert_eq!((shape(&desk), all(&desk, log)), ((0, 2), rows));
}

#[test]
fn a_signature_that_comes_later_is_kept_in_its_block() {
    let mut desk = Desk::new();
    let log = desk.store.write(|tx| log_of(tx, "ana")).unwrap();
    put(&mut desk, &many(log, BLOCK));
    desk.store.write(|tx| tx.set_signature(log, 3, &[7; 64])).unwrap();
    let row = desk.store.read(|read| read.envelope(log, 3)).unwrap().unwrap();
    assert_eq!((row.signature, shape(&desk)), (Some([7; 64]), (0, 1)));
}

#[test]
fn a_damaged_block_is_told_as_such() {
    let mut desk = Desk::new();
    let log = desk.store.write(|tx| log_of(tx, "ana")).unwrap();
    put(&mut desk, &many(log, BLOCK));
    Connection::open(desk.path()).unwrap().execute("UPDATE block SET bytes = x'0102'", []).unwrap();
    assert!(matches!(desk.store.read(|read| read.envelope(log, 3)), Err(StoreError::Corrupt(_))));
}
