//! The binary starts, names its verbs, and tells usage errors by exit code 2.

use std::process::{Command, Output};

fn cremona(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cremona")).args(args).output().expect("cremona starts")
}

#[test]
fn help_names_every_verb() {
    let help = cremona(&["--help"]);
    let text = String::from_utf8(help.stdout).expect("help is text");
    assert!(help.status.success());
    for verb in [
        "init", "join", "key", "up", "channel", "channels", "post", "reply", "edit", "delete", "react", "threads",
        "read", "search", "watch", "import", "mailbox", "members", "peers", "status", "verify", "doctor", "fsck",
        "demo",
    ] {
        assert!(text.contains(&format!("\n  {verb} ")), "{verb} is missing");
    }
}

#[test]
fn a_word_that_is_no_verb_is_a_usage_error() {
    assert_eq!(cremona(&["dance"]).status.code(), Some(2));
    assert_eq!(cremona(&[]).status.code(), Some(2));
}
