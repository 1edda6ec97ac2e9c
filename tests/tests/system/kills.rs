//! SIGKILL at any moment loses nothing that was acknowledged and opens no new life.
//!
//! `CREMONA_KILLS=N` sets how often; the moments follow from `CREMONA_SEED`.

use std::process::Command;
use std::time::Duration;

use crate::person::{Town, all_equal};

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

#[test]
fn nothing_acknowledged_is_lost_whenever_the_node_is_killed() {
    let kills = setting("CREMONA_KILLS", 200);
    let mut seed = setting("CREMONA_SEED", 1);
    println!("CREMONA_KILLS={kills} CREMONA_SEED={seed}");
    let town = Town::new();
    let (mut ana, key) = town.founder();
    ana.up();
    let mut bo = town.joiner("bo", &key, &ana);
    bo.up();
    let thread = ana.post("Start");
    all_equal(&[&ana, &bo]);
    let mut acknowledged = Vec::new();
    for round in 0..kills {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let moment = Duration::from_micros((seed >> 33) % 30_000);
        let pid = ana.pid();
        // The killer keeps its own time: the kill falls wherever the posting happens to be.
        let killer = std::thread::spawn(move || {
            let (_keep, never) = std::sync::mpsc::channel::<()>();
            let _ = never.recv_timeout(moment);
            Command::new("sh").arg("-c").arg(format!("kill -KILL {pid}")).status().unwrap()
        });
        for n in 0..100 {
            let output = ana.run(&["reply", &thread, "-m", &format!("round {round} message {n}")]);
            if !output.status.success() {
                break;
            }
            let posted: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            acknowledged.push(posted["id"].as_str().unwrap().to_owned());
            if killer.is_finished() {
                break;
            }
        }
        assert!(killer.join().unwrap().success());
        ana.kill();
        ana.fsck();
        ana.up();
    }
    println!("{} acknowledged", acknowledged.len());
    all_equal(&[&ana, &bo]);
    for (name, person) in [("ana", &ana), ("bo", &bo)] {
        let kept: std::collections::HashSet<String> = person.ids(&thread).into_iter().collect();
        let lost: Vec<_> = acknowledged.iter().filter(|id| !kept.contains(*id)).collect();
        assert!(lost.is_empty(), "{name} lost {lost:?}");
    }
    let status = ana.ask(&["status"]);
    assert_eq!((&status["lives"], &status["forked_logs"]), (&1.into(), &0.into()));
}
