//! What concerns this machine: data directory, guard, clock, the node, where it listens.

use std::path::Path;

use cremona_engine::{Said, said};

use super::{Case, Check, probe};
use crate::daemon::PORT;
use crate::home::{now, shown};
use crate::words::{dates, elsewhere};

/// A difference of clocks that can be explained by the way.
const CLOSE_MS: i64 = 5_000;
/// One from which on messages sort wrong enough to be noticed, and receipts are soon refused.
const WRONG_MS: i64 = 60_000;
/// The 24th of November 2026: no message is older than that.
const EARLIEST_MS: u64 = 1_795_478_400_000;

impl Case {
    pub(super) fn data(&self, path: &Path) -> Check {
        use std::os::unix::fs::PermissionsExt;
        let open = std::fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o077 != 0);
        if open {
            return Check::note("data", said!("data-open", path = shown(path)));
        }
        let talk = said!("data-messages", messages = self.status.messages);
        let envelopes = said!("counted-envelopes", envelopes = self.status.envelopes);
        Check::good("data", said!("data-opens", path = shown(path), talk = talk, envelopes = envelopes))
    }

    /// Whether the guard vouched for the log at each start.
    pub(super) fn lives(&self) -> Check {
        match self.status.lives {
            0 | 1 => Check::good("guard", said!("guard-one")),
            lives => Check::note("guard", said!("guard-lives", lives = lives)),
        }
    }

    pub(super) fn clock(&self) -> Check {
        let mut off: Vec<(i64, String)> =
            self.peers.iter().flat_map(|peers| &peers.peers).filter_map(clock_of).collect();
        off.sort();
        let Some((median, _)) = off.get(off.len() / 2).cloned() else { return self.clock_alone() };
        if median.abs() >= WRONG_MS {
            return Check::wrong("clock", clock_off(median, &off));
        }
        match off.iter().find(|(ahead, _)| ahead.abs_diff(median) >= WRONG_MS.unsigned_abs()) {
            Some((ahead, name)) if *ahead > 0 => {
                Check::note("clock", said!("clock-of-fast", name = name, span = span(*ahead)))
            }
            Some((ahead, name)) => Check::note("clock", said!("clock-of-slow", name = name, span = span(*ahead))),
            None if median.abs() <= CLOSE_MS => Check::good("clock", said!("clock-agrees", count = off.len())),
            None => Check::good("clock", said!("clock-within", span = span(median), count = off.len())),
        }
    }

    /// With nobody to compare with, only what can't be is wrong.
    fn clock_alone(&self) -> Check {
        let told = self.status.warnings.iter().find(|warning| warning.contains("clock"));
        if now().0 < EARLIEST_MS {
            return Check::wrong("clock", said!("clock-early"));
        }
        match told {
            Some(warning) => Check::wrong("clock", said!("clock-told", warning = elsewhere(warning))),
            None => Check::good("clock", said!("clock-alone")),
        }
    }

    pub(super) fn node(&self) -> Check {
        if self.status.running {
            return Check::good("node", said!("node-runs", peers = self.status.connected));
        }
        Check::wrong("node", said!("node-stopped-check"))
    }

    pub(super) fn listens(&self) -> Vec<Check> {
        let port = PORT.to_string();
        if !self.status.running {
            return if probe::is_taken(PORT) {
                vec![Check::note("listen", said!("port-taken", port = port))]
            } else {
                vec![Check::good("listen", said!("port-free", port = port))]
            };
        }
        let sockets: Vec<_> = self.status.addresses.iter().filter_map(|address| probe::socket_of(address)).collect();
        if sockets.is_empty() {
            return vec![Check::wrong("listen", said!("listen-none"))];
        }
        let silent = self.status.addresses.iter().find_map(|address| match probe::answers(address) {
            Some(Err(reason)) if is_own(address) => Some((address.clone(), reason)),
            _ => None,
        });
        if let Some((address, reason)) = silent {
            let said = said!("listen-silent", address = plain(&address), error = reason);
            return vec![Check::wrong("listen", said)];
        }
        let answers = said!("listen-answers", addresses = plain_list(&self.status.addresses));
        let mut checks = vec![Check::good("listen", answers)];
        if sockets.iter().all(|socket| socket.port() != PORT) && probe::is_taken(PORT) {
            checks.push(Check::note("listen", said!("listen-other", port = port)));
        }
        checks
    }
}

/// This clock against those of others, of whom the one in the middle is `median` ms ahead.
fn clock_off(median: i64, off: &[(i64, String)]) -> Said {
    match off {
        [(_, name)] if median > 0 => said!("clock-behind-one", span = span(median), name = name),
        [(_, name)] => said!("clock-ahead-one", span = span(median), name = name),
        several if median > 0 => said!("clock-behind", span = span(median), count = several.len()),
        several => said!("clock-ahead", span = span(median), count = several.len()),
    }
}

fn clock_of(peer: &cremona_engine::ask::Peer) -> Option<(i64, String)> {
    let name = peer.name.clone().or_else(|| peer.device.as_deref().map(|id| crate::render::short(id).to_owned()))?;
    peer.clock_ahead_ms.map(|ahead| (ahead, name))
}

/// Whether an address is one of this machine's, which it has to answer on. What a gateway or relay
/// offers is for others to reach.
fn is_own(address: &str) -> bool {
    probe::socket_of(address).is_some_and(|socket| std::net::TcpListener::bind((socket.ip(), 0)).is_ok())
}

/// `HOST:PORT` of a TCP multiaddr, the address as it is otherwise.
fn plain(address: &str) -> String {
    probe::socket_of(address).map_or_else(|| address.to_owned(), |socket| socket.to_string())
}

fn plain_list(addresses: &[String]) -> String {
    let list: Vec<String> =
        addresses.iter().filter_map(|address| probe::socket_of(address)).map(|socket| socket.to_string()).collect();
    list.join(", ")
}

/// A length of time in words.
fn span(ms: i64) -> Said {
    dates::span(ms.unsigned_abs() / 1_000)
}
