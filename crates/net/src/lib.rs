//! The network: admission, frames, gossip, discovery. All of libp2p is here and nowhere else.
//!
//! This crate owns connections and who is let in. It knows no documents and no envelopes: what it
//! carries are bytes. Orders go in through [`Handle`], [`Event`]s come out, both of plain values.
//!
//! What comes in is bounded by bytes, not by a channel's length: received frames by [`INBOX`], gossip
//! by [`MAX_GOSSIP_WAITING`], strangers at the gate by [`MAX_WAITING`]; and what strangers cause to be
//! told, by a rate. The swarm never waits for the owner, or it would not answer pings.
//!
//! Start at [`proof`] for the admission, `gate` for what an outsider can't reach, `sessions` for
//! peers with several connections, `task` for the rest.

mod behaviour;
mod chunk;
mod crowd;
mod dials;
mod frame_streams;
mod frames;
mod gate;
mod gate_handler;
mod handle;
mod life;
mod lookout;
mod peer;
mod post;
pub mod proof;
mod reach;
mod reaching;
mod relays;
mod sessions;
mod start;
mod streams;
mod task;
mod traffic;
mod transport;
mod window;

pub use behaviour::MAX_GOSSIP;
pub use crowd::{MAX_WAITING, MAX_WAITING_PER_HOST};
pub use frames::{Frame, INBOX, MAX_FRAME, OUTBOX};
pub use gate::GATE_DEADLINE;
pub use handle::{Event, GossipToken, Handle, Link, Settings, Standing, Stats, Verdict};
pub use peer::{Direction, Peer, peer_id};
pub use reach::Reachability;
pub use relays::{CIRCUIT_BYTES, CIRCUIT_TIME, MAX_CIRCUITS, MAX_RESERVATIONS};
pub use start::{StartError, start};
pub use task::MAX_GOSSIP_WAITING;
