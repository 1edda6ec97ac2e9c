//! Pages: every row once, in order, also where times tie and new messages come in between.

use cremona_envelope::{RecordId, Time};
use cremona_store::{Cursor, Read, ShownRow, StoreError, page_len};
use proptest::prelude::*;

use crate::desk::{Desk, PLANS, Said, cases, erase, id};

fn place(row: &ShownRow) -> Cursor {
    Cursor { time: row.message.time, id: row.message.id }
}

/// All rows of some list, page by page, newest first. Asks on until a page is empty, and gives up
/// where the pages don't end.
fn walk(desk: &Desk, page: impl Fn(&Read<'_>, &Cursor) -> Result<Vec<ShownRow>, StoreError>) -> Vec<RecordId> {
    let (mut before, mut all) = (Cursor::END, Vec::new());
    while all.len() < 1_000 {
        let rows = desk.store.read(|read| page(&read, &before)).unwrap();
        let Some(last) = rows.last() else { return all };
        before = place(last);
        all.extend(rows.iter().map(|row| row.message.id));
    }
    panic!("the pages don't end: {all:?}");
}

fn channel(desk: &Desk, limit: u32) -> Vec<RecordId> {
    walk(desk, |read, before| read.channel_messages(&PLANS, before, limit, Time(1 << 60)))
}

fn thread(desk: &Desk, root: RecordId, limit: u32) -> Vec<RecordId> {
    walk(desk, |read, before| read.thread_messages(&root, before, limit, Time(1 << 60)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..cases() })]

    #[test]
    fn every_message_is_on_one_page_in_order(
        said in prop::collection::vec((0..4_u64, any::<bool>()), 1..30),
        limit in 1..8_u32,
    ) {
        let mut desk = Desk::new();
        let root = id("ana", 1);
        let mut expected = Vec::new();
        for (seq, (time, reply)) in (1..).zip(said) {
            let reply = reply && seq > 1;
            desk.hear(&[Said { who: "ana", seq, root: reply.then_some(root), time, title: None, text: "word" }]);
            expected.push((time, id("ana", seq), reply || seq == 1));
        }
        expected.sort_unstable();
        expected.reverse();
        let all: Vec<_> = expected.iter().map(|(_, id, _)| *id).collect();
        let mut of_thread: Vec<_> = expected.iter().filter(|(.., inside)| *inside).map(|(_, id, _)| *id).collect();
        of_thread.sort_by_key(|id| *id == root); // stable: the root last, the others as they are
        prop_assert_eq!(channel(&desk, limit), all);
        prop_assert_eq!(thread(&desk, root, limit), of_thread);
    }
}

#[test]
fn the_root_is_the_last_of_its_thread_also_where_a_clock_was_wrong() {
    let mut desk = Desk::new();
    let root = id("ana", 1);
    let said = |seq, root, time| Said { who: "ana", seq, root, time, title: None, text: "word" };
    desk.hear(&[said(1, None, 50), said(2, Some(root), 10), said(3, Some(root), 90)]);
    for limit in 1..=4 {
        assert_eq!(thread(&desk, root, limit), [id("ana", 3), id("ana", 2), root], "pages of {limit}");
    }
    assert!(thread(&desk, id("ana", 2), 3).is_empty(), "a reply is no thread");
}

#[test]
fn a_message_that_comes_while_bo_reads_moves_no_page() {
    let mut desk = Desk::new();
    let said = |seq| Said { who: "ana", seq, root: None, time: 100 + seq, title: None, text: "word" };
    desk.hear(&(1..=6).map(said).collect::<Vec<_>>());
    let first = desk.store.read(|read| read.channel_messages(&PLANS, &Cursor::END, 3, Time(1 << 60))).unwrap();
    desk.hear(&[said(7)]);
    let second = desk.store.read(|read| read.channel_messages(&PLANS, &place(&first[2]), 3, Time(1 << 60))).unwrap();
    let seqs = |rows: &[ShownRow]| rows.iter().map(|row| row.message.seq).collect::<Vec<_>>();
    assert_eq!((seqs(&first), seqs(&second)), (vec![6, 5, 4], vec![3, 2, 1]));
    assert_eq!(first[0].name, "ana");
}

#[test]
fn threads_come_in_order_of_their_last_word_and_count_what_is_left() {
    let mut desk = Desk::new();
    let said = |seq, root, time| Said { who: "ana", seq, root, time, title: None, text: "word" };
    desk.hear(&[
        said(1, None, 10),
        said(2, None, 20),
        said(3, Some(id("ana", 1)), 30),
        said(4, Some(id("ana", 1)), 25),
    ]);
    let threads = |desk: &Desk, before: &Cursor, limit| {
        let rows = desk.store.read(|read| read.threads(&PLANS, before, limit, Time(1 << 60))).unwrap();
        rows.into_iter().map(|row| (row.root.message.seq, row.replies, row.last.0)).collect::<Vec<_>>()
    };
    assert_eq!(threads(&desk, &Cursor::END, 9), [(1, 2, 30), (2, 0, 20)]);
    assert_eq!(threads(&desk, &Cursor::END, 1), [(1, 2, 30)]);
    assert_eq!(threads(&desk, &Cursor { time: Time(30), id: id("ana", 1) }, 9), [(2, 0, 20)]);
    desk.erase("ana", 4);
    assert_eq!(threads(&desk, &Cursor::END, 1), [(1, 1, 30)]);
    let channel = desk.store.read(|read| read.channels()).unwrap().remove(0);
    assert_eq!((channel.threads, channel.messages), (2, 3));
    let counts = desk.store.read(|read| read.counts()).unwrap();
    assert_eq!((counts.threads, counts.messages, counts.channels, counts.members), (2, 3, 1, 1));
}

#[test]
fn a_reply_shows_once_its_root_is_here() {
    let mut desk = Desk::new();
    let reply = Said { who: "bo", seq: 1, root: Some(id("ana", 1)), time: 20, title: None, text: "agreed" };
    desk.hear(&[reply]);
    assert!(channel(&desk, 9).is_empty());
    assert_eq!(desk.store.read(|read| read.counts()).unwrap().messages, 0);
    desk.hear(&[Said { who: "ana", seq: 1, root: None, time: 10, title: Some("Lunch"), text: "soup?" }]);
    assert_eq!(channel(&desk, 9), [id("bo", 1), id("ana", 1)]);
    assert_eq!(desk.store.read(|read| read.counts()).unwrap().messages, 2);
}

#[test]
fn an_id_is_found_by_the_start_of_it() {
    let mut desk = Desk::new();
    let said = |seq| Said { who: "ana", seq, root: None, time: seq, title: None, text: "word" };
    desk.hear(&(1..=3).map(said).collect::<Vec<_>>());
    let like = |first: [u8; 16], last: [u8; 16]| desk.store.read(|read| read.messages_like(&first, &last)).unwrap();
    let wanted = id("ana", 2);
    let (mut first, mut last) = ([0; 16], [0xff; 16]);
    assert_eq!(like(first, last).len(), 2, "two are enough to say that it is not one");
    first[..4].copy_from_slice(&wanted.0[..4]);
    last[..4].copy_from_slice(&wanted.0[..4]);
    assert_eq!(like(first, last), [wanted]);
}

#[test]
fn an_erased_message_keeps_its_place_without_its_words() {
    let mut desk = Desk::new();
    desk.hear(&[Said { who: "ana", seq: 1, root: None, time: 10, title: Some("Secret"), text: "word" }]);
    desk.store.write(|tx| erase(tx, "ana", 1)).unwrap();
    let row = desk.store.read(|read| read.shown(&id("ana", 1))).unwrap().unwrap();
    assert!(row.message.deleted);
    assert_eq!((row.title, row.text), (None, None));
    let all = desk.store.read(|read| Ok::<_, StoreError>(read.all_messages(0, 9)?.len())).unwrap();
    assert_eq!(all, 1);
}

#[test]
fn a_page_of_long_messages_ends_by_their_bytes_and_nothing_is_skipped() {
    let mut desk = Desk::new();
    let text = "a long story ".repeat(80_000);
    let said =
        |seq| Said { who: "ana", seq, root: (seq > 1).then(|| id("ana", 1)), time: seq, title: None, text: &text };
    for seq in 1..=12 {
        desk.hear(&[said(seq)]);
    }
    let rows = desk.store.read(|read| read.thread_messages(&id("ana", 1), &Cursor::END, 1_001, Time(1 << 60))).unwrap();
    let page = page_len(&rows, 1_000, |row| row);
    assert_eq!((page, rows.len()), (9, 10), "8 MiB and what goes beyond, and one more that tells of a next page");
    let rest = desk
        .store
        .read(|read| read.thread_messages(&id("ana", 1), &place(&rows[page - 1]), 1_001, Time(1 << 60)))
        .unwrap();
    let seqs: Vec<u64> = rows[..page].iter().chain(&rest).map(|row| row.message.seq).collect();
    assert_eq!(seqs, [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(page_len(&rest, 1_000, |row| row), rest.len());
}
