//! `mailbox.json`: a mailbox's key, and whom it serves; readable by its owner only.

use std::path::Path;

use cremona_engine::Failure;
use cremona_envelope::{Handover, PairingToken, WorkspaceId};
use serde::{Deserialize, Serialize};

use crate::home::{from_hex, io_failure, shown, to_hex, write_whole};
use crate::words::fail;

/// Name of the file.
pub(super) const NAME: &str = "mailbox.json";
const VERSION: u32 = 1;

/// The contents, version 1.
#[derive(Serialize, Deserialize)]
pub(super) struct BoxFile {
    version: u32,
    signing: String,
    /// `host:port`s where members reach it, as its owner knows.
    pub(super) addresses: Vec<String>,
    /// Until it is paired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// Once it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    workspace: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    knock: Option<String>,
}

/// How far a mailbox has come.
pub(super) enum State {
    /// Whoever proves this token pairs it.
    Unpaired(PairingToken),
    /// It serves this workspace.
    Paired(Handover),
}

impl BoxFile {
    /// A new mailbox; both arguments are fresh randomness.
    pub(super) fn new(seed: &[u8; 32], token: &[u8; 32], addresses: &[String]) -> Self {
        let (token, _) = token.split_at(16);
        Self {
            version: VERSION,
            signing: to_hex(seed),
            addresses: addresses.to_vec(),
            token: Some(to_hex(token)),
            workspace: None,
            knock: None,
        }
    }

    /// The same once it is paired; the token is used up.
    pub(super) fn paired(&mut self, handover: &Handover) {
        self.token = None;
        self.workspace = Some(handover.workspace.to_string());
        self.knock = Some(to_hex(&handover.knock));
    }

    /// Reads the file of the directory `path`.
    ///
    /// # Errors
    /// [`Failure`] where there is none, it is damaged, or of a newer version.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let place = path.join(NAME);
        let text = match std::fs::read_to_string(&place) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(fail!(NotFound, "no-mailbox", path = shown(path)));
            }
            Err(error) => return Err(io_failure("read", &place, &error)),
        };
        let file: Self = serde_json::from_str(&text).map_err(|_| damaged())?;
        if file.version > VERSION {
            return Err(fail!(Failed, "file-newer", path = shown(&place), version = file.version, known = VERSION));
        }
        file.seed().and(file.state())?;
        Ok(file)
    }

    /// Writes the file, whole or not at all, and waits until it is on disk.
    ///
    /// # Errors
    /// [`Failure`] where the directory can't be written.
    pub(super) fn write(&self, path: &Path) -> Result<(), Failure> {
        write_whole(path, NAME, &serde_json::to_string_pretty(self).expect("plain fields"))
    }

    /// Seed of its device key.
    pub(super) fn seed(&self) -> Result<[u8; 32], Failure> {
        from_hex(&self.signing).ok_or_else(damaged)
    }

    /// How far it has come.
    pub(super) fn state(&self) -> Result<State, Failure> {
        match (&self.token, &self.workspace, &self.knock) {
            (Some(token), None, None) => {
                WorkspaceId::from_hex(token).map(|bytes| State::Unpaired(PairingToken(bytes.0))).ok_or_else(damaged)
            }
            (None, Some(workspace), Some(knock)) => {
                let workspace = WorkspaceId::from_hex(workspace).ok_or_else(damaged)?;
                let knock = from_hex(knock).ok_or_else(damaged)?;
                Ok(State::Paired(Handover { workspace, knock }))
            }
            _ => Err(damaged()),
        }
    }
}

fn damaged() -> Failure {
    fail!(Failed, "mailbox-damaged", name = NAME)
}
