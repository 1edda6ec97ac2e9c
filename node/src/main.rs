//! `cremona`: a peer-to-peer messaging node for teams that work hours apart.
//!
//! This binary is the edge: the command line, the daemon and its socket, everything that touches
//! the environment, paths and the terminal. What a message is, and who may say it, is decided in the
//! crates below.

mod cli;
mod daemon;
mod demo;
mod doctor;
mod errors;
mod home;
mod import;
mod input;
mod mailbox;
mod manual;
mod place;
mod render;
mod run;
mod slack;
mod socket;

use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let filter = EnvFilter::try_from_env("CREMONA_LOG").or_else(|_| EnvFilter::try_from_default_env());
    let filter = filter.unwrap_or_else(|_| cli.trace().into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).without_time().init();
    match run::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => errors::report(&failure),
    }
}
