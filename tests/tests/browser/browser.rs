//! Someone at a browser: they see, press and type, and what they wait for is on the screen.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::driver::{Driver, Wish};
use crate::person::Person;

/// How long what someone waits for may take to be seen.
const PATIENCE: Duration = Duration::from_secs(30);
/// By what WebDriver names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Goes by a link and gives the milliseconds until the view after it is on the screen.
const OPEN: &str = "const [href, done] = arguments; \
     const link = Object.assign(document.createElement('a'), { href }); document.querySelector('main').append(link); \
     const seen = new MutationObserver(() => { if (!link.isConnected) { seen.disconnect(); \
         requestAnimationFrame(() => setTimeout(() => done(performance.now() - began))); } }); \
     seen.observe(document.body, { childList: true, subtree: true }); \
     const began = performance.now(); link.click();";

/// See the module.
pub struct Browser {
    driver: Driver,
    /// Whose it is, for what is kept of a failure.
    name: String,
    /// `http://HOST:PORT` of the node.
    pub origin: String,
}

impl Browser {
    /// A browser at someone's page, entered by a one-time link.
    pub fn at(person: &Person, name: &str) -> Self {
        Self::with(person, name, Wish::default())
    }

    /// The same, in the way wished.
    pub fn with(person: &Person, name: &str, wish: Wish) -> Self {
        Self::follow(&person.text(&["page"], "page"), name, wish)
    }

    /// A browser that follows a one-time link.
    pub fn follow(link: &str, name: &str, wish: Wish) -> Self {
        let origin = link.split_once("/enter").expect("the link leads to /enter").0.to_owned();
        let mut browser = Self { driver: Driver::new(wish), name: name.to_owned(), origin };
        browser.resize(wish.size.0, wish.size.1);
        browser.visit(link);
        browser
    }

    /// Types an address of the node into the address bar.
    pub fn go(&mut self, path: &str) {
        let url = format!("{}{path}", self.origin);
        self.visit(&url);
    }

    /// Goes by a link, as by a click, and gives the milliseconds until the view behind it is on the screen.
    pub fn open(&mut self, path: &str) -> f64 {
        self.script_later(OPEN, &[path.into()]).as_f64().expect("milliseconds")
    }

    fn visit(&mut self, url: &str) {
        self.command("/url", &json!({ "url": url }));
    }

    /// Reloads.
    pub fn reload(&mut self) {
        self.command("/refresh", &json!({}));
    }

    /// Path, query and the part behind `#`.
    pub fn path(&mut self) -> String {
        let url = self.driver.command("GET", "/url", &Value::Null).expect("a browser has an address");
        url.as_str().unwrap_or_default().strip_prefix(&self.origin).unwrap_or_default().to_owned()
    }

    /// The value of a script's `return`, run in the page.
    pub fn script(&mut self, script: &str, args: &[Value]) -> Value {
        self.try_script(script, args).unwrap_or_else(|why| panic!("{}: {why}", self.name))
    }

    fn try_script(&mut self, script: &str, args: &[Value]) -> Result<Value, String> {
        self.driver.command("POST", "/execute/sync", &json!({ "script": script, "args": args }))
    }

    /// What a script gives to its last argument, a function, when it is done.
    pub fn script_later(&mut self, script: &str, args: &[Value]) -> Value {
        self.command("/execute/async", &json!({ "script": script, "args": args }))
    }

    /// Waits until a script gives something that is true; gives that.
    pub fn until(&mut self, what: &str, script: &str, args: &[Value]) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            // A page that is just being left has no answer; an alert that stands open is no such thing.
            match self.try_script(script, args) {
                Ok(Value::Null | Value::Bool(false)) => {}
                Ok(found) => return found,
                Err(why) => assert!(!why.contains("alert"), "{}: {why}", self.name),
            }
            if Instant::now() > deadline {
                let words = self.words();
                panic!("{} did not see in time: {what}; the page says:\n{words}", self.name);
            }
        }
    }

    /// Waits until words stand on the screen.
    pub fn see(&mut self, words: &str) {
        self.until(words, "return document.body.innerText.includes(arguments[0])", &[words.into()]);
    }

    /// Waits until words stand within what a selector names.
    pub fn see_in(&mut self, place: &str, words: &str) {
        let script = "return [...document.querySelectorAll(arguments[0])].some((one) => \
             (one.matches('input, textarea, select') ? one.value : one.innerText).includes(arguments[1]))";
        self.until(&format!("{words} in {place}"), script, &[place.into(), words.into()]);
    }

    /// Waits until words stand nowhere on the screen.
    pub fn see_no(&mut self, words: &str) {
        self.until(&format!("no {words}"), "return !document.body.innerText.includes(arguments[0])", &[words.into()]);
    }

    /// Waits until the address is of this path.
    pub fn arrives(&mut self, path: &str) {
        self.until(path, "return location.pathname.startsWith(arguments[0])", &[path.into()]);
    }

    /// All words on the screen.
    pub fn words(&mut self) -> String {
        let words = self.try_script("return document.body.innerText", &[]);
        words.ok().and_then(|words| words.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Clicks what a selector names, once it is shown.
    pub fn click(&mut self, place: &str) {
        let script = "return [...document.querySelectorAll(arguments[0])].find((one) => one.checkVisibility())";
        self.click_what(place, script, &[place.into()]);
    }

    /// Clicks the link or button of these words, once it is shown.
    pub fn click_words(&mut self, words: &str) {
        let script = "return [...document.querySelectorAll('a[href], button, summary, label')].find((one) => \
             one.checkVisibility() && one.innerText.replace(/\\s+/g, '').startsWith(arguments[0].replace(/\\s+/g, '')))";
        self.click_what(&format!("a link or button {words}"), script, &[words.into()]);
    }

    /// Clicks what a script gives; once more where the page has put another in its place meanwhile, as someone
    /// would who sees it still.
    fn click_what(&mut self, what: &str, script: &str, args: &[Value]) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = self.until(what, script, args);
            let id = found[ELEMENT].as_str().expect("an element").to_owned();
            match self.driver.command("POST", &format!("/element/{id}/click"), &json!({})) {
                Ok(_) => return,
                Err(why) if why.contains("stale element") && Instant::now() < deadline => {}
                Err(why) => panic!("{}: {what}: {why}", self.name),
            }
        }
    }

    /// Types into the field that a selector names, in place of what stands there.
    pub fn fill(&mut self, place: &str, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = self.until(place, "return document.querySelector(arguments[0])", &[place.into()]);
            let id = found[ELEMENT].as_str().expect("an element").to_owned();
            let mut tell = |what, body| self.driver.command("POST", &format!("/element/{id}/{what}"), &body);
            match tell("clear", json!({})).and_then(|_| tell("value", json!({ "text": text }))) {
                Ok(_) => return,
                Err(why) if why.contains("stale element") && Instant::now() < deadline => {}
                Err(why) => panic!("{}: {place}: {why}", self.name),
            }
        }
    }

    /// Picks a value of a list.
    pub fn pick(&mut self, place: &str, value: &str) {
        let option = format!("{place} option[value=\"{value}\"]");
        self.click_what(&option, "return document.querySelector(arguments[0])", &[option.as_str().into()]);
    }

    /// Types on the keyboard, wherever the focus is.
    pub fn types(&mut self, text: &str) {
        let keys: Vec<Value> = text.chars().flat_map(|key| stroke(&key.to_string())).collect();
        self.keyboard(&keys);
    }

    /// Presses a key, or several together: `j`, `Enter`, `Control+Enter`.
    pub fn press(&mut self, keys: &str) {
        let parts: Vec<&str> = if keys == "+" { vec!["+"] } else { keys.split('+').collect() };
        let codes: Vec<String> = parts.iter().map(|part| code(part)).collect();
        let down = codes.iter().map(|key| json!({ "type": "keyDown", "value": key }));
        let up = codes.iter().rev().map(|key| json!({ "type": "keyUp", "value": key }));
        let all: Vec<Value> = down.chain(up).collect();
        self.keyboard(&all);
    }

    fn keyboard(&mut self, keys: &[Value]) {
        self.command("/actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": keys }] }));
    }

    /// Words of what has the focus.
    pub fn focus(&mut self) -> String {
        let script = "const one = document.activeElement; return one.id || one.innerText || one.tagName";
        self.script(script, &[]).as_str().unwrap_or_default().to_owned()
    }

    /// Makes the window so many CSS pixels wide and high.
    pub fn resize(&mut self, width: u32, height: u32) {
        self.zoom(width, height, 1);
    }

    /// A window of so many pixels of the screen, each CSS pixel being `zoom` of them.
    pub fn zoom(&mut self, width: u32, height: u32, zoom: u32) {
        let size =
            json!({ "width": width / zoom, "height": height / zoom, "deviceScaleFactor": zoom, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &size);
    }

    /// A command of the DevTools protocol.
    pub fn devtools(&mut self, command: &str, params: &Value) -> Value {
        self.driver.devtools(command, params).unwrap_or_else(|why| panic!("{}: {command}: {why}", self.name))
    }

    /// What the log `browser` or `performance` got since it was last asked.
    pub fn log(&mut self, kind: &str) -> Vec<Value> {
        let entries = self.command("/se/log", &json!({ "type": kind }));
        entries.as_array().cloned().unwrap_or_default()
    }

    /// Opens another tab, with the page of this path, and gives what this and the new one are called.
    pub fn tab(&mut self, path: &str) -> (String, String) {
        let this = self.driver.command("GET", "/window", &Value::Null).expect("a tab");
        let new = self.command("/window/new", &json!({ "type": "tab" }));
        let [this, new] = [&this, &new["handle"]].map(|handle| handle.as_str().expect("a handle").to_owned());
        self.turn_to(&new);
        self.go(path);
        (this, new)
    }

    /// Goes to a tab.
    pub fn turn_to(&mut self, tab: &str) {
        self.command("/window", &json!({ "handle": tab }));
    }

    /// A picture of the page as far as it goes.
    pub fn shot(&mut self, file: &Path) {
        let shot = self.devtools("Page.captureScreenshot", &json!({ "format": "png", "captureBeyondViewport": true }));
        write_picture(file, &shot["data"]);
    }

    fn command(&mut self, path: &str, body: &Value) -> Value {
        self.driver.command("POST", path, body).unwrap_or_else(|why| panic!("{}: {path}: {why}", self.name))
    }

    /// Keeps what can be seen, the HTML behind it and the log.
    fn keep(&mut self) -> PathBuf {
        static KEPT: AtomicUsize = AtomicUsize::new(0);
        let thread = std::thread::current().name().unwrap_or("story").replace("::", "-");
        let name = format!("{thread}-{}-{}", self.name, KEPT.fetch_add(1, Ordering::Relaxed));
        let folder = crate::target().join("browser");
        let _ = std::fs::create_dir_all(&folder);
        let file = |ending: &str| folder.join(format!("{name}.{ending}"));
        if let Ok(shot) = self.driver.command("GET", "/screenshot", &Value::Null) {
            write_picture(&file("png"), &shot);
        }
        let source = self.driver.command("GET", "/source", &Value::Null).unwrap_or_default();
        let _ = std::fs::write(file("html"), source.as_str().unwrap_or_default());
        let log = self.driver.command("POST", "/se/log", &json!({ "type": "browser" })).unwrap_or_default();
        let _ = std::fs::write(file("log"), serde_json::to_string_pretty(&log).unwrap_or_default());
        file("png")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let kept = self.keep();
            println!("what {} saw is kept in {}", self.name, kept.display());
        }
    }
}

fn write_picture(file: &Path, data: &Value) {
    let bytes = STANDARD.decode(data.as_str().unwrap_or_default()).unwrap_or_default();
    let _ = std::fs::write(file, bytes);
}

fn stroke(key: &str) -> [Value; 2] {
    let key = code(key);
    [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })]
}

/// A key as WebDriver has it.
fn code(key: &str) -> String {
    let code = match key {
        "Control" => '\u{E009}',
        "End" => '\u{E010}',
        "Enter" | "\n" => '\u{E007}',
        "Escape" => '\u{E00C}',
        "Tab" => '\u{E004}',
        "Shift" => '\u{E008}',
        "ArrowDown" => '\u{E015}',
        "ArrowUp" => '\u{E013}',
        plain => return plain.to_owned(),
    };
    code.to_string()
}
