//! Whether everything is here, who holds the same, what the doctor finds, and what this node takes.

use askama::Template;
use axum::response::Response;
use cremona_engine::ask::Peer;
use cremona_engine::{Answer, Ask};
use serde::Deserialize;

use super::frame::Frame;
use super::{Page, Refusal, inbox, show, surprised};
use crate::doctor::{self, State};
use crate::http::given::Query;
use crate::render::line;
use crate::words::fail;

#[derive(Template)]
#[template(path = "status.html")]
struct View {
    f: Frame,
    lead: String,
    mates: Vec<Mate>,
    root: String,
    same: String,
    warnings: Vec<String>,
    doctor: Vec<Check>,
    node: Vec<(String, String)>,
    peers: Vec<Connection>,
}

struct Mate {
    name: String,
    all: bool,
    here: String,
    theirs: String,
    heard: String,
}

struct Check {
    good: bool,
    name: String,
    found: String,
    advice: String,
}

struct Connection {
    good: bool,
    text: String,
}

/// Whether to ask the doctor.
#[derive(Deserialize)]
pub struct How {
    doctor: Option<String>,
}

/// Status.
pub async fn status(page: Page, Query(how): Query<How>) -> Result<Response, Refusal> {
    let frame = Frame::of(&page, "status", page.w.s("page-status"));
    let (f, status, peers, digest) = tokio::try_join!(
        frame,
        page.ask(Ask::Status),
        page.ask(Ask::Peers { connections: false }),
        page.ask(Ask::Verify),
    )?;
    let (Answer::Status(status), Answer::Peers(peers), Answer::Verified(digest)) = (status, peers, digest) else {
        return Err(surprised());
    };
    let w = &page.w;
    let caught = inbox::caught(peers.standing.as_ref(), &page);
    let lead = [caught.good, caught.wait].concat().join(" ");
    let mates = peers.standing.as_ref().map(|standing| standing.teammates.as_slice()).unwrap_or_default();
    let mates = mates.iter().map(|mate| Mate {
        name: line(&mate.name),
        all: mate.not_here == 0,
        here: if mate.not_here == 0 { w.s("page-all-here") } else { w.n("page-not-here", &mate.not_here) },
        theirs: match mate.lacks {
            Some(0) => w.s("page-all-there"),
            Some(lacks) => w.n("page-lacks", &lacks),
            None => w.s("page-unknown"),
        },
        heard: match &mate.last_heard {
            _ if mate.connected => w.s("peer-connected"),
            Some(time) => w.when(time),
            None => w.s("never"),
        },
    });
    let same: Vec<String> =
        peers.peers.iter().filter(|peer| peer.in_sync).filter_map(|peer| peer.name.clone()).collect();
    let same = if same.is_empty() {
        w.s("page-same-nobody")
    } else {
        w.with("page-same-with", [("names", line(&same.join(", ")).into())])
    };
    let node = vec![
        (w.s("page-fact-messages"), w.number(&status.messages)),
        (w.s("page-fact-threads"), w.number(&status.threads)),
        (w.s("page-fact-members"), w.number(&status.members)),
        (w.s("page-fact-disk"), w.n("page-megabytes", &(status.disk_bytes / 1_000_000))),
        (w.s("page-fact-listens"), line(&status.addresses.join(" "))),
        (w.s("page-fact-device"), status.device.chars().take(16).collect()),
        (w.s("page-fact-version"), env!("CARGO_PKG_VERSION").to_owned()),
    ];
    show(&View {
        lead,
        mates: mates.collect(),
        root: spaced(&digest.root),
        same,
        warnings: status.warnings.iter().map(|warning| line(&w.lang.hear(warning))).collect(),
        doctor: if how.doctor.is_some() { examined(&page).await? } else { Vec::new() },
        node,
        peers: peers.peers.iter().map(|peer| connection(peer, &page)).collect(),
        f,
    })
}

#[derive(Template)]
#[template(path = "waiting.html")]
struct Waiting {
    f: Frame,
    lines: Vec<String>,
    peers: Vec<Connection>,
}

/// What a newcomer sees until the workspace has been met.
pub async fn waiting(page: Page) -> Result<Response, Refusal> {
    let frame = Frame::of(&page, "waiting", page.w.s("page-waiting"));
    let (f, status, peers) =
        tokio::try_join!(frame, page.ask(Ask::Status), page.ask(Ask::Peers { connections: true }))?;
    let (Answer::Status(status), Answer::Peers(peers)) = (status, peers) else { return Err(surprised()) };
    let coming: u64 = peers.peers.iter().map(|peer| peer.to_receive).sum();
    let mut lines = vec![page.w.n("page-messages-here", &status.messages)];
    if coming > 0 {
        lines.push(page.w.n("page-coming", &coming));
    }
    let peers = peers.peers.iter().map(|peer| connection(peer, &page)).collect();
    show(&Waiting { f, lines, peers })
}

/// The first 64 bits of a root, in fours.
fn spaced(root: &str) -> String {
    let digits: Vec<char> = root.chars().take(32).collect();
    digits.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn connection(peer: &Peer, page: &Page) -> Connection {
    let w = &page.w;
    let name = peer.name.clone().unwrap_or_else(|| peer.address.clone());
    let state = match peer.state.as_str() {
        "connected" if peer.in_sync => w.s("peer-in-sync"),
        "connected" => w.s("peer-connected"),
        "dialling" => w.s("peer-dialling"),
        "waiting" => w.s("peer-waiting"),
        _ => w.s("peer-dropped"),
    };
    let reason = peer.reason.as_deref().map(|reason| format!(": {}", w.lang.hear(reason))).unwrap_or_default();
    Connection { good: peer.state == "connected", text: line(&format!("{name}: {state}{reason}")) }
}

async fn examined(page: &Page) -> Result<Vec<Check>, Refusal> {
    let home = page.home().to_owned();
    let report = tokio::task::spawn_blocking(move || doctor::examine(&home)).await;
    let report = report.map_err(|error| fail!(Failed, "reader-failed", error = error.to_string()))?;
    let check = |check: &doctor::Check| Check {
        good: check.state != State::Wrong,
        name: crate::render::station(check, page.w.lang),
        found: line(&page.w.lang.say(&check.said)),
        advice: line(&page.w.lang.hint(&check.said)),
    };
    Ok(report.checks.iter().map(check).collect())
}
