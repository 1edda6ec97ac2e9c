//! Search: words, phrases, beginnings and exclusions, over what is shown and nothing else.

use cremona_envelope::Time;
use cremona_store::{
    Condition, Fact, Found, Glance, Judge, MessageRow, Place, Read, Sought, StoreError, Term, WINDOW, Words,
};
use proptest::prelude::*;

use crate::desk::{Desk, PLANS, Said, cases, id, log_of, member};

const WEEK: u64 = 7 * 86_400_000;

fn word(text: &str) -> Term {
    Term { text: text.to_owned(), prefix: false, not: false }
}

fn begin(text: &str) -> Term {
    Term { prefix: true, ..word(text) }
}

fn words(terms: &[Term]) -> Words {
    Words { terms: terms.to_vec() }
}

fn page(desk: &Desk, words: &Words, limit: u32) -> Found {
    let sought = Sought { words: words.clone(), conditions: Vec::new() };
    page_of(desk, &sought, &Place::START, limit)
}

fn page_of(desk: &Desk, sought: &Sought, place: &Place, limit: u32) -> Found {
    desk.store.read(|read| read.search(sought, place, limit)).unwrap()
}

fn seqs(desk: &Desk, words: &Words) -> Vec<u64> {
    let found = page(desk, words, 1_000);
    assert_eq!((found.total, found.at_least, found.next), (found.hits.len() as u64, false, None));
    found.hits.into_iter().map(|hit| hit.shown.message.seq).collect()
}

/// The same where the order does not matter.
fn sorted(desk: &Desk, words: &Words) -> Vec<u64> {
    let mut seqs = seqs(desk, words);
    seqs.sort_unstable();
    seqs
}

/// Every hit, page by page.
fn all_pages(desk: &Desk, words: &Words, limit: u32) -> Vec<u64> {
    pages(desk, &Sought { words: words.clone(), conditions: Vec::new() }, limit)
}

fn pages(desk: &Desk, sought: &Sought, limit: u32) -> Vec<u64> {
    let mut seqs = Vec::new();
    let mut place = Place::START;
    loop {
        let found = page_of(desk, sought, &place, limit);
        assert!(found.hits.len() <= limit as usize);
        assert!(found.total >= (seqs.len() + found.hits.len()) as u64);
        seqs.extend(found.hits.iter().map(|hit| hit.shown.message.seq));
        let Some(next) = found.next else {
            assert_eq!((found.total, found.at_least), (seqs.len() as u64, false));
            return seqs;
        };
        assert!(!found.hits.is_empty(), "a page before the last has hits");
        place = next;
    }
}

fn desk() -> Desk {
    let mut desk = Desk::new();
    let said = |seq, title, text| Said { who: "ana", seq, root: None, time: seq, title, text };
    desk.hear(&[
        said(1, Some("Café plans"), "the launch day is Monday"),
        said(2, None, "launch the boat, what a day"),
        said(3, None, "budgets and draft budgets and more budgets, launch last of all in a long text"),
        said(4, None, "nothing to see"),
    ]);
    desk
}

#[test]
fn all_words_must_occur_in_any_case_and_without_accents() {
    let desk = desk();
    assert_eq!(sorted(&desk, &words(&[word("LAUNCH"), word("day")])), [1, 2]);
    assert_eq!(seqs(&desk, &words(&[word("cafe")])), [1]);
    assert_eq!(seqs(&desk, &words(&[word("CAFÉ"), word("monday")])), [1], "title and text count as one");
    assert_eq!(page(&desk, &Words::default(), 9), Found::default());
}

#[test]
fn phrases_beginnings_and_exclusions() {
    let desk = desk();
    assert_eq!(seqs(&desk, &words(&[word("launch day")])), [1]);
    assert_eq!(seqs(&desk, &words(&[begin("budg")])), [3]);
    assert_eq!(sorted(&desk, &words(&[begin("d")])), [1, 2, 3], "a common beginning");
    assert_eq!(seqs(&desk, &words(&[word("boat"), begin("d")])), [2]);
    assert_eq!(seqs(&desk, &words(&[begin("launch-d")])), [1]);
    assert_eq!(seqs(&desk, &words(&[word("see"), Term { not: true, ..begin("d") }])), [4]);
    assert_eq!(sorted(&desk, &words(&[word("launch"), Term { not: true, ..word("boat") }])), [1, 3]);
    assert_eq!(seqs(&desk, &words(&[Term { not: true, ..word("boat") }])), [0; 0]);
}

#[test]
fn a_title_given_later_is_found_whatever_comes_first() {
    let mut desk = Desk::new();
    let root = id("ana", 1);
    let titled = |desk: &mut Desk, time: u64, title: &str| {
        let done = desk.store.write(|tx| {
            let log = log_of(tx, "bo")?;
            tx.set_title(&root, (Time(time), &id("bo", time)), (log, time))?;
            tx.put_title(&root, (log, time), title)
        });
        done.unwrap();
    };
    let plans = Said { who: "ana", seq: 1, root: None, time: 1, title: Some("Café plans"), text: "the launch day" };
    let reply = Said { seq: 2, root: Some(root), time: 2, title: None, text: "bread", ..plans };
    titled(&mut desk, 9, "Feast of harvest");
    assert_eq!(seqs(&desk, &words(&[word("harvest")])), [0; 0], "nothing is there that it could be of");
    desk.hear(&[plans, reply]);
    assert_eq!(seqs(&desk, &words(&[word("harvest"), word("launch")])), [1]);
    assert_eq!(seqs(&desk, &words(&[word("cafe")])), [0; 0]);
    titled(&mut desk, 8, "Late news");
    assert_eq!(seqs(&desk, &words(&[word("news")])), [0; 0], "it was given before the other");
    titled(&mut desk, 10, "Supper");
    assert_eq!((seqs(&desk, &words(&[begin("sup")])), seqs(&desk, &words(&[word("harvest")]))), (vec![1], vec![]));
    // Its body has not come.
    desk.store.write(|tx| tx.set_title(&root, (Time(11), &id("bo", 11)), (log_of(tx, "bo")?, 11))).unwrap();
    assert_eq!((seqs(&desk, &words(&[word("cafe")])), seqs(&desk, &words(&[word("supper")]))), (vec![1], vec![]));
    let unread = desk.store.read(|read| read.unread_titles()).unwrap();
    assert_eq!(unread.iter().map(|(root, _, seq)| (*root, *seq)).collect::<Vec<_>>(), [(root, 11)]);
    assert!(desk.store.write(|tx| Ok::<_, StoreError>(tx.index_agrees())).unwrap());
}

#[test]
fn a_message_that_begins_no_thread_any_more_has_no_title() {
    let mut desk = Desk::new();
    let said = Said { who: "ana", seq: 1, root: None, time: 1, title: None, text: "soup" };
    desk.hear(&[said, Said { seq: 2, text: "bread", ..said }]);
    let bread = id("ana", 2);
    desk.store
        .write(|tx| {
            let log = log_of(tx, "ana")?;
            tx.set_title(&bread, (Time(3), &id("ana", 3)), (log, 3))?;
            tx.put_title(&bread, (log, 3), "Supper")
        })
        .unwrap();
    assert_eq!(seqs(&desk, &words(&[word("supper")])), [2]);
    desk.store
        .write(|tx| {
            let row = tx.message(&bread)?.unwrap();
            tx.put_message(&MessageRow { root: id("ana", 1), ..row }).map(|_| ())
        })
        .unwrap();
    assert_eq!((seqs(&desk, &words(&[word("supper")])), seqs(&desk, &words(&[word("bread")]))), (vec![], vec![2]));
    assert!(desk.store.write(|tx| Ok::<_, StoreError>(tx.index_agrees())).unwrap());
}

#[test]
fn the_best_comes_first_where_all_matches_are_ordered_together() {
    let launch = seqs(&desk(), &words(&[word("launch")]));
    assert_eq!(launch.last(), Some(&3), "one word of many in a long text");
}

#[test]
fn a_snippet_shows_what_matched() {
    let desk = desk();
    for monday in [word("monday"), begin("m")] {
        let hits = page(&desk, &words(&[monday, begin("d")]), 9).hits;
        let monday = hits.iter().find(|hit| hit.shown.message.seq == 1).unwrap();
        assert_eq!(monday.snippet, "the launch «day» is «Monday»");
        assert_eq!((monday.shown.title.as_deref(), monday.shown.name.as_str()), (Some("Café plans"), "ana"));
    }
}

#[test]
fn a_word_that_very_many_say_is_found_newest_first_in_whatever_order_they_arrived() {
    let mut desk = Desk::new();
    let count = 4 * WINDOW as u64 + 7;
    // Weeks apart in turn, as logs that arrive one after the other.
    let time = |seq: u64| seq % 10 * 100 * WEEK + seq;
    let said = |seq| Said { who: "ana", seq, root: None, time: time(seq), title: None, text: "launch" };
    desk.hear(&(1..=count).map(said).collect::<Vec<_>>());
    let mut newest: Vec<u64> = (1..=count).collect();
    newest.sort_by_key(|seq| std::cmp::Reverse(time(*seq)));
    for common in [word("launch"), begin("l")] {
        let common = words(&[common]);
        assert_eq!(all_pages(&desk, &common, 50), newest);
        assert_eq!(all_pages(&desk, &common, 333), newest);
        let first = page(&desk, &common, 50);
        assert_eq!((first.total, first.at_least, first.next.is_some()), (WINDOW as u64, true, true));
    }
}

#[test]
fn long_texts_are_found_like_short_ones() {
    let mut desk = Desk::new();
    let text = "launch the long boat ".repeat(3_000);
    let said = |seq| Said { who: "ana", seq, root: None, time: seq, title: None, text: &text };
    desk.hear(&(1..=70).map(said).collect::<Vec<_>>());
    let newest: Vec<u64> = (1..=70).rev().collect();
    for long in [word("launch"), begin("l")] {
        assert_eq!(all_pages(&desk, &words(&[long]), 20), newest, "too much to be ordered together");
    }
}

#[test]
fn a_snippet_of_a_long_text_is_from_where_the_word_is_and_takes_no_longer_for_its_length() {
    let mut desk = Desk::new();
    let deep = format!("{} a quokka {}", "row the boat ".repeat(2_000), "launch ".repeat(4_000));
    let accent = format!("{} a café", "row the boat ".repeat(2_000));
    let said = |seq, text| Said { who: "ana", seq, root: None, time: seq, title: None, text };
    desk.hear(&[said(1, &deep), said(2, &accent)]);
    let snippet = |terms: &[Term]| page(&desk, &words(terms), 9).hits[0].snippet.clone();
    assert!(snippet(&[word("Quokka"), begin("l")]).contains("«quokka» «launch»"));
    assert!(snippet(&[word("cafe")]).starts_with("row the boat"), "it is not looked for behind accents");
}

#[test]
fn a_reply_without_its_root_and_an_erased_message_are_not_found() {
    let mut desk = Desk::new();
    let root = Some(id("ana", 9));
    desk.hear(&[
        Said { who: "bo", seq: 1, root, time: 1, title: None, text: "launch early" },
        Said { who: "ana", seq: 1, root: None, time: 2, title: None, text: "launch late" },
        Said { who: "ana", seq: 2, root: None, time: 3, title: None, text: "launch never" },
    ]);
    desk.erase("ana", 2);
    assert_eq!(seqs(&desk, &words(&[word("launch")])), [1]);
    assert_eq!(seqs(&desk, &words(&[word("early")])), [0; 0]);
    desk.hear(&[Said { who: "ana", seq: 9, root: None, time: 4, title: None, text: "root" }]);
    assert_eq!(seqs(&desk, &words(&[word("early")])), [1], "it is shown now");
}

#[test]
fn an_edited_message_is_found_by_its_new_words_only() {
    let mut desk = Desk::new();
    let n = desk.hear(&[Said { who: "ana", seq: 1, root: None, time: 1, title: None, text: "soup" }])[0];
    desk.store
        .write(|tx| {
            tx.take_text(n)?;
            tx.put_text(n, 1, 2, None, "salad")
        })
        .unwrap();
    assert_eq!(seqs(&desk, &words(&[word("soup")])), [0; 0]);
    assert_eq!(seqs(&desk, &words(&[word("salad")])), [1]);
    assert!(desk.store.write(|tx| Ok::<_, StoreError>(tx.index_agrees())).unwrap());
}

#[test]
fn a_message_whose_time_moves_by_weeks_is_found_where_it_then_stands() {
    let mut desk = Desk::new();
    let said = |seq| Said { who: "ana", seq, root: None, time: seq, title: None, text: "launch" };
    desk.hear(&(1..=WINDOW as u64 + 1).map(said).collect::<Vec<_>>());
    let moved = id("ana", 1);
    desk.store
        .write(|tx| {
            let row = tx.message(&moved)?.unwrap();
            tx.put_message(&MessageRow { time: Time(9 * WEEK), ..row })
        })
        .unwrap();
    let launch = words(&[word("launch")]);
    assert_eq!(all_pages(&desk, &launch, 100)[..2], [1, WINDOW as u64 + 1]);
    assert!(desk.store.write(|tx| Ok::<_, StoreError>(tx.index_agrees())).unwrap());
    desk.erase("ana", 1);
    assert_eq!(all_pages(&desk, &launch, 100).len(), WINDOW);
    assert!(desk.store.write(|tx| Ok::<_, StoreError>(tx.index_agrees())).unwrap());
}

fn only(fact: Fact) -> Condition {
    Condition { not: false, fact }
}

fn by(names: &[&str]) -> Fact {
    Fact::From { members: names.iter().map(|name| member(name)).collect(), claimants: Vec::new() }
}

fn found(desk: &Desk, terms: &[Term], conditions: &[Condition]) -> Vec<u64> {
    let mut seqs = pages(desk, &Sought { words: words(terms), conditions: conditions.to_vec() }, 7);
    seqs.sort_unstable();
    seqs
}

/// Ana begins a thread of four, two of them bo's.
fn talk() -> Desk {
    let mut desk = Desk::new();
    let root = Some(id("ana", 1));
    let said = |who, seq, root, time, text| Said { who, seq, root, time, title: None, text };
    desk.hear(&[
        said("ana", 1, None, 10 * WEEK, "the launch plan https://a.example/plan"),
        said("bo", 2, root, 11 * WEEK, "use https always"),
        said("bo", 3, root, 12 * WEEK, "launch it"),
        said("ana", 4, root, 13 * WEEK, "launch tomorrow"),
        said("ana", 5, None, 14 * WEEK, "makan siang"),
    ]);
    desk
}

#[test]
fn conditions_hold_with_words_and_without() {
    let desk = talk();
    assert_eq!(found(&desk, &[], &[only(by(&["bo"]))]), [2, 3]);
    assert_eq!(found(&desk, &[word("launch")], &[only(by(&["bo"]))]), [3]);
    assert_eq!(found(&desk, &[word("launch")], &[Condition { not: true, fact: by(&["bo"]) }]), [1, 4]);
    assert_eq!(found(&desk, &[], &[only(by(&["bo", "ana"]))]), [1, 2, 3, 4, 5]);
    assert_eq!(found(&desk, &[], &[only(Fact::Thread(id("ana", 1)))]), [1, 2, 3, 4]);
    assert_eq!(found(&desk, &[], &[only(Fact::Channel(PLANS))]).len(), 5);
    assert_eq!(found(&desk, &[begin("l")], &[only(Fact::Thread(id("ana", 5)))]), [0; 0]);
    let weeks = |from, to| Fact::Within(Time(from * WEEK)..Time(to * WEEK));
    assert_eq!(found(&desk, &[], &[only(weeks(11, 13))]), [2, 3]);
    assert_eq!(found(&desk, &[begin("l")], &[only(weeks(12, 99))]), [3, 4]);
    assert_eq!(found(&desk, &[], &[only(weeks(13, 11))]), [0; 0]);
    assert_eq!(found(&desk, &[], &[only(Fact::Link)]), [1], "the mere word is no address");
    assert_eq!(found(&desk, &[word("launch")], &[only(Fact::Link)]), [1]);
    assert_eq!(found(&desk, &[word("launch")], &[Condition { not: true, fact: Fact::Link }]), [3, 4]);
    assert_eq!(found(&desk, &[Term { not: true, ..word("launch") }], &[only(by(&["ana"]))]), [5]);
    assert_eq!(found(&desk, &[], &[only(Fact::Channel(id("ana", 9)))]), [0; 0], "no such channel");
    assert_eq!(found(&desk, &[], &[only(Fact::Imported)]), [0; 0]);
    assert_eq!(found(&desk, &[], &[only(Fact::Posted), only(by(&["bo"]))]), [2, 3]);
}

#[test]
fn without_words_it_is_newest_first_and_shows_how_texts_start() {
    let desk = talk();
    let sought = Sought { words: Words::default(), conditions: vec![only(by(&["ana"]))] };
    let hits = page_of(&desk, &sought, &Place::START, 2).hits;
    let shown: Vec<_> = hits.iter().map(|hit| (hit.shown.message.seq, hit.snippet.as_str())).collect();
    assert_eq!(shown, [(5, "makan siang"), (4, "launch tomorrow")]);
}

#[test]
fn what_is_deleted_or_not_shown_answers_no_condition() {
    let mut desk = talk();
    let root = Some(id("ana", 99));
    desk.hear(&[Said { who: "bo", seq: 9, root, time: 15 * WEEK, title: None, text: "early" }]);
    desk.erase("bo", 3);
    for condition in [by(&["bo"]), Fact::Posted] {
        let all = found(&desk, &[], &[only(condition), only(by(&["bo"]))]);
        assert_eq!(all, [2]);
    }
}

#[test]
fn imported_messages_are_found_by_who_is_said_to_have_written_them() {
    let mut desk = talk();
    let file = "see\n[plan.pdf](https://files.example/plan.pdf)";
    desk.hear(&[Said { who: "ana", seq: 6, root: None, time: 9 * WEEK, title: None, text: file }]);
    desk.store
        .write(|tx| {
            let row = tx.message(&id("ana", 6))?.unwrap();
            let (source, author) = (Some("slack/T1".to_owned()), Some("Dewi".to_owned()));
            tx.put_message(&MessageRow { source, author, edited: true, ..row })
        })
        .unwrap();
    let claimants = desk.store.read(|read| read.claimants()).unwrap();
    assert_eq!(claimants, [(1, "Dewi".to_owned())]);
    let dewi = Fact::From { members: Vec::new(), claimants: vec![1] };
    assert_eq!(found(&desk, &[], &[only(dewi.clone())]), [6]);
    assert_eq!(found(&desk, &[word("see")], &[only(dewi)]), [6]);
    assert_eq!(found(&desk, &[], &[only(by(&["ana"]))]), [1, 4, 5], "who imports has not written it");
    assert_eq!(found(&desk, &[], &[only(Fact::Imported)]), [6]);
    assert_eq!(found(&desk, &[], &[only(Fact::Posted)]), [1, 2, 3, 4, 5]);
    assert_eq!(found(&desk, &[], &[only(Fact::Edited)]), [6]);
    assert_eq!(found(&desk, &[], &[only(Fact::Attachment)]), [6]);
    assert_eq!(found(&desk, &[], &[Condition { not: true, fact: Fact::Attachment }]), [1, 2, 3, 4, 5]);
}

/// Whether a text has a term, by a rule that shares nothing with the index.
fn has(text: &str, term: &Term) -> bool {
    let words: Vec<&str> = text.split(' ').collect();
    let wanted: Vec<&str> = term.text.split(' ').collect();
    words.windows(wanted.len()).any(|window| {
        let (last, before) = (wanted.len() - 1, &wanted[..wanted.len() - 1]);
        window[..last] == *before
            && if term.prefix { window[last].starts_with(wanted[last]) } else { window[last] == wanted[last] }
    })
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn what_is_found_is_what_reading_everything_finds(
        texts in prop::collection::vec("(ant|ape|bat|bee|cat)( (ant|ape|bat|bee|cat)){0,4}", 1..40),
        copies in 1..80_u64,
        terms in prop::collection::vec(("(a|an|ant|ape|b|bee|bat b|ant ape)", any::<bool>(), any::<bool>()), 1..4),
        limit in 1..300_u32,
    ) {
        let terms: Vec<_> = terms.into_iter().map(|(text, prefix, not)| Term { text, prefix, not }).collect();
        let count = texts.len() as u64 * copies;
        let text = |seq: u64| texts[usize::try_from(seq).unwrap() % texts.len()].as_str();
        let time = |seq: u64| seq % 3 * 5 * WEEK + seq;
        let mut desk = Desk::new();
        let said = |seq| Said { who: "ana", seq, root: None, time: time(seq), title: None, text: text(seq) };
        desk.hear(&(1..=count).map(said).collect::<Vec<_>>());
        let matches = |seq: &u64| {
            terms.iter().any(|term| !term.not) && terms.iter().all(|term| has(text(*seq), term) != term.not)
        };
        let mut expected: Vec<u64> = (1..=count).filter(matches).collect();
        let mut found = all_pages(&desk, &words(&terms), limit);
        if expected.len() > WINDOW {
            expected.sort_by_key(|seq| std::cmp::Reverse(time(*seq)));
        } else {
            found.sort_unstable();
        }
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn conditions_find_what_reading_everything_finds(
        texts in prop::collection::vec("(ant|ape|bat|https://a)( (ant|ape|bat|bee)){0,3}", 1..30),
        copies in 1..80_u64,
        terms in prop::collection::vec(("(a|ant|ape|b|bee|bat b)", any::<bool>(), any::<bool>()), 0..3),
        who in prop::option::of((any::<bool>(), 0..3_u64)),
        within in prop::option::of((any::<bool>(), 0..30_u64, 0..30_u64)),
        link in prop::option::of(any::<bool>()),
        judged in prop::option::of(any::<bool>()),
        among in prop::option::of((any::<bool>(), 1..200_u64)),
        limit in 1..300_u32,
    ) {
        let terms: Vec<_> = terms.into_iter().map(|(text, prefix, not)| Term { text, prefix, not }).collect();
        let count = texts.len() as u64 * copies;
        let text = |seq: u64| texts[usize::try_from(seq).unwrap() % texts.len()].as_str();
        let time = |seq: u64| seq % 30 * WEEK + seq;
        // Ana says most, cy next to nothing.
        let author = |seq: u64| if seq.is_multiple_of(97) { 2 } else { u64::from(seq.is_multiple_of(5)) };
        let names = ["ana", "bo", "cy"];
        let mut desk = Desk::new();
        let said = |seq| Said {
            who: names[usize::try_from(author(seq)).unwrap()], seq, root: None, time: time(seq), title: None, text: text(seq)
        };
        desk.hear(&(1..=count).map(said).collect::<Vec<_>>());
        let mut conditions = Vec::new();
        if let Some((not, at)) = who {
            conditions.push(Condition { not, fact: by(&[names[usize::try_from(at).unwrap()]]) });
        }
        // Within a week, some are in and some out.
        let range = within.map(|(not, from, to)| (not, from * WEEK + from * 40, to * WEEK + to * 40));
        if let Some((not, from, to)) = range {
            conditions.push(Condition { not, fact: Fact::Within(Time(from)..Time(to)) });
        }
        if let Some(not) = link {
            conditions.push(Condition { not, fact: Fact::Link });
        }
        if let Some(not) = judged {
            let judge = |_: &Read<'_>, messages: &[(i64, Glance)]| {
                Ok(messages.iter().map(|(_, glance)| glance.seq.is_multiple_of(3)).collect())
            };
            conditions.push(Condition { not, fact: Fact::Judged(Judge::new(judge)) });
        }
        if let Some((not, step)) = among {
            let some = (1..=count).filter(|seq| seq.is_multiple_of(step));
            let some = some.map(|seq| id(names[usize::try_from(author(seq)).unwrap()], seq)).collect();
            conditions.push(Condition { not, fact: Fact::Among(some) });
        }
        let matches = |seq: &u64| {
            terms.iter().all(|term| has(&text(*seq).replace("://", " "), term) != term.not)
                && who.is_none_or(|(not, at)| (author(*seq) == at) != not)
                && range.is_none_or(|(not, from, to)| (from..to).contains(&time(*seq)) != not)
                && judged.is_none_or(|not| seq.is_multiple_of(3) != not)
                && among.is_none_or(|(not, step)| seq.is_multiple_of(step) != not)
                && link.is_none_or(|not| text(*seq).contains("https://") != not)
        };
        let asked = !conditions.is_empty() || terms.iter().any(|term| !term.not);
        let mut expected: Vec<u64> = (1..=count).filter(|seq| asked && matches(seq)).collect();
        let mut found = pages(&desk, &Sought { words: words(&terms), conditions }, limit);
        if expected.len() > WINDOW || terms.iter().all(|term| term.not) {
            expected.sort_by_key(|seq| std::cmp::Reverse(time(*seq)));
        } else {
            found.sort_unstable();
        }
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn nothing_that_a_person_types_reaches_the_search_language(
        terms in prop::collection::vec(("(\\PC|[\"'*():^\\-\0 ]|AND|OR|NOT|NEAR|title:){0,12}", any::<bool>(), any::<bool>()), 0..6)
    ) {
        let desk = desk();
        let terms: Vec<_> = terms.into_iter().map(|(text, prefix, not)| Term { text, prefix, not }).collect();
        let sought = Sought { words: words(&terms), conditions: Vec::new() };
        let found = desk.store.read(|read| read.search(&sought, &Place::START, 100));
        prop_assert!(found.is_ok(), "{terms:?}: {found:?}");
    }
}
