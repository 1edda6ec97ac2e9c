//! What concerns the way to others: being reached, the key's addresses, mailboxes, each teammate.

use cremona_engine::ask::{Peer, Teammate};
use cremona_engine::said;
use cremona_envelope::WorkspaceKey;

use super::{Case, Check, State, probe};
use crate::words::elsewhere;

/// Most addresses that are tried while the node is stopped.
const TRIED: usize = 8;

impl Case {
    /// Whether others can connect to this node.
    pub(super) fn reach(&self) -> Vec<Check> {
        let Some(reach) = self.status.reach.as_ref().filter(|_| self.status.running) else { return Vec::new() };
        let ports = self.status.addresses.iter().filter_map(|address| probe::socket_of(address)).map(|at| at.port());
        let port = ports.clone().next().unwrap_or(crate::daemon::PORT).to_string();
        let loopback = |address: &String| address.contains("/127.") || address.contains("/::1/");
        vec![match (reach.directly.as_str(), reach.relays.is_empty()) {
            ("yes", _) => Check::good("reach", said!("reach-yes")),
            _ if !self.status.addresses.is_empty() && self.status.addresses.iter().all(loopback) => {
                Check::note("reach", said!("reach-local"))
            }
            ("no", false) => Check::note("reach", said!("reach-through", names = reach.relays.join(", "), port = port)),
            ("no", true) => Check::note("reach", said!("reach-no", port = port)),
            _ => Check::good("reach", said!("reach-unknown")),
        }]
    }

    /// Whether the key that would be given away leads to this node.
    pub(super) fn key(&self) -> Vec<Check> {
        let hints = self.key.as_deref().and_then(|key| WorkspaceKey::parse(key).ok()).map(|key| key.hints);
        match hints {
            Some(hints) if !hints.is_empty() => {
                vec![Check::good("key", said!("key-carries", addresses = hints.join(", ")))]
            }
            Some(_) if self.status.running => vec![Check::note("key", said!("key-carries-none"))],
            Some(_) | None => Vec::new(),
        }
    }

    pub(super) fn mailboxes(&self) -> Vec<Check> {
        let peer_of = |device: &str| {
            let mut all = self.peers.iter().flat_map(|peers| &peers.peers);
            all.find(|peer| peer.device.as_deref() == Some(device) && peer.state == "connected")
        };
        self.status
            .mailboxes
            .iter()
            .map(|mailbox| {
                let at = mailbox.addresses.join(", ");
                match (mailbox.full, peer_of(&mailbox.device), self.why_not(&mailbox.addresses)) {
                    (true, ..) => Check::wrong("mailbox", said!("box-full", at = at)),
                    (false, Some(_), _) => Check::good("mailbox", said!("box-connected", at = at)),
                    (false, None, _) if !self.status.running => Check::note("mailbox", said!("box-there", at = at)),
                    (false, None, Some(why)) => {
                        Check::note("mailbox", said!("box-away-why", at = at, error = elsewhere(&why)))
                    }
                    (false, None, None) => Check::note("mailbox", said!("box-away", at = at)),
                }
            })
            .collect()
    }

    fn why_not(&self, addresses: &[String]) -> Option<String> {
        let mut all = self.peers.iter().flat_map(|peers| &peers.peers);
        let failed = all.find(|peer| addresses.contains(&peer.address) && peer.reason.is_some());
        failed.and_then(|peer| peer.reason.clone())
    }

    pub(super) fn teammates(&self) -> Vec<Check> {
        let mut checks = vec![self.company()];
        checks.extend(self.status.standing.teammates.iter().map(|mate| self.teammate(mate)));
        checks.extend(self.strangers());
        checks.extend(self.probes());
        checks
    }

    /// Whether anyone is there at all.
    fn company(&self) -> Check {
        let mates = self.status.standing.teammates.len();
        let connected = self.status.standing.teammates.iter().filter(|mate| mate.connected).count();
        if !self.status.joined {
            return Check::wrong("teammates", said!("mates-not-met"));
        }
        match (mates, connected) {
            (0, _) => Check::note("teammates", said!("mates-none")),
            (mates, 0) if self.status.running => Check::wrong("teammates", said!("mates-away", mates = mates)),
            (mates, 0) => Check::note("teammates", said!("mates-known", mates = mates)),
            (mates, connected) if self.status.standing.caught_up => {
                Check::good("teammates", said!("mates-whole", connected = connected, mates = mates))
            }
            (mates, connected) => {
                let logs = self.status.standing.not_here.len();
                Check::note("teammates", said!("mates-lacking", connected = connected, mates = mates, logs = logs))
            }
        }
    }

    fn teammate(&self, mate: &Teammate) -> Check {
        let rows: Vec<&Peer> = self
            .peers
            .iter()
            .flat_map(|peers| &peers.peers)
            .filter(|peer| peer.name.as_deref() == Some(mate.name.as_str()))
            .collect();
        let blame = rows.iter().find_map(|peer| peer.dropped_for.as_ref());
        if let Some(reason) = blame {
            let said = said!("mate-refused", name = &mate.name, reason = elsewhere(reason));
            return Check::of(&mate.name, State::Note, said);
        }
        if let Some(peer) = rows.iter().find(|peer| peer.state == "connected") {
            let said = if peer.in_sync {
                said!("mate-same")
            } else {
                said!("mate-behind", receive = peer.to_receive, send = peer.to_send)
            };
            return Check::of(&mate.name, State::Good, said);
        }
        let mut said = match &mate.last_heard {
            Some(at) => said!("mate-heard", time = at),
            None => said!("mate-unheard"),
        };
        if let Some(lacks) = mate.lacks.filter(|lacks| *lacks > 0) {
            said = said!("mate-lacks", heard = said, count = lacks);
        }
        let tried = rows.iter().find_map(|peer| peer.reason.as_ref().map(|reason| (reason, &peer.address)));
        if let Some((reason, address)) = tried {
            said = said!("mate-tried", heard = said, address = address, reason = elsewhere(reason));
        }
        Check::of(&mate.name, State::Note, said)
    }

    /// Addresses of nobody known that don't answer.
    fn strangers(&self) -> Vec<Check> {
        let all = self.peers.iter().flat_map(|peers| &peers.peers);
        let failed = all.filter(|peer| peer.name.is_none() && peer.state == "waiting");
        let company = self.status.connected > 0;
        failed
            .take(TRIED)
            .map(|peer| {
                let reason = peer.reason.as_deref().map_or_else(|| said!("address-no-answer").into(), elsewhere);
                let said = said!("address-silent", address = &peer.address, reason = reason);
                if company { Check::note("address", said) } else { Check::wrong("address", said) }
            })
            .collect()
    }

    /// What a stopped node would try.
    fn probes(&self) -> Vec<Check> {
        let tried = self.hints.iter().take(TRIED).filter_map(|address| Some((address, probe::answers(address)?)));
        tried
            .map(|(address, found)| match found {
                Ok(()) => Check::good("address", said!("address-answers", address = address)),
                Err(why) => Check::note("address", said!("address-no", address = address, error = why)),
            })
            .collect()
    }
}
