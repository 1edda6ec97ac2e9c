//! Envelopes: what a device says, signed and sealed, and the logs that they form.
//!
//! This crate owns ids, identities, keys, sealing, the chain rules and every byte form that
//! travels in clear. It never does IO, reads a clock, or knows what a document is. Randomness and
//! time are arguments. The types tell how far a check has come: [`Envelope`] (read),
//! [`Verified`] (genuine), [`Opened`] (decrypted).
//!
//! Start at [`header`] for the layout, [`chain`] for what may follow what.

pub mod chain;
pub mod contexts;
pub mod envelope;
pub mod header;
pub mod ids;

pub use chain::{ChainError, Head, SIGNED_EVERY};
pub use envelope::{Body, Envelope, EnvelopeError, MAX_ENVELOPE, Verified};
pub use header::{Header, Kind, Part};
pub use ids::{DeviceId, EnvelopeId, EpochId, LifeId, LogId, MemberId, RecordId, Time, WorkspaceId};
