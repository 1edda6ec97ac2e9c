//! The task that owns the engine: takes inputs one at a time, carries out its effects in order.

use std::time::Duration;

use cremona_engine::Verdict;
use cremona_engine::{Answer, Ask, Checked, Effect, Failure, Input, ask};
use cremona_envelope::Guard;
use cremona_net::{Event, Handle, Settings};
use tokio::sync::{mpsc, watch};

use super::notify::{GROUP_MS, Notifier, Program};
use super::peer_book::PeerBook;
use super::turns::Turns;
use super::{PORT, Ready, Request, UpOptions};
use crate::home::{Home, now, random};
use crate::words::{self, fail};

/// How long to wait for the first addresses to appear.
const LISTEN_DEADLINE: Duration = Duration::from_secs(5);

/// The engine with its network.
pub struct Owner {
    home: Home,
    net: Handle,
    events: mpsc::UnboundedReceiver<Event>,
    inbox: mpsc::Receiver<Request>,
    committed: watch::Sender<u64>,
    /// Bundles that were checked beside the engine; the replica bounds how many are under way.
    checked: (mpsc::UnboundedSender<Box<Checked>>, mpsc::UnboundedReceiver<Box<Checked>>),
    peers: PeerBook,
    mdns: bool,
    unwritten: Option<Guard>,
    told_addresses: Vec<String>,
    notifier: Notifier,
    /// When to look whether there is something to notify of.
    look_at: Option<cremona_envelope::Time>,
    turns: Turns,
}

impl Owner {
    /// Starts the network for `home`.
    ///
    /// # Errors
    /// [`Failure`] where it can't listen.
    pub async fn start(
        home: Home,
        options: &UpOptions,
        inbox: mpsc::Receiver<Request>,
        committed: watch::Sender<u64>,
        turns: Turns,
    ) -> Result<Self, Failure> {
        let (net, events) = listen(&home, options).await?;
        let hints = home.hints().into_iter().chain(options.dial.iter().cloned());
        let seed = u64::from_be_bytes(random()?[..8].try_into().expect("8 of 32 bytes"));
        let mut peers = PeerBook::new(home.engine.device(), hints, seed, now());
        for (device, addresses) in home.engine.addresses()? {
            peers.reachable(&device, &addresses, now());
        }
        Ok(Self {
            home,
            net,
            events,
            inbox,
            committed,
            checked: mpsc::unbounded_channel(),
            peers,
            mdns: options.mdns,
            unwritten: None,
            told_addresses: Vec::new(),
            notifier: Notifier::start(),
            look_at: Some(now()),
            turns,
        })
    }

    /// What to tell once the first addresses are known.
    pub async fn ready(&mut self) -> Ready {
        let deadline = tokio::time::Instant::now() + LISTEN_DEADLINE;
        while !self.peers.listens_on_tcp() {
            match tokio::time::timeout_at(deadline, self.events.recv()).await {
                Ok(Some(event)) => self.take(event).unwrap_or_else(|failure| warn(&failure)),
                Ok(None) | Err(_) => break,
            }
        }
        let device = self.home.engine.device().to_string();
        Ready { ready: true, device, addresses: self.peers.addresses(), page: None }
    }

    /// Works until the network or every asker is gone.
    ///
    /// # Errors
    /// [`Failure`] where the network stopped by itself.
    pub async fn run(&mut self) -> Result<(), Failure> {
        loop {
            self.tell_addresses();
            self.carry_out().await;
            let engine = self.home.engine.wake_at().into_iter().chain(self.peers.wake_at());
            let wake = engine.chain(self.look_at).chain(self.turns.wake_at()).min();
            let pause = wake.map_or(Duration::from_secs(60), |at| Duration::from_millis(at.since(now())));
            tokio::select! {
                biased;
                Some(request) = self.inbox.recv() => self.serve(request).await,
                Some(checked) = self.checked.1.recv() => {
                    self.give(Input::Checked(checked)).unwrap_or_else(|failure| warn(&failure));
                }
                event = self.events.recv() => match event {
                    Some(event) => self.take(event).unwrap_or_else(|failure| warn(&failure)),
                    None => return Err(fail!(Failed, "network-stopped")),
                },
                () = tokio::time::sleep(pause) => self.tick(),
            }
        }
    }

    /// Ends the network and saves what makes the next start quick.
    pub async fn close(mut self) {
        self.home.engine.close();
        self.net.stop().await;
    }

    async fn serve(&mut self, request: Request) {
        let Request { ask, once, reply } = request;
        let answer = match ask {
            Ask::Peers { connections } => self.list_peers(connections),
            Ask::Key => Ok(Answer::Key(ask::Key { key: self.home.key(&self.peers.hints()) })),
            Ask::Status => self.status().await,
            ask => {
                self.turns.changed(now());
                tokio::task::block_in_place(|| match once {
                    Some(key) => self.home.engine.once(&key, ask, now()),
                    None => self.home.engine.answer(ask, now()),
                })
            }
        };
        // The guard is written and the envelope published before the asker hears that it is done.
        let guarded = self.carry_out().await;
        let answer = if guarded { answer } else { Err(unguarded()) };
        let _ = reply.send(answer);
    }

    fn list_peers(&self, connections: bool) -> Result<Answer, Failure> {
        let peers = self.peers.list(&self.home.engine);
        let standing = if connections { None } else { Some(self.home.engine.standing(now())?) };
        Ok(Answer::Peers(ask::Peers { peers, standing }))
    }

    async fn status(&mut self) -> Result<Answer, Failure> {
        let standing = self.net.standing().await;
        let answer = self.home.engine.answer(Ask::Status, now())?;
        let Answer::Status(mut status) = answer else { return Ok(answer) };
        status.running = true;
        status.addresses = self.peers.addresses();
        status.connected = self.peers.connected();
        status.reach = Some(self.reach(standing));
        Ok(Answer::Status(status))
    }

    fn reach(&self, standing: cremona_net::Standing) -> ask::Reach {
        let directly = match standing.reachability {
            cremona_net::Reachability::Unknown => "unknown",
            cremona_net::Reachability::Reachable => "yes",
            cremona_net::Reachability::Unreachable => "no",
        };
        let name = |peer: &cremona_net::Peer| {
            self.home.engine.name_of(&cremona_envelope::DeviceId(peer.0)).unwrap_or_else(|| short(&peer.0))
        };
        let relays = standing.relays.iter().map(name).collect();
        ask::Reach { directly: directly.to_owned(), addresses: standing.addresses, relays }
    }

    fn take(&mut self, event: Event) -> Result<(), Failure> {
        let input = match event {
            Event::Listening { address } => {
                self.peers.listening(&address, now());
                None
            }
            Event::ListenerGone { address } => {
                self.peers.silent(&address, now());
                None
            }
            Event::External { address } => {
                self.peers.reached_at(&address);
                None
            }
            Event::ExternalGone { address } => {
                self.peers.not_reached_at(&address);
                None
            }
            Event::RelayFound { peer } => {
                tracing::info!(relay = %short(&peer.0), "can be reached through a teammate");
                None
            }
            Event::RelayLost { peer, reason } => {
                tracing::info!(relay = %short(&peer.0), %reason, "can't be reached through a teammate");
                None
            }
            Event::PunchFailed { peer, reason } => {
                tracing::info!(peer = %short(&peer.0), %reason, "no direct connection, going on through a relay");
                None
            }
            Event::Woke => {
                self.peers.woke(now());
                None
            }
            Event::Moved { peer, address } => {
                self.peers.moved(peer.0, &address);
                None
            }
            Event::Connected { peer, address, direction, first, .. } => {
                self.peers.connected_to(peer.0, &address, direction);
                first.then_some(Input::PeerUp { peer: cremona_engine::Peer(peer.0) })
            }
            Event::Disconnected { peer, reason } => {
                self.peers.disconnected(peer.0, &reason, now());
                Some(Input::PeerDown { peer: cremona_engine::Peer(peer.0) })
            }
            Event::Frame { peer, frame } => {
                Some(Input::Frame { peer: cremona_engine::Peer(peer.0), bytes: frame.bytes })
            }
            Event::Gossip { token, peer, bytes } => {
                Some(Input::Gossip { peer: cremona_engine::Peer(peer.0), token: self.peers.remember(token), bytes })
            }
            Event::Refused { address, reason } | Event::DialFailed { address, reason } => {
                self.peers.failed(&address, &reason, now());
                None
            }
            Event::Discovered { address } => {
                if self.mdns {
                    self.peers.discovered(&address, now());
                }
                None
            }
        };
        input.map_or(Ok(()), |input| self.give(input))
    }

    fn give(&mut self, input: Input) -> Result<(), Failure> {
        tokio::task::block_in_place(|| self.home.engine.handle(input, now()))
    }

    /// Lets the engine say where this node can be reached, whenever that changed.
    fn tell_addresses(&mut self) {
        let addresses = self.peers.own_addresses();
        if addresses != self.told_addresses {
            self.told_addresses.clone_from(&addresses);
            let told = tokio::task::block_in_place(|| self.home.engine.handle(Input::Reachable { addresses }, now()));
            told.unwrap_or_else(|failure| warn(&failure));
        }
    }

    /// Time passes: quiet hours end, embargoes and what was put off come up.
    fn tick(&mut self) {
        self.notify();
        let (turns, engine) = (&mut self.turns, &self.home.engine);
        tokio::task::block_in_place(|| turns.look(engine, now())).unwrap_or_else(|failure| warn(&failure));
        let result = tokio::task::block_in_place(|| self.home.engine.handle(Input::Tick, now()));
        result.unwrap_or_else(|failure| warn(&failure));
    }

    /// Hands what is worth an interruption to the program that the user chose.
    fn notify(&mut self) {
        if self.look_at.is_none_or(|at| at > now()) || !self.notifier.has_room() {
            return;
        }
        // Whatever the clock brings is seen within a minute.
        self.look_at = Some(now().plus(60_000));
        let engine = &mut self.home.engine;
        let asked = tokio::task::block_in_place(|| {
            let Answer::Settings(settings) = engine.answer(Ask::Settings, now())? else { return Ok(None) };
            let setting = settings.settings.into_iter().find(|line| line.name == "notify");
            let Some(program) = Program::of(&setting.and_then(|line| line.value).unwrap_or_default()) else {
                return Ok(None);
            };
            let Answer::Notices(notices) = engine.answer(Ask::Notices, now())? else { return Ok(None) };
            Ok::<_, Failure>(Some((program, *notices)))
        });
        match asked {
            Ok(Some((program, notices))) if !notices.notices.is_empty() => self.notifier.tell(program, notices),
            Ok(_) => {}
            // A newcomer that has met nobody has nothing to tell.
            Err(failure) if failure.reason == cremona_engine::Reason::TryLater => {}
            Err(failure) => warn(&failure),
        }
    }

    /// Writes the guard, or keeps it to be tried again before anything else leaves: until then every
    /// wish is forgotten, and comparing roots makes up for it later.
    fn write_guard(&mut self, guard: Guard) -> bool {
        let Err(failure) = self.home.guard.write(&guard) else { return true };
        warn(&failure);
        self.unwritten = Some(guard);
        self.home.engine.drop_effects();
        for token in self.peers.forget_gossip() {
            self.net.verdict(token, cremona_net::Verdict::Ignore);
        }
        false
    }

    /// Carries out what the engine and the peer book wish; false where the guard could not be
    /// written, and then nothing that came after it left.
    async fn carry_out(&mut self) -> bool {
        if let Some(guard) = self.unwritten.take()
            && !self.write_guard(guard)
        {
            return false;
        }
        while let Some(effect) = self.home.engine.poll_effect() {
            match effect {
                Effect::Guard(guard) => {
                    if !self.write_guard(guard) {
                        return false;
                    }
                }
                Effect::Send { peer, bytes } => self.net.send(cremona_net::Peer(peer.0), bytes),
                Effect::Publish { bytes } => self.net.publish(bytes),
                Effect::Verdict { token, verdict } => {
                    if let Some(token) = self.peers.recall(token) {
                        self.net.verdict(token, net_verdict(verdict));
                    }
                }
                Effect::Drop { peer, reason } => {
                    tracing::warn!(peer = %short(&peer.0), %reason, "dropped");
                    self.peers.dropped(peer.0, &reason, now());
                    self.net.drop_peer(cremona_net::Peer(peer.0), &reason);
                }
                Effect::Dial { addresses } => {
                    addresses.iter().for_each(|address| self.peers.add(address, now()));
                }
                Effect::Addresses { device, addresses } => self.peers.reachable(&device, &addresses, now()),
                Effect::Check(check) => {
                    let checked = self.checked.0.clone();
                    // If nobody takes what it says any more, the node is stopping.
                    tokio::task::spawn_blocking(move || checked.send(Box::new(check.run())));
                }
                Effect::Committed { arrival } => {
                    self.committed.send_replace(arrival);
                    let soon = now().plus(GROUP_MS);
                    self.look_at = Some(self.look_at.map_or(soon, |at| at.min(soon)));
                    self.turns.changed(now());
                }
                Effect::Mine => self.turns.tell(),
            }
        }
        while let Some(address) = self.peers.poll_dial(now()) {
            self.net.dial(&address);
        }
        true
    }
}

async fn listen(home: &Home, options: &UpOptions) -> Result<(Handle, mpsc::UnboundedReceiver<Event>), Failure> {
    let (identity_seed, knock) = home.network_keys();
    let settings = |listen: Vec<String>| Settings {
        identity_seed,
        workspace: home.engine.workspace().0,
        knock,
        upnp: options.upnp && !listen.iter().all(|address| is_local(address)),
        listen,
        mdns: options.mdns,
        relay: options.relay,
    };
    if !options.listen.is_empty() {
        return cremona_net::start(settings(options.listen.clone())).await.map_err(|error| unheard(&error));
    }
    let usual = cremona_net::start(settings(vec![format!("0.0.0.0:{PORT}")])).await;
    match usual {
        Ok(started) => Ok(started),
        Err(_) => cremona_net::start(settings(vec!["0.0.0.0:0".to_owned()])).await.map_err(|error| unheard(&error)),
    }
}

/// A network that does not start.
pub(crate) fn unheard(error: &cremona_net::StartError) -> Failure {
    fail!(Failed, "cant-listen", error = words::network(error))
}

/// Whether an address to listen on is of this machine only.
fn is_local(address: &str) -> bool {
    ["127.", "localhost:", "[::1]:"].iter().any(|start| address.starts_with(start))
}

fn net_verdict(verdict: Verdict) -> cremona_net::Verdict {
    match verdict {
        Verdict::Accept => cremona_net::Verdict::Accept,
        Verdict::Ignore => cremona_net::Verdict::Ignore,
        Verdict::Reject => cremona_net::Verdict::Reject,
    }
}

fn unguarded() -> Failure {
    fail!(TryLater, "unguarded")
}

fn warn(failure: &Failure) {
    tracing::error!(message = %failure.message, hint = %failure.hint, "input failed");
}

fn short(peer: &[u8; 32]) -> String {
    cremona_envelope::DeviceId(*peer).short()
}
