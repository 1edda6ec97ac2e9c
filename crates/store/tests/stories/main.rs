//! What the store keeps, finds and forgets, told through ana, bo and cy: one module for each idea.
//!
//! `CREMONA_CASES` sets how many cases a property tries (64 unless told), `CREMONA_SEED` which ones.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod desk;

mod auditing;
mod blocks;
mod carrying;
mod envelopes;
mod erasing;
mod opening;
mod paging;
mod personal;
mod searching;
mod soft;
mod winning;
