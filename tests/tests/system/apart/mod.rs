//! A day apart: three people in New York, London and Singapore whose nodes are up in their own working
//! hours only, a mailbox between them, and one clock that the test moves, over a working day and over
//! both nights of the autumn of 2026 in which a clock is set back.
//!
//! What each sees is checked line by line, by the clock on their wall, and is the page
//! `docs/a-day-apart.md`.

mod autumn;
mod desk;
mod evening;
mod morning;
mod page;
mod quiet;

use std::path::PathBuf;

use cremona_hours::At;
use serde_json::{Value, json};

use crate::mailbox::Mailbox;
use crate::person::{Town, until};
use desk::Desk;
use page::Page;

/// The three, the mailbox, and the clock.
struct Apart {
    town: Town,
    mailbox: Mailbox,
    ana: Desk,
    bo: Desk,
    citra: Desk,
    page: Page,
}

#[test]
fn three_who_are_never_awake_together_lose_nothing_and_find_all_in_order() {
    let mut apart = Apart::begin();
    let asked = apart.friday_evening();
    apart.london_set_its_clocks_back(&asked);
    let asked = apart.anas_monday();
    apart.citras_tuesday(&asked);
    apart.anas_tuesday(&asked);
    apart.bos_wednesday(&asked);
    apart.citras_evening();
    apart.new_york_sets_its_clocks_back();
    apart.nothing_is_lost();
    apart.page.is_kept();
}

impl Apart {
    /// Ana has founded, the mailbox is paired, and Bo and Citra have joined, each in their hours.
    fn begin() -> Self {
        let mut town = Town::new();
        town.variables.push(("CREMONA_CLOCK", town.folder.path().join("clock").into()));
        set(&town, "2026-10-22T09:30-04:00");
        let [ana, bo, citra] = [
            ("Ana", "New York", "America/New_York"),
            ("Bo", "London", "Europe/London"),
            ("Citra", "Singapore", "Asia/Singapore"),
        ]
        .map(|(name, city, zone)| Desk::new(&town, name, city, zone));
        ana.person.ask(&["init", "--workspace", "Harbour", "--as", "Ana"]);
        let mailbox = Mailbox::init(&town, "mailbox");
        let mut apart = Self { town, mailbox, ana, bo, citra, page: Page::new("A day apart") };
        apart.mailbox.up(&[]);
        apart.ana.person.up();
        apart.mailbox.paired_by(&apart.ana.person);
        apart.ana.works("mon-fri 09:00-17:00");
        apart.settles();
        let key = apart.ana.person.text(&["key"], "key");
        apart.ana.person.stop();
        for (moment, who, hours) in [
            ("2026-10-23T10:00+08:00", CITRA, "mon-fri 09:00-18:00"),
            ("2026-10-23T10:30+01:00", BO, "mon-fri 09:00-17:30"),
        ] {
            set(&apart.town, moment);
            let desk = who(&mut apart);
            desk.person.ask(&["join", &key, "--as", desk.name]);
            desk.person.up();
            until("they have joined", || desk.ask(json!({ "verb": "status" }))["joined"] == true);
            desk.works(hours);
            apart.settles();
            who(&mut apart).person.stop();
        }
        apart.page.says(BEGIN);
        apart.page.says(HOW);
        apart
    }

    /// The clock is set, and the page says what it shows.
    fn scene(&mut self, moment: &str, who: Who, what: &str) {
        let at = set(&self.town, moment);
        let here = who(self);
        let (city, wall) = (here.city, here.zone.wall(at));
        assert_eq!(wall.strftime("%Y-%m-%dT%H:%M").to_string(), moment[..16], "what the clock shows in {city}");
        let heading = format!("{}, {} in {city}: {what}", wall.strftime("%A %-d %B"), wall.strftime("%H:%M"));
        let others: Vec<String> = [&self.ana, &self.bo, &self.citra]
            .iter()
            .filter(|desk| desk.city != city)
            .map(|desk| format!("{} in {}", desk.zone.wall(at).strftime("%a %H:%M"), desk.city))
            .collect();
        self.page.heading(&heading);
        self.page.says(&format!("*{}.*", others.join(", ")));
    }

    /// Someone within their hours opens their laptop, and has what came meanwhile.
    fn opens(&mut self, who: Who) {
        who(self).person.up();
        self.settles();
        let desk = who(self);
        assert_eq!(desk.sees(desk.name)["open"], true, "{} works now", desk.name);
    }

    /// Someone closes theirs, once the mailbox has what they said.
    fn closes(&mut self, who: Who) {
        self.settles();
        who(self).person.stop();
    }

    /// Waits until all who are up, and the mailbox, hold the same.
    fn settles(&self) {
        let up: Vec<&Desk> =
            [&self.ana, &self.bo, &self.citra].into_iter().filter(|desk| desk.person.is_up()).collect();
        until("those who are up and the mailbox hold the same", || {
            let roots: Vec<Value> =
                up.iter().map(|desk| desk.ask(json!({ "verb": "verify" }))["root"].take()).collect();
            roots.windows(2).all(|two| two[0] == two[1]) && self.mailbox.status()["root"] == roots[0]
        });
    }

    /// Shows someone's inbox, which has to be this.
    fn inbox(&mut self, who: Who, expected: &[&str]) {
        let lines = who(self).inbox();
        let trimmed: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
        assert_eq!(trimmed, expected, "the inbox of {}", who(self).name);
        let name = who(self).name;
        self.page.typed(name, &[]);
        let empty = ["Nothing needs you.".to_owned()];
        self.page.shows(if lines.is_empty() { &empty } else { &lines });
    }

    /// In the end, after one more day, all three hold every word that was said, each once.
    fn nothing_is_lost(&mut self) {
        for (moment, who) in
            [("2026-11-03T09:00+08:00", CITRA), ("2026-11-03T09:00+00:00", BO), ("2026-11-03T09:00-05:00", ANA)]
        {
            set(&self.town, moment);
            self.opens(who);
            self.closes(who);
        }
        let read = |desk: &Desk| desk.person.ask(&["read", "general", "--limit", "1000"])["messages"].take();
        let (digest, said) = (self.ana.person.ask(&["verify"]), read(&self.ana));
        assert_eq!((said.as_array().unwrap().len(), &digest["messages"]), (SAID, &json!(SAID)));
        for desk in [&self.ana, &self.bo, &self.citra] {
            assert_eq!(desk.person.ask(&["verify"]), digest, "{}", desk.name);
            assert_eq!(read(desk), said, "{}", desk.name);
            desk.person.fsck();
        }
        // What was good to know is the same text for everyone, down to the byte.
        for format in ["markdown", "html", "atom"] {
            let letter = |desk: &Desk| {
                let ask = ["newsletter", "--month", "2026-10", "--zone", "Europe/London", "--format", format];
                desk.person.ask(&ask)["text"].as_str().map(str::to_owned)
            };
            let anas = letter(&self.ana).expect("a newsletter has a text");
            assert!(anas.contains("Closed from 24 December") && anas.contains("New cards are printed"), "{anas}");
            assert_eq!((letter(&self.bo), letter(&self.citra)), (Some(anas.clone()), Some(anas)), "{format}");
        }
    }
}

/// One of the three.
type Who = fn(&mut Apart) -> &mut Desk;
const ANA: Who = |apart| &mut apart.ana;
const BO: Who = |apart| &mut apart.bo;
const CITRA: Who = |apart| &mut apart.citra;

/// How many messages they write in all.
const SAID: usize = 18;

/// Sets the clock of everyone; a new file takes the place of the old one, so nobody reads half of it.
fn set(town: &Town, moment: &str) -> At {
    let (new, clock): (PathBuf, PathBuf) = (town.folder.path().join("clock.new"), town.folder.path().join("clock"));
    std::fs::write(&new, moment).unwrap();
    std::fs::rename(new, clock).unwrap();
    moment.parse().expect("it is a moment")
}

const BEGIN: &str = "Ana works in New York, Bo in London, Citra in Singapore. There is no hour in which all three are \
    at their desks. Each has a node on a laptop that is open while they work and shut while they don't, and a small \
    mailbox somewhere passes on, unread, what one says while the others sleep. This is a week of theirs in the autumn \
    of 2026, in which first London and then New York set their clocks back.";

const HOW: &str = "Every command below was typed, and every list is what a real node answered at that minute: \
    `tests/tests/system/apart` runs the three nodes and the mailbox, moves their clock, checks each line, and writes \
    this page. It draws lists narrower than the program does on a terminal, and writes a word in capitals, such as \
    HALL, where people give the short id of a thread.";
