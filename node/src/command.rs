//! The command line in the language of the person: one definition (`cli`) gives help, manual pages,
//! completion and parsing; its words in other languages come from the catalogue.
//!
//! `help-VERB` is what a verb is for, its attributes what its arguments are; `value-NAME` the name of
//! a value. Usage and headings that clap writes itself are replaced too.

use std::ffi::OsString;

use clap::builder::PossibleValue;
use clap::{Arg, Command, CommandFactory};
use cremona_engine::Said;

use crate::cli::Cli;
use crate::words::{Lang, say};

/// The definition of the command line, in a language.
#[must_use]
pub fn command(lang: Lang) -> Command {
    let mut command = Cli::command();
    // Only then are there the arguments and names that clap adds.
    command.build();
    match lang {
        Lang::En => command,
        Lang::Id => translated(command, "", lang),
    }
}

/// The language that `--lang` names: needed before the command line can be read in it.
#[must_use]
pub fn given_lang(arguments: impl IntoIterator<Item = OsString>) -> Option<Lang> {
    let mut arguments = arguments.into_iter().skip(1).map(|argument| argument.to_string_lossy().into_owned());
    while let Some(argument) = arguments.next().filter(|argument| argument != "--") {
        let name = match argument.strip_prefix("--lang") {
            Some("") => arguments.next().unwrap_or_default(),
            Some(value) => value.trim_start_matches('=').to_owned(),
            None => continue,
        };
        return <Lang as clap::ValueEnum>::from_str(&name, true).ok();
    }
    None
}

/// A verb's path as the catalogue names it: `help-channel-create`, `help` for cremona itself.
pub(crate) fn key(path: &str) -> String {
    if path.is_empty() { "help".to_owned() } else { format!("help-{path}") }
}

/// The verb that a command line is about, as far as it is one: `cremona channel create`.
pub(crate) fn verb_of(command: &Command, arguments: impl IntoIterator<Item = OsString>) -> String {
    let mut path = vec![command.get_name().to_owned()];
    let mut at = command;
    for argument in arguments.into_iter().skip(1) {
        if let Some(verb) = argument.to_str().and_then(|word| at.find_subcommand(word)) {
            path.push(verb.get_name().to_owned());
            at = verb;
        }
    }
    path.join(" ")
}

/// What the catalogue calls the name of a value: `value-host-port` for `HOST:PORT`.
pub(crate) fn value_key(name: &str) -> String {
    format!("value-{}", name.to_lowercase().replace([':', '_'], "-"))
}

fn translated(command: Command, path: &str, lang: Lang) -> Command {
    let about = lang.value(&Said::new(&key(path)));
    let names: Vec<String> = command.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    let mut command = command.mut_args(|arg| argument(arg, path, lang));
    for name in names {
        let below = if path.is_empty() { name.clone() } else { format!("{path}-{name}") };
        command = command.mut_subcommand(&name, |verb| translated(verb, &below, lang));
    }
    if let Some(about) = about {
        command = command.about(about);
    }
    let usage = usage(&mut command, lang);
    command
        .subcommand_help_heading(say!(lang, "help-verbs"))
        .help_template(format!("{{about-with-newline}}\n{}: {{usage}}\n\n{{all-args}}", say!(lang, "help-usage")))
        .override_usage(usage)
}

/// How a verb is used, without the word for it.
fn usage(command: &mut Command, lang: Lang) -> String {
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim();
    let (options, verb) = (say!(lang, "help-any-options"), say!(lang, "help-any-verb"));
    usage.replace("[OPTIONS]", &options).replace("<COMMAND>", &verb).replace("[COMMAND]", &verb)
}

fn argument(arg: Arg, path: &str, lang: Lang) -> Arg {
    let id = arg.get_id().as_str().replace('_', "-");
    let own = lang.attribute(&Said::new(&key(path)), &id);
    let help = own.or_else(|| lang.attribute(&Said::new("help"), &id));
    let heading = if arg.is_positional() { say!(lang, "help-arguments") } else { say!(lang, "help-options") };
    let names: Vec<String> = arg
        .get_value_names()
        .unwrap_or_default()
        .iter()
        .map(|name| lang.value(&Said::new(&value_key(name))).unwrap_or_else(|| name.to_string()))
        .collect();
    let choices: Vec<String> = shown_values(&arg).iter().map(|value| value.get_name().to_owned()).collect();
    let defaults: Vec<String> =
        arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    let takes = arg.get_action().takes_values();
    let mut help = help;
    if let (Some(text), true) = (&mut help, takes) {
        if defaults.iter().any(|value| !value.is_empty()) {
            *text += &format!(" {}", say!(lang, "help-default", value = defaults.join(", ")));
        }
        if !choices.is_empty() {
            *text += &format!(" {}", say!(lang, "help-choices", values = choices.join(", ")));
        }
    }
    let mut arg = arg.help_heading(heading).hide_default_value(true).hide_possible_values(true);
    if takes && !names.is_empty() {
        arg = arg.value_names(names);
    }
    match help {
        Some(help) => arg.help(help.clone()).long_help(help),
        None => arg,
    }
}

fn shown_values(arg: &Arg) -> Vec<PossibleValue> {
    if arg.is_hide_possible_values_set() { Vec::new() } else { arg.get_possible_values() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(arguments: &[&str]) -> Option<Lang> {
        given_lang(arguments.iter().map(OsString::from))
    }

    #[test]
    fn the_language_is_known_before_the_rest() {
        assert_eq!(given(&["cremona", "read", "--lang", "id", "general"]), Some(Lang::Id));
        assert_eq!(given(&["cremona", "--lang=en", "read"]), Some(Lang::En));
        assert_eq!(given(&["cremona", "post", "general", "--", "--lang", "id"]), None);
        assert_eq!(given(&["cremona", "--lang", "tlh"]), None);
        assert_eq!(given(&["cremona", "--lang"]), None);
    }

    #[test]
    fn every_verb_parses_alike_in_both_languages() {
        for lang in Lang::ALL {
            command(lang).debug_assert();
            let line = ["cremona", "post", "general", "-m", "halo", "--title", "T", "--json"];
            let found = command(lang).try_get_matches_from(line).unwrap();
            let (verb, post) = found.subcommand().unwrap();
            assert_eq!((verb, post.get_flag("json")), ("post", true));
        }
    }
}
