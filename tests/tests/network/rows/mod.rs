//! The rows, those that take longest first.

mod bad_links;
mod changes;
mod live;
mod newcomer;
mod walls;

use std::time::Duration;

use crate::ground::Ground;
use crate::table::Measure;

/// How long anything in a row may take.
const PATIENCE: Duration = Duration::from_secs(90);

/// A network, and what happens on it.
pub struct Row {
    pub name: &'static str,
    pub run: fn(&Ground) -> Measure,
}

impl Row {
    const fn new(name: &'static str, run: fn(&Ground) -> Measure) -> Self {
        Self { name, run }
    }
}

/// All rows.
pub const ROWS: &[Row] = &[
    Row::new("256 kbit/s, live meanwhile", live::live),
    Row::new("256 kbit/s", bad_links::slow),
    Row::new("a link that flaps", changes::flapping),
    Row::new("a network change in mid-transfer", changes::moving),
    Row::new("300 ms each way", bad_links::far),
    Row::new("5 % loss", bad_links::lossy),
    Row::new("reordering", bad_links::reordered),
    Row::new("MTU 1280", bad_links::narrow),
    Row::new("NAT on one side", walls::one_home),
    Row::new("NAT on both sides, port-restricted", walls::two_homes),
    Row::new("NAT on both sides, symmetric", walls::two_symmetric_homes),
    Row::new("UDP blocked", walls::udp_blocked),
    Row::new("a black hole", walls::black_hole),
];
