//! The node's end of the socket: many askers, each with one question at a time.

use std::sync::Arc;
use std::time::Duration;

use cremona_engine::{Answer, Ask, Failure};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::{Line, MAX_ANSWER, MAX_ASKERS, MAX_LINE, Reply, VERSION, Watch};
use crate::words::fail;

/// Changes sent at once.
const CHANGES: u32 = 500;
/// How long to wait when the system has no room for another connection.
const NO_ROOM: Duration = Duration::from_millis(100);

/// Answers whoever connects; the askers are dropped with this future.
pub async fn serve<F, A>(listener: UnixListener, answer: A, commits: watch::Receiver<u64>)
where
    A: Fn(Ask) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Answer, Failure>> + Send,
{
    let room = Arc::new(Semaphore::new(MAX_ASKERS));
    let mut askers = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = askers.join_next() => continue,
        };
        match (accepted, room.clone().try_acquire_owned()) {
            (Ok((stream, _)), Ok(permit)) => {
                let (answer, commits) = (answer.clone(), commits.clone());
                askers.spawn(async move {
                    if let Err(error) = converse(stream, answer, commits).await {
                        tracing::debug!(%error, "an asker is gone");
                    }
                    drop(permit);
                });
            }
            (Ok((stream, _)), Err(_)) => turn_away(&stream),
            (Err(error), _) => {
                tracing::warn!(%error, "can't accept an asker");
                tokio::time::sleep(NO_ROOM).await;
            }
        }
    }
}

/// Says that there are too many, as far as that can be said without waiting.
fn turn_away(stream: &UnixStream) {
    let failure = fail!(TryLater, "too-many-askers", count = MAX_ASKERS);
    if let Ok(line) = encode(&Reply::Fail(failure)) {
        let _ = stream.try_write(&line);
    }
}

async fn converse<F, A>(stream: UnixStream, answer: A, commits: watch::Receiver<u64>) -> std::io::Result<()>
where
    A: Fn(Ask) -> F,
    F: Future<Output = Result<Answer, Failure>>,
{
    let (read, mut write) = stream.into_split();
    let mut read = tokio::io::BufReader::new(read);
    loop {
        let mut text = Vec::new();
        (&mut read).take(MAX_LINE as u64).read_until(b'\n', &mut text).await?;
        if text.last() != Some(&b'\n') {
            // What follows a line that is too long can't be told from another question.
            return if text.len() < MAX_LINE {
                Ok(())
            } else {
                say(&mut write, &Reply::Fail(fail!(Usage, "question-long"))).await
            };
        }
        let reply = match serde_json::from_slice::<Line>(&text) {
            Ok(Line { v: VERSION, ask: Some(ask), .. }) => match answer(ask).await {
                Ok(answer) => Reply::Ok(answer),
                Err(failure) => Reply::Fail(failure),
            },
            Ok(Line { v: VERSION, watch: Some(watch), .. }) => {
                return follow(&mut read, &mut write, watch, answer, commits).await;
            }
            Ok(_) | Err(_) => Reply::Fail(fail!(Usage, "question-odd")),
        };
        say(&mut write, &reply).await?;
    }
}

/// Sends changes as they are committed, until the asker hangs up.
async fn follow<F, A>(
    read: &mut (impl AsyncRead + Unpin),
    write: &mut (impl AsyncWrite + Unpin),
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

async fn say(write: &mut (impl AsyncWrite + Unpin), reply: &Reply) -> std::io::Result<()> {
    let mut line = encode(reply)?;
    if line.len() > MAX_ANSWER {
        line = encode(&Reply::Fail(fail!(Usage, "answer-long", bytes = line.len(), limit = MAX_ANSWER)))?;
    }
    write.write_all(&line).await
}

fn encode(reply: &Reply) -> std::io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(reply).map_err(std::io::Error::other)?;
    line.push(b'\n');
    Ok(line)
}
