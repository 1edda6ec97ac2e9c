//! Where a story is played: Chromium is there, and one story has this machine at a time.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, OnceLock};

use crate::driver::{CHROMEDRIVER, CHROMIUM};
use crate::person::{Person, Town, until};

/// One story at a time: browsers are heavy, and what is waited for should not wait for others.
static STAGE: Mutex<()> = Mutex::new(());

/// See the module.
pub struct Stage {
    pub town: Town,
    _alone: MutexGuard<'static, ()>,
}

impl Stage {
    /// The stage, or `None` where Chromium is missing, which with `CI=true` is a failure.
    pub fn enter() -> Option<Self> {
        // A story that failed has left nothing behind.
        let alone = STAGE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        static CHECKED: OnceLock<Result<(), String>> = OnceLock::new();
        match CHECKED.get_or_init(chromium) {
            Ok(()) => Some(Self { town: Town::new(), _alone: alone }),
            Err(why) => {
                assert!(!crate::must(), "the page has to be tried in Chromium here: {why}");
                skipped(why);
                None
            }
        }
    }

    /// Sets the clock of everyone; only before anyone is started if it was never set.
    pub fn clock(&mut self, moment: &str) {
        let folder = self.town.folder.path();
        let (new, clock) = (folder.join("clock.new"), folder.join("clock"));
        std::fs::write(&new, moment).expect("a clock can be written");
        std::fs::rename(new, &clock).expect("a clock can be put in place");
        if self.town.variables.is_empty() {
            self.town.variables.push(("CREMONA_CLOCK", clock.into()));
        }
    }

    /// Ana and Bo, both up and acquainted.
    pub fn two(&self) -> (Person, Person) {
        let (mut ana, key) = self.town.founder();
        ana.up();
        let mut bo = self.town.joiner("bo", &key, &ana);
        bo.up();
        for person in [&ana, &bo] {
            until("they know each other", || {
                person.ask(&["members"])["members"].as_array().is_some_and(|members| members.len() == 2)
            });
        }
        (ana, bo)
    }
}

/// Says that a story was not played.
pub fn skipped(why: &str) {
    // Not `println!`, whose words are kept back when a test passes.
    let story = std::thread::current().name().unwrap_or_default().to_owned();
    let line = format!("\nSKIPPED: {story}: {why}\n");
    std::io::stderr().write_all(line.as_bytes()).expect("standard error can be written to");
}

/// Chromium and its driver; where `CI=true` they are installed if they are missing.
fn chromium() -> Result<(), String> {
    let there = || Path::new(CHROMIUM).exists() && Path::new(CHROMEDRIVER).exists();
    if !there() && crate::must() {
        run(&["apt-get", "update"])?;
        run(&["apt-get", "install", "-y", "--no-install-recommends", "chromium", "chromium-driver"])?;
    }
    if there() { Ok(()) } else { Err(format!("no {CHROMIUM} with {CHROMEDRIVER} here")) }
}

/// Runs a command that has to work.
fn run(words: &[&str]) -> Result<(), String> {
    let status = Command::new(words[0])
        .args(&words[1..])
        .env("DEBIAN_FRONTEND", "noninteractive")
        .status()
        .map_err(|error| format!("can't run {}: {error}", words[0]))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` ended with {status}", words.join(" "))) }
}
