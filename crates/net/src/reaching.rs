//! The part of the task that finds out how this node can be reached, and has others relay to it.

use std::time::{Duration, Instant};

use libp2p::core::transport::ListenerId;
use libp2p::swarm::{ConnectionId, StreamProtocol};
use libp2p::{Multiaddr, PeerId, autonat, dcutr, identify, relay};

use crate::handle::{Event, Standing};
use crate::peer::{Direction, Peer};
use crate::reach::Change;
use crate::relays::{ip, is_relayed};
use crate::task::Task;

/// What a peer that relays speaks.
const HOP: StreamProtocol = relay::HOP_PROTOCOL_NAME;
/// After this, peers are told a second time where this node is reached.
const AGAIN: Duration = Duration::from_secs(1);

impl Task {
    /// A listener has an address, of this machine or through a relay.
    pub(crate) fn listens(&mut self, address: &Multiaddr) {
        if !is_relayed(address) {
            self.reach.listens(address);
            self.tell(Event::Listening { address: address.to_string() });
        } else if self.reach.circuit(address) {
            self.tell(Event::External { address: address.to_string() });
        }
    }

    /// It has it no more.
    pub(crate) fn deaf(&mut self, address: &Multiaddr) {
        if is_relayed(address) {
            if self.reach.circuit_gone(address) {
                self.tell(Event::ExternalGone { address: address.to_string() });
            }
            return;
        }
        let change = self.reach.deaf(address);
        self.tell(Event::ListenerGone { address: address.to_string() });
        self.change(change);
        // Connections that used it are dead without knowing.
        self.suspect_all(Instant::now());
    }

    /// A listener ended, of which only those through relays do by themselves.
    pub(crate) fn listener_closed(&mut self, listener: ListenerId, reason: Option<String>) {
        if let Some(relay) = self.relays.lost(listener, Instant::now())
            && let Some(peer) = Peer::from_id(&relay)
        {
            let reason = reason.unwrap_or_else(|| "its connection is gone, or it is not needed any more".to_owned());
            self.tell(Event::RelayLost { peer, reason });
        }
    }

    /// An address works, as someone found out.
    pub(crate) fn confirmed(&mut self, address: &Multiaddr) {
        // That a circuit works is told by its listener.
        if !is_relayed(address) {
            let change = self.reach.confirmed(address);
            self.change(change);
        }
    }

    /// An address does not work any more.
    pub(crate) fn expired(&mut self, address: &Multiaddr) {
        if self.reach.expired(address) {
            self.tell(Event::ExternalGone { address: address.to_string() });
        }
    }

    fn change(&mut self, change: Change) {
        for gone in change.gone {
            self.swarm.remove_external_address(&gone);
            self.tell(Event::ExternalGone { address: gone.to_string() });
        }
        if let Some(new) = change.new {
            self.told_where = Some(Instant::now());
            self.swarm.add_external_address(new.clone());
            self.tell(Event::External { address: new.to_string() });
        }
        self.seek_relays(Instant::now());
    }

    /// Tells peers again where this node is reached: libp2p does so at once, but a peer that is still
    /// getting to know this node may miss it.
    pub(crate) fn tell_where_again(&mut self, now: Instant) {
        if self.told_where.is_some_and(|told| now.saturating_duration_since(told) >= AGAIN) {
            self.told_where = None;
            let peers: Vec<PeerId> = self.sessions.keys().filter_map(Peer::id).collect();
            self.swarm.behaviour_mut().gated.inner.identify.push(peers);
        }
    }

    /// A peer tells about itself, and how it sees this node.
    pub(crate) fn identify(&mut self, event: identify::Event) {
        let identify::Event::Received { connection_id, peer_id, info } = event else { return };
        let Some(link) = self.links.get(&connection_id).filter(|link| !link.relayed) else { return };
        // While a hole is being punched, that a peer arrives says nothing about others.
        let punching = self.links.values().any(|other| other.peer == link.peer && other.relayed);
        let arrived = link.direction == Direction::Accepted && !punching;
        if arrived || self.reach.is_remembered(&info.observed_addr) {
            self.confirmed(&info.observed_addr);
        }
        self.relay_offered(connection_id, peer_id, &info);
        self.seek_relays(Instant::now());
    }

    /// A peer is of use as a relay if it relays and can be reached itself, as it says.
    fn relay_offered(&mut self, connection: ConnectionId, id: PeerId, info: &identify::Info) {
        let Some(link) = self.links.get(&connection) else { return };
        let reached = info.listen_addrs.iter().find(|address| ip(address).is_some());
        match reached {
            Some(reached) if info.protocols.contains(&HOP) => {
                let address = if link.direction == Direction::Dialled { &link.remote } else { reached };
                self.relays.offers(connection, id, address.clone(), &info.observed_addr, Instant::now());
            }
            Some(_) | None => self.relays.withdraws(connection),
        }
    }

    /// Asks peers to relay, as long as that is of use.
    pub(crate) fn seek_relays(&mut self, now: Instant) {
        let hosts = self.reach.hosts();
        while let Some(listener) = self.relays.superfluous(&hosts, now) {
            self.relays.lost(listener, now);
            self.swarm.remove_listener(listener);
        }
        let listening = self.reach.is_listening();
        while let Some((relay, address)) = self.relays.next(&hosts, listening, now) {
            match self.swarm.listen_on(address) {
                Ok(listener) => self.relays.asked(listener, relay),
                Err(error) => {
                    tracing::debug!(%error, "can't listen through a relay");
                    self.relays.pause(relay, now);
                }
            }
        }
    }

    /// What became of circuits and places.
    pub(crate) fn circuit(&mut self, event: &relay::client::Event) {
        let relay::client::Event::ReservationReqAccepted { relay_peer_id, renewal, .. } = event else { return };
        self.relays.given(relay_peer_id, Instant::now());
        if let Some(peer) = Peer::from_id(relay_peer_id).filter(|_| !renewal) {
            self.tell(Event::RelayFound { peer });
        }
    }

    /// A direct connection to a relayed peer was tried; one that came to be is told on admission.
    pub(crate) fn punched(&self, event: &dcutr::Event) {
        if let (Err(error), Some(peer)) = (&event.result, Peer::from_id(&event.remote_peer_id)) {
            self.tell(Event::PunchFailed { peer, reason: error.to_string() });
        }
    }

    /// A teammate tried to dial back; that it could is told as a confirmed address.
    pub(crate) fn probed(&mut self, event: &autonat::v2::client::Event) {
        if let Err(error) = &event.result {
            tracing::debug!(address = %event.tested_addr, %error, "can't be reached there");
            self.reach.in_vain();
        }
    }

    /// For the owner.
    pub(crate) fn standing(&self) -> Standing {
        let relays = self.relays.holders().filter_map(Peer::from_id).collect();
        Standing { reachability: self.reach.reachability(), addresses: self.reach.addresses(), relays }
    }
}
