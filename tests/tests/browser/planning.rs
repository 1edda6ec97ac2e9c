//! A day planned on the page: hours, status and quiet, drafts, and the reports of what was missed.

use crate::browser::Browser;
use crate::person::until;
use crate::stage::Stage;

/// Clicks the button of the form that a field is in.
fn save(page: &mut Browser, field: &str) {
    page.script("document.querySelector(arguments[0]).form.querySelector('button').scrollIntoView()", &[field.into()]);
    page.click(&format!("form:has({field}) button"));
    page.see_in("#said", "Saved");
}

#[test]
fn hours_status_quiet_and_a_deputy_are_set_and_bo_sees_what_is_for_him() {
    let Some(mut stage) = Stage::enter() else { return };
    stage.clock("2026-11-16T09:10:00Z");
    let (ana, bo) = stage.two();
    let (mut page, mut his) = (Browser::at(&ana, "ana"), Browser::at(&bo, "bo"));
    his.click_words("Team and hours");
    his.see_in("#list", "ana");
    page.click_words("Settings");
    page.fill("#hours", "Asia/Jakarta mon-fri 08:30-17:00; off 2026-12-24..2026-12-26");
    save(&mut page, "#hours");
    his.see_in("#list", "Jakarta, 16:1");
    page.pick("#s-meaning", "focus");
    page.fill("#s-text", "Papers for the harbour");
    page.fill("#s-until", "tomorrow 12:00");
    save(&mut page, "#s-text");
    his.see_in("#list", "Papers for the harbour");
    page.see_in("#rail", "Papers for the harbour");
    // Hours that are none are refused, in words, and nothing is changed.
    page.fill("#hours", "Atlantis mon-fri 08:30-17:00");
    page.click("form:has(#hours) button");
    page.see("Atlantis");
    page.go("/settings");
    page.see_in("#hours", "Asia/Jakarta mon-fri 08:30-17:00");
    page.fill("#quiet", "mon-fri 18:00-08:00");
    page.fill("#focus", "1h");
    save(&mut page, "#quiet");
    page.see_in("#quiet", "mon-fri 18:00-08:00");
    page.see_in("#focus-hint", "17:1");
    assert!(ana.ask(&["settings"]).to_string().contains("2026-11-16T10:1"), "an hour of focus");
    page.fill("#focus", "off");
    save(&mut page, "#focus");
    page.until("no focus", "return !document.getElementById('focus-hint')", &[]);
    page.script("document.getElementById('deputy').focus()", &[]);
    page.types("bo");
    save(&mut page, "#deputy");
    page.see_in("#deputy", "bo");
    until("Bo knows", || bo.ask(&["team"]).to_string().contains("\"deputy\":{"));
    // Her status is over when she said, without a word.
    stage.clock("2026-11-17T05:00:01Z");
    his.reload();
    his.see_in("#list", "Jakarta, 12:0");
    his.see_no("Papers for the harbour");
}

#[test]
fn what_ana_keeps_on_hold_is_changed_taken_off_and_sent_when_its_moment_has_come() {
    let Some(mut stage) = Stage::enter() else { return };
    stage.clock("2026-11-25T09:00:00Z");
    let (ana, bo) = stage.two();
    let mut page = Browser::at(&ana, "ana");
    let write = |page: &mut Browser, text: &str| {
        page.go("/");
        page.click_words("#general");
        page.click_words("New thread");
        page.fill("#text", text);
        page.click("input[name='when'][value='own']");
        page.fill("#at", "2026-11-25T12:00:00Z");
        page.click("input[name='hold']");
        page.click_words("Send");
        page.arrives("/scheduled");
        page.see_in("#list", text);
    };
    write(&mut page, "@bo the berth is free");
    write(&mut page, "Not yet");
    page.click_words("Not yet");
    page.see("On hold");
    page.click_words("Back to drafts");
    page.arrives("/drafts");
    page.see_in("#list", "Not yet");
    page.go("/scheduled");
    page.see_no("Not yet");
    page.click_words("@bo the berth is free");
    page.fill("#text", "@bo the berth is ours");
    page.fill("#at", "2026-11-25T13:00:00Z");
    page.click_words("Save");
    page.arrives("/scheduled");
    page.see_in("#list", "the berth is ours");
    assert_eq!(ana.ask(&["verify"])["messages"], bo.ask(&["verify"])["messages"], "nothing was said");
    let mut his = Browser::at(&bo, "bo");
    stage.clock("2026-11-25T12:30:00Z");
    page.reload();
    page.see_in("#list", "the berth is ours");
    stage.clock("2026-11-25T13:00:05Z");
    his.see_in("#list", "the berth is ours");
    page.reload();
    page.see("Nothing is scheduled");
}

#[test]
fn a_draft_is_kept_listed_taken_up_and_dropped() {
    let Some(stage) = Stage::enter() else { return };
    let (ana, _bo) = stage.two();
    let thread = ana.post("Which rope?");
    let mut page = Browser::at(&ana, "ana");
    page.go(&format!("/t/{thread}"));
    page.press("r");
    page.types("Half a thought");
    page.see_in("#kept", "Draft kept");
    page.click_words("#general");
    page.click_words("New thread");
    page.fill("#title", "Another");
    page.fill("#text", "A whole one");
    page.see_in("#kept", "Draft kept");
    page.click_words("Drafts");
    page.see("2 drafts");
    page.click_words("Half a thought");
    page.see_in("#reply", "Half a thought");
    page.click_words("Drafts");
    let row = "#list .row:has(a[href^='/t/'])";
    page.click(&format!("{row} button[value='drop-draft']"));
    page.see("1 draft");
    page.see_no("Half a thought");
    page.see_in("#list", "A whole one");
    page.go(&format!("/t/{thread}"));
    assert_eq!(page.script("return document.getElementById('reply').value", &[]), "", "it was dropped");
    assert_eq!(ana.ask(&["drafts"])["drafts"].as_array().map(Vec::len), Some(1));
}

#[test]
fn bo_is_back_and_reads_what_he_missed_the_digest_the_newsletter_and_the_doctor() {
    let Some(mut stage) = Stage::enter() else { return };
    stage.clock("2026-11-16T09:10:00Z");
    let (ana, bo) = stage.two();
    bo.ask(&["hours", "Europe/London mon-fri 09:00-17:30"]);
    until("Ana knows Bo's hours", || ana.ask(&["team"]).to_string().contains("Europe/London"));
    let said = [
        ana.text(&["post", "general", "-m", "@bo, which rope do we take?"], "id"),
        ana.text(&["post", "general", "-m", "@bo, sign the plan", "--flag", "red"], "id"),
        ana.text(&["post", "general", "-m", "The crane is green now", "--flag", "green", "--to", "everyone"], "id"),
        ana.text(&["post", "general", "-m", "Decision: we lie in the north berth"], "id"),
    ];
    until("Bo has all", || said.iter().all(|id| bo.run(&["read", id]).status.success()));
    stage.clock("2026-11-18T09:30:00Z");
    let mut page = Browser::at(&bo, "bo");
    page.click_words("Catch up");
    page.see("What you missed");
    page.click_words("Everything since the beginning");
    page.see_in("#list", "we lie in the north berth");
    page.see_in("#list", "which rope do we take?");
    page.see_in("#list", "sign the plan");
    // Each line leads to where it was said.
    page.click_words("@bo, sign the plan");
    page.arrives("/t/");
    page.see_in("#messages", "sign the plan");
    page.click_words("Digest");
    page.see_in("#list", "sign the plan");
    page.click_words("Newsletter");
    page.see_in("#list", "The crane is green now");
    page.see_no("sign the plan");
    page.click_words("The month before");
    page.see("Newsletter, October 2026");
    page.see_no("The crane is green now");
    page.click("#rail a[href='/status']");
    page.see("Am I caught up?");
    page.see_in("table", "ana");
    page.see("Equal with ana");
    page.click_words("Run doctor");
    page.see("What doctor found");
    // A line for each station of the way, and for each teammate by name.
    page.see_in(".steps li b", "ana");
    page.see_in(".steps li", "connected, both hold the same");
}
