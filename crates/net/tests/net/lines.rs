//! Lines that break: the dead are noticed, the living are kept, and nothing is lost silently.

use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::line::{Carried, Line};
use crate::people::{connected_to, in_time, person};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_peer_is_noticed_at_once() {
    let (mut ana, mut bo) = (person("ana").await, person("bo").await);
    let line = Line::to(&bo.tcp).await;
    ana.meet_at(&line.address, &mut bo).await;
    let cut = Instant::now();
    line.cut();
    let reasons = [ana.parted(bo.peer).await, bo.parted(ana.peer).await];
    assert!(cut.elapsed() < Duration::from_secs(5), "{:?} {reasons:?}", cut.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_behind_a_pulled_cable_is_noticed_within_15_seconds_even_while_it_is_written_to() {
    let (mut ana, mut bo, mut cy) = (person("ana").await, person("bo").await, person("cy").await);
    let line = Line::to(&bo.tcp).await;
    ana.meet_at(&line.address, &mut bo).await;
    ana.meet(&mut cy).await;
    ana.handle.send(bo.peer, b"hello".to_vec());
    assert_eq!(bo.frame(ana.peer).await, b"hello");
    let pulled = Instant::now();
    line.freeze();
    for _ in 0..10 {
        ana.handle.send(bo.peer, vec![1; 100]);
    }
    assert_eq!(ana.parted(bo.peer).await, "it gives no sign of life");
    assert!(pulled.elapsed() < Duration::from_secs(15), "{:?}", pulled.elapsed());
    assert!(pulled.elapsed() > Duration::from_secs(10), "{:?}", pulled.elapsed());
    // Cy said nothing all that time but for answers to pings, and is still there.
    ana.handle.send(cy.peer, b"still there?".to_vec());
    assert_eq!(cy.frame(ana.peer).await, b"still there?");
    assert!(!cy.saw("Disconnected"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spare_connection_comes_and_goes_without_loss() {
    let (mut ana, mut bo) = (person("ana").await, person("bo").await);
    ana.meet(&mut bo).await;
    let line = Line::to(&bo.tcp).await;
    ana.handle.dial(&line.address);
    assert!(!ana.until("a spare", connected_to(bo.peer)).await);
    assert!(!bo.until("a spare", connected_to(ana.peer)).await);
    for number in 0..200_u8 {
        ana.handle.send(bo.peer, vec![number; 10_000]);
        bo.handle.send(ana.peer, vec![number; 10_000]);
        if number == 100 {
            line.cut();
        }
    }
    for number in 0..200_u8 {
        assert_eq!(bo.frame(ana.peer).await[0], number);
        assert_eq!(ana.frame(bo.peer).await[0], number);
    }
    assert!(!ana.saw("Disconnected") && !bo.saw("Disconnected"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_comes_back_is_taken_for_new_though_its_old_connection_still_seems_alive() {
    let (mut ana, mut bo) = (person("ana").await, person("bo").await);
    let line = Line::to(&ana.tcp).await;
    bo.meet_at(&line.address, &mut ana).await;
    bo.handle.send(ana.peer, b"see you".to_vec());
    assert_eq!(ana.frame(bo.peer).await, b"see you");
    line.freeze();
    bo.handle.stop().await;
    let mut bo_again = person("bo").await;
    let back = Instant::now();
    bo_again.handle.dial(&ana.tcp);
    assert_eq!(ana.parted(bo.peer).await, "it began anew");
    assert!(ana.until("bo anew", connected_to(bo.peer)).await);
    ana.handle.send(bo.peer, b"welcome back".to_vec());
    assert_eq!(bo_again.frame(ana.peer).await, b"welcome back");
    bo_again.handle.send(ana.peer, b"thanks".to_vec());
    assert_eq!(ana.frame(bo.peer).await, b"thanks");
    assert!(back.elapsed() < Duration::from_secs(8), "{:?}", back.elapsed());
    assert!(!bo_again.saw("Disconnected"));
}

/// When the next question comes after a silence, and what was carried before it: from one to the next is
/// all that asking and answering once costs.
async fn question(carried: &mut watch::Receiver<Carried>) -> (Instant, Carried) {
    loop {
        let (since, before) = (Instant::now(), *carried.borrow_and_update());
        in_time("a sign of life", carried.changed()).await.expect("it goes on");
        if since.elapsed() > Duration::from_secs(5) {
            return (Instant::now(), before);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_have_nothing_to_say_stay_connected_for_less_than_200_kilobytes_an_hour() {
    let (mut ana, mut bo) = (person("ana").await, person("bo").await);
    let line = Line::to(&bo.tcp).await;
    ana.meet_at(&line.address, &mut bo).await;
    let mut carried = line.carried();
    // Until there was silence for once, they still get to know each other.
    let (start, before) = question(&mut carried).await;
    let (mut end, mut after) = (start, before);
    for _ in 0..4 {
        (end, after) = question(&mut carried).await;
    }
    let hours = (end - start).as_secs_f64() / 3600.0;
    // Each piece has headers of TCP, IP and Ethernet; what answers nothing is acknowledged by TCP.
    let headers = 66.0 * (after.pieces - before.pieces) as f64 * 1.5;
    let hourly = ((after.bytes - before.bytes) as f64 + headers) / hours;
    println!(
        "{hourly:.0} bytes an hour; {} pieces, {} bytes, {:.1} s",
        after.pieces - before.pieces,
        after.bytes - before.bytes,
        hours * 3600.0
    );
    assert!(hourly < 200_000.0, "{hourly}");
    assert!(!ana.saw("Disconnected") && !bo.saw("Disconnected"));
}
