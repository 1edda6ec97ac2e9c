//! Shell completion and manual pages, made from the definition of the command line.

use clap::CommandFactory;
use clap_complete::Shell;
use cremona_engine::{Failure, Reason};

use crate::cli::Cli;

/// Completion for a shell, as a script that it reads.
#[must_use]
pub fn completions(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "cremona", &mut script);
    String::from_utf8(script).expect("names and descriptions are text")
}

/// The manual page of `cremona`, or of the verb that `verb` names word by word, in roff.
///
/// # Errors
/// [`Failure`] where there is no such verb.
pub fn page(verb: &[String]) -> Result<String, Failure> {
    let mut command = Cli::command();
    command.build();
    let found = verb.iter().try_fold(&command, |command, word| command.find_subcommand(word));
    let Some(found) = found else {
        let message = format!("there is no verb {:?}", verb.join(" "));
        return Err(Failure::new(Reason::NotFound, message, "`cremona help` lists them"));
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(found.clone()).render(&mut page).expect("memory takes every page");
    Ok(String::from_utf8(page).expect("names and descriptions are text"))
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn every_shell_learns_every_verb() {
        for shell in Shell::value_variants() {
            let script = completions(*shell);
            for verb in Cli::command().get_subcommands() {
                assert!(script.contains(verb.get_name()), "{shell} misses {}", verb.get_name());
            }
        }
    }

    #[test]
    fn every_verb_has_a_page() {
        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert!(page(&[]).unwrap().contains(".TH cremona 1"));
        assert!(page(&words("channel create")).unwrap().contains(".TH cremona-channel-create 1"));
        for verb in Cli::command().get_subcommands() {
            assert!(page(&words(verb.get_name())).is_ok(), "{}", verb.get_name());
        }
        assert_eq!(page(&words("channel fly")).unwrap_err().reason, Reason::NotFound);
    }
}
