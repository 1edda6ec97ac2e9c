//! What a teammate writes arrives on an open page, and moves nothing that is being read.

use crate::browser::Browser;
use crate::person::until;
use crate::stage::Stage;

#[test]
fn bo_sees_what_ana_writes_and_ana_reads_on_undisturbed_while_he_answers() {
    let Some(stage) = Stage::enter() else { return };
    let (ana, bo) = stage.two();
    let (mut ana, mut bo) = (Browser::at(&ana, "ana"), Browser::at(&bo, "bo"));
    bo.see("Inbox");
    ana.see("general");
    ana.click_words("#general");
    ana.click_words("New thread");
    ana.fill("#title", "Where in spring");
    let long: String = (1..=60).map(|n| format!("Place {n}\n\n")).collect();
    ana.fill("#text", &format!("@bo where do we meet?\n\n{long}"));
    ana.click_words("Send");
    ana.see_in("#messages", "where do we meet?");
    // Bo's inbox has been open all the time.
    bo.see_in("#list", "Where in spring");
    bo.click_words("Where in spring");
    bo.see_in("#messages", "where do we meet?");
    // Ana reads somewhere in the middle.
    ana.script("document.querySelectorAll('.prose p')[20].scrollIntoView()", &[]);
    let before = ana.script("return document.querySelectorAll('.prose p')[20].getBoundingClientRect().y", &[]);
    bo.press("r");
    bo.types("In Cremona");
    bo.press("Control+Enter");
    bo.see_in("#messages", "In Cremona");
    ana.see_in("#messages", "In Cremona");
    let after = ana.script("return document.querySelectorAll('.prose p')[20].getBoundingClientRect().y", &[]);
    assert_eq!(before, after, "what Ana reads has moved");
}

/// An open inbox and an open channel, at which nobody looks again.
#[test]
fn what_the_clock_brings_comes_up_on_open_pages_by_itself() {
    let Some(mut stage) = Stage::enter() else { return };
    stage.clock("2026-11-16T09:00:00Z");
    let (ana, bo) = stage.two();
    ana.ask(&["hours", "Europe/London mon-fri 09:00-17:30"]);
    let asked = bo.post("@ana, which rope?");
    bo.ask(&["post", "general", "-m", "@ana the harbour opens", "--at", "2026-11-16T14:00:00Z"]);
    until("Ana has both", || {
        ana.ask(&["verify"]) == bo.ask(&["verify"]) && ana.run(&["read", &asked]).status.success()
    });
    ana.ask(&["later", &asked, "2026-11-16T12:00:00Z"]);
    let (mut inbox, mut channel) = (Browser::at(&ana, "ana"), Browser::at(&bo, "bo"));
    inbox.see("Nothing needs you");
    channel.click_words("#general");
    channel.see_in("#list", "which rope?");
    // The clock is moved to just before each time, and that passes by itself. A node that sleeps till later has to
    // hear of a moved clock: it is asked something that changes nothing.
    let mut moved = |moment: &str| {
        stage.clock(moment);
        for person in [&ana, &bo] {
            person.ask(&["peers"]);
        }
    };
    moved("2026-11-16T11:59:55Z");
    inbox.see_in("#list", "which rope?");
    inbox.see_no("the harbour opens");
    moved("2026-11-16T13:59:55Z");
    inbox.see_in("#list", "the harbour opens");
    channel.see_in("#list", "the harbour opens");
    ana.ask(&["done", &asked]);
    inbox.see_no("which rope?");
}

#[test]
fn what_ana_does_on_the_command_line_is_seen_on_her_open_page() {
    let Some(stage) = Stage::enter() else { return };
    let (ana, bo) = stage.two();
    let asked = ["@ana, which rope?", "@ana, which anchor?"].map(|text| bo.post(text));
    until("Ana has both", || asked.iter().all(|id| ana.run(&["read", id]).status.success()));
    let mut page = Browser::at(&ana, "ana");
    page.see_in("#list", "which rope?");
    page.see_in("#list", "which anchor?");
    ana.ask(&["done", &asked[0]]);
    page.until("it has left", "return !document.getElementById('list').innerText.includes('rope')", &[]);
    ana.ask(&["later", &asked[1], "mon 09:00"]);
    page.see("Nothing needs you");
    page.see_in("#rail a[href='/later']", "1");
    // An open thread says whether it is followed.
    page.click_words("#general");
    page.click_words("@ana, which rope?");
    page.arrives("/t/");
    ana.ask(&["follow", &asked[0]]);
    page.see_in("header button", "Following");
}

#[test]
fn more_than_a_page_holds_waits_behind_a_line_and_leaves_no_gap() {
    let Some(stage) = Stage::enter() else { return };
    let (ana, bo) = stage.two();
    let thread = ana.post("Which rope?");
    until("Bo has it", || bo.run(&["read", &thread]).status.success());
    ana.ask(&["mute", &thread]);
    let mut page = Browser::at(&ana, "ana");
    page.go(&format!("/t/{thread}"));
    page.see_in("#messages", "Which rope?");
    page.fill("#reply", "What I am writing");
    // Nothing comes through until all is here.
    page.script("window.through = window.fetch; window.fetch = () => new Promise(() => {})", &[]);
    for n in 1..40 {
        bo.reply(&thread, &format!("Rope number {n}."));
    }
    until("Ana has them", || ana.ids(&thread).len() == 40);
    page.script("window.fetch = window.through", &[]);
    bo.reply(&thread, "Rope number 40.");
    page.see_in("#fresh", "Show");
    page.see_in("#messages", "Which rope?");
    page.see_no("Rope number");
    page.click("#fresh-show");
    page.see_in("#messages", "Rope number 40.");
    page.see_in("#messages .folded", "Earlier messages");
    let shown = "return [...document.querySelectorAll('.message .prose')].map((text) => text.textContent.trim())";
    let shown = page.script(shown, &[]);
    let last: Vec<String> = (11..=40).map(|n| format!("Rope number {n}.")).collect();
    assert_eq!(shown, serde_json::json!(last), "one after the other");
    assert_eq!(page.script("return document.getElementById('reply').value", &[]), "What I am writing");
}
