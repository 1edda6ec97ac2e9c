//! What concerns this machine: data directory, guard, clock, the node, where it listens.

use std::path::Path;

use super::{Case, Check, probe};
use crate::daemon::PORT;
use crate::home::now;

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
            let says = format!("{} can be read by other users of this machine", path.display());
            return Check::note("data", says, "take the rights away with `chmod 700` on that directory");
        }
        let count = self.status.messages;
        Check::good("data", format!("{} opens, {count} messages, {} envelopes", path.display(), self.status.envelopes))
    }

    /// Whether the guard vouched for the log at each start.
    pub(super) fn lives(&self) -> Check {
        match self.status.lives {
            0 | 1 => Check::good("guard", "this device continues its log"),
            lives => Check::note(
                "guard",
                format!("this device's log is in its life number {lives}: the directory was copied, restored or moved"),
                "nothing, if you did that; if not, make sure that no copy of it runs elsewhere",
            ),
        }
    }

    pub(super) fn clock(&self) -> Check {
        let mut off: Vec<(i64, String)> =
            self.peers.iter().flat_map(|peers| &peers.peers).filter_map(clock_of).collect();
        off.sort();
        let Some((median, _)) = off.get(off.len() / 2).cloned() else { return self.clock_alone() };
        if median.abs() >= WRONG_MS {
            let side = if median > 0 { "behind" } else { "ahead of" };
            let next = "let the system set the time by itself, or set it; messages bear the time they were written at";
            return match off.as_slice() {
                [(_, name)] => Check::wrong(
                    "clock",
                    format!("this clock is {} {side} {name}'s; one of the two is wrong", span(median)),
                    next,
                ),
                several => Check::wrong(
                    "clock",
                    format!("this clock is {} {side} those of {} teammates", span(median), several.len()),
                    next,
                ),
            };
        }
        match off.iter().find(|(ahead, _)| ahead.abs_diff(median) >= WRONG_MS.unsigned_abs()) {
            Some((ahead, name)) => Check::note(
                "clock",
                format!("{name}'s clock is {} {}", span(*ahead), if *ahead > 0 { "fast" } else { "slow" }),
                "ask them to let their system set the time by itself",
            ),
            None if median.abs() <= CLOSE_MS => {
                Check::good("clock", format!("agrees with {} connected nodes", off.len()))
            }
            None => Check::good("clock", format!("within {} of {} connected nodes", span(median), off.len())),
        }
    }

    /// With nobody to compare with, only what can't be is wrong.
    fn clock_alone(&self) -> Check {
        let told = self.status.warnings.iter().find(|warning| warning.contains("clock"));
        if now().0 < EARLIEST_MS {
            return Check::wrong("clock", "this clock shows a time before Cremona was written", "set the clock");
        }
        match told {
            Some(warning) => Check::wrong("clock", warning, "check the date and time of this machine"),
            None => Check::good("clock", "plausible; nobody is connected to compare it with"),
        }
    }

    pub(super) fn node(&self) -> Check {
        if self.status.running {
            return Check::good("node", format!("runs, {} peers connected", self.status.connected));
        }
        Check::wrong("node", "no node is running, so nothing comes and goes", "start it with `cremona up`")
    }

    pub(super) fn listens(&self) -> Vec<Check> {
        if !self.status.running {
            return if probe::is_taken(PORT) {
                let says = format!("port {PORT} is in use by another program; `cremona up` will take any other");
                let next = "stop that program, or choose a port with `cremona up --listen HOST:PORT`";
                vec![Check::note("listen", says, next)]
            } else {
                vec![Check::good("listen", format!("port {PORT} is free"))]
            };
        }
        let sockets: Vec<_> = self.status.addresses.iter().filter_map(|address| probe::socket_of(address)).collect();
        if sockets.is_empty() {
            let next = "start it again, and choose an address with `cremona up --listen HOST:PORT`";
            return vec![Check::wrong("listen", "the node listens on no TCP address", next)];
        }
        let silent = self.status.addresses.iter().find_map(|address| match probe::answers(address) {
            Some(Err(reason)) if is_own(address) => Some((address.clone(), reason)),
            _ => None,
        });
        if let Some((address, reason)) = silent {
            let next = "a firewall on this machine may be in the way: let cremona accept connections";
            return vec![Check::wrong("listen", format!("{} does not answer: {reason}", plain(&address)), next)];
        }
        let mut checks = vec![Check::good("listen", format!("answers on {}", plain_list(&self.status.addresses)))];
        if sockets.iter().all(|socket| socket.port() != PORT) && probe::is_taken(PORT) {
            let says = format!("port {PORT} is in use by another program, so the node took another");
            checks.push(Check::note("listen", says, "addresses in keys that were given away before don't lead here"));
        }
        checks
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
pub(super) fn span(ms: i64) -> String {
    let seconds = ms.unsigned_abs() / 1_000;
    match seconds {
        0..120 => format!("{seconds} seconds"),
        120..7_200 => format!("{} minutes", seconds / 60),
        7_200..172_800 => format!("{} hours", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}
