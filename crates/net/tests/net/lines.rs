//! Lines that break: the dead are noticed, the living are kept, and nothing is lost silently.

use std::time::{Duration, Instant};

use crate::line::Line;
use crate::people::{connected_to, person};

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
