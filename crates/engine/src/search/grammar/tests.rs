//! What queries are read as, and what is refused at which column.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;
use crate::ask::{Failure, Reason};
use crate::search::period::Period;
use crate::search::query::{State, Thing};

fn words(text: &str) -> What {
    What::Words { text: text.to_owned(), quoted: false, begins: false }
}

/// What a query says, without the columns.
fn meant(text: &str) -> Vec<(bool, What)> {
    parse(text).unwrap().items.into_iter().map(|item| (item.not, item.what)).collect()
}

fn fault(text: &str) -> (usize, Wrong) {
    let Fault { column, wrong } = parse(text).unwrap_err();
    (column, wrong)
}

#[test]
fn words_phrases_and_what_must_not_occur() {
    let phrase = |text: &str, begins| What::Words { text: text.to_owned(), quoted: true, begins };
    let begins = What::Words { text: "budg".to_owned(), quoted: false, begins: true };
    assert_eq!(
        meant("plan \"launch day\" -draft budg* -\"to d\"*"),
        [
            (false, words("plan")),
            (false, phrase("launch day", false)),
            (true, words("draft")),
            (false, begins),
            (true, phrase("to d", true))
        ]
    );
    assert_eq!(meant("one\"two\"three").len(), 3);
    assert_eq!(meant(" * kopi - ! "), [(false, words("kopi"))]);
}

#[test]
fn operators_take_a_word_or_what_is_quoted() {
    let filter = |filter| (false, What::Filter(filter));
    assert_eq!(meant("from:bo"), [filter(Filter::From("bo".to_owned()))]);
    assert_eq!(meant("FROM:\" Ana Bo \""), [filter(Filter::From("Ana Bo".to_owned()))]);
    assert_eq!(meant("-is:Edited"), [(true, What::Filter(Filter::Is(State::Edited)))]);
    assert_eq!(meant("has:link kopi"), [filter(Filter::Has(Thing::Link)), (false, words("kopi"))]);
    assert_eq!(meant("due:overdue")[0], filter(Filter::Due(Due::Overdue)));
    assert_eq!(meant("due:<today")[0], filter(Filter::Due(Due::Before(Period::Today))));
    assert_eq!(meant("due:>Tomorrow")[0], filter(Filter::Due(Due::After(Period::Tomorrow))));
    assert_eq!(meant("channel:#umum")[0], filter(Filter::Channel("#umum".to_owned())));
}

#[test]
fn addresses_times_and_sentences_are_words() {
    for word in ["https://a.example/b", "10:30", "catatan:", ":D", "a:", "http://from:x", "from://x"] {
        assert_eq!(meant(word), [(false, words(word))]);
    }
    assert_eq!(parse("from:\"//x\"").unwrap().to_string(), "from:\"//x\"");
    assert_eq!(meant("note: from:ana").len(), 2);
}

#[test]
fn a_fault_says_where_it_is_in_characters() {
    assert_eq!(fault("plan \"launch"), (6, Wrong::Open));
    assert_eq!(fault("é é \"launch"), (5, Wrong::Open));
    assert_eq!(fault("é from:\"ana"), (8, Wrong::Open));
    assert_eq!(fault("kopi form:ana"), (6, Wrong::Unknown("form".to_owned())));
    assert_eq!(fault("kopi -from: ana"), (6, Wrong::Empty("from")));
    assert_eq!(fault("from:\" \""), (1, Wrong::Empty("from")));
    assert_eq!(fault("on:2026-02-30"), (1, Wrong::Date("on", "2026-02-30".to_owned())));
    assert_eq!(
        fault("a is:unred"),
        (3, Wrong::Value("is", "unred".to_owned(), State::ALL.iter().map(|s| s.0).collect()))
    );
    assert_eq!(fault(&"a".repeat(1_001)), (1_001, Wrong::Long(1_000)));
    assert_eq!(fault(&"a ".repeat(33)), (65, Wrong::Many(32)));
    for nothing in ["", "  -draft ", "***", "\"\""] {
        assert_eq!(fault(nothing), (1, Wrong::Nothing));
    }
}

#[test]
fn a_fault_says_what_to_do() {
    let told = |text| Failure::from(parse(text).unwrap_err());
    let failure = told("kopi form:ana");
    assert_eq!(failure.message, "there is no operator form: (column 6 of the search)");
    assert_eq!(failure.hint, "did you mean from: ? Else, for these very words put them between quotation marks");
    assert!(told("is:unred").hint.starts_with("did you mean is:unread?"));
    assert!(told("before:soon").hint.contains("before:2026-01-31"));
    assert!(told("catatan:kopi").hint.contains("channel: thread: from:"));
    assert_eq!(told("from:").hint, "write for instance from:ana or from:\"Ana Bo\"");
    assert_eq!(told("from:").reason, Reason::Usage);
}

#[test]
fn what_is_still_being_typed_is_left_out_until_it_holds() {
    let typed = |text| parse_unfinished(text).unwrap().to_string();
    assert_eq!(typed("kopi from:"), "kopi ");
    assert_eq!(typed("kopi is:unr"), "kopi ");
    assert_eq!(typed("kopi \"launch da"), "kopi \"launch da\"*");
    assert_eq!(typed("kopi -"), "kopi ");
    assert_eq!(typed("ko"), "ko");
    assert_eq!(typed(""), "");
    let fault = parse_unfinished("is:unr kopi").unwrap_err();
    assert_eq!(fault.column, 1, "that was not being typed any more");
}

/// Text that looks like a query, in parts.
fn query_like() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "\\PC{0,6}",
        "[a-zA-Zé]{1,9}:",
        "(channel|thread|from|to|mentions|is|has|before|after|on|flag|due|kind):",
        "(unread|edited|link|red|[<>]?2026-02-1[0-9]|[<>]?2025-1[0-9]|[<>]?today|any|overdue|imported|#umum|ana)",
        "[\"\\-* \t:/]",
        Just("\"".to_owned()),
        Just(" ".to_owned()),
    ];
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

fn cases() -> ProptestConfig {
    let read = |name| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let cases = u32::try_from(read("CREMONA_CASES").unwrap_or(2_000)).unwrap_or(u32::MAX);
    let seed = read("CREMONA_SEED").unwrap_or(1);
    println!("replay with CREMONA_CASES={cases} CREMONA_SEED={seed}");
    ProptestConfig { cases, rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn whatever_is_typed_is_read_or_pointed_at(text in prop_oneof![query_like(), "(?s).{0,40}"]) {
        for read in [parse, parse_unfinished] {
            if let Err(fault) = read(&text) {
                prop_assert!((1..=text.chars().count().max(1)).contains(&fault.column), "{fault:?}");
            }
        }
        if parse(&text).is_ok() {
            prop_assert!(parse_unfinished(&text).is_ok(), "what holds, holds while it is typed");
        }
    }

    #[test]
    fn what_is_written_out_reads_as_the_same(text in query_like()) {
        if let Ok(query) = parse(&text) {
            let written = query.to_string();
            let again = parse(&written);
            prop_assert!(again.is_ok(), "{written:?}: {again:?}");
            let again = again.unwrap();
            prop_assert_eq!(again.to_string(), written);
            let plain = |query: Query| (query.open, query.items.into_iter().map(|item| (item.not, item.what)).collect::<Vec<_>>());
            prop_assert_eq!(plain(again), plain(query));
        }
    }
}
