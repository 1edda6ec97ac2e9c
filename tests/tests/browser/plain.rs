//! The page without scripts, on a narrow window, and at twice its size.

use crate::browser::Browser;
use crate::driver::Wish;
use crate::person::until;
use crate::stage::Stage;
use crate::views::World;

#[test]
fn without_scripts_ana_reads_posts_answers_and_is_done() {
    let Some(stage) = Stage::enter() else { return };
    let (ana, bo) = stage.two();
    let asked = bo.post("@ana, which rope?");
    until("Ana has it", || ana.run(&["read", &asked]).status.success());
    let mut page = Browser::with(&ana, "ana", Wish { scripts: false, ..Wish::default() });
    page.click_words("@ana, which rope?");
    page.arrives("/t/");
    page.fill("#reply", "The long one");
    page.click_words("Send");
    page.see_in("#messages", "The long one");
    page.click_words("#general");
    page.click_words("New thread");
    page.fill("#title", "Plain");
    page.fill("#text", "No script was run");
    page.click_words("Send");
    page.see_in("#messages", "No script was run");
    let again = bo.post("@ana, and which anchor?");
    until("Ana has it", || ana.run(&["read", &again]).status.success());
    page.go("/");
    page.see_in("#list", "which anchor?");
    page.click_words("@ana, and which anchor?");
    page.click_words("Done");
    page.until("it is done", "return !document.querySelector('button[value=done]')", &[]);
    page.go("/");
    page.see("Nothing needs you");
    page.see_no("which anchor?");
    until("Bo has both", || ["script", "long"].iter().all(|word| bo.ask(&["search", word])["total"] == 1));
    // And no script ran indeed: the first is fetched beforehand, what it imports only if it runs.
    let fetched =
        "return performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/live.js')).length";
    assert_eq!(page.script(fetched, &[]), 0);
}

#[test]
fn no_view_scrolls_sideways_at_320_pixels_or_at_twice_the_size() {
    let Some(mut stage) = Stage::enter() else { return };
    let world = World::tell(&mut stage);
    let mut ana = Browser::at(&world.ana, "ana");
    let mut wide = Vec::new();
    for (name, width, height, zoom) in [("320 px", 320, 640, 1), ("200 %", 1280, 900, 2)] {
        ana.zoom(width, height, zoom);
        for (view, path) in world.views() {
            ana.go(&path);
            let over = ana.script(WIDEST, &[]);
            if let Some(over) = over.as_str() {
                wide.push(format!("{view} at {name}: {over}"));
            }
        }
    }
    assert!(wide.is_empty(), "wider than the window:\n{}", wide.join("\n"));
}

/// What reaches furthest beyond the window, if the page scrolls sideways.
const WIDEST: &str = "const page = document.scrollingElement; if (page.scrollWidth <= innerWidth) return null; \
     const ends = (one) => one.getBoundingClientRect().right; \
     const last = [...document.body.querySelectorAll('*')].reduce((a, b) => (ends(b) > ends(a) ? b : a)); \
     return page.scrollWidth + ' px, ' + last.tagName + '.' + last.className";
