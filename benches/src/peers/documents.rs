//! The same messages as Automerge documents: one for each channel and month, each message a change of
//! its own, since each was said at a time of its own.

use automerge::transaction::Transactable;
use automerge::{Automerge, AutomergeError, ObjType, ROOT};

use crate::rows::Row;

/// How a message stands in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One value at the root: the least that a message can cost. As with us.
    Value,
    /// A map with a field for time, author, root, text and reactions: as one would write it first.
    Map,
}

impl Shape {
    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Map => "map",
        }
    }

    /// The shape of that name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        if name == "map" { Self::Map } else { Self::Value }
    }
}

/// A document of these rows, in order of time.
///
/// # Errors
/// Where automerge refuses.
pub fn document(rows: &[&Row], shape: Shape) -> Result<Automerge, AutomergeError> {
    let mut document = Automerge::new();
    for (number, row) in rows.iter().enumerate() {
        add(&mut document, number, row, shape)?;
    }
    Ok(document)
}

/// Adds message `number` of a document; newest first in the order of keys, which is by far the
/// quickest for automerge.
///
/// # Errors
/// Where automerge refuses.
pub fn add(document: &mut Automerge, number: usize, row: &Row, shape: Shape) -> Result<(), AutomergeError> {
    let key = format!("{:08x}", u32::MAX as usize - number);
    let mut tx = document.transaction();
    match shape {
        Shape::Value => tx.put(ROOT, key, automerge::ScalarValue::Bytes(row.value()))?,
        Shape::Map => {
            let message = tx.put_object(ROOT, key, ObjType::Map)?;
            tx.put(&message, "time", row.time.as_str())?;
            tx.put(&message, "author", row.author.as_str())?;
            if let Some(root) = &row.root {
                tx.put(&message, "root", root.as_str())?;
            }
            tx.put(&message, "text", row.text.as_str())?;
            if !row.reactions.is_empty() {
                tx.put(&message, "reactions", serde_json::json!(row.reactions).to_string())?;
            }
        }
    }
    tx.commit();
    Ok(())
}

/// A message that is added while a benchmark runs.
#[must_use]
pub fn fresh(number: usize) -> Row {
    Row {
        doc: String::new(),
        time: format!("2026-11-01T00:00:00.{:03}Z", number % 1_000),
        author: "Ana".to_owned(),
        root: None,
        text: format!("Message {number} of this run, about as long as most messages of a team are: ninety bytes."),
        reactions: Vec::new(),
    }
}
