//! What is asked of others on the page: announcements, flags and answers, and how each stands in their inbox.

use crate::browser::Browser;
use crate::deeds::{menu, writes};
use crate::person::until;
use crate::stage::Stage;

#[test]
fn an_announcement_is_acknowledged_and_ana_sees_by_whom() {
    let Some(stage) = Stage::enter() else { return };
    let (ana, bo) = stage.two();
    let (mut ana, mut bo) = (Browser::at(&ana, "ana"), Browser::at(&bo, "bo"));
    ana.click_words("#general");
    ana.click_words("New thread");
    ana.fill("#title", "Closed on Friday");
    ana.fill("#text", "The office is shut.");
    ana.click("input[name='announcement']");
    ana.click("input[name='acknowledge']");
    ana.click_words("Send");
    ana.see_in("#messages", "Nobody has yet");
    bo.see_in("#list", "asks everyone to acknowledge");
    bo.click_words("Closed on Friday");
    bo.see_in("#messages", "announcement");
    bo.click_words("Acknowledge");
    bo.see_in("#messages", "Acknowledged by bo");
    bo.until("he is asked no more", "return !document.querySelector('button[value=acknowledge]')", &[]);
    // Her page has been open all the time.
    ana.see_in("#messages", "Acknowledged by bo");
    bo.click("#rail a[href='/']");
    bo.see("Nothing needs you");
}

#[test]
fn flags_set_on_one_page_stand_in_the_other_inbox_by_colour_and_time_until_done() {
    let Some(mut stage) = Stage::enter() else { return };
    stage.clock("2026-11-16T09:10:00Z");
    let (ana, bo) = stage.two();
    bo.ask(&["hours", "Europe/London mon-fri 09:00-17:30"]);
    until("Ana knows Bo's hours", || ana.ask(&["team"]).to_string().contains("Europe/London"));
    let (mut page, mut his) = (Browser::at(&ana, "ana"), Browser::at(&bo, "bo"));
    page.click_words("#general");
    page.click_words("New thread");
    page.fill("#title", "The pilot");
    page.fill("#text", "Who calls the pilot?");
    page.click("input[name='flag'][value='red']");
    page.fill("#by", "15:00");
    page.fill("#to", "bo");
    page.click_words("Send");
    page.see_in("header", "ana, for bo");
    his.see_in("#g-red", "Needs you today");
    his.see_in("#list .row .due", "15:00");
    his.see_in("#list .row", "asks you in #general");
    // A message that was there already gets a flag from its menu.
    let fenders = writes(&mut page, "#general", "Fenders", "How many fenders do we need?");
    menu(&mut page, &fenders, "a[href$='/flag']");
    page.see_in("blockquote", "How many fenders");
    page.click("input[name='colour'][value='yellow']");
    page.fill("#x-to", "bo");
    page.click_words("Flag");
    page.arrives("/t/");
    page.see_in("#messages", "ana, for bo");
    his.see_in("#g-yellow", "Within 48 hours");
    his.see_in("#list", "Fenders");
    // He answers one with a flag of his, and resolves the other.
    his.click_words("The pilot");
    his.see_in("header", "15:00");
    his.fill("#reply", "@ana I did; do you pay?");
    his.click("#composer input[name='flag'][value='red']");
    his.click_words("Send");
    his.see_in("#messages", "do you pay?");
    page.click("#rail a[href='/']");
    page.see_in("#g-red", "Needs you today");
    page.see_in("#list", "The pilot");
    his.click("#rail a[href='/']");
    his.click_words("Fenders");
    his.click_words("Resolve");
    his.see_in("h1", "resolved");
    // A flag is for him until he is done, whoever has resolved the thread.
    his.click_words("Done");
    his.until("it is done", "return !document.querySelector('button[value=done]')", &[]);
    his.click("#rail a[href='/']");
    his.see_in("#list", "The pilot");
    his.see_no("Fenders");
    page.click_words("#general");
    page.click_words("Resolved");
    page.see_in("#list", "Fenders");
    page.click_words("Fenders");
    page.click_words("Reopen");
    page.until("it is open", "return !document.querySelector('h1 .tag')", &[]);
    his.click_words("#general");
    his.see_in("#list", "Fenders");
}

#[test]
fn what_bo_wrote_before_what_ana_has_read_and_comes_after_it_is_said_to_be_late() {
    let Some(mut stage) = Stage::enter() else { return };
    stage.clock("2026-11-16T09:00:00Z");
    let (ana, mut bo) = stage.two();
    let mut cy = stage.town.joiner("cy", &ana.text(&["key"], "key"), &ana);
    cy.up();
    let thread = ana.post("@bo which rope?");
    until("both have it", || [&bo, &cy].iter().all(|one| one.run(&["read", &thread]).status.success()));
    bo.kill();
    stage.clock("2026-11-16T09:10:00Z");
    bo.reply(&thread, "@ana the long one");
    stage.clock("2026-11-16T09:20:00Z");
    cy.reply(&thread, "none of them, by my list");
    let mut page = Browser::at(&ana, "ana");
    page.go(&format!("/t/{thread}"));
    page.see_in("#messages", "by my list");
    page.fill("#reply", "I take the short one");
    page.click_words("Send");
    page.see_in("#messages", "I take the short one");
    page.click("#rail a[href='/']");
    page.see("Nothing needs you");
    bo.up();
    page.see_in("#list .row", "arrived late");
    page.click("#list .row h3 a");
    // It stands where it was said, under the line that what is new stands under.
    let order = "const all = document.getElementById('messages').innerText; \
         return all.indexOf('1 new') >= 0 && all.indexOf('1 new') < all.indexOf('the long one') && \
         all.indexOf('the long one') < all.indexOf('by my list')";
    page.until("in its place", order, &[]);
}
