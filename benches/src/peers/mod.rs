//! The peers: each side in a process of its own, driven by lines on standard input and output.

pub mod documents;
pub mod floor;
pub mod samod;
pub mod sync_protocol;

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::machine::{Memory, memory};

/// A running peer.
pub struct Peer {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Peer {
    /// Starts this program again as a peer with `args`.
    ///
    /// # Errors
    /// Where it does not start.
    pub fn start(args: &[&str]) -> Result<Self> {
        let me = std::env::current_exe().context("can't find this program itself")?;
        let mut child = Command::new(me).arg("peer").args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().context("a peer without output")?);
        Ok(Self { child, input, output })
    }

    /// Waits for a line that begins with `word`; gives the rest of it.
    ///
    /// # Errors
    /// Where something else comes, or nothing any more.
    pub fn expect(&mut self, word: &str) -> Result<String> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        match line.trim().split_once(' ').unwrap_or((line.trim(), "")) {
            (first, rest) if first == word => Ok(rest.to_owned()),
            _ => bail!("a peer said {line:?} and not {word:?}"),
        }
    }

    /// Waits for the address that it listens on.
    ///
    /// # Errors
    /// Where none comes.
    pub fn address(&mut self) -> Result<SocketAddr> {
        Ok(self.expect("ready")?.parse()?)
    }

    /// Gives it a line.
    ///
    /// # Errors
    /// Where it has ended.
    pub fn tell(&mut self, line: &str) -> Result<()> {
        let input = self.input.as_mut().context("the peer was told to end")?;
        Ok(input.write_all(format!("{line}\n").as_bytes())?)
    }

    /// Its memory.
    ///
    /// # Errors
    /// Where it has ended.
    pub fn memory(&self) -> Result<Memory> {
        memory(self.child.id())
    }

    /// Ends it, in its own time.
    ///
    /// # Errors
    /// Where it ends badly.
    pub fn stop(mut self) -> Result<()> {
        self.input = None;
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { bail!("a peer ended with {status}") }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Says a line to who started this peer.
pub(crate) fn say(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    Ok(out.write_all(format!("{line}\n").as_bytes()).and_then(|()| out.flush())?)
}

/// Builds documents in a process of its own, so that it leaves no trace in the memory of who serves.
///
/// # Errors
/// Where that fails.
pub fn build(kind: &str, rows: &Path, dir: &Path, shape: documents::Shape) -> Result<()> {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let mut peer = Peer::start(&[kind, "build", &text(dir), &text(rows), shape.name()])?;
    peer.expect("built")?;
    peer.stop()
}
