//! The network changes while Bo is catching up.

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::PATIENCE;
use crate::ground::Ground;
use crate::links::{Outside, cable, slow};
use crate::member::{Member, settle, until};
use crate::space::Space;
use crate::table::Measure;

/// Messages of the history.
const MESSAGES: usize = 1_500;
/// Bytes of each.
const BYTES: usize = 300;
/// How long Bo's cable is in, and how long it is out.
const IN: Duration = Duration::from_millis(3_000);
const OUT: Duration = Duration::from_millis(1_500);

/// Someone pulls Bo's cable and puts it back, again and again.
pub fn flapping(ground: &Ground) -> Measure {
    let outside = Outside::new(ground);
    let [ana, bo] = ["ana", "bo"].map(|name| ground.space(name));
    outside.plug(&ana, "44.0.0.1/24");
    let port = outside.plug(&bo, "44.0.0.2/24");
    slow(&ana, "out", 512);
    let (mut anna, mut bob) = pair(ground, &ana, &bo);
    let before = bo.bytes("out");
    let began = Instant::now();
    bob.joins(&anna.key());
    let pulls = std::thread::scope(|scope| {
        // Dropped with this closure, whichever way it ends.
        let (stop, stopped) = channel();
        let (outside, port) = (&outside, &port);
        let someone = scope.spawn(move || pull(outside, port, &stopped));
        settle(&mut [&mut anna, &mut bob], PATIENCE);
        drop(stop);
        someone.join().unwrap()
    });
    let (took, bytes) = (began.elapsed(), bo.bytes("out") - before);
    assert!(pulls >= 2, "all was there after {pulls} pulls: the history is too small");
    Measure { took, bytes, note: format!("{MESSAGES} messages of {BYTES} B at 512 kbit/s, cable pulled {pulls} times") }
}

/// Pulls a cable until told to stop, and leaves it in; gives how often.
fn pull(outside: &Outside, port: &str, stopped: &Receiver<()>) -> usize {
    let waits = |time| stopped.recv_timeout(time) == Err(RecvTimeoutError::Timeout);
    let mut pulls = 0;
    while waits(IN) {
        outside.pull(port);
        pulls += 1;
        let goes_on = waits(OUT);
        outside.put_back(port);
        if !goes_on {
            break;
        }
    }
    pulls
}

/// Bo walks from the wireless network to the wired one; his old address is gone.
pub fn moving(ground: &Ground) -> Measure {
    let [ana, router, bo] = ["ana", "router", "bo"].map(|name| ground.space(name));
    cable((&ana, "wire", "10.0.0.1/24"), (&router, "ana", "10.0.0.9/24"));
    ana.ip(&["route", "add", "default", "via", "10.0.0.9"]);
    router.forwards();
    slow(&ana, "wire", 512);
    cable((&bo, "air", "10.0.1.2/24"), (&router, "air", "10.0.1.9/24"));
    bo.ip(&["route", "add", "default", "via", "10.0.1.9"]);
    let (mut anna, mut bob) = pair(ground, &ana, &bo);
    let began = Instant::now();
    bob.joins(&anna.key());
    until(&mut [&mut anna, &mut bob], "a third of it", PATIENCE, |_| bo.bytes("air") > 200_000);
    let on_air = bo.bytes("air");
    bo.ip(&["link", "del", "air"]);
    let moved = Instant::now();
    cable((&bo, "desk", "10.0.2.2/24"), (&router, "desk", "10.0.2.9/24"));
    bo.ip(&["route", "add", "default", "via", "10.0.2.9"]);
    let there = bob.messages();
    assert!(there < MESSAGES as u64, "all was there before the move: the history is too small");
    // More than it takes to be admitted.
    until(&mut [&mut anna, &mut bob], "it goes on", PATIENCE, |_| bo.bytes("desk") > 20_000);
    let pause = moved.elapsed();
    settle(&mut [&mut anna, &mut bob], PATIENCE);
    let (took, bytes) = (began.elapsed(), on_air + bo.bytes("desk"));
    let note = format!(
        "{MESSAGES} messages of {BYTES} B at 512 kbit/s; moved with {there} there, went on after {:.1} s",
        pause.as_secs_f64()
    );
    Measure { took, bytes, note }
}

/// Ana with a history and a running node, and Bo.
fn pair(ground: &Ground, ana: &Space, bo: &Space) -> (Member, Member) {
    let (mut ana, bo) = (ground.member("ana", ana), ground.member("bo", bo));
    ana.founds();
    ana.imports(&ground.history(MESSAGES, BYTES));
    ana.up();
    (ana, bo)
}
