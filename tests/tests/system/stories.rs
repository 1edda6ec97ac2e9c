//! Meeting, parting, passing on, erasing.

use crate::person::{Town, all_equal, cremona, holds, until};

#[test]
fn bo_pastes_the_key_and_both_hold_the_same() {
    let town = Town::new();
    let (mut ana, key) = town.founder();
    let thread = ana.post("Before Bo");
    ana.up();
    let pasted = format!("  “{}\n{}”  ", key[..30].to_uppercase(), &key[30..]);
    let mut bo = town.person("bo");
    let output = bo.run_with(&["join", "-", "--as", "bo"], pasted.as_bytes());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    bo.dials(&ana);
    bo.up();
    until("Bo reads", || bo.run(&["read", &thread]).status.success());
    bo.reply(&thread, "Here I am");
    ana.post("Live");
    let digest = all_equal(&[&ana, &bo]);
    assert_eq!((&digest["messages"], &digest["members"]), (&3.into(), &2.into()));
    assert_eq!(ana.ids(&thread), bo.ids(&thread));
    bo.stop();
    ana.stop();
    // Every verb but those of the network works with the node stopped.
    bo.post("Offline");
    bo.refused(&["watch"], 5, "no node is running");
    bo.refused(&["peers"], 5, "no node is running");
    assert_eq!(bo.ask(&["search", "offline"])["total"], 1);
}

#[test]
fn apart_a_hundred_each_and_then_all_two_hundred_in_one_order() {
    let town = Town::new();
    let (mut ana, key) = town.founder();
    ana.up();
    let mut bo = town.joiner("bo", &key, &ana);
    bo.up();
    let thread = ana.post("Start");
    all_equal(&[&ana, &bo]);
    bo.stop();
    for n in 0..50 {
        ana.reply(&thread, &format!("ana answers {n}"));
        ana.post(&format!("ana posts {n}"));
        bo.reply(&thread, &format!("bo answers {n}"));
        bo.post(&format!("bo posts {n}"));
    }
    bo.up();
    let digest = all_equal(&[&ana, &bo]);
    assert_eq!(digest["messages"], 201);
    assert_eq!(ana.ids(&thread), bo.ids(&thread));
    assert_eq!(ana.ids("general"), bo.ids("general"));
    // Cy meets only Bo, while Ana is off.
    ana.stop();
    let mut cy = town.joiner("cy", &key, &bo);
    cy.up();
    until("Cy has Ana's", || cy.run(&["read", "general"]).status.success() && cy.ids("general") == bo.ids("general"));
    all_equal(&[&bo, &cy]);
}

#[test]
fn a_delete_leaves_no_byte_on_any_node() {
    let town = Town::new();
    let (mut ana, key) = town.founder();
    ana.up();
    let mut bo = town.joiner("bo", &key, &ana);
    bo.up();
    let id = ana.post("The Zanzibarquokka sleeps at Wintergreenlane");
    ana.ask(&["edit", &id, "-m", "The Zanzibarquokka moved to Summerbluelane"]);
    let kept = ana.post("Stays readable");
    until("Bo has the edit", || bo.ask(&["search", "summerbluelane"])["total"] == 1);
    assert!(holds(&bo.data, "zanzibarquokka"));
    ana.ask(&["delete", &id]);
    for person in [&ana, &bo] {
        until("the words are gone", || {
            ["zanzibarquokka", "wintergreenlane", "summerbluelane"].iter().all(|word| !holds(&person.data, word))
        });
        assert_eq!(person.ask(&["search", "zanzibarquokka OR moved"])["total"], 0);
        assert!(person.ids("general").contains(&kept));
    }
    bo.stop();
    ana.stop();
    all_equal(&[&ana, &bo]);
    assert!(!holds(&ana.data, "zanzibarquokka") && !holds(&bo.data, "zanzibarquokka"));
}

#[test]
fn channels_threads_reactions_and_watch_speak_json() {
    let town = Town::new();
    let (mut ana, _) = town.founder();
    ana.up();
    let channel = ana.ask(&["channel", "create", "plans", "--purpose", "What comes next"]);
    assert_eq!((&channel["name"], &channel["purpose"]), (&"plans".into(), &"What comes next".into()));
    ana.ask(&["channel", "rename", "plans", "roadmap"]);
    ana.ask(&["channel", "describe", "roadmap", "--expectation", "within 2 working days"]);
    let posted = ana.ask(&["post", "roadmap", "-m", "First", "--title", "A title"]);
    assert_eq!(posted["id"], posted["thread"]);
    let id = posted["id"].as_str().unwrap();
    assert_eq!(ana.ask(&["react", id, "👍"])["reactions"][0]["emoji"], "👍");
    assert_eq!(ana.ask(&["react", id, "👍", "--remove"])["reactions"], serde_json::json!([]));
    let threads = ana.ask(&["threads", "roadmap"]);
    assert_eq!((&threads["threads"][0]["title"], &threads["threads"][0]["replies"]), (&"A title".into(), &0.into()));
    ana.ask(&["channel", "archive", "roadmap"]);
    ana.refused(&["post", "roadmap", "-m", "late"], 4, "archived");
    ana.ask(&["channel", "unarchive", "roadmap"]);
    for n in 0..7 {
        ana.reply(id, &format!("reply {n}"));
    }
    let page = ana.ask(&["read", id, "--limit", "3"]);
    let earlier = ana.ask(&["read", id, "--limit", "3", "--before", page["next"].as_str().unwrap()]);
    assert_eq!(earlier["messages"][2]["text"], "reply 3");
    let mut watch = ana.command(&["watch", "--since", "0"]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(watch.stdout.take().unwrap()));
    let seen = lines.find(|line| line.as_ref().unwrap().contains(id)).unwrap().unwrap();
    assert!(seen.contains("\"kind\":\"message\""), "{seen}");
    let news = ana.post("news for the watcher");
    assert!(lines.any(|line| line.unwrap().contains(&news)));
    watch.kill().unwrap();
    watch.wait().unwrap();
}

#[test]
fn the_demo_ends_in_all_equal() {
    let demo = cremona().arg("demo").output().unwrap();
    let said = String::from_utf8_lossy(&demo.stdout);
    assert!(demo.status.success(), "{said}{}", String::from_utf8_lossy(&demo.stderr));
    assert!(said.trim_end().ends_with("all equal"), "{said}");
}
