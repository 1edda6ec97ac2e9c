//! Ten nodes in sync that have nothing to say: bytes an hour on each connection, and processor time.
//!
//! Nine nodes dial the first, each through a proxy of its own. What is counted are the bytes from a
//! quiet start to the end of the watch, and what that is for an hour.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::machine::processor_seconds;
use crate::person::{in_sync, wait};
use crate::proxy::Proxy;
use crate::report::{self, Table};
use crate::stats::{Series, number};
use crate::team::{Run, Team};

/// Nodes.
const NODES: usize = 10;
/// How long nodes may settle before anything is counted.
const SETTLE: Duration = Duration::from_secs(30);

#[derive(Default, serde::Serialize)]
struct Figures {
    watched_seconds: f64,
    bytes_an_hour: Series,
    cpu_seconds_an_hour: Series,
    connections: u64,
}

/// Watches ten nodes for as long as the run says.
///
/// # Errors
/// Where a node fails.
pub fn run(run: &Run) -> Result<()> {
    let mut team = Team::generated(run, 1_000)?;
    let address = team.ana.up(None)?;
    let folder = team.fresh("idle")?;
    let mut others = Vec::new();
    for number in 1..NODES {
        let mut person = team.person(run, &folder, &format!("n{number}"));
        let proxy = Proxy::to(address)?;
        person.run(&["join", &team.key, "--as", &format!("N{number}")])?;
        person.up(Some(proxy.address))?;
        others.push((person, proxy));
    }
    for (person, _) in &others {
        let mut client = person.client()?;
        wait(Instant::now(), || Ok(in_sync(&mut client)?.then_some(())))?;
    }
    eprintln!("ten nodes are in sync; they are watched for {} s", run.idle.as_secs());
    std::thread::sleep(SETTLE);
    let total = |proxy: &Proxy| proxy.counted().up + proxy.counted().down;
    let before: Vec<u64> = others.iter().map(|(_, proxy)| total(proxy)).collect();
    let pids = std::iter::once(team.ana.pid()?)
        .chain(others.iter().map(|(person, _)| person.pid()).collect::<Result<Vec<_>>>()?);
    let pids: Vec<u32> = pids.collect();
    let cpu = pids.iter().map(|pid| processor_seconds(*pid)).collect::<Result<Vec<_>>>()?;
    let start = Instant::now();
    std::thread::sleep(run.idle);
    let watched = start.elapsed().as_secs_f64();
    let an_hour = 3_600.0 / watched;
    let mut figures = Figures { watched_seconds: watched, ..Figures::default() };
    for ((_, proxy), before) in others.iter().zip(before) {
        #[allow(clippy::cast_precision_loss)]
        figures.bytes_an_hour.push((total(proxy) - before) as f64 * an_hour);
        figures.connections += proxy.counted().connections;
    }
    for (pid, before) in pids.iter().zip(cpu) {
        figures.cpu_seconds_an_hour.push((processor_seconds(*pid)? - before) * an_hour);
    }
    for (person, _) in &mut others {
        person.stop()?;
    }
    team.ana.stop()?;
    publish(run, &figures)
}

fn publish(run: &Run, figures: &Figures) -> Result<()> {
    let mut table = Table::new(&["ten idle nodes, nine connections", "median (least..greatest)"]);
    let kilo = Series(figures.bytes_an_hour.0.iter().map(|bytes| bytes / 1e3).collect());
    table.row(&["KB an hour on a connection, both ways".to_owned(), kilo.show(1)]);
    table.row(&["CPU seconds an hour of a node".to_owned(), figures.cpu_seconds_an_hour.show(1)]);
    let intro = format!(
        "Watched for {} s after {} s to settle; {} connections were opened in all, over the nine proxies.\n\n",
        number(figures.watched_seconds, 0),
        SETTLE.as_secs(),
        figures.connections
    );
    report::publish(&run.out, "idle", figures, &(intro + table.text()))
}
