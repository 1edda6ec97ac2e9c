//! How every story ends: the network heals, all meet, and what was promised is checked.

use std::collections::BTreeSet;

use super::Who;
use super::mailbox::{AMPLE, BOX};
use super::promises::Kept;
use super::story::{Story, Trouble};

impl Story {
    /// Everybody meets everybody, then the promises are checked.
    pub fn heal(&mut self) {
        self.world.crash_one_in = 0;
        (self.world.net.lossy, self.world.net.slow) = (0, 50);
        if self.trouble.mailbox {
            self.world.mailbox_up();
            self.world.resize_mailbox(AMPLE);
        }
        let dishonest = self.dishonest();
        let honest: Vec<Who> = (0..self.world.nodes.len()).filter(|who| !dishonest.contains(who)).collect();
        let all: Vec<Who> = (0..self.world.nodes.len()).collect();
        // Whoever withholds or lies is among them, and hides nobody else's words.
        self.meet_in_turns(&honest);
        let (his, kept) = std::mem::take(&mut self.kept).into_iter().partition(|kept| self.is_dishonest(&kept.whose));
        self.kept = kept;
        self.check(&honest);
        self.kept.extend::<Vec<Kept>>(his);
        (self.world.net.withholder, self.world.net.liar) = (None, None);
        if !dishonest.is_empty() {
            self.meet_in_turns(&all);
            self.check(&all);
        }
        self.world.as_specified(0);
        for who in honest {
            let dealt_with = self.dealt_with.entry(self.world.nodes[who].whose.clone()).or_default();
            self.world.nothing_flagged_is_missed(who, dealt_with);
            self.world.counts_are_lengths(who);
        }
        self.no_honest_peer_was_blamed(&dishonest);
    }

    /// Nodes of one device can't meet the same peer at once, so they take turns until all are equal.
    fn meet_in_turns(&mut self, who: &[Who]) {
        let twins: Vec<Who> = who.iter().copied().filter(|who| *who >= self.people).collect();
        for _ in 0..30 {
            self.world.cut_all();
            let turns: Vec<bool> = twins.iter().map(|_| self.world.dice.percent(50)).collect();
            let out: BTreeSet<Who> =
                twins.iter().zip(turns).map(|(twin, stays)| if stays { self.original(*twin) } else { *twin }).collect();
            let present: Vec<Who> = who.iter().copied().filter(|who| !out.contains(who)).collect();
            self.connect(&present);
            assert!(
                self.world.settles(&present, twins.is_empty()),
                "those present don't settle: {}",
                self.standing(&present)
            );
            if self.world.equal(who, true) {
                return;
            }
        }
        panic!("the network is wedged: {}", self.standing(who));
    }

    /// All of them and whoever is dishonest, directly or through the mailbox.
    fn connect(&mut self, present: &[Who]) {
        let everyone: Vec<Who> = present.iter().copied().chain(self.dishonest()).collect();
        if !self.trouble.apart {
            self.mesh(present);
            for liar in self.dishonest() {
                present.iter().for_each(|other| self.world.join(liar, *other));
            }
        }
        if self.trouble.mailbox {
            everyone.iter().for_each(|who| self.world.join(*who, BOX));
        }
    }

    /// Who withholds or lies.
    pub(super) fn dishonest(&self) -> BTreeSet<Who> {
        self.world.net.withholder.map(|known| known.who).into_iter().chain(self.world.net.liar).collect()
    }

    fn is_dishonest(&self, whose: &str) -> bool {
        self.dishonest().iter().any(|who| self.world.nodes[*who].whose == whose)
    }

    fn check(&mut self, who: &[Who]) {
        self.world.all_equal(who);
        self.world.all_sound(who);
        self.world.all_told(who);
        let (shaky, kept): (Vec<Kept>, Vec<Kept>) =
            std::mem::take(&mut self.kept).into_iter().partition(|kept| kept.shaky);
        self.world.nothing_lost(who, &kept);
        self.world.nothing_left(who, &kept);
        who.iter().for_each(|who| self.world.looks_around(*who));
        if self.trouble.mailbox {
            self.world.mailbox_is_blind_and_obeys(who[0], &kept);
        }
        self.kept = [shaky, kept].concat();
    }

    fn no_honest_peer_was_blamed(&mut self, dishonest: &BTreeSet<Who>) {
        let Trouble { twins, forger, clocks, .. } = self.trouble;
        let mut drops = std::mem::take(&mut self.world.drops);
        // A clock that jumps makes an answer look late.
        drops.retain(|(who, whom, why)| {
            let stalled = clocks && why.starts_with("stalled");
            !(stalled || dishonest.contains(who) || dishonest.contains(whom))
        });
        if !(twins || forger) {
            assert_eq!(drops, Vec::new(), "honest peers were dropped; {:?}", self.trouble);
        }
    }

    fn standing(&mut self, who: &[Who]) -> String {
        let mut lines =
            vec![format!("{:?} drops {:?}", self.trouble, self.world.drops.iter().rev().take(4).collect::<Vec<_>>())];
        for who in who {
            let (digest, status) = (self.world.digest(*who), self.world.status(*who));
            let near = self.world.neighbours(*who);
            let name = &self.world.nodes[*who].name;
            lines.push(format!(
                "{name}: near {near:?}, {} texts missing, {} forked, {digest:?}",
                status.missing_texts, status.forked_logs
            ));
        }
        lines.join("\n")
    }
}
