//! Replicas meet, part, lie and fork, in a world of shelves and wires under one seeded clock.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, missing_docs)]

mod forks;
mod hostile;
mod meeting;
mod people;
mod shelf;
mod soft;
mod sources;
mod world;
