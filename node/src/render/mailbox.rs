//! What the verbs of a mailbox say.

use cremona_engine::ask::Mailbox;

use super::short;
use crate::mailbox::{Made, MailboxStatus, Ready};

/// What `mailbox init` says.
pub fn mailbox_made(made: &Made) -> String {
    format!(
        "The mailbox is made. Start it with `cremona mailbox up`, then paste this string to a member, once:\n\n  \
         cremona mailbox pair '{}'\n",
        made.pairing
    )
}

/// What `mailbox up` says once it listens.
pub fn mailbox_ready(ready: &Ready) -> String {
    let addresses: String = ready.addresses.iter().map(|address| format!("  {address}\n")).collect();
    let mut out = format!("Mailbox {} is up. Members reach it at\n{addresses}", short(&ready.device));
    match &ready.pairing {
        Some(string) => out.push_str(&format!(
            "It waits to be paired. On a member's machine, once:\n\n  cremona mailbox pair '{string}'\n\n"
        )),
        None => out.push_str("It serves its workspace. Stop it with Ctrl-C.\n"),
    }
    out
}

/// What `mailbox pair` says.
pub fn mailbox_paired(mailbox: &Mailbox) -> String {
    format!(
        "Mailbox {} is paired: nodes of all members dial it from now on, and `cremona key` names it at {}.\n",
        short(&mailbox.device),
        mailbox.addresses.join(", ")
    )
}

/// What `mailbox status` says.
pub fn mailbox_status(status: &MailboxStatus) -> String {
    let held = &status.holding;
    let whom = status
        .workspace
        .as_deref()
        .map_or("waits to be paired".to_owned(), |workspace| format!("serves workspace {}", short(workspace)));
    format!(
        "Mailbox {} {whom}\n{} envelopes and {} bodies of {} devices, {} MB\nroot {}\n",
        short(&status.device),
        held.envelopes,
        held.bodies,
        held.devices,
        held.bytes / 1_000_000,
        held.root
    )
}
