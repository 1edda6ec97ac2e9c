//! The rows, those that take longest first.

mod bad_links;
mod changes;
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

/// All rows.
pub const ROWS: &[Row] = &[
    Row { name: "256 kbit/s", run: bad_links::slow },
    Row { name: "a link that flaps", run: changes::flapping },
    Row { name: "a network change in mid-transfer", run: changes::moving },
    Row { name: "300 ms each way", run: bad_links::far },
    Row { name: "5 % loss", run: bad_links::lossy },
    Row { name: "reordering", run: bad_links::reordered },
    Row { name: "MTU 1280", run: bad_links::narrow },
    Row { name: "NAT on one side", run: walls::one_home },
    Row { name: "NAT on both sides, port-restricted", run: walls::two_homes },
    Row { name: "NAT on both sides, symmetric", run: walls::two_symmetric_homes },
    Row { name: "UDP blocked", run: walls::udp_blocked },
    Row { name: "a black hole", run: walls::black_hole },
];
