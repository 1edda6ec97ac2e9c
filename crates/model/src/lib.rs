//! Documents and what is written in them: typed records inside Automerge, and views of them.
//!
//! This crate owns the document schema. It never reads a clock, a key or a disk. A record is what
//! one member says, never changed by another; a document is the union of every device's chain of
//! records; a view is a pure function of the set of records.
//!
//! Apart from all documents stands [`personal`]: what one member alone knows of their own reading.
//!
//! Start at [`record`] for what can be said, [`edit`] for how a person says it, [`chain`] for how it
//! becomes a change, [`view`] for what it means.

#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects))]

pub mod body;
pub mod chain;
pub mod doc;
pub mod document;
pub mod edit;
pub mod flag;
mod fold;
pub mod payload;
pub mod personal;
pub mod record;
pub mod state;
pub mod status;
mod value;
pub mod view;

pub use body::{MAX_TEXT, MAX_TITLE, Text};
pub use chain::{Chain, Refused, check_raw};
pub use doc::DocId;
pub use document::{Document, DocumentError, Entry};
pub use edit::{Edit, EditError};
pub use flag::{Colour, Flag, Recipients};
pub use payload::{Payload, PayloadError};
pub use personal::Personal;
pub use record::{Claim, Field, Kind, Manner, Record, RecordError, Stamp};
pub use state::{LogState, StateHash};
pub use status::{Meaning, Status};
