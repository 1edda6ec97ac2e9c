//! A mailbox among members: it can read nothing, and brings together who is never up together.
#![allow(clippy::unwrap_used)] // a test that meets an error has failed

mod announcing;
mod erasing;
mod hostile;
mod personal;
mod room;
mod stories;
mod world;
