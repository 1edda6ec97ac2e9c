//! What is done to channels, threads and messages on one page, and what the other page then shows.

use crate::browser::Browser;
use crate::person::until;
use crate::stage::Stage;

/// Opens the menu of a message and clicks what a selector names in it.
pub fn menu(page: &mut Browser, message: &str, item: &str) {
    page.click(&format!("#m-{message} summary"));
    page.click(&format!("#m-{message} .menu {item}"));
}

/// Writes a thread on its channel's page; gives its id.
pub fn writes(page: &mut Browser, channel: &str, title: &str, text: &str) -> String {
    page.click_words(channel);
    page.click_words("New thread");
    page.fill("#title", title);
    page.fill("#text", text);
    page.click_words("Send");
    page.see_in("h1", title);
    id(page)
}

/// Looks again until words stand there: what teammates tell of themselves makes no noise.
fn reloads_until(page: &mut Browser, place: &str, words: &str) {
    let there =
        "return [...document.querySelectorAll(arguments[0])].some((one) => one.innerText.includes(arguments[1]))";
    until(words, || {
        page.reload();
        page.script(there, &[place.into(), words.into()]) == true
    });
}

/// The thread that is shown.
fn id(page: &mut Browser) -> String {
    page.path().trim_start_matches("/t/").chars().take_while(char::is_ascii_hexdigit).collect()
}

#[test]
fn a_channel_is_made_renamed_described_flagged_and_archived_and_bo_sees_each() {
    let Some(stage) = Stage::enter() else { return };
    let (ana, bo) = stage.two();
    let (mut ana, mut bo) = (Browser::at(&ana, "ana"), Browser::at(&bo, "bo"));
    bo.go("/channels");
    ana.click_words("All channels");
    ana.fill("#n-name", "berths");
    ana.fill("#n-purpose", "Which ship lies where");
    ana.click_words("Create");
    ana.arrives("/c/");
    bo.see_in("#list", "Which ship lies where");
    ana.fill("#c-name", "docks");
    ana.fill("#c-purpose", "Where the ships lie");
    ana.fill("#c-expect", "An answer within 2 working days");
    ana.pick("#c-flag", "yellow");
    ana.click("form[action='/channel'] button");
    ana.see_in("h1", "docks");
    ana.see_in("header", "An answer within 2 working days");
    // His list and the channels beside it have changed without a word from him.
    bo.see_in("#list", "Where the ships lie");
    bo.see_in("#rail", "docks");
    bo.see_no("berths");
    bo.click_words("#docks");
    bo.see_in("header", "An answer within 2 working days");
    bo.click_words("New thread");
    bo.until("yellow is picked", "return document.querySelector('input[name=flag]:checked')?.value === 'yellow'", &[]);
    bo.fill("#text", "@ana who lies in the north?");
    bo.click_words("Send");
    bo.see_in("#messages", "who lies in the north?");
    ana.see_in("#list", "who lies in the north?");
    ana.click("#list .row h3 a");
    ana.arrives("/t/");
    // Bo's page stands open at the thread that Ana gives another title.
    ana.fill("#retitle", "The north berth in May");
    ana.click("button[value='retitle']");
    ana.see_in("h1", "The north berth in May");
    bo.see_in("h1", "The north berth in May");
    ana.click_words("#docks");
    ana.see_in("#list", "The north berth in May");
    ana.click("input[name='archived']");
    ana.click("form[action='/channel'] button");
    ana.until("it is gone", "return !document.getElementById('rail').innerText.includes('docks')", &[]);
    bo.until("it is gone", "return !document.getElementById('rail').innerText.includes('docks')", &[]);
    bo.click_words("All channels");
    bo.see_in("#list", "archived");
    bo.click_words("#docks");
    bo.see_in("#list", "The north berth in May");
}

#[test]
fn a_message_is_completed_edited_travelled_back_to_held_reacted_to_pinned_and_deleted() {
    let Some(mut stage) = Stage::enter() else { return };
    stage.clock("2026-11-16T09:10:00Z");
    let (ana, bo) = stage.two();
    let (mut page, mut his) = (Browser::at(&ana, "ana"), Browser::at(&bo, "bo"));
    page.click_words("#general");
    page.click_words("New thread");
    page.fill("#title", "Ropes");
    page.click("#text");
    page.types("@b");
    page.see_in("#complete", "bo");
    page.press("Enter");
    page.types("the green rope is torn");
    page.click_words("Send");
    page.see_in("#messages", "@bo the green rope is torn");
    let thread = id(&mut page);
    // Who was picked is called.
    his.see_in("#list", "mentions you");
    his.click_words("Ropes");
    his.see_in("#messages", "the green rope is torn");
    menu(&mut his, &thread, "button[value='👍']");
    page.see_in("#messages .under li", "👍 1");
    page.click("#messages .under > form .react");
    his.see_in("#messages .under li", "👍 2");
    his.click("#messages .under > form .react");
    page.see_in("#messages .under li", "👍 1");
    stage.clock("2026-11-16T09:20:00Z");
    menu(&mut page, &thread, "a[href$='/edit']");
    page.see_in("#text", "the green rope is torn");
    page.fill("#text", "@bo the blue rope is torn");
    page.click_words("Save");
    page.arrives("/t/");
    page.see_in("#messages", "the blue rope is torn");
    his.see_in("#messages", "the blue rope is torn");
    // What it was: in its history, and in the thread as of a moment before.
    his.click_words("edited");
    his.see("the green rope is torn");
    his.see("the blue rope is torn");
    his.click_words("To the message");
    his.arrives("/t/");
    his.fill("#as-of", "2026-11-16 09:15");
    his.click("form[method='get'][action^='/t/'] button");
    his.see("The thread as it was: 2026-11-16 09:15");
    his.see_in("#messages", "the green rope is torn");
    assert!(!his.words().contains("the blue rope"), "{}", his.words());
    his.click_words("Show it as it is now");
    his.see_in("#messages", "the blue rope is torn");
    // Who holds it: beside the thread, and node by node.
    reloads_until(&mut page, "#context .good", "bo");
    menu(&mut page, &thread, "a[href$='/held']");
    page.see("Held on 2 of 2 nodes");
    page.click_words("To the message");
    menu(&mut page, &thread, "button[value='pin']");
    his.see_in("#messages", "pinned");
    his.click_words("#general");
    his.see_in("#context", "Pinned here");
    his.see_in("#context", "the blue rope is torn");
    page.fill("#reply", "Not this");
    page.click_words("Send");
    page.see_in("#messages", "Not this");
    his.click("#list .row h3 a");
    his.see_in("#messages", "Not this");
    let last = page.script("return document.querySelector('#messages > li:last-child .message').dataset.id", &[]);
    menu(&mut page, last.as_str().unwrap(), "a[href$='/delete']");
    page.see_in("blockquote", "Not this");
    page.click_words("Delete");
    page.arrives("/t/");
    for page in [&mut page, &mut his] {
        page.see_in("#messages", "Deleted by its author");
        page.see_no("Not this");
    }
    assert_eq!(bo.ask(&["search", "\"Not this\""])["total"], 0);
    until("both hold the same", || ana.ask(&["verify"]) == bo.ask(&["verify"]));
}
