//! `cremona`: a peer-to-peer messaging node for teams that work hours apart.
//!
//! This binary is the edge: the command line, the daemon and its socket, everything that touches
//! the environment, paths and the terminal. What a message is, and who may say it, is decided in the
//! crates below.

mod browser;
mod cli;
mod command;
mod complete;
mod daemon;
mod demo;
mod doctor;
mod errors;
#[cfg(test)]
mod golden;
mod holding;
mod home;
mod http;
mod import;
mod input;
mod mailbox;
mod manual;
mod page;
mod pager;
mod place;
mod progress;
mod question;
mod render;
mod run;
mod slack;
mod socket;
mod usage;
mod words;

use std::process::ExitCode;

use clap::FromArgMatches;
use tracing_subscriber::EnvFilter;

use words::Lang;

fn main() -> ExitCode {
    let lang = Lang::wanted(command::given_lang(std::env::args_os()), |name| std::env::var(name).ok());
    let whole = || complete::completing(command::command(lang));
    clap_complete::CompleteEnv::with_factory(whole).bin("cremona").complete();
    let parsed = command::command(lang).try_get_matches().and_then(|found| cli::Cli::from_arg_matches(&found));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            let verb = command::verb_of(&command::command(lang), std::env::args_os());
            return usage::report(&error, &verb, lang);
        }
    };
    let filter = EnvFilter::try_from_env("CREMONA_LOG").or_else(|_| EnvFilter::try_from_default_env());
    let filter = filter.unwrap_or_else(|_| cli.trace().into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).without_time().init();
    match run::run(cli, lang) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => errors::report(&failure, lang),
    }
}
