//! Real processes of the real binary, over real sockets, asked as people ask: by the command line.
#![allow(clippy::unwrap_used)] // a test that meets an error has failed

mod apart;
mod bad_input;
mod copies;
mod doctor;
mod export;
mod http;
mod import;
mod keeper;
mod kills;
mod line;
mod mailbox;
mod mal;
mod person;
mod receipts;
mod sources;
mod stories;
