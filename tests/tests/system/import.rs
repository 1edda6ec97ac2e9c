//! Slack exports: counted, imported once, converging, and refused where they do harm.

use serde_json::json;

use crate::export::{team, zip};
use crate::person::{Town, all_equal, until};

#[test]
fn an_archive_imported_by_both_sides_apart_is_one_copy() {
    let town = Town::new();
    let (mut ana, key) = town.founder();
    ana.up();
    let mut bo = town.joiner("bo", &key, &ana);
    bo.up();
    all_equal(&[&ana, &bo]);
    bo.stop();
    let export = team(town.folder.path(), 2_000);
    let export = export.to_str().unwrap();
    let dry = ana.ask(&["import", "slack", export, "--dry-run"]);
    assert_eq!((&dry["parsed"], &dry["added"]), (&2_000.into(), &2_000.into()));
    for person in [&ana, &bo] {
        let report = person.ask(&["import", "slack", export]);
        assert_eq!(report, json!({"parsed": 2_000, "added": 2_000, "already": 0, "skipped": []}));
        let again = person.ask(&["import", "slack", export]);
        assert_eq!(again, json!({"parsed": 2_000, "added": 0, "already": 2_000, "skipped": []}));
    }
    bo.up();
    let digest = all_equal(&[&ana, &bo]);
    assert_eq!(digest["messages"], 2_000);
    assert_eq!(ana.ids("alpha").len(), 1_500);
    let message = &ana.ask(&["read", "beta", "--limit", "1"])["messages"][0];
    assert_eq!(message["imported"]["source"], "slack/T9");
    let mut cy = town.joiner("cy", &key, &bo);
    cy.up();
    until("Cy has the archive", || cy.ask(&["verify"]) == digest || cy.ask(&["verify"])["messages"] == 2_000);
    all_equal(&[&ana, &bo, &cy]);
}

#[test]
fn what_is_no_export_or_does_harm_is_refused() {
    let town = Town::new();
    let (ana, _) = town.founder();
    let folder = town.folder.path();
    let text = |json: serde_json::Value| json.to_string().into_bytes();
    let file = |name: &str, bytes: Vec<u8>| (name.to_owned(), bytes);
    let plain = folder.join("plain.zip");
    std::fs::write(&plain, "no zip at all").unwrap();
    let other = zip(folder, "other.zip", &[file("photos/cat.jpg", vec![1, 2, 3])]);
    let channels = || file("channels.json", text(json!([{"id": "C1", "name": "a"}])));
    let out = zip(folder, "out.zip", &[channels(), file("../../etc/2020-01-01.json", b"[]".to_vec())]);
    let bomb = zip(folder, "bomb.zip", &[channels(), file("a/2020-01-01.json", vec![b' '; 30_000_000])]);
    for (path, words) in [
        (&plain, "not a ZIP"),
        (&other, "not a Slack export"),
        (&out, "leads out of it"),
        (&bomb, "unpacks to more than"),
    ] {
        ana.refused(&["import", "slack", path.to_str().unwrap()], 1, words);
    }
    ana.refused(&["import", "slack", "/nowhere/at/all.zip"], 1, "can't read");
    let day = text(json!([
        {"type": "message", "user": "U1", "ts": "1600000000.000100", "text": "kept"},
        {"type": "message", "user": "U1", "ts": "soon", "text": "bad time"},
        {"type": "message", "subtype": "channel_join", "user": "U1", "ts": "1600000001.000100", "text": "joined"},
    ]));
    let secret = text(json!([{"type": "message", "user": "U1", "ts": "1600000002.000100", "text": "private"}]));
    let files = [
        channels(),
        file("groups.json", text(json!([{"id": "G1", "name": "secret"}]))),
        file("a/2020-01-01.json", day),
        file("a/2020-01-02.json", b"[{broken".to_vec()),
        file("secret/2020-01-01.json", secret),
    ];
    let mixed = zip(folder, "mixed.zip", &files);
    let report = ana.ask(&["import", "slack", mixed.to_str().unwrap()]);
    assert_eq!((&report["parsed"], &report["added"], &report["already"]), (&5.into(), &1.into(), &0.into()));
    let skipped: u64 = report["skipped"].as_array().unwrap().iter().map(|skip| skip["count"].as_u64().unwrap()).sum();
    assert_eq!(skipped, 4, "{report}");
    assert_eq!(ana.ask(&["search", "private"])["total"], 0);
}
