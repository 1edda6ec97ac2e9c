//! Gossip reaches everyone that anyone vouches for, and only what is vouched for goes further.

use cremona_net::{Event, GossipToken, MAX_GOSSIP_WAITING, Verdict};

use crate::people::{Person, in_time, person};

fn heard(event: Event) -> Result<(GossipToken, Vec<u8>), Event> {
    match event {
        Event::Gossip { token, bytes, .. } => Ok((token, bytes)),
        other => Err(other),
    }
}

/// Says something until the other hears it: the two may not know yet that both are on the topic.
async fn introduce(speaker: &Person, listener: &mut Person, word: &str) {
    let name = |number: u32| format!("{word} {number}").into_bytes();
    let heard = async {
        for number in 0.. {
            speaker.handle.publish(name(number));
            // Each order is taken in turn, so this takes as long as the network needs for a round.
            speaker.handle.stats().await;
            if let Ok(event) = listener.events.try_recv()
                && let Ok((token, _)) = heard(event)
            {
                return listener.handle.verdict(token, Verdict::Ignore);
            }
            tokio::task::yield_now().await;
        }
    };
    in_time("an introduction", heard).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_are_enough_to_gossip() {
    let (mut ana, mut bo) = (person("ana").await, person("bo").await);
    ana.meet(&mut bo).await;
    introduce(&ana, &mut bo, "hello bo").await;
    introduce(&bo, &mut ana, "hello ana").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_accepted_goes_further_and_what_is_not_does_not() {
    let (mut ana, mut bo, mut cy) = (person("ana").await, person("bo").await, person("cy").await);
    ana.meet(&mut bo).await;
    bo.meet(&mut cy).await;
    introduce(&ana, &mut bo, "hello bo").await;
    introduce(&bo, &mut cy, "hello cy").await;
    for (word, verdict) in [("ignored", Verdict::Ignore), ("rejected", Verdict::Reject), ("accepted", Verdict::Accept)]
    {
        ana.handle.publish(word.as_bytes().to_vec());
        loop {
            let (token, bytes) = bo.until("ana's word", heard).await;
            if bytes == word.as_bytes() {
                bo.handle.verdict(token, verdict);
                break;
            }
            bo.handle.verdict(token, Verdict::Ignore);
        }
    }
    loop {
        let (_, bytes) = cy.until("ana's word by way of bo", heard).await;
        if !bytes.starts_with(b"hello") {
            assert_eq!(bytes, b"accepted");
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gossip_without_verdicts_is_bounded_and_goes_on_once_they_are_given() {
    let (mut ana, mut bo) = (person("ana").await, person("bo").await);
    ana.meet(&mut bo).await;
    introduce(&ana, &mut bo, "hello bo").await;
    while let Ok(event) = bo.events.try_recv() {
        drop(event);
    }
    let mut kept = Vec::new();
    for number in 0..MAX_GOSSIP_WAITING {
        ana.handle.publish(format!("unanswered {number}").into_bytes());
        kept.push(bo.until("an unanswered one", heard).await);
    }
    ana.handle.publish(b"one too many".to_vec());
    drop(kept);
    introduce(&ana, &mut bo, "hello again").await;
}
