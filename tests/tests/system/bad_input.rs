//! Bad input: a clear error, what to do, the right exit code, and nothing lost.

use crate::person::{Town, check_refusal};

#[test]
fn keys_that_are_none() {
    let town = Town::new();
    let (_, key) = town.founder();
    let bo = town.person("bo");
    let typo = key.replacen(&key[20..21], if &key[20..21] == "q" { "p" } else { "q" }, 1);
    bo.refused(&["join", &typo, "--as", "bo"], 2, "letter");
    bo.refused(&["join", &key[..40], "--as", "bo"], 2, "letters");
    bo.refused(&["join", "hello", "--as", "bo"], 2, "starts with");
    bo.refused(&["join", "", "--as", "bo"], 2, "empty");
    bo.refused(&["join", &format!("{key}@nonsense"), "--as", "bo"], 2, "host:port");
    bo.refused(&["join", &key, "--as", "  "], 2, "name is empty");
    bo.ask(&["join", &key, "--as", "bo"]);
    bo.refused(&["join", &key, "--as", "bo"], 1, "already holds");
    bo.refused(&["post", "general", "-m", "too early"], 75, "not met a teammate");
    assert_eq!(bo.ask(&["channels"])["channels"], serde_json::json!([]));
}

#[test]
fn directories_that_are_none() {
    let town = Town::new();
    let nobody = town.person("nobody");
    nobody.refused(&["channels"], 3, "no workspace");
    std::fs::create_dir(&nobody.data).unwrap();
    nobody.refused(&["channels"], 3, "not a data directory");
    std::fs::write(nobody.data.join("letter.txt"), "dear").unwrap();
    nobody.refused(&["init", "--workspace", "T", "--as", "n"], 1, "not empty");
    let file = town.person("file");
    std::fs::write(&file.data, "a file").unwrap();
    file.refused(&["init", "--workspace", "T", "--as", "f"], 1, "not a directory");
    let (ana, _) = town.founder();
    let store = ana.data.join("cremona.db");
    let bytes = std::fs::read(&store).unwrap();
    std::fs::remove_file(&store).unwrap();
    ana.refused(&["channels"], 1, "half of a data directory");
    std::fs::write(&store, "not SQLite at all, but long enough to look like something").unwrap();
    ana.refused(&["channels"], 1, "not a cremona store");
    // `user_version` stands at byte 60 of an SQLite file.
    let mut newer = bytes.clone();
    newer[60..64].copy_from_slice(&99_u32.to_be_bytes());
    std::fs::write(&store, newer).unwrap();
    ana.refused(&["channels"], 1, "version 99");
    std::fs::write(&store, bytes).unwrap();
    assert_eq!(ana.ask(&["channels"])["channels"][0]["name"], "general");
    let node = ana.data.join("node.json");
    let text = std::fs::read_to_string(&node).unwrap();
    std::fs::write(&node, text.replace("\"version\": 1", "\"version\": 7")).unwrap();
    ana.refused(&["channels"], 1, "install a newer cremona");
    std::fs::write(&node, "{").unwrap();
    ana.refused(&["channels"], 1, "damaged");
    std::fs::remove_file(&node).unwrap();
    ana.refused(&["channels"], 3, "half of a data directory");
}

#[test]
fn two_processes_never_own_one_directory() {
    let town = Town::new();
    let (mut ana, _) = town.founder();
    ana.up();
    let output = ana.run(&["up", "--no-mdns", "--listen", "127.0.0.1:0"]);
    check_refusal(&output, &["up"], 75, &format!("in use by process {}", ana.pid()));
    ana.post("still answering");
    ana.stop();
    ana.refused(&["up", "--no-mdns", "--listen", "256.0.0.1:1"], 1, "can't listen");
}

#[test]
fn texts_that_are_none() {
    let town = Town::new();
    let (ana, _) = town.founder();
    ana.refused(&["post", "general", "-m", "  \n "], 2, "text is empty");
    ana.refused(&["post", "general", "-m", "x", "--title", "two\u{7}bells"], 2, "U+0007");
    let longest = vec![b'x'; 65_536];
    let output = ana.run_with(&["post", "general", "-"], &longest);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let output = ana.run_with(&["post", "general", "-"], &[longest.as_slice(), b"x"].concat());
    check_refusal(&output, &["post"], 2, "the limit is 65,536");
    let output = ana.run_with(&["post", "general", "-F", "-"], b"caf\xe9");
    check_refusal(&output, &["post"], 2, "not UTF-8");
    ana.refused(&["post", "general"], 2, "there is no text");
    ana.refused(&["channel", "create", ""], 2, "name is empty");
    ana.refused(&["channel", "create", "General"], 1, "already");
    ana.refused(&["frobnicate"], 2, "frobnicate");
    ana.refused(&["search", "\"open"], 2, "column");
    ana.refused(&["read", "general", "--before", "yesterday"], 2, "not a cursor");
    // What a terminal would obey is kept as written, and shown as symbols.
    let id = ana.post("red \u{1b}[31malert\u{1b}[0m");
    assert_eq!(ana.ask(&["read", &id])["messages"][0]["text"], "red \u{1b}[31malert\u{1b}[0m");
    let plain = ana.command(&["read", &id]).output().unwrap();
    assert!(!String::from_utf8_lossy(&plain.stdout).contains('\u{1b}'));
}

#[test]
fn names_and_ids_that_fit_nothing_or_too_much() {
    let town = Town::new();
    let (mut ana, key) = town.founder();
    ana.refused(&["read", "nowhere"], 3, "no channel or thread");
    ana.refused(&["post", "nowhere", "-m", "x"], 3, "no channel");
    ana.refused(&["reply", "0123456789abcdef", "-m", "x"], 3, "no message");
    let id = ana.post("mine");
    ana.up();
    let mut bo = town.joiner("bo", &key, &ana);
    bo.up();
    crate::person::all_equal(&[&ana, &bo]);
    bo.refused(&["edit", &id, "-m", "yours?"], 4, "someone else's");
    bo.refused(&["delete", &id], 4, "someone else's");
    bo.stop();
    // Both make a channel of one name while apart.
    ana.ask(&["channel", "create", "plans"]);
    bo.ask(&["channel", "create", "plans"]);
    bo.up();
    crate::person::all_equal(&[&ana, &bo]);
    ana.refused(&["post", "plans", "-m", "x"], 6, "fits more than one channel");
}

#[test]
fn a_directory_that_cannot_be_written_is_still_said_so() {
    let town = Town::new();
    let (ana, _) = town.founder();
    let output = ana.command(&["post", "general", "-m", "x"]).env("XDG_STATE_HOME", "/proc/nowhere").output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("can't"));
    assert_eq!(ana.ask(&["verify"])["messages"], 0);
}

#[test]
fn nothing_leaves_while_the_guard_cannot_be_written() {
    let town = Town::new();
    let (mut ana, key) = town.founder();
    ana.up();
    let mut bo = town.joiner("bo", &key, &ana);
    bo.up();
    crate::person::all_equal(&[&ana, &bo]);
    let guards = ana.state.join("cremona/guards");
    let aside = ana.state.join("aside");
    std::fs::rename(&guards, &aside).unwrap();
    std::fs::write(&guards, "in the way").unwrap();
    ana.refused(&["post", "general", "-m", "first"], 75, "the guard");
    ana.refused(&["post", "general", "-m", "second"], 75, "the guard");
    assert_eq!(bo.ask(&["verify"])["messages"], 0);
    std::fs::remove_file(&guards).unwrap();
    std::fs::rename(&aside, &guards).unwrap();
    ana.post("third");
    assert_eq!(crate::person::all_equal(&[&ana, &bo])["messages"], 3);
    assert_eq!(ana.ask(&["status"])["lives"], 1);
}
