//! What is promised to users stands in `docs/features.md`, row by row, and each row names tests that are there.

#![allow(clippy::unwrap_used, reason = "material that can't be read is a failure of the test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Every row that there has to be, by section.
const ROWS: &[(&str, &[&str])] = &[
    (
        "Write and organise",
        &[
            "Channels",
            "Threads with titles",
            "Messages",
            "Mentions",
            "Reactions, pins",
            "Drafts",
            "Scheduled send",
            "Announcements",
        ],
    ),
    (
        "Read and catch up",
        &[
            "Inbox",
            "Flags with a due clock",
            "Follow, mute, done, later",
            "Late arrivals",
            "Catch-up",
            "Resolve",
            "Search",
            "Where is it held",
            "Time travel",
        ],
    ),
    (
        "Time zones and focus",
        &[
            "Working hours and zone",
            "Quiet hours and focus",
            "Status",
            "No presence",
            "Delivery forecast",
            "Digest and newsletter",
        ],
    ),
    ("Integrate", &["Slack export import", "Local API"]),
    (
        "Command line",
        &[
            "Daily verbs",
            "For people and for programs",
            "Long texts",
            "Short ids",
            "Exit codes and errors",
            "Progress",
            "Completion and manual",
            "Two languages",
            "Doctor",
        ],
    ),
    (
        "On the page",
        &[
            "Beginning, and inviting",
            "Channels",
            "Threads with titles",
            "Messages",
            "Mentions",
            "Reactions, pins",
            "Drafts",
            "Scheduled send",
            "Announcements",
            "Inbox",
            "Flags with a due clock",
            "Follow, mute, done, later",
            "Late arrivals",
            "Catch-up",
            "Resolve",
            "Search",
            "Where is it held",
            "Time travel",
            "Working hours and zone",
            "Quiet hours and focus",
            "Status",
            "Delivery forecast",
            "Digest and newsletter",
            "Doctor",
            "Two languages",
            "For everyone",
            "Safe from what others write",
        ],
    ),
];

/// What a row without tests has to say of itself.
const ABSENT: &str = "Not there yet";

/// A row of the page.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    section: String,
    feature: String,
    commands: Vec<String>,
    tests: Vec<String>,
    lacks: String,
}

#[test]
fn every_feature_has_a_row() {
    let rows = rows(&page());
    for (section, features) in ROWS {
        for feature in *features {
            let found = rows.iter().filter(|row| row.section == *section && row.feature == *feature).count();
            assert_eq!(found, 1, "rows of {feature:?} under {section:?}");
        }
    }
    assert_eq!(rows.len(), ROWS.iter().map(|(_, features)| features.len()).sum(), "a row that is not in the list");
}

#[test]
fn every_row_names_tests_that_are_there_or_says_that_it_is_not() {
    for row in rows(&page()) {
        assert!(!row.lacks.is_empty(), "{}: what does it not do?", row.feature);
        let absent = row.lacks.starts_with(ABSENT);
        assert_eq!(row.tests.is_empty(), absent, "{}: a row has tests, or begins with {ABSENT:?}", row.feature);
        for test in &row.tests {
            let (file, name) = test.split_once("::").unwrap_or_else(|| panic!("{test} is not file::function"));
            let text = std::fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
            assert!(is_test(&text, name), "{}: there is no test {name} in {file}", row.feature);
        }
    }
}

#[test]
fn every_command_of_a_row_is_a_verb() {
    let help = std::fs::read_to_string(root().join("node/tests/golden/help.en.txt")).unwrap();
    let verbs: BTreeSet<&str> =
        help.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next()).collect();
    for row in rows(&page()) {
        for command in &row.commands {
            let mut words = command.split_whitespace();
            assert_eq!(words.next(), Some("cremona"), "{}: {command}", row.feature);
            let verb = words.next().filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase()));
            assert!(verb.is_none_or(|verb| verbs.contains(verb)), "{}: there is no verb of {command}", row.feature);
        }
    }
}

#[test]
fn a_page_is_read_as_it_is_written() {
    let text = "# T\n\n## One\n\ntext | text\n\n| feature | command | tests | does not |\n|---|---|---|---|\n\
                | **A b** | `cremona x \\| y`, `cremona z` | `a/b.rs::c` `a/d.rs::e` | no `d` |\n";
    let row = Row {
        section: "One".to_owned(),
        feature: "A b".to_owned(),
        commands: vec!["cremona x | y".to_owned(), "cremona z".to_owned()],
        tests: vec!["a/b.rs::c".to_owned(), "a/d.rs::e".to_owned()],
        lacks: "no `d`".to_owned(),
    };
    assert_eq!(rows(text), [row]);
}

#[test]
fn a_test_is_told_from_another_function() {
    let text = "#[test]\nfn one() {}\n\n#[tokio::test]\nasync fn two() {}\n\nfn three() {}\n\n#[test]\n#[ignore]\n\
                fn four() {}\n\n    #[test]\n    // why\n    fn five(\n        a in 0..2,\n    ) {}\n// fn six() {}\n";
    for there in ["one", "two", "five"] {
        assert!(is_test(text, there), "{there}");
    }
    for other in ["on", "three", "four", "six", "seven"] {
        assert!(!is_test(text, other), "{other}");
    }
}

fn page() -> String {
    std::fs::read_to_string(root().join("docs/features.md")).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The rows of all tables, with the heading that each stands under.
fn rows(page: &str) -> Vec<Row> {
    let mut section = String::new();
    let mut rows = Vec::new();
    for line in page.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            heading.clone_into(&mut section);
        }
        let Some(cells) = line.strip_prefix("| ").and_then(|line| line.strip_suffix(" |")) else { continue };
        let cells = cells.replace("\\|", "\u{1}");
        let cells: Vec<String> = cells.split(" | ").map(|cell| cell.trim().replace('\u{1}', "|")).collect();
        let [feature, command, tests, lacks] = cells.as_slice() else { panic!("not four cells: {line}") };
        if feature == "feature" {
            continue;
        }
        let feature = feature.trim_matches('*').to_owned();
        let (commands, tests) = (quoted(command), quoted(tests));
        rows.push(Row { section: section.clone(), feature, commands, tests, lacks: lacks.clone() });
    }
    rows
}

/// What stands between backticks.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Whether a file has a test of this name that is not left out.
fn is_test(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let begins = |line: &str| {
        let rest = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ");
        rest.and_then(|rest| rest.strip_prefix(name)).is_some_and(|rest| rest.starts_with('('))
    };
    lines.iter().enumerate().filter(|(_, line)| begins(line)).any(|(at, _)| {
        let above = lines.iter().take(at).rev().take_while(|line| line.starts_with("#[") || line.starts_with("//"));
        let above: Vec<_> = above.collect();
        let is = |attribute: &str| above.iter().any(|line| line.starts_with(attribute));
        (is("#[test]") || is("#[tokio::test")) && !is("#[ignore")
    })
}
