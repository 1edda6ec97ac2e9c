//! `node.json`: the secrets and names of one node, readable by its owner only.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use cremona_engine::Failure;
use cremona_envelope::{Identity, WorkspaceKey};
use serde::{Deserialize, Serialize};

use super::{io_failure, shown};
use crate::words::fail;

/// Name of the file.
pub const NAME: &str = "node.json";
const VERSION: u32 = 1;

/// The contents, version 1.
#[derive(Serialize, Deserialize)]
pub struct NodeFile {
    version: u32,
    signing: String,
    boxing: String,
    key: String,
    /// The workspace's name as its founder gave it; empty on others' nodes.
    pub workspace: String,
    /// The name that the member joins under.
    pub name: String,
    /// Addresses given when joining.
    pub dial: Vec<String>,
    /// Seed of the workspace's recovery key, on the founder's node only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recovery: Option<String>,
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

impl NodeFile {
    /// The contents for a new node.
    #[must_use]
    pub fn new(identity: &Identity, key: &WorkspaceKey, workspace: &str, name: &str, dial: Vec<String>) -> Self {
        let (signing, boxing) = identity.seeds();
        Self {
            version: VERSION,
            signing: to_hex(&signing),
            boxing: to_hex(&boxing),
            key: key.encode(),
            workspace: workspace.to_owned(),
            name: name.to_owned(),
            dial,
            recovery: None,
        }
    }

    /// The same, with the seed of the recovery key.
    #[must_use]
    pub fn with_recovery(self, seed: &[u8; 32]) -> Self {
        Self { recovery: Some(to_hex(seed)), ..self }
    }

    /// Reads the file of the data directory `home`.
    ///
    /// # Errors
    /// [`Failure`] where there is none, it is damaged, or of a newer version.
    pub fn read(home: &Path) -> Result<Self, Failure> {
        let path = home.join(NAME);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
                return Err(missing(home));
            }
            Err(error) => return Err(io_failure("read", &path, &error)),
        };
        let damaged = || fail!(Failed, "file-damaged", path = shown(&path));
        let Version { version } = serde_json::from_str(&text).map_err(|_| damaged())?;
        if version > VERSION {
            return Err(fail!(Failed, "file-newer", path = shown(&path), version = version, known = VERSION));
        }
        let file: Self = serde_json::from_str(&text).map_err(|_| damaged())?;
        file.identity().and(file.key()).map_err(|_| damaged())?;
        Ok(file)
    }

    /// Writes the file, whole or not at all, and waits until it is on disk.
    ///
    /// # Errors
    /// [`Failure`] where the directory can't be written.
    pub fn write(&self, home: &Path) -> Result<(), Failure> {
        write_whole(home, NAME, &serde_json::to_string_pretty(self).expect("plain fields"))
    }

    /// The device's keys.
    ///
    /// # Errors
    /// [`Failure`] where they are damaged.
    pub fn identity(&self) -> Result<Identity, Failure> {
        let damaged = || fail!(Failed, "keys-damaged");
        let signing = from_hex(&self.signing).ok_or_else(damaged)?;
        let boxing = from_hex(&self.boxing).ok_or_else(damaged)?;
        Ok(Identity::from_seeds(&signing, &boxing))
    }

    /// The workspace key.
    ///
    /// # Errors
    /// [`Failure`] where it is damaged.
    pub fn key(&self) -> Result<WorkspaceKey, Failure> {
        WorkspaceKey::parse(&self.key).map_err(|_| fail!(Failed, "keys-damaged"))
    }
}

/// Writes a file that only its owner can read, whole or not at all, and waits until it is on disk.
///
/// # Errors
/// [`Failure`] where the directory can't be written.
pub fn write_whole(home: &Path, name: &str, text: &str) -> Result<(), Failure> {
    let path = home.join(name);
    let fresh = home.join(format!("{name}.new"));
    let write = || -> std::io::Result<()> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&fresh, &path)?;
        File::open(home)?.sync_all()
    };
    write().map_err(|error| io_failure("write", &path, &error))
}

/// Makes a directory, and those above it, that only its owner can enter.
///
/// # Errors
/// [`Failure`] where the system refuses.
pub fn create_private(path: &Path) -> Result<(), Failure> {
    if path.exists() && !path.is_dir() {
        return Err(fail!(Failed, "not-directory", path = shown(path)));
    }
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| io_failure("make", path, &error))
}

fn missing(home: &Path) -> Failure {
    let path = shown(home);
    if !home.exists() {
        fail!(NotFound, "no-workspace", path = path)
    } else if home.join(super::STORE).exists() {
        fail!(NotFound, "half-no-node", path = path, name = NAME)
    } else {
        fail!(NotFound, "no-data-directory", path = path)
    }
}

/// Refuses a directory that holds no workspace.
///
/// # Errors
/// [`Failure`] that says what it is instead.
pub fn check_made(home: &Path) -> Result<(), Failure> {
    if home.join(NAME).exists() { Ok(()) } else { Err(missing(home)) }
}

/// Bytes in hexadecimal.
pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// 32 bytes written in hexadecimal.
pub fn from_hex(text: &str) -> Option<[u8; 32]> {
    blake3::Hash::from_hex(text).ok().map(|hash| *hash.as_bytes())
}
