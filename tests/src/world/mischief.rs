//! What befalls them: they part and meet, disks are copied and put back, clocks jump, somebody forges,
//! the mailbox fails.

use cremona_engine::{Ask, Quota};
use cremona_envelope::{RecordId, Time};
use cremona_model::{DocId, Edit};

use super::Who;
use super::forger::Pen;
use super::mailbox::{AMPLE, BOX};
use super::story::Story;

impl Story {
    pub(super) fn part(&mut self) {
        let who = self.anyone();
        if self.world.dice.percent(20) {
            for other in self.world.neighbours(who) {
                self.world.cut(who, other);
            }
        } else if let Some(other) = {
            let near = self.world.neighbours(who);
            self.world.dice.one(&near)
        } {
            self.world.cut(who, other);
        }
    }

    pub(super) fn rejoin(&mut self) {
        let (one, other) = (self.world.dice.below(self.world.nodes.len()), self.anyone());
        let through = self.trouble.apart || (self.trouble.mailbox && self.world.dice.percent(30));
        self.world.join(one, if through { BOX } else { other });
    }

    pub(super) fn copy(&mut self) {
        let who = self.world.dice.below(self.people);
        let whose = self.world.nodes[who].whose.clone();
        let twice = self.world.nodes.iter().filter(|node| node.whose == whose).count() > 1;
        let is_honest = !self.dishonest().contains(&who);
        if !self.world.nodes[who].engine.joined() {
            return;
        }
        match self.world.dice.below(4) {
            0 if self.trouble.clones && !twice && is_honest => {
                self.world.clone_dir(who, false);
            }
            1 if self.trouble.twins && !twice && is_honest && !self.trouble.restores => {
                self.world.clone_dir(who, true);
                self.twins.insert(whose);
            }
            2 if self.trouble.restores => {
                let backup = self.world.back_up(who);
                self.backups.push((who, backup));
            }
            3 if !self.backups.is_empty() => {
                let (who, backup) = self.backups.swap_remove(self.world.dice.below(self.backups.len()));
                self.world.restore(who, &backup);
                self.forget_what_nobody_has();
            }
            _ => {}
        }
    }

    /// What was on the restored disk alone is gone, and nobody can promise otherwise.
    pub(super) fn forget_what_nobody_has(&mut self) {
        let withholder = self.world.net.withholder.map(|known| known.who);
        self.world.texts_may_be_lost |= withholder.is_some();
        let holders: Vec<Who> = (0..self.world.nodes.len()).filter(|who| Some(*who) != withholder).collect();
        let kept = std::mem::take(&mut self.kept);
        for mut kept in kept {
            let held: Vec<_> = holders.iter().filter_map(|who| self.world.holds(*who, &kept.id)).collect();
            if held.is_empty() {
                continue;
            }
            if kept.deleted && !held.iter().any(|message| message.deleted) {
                kept.deleted = false;
                kept.in_doubt = true;
            }
            self.kept.push(kept);
        }
    }

    /// Two histories that part somewhere, told to different people.
    pub(super) fn forge(&mut self) {
        if !self.trouble.forger || self.forged >= 3 {
            return;
        }
        self.forged += 1;
        let forger = self.world.forger("mal");
        let mut pen = Pen::new(self.forged);
        let time = Time(self.world.now);
        let general = RecordId::from_hex(&self.general).expect("ids are hexadecimal");
        let doc = DocId::of(general, time);
        let say =
            |pen: &mut Pen, text: &str| forger.say(pen, doc, &Edit::message(None, text, None).expect("short"), time);
        let mut trunk = vec![forger.join(&mut pen, time)];
        for n in 0..self.world.dice.below(5) {
            trunk.push(say(&mut pen, &format!("mal's {n}")));
        }
        let mut branches = [trunk.clone(), trunk];
        for (side, branch) in branches.iter_mut().enumerate() {
            let mut pen = pen.clone();
            for n in 0..=self.world.dice.below(4) {
                branch.push(say(&mut pen, &format!("mal's side {side}, {n}")));
            }
        }
        for to in 0..self.people {
            let near = self.world.neighbours(to);
            let Some(from) = self.world.dice.one(&near) else { continue };
            let branch = self.world.dice.below(2);
            for bytes in branches[branch].clone() {
                self.world.slip(from, to, bytes);
            }
        }
    }

    pub(super) fn change_clock(&mut self) {
        if self.trouble.clocks {
            let who = self.anyone();
            let off = i64::try_from(self.world.dice.ms(0, 1_200_000)).unwrap_or(0) - 600_000;
            self.world.nodes[who].skew = off;
        }
    }

    /// A mailbox of some size is set up and announced.
    pub(super) fn pair_mailbox(&mut self) {
        let quota = match self.world.dice.below(10) {
            0 => Quota { total: 40_000, ..AMPLE },
            1 => Quota { device: 15_000, ..AMPLE },
            _ => AMPLE,
        };
        let device = self.world.new_mailbox(quota).to_string();
        let who = self.anyone();
        self.ask(who, Ask::Mailbox { device, addresses: vec!["box.example:4478".to_owned()] });
        self.world.join(who, BOX);
    }

    pub(super) fn trouble_mailbox(&mut self) {
        if !self.trouble.mailbox {
            return;
        }
        match self.world.dice.below(10) {
            0..=1 => {
                let in_order = self.world.dice.percent(50);
                self.world.mailbox_down(in_order);
            }
            2..=5 => self.world.mailbox_up(),
            6 => self.world.crash(BOX),
            7 => self.world.back_up_mailbox(),
            8 => self.world.restore_mailbox(),
            // Its disk is lost: another is paired, and what only the lost one had is still with its authors.
            _ => self.pair_mailbox(),
        }
    }
}
