//! Search as one types, a message for their morning, and two tabs.

use crate::browser::Browser;
use crate::person::until;
use crate::stage::Stage;

#[test]
fn results_come_while_ana_types() {
    let Some(stage) = Stage::enter() else { return };
    let (ana, _) = stage.two();
    ana.post("The lighthouse is lit");
    ana.post("The harbour is shut");
    let mut page = Browser::at(&ana, "ana");
    page.go("/search");
    page.click("#q");
    page.types("light");
    page.see_in("#results", "lighthouse");
    assert!(!page.words().contains("harbour is shut"));
    page.types("houses");
    page.until("no result", "return !document.querySelector('#results .hit')", &[]);
    assert_eq!(page.focus(), "q", "the focus stays where Ana types");
    // The address is of what is shown, and a link to it shows it again.
    let path = page.path();
    assert_eq!(path, "/search?q=lighthouses");
    page.go("/search?q=harbour");
    page.see_in("#results", "harbour is shut");
    page.see("Searched every message");
    // Where nothing could be sought, it is not said to have been.
    page.fill("#q", "after:someday");
    page.press("Enter");
    page.see("which is no date");
    assert!(!page.words().contains("Searched every message"));
}

#[test]
fn what_ana_types_while_an_enter_is_loading_stays_and_is_found() {
    let Some(stage) = Stage::enter() else { return };
    let (ana, _) = stage.two();
    ana.post("The lighthouse is lit");
    let mut page = Browser::at(&ana, "ana");
    page.go("/search");
    page.click("#q");
    page.types("light");
    page.see_in("#results", "lighthouse");
    // The node takes its time.
    page.script(
        "window.real = fetch; window.held = []; \
         window.fetch = (...all) => new Promise((go) => held.push(go)).then(() => real(...all))",
        &[],
    );
    page.press("Enter");
    page.types("houses");
    page.until("it was asked", "return held.length >= 2", &[]);
    page.script("window.fetch = real; held.forEach((go) => go())", &[]);
    page.until("no result", "return !document.querySelector('#results .hit')", &[]);
    page.see_in("#q", "lighthouses");
    assert_eq!(page.focus(), "q");
    assert_eq!(page.path(), "/search?q=lighthouses");
    page.press("Enter");
    page.see("Nothing found");
}

#[test]
fn what_is_for_their_morning_waits_with_ana_and_is_not_seen_by_bo() {
    let Some(mut stage) = Stage::enter() else { return };
    stage.clock("2026-11-25T12:00:00Z");
    let (ana, bo) = stage.two();
    bo.ask(&["hours", "Asia/Jakarta mon-fri 09:00-17:00"]);
    until("Ana knows Bo's hours", || ana.ask(&["team"]).to_string().contains("Asia/Jakarta"));
    let (mut page, mut his) = (Browser::at(&ana, "ana"), Browser::at(&bo, "bo"));
    page.click_words("#general");
    page.click_words("New thread");
    page.fill("#title", "For the morning");
    page.fill("#text", "@bo good morning");
    page.click("input[name='when'][value='their-morning']");
    page.click_words("Send");
    page.see("Scheduled");
    page.arrives("/scheduled");
    page.see_in("#list", "good morning");
    until("it has travelled", || ana.ask(&["verify"])["messages"] == bo.ask(&["verify"])["messages"]);
    assert!(!his.words().contains("For the morning"), "Bo sees it before his morning");
    // His day begins.
    stage.clock("2026-11-26T02:00:05Z");
    his.reload();
    his.see_in("#list", "For the morning");
    page.go("/scheduled");
    page.see("Nothing is scheduled");
}

#[test]
fn what_is_done_in_one_tab_is_seen_in_the_other() {
    let Some(stage) = Stage::enter() else { return };
    let (ana, bo) = stage.two();
    let asked = bo.post("@ana, which rope?");
    until("Ana has it", || ana.run(&["read", &asked]).status.success());
    let mut page = Browser::at(&ana, "ana");
    page.see_in("#list", "which rope?");
    let (inbox, thread) = page.tab(&format!("/t/{asked}"));
    page.see_in("#messages", "which rope?");
    page.click_words("Done");
    page.turn_to(&inbox);
    page.until("the inbox is empty", "return !document.querySelector('#list .row')", &[]);
    page.turn_to(&thread);
    page.fill("#reply", "The long one");
    page.click_words("Send");
    page.see_in("#messages", "The long one");
}
