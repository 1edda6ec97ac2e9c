//! The log: envelopes and bodies come back as they were put in, in every form.

use cremona_envelope::{LogId, Time};
use cremona_store::{BodyRow, EnvelopeRow, Status, StoreError};

use crate::desk::{Desk, LIFE, Said, device, encode, envelope, hear, log_of};

#[test]
fn an_envelope_comes_back_as_it_was_whatever_became_of_it() {
    let mut desk = Desk::new();
    let statuses = [Status::Applied, Status::Clear, Status::Closed, Status::Refused, Status::Unknown, Status::Void];
    let rows: Vec<EnvelopeRow> = desk
        .store
        .write(|tx| {
            let log = log_of(tx, "ana")?;
            let rows: Vec<_> = (1..).zip(statuses).map(|(seq, status)| of_status(log, seq, status)).collect();
            rows.iter().try_for_each(|row| tx.put_envelope(row))?;
            Ok::<_, StoreError>(rows)
        })
        .unwrap();
    let log = rows[0].log;
    let read = |after, upto, limit| desk.store.read(|read| read.envelopes(log, after, upto, limit)).unwrap();
    assert_eq!(read(0, 100, 100), rows);
    assert_eq!(read(1, 3, 100), rows[1..3]);
    assert_eq!(read(2, 100, 2), rows[2..4]);
    let closed = desk.store.read(|read| read.closed(10)).unwrap();
    assert_eq!(closed, rows[2..3], "only the one that no key opens");
    let odd = desk.store.read(|read| read.oddities()).unwrap();
    assert_eq!((odd.closed, odd.refused, odd.unknown), (1, 1, 1));
    let at = |seq| {
        desk.store.read(|read| Ok::<_, StoreError>((read.envelope(log, seq)?, read.envelope_id(log, seq)?))).unwrap()
    };
    assert_eq!(at(4), (Some(rows[3].clone()), Some(rows[3].id)));
    assert_eq!(at(7), (None, None));
    assert_eq!(desk.store.read(|read| read.next_signed(log, 3)).unwrap(), Some(4));
    assert_eq!(desk.store.read(|read| read.next_signed(log, 7)).unwrap(), None);
}

fn of_status(log: i64, seq: u64, status: Status) -> EnvelopeRow {
    let opened = status != Status::Closed;
    EnvelopeRow {
        status,
        epoch: i64::from(opened),
        tag: (!opened).then_some([7; 32]),
        body: (status != Status::Clear).then_some((64, [9; 32])),
        ..envelope("ana", log, seq, 100 + seq, 0)
    }
}

#[test]
fn a_body_is_kept_sealed_then_plain_then_as_the_text_that_is_shown() {
    let mut desk = Desk::new();
    let said = Said { who: "ana", seq: 1, root: None, time: 10, title: Some("Lunch"), text: "soup today" };
    let n = desk.hear(&[said])[0];
    let body = |desk: &Desk| desk.store.read(|read| read.body(1, 1)).unwrap();
    let text = BodyRow::Text { n, title: Some("Lunch".to_owned()), text: "soup today".to_owned() };
    assert_eq!(body(&desk), Some(text));
    for form in [BodyRow::Sealed(vec![1, 2, 3]), BodyRow::Plain(vec![4, 5])] {
        desk.store.write(|tx| tx.put_body(1, 1, &form)).unwrap();
        assert_eq!(body(&desk), Some(form));
    }
    desk.store.write(|tx| tx.drop_body(1, 1)).unwrap();
    assert_eq!(body(&desk), None);
}

#[test]
fn the_text_that_is_shown_is_in_the_file_once_beside_the_index() {
    let mut desk = Desk::new();
    desk.hear(&[Said { who: "ana", seq: 1, root: None, time: 10, title: None, text: "Xylophone-Quartz!" }]);
    assert!(desk.store.checkpoint().unwrap());
    let bytes = std::fs::read(desk.path()).unwrap();
    let times = bytes.windows(17).filter(|window| *window == b"Xylophone-Quartz!").count();
    assert_eq!(times, 1);
}

#[test]
fn a_log_keeps_its_head_its_cut_and_what_is_missing() {
    let mut desk = Desk::new();
    desk.hear(&[Said { who: "bo", seq: 1, root: None, time: 10, title: None, text: "hi" }]);
    let bo = LogId::of(&device("bo"), &LIFE);
    desk.store
        .write(|tx| {
            tx.set_cut(1, 1)?;
            tx.set_missing(1, 1, true)?;
            tx.set_missing(1, 1, true)?;
            tx.put_fork(&bo, 1, b"proof")
        })
        .unwrap();
    desk.store
        .read(|read| {
            let log = read.log(&bo)?.unwrap();
            assert_eq!((log.device, log.head.seq, log.head.time, log.cut), (device("bo"), 1, Time(10), 1));
            assert_eq!((read.log_no(1)?, read.logs()?), (Some(log.clone()), vec![log]));
            assert_eq!(
                read.missing((0, 0), 9)?.iter().map(|(_, log, seq)| (*log, *seq)).collect::<Vec<_>>(),
                [(bo, 1)]
            );
            assert_eq!(read.forks()?, [(bo, 1, b"proof".to_vec())]);
            assert_eq!(read.counts()?.envelopes, 0, "what lies beyond the cut doesn't count");
            Ok::<_, StoreError>(())
        })
        .unwrap();
    desk.store.write(|tx| tx.set_missing(1, 1, false)).unwrap();
    assert!(!desk.store.read(|read| read.is_missing(1, 1)).unwrap());
}

#[test]
fn a_key_has_one_number_however_often_it_comes() {
    let mut desk = Desk::new();
    let numbers = desk
        .store
        .write(|tx| {
            Ok::<_, StoreError>([
                tx.add_epoch(&[1; 16], &[2; 32])?,
                tx.add_epoch(&[3; 16], &[4; 32])?,
                tx.add_epoch(&[1; 16], &[2; 32])?,
            ])
        })
        .unwrap();
    assert_eq!(numbers[0], numbers[2]);
    assert_eq!(desk.store.read(|read| read.epochs()).unwrap(), [(numbers[0], [2; 32]), (numbers[1], [4; 32])]);
}

#[test]
fn a_document_is_caught_up_from_its_snapshot_on() {
    let mut desk = Desk::new();
    let said = |seq| Said { who: "ana", seq, root: None, time: 10 + seq, title: None, text: "one more" };
    desk.hear(&[said(1), said(2)]);
    let doc = desk.store.read(|read| read.docs()).unwrap()[0].0;
    let arrival = desk.store.read(|read| read.last_arrival()).unwrap();
    desk.store.write(|tx| tx.put_snapshot(doc, arrival, b"saved")).unwrap();
    desk.hear(&[said(3)]);
    let (from, bytes) = desk.store.read(|read| read.snapshot(doc)).unwrap().unwrap();
    assert_eq!((from, bytes.as_slice()), (2, b"saved".as_slice()));
    let after = desk.store.read(|read| read.doc_changes(doc, from, 10)).unwrap();
    assert_eq!(after.iter().map(|(n, row)| (*n, row.seq)).collect::<Vec<_>>(), [(3, 3)]);
    let news = desk.store.read(|read| read.arrivals(2, 10)).unwrap();
    assert_eq!(news.iter().map(|row| (row.log, row.seq, row.target)).collect::<Vec<_>>(), [(1, 3, None)]);
    assert_eq!(desk.store.read(|read| read.arrival_places(0, 2)).unwrap(), [(1, 1, 1), (2, 1, 2)]);
}

#[test]
fn texts_are_counted_once_whatever_else_a_rebuilding_transaction_did() {
    let mut desk = Desk::new();
    let said = Said { who: "ana", seq: 1, root: None, time: 10, title: None, text: "soup" };
    desk.store
        .write(|tx| {
            hear(tx, &said)?;
            tx.clear_derived(encode)
        })
        .unwrap();
    assert_eq!(desk.store.read(|read| read.oddities()).unwrap().text_bytes, 0);
}

#[test]
fn moving_texts_back_gives_bodies_that_were_kept_as_bytes_untouched() {
    let mut desk = Desk::new();
    let said = Said { who: "ana", seq: 1, root: None, time: 10, title: None, text: "soup" };
    desk.hear(&[said, Said { seq: 2, ..said }]);
    // Written by some other program: reads as the same text, in other bytes.
    let odd = BodyRow::Plain(b"another way to write soup".to_vec());
    desk.store.write(|tx| tx.put_body(1, 2, &odd)).unwrap();
    desk.store.write(|tx| tx.clear_derived(encode)).unwrap();
    let body = |seq| desk.store.read(|read| read.body(1, seq)).unwrap();
    assert_eq!(body(1), Some(BodyRow::Plain(encode(None, "soup"))));
    assert_eq!(body(2), Some(odd));
    let left = desk.store.read(|read| read.counts()).unwrap();
    assert_eq!((left.messages, left.threads, left.envelopes), (0, 0, 2));
    assert_eq!(desk.store.read(|read| read.envelope_id(1, 1)).unwrap(), Some(envelope("ana", 1, 1, 0, 0).id));
}
