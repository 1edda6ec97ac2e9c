//! The socket by which the command line asks a running node: one JSON object a line, each way.
//!
//! `{"v":1,"ask":{...}}` is answered by `{"ok":...}` or `{"fail":...}`; `{"v":1,"watch":{"since":CURSOR}}`
//! by a line for each batch of changes until the asker hangs up. A line to the node has at most
//! [`MAX_LINE`] bytes, an answer at most [`MAX_ANSWER`], and [`MAX_ASKERS`] are served at once.

mod client;
mod server;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use cremona_engine::{Answer, Ask, Failure};
use serde::{Deserialize, Serialize};

use crate::home::{create_private, io_failure, shown};
use crate::words::fail;

pub use client::Client;
pub use server::serve;

/// Version of the lines.
const VERSION: u32 = 1;
/// Longest line to a node, in bytes: a batch of an import, escaped.
const MAX_LINE: usize = 16 * 1024 * 1024;
/// Longest answer, in bytes: a page of 8 MiB of text and the message that goes beyond, where each
/// byte of it takes six to escape.
const MAX_ANSWER: usize = 56 * 1024 * 1024;
/// Most askers at once; one more is told to try later.
const MAX_ASKERS: usize = 64;
/// Longest path that a socket can have everywhere, in bytes.
const MAX_PATH: usize = 100;

/// A line to the node.
#[derive(Serialize, Deserialize)]
struct Line {
    v: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ask: Option<Ask>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    watch: Option<Watch>,
}

/// Where a watch starts; `None` for now.
#[derive(Clone, Serialize, Deserialize)]
struct Watch {
    since: Option<String>,
}

/// A line of the node's.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Reply {
    Ok(Answer),
    Fail(Failure),
}

/// Where the node of a data directory listens: inside it, or, where that path is too long, in a
/// directory of this user's.
///
/// # Errors
/// [`Failure`] where neither can be made.
pub fn path_for(home: &Path) -> Result<PathBuf, Failure> {
    let inside = home.canonicalize().map_err(|error| io_failure("find", home, &error))?.join("node.sock");
    if inside.as_os_str().len() <= MAX_PATH {
        return Ok(inside);
    }
    let runtime =
        std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute() && path.is_dir());
    let folder = runtime.unwrap_or_else(std::env::temp_dir);
    let name = blake3::hash(inside.as_os_str().as_encoded_bytes()).to_hex();
    let folder = folder.join(format!("cremona-{}", &name[..16]));
    create_private(&folder)?;
    check_owned(&folder, home)?;
    Ok(folder.join("node.sock"))
}

/// Refuses a folder in a shared place that somebody else made first, or that others may enter.
fn check_owned(folder: &Path, home: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::MetadataExt;
    let look = |path: &Path| std::fs::symlink_metadata(path).map_err(|error| io_failure("look at", path, &error));
    let (found, ours) = (look(folder)?, std::fs::metadata(home).map_err(|error| io_failure("look at", home, &error))?);
    if found.is_dir() && found.uid() == ours.uid() && found.mode() & 0o077 == 0 {
        return Ok(());
    }
    Err(fail!(Failed, "socket-place", path = shown(folder)))
}
