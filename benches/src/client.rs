//! A node's local socket: one JSON object a line, each way.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// A connection to a running node.
pub struct Client {
    stream: BufReader<UnixStream>,
}

impl Client {
    /// Connects to the node of the data directory `data`.
    ///
    /// # Errors
    /// Where none answers.
    pub fn connect(data: &Path) -> Result<Self> {
        let stream = UnixStream::connect(data.join("node.sock")).context("the node does not answer")?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Asks; `ask` names a verb and its arguments. Gives the answer's value.
    ///
    /// # Errors
    /// The node's refusal, or a broken connection.
    pub fn ask(&mut self, ask: &Value) -> Result<Value> {
        self.send(&json!({"v": 1, "ask": ask}))?;
        self.receive()
    }

    /// From here on, this connection hears of changes: the node's first answer says that it watches, so
    /// that nothing which happens afterwards is missed.
    ///
    /// # Errors
    /// A broken connection.
    pub fn watch(&mut self) -> Result<()> {
        self.send(&json!({"v": 1, "watch": {}}))?;
        self.receive().map(drop)
    }

    /// The next answer, or the next batch of changes.
    ///
    /// # Errors
    /// The node's refusal, or a broken connection.
    pub fn receive(&mut self) -> Result<Value> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let mut reply: Value = serde_json::from_str(&line).context("the node stopped or is of another version")?;
        if let Some(fail) = reply.get("fail") {
            bail!("the node refuses: {fail}");
        }
        Ok(reply["ok"]["value"].take())
    }

    fn send(&mut self, line: &Value) -> Result<()> {
        Ok(self.stream.get_mut().write_all(format!("{line}\n").as_bytes())?)
    }
}
