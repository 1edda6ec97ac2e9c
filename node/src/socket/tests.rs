//! Stories of the socket: askers, watchers, strangers and crowds, before a made-up workspace.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use cremona_engine::ask::{Change, Changes, How, Posted};
use cremona_engine::{Answer, Ask, Failure, Reason};
use tokio::sync::watch;

use super::{Client, MAX_ASKERS, MAX_LINE, serve};

/// A node with a made-up workspace, and how to tell it of commits.
struct Node {
    folder: tempfile::TempDir,
    committed: watch::Sender<u64>,
    _runtime: tokio::runtime::Runtime,
}

impl Node {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (committed, commits) = watch::channel(0);
        let listener = {
            let _inside = runtime.enter();
            tokio::net::UnixListener::bind(folder.path().join("node.sock")).unwrap()
        };
        let latest = commits.clone();
        runtime.spawn(serve(listener, move |ask| workspace(ask, *latest.borrow()), commits));
        Self { folder, committed, _runtime: runtime }
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("node.sock")
    }

    fn client(&self) -> Client {
        Client::connect(&self.socket()).unwrap()
    }
}

/// A workspace in which posts to #plans work, changes count up, and a search finds too much.
async fn workspace(ask: Ask, latest: u64) -> Result<Answer, Failure> {
    match ask {
        Ask::Post { channel, text, .. } if channel == "plans" => {
            Ok(Answer::Posted(Posted { id: text.len().to_string(), thread: channel, ..Posted::default() }))
        }
        Ask::Changes { since, .. } => {
            let since: u64 = since.map_or(latest, |since| since.parse().unwrap());
            let changes = (since..latest).map(|n| change(n + 1)).collect();
            Ok(Answer::Changes(Changes { changes, next: latest.to_string() }))
        }
        Ask::Search { .. } => Ok(Answer::Posted(Posted { id: "x".repeat(super::MAX_ANSWER), ..Posted::default() })),
        _ => Err(Failure::new(Reason::NotFound, "no channel of that name", "`cremona channels` lists them")),
    }
}

fn change(n: u64) -> Change {
    Change { cursor: n.to_string(), kind: "message".to_owned(), id: None, thread: None, channel: None }
}

fn post(channel: &str, text: &str) -> Ask {
    Ask::Post { channel: channel.to_owned(), text: text.to_owned(), title: None, how: How::default() }
}

fn raw_line(socket: &Path, line: &[u8]) -> String {
    let mut stream = UnixStream::connect(socket).unwrap();
    // A node that hangs up early need not have read it all.
    let _ = stream.write_all(line).and_then(|()| stream.shutdown(std::net::Shutdown::Write));
    let mut said = String::new();
    BufReader::new(stream).read_line(&mut said).unwrap();
    said
}

#[test]
fn ana_asks_twice_over_one_connection() {
    let node = Node::start();
    let mut ana = node.client();
    let text = "halo\n\u{1b}[2J\u{2028}";
    let answer = ana.ask(&post("plans", text)).unwrap();
    assert_eq!(
        answer,
        Answer::Posted(Posted { id: text.len().to_string(), thread: "plans".to_owned(), ..Posted::default() })
    );
    let failure = ana.ask(&post("nowhere", text)).unwrap_err();
    assert_eq!((failure.reason, failure.message.as_str()), (Reason::NotFound, "no channel of that name"));
    assert_eq!(failure.hint, "`cremona channels` lists them");
}

#[test]
fn bo_watches_from_a_cursor_and_hears_what_comes() {
    let node = Node::start();
    node.committed.send_replace(2);
    let mut seen = Vec::new();
    let done = Failure::new(Reason::Failed, "seen enough", "");
    let ended = node.client().watch(Some("0".to_owned()), |answer| {
        let Answer::Changes(changes) = answer else { panic!("{answer:?}") };
        seen.extend(changes.changes.into_iter().map(|change| change.cursor));
        node.committed.send_replace(3);
        if seen.len() < 3 { Ok(()) } else { Err(done.clone()) }
    });
    assert_eq!(ended, Err(done));
    assert_eq!(seen, ["1", "2", "3"]);
}

#[test]
fn bo_hears_that_the_node_stopped() {
    let node = Node::start();
    let mut bo = node.client();
    let mut node = Some(node);
    let ended = bo.watch(None, |_| {
        drop(node.take());
        Ok(())
    });
    assert_eq!(ended, Ok(()));
    assert_eq!(bo.ask(&Ask::Channels).unwrap_err().reason, Reason::TryLater);
}

#[test]
fn lines_that_are_no_question_are_answered_and_harm_nobody() {
    let node = Node::start();
    let lines: [&[u8]; 5] = [
        b"hello\n",
        b"{\"v\":1}\n",
        b"{\"v\":2,\"ask\":{\"verb\":\"channels\"}}\n",
        b"{\"v\":1,\"ask\":{\"verb\":\"fly\"}}\n",
        b"\xff\xfe\n",
    ];
    for line in lines {
        let said = raw_line(&node.socket(), line);
        assert!(said.contains("does not understand"), "{line:?}: {said}");
    }
    assert_eq!(raw_line(&node.socket(), b""), "");
    let endless = vec![b' '; MAX_LINE + 1];
    assert!(raw_line(&node.socket(), &endless).contains("too long"));
    assert!(node.client().ask(&post("plans", "still here")).is_ok());
}

#[test]
fn what_is_too_long_is_said_so_at_both_ends() {
    let node = Node::start();
    let mut ana = node.client();
    let failure = ana.ask(&post("plans", &"x".repeat(MAX_LINE))).unwrap_err();
    assert_eq!(failure.reason, Reason::Usage, "{failure}");
    let search = Ask::Search { query: "everything".to_owned(), limit: 1_000, before: None, typing: false };
    let failure = ana.ask(&search).unwrap_err();
    assert!(failure.hint.contains("--limit"), "{failure}");
    assert!(ana.ask(&post("plans", "short")).is_ok());
}

#[test]
fn one_asker_too_many_is_told_to_try_later() {
    let node = Node::start();
    let mut crowd: Vec<Client> = (0..MAX_ASKERS).map(|_| node.client()).collect();
    for asker in &mut crowd {
        asker.ask(&post("plans", "here")).unwrap();
    }
    let failure = node.client().ask(&post("plans", "me too")).unwrap_err();
    assert_eq!(failure.reason, Reason::TryLater);
    assert!(failure.message.contains("64 programs"), "{failure}");
    assert!(crowd[0].ask(&post("plans", "go on")).is_ok());
}
