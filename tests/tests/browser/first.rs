//! The first minutes: Ana creates a workspace on the page, Bo pastes her key on his.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use crate::browser::Browser;
use crate::driver::Wish;
use crate::person::{Person, until};
use crate::stage::Stage;

/// A node that has no workspace yet; it ends when dropped.
pub struct First(Child);

impl Drop for First {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts someone's first node; gives the link that it prints.
pub fn first(person: &Person) -> (First, String) {
    let mut command = person.command(&["up", "--open", "--no-mdns", "--listen", "127.0.0.1:0"]);
    // Nothing else is to open the link.
    command.env("PATH", "").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines.find_map(|line| line.ok().filter(|line| line.contains("/enter?link="))).unwrap();
    std::thread::spawn(move || lines.for_each(drop));
    let begin = line.find("http://").unwrap();
    (First(child), line[begin..].trim_end_matches(['"', '}']).to_owned())
}

#[test]
fn whoever_comes_without_the_link_or_by_a_used_one_is_told_what_to_do() {
    let Some(stage) = Stage::enter() else { return };
    let (_hers, link) = first(&stage.town.person("ana"));
    let mut page = Browser::follow(&link, "ana", Wish::default());
    page.see("Create workspace");
    page.go("/somewhere");
    page.see("There is nothing at this path before there is a workspace");
    let mut other = Browser::follow(&link, "eve", Wish::default());
    other.see("only by the link that the node printed");
    other.see("start it again for another link");
    other.go("/");
    other.see("only by the link that the node printed");
}

#[test]
fn ana_creates_a_workspace_and_bo_pastes_her_key_and_both_write() {
    let Some(stage) = Stage::enter() else { return };
    let (ana, bo) = (stage.town.person("ana"), stage.town.person("bo"));
    let (_hers, link) = first(&ana);
    let mut page = Browser::follow(&link, "ana", Wish::default());
    page.fill("#ws", "Tidewater");
    page.fill("#own-name", "Ana");
    page.fill("#zone", "Asia/Jakarta");
    page.click_words("Create workspace");
    page.see("Tidewater");
    page.see("Nothing needs you");
    page.go("/team");
    page.see("Jakarta");
    page.go("/invite");
    let key = page.until("a key", "return document.querySelector('main textarea, main input, main code')?.value", &[]);
    let (_his, link) = first(&bo);
    let mut his = Browser::follow(&link, "bo", Wish::default());
    // A key that is none is refused, and what was typed stands there still.
    his.fill("#key", "wsk1nothing");
    his.fill("#name", "Bo");
    his.click_words("Join");
    his.see_in("#join-error", "key");
    his.see_in("#name", "Bo");
    his.fill("#key", key.as_str().unwrap());
    his.click_words("Join");
    his.see("Inbox");
    assert!(!his.path().contains("wsk1"), "the key is in the address");
    until("Ana knows Bo", || ana.ask(&["members"])["members"].as_array().is_some_and(|members| members.len() == 2));
    page.go("/");
    page.click_words("#general");
    page.click_words("New thread");
    page.fill("#text", "@Bo, welcome");
    page.click_words("Send");
    his.see_in("#list", "welcome");
}
