//! A newcomer: how long, how many bytes and how much memory until someone who has nothing has it all.
//!
//! Ours: from the start of `cremona join` until its node says that it holds the same set as Ana's and
//! shows as many messages; verified, decrypted, on disk, searchable. Peers: from the start of the
//! process until all documents are there and hold as many messages. Bytes are those that cross the
//! socket, counted by a proxy between the two.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::chart::{self, Bar};
use crate::peers::documents::Shape;
use crate::peers::{self, Peer, floor};
use crate::person::{in_sync, wait};
use crate::proxy::Proxy;
use crate::report::{self, Table};
use crate::rows;
use crate::stats::{Series, bytes, number};
use crate::team::{Run, Team, clear};

/// What one contender needed, in all repetitions.
#[derive(Default, serde::Serialize)]
struct Figures {
    name: String,
    seconds: Series,
    first_page_seconds: Series,
    down: Series,
    up: Series,
    newcomer_peak: Series,
    server_peak: Series,
}

/// Runs all contenders on the archive, in turn.
///
/// # Errors
/// Where one of them fails.
pub fn run(run: &Run) -> Result<()> {
    let mut team = Team::of_archive(run, 100_000)?;
    let text_bytes = team.text_bytes;
    let rows = team.rows()?;
    let plain = rows::plain(&rows);
    let documents = rows::by_document(&rows).len();
    let peers = [("samod", Shape::Value), ("samod", Shape::Map), ("sync-protocol", Shape::Value)];
    for (kind, shape) in peers {
        let dir = server_dir(&team, kind, shape);
        if !dir.exists() {
            clear(&dir)?;
            peers::build(kind, &team.rows_file(), &dir, shape)?;
        }
    }
    let names = [
        "cremona",
        "samod, a message one value",
        "samod, a message one map",
        "automerge sync protocol",
        "floor: plain copy of the rows over TCP",
        "floor: `zstd -3` of the rows, no network",
    ];
    let mut all: Vec<Figures> =
        names.iter().map(|name| Figures { name: (*name).to_owned(), ..Figures::default() }).collect();
    for repetition in 0..run.repetitions {
        eprintln!("newcomer, repetition {} of {}", repetition + 1, run.repetitions);
        ours(run, &mut team, &mut all[0])?;
        for (at, (kind, shape)) in peers.iter().enumerate() {
            peer(&team, kind, *shape, documents, rows.len(), &mut all[at + 1])?;
        }
        floors(&team, &plain, &mut all[4..])?;
    }
    publish(run, &team, text_bytes, documents, &all)
}

/// Runs ours on the crowd's history.
///
/// # Errors
/// Where a node fails.
pub fn large(run: &Run) -> Result<()> {
    let (mut team, _) = Team::crowd(run, run.messages)?;
    let mut figures = Figures { name: "cremona".to_owned(), ..Figures::default() };
    for repetition in 0..run.repetitions.min(3) {
        eprintln!("newcomer of the crowd, repetition {}", repetition + 1);
        ours(run, &mut team, &mut figures)?;
    }
    let intro = format!(
        "{}: {} messages, {} of text.\n\n",
        team.label,
        number(count(team.messages), 0),
        bytes(count(team.text_bytes))
    );
    let all = [figures];
    report::publish(&run.out, "newcomer-large", &all, &(intro + table(&all, team.text_bytes).text()))
}

/// Where a peer's serving side keeps its documents.
fn server_dir(team: &Team, kind: &str, shape: Shape) -> std::path::PathBuf {
    team.folder.join(format!("{kind}-{}", shape.name()))
}

fn ours(run: &Run, team: &mut Team, figures: &mut Figures) -> Result<()> {
    let address = team.ana.up(None)?;
    let mut ana = team.ana.client()?;
    let newest = newest_of(&mut ana)?;
    let expected = ana.ask(&json!({"verb": "status"}))?["messages"].take();
    let folder = team.fresh("newcomer")?;
    let mut bo = team.person(run, &folder, "bo");
    let proxy = Proxy::to(address)?;
    let start = Instant::now();
    bo.run(&["join", &team.key, "--as", "Bo", "--dial", &proxy.address.to_string()])?;
    bo.up(None)?;
    let mut client = bo.client()?;
    wait(start, || Ok(shows(&mut client, &newest).then_some(())))?;
    figures.first_page_seconds.push(start.elapsed().as_secs_f64());
    wait(start, || Ok(in_sync(&mut client)?.then_some(())))?;
    let status = wait(start, || {
        let status = client.ask(&json!({"verb": "status"}))?;
        Ok((status["messages"] == expected && status["missing_texts"] == 0).then_some(status))
    });
    status.context("in sync, but with fewer messages")?;
    figures.seconds.push(start.elapsed().as_secs_f64());
    note(figures, &proxy, bo.memory()?.peak, team.ana.memory()?.peak);
    let verify = json!({"verb": "verify"});
    ensure!(client.ask(&verify)? == ana.ask(&verify)?, "in sync, but not equal");
    bo.stop()?;
    team.ana.stop()
}

/// Channel and id of the newest message of the channel that has most.
fn newest_of(client: &mut crate::client::Client) -> Result<(Value, Value)> {
    let channels = client.ask(&json!({"verb": "channels"}))?;
    let channels = channels["channels"].as_array().context("no channels")?;
    let largest = channels.iter().max_by_key(|channel| channel["messages"].as_u64()).context("no channel")?;
    let page = client.ask(&json!({"verb": "read", "target": largest["id"], "limit": 50}))?;
    let last = page["messages"].as_array().and_then(|messages| messages.last()).context("no messages")?;
    Ok((largest["id"].clone(), last["id"].clone()))
}

/// Whether a full page that ends with that message can be read.
fn shows(client: &mut crate::client::Client, (channel, newest): &(Value, Value)) -> bool {
    // Until the channel has come, the node refuses: there is no such channel yet.
    let Ok(page) = client.ask(&json!({"verb": "read", "target": channel, "limit": 50})) else { return false };
    let messages = page["messages"].as_array().map_or(&[][..], Vec::as_slice);
    messages.len() == 50 && messages.last().is_some_and(|last| last["id"] == *newest)
}

fn peer(team: &Team, kind: &str, shape: Shape, documents: usize, messages: usize, figures: &mut Figures) -> Result<()> {
    let served = server_dir(team, kind, shape).to_string_lossy().into_owned();
    let folder = team.fresh("newcomer")?.to_string_lossy().into_owned();
    let mut server = Peer::start(&[kind, "serve", &served])?;
    let proxy = Proxy::to(server.address()?)?;
    let address = proxy.address.to_string();
    let which = if kind == "samod" { served.clone() } else { documents.to_string() };
    if kind != "samod" {
        server.tell("accept")?;
    }
    let start = Instant::now();
    let mut newcomer = Peer::start(&[kind, "join", &folder, &which, &address])?;
    let held = newcomer.expect("synced")?;
    figures.seconds.push(start.elapsed().as_secs_f64());
    figures.first_page_seconds.push(start.elapsed().as_secs_f64());
    ensure!(held == messages.to_string(), "{kind} holds {held} messages of {messages}");
    note(figures, &proxy, newcomer.memory()?.peak, server.memory()?.peak);
    newcomer.stop()?;
    server.stop()
}

fn floors(team: &Team, plain: &[u8], figures: &mut [Figures]) -> Result<()> {
    let folder = team.fresh("newcomer")?;
    let mut proxy = None;
    let time = floor::copy(plain, &folder.join("rows"), |target| Ok(proxy.insert(Proxy::to(target)?).address))?;
    figures[0].seconds.push(time.as_secs_f64());
    figures[0].down.push(count(plain.len()));
    figures[0].up.push(0.0);
    let (time, packed) = floor::compress(plain)?;
    figures[1].seconds.push(time.as_secs_f64());
    figures[1].down.push(count(packed));
    Ok(())
}

fn note(figures: &mut Figures, proxy: &Proxy, newcomer: f64, server: f64) {
    let counted = proxy.counted();
    figures.down.push(exact(counted.down));
    figures.up.push(exact(counted.up));
    figures.newcomer_peak.push(newcomer);
    figures.server_peak.push(server);
}

#[allow(clippy::cast_precision_loss)]
fn exact(value: u64) -> f64 {
    value as f64
}

#[allow(clippy::cast_precision_loss)]
fn count(value: usize) -> f64 {
    value as f64
}

fn table(all: &[Figures], text: usize) -> Table {
    let mut table = Table::new(&[
        "contender",
        "seconds",
        "first page, s",
        "bytes down",
        "a byte of text",
        "bytes up",
        "peak newcomer",
        "peak server",
    ]);
    let mib = |series: &Series| {
        if series.0.is_empty() { "–".to_owned() } else { format!("{} MiB", number(series.median() / 1_048_576.0, 0)) }
    };
    let whole = |series: &Series| if series.0.is_empty() { "–".to_owned() } else { bytes(series.median()) };
    for figures in all {
        let first =
            if figures.first_page_seconds.0.is_empty() { "–".to_owned() } else { figures.first_page_seconds.show(2) };
        table.row(&[
            figures.name.clone(),
            figures.seconds.show(2),
            first,
            whole(&figures.down),
            number(figures.down.median() / count(text), 3),
            whole(&figures.up),
            mib(&figures.newcomer_peak),
            mib(&figures.server_peak),
        ]);
    }
    table
}

fn publish(run: &Run, team: &Team, text: usize, documents: usize, all: &[Figures]) -> Result<()> {
    let table = table(all, text);
    let intro = format!(
        "{}: {} messages, {} of text, {} documents; {} repetitions in turn, medians (least..greatest).\n\n",
        team.label,
        number(count(team.messages), 0),
        bytes(count(text)),
        documents,
        run.repetitions
    );
    let bar = |figures: &Figures, series: &Series, text: String| Bar {
        label: figures.name.replace('`', ""),
        value: series.median(),
        text,
        ours: figures.name == "cremona",
    };
    let times: Vec<Bar> =
        all.iter().map(|one| bar(one, &one.seconds, format!("{:.2} s", one.seconds.median()))).collect();
    let sizes: Vec<Bar> = all.iter().map(|one| bar(one, &one.down, bytes(one.down.median()))).collect();
    report::draw(&run.out, "newcomer-time", &chart::bars("A newcomer gets everything: seconds", &times))?;
    report::draw(&run.out, "newcomer-bytes", &chart::bars("A newcomer gets everything: bytes at the socket", &sizes))?;
    report::publish(&run.out, "newcomer", &all, &(intro + table.text()))
}
