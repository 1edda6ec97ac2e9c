//! A day without the mouse.

use crate::browser::Browser;
use crate::person::{Person, until};
use crate::stage::Stage;

/// Bo asks Ana something, and it has come.
fn asks(bo: &Person, ana: &Person, text: &str) -> String {
    let thread = bo.post(text);
    until("Ana has it", || ana.run(&["read", &thread]).status.success());
    thread
}

#[test]
fn ana_reads_answers_and_empties_her_inbox_by_keyboard_alone() {
    let Some(stage) = Stage::enter() else { return };
    let (ana, bo) = stage.two();
    let first = asks(&bo, &ana, "@ana, which rope?");
    let second = asks(&bo, &ana, "@ana, which anchor?");
    let third = asks(&bo, &ana, "@ana, which flag?");
    let mut page = Browser::at(&ana, "ana");
    page.see_in("#list", "which flag?");
    // To the next and back: the focus is where it is seen.
    page.press("j");
    let top = page.focus();
    page.press("j");
    assert_ne!(page.focus(), top);
    page.press("k");
    assert_eq!(page.focus(), top);
    page.press("Enter");
    page.arrives("/t/");
    page.press("r");
    page.types("The long one");
    page.press("Control+Enter");
    page.see_in("#messages", "The long one");
    // Back, until the inbox is there again.
    page.press("Escape");
    page.press("u");
    page.until("the inbox", "return location.pathname === '/' && document.body.dataset.view === 'inbox'", &[]);
    page.see_in("#list", "which");
    let left = page.script("return document.querySelectorAll('#list .row').length", &[]);
    page.press("j");
    page.press("e");
    let fewer = "return document.querySelectorAll('#list .row').length < arguments[0]";
    page.until("one thread less", fewer, &[left]);
    // The rest is put off: the first choice is under the next Tab.
    page.press("j");
    page.press("h");
    page.arrives("/put-off/");
    page.press("Tab");
    page.press("Enter");
    page.until("the inbox", "return location.pathname === '/' && document.body.dataset.view === 'inbox'", &[]);
    until("one is put off", || ana.ask(&["inbox", "--later"])["rows"].as_array().is_some_and(|all| all.len() == 1));
    // Whatever was done, nothing is lost: each thread was answered, done, or is put off.
    for thread in [first, second, third] {
        assert!(ana.run(&["read", &thread]).status.success());
    }
}

#[test]
fn keys_follow_mute_resolve_explain_search_jump_and_list_themselves() {
    let Some(stage) = Stage::enter() else { return };
    let (ana, bo) = stage.two();
    asks(&bo, &ana, "@ana, which rope?");
    let mut page = Browser::at(&ana, "ana");
    page.see_in("#list", "which rope?");
    page.press("j");
    page.press("w");
    page.see("Why this is here");
    page.go("/");
    page.see_in("#list", "which rope?");
    page.press("j");
    page.press("Enter");
    page.arrives("/t/");
    let pressed = "return document.querySelector('[data-key=\"' + arguments[0] + '\"]')?.ariaPressed === 'true'";
    page.press("f");
    page.until("it is followed", pressed, &["f".into()]);
    page.press("m");
    page.until("it is muted", pressed, &["m".into()]);
    page.press("s");
    page.see("resolved");
    page.press("?");
    page.until("the keys", "return document.getElementById('keys-dialog').open", &[]);
    page.press("Escape");
    page.until("no keys", "return !document.getElementById('keys-dialog').open", &[]);
    page.press("/");
    page.arrives("/search");
    page.until("the box", "return document.getElementById('q')", &[]);
    if page.focus() != "q" {
        page.press("/");
    }
    page.types("rope");
    page.see_in("#results", "rope");
    page.press("Control+k");
    page.until("places", "return document.getElementById('jump-dialog').open", &[]);
    page.types("gener");
    page.press("Enter");
    page.arrives("/c/");
    page.press("c");
    page.until("a form", "return document.getElementById('title')", &[]);
    while page.focus() != "title" {
        page.press("Tab");
    }
    page.types("By keyboard");
    page.press("Tab");
    page.types("All of it");
    page.press("Control+Enter");
    page.arrives("/t/");
    page.see_in("#messages", "All of it");
    until("Bo has it", || bo.ask(&["search", "keyboard"])["total"] == 1);
}

#[test]
fn keys_go_to_what_is_unread_pick_a_flag_and_calm_the_page() {
    let Some(stage) = Stage::enter() else { return };
    let (ana, bo) = stage.two();
    for text in ["@ana, which rope?", "@ana, which anchor?", "@ana, which flag?"] {
        asks(&bo, &ana, text);
    }
    let mut page = Browser::at(&ana, "ana");
    page.until("three", "return document.querySelectorAll('#list .unread').length === 3", &[]);
    // From one to the next, and each once.
    let mut seen: Vec<String> = Vec::new();
    for _ in 0..3 {
        page.press("n");
        let at = page.focus();
        assert!(at.contains("which") && !seen.contains(&at), "{at:?} after {seen:?}");
        seen.push(at);
    }
    page.press("Enter");
    page.arrives("/t/");
    page.see_in("h1", "which");
    let picked = "return document.querySelector('#composer input[name=flag]:checked').value";
    for (key, colour) in [("1", "red"), ("3", "green"), ("0", ""), ("2", "yellow")] {
        page.press(key);
        assert_eq!(page.script(picked, &[]), colour, "{key}");
    }
    // Nothing but the thread, and all of it again.
    let beside = "return ['rail', 'context'].filter((id) => document.getElementById(id).checkVisibility()).length";
    for count in [0, 2] {
        page.press("z");
        assert_eq!(page.script(beside, &[]), count);
    }
    page.press("r");
    page.types("@bo by Friday");
    page.press("Control+Enter");
    page.see_in("#messages", "by Friday");
    page.see_in("#messages .ask", "ana, for bo");
    until("Bo is asked", || bo.ask::<&str>(&[])["counts"]["yellow"] == 1);
    // With nothing unread in sight, it leads to the inbox.
    page.press("Escape");
    page.press("n");
    page.until("the inbox", "return document.body.dataset.view === 'inbox'", &[]);
}
