//! Replication: what to ask, send and forward. A pure state machine.
//!
//! This crate owns the frontier, its root, the exchange of differences, forks, live relaying and
//! when to dial. It never opens an envelope, touches a socket or a disk, or reads a clock.
//!
//! Start at [`replica`]; [`trie`] is the frontier, [`frame`] what goes over the wire.

pub mod dialer;
pub mod forks;
pub mod frame;
pub mod held;
pub mod peer;
pub mod replica;
pub mod trie;

pub use dialer::{Attempt, Dialer};
pub use frame::{Frame, FrameError, MAX_FRAME};
pub use held::{Held, Served};
pub use peer::{DropReason, Peer};
pub use replica::{Input, LogStart, MAX_GOSSIP, Output, Progress, RUN_BYTES, Replica, Verdict};
pub use trie::{FrontierEntry, Trie};
