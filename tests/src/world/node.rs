//! One node: a data directory with its guard outside, and the engine that runs on it.

use std::path::{Path, PathBuf};

use cremona_engine::{Engine, Peer, Settings};
use cremona_envelope::guard::Location;
use cremona_envelope::{Guard, Identity, Secret, Time, WorkspaceId};
use cremona_store::Store;

/// What every node of a world is told.
#[derive(Clone)]
pub struct Common {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The secret that all pasted.
    pub secret: Secret,
    /// Makes randomness of this world differ from that of others.
    pub seed: u64,
}

/// See the module.
pub struct Node {
    /// What stories call it.
    pub name: String,
    /// Whose device it is; a clone has its original's.
    pub whose: String,
    /// The engine; a crash replaces it.
    pub engine: Engine,
    /// How far its clock is off, in ms.
    pub skew: i64,
    /// When it last ran for nothing but time.
    pub ticked: u64,
    /// The guard as last written.
    pub guard: Option<Guard>,
    /// How often it was opened again.
    pub opened: u64,
    dir: PathBuf,
    location: Location,
    common: Common,
}

impl Node {
    /// A new node of `whose` in the empty directory `dir`.
    #[must_use]
    pub fn new(name: &str, dir: PathBuf, common: &Common, now: u64) -> Self {
        std::fs::create_dir_all(&dir).expect("a test may write its own directory");
        let location = Location(*blake3::hash(name.as_bytes()).as_bytes());
        Self::open(name, name, dir, location, None, 0, common, now, 0)
    }

    /// A copy of this directory elsewhere; where `whole`, place and guard are copied with it, as when
    /// a whole machine is copied.
    #[must_use]
    pub fn copy(&self, name: &str, dir: PathBuf, whole: bool, now: u64) -> Self {
        copy_files(&self.dir, &dir);
        let location = if whole { self.location } else { Location(*blake3::hash(name.as_bytes()).as_bytes()) };
        Self::open(name, &self.whose, dir, location, self.guard.clone(), self.skew, &self.common, now, 0)
    }

    /// Copies the store to `to`, to be restored later.
    pub fn back_up(&self, to: &Path) {
        copy_files(&self.dir, to);
    }

    /// What is left after the process died: the directory and the guard. It starts again at once.
    #[must_use]
    pub fn reopened(self, now: u64) -> Self {
        let Self { name, whose, engine, skew, guard, dir, location, opened, common, .. } = self;
        drop(engine);
        Self::open(&name, &whose, dir, location, guard, skew, &common, now, opened + 1)
    }

    /// The same, on an older state of the directory.
    #[must_use]
    pub fn restored(self, from: &Path, now: u64) -> Self {
        let Self { name, whose, engine, skew, guard, dir, location, opened, common, .. } = self;
        drop(engine);
        copy_files(from, &dir);
        Self::open(&name, &whose, dir, location, guard, skew, &common, now, opened + 1)
    }

    /// Its device as peers know it.
    #[must_use]
    pub fn peer(&self) -> Peer {
        Peer(self.engine.device().0)
    }

    /// What its clock shows at `now`.
    #[must_use]
    pub fn clock(&self, now: u64) -> Time {
        Time(now.saturating_add_signed(self.skew))
    }

    /// Its database file.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.dir.join("cremona.db")
    }

    /// All bytes of its directory, unused parts of pages included.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut all = Vec::new();
        for entry in std::fs::read_dir(&self.dir).expect("a test may read its own directory").flatten() {
            all.extend(std::fs::read(entry.path()).expect("nobody takes its files away"));
        }
        all
    }

    #[allow(clippy::too_many_arguments)]
    fn open(
        name: &str,
        whose: &str,
        dir: PathBuf,
        location: Location,
        guard: Option<Guard>,
        skew: i64,
        common: &Common,
        now: u64,
        opened: u64,
    ) -> Self {
        let settings = Settings {
            workspace: common.workspace,
            secret: common.secret.clone(),
            generation: 0,
            name: whose.to_owned(),
            location,
            guard: guard.clone(),
            random: *blake3::hash(format!("{} {name} {opened}", common.seed).as_bytes()).as_bytes(),
        };
        let clock = Time(now.saturating_add_signed(skew));
        let store = Store::open(&dir.join("cremona.db")).unwrap_or_else(|error| panic!("{name}'s store: {error}"));
        let engine =
            Engine::open(store, identity(whose), settings, clock).unwrap_or_else(|error| panic!("{name}: {error}"));
        let (name, whose, common) = (name.to_owned(), whose.to_owned(), common.clone());
        Self { name, whose, engine, skew, ticked: now, guard, dir, location, opened, common }
    }
}

/// The device of a person.
#[must_use]
pub fn identity(whose: &str) -> Identity {
    let seed = |what: &str| *blake3::hash(format!("{what} of {whose}").as_bytes()).as_bytes();
    Identity::from_seeds(&seed("signing"), &seed("boxing"))
}

/// Replaces the store in `to` by the one in `from`, write-ahead log included.
fn copy_files(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a test may write its own directory");
    for suffix in ["", "-wal", "-shm"] {
        let name = format!("cremona.db{suffix}");
        let _ = std::fs::remove_file(to.join(&name));
        if suffix != "-shm" && from.join(&name).exists() {
            std::fs::copy(from.join(&name), to.join(&name)).expect("a test may copy its own files");
        }
    }
}
