//! A team's history made for a slow link: as many bytes as wanted, whatever compresses them.

use std::path::{Path, PathBuf};

use cremona_tests::world::dice::Dice;
use serde_json::json;

use crate::export::zip;

const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Writes an export of `messages` in one channel, an hour apart, with a text of `bytes` each.
pub fn archive(folder: &Path, messages: usize, bytes: usize, seed: u64) -> PathBuf {
    let mut dice = Dice::new(seed);
    let said: Vec<_> = (0..messages)
        .map(|n| json!({"type": "message", "user": "U1", "ts": ts(n), "text": noise(&mut dice, bytes)}))
        .collect();
    let users = json!([{"id": "U1", "team_id": "T9", "name": "dewi"}]);
    let channels = json!([{"id": "C1", "name": "alpha", "created": 1_600_000_000}]);
    let files = [
        ("users.json".to_owned(), users.to_string().into_bytes()),
        ("channels.json".to_owned(), channels.to_string().into_bytes()),
        ("alpha/2020-09-13.json".to_owned(), json!(said).to_string().into_bytes()),
    ];
    zip(folder, "history.slack.zip", &files)
}

fn ts(n: usize) -> String {
    format!("{}.{:06}", 1_600_000_000 + n * 3_600, n % 1_000_000)
}

/// Letters by chance: six bits each, so that no compression gets below three quarters.
fn noise(dice: &mut Dice, bytes: usize) -> String {
    (0..bytes).filter_map(|_| dice.one(LETTERS)).map(char::from).collect()
}
