//! Erasing: no file of the store holds a word of what was deleted, in text or index, in any case.

use std::collections::{BTreeSet, HashMap};

use cremona_store::{BodyRow, Store, StoreError};

use crate::desk::{Desk, Said, encode, hear};

const SECRET: Said<'_> = Said {
    who: "ana",
    seq: 2,
    root: None,
    time: 20,
    title: Some("Merger Zanzibar"),
    text: "Quixotic Élan vouchsafed Kumquat",
};
/// As typed, and as the tokenizer leaves them.
const WORDS: [&str; 8] = ["Merger", "Zanzibar", "Quixotic", "vouchsafed", "Kumquat", "Élan", "elan", "quixotic élan"];

fn around(seq: u64) -> Said<'static> {
    Said { who: "ana", seq, root: None, time: seq * 10, title: None, text: "ordinary words around it" }
}

#[test]
fn the_words_are_in_no_file_after_an_erasure() {
    let mut desk = Desk::new();
    desk.hear(&[around(1), SECRET, around(3)]);
    assert!(!desk.files_with(&WORDS).is_empty(), "they were there");
    desk.erase("ana", 2);
    assert!(desk.store.checkpoint().unwrap());
    assert_eq!(desk.files_with(&WORDS), Vec::<String>::new());
    assert!(desk.store.read(|read| read.integrity()).unwrap().is_empty());
    assert!(desk.store.write(|tx| Ok::<_, StoreError>(tx.index_agrees())).unwrap());
}

#[test]
fn also_where_it_was_already_in_the_main_file() {
    let mut desk = Desk::new();
    desk.hear(&[around(1), SECRET]);
    assert!(desk.store.checkpoint().unwrap());
    desk.erase("ana", 2);
    assert!(desk.store.checkpoint().unwrap());
    assert_eq!(desk.files_with(&WORDS), Vec::<String>::new());
}

#[test]
fn a_reader_in_the_way_is_told_and_the_next_try_erases() {
    let mut desk = Desk::new();
    desk.hear(&[around(1), SECRET]);
    let reader = desk.store.reader().unwrap().unwrap();
    reader
        .read(|read| {
            assert_eq!(read.counts()?.messages, 2);
            desk.erase("ana", 2);
            assert!(!desk.store.checkpoint()?, "a snapshot from before is still being read");
            assert_eq!(read.counts()?.messages, 2);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert!(desk.store.checkpoint().unwrap());
    assert_eq!(desk.files_with(&WORDS), Vec::<String>::new());
    assert_eq!(reader.read(|read| Ok::<_, StoreError>(read.counts()?.messages)).unwrap(), 1);
}

#[test]
fn a_kill_between_erasing_and_emptying_is_made_good_on_opening() {
    let mut desk = Desk::new();
    desk.hear(&[around(1), SECRET]);
    desk.erase("ana", 2);
    let mut grave = Desk { store: Store::in_memory().unwrap(), dir: tempfile::tempdir().unwrap() };
    for name in ["cremona.db", "cremona.db-wal"] {
        std::fs::copy(desk.dir.path().join(name), grave.dir.path().join(name)).unwrap();
    }
    assert!(!grave.files_with(&WORDS).is_empty(), "the write-ahead log still has them");
    grave.store = Store::open(&grave.path()).unwrap();
    assert_eq!(grave.files_with(&WORDS), Vec::<String>::new());
    assert_eq!(grave.store.read(|read| read.counts()).unwrap().messages, 1);
}

#[test]
fn an_older_version_goes_with_the_message() {
    let mut desk = Desk::new();
    desk.hear(&[around(1), SECRET]);
    // Ana edits: the older text becomes a plain body, the new one is indexed.
    desk.store
        .write(|tx| {
            let n = tx.message(&crate::desk::id("ana", 2))?.unwrap().n;
            tx.put_body(1, 2, &BodyRow::Plain(encode(SECRET.title, SECRET.text)))?;
            tx.take_text(n)?;
            tx.put_text(n, 1, 3, None, "Zygote persiflage")
        })
        .unwrap();
    desk.store.write(|tx| tx.drop_body(1, 3)).unwrap();
    desk.erase("ana", 2);
    assert!(desk.store.checkpoint().unwrap());
    assert_eq!(desk.files_with(&WORDS), Vec::<String>::new());
    assert_eq!(desk.files_with(&["zygote", "persiflage"]), Vec::<String>::new());
}

/// How many bytes of a word's end are looked for: the index stores of a word only what differs from
/// the word before it, so that the whole may be nowhere while its end still is.
const TAIL: usize = 10;

/// A message's own word: 16 digits, as if by chance (splitmix64).
fn own_word(who: usize, seq: u64) -> String {
    let mut z = (seq * 3 + who as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    format!("{:016x}", z ^ (z >> 31))
}

/// Which of `seqs` the file still holds the tail of a word of.
fn left_of(file: &[u8], who: usize, seqs: impl Iterator<Item = u64>) -> BTreeSet<u64> {
    let tails: HashMap<Vec<u8>, u64> =
        seqs.map(|seq| (own_word(who, seq).into_bytes().split_off(16 - TAIL), seq)).collect();
    file.windows(TAIL).filter_map(|window| tails.get(window).copied()).collect()
}

/// Enough to split pages of every table and to merge segments of the index; logs take turns, so
/// that rows are put in between others and pages are split in the middle.
#[test]
fn of_a_thousand_messages_among_many_only_the_kept_words_are_left() {
    const PEOPLE: [&str; 3] = ["cy", "bo", "ana"];
    let gone = || (1..=1000).filter(|seq| seq % 3 == 0);
    let kept = || (1..=1000).filter(|seq| seq % 3 != 0);
    let mut desk = Desk::new();
    for batch in 0..40_u64 {
        desk.store
            .write(|tx| {
                for seq in (batch * 25 + 1)..=(batch * 25 + 25) {
                    for (who, name) in PEOPLE.iter().enumerate() {
                        let text = format!("{} and {}", own_word(who, seq), "common words ".repeat((seq % 9) as usize));
                        hear(tx, &Said { who: name, seq, root: None, time: seq, title: None, text: &text })?;
                    }
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
    }
    gone().for_each(|seq| desk.erase("bo", seq));
    assert!(desk.store.checkpoint().unwrap());
    let file = std::fs::read(desk.path()).unwrap();
    assert_eq!(left_of(&file, 1, gone()), BTreeSet::new(), "words of erased messages that are still in the file");
    assert_eq!(left_of(&file, 1, kept()), kept().collect(), "the others are all there");
    assert_eq!(left_of(&file, 2, gone()), gone().collect());
    assert_eq!(std::fs::metadata(desk.dir.path().join("cremona.db-wal")).unwrap().len(), 0);
    assert!(desk.store.read(|read| read.integrity()).unwrap().is_empty());
    assert!(desk.store.write(|tx| Ok::<_, StoreError>(tx.index_agrees())).unwrap());
}
