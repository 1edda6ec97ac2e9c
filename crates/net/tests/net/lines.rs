//! Lines that break: the dead are noticed, the living are kept, and nothing is lost silently.

use std::time::{Duration, Instant};

use crate::line::Line;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_have_nothing_to_say_stay_connected_for_less_than_200_kilobytes_an_hour() {
    let (mut ana, mut bo) = (person("ana").await, person("bo").await);
    let line = Line::to(&bo.tcp).await;
    ana.meet_at(&line.address, &mut bo).await;
    let mut carried = line.carried();
    // Until there was silence for once, they still get to know each other; it ends with a question and
    // an answer.
    while tokio::time::timeout(Duration::from_secs(7), carried.changed()).await.is_ok() {}
    let quiet = *carried.borrow_and_update();
    in_time("a sign of life", carried.wait_for(|now| now.pieces >= quiet.pieces + 2)).await.expect("it goes on");
    let (start, before) = (Instant::now(), *carried.borrow());
    // Four questions and four answers more: this process may have been told late of the first.
    in_time("four signs of life", carried.wait_for(|now| now.pieces >= before.pieces + 8)).await.expect("it goes on");
    let (after, hours) = (*carried.borrow(), start.elapsed().as_secs_f64() / 3600.0);
    // Each piece has headers of TCP, IP and Ethernet; what answers nothing is acknowledged by TCP.
    let headers = 66.0 * (after.pieces - before.pieces) as f64 * 1.5;
    let hourly = ((after.bytes - before.bytes) as f64 + headers) / hours;
    println!("{hourly:.0} bytes an hour");
    assert!(hourly < 200_000.0, "{hourly}");
    assert!(!ana.saw("Disconnected") && !bo.saw("Disconnected"));
}
