//! The laws of the crate, told through ana, bo and cy: one module for each idea.
//!
//! `CREMONA_CASES` sets how many cases a property tries (1,000 unless told), `CREMONA_SEED` which.
#![allow(clippy::unwrap_used)]

mod people;
mod talk;

mod chains;
mod documents;
mod golden;
mod payloads;
mod personal;
mod poison;
mod records;
mod state;
mod views;
