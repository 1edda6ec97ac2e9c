//! A real mailbox among real nodes: paired by one pasted string, it brings together who never meets,
//! and holds no word of what they say.

pub use crate::keeper::Mailbox;
use crate::line::Line;
use crate::person::{Person, Town, all_equal, check_refusal, cremona, holds, until};

/// Ana and a mailbox that she has paired; Ana's node is up.
pub fn paired(town: &Town) -> (Person, String, Mailbox) {
    let (mut ana, _) = town.founder();
    let mut mailbox = Mailbox::init(town, "mailbox");
    let ready = mailbox.up(&[]);
    assert_eq!(ready["paired"], false);
    ana.up();
    mailbox.paired_by(&ana);
    until("ana's node fills the mailbox", || mailbox.has_root_of(&ana));
    let key = ana.text(&["key"], "key");
    assert!(key.contains(&mailbox.listen), "the key names the mailbox: {key}");
    (ana, key, mailbox)
}

#[test]
fn people_who_are_never_up_together_have_all_that_both_said_and_the_mailbox_can_read_nothing() {
    let town = Town::new();
    let (mut ana, key, mut mailbox) = paired(&town);
    let thread = ana.post("quokkalantern is what ana says");
    let gone = ana.post("numbatferry will be deleted");
    until("the mailbox has it", || mailbox.has_root_of(&ana));
    ana.stop();
    // Bo joins by the key alone, with only the mailbox up.
    let mut bo = town.person("bo");
    bo.ask(&["join", &key, "--as", "bo"]);
    bo.up();
    until("bo has joined", || bo.ask(&["status"])["joined"] == true && bo.ids(&thread).len() == 1);
    bo.reply(&thread, "wombatkettle is what bo says");
    until("the mailbox has bo's", || mailbox.has_root_of(&bo));
    bo.stop();
    ana.ask(&["delete", &gone]);
    ana.up();
    until("ana has bo's", || ana.ids(&thread).len() == 2);
    until("the mailbox has the delete", || mailbox.has_root_of(&ana));
    ana.stop();
    bo.up();
    until("bo has the delete", || mailbox.has_root_of(&bo));
    ana.up();
    let digest = all_equal(&[&ana, &bo]);
    assert_eq!(mailbox.status()["root"], digest["root"]);
    mailbox.stop();
    for word in ["quokkalantern", "numbatferry", "wombatkettle", "general", "wsk1"] {
        assert!(!holds(&mailbox.dir, word), "the mailbox holds {word:?}");
    }
}

#[test]
fn no_word_of_anyone_goes_over_the_line_to_the_mailbox() {
    let town = Town::new();
    let (mut ana, _) = town.founder();
    let line = Line::to("127.0.0.1:1", 0);
    let mut mailbox = Mailbox::init_at(&town, "mailbox", &["--at", &line.address]);
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    mailbox.listen.clone_from(&free);
    let ready = mailbox.up(&[]);
    line.lead_to(&free);
    ana.up();
    ana.ask(&["mailbox", "pair", ready["pairing"].as_str().unwrap()]);
    ana.post("quokkalantern is what ana says");
    until("the mailbox has it", || mailbox.has_root_of(&ana));
    let key = ana.text(&["key"], "key");
    ana.stop();
    let mut bo = town.person("bo");
    bo.ask(&["join", &format!("{}@{}", key.split('@').next().unwrap(), line.address), "--as", "bo"]);
    bo.up();
    until("bo reads it", || bo.ask(&["search", "quokkalantern"])["total"] == 1);
    bo.post("wombatkettle is what bo says");
    until("the mailbox has it", || mailbox.has_root_of(&bo));
    assert!(line.bytes() > 4_096, "they met over this line");
    for word in ["quokkalantern", "wombatkettle", "general", "wsk1"] {
        assert!(!line.carried(word), "{word:?} went over the line");
    }
}

#[test]
fn a_mailbox_that_was_killed_or_wiped_comes_back() {
    let town = Town::new();
    let (ana, _, mut mailbox) = paired(&town);
    let (child, _) = mailbox.process.as_mut().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    ana.post("While it was away");
    assert_eq!(mailbox.up(&[])["paired"], true);
    until("it has what was said meanwhile", || mailbox.has_root_of(&ana));
    drop(mailbox);
    let mut other = Mailbox::init(&town, "other");
    other.up(&[]);
    other.paired_by(&ana);
    until("the new one is filled", || other.has_root_of(&ana));
    assert_eq!(ana.ask(&["status"])["mailboxes"].as_array().unwrap().len(), 2);
}

#[test]
fn a_full_mailbox_is_in_every_members_status() {
    let town = Town::new();
    let (mut ana, key, mut mailbox) = paired(&town);
    let mut bo = town.joiner("bo", &key, &ana);
    bo.up();
    until("bo has joined", || bo.ask(&["status"])["joined"] == true);
    mailbox.stop();
    mailbox.up(&["--room", "0"]);
    for person in [&ana, &bo] {
        until("status says so", || {
            let warnings = person.ask(&["status"])["warnings"].to_string();
            warnings.contains("is full") && warnings.contains("--room")
        });
    }
    let before = mailbox.status();
    ana.post("This goes from ana to bo");
    until("bo has it", || bo.ask(&["verify"]) == ana.ask(&["verify"]));
    assert_eq!(mailbox.status(), before, "it drops nothing and takes nothing");
    ana.stop();
}

#[test]
fn what_is_wrong_with_pairing_is_said() {
    let town = Town::new();
    let (ana, key) = town.founder();
    let mut mailbox = Mailbox::init(&town, "mailbox");
    mailbox.up(&[]);
    let string = mailbox.pairing.clone();
    let typo = string.replacen(&string[20..21], if &string[20..21] == "q" { "p" } else { "q" }, 1);
    ana.refused(&["mailbox", "pair", &typo], 2, "of the pairing string looks wrong");
    ana.refused(&["mailbox", "pair", &string[..40]], 2, "should have 90");
    ana.refused(&["mailbox", "pair", &key], 2, "not a pairing string");
    ana.refused(&["mailbox", "pair", string.split('@').next().unwrap()], 2, "no address");
    let bo = town.person("bo");
    bo.ask(&["join", &key, "--as", "bo"]);
    bo.refused(&["mailbox", "pair", &string], 75, "has not met a teammate yet");
    // Nobody who was refused has used the string up.
    mailbox.paired_by(&ana);
    ana.ask(&["mailbox", "pair", &string]);
    let other = town.person("cy");
    other.ask(&["init", "--workspace", "Other", "--as", "cy"]);
    other.refused(&["mailbox", "pair", &string], 1, "can't be paired");
    let dir = mailbox.dir.to_str().unwrap();
    let args = ["--json", "mailbox", "init", dir];
    check_refusal(&cremona().args(args).output().unwrap(), &args, 1, "is not empty");
    let args = ["--json", "mailbox", "up", "/nowhere"];
    check_refusal(&cremona().args(args).output().unwrap(), &args, 3, "there is no mailbox");
}
