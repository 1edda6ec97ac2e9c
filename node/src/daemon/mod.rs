//! `cremona up`: one task owns the engine and takes turns between local work and the network.
//!
//! Local asks come first, then network events, then the engine's own clock. Questions that change
//! nothing are answered by readers of their own and never wait for the owner. What the engine
//! wishes is carried out in order, the guard first, so that nothing leaves before it is noted.

mod files;
mod notify;
mod owner;
mod peer_book;
mod readers;
mod turns;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cremona_engine::{Answer, Ask, Failure};
use serde::Serialize;
use tokio::net::UnixListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

use crate::home::Home;
use crate::http;
use crate::socket;
use crate::words::{fail, system};
use owner::Owner;
pub(crate) use owner::unheard;
pub use peer_book::hint_of;
use readers::Readers;
use turns::Turns;

/// Default port of a node; another is taken where it is in use.
pub const PORT: u16 = 4477;

/// How a node is to run.
#[derive(Clone, Debug, Default)]
pub struct UpOptions {
    /// `HOST:PORT`s to listen on; all interfaces on [`PORT`], or any free port, where empty.
    pub listen: Vec<String>,
    /// Addresses to dial and keep dialling.
    pub dial: Vec<String>,
    /// Whether to find teammates on the local network.
    pub mdns: bool,
    /// Whether to ask the gateway to let teammates in; never done by a node that listens on this
    /// machine only.
    pub upnp: bool,
    /// Whether teammates may reach each other through this node.
    pub relay: bool,
    /// Where API and page answer: `HOST:PORT` of this machine alone, or where it is usual.
    pub http: Http,
}

/// Where API and page answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Http {
    /// Where they did last, else on the usual port, else on any free port.
    #[default]
    Usual,
    /// Here.
    At(String),
    /// Nowhere.
    Off,
}

/// What a node says once it answers.
#[derive(Clone, Debug, Serialize)]
pub struct Ready {
    /// Always true.
    pub ready: bool,
    /// This device.
    pub device: String,
    /// Multiaddrs that teammates can dial, TCP first.
    pub addresses: Vec<String>,
    /// A link that opens the page once, within ten minutes; `None` where there is no page.
    pub page: Option<String>,
}

/// An ask on its way to the owner, and where its answer goes.
pub(crate) struct Request {
    ask: Ask,
    /// By what it is known, where it is to be carried out once only.
    once: Option<[u8; 32]>,
    reply: oneshot::Sender<Result<Answer, Failure>>,
}

/// Runs the node of `home` until it is told to stop; calls `on_ready` once it answers.
///
/// # Errors
/// [`Failure`] where it can't listen, or the store fails for good.
pub fn up(home: Home, options: &UpOptions, on_ready: impl FnOnce(Ready)) -> Result<(), Failure> {
    runtime()?.block_on(async {
        let pages = listen(&home.path, &options.http)?;
        run(home, pages, options, on_ready).await
    })
}

/// Lets a browser found or join a workspace at `path`, then runs its node; `on_first` gets the link to the page.
///
/// # Errors
/// [`Failure`] as of [`up`].
pub fn up_first(
    path: &Path,
    options: &UpOptions,
    on_first: impl FnOnce(String),
    on_ready: impl FnOnce(Ready),
) -> Result<(), Failure> {
    runtime()?.block_on(async {
        let mut stop = Stop::new()?;
        let pages = listen(path, &options.http)?.ok_or_else(|| fail!(Usage, "no-page"))?;
        let home = tokio::select! {
            home = http::first::run(&pages, path, on_first) => home?,
            () = stop.wait() => return Ok(()),
        };
        run(home, Some(pages), options, on_ready).await
    })
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("cremona")
        .enable_all()
        .build()
        .map_err(|error| fail!(Failed, "cant-start", error = system(&error)))
}

async fn run(
    mut home: Home,
    pages: Option<http::Server>,
    options: &UpOptions,
    on_ready: impl FnOnce(Ready),
) -> Result<(), Failure> {
    files::raise_limit();
    let mut stop = Stop::new()?;
    let socket_path = socket::path_for(&home.path)?;
    let listener = bind(&socket_path)?;
    home.announce(&socket_path, pages.as_ref().map(|pages| pages.address))?;
    let place = home.path.clone();
    let queries = home.engine.queries()?.ok_or_else(|| fail!(Failed, "store-in-memory"))?;
    let readers = Arc::new(Readers::new(queries));
    let (requests, inbox) = mpsc::channel(64);
    let (committed, commits) = watch::channel(0_u64);
    let (mine, mine_changes) = watch::channel(0_u64);
    let mine = Arc::new(mine);
    let mut owner = Owner::start(home, options, inbox, committed, Turns::new(mine.clone(), crate::home::now())).await?;
    let mut ready = owner.ready().await;
    let ask = move |ask: Ask, once: Option<[u8; 32]>| {
        let (readers, requests, mine) = (readers.clone(), requests.clone(), mine.clone());
        async move {
            let is_mine = is_mine(&ask);
            let answer = route(&readers, &requests, ask, once).await;
            if is_mine && answer.is_ok() {
                mine.send_modify(|times| *times = times.wrapping_add(1));
            }
            answer
        }
    };
    let mut servers = JoinSet::new();
    if let Some(pages) = pages {
        let ask = ask.clone();
        let asking: http::Asking = Box::new(move |what, once| Box::pin(ask(what, once)));
        let shared = pages.share(&place, &ready.device, asking, commits.clone(), mine_changes)?;
        ready.page = Some(http::link(&place, &pages.address.to_string())?);
        servers.spawn(pages.run(shared));
    }
    servers.spawn(socket::serve(listener, move |what| ask(what, None), commits));
    on_ready(ready);
    let result = tokio::select! {
        result = owner.run() => result,
        () = stop.wait() => Ok(()),
        // They end by a fault only, and a node that can't be asked is of no use.
        Some(_) = servers.join_next() => Err(fail!(Failed, "server-stopped")),
    };
    servers.shutdown().await;
    owner.close().await;
    // A socket that is left behind is replaced by the next node; its lock tells that nobody answers.
    let _ = std::fs::remove_file(&socket_path);
    result
}

/// Whether an ask changes what is this member's alone and stands in their inbox: no log tells of it.
fn is_mine(ask: &Ask) -> bool {
    matches!(ask, Ask::Done { .. } | Ask::Later { .. } | Ask::Follow { .. } | Ask::Mark { .. })
}

/// Questions go to a reader, everything else to the owner.
async fn route(
    readers: &Arc<Readers>,
    requests: &mpsc::Sender<Request>,
    ask: Ask,
    once: Option<[u8; 32]>,
) -> Result<Answer, Failure> {
    if cremona_engine::Queries::can_answer(&ask) {
        let (_turn, readers) = (readers.turn().await, readers.clone());
        return tokio::task::spawn_blocking(move || readers.answer(&ask))
            .await
            .unwrap_or_else(|error| Err(fail!(Failed, "reader-failed", error = error.to_string())));
    }
    let stopping = || fail!(TryLater, "stopping");
    let (reply, answer) = oneshot::channel();
    requests.send(Request { ask, once, reply }).await.map_err(|_| stopping())?;
    answer.await.map_err(|_| stopping())?
}

fn listen(home: &Path, http: &Http) -> Result<Option<http::Server>, Failure> {
    let told = match http {
        Http::Usual => None,
        Http::At(told) => Some(told.as_str()),
        Http::Off => return Ok(None),
    };
    http::Server::listen(home, told).map(Some)
}

fn bind(path: &PathBuf) -> Result<UnixListener, Failure> {
    use std::os::unix::fs::PermissionsExt;
    if path.exists() {
        // We hold the data directory's lock, so nobody answers there any more.
        std::fs::remove_file(path).map_err(|error| crate::home::io_failure("replace", path, &error))?;
    }
    let listener = UnixListener::bind(path).map_err(|error| crate::home::io_failure("listen on", path, &error))?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
        .map_err(|error| crate::home::io_failure("protect", path, &error))?;
    Ok(listener)
}

/// The signals that end a node.
pub struct Stop {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Stop {
    /// Listens for them.
    ///
    /// # Errors
    /// [`Failure`] where the system refuses.
    pub fn new() -> Result<Self, Failure> {
        let listen = |kind| signal(kind).map_err(|error| fail!(Failed, "no-signals", error = system(&error)));
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    /// Waits for one.
    pub async fn wait(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
