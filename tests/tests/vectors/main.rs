//! Golden vectors: every byte form, written by this code, frozen in `tests/vectors/`, and read again
//! by an independent reader in Python.
//!
//! `CREMONA_BLESS=1` rewrites the files. That is right only before a format is released: what is in
//! them then is what old workspaces consist of.

#![allow(clippy::unwrap_used, reason = "material that can't be read is a failure of the test")]

mod envelopes;
mod frames;
mod json;
mod python;
mod records;
mod soft;
mod story;

use std::path::PathBuf;

use serde_json::Value;

/// The folder of the tests package.
pub(crate) fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn bytes_are_those_that_were_frozen_and_another_reader_understands_them() {
    let story = story::tell();
    let files = [
        ("envelopes.json", envelopes::vectors(&story)),
        ("records.json", records::vectors(&story)),
        ("frames.json", frames::vectors(&story)),
        ("soft.json", soft::vectors(&story)),
    ];
    let changed: Vec<_> =
        files.iter().filter(|(name, vectors)| !is_frozen(name, vectors)).map(|(name, _)| name).collect();
    assert!(
        changed.is_empty(),
        "{changed:?} in tests/vectors differ from what is written now; see tests/tests/vectors/main.rs"
    );
    python::check(&here());
}

fn is_frozen(name: &str, vectors: &Value) -> bool {
    let path = here().join("vectors").join(name);
    let now = serde_json::to_string_pretty(vectors).unwrap() + "\n";
    if std::env::var_os("CREMONA_BLESS").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    std::fs::read_to_string(&path).is_ok_and(|frozen| frozen == now)
}
