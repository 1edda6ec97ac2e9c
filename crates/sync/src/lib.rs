//! Replication: what to ask, send and forward. A pure state machine.
//!
//! This crate owns the frontier, its root, the exchange of differences, forks, live relaying and
//! when to dial. It never opens an envelope, touches a socket or a disk, or reads a clock.
//!
//! Start at [`facts`] for what goes in and out and at [`replica`] for the machine: [`Replica`] meets
//! (`meeting`), fetches and serves (`bundles`, `bundles_taken`, `bundles_served`, `fetching`, `bodies`), relays what is new
//! (`live`, `waiting`), finds forks (`forks`) and passes on what devices say of themselves ([`soft`]). [`trie`] is the
//! frontier, [`frame`] what goes over the wire, `held` what is looked up.
//!
//! Bounds, all constants beside what they bound: 100,000 logs, frames of 1 MiB and 512 items, 4 logs
//! of 768 KiB under way a peer, 64 fork searches a peer, 4,096 words of soft state, 1 MiB of live messages that wait, 8,000 frames at once and 1,000 a second.
//! Beyond a bound the peer is dropped or waits; the process never fails.

#![deny(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod bodies;
mod bundles;
mod bundles_served;
mod bundles_taken;
pub mod dialer;
pub mod facts;
mod fetching;
mod forks;
pub mod frame;
pub mod hedging;
mod held;
mod live;
mod meeting;
pub mod peer;
pub mod replica;
pub mod soft;
mod soft_book;
pub mod soft_frame;
pub mod trie;
mod waiting;

pub use bundles::MAX_BUNDLE;
pub use dialer::{Attempt, Dialer};
pub use facts::{Base, BundleError, CheckedSpan, Input, LogStart, MAX_GOSSIP, Output, Progress, Span, Verdict};
pub use fetching::RUN_BYTES;
pub use frame::{Frame, FrameError, MAX_FRAME, Notice, is_slice};
pub use held::{Held, Served};
pub use peer::{DropReason, Peer};
pub use replica::Replica;
pub use trie::{FrontierEntry, Trie};
