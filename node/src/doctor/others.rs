//! What concerns the way to others: being reached, the key's addresses, mailboxes, each teammate.

use cremona_engine::ask::{Peer, Teammate};
use cremona_envelope::WorkspaceKey;

use super::{Case, Check, State, probe};

/// Most addresses that are tried while the node is stopped.
const TRIED: usize = 8;

impl Case {
    /// Whether others can connect to this node.
    pub(super) fn reach(&self) -> Vec<Check> {
        let Some(reach) = self.status.reach.as_ref().filter(|_| self.status.running) else { return Vec::new() };
        let port =
            self.status.addresses.iter().filter_map(|address| probe::socket_of(address)).map(|at| at.port()).next();
        let open = format!(
            "to be reached directly as well, let your router or firewall pass TCP and UDP port {} to this machine",
            port.unwrap_or(crate::daemon::PORT)
        );
        let loopback = |address: &String| address.contains("/127.") || address.contains("/::1/");
        vec![match (reach.directly.as_str(), reach.relays.is_empty()) {
            ("yes", _) => Check::good("reach", "teammates can connect to this node directly"),
            _ if !self.status.addresses.is_empty() && self.status.addresses.iter().all(loopback) => Check::note(
                "reach",
                "the node listens for this machine only",
                "start it without --listen, or with an address of the network, to be reached from elsewhere",
            ),
            ("no", false) => {
                let says = format!(
                    "nobody can connect to this node directly; it is reached through {}",
                    reach.relays.join(", ")
                );
                Check::note("reach", says, &open)
            }
            ("no", true) => {
                let says =
                    "nobody can connect to this node, only it to others; that is enough while they can be reached";
                Check::note("reach", says, &open)
            }
            _ => Check::good("reach", "not known yet: nobody has tried to connect from elsewhere"),
        }]
    }

    /// Whether the key that would be given away leads to this node.
    pub(super) fn key(&self) -> Vec<Check> {
        let hints = self.key.as_deref().and_then(|key| WorkspaceKey::parse(key).ok()).map(|key| key.hints);
        match hints {
            Some(hints) if !hints.is_empty() => {
                vec![Check::good("key", format!("`cremona key` carries {}", hints.join(", ")))]
            }
            Some(_) if self.status.running => vec![Check::note(
                "key",
                "the workspace key carries no address",
                "tell newcomers on other networks an address for `cremona join --dial HOST:PORT`",
            )],
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
                match (mailbox.full, peer_of(&mailbox.device)) {
                    (true, _) => Check::wrong(
                        "mailbox",
                        format!("the mailbox at {at} is full and takes nothing new"),
                        "give it more room, or wipe it and pair it again",
                    ),
                    (false, Some(_)) => Check::good("mailbox", format!("connected at {at}")),
                    (false, None) if self.status.running => Check::note(
                        "mailbox",
                        format!("the mailbox at {at} is not connected{}", self.why_not(&mailbox.addresses)),
                        "check that it is up; messages still pass whenever two nodes meet",
                    ),
                    (false, None) => Check::note("mailbox", format!("there is one at {at}"), ""),
                }
            })
            .collect()
    }

    fn why_not(&self, addresses: &[String]) -> String {
        let mut all = self.peers.iter().flat_map(|peers| &peers.peers);
        let failed = all.find(|peer| addresses.contains(&peer.address) && peer.reason.is_some());
        failed.and_then(|peer| peer.reason.as_ref()).map(|reason| format!(": {reason}")).unwrap_or_default()
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
            return Check::wrong(
                "teammates",
                "this node has not met anyone of the workspace yet",
                "check the address in the key, and that a teammate's node is up; `cremona up --dial HOST:PORT` tries another",
            );
        }
        match (mates, connected) {
            (0, _) => Check::note(
                "teammates",
                "nobody has joined yet",
                "give a teammate the string that `cremona key` prints while your node is up",
            ),
            (mates, 0) if self.status.running => Check::wrong(
                "teammates",
                format!(
                    "none of your {mates} teammates' nodes can be reached now; what you write is kept and goes out by itself"
                ),
                "check this machine's network; else wait until one of them is up, or pair a mailbox",
            ),
            (mates, 0) => Check::note("teammates", format!("{mates} known"), ""),
            (mates, connected) if self.status.standing.caught_up => Check::good(
                "teammates",
                format!("{connected} of {mates} connected, and all they are known to hold is here"),
            ),
            (mates, connected) => Check::note(
                "teammates",
                format!(
                    "{connected} of {mates} connected; of {} logs something has not arrived",
                    self.status.standing.not_here.len()
                ),
                "`cremona status` says what; it comes when someone who has it is met",
            ),
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
            let says = format!("{}'s node was refused: {reason}", mate.name);
            return Check::note(&mate.name, says, "ask them whether their cremona is a genuine one, and up to date");
        }
        if let Some(peer) = rows.iter().find(|peer| peer.state == "connected") {
            let says = if peer.in_sync {
                "connected, both hold the same".to_owned()
            } else {
                format!("connected, {} to receive and {} to send", peer.to_receive, peer.to_send)
            };
            return Check::good(&mate.name, says);
        }
        let heard =
            mate.last_heard.as_ref().map_or_else(|| "never heard of".to_owned(), |at| format!("last heard of {at}"));
        let tried = rows.iter().find_map(|peer| peer.reason.as_ref().map(|reason| (reason, &peer.address)));
        let tried = tried.map(|(reason, address)| format!("; {address} was tried: {reason}")).unwrap_or_default();
        let lacks = match mate.lacks {
            Some(lacks) if lacks > 0 => format!("; lacks {lacks} of yours"),
            Some(_) | None => String::new(),
        };
        Check {
            name: mate.name.clone(),
            state: State::Note,
            says: format!("{heard}{lacks}{tried}"),
            next: String::new(),
        }
    }

    /// Addresses of nobody known that don't answer.
    fn strangers(&self) -> Vec<Check> {
        let all = self.peers.iter().flat_map(|peers| &peers.peers);
        let failed = all.filter(|peer| peer.name.is_none() && peer.state == "waiting");
        let company = self.status.connected > 0;
        failed
            .take(TRIED)
            .map(|peer| {
                let reason = peer.reason.as_deref().unwrap_or("no answer");
                let says = format!("nobody of this workspace answers at {}: {reason}", peer.address);
                let next = "check the address and that the node there is up and of the same workspace";
                if company { Check::note("address", says, next) } else { Check::wrong("address", says, next) }
            })
            .collect()
    }

    /// What a stopped node would try.
    fn probes(&self) -> Vec<Check> {
        let tried = self.hints.iter().take(TRIED).filter_map(|address| Some((address, probe::answers(address)?)));
        tried
            .map(|(address, found)| match found {
                Ok(()) => Check::good("address", format!("something answers at {address}")),
                Err(reason) => Check::note("address", format!("nothing answers at {address}: {reason}"), ""),
            })
            .collect()
    }
}
