//! What the verbs of a mailbox say.

use cremona_engine::ask::Mailbox;
use cremona_engine::said;

use super::{Look, short};
use crate::mailbox::{Made, MailboxStatus, Ready};
use crate::words::say;

/// What `mailbox init` says.
pub fn mailbox_made(made: &Made, look: &Look) -> String {
    format!("{}\n\n  cremona mailbox pair '{}'\n", say!(look.lang, "mailbox-made"), made.pairing)
}

/// What `mailbox up` says once it listens.
pub fn mailbox_ready(ready: &Ready, look: &Look) -> String {
    let addresses: String = ready.addresses.iter().map(|address| format!("  {address}\n")).collect();
    let is_up = say!(look.lang, "mailbox-up", mailbox = short(&ready.device));
    let next = match &ready.pairing {
        Some(string) => {
            format!("{}\n\n  cremona mailbox pair '{string}'\n", say!(look.lang, "mailbox-waits"))
        }
        None => say!(look.lang, "mailbox-serves"),
    };
    format!("{is_up}\n{addresses}{next}\n")
}

/// What `mailbox pair` says.
pub fn mailbox_paired(mailbox: &Mailbox, look: &Look) -> String {
    let (device, at) = (short(&mailbox.device), mailbox.addresses.join(", "));
    say!(look.lang, "mailbox-paired", mailbox = device, addresses = at) + "\n"
}

/// What `mailbox status` says.
pub fn mailbox_status(status: &MailboxStatus, look: &Look) -> String {
    let held = &status.holding;
    let device = short(&status.device);
    let whom = match status.workspace.as_deref() {
        Some(workspace) => say!(look.lang, "mailbox-of", mailbox = device, workspace = short(workspace)),
        None => say!(look.lang, "mailbox-of-none", mailbox = device),
    };
    let holds = say!(
        look.lang,
        "mailbox-holds",
        envelopes = said!("counted-envelopes", envelopes = held.envelopes),
        bodies = said!("counted-bodies", bodies = held.bodies),
        devices = said!("counted-devices", devices = held.devices),
        megabytes = held.bytes / 1_000_000,
    );
    format!("{whom}\n{holds}\n{}\n", say!(look.lang, "mailbox-root", root = &held.root))
}
