//! The task that owns a mailbox: takes inputs one at a time, carries out its effects in order.

use std::collections::HashMap;
use std::time::Duration;

use cremona_engine::{Effect, Failure, Input, Mailbox, Verdict};
use cremona_envelope::DeviceId;
use cremona_net::{Event, GossipToken, Handle};

use super::events::Events;
use super::up::stopped;
use crate::home::now;

/// Most gossip messages that wait for a verdict.
const MAX_TOKENS: usize = 4_096;

/// A mailbox with its network.
pub(super) struct Keeper {
    mailbox: Mailbox,
    net: Handle,
    events: Events,
    tokens: HashMap<u64, GossipToken>,
    last_token: u64,
}

impl Keeper {
    pub(super) fn new(mailbox: Mailbox, net: Handle, events: Events) -> Self {
        Self { mailbox, net, events, tokens: HashMap::new(), last_token: 0 }
    }

    /// Works until the network is gone.
    ///
    /// # Errors
    /// [`Failure`] where the network stopped by itself.
    pub(super) async fn run(&mut self) -> Result<(), Failure> {
        let (used, limit, _) = self.mailbox.fullness();
        tracing::info!(used_mb = used / 1_000_000, limit_mb = limit / 1_000_000, "serving");
        loop {
            self.carry_out();
            let pause =
                self.mailbox.wake_at().map_or(Duration::from_secs(60), |at| Duration::from_millis(at.since(now())));
            let input = tokio::select! {
                event = self.events.next() => match event {
                    Some(event) => self.input(event),
                    None => return Err(stopped()),
                },
                () = tokio::time::sleep(pause) => Some(Input::Tick),
            };
            if let Some(input) = input {
                let taken = tokio::task::block_in_place(|| self.mailbox.handle(input, now()));
                taken.unwrap_or_else(|failure| {
                    tracing::error!(message = %failure.message, hint = %failure.hint, "input failed");
                });
            }
        }
    }

    /// Ends the network, and clears what is left of erased bodies.
    pub(super) async fn close(mut self) {
        self.mailbox.close();
        self.net.stop().await;
    }

    fn input(&mut self, event: Event) -> Option<Input> {
        match event {
            Event::Connected { peer, address, first: true, .. } => {
                tracing::info!(peer = %short(peer), %address, "connected");
                Some(Input::PeerUp { peer: cremona_engine::Peer(peer.0) })
            }
            Event::Disconnected { peer, reason } => {
                tracing::info!(peer = %short(peer), %reason, "disconnected");
                Some(Input::PeerDown { peer: cremona_engine::Peer(peer.0) })
            }
            Event::Frame { peer, frame } => {
                Some(Input::Frame { peer: cremona_engine::Peer(peer.0), bytes: frame.bytes })
            }
            Event::Gossip { token, peer, bytes } => {
                self.last_token = self.last_token.wrapping_add(1);
                if self.tokens.len() < MAX_TOKENS {
                    self.tokens.insert(self.last_token, token);
                }
                Some(Input::Gossip { peer: cremona_engine::Peer(peer.0), token: self.last_token, bytes })
            }
            Event::Refused { address, reason } => {
                tracing::info!(%address, %reason, "refused");
                None
            }
            // It dials nobody, and how it is reached is its owner's to know.
            _ => None,
        }
    }

    fn carry_out(&mut self) {
        while let Some(effect) = self.mailbox.poll_effect() {
            match effect {
                Effect::Send { peer, bytes } => self.net.send(cremona_net::Peer(peer.0), bytes),
                Effect::Publish { bytes } => self.net.publish(bytes),
                Effect::Verdict { token, verdict } => {
                    if let Some(token) = self.tokens.remove(&token) {
                        self.net.verdict(token, net_verdict(verdict));
                    }
                }
                Effect::Drop { peer, reason } => {
                    let peer = cremona_net::Peer(peer.0);
                    tracing::warn!(peer = %short(peer), %reason, "dropped");
                    self.net.drop_peer(peer, &reason);
                }
                // It has no log, knows no mailbox, and nobody waits for its commits.
                Effect::Guard(_)
                | Effect::Check(_)
                | Effect::Dial { .. }
                | Effect::Addresses { .. }
                | Effect::Mine
                | Effect::Committed { .. } => {}
            }
        }
    }
}

fn net_verdict(verdict: Verdict) -> cremona_net::Verdict {
    match verdict {
        Verdict::Accept => cremona_net::Verdict::Accept,
        Verdict::Ignore => cremona_net::Verdict::Ignore,
        Verdict::Reject => cremona_net::Verdict::Reject,
    }
}

fn short(peer: cremona_net::Peer) -> String {
    DeviceId(peer.0).short()
}
