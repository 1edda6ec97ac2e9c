//! Something between them answers nothing, lets nothing in, or lets only some things through.

use std::time::{Duration, Instant};

use super::PATIENCE;
use super::newcomer::newcomer;
use crate::ground::Ground;
use crate::links::{Outside, Translation, blocks, cable, home};
use crate::member::{Member, PORT, settle, until};
use crate::table::Measure;

/// How long a newcomer may take although one of the addresses is a black hole.
const UNDELAYED: Duration = Duration::from_secs(5);

/// Bo tries UDP as well, and hears nothing.
pub fn udp_blocked(ground: &Ground) -> Measure {
    let [ana, bo] = ["ana", "bo"].map(|name| ground.space(name));
    cable((&ana, "wire", "10.0.0.1/24"), (&bo, "wire", "10.0.0.2/24"));
    blocks(&bo, "meta l4proto udp");
    newcomer(ground, &ana, (&bo, "wire"), |bo| bo.person.dial = vec![format!("/ip4/10.0.0.1/udp/{PORT}/quic-v1")])
}

/// Bo was told two more addresses, of a machine that drops whatever it gets.
pub fn black_hole(ground: &Ground) -> Measure {
    let [ana, bo, hole] = ["ana", "bo", "hole"].map(|name| ground.space(name));
    cable((&ana, "wire", "10.0.0.1/24"), (&bo, "wire", "10.0.0.2/24"));
    cable((&hole, "wire", "10.0.9.1/24"), (&bo, "hole", "10.0.9.2/24"));
    blocks(&hole, "meta l4proto { tcp, udp, icmp }");
    let holes = vec![format!("10.0.9.1:{PORT}"), format!("/ip4/10.0.9.1/udp/{PORT}/quic-v1")];
    let measure = newcomer(ground, &ana, (&bo, "wire"), |bo| bo.person.dial = holes);
    assert!(measure.took < UNDELAYED, "the black hole held Bo up for {:?}", measure.took);
    measure
}

/// Ana can be reached, Bo can't.
pub fn one_home(ground: &Ground) -> Measure {
    let outside = Outside::new(ground);
    let [ana, bo] = ["ana", "bo"].map(|name| ground.space(name));
    outside.plug(&ana, "44.0.0.1/24");
    let _router = home(ground, &outside, &bo, "bo", "44.0.0.2/24", Translation::PortRestricted);
    newcomer(ground, &ana, (&bo, "home"), |_| {})
}

pub fn two_homes(ground: &Ground) -> Measure {
    homes(ground, Translation::PortRestricted)
}

pub fn two_symmetric_homes(ground: &Ground) -> Measure {
    homes(ground, Translation::Symmetric)
}

/// Cy can be reached; Ana and Bo can't, and meet through her.
fn homes(ground: &Ground, how: Translation) -> Measure {
    const MESSAGES: usize = 500;
    let outside = Outside::new(ground);
    let [ana, bo, cy] = ["ana", "bo", "cy"].map(|name| ground.space(name));
    outside.plug(&cy, "44.0.0.1/24");
    let _routers = [
        home(ground, &outside, &ana, "ana", "44.0.0.2/24", how),
        home(ground, &outside, &bo, "bo", "44.0.0.3/24", how),
    ];
    let [mut cyra, mut anna, mut bob] =
        [("cy", &cy), ("ana", &ana), ("bo", &bo)].map(|(name, space)| ground.member(name, space));
    cyra.founds();
    cyra.up();
    anna.joins(&cyra.key());
    settle(&mut [&mut cyra, &mut anna], PATIENCE);
    anna.imports(&ground.history(MESSAGES, 160));
    let before = bo.bytes("home");
    let began = Instant::now();
    bob.joins(&cyra.key());
    settle(&mut [&mut cyra, &mut anna, &mut bob], PATIENCE);
    let (took, bytes) = (began.elapsed(), bo.bytes("home") - before);
    assert_eq!(bob.messages(), MESSAGES as u64);
    until(&mut [&mut anna, &mut bob], "Ana and Bo meet", PATIENCE, |members| way(members[1], "ana").is_some());
    let met = began.elapsed();
    let way = way(&bob, "ana").unwrap_or_default();
    let way = if way.contains("/p2p-circuit") { "through Cy" } else { "directly" };
    let note = format!(
        "{MESSAGES} messages of 160 B of the other home; the homes meet {way}, {:.1} s after Bo came",
        met.as_secs_f64()
    );
    Measure { took, bytes, note }
}

/// The address by which someone is connected, if they are.
fn way(member: &Member, other: &str) -> Option<String> {
    let peers = member.peers();
    let mut peers = peers["peers"].as_array().unwrap().iter();
    let peer = peers.find(|peer| peer["name"] == other && peer["state"] == "connected")?;
    peer["address"].as_str().map(str::to_owned)
}
