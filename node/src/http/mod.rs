//! The node asked by HTTP: the API for programs and the page for people, on this machine only.
//!
//! One server on a loopback address ([`place`], [`serve`]). Every request passes the [`guard`]; what it then
//! asks goes the way of the command line's questions: readers for questions, the owner for the rest. Who
//! may ask stands in [`access`].

pub mod access;
mod api;
mod counts;
mod enter;
mod events;
mod feed;
pub mod first;
pub mod given;
mod guard;
mod headers;
mod lang;
mod metrics;
mod patient;
mod place;
mod problem;
mod rate;
mod serve;
mod shown;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::routing::{delete, get};
use cremona_engine::{Answer, Ask, Failure};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use access::Access;
pub use access::{Scope, Who};
use counts::Counts;
use feed::Feed;
pub use lang::{spoken as spoken_lang, wanted as wanted_lang};
pub use problem::{Problem, escaped};
use rate::Rates;
pub use shown::ShownToken;

use crate::words::fail;

/// Names what an idempotent write is known by; see [`Shared::once`].
const ONCE: &str = "cremona 2026-11 idempotency key v1";

/// An answer under way.
pub type Answering = Pin<Box<dyn Future<Output = Result<Answer, Failure>> + Send>>;
/// Asks the node: an ask and, where it is to be carried out once only, by what it is known.
pub type Asking = Box<dyn Fn(Ask, Option<[u8; 32]>) -> Answering + Send + Sync>;

/// What handlers of requests share.
pub struct Shared {
    asking: Asking,
    /// The number of the last commit: changes whenever there is news.
    pub commits: watch::Receiver<u64>,
    /// How often this member has changed what is theirs alone: what is done, read, put off, followed.
    pub mine: watch::Receiver<u64>,
    /// The data directory.
    #[allow(dead_code, reason = "for the page")]
    pub home: PathBuf,
    /// Tells this node's cookie from those of others on this machine.
    #[allow(dead_code, reason = "for the page")]
    pub tag: String,
    hosts: Vec<String>,
    cookie: String,
    access: Access,
    rates: Rates,
    counts: Counts,
    streams: Arc<Semaphore>,
    feed: Feed,
}

/// A server that listens and does not answer yet.
pub struct Server {
    listener: TcpListener,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Shared {
    /// Asks the node as the command line does.
    ///
    /// # Errors
    /// [`Failure`] as the engine says.
    pub async fn ask(&self, ask: Ask) -> Result<Answer, Failure> {
        (self.asking)(ask, None).await
    }

    /// Asks for a change that is made once however often this is called with this key: later calls get
    /// what the first one got, as it is now. The key is the caller's choice and should not be guessable.
    ///
    /// # Errors
    /// [`Failure`] as the engine says, or where the key is known from another ask.
    pub async fn once(&self, key: &str, ask: Ask) -> Result<Answer, Failure> {
        (self.asking)(ask, Some(blake3::derive_key(ONCE, key.as_bytes()))).await
    }

    /// Ends the session of a page.
    ///
    /// # Errors
    /// [`Failure`] where that can't be written down.
    pub fn leave(&self, who: &Who) -> Result<(), Failure> {
        self.access.leave(who)
    }
}

impl Server {
    /// Listens at `told`, or where it is usual; see [`place`].
    ///
    /// # Errors
    /// [`Failure`] where the address is not one of this machine alone, or is taken.
    pub fn listen(home: &Path, told: Option<&str>) -> Result<Self, Failure> {
        let (listener, address) = place::listen(home, told)?;
        Ok(Self { listener, address })
    }

    /// What answers here; `device` in hexadecimal.
    ///
    /// # Errors
    /// [`Failure`] where it can't be read who may ask.
    pub fn share(
        &self,
        home: &Path,
        device: &str,
        asking: Asking,
        commits: watch::Receiver<u64>,
        mine: watch::Receiver<u64>,
    ) -> Result<Arc<Shared>, Failure> {
        let tag: String = device.chars().take(8).collect();
        Ok(Arc::new(Shared {
            asking,
            commits,
            mine,
            home: home.to_owned(),
            hosts: hosts(&self.address),
            cookie: format!("cremona-{tag}"),
            tag,
            access: Access::open(home)?,
            rates: Rates::default(),
            counts: Counts::default(),
            streams: Arc::new(Semaphore::new(events::MOST_STREAMS)),
            feed: Feed::default(),
        }))
    }

    /// Answers until it is dropped.
    pub async fn run(self, shared: Arc<Shared>) {
        place::remember(&shared.home, self.address.port());
        serve::accept_until(&self.listener, router(shared), std::future::pending()).await;
    }
}

/// A fresh link that opens the page of the node at `address` once.
///
/// # Errors
/// [`Failure`] where it can't be written down.
pub fn link(home: &Path, address: &str) -> Result<String, Failure> {
    Ok(format!("http://{address}/enter?link={}", access::link(home)?))
}

fn router(shared: Arc<Shared>) -> Router {
    crate::page::routes()
        .merge(api::routes())
        .route("/api/v1/events", get(events::events))
        .route("/api/v1/session", delete(enter::leave))
        .route("/metrics", get(metrics::metrics))
        .route("/healthz", get(async || "ok\n"))
        .fallback(async || Problem::from(fail!(NotFound, "http-nothing-there")))
        .method_not_allowed_fallback(async || guard::no_method())
        .layer(axum::middleware::from_fn_with_state(shared.clone(), guard::guard))
        .with_state(shared)
}

/// What `Host` may say: the address as it is bound, and `localhost`.
fn hosts(address: &SocketAddr) -> Vec<String> {
    vec![address.to_string(), format!("localhost:{}", address.port())]
}
