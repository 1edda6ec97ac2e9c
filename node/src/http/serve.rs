//! The accept loop: so many connections, each with limits on time and size.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::patient::Patient;

/// Most connections at once.
pub const MOST_CONNECTIONS: usize = 2_048;
/// How long a request line and headers may take; also how long a connection may be idle.
const HEAD_PATIENCE: Duration = Duration::from_secs(10);
/// Longest request line and headers together, in bytes.
const MAX_HEAD: usize = 16 * 1024;
/// Most headers.
const MAX_HEADERS: usize = 64;
/// What is buffered of a connection, in bytes.
const BUFFER: usize = 32 * 1024;
/// How long to wait when the system has no room for another connection.
const NO_ROOM: Duration = Duration::from_millis(100);
/// How long a connection may take nothing of what it is sent.
pub const WRITE_PATIENCE: Duration = Duration::from_secs(30);
/// How long, and up to how many bytes, input is dropped at the end of a connection.
const LINGER: Duration = Duration::from_secs(2);
const MOST_DROPPED: u64 = 4 * 1024 * 1024;
/// What one connection too many is told.
const TOO_MANY: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// Serves whoever connects until `stop`; gives the connections that are left then. They are dropped with this
/// future, or with what it gives.
pub async fn accept_until(listener: &TcpListener, router: Router, stop: impl Future<Output = ()>) -> JoinSet<()> {
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let service = TowerToHyperService::new(router);
    let mut connections = JoinSet::new();
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => return connections,
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
        };
        match (accepted, room.clone().try_acquire_owned()) {
            (Ok((stream, _)), Ok(permit)) => {
                let service = service.clone();
                connections.spawn(async move {
                    // A browser's small answers should not wait for each other; without it they only do.
                    let _ = stream.set_nodelay(true);
                    let mut connection =
                        limits().serve_connection(TokioIo::new(Patient::new(stream, WRITE_PATIENCE)), service);
                    let ended = poll_fn(|context| connection.poll_without_shutdown(context)).await;
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a connection ended");
                    }
                    linger(connection.into_parts().io.into_inner().into_inner()).await;
                    drop(permit);
                });
            }
            (Ok((stream, _)), Err(_)) => turn_away(&stream),
            (Err(error), _) => {
                tracing::warn!(%error, "can't accept a connection");
                tokio::time::sleep(NO_ROOM).await;
            }
        }
    }
}

/// Closes a connection so that its last answer arrives: what still comes is read and dropped for a while,
/// since a system that closes with input unread takes back what it has not sent yet.
async fn linger(mut stream: TcpStream) {
    let drain = async {
        stream.shutdown().await?;
        tokio::io::copy(&mut stream.take(MOST_DROPPED), &mut tokio::io::sink()).await
    };
    // Whoever goes on sending has been told often enough.
    let _ = tokio::time::timeout(LINGER, drain).await;
}

/// Says that there are too many, as far as that can be said without waiting.
fn turn_away(stream: &TcpStream) {
    let _ = stream.try_write(TOO_MANY);
}

fn limits() -> http1::Builder {
    let mut limits = http1::Builder::new();
    limits
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .max_header_size(MAX_HEAD)
        .max_headers(MAX_HEADERS)
        .max_buf_size(BUFFER)
        .keep_alive(true);
    limits
}
