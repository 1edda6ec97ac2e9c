//! Frames arrive in order and whole, and a peer that takes none costs a bounded amount.

use cremona_net::{MAX_FRAME, OUTBOX};

use crate::people::{Person, person};

/// A frame of an assorted size that says which it is.
fn frame(number: u32) -> Vec<u8> {
    let len = match number % 5 {
        0 => 0,
        1 => 4,
        2 => 1_000 + number as usize,
        3 => 65_536 + number as usize,
        _ if number % 20 == 19 => MAX_FRAME,
        _ => 200_000,
    };
    number.to_be_bytes().into_iter().cycle().take(len).collect()
}

async fn hear_a_hundred(listener: &mut Person, speaker: &Person) {
    for number in 0..100 {
        let heard = listener.frame(speaker.peer).await;
        assert!(heard == frame(number), "frame {number} of {} bytes", heard.len());
    }
}

async fn talk(ana: &mut Person, bo: &mut Person) {
    for number in 0..100 {
        ana.handle.send(bo.peer, frame(number));
        bo.handle.send(ana.peer, frame(number));
    }
    hear_a_hundred(bo, ana).await;
    hear_a_hundred(ana, bo).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_frames_each_way_arrive_in_order_by_tcp() {
    let (mut ana, mut bo) = (person("ana").await, person("bo").await);
    ana.meet(&mut bo).await;
    talk(&mut ana, &mut bo).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_frames_each_way_arrive_in_order_by_quic() {
    let (mut ana, mut bo) = (person("ana").await, person("bo").await);
    let quic = bo.quic.clone();
    ana.meet_at(&quic, &mut bo).await;
    talk(&mut ana, &mut bo).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_takes_no_frames_is_closed_once_too_many_wait() {
    let (mut ana, mut bo) = (person("ana").await, person("bo").await);
    ana.meet(&mut bo).await;
    // Bo's owner takes no events, so Bo's node stops reading; all that can be on the way is less.
    for _ in 0..8 * OUTBOX / MAX_FRAME {
        ana.handle.send(bo.peer, vec![1; MAX_FRAME]);
    }
    assert_eq!(ana.parted(bo.peer).await, "it can't keep up with what is sent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frame_over_the_limit_is_never_sent() {
    let (mut ana, mut bo) = (person("ana").await, person("bo").await);
    ana.meet(&mut bo).await;
    ana.handle.send(bo.peer, vec![1; MAX_FRAME + 1]);
    assert!(ana.parted(bo.peer).await.contains("over the limit"));
}
