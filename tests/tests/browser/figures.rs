//! How quick the page is on a history that is given: `CREMONA_EXPORT=ARCHIVE cargo test --release -p
//! cremona-tests --test browser -- figures --nocapture`. Printed, never asserted: machines differ.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::person::until;
use crate::stage::Stage;

/// How often each is measured.
const ROUNDS: usize = 40;
/// What is typed, letter by letter.
const TYPED: [&str; 4] = ["release", "berlin", "tomorrow", "question"];

/// Types a letter into the search and gives the milliseconds until its results are on the screen.
const KEYSTROKE: &str = "const [text, done] = arguments; const box = document.getElementById('q'); \
     const old = document.getElementById('results'); \
     const seen = new MutationObserver(() => { if (!old.isConnected) { seen.disconnect(); \
         requestAnimationFrame(() => setTimeout(() => done(performance.now() - began))); } }); \
     seen.observe(document.body, { childList: true, subtree: true }); const began = performance.now(); \
     box.value = text; box.dispatchEvent(new InputEvent('input', { bubbles: true }));";
/// Remembers when words are on the screen.
const AWAIT: &str = "const words = arguments[0]; window.seenAt = null; \
     const look = () => { if (document.getElementById('messages').textContent.includes(words)) { seen.disconnect(); \
         requestAnimationFrame(() => setTimeout(() => { window.seenAt = performance.timeOrigin + performance.now(); })); } }; \
     const seen = new MutationObserver(look); seen.observe(document.body, { childList: true, subtree: true });";
/// Sends a reply and gives when that was.
const SEND: &str = "const box = document.getElementById('reply'); box.value = arguments[0]; \
     const at = performance.timeOrigin + performance.now(); box.form.requestSubmit(box.form.querySelector('.primary')); return at";

#[test]
fn figures_of_a_history_that_is_given() {
    let Some(export) = std::env::var_os("CREMONA_EXPORT") else {
        println!("nothing is measured: CREMONA_EXPORT names no archive");
        return;
    };
    let Some(stage) = Stage::enter() else { return };
    let (mut ana, key) = stage.town.founder();
    ana.ask(&["import", "slack", export.to_str().expect("a path in UTF-8")]);
    ana.up();
    let mut bo = stage.town.joiner("bo", &key, &ana);
    bo.up();
    until("Bo has all", || bo.ask(&["verify"])["root"] == ana.ask(&["verify"])["root"]);
    println!("{} messages", ana.ask(&["verify"])["messages"]);
    let mut page = Browser::at(&ana, "ana");
    let paint = "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null";
    let paints = (0..ROUNDS).map(|_| {
        page.go("/");
        page.until("a paint", paint, &[]).as_f64().unwrap()
    });
    show("first paint of the inbox", paints.collect());
    let channels = ana.ask(&["channels"]);
    let ids = |of: &Value, what: &str| -> Vec<String> {
        of.as_array().unwrap().iter().map(|one| one[what].as_str().unwrap().to_owned()).collect()
    };
    let channels = ids(&channels["channels"], "id");
    let mut threads = Vec::new();
    for channel in &channels {
        threads.extend(ids(&ana.ask(&["threads", channel])["threads"], "id"));
    }
    for (what, base, all) in [("a channel", "/c/", &channels), ("a thread", "/t/", &threads)] {
        let opened = all.iter().cycle().take(ROUNDS).map(|id| {
            let path = format!("{base}{id}");
            page.open(&path)
        });
        show(&format!("opening {what}"), opened.collect());
    }
    page.go("/search");
    let typed = TYPED
        .iter()
        .flat_map(|word| (1..=word.len()).map(|end| &word[..end]))
        .map(|typed| page.script_later(KEYSTROKE, &[typed.into()]).as_f64().unwrap());
    show("search, a keystroke", typed.collect());
    let thread = ana.post("How long does it take?");
    until("Bo has it", || bo.run(&["read", &thread]).status.success());
    let mut his = Browser::at(&bo, "bo");
    page.go(&format!("/t/{thread}"));
    his.go(&format!("/t/{thread}"));
    let arrived = (0..ROUNDS).map(|round| {
        let words = format!("answer number {round} of Bo");
        page.script(AWAIT, &[json!(words)]);
        let sent = his.script(SEND, &[json!(words)]).as_f64().unwrap();
        let seen = page.until("the answer", "return window.seenAt", &[]).as_f64().unwrap();
        his.see_in("#messages", &words);
        seen - sent
    });
    show("a teammate's message, from send to seen", arrived.collect());
}

/// Prints the middle and the 95th percentile, in milliseconds.
fn show(what: &str, mut all: Vec<f64>) {
    all.sort_by(f64::total_cmp);
    let at = |percent: usize| all.get(all.len().saturating_sub(1) * percent / 100).copied().unwrap_or(f64::NAN);
    println!("{what}: p50 {:.1} ms, p95 {:.1} ms, {} times", at(50), at(95), all.len());
}
