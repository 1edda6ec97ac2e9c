//! Tests of Cremona as a whole, one file or folder of `tests/` for each subject:
//!
//! - `layout`: the arrows between crates, their heavy dependencies, licences and sources.
//! - `vectors`: every byte form, frozen in `vectors/` and read by the independent reader in `python/`.
//!
//! This crate is empty: what tests share stands beside them.
