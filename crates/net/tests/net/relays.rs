//! Two who can't reach each other meet through a third who can be reached, and only through a friend.

use cremona_net::{Direction, Event, Reachability};
use libp2p::identity::Keypair;

use crate::outsider::{GATE, Outsider};
use crate::people::{Person, connected_to, hidden, in_time, person};

/// The address at which someone can be reached through a relay.
async fn relayed_address(person: &mut Person) -> String {
    person
        .until("an address through a relay", |event| match event {
            Event::External { address } if address.contains("/p2p-circuit") => Ok(address),
            other => Err(other),
        })
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_reach_nobody_but_a_third_meet_through_it() {
    let (mut ana, mut bo, mut cy) = (hidden("ana").await, hidden("bo").await, person("cy").await);
    ana.meet_at(&cy.tcp.clone(), &mut cy).await;
    bo.meet_at(&cy.tcp.clone(), &mut cy).await;
    let at = relayed_address(&mut ana).await;
    bo.handle.dial(&at);
    let relayed = |who| {
        move |event| match event {
            Event::Connected { peer, direction, first: true, relayed: true, .. } if peer == who => Ok(direction),
            other => Err(other),
        }
    };
    assert_eq!(bo.until("ana", relayed(ana.peer)).await, Direction::Dialled);
    assert_eq!(ana.until("bo", relayed(bo.peer)).await, Direction::Accepted);
    for number in 0..20_u8 {
        bo.handle.send(ana.peer, vec![number; 100_000]);
        ana.handle.send(bo.peer, vec![number; 100_000]);
    }
    for number in 0..20_u8 {
        assert!(ana.frame(bo.peer).await == vec![number; 100_000]);
        assert!(bo.frame(ana.peer).await == vec![number; 100_000]);
    }
    let links = ana.handle.links().await;
    let link = links.iter().find(|link| link.peer == bo.peer).expect("bo is connected");
    assert!(link.relayed && link.received > 2_000_000 && link.sent > 2_000_000, "{link:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whom_a_teammate_dialled_knows_where_and_relays() {
    let (mut ana, mut cy) = (hidden("ana").await, person("cy").await);
    ana.meet_at(&cy.tcp.clone(), &mut cy).await;
    let address = cy.until("where cy is reached", external).await;
    assert_eq!(address, cy.tcp);
    let standing = cy.handle.standing().await;
    assert_eq!((standing.reachability, standing.relays), (Reachability::Reachable, vec![]));
    ana.until("a place at cy's", |event| match event {
        Event::RelayFound { peer } if peer == cy.peer => Ok(()),
        other => Err(other),
    })
    .await;
    assert_eq!(ana.handle.standing().await.relays, [cy.peer]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_ends_with_the_connection_to_its_relay() {
    let (mut ana, mut cy) = (hidden("ana").await, person("cy").await);
    ana.meet_at(&cy.tcp.clone(), &mut cy).await;
    let at = relayed_address(&mut ana).await;
    cy.handle.stop().await;
    ana.until("the end of the address", |event| match event {
        Event::ExternalGone { address } if address == at => Ok(()),
        other => Err(other),
    })
    .await;
    assert_eq!(ana.handle.standing().await.addresses, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn someone_who_dialled_out_learns_by_a_dial_back_that_others_reach_it() {
    let (mut ana, mut cy) = (person("ana").await, person("cy").await);
    ana.meet(&mut cy).await;
    let address = ana.until("where ana is reached", external).await;
    assert_eq!(address, ana.tcp);
    assert_eq!(ana.handle.standing().await.reachability, Reachability::Reachable);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outsider_is_relayed_to_nobody() {
    let (mut ana, mut cy) = (hidden("ana").await, person("cy").await);
    ana.meet_at(&cy.tcp.clone(), &mut cy).await;
    relayed_address(&mut ana).await;
    let mut eve = Outsider::at(&cy, &cy.tcp, Keypair::generate_ed25519()).await;
    assert!(eve.open(libp2p::swarm::StreamProtocol::new("/libp2p/circuit/relay/0.2.0/hop")).await.is_err());
    assert!(eve.open(GATE).await.is_ok());
    assert!(ana.handle.links().await.len() == 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relayed_pair_meets_directly_as_soon_as_one_can_be_dialled() {
    let (mut ana, mut bo, mut cy) = (person("ana").await, hidden("bo").await, person("cy").await);
    ana.meet(&mut cy).await;
    bo.meet_at(&cy.tcp.clone(), &mut cy).await;
    let at = relayed_address(&mut bo).await;
    ana.handle.dial(&at);
    assert!(ana.until("bo", connected_to(bo.peer)).await);
    assert!(bo.until("ana", connected_to(ana.peer)).await);
    let relayed = ana.handle.links().await.iter().any(|link| link.peer == bo.peer && link.relayed);
    assert!(relayed);
    for number in 0..50_u8 {
        ana.handle.send(bo.peer, vec![number; 100_000]);
        bo.handle.send(ana.peer, vec![number; 100_000]);
    }
    bo.handle.dial(&ana.tcp);
    for number in 50..100_u8 {
        ana.handle.send(bo.peer, vec![number; 50_000]);
        bo.handle.send(ana.peer, vec![number; 50_000]);
    }
    for number in 0..100_u8 {
        let len = if number < 50 { 100_000 } else { 50_000 };
        assert!(bo.frame(ana.peer).await == vec![number; len]);
        assert!(ana.frame(bo.peer).await == vec![number; len]);
    }
    for (one, other) in [(&ana, &bo), (&bo, &ana)] {
        // The relayed connection is of no use any more, and closed.
        let direct = async {
            loop {
                let links = one.handle.links().await;
                let link = links.iter().find(|link| link.peer == other.peer).expect("they stay connected");
                if !link.relayed && link.connections == 1 {
                    return;
                }
                tokio::task::yield_now().await;
            }
        };
        in_time("one direct connection", direct).await;
    }
    assert!(ana.saw("Moved") && bo.saw("Moved"));
    assert!(!ana.saw("Disconnected") && !bo.saw("Disconnected"));
}

fn external(event: Event) -> Result<String, Event> {
    match event {
        Event::External { address } if !address.contains("/p2p-circuit") => Ok(address),
        other => Err(other),
    }
}
