//! Tests of Cremona as a whole, one file or folder of `tests/` for each subject:
//!
//! - `layout`: the arrows between crates, their heavy dependencies, licences and sources.
//! - `vectors`: every byte form, frozen in `vectors/` and read by the independent reader in `python/`.
//! - `simulator`, `laws`: whole engines under one seeded clock and network, see [`world`].

pub mod world;
