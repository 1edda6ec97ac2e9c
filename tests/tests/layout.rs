//! The layout: arrows between crates point down only, heavy dependencies enter once, licences and
//! sources are those of `deny.toml`.

#![allow(clippy::unwrap_used, reason = "material that can't be read is a failure of the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The picture of docs/architecture.md: a crate and all that it may depend on. `cremona-tests` may use everything.
const ARROWS: [(&str, &[&str]); 8] = [
    ("cremona-envelope", &[]),
    ("cremona-hours", &[]),
    ("cremona-model", &["cremona-envelope"]),
    ("cremona-sync", &["cremona-envelope"]),
    ("cremona-store", &["cremona-envelope"]),
    ("cremona-net", &["cremona-envelope"]),
    ("cremona-engine", &["cremona-envelope", "cremona-hours", "cremona-model", "cremona-sync", "cremona-store"]),
    ("cremona", &["cremona-engine", "cremona-net", "cremona-envelope", "cremona-hours", "cremona-store"]),
];

/// Heavy dependencies (by the start of their name) and where alone they may enter.
const HEAVY: [(&str, &[&str]); 11] = [
    ("automerge", &["cremona-model"]),
    ("rusqlite", &["cremona-store"]),
    ("libsqlite3", &[]),
    ("libp2p", &["cremona-net"]),
    ("clap", &["cremona"]),
    ("anyhow", &["cremona"]),
    ("axum", &["cremona"]),
    ("askama", &["cremona"]),
    ("zip", &["cremona"]),
    ("jiff", &["cremona-hours", "cremona-model", "cremona-engine", "cremona"]),
    ("tokio", &["cremona-net", "cremona"]),
];

/// Most packages in the lock. The API and the page took it from 446 to 501: axum, askama, Markdown, a
/// sanitiser of HTML, highlighting of code, and schemas for OpenAPI.
const MOST_PACKAGES: usize = 520;
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

#[test]
fn arrows_point_down_only() {
    let workspace = Workspace::read();
    let allowed = BTreeMap::from(ARROWS);
    let mut wrong = Vec::new();
    for (from, needs) in workspace.members.iter().filter(|(from, _)| *from != "cremona-tests") {
        let below = allowed.get(from.as_str()).unwrap_or_else(|| panic!("{from} is not in the picture"));
        wrong.extend(
            needs.iter().filter(|to| is_ours(to) && !below.contains(&to.as_str())).map(|to| format!("{from} -> {to}")),
        );
    }
    assert!(wrong.is_empty(), "not in the picture: {wrong:?}");
    assert_eq!(workspace.members.len(), ARROWS.len() + 1, "a crate is missing or new");
}

#[test]
fn each_heavy_dependency_enters_once() {
    let workspace = Workspace::read();
    for (heavy, entrances) in HEAVY {
        for (from, needs) in workspace.members.iter().filter(|(from, _)| *from != "cremona-tests") {
            let named = needs.iter().find(|to| *to == heavy || to.starts_with(&format!("{heavy}-")));
            assert!(
                named.is_none() || entrances.contains(&from.as_str()),
                "{from} depends on {named:?}, which enters by {entrances:?}"
            );
        }
    }
}

#[test]
fn pure_crates_read_no_clock_and_no_disk() {
    let pure = ["envelope", "hours", "model", "sync"];
    let outside =
        ["std::fs", "std::net", "std::env", "std::thread", "SystemTime", "Instant::now", "getrandom", "OsRng"];
    for file in pure.iter().flat_map(|name| sources(&root().join("crates").join(name).join("src"))) {
        let text = std::fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let found = outside.iter().find(|word| code.contains(**word));
        assert!(found.is_none(), "{} uses {found:?}", file.display());
    }
}

#[test]
fn every_crate_opts_into_the_lints_of_the_workspace() {
    for manifest in Workspace::read().manifests {
        let text = std::fs::read_to_string(&manifest).unwrap();
        assert!(text.contains("[lints]\nworkspace = true"), "{} does not", manifest.display());
    }
}

#[test]
fn every_source_file_says_its_idea_first() {
    let places = ["crates", "node", "tests"];
    for file in places.iter().flat_map(|place| sources(&root().join(place))) {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//! "), "{} does not", file.display());
    }
}

#[test]
fn the_lock_stays_small_and_from_one_registry() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let packages = lock.lines().filter(|line| *line == "[[package]]").count();
    assert!((1..=MOST_PACKAGES).contains(&packages), "{packages} packages");
    let elsewhere: Vec<_> = lock
        .lines()
        .filter_map(|line| line.strip_prefix("source = "))
        .filter(|source| source.trim_matches('"') != REGISTRY)
        .collect();
    assert!(elsewhere.is_empty(), "not from the default registry: {elsewhere:?}");
}

#[test]
fn every_licence_is_allowed() {
    let allowed = allowed_licences();
    let wrong: Vec<_> =
        Workspace::read().licences.into_iter().filter(|(_, licence)| !is_allowed(licence, &allowed)).collect();
    assert!(wrong.is_empty(), "not allowed by deny.toml: {wrong:?}");
}

#[test]
fn a_licence_is_allowed_if_one_choice_of_each_part_is() {
    let allowed = BTreeSet::from(["MIT".to_owned(), "Apache-2.0 WITH LLVM-exception".to_owned()]);
    for good in [
        "MIT",
        "GPL-3.0 OR MIT",
        "MIT/Apache-2.0",
        "(MIT OR X) AND (X OR Apache-2.0 WITH LLVM-exception)",
        "MIT AND MIT",
    ] {
        assert!(is_allowed(good, &allowed), "{good}");
    }
    for bad in ["", "GPL-3.0", "MIT AND GPL-3.0", "Apache-2.0", "(MIT OR X) AND X", "MIT AND (X", "MIT MIT"] {
        assert!(!is_allowed(bad, &allowed), "{bad}");
    }
}

/// What cargo says about the workspace, for the platform of this machine.
struct Workspace {
    /// Each member and the names that its manifest depends on, tests included.
    members: BTreeMap<String, BTreeSet<String>>,
    manifests: Vec<PathBuf>,
    /// Of every package that is built here, by name.
    licences: Vec<(String, String)>,
}

impl Workspace {
    fn read() -> Self {
        let metadata = metadata();
        let ours: BTreeSet<&str> =
            metadata["workspace_members"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let packages = metadata["packages"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let members: Vec<_> =
            packages.iter().filter(|package| ours.contains(package["id"].as_str().unwrap_or_default())).collect();
        let needs = |package: &Value| {
            package["dependencies"].as_array().unwrap().iter().map(|need| text(&need["name"])).collect()
        };
        Self {
            members: members.iter().map(|package| (text(&package["name"]), needs(package))).collect(),
            manifests: members.iter().map(|package| PathBuf::from(text(&package["manifest_path"]))).collect(),
            licences: packages.iter().map(|package| (text(&package["name"]), text(&package["license"]))).collect(),
        }
    }
}

fn metadata() -> Value {
    let cargo = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let version = cargo(&["--version", "--verbose"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    // For one platform only: what was built here is already fetched, so no network is needed.
    let text = cargo(&["metadata", "--format-version", "1", "--locked", "--filter-platform", host]);
    serde_json::from_str(&text).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn is_ours(name: &str) -> bool {
    name == "cremona" || name.starts_with("cremona-")
}

/// The Rust files under a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let nested = entries.iter().filter(|path| path.is_dir()).flat_map(|path| sources(path));
    let files = entries.iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs")).cloned();
    files.chain(nested).collect()
}

/// The list `allow` of deny.toml, one licence a line.
fn allowed_licences() -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join("deny.toml")).unwrap();
    let lines =
        text.lines().map(str::trim).skip_while(|line| *line != "allow = [").skip(1).take_while(|line| *line != "]");
    lines.map(|line| line.trim_matches([',', '"']).to_owned()).collect()
}

/// Whether an SPDX expression can be met by allowed licences alone.
fn is_allowed(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    any(&mut words, allowed) && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any(words: &mut Words<'_>, allowed: &BTreeSet<String>) -> bool {
    let mut met = all(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        met |= all(words, allowed);
    }
    met
}

fn all(words: &mut Words<'_>, allowed: &BTreeSet<String>) -> bool {
    let mut met = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        met &= one(words, allowed);
    }
    met
}

fn one(words: &mut Words<'_>, allowed: &BTreeSet<String>) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let met = any(words, allowed);
        return words.next_if_eq(&")").is_some() && met;
    }
    let Some(mut licence) = words.next().map(str::to_owned) else { return false };
    if words.next_if_eq(&"WITH").is_some() {
        licence = format!("{licence} WITH {}", words.next().unwrap_or_default());
    }
    allowed.contains(&licence)
}
