//! Tests of Cremona as a whole, one file or folder of `tests/` for each subject:
//!
//! - `layout`: the arrows between crates, their heavy dependencies, licences and sources.
//! - `vectors`: every byte form, frozen in `vectors/` and read by the independent reader in `python/`.
//! - `simulator`, `laws`: whole engines under one seeded clock and network, see [`world`].
//! - `system`: real processes on this machine, asked by the command line.
//! - `browser`: the page of real processes in a real Chromium, looked at as people do.
//! - `network`: real processes in network namespaces, over links as bad as they are, see [`mod@line`].

pub mod line;
pub mod world;
