//! What people read, kept as files in `tests/golden/`, so that every change of it is seen in review.
//!
//! `CREMONA_BLESS=1 cargo test -p cremona golden` writes them anew.

use std::path::Path;

use clap::{Command, ValueEnum};
use clap_complete::Shell;

use crate::command::command;
use crate::manual;
use crate::words::Lang;

/// Compares with the file of that name, or writes it.
pub(crate) fn check(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("CREMONA_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        std::fs::write(&path, text).expect("the file can be written");
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = kept.lines().zip(text.lines()).find(|(kept, now)| kept != now);
    assert!(kept == text, "{name} is not as it was: {differs:?}; CREMONA_BLESS=1 writes it anew");
}

fn tag(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "en",
        Lang::Id => "id",
    }
}

/// A verb and all below it, word by word.
fn verbs(command: &Command, path: &[String]) -> Vec<Vec<String>> {
    let below = command.get_subcommands().flat_map(|verb| {
        let path = [path, &[verb.get_name().to_owned()]].concat();
        verbs(verb, &path)
    });
    std::iter::once(path.to_vec()).chain(below).collect()
}

#[test]
fn golden_help() {
    for lang in Lang::ALL {
        let whole = command(lang).term_width(100);
        let mut text = String::new();
        for path in verbs(&whole, &[]) {
            let found = path.iter().fold(&whole, |command, word| command.find_subcommand(word).expect("a verb"));
            let help = found.clone().term_width(100).render_help().to_string();
            text += &format!("=== cremona {}\n\n{help}\n", path.join(" "));
        }
        check(&format!("help.{}.txt", tag(lang)), &text);
    }
}

#[test]
fn golden_pages() {
    for lang in Lang::ALL {
        let pages = verbs(&command(lang), &[]).into_iter().map(|path| manual::page(&path, lang).expect("a page"));
        let text: String = pages.collect::<String>().replace(env!("CARGO_PKG_VERSION"), "VERSION");
        check(&format!("man.{}.txt", tag(lang)), &text);
    }
}

#[test]
fn golden_completions() {
    for shell in Shell::value_variants() {
        check(&format!("completions.{shell}.txt"), &manual::completions(*shell));
    }
}

#[test]
fn no_indonesian_help_is_english() {
    let english = ["Usage", "Options", "Commands", "Arguments", "default:", "possible values", "Print ", "<COMMAND>"];
    let whole = command(Lang::Id);
    for path in verbs(&whole, &[]) {
        let found = path.iter().fold(&whole, |command, word| command.find_subcommand(word).expect("a verb"));
        let help = found.clone().render_long_help().to_string();
        for word in english {
            assert!(!help.contains(word), "{path:?} says {word:?}:\n{help}");
        }
    }
}
