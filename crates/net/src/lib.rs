//! The network: admission, frames, gossip, discovery. All of libp2p is here and nowhere else.
//!
//! This crate owns connections and who is let in. It knows no documents and no envelopes: what it
//! carries are bytes. Orders go in through [`Handle`], [`Event`]s come out, both of plain values.
//!
//! Start at [`proof`] for the admission, `gate` for what an outsider can't reach, `task` for the rest.

mod behaviour;
mod frames;
mod gate;
mod gate_handler;
mod handle;
mod peer;
pub mod proof;
mod start;
mod task;

pub use behaviour::MAX_GOSSIP;
pub use frames::{Frame, INBOX, MAX_FRAME, OUTBOX};
pub use gate::GATE_DEADLINE;
pub use handle::{Event, GossipToken, Handle, Settings, Stats, Verdict};
pub use peer::{Direction, Peer, peer_id};
pub use start::{StartError, start};
