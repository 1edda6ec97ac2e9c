//! Where a workspace is on this machine, and asking whoever owns it: the running node, or else the
//! store directly.

use std::path::{Path, PathBuf};

use cremona_engine::{Answer, Ask, Failure, Reason};

use crate::home::{self, Home, now};
use crate::socket;

/// The data directory that the arguments and the environment mean.
///
/// # Errors
/// [`Failure`] where a name is no name, or there is no home directory.
pub fn data_dir(data: Option<PathBuf>, name: Option<&str>) -> Result<PathBuf, Failure> {
    if let Some(path) = data {
        return Ok(path);
    }
    let name = name.unwrap_or("default");
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.starts_with('.') || !name.chars().all(plain) {
        return Err(Failure::new(
            Reason::Usage,
            format!("{name:?} can't name a workspace on this machine"),
            "use letters, digits, - and _, or give a directory with --data",
        ));
    }
    let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share"));
    let base = data.or_else(home).ok_or_else(|| {
        Failure::new(Reason::Failed, "there is no home directory", "give a data directory with --data, or set HOME")
    })?;
    Ok(base.join("cremona").join(name))
}

/// A way to ask a workspace, kept over several asks.
pub enum Asker {
    /// The node that runs.
    Node(socket::Client),
    /// The store, while no node runs.
    Store(Box<Home>),
}

impl Asker {
    /// Asks the running node where there is one, else opens the data directory.
    ///
    /// # Errors
    /// [`Failure`] where neither works.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        match home::running(path).and_then(|owner| owner.socket) {
            Some(socket) => Ok(Self::Node(socket::Client::connect(&socket)?)),
            None => Ok(Self::Store(Box::new(Home::open(path, now())?))),
        }
    }

    /// Asks once.
    ///
    /// # Errors
    /// [`Failure`] as the workspace says.
    pub fn ask(&mut self, ask: Ask) -> Result<Answer, Failure> {
        match self {
            Self::Node(client) => client.ask(&ask),
            Self::Store(home) => home.answer(ask, now()),
        }
    }

    /// Saves what makes the next start quick.
    pub fn close(self) {
        match self {
            Self::Node(_) => {}
            Self::Store(mut home) => home.engine.close(),
        }
    }
}
