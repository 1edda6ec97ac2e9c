//! The page, tried as people use it: real nodes, a real Chromium, and what is seen on its screen.
//!
//! Every story waits for what someone would see, never for time to go by. What was seen when one failed is
//! kept in `target/browser/`. `CREMONA_SHOTS=FOLDER` keeps pictures of every view.
#![allow(clippy::unwrap_used)] // a test that meets an error has failed

mod apart;
mod asking;
mod axe;
mod browser;
mod deeds;
mod driver;
#[allow(dead_code, reason = "shared with the system tests, which ask for more")]
#[path = "../system/export.rs"]
mod export;
mod figures;
mod first;
mod guests;
mod imports;
mod indonesian;
#[allow(dead_code, reason = "shared with the system tests, which ask for more")]
#[path = "../system/keeper.rs"]
mod keeper;
mod keyboard;
mod live;
mod memory;
#[allow(dead_code, reason = "shared with the system tests, which ask for more")]
#[path = "../system/person.rs"]
mod person;
mod plain;
mod planning;
mod restart;
mod search;
mod shots;
mod stage;
mod views;

use std::path::PathBuf;

/// The folder that everything is built into.
fn target() -> PathBuf {
    std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a target folder").to_owned()
}

/// Whether what is missing is a failure.
fn must() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}
