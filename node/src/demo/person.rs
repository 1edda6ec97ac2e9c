//! One person of the demo: a data directory, perhaps a running node, and the command line.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use cremona_engine::Failure;
use serde_json::Value;

use crate::words::{fail, system};

/// See the module.
pub struct Person {
    /// What they are called.
    pub name: &'static str,
    /// Their data directory.
    pub data: PathBuf,
    state: PathBuf,
    node: Option<Child>,
    listen: String,
    dial: Vec<String>,
}

impl Person {
    /// A person whose directory is within `folder`.
    pub fn new(folder: &Path, name: &'static str) -> Self {
        Self {
            name,
            data: folder.join(name.to_lowercase()),
            state: folder.join("state"),
            node: None,
            listen: "127.0.0.1:0".to_owned(),
            dial: Vec::new(),
        }
    }

    /// Runs a verb of the command line and gives its JSON.
    pub fn ask(&self, args: &[&str]) -> Result<Value, Failure> {
        let output =
            self.command(args)?.output().map_err(|error| fail!(Failed, "demo-failed", error = system(&error)))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let (verb, said) = (args.join(" "), said.trim());
            return Err(fail!(Failed, "demo-failed-verb", name = self.name, verb = verb, error = said));
        }
        serde_json::from_slice(&output.stdout).map_err(|_| fail!(Failed, "demo-failed-json", verb = args.join(" ")))
    }

    /// One text field of what a verb prints.
    pub fn field(&self, args: &[&str], field: &str) -> Result<String, Failure> {
        let value = self.ask(args)?;
        value
            .get(field)
            .and_then(Value::as_str)
            .map(str::to_owned)
            .ok_or_else(|| fail!(Failed, "demo-failed-json", verb = args.join(" ")))
    }

    /// Starts the node, which keeps dialling `dial`; gives where it listens.
    pub fn up(&mut self, dial: &[SocketAddr]) -> Result<SocketAddr, Failure> {
        self.dial = dial.iter().map(ToString::to_string).collect();
        self.start()
    }

    /// Starts the node again, where it was.
    pub fn start(&mut self) -> Result<SocketAddr, Failure> {
        let mut args = vec!["up", "--no-mdns", "--listen", &self.listen];
        for address in &self.dial {
            args.extend(["--dial", address]);
        }
        let mut child = self
            .command(&args)?
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| fail!(Failed, "demo-failed", error = system(&error)))?;
        let mut line = String::new();
        let silent = || fail!(Failed, "demo-failed-start", name = self.name);
        let out = child.stdout.take().ok_or_else(silent)?;
        BufReader::new(out).read_line(&mut line).map_err(|_| silent())?;
        self.node = Some(child);
        let ready: Value = serde_json::from_str(&line).map_err(|_| silent())?;
        let address = ready.pointer("/addresses/0").and_then(Value::as_str).and_then(socket_of);
        let address = address.ok_or_else(silent)?;
        self.listen = address.to_string();
        Ok(address)
    }

    /// The node's process, if it runs.
    pub fn pid(&self) -> Option<u32> {
        self.node.as_ref().map(Child::id)
    }

    /// Kills the node at once, with no chance to tidy up.
    pub fn kill(&mut self) {
        if let Some(mut node) = self.node.take() {
            // It may have ended by itself.
            let _ = node.kill();
            let _ = node.wait();
        }
    }

    /// Stops the node as Ctrl-C does.
    pub fn stop(&mut self) {
        if let Some(mut node) = self.node.take() {
            let told = Command::new("sh").arg("-c").arg(format!("kill -INT {}", node.id())).status();
            if !matches!(told, Ok(status) if status.success()) {
                let _ = node.kill();
            }
            let _ = node.wait();
        }
    }

    /// Waits until the node ends.
    pub fn wait(&mut self) {
        if let Some(mut node) = self.node.take() {
            let _ = node.wait();
        }
    }

    fn command(&self, args: &[&str]) -> Result<Command, Failure> {
        let program = std::env::current_exe().map_err(|error| fail!(Failed, "demo-failed", error = system(&error)))?;
        let mut command = Command::new(program);
        command
            .arg("--data")
            .arg(&self.data)
            .arg("--json")
            .args(args)
            .env("XDG_STATE_HOME", &self.state)
            .stdin(Stdio::null());
        Ok(command)
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Host and port of `/ip4/HOST/tcp/PORT/...`.
fn socket_of(address: &str) -> Option<SocketAddr> {
    let mut parts = address.split('/').skip(2);
    let (host, _, port) = (parts.next()?, parts.next()?, parts.next()?);
    format!("{host}:{port}").parse().ok()
}
