//! What is wrong with a command line, in our words: from clap's errors to failures.

use std::io::Write;
use std::process::ExitCode;

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use cremona_engine::{Failure, Given};

use crate::cli::Unfit;
use crate::errors;
use crate::words::{Lang, fail};

/// Prints help, the version, or what is wrong; gives the exit code.
pub fn report(error: &Error, verb: &str, lang: Lang) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let mut out = std::io::stdout().lock();
            let written = write!(out, "{}", error.render()).and_then(|()| out.flush());
            written.map_or_else(|error| errors::report(&errors::output(&error), lang), |()| ExitCode::SUCCESS)
        }
        _ => errors::report(&failure(error, verb), lang),
    }
}

/// What is wrong, and what would be right.
#[must_use]
pub fn failure(error: &Error, verb: &str) -> Failure {
    let argument = text(error, ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::UnknownArgument => match nearest(error, ContextKind::SuggestedArg) {
            near if near.is_empty() => fail!(Usage, "usage-unknown", argument = argument, verb = verb),
            near => fail!(Usage, "usage-unknown-near", argument = argument, near = near, verb = verb),
        },
        ErrorKind::InvalidSubcommand => {
            let argument = text(error, ContextKind::InvalidSubcommand);
            match nearest(error, ContextKind::SuggestedSubcommand) {
                near if near.is_empty() => fail!(Usage, "usage-no-verb", argument = argument, verb = verb),
                near => fail!(Usage, "usage-no-verb-near", argument = argument, near = near, verb = verb),
            }
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            fail!(Usage, "usage-verb-missing", verb = verb)
        }
        ErrorKind::MissingRequiredArgument => {
            fail!(Usage, "usage-missing", arguments = argument, usage = usage(error))
        }
        ErrorKind::InvalidValue => value(error, argument, verb),
        ErrorKind::ValueValidation => unfit(error, argument, verb),
        ErrorKind::ArgumentConflict => match text(error, ContextKind::PriorArg) {
            other if other == argument => fail!(Usage, "usage-twice", argument = argument, verb = verb),
            other => fail!(Usage, "usage-conflict", argument = argument, other = other, verb = verb),
        },
        ErrorKind::TooManyValues | ErrorKind::WrongNumberOfValues => {
            let value = text(error, ContextKind::InvalidValue);
            fail!(Usage, "usage-too-many", value = value, argument = argument, verb = verb)
        }
        ErrorKind::InvalidUtf8 => fail!(Usage, "usage-utf8"),
        _ => fail!(Usage, "usage-other", verb = verb),
    }
}

/// A value that is missing, or none of those there are.
fn value(error: &Error, argument: String, verb: &str) -> Failure {
    let value = text(error, ContextKind::InvalidValue);
    let choices = text(error, ContextKind::ValidValue);
    if value.is_empty() {
        fail!(Usage, "usage-value-missing", argument = argument, verb = verb)
    } else {
        fail!(Usage, "usage-value-choice", argument = argument, value = value, choices = choices)
    }
}

/// A value that does not fit, and why, where that is ours to say.
fn unfit(error: &Error, argument: String, verb: &str) -> Failure {
    let value = text(error, ContextKind::InvalidValue);
    let why = std::error::Error::source(error).and_then(|source| source.downcast_ref::<Unfit>());
    match why {
        Some(Unfit(why)) => {
            let why: Given = why.clone().into();
            fail!(Usage, "usage-value-why", argument = argument, value = value, why = why, verb = verb)
        }
        None => fail!(Usage, "usage-value", argument = argument, value = value, verb = verb),
    }
}

/// What comes nearest to what was typed: clap lists it last.
fn nearest(error: &Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::Strings(texts)) => texts.last().cloned().unwrap_or_default(),
        _ => text(error, kind),
    }
}

fn text(error: &Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(ContextValue::StyledStrs(texts)) => texts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        _ => String::new(),
    }
}

/// `cremona verb ...`, as the usage has it.
fn usage(error: &Error) -> String {
    let usage = text(error, ContextKind::Usage);
    let from = usage.find("cremona").unwrap_or(0);
    usage.get(from..).unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsString;

    use crate::command::{command, verb_of};

    fn said(line: &[&str], lang: Lang) -> (String, String) {
        let line: Vec<OsString> = ["cremona"].iter().chain(line).map(OsString::from).collect();
        let error = command(lang).try_get_matches_from(line.clone()).expect_err("it makes no sense");
        lang.tell(&failure(&error, &verb_of(&command(lang), line)))
    }

    #[test]
    fn what_is_wrong_is_said_with_what_would_be_right() {
        for (line, message, hint) in [
            (
                &["search", "--limt", "3", "x"][..],
                "\"--limt\" means nothing here",
                "did you mean --limit? `cremona search --help` shows what there is",
            ),
            (&["serach"], "there is no verb \"serach\"", "did you mean search? `cremona --help` lists them all"),
            (&["search"], "<QUERY>... is missing", "cremona search <QUERY>..."),
            (
                &["read", "general", "--limit", "many"],
                "--limit <N> can't be \"many\": it has to be a number from 1 to 1,000",
                "`cremona read --help` shows what it can be",
            ),
            (&["completions", "dos"], "<SHELL> can't be \"dos\"", "it can be bash, elvish, fish, powershell, zsh"),
            (
                &["-w", "side", "--data", "d", "channels"],
                "-w <NAME> and --data <DIR> don't go together",
                "`cremona channels --help` shows what there is",
            ),
            (&["channel"], "`cremona channel` needs to be told what to do", "`cremona channel --help` lists them"),
        ] {
            assert_eq!(said(line, Lang::En), (message.to_owned(), hint.to_owned()), "{line:?}");
        }
    }

    #[test]
    fn and_in_indonesian() {
        let (message, hint) = said(&["read", "general", "--limit", "0"], Lang::Id);
        assert_eq!(message, "--limit <N> tidak bisa \"0\": harus angka dari 1 sampai 1.000");
        assert_eq!(hint, "`cremona read --help` menunjukkan nilai apa saja yang bisa");
        let (message, hint) = said(&["search"], Lang::Id);
        assert_eq!((message.as_str(), hint.as_str()), ("<KATA>... belum ada", "cremona search [OPSI] <KATA>..."));
    }
}
