//! The binary starts, names its verbs, tells usage errors by exit code 2, and speaks the language that
//! the environment or `--lang` name.

use std::process::{Command, Output};

fn cremona(args: &[&str]) -> Output {
    speaking("C", args)
}

fn speaking(locale: &str, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cremona"));
    command.args(args).env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", locale);
    command.env("HOME", "/nonexistent").env_remove("CREMONA_DATA").env_remove("XDG_DATA_HOME");
    command.output().expect("cremona starts")
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("it is text")
}

#[test]
fn help_names_every_verb() {
    for help in [cremona(&["--help"]), cremona(&["help"]), speaking("id_ID.UTF-8", &["--help"])] {
        assert!(help.status.success());
        let help = text(help.stdout);
        for verb in [
            "init",
            "join",
            "key",
            "up",
            "channel",
            "channels",
            "post",
            "reply",
            "edit",
            "delete",
            "react",
            "threads",
            "read",
            "search",
            "watch",
            "import",
            "mailbox",
            "members",
            "peers",
            "status",
            "verify",
            "doctor",
            "fsck",
            "demo",
            "completions",
            "help",
            "man",
        ] {
            assert!(help.contains(&format!("\n  {verb} ")), "{verb} is missing: {help}");
        }
    }
}

#[test]
fn a_word_that_is_no_verb_is_a_usage_error() {
    let xylophone = cremona(&["xylophone"]);
    assert_eq!(xylophone.status.code(), Some(2));
    assert_eq!(text(xylophone.stderr), "cremona: there is no verb \"xylophone\"\n  `cremona --help` lists them\n");
    assert_eq!(cremona(&["help", "xylophone"]).status.code(), Some(3));
}

#[test]
fn nothing_said_asks_for_the_inbox() {
    let nothing = cremona(&[]);
    assert_eq!(nothing.status.code(), Some(3));
    assert_eq!(text(nothing.stderr), text(cremona(&["inbox"]).stderr));
}

#[test]
fn the_environment_and_the_command_line_choose_the_language() {
    let words = |output: Output| (output.status.code(), text(output.stderr));
    let indonesian = words(speaking("id_ID.UTF-8", &["channels"]));
    assert_eq!(indonesian.0, Some(3));
    assert!(indonesian.1.starts_with("cremona: tidak ada ruang kerja di /nonexistent"), "{}", indonesian.1);
    assert!(indonesian.1.contains("dirikan dengan `cremona init`"), "{}", indonesian.1);
    assert_eq!(words(cremona(&["--lang", "id", "channels"])), indonesian);
    let english = words(speaking("id_ID.UTF-8", &["channels", "--lang=en"]));
    assert!(english.1.starts_with("cremona: there is no workspace at"), "{}", english.1);
    let usage = words(speaking("id_ID.UTF-8", &["read", "general", "--limit", "0"]));
    assert_eq!(usage.0, Some(2));
    assert!(usage.1.contains("harus angka dari 1 sampai 1.000"), "{}", usage.1);
}

#[test]
fn a_shell_is_given_verbs_where_no_node_runs() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cremona"));
    command.env("COMPLETE", "fish").env("HOME", "/nonexistent").args(["--", "cremona", "re"]);
    let output = command.output().expect("cremona starts");
    let found = text(output.stdout);
    for verb in ["read", "reply", "react"] {
        assert!(found.lines().any(|line| line.split('\t').next() == Some(verb)), "{verb} is missing: {found}");
    }
    assert!(!found.contains("search"), "{found}");
}
