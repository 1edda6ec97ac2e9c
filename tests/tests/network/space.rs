//! A network namespace: a machine of its own as far as the network is concerned.
//!
//! Each is named after this process, so that those of a run that was killed are found and removed
//! by the next. Nothing in it reaches anything outside: no interface leads out.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// What the names of all of them begin with; then comes the process.
const PREFIX: &str = "cremona-";

/// See the module.
pub struct Space {
    pub name: String,
}

impl Space {
    /// A namespace in which only loopback exists.
    pub fn new(row: usize, who: &str) -> Self {
        let space = Self { name: format!("{PREFIX}{}-{row}-{who}", std::process::id()) };
        run("ip", &["netns", "add", &space.name], "");
        space.ip(&["link", "set", "lo", "up"]);
        space
    }

    /// Runs `ip` in it.
    pub fn ip(&self, args: &[&str]) -> String {
        run("ip", &[&["-n", self.name.as_str()], args].concat(), "")
    }

    /// Runs any program in it, with something on standard input.
    pub fn run(&self, program: &str, args: &[&str], input: &str) -> String {
        run("ip", &[&["netns", "exec", self.name.as_str(), program], args].concat(), input)
    }

    /// Adds rules of nftables.
    pub fn rules(&self, rules: &str) {
        self.run("nft", &["-f", "-"], rules);
    }

    /// Passes packets on between its interfaces.
    pub fn forwards(&self) {
        self.run("sh", &["-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"], "");
    }

    /// Bytes that went in and out of one of its interfaces.
    pub fn bytes(&self, interface: &str) -> u64 {
        let shown = self.ip(&["-s", "-j", "link", "show", "dev", interface]);
        let shown: Value = serde_json::from_str(&shown).unwrap();
        let counted = |way: &str| shown[0]["stats64"][way]["bytes"].as_u64().unwrap();
        counted("rx") + counted("tx")
    }
}

impl Drop for Space {
    fn drop(&mut self) {
        remove(&self.name);
    }
}

/// Whether this machine lets us make what the rows need; the reason if not.
pub fn may_be_made() -> Result<(), String> {
    let name = format!("{PREFIX}{}-trial", std::process::id());
    try_run("ip", &["netns", "add", &name], "")?;
    let trial = Space { name };
    try_run("ip", &["netns", "exec", &trial.name, "nft", "list", "ruleset"], "")?;
    try_run("tc", &["-n", &trial.name, "qdisc", "show"], "")?;
    tappers::Tun::new().map(|_| ()).map_err(|error| format!("no TUN device: {error}"))
}

/// Removes what a run left behind that was killed.
pub fn sweep() {
    for line in run("ip", &["netns", "list"], "").lines() {
        let name = line.split_whitespace().next().unwrap_or_default();
        let process = name.strip_prefix(PREFIX).and_then(|rest| rest.split('-').next());
        if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            println!("removing {name}, left behind by an earlier run");
            remove(name);
        }
    }
}

/// Ends what runs in a namespace, one process after the other, and removes it.
fn remove(name: &str) {
    let ended = try_run("ip", &["netns", "pids", name], "").and_then(|pids| {
        pids.lines().try_for_each(|pid| try_run("sh", &["-c", &format!("kill -KILL {pid}")], "").map(|_| ()))
    });
    let removed = try_run("ip", &["netns", "del", name], "");
    for trouble in [ended.err(), removed.err()].into_iter().flatten() {
        println!("while removing {name}: {trouble}");
    }
}

/// Runs a program that has to work; gives what it prints.
pub fn run(program: &str, args: &[&str], input: &str) -> String {
    try_run(program, args, input).unwrap_or_else(|why| panic!("{why}"))
}

fn try_run(program: &str, args: &[&str], input: &str) -> Result<String, String> {
    let said = |what: &str| format!("`{program} {}`: {what}", args.join(" "));
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| said(&error.to_string()))?;
    let mut stdin = child.stdin.take().unwrap();
    let written = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().map_err(|error| said(&error.to_string()))?;
    if !output.status.success() {
        return Err(said(String::from_utf8_lossy(&output.stderr).trim()));
    }
    written.map_err(|error| said(&error.to_string()))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
