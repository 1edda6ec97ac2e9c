//! Teammates are let in, by any way, and told apart from those who are not there.

use cremona_net::{Direction, Event, Stats};

use crate::people::{TEAM, WORKSPACE, connected_to, in_time, person, person_of};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn teammates_meet_by_tcp_and_each_knows_who_it_is() {
    let (mut ana, mut bo) = (person("ana").await, person("bo").await);
    ana.handle.dial(&bo.tcp);
    let (address, direction) = ana
        .until("bo", |event| match event {
            Event::Connected { peer, address, direction, first: true, relayed: false } if peer == bo.peer => {
                Ok((address, direction))
            }
            other => Err(other),
        })
        .await;
    assert_eq!((address, direction), (bo.tcp.clone(), Direction::Dialled));
    let direction = bo
        .until("ana", |event| match event {
            Event::Connected { peer, direction, first: true, .. } if peer == ana.peer => Ok(direction),
            other => Err(other),
        })
        .await;
    assert_eq!(direction, Direction::Accepted);
    assert_eq!(ana.handle.stats().await, Stats { waiting: 0, connections: 1, peers: 1, dials: 0, refused: 0 });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn teammates_meet_by_quic_by_host_and_port_and_by_an_address_with_a_peer_id() {
    let (mut ana, mut bo, mut cy, mut di) =
        (person("ana").await, person("bo").await, person("cy").await, person("di").await);
    let quic = bo.quic.clone();
    ana.meet_at(&quic, &mut bo).await;
    ana.handle.send(bo.peer, b"by datagrams".to_vec());
    assert_eq!(bo.frame(ana.peer).await, b"by datagrams");

    let port = cy.tcp.rsplit('/').next().expect("an address ends with its port").to_owned();
    ana.meet_at(&format!("127.0.0.1:{port}"), &mut cy).await;

    let full = format!("{}/p2p/{}", di.tcp, cremona_net::peer_id(&di.peer.0));
    ana.meet_at(&full, &mut di).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_port_number_serves_both_transports() {
    let ana = person("ana").await;
    let port = |address: &str| address.split('/').nth(4).map(str::to_owned);
    assert_eq!(port(&ana.tcp), port(&ana.quic));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn teammates_who_dial_each_other_at_once_are_connected_once() {
    let (mut ana, mut bo) = (person("ana").await, person("bo").await);
    ana.handle.dial(&bo.tcp);
    bo.handle.dial(&ana.tcp);
    let firsts = [ana.until("one", connected_to(bo.peer)).await, ana.until("two", connected_to(bo.peer)).await];
    assert_eq!(firsts, [true, false]);
    bo.until("one", connected_to(ana.peer)).await;
    bo.until("two", connected_to(ana.peer)).await;
    for number in 0..100_u8 {
        ana.handle.send(bo.peer, vec![number]);
        bo.handle.send(ana.peer, vec![number]);
    }
    for number in 0..100_u8 {
        assert_eq!(ana.frame(bo.peer).await, [number]);
        assert_eq!(bo.frame(ana.peer).await, [number]);
    }
    assert!(!ana.saw("Disconnected") && !bo.saw("Disconnected"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_leads_nowhere_is_told_as_it_was_given() {
    let mut ana = person("ana").await;
    let free =
        std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").to_string();
    let another = format!("{}/p2p/{}", ana.tcp, cremona_net::peer_id(&person("bo").await.peer.0));
    for address in [free, "nonsense".to_owned(), "/nonsense".to_owned(), ana.tcp.clone(), another] {
        ana.handle.dial(&address);
        let reason = ana
            .until("a failure", |event| match event {
                Event::DialFailed { address: failed, reason } if failed == address => Ok(reason),
                other => Err(other),
            })
            .await;
        assert!(!reason.is_empty(), "{address}");
    }
    // The other end of her call to herself hangs up when it hears of it.
    let over = async { while ana.handle.stats().await != Stats::default() {} };
    in_time("nothing is left over", over).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_key_or_another_workspace_is_refused_on_both_sides() {
    let mut ana = person("ana").await;
    let strangers = [person_of("eve", WORKSPACE, [9; 32]).await, person_of("mallory", [9; 16], TEAM).await];
    for mut stranger in strangers {
        for address in [ana.tcp.clone(), ana.quic.clone()] {
            stranger.handle.dial(&address);
            let refused = |event| match event {
                Event::Refused { address, .. } => Ok(address),
                other => Err(other),
            };
            assert_eq!(stranger.until("a refusal", refused).await, address);
            ana.until("a refusal", refused).await;
        }
        assert!(!stranger.saw("Connected"));
    }
    assert!(!ana.saw("Connected"));
    assert_eq!(ana.handle.stats().await.refused, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_peer_hears_nothing_and_a_stopped_node_is_gone() {
    let (mut ana, mut bo, mut cy) = (person("ana").await, person("bo").await, person("cy").await);
    ana.meet(&mut bo).await;
    ana.meet(&mut cy).await;
    ana.handle.drop_peer(bo.peer, "it told lies");
    assert_eq!(ana.parted(bo.peer).await, "it told lies");
    bo.parted(ana.peer).await;
    in_time("the end", ana.handle.stop()).await;
    cy.parted(ana.peer).await;
    cy.handle.dial(&ana.tcp);
    cy.until("a failure", |event| if matches!(event, Event::DialFailed { .. }) { Ok(()) } else { Err(event) }).await;
    in_time("the end, again", ana.handle.stop()).await;
}
