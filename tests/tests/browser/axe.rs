//! No view has a fault that axe finds, in any theme and language.
//!
//! axe-core comes from npm, else from a package of Python; whichever it is, by its hash. It is run by the
//! DevTools protocol, since the page lets no foreign script in.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::driver::Wish;
use crate::first::first;
use crate::stage::Stage;
use crate::views::{World, look};

/// Where axe comes from: the newest first.
const SOURCES: [Source; 2] = [
    Source {
        version: "4.14.1",
        hash: "a0ed4373d1e8caa6416959a32966c75840c12038c33fc4b8d68e50eed251640d",
        file: "package/axe.min.js",
        commands: &["npm pack --silent axe-core@4.14.1", "tar -xzf axe-core-4.14.1.tgz package/axe.min.js"],
    },
    Source {
        version: "4.4.3",
        hash: "9ca086a6d9b1e9aa0e8c55bfef1504a43484d3726be3fb1ad0d6f89f462ab2c4",
        file: "axe_core_python/axe.min.js",
        commands: &[
            "python3 -m venv --clear venv",
            "venv/bin/python -m pip download --quiet --disable-pip-version-check --no-deps axe-core-python==0.1.0",
            "venv/bin/python -m zipfile -e axe_core_python-0.1.0-py3-none-any.whl .",
        ],
    },
];
/// As `data-theme` has them.
const THEMES: [&str; 4] = ["light", "dark", "light contrast", "dark contrast"];
const LANGS: [&str; 2] = ["en", "id"];
/// What axe says in a line for each fault; `[]` where it finds none.
const RUN: &str = "axe.run(document, { resultTypes: ['violations'] }).then((found) => JSON.stringify(\
     found.violations.map((one) => one.id + ': ' + one.help + ' at ' + \
     one.nodes.slice(0, 4).map((node) => node.target.join(' ') + ' ' + (node.any[0]?.message ?? '')).join('; '))))";

/// A package that has the script in it.
struct Source {
    version: &'static str,
    /// BLAKE3 of the script.
    hash: &'static str,
    file: &'static str,
    commands: &'static [&'static str],
}

#[test]
fn axe_finds_no_fault_in_any_view_theme_and_language() {
    let Some(mut stage) = Stage::enter() else { return };
    let Some((version, axe)) = script() else { return };
    let world = World::tell(&mut stage);
    let mut ana = Browser::at(&world.ana, "ana");
    let looks: Vec<_> = LANGS.iter().flat_map(|lang| THEMES.map(|theme| (*lang, theme))).collect();
    let mut faults = Vec::new();
    let mut counts = vec![Vec::new(); world.views().len()];
    for lang in LANGS {
        look(&mut ana, lang, "system");
        for ((view, path), counts) in world.views().iter().zip(&mut counts) {
            ana.go(path);
            ana.devtools("Runtime.evaluate", &json!({ "expression": axe }));
            for theme in THEMES {
                // As the cookie does it.
                ana.script("document.documentElement.dataset.theme = arguments[0]", &[theme.into()]);
                let found = examine(&mut ana);
                counts.push(found.len());
                faults.extend(found.into_iter().map(|fault| format!("{view}, {lang}, {theme}: {fault}")));
            }
        }
    }
    let mut table = format!("axe-core {version}\n\n| view |");
    for (lang, theme) in &looks {
        write!(table, " {lang}, {theme} |").unwrap();
    }
    write!(table, "\n|---|{}", "--:|".repeat(looks.len())).unwrap();
    for ((view, _), counts) in world.views().iter().zip(counts) {
        write!(table, "\n| {view} |").unwrap();
        counts.iter().for_each(|count| write!(table, " {count} |").unwrap());
    }
    println!("{table}");
    std::fs::write(crate::target().join("axe.md"), table + "\n").unwrap();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn axe_finds_no_fault_on_the_first_page_as_it_is_and_with_what_it_refuses() {
    let Some(stage) = Stage::enter() else { return };
    let Some((_, axe)) = script() else { return };
    let mut faults = Vec::new();
    for lang in LANGS {
        let (_node, link) = first(&stage.town.person(lang));
        let mut page = Browser::follow(&link, lang, Wish { lang, ..Wish::default() });
        for refused in [false, true] {
            if refused {
                page.fill("#key", "wsk1nothing");
                page.fill("#name", "Bo");
                page.click("form[action='/join'] button");
                page.until("why it is refused", "return document.getElementById('join-error')", &[]);
            }
            assert_eq!(page.script("return document.documentElement.lang", &[]), lang);
            page.devtools("Runtime.evaluate", &json!({ "expression": axe }));
            for theme in THEMES {
                page.script("document.documentElement.dataset.theme = arguments[0]", &[theme.into()]);
                let found = examine(&mut page);
                faults.extend(found.into_iter().map(|fault| format!("{lang}, {theme}, refused {refused}: {fault}")));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// What axe finds in what is shown, a line each.
fn examine(browser: &mut Browser) -> Vec<String> {
    let wanted = json!({ "expression": RUN, "awaitPromise": true, "returnByValue": true });
    let said = browser.devtools("Runtime.evaluate", &wanted);
    let text = said["result"]["value"].as_str().unwrap_or_else(|| panic!("axe says {said}"));
    let faults: Vec<Value> = serde_json::from_str(text).expect("axe speaks JSON");
    faults.iter().map(|fault| fault.as_str().unwrap_or_default().to_owned()).collect()
}

/// The script and its version, fetched once; `None` where it can't be had, which with `CI=true` is a failure.
fn script() -> Option<(&'static str, String)> {
    let mut why = Vec::new();
    for source in SOURCES {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("axe-{}", source.version));
        let file = folder.join(source.file);
        let fetched = if file.exists() { Ok(()) } else { fetch(&folder, source.commands) };
        match fetched.and_then(|()| std::fs::read_to_string(&file).map_err(|error| error.to_string())) {
            Ok(script) => {
                let hash = blake3::hash(script.as_bytes()).to_hex();
                assert_eq!(hash.as_str(), source.hash, "{} is not axe-core {}", file.display(), source.version);
                return Some((source.version, script));
            }
            Err(error) => why.push(error),
        }
    }
    let why = format!("axe can't be fetched: {}", why.join("; "));
    assert!(!crate::must(), "{why}");
    crate::stage::skipped(&why);
    None
}

/// Runs commands in a folder, each of which has to work.
fn fetch(folder: &Path, commands: &[&str]) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    for command in commands {
        let words: Vec<&str> = command.split(' ').collect();
        let output = Command::new(words[0]).args(&words[1..]).current_dir(folder).output();
        let output = output.map_err(|error| format!("can't run {}: {error}", words[0]))?;
        if !output.status.success() {
            return Err(format!("`{command}`: {}", String::from_utf8_lossy(&output.stderr).trim()));
        }
    }
    Ok(())
}
