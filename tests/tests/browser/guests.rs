//! Nothing foreign runs and nothing foreign is asked.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::stage::Stage;
use crate::views::World;

/// A payload a line; each would set `window.__xss` or open an alert.
const CORPUS: &str = include_str!("xss.txt");
/// Payloads in a purpose.
const AT_ONCE: usize = 12;

/// Posts forms to this page's own node one after the other, waiting as long as it asks one to; gives what failed.
const POST: &str = "const [forms, done] = arguments; (async () => { const failed = []; \
     for (const [path, form] of forms) for (;;) { \
         const answer = await fetch(path, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' }); \
         if (answer.status === 429) continue; \
         if (answer.type !== 'opaqueredirect' && !answer.ok) failed.push(answer.status + ' ' + JSON.stringify(form)); \
         break; } return failed; })().then(done, (error) => done([String(error)]))";

#[test]
fn no_payload_runs_in_texts_titles_names_purposes_or_searches() {
    let Some(stage) = Stage::enter() else { return };
    let payloads = payloads();
    let mut ana = stage.town.person("ana");
    let evil = "<img src=x onerror=__xss=1>";
    let key = ana.text(&["init", "--workspace", evil, "--as", evil], "key");
    ana.up();
    let mut bo = stage.town.joiner("bo", &key, &ana);
    bo.up();
    let thread = ana.post("All of them");
    let channel = ana.ask(&["channels"])["channels"][0]["id"].as_str().unwrap().to_owned();
    let mut page = Browser::at(&ana, "ana");
    let replies = payloads.iter().map(|text| json!(["/reply", { "thread": thread, "text": text }]));
    // A title is one line of plain characters, whoever sends it.
    let titles = payloads.iter().filter(|text| !text.contains(char::is_control));
    let threads = titles.map(|text| json!(["/new", { "channel": channel, "text": text, "title": text }]));
    let forms: Vec<Value> = replies.chain(threads).collect();
    for some in forms.chunks(50) {
        let failed = page.script_later(POST, &[some.into()]);
        assert_eq!(failed, json!([]));
    }
    page.log("browser");
    // Every page of the thread and of the channel, each by the link to the earlier ones.
    for start in [format!("/t/{thread}"), format!("/c/{channel}?tab=all"), format!("/c/{channel}")] {
        every_page(&mut page, &start);
    }
    for some in payloads.chunks(AT_ONCE) {
        let purpose = some.join(" ");
        let form = json!([["/channel", { "channel": channel, "name": "general", "purpose": purpose }]]);
        // A purpose that is too long is refused, which is no harm.
        page.script_later(POST, &[form]);
        for path in [format!("/c/{channel}"), "/channels".to_owned()] {
            page.go(&path);
            unharmed(&mut page, &purpose);
        }
    }
    for path in ["/", "/team", "/status", "/catch-up", "/digest", "/newsletter", "/drafts", "/settings", "/invite"] {
        page.go(path);
        unharmed(&mut page, path);
    }
    for payload in &payloads {
        page.script("location.assign('/search?q=' + encodeURIComponent(arguments[0]))", &[(*payload).into()]);
        let asked = "return new URL(location.href).searchParams.get('q') === arguments[0] && document.readyState === 'complete'";
        page.until(payload, asked, &[(*payload).into()]);
        unharmed(&mut page, payload);
    }
    // And as results come while it is typed.
    for payload in payloads.iter().step_by(20) {
        page.go("/search");
        page.fill("#q", payload);
        page.until(payload, "return document.getElementById('q-result').innerText", &[]);
        unharmed(&mut page, payload);
    }
    nothing_blocked(&mut page);
}

/// All payloads of the corpus.
pub fn payloads() -> Vec<&'static str> {
    let payloads: Vec<&str> = CORPUS.lines().filter(|line| !line.is_empty() && !line.starts_with("## ")).collect();
    assert!(payloads.len() >= 150, "{} payloads", payloads.len());
    payloads
}

/// Looks at a list from its end to its beginning, page by page, by the links to the earlier ones.
pub fn every_page(page: &mut Browser, start: &str) {
    page.go(start);
    unharmed(page, start);
    let earlier = "return document.querySelector('.folded a, .more a')?.getAttribute('href') ?? null";
    let mut pages = 1;
    while let Some(path) = page.script(earlier, &[]).as_str().map(str::to_owned) {
        page.go(&path);
        unharmed(page, &path);
        pages += 1;
        assert!(pages < 50, "{start} has no end");
    }
}

/// The policy of the page had nothing to stop.
pub fn nothing_blocked(page: &mut Browser) {
    let blocked: Vec<String> = page.log("browser").iter().map(Value::to_string).collect();
    let blocked: Vec<_> = blocked.iter().filter(|line| line.contains("Content Security Policy")).collect();
    assert!(blocked.is_empty(), "this had to be escaped before it could be blocked: {blocked:#?}");
}

/// Nothing ran. An alert that stands open would fail the question itself.
pub fn unharmed(page: &mut Browser, by: &str) {
    assert_eq!(page.script("return window.__xss ?? null", &[]), Value::Null, "a script ran: {by}");
    let foreign = "return [...document.querySelectorAll('iframe, object, embed, base, [onclick], [onerror], [onload], \
         [href^=\"javascript:\" i], [href^=\"data:\" i], script:not([src^=\"/assets/\"])')].map((one) => one.outerHTML)";
    assert_eq!(page.script(foreign, &[]), json!([]), "foreign elements: {by}");
}

#[test]
fn every_request_of_every_view_is_to_the_node_itself() {
    let Some(mut stage) = Stage::enter() else { return };
    let world = World::tell(&mut stage);
    let mut ana = Browser::at(&world.ana, "ana");
    for (_, path) in world.views() {
        ana.go(&path);
    }
    let own = ana.origin.clone();
    let mut asked = 0;
    for entry in ana.log("performance") {
        let event: Value = serde_json::from_str(entry["message"].as_str().unwrap()).unwrap();
        if event["message"]["method"] == "Network.requestWillBeSent" {
            let url = event["message"]["params"]["request"]["url"].as_str().unwrap();
            // What Chromium shows before it is led anywhere is its own.
            if event["message"]["params"]["documentURL"].as_str().is_some_and(|by| by.starts_with("chrome://")) {
                continue;
            }
            assert!(url.starts_with(&own) || url.starts_with("data:"), "{url} is not of {own}");
            asked += 1;
        }
    }
    assert!(asked > world.views().len(), "{asked} requests were seen");
}
