//! One of us: a data directory, the command line, perhaps a running node; the release binary throughout.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::client::Client;
use crate::machine::{Memory, memory};

/// How long anything may take before a run is given up.
const PATIENCE: Duration = Duration::from_secs(1_800);

/// A free port of this machine.
const ANYWHERE: &str = "127.0.0.1:0";

/// See the module.
pub struct Person {
    /// The data directory.
    pub data: PathBuf,
    program: PathBuf,
    state: PathBuf,
    node: Option<Child>,
    listen: String,
}

impl Person {
    /// A person whose directory is `folder/name`.
    #[must_use]
    pub fn new(program: &Path, folder: &Path, name: &str) -> Self {
        Self {
            data: folder.join(name),
            program: program.to_owned(),
            state: folder.join(format!("{name}-state")),
            node: None,
            listen: ANYWHERE.to_owned(),
        }
    }

    /// Runs a verb and gives its JSON.
    ///
    /// # Errors
    /// What the verb says.
    pub fn run(&self, args: &[&str]) -> Result<Value> {
        let output = self.command(args).output().context("can't run cremona")?;
        if !output.status.success() {
            bail!("`cremona {}` failed: {}", args.join(" "), String::from_utf8_lossy(&output.stderr));
        }
        serde_json::from_slice(&output.stdout).with_context(|| format!("`cremona {}` printed no JSON", args.join(" ")))
    }

    /// The workspace key, without addresses.
    ///
    /// # Errors
    /// What `key` says.
    pub fn key(&self) -> Result<String> {
        let key = self.run(&["key"])?;
        let key = key["key"].as_str().context("no key")?;
        Ok(key.split('@').next().unwrap_or(key).to_owned())
    }

    /// Starts the node, which dials `dial`; gives where it listens once it says that it is ready.
    ///
    /// # Errors
    /// Where it does not start.
    pub fn up(&mut self, dial: Option<SocketAddr>) -> Result<SocketAddr> {
        let dial = dial.map(|address| address.to_string());
        let mut args = vec!["up", "--no-mdns", "--listen", &self.listen];
        args.extend(dial.iter().flat_map(|address| ["--dial", address]));
        let mut child = self.command(&args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("a node without output")?).read_line(&mut line)?;
        self.node = Some(child);
        let ready: Value = serde_json::from_str(&line).context("the node did not start")?;
        let address = ready.pointer("/addresses/0").and_then(Value::as_str).context("a node without address")?;
        let mut parts = address.split('/').skip(2);
        let (host, port) = (parts.next().context("no host")?, parts.nth(1).context("no port")?);
        self.listen = format!("{host}:{port}");
        Ok(self.listen.parse()?)
    }

    /// Has the next start listen where nobody expects this person, so that a teammate who remembers the
    /// last address can't come by it.
    pub fn move_house(&mut self) {
        ANYWHERE.clone_into(&mut self.listen);
    }

    /// Starts the node and asks it until it answers; gives how long that took.
    ///
    /// # Errors
    /// Where it does not start.
    pub fn up_until_answer(&mut self) -> Result<Duration> {
        let start = Instant::now();
        let args = ["up", "--no-mdns", "--listen", &self.listen];
        let child = self.command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        self.node = Some(child);
        wait(start, || match self.client() {
            Ok(mut client) => Ok(client.ask(&json!({"verb": "channels"})).ok()),
            Err(_) => Ok(None),
        })?;
        Ok(start.elapsed())
    }

    /// A connection to the running node.
    ///
    /// # Errors
    /// Where it does not answer.
    pub fn client(&self) -> Result<Client> {
        Client::connect(&self.data)
    }

    /// Memory of the running node.
    ///
    /// # Errors
    /// Where it does not run.
    pub fn memory(&self) -> Result<Memory> {
        memory(self.pid()?)
    }

    /// The running node's process.
    ///
    /// # Errors
    /// Where it does not run.
    pub fn pid(&self) -> Result<u32> {
        Ok(self.node.as_ref().context("the node does not run")?.id())
    }

    /// Stops the node as Ctrl-C does.
    ///
    /// # Errors
    /// Where it does not end well.
    pub fn stop(&mut self) -> Result<()> {
        let Some(mut node) = self.node.take() else { return Ok(()) };
        let told = Command::new("sh").arg("-c").arg(format!("kill -INT {}", node.id())).status()?;
        if !told.success() {
            node.kill()?;
        }
        let status = node.wait()?;
        if status.success() { Ok(()) } else { bail!("a node ended with {status}") }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--data").arg(&self.data).arg("--json").args(args);
        command.env("XDG_STATE_HOME", &self.state).env_remove("CREMONA_DATA").stdin(Stdio::null());
        command
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        if let Some(mut node) = self.node.take() {
            // It may have ended by itself.
            let _ = node.kill();
            let _ = node.wait();
        }
    }
}

/// Asks every two milliseconds until there is an answer; gives it.
///
/// # Errors
/// Of `look`, or where nothing comes for half an hour.
pub fn wait<T>(start: Instant, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if start.elapsed() > PATIENCE {
            bail!("nothing came within {} s", PATIENCE.as_secs());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Whether the node at the other end of `client` says that it holds the same set as a peer.
///
/// # Errors
/// A broken connection.
pub fn in_sync(client: &mut Client) -> Result<bool> {
    let peers = client.ask(&json!({"verb": "peers", "connections": true}))?;
    let peers = peers["peers"].as_array().context("no list of peers")?;
    Ok(peers.iter().any(|peer| peer["state"] == "connected" && peer["in_sync"] == true))
}
