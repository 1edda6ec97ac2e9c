//! The text that everyone carries: one row a message, taken from a node of ours once it has imported
//! the archive, so that all contenders hold exactly the same messages.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::client::Client;

/// A message as the peers hold it: what is shown of it, and no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Channel and month of the thread's root: the document that it stands in, as with us.
    pub doc: String,
    /// RFC 3339 time.
    pub time: String,
    /// Author's name.
    pub author: String,
    /// Time of the thread's root, on replies.
    pub root: Option<String>,
    /// The text.
    pub text: String,
    /// Emoji and names.
    pub reactions: Vec<(String, Vec<String>)>,
}

impl Row {
    /// The value that a peer stores: everything but the document, as a JSON array.
    #[must_use]
    pub fn value(&self) -> Vec<u8> {
        json!([self.time, self.author, self.root, self.text, self.reactions]).to_string().into_bytes()
    }
}

/// Reads all messages of a running node, channel by channel, oldest first.
///
/// # Errors
/// Where the node refuses.
pub fn of_node(client: &mut Client) -> Result<Vec<Row>> {
    let channels = client.ask(&json!({"verb": "channels"}))?;
    let mut rows = Vec::new();
    for channel in channels["channels"].as_array().context("no channels")? {
        let mut messages: Vec<Value> = Vec::new();
        let mut before = Value::Null;
        loop {
            let ask = json!({"verb": "read", "target": channel["id"], "limit": 1000, "before": before});
            let mut page = client.ask(&ask)?;
            let mut earlier: Vec<Value> = std::mem::take(page["messages"].as_array_mut().context("no messages")?);
            earlier.reverse();
            messages.append(&mut earlier);
            before = page["next"].take();
            if before.is_null() {
                break;
            }
        }
        messages.reverse();
        let name = channel["name"].as_str().unwrap_or_default();
        rows.extend(rows_of(name, &messages));
    }
    Ok(rows)
}

fn rows_of(channel: &str, messages: &[Value]) -> Vec<Row> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let times: BTreeMap<&str, &str> =
        messages.iter().filter_map(|message| Some((message["id"].as_str()?, message["time"].as_str()?))).collect();
    let row = |message: &Value| {
        let root = message["thread"].as_str().filter(|thread| message["id"] != **thread);
        let root = root.and_then(|root| times.get(root)).map(|time| (*time).to_owned());
        let time = text(&message["time"]);
        let month: String = root.as_ref().unwrap_or(&time).chars().take(7).collect();
        let reactions = message["reactions"].as_array().into_iter().flatten().map(|reaction| {
            (text(&reaction["emoji"]), reaction["names"].as_array().into_iter().flatten().map(text).collect())
        });
        Row {
            doc: format!("{channel} {month}"),
            author: text(&message["author"]["name"]),
            text: text(&message["text"]),
            reactions: reactions.collect(),
            time,
            root,
        }
    };
    messages.iter().map(row).collect()
}

/// Writes rows, one JSON object a line.
///
/// # Errors
/// Where the file can't be written.
pub fn write(path: &Path, rows: &[Row]) -> Result<()> {
    let mut file = BufWriter::new(std::fs::File::create(path)?);
    for row in rows {
        serde_json::to_writer(&mut file, row)?;
        file.write_all(b"\n")?;
    }
    Ok(file.flush()?)
}

/// Reads what [`write`] wrote.
///
/// # Errors
/// Where the file can't be read.
pub fn read(path: &Path) -> Result<Vec<Row>> {
    let file = BufReader::new(std::fs::File::open(path).with_context(|| format!("no rows at {}", path.display()))?);
    file.lines().map(|line| Ok(serde_json::from_str(&line?)?)).collect()
}

/// Bytes of all texts.
#[must_use]
pub fn text_bytes(rows: &[Row]) -> usize {
    rows.iter().map(|row| row.text.len()).sum()
}

/// Rows by document, in order of time.
#[must_use]
pub fn by_document(rows: &[Row]) -> BTreeMap<&str, Vec<&Row>> {
    let mut documents: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        documents.entry(&row.doc).or_default().push(row);
    }
    documents
}

/// The rows as a file for the floors: one value a line, with its document where that changes.
#[must_use]
pub fn plain(rows: &[Row]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (doc, rows) in by_document(rows) {
        bytes.extend(format!("{doc}\n").into_bytes());
        for row in rows {
            bytes.extend(row.value());
            bytes.push(b'\n');
        }
    }
    bytes
}
