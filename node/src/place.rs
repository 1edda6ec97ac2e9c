//! Where a workspace is on this machine, and asking whoever owns it: the running node, or else the
//! store directly.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cremona_engine::{Answer, Ask, Failure, Reason};

use crate::home::{self, Home, now};
use crate::socket;
use crate::words::fail;

/// How long to wait for a node that is starting, or for another command to end.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often to look meanwhile.
const PAUSE: Duration = Duration::from_millis(20);

/// The data directory that the arguments and the environment mean: `--data`, else `-w`, else
/// `CREMONA_DATA`, else the name `default`.
///
/// # Errors
/// [`Failure`] where a name is no name, or there is no home directory.
pub fn data_dir(data: Option<PathBuf>, name: Option<&str>) -> Result<PathBuf, Failure> {
    directory(data, name, |variable| std::env::var_os(variable).filter(|value| !value.is_empty()))
}

fn directory(
    data: Option<PathBuf>,
    name: Option<&str>,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<PathBuf, Failure> {
    let given = data.or_else(|| variable("CREMONA_DATA").filter(|_| name.is_none()).map(PathBuf::from));
    if let Some(path) = given {
        return Ok(path);
    }
    let name = name.unwrap_or("default");
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.starts_with('.') || !name.chars().all(plain) {
        return Err(fail!(Usage, "workspace-name", name = name));
    }
    let data = variable("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || variable("HOME").map(|home| PathBuf::from(home).join(".local/share"));
    let base = data.or_else(home).ok_or_else(|| fail!(Failed, "no-home"))?;
    Ok(base.join("cremona").join(name))
}

/// Opens a workspace to own it, waiting for other commands at work to end, but not for a node.
///
/// # Errors
/// [`Failure`] that names the node which owns it, or as [`Home::open`] says.
pub fn own(path: &Path) -> Result<Home, Failure> {
    let node_answers = || home::running(path).is_some_and(|owner| owner.socket.is_some());
    patiently(|| Home::open(path, now()), |failure| failure.reason == Reason::TryLater && !node_answers())
}

/// A way to ask a workspace, kept over several asks.
pub enum Asker {
    /// The node that runs.
    Node(socket::Client),
    /// The store, while no node runs.
    Store(Box<Home>),
}

impl Asker {
    /// Asks the running node where there is one, else opens the data directory. A node that is
    /// starting or stopping, and another command at work, are waited for.
    ///
    /// # Errors
    /// [`Failure`] where neither works.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        patiently(|| Self::try_open(path), |failure| failure.reason == Reason::TryLater)
    }

    fn try_open(path: &Path) -> Result<Self, Failure> {
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

/// Tries until it works, fails for good, or [`PATIENCE`] ends.
fn patiently<T>(attempt: impl Fn() -> Result<T, Failure>, passing: impl Fn(&Failure) -> bool) -> Result<T, Failure> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match attempt() {
            Err(failure) if passing(&failure) && Instant::now() < deadline => std::thread::sleep(PAUSE),
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(name: &str) -> Option<OsString> {
        match name {
            "HOME" => Some("/home/ana".into()),
            "CREMONA_DATA" => Some("/srv/team".into()),
            _ => None,
        }
    }

    #[test]
    fn what_is_said_last_and_loudest_picks_the_directory() {
        let given = Some(PathBuf::from("here"));
        assert_eq!(directory(given, None, variable).unwrap(), Path::new("here"));
        assert_eq!(directory(None, Some("side"), variable).unwrap(), Path::new("/home/ana/.local/share/cremona/side"));
        assert_eq!(directory(None, None, variable).unwrap(), Path::new("/srv/team"));
        let home_only = |name: &str| variable(name).filter(|_| name == "HOME");
        let default = Path::new("/home/ana/.local/share/cremona/default");
        assert_eq!(directory(None, None, home_only).unwrap(), default);
        let xdg = |name: &str| (name == "XDG_DATA_HOME").then(|| OsString::from("/data"));
        assert_eq!(directory(None, Some("side"), xdg).unwrap(), Path::new("/data/cremona/side"));
    }

    #[test]
    fn what_passes_is_waited_for_and_nothing_else() {
        let left = std::cell::Cell::new(3);
        let busy = || Failure::new(Reason::TryLater, "busy", "");
        let attempt = || if left.replace(left.get() - 1) == 1 { Ok("open") } else { Err(busy()) };
        assert_eq!(patiently(attempt, |_| true), Ok("open"));
        assert_eq!(patiently(|| Err::<(), _>(busy()), |_| false), Err(busy()));
    }

    #[test]
    fn a_name_leads_nowhere_else() {
        for name in ["", ".", "..", "../ana", "a/b", "a b", "a\0b"] {
            assert_eq!(directory(None, Some(name), variable).unwrap_err().reason, Reason::Usage, "{name:?}");
        }
        assert_eq!(directory(None, None, |_| None).unwrap_err().reason, Reason::Failed);
    }
}
