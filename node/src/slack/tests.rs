//! Stories about whole archives, good and hostile; every ZIP is made here.

use std::io::{Cursor, Write};

use cremona_engine::ask::ImportMessage;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::archive::Limits;
use super::{Export, Failure, Item, sample_export};

const USERS: &str = r#"[{"id":"U1","team_id":"T1","profile":{"display_name":"Ana"}},{"id":"U2","team_id":"T1","real_name":"Bo"},
    {"id":"U3","team_id":"T9","name":"cy"}]"#;
const CHANNELS: &str = r#"[{"id":"C1","name":"plans","created":1700000000,"members":null},{"id":"C2","name":"tea","created":"1700000001"}]"#;

/// What came of one archive.
struct Seen {
    source: String,
    messages: Vec<ImportMessage>,
    skips: Vec<&'static str>,
}

impl Seen {
    fn message(&self, ts: &str) -> &ImportMessage {
        self.messages.iter().find(|message| message.ts == ts).unwrap()
    }

    fn texts(&self) -> Vec<&str> {
        self.messages.iter().map(|message| message.text.as_str()).collect()
    }
}

fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// An export with the usual lists and these files more.
fn export_of(files: &[(&str, &str)]) -> Vec<u8> {
    let lists = [("users.json", USERS), ("channels.json", CHANNELS)];
    let all: Vec<(&str, &[u8])> = lists.iter().chain(files).map(|(name, text)| (*name, text.as_bytes())).collect();
    zip_of(&all)
}

fn read_within(zip: &[u8], limits: Limits) -> Result<Seen, Failure> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(zip).unwrap();
    let mut export = Export::open_within(file.path(), limits)?;
    let mut seen = Seen { source: export.source().to_owned(), messages: Vec::new(), skips: Vec::new() };
    export.visit(|item, _| {
        match item {
            Item::Message(message) => seen.messages.push(*message),
            Item::Skip(reason) => seen.skips.push(reason),
        }
        Ok(())
    })?;
    Ok(seen)
}

fn read(zip: &[u8]) -> Seen {
    read_within(zip, Limits::USUAL).unwrap_or_else(|failure| panic!("{failure:?}"))
}

fn refused(zip: &[u8]) -> String {
    refused_within(zip, Limits::USUAL)
}

fn refused_within(zip: &[u8], limits: Limits) -> String {
    read_within(zip, limits).map(|seen| seen.texts().join(" ")).unwrap_err().message
}

fn message(ts: &str, thread: &str, text: &str) -> String {
    format!(r#"{{"type":"message","user":"U1","ts":"{ts}","thread_ts":"{thread}","text":"{text}"}}"#)
}

#[test]
fn bo_answers_ana_days_later_and_all_stand_in_order_of_time() {
    let (root, early, late) =
        (message("100.0", "100.0", "shall we?"), message("150.0", "100.0", "soon"), message("99999.5", "100.0", "yes"));
    let seen = read(&export_of(&[
        ("plans/2024-01-09.json", &format!("[{late}]")),
        ("plans/2024-01-02.json", &format!("[{early},{root}]")),
        ("tea/2024-01-01.json", "[]"),
        ("tea/2024-01-02.json", "null"),
        ("tea/canvas.json", "[{}]"),
    ]));
    assert_eq!(
        (seen.source.as_str(), seen.texts(), seen.skips.len()),
        ("slack/T1", vec!["shall we?", "soon", "yes"], 0)
    );
    assert_eq!(seen.message("100.0").root, None);
    let root = seen.message("99999.5").root.clone().unwrap();
    assert_eq!((root.ts.as_str(), root.content), ("100.0", blake3::hash(b"shall we?").to_hex().to_string()));
    assert_eq!(seen.message("100.0").author_name, "Ana");
}

#[test]
fn a_deleted_root_keeps_its_replies_and_a_lost_one_is_stood_in_for() {
    let tomb = r#"{"type":"message","subtype":"tombstone","user":"USLACKBOT","ts":"1.0","thread_ts":"1.0","text":"This message was deleted."}"#;
    let (live, orphan, sibling) =
        (message("2.0", "1.0", "still here"), message("3.0", "0.5", "where?"), message("4.0", "0.5", "here"));
    let seen = read(&export_of(&[("plans/2024-01-01.json", &format!("[{tomb},{live},{orphan},{sibling}]"))]));
    assert!(seen.message("1.0").tombstone && seen.message("1.0").text.is_empty());
    assert_eq!(seen.message("2.0").root.as_ref().map(|root| root.ts.as_str()), Some("1.0"));
    assert_eq!(seen.message("3.0").root, None);
    assert_eq!(seen.message("4.0").root.as_ref().map(|root| root.ts.as_str()), Some("3.0"));
}

#[test]
fn a_bad_message_costs_itself_and_a_broken_file_costs_one() {
    let good = message("5.0", "5.0", "fine");
    let seen = read(&export_of(&[
        (
            "plans/2024-01-01.json",
            &format!(r#"[7,{{"ts":"never","text":"x"}},{good},{{"ts":"1.0","subtype":"channel_join","text":"x"}}]"#),
        ),
        ("plans/2024-01-02.json", &format!("[{good},")),
        ("plans/2024-01-03.json", r#"{"messages":[]}"#),
        ("plans/2024-01-04.json", ""),
    ]));
    assert_eq!(seen.texts(), ["fine"]);
    let file = "unreadable file";
    assert_eq!(
        seen.skips,
        ["not a message object", "its timestamp is missing or can't be read", "system message", file, file, file]
    );
}

#[test]
fn what_may_be_private_is_never_read_as_public() {
    let said = message("1.0", "1.0", "secret");
    let said = format!("[{said},{said}]");
    let seen = read(&export_of(&[
        ("groups.json", r#"[{"id":"G1","name":"board"},{"id":"G2","name":"tea"}]"#),
        ("dms.json", r#"[{"id":"D1","members":["U1","U2"]}]"#),
        ("mpims.json", "{ broken"),
        ("board/2024-01-01.json", &said),
        ("D1/2024-01-01.json", &said),
        ("tea/2024-01-01.json", &said),
        ("mpdm-ana--bo-1/2024-01-01.json", &said),
    ]));
    assert!(seen.messages.is_empty());
    let count = |part: &str| seen.skips.iter().filter(|skip| skip.contains(part)).count();
    assert_eq!((count("not imported"), count("not listed")), (6, 2));

    let flagged = [
        ("channels.json", r#"[{"id":"C1","name":"plans","is_private":true}]"#.as_bytes()),
        ("plans/2024-01-01.json", said.as_bytes()),
    ];
    assert!(read(&zip_of(&flagged)).messages.is_empty());
}

#[test]
fn two_importers_name_the_export_alike_without_users_too() {
    let one = zip_of(&[
        ("channels.json", br#"[{"id":"C1","name":"a"},{"id":"C2","name":"b"}]"#),
        ("a/2024-01-01.json", b"[]"),
    ]);
    let other = zip_of(&[
        ("a/2024-01-01.json", b"[]"),
        ("channels.json", br#"[{"id":"C2","name":"b"},{"id":"C1","name":"a"}]"#),
    ]);
    assert_eq!(read(&one).source, read(&other).source);
    assert_eq!(read(&one).source.len(), "slack/".len() + 16);
}

#[test]
fn what_is_no_export_is_refused_and_says_so() {
    assert!(refused(b"hello, I am a text").contains("not a ZIP file"));
    assert!(refused(&[]).contains("not a ZIP file"));
    assert!(refused(&zip_of(&[("photos/cat.jpg", b"meow")])).contains("not a Slack export"));
    assert!(refused(&zip_of(&[("channels.json", b"[]")])).contains("not a Slack export"));
    assert!(
        refused(&zip_of(&[("channels.json", b"{"), ("a/2024-01-01.json", b"[]")]))
            .contains("channels.json of the export")
    );
    assert!(read(&zip_of(&[("channels.json", b"null"), ("users.json", b"null")])).messages.is_empty());
    let cut = export_of(&[("plans/2024-01-01.json", "[]")]);
    assert!(refused(&cut[..cut.len() - 30]).contains("not a ZIP file"));
}

#[test]
fn a_name_that_leads_out_condemns_the_archive() {
    for name in ["../../etc/passwd", "/etc/passwd", "plans/../../x.json", "C:/x.json", "plans\\..\\x"] {
        // The writer would tidy such names away, so they are put in afterwards.
        let stand_in = "a".repeat(name.len());
        let mut zip = export_of(&[(&stand_in, "[]")]);
        replace(&mut zip, stand_in.as_bytes(), name.as_bytes());
        assert!(refused(&zip).contains("leads out"), "{name}");
    }
}

#[test]
fn bombs_are_refused_whatever_they_declare() {
    let bomb = vec![b' '; 3 * 1024 * 1024];
    let zip = |name| zip_of(&[("users.json", b"[]"), ("channels.json", CHANNELS.as_bytes()), (name, &bomb)]);
    assert!(refused(&zip("plans/2024-01-01.json")).contains("unpacks to more than"), "ratio");
    assert!(refused(&zip("dms.json")).contains("unpacks to more than"), "ratio of a list");
    assert!(read(&zip("uploads/picture.bin")).messages.is_empty(), "what is never read can't harm");

    let small = Limits { entry: 2 * 1024 * 1024, ..Limits::USUAL };
    assert!(refused_within(&zip("plans/2024-01-01.json"), small).contains("is longer than"), "declared");
    let mut liar = zip("plans/2024-01-01.json");
    replace(&mut liar, &(3 * 1024 * 1024_u32).to_le_bytes(), &7_u32.to_le_bytes());
    let lied = read_within(&liar, Limits { ratio: 5_000, ..small }).unwrap_or_else(|failure| panic!("{failure:?}"));
    assert_eq!((lied.messages.len(), lied.skips), (0, vec!["unreadable file"]), "the reader stops where the lie ends");

    let total = Limits { total: 1_000, ..Limits::USUAL };
    let days = export_of(&[("plans/2024-01-01.json", &" ".repeat(400)), ("plans/2024-01-02.json", &" ".repeat(400))]);
    assert!(refused_within(&days, total).contains("unpacks to more than"), "total");
    assert!(refused_within(&days, Limits { entries: 3, ..Limits::USUAL }).contains("4 entries"), "entries");
}

#[test]
fn damage_at_any_byte_is_survived() {
    let zip = export_of(&[("plans/2024-01-01.json", &format!("[{}]", message("1.0", "1.0", "hello")))]);
    for at in 0..zip.len() {
        let mut hurt = zip.clone();
        hurt[at] ^= 0x5a;
        if let Ok(seen) = read_within(&hurt, Limits::USUAL) {
            assert!(seen.messages.len() + seen.skips.len() <= 1, "byte {at}");
        }
    }
}

#[test]
fn a_crowded_file_is_read_up_to_its_limit_and_the_rest_counted() {
    let many = format!("[{}{}]", "{},".repeat(super::MAX_FILE), message("1.0", "1.0", "too late"));
    let limits = Limits { ratio: 5_000, ..Limits::USUAL };
    let seen = read_within(&export_of(&[("plans/2024-01-01.json", &many)]), limits)
        .unwrap_or_else(|failure| panic!("{failure:?}"));
    assert_eq!((seen.messages.len(), seen.skips.len()), (0, super::MAX_FILE + 1));
    assert_eq!(seen.skips.first(), Some(&"more than 100000 messages in one file"));
}

#[test]
fn the_sample_is_the_same_every_time_and_has_no_loose_ends() {
    assert_eq!(sample_export(), sample_export());
    let seen = read(&sample_export());
    assert_eq!((seen.messages.len(), seen.skips.len()), (119, 0));
    let roots = seen.messages.iter().filter(|message| message.root.is_none()).count();
    let reacted = seen.messages.iter().filter(|message| !message.reactions.is_empty()).count();
    let edited = seen.messages.iter().filter(|message| message.edited_ms.is_some()).count();
    assert!(roots >= 20 && reacted >= 10 && edited >= 3, "{roots} {reacted} {edited}");
    let times: Vec<u64> = seen.messages.iter().map(|message| message.time_ms).collect();
    let days = (times.iter().max().unwrap() - times.iter().min().unwrap()) / 86_400_000;
    assert!((80..100).contains(&days), "{days}");
    assert!(
        seen.messages
            .iter()
            .all(|message| !message.text.contains(['<', '&']) || message.text.contains("<this is our whole pitch>"))
    );
}

fn replace(bytes: &mut [u8], from: &[u8], to: &[u8]) {
    assert_eq!(from.len(), to.len());
    let places: Vec<usize> =
        bytes.windows(from.len()).enumerate().filter(|(_, window)| *window == from).map(|(at, _)| at).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
}
