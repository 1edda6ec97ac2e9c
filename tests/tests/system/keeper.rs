//! A mailbox: its directory and its process, as whoever keeps it starts and stops it.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Lines};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::person::{Person, Town, cremona};

/// A mailbox's directory and, when up, its process.
pub struct Mailbox {
    pub dir: PathBuf,
    pub listen: String,
    pub pairing: String,
    variables: Vec<(&'static str, OsString)>,
    pub process: Option<(Child, Lines<BufReader<ChildStdout>>)>,
}

impl Mailbox {
    pub fn init(town: &Town, name: &str) -> Self {
        Self::init_at(town, name, &[])
    }

    /// The same, reached at addresses that are told.
    pub fn init_at(town: &Town, name: &str, at: &[&str]) -> Self {
        let dir = town.folder.path().join(name);
        let made = ask(&[&["mailbox", "init", dir.to_str().unwrap()], at].concat());
        assert_eq!(made["device"].as_str().unwrap().len(), 64);
        Self {
            dir,
            listen: "127.0.0.1:0".to_owned(),
            pairing: String::new(),
            variables: town.variables.clone(),
            process: None,
        }
    }

    /// Starts it; what it says first.
    pub fn up(&mut self, more: &[&str]) -> Value {
        let mut command = cremona();
        command.args(["--json", "mailbox", "up", "--listen", &self.listen]).args(more).arg(&self.dir);
        command.envs(self.variables.iter().cloned());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("cremona starts");
        let lines = BufReader::new(child.stdout.take().expect("it was piped")).lines();
        self.process = Some((child, lines));
        let ready = self.says();
        self.listen = ready["addresses"][0].as_str().expect("an address").to_owned();
        self.pairing = ready["pairing"].as_str().unwrap_or_default().to_owned();
        ready
    }

    /// The next thing that it says.
    fn says(&mut self) -> Value {
        let (_, lines) = self.process.as_mut().expect("it is up");
        serde_json::from_str(&lines.next().expect("it says something").expect("it is text")).expect("it is JSON")
    }

    pub fn paired_by(&mut self, member: &Person) {
        let told = member.ask(&["mailbox", "pair", &self.pairing]);
        assert_eq!(told["addresses"], serde_json::json!([self.listen]));
        assert_eq!(self.says()["paired"], true);
    }

    pub fn status(&self) -> Value {
        ask(&["mailbox", "status", self.dir.to_str().unwrap()])
    }

    pub fn has_root_of(&self, member: &Person) -> bool {
        self.status()["root"] == member.ask(&["verify"])["root"]
    }

    /// Stops it as a service is stopped; it has to end cleanly.
    pub fn stop(&mut self) {
        let (mut child, _) = self.process.take().expect("it is up");
        let told = Command::new("sh").arg("-c").arg(format!("kill -TERM {}", child.id())).status().expect("sh starts");
        assert!(told.success());
        assert!(child.wait().expect("it ends").success(), "it ended badly");
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        if let Some((mut child, _)) = self.process.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn ask(args: &[&str]) -> Value {
    let output = cremona().arg("--json").args(args).output().expect("cremona starts");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("it is JSON")
}
