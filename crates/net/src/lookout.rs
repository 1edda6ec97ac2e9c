//! The part of the task that looks around once a second: who is silent, which connections are of no
//! use, whether the machine slept.

use std::time::{Duration, Instant, SystemTime};

use libp2p::swarm::ConnectionId;

use crate::handle;
use crate::life::{ASK, SILENCE};
use crate::peer::Peer;
use crate::sessions::{Link, Session};
use crate::task::Task;

/// A connection that nothing needs is closed after this; by then both sides know which ones they use.
const SPARE: Duration = Duration::from_secs(10);
/// Who may be gone, since the machine slept or lost an address, has this long to answer.
const SUSPENSE: Duration = Duration::from_secs(5);
/// A silent peer is asked again after this.
const AGAIN: Duration = Duration::from_secs(3);
/// If the wall clock ran ahead of the other by this, the machine slept.
const SLEPT: Duration = Duration::from_secs(5);

/// The two clocks: the one that counts stands still while the machine sleeps.
pub(crate) struct Clocks {
    counts: Instant,
    wall: SystemTime,
}

impl Clocks {
    /// As they are now.
    pub(crate) fn new(counts: Instant, wall: SystemTime) -> Self {
        Self { counts, wall }
    }

    /// Whether the machine slept since they were last looked at. A wall clock that is set forward
    /// looks the same, and does no harm.
    pub(crate) fn slept(&mut self, counts: Instant, wall: SystemTime) -> bool {
        let counted = counts.saturating_duration_since(self.counts);
        let passed = wall.duration_since(self.wall).unwrap_or_default();
        *self = Self { counts, wall };
        passed.saturating_sub(counted) >= SLEPT
    }
}

impl Task {
    /// What is done every second.
    pub(crate) fn look(&mut self, now: Instant) {
        if self.clocks.slept(now, SystemTime::now()) {
            self.tell(handle::Event::Woke);
            self.suspect_all(now);
        }
        self.ask_silent(now);
        self.close_spares(now);
        self.tell_where_again(now);
        self.seek_relays(now);
    }

    /// Has everyone show that they are still there, for there is reason to think they may not be.
    pub(crate) fn suspect_all(&mut self, now: Instant) {
        for session in self.sessions.values_mut() {
            session.suspect = Some(now);
            session.asked = Some(now);
            session.post.beat();
        }
    }

    /// Asks who is silent, and gives up who does not answer.
    fn ask_silent(&mut self, now: Instant) {
        let me = self.me;
        let mut silent = Vec::new();
        for (peer, session) in &mut self.sessions {
            if session.is_gone(now) {
                silent.push(*peer);
            } else if session.is_to_be_asked(me, *peer, now) {
                session.asked = Some(now);
                session.post.beat();
            }
        }
        for peer in silent {
            self.end(peer, "it gives no sign of life", None);
        }
    }

    /// Closes connections that carry nothing and did not lately.
    fn close_spares(&mut self, now: Instant) {
        let spare = |connection: &ConnectionId, link: &mut Link| {
            if self.sessions.get(&link.peer).is_some_and(|session| session.uses(*connection)) {
                link.used = now;
            }
            now.saturating_duration_since(link.used) >= SPARE
        };
        let spares: Vec<_> = self.links.extract_if(spare).map(|(connection, _)| connection).collect();
        for connection in spares {
            self.relays.withdraws(connection);
            self.swarm.close_connection(connection);
        }
    }

    /// For the owner.
    pub(crate) fn links(&self) -> Vec<handle::Link> {
        let mut links: Vec<_> = self.sessions.iter().filter_map(|(peer, session)| self.link(*peer, session)).collect();
        links.sort_by_key(|link| link.peer);
        links
    }

    fn link(&self, peer: Peer, session: &Session) -> Option<handle::Link> {
        let carrier = self.links.get(&session.carrier)?;
        let connections = self.links.values().filter(|link| link.peer == peer).count();
        let (received, sent) = self.traffic.with(&carrier.id);
        let (address, relayed) = (carrier.address.clone(), carrier.relayed);
        Some(handle::Link { peer, address, relayed, connections, received, sent })
    }
}

impl Session {
    fn is_gone(&mut self, now: Instant) -> bool {
        if let Some(since) = self.suspect {
            let silent = self.life.is_silent(now, now.saturating_duration_since(since));
            if silent && now.saturating_duration_since(since) >= SUSPENSE {
                return true;
            }
            if !silent {
                self.suspect = None;
            }
        }
        self.life.is_silent(now, SILENCE)
    }

    fn is_to_be_asked(&self, me: Peer, peer: Peer, now: Instant) -> bool {
        let [early, late] = ASK;
        let asked = self.asked.is_some_and(|asked| now.saturating_duration_since(asked) < AGAIN);
        !asked && self.life.is_silent(now, if me < peer { early } else { late })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_that_slept_is_told_from_one_that_was_busy() {
        let (counts, wall) = (Instant::now(), SystemTime::now());
        let mut clocks = Clocks::new(counts, wall);
        let later = Duration::from_secs(100);
        assert!(!clocks.slept(counts + later, wall + later), "it was busy");
        assert!(clocks.slept(counts + later, wall + later * 2), "it slept");
        assert!(!clocks.slept(counts + later * 2, wall), "its clock was set back");
    }
}
