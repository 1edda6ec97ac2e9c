//! Catching up over lines that are cut, from peers who are killed, are slow, or lie.

use std::time::{Duration, Instant};

use cremona_sync::Frame;
use cremona_sync::frame::{WantBundle, WireEntry};
use cremona_sync::trie::FrontierEntry;
use serde_json::json;

use crate::export::team;
use crate::line::Line;
use crate::mal::{Mal, Plan, news, slice};
use crate::person::{Person, Town, all_equal, until};

/// Ana with an archive, her node up, and how many messages it has: those of the Slack export
/// `CREMONA_EXPORT`, or as many as `CREMONA_ARCHIVE` says, made up.
fn archive(town: &Town) -> (Person, String, u64) {
    let (mut ana, key) = town.founder();
    let made_up = || team(town.folder.path(), usize::try_from(number("CREMONA_ARCHIVE").unwrap_or(20_000)).unwrap());
    let export = std::env::var_os("CREMONA_EXPORT").map_or_else(made_up, std::path::PathBuf::from);
    ana.ask(&["import", "slack", export.to_str().unwrap()]);
    ana.up();
    let messages = ana.ask(&["verify"])["messages"].as_u64().unwrap();
    (ana, key, messages)
}

fn joiner(town: &Town, name: &str, key: &str, addresses: &[&str]) -> Person {
    let mut person = town.person(name);
    person.ask(&["join", key, "--as", name]);
    person.dial = addresses.iter().map(|address| (*address).to_owned()).collect();
    person
}

fn has(person: &Person, messages: u64) -> bool {
    person.ask(&["verify"])["messages"] == messages
}

/// A step of `SplitMix64`.
fn random(seed: &mut u64, below: u64) -> u64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*seed ^ (*seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) % below
}

/// A number from the environment, for longer runs by command.
fn number(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name}={value} is not a number")))
}

/// `CREMONA_CUTS` for more of them.
#[test]
fn cuts_and_kills_of_either_side_in_a_catch_up_lose_nothing_and_cost_little() {
    let (cuts, mut seed) = (number("CREMONA_CUTS").unwrap_or(12), number("CREMONA_SEED").unwrap_or(1));
    println!("replay with CREMONA_CUTS={cuts} CREMONA_SEED={seed}");
    let town = Town::new();
    let (mut ana, key, messages) = archive(&town);
    let whole = Line::to(&ana.listen, 0);
    let mut bo = joiner(&town, "bo", &key, &[&whole.address]);
    bo.up();
    until("bo has all", || has(&bo, messages));
    let uncut = whole.bytes();
    bo.stop();

    let line = Line::to(&ana.listen, 0);
    let mut cy = joiner(&town, "cy", &key, &[&line.address]);
    cy.up();
    let mut done = 0;
    while done < cuts && !has(&cy, messages) {
        let share = uncut * (done + 1) / (cuts + 2);
        let due = share + random(&mut seed, uncut / (cuts + 2) + 1);
        until("more has come", || line.bytes() >= due || has(&cy, messages));
        match random(&mut seed, 4) {
            0 => {
                cy.kill();
                cy.up();
            }
            1 => {
                ana.kill();
                ana.up();
                line.lead_to(&ana.listen);
            }
            _ => line.cut(),
        }
        done += 1;
    }
    until("cy has all", || has(&cy, messages));
    all_equal(&[&ana, &cy]);
    let bytes = line.bytes();
    println!("{done} cuts and kills: {bytes} bytes instead of {uncut}, {:.2} times", bytes as f64 / uncut as f64);
    // Meeting again, what was under way, and what a killed process had not read.
    assert!(bytes < uncut + done * 192 * 1_024, "{bytes} bytes instead of {uncut} for {done} cuts");
}

/// Sends zstd that holds nothing of what was asked for.
struct Liar;

impl Plan for Liar {
    fn met(&mut self, entries: &[WireEntry]) -> Vec<Frame> {
        vec![news(entries)]
    }

    fn asked(&mut self, want: &WantBundle) -> Vec<Frame> {
        vec![slice(want.id, zstd::bulk::compress(b"trust me", 3).unwrap())]
    }
}

/// Waits until the node of `person` shows so many messages, which it is asked whenever something came:
/// unlike [`until`], this leaves the machine to the nodes.
fn await_messages(person: &Person, messages: u64) {
    let (mut news, mut asks) = (person.socket(), person.socket());
    news.say(&json!({ "v": 1, "watch": {} }));
    loop {
        news.hear().expect("it tells what comes");
        asks.say(&json!({ "v": 1, "ask": { "verb": "status" } }));
        if asks.hear().expect("it says how it stands")["messages"] == messages {
            return;
        }
    }
}

/// `CREMONA_TURNS` for more of them, `CREMONA_RATE` for a good peer that sends so many bytes a second.
#[test]
fn from_a_good_a_slow_and_a_lying_peer_all_comes_and_the_liar_is_named() {
    let (turns, rate) = (number("CREMONA_TURNS").unwrap_or(1), number("CREMONA_RATE").unwrap_or(0));
    let town = Town::new();
    let (ana, key, messages) = archive(&town);
    let mut bo = town.joiner("bo", &key, &ana);
    bo.up();
    until("bo has all", || has(&bo, messages));
    let timed = |name: &str, addresses: &[&str]| {
        let mut person = joiner(&town, name, &key, addresses);
        let began = Instant::now();
        person.up();
        await_messages(&person, messages);
        (person, began.elapsed())
    };
    let mal = Mal::new(&key, &ana.listen, Liar);
    let mut times = Vec::new();
    for turn in 0..turns.max(1) {
        let (dewi, from_one) = timed(&format!("dewi{turn}"), &[&Line::to(&ana.listen, rate).address]);
        drop(dewi);
        let (good, slow) = (Line::to(&ana.listen, rate), Line::to(&bo.listen, 20_000));
        let (cy, from_three) = timed(&format!("cy{turn}"), &[&slow.address, &mal.address, &good.address]);
        let (of_good, of_slow) = (good.bytes(), slow.bytes());
        println!(
            "from one in {from_one:.2?}, from three in {from_three:.2?}: {of_good} bytes from the good one, {of_slow} from the slow one"
        );
        assert!(of_good > of_slow, "the slow one has lost its share");
        let peers = cy.ask(&["peers"]).to_string();
        assert!(peers.contains("lied"), "the liar is named: {peers}");
        if turn == 0 {
            all_equal(&[&ana, &bo, &cy]);
        }
        times.push((from_one, from_three));
    }
    let median = |of: fn(&(Duration, Duration)) -> Duration| {
        let mut all: Vec<Duration> = times.iter().map(of).collect();
        all.sort_unstable();
        all[all.len() / 2].as_secs_f64()
    };
    let (one, three) = (median(|times| times.0), median(|times| times.1));
    println!("medians of {}: {one:.2} s from one, {three:.2} s from three, {:.2} times", times.len(), three / one);
}

/// Sends endless ranges, and bombs to who believes them.
struct Hostile {
    bomb: Vec<u8>,
    number: u8,
}

impl Plan for Hostile {
    fn met(&mut self, entries: &[WireEntry]) -> Vec<Frame> {
        self.number = self.number.wrapping_add(1);
        let invented = |at: u32| {
            let mut device = [self.number; 32];
            device[..4].copy_from_slice(&at.to_be_bytes());
            let entry = FrontierEntry {
                device: cremona_envelope::DeviceId(device),
                life: cremona_envelope::LifeId([1; 16]),
                seq: 1 << 40,
                head: cremona_envelope::EnvelopeId([2; 32]),
                cut: 0,
            };
            WireEntry::from(&entry)
        };
        let ranges = (0..200_u32).map(|range| news(&(0..512).map(|at| invented(range * 512 + at)).collect::<Vec<_>>()));
        std::iter::once(news(entries)).chain(ranges).collect()
    }

    fn asked(&mut self, want: &WantBundle) -> Vec<Frame> {
        vec![slice(want.id, self.bomb.clone())]
    }
}

#[test]
fn who_is_met_with_endless_ranges_and_bombs_stays_small_and_gets_on_with_others() {
    const MESSAGES: u64 = 5_000;
    let town = Town::new();
    let (mut ana, key) = town.founder();
    ana.up();
    let mut cy = town.joiner("cy", &key, &ana);
    cy.up();
    all_equal(&[&ana, &cy]);
    let idle = cy.peak();
    cy.stop();
    let export = team(town.folder.path(), MESSAGES as usize);
    ana.ask(&["import", "slack", export.to_str().unwrap()]);
    let bomb = zstd::bulk::compress(&vec![0; 512 << 20], 3).unwrap();
    assert!(bomb.len() <= 16 * 1_024 * 4, "{} bytes", bomb.len());
    let mal = Mal::new(&key, &ana.listen, Hostile { bomb, number: 0 });
    let address = ana.listen.clone();
    ana.stop();
    cy.dial = vec![mal.address.clone()];
    cy.up();
    let mut said = String::new();
    until("mal is dropped, and why is told", || {
        said = cy.ask(&["peers"]).to_string();
        said.contains("lied") || said.contains("flooded")
    });
    let over = cy.peak().saturating_sub(idle);
    println!("idle {idle} KiB, at most {over} KiB more: {said}");
    assert!(over <= 64 * 1_024, "{over} KiB over idle");
    // Meanwhile and afterwards an honest peer brings what there is.
    ana.listen = address;
    ana.up();
    let line = Line::to(&ana.listen, 0);
    cy.stop();
    cy.dial = vec![mal.address.clone(), line.address.clone()];
    cy.up();
    until("cy has all", || has(&cy, MESSAGES));
    all_equal(&[&ana, &cy]);
    let over = cy.peak().saturating_sub(idle);
    assert!(over <= 64 * 1_024, "{over} KiB over idle, with an honest peer");
}
