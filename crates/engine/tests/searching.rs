//! Searches of a small team that writes English and Indonesian, against a golden file that reads well:
//! `CREMONA_BLESS=1` writes it anew, to be read through before it is kept.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test that meets an error has failed

mod world;

use std::fmt::Write;
use std::path::Path;

use cremona_engine::ask::{Flagging, Hits, How, ImportBatch, ImportChannel, ImportMessage};
use cremona_engine::{Answer, Ask, Failure, Reason};
use cremona_envelope::Time;

use world::World;

const DAY: u64 = 86_400_000;

/// Who says what, a day apart each, from 1 December 2026; `>` answers what was said first.
const TALK: &[(&str, &str, &str)] = &[
    ("ana", "general", "Launch plan\nWe launch on Monday. The plan is at https://a.example/plan"),
    ("bo", ">", "Monday works. Who tells the customers about the launch?"),
    ("ani", ">", "Saya kabari pelanggan besok pagi."),
    ("ana", "general", "Lunch in Cremona\nWhere do we eat on Friday? I would like the café at the corner."),
    ("bo", ">", "The cafe is closed on Fridays. The bakery?"),
    ("ani", "kopi", "Rapat mingguan\nRapat pindah ke hari Kamis jam 10:30, tolong semua hadir."),
    ("ana", ">", "Can we keep the weekly meeting in English every second week?"),
    ("bo", ">", "Boleh. Kita gantian, minggu ini bahasa Indonesia."),
    ("ani", "kopi", "Siapa yang mau kopi? Saya pesan kopi susu dan kopi hitam."),
    ("bo", ">", "Kopi susu satu, terima kasih!"),
    ("ana", "general", "Budget draft\nThe budgets of last year are in the draft; the new budget is not."),
    ("bo", ">", "The draft needs numbers for travel, re-send it when they are in."),
    ("ana", ">", "Numbers are in, the budget is final."),
    ("ani", "general", "Makan siang\nMakanan di kantin enak hari ini, makan bersama jam dua belas."),
    ("bo", "general", "The build is broken since yesterday, see http://ci.example/7"),
    ("ana", ">", "Fixed. A test was wrong, not the code."),
    ("bo", "general", "Anggaran\nAnggaran perjalanan belum disetujui, tunggu keputusan Ana."),
    ("ani", ">", "Keputusan: anggaran disetujui sampai Maret."),
    ("ana", "general", "Launch retrospective\nThe launch day went well. Launch days are long days."),
    ("bo", "general", "Nothing to launch today."),
];

/// What is asked.
const QUERIES: &[&str] = &[
    "launch",
    "LAUNCH day",
    "\"launch day\"",
    "\"day launch\"",
    "launch -monday",
    "laun*",
    "l*",
    "\"launch d\"*",
    "café",
    "cafe",
    "kopi",
    "kopi -susu",
    "\"kopi susu\"",
    "makan",
    "makan*",
    "anggaran",
    "anggar* -belum",
    "keputusan",
    "rapat kamis",
    "10:30",
    "re-send",
    "\"10:30\"",
    "jam",
    "budget",
    "budget*",
    "budget* -draft",
    "terima kasih",
    "hari",
    "\"hari ini\"",
    "zebra",
    "saya",
    "the",
    "https://a.example/plan",
    "note: launch",
    "from:bo",
    "from:BO launch",
    "-from:bo launch",
    "from:ana channel:kopi",
    "channel:kopi",
    "channel:#kop kopi",
    "-channel:general",
    "has:link",
    "launch has:link",
    "-has:link launch",
    "is:edited",
    "-is:edited budget",
    "kind:imported",
    "kind:message kopi",
    "from:dewi",
    "from:\"Dewi Lestari\" peluncuran",
    "has:attachment",
    "on:2026-12-05",
    "before:2026-12-02",
    "after:2026-12-18",
    "on:2026-12 kopi",
    "before:2026",
    "on:2025-06",
    "yesterday",
    "from:me launch",
    "from:ana -launch -budget after:2026-12-10",
    "kopi from:ani before:2026-12-31",
    "-kopi channel:kopi from:ani",
];

/// Ana's node after all that was said.
fn told() -> World {
    let mut world = World::founded_by("ana");
    for name in ["bo", "ani"] {
        world.person(name);
        world.connect("ana", name);
    }
    let create = Ask::ChannelCreate { name: "kopi".to_owned(), purpose: String::new() };
    world.ask("ana", create);
    world.settle();
    let mut first = String::new();
    for (day, (who, place, text)) in TALK.iter().enumerate() {
        world.now = Time(1_796_083_200_000 + day as u64 * DAY + 3_600_000);
        if *place == ">" {
            world.reply(who, &first, text);
        } else {
            let (title, text) = match text.split_once('\n') {
                Some((title, text)) => (Some(title.to_owned()), text),
                None => (None, *text),
            };
            let ask = Ask::Post { channel: (*place).to_owned(), text: text.to_owned(), title, how: How::default() };
            let Answer::Posted(posted) = world.ask(who, ask) else { panic!("not posted") };
            first = posted.id;
        }
        world.settle();
    }
    let message = world.read("ana", "general").into_iter().find(|message| message.text.starts_with("Numbers")).unwrap();
    let text = "Numbers are in, the budget is final and signed.".to_owned();
    world.ask("ana", Ask::Edit { message: message.id, text });
    import(&mut world);
    world
}

/// Ana brings in two messages of June 2025.
fn import(world: &mut World) {
    let said = |ts: &str, author: &str, text: &str| ImportMessage {
        channel: "C1".to_owned(),
        ts: ts.to_owned(),
        time_ms: 1_749_000_000_000,
        root: None,
        author_id: author.to_owned(),
        author_name: author.to_owned(),
        text: text.to_owned(),
        edited_ms: None,
        reactions: Vec::new(),
        tombstone: false,
    };
    let channel = ImportChannel { id: "C1".to_owned(), name: "lama".to_owned(), purpose: String::new(), created_ms: 1 };
    world.ask(
        "ana",
        Ask::Import(ImportBatch {
            source: "slack/T1".to_owned(),
            channels: vec![channel],
            messages: vec![
                said(
                    "1.1",
                    "Dewi Lestari",
                    "Peluncuran pertama, lihat berkas\n[rencana.pdf](https://files.example/rencana.pdf)",
                ),
                said("1.2", "Bo", "Thanks, I read the launch file."),
            ],
            dry_run: false,
        }),
    );
}

fn ask(world: &mut World, query: &str, typing: bool) -> Result<Hits, Failure> {
    let now = world.now;
    let ask = Ask::Search { query: query.to_owned(), limit: 50, before: None, typing };
    let Answer::Hits(hits) = world.nodes.get_mut("ana").unwrap().answer(ask, now)? else { panic!("no hits") };
    Ok(hits)
}

fn refused(world: &mut World, query: &str) -> (Reason, String) {
    let failure = ask(world, query, false).unwrap_err();
    assert!(!failure.hint.is_empty(), "{query}: it says what to do");
    (failure.reason, failure.message)
}

#[test]
fn sixty_searches_in_two_languages_find_what_the_golden_file_says() {
    let mut world = told();
    let mut out = String::new();
    for query in QUERIES {
        let hits = ask(&mut world, query, false).unwrap_or_else(|failure| panic!("{query}: {failure}"));
        let _ = writeln!(out, "{query}\n{}", "-".repeat(query.chars().count()));
        for hit in &hits.hits {
            let text = hit.snippet.replace('\n', " / ");
            let _ = writeln!(out, "{} #{} {}: {text}", &hit.time[..10], hit.channel, hit.author.name);
        }
        assert_eq!((hits.total, hits.at_least, &hits.next), (hits.hits.len() as u64, false, &None));
        let _ = writeln!(out, "{} found\n", hits.total);
    }
    assert!(QUERIES.len() >= 60);
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/search.txt");
    if std::env::var_os("CREMONA_BLESS").is_some() {
        std::fs::write(&golden, &out).unwrap();
    }
    let kept = std::fs::read_to_string(&golden).unwrap();
    for (line, (is, was)) in out.lines().zip(kept.lines()).enumerate() {
        assert_eq!(is, was, "line {} of {}", line + 1, golden.display());
    }
    assert_eq!(out.lines().count(), kept.lines().count());
}

#[test]
fn names_that_are_not_there_or_fit_several_are_pointed_at() {
    let mut world = told();
    let told = |reason, message: &str| (reason, message.to_owned());
    assert_eq!(
        refused(&mut world, "kopi channel:umum"),
        told(Reason::NotFound, "there is no channel \"umum\" (column 6 of the search)")
    );
    assert_eq!(
        refused(&mut world, "from:zed"),
        told(Reason::NotFound, "there is no person \"zed\" (column 1 of the search)")
    );
    let (reason, message) = refused(&mut world, "é from:an");
    assert_eq!(reason, Reason::Ambiguous);
    assert!(message.contains("ana (") && message.contains("ani (") && message.ends_with("(column 3 of the search)"));
    assert_eq!(
        refused(&mut world, "thread:abcdef"),
        told(Reason::NotFound, "there is no thread \"abcdef\" (column 1 of the search)")
    );
    assert_eq!(refused(&mut world, "is:unred").0, Reason::Usage);
}

#[test]
fn a_thread_is_found_by_any_message_of_it() {
    let mut world = told();
    let messages = world.read("ana", "kopi");
    let reply = messages.iter().find(|message| message.text.starts_with("Boleh")).unwrap();
    let hits = ask(&mut world, &format!("thread:{}", &reply.id[..8]), false).unwrap();
    assert_eq!(hits.total, 3);
    let member = messages[0].author.member.clone();
    let by_id = ask(&mut world, &format!("from:{member}"), false).unwrap();
    let by_name = ask(&mut world, "from:ani", false).unwrap();
    assert_eq!((by_id.total, by_id.hits), (by_name.total, by_name.hits));
}

#[test]
fn a_thread_is_found_by_the_title_that_it_has_now() {
    let mut world = told();
    let root =
        world.read("ana", "general").into_iter().find(|message| message.text.starts_with("Where do we")).unwrap();
    let retitle = |world: &mut World, who: &str, title: &str| {
        world.ask(who, Ask::Retitle { thread: root.id.clone(), title: title.to_owned() });
        world.settle();
    };
    let found = |world: &mut World, query: &str| ask(world, query, false).unwrap().total;
    assert_eq!(found(&mut world, "cremona"), 1, "the title that it came with");
    retitle(&mut world, "bo", "Feast in Mantua");
    assert_eq!((found(&mut world, "mantua"), found(&mut world, "\"feast in\" café")), (1, 1));
    assert_eq!((found(&mut world, "cremona"), found(&mut world, "lunch")), (0, 0), "a title that is gone");
    assert_eq!(found(&mut world, "-feast eat"), 0);
    assert_eq!(ask(&mut world, "man", true).unwrap().hits[0].snippet, "Feast in «Mantua»");
    retitle(&mut world, "ani", "Pesta");
    assert_eq!((found(&mut world, "mantua"), found(&mut world, "pesta")), (0, 1));
    world.ask("ana", Ask::Edit { message: root.id.clone(), text: "Where do we drink?".to_owned() });
    assert_eq!((found(&mut world, "pesta drink"), found(&mut world, "pesta eat")), (1, 0), "an edit leaves the title");
    for who in ["ana", "bo", "ani"] {
        let Answer::Checked(checked) = world.ask(who, Ask::Fsck { repair: false }) else { panic!("not checked") };
        assert_eq!(checked.problems, Vec::<String>::new(), "{who}'s index is the one that is built anew");
    }
    let Answer::Checked(_) = world.ask("ana", Ask::Fsck { repair: true }) else { panic!("not repaired") };
    assert_eq!(found(&mut world, "pesta drink"), 1);
    world.ask("ana", Ask::Delete { message: root.id.clone() });
    assert_eq!(found(&mut world, "pesta"), 0);
}

#[test]
fn results_come_while_the_query_is_typed() {
    let mut world = told();
    let whole = ask(&mut world, "launch from:bo", false).unwrap();
    let query = "launch from:bo";
    for end in 1..=query.len() {
        let typed =
            ask(&mut world, &query[..end], true).unwrap_or_else(|failure| panic!("{}: {failure}", &query[..end]));
        // `fro` is a beginning of a word, until the colon makes it an operator.
        let operator = !(8..12).contains(&end);
        assert!(!operator || typed.total >= whole.total, "{}", &query[..end]);
    }
    assert_eq!(ask(&mut world, query, true).unwrap().hits, whole.hits);
    assert_eq!(ask(&mut world, "", true).unwrap().total, 0);
    assert_eq!(ask(&mut world, "kopi from:an", true).unwrap().total, ask(&mut world, "kopi ", true).unwrap().total);
    assert!(ask(&mut world, "anggar", true).unwrap().total > ask(&mut world, "anggar ", true).unwrap().total);
}

#[test]
fn what_is_said_about_messages_is_found() {
    let mut world = told();
    let find = |world: &mut World, text: &str| {
        let all: Vec<_> = ["general", "kopi"].iter().flat_map(|place| world.read("ana", place)).collect();
        all.into_iter().find(|message| message.text.starts_with(text)).unwrap().id
    };
    let (draft, rapat) = (find(&mut world, "The draft needs"), find(&mut world, "Rapat"));
    let flag = Flagging { colour: "red".to_owned(), by: None, to: vec!["bo".to_owned()], escalate: false };
    world.ask("ana", Ask::Flag { message: draft, flag });
    world.ask("ana", Ask::Pin { message: rapat, on: true });
    world.post("ana", "@bo lihat ini");
    let mut found = |query: &str| {
        let hits = ask(&mut world, query, false).unwrap_or_else(|failure| panic!("{query}: {failure}"));
        hits.hits.iter().map(|hit| hit.snippet.chars().take(9).collect::<String>()).collect::<Vec<_>>()
    };
    for query in ["flag:red", "is:flagged", "flag:red draft", "-flag:green is:flagged"] {
        assert_eq!(found(query).len(), 1, "{query}");
    }
    assert_eq!(found("flag:yellow").len(), 0);
    assert_eq!(found("is:pinned"), ["Rapat pin"]);
    assert_eq!(found("-is:pinned rapat").len(), 0);
    assert_eq!(found("mentions:bo"), ["@bo lihat"]);
    assert_eq!(found("to:bo").len(), 2, "flagged to him, and mentioning him");
    assert_eq!(found("to:ani").len(), 0);
}
