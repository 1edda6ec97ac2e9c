//! Benchmarks: real nodes beside samod, the sync protocol of automerge and plain copies, on the same
//! text, on the same machine, in turn; and a simulation of how everything grows.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml -- all --archive EXPORT.zip` measures all
//! and fills `docs/benchmarks.md`. Every peer and every node is a process of its own, so that the
//! kernel's peak of memory is that of one side.

mod bench;
mod chart;
mod client;
mod crowd;
mod machine;
mod peers;
mod person;
mod proxy;
mod report;
mod rows;
mod scale;
mod stats;
mod talk;
mod team;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Parser, Subcommand};

use team::Run;

/// Cremona beside its peers, measured.
#[derive(Parser)]
#[command(name = "cremona-benches")]
struct Cli {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Everything, in the order of the page.
    All(Options),
    /// A newcomer gets everything: ours, samod, the sync protocol, floors.
    Newcomer(Options),
    /// A newcomer of the crowd: ours only, at the size where peers do not go.
    Large(Options),
    /// Meeting again: in sync, 10 and 10,000 behind; ours and samod.
    Reconnect(Options),
    /// One hop of a live message; ours and samod.
    Live(Options),
    /// One node: start, memory, disk, search, pages.
    Node(Options),
    /// Ten idle nodes: bytes and processor time an hour.
    Idle(Options),
    /// The simulation of growth, from 10 to 1,000 devices.
    Scale(Options),
    /// Writes the history of a crowd and nothing else, to be used by a later run.
    Crowd(Options),
    /// One side of a peer; the benchmarks start these themselves.
    #[command(hide = true)]
    Peer {
        /// Which.
        kind: String,
        /// What it shall do.
        args: Vec<String>,
    },
}

#[derive(Args)]
struct Options {
    /// A Slack export; text is generated without one.
    #[arg(long, value_name = "ZIP")]
    archive: Option<PathBuf>,
    /// Where results and charts go; tables go into the page of the same name.
    #[arg(long, value_name = "DIR", default_value = "docs/benchmarks")]
    out: PathBuf,
    /// Where directories are made, and kept for the next run; on the disk that is to be measured.
    #[arg(long, value_name = "DIR")]
    work: Option<PathBuf>,
    /// The binary to measure; built from this checkout without one.
    #[arg(long, value_name = "FILE")]
    cremona: Option<PathBuf>,
    /// How many messages the crowd of 1,000 devices writes.
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    messages: usize,
    /// How long idle nodes are watched.
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    idle: u64,
    /// How often each contender has its turn.
    #[arg(long, value_name = "N", default_value_t = 5)]
    repetitions: usize,
}

fn main() -> Result<()> {
    match Cli::parse().what {
        What::All(options) => all(&options.run()?),
        What::Newcomer(options) => bench::newcomer::run(&options.run()?),
        What::Large(options) => bench::newcomer::large(&options.run()?),
        What::Reconnect(options) => bench::reconnect::run(&options.run()?),
        What::Live(options) => bench::live::run(&options.run()?),
        What::Node(options) => bench::node::run(&options.run()?),
        What::Idle(options) => bench::idle::run(&options.run()?),
        What::Scale(options) => scale::run(&options.run()?),
        What::Crowd(options) => {
            let run = options.run()?;
            team::Team::crowd(&run, run.messages).map(|_| ())
        }
        What::Peer { kind, args } => match kind.as_str() {
            "samod" => peers::samod::run(&args),
            "sync-protocol" => peers::sync_protocol::run(&args),
            _ => bail!("no peer is called {kind}"),
        },
    }
}

fn all(run: &Run) -> Result<()> {
    let disk = machine::sync_times(&run.work)?;
    let text = format!(
        "{}. This disk needs {} ms to write and sync 4 KiB (median of 200; p99 {}).\n",
        machine::description(),
        stats::number(disk.median(), 2),
        stats::number(disk.percentile(0.99), 2)
    );
    report::publish(&run.out, "machine", &disk, &text)?;
    bench::newcomer::run(run)?;
    bench::newcomer::large(run)?;
    bench::reconnect::run(run)?;
    bench::live::run(run)?;
    bench::node::run(run)?;
    bench::idle::run(run)?;
    scale::run(run)
}

impl Options {
    fn run(self) -> Result<Run> {
        ensure!(self.repetitions > 0, "at least one repetition");
        let work = self.work.clone().unwrap_or_else(|| std::env::temp_dir().join("cremona-benches"));
        std::fs::create_dir_all(&work).with_context(|| format!("can't make {}", work.display()))?;
        let program = match &self.cremona {
            Some(program) => program.canonicalize().with_context(|| format!("no {}", program.display()))?,
            None => build()?,
        };
        let idle = std::time::Duration::from_secs(self.idle);
        let Self { archive, out, repetitions, messages, .. } = self;
        Ok(Run { program, work, archive, out, repetitions, messages, idle })
    }
}

/// Builds the node of this checkout, in release.
fn build() -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the benches stand in the project")?;
    let status =
        Command::new("cargo").args(["build", "--release", "--locked", "-p", "cremona"]).current_dir(root).status()?;
    ensure!(status.success(), "cremona does not build");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join("release").join("cremona"))
}
