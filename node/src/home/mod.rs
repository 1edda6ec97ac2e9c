//! A data directory and everything that opening one takes: lock, identity, guard, engine.
//!
//! `node.json` (0600) holds what can't be derived: device secrets, workspace key, names.
//! `cremona.db` is the store, `lock` says which process owns the directory. Writing `node.json` is
//! the last step of `init` and `join`, so a directory without it is unfinished and says so.

mod clock;
mod guard_file;
mod lock;
mod node_file;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use cremona_engine::{Answer, Ask, Effect, Engine, Failure, Founding, Reason, Said, Settings};
use cremona_envelope::workspace_key::MAX_HINTS;
use cremona_envelope::{Identity, Time, WorkspaceKey};
use cremona_store::{OpenError, Store};

use crate::words::{self, fail};

pub use clock::{check as check_clock, now};
pub use guard_file::GuardFile;
pub use lock::{Lock, running};
use node_file::NodeFile;
pub use node_file::{check_made, create_private, from_hex, to_hex, write_whole};

/// Name of the store's file within a data directory.
pub const STORE: &str = "cremona.db";

/// Hints of a key that mailboxes may take before this node's own.
const MAX_MAILBOX_HINTS: usize = 4;

/// An opened data directory, owned by this process until it is dropped.
pub struct Home {
    /// The data directory.
    pub path: PathBuf,
    /// The owner of all state.
    pub engine: Engine,
    /// Where this device's guard stands.
    pub guard: GuardFile,
    node: NodeFile,
    lock: Lock,
}

/// What `init` made.
#[derive(Debug, serde::Serialize)]
pub struct InitDone {
    /// Workspace id, hexadecimal.
    pub workspace: String,
    /// The key to paste.
    pub key: String,
    /// This member's id.
    pub member: String,
    /// This device's id.
    pub device: String,
}

/// What `join` made.
#[derive(Debug, serde::Serialize)]
pub struct JoinDone {
    /// Workspace id, hexadecimal.
    pub workspace: String,
    /// This member's id.
    pub member: String,
    /// This device's id.
    pub device: String,
}

/// Whether there is a workspace at `path`, or half of one.
#[must_use]
pub fn exists(path: &Path) -> bool {
    path.join(STORE).exists() || NodeFile::read(path).is_ok()
}

/// The workspace's name as its founder gave it; empty on others' nodes, `None` where it can't be read.
#[must_use]
pub fn workspace_name(path: &Path) -> Option<String> {
    NodeFile::read(path).ok().map(|node| node.workspace)
}

/// Founds a workspace in the new directory `path`.
///
/// # Errors
/// [`Failure`] where the directory is taken or can't be written.
pub fn init(path: &Path, workspace_name: &str, name: &str, now: Time) -> Result<InitDone, Failure> {
    cremona_engine::check_name(name)?;
    cremona_engine::check_name(workspace_name)?;
    let lock = prepare(path)?;
    let identity = random_identity()?;
    let founding = Founding::new(&identity, &random()?, now);
    let key = WorkspaceKey {
        workspace: founding.workspace,
        generation: 0,
        secret: founding.secret.clone(),
        hints: Vec::new(),
    };
    let node = NodeFile::new(&identity, &key, workspace_name, name, Vec::new()).with_recovery(&founding.recovery_seed);
    let mut home = Home::assemble(path, node, lock, now)?;
    home.engine.establish(&founding, workspace_name, now)?;
    home.settle()?;
    home.node.write(path)?;
    Ok(InitDone {
        workspace: home.engine.workspace().to_string(),
        key: key.encode(),
        member: home.engine.member().to_string(),
        device: home.engine.device().to_string(),
    })
}

/// Prepares the new directory `path` for the workspace of `key`; the workspace itself comes with the
/// first teammate that is met.
///
/// # Errors
/// [`Failure`] where the key is wrong or the directory is taken or can't be written.
pub fn join(path: &Path, key: &str, name: &str, dial: &[String], now: Time) -> Result<JoinDone, Failure> {
    cremona_engine::check_name(name)?;
    let key = WorkspaceKey::parse(key).map_err(|error| key_failure(&error))?;
    let lock = prepare(path)?;
    let node = NodeFile::new(&random_identity()?, &key, "", name, dial.to_vec());
    let home = Home::assemble(path, node, lock, now)?;
    home.node.write(path)?;
    Ok(JoinDone {
        workspace: home.engine.workspace().to_string(),
        member: home.engine.member().to_string(),
        device: home.engine.device().to_string(),
    })
}

impl Home {
    /// Opens an existing data directory, taking its lock.
    ///
    /// # Errors
    /// [`Failure`] where it is not one, is half of one, needs a newer cremona, or is in use.
    pub fn open(path: &Path, now: Time) -> Result<Self, Failure> {
        let node = NodeFile::read(path)?;
        if !path.join(STORE).exists() {
            return Err(fail!(Failed, "half-no-store", path = shown(path), name = STORE));
        }
        let lock = Lock::take(path)?;
        Self::assemble(path, node, lock, now)
    }

    fn assemble(path: &Path, node: NodeFile, lock: Lock, now: Time) -> Result<Self, Failure> {
        let store = Store::open(&path.join(STORE)).map_err(|error| open_failure(path, &error))?;
        let identity = node.identity()?;
        let guard = GuardFile::of(path, &identity.device())?;
        let key = node.key()?;
        let settings = Settings {
            workspace: key.workspace,
            secret: key.secret.clone(),
            generation: key.generation,
            name: node.name.clone(),
            location: guard.location(),
            guard: guard.read()?,
            random: random()?,
        };
        let mut engine = Engine::open(store, identity, settings, now)?;
        engine.machine_in(jiff::tz::TimeZone::system().iana_name().unwrap_or("UTC"));
        let mut home = Self { path: path.to_owned(), engine, guard, node, lock };
        home.settle()?;
        Ok(home)
    }

    /// Answers with no network: what the engine wishes to send waits for the next `up`, which finds
    /// it by comparing frontiers.
    ///
    /// # Errors
    /// [`Failure`] as the engine says.
    pub fn answer(&mut self, ask: Ask, now: Time) -> Result<Answer, Failure> {
        let answer = match ask {
            Ask::Key => Answer::Key(cremona_engine::ask::Key { key: self.key(&[]) }),
            ask => self.engine.answer(ask, now)?,
        };
        self.settle()?;
        Ok(answer)
    }

    /// The workspace key with address hints: of this node, and of mailboxes.
    #[must_use]
    pub fn key(&self, hints: &[String]) -> String {
        let mut key = self.node.key().expect("it was parsed when the directory was opened");
        let mailboxes = self.engine.mailbox_hints();
        let room = MAX_HINTS.saturating_sub(mailboxes.len().min(MAX_MAILBOX_HINTS));
        key.hints = hints.iter().take(room).chain(&mailboxes).take(MAX_HINTS).cloned().collect();
        key.encode()
    }

    /// Addresses to try: those given when joining, the key's hints, and mailboxes.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let key = self.node.key().map(|key| key.hints).unwrap_or_default();
        self.node.dial.iter().cloned().chain(key).chain(self.engine.mailbox_hints()).collect()
    }

    /// The same, and where teammates said that they can be reached.
    ///
    /// # Errors
    /// [`Failure`] where the store refuses.
    pub fn addresses_to_try(&self) -> Result<Vec<String>, Failure> {
        let said = self.engine.addresses()?.into_iter().flat_map(|(_, addresses)| addresses);
        Ok(self.hints().into_iter().chain(said).collect())
    }

    /// The secret keys for the network: signing seed and knock key.
    #[must_use]
    pub fn network_keys(&self) -> ([u8; 32], [u8; 32]) {
        let key = self.node.key().expect("it was parsed when the directory was opened");
        (self.engine.identity().seeds().0, key.secret.knock_key())
    }

    /// Notes in the lock which socket answers for this directory, and where API and page do, if anywhere.
    ///
    /// # Errors
    /// [`Failure`] where the lock file can't be written.
    pub fn announce(&mut self, socket: &Path, http: Option<SocketAddr>) -> Result<(), Failure> {
        self.lock.announce(socket, http)
    }

    /// Carries out the effects that need no network.
    fn settle(&mut self) -> Result<(), Failure> {
        while let Some(effect) = self.engine.poll_effect() {
            if let Effect::Guard(guard) = effect {
                self.guard.write(&guard)?;
            }
        }
        Ok(())
    }
}

/// 32 bytes of the operating system's randomness.
///
/// # Errors
/// [`Failure`] where there is none.
pub fn random() -> Result<[u8; 32], Failure> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| fail!(Failed, "no-randomness", error = error.to_string()))?;
    Ok(bytes)
}

fn random_identity() -> Result<Identity, Failure> {
    Ok(Identity::from_seeds(&random()?, &random()?))
}

fn prepare(path: &Path) -> Result<Lock, Failure> {
    if path.join(node_file::NAME).exists() {
        return Err(fail!(Failed, "holds-workspace", path = shown(path)));
    }
    node_file::create_private(path)?;
    let stranger = std::fs::read_dir(path).map_err(|error| io_failure("read", path, &error))?.flatten().find(
        |entry| !matches!(entry.file_name().to_str(), Some(name) if name == lock::NAME || name.starts_with(STORE)),
    );
    if let Some(stranger) = stranger {
        let name = stranger.file_name().display().to_string();
        return Err(fail!(Failed, "not-empty", path = shown(path), name = name));
    }
    let lock = Lock::take(path)?;
    for suffix in ["", "-wal", "-shm"] {
        let left = path.join(format!("{STORE}{suffix}"));
        if left.exists() {
            std::fs::remove_file(&left).map_err(|error| io_failure("clear", &left, &error))?;
        }
    }
    Ok(lock)
}

fn key_failure(error: &cremona_envelope::KeyError) -> Failure {
    use cremona_envelope::KeyError as Key;
    match error {
        Key::Empty => fail!(Usage, "key-empty"),
        Key::Prefix => fail!(Usage, "key-prefix"),
        Key::Letter { position, found } => {
            fail!(Usage, "key-letter", position = *position, found = found.to_string())
        }
        Key::Length { found } => {
            fail!(Usage, "key-length", found = *found, length = cremona_envelope::workspace_key::LENGTH)
        }
        Key::Typo { position, found, instead } => {
            fail!(Usage, "key-typo", position = *position, found = found.to_string(), instead = instead.to_string(),)
        }
        Key::Checksum => fail!(Usage, "key-checksum"),
        Key::Version(version) => fail!(Usage, "key-version", version = *version),
        Key::Hint(address) => fail!(Usage, "key-hint", address = address),
    }
}

fn open_failure(path: &Path, error: &OpenError) -> Failure {
    let (path, cause) = (shown(&path.join(STORE)), words::store(error));
    match error {
        OpenError::Newer { .. } => fail!(Failed, "cant-open-newer", path = path, error = cause),
        OpenError::Foreign | OpenError::Store(_) => fail!(Failed, "cant-open", path = path, error = cause),
    }
}

/// A failure of the file system, with the path; `what` is among the `io-` sentences.
pub(crate) fn io_failure(what: &str, path: &Path, error: &std::io::Error) -> Failure {
    let said = Said::new(&format!("io-{}", what.replace(' ', "-")));
    words::failure(Reason::Failed, said.with("path", shown(path)).with("error", words::system(error)))
}

/// A path as people read it.
pub(crate) fn shown(path: &Path) -> String {
    path.display().to_string()
}
