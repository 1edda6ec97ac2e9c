//! How everything grows from 10 to 1,000 devices in a year: real engines, real envelopes, real frames.
//!
//! Assumed of people: each writes ten messages on each of 250 working days, in texts of
//! [`crate::talk`], and has two lives of a log. Everything else is counted: a workspace of that many
//! devices is founded in memory, everyone says a few things, two engines meet over frames that are
//! counted by type, one is away while others write, and meets again. What is proportional to the
//! number of messages is scaled up to a year's; what depends on the number of logs stands as counted.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use cremona_engine::{Effect, Engine, Input, Peer};
use cremona_envelope::{Identity, LogId, Receipt, Time};
use cremona_store::Store;

use crate::chart::{self, Line};
use crate::crowd::Crowd;
use crate::report::{self, Table};
use crate::stats::{bytes, number};
use crate::talk::{Crew, START, Talk};
use crate::team::Run;

/// Sizes of teams.
const TEAMS: [usize; 5] = [10, 30, 100, 300, 1_000];
/// Messages that a member writes in a year.
const A_YEAR: f64 = 2_500.0;
/// Messages that each member writes here, before and while somebody is away.
const SAMPLE: usize = 4;
/// Lives of each device.
const LIVES: f64 = 2.0;
/// Peers that a node passes a live message on to, at most: gossipsub's mesh as it is set by default.
const MESH: f64 = 6.0;
/// Frame types that carry messages: a run, bodies, a slice of a bundle; all others are talk about them.
const CARRIERS: [u8; 3] = [5, 11, 13];

/// What a team of one size needs.
#[derive(Default, serde::Serialize)]
struct Grown {
    devices: usize,
    messages_a_year: f64,
    text_a_message: f64,
    envelope: f64,
    mailbox_a_year: f64,
    frontier_entries: usize,
    in_sync: usize,
    newcomer_beside: usize,
    month_beside: usize,
    month: f64,
    run_a_message: f64,
    gossip_a_day: f64,
    receipt: f64,
    receipts: f64,
}

/// Bytes of frames, by type.
#[derive(Default)]
struct Traffic(BTreeMap<u8, usize>);

/// Two engines between which frames go.
struct Pair {
    engines: [Engine; 2],
    now: Time,
}

/// Simulates teams of all sizes and fills `scale.md`.
///
/// # Errors
/// Where an engine fails.
pub fn run(run: &Run) -> Result<()> {
    let mut all = Vec::new();
    for devices in TEAMS {
        eprintln!("a team of {devices}");
        all.push(grow(devices)?);
    }
    publish(run, &all)
}

#[allow(clippy::cast_precision_loss)]
fn grow(devices: usize) -> Result<Grown> {
    let crew = Crew { members: devices, channels: (devices / 10).clamp(3, 93), months: 12 };
    let ana = Identity::from_seeds(&[1; 32], &[2; 32]);
    let (engine, mut crowd) = Crowd::found(Store::in_memory()?, &ana, &crew)?;
    let bo = crowd.newcomer(Store::in_memory()?, "Bo", Time(START * 1_000))?;
    let mut pair = Pair { engines: [engine, bo], now: Time(START * 1_000) };
    let (before, envelopes, texts) = pair.everybody_talks(&mut crowd, &crew)?;
    for at in 0..devices {
        crowd.renew(&mut pair.engines[0], at, pair.now)?;
    }
    pair.everybody_talks(&mut crowd, &crew)?;
    let newcomer = pair.meet()?;
    let in_sync = pair.meet()?;
    pair.everybody_talks(&mut crowd, &crew)?;
    let month = pair.meet()?;
    let logs = devices as f64 * LIVES;
    let run_a_message = month.of(&CARRIERS) as f64 / before as f64;
    let envelope = envelopes as f64 / before as f64;
    let messages_a_year = devices as f64 * A_YEAR;
    let receipt = receipt_bytes(devices * 2, A_YEAR as u64 / 2);
    Ok(Grown {
        devices,
        messages_a_year,
        text_a_message: texts as f64 / before as f64,
        envelope,
        mailbox_a_year: messages_a_year * envelope,
        frontier_entries: logs as usize,
        in_sync: in_sync.all(),
        newcomer_beside: newcomer.all() - newcomer.of(&CARRIERS),
        month_beside: month.all() - month.of(&CARRIERS),
        month: messages_a_year / 12.0 * run_a_message + (month.all() - month.of(&CARRIERS)) as f64,
        run_a_message,
        gossip_a_day: devices as f64 * 10.0 * envelope * MESH.min(devices as f64 - 1.0),
        receipt,
        receipts: receipt * devices as f64,
    })
}

/// Bytes of a receipt for that many logs, signed.
fn receipt_bytes(logs: usize, seq: u64) -> f64 {
    let frontier = (0..logs).map(|log| {
        let id = blake3::hash(&log.to_be_bytes());
        let (half, _) = id.as_bytes().split_first_chunk().expect("32 bytes hold 16");
        (LogId(*half), seq)
    });
    #[allow(clippy::cast_precision_loss)]
    let payload = Receipt::new([0; 32], 0, frontier).encode().len() as f64;
    payload + 58.0 + 64.0
}

impl Pair {
    /// Everybody says a few things to the first engine: how many, bytes of envelopes, bytes of texts.
    fn everybody_talks(&mut self, crowd: &mut Crowd, crew: &Crew) -> Result<(usize, usize, usize)> {
        let count = crew.members * SAMPLE;
        let (mut envelopes, mut texts) = (0, 0);
        for (number, said) in Talk::new(*crew, count, self.now.0).enumerate() {
            self.now = self.now.plus(1_000);
            let member = number % crew.members;
            let (_, bytes) = crowd.say(&mut self.engines[0], member, said.channel, None, &said.text, self.now)?;
            envelopes += bytes;
            texts += said.text.len();
        }
        Ok((count, envelopes, texts))
    }

    /// Both meet, exchange until they are in sync, and part; what crossed.
    fn meet(&mut self) -> Result<Traffic> {
        let mut traffic = Traffic::default();
        let peers = [Peer(self.engines[0].device().0), Peer(self.engines[1].device().0)];
        for at in 0..2 {
            self.engines[at].handle(Input::PeerUp { peer: peers[1 - at] }, self.now)?;
        }
        for _ in 0..1_000 {
            while self.pass(&mut traffic, peers)? {}
            let in_sync = (0..2).all(|at| self.engines[at].progress(&peers[1 - at]).in_sync);
            if in_sync {
                break;
            }
            let wake = self.engines.iter().filter_map(Engine::wake_at).min();
            self.now = wake.map_or(self.now.plus(100), |at| at.max(self.now.plus(10)));
            for engine in &mut self.engines {
                engine.handle(Input::Tick, self.now)?;
            }
        }
        for at in 0..2 {
            ensure!(self.engines[at].progress(&peers[1 - at]).in_sync, "two engines do not get in sync");
            self.engines[at].handle(Input::PeerDown { peer: peers[1 - at] }, self.now)?;
        }
        Ok(traffic)
    }

    /// Carries frames over, both ways; whether there were any.
    fn pass(&mut self, traffic: &mut Traffic, peers: [Peer; 2]) -> Result<bool> {
        let mut any = false;
        for (at, peer) in peers.into_iter().enumerate() {
            let (mut frames, mut checks) = (Vec::new(), Vec::new());
            while let Some(effect) = self.engines[at].poll_effect() {
                match effect {
                    Effect::Send { bytes, .. } => frames.push(bytes),
                    Effect::Drop { reason, .. } => anyhow::bail!("an engine drops the other: {reason}"),
                    Effect::Check(check) => checks.push(check),
                    // What was said by gossip is fetched here all the same.
                    Effect::Publish { .. }
                    | Effect::Guard(_)
                    | Effect::Verdict { .. }
                    | Effect::Dial { .. }
                    | Effect::Addresses { .. }
                    | Effect::Mine
                    | Effect::Committed { .. } => {}
                }
            }
            for check in checks {
                any = true;
                self.engines[at].handle(Input::Checked(Box::new(check.run())), self.now)?;
            }
            for bytes in frames {
                any = true;
                *traffic.0.entry(bytes.first().copied().unwrap_or(0)).or_default() += bytes.len();
                self.engines[1 - at].handle(Input::Frame { peer, bytes }, self.now)?;
            }
        }
        Ok(any)
    }
}

impl Traffic {
    fn all(&self) -> usize {
        self.0.values().sum()
    }

    fn of(&self, types: &[u8]) -> usize {
        types.iter().filter_map(|kind| self.0.get(kind)).sum()
    }
}

/// How a number grew between the last two teams, as a power of the number of devices.
#[allow(clippy::cast_precision_loss)]
fn law(all: &[Grown], pick: &dyn Fn(&Grown) -> f64) -> String {
    let [.., before, last] = all else { return "–".to_owned() };
    let power = (pick(last) / pick(before)).ln() / (last.devices as f64 / before.devices as f64).ln();
    if power.abs() < 0.05 { "constant".to_owned() } else { format!("n^{power:.2}") }
}

#[allow(clippy::cast_precision_loss)]
fn publish(run: &Run, all: &[Grown]) -> Result<()> {
    let mut columns = vec!["what".to_owned()];
    columns.extend(all.iter().map(|one| format!("{} devices", number(one.devices as f64, 0))));
    columns.push("law".to_owned());
    let mut table = Table::new(&columns.iter().map(String::as_str).collect::<Vec<_>>());
    type Pick = Box<dyn Fn(&Grown) -> f64>;
    let rows: Vec<(&str, bool, Pick)> = vec![
        ("messages a year", false, Box::new(|one| one.messages_a_year)),
        ("text a message", true, Box::new(|one| one.text_a_message)),
        ("envelope of a message, as it travels alone", true, Box::new(|one| one.envelope)),
        ("a message in catch-up", true, Box::new(|one| one.run_a_message)),
        ("mailbox: envelopes of a year", true, Box::new(|one| one.mailbox_a_year)),
        ("frontier entries (logs)", false, Box::new(|one| one.frontier_entries as f64)),
        ("meeting in sync, both ways", true, Box::new(|one| one.in_sync as f64)),
        ("back after a month: all frames", true, Box::new(|one| one.month)),
        ("back after a month: beside the messages", true, Box::new(|one| one.month_beside as f64)),
        ("newcomer: beside the messages", true, Box::new(|one| one.newcomer_beside as f64)),
        ("live traffic of a node a day, out at most", true, Box::new(|one| one.gossip_a_day)),
        ("a receipt with its frontier", true, Box::new(|one| one.receipt)),
        ("receipts of all devices, once", true, Box::new(|one| one.receipts)),
        ("hours between a device's receipts at the least", false, Box::new(hours)),
    ];
    for (what, is_bytes, pick) in &rows {
        let mut row = vec![(*what).to_owned()];
        row.extend(all.iter().map(|one| {
            if *is_bytes { bytes(pick(one)) } else { number(pick(one), if pick(one) < 10.0 { 2 } else { 0 }) }
        }));
        row.push(law(all, pick));
        table.row(&row);
    }
    let line = |label: &str, pick: &dyn Fn(&Grown) -> f64| Line {
        label: label.to_owned(),
        points: all.iter().map(|one| (one.devices as f64, pick(one))).collect(),
    };
    let lines = [
        line("mailbox, a year", &|one| one.mailbox_a_year),
        line("back after a month", &|one| one.month),
        line("live traffic, a day", &|one| one.gossip_a_day),
        line("receipts of all", &|one| one.receipts),
        line("month: beside messages", &|one| one.month_beside as f64),
        line("in sync", &|one| one.in_sync as f64),
    ];
    report::draw(&run.out, "scale", &chart::lines("Bytes, by the number of devices", "devices", &lines))?;
    report::publish_on(&run.out.with_file_name("scale.md"), &run.out, "scale", &all, table.text())
}

/// Receipts are paced so that those of all devices come to 1 KiB a second, and one a minute at most.
#[allow(clippy::cast_precision_loss)]
fn hours(one: &Grown) -> f64 {
    (one.receipts / 1_000.0).max(60.0) / 3_600.0
}
