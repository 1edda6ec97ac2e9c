//! The doctor: well, ill in one way each, and what it says then.

use std::net::TcpListener;

use serde_json::Value;

use crate::person::{Person, Town, all_equal, until};

/// The exit code and all checks.
fn examine(person: &Person) -> (i32, Vec<Value>) {
    let output = person.run(&["doctor"]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("the report is JSON");
    let code = output.status.code().expect("it ends by itself");
    assert_eq!(report["ok"], code == 0, "{report}");
    (code, report["checks"].as_array().expect("checks").clone())
}

/// What it says of one station, state first.
fn says(checks: &[Value], name: &str) -> (String, String) {
    let found = checks.iter().find(|check| check["name"] == name).unwrap_or_else(|| panic!("no {name} in {checks:?}"));
    let text = |field: &str| found[field].as_str().expect("text").to_owned();
    (text("state"), format!("{} {}", text("says"), text("next")))
}

#[test]
fn two_who_are_connected_are_well_and_see_each_other() {
    let town = Town::new();
    let (mut ana, key) = town.founder();
    ana.up();
    let mut bo = town.joiner("bo", &key, &ana);
    bo.up();
    all_equal(&[&ana, &bo]);
    for (person, other) in [(&ana, "bo"), (&bo, "ana")] {
        until("the doctor is content", || examine(person).0 == 0);
        let (_, checks) = examine(person);
        assert_eq!(says(&checks, "listen").0, "good");
        assert!(says(&checks, other).1.starts_with("connected"), "{checks:?}");
        assert!(checks.iter().all(|check| check["state"] != "wrong"));
    }
}

#[test]
fn a_founder_without_a_team_is_well_and_told_how_to_get_one() {
    let town = Town::new();
    let (mut ana, _) = town.founder();
    ana.up();
    let (code, checks) = examine(&ana);
    assert_eq!(code, 0, "{checks:?}");
    let (state, words) = says(&checks, "teammates");
    assert!(state == "note" && words.contains("cremona key"), "{words}");
}

#[test]
fn a_node_that_does_not_run_is_what_is_wrong() {
    let town = Town::new();
    let (ana, _) = town.founder();
    let (code, checks) = examine(&ana);
    assert_eq!(code, 1);
    let (state, words) = says(&checks, "node");
    assert!(state == "wrong" && words.contains("cremona up"), "{words}");
    assert_eq!(says(&checks, "data").0, "good");
}

#[test]
fn a_port_that_another_program_holds_is_named() {
    let town = Town::new();
    let (ana, _) = town.founder();
    // Where somebody else holds it already, the doctor sees that all the same.
    let held = TcpListener::bind("0.0.0.0:4477");
    let (_, checks) = examine(&ana);
    drop(held);
    let (state, words) = says(&checks, "listen");
    assert!(state == "note" && words.contains("port 4477 is in use"), "{words}");
}

#[test]
fn an_address_that_leads_nowhere_is_told_with_the_cause() {
    let town = Town::new();
    let (_, key) = town.founder();
    let mut bo = town.person("bo");
    bo.ask(&["join", &key, "--as", "bo", "--dial", "127.0.0.1:1"]);
    bo.up();
    until("it was tried", || examine(&bo).1.iter().any(|check| check["name"] == "address"));
    let (code, checks) = examine(&bo);
    assert_eq!(code, 1);
    let (state, words) = says(&checks, "address");
    assert!(state == "wrong" && words.contains("127.0.0.1:1"), "{words}");
    assert!(says(&checks, "teammates").1.contains("not met anyone"), "{checks:?}");
    bo.stop();
    // With the node stopped, the doctor tries the address itself.
    assert!(says(&examine(&bo).1, "address").1.contains("nothing answers at 127.0.0.1:1"));
}

#[test]
fn a_directory_that_is_none_is_a_finding_and_no_crash() {
    let town = Town::new();
    let nobody = town.person("nobody");
    let (code, checks) = examine(&nobody);
    assert_eq!(code, 1);
    let (state, words) = says(&checks, "data");
    assert!(state == "wrong" && words.contains("cremona init"), "{words}");
}

#[test]
fn a_teammate_who_is_off_was_last_heard_of_and_lacks_what_was_written_since() {
    let town = Town::new();
    let (mut ana, key) = town.founder();
    ana.up();
    let mut bo = town.joiner("bo", &key, &ana);
    bo.up();
    all_equal(&[&ana, &bo]);
    bo.stop();
    until("ana sees that he is gone", || ana.ask(&["status"])["connected"] == 0);
    ana.post("While Bo is off");
    let status = ana.ask(&["status"]);
    let mate = &status["teammates"][0];
    assert_eq!((&mate["name"], &mate["connected"]), (&"bo".into(), &false.into()));
    assert!(mate["last_heard"].is_string(), "{mate}");
    let (code, checks) = examine(&ana);
    assert_eq!(code, 1);
    assert!(says(&checks, "teammates").1.contains("goes out by itself"), "{checks:?}");
    assert!(says(&checks, "bo").1.contains("last heard of"), "{checks:?}");
}
