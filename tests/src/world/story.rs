//! One run from a seed: some people, a few hundred things that happen, a healed network at the end,
//! and the promises.

use std::collections::BTreeSet;
use std::path::PathBuf;

use cremona_engine::ask::{ImportBatch, ImportChannel, ImportMessage, ImportRoot};
use cremona_engine::{Answer, Ask, Failure, Reason};
use cremona_envelope::{RecordId, Time};
use cremona_model::{DocId, Edit};

use super::dice::Dice;
use super::forger::Pen;
use super::network::Withholder;
use super::promises::Kept;
use super::{Who, World};

const NAMES: [&str; 6] = ["ana", "bo", "cy", "dee", "eli", "fay"];

/// What may happen in a run beside talk, partitions and crashes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trouble {
    /// A directory is copied and both copies write.
    pub clones: bool,
    /// A whole machine is copied, guard included: an honest device forks.
    pub twins: bool,
    /// Older stores are put back.
    pub restores: bool,
    /// Somebody signs two histories.
    pub forger: bool,
    /// Somebody keeps back what another wrote.
    pub withholder: bool,
    /// Clocks are wrong.
    pub clocks: bool,
}

impl Trouble {
    /// How many people a seed has, and what troubles them.
    pub fn draw(dice: &mut Dice) -> (usize, Self) {
        let people = 3 + dice.below(4);
        let some = dice.percent(75);
        let mut may = || some && dice.percent(35);
        let (clones, twins, restores) = (may(), may(), may());
        (people, Self { clones, twins, restores, forger: may(), withholder: may(), clocks: may() })
    }
}

/// See the module.
pub struct Story {
    /// The world.
    pub world: World,
    kept: Vec<Kept>,
    people: usize,
    trouble: Trouble,
    words: u32,
    backups: Vec<(Who, PathBuf)>,
    twins: BTreeSet<String>,
    general: String,
    forged: u8,
}

/// Runs the story of a seed; panics where a promise is broken.
pub fn run(seed: u64) {
    let mut story = Story::new(seed);
    let actions = 120 + story.world.dice.below(120);
    for _ in 0..actions {
        story.step();
    }
    story.heal();
}

impl Story {
    /// People who have met once.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut world = World::new(seed, NAMES[0]);
        let (people, trouble) = Trouble::draw(&mut world.dice);
        for name in &NAMES[1..people] {
            let who = world.person(name);
            if trouble.clocks {
                let off = i64::try_from(world.dice.ms(0, 1_200_000)).unwrap_or(0) - 600_000;
                world.nodes[who].skew = off;
                world.nodes[who].ticked = world.now;
            }
        }
        let Ok(Answer::Channels(channels)) = world.ask(0, Ask::Channels) else { panic!("ana has no channels") };
        let general = channels.channels[0].id.clone();
        let mut story = Self {
            world,
            kept: Vec::new(),
            people,
            trouble,
            words: 0,
            backups: Vec::new(),
            twins: BTreeSet::new(),
            general,
            forged: 0,
        };
        story.meet();
        story
    }

    /// Something happens, and some time passes.
    pub fn step(&mut self) {
        match self.world.dice.below(100) {
            0..=49 => self.talk(),
            50..=54 => self.keep_channels(),
            55..=56 => self.import(),
            57..=66 => self.part(),
            67..=78 => self.rejoin(),
            79..=82 => {
                let who = self.anyone();
                self.world.crash(who);
            }
            83..=88 => self.copy(),
            89..=93 => self.forge(),
            _ => self.change_clock(),
        }
        let ms = self.world.dice.ms(0, 2_500);
        self.world.pass(ms);
    }

    /// Everybody meets everybody, then the promises are checked.
    pub fn heal(&mut self) {
        self.world.crash_one_in = 0;
        (self.world.net.lossy, self.world.net.slow) = (0, 50);
        let honest: Vec<Who> = (0..self.world.nodes.len())
            .filter(|who| self.world.net.withholder.is_none_or(|known| known.who != *who))
            .collect();
        let all: Vec<Who> = (0..self.world.nodes.len()).collect();
        // Whoever withholds is among them, and hides nobody else's words.
        self.meet_in_turns(&honest);
        let (his, kept) = std::mem::take(&mut self.kept).into_iter().partition(|kept| self.withholds(&kept.whose));
        self.kept = kept;
        self.check(&honest);
        self.kept.extend::<Vec<Kept>>(his);
        if self.world.net.withholder.take().is_some() {
            self.meet_in_turns(&all);
            self.check(&all);
        }
        self.world.as_specified(0);
        self.no_honest_peer_was_blamed();
    }

    fn meet(&mut self) {
        let everyone: Vec<Who> = (0..self.people).collect();
        self.mesh(&everyone);
        assert!(self.world.settles(&everyone, true), "people can't even meet");
        self.world.net.lossy = self.world.dice.ms(0, 30);
        self.world.net.doubling = self.world.dice.ms(0, 30);
        self.world.net.slow = self.world.dice.ms(1, 1_500);
        self.world.crash_one_in = 50 + self.world.dice.below(2_000);
        if self.trouble.withholder {
            let who = 1 + self.world.dice.below(self.people - 1);
            let victim = (who + 1) % self.people;
            let device = self.world.nodes[victim].engine.device();
            let (silent, bodies) = (self.world.dice.percent(30), self.world.dice.percent(40));
            self.world.net.withholder = Some(Withholder { who, device, silent, bodies });
        }
    }

    // Talk ----------------------------------------------------------------------------------

    fn talk(&mut self) {
        let who = self.anyone();
        match self.world.dice.below(20) {
            0..=6 => self.post(who),
            7..=11 => self.reply(who),
            12..=14 => self.edit(who),
            15..=16 => self.delete(who),
            _ => self.react(who),
        }
    }

    fn post(&mut self, who: Who) {
        let channels = self.channels(who);
        let Some(channel) = channels.get(self.world.dice.below(channels.len().max(1))).cloned() else { return };
        let (word, text) = self.text("Thread");
        let title = self.world.dice.percent(30).then(|| format!("About {word}"));
        self.said(who, Ask::Post { channel, text: text.clone(), title }, word, text);
    }

    fn reply(&mut self, who: Who) {
        let Some(target) = self.some_kept(|_| true) else { return };
        let (word, text) = self.text("Reply");
        self.said(who, Ask::Reply { thread: self.kept[target].id.clone(), text: text.clone() }, word, text);
    }

    fn said(&mut self, who: Who, ask: Ask, word: String, text: String) {
        let Some((Answer::Posted(posted), true)) = self.ask(who, ask) else { return };
        let whose = self.world.nodes[who].whose.clone();
        // Machines that are one to the last bit give one id to two messages: all agree on the one that
        // speaks, and nobody can promise which.
        let shaky = self.twins.contains(&whose) || self.kept.iter().any(|kept| kept.shaky && kept.id == posted.thread);
        self.kept.push(Kept {
            id: posted.id,
            whose,
            word,
            texts: BTreeSet::from([text]),
            deleted: false,
            in_doubt: false,
            shaky,
        });
    }

    fn edit(&mut self, who: Who) {
        let whose = self.world.nodes[who].whose.clone();
        let Some(target) = self.some_kept(|kept| kept.whose == whose) else { return };
        self.words += 1;
        let text = format!("{} again, {}", self.kept[target].word, self.words);
        // Kept or not, it is what may be read from now on.
        self.kept[target].texts.insert(text.clone());
        self.ask(who, Ask::Edit { message: self.kept[target].id.clone(), text });
    }

    fn delete(&mut self, who: Who) {
        let whose = self.world.nodes[who].whose.clone();
        let Some(target) = self.some_kept(|kept| kept.whose == whose) else { return };
        let answer = self.ask(who, Ask::Delete { message: self.kept[target].id.clone() });
        match answer {
            Some((_, true)) => self.kept[target].deleted = true,
            Some((_, false)) => self.kept[target].in_doubt = true,
            None => {}
        }
    }

    fn react(&mut self, who: Who) {
        let Some(target) = self.some_kept(|_| true) else { return };
        let emoji = self.world.dice.one(&["👍", "🎻", "❤️"]).unwrap_or("👍").to_owned();
        let on = self.world.dice.percent(70);
        self.ask(who, Ask::React { message: self.kept[target].id.clone(), emoji, on });
    }

    fn keep_channels(&mut self) {
        let who = self.anyone();
        let channels = self.channels(who);
        self.words += 1;
        let name = format!("channel-{}", self.words % 12);
        let Some(channel) = channels.get(self.world.dice.below(channels.len().max(1))).cloned() else { return };
        let ask = match self.world.dice.below(4) {
            0 => Ask::ChannelCreate { name, purpose: "To see".to_owned() },
            1 => Ask::ChannelRename { channel, name },
            2 => Ask::ChannelDescribe { channel, purpose: Some(name), expectation: Some("by noon".to_owned()) },
            _ => Ask::ChannelArchive { channel, archived: self.world.dice.percent(30) },
        };
        self.ask(who, ask);
    }

    fn import(&mut self) {
        let who = self.anyone();
        let first = self.world.dice.below(20);
        let messages = (first..first + 12).map(imported).collect();
        let channels = vec![ImportChannel {
            id: "C1".to_owned(),
            name: "old".to_owned(),
            purpose: String::new(),
            created_ms: 1_700_000_000_000,
        }];
        let batch = ImportBatch { source: "slack/T1".to_owned(), channels, messages, dry_run: false };
        self.ask(who, Ask::Import(batch));
    }

    // Trouble -------------------------------------------------------------------------------

    fn part(&mut self) {
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

    fn rejoin(&mut self) {
        let (one, other) = (self.anyone(), self.anyone());
        self.world.join(one, other);
    }

    fn copy(&mut self) {
        let who = self.world.dice.below(self.people);
        let whose = self.world.nodes[who].whose.clone();
        let twice = self.world.nodes.iter().filter(|node| node.whose == whose).count() > 1;
        let is_withholder = self.world.net.withholder.is_some_and(|known| known.who == who);
        match self.world.dice.below(4) {
            0 if self.trouble.clones && !twice && !is_withholder => {
                self.world.clone_dir(who, false);
            }
            1 if self.trouble.twins && !twice && !is_withholder && !self.trouble.restores => {
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
    fn forget_what_nobody_has(&mut self) {
        let withholder = self.world.net.withholder.map(|known| known.who);
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
    fn forge(&mut self) {
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

    fn change_clock(&mut self) {
        if self.trouble.clocks {
            let who = self.anyone();
            let off = i64::try_from(self.world.dice.ms(0, 1_200_000)).unwrap_or(0) - 600_000;
            self.world.nodes[who].skew = off;
        }
    }

    // The end -------------------------------------------------------------------------------

    /// Nodes of one device can't meet the same peer at once, so they take turns until all are equal.
    fn meet_in_turns(&mut self, who: &[Who]) {
        let twins: Vec<Who> = who.iter().copied().filter(|who| *who >= self.people).collect();
        for _ in 0..30 {
            self.world.cut_all();
            let turns: Vec<bool> = twins.iter().map(|_| self.world.dice.percent(50)).collect();
            let out: BTreeSet<Who> =
                twins.iter().zip(turns).map(|(twin, stays)| if stays { self.original(*twin) } else { *twin }).collect();
            let present: Vec<Who> = who.iter().copied().filter(|who| !out.contains(who)).collect();
            self.mesh(&present);
            if let Some(withholder) = self.world.net.withholder {
                present.iter().for_each(|other| self.world.join(withholder.who, *other));
            }
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

    fn withholds(&self, whose: &str) -> bool {
        self.world.net.withholder.is_some_and(|known| self.world.nodes[known.who].whose == whose)
    }

    fn check(&mut self, who: &[Who]) {
        self.world.all_equal(who);
        self.world.all_sound(who);
        let (shaky, kept): (Vec<Kept>, Vec<Kept>) =
            std::mem::take(&mut self.kept).into_iter().partition(|kept| kept.shaky);
        self.world.nothing_lost(who, &kept);
        self.world.nothing_left(who, &kept);
        self.kept = [shaky, kept].concat();
    }

    fn no_honest_peer_was_blamed(&mut self) {
        let Trouble { twins, forger, withholder, clocks, .. } = self.trouble;
        let mut drops = std::mem::take(&mut self.world.drops);
        // A clock that jumps makes an answer look late.
        drops.retain(|(.., why)| !(clocks && why.starts_with("stalled")));
        if !(twins || forger || withholder) {
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

    fn original(&self, twin: Who) -> Who {
        (0..self.people).find(|who| self.world.nodes[*who].whose == self.world.nodes[twin].whose).unwrap_or(twin)
    }

    fn mesh(&mut self, who: &[Who]) {
        for one in who {
            for other in who.iter().filter(|other| *other > one) {
                self.world.join(*one, *other);
            }
        }
    }

    fn anyone(&mut self) -> Who {
        self.world.dice.below(self.world.nodes.len())
    }

    fn some_kept(&mut self, fits: impl Fn(&Kept) -> bool) -> Option<usize> {
        let fitting: Vec<usize> = (0..self.kept.len()).filter(|n| fits(&self.kept[*n])).collect();
        self.world.dice.one(&fitting)
    }

    fn channels(&mut self, who: Who) -> Vec<String> {
        match self.world.ask(who, Ask::Channels) {
            Ok(Answer::Channels(channels)) => channels.channels.into_iter().map(|channel| channel.id).collect(),
            other => panic!("no channels: {other:?}"),
        }
    }

    fn text(&mut self, what: &str) -> (String, String) {
        self.words += 1;
        let word = format!("zanzi{:05}quokka", self.words);
        let more = if self.world.dice.percent(4) { "and a lot of it ".repeat(2_000) } else { "and no more".to_owned() };
        (word.clone(), format!("{what} {word} {more}"))
    }

    /// Asks; a refusal is fine as long as it is not the node that fails.
    fn ask(&mut self, who: Who, ask: Ask) -> Option<(Answer, bool)> {
        let asked = format!("{ask:?}").chars().take(80).collect::<String>();
        match self.world.ask_acknowledged(who, ask) {
            Ok(done) => Some(done),
            Err(Failure { reason: Reason::Failed, message, .. }) if !message.starts_with("there is a channel") => {
                panic!("{} fails at {asked}: {message}", self.world.nodes[who].name)
            }
            Err(_) => None,
        }
    }
}

/// Message `n` of an old export: threads of four.
fn imported(n: usize) -> ImportMessage {
    let text = |n: usize| format!("old message {n}");
    let time = |n: usize| 1_700_000_000_000 + u64::try_from(n).unwrap_or(0) * 1_000;
    let author = |n: usize| format!("U{}", n % 3);
    let root = (!n.is_multiple_of(4)).then(|| n - n % 4).map(|root| ImportRoot {
        ts: root.to_string(),
        time_ms: time(root),
        author_id: author(root),
        content: blake3::hash(text(root).as_bytes()).to_string(),
    });
    ImportMessage {
        channel: "C1".to_owned(),
        ts: n.to_string(),
        time_ms: time(n),
        root,
        author_id: author(n),
        author_name: format!("Old {}", n % 3),
        text: text(n),
        edited_ms: None,
        reactions: Vec::new(),
        tombstone: false,
    }
}
