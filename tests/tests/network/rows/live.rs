//! Bo catches up over a slow link, and meanwhile the others go on talking.

use std::time::{Duration, Instant};

use super::PATIENCE;
use crate::ground::Ground;
use crate::links::{cable, slow};
use crate::member::{Member, settle, until};
use crate::table::Measure;

/// Messages of the history.
const MESSAGES: usize = 2_000;
/// Bytes of each.
const BYTES: usize = 600;
/// Messages that each of the three says meanwhile.
const LIVE: usize = 100;
/// They do so this often.
const EVERY: Duration = Duration::from_millis(250);
/// The 99th percentile of the delay of a live message, at most.
const DELAY: Duration = Duration::from_secs(2);

/// Cy, who is near Ana, talks with Bo, who is far behind a slow link and reaches only Ana.
pub fn live(ground: &Ground) -> Measure {
    let [ana, bo, cy] = ["ana", "bo", "cy"].map(|name| ground.space(name));
    cable((&ana, "cy", "10.0.1.1/24"), (&cy, "wire", "10.0.1.2/24"));
    cable((&ana, "bo", "10.0.0.1/24"), (&bo, "wire", "10.0.0.2/24"));
    slow(&ana, "bo", 256);
    slow(&bo, "wire", 256);
    let [mut anna, mut bob, mut cyra] =
        [("ana", &ana), ("bo", &bo), ("cy", &cy)].map(|(name, space)| ground.member(name, space));
    anna.founds();
    anna.imports(&ground.history(MESSAGES, BYTES));
    anna.up();
    cyra.joins(&anna.key());
    settle(&mut [&mut anna, &mut cyra], PATIENCE);
    let before = bo.bytes("wire");
    let began = Instant::now();
    bob.joins(&anna.key());
    until(&mut [&mut anna, &mut bob], "the first of the history", PATIENCE, |members| members[1].messages() > 0);
    let said = converse(&mut bob, &anna, &cyra);
    let there = bob.messages();
    assert!(there < MESSAGES as u64, "all was there before the last live message: the history is too small");
    settle(&mut [&mut anna, &mut cyra, &mut bob], PATIENCE);
    let (took, bytes) = (began.elapsed(), bo.bytes("wire") - before);
    let [from_cy, from_ana] = [&said.by_cy, &said.by_ana].map(|said| Delays::of(&mut bob, said));
    let from_bo = Delays::of(&mut cyra, &said.by_bo);
    let note = format!(
        "{MESSAGES} messages of {BYTES} B, and live meanwhile: Cy to Bo {from_cy}; Ana to Bo {from_ana}; Bo to Cy {from_bo}"
    );
    let in_time = [from_cy, from_ana, from_bo].iter().all(|delays| delays.p99 <= DELAY);
    assert!(in_time, "live messages are held up: {note}");
    Measure { took, bytes, note }
}

/// What was said, by id, and when.
#[derive(Default)]
struct Said {
    by_ana: Vec<(String, Instant)>,
    by_bo: Vec<(String, Instant)>,
    by_cy: Vec<(String, Instant)>,
}

/// The three talk by turns, at a steady pace.
fn converse(bo: &mut Member, ana: &Member, cy: &Member) -> Said {
    let say = |member: &Member, n: usize| {
        let now = Instant::now();
        (member.person.post(&format!("{} says {n}", member.name)), now)
    };
    let mut said = Said::default();
    let began = Instant::now();
    for n in 0..LIVE {
        said.by_cy.push(say(cy, n));
        said.by_bo.push(say(bo, n));
        said.by_ana.push(say(ana, n));
        let next = began + EVERY * (n as u32 + 1);
        while Instant::now() < next {
            bo.listen_until(next);
        }
    }
    said
}

/// How long live messages took to become visible.
struct Delays {
    median: Duration,
    p99: Duration,
    longest: Duration,
}

impl Delays {
    /// Of what was said to someone, all of which is there.
    fn of(listener: &mut Member, said: &[(String, Instant)]) -> Self {
        until(&mut [listener], "all was seen", PATIENCE, |members| {
            said.iter().all(|(id, _)| members[0].saw(id).is_some())
        });
        let mut delays: Vec<Duration> =
            said.iter().map(|(id, when)| listener.saw(id).unwrap().saturating_duration_since(*when)).collect();
        delays.sort();
        let at = |percent: usize| delays[(delays.len() * percent).div_ceil(100) - 1];
        Self { median: at(50), p99: at(99), longest: at(100) }
    }
}

impl std::fmt::Display for Delays {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { median, p99, longest } = self;
        write!(f, "p50 {} ms, p99 {} ms, longest {} ms", median.as_millis(), p99.as_millis(), longest.as_millis())
    }
}
