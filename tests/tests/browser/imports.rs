//! Nothing of an import runs either: an export is written by whoever was in it.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::export::zip;
use crate::guests::{every_page, nothing_blocked, payloads, unharmed};
use crate::stage::Stage;

/// Longest purpose of a channel that an import keeps, in bytes.
const PURPOSE: usize = 1_000;
/// Where all messages are.
const MAIN: &str = "wall";

#[test]
fn no_payload_of_a_slack_export_runs_in_names_purposes_texts_files_or_reactions() {
    let Some(stage) = Stage::enter() else { return };
    let payloads = payloads();
    let (mut ana, _) = stage.town.founder();
    let files = export(&payloads);
    let export = zip(stage.town.folder.path(), "evil.zip", &files);
    let report = ana.ask(&["import", "slack", export.to_str().unwrap()]);
    // The whole thread, and a message in each channel.
    let channels = files.len() - 3;
    assert_eq!((&report["added"], &report["skipped"]), (&(payloads.len() + channels).into(), &json!([])), "{report}");
    ana.up();
    let listed = ana.ask(&["channels"]);
    let listed: Vec<&Value> = listed["channels"].as_array().unwrap().iter().collect();
    assert_eq!(listed.len(), channels + 2, "each with its own name");
    let id = |channel: &Value| channel["id"].as_str().unwrap().to_owned();
    let main = listed.iter().find(|channel| channel["name"] == MAIN).map(|channel| id(channel)).unwrap();
    let thread = ana.ask(&["read", MAIN, "--limit", "1"])["messages"][0]["thread"].as_str().unwrap().to_owned();
    let mut page = Browser::at(&ana, "ana");
    page.log("browser");
    for start in [format!("/t/{thread}"), format!("/c/{main}?show=all"), format!("/c/{main}")] {
        every_page(&mut page, &start);
    }
    for channel in listed {
        for path in [format!("/c/{}", id(channel)), format!("/c/{}/new", id(channel))] {
            page.go(&path);
            unharmed(&mut page, &channel["name"].to_string());
        }
    }
    for path in ["/", "/channels", "/team", "/catch-up", "/digest", "/search?q=payload", "/search?q=from:payload"] {
        page.go(path);
        unharmed(&mut page, path);
    }
    // What was a payload there is to be read here.
    page.go(&format!("/t/{thread}"));
    page.see_in("#messages", "payload");
    nothing_blocked(&mut page);
}

/// An export with each payload as the name of an author, in a text as it is and as Slack escapes it, as title, name
/// and address of a file and of an attachment, and as a reaction; and some as names of channels, all in purposes.
fn export(payloads: &[&str]) -> Vec<(String, Vec<u8>)> {
    let users: Vec<Value> = (0..).zip(payloads).map(|(n, payload)| user(n, payload)).collect();
    let mut channels =
        vec![json!({ "id": "C0", "name": MAIN, "created": 1_600_000_000, "purpose": { "value": payloads[0] } })];
    // A channel's name names a folder of the archive.
    let names =
        payloads.iter().filter(|name| name.len() <= 80 && !name.contains(['/', '\\', ':']) && name.trim() == **name);
    let names = names.filter(|name| !name.contains(char::is_control) && !name.starts_with('.'));
    let mut days = Vec::new();
    for (n, (name, purpose)) in (1..).zip(names.zip(purposes(payloads))) {
        channels.push(
            json!({ "id": format!("C{n}"), "name": name, "created": 1_600_000_000, "purpose": { "value": purpose } }),
        );
        let said = json!([{ "type": "message", "user": "U0", "ts": format!("1600000{n:03}.000001"), "text": name }]);
        days.push((format!("{name}/2020-09-13.json"), said.to_string().into_bytes()));
    }
    let wall: Vec<Value> = (0..).zip(payloads).map(|(n, payload)| message(n, payload)).collect();
    let mut files = vec![
        ("users.json".to_owned(), Value::from(users).to_string().into_bytes()),
        ("channels.json".to_owned(), Value::from(channels).to_string().into_bytes()),
        (format!("{MAIN}/2020-09-13.json"), Value::from(wall).to_string().into_bytes()),
    ];
    files.extend(days);
    files
}

fn user(n: usize, payload: &str) -> Value {
    json!({ "id": format!("U{n}"), "team_id": "T9", "name": payload, "profile": { "display_name": payload, "real_name": payload } })
}

fn message(n: usize, payload: &str) -> Value {
    let escaped = payload.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let link = format!("https://evil.example/{payload}");
    json!({
        "type": "message", "user": format!("U{n}"), "ts": format!("1600001{n:03}.000001"),
        "thread_ts": "1600001000.000001",
        "text": format!("payload {n} {payload} {escaped} <{link}|{payload}> <@U{n}> <#C1|{payload}>"),
        "files": [{ "title": payload, "name": payload, "permalink": link }, { "name": payload, "url_private": payload }],
        "attachments": [{ "title": payload, "title_link": payload, "text": escaped, "fallback": payload }],
        "reactions": [{ "name": payload, "users": [format!("U{n}"), payload] }],
    })
}

/// All payloads, as many together as a purpose holds.
fn purposes(payloads: &[&str]) -> Vec<String> {
    let mut all = vec![String::new()];
    for payload in payloads {
        let last = all.last_mut().expect("there is one");
        if last.len() + payload.len() < PURPOSE {
            *last = format!("{last} {payload}");
        } else {
            all.push((*payload).to_owned());
        }
    }
    all
}
