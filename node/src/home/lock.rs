//! One process owns a data directory: an advisory file lock that names its owner.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use cremona_engine::Failure;
use serde::{Deserialize, Serialize};

use super::{io_failure, shown};
use crate::words::fail;

/// Name of the lock file.
pub const NAME: &str = "lock";

/// Who owns a data directory.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Running {
    /// Process id.
    pub pid: u32,
    /// The socket that answers, once there is one.
    pub socket: Option<PathBuf>,
    /// Where API and page answer, if they do.
    #[serde(default)]
    pub http: Option<SocketAddr>,
}

/// The lock, released by the system when the process ends in whatever way.
pub struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock of the data directory `home`.
    ///
    /// # Errors
    /// [`Failure`] that names the owner where there is one.
    pub fn take(home: &Path) -> Result<Self, Failure> {
        let path = home.join(NAME);
        let file = open(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(taken(home, read_owner(&path))),
            Err(TryLockError::Error(error)) => return Err(io_failure("lock", &path, &error)),
        }
        let mut lock = Self { file, path };
        lock.write(&Running { pid: std::process::id(), socket: None, http: None })?;
        Ok(lock)
    }

    /// Notes which socket answers, and where API and page do.
    ///
    /// # Errors
    /// [`Failure`] where the file can't be written.
    pub fn announce(&mut self, socket: &Path, http: Option<SocketAddr>) -> Result<(), Failure> {
        self.write(&Running { pid: std::process::id(), socket: Some(socket.to_owned()), http })
    }

    fn write(&mut self, owner: &Running) -> Result<(), Failure> {
        let text = serde_json::to_string(owner).expect("two plain fields");
        self.file
            .set_len(0)
            .and_then(|()| self.file.rewind())
            .and_then(|()| self.file.write_all(text.as_bytes()))
            .map_err(|error| io_failure("write", &self.path, &error))
    }
}

/// Who owns the data directory now, if anyone does.
#[must_use]
pub fn running(home: &Path) -> Option<Running> {
    let path = home.join(NAME);
    let file = OpenOptions::new().read(true).write(true).open(&path).ok()?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => read_owner(&path),
        Ok(()) | Err(TryLockError::Error(_)) => None,
    }
}

fn open(path: &Path) -> Result<File, Failure> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(|error| io_failure("open", path, &error))
}

fn read_owner(path: &Path) -> Option<Running> {
    let mut text = String::new();
    File::open(path).ok()?.take(4096).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok().or(Some(Running { pid: 0, socket: None, http: None }))
}

fn taken(home: &Path, owner: Option<Running>) -> Failure {
    match owner {
        Some(owner) => fail!(TryLater, "in-use", path = shown(home), pid = owner.pid.to_string()),
        None => fail!(TryLater, "in-use-unknown", path = shown(home)),
    }
}
