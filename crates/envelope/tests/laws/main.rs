//! The laws of the crate, told through ana, bo and cy: one module for each idea.
//!
//! `CREMONA_CASES` sets how many cases a property tries (64 unless told), `CREMONA_SEED` which ones.
#![allow(clippy::unwrap_used)]

mod people;

mod chains;
mod control;
mod envelopes;
mod forks;
mod guard;
mod keyring;
mod keys;
mod pairing;
mod personal;
mod runs;
mod sealing;
mod soft;
mod workspace_key;
