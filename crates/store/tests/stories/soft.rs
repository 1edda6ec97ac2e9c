//! Soft state: the latest word stands, and what never counted counts nobody in.

use cremona_envelope::{SoftKind, Time};
use cremona_store::{SoftRow, StoreError};

use crate::desk::{Desk, Said, device, log_of};

fn word(who: &str, kind: SoftKind, time: u64) -> SoftRow {
    SoftRow { device: device(who), kind, time: Time(time), heard: Time(time + 1) }
}

#[test]
fn the_latest_word_of_each_kind_stands() {
    let mut desk = Desk::new();
    let rows = [
        word("ana", SoftKind::RECEIPT, 10),
        word("ana", SoftKind::ADDRESSES, 11),
        word("bo", SoftKind::RECEIPT, 12),
        word("ana", SoftKind::RECEIPT, 20),
    ];
    desk.store
        .write(|tx| rows.iter().try_for_each(|row| tx.put_soft(row, &row.time.0.to_be_bytes())))
        .map_err(|error: StoreError| error)
        .unwrap();
    let kept = desk.store.read(|read| read.soft_rows()).unwrap();
    assert_eq!(kept, [rows[3], rows[1], rows[2]]);
    let latest = desk.store.read(|read| read.soft(&device("ana"), SoftKind::RECEIPT)).unwrap();
    assert_eq!(latest, Some(20_u64.to_be_bytes().to_vec()));
    desk.store.write(|tx| tx.drop_soft(&device("ana"), SoftKind::RECEIPT)).unwrap();
    assert_eq!(desk.store.read(|read| read.soft(&device("ana"), SoftKind::RECEIPT)).unwrap(), None);
}

#[test]
fn a_meeting_is_noted_at_most_once_a_step() {
    let mut desk = Desk::new();
    for at in [100, 150, 199, 200, 250] {
        desk.store.write(|tx| tx.set_met(&device("bo"), Time(at), 100)).unwrap();
    }
    assert_eq!(desk.store.read(|read| read.met()).unwrap(), [(device("bo"), Time(200))]);
}

#[test]
fn who_has_only_a_log_that_counts_for_nothing_is_no_member() {
    let mut desk = Desk::new();
    for who in ["ana", "mal"] {
        desk.hear(&[Said { who, seq: 1, root: None, time: 10, title: None, text: "hello" }]);
    }
    let members = |desk: &Desk| {
        let count = desk.store.read(|read| read.counts()).unwrap().members;
        let names: Vec<_> = desk.store.read(|read| read.members()).unwrap().into_iter().map(|row| row.name).collect();
        let known = desk.store.read(|read| read.has_log(&device("mal"))).unwrap();
        (count, names, known)
    };
    assert_eq!(members(&desk), (2, vec!["ana".to_owned(), "mal".to_owned()], true));
    desk.store.write(|tx| log_of(tx, "mal").and_then(|log| tx.set_cut(log, 1))).unwrap();
    assert_eq!(members(&desk), (1, vec!["ana".to_owned()], false));
}
