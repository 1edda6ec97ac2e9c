//! Slack exports made for tests.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Writes a ZIP of these files.
pub fn zip(folder: &Path, name: &str, files: &[(String, Vec<u8>)]) -> PathBuf {
    let path = folder.join(name);
    let mut zip = ZipWriter::new(std::fs::File::create(&path).unwrap());
    for (name, bytes) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
    path
}

/// An export of `count` messages in threads over many days, in two channels.
pub fn team(folder: &Path, count: usize) -> PathBuf {
    let mut files = vec![
        ("users.json".to_owned(), json!([{"id": "U1", "team_id": "T9", "name": "dewi"}, {"id": "U2", "name": "emeka"}]).to_string().into_bytes()),
        ("channels.json".to_owned(), json!([{"id": "C1", "name": "alpha", "created": "1600000000"}, {"id": "C2", "name": "beta", "created": 1_600_000_000}]).to_string().into_bytes()),
        ("groups.json".to_owned(), b"null".to_vec()),
        ("dms.json".to_owned(), b"[]".to_vec()),
    ];
    let words = ["harbour", "satchel", "lantern", "kopi", "ferry", "tide", "ledger", "violin"];
    let mut days: std::collections::BTreeMap<String, Vec<Value>> = std::collections::BTreeMap::new();
    let mut root = String::new();
    for n in 0..count {
        let channel = if n % 200 < 150 { "alpha" } else { "beta" };
        let ts = format!("{}.{:06}", 1_600_000_000 + n * 1_800, n % 1_000);
        let text = format!("{} {} number {n}", words[n % 8], words[n / 8 % 8]);
        let mut message =
            json!({"type": "message", "user": if n % 3 == 0 { "U1" } else { "U2" }, "ts": ts, "text": text});
        if n % 10 == 0 || n % 200 == 150 || n % 200 == 0 {
            root.clone_from(&ts);
        } else {
            message["thread_ts"] = Value::from(root.clone());
        }
        let day = n / 48;
        days.entry(format!("{channel}/2020-{:02}-{:02}.json", 9 + day / 28 % 4, day % 28 + 1))
            .or_default()
            .push(message);
    }
    files.extend(days.into_iter().map(|(name, messages)| (name, Value::from(messages).to_string().into_bytes())));
    zip(folder, "team.slack.zip", &files)
}
