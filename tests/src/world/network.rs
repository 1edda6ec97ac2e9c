//! Between the nodes: connections, frames and gossip on their way, and the passing of time.

use std::collections::{BTreeMap, BTreeSet};

use cremona_engine::{Check, Input, Peer, Verdict};

use super::lies::Withholder;
use super::mailbox::{BOX, Station};
use super::{Who, World};

/// Longest simulated time in which a healed network has to settle, in ms.
const SETTLE_MS: u64 = 1_800_000;

/// See the module.
#[derive(Default)]
pub struct Network {
    /// Percent of gossip that is lost.
    pub lossy: u64,
    /// Percent of gossip that comes twice.
    pub doubling: u64,
    /// Longest delay, in ms.
    pub slow: u64,
    /// Who withholds whose envelopes.
    pub withholder: Option<Withholder>,
    /// Who mixes lies into what it says.
    pub liar: Option<Who>,
    checks: BTreeMap<(u64, u64), (Who, u64, Check)>,
    wanted: BTreeMap<(Who, Who), u64>,
    up: BTreeMap<(Who, Who), u64>,
    dials: u64,
    on_the_way: BTreeMap<(u64, u64), Parcel>,
    parcels: u64,
    last: BTreeMap<(Who, Who), u64>,
    tokens: BTreeMap<u64, (Who, Who, Vec<u8>)>,
    passed_on: BTreeSet<(Who, [u8; 32])>,
}

struct Parcel {
    from: Who,
    to: Who,
    connection: u64,
    gossip: bool,
    bytes: Vec<u8>,
}

impl World {
    /// Lets two nodes meet, now and again after each interruption.
    pub fn join(&mut self, one: Who, other: Who) {
        if one != other && self.whose(one) != self.whose(other) {
            self.net.wanted.entry(pair(one, other)).or_insert(self.now);
            self.dial();
        }
    }

    /// Parts two nodes; what is on its way between them is lost.
    pub fn cut(&mut self, one: Who, other: Who) {
        self.net.wanted.remove(&pair(one, other));
        self.disconnect(one, other);
    }

    /// Parts all.
    pub fn cut_all(&mut self) {
        for (one, other) in self.net.wanted.keys().copied().collect::<Vec<_>>() {
            self.cut(one, other);
        }
    }

    /// Whom a node is connected with.
    #[must_use]
    pub fn neighbours(&self, who: Who) -> Vec<Who> {
        self.net
            .up
            .keys()
            .filter_map(|&(one, other)| if one == who { Some(other) } else { (other == who).then_some(one) })
            .collect()
    }

    /// Lets time pass.
    pub fn pass(&mut self, ms: u64) {
        let until = self.now + ms;
        while let Some(next) = self.next_moment().filter(|next| *next <= until) {
            self.now = self.now.max(next);
            self.dial();
            self.tick();
            self.deliver();
            self.check_due();
        }
        self.now = until;
    }

    /// Lets time pass until all of `who` hold the same set, and as far as `texts` all its texts; false
    /// where that does not come to be.
    pub fn settles(&mut self, who: &[Who], texts: bool) -> bool {
        let end = self.now + SETTLE_MS;
        let mut step = 500;
        while self.now < end {
            self.pass(step);
            if self.equal(who, texts) {
                self.pass(3_000);
                if self.equal(who, texts) {
                    return true;
                }
            }
            step = (step * 5 / 4).min(30_000);
        }
        false
    }

    /// Gives a gossip message to a node as if `from`, one of its neighbours, had passed it on.
    pub fn slip(&mut self, from: Who, to: Who, bytes: Vec<u8>) {
        let delay = self.dice.ms(1, 1 + self.net.slow);
        self.post_parcel(from, to, true, bytes, delay);
    }

    pub(crate) fn send(&mut self, from: Who, peer: Peer, bytes: Vec<u8>) {
        let Some(to) = self.neighbours(from).into_iter().find(|to| self.peer(*to) == peer) else { return };
        let Some(bytes) = self.withheld_frame(from, bytes) else { return };
        for bytes in self.with_lies(from, bytes) {
            let delay = self.dice.ms(1, 1 + self.net.slow);
            self.post_parcel(from, to, false, bytes, delay);
        }
    }

    pub(crate) fn publish(&mut self, from: Who, but: Option<Who>, bytes: &[u8]) {
        if !self.net.passed_on.insert((from, *blake3::hash(bytes).as_bytes())) {
            return;
        }
        let Some(bytes) = self.withheld_gossip(from, bytes) else { return };
        for to in self.neighbours(from).into_iter().filter(|to| Some(*to) != but) {
            if self.dice.percent(self.net.lossy) {
                continue;
            }
            let copies = if self.dice.percent(self.net.doubling) { 2 } else { 1 };
            for _ in 0..copies {
                self.slip(from, to, bytes.clone());
            }
        }
    }

    pub(crate) fn verdict(&mut self, who: Who, token: u64, verdict: Verdict) {
        let Some((_, from, bytes)) = self.net.tokens.remove(&token) else { return };
        match verdict {
            Verdict::Accept => self.publish(who, Some(from), &bytes),
            Verdict::Ignore => {}
            Verdict::Reject => self.drops.push((who, from, "gossip rejected".to_owned())),
        }
    }

    pub(crate) fn dropped(&mut self, who: Who, peer: Peer, reason: String) {
        let Some(other) = self.neighbours(who).into_iter().find(|other| self.peer(*other) == peer) else {
            return;
        };
        self.drops.push((who, other, reason));
        let again = self.now + self.dice.ms(1_000, 20_000);
        if let Some(due) = self.net.wanted.get_mut(&pair(who, other)) {
            *due = again;
        }
        self.disconnect(who, other);
    }

    /// All connections of a node that is gone; it is met again later.
    pub(crate) fn down(&mut self, who: Who) {
        self.net.tokens.retain(|_, (whose, ..)| *whose != who);
        self.net.passed_on.retain(|(whose, _)| *whose != who);
        let again = self.now + self.dice.ms(100, 5_000);
        for other in self.neighbours(who) {
            self.net.up.remove(&pair(who, other));
            if let Some(due) = self.net.wanted.get_mut(&pair(who, other)) {
                *due = again;
            }
            let peer = self.peer(who);
            self.tell(other, Input::PeerDown { peer });
        }
    }

    fn disconnect(&mut self, one: Who, other: Who) {
        if self.net.up.remove(&pair(one, other)).is_none() {
            return;
        }
        for (me, them) in [(one, other), (other, one)] {
            let peer = self.peer(them);
            self.tell(me, Input::PeerDown { peer });
        }
    }

    fn dial(&mut self) {
        let due: Vec<_> = self
            .net
            .wanted
            .iter()
            .filter(|(pair, due)| **due <= self.now && !self.net.up.contains_key(pair))
            .map(|(pair, _)| *pair)
            .collect();
        for (one, other) in due {
            let off = other == BOX && !self.mailbox_is_up();
            if off || self.meets(one, self.whose(other)) || self.meets(other, self.whose(one)) {
                continue;
            }
            self.net.dials += 1;
            let connection = self.net.dials;
            self.net.up.insert((one, other), connection);
            for (me, them) in [(one, other), (other, one)] {
                if self.net.up.get(&(one, other)) == Some(&connection) {
                    let peer = self.peer(them);
                    self.tell(me, Input::PeerUp { peer });
                }
            }
        }
    }

    /// Whether a node is connected with a node of that person already.
    fn meets(&self, who: Who, whose: &str) -> bool {
        self.neighbours(who).into_iter().any(|other| self.whose(other) == whose)
    }

    fn next_moment(&self) -> Option<u64> {
        let parcel = self.net.on_the_way.keys().next().map(|(time, _)| *time);
        let dial = self
            .net
            .wanted
            .iter()
            .filter(|(pair, due)| !self.net.up.contains_key(pair) && **due > self.now)
            .map(|(_, due)| *due)
            .min();
        let wake = self.nodes.iter().filter_map(wake).chain(self.mailbox.as_ref().and_then(Station::wake)).min();
        let check = self.net.checks.keys().next().map(|(time, _)| *time);
        [parcel, dial, wake, check].into_iter().flatten().min()
    }

    fn tick(&mut self) {
        for who in 0..self.nodes.len() {
            if wake(&self.nodes[who]).is_some_and(|wake| wake <= self.now) {
                self.nodes[who].ticked = self.now;
                self.tell(who, Input::Tick);
            }
        }
        let now = self.now;
        if let Some(station) = self.mailbox.as_mut().filter(|station| station.wake().is_some_and(|wake| wake <= now)) {
            station.ticked = now;
            self.tell(BOX, Input::Tick);
        }
    }

    fn deliver(&mut self) {
        while let Some(entry) = self.net.on_the_way.first_entry().filter(|entry| entry.key().0 <= self.now) {
            let Parcel { from, to, connection, gossip, bytes } = entry.remove();
            if self.net.up.get(&pair(from, to)) != Some(&connection) {
                continue;
            }
            let peer = self.peer(from);
            if gossip {
                self.net.parcels += 1;
                let token = self.net.parcels;
                self.net.tokens.insert(token, (to, from, bytes.clone()));
                self.tell(to, Input::Gossip { peer, token, bytes });
            } else {
                self.tell(to, Input::Frame { peer, bytes });
            }
        }
    }

    /// A check runs beside the engine: it takes its time, and others overtake it.
    pub(crate) fn check_later(&mut self, who: Who, check: Check) {
        let delay = if self.dice.percent(80) { self.dice.ms(0, 60) } else { self.dice.ms(60, 6_000) };
        self.net.parcels += 1;
        let opened = self.nodes[who].opened;
        self.net.checks.insert((self.now + delay, self.net.parcels), (who, opened, check));
    }

    fn check_due(&mut self) {
        while let Some(entry) = self.net.checks.first_entry().filter(|entry| entry.key().0 <= self.now) {
            let (who, opened, check) = entry.remove();
            // What a process was checking is lost with it.
            if self.nodes[who].opened == opened {
                self.tell(who, Input::Checked(Box::new(check.run())));
            }
        }
    }

    fn post_parcel(&mut self, from: Who, to: Who, gossip: bool, bytes: Vec<u8>, delay: u64) {
        let Some(connection) = self.net.up.get(&pair(from, to)).copied() else { return };
        let mut time = self.now + delay;
        if !gossip {
            let last = self.net.last.entry((from, to)).or_default();
            time = time.max(*last);
            *last = time;
        }
        self.net.parcels += 1;
        self.net.on_the_way.insert((time, self.net.parcels), Parcel { from, to, connection, gossip, bytes });
    }

    /// Whether all hold the same set, and as far as `texts` all its texts.
    pub fn equal(&mut self, who: &[Who], texts: bool) -> bool {
        let Some((first, others)) = who.split_first() else { return true };
        let root = self.nodes[*first].engine.root();
        others.iter().all(|other| self.nodes[*other].engine.root() == root)
            && self.mailbox_root().is_none_or(|there| there == root)
            && (!texts || self.lack_no_text(who))
    }

    /// Whether all have all texts but those that may be nowhere any more, which all of them lack then.
    fn lack_no_text(&mut self, who: &[Who]) -> bool {
        if who.iter().all(|who| self.missing_texts(*who) == 0) {
            return true;
        }
        let lacked: BTreeSet<_> = who.iter().map(|who| self.lacked_texts(*who)).collect();
        self.texts_may_be_lost && lacked.len() == 1
    }
}

fn pair(one: Who, other: Who) -> (Who, Who) {
    (one.min(other), one.max(other))
}

/// When a node wants to run though nothing happened, in true time; not more than 20 times a second.
fn wake(node: &super::node::Node) -> Option<u64> {
    let wake = node.engine.wake_at()?;
    Some(wake.0.saturating_add_signed(-node.skew).max(node.ticked + 50))
}
