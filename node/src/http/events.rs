//! Changes as they come, as server-sent events: `GET /api/v1/events`.
//!
//! Changes are what logs tell. A reader that asks with `mine`, as the page does, also gets an event of that name,
//! without an id, whenever this member has done, read, put off or followed something, wherever they did it, and
//! when the clock alone changes what they are shown: what was put off comes back, an embargo ends.
//!
//! An event's id is its cursor, so a reader that was cut off goes on with `Last-Event-ID`. Of a reader that
//! takes nothing, one batch of at most [`BATCH`] changes waits; one that lets it wait for [`WRITE_PATIENCE`] is cut
//! off, and its connection is closed. Nothing else is kept for readers: what they have not seen stands in the store.

use std::convert::Infallible;
use std::fmt::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Extension, State};
use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Response, StatusCode, Uri};
use cremona_engine::{Answer, Ask, Failure};
use hyper::body::{Body as HttpBody, Frame};
use tokio::sync::{OwnedSemaphorePermit, mpsc, watch};

use super::Shared;
use super::access::{Scope, Who};
use super::api::queries_of;
use super::problem::Problem;
use super::serve::WRITE_PATIENCE;
use crate::words::fail;

/// Most streams at once.
pub const MOST_STREAMS: usize = 256;
/// Most changes of one batch.
const BATCH: u32 = 200;
/// How often a line of comment tells that the connection stands.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Tells that this member has changed what is theirs alone.
const MINE: &str = "event: mine\ndata: {}\n\n";

const LAST_EVENT: HeaderName = HeaderName::from_static("last-event-id");

/// Opens a stream.
pub async fn events(
    State(shared): State<Arc<Shared>>,
    Extension(who): Extension<Who>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response<Body>, Problem> {
    if !who.may(Scope::Read) {
        return Err(fail!(NotAllowed, "token-lacks", scope = Scope::Read.word()).into());
    }
    let [given, known] = queries_of(&uri, ["since", "mine"])?;
    let last = headers.get(LAST_EVENT).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let room = shared.streams.clone().try_acquire_owned();
    let room = room.map_err(|_| fail!(TryLater, "too-many-streams", count = MOST_STREAMS))?;
    let mut mine = shared.mine.clone();
    let missed = known.as_ref().is_some_and(|known| *known != mine.borrow_and_update().to_string());
    let mine = known.map(|_| mine);
    let mut stream = Stream { shared, since: last.or(given) };
    // Where to begin is found out first, so that a cursor which is none is refused.
    let mut first = stream.next().await?;
    // What was done between a view and its stream.
    if missed {
        first.text.push_str(MINE);
    }
    let (chunks, body) = mpsc::channel(1);
    tokio::spawn(stream.run(first, mine, chunks, room));
    let mut response = Response::new(Body::new(Chunks(body)));
    *response.status_mut() = StatusCode::OK;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    Ok(response)
}

/// A reader, and how far they are.
struct Stream {
    shared: Arc<Shared>,
    since: Option<String>,
}

/// What is sent at once, and whether more is waiting.
struct Batch {
    text: String,
    full: bool,
}

impl Stream {
    /// Sends batches until the reader is gone, too slow, or the node stops.
    async fn run(
        mut self,
        first: Batch,
        mut mine: Option<watch::Receiver<u64>>,
        chunks: mpsc::Sender<Bytes>,
        room: OwnedSemaphorePermit,
    ) {
        let mut commits = self.shared.commits.clone();
        let mut batch = first;
        loop {
            if !batch.text.is_empty() && !sent(&chunks, std::mem::take(&mut batch.text)).await {
                break;
            }
            if !batch.full {
                tokio::select! {
                    () = chunks.closed() => break,
                    changed = commits.changed() => if changed.is_err() { break },
                    changed = next_of(&mut mine) => {
                        if changed.is_err() {
                            break;
                        }
                        batch = Batch { text: MINE.to_owned(), full: false };
                        continue;
                    }
                    () = tokio::time::sleep(HEARTBEAT) => {
                        batch = Batch { text: ":\n\n".to_owned(), full: false };
                        continue;
                    }
                }
            }
            batch = match self.next().await {
                Ok(batch) => batch,
                // The reader comes again, and is told then.
                Err(_) => break,
            };
        }
        drop(room);
    }

    /// The changes since the last ones. The first time, the cursor alone: an id without data is no event,
    /// but what a browser comes back with.
    async fn next(&mut self) -> Result<Batch, Failure> {
        let Some(since) = &self.since else {
            let ask = Ask::Changes { since: None, limit: BATCH };
            let Answer::Changes(now) = self.shared.ask(ask).await? else { return Err(fail!(Failed, "surprised")) };
            let text = format!("id: {}\n\n", now.next);
            self.since = Some(now.next);
            return Ok(Batch { text, full: false });
        };
        let changes = self.shared.feed.since(&self.shared, since, BATCH).await?;
        let mut text = String::new();
        for change in &changes.changes {
            let json = serde_json::to_string(change)
                .map_err(|error| fail!(Failed, "json-failed", error = error.to_string()))?;
            // A String takes whatever is written.
            let _ = write!(text, "id: {}\ndata: {json}\n\n", change.cursor);
        }
        self.since = Some(changes.next.clone());
        Ok(Batch { text, full: changes.changes.len() >= BATCH as usize })
    }
}

/// Waits until this member has changed what is theirs alone; for ever, where the reader does not ask for it.
async fn next_of(mine: &mut Option<watch::Receiver<u64>>) -> Result<(), watch::error::RecvError> {
    match mine {
        Some(mine) => mine.changed().await,
        None => std::future::pending().await,
    }
}

async fn sent(chunks: &mpsc::Sender<Bytes>, text: String) -> bool {
    matches!(tokio::time::timeout(WRITE_PATIENCE, chunks.send(Bytes::from(text))).await, Ok(Ok(())))
}

/// A body of chunks as they come.
struct Chunks(mpsc::Receiver<Bytes>);

impl HttpBody for Chunks {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|chunk| chunk.map(|chunk| Ok(Frame::data(chunk))))
    }
}
