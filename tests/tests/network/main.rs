//! The network as it is: real nodes in network namespaces, behind slow, far, lossy, closed and
//! changing links. Every row ends with equal nodes, and with its time and its bytes in one table.
//!
//! A row is a function; rows run a few at a time, and one that fails names itself. The harness is
//! our own because the table comes last. `cargo test -p cremona-tests --test network -- nat` runs
//! the rows whose names contain `nat`; `CREMONA_SEED=N` replays the chance of an earlier run.
#![allow(clippy::unwrap_used)] // a test that meets an error has failed

mod ear;
#[allow(dead_code, reason = "shared with the system tests, which make other archives")]
#[path = "../system/export.rs"]
mod export;
mod ground;
mod history;
mod links;
mod member;
#[allow(dead_code, reason = "shared with the system tests, which ask for more")]
#[path = "../system/person.rs"]
mod person;
mod rows;
mod space;
mod table;
mod wire;

use std::process::ExitCode;
use std::sync::Mutex;

use ground::Ground;
use rows::{ROWS, Row};
use table::Outcome;

/// Rows at once: they wait for slow links more than for this machine.
const AT_ONCE: usize = 4;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let rows: Vec<&'static Row> =
        ROWS.iter().filter(|row| words.is_empty() || words.iter().any(|word| row.name.contains(*word))).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        rows.iter().for_each(|row| println!("{}: test", row.name.replace(' ', "_")));
        return ExitCode::SUCCESS;
    }
    if let Err(why) = space::may_be_made() {
        println!("the network as it is: NOT RUN, no namespaces here: {why}");
        let must = std::env::var("CI").is_ok_and(|value| value == "true");
        return if must { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    }
    space::sweep();
    person::binary();
    let seed = std::env::var("CREMONA_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(fresh_seed);
    println!("the network as it is: {} rows, CREMONA_SEED={seed}", rows.len());
    let outcomes = run(&rows, seed);
    let good = outcomes.iter().all(|(_, outcome)| outcome.is_ok());
    table::show(&outcomes);
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs rows, the first ones first, and gives what became of each, in the same order.
fn run(rows: &[&'static Row], seed: u64) -> Vec<(&'static Row, Outcome)> {
    let next = Mutex::new(rows.iter().enumerate());
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((number, row)) = take(&next) {
                    let outcome = run_one(row, number, seed);
                    println!("{} ... {}", row.name, if outcome.is_ok() { "ok" } else { "FAILED" });
                    done.lock().unwrap().push((number, *row, outcome));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(number, ..)| *number);
    done.into_iter().map(|(_, row, outcome)| (row, outcome)).collect()
}

fn take<I: Iterator>(next: &Mutex<I>) -> Option<I::Item> {
    next.lock().unwrap().next()
}

/// Runs a row in a thread of its own, so that a panic is heard and everything it made is dropped.
fn run_one(row: &'static Row, number: usize, seed: u64) -> Outcome {
    let run = move || (row.run)(&Ground::new(number, seed));
    let thread = std::thread::Builder::new().name(row.name.to_owned()).spawn(run).unwrap();
    thread.join().map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
    })
}

fn fresh_seed() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    u64::from(since.subsec_nanos())
}
