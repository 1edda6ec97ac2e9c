//! Answers as text for people: calm, complete, in their language, and safe for a terminal.

mod doctor;
mod first;
mod inbox;
mod lists;
mod look;
mod mailbox;
mod messages;
mod numbers;
mod people;
mod personal;
mod reports;
mod standing;
mod table;
pub mod text;
mod tokens;

pub use doctor::{name as station, report as doctor};
pub use first::{init, join, qr, ready};
pub(crate) use inbox::{because, rule, why_not};
pub use inbox::{explained, inbox};
pub use lists::{channel, channels, checked, imported, members, peers, posted, threads};
pub(crate) use look::short;
pub use look::{Ink, Look};
pub use mailbox::{mailbox_made, mailbox_paired, mailbox_ready, mailbox_status};
pub use messages::{hits, message, messages, scheduled, versions};
pub use numbers::{digest, status};
pub(crate) use people::status_text;
pub use people::{notices, person, team};
pub use personal::{drafts, settings};
pub use reports::{catch_up, day_digest, forecast, held};
pub(crate) use standing::{caught_up, not_here};
pub(crate) use text::line;
pub use tokens::{token_made, token_revoked, tokens};
