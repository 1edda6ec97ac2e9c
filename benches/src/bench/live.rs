//! One hop: from the moment Ana's node is asked to post until Bo's node has told a watcher of it, that
//! is, until it is committed there and can be read. Both nodes wait for their disks on the way.
//! Connected directly, one message at a time; on the disk that is measured, and once more with the same
//! directories in memory, which shows what is the disk's share. samod: from the call that puts a message into a document
//! until the other side's stream of changes says so; neither side waits for a disk.

use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::json;

use crate::machine::{millis, sync_times};
use crate::peers::documents::Shape;
use crate::peers::{self, Peer};
use crate::person::{in_sync, wait};
use crate::report::{self, Table};
use crate::stats::{Series, number};
use crate::team::{Run, Team, clear};

/// Messages that are timed each turn.
const POSTS: usize = 200;

#[derive(Default, serde::Serialize)]
struct Figures {
    messages: usize,
    name: String,
    millis: Series,
    acknowledged: Series,
}

/// Runs ours at 1,000, at the archive's size and at the crowd's, and samod at the first two.
///
/// # Errors
/// Where a contender fails.
pub fn run(run: &Run) -> Result<()> {
    let mut teams = vec![Team::generated(run, 1_000)?, Team::of_archive(run, 100_000)?];
    let peers = teams.len();
    teams.push(Team::crowd(run, run.messages)?.0);
    let mut all: Vec<Figures> = Vec::new();
    for team in &mut teams {
        super::reconnect::member(run, team)?;
    }
    let memory = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir())?;
    let mut copies = Vec::new();
    for (at, team) in teams.iter().enumerate() {
        copies.push(team.copied(run, &memory.path().join(at.to_string()))?);
    }
    for (place, teams) in [("on disk", &teams), ("in memory", &copies)] {
        for team in teams {
            all.push(Figures { messages: team.messages, name: format!("cremona, {place}"), ..Figures::default() });
        }
    }
    for team in &teams[..peers] {
        prepare(team)?;
        all.push(Figures { messages: team.messages, name: "samod".to_owned(), ..Figures::default() });
    }
    let disk = sync_times(&run.work)?;
    for repetition in 0..run.repetitions {
        eprintln!("live, repetition {} of {}", repetition + 1, run.repetitions);
        for at in 0..teams.len() {
            ours(run, &mut teams[at], &mut all[at])?;
            ours(run, &mut copies[at], &mut all[teams.len() + at])?;
            if at < peers {
                samod(&teams[at], &mut all[teams.len() * 2 + at])?;
            }
        }
    }
    publish(run, &disk, &all)
}

fn ours(run: &Run, team: &mut Team, figures: &mut Figures) -> Result<()> {
    let address = team.ana.up(None)?;
    let mut bo = team.person(run, &team.folder, "bo");
    bo.up(Some(address))?;
    let mut client = bo.client()?;
    wait(Instant::now(), || Ok(in_sync(&mut client)?.then_some(())))?;
    let mut watcher = bo.client()?;
    watcher.watch()?;
    let mut ana = team.ana.client()?;
    for number in 0..POSTS {
        let text = format!("Live message {number} of this run, about as long as most of a team: ninety bytes or so.");
        let start = Instant::now();
        let posted = ana.ask(&json!({"verb": "post", "channel": "general", "text": text, "title": null}))?;
        let acknowledged = start.elapsed();
        loop {
            let news = watcher.receive()?;
            let changes = news["changes"].as_array().context("no changes")?;
            if changes.iter().any(|change| change["id"] == posted["id"]) {
                break;
            }
        }
        // The first ones warm both up.
        if number >= POSTS / 10 {
            figures.millis.push(millis(start.elapsed()));
            figures.acknowledged.push(millis(acknowledged));
        }
    }
    bo.stop()?;
    team.ana.stop()
}

fn prepare(team: &Team) -> Result<()> {
    let (served, member) = (team.folder.join("samod-live"), team.folder.join("samod-live-member"));
    clear(&served)?;
    clear(&member)?;
    peers::build("samod", &team.rows_file(), &served, Shape::Value)
}

fn samod(team: &Team, figures: &mut Figures) -> Result<()> {
    let served = team.folder.join("samod-live").to_string_lossy().into_owned();
    let member = team.folder.join("samod-live-member").to_string_lossy().into_owned();
    let mut server = Peer::start(&["samod", "serve-open", &served])?;
    let address = server.address()?.to_string();
    let mut peer = Peer::start(&["samod", "join", &member, &served, &address])?;
    peer.expect("synced")?;
    for number in 0..POSTS {
        server.tell("live")?;
        let sent: u128 = server.expect("sent")?.parse()?;
        let seen: u128 = peer.expect("seen")?.parse()?;
        if number >= POSTS / 10 {
            #[allow(clippy::cast_precision_loss)]
            figures.millis.push(seen.saturating_sub(sent) as f64 / 1e6);
        }
    }
    peer.stop()?;
    server.stop()
}

#[allow(clippy::cast_precision_loss)]
fn publish(run: &Run, disk: &Series, all: &[Figures]) -> Result<()> {
    let mut table =
        Table::new(&["messages", "contender", "p50, ms", "p99, ms", "greatest, ms", "acknowledged p50, ms"]);
    for one in all {
        let acknowledged =
            if one.acknowledged.0.is_empty() { "–".to_owned() } else { number(one.acknowledged.median(), 2) };
        table.row(&[
            number(one.messages as f64, 0),
            one.name.clone(),
            number(one.millis.median(), 2),
            number(one.millis.percentile(0.99), 2),
            number(one.millis.percentile(1.0), 2),
            acknowledged,
        ]);
    }
    let intro = format!(
        "{} messages timed each; this disk needs {} ms to write and sync 4 KiB (median of 200; p99 {}).\n\n",
        all.first().map_or(0, |one| one.millis.0.len()),
        number(disk.median(), 2),
        number(disk.percentile(0.99), 2)
    );
    report::publish(&run.out, "live", &(disk, all), &(intro + table.text()))
}
