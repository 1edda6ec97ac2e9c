//! A node that dies under an open page: nothing that was typed is lost, and nothing is said twice.

use crate::browser::Browser;
use crate::stage::Stage;

#[test]
fn what_ana_sends_while_her_node_is_dead_is_said_once_when_it_is_back() {
    let Some(stage) = Stage::enter() else { return };
    let (mut ana, _) = stage.two();
    let thread = ana.post("Who brings the rope?");
    let mut page = Browser::at(&ana, "ana");
    page.go(&format!("/t/{thread}"));
    page.see("Who brings the rope?");
    page.press("r");
    page.types("I bring ");
    ana.kill();
    page.types("the long one");
    page.see("The node has stopped");
    page.press("Control+Enter");
    page.see_in("#reply", "I bring the long one");
    ana.up();
    page.see_in("#messages", "I bring the long one");
    page.see_no("The node has stopped");
    let read = ana.ask(&["read", &thread]);
    let said: Vec<_> = read["messages"].as_array().unwrap().iter().map(|message| &message["text"]).collect();
    assert_eq!(said, ["Who brings the rope?", "I bring the long one"]);
    page.see_in("#reply", "");
    page.reload();
    page.see("I bring the long one");
    assert_eq!(page.script("return document.getElementById('reply').value", &[]), "", "it was sent");
}

#[test]
fn what_ana_has_typed_is_there_after_a_reload_and_after_her_node_died() {
    let Some(stage) = Stage::enter() else { return };
    let (mut ana, _) = stage.two();
    let thread = ana.post("Who brings the rope?");
    let mut page = Browser::at(&ana, "ana");
    page.go(&format!("/t/{thread}"));
    page.press("r");
    page.types("Half a thought");
    page.reload();
    page.see_in("#reply", "Half a thought");
    ana.kill();
    page.press("r");
    page.press("Control+End");
    page.types(" and the rest");
    page.see("The node has stopped");
    ana.up();
    page.see_no("The node has stopped");
    page.reload();
    page.see_in("#reply", "Half a thought and the rest");
    let drafts = ana.ask(&["drafts"]);
    assert_eq!(drafts["drafts"].as_array().unwrap().len(), 1, "one draft: {drafts}");
    assert_eq!(drafts["drafts"][0]["text"], "Half a thought and the rest");
}
