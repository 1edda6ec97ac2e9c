//! Meeting again: nothing new, ten messages behind, ten thousand behind.
//!
//! Both nodes run and hold their connection back at a proxy that lets go at one moment: from then
//! until the node that dialled says that both hold the same set. Nothing is excluded but the
//! handshake of TCP itself: transport encryption, admission, comparison, messages, disk. Bytes are all
//! that crossed the socket by then. The peers have all documents open before they dial.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use cremona_envelope::Time;
use serde_json::json;

use crate::crowd::Crowd;
use crate::machine::{millis, processor_seconds};
use crate::peers::documents::Shape;
use crate::peers::{self, Peer};
use crate::person::{Person, in_sync, wait};
use crate::proxy::{Counted, Crossing, Proxy};
use crate::report::{self, Table};
use crate::stats::{Series, bytes, number};
use crate::team::{Run, Team, clear};

/// One situation of one contender.
#[derive(Default, serde::Serialize)]
struct Figures {
    messages: usize,
    name: String,
    behind: usize,
    millis: Series,
    down: Series,
    up: Series,
}

/// What is measured, and how many messages are missing in it.
const BEHIND: [usize; 3] = [0, 10, 10_000];

/// How long both nodes have been running when they are let go.
const SETTLE: Duration = Duration::from_secs(1);
/// Processor seconds of both in such a time, at most, when they rest.
const RESTING: f64 = 0.03;

/// Runs the archive's team with samod beside it, then the crowd.
///
/// # Errors
/// Where a contender fails.
pub fn run(run: &Run) -> Result<()> {
    let mut all = Vec::new();
    let mut archive = Team::of_archive(run, 100_000)?;
    ours(run, &mut archive, None, &mut all)?;
    samod(run, &archive, &mut all)?;
    let (mut team, mut crowd) = Team::crowd(run, run.messages)?;
    ours(run, &mut team, Some(&mut crowd), &mut all)?;
    crowd.save(&team.folder.join("crowd.json"))?;
    publish(run, &all)
}

/// Bo, who holds all that Ana holds; both are stopped.
///
/// # Errors
/// Where they don't meet.
pub fn member(run: &Run, team: &mut Team) -> Result<Person> {
    let mut bo = team.person(run, &team.folder, "bo");
    let address = team.ana.up(None)?;
    if !bo.data.exists() {
        bo.run(&["join", &team.key, "--as", "Bo"])?;
    }
    bo.up(Some(address))?;
    let mut client = bo.client()?;
    wait(Instant::now(), || Ok(in_sync(&mut client)?.then_some(())))?;
    bo.stop()?;
    team.ana.stop()?;
    Ok(bo)
}

fn ours(run: &Run, team: &mut Team, mut crowd: Option<&mut Crowd>, all: &mut Vec<Figures>) -> Result<()> {
    let mut bo = member(run, team)?;
    let first = all.len();
    all.extend(BEHIND.map(|behind| figures(team.messages, "cremona", behind)));
    for repetition in 0..run.repetitions {
        eprintln!("reconnect at {}, repetition {} of {}", team.messages, repetition + 1, run.repetitions);
        for (at, behind) in BEHIND.into_iter().enumerate() {
            match &mut crowd {
                Some(crowd) if behind > 0 => crowd.talk(&team.ana.data.join("cremona.db"), behind, now())?,
                Some(_) | None => {}
            }
            // While the line is held, no remembered address leads around it.
            team.ana.move_house();
            bo.move_house();
            let address = team.ana.up(None)?;
            if crowd.is_none() {
                post(&team.ana, behind)?;
            }
            let (time, counted) = meet(&team.ana, &mut bo, address)?;
            note(&mut all[first + at], time, counted);
            team.ana.stop()?;
        }
    }
    Ok(())
}

/// Lets two running nodes meet; gives how long they took to be in sync, and what crossed the socket.
fn meet(ana: &Person, bo: &mut Person, address: std::net::SocketAddr) -> Result<(Duration, Counted)> {
    let proxy = Proxy::held(address)?;
    bo.up(Some(proxy.address))?;
    let mut client = bo.client()?;
    proxy.wait_for_dial()?;
    // Both run: what a start itself costs, above all gathering entropy for the first TLS, is over.
    std::thread::sleep(SETTLE);
    ensure!(!in_sync(&mut client)?, "the two met beside the line that is held back");
    let start = proxy.open()?;
    // Without pause: what is measured takes milliseconds.
    while !in_sync(&mut client)? {
        ensure!(start.elapsed() < Duration::from_secs(600), "they do not get in sync");
    }
    let time = start.elapsed();
    let counted = proxy.counted();
    tell(&proxy.crossings(), start, time);
    // What is tidied in idle moments after much was written is over before they meet again.
    rest(&[ana.pid()?, bo.pid()?])?;
    bo.stop()?;
    Ok((time, counted))
}

/// Says what crossed when: the first of it, up to the moment at which they were in sync.
fn tell(crossings: &[Crossing], start: Instant, time: Duration) {
    let all: Vec<String> = crossings
        .iter()
        .map(|one| (one.at.saturating_duration_since(start), one.up, one.bytes))
        .filter(|(after, ..)| *after <= time)
        .map(|(after, up, bytes)| format!("{:.2} {} {bytes}", millis(after), if up { '>' } else { '<' }))
        .collect();
    eprintln!("in sync after {:.2} ms; ms, direction, bytes: {}", millis(time), all.join(", "));
}

/// Waits until these processes take next to no processor time.
fn rest(pids: &[u32]) -> Result<()> {
    let taken = || pids.iter().map(|pid| processor_seconds(*pid)).sum::<Result<f64>>();
    let start = Instant::now();
    let mut before = taken()?;
    loop {
        std::thread::sleep(SETTLE);
        let now = taken()?;
        if now - before <= RESTING {
            return Ok(());
        }
        ensure!(start.elapsed() < Duration::from_secs(300), "the nodes do not come to rest");
        before = now;
    }
}

fn post(ana: &Person, count: usize) -> Result<()> {
    let mut client = ana.client()?;
    for number in 0..count {
        let text = format!("Message {number} of this run, about as long as most of a team: ninety bytes or so.");
        client.ask(&json!({"verb": "post", "channel": "general", "text": text, "title": null}))?;
    }
    Ok(())
}

fn samod(run: &Run, team: &Team, all: &mut Vec<Figures>) -> Result<()> {
    let (served, member) = (team.folder.join("samod-meets"), team.folder.join("samod-member"));
    clear(&served)?;
    clear(&member)?;
    peers::build("samod", &team.rows_file(), &served, Shape::Value)?;
    let (served, member) = (served.to_string_lossy().into_owned(), member.to_string_lossy().into_owned());
    let mut server = Peer::start(&["samod", "serve-open", &served])?;
    let address = server.address()?;
    let mut first = Peer::start(&["samod", "join", &member, &served, &address.to_string()])?;
    first.expect("synced")?;
    first.stop()?;
    let at = all.len();
    all.extend(BEHIND.map(|behind| figures(team.messages, "samod", behind)));
    for _ in 0..run.repetitions {
        for (index, behind) in BEHIND.into_iter().enumerate() {
            server.tell(&format!("add {behind}"))?;
            server.expect("added")?;
            let proxy = Proxy::held(address)?;
            let mut peer = Peer::start(&["samod", "rejoin", &member, &served, &proxy.address.to_string()])?;
            peer.expect("loaded")?;
            proxy.wait_for_dial()?;
            let start = proxy.open()?;
            peer.expect("synced")?;
            note(&mut all[at + index], start.elapsed(), proxy.counted());
            peer.stop()?;
        }
    }
    server.stop()
}

fn figures(messages: usize, name: &str, behind: usize) -> Figures {
    Figures { messages, name: name.to_owned(), behind, ..Figures::default() }
}

#[allow(clippy::cast_precision_loss)]
fn note(figures: &mut Figures, time: Duration, counted: Counted) {
    figures.millis.push(millis(time));
    figures.down.push(counted.down as f64);
    figures.up.push(counted.up as f64);
}

fn now() -> Time {
    Time(u64::try_from(crate::machine::nanos() / 1_000_000).unwrap_or(0))
}

#[allow(clippy::cast_precision_loss)]
fn publish(run: &Run, all: &[Figures]) -> Result<()> {
    if all.is_empty() {
        bail!("nothing was measured");
    }
    let mut table = Table::new(&["messages", "contender", "behind", "ms", "bytes down", "bytes up", "down, a message"]);
    for one in all {
        let each = if one.behind == 0 { "–".to_owned() } else { number(one.down.median() / one.behind as f64, 0) };
        table.row(&[
            number(one.messages as f64, 0),
            one.name.clone(),
            number(one.behind as f64, 0),
            one.millis.show(1),
            bytes(one.down.median()),
            bytes(one.up.median()),
            each,
        ]);
    }
    let most = all.iter().map(|one| one.messages).max().context("nothing was measured")?;
    let intro = format!(
        "Up to {} messages; {} repetitions, medians (least..greatest). *Behind* are messages that the other side has.\n\n",
        number(most as f64, 0),
        run.repetitions
    );
    report::publish(&run.out, "reconnect", &all, &(intro + table.text()))
}
