//! One run from a seed: some people, a few hundred things that happen (`talk`, `mischief`), a healed
//! network at the end, and the promises (`ending`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use cremona_engine::{Answer, Ask, Failure, Reason};

use super::dice::Dice;
use super::inbox::Seen;
use super::lies::Withholder;
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
    /// Somebody mixes lies into what it says.
    pub liar: bool,
    /// There is a mailbox.
    pub mailbox: bool,
    /// After the first day people meet through the mailbox only.
    pub apart: bool,
    /// Somebody joins late.
    pub late: bool,
    /// Somebody brings an archive so large that what is newest comes first.
    pub archive: bool,
}

impl Trouble {
    /// How many people a seed has, and what troubles them.
    pub fn draw(dice: &mut Dice) -> (usize, Self) {
        let people = 3 + dice.below(4);
        let some = dice.percent(75);
        let mut may = || some && dice.percent(35);
        let (clones, twins, restores) = (may(), may(), may());
        let (forger, withholder, clocks) = (may(), may(), may());
        let liar = may() && !withholder;
        let mailbox = dice.percent(55);
        let (apart, late, archive) = (mailbox && dice.percent(40), dice.percent(35), dice.percent(3));
        (people, Self { clones, twins, restores, forger, withholder, clocks, liar, mailbox, apart, late, archive })
    }
}

/// See the module.
pub struct Story {
    /// The world.
    pub world: World,
    pub(super) kept: Vec<Kept>,
    pub(super) people: usize,
    pub(super) trouble: Trouble,
    pub(super) words: u32,
    pub(super) backups: Vec<(Who, PathBuf)>,
    pub(super) twins: BTreeSet<String>,
    pub(super) general: String,
    pub(super) forged: u8,
    pub(super) archives: u32,
    /// By whose they are: flags that stood in a thread when its reader called it done.
    pub(super) dealt_with: BTreeMap<String, BTreeSet<Seen>>,
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
            archives: 0,
            dealt_with: BTreeMap::new(),
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
            94..=95 => self.change_clock(),
            _ => self.trouble_mailbox(),
        }
        if self.world.dice.percent(8) {
            let who = self.anyone();
            self.world.looks_around(who);
            self.world.counts_are_lengths(who);
        }
        let ms = self.world.dice.ms(0, 2_500);
        self.world.pass(ms);
    }

    pub(super) fn meet(&mut self) {
        let punctual = self.people - usize::from(self.trouble.late);
        let everyone: Vec<Who> = (0..punctual).collect();
        self.mesh(&everyone);
        assert!(self.world.settles(&everyone, true), "people can't even meet");
        self.world.net.lossy = self.world.dice.ms(0, 30);
        self.world.net.doubling = self.world.dice.ms(0, 30);
        self.world.net.slow = self.world.dice.ms(1, 1_500);
        self.world.crash_one_in = 50 + self.world.dice.below(2_000);
        if self.trouble.liar {
            self.world.net.liar = Some(1 + self.world.dice.below(self.people - 1));
        }
        if self.trouble.mailbox {
            self.pair_mailbox();
        }
        if self.trouble.apart {
            self.world.cut_all();
        }
        if self.trouble.withholder {
            let who = 1 + self.world.dice.below(self.people - 1);
            let victim = (who + 1) % self.people;
            let device = self.world.nodes[victim].engine.device();
            let (silent, bodies) = (self.world.dice.percent(30), self.world.dice.percent(40));
            self.world.net.withholder = Some(Withholder { who, device, silent, bodies });
        }
    }

    pub(super) fn original(&self, twin: Who) -> Who {
        (0..self.people).find(|who| self.world.nodes[*who].whose == self.world.nodes[twin].whose).unwrap_or(twin)
    }

    pub(super) fn mesh(&mut self, who: &[Who]) {
        for one in who {
            for other in who.iter().filter(|other| *other > one) {
                self.world.join(*one, *other);
            }
        }
    }

    pub(super) fn anyone(&mut self) -> Who {
        let here: Vec<Who> = (0..self.world.nodes.len()).filter(|who| self.world.nodes[*who].engine.joined()).collect();
        self.world.dice.one(&here).unwrap_or(0)
    }

    pub(super) fn some_kept(&mut self, fits: impl Fn(&Kept) -> bool) -> Option<usize> {
        let fitting: Vec<usize> = (0..self.kept.len()).filter(|n| fits(&self.kept[*n])).collect();
        self.world.dice.one(&fitting)
    }

    pub(super) fn channels(&mut self, who: Who) -> Vec<String> {
        match self.world.ask(who, Ask::Channels) {
            Ok(Answer::Channels(channels)) => channels.channels.into_iter().map(|channel| channel.id).collect(),
            other => panic!("no channels: {other:?}"),
        }
    }

    pub(super) fn text(&mut self, what: &str) -> (String, String) {
        self.words += 1;
        let word = format!("zanzi{:05}quokka", self.words);
        let more = if self.world.dice.percent(4) { "and a lot of it ".repeat(2_000) } else { "and no more".to_owned() };
        (word.clone(), format!("{what} {word} {more}"))
    }

    /// Asks; a refusal is fine as long as it is not the node that fails.
    pub(super) fn ask(&mut self, who: Who, ask: Ask) -> Option<(Answer, bool)> {
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
