//! `cremona mailbox`: a node that holds what members say, sealed, and can read nothing of it.
//!
//! `init` makes its directory and prints the string that pairs it; `up` runs it, first to be paired,
//! then for its workspace; `pair`, on a member's node, hands over what it may know.

mod box_file;
mod events;
mod keeper;
mod pair;
mod up;

use std::path::Path;

use cremona_engine::mailbox::{Holding, holding};
use cremona_engine::{Failure, Quota, Said, said};
use cremona_envelope::{DeviceId, Identity, PairingError, PairingString};
use cremona_store::ShelfReader;
use serde::Serialize;

use crate::home::{Lock, create_private, io_failure, random, shown};
use crate::words::fail;
use box_file::{BoxFile, State};
pub use pair::pair;
pub use up::{MailboxOptions, Ready, up};

/// Default port of a mailbox; another than a node's, so that both can run on one machine.
pub const PORT: u16 = 4478;
/// Name of the shelf's file.
const SHELF: &str = "mailbox.db";
/// What a mailbox holds in all unless told otherwise, in MB.
pub const ROOM_MB: u64 = 8_192;
/// What it takes of one device unless told otherwise, in MB.
pub const SHARE_MB: u64 = 2_048;

/// What `init` made.
#[derive(Debug, Serialize)]
pub struct Made {
    /// The mailbox's device.
    pub device: String,
    /// The string to paste to `cremona mailbox pair`.
    pub pairing: String,
}

/// What `status` says.
#[derive(Debug, Serialize)]
pub struct MailboxStatus {
    /// The mailbox's device.
    pub device: String,
    /// The workspace that it is paired with.
    pub workspace: Option<String>,
    /// What it holds.
    #[serde(flatten)]
    pub holding: Holding,
}

/// Makes a mailbox in the new or empty directory `path`, which members reach at `addresses`.
///
/// # Errors
/// [`Failure`] where the directory is taken or can't be written, or an address is none.
pub fn init(path: &Path, addresses: &[String]) -> Result<Made, Failure> {
    create_private(path)?;
    let entries = std::fs::read_dir(path).map_err(|error| io_failure("read", path, &error))?;
    if let Some(there) = entries.flatten().find(|entry| entry.file_name() != "lock") {
        let name = there.file_name().display().to_string();
        return Err(fail!(Failed, "mailbox-not-empty", path = shown(path), name = name));
    }
    let _lock = Lock::take(path)?;
    let file = BoxFile::new(&random()?, &random()?, addresses);
    let made = Made { device: device_of(&file)?.to_string(), pairing: pairing(&file, &[])?.unwrap_or_default() };
    PairingString::parse(&made.pairing)
        .map_err(|error| fail!(Usage, "mailbox-address", error = pairing_error(&error)))?;
    file.write(path)?;
    Ok(made)
}

/// Whether there is a mailbox in `path`.
#[must_use]
pub fn is_made(path: &Path) -> bool {
    path.join(box_file::NAME).exists()
}

/// What the mailbox in `path` holds, whether or not it is up.
///
/// # Errors
/// [`Failure`] where there is none, or its file can't be read.
pub fn status(path: &Path) -> Result<MailboxStatus, Failure> {
    let file = BoxFile::read(path)?;
    let shelf = path.join(SHELF);
    let nothing = Holding { root: "0".repeat(64), ..Holding::default() };
    let holding = if shelf.exists() {
        ShelfReader::open(&shelf)?.read(|read| if read.is_begun()? { holding(&read) } else { Ok(nothing) })?
    } else {
        nothing
    };
    let workspace = match file.state()? {
        State::Paired(handover) => Some(handover.workspace.to_string()),
        State::Unpaired(_) => None,
    };
    Ok(MailboxStatus { device: device_of(&file)?.to_string(), workspace, holding })
}

/// The limits that so many megabytes are.
#[must_use]
pub fn quota(room_mb: u64, share_mb: u64) -> Quota {
    Quota { total: room_mb.saturating_mul(1_000_000), device: share_mb.saturating_mul(1_000_000) }
}

/// What is wrong with a pairing string.
fn pairing_error(error: &PairingError) -> Said {
    match error {
        PairingError::Empty => said!("pairing-empty"),
        PairingError::Prefix => said!("pairing-prefix"),
        PairingError::Letter { position, found } => {
            said!("pairing-letter", position = *position, found = found.to_string())
        }
        PairingError::Length { found } => {
            said!("pairing-length", found = *found, length = cremona_envelope::mailbox::LENGTH)
        }
        PairingError::Typo { position, found, instead } => {
            said!("pairing-typo", position = *position, found = found.to_string(), instead = instead.to_string(),)
        }
        PairingError::Checksum => said!("pairing-checksum"),
        PairingError::Version(version) => said!("pairing-version", version = *version),
        PairingError::Hint(address) => said!("pairing-hint", address = address),
    }
}

fn device_of(file: &BoxFile) -> Result<DeviceId, Failure> {
    Ok(Identity::from_seeds(&file.seed()?, &[0; 32]).device())
}

/// The string that pairs a mailbox which listens at `found`, if it is still to be paired. Addresses that
/// were given go before what was found.
fn pairing(file: &BoxFile, found: &[String]) -> Result<Option<String>, Failure> {
    let State::Unpaired(token) = file.state()? else { return Ok(None) };
    let hints = if file.addresses.is_empty() { found } else { &file.addresses };
    Ok(Some(PairingString { device: device_of(file)?, token, hints: hints.to_vec() }.encode()))
}
