//! Commands, queries and events over one owner of state; no sockets, no clock, no tasks.

pub mod ask;

pub use ask::{Answer, Ask, Failure, Reason};
