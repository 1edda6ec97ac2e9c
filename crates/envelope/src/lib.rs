//! Envelopes: what a device says, signed and sealed, and the logs that they form.
//!
//! This crate owns ids, identities, keys, sealing, the chain rules and every byte form that
//! travels in clear. It never does IO, reads a clock, or knows what a document is. Randomness and
//! time are arguments. The types tell how far a check has come: [`Envelope`] (read),
//! [`Verified`] (genuine), [`Opened`] (decrypted).
//!
//! Start at [`header`] for the layout, [`soft`] for what is said outside logs, [`chain`] for what may follow what, [`seal`] for the
//! encryption, [`workspace_key`] for what people paste.

#![deny(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects))]

pub mod addresses;
pub mod chain;
pub mod columns;
pub mod contexts;
pub mod control;
pub mod envelope;
pub mod erasure;
pub mod fork;
pub mod guard;
pub mod header;
pub mod identity;
pub mod ids;
pub mod keyring;
pub mod keys;
pub mod mailbox;
mod pasted;
pub mod personal;
pub mod receipt;
pub mod run;
pub mod seal;
pub mod soft;
pub mod workspace_key;

pub use chain::{ChainError, Head, SIGNED_EVERY, verify_span};
pub use control::{ControlError, Genesis, GenesisPayload, JoinPayload, Owner, genesis_of, owner_of};
pub use envelope::{Body, Envelope, EnvelopeError, MAX_ENVELOPE, Verified};
pub use erasure::ErasePayload;
pub use fork::{Branch, ForkError, ForkProof};
pub use guard::Guard;
pub use header::{Header, Kind, Part};
pub use identity::Identity;
pub use ids::{DeviceId, EnvelopeId, EpochId, LifeId, LogId, MemberId, RecordId, Time, WorkspaceId};
pub use keyring::{Keyring, OpenError, Opened, OpenedBody};
pub use keys::KeysPayload;
pub use mailbox::{Handover, MailboxPayload, PairingError, PairingString, PairingToken};
pub use receipt::{LogShort, Receipt};
pub use run::{MAX_RUN, RunError, RunStart, decode_run, encode_run, peek_run, run_bytes};
pub use seal::{EpochKey, Place, PlainBody, SealError, Sealed};
pub use soft::{MAX_SOFT, SOFT_HEAD, Soft, SoftError, SoftKind, VerifiedSoft};
pub use workspace_key::{KeyError, Secret, WorkspaceKey};
