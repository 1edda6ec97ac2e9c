//! The socket by which the command line asks a running node: one JSON object a line, each way.
//!
//! `{"v":1,"ask":{...}}` is answered by `{"ok":...}` or `{"fail":...}`; `{"v":1,"watch":CURSOR}` by
//! a line for each change until the asker hangs up.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cremona_engine::{Answer, Ask, Failure, Reason};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;
use tokio::sync::{Semaphore, watch};

use crate::home::io_failure;

/// Longest line, in bytes.
const MAX_LINE: u64 = 16 * 1024 * 1024;
/// Most askers at once.
const MAX_ASKERS: usize = 64;
/// Longest path that a socket can have everywhere.
const MAX_PATH: usize = 100;
/// Changes sent at once.
const CHANGES: u32 = 500;

#[derive(Serialize, Deserialize)]
struct Line {
    v: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ask: Option<Ask>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    watch: Option<Watch>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Watch {
    since: Option<String>,
}

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
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute() && path.is_dir());
    let folder = runtime.unwrap_or_else(std::env::temp_dir);
    let name = blake3::hash(inside.as_os_str().as_encoded_bytes()).to_hex();
    let folder = folder.join(format!("cremona-{}", &name[..16]));
    crate::home::create_private(&folder)?;
    Ok(folder.join("node.sock"))
}

/// A connection to a running node.
pub struct Client {
    stream: BufReader<UnixStream>,
}

impl Client {
    /// Connects to the node that listens at `path`.
    ///
    /// # Errors
    /// [`Failure`] where it does not answer.
    pub fn connect(path: &Path) -> Result<Self, Failure> {
        let stream = UnixStream::connect(path).map_err(|error| {
            Failure::new(Reason::TryLater, format!("the node does not answer: {error}"), "it may be starting or stopping; try again")
        })?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Asks once.
    ///
    /// # Errors
    /// [`Failure`] of the node, or where the connection breaks.
    pub fn ask(&mut self, ask: &Ask) -> Result<Answer, Failure> {
        self.send(&Line { v: 1, ask: Some(ask.clone()), watch: None })?;
        match self.receive()? {
            Some(Reply::Ok(answer)) => Ok(answer),
            Some(Reply::Fail(failure)) => Err(failure),
            None => Err(broken("it stopped")),
        }
    }

    /// Hears of changes until `each` fails, or the node stops.
    ///
    /// # Errors
    /// [`Failure`] of the node, of `each`, or where the connection breaks.
    pub fn watch(&mut self, since: Option<String>, mut each: impl FnMut(Answer) -> Result<(), Failure>) -> Result<(), Failure> {
        self.send(&Line { v: 1, ask: None, watch: Some(Watch { since }) })?;
        while let Some(reply) = self.receive()? {
            match reply {
                Reply::Ok(answer) => each(answer)?,
                Reply::Fail(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    fn send(&mut self, line: &Line) -> Result<(), Failure> {
        let mut text = serde_json::to_string(line).map_err(|error| broken(&error.to_string()))?;
        text.push('\n');
        self.stream.get_mut().write_all(text.as_bytes()).map_err(|error| broken(&error.to_string()))
    }

    fn receive(&mut self) -> Result<Option<Reply>, Failure> {
        let mut line = String::new();
        let read = (&mut self.stream).take(MAX_LINE).read_line(&mut line).map_err(|error| broken(&error.to_string()))?;
        if read == 0 {
            return Ok(None);
        }
        serde_json::from_str(&line).map(Some).map_err(|_| broken("its answer can't be read: another version?"))
    }
}

fn broken(what: &str) -> Failure {
    Failure::new(Reason::TryLater, format!("the connection to the node broke: {what}"), "ask again; what it acknowledged is kept")
}

/// Answers whoever connects, until the task is aborted.
pub async fn serve<F, A>(listener: UnixListener, answer: A, commits: watch::Receiver<u64>)
where
    A: Fn(Ask) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Answer, Failure>> + Send,
{
    let room = Arc::new(Semaphore::new(MAX_ASKERS));
    loop {
        let Ok(permit) = room.clone().acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let (answer, commits) = (answer.clone(), commits.clone());
                tokio::spawn(async move {
                    if let Err(error) = converse(stream, answer, commits).await {
                        tracing::debug!(%error, "an asker is gone");
                    }
                    drop(permit);
                });
            }
            Err(error) => tracing::warn!(%error, "can't accept an asker"),
        }
    }
}

async fn converse<F, A>(stream: tokio::net::UnixStream, answer: A, commits: watch::Receiver<u64>) -> std::io::Result<()>
where
    A: Fn(Ask) -> F,
    F: Future<Output = Result<Answer, Failure>>,
{
    let (read, mut write) = stream.into_split();
    let mut read = tokio::io::BufReader::new(read);
    loop {
        let mut text = String::new();
        if (&mut read).take(MAX_LINE).read_line(&mut text).await? == 0 {
            return Ok(());
        }
        let reply = match serde_json::from_str::<Line>(&text) {
            Ok(Line { ask: Some(ask), .. }) => match answer(ask).await {
                Ok(answer) => Reply::Ok(answer),
                Err(failure) => Reply::Fail(failure),
            },
            Ok(Line { watch: Some(watch), .. }) => return follow(&mut read, &mut write, watch, answer, commits).await,
            Ok(_) | Err(_) => Reply::Fail(Failure::new(Reason::Usage, "the node does not understand the question", "is the command newer than the node?")),
        };
        say(&mut write, &reply).await?;
    }
}

/// Sends changes as they are committed, until the asker hangs up.
async fn follow<F, A>(
    read: &mut (impl tokio::io::AsyncRead + Unpin),
    write: &mut (impl tokio::io::AsyncWrite + Unpin),
    watch: Watch,
    answer: A,
    mut commits: watch::Receiver<u64>,
) -> std::io::Result<()>
where
    A: Fn(Ask) -> F,
    F: Future<Output = Result<Answer, Failure>>,
{
    let mut since = watch.since;
    loop {
        match answer(Ask::Changes { since: since.clone(), limit: CHANGES }).await {
            Ok(Answer::Changes(changes)) => {
                let full = changes.changes.len() >= CHANGES as usize;
                let first = since.is_none();
                since = Some(changes.next.clone());
                if !changes.changes.is_empty() || first {
                    say(write, &Reply::Ok(Answer::Changes(changes))).await?;
                }
                if full {
                    continue;
                }
            }
            Ok(_) => return Ok(()),
            Err(failure) => return say(write, &Reply::Fail(failure)).await,
        }
        let mut byte = [0];
        tokio::select! {
            changed = commits.changed() => if changed.is_err() { return Ok(()) },
            _ = read.read(&mut byte) => return Ok(()),
        }
    }
}

async fn say(write: &mut (impl tokio::io::AsyncWrite + Unpin), reply: &Reply) -> std::io::Result<()> {
    let mut text = serde_json::to_string(reply).map_err(std::io::Error::other)?;
    text.push('\n');
    write.write_all(text.as_bytes()).await
}
