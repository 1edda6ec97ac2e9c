//! Dials under way: an address as it was given may stand for several, tried one after the other.

use std::collections::{HashMap, VecDeque};

use libp2p::Multiaddr;
use libp2p::swarm::ConnectionId;
use libp2p::swarm::dial_opts::DialOpts;

/// Most dials that are under way.
pub(crate) const MAX_DIALS: usize = 256;

/// See the module.
#[derive(Default)]
pub(crate) struct Dials {
    under_way: HashMap<ConnectionId, Dial>,
}

/// An address as it was given, on its way.
pub(crate) struct Dial {
    /// As it was given.
    pub(crate) label: String,
    /// What it stands for and was not tried yet.
    rest: VecDeque<Multiaddr>,
    /// What is being tried, unless that is from a port of its own.
    trying: Option<Multiaddr>,
    reasons: Vec<String>,
}

/// What to do about a dial.
pub(crate) enum Next {
    /// Try this.
    Try(DialOpts),
    /// Tell that it failed.
    Fail { label: String, reason: String },
}

impl Dials {
    /// An address as it was given, and what it stands for.
    pub(crate) fn begin(&mut self, label: String, addresses: Vec<Multiaddr>) -> Next {
        if self.under_way.len() >= MAX_DIALS {
            return Next::Fail { label, reason: "too many dials are under way".to_owned() };
        }
        self.go_on(Dial { label, rest: addresses.into(), trying: None, reasons: Vec::new() })
    }

    /// One try failed. Where it was `cut_short` by what the other end said, both may have dialled each
    /// other at one moment from the ports that they listen on: one connection, of which both ends take
    /// themselves for the dialler. It is tried once more, from a port of its own.
    pub(crate) fn failed(&mut self, id: ConnectionId, reason: String, cut_short: bool) -> Option<Next> {
        let mut dial = self.under_way.remove(&id)?;
        if let Some(address) = dial.trying.take().filter(|_| cut_short) {
            return Some(self.dial(dial, DialOpts::unknown_peer_id().address(address).allocate_new_port().build()));
        }
        if !dial.reasons.contains(&reason) {
            dial.reasons.push(reason);
        }
        Some(self.go_on(dial))
    }

    /// Someone answered; the address as it was given, where this node dialled.
    pub(crate) fn answered(&mut self, id: ConnectionId) -> Option<String> {
        self.under_way.remove(&id).map(|dial| dial.label)
    }

    /// How many are under way.
    pub(crate) fn len(&self) -> usize {
        self.under_way.len()
    }

    fn go_on(&mut self, mut dial: Dial) -> Next {
        let Some(address) = dial.rest.pop_front() else {
            return Next::Fail { label: dial.label, reason: dial.reasons.join("; ") };
        };
        dial.trying = Some(address.clone());
        self.dial(dial, DialOpts::unknown_peer_id().address(address).build())
    }

    fn dial(&mut self, dial: Dial, options: DialOpts) -> Next {
        self.under_way.insert(options.connection_id(), dial);
        Next::Try(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(port: u16) -> Multiaddr {
        format!("/ip4/127.0.0.1/tcp/{port}").parse().expect("a multiaddr")
    }

    #[test]
    fn every_address_of_a_host_is_tried_before_it_is_given_up() {
        let mut dials = Dials::default();
        let Next::Try(first) = dials.begin("ana.example:1".to_owned(), vec![address(1), address(2)]) else {
            panic!("there is an address to try")
        };
        let Some(Next::Try(second)) = dials.failed(first.connection_id(), "refused".to_owned(), false) else {
            panic!("there is a second one")
        };
        let Some(Next::Fail { label, reason }) = dials.failed(second.connection_id(), "refused".to_owned(), false)
        else {
            panic!("there is no third one")
        };
        assert_eq!((label.as_str(), reason.as_str(), dials.len()), ("ana.example:1", "refused", 0));
    }

    #[test]
    fn who_is_cut_short_is_dialled_once_more() {
        let mut dials = Dials::default();
        let Next::Try(first) = dials.begin("ana.example:1".to_owned(), vec![address(1)]) else {
            panic!("there is an address to try")
        };
        let Some(Next::Try(again)) = dials.failed(first.connection_id(), "input error".to_owned(), true) else {
            panic!("it is tried once more")
        };
        assert!(matches!(
            dials.failed(again.connection_id(), "input error".to_owned(), true),
            Some(Next::Fail { reason, .. }) if reason == "input error"
        ));
    }

    #[test]
    fn there_is_a_limit() {
        let mut dials = Dials::default();
        let tried = (0..1_000).filter(|_| matches!(dials.begin(String::new(), vec![address(1)]), Next::Try(_))).count();
        assert_eq!((tried, dials.len()), (MAX_DIALS, MAX_DIALS));
    }
}
