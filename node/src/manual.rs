//! Help, shell completion and manual pages, made from the definition of the command line.

use clap::Command;
use clap_complete::Shell;
use clap_complete::env::Shells;
use cremona_engine::Failure;

use crate::command::command;
use crate::words::{Lang, fail, say};

/// The variable that tells this binary to complete instead of to run.
const COMPLETE: &str = "COMPLETE";

/// What makes a shell ask this binary for completions.
#[must_use]
pub fn completions(shell: Shell) -> String {
    let name = shell.to_string();
    let shells = Shells::builtins();
    let shell = shells.completer(&name).expect("whatever can be chosen is built in");
    let mut script = Vec::new();
    shell.write_registration(COMPLETE, "cremona", "cremona", "cremona", &mut script).expect("memory takes it");
    String::from_utf8(script).expect("names are text")
}

/// The help of `cremona`, or of the verb that `verb` names word by word.
///
/// # Errors
/// [`Failure`] where there is no such verb.
pub fn help(verb: &[String], lang: Lang) -> Result<String, Failure> {
    Ok(found(&command(lang), verb)?.render_help().to_string())
}

/// The manual page of `cremona`, or of the verb that `verb` names word by word, in roff.
///
/// # Errors
/// [`Failure`] where there is no such verb.
pub fn page(verb: &[String], lang: Lang) -> Result<String, Failure> {
    let mut page = Vec::new();
    clap_mangen::Man::new(found(&command(lang), verb)?).render(&mut page).expect("memory takes every page");
    let page = String::from_utf8(page).expect("names and descriptions are text");
    Ok(page.lines().map(|line| heading(line, lang) + "\n").collect())
}

fn found(command: &Command, verb: &[String]) -> Result<Command, Failure> {
    let found = verb.iter().try_fold(command, |command, word| command.find_subcommand(word));
    found.cloned().ok_or_else(|| fail!(NotFound, "no-verb", verb = verb.join(" ")))
}

/// A line of a page, its heading in the person's language.
fn heading(line: &str, lang: Lang) -> String {
    match line.strip_prefix(".SH ") {
        Some("NAME") => format!(".SH {}", say!(lang, "man-name")),
        Some("SYNOPSIS") => format!(".SH {}", say!(lang, "man-synopsis")),
        Some("DESCRIPTION") => format!(".SH {}", say!(lang, "man-description")),
        Some("OPTIONS") => format!(".SH {}", say!(lang, "man-options")),
        Some("SUBCOMMANDS") => format!(".SH {}", say!(lang, "man-verbs")),
        Some("VERSION") => format!(".SH {}", say!(lang, "man-version")),
        Some(verbs) => format!(".SH {}", verbs.to_uppercase()),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn every_shell_learns_to_ask() {
        for shell in Shell::value_variants() {
            let script = completions(*shell);
            assert!(script.contains("cremona") && script.contains(COMPLETE), "{shell}: {script}");
        }
    }

    #[test]
    fn every_verb_has_a_page_and_help() {
        assert!(page(&[], Lang::En).unwrap().contains(".TH cremona 1"));
        assert!(page(&words("channel create"), Lang::Id).unwrap().contains(".TH cremona-channel-create 1"));
        for (lang, verb) in Lang::ALL
            .iter()
            .flat_map(|lang| command(*lang).get_subcommands().cloned().map(|verb| (*lang, verb)).collect::<Vec<_>>())
        {
            assert!(page(&words(verb.get_name()), lang).is_ok(), "{}", verb.get_name());
            assert!(help(&words(verb.get_name()), lang).is_ok(), "{}", verb.get_name());
        }
        assert_eq!(page(&words("channel fly"), Lang::En).unwrap_err().reason, cremona_engine::Reason::NotFound);
    }

    #[test]
    fn an_indonesian_page_has_indonesian_headings() {
        let page = page(&words("search"), Lang::Id).unwrap();
        assert!(page.contains(".SH NAMA") && page.contains(".SH IKHTISAR") && page.contains(".SH OPSI"), "{page}");
        assert!(!page.contains("OPTIONS") && !page.contains("QUERY"), "{page}");
    }
}
