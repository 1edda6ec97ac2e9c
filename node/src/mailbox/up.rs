//! Running a mailbox: it waits to be paired, keeps what it was told, and then serves its workspace.

use std::path::{Path, PathBuf};
use std::time::Duration;

use cremona_engine::{Failure, Mailbox, Quota};
use cremona_envelope::{Handover, PairingToken};
use cremona_net::{Event, Handle, Settings};
use cremona_store::{OpenError, Shelf};
use serde::Serialize;

use super::box_file::{BoxFile, State};
use super::events::Events;
use super::keeper::Keeper;
use super::{PORT, SHELF, device_of, pairing};
use crate::daemon::{Stop, unheard};
use crate::home::{Lock, shown};
use crate::words::{self, fail, system};

/// How long to wait for a pairing member to hear that it worked.
const FAREWELL: Duration = Duration::from_secs(5);

/// How a mailbox is to run.
#[derive(Clone, Debug)]
pub struct MailboxOptions {
    /// `HOST:PORT`s to listen on; all interfaces on [`PORT`] where empty.
    pub listen: Vec<String>,
    /// How much it may hold.
    pub quota: Quota,
}

/// What a mailbox says once it listens, and again once it was paired.
#[derive(Clone, Debug, Serialize)]
pub struct Ready {
    /// Always true.
    pub ready: bool,
    /// Whether it serves a workspace.
    pub paired: bool,
    /// This device.
    pub device: String,
    /// `host:port`s where it listens, TCP.
    pub addresses: Vec<String>,
    /// The string that pairs it, until it is paired.
    pub pairing: Option<String>,
}

/// Runs the mailbox of `path` until it is told to stop; calls `on_ready` once it listens, and again once
/// it was paired.
///
/// # Errors
/// [`Failure`] where there is none, it can't listen, or its disk fails for good.
pub fn up(path: &Path, options: &MailboxOptions, on_ready: impl FnMut(Ready)) -> Result<(), Failure> {
    let file = BoxFile::read(path)?;
    let lock = Lock::take(path)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("mailbox")
        .enable_all()
        .build()
        .map_err(|error| fail!(Failed, "cant-start", error = system(&error)))?;
    let listen = if options.listen.is_empty() { vec![format!("0.0.0.0:{PORT}")] } else { options.listen.clone() };
    let mut place = Place { path: path.to_owned(), file, listen, on_ready, _lock: lock };
    runtime.block_on(place.run(options.quota))
}

/// A mailbox's directory and where it listens.
struct Place<F> {
    path: PathBuf,
    file: BoxFile,
    listen: Vec<String>,
    on_ready: F,
    _lock: Lock,
}

/// A network with what it has said so far.
struct Line {
    net: Handle,
    events: Events,
}

impl<F: FnMut(Ready)> Place<F> {
    async fn run(&mut self, quota: Quota) -> Result<(), Failure> {
        let mut stop = Stop::new()?;
        let handover = match self.file.state()? {
            State::Paired(handover) => handover,
            State::Unpaired(token) => {
                let paired = tokio::select! {
                    paired = self.wait_to_be_paired(&token) => Some(paired?),
                    () = stop.wait() => None,
                };
                let Some(handover) = paired else { return Ok(()) };
                handover
            }
        };
        let shelf = Shelf::open(&self.path.join(SHELF)).map_err(|error| unopened(&self.path, &error))?;
        let mailbox = Mailbox::open(shelf, device_of(&self.file)?, handover.workspace, quota)?;
        let line = self.listen(handover.workspace.0, handover.knock, true).await?;
        let mut keeper = Keeper::new(mailbox, line.net, line.events);
        let result = tokio::select! {
            result = keeper.run() => result,
            () = stop.wait() => Ok(()),
        };
        keeper.close().await;
        result
    }

    /// Waits for a member who proves the token, and keeps what it hands over before it says so.
    async fn wait_to_be_paired(&mut self, token: &PairingToken) -> Result<Handover, Failure> {
        let mut line = self.listen(token.workspace().0, token.knock_key(), false).await?;
        loop {
            match line.events.next().await {
                Some(Event::Frame { peer, frame }) => match Handover::decode(&frame.bytes) {
                    Some(handover) => {
                        self.file.paired(&handover);
                        self.file.write(&self.path)?;
                        line.net.send(peer, vec![1]);
                        line.hear_out(peer).await;
                        tracing::info!(workspace = %handover.workspace.short(), "paired");
                        return Ok(handover);
                    }
                    None => line.net.drop_peer(peer, "it hands over something that can't be read"),
                },
                Some(_) => {}
                None => return Err(stopped()),
            }
        }
    }

    /// Listens, and says where. A port that the system chose is kept from then on, since members are
    /// told of it.
    async fn listen(&mut self, workspace: [u8; 16], knock: [u8; 32], relay: bool) -> Result<Line, Failure> {
        let settings = Settings {
            identity_seed: self.file.seed()?,
            workspace,
            knock,
            listen: self.listen.clone(),
            mdns: false,
            relay,
            upnp: false,
        };
        let (net, events) = cremona_net::start(settings).await.map_err(|error| unheard(&error))?;
        let mut events = Events::new(events);
        let addresses = events.first_addresses().await;
        if let Some(port) = addresses.first().and_then(|address| address.rsplit_once(':')).map(|(_, port)| port) {
            for listen in &mut self.listen {
                if let Some(host) = listen.strip_suffix(":0") {
                    *listen = format!("{host}:{port}");
                }
            }
        }
        let pairing = pairing(&self.file, &addresses)?;
        (self.on_ready)(Ready {
            ready: true,
            paired: pairing.is_none(),
            device: device_of(&self.file)?.to_string(),
            addresses,
            pairing,
        });
        Ok(Line { net, events })
    }
}

impl Line {
    /// Lets a peer hear what was sent to it, and ends the network.
    async fn hear_out(mut self, peer: cremona_net::Peer) {
        let gone = async {
            while let Some(event) = self.events.next().await {
                if matches!(event, Event::Disconnected { peer: who, .. } if who == peer) {
                    return;
                }
            }
        };
        // A member that stays has had its time.
        let _ = tokio::time::timeout(FAREWELL, gone).await;
        self.net.stop().await;
    }
}

fn unopened(path: &Path, error: &OpenError) -> Failure {
    let (path, cause) = (shown(&path.join(SHELF)), words::store(error));
    match error {
        OpenError::Newer { .. } => fail!(Failed, "cant-open-newer", path = path, error = cause),
        OpenError::Foreign | OpenError::Store(_) => fail!(Failed, "cant-open-shelf", path = path, error = cause),
    }
}

pub(super) fn stopped() -> Failure {
    fail!(Failed, "mailbox-network-stopped")
}
