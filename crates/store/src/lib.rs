//! The store: log, bodies, projection and search index in one SQLite file. The only SQL there is.
//!
//! It keeps what it is told and decides no policy: which record wins is the engine's to say, in
//! terms of the functions here. One writer, readers that never wait for it. An input of the engine
//! is one transaction.
//!
//! Start at [`schema`] for the tables, [`open`] for transactions, [`shelf`] for the file of a mailbox.
#![allow(clippy::missing_errors_doc)] // every function fails only as `StoreError` says

pub mod answered;
pub mod audit;
mod block;
mod candidates;
pub mod concerns;
mod counts;
pub mod directory;
pub mod documents;
pub mod envelopes;
pub mod facts;
mod index;
mod keyed;
pub mod log;
pub mod messages;
pub mod numbers;
pub mod open;
pub mod pages;
pub mod parts;
pub mod personal;
mod plan;
pub mod reports;
mod rule;
pub mod schema;
mod scrub;
pub mod search;
pub mod shelf;
mod sieve;
pub mod soft;
pub mod sought;
pub mod threads;
mod tidy;
pub mod words;

pub use answered::AnsweredRow;
pub use audit::{Counts, Oddities, compare};
pub use concerns::Glance;
pub use directory::{ChannelRow, Creation, Field, MemberRow};
pub use documents::{ArrivalRow, What};
pub use envelopes::BLOCK;
pub use facts::{About, AboutRow, FlagRow, Word};
pub use log::{BodyRow, EnvelopeRow, LogRow, Status};
pub use messages::{CopyRow, MessageRow, ShownRow, VersionRow};
pub use open::{OpenError, Read, Reader, Store, StoreError, Write};
pub use pages::{Cursor, PAGE_BYTES, ThreadRow, page_len};
pub use personal::PersonalRow;
pub use search::{Found, HitRow, Place, WINDOW};
pub use shelf::{Shelf, ShelfLog, ShelfRead, ShelfReader, ShelfRow, ShelfWrite};
pub use soft::SoftRow;
pub use sought::{Condition, Fact, Judge, Sought};
pub use words::{Term, Words};
