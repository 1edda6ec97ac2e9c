//! What the doctor makes of what it is told.

use cremona_engine::ask::{Peer, Reach, Standing, Teammate};
use cremona_engine::said;

use super::*;

fn says(check: &Check) -> String {
    Lang::En.say(&check.said)
}

fn peer(name: &str, ahead: Option<i64>) -> Peer {
    Peer {
        device: Some(format!("{name:0<64}")),
        name: Some(name.to_owned()),
        address: "192.0.2.7:4477".to_owned(),
        state: "connected".to_owned(),
        direction: "dialled".to_owned(),
        in_sync: true,
        to_receive: 0,
        to_send: 0,
        reason: None,
        next_try: None,
        dropped_for: None,
        dropped_at: None,
        clock_ahead_ms: ahead,
    }
}

fn mate(name: &str, connected: bool) -> Teammate {
    Teammate { name: name.to_owned(), connected, ..Teammate::default() }
}

fn case(peers: Vec<Peer>, teammates: Vec<Teammate>) -> Case {
    let standing = Standing { caught_up: true, teammates, ..Standing::default() };
    let connected = u64::try_from(peers.iter().filter(|peer| peer.state == "connected").count()).unwrap();
    let status = Status { running: true, joined: true, lives: 1, connected, standing, ..Status::default() };
    Case { status, peers: Some(Peers { peers, standing: None }), key: None, hints: Vec::new() }
}

fn clock(offsets: &[i64]) -> Check {
    let peers = offsets.iter().enumerate().map(|(at, ahead)| peer(&format!("mate{at}"), Some(*ahead))).collect();
    case(peers, Vec::new()).clock()
}

#[test]
fn a_clock_is_wrong_where_most_say_so_and_not_where_one_does() {
    assert_eq!(clock(&[300, -2_000, 900]).state, State::Good);
    let behind = clock(&[7_200_000, 7_200_400, 0]);
    assert_eq!(
        (behind.state, says(&behind).as_str()),
        (State::Wrong, "this clock is 2 hours behind those of 3 teammates")
    );
    assert_eq!(Lang::Id.say(&behind.said), "jam di sini terlambat 2 jam dari jam 3 rekan");
    let ahead = clock(&[-300_000]);
    assert_eq!(says(&ahead), "this clock is 5 minutes ahead of mate0's; one of the two is wrong");
    let emre = clock(&[100, 3_600_000, 200]);
    assert_eq!((emre.state, says(&emre).as_str()), (State::Note, "mate1's clock is 60 minutes fast"));
    assert_eq!(clock(&[]).state, State::Good);
}

#[test]
fn who_is_alone_is_told_what_to_do_and_who_has_no_team_yet_is_not_ill() {
    let alone = case(Vec::new(), vec![mate("Bo", false), mate("Cy", false)]).teammates();
    assert_eq!(alone[0].state, State::Wrong);
    assert!(says(&alone[0]).starts_with("none of your 2 teammates' nodes"), "{alone:?}");
    let founder = case(Vec::new(), Vec::new()).teammates();
    assert_eq!(founder[0].state, State::Note);
    let mut newcomer = case(Vec::new(), Vec::new());
    newcomer.status.joined = false;
    assert_eq!(newcomer.teammates()[0].state, State::Wrong);
}

#[test]
fn a_teammate_who_was_refused_is_named_with_the_cause() {
    let mut mal = peer("Mal", None);
    mal.state = "dropped".to_owned();
    mal.dropped_for = Some("lied: log 0123: a run that was not asked for".to_owned());
    let checks = case(vec![peer("Bo", None), mal], vec![mate("Bo", true), mate("Mal", false)]).teammates();
    assert_eq!(checks[1], Check::of("Bo", State::Good, said!("mate-same")));
    assert!(says(&checks[2]).contains("Mal's node was refused: lied"), "{checks:?}");
}

#[test]
fn an_address_where_nobody_answers_is_wrong_only_while_nobody_else_does() {
    let mut gone = peer("", None);
    (gone.name, gone.device, gone.state, gone.reason) =
        (None, None, "waiting".to_owned(), Some("connection refused".to_owned()));
    let wrong = |peers: Vec<Peer>| {
        let checks = case(peers, vec![mate("Bo", true)]).teammates();
        checks.into_iter().find(|check| check.station == Station::Known("address")).unwrap().state
    };
    assert_eq!(wrong(vec![gone.clone()]), State::Wrong);
    assert_eq!(wrong(vec![gone, peer("Bo", None)]), State::Note);
}

#[test]
fn who_cannot_be_reached_hears_which_port_to_open_and_through_whom_it_goes() {
    let mut case = case(Vec::new(), Vec::new());
    case.status.addresses = vec!["/ip4/192.0.2.1/tcp/4101".to_owned()];
    let mut reach = |directly: &str, relays: &[&str]| {
        let relays = relays.iter().map(|name| (*name).to_owned()).collect();
        case.status.reach = Some(Reach { directly: directly.to_owned(), addresses: Vec::new(), relays });
        case.reach().remove(0)
    };
    assert_eq!(reach("yes", &[]).state, State::Good);
    assert!(says(&reach("no", &["Bo"])).ends_with("it is reached through Bo"));
    assert!(Lang::En.hint(&reach("no", &[]).said).contains("TCP and UDP port 4101"));
}

#[test]
fn a_tcp_multiaddr_is_tried_and_others_are_not() {
    let at = |address: &str| probe::socket_of(address).map(|socket| socket.to_string());
    assert_eq!(at("/ip4/10.0.0.7/tcp/9/p2p/x"), Some("10.0.0.7:9".to_owned()));
    assert_eq!(at("/ip6/::1/tcp/9"), Some("[::1]:9".to_owned()));
    assert_eq!(at("/ip4/10.0.0.7/udp/9/quic-v1"), None);
    assert_eq!(at("/ip4/10.0.0.7/tcp/9/p2p/x/p2p-circuit"), None);
    assert!(probe::answers("/ip4/10.0.0.7/udp/9/quic-v1").is_none());
}
