//! Outsiders meet the gate and nothing else, learn nothing, and cost nothing that stays.

use cremona_net::{Event, Stats};
use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::identity::Keypair;
use libp2p::swarm::StreamProtocol;
use libp2p_stream::OpenStreamError;

use crate::outsider::{GATE, Outsider, listens_without_a_gate, proof, public};
use crate::people::{Person, TEAM, WORKSPACE, in_time, keypair, person};

/// Protocols that a node speaks with teammates, or that any libp2p client may try.
const PROTOCOLS: [&str; 16] = [
    "/cremona/frames/1",
    "/cremona/frames/2",
    "/cremona/sync/1",
    "/meshsub/1.0.0",
    "/meshsub/1.1.0",
    "/meshsub/1.2.0",
    "/floodsub/1.0.0",
    "/ipfs/ping/1.0.0",
    "/ipfs/id/1.0.0",
    "/ipfs/id/push/1.0.0",
    "/ipfs/kad/1.0.0",
    "/libp2p/circuit/relay/0.2.0/hop",
    "/libp2p/circuit/relay/0.2.0/stop",
    "/libp2p/autonat/2/dial-request",
    "/libp2p/autonat/2/dial-back",
    "/libp2p/dcutr",
];

/// Waits until nothing of any connection is left.
async fn nothing_left(ana: &Person, refused: u64) {
    let cleared = Stats { refused, ..Stats::default() };
    in_time("everything to be cleared", async {
        while ana.handle.stats().await != cleared {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

async fn finds_nothing_but_the_gate(outsider: &mut Outsider) {
    for protocol in PROTOCOLS {
        match outsider.open(StreamProtocol::new(protocol)).await {
            Err(OpenStreamError::UnsupportedProtocol(_)) => {}
            Err(error) => panic!("{protocol}: {error}"),
            Ok(_) => panic!("{protocol} was negotiated"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_without_the_key_can_open_no_protocol_but_the_gate() {
    let ana = person("ana").await;
    for address in [&ana.tcp, &ana.quic] {
        let mut eve = Outsider::at(&ana, address, Keypair::generate_ed25519()).await;
        finds_nothing_but_the_gate(&mut eve).await;
        // Nor while the gate waits for a proof.
        let waiting = eve.open(GATE).await.expect("the gate is open to all");
        finds_nothing_but_the_gate(&mut eve).await;
        drop(waiting);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outsider_is_told_a_nonce_and_not_a_byte_more() {
    let ana = person("ana").await;
    for address in [&ana.tcp, &ana.quic] {
        let mut eve = Outsider::at(&ana, address, Keypair::generate_ed25519()).await;
        let answer = eve.knock([0; 32], |_| [0; 32]).await.expect("the gate answers");
        assert_eq!(answer.len(), 32);
    }
    nothing_left(&ana, 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_has_no_gate_is_called_so() {
    let mut ana = person("ana").await;
    let (address, runs) = listens_without_a_gate().await;
    ana.handle.dial(&address);
    let refused = |event| match event {
        Event::Refused { address, reason } => Ok((address, reason)),
        other => Err(other),
    };
    let (told, reason) = ana.until("a refusal", refused).await;
    assert_eq!(told, address);
    assert!(reason.contains("it does not speak cremona's gate"), "{reason}");
    runs.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_is_one_try_in_five_seconds() {
    let ana = person("ana").await;
    let mut eve = Outsider::at(&ana, &ana.tcp, Keypair::generate_ed25519()).await;
    let mut silent = eve.open(GATE).await.expect("the gate is open to all");
    let mut second = eve.open(GATE).await.expect("the protocol is still offered");
    // A second stream leads nowhere.
    let _ = second.write_all(&[0; 32]).await;
    let _ = second.flush().await;
    assert_eq!(in_time("the end of the second stream", second.read(&mut [0; 32])).await.unwrap_or(0), 0);
    // The first one ends at the deadline.
    assert_eq!(in_time("the deadline", silent.read(&mut [0; 32])).await.unwrap_or(0), 0);
    nothing_left(&ana, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recorded_admission_opens_nothing_even_to_the_same_device() {
    let ana = person("ana").await;
    let keys = [public("bo"), ana.peer.0];
    let nonce = [5; 32];
    let recorded = std::sync::Mutex::new([0; 32]);
    let mut bo = Outsider::at(&ana, &ana.tcp, keypair("bo")).await;
    let answer = bo
        .knock(nonce, |theirs| {
            let proof = proof(&TEAM, &WORKSPACE, keys, [nonce, theirs]);
            *recorded.lock().expect("no panic") = proof;
            proof
        })
        .await
        .expect("the gate answers");
    assert_eq!(answer.len(), 64, "a true proof is answered by one");
    drop(bo);
    let recorded = recorded.into_inner().expect("no panic");
    for identity in [keypair("bo"), Keypair::generate_ed25519()] {
        let mut eve = Outsider::at(&ana, &ana.tcp, identity).await;
        let answer = eve.knock(nonce, |_| recorded).await.expect("the gate answers");
        assert_eq!(answer.len(), 32, "a replayed proof is not answered");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proof_made_by_a_member_for_someone_else_does_not_admit_its_bearer() {
    let ana = person("ana").await;
    // Eve has Bo prove himself to "Ana", passes on Ana's nonce, and presents his answer as her own.
    let mut eve = Outsider::at(&ana, &ana.tcp, keypair("eve")).await;
    let keys = [public("bo"), ana.peer.0];
    let answer =
        eve.knock([5; 32], |theirs| proof(&TEAM, &WORKSPACE, keys, [[5; 32], theirs])).await.expect("the gate answers");
    assert_eq!(answer.len(), 32);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_attempts_leave_nothing_behind() {
    let mut ana = person("ana").await;
    let mut early = None;
    let attempts = async {
        while ana.handle.stats().await.refused < 1_000 {
            let four = (0..4).map(|number| {
                let connecting = Outsider::connect(&ana, &ana.tcp, keypair(&format!("eve {number}")));
                async move {
                    if let Some(mut eve) = connecting.await {
                        eve.knock([number; 32], |_| [number; 32]).await;
                    }
                }
            });
            futures::future::join_all(four.collect::<Vec<_>>()).await;
            if early.is_none() && ana.handle.stats().await.refused >= 200 {
                early = resident_kib();
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(120), attempts).await.expect("a thousand attempts are made");
    let refused = ana.handle.stats().await.refused;
    nothing_left(&ana, refused).await;
    if let (Some(early), Some(late)) = (early, resident_kib()) {
        println!("resident: {early} KiB after 200 attempts, {late} KiB after {refused}");
        assert!(late < early + 8 * 1024, "grew from {early} to {late} KiB");
    }
    // What is told of strangers is bounded by a rate, and the team still gets in.
    let told = std::iter::from_fn(|| ana.events.try_recv().ok()).count();
    assert!(told < 1_000, "{told}");
    let mut bo = person("bo").await;
    bo.meet(&mut ana).await;
}

/// Memory of this process, outsiders included, where the system tells.
fn resident_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
