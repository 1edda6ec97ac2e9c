//! A small made-up export for `cremona demo`: a team in New York, London and Singapore.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::sample_talk::TALK;

/// Id, name, zone.
const PEOPLE: &[(&str, &str, &str)] = &[
    ("U1", "Ana", "America/New_York"),
    ("U2", "Bo", "Europe/London"),
    ("U3", "Cy", "Asia/Singapore"),
    ("U4", "Dewi", "Asia/Jakarta"),
    ("U5", "Emeka", "Europe/London"),
    ("U6", "Fern", "America/New_York"),
];

/// Id, name, purpose.
const CHANNELS: &[(&str, &str, &str)] = &[
    ("C1", "product", "What we build next, and why"),
    ("C2", "field-notes", "What people who use it tell us"),
    ("C3", "kitchen", "Everything that is not work"),
];

/// Monday, 5 January 2026, nine in the morning in New York, in seconds since 1970.
const START: u64 = 1_767_621_600;

/// The export as a ZIP, the same bytes every time.
#[must_use]
pub fn sample_export() -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let users: Vec<Value> = PEOPLE
        .iter()
        .map(|(id, name, zone)| json!({"id": id, "team_id": "TSAMPLE", "name": name.to_lowercase(), "tz": zone, "profile": {"display_name": name}}))
        .collect();
    let channels: Vec<Value> = CHANNELS
        .iter()
        .map(|(id, name, purpose)| json!({"id": id, "name": name, "created": 1_767_600_000, "purpose": {"value": purpose}}))
        .collect();
    add(&mut zip, "users.json", &Value::from(users));
    add(&mut zip, "channels.json", &Value::from(channels));
    for (name, objects) in days() {
        add(&mut zip, &name, &Value::from(objects));
    }
    zip.finish().expect("writing to memory can't fail").into_inner()
}

/// The files of days.
fn days() -> BTreeMap<String, Vec<Value>> {
    let mut days: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut roots: BTreeMap<&str, String> = BTreeMap::new();
    let mut seconds = START;
    for (number, (channel, hours, author, text)) in TALK.iter().enumerate() {
        seconds += hours * 3_600 + 137;
        let ts = format!("{seconds}.{number:06}");
        let (text, root) = match text.strip_prefix("> ") {
            Some(text) => (text, roots.get(channel).cloned()),
            None => {
                roots.insert(channel, ts.clone());
                (*text, Some(ts.clone()))
            }
        };
        let mut object = json!({"type": "message", "user": author, "ts": ts, "thread_ts": root, "text": text});
        adorn(&mut object, number, author, seconds);
        let name = CHANNELS.iter().find(|(id, ..)| id == channel).map_or(*channel, |(_, name, _)| name);
        days.entry(format!("{name}/{}.json", date(seconds))).or_default().push(object);
    }
    days
}

/// Reactions on some messages, edits of some others.
fn adorn(object: &mut Value, number: usize, author: &str, seconds: u64) {
    if number % 7 == 5 {
        object["reactions"] =
            json!([{"name": "tada", "users": ["U2", "U4"]}, {"name": "+1::skin-tone-4", "users": ["U6"]}]);
    }
    if number % 19 == 8 {
        object["edited"] = json!({"user": author, "ts": format!("{}.000000", seconds + 240)});
    }
}

fn date(seconds: u64) -> String {
    let second = i64::try_from(seconds).expect("a time of this century fits");
    let at = jiff::Timestamp::from_second(second).expect("a time of this century is in range");
    at.strftime("%Y-%m-%d").to_string()
}

fn add(zip: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, json: &Value) {
    // The crate's default time is fixed only without its clock features, so it is given here.
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    let written = zip.start_file(name, options).map(|()| zip.write_all(json.to_string().as_bytes()));
    assert!(matches!(written, Ok(Ok(()))), "writing to memory can't fail");
}
