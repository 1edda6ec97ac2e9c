//! The engine: commands, queries and events over one owner of state.
//!
//! It brings together the log, the documents, the projection and the exchange with peers. It never
//! spawns a task, opens a socket, or reads a clock or the environment: time and randomness come in
//! with each call, wishes go out as [`Effect`]s.
//!
//! Start at [`engine`]; a message's way in is `exchange`, `core`, `project`; its way out is
//! `commands`, `say`, `exchange`.

pub mod ask;
mod bundle;
mod commands;
mod core;
mod digest;
mod docs;
mod early;
pub mod engine;
mod entry;
mod error;
mod exchange;
mod flags;
mod founding;
mod fsck;
mod history;
pub mod import;
mod inbox;
pub mod mailbox;
mod mailboxes;
mod names;
mod notices;
mod once;
mod parts;
mod people;
mod personal;
mod posting;
mod project;
pub mod queries;
mod replay;
mod reports;
mod said;
mod say;
mod search;
mod serve;
mod settings;
mod show;
mod soft;
mod standing;
mod status;
mod team;
mod teammates;
mod tidying;
mod wall;

pub use ask::{Answer, Ask, Failure, Reason};
pub use bundle::check::{Check, Checked};
pub use cremona_sync::{Attempt, Dialer, Peer, Progress};
pub use engine::Engine;
pub use founding::Founding;
pub use mailbox::{Mailbox, Quota};
pub use queries::Queries;
pub use said::{Given, Said};
pub use settings::{Effect, Input, Settings, Verdict};
pub use show::time as show_time;

/// Checks a name for a member, a channel or a workspace.
///
/// # Errors
/// [`Failure`] that says what is wrong with it.
pub fn check_name(name: &str) -> Result<(), Failure> {
    cremona_model::edit::line("name", name, cremona_model::record::MAX_NAME)
        .map(|_| ())
        .map_err(|error| error::EngineError::from(error).into())
}
