//! The guard's file, outside every data directory: `$XDG_STATE_HOME/cremona/guards/`.
//!
//! One file for each device and place, so that a copy of a directory never touches the guard of the
//! original. Written by rename, not synced: after a power cut an older guard still matches the log,
//! which is ahead of it.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use cremona_engine::Failure;
use cremona_envelope::guard::Location;
use cremona_envelope::{DeviceId, Guard};

use super::{io_failure, node_file};
use crate::words::fail;

/// Where the guard of one device in one place stands.
pub struct GuardFile {
    path: PathBuf,
    location: Location,
}

impl GuardFile {
    /// The guard file of `device` whose data directory is `home`.
    ///
    /// # Errors
    /// [`Failure`] where the place for guards can't be made.
    pub fn of(home: &Path, device: &DeviceId) -> Result<Self, Failure> {
        let location = locate(home)?;
        let folder = folder()?;
        node_file::create_private(&folder)?;
        let name = blake3::hash(&[device.0, location.0].concat()).to_hex();
        Ok(Self { path: folder.join(format!("{}.guard", &name[..32])), location })
    }

    /// Which directory this is, as the guard knows it.
    #[must_use]
    pub fn location(&self) -> Location {
        self.location
    }

    /// The guard, if there is one that can be read.
    ///
    /// # Errors
    /// [`Failure`] where it exists and the system refuses to read it.
    pub fn read(&self) -> Result<Option<Guard>, Failure> {
        match std::fs::read(&self.path) {
            Ok(bytes) => Ok(Guard::decode(&bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io_failure("read the guard", &self.path, &error)),
        }
    }

    /// Replaces the guard.
    ///
    /// # Errors
    /// [`Failure`] where it can't be written; then nothing may leave the node.
    pub fn write(&self, guard: &Guard) -> Result<(), Failure> {
        let fresh = self.path.with_extension("new");
        std::fs::write(&fresh, guard.encode())
            .and_then(|()| std::fs::rename(&fresh, &self.path))
            .map_err(|error| io_failure("write the guard", &self.path, &error))
    }
}

/// A hash of the path, the directory's identity in its file system, and the machine.
fn locate(home: &Path) -> Result<Location, Failure> {
    let path = home.canonicalize().map_err(|error| io_failure("find", home, &error))?;
    let meta = path.metadata().map_err(|error| io_failure("look at", &path, &error))?;
    let machine = std::fs::read("/etc/machine-id").unwrap_or_default();
    let mut hasher = blake3::Hasher::new();
    hasher.update(&meta.dev().to_be_bytes()).update(&meta.ino().to_be_bytes());
    hasher.update(&(machine.len() as u64).to_be_bytes()).update(&machine);
    hasher.update(path.as_os_str().as_encoded_bytes());
    Ok(Location(*hasher.finalize().as_bytes()))
}

fn folder() -> Result<PathBuf, Failure> {
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state"));
    let base = state.or_else(home).ok_or_else(|| fail!(Failed, "no-guard-place"))?;
    Ok(base.join("cremona/guards"))
}
