//! What is read as what, and what is refused.

use cremona_envelope::WorkspaceKey;

use super::*;

const KEY: &str = "wsk1qyqqqqpgw2hd9u9yqatxzzk8hjkfc8y3qdesxwkdj0kfja9letly2tyt6g5hyvaf";

fn parse(args: &[&str]) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(["cremona"].iter().chain(args))
}

fn exit_code(args: &[&str]) -> i32 {
    parse(args).expect_err("it makes no sense").exit_code()
}

#[test]
fn the_definition_holds_together() {
    use clap::CommandFactory;
    Cli::command().debug_assert();
}

#[test]
fn global_flags_stand_before_or_after_the_verb() {
    for args in [
        ["--json", "-w", "side", "read", "general"],
        ["read", "--json", "-w", "side", "general"],
        ["read", "general", "-w", "side", "--json"],
    ] {
        let cli = parse(&args).unwrap();
        assert!(cli.json && cli.workspace_name.as_deref() == Some("side"), "{args:?}");
    }
    assert_eq!(exit_code(&["-w", "side", "--data", "d", "channels"]), 2);
}

#[test]
fn flags_after_a_search_are_no_words() {
    let cli = parse(&["search", "lantern -ferry", "kopi", "--limit", "3", "--json"]).unwrap();
    assert!(cli.json);
    let Some(Verb::Search { query, page }) = cli.verb else { panic!("{:?}", cli.verb) };
    assert_eq!((query, page.limit), (vec!["lantern -ferry".to_owned(), "kopi".to_owned()], 3));
    assert_eq!(exit_code(&["search"]), 2);
    assert_eq!(exit_code(&["search", "--limt", "3", "lantern"]), 2);
}

#[test]
fn a_text_is_given_once() {
    let dash = parse(&["edit", "0123abcd", "-m", "- a list"]).unwrap();
    let Some(Verb::Edit { message, text }) = dash.verb else { panic!("{:?}", dash.verb) };
    assert_eq!((message.as_str(), text.given.as_deref()), ("0123abcd", Some("- a list")));
    let stdin = parse(&["post", "general", "-", "--title", "T"]).unwrap();
    let Some(Verb::Post { text: TextArgs { words, .. }, title: Some(_), .. }) = stdin.verb else { panic!() };
    assert_eq!(words, ["-"]);
    let spoken = parse(&["post", "general", "halo", "@bo,", "all is well"]).unwrap();
    let Some(Verb::Post { text: TextArgs { words, .. }, .. }) = spoken.verb else { panic!() };
    assert_eq!(words.join(" "), "halo @bo, all is well");
    assert!(parse(&["reply", "0123abcd", "-F", "-"]).is_ok());
    assert_eq!(exit_code(&["post", "general", "-m", "a", "-F", "b"]), 2);
    assert_eq!(exit_code(&["post", "general", "-m", "a", "-"]), 2);
    assert_eq!(exit_code(&["post", "general", "-F", "b", "hello"]), 2);
}

#[test]
fn a_key_arrives_as_it_was_pasted() {
    let (first, rest) = KEY.split_at(30);
    let pasted = [
        KEY.to_owned(),
        KEY.to_uppercase(),
        format!("  {first} {rest}\n"),
        format!("“{first}\n{rest}”"),
        format!("`{KEY}@ana.example:4477`"),
    ];
    for key in pasted {
        let cli = parse(&["join", &key, "--as", "bo", "--dial", "10.0.0.7:4477"]).unwrap();
        let Some(Verb::Join { key: argument, dial, .. }) = cli.verb else { panic!("{:?}", cli.verb) };
        let read = crate::input::key(&argument).unwrap();
        let parsed = WorkspaceKey::parse(&read).unwrap_or_else(|error| panic!("{key:?}: {error}"));
        assert_eq!(parsed.workspace, WorkspaceKey::parse(KEY).unwrap().workspace);
        assert_eq!(dial, ["10.0.0.7:4477"]);
    }
}

#[test]
fn pages_have_bounds() {
    assert!(parse(&["read", "general", "--limit", "1000"]).is_ok());
    for limit in ["0", "1001", "-1", "many"] {
        assert_eq!(exit_code(&["read", "general", "--limit", limit]), 2, "{limit}");
    }
}
