//! What lies between nodes, made of the kernel's own parts: cables, rates, routers, walls.

use crate::ground::Ground;
use crate::space::{Space, run};

/// An end of a cable: where, the interface, its address.
pub type End<'a> = (&'a Space, &'a str, &'a str);

/// Lays a cable between two namespaces.
pub fn cable(left: End, right: End) {
    let ((here, interface, _), (there, other, _)) = (left, right);
    here.ip(&["link", "add", interface, "type", "veth", "peer", "name", other, "netns", &there.name]);
    for (space, interface, address) in [left, right] {
        space.ip(&["addr", "add", address, "dev", interface]);
        space.ip(&["link", "set", interface, "up"]);
    }
}

/// Lets an interface send no faster than so many kbit/s, with half a second of queue.
pub fn slow(space: &Space, interface: &str, kbit: u32) {
    let rate = format!("{kbit}kbit");
    let queue = ["burst", "4kb", "latency", "500ms"];
    run(
        "tc",
        &[&["-n", &space.name, "qdisc", "add", "dev", interface, "root", "tbf", "rate", &rate], &queue[..]].concat(),
        "",
    );
}

/// Drops what comes into a namespace and matches, an expression of nftables.
pub fn blocks(space: &Space, matching: &str) {
    space.rules(&format!(
        "table inet wall {{
            chain in {{ type filter hook prerouting priority -300; {matching} drop; }}
        }}"
    ));
}

/// How a router translates addresses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Translation {
    /// One outer port for each inner one, whoever is addressed; only who was addressed may answer.
    PortRestricted,
    /// Another outer port for everyone who is addressed.
    Symmetric,
}

/// The network between homes: a switch that everyone outside plugs into.
///
/// Its addresses are ones that count as public, which matters to nodes that ask whether they can be
/// reached; nothing leads from here to the real ones.
pub struct Outside {
    switch: Space,
}

impl Outside {
    pub fn new(ground: &Ground) -> Self {
        let switch = ground.space("switch");
        switch.ip(&["link", "add", "switch", "type", "bridge"]);
        switch.ip(&["link", "set", "switch", "up"]);
        Self { switch }
    }

    /// Gives a namespace an interface `out` with an address here; gives the port that it is in.
    pub fn plug(&self, space: &Space, address: &str) -> String {
        let port = format!("to{}", address.rsplit(['.', '/']).nth(1).unwrap());
        space.ip(&["link", "add", "out", "type", "veth", "peer", "name", &port, "netns", &self.switch.name]);
        space.ip(&["addr", "add", address, "dev", "out"]);
        space.ip(&["link", "set", "out", "up"]);
        self.switch.ip(&["link", "set", &port, "master", "switch", "up"]);
        port
    }

    /// Pulls the cable out of a port.
    pub fn pull(&self, port: &str) {
        self.switch.ip(&["link", "set", port, "down"]);
    }

    /// Puts it back.
    pub fn put_back(&self, port: &str) {
        self.switch.ip(&["link", "set", port, "up"]);
    }
}

/// A home behind a router that translates addresses: who lives in it has an interface `home`.
///
/// Nothing that was not asked for comes in, not even to the router itself, which so stays silent.
pub fn home(ground: &Ground, outside: &Outside, resident: &Space, who: &str, address: &str, how: Translation) -> Space {
    let router = ground.space(&format!("{who}gate"));
    cable((&router, "in", "192.168.1.1/24"), (resident, "home", "192.168.1.2/24"));
    outside.plug(&router, address);
    resident.ip(&["route", "add", "default", "via", "192.168.1.1"]);
    router.forwards();
    let ports = if how == Translation::Symmetric { " fully-random" } else { "" };
    router.rules(&format!(
        "table ip gate {{
            chain out {{ type nat hook postrouting priority srcnat; oifname \"out\" masquerade{ports}; }}
            chain through {{ type filter hook forward priority 0; policy drop;
                ct state established,related accept; iifname \"in\" accept; }}
            chain here {{ type filter hook input priority 0;
                ct state established,related accept; iifname \"out\" drop; }}
        }}"
    ));
    router
}
