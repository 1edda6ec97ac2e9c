//! Changes as they come: in order, without a gap for who was cut off, and within bounds.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use super::site::Site;

/// A reader of changes.
struct Reader {
    lines: BufReader<TcpStream>,
    last: String,
}

impl Reader {
    /// Begins after `last`, or now.
    fn open(site: &Site, last: Option<&str>) -> Self {
        let mut stream = site.connect();
        let last_event = last.map(|last| format!("Last-Event-ID: {last}\r\n")).unwrap_or_default();
        write!(
            stream,
            "GET /api/v1/events HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n{last_event}\r\n",
            site.address, site.token
        )
        .unwrap();
        let mut reader = Self { lines: BufReader::new(stream), last: String::new() };
        let status = reader.line();
        assert!(status.contains("200"), "{status}");
        while !reader.line().is_empty() {}
        reader
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("a line in time");
        line.trim_end().to_owned()
    }

    /// All whole changes until the connection ends, which may be within one.
    fn rest(&mut self) -> Vec<Value> {
        let mut text = Vec::new();
        // Reset or closed, it has ended.
        let _ = self.lines.read_to_end(&mut text);
        let text = String::from_utf8_lossy(&text);
        let whole = text.rsplit_once("\n\n").map_or("", |(whole, _)| whole);
        whole
            .lines()
            .filter_map(|line| line.strip_prefix("data: "))
            .map(|data| serde_json::from_str(data).unwrap())
            .collect()
    }

    /// The id of where it begins.
    fn begin(&mut self) {
        while self.last.is_empty() {
            let line = self.line();
            self.note(&line);
        }
    }

    fn note(&mut self, line: &str) {
        if let Some(id) = line.strip_prefix("id: ") {
            id.clone_into(&mut self.last);
        }
    }

    /// The next change.
    fn change(&mut self) -> Value {
        loop {
            let line = self.line();
            self.note(&line);
            if let Some(data) = line.strip_prefix("data: ") {
                return serde_json::from_str(data).unwrap();
            }
        }
    }
}

#[test]
fn a_reader_hears_of_changes_and_goes_on_where_it_was_cut_off() {
    let mut site = Site::new();
    let mut reader = Reader::open(&site, None);
    reader.begin();
    let first = site.ana.post("one");
    let change = reader.change();
    assert_eq!((change["kind"].as_str(), change["id"].as_str()), (Some("message"), Some(first.as_str())));
    assert_eq!(change["cursor"].as_str(), Some(reader.last.as_str()));
    let last = reader.last.clone();
    drop(reader);
    site.ana.kill();
    let second = site.ana.post("two");
    site.ana.up();
    site.address = site.ana.page.split('/').nth(2).unwrap().to_owned();
    let mut reader = Reader::open(&site, Some(&last));
    assert_eq!(reader.change()["id"].as_str(), Some(second.as_str()));
    let third = site.ana.post("three");
    assert_eq!(reader.change()["id"].as_str(), Some(third.as_str()));
}

#[test]
fn a_long_absence_comes_in_order_and_whole() {
    let site = Site::new();
    let mut reader = Reader::open(&site, Some("0"));
    let thread = site.ana.post("the first of many");
    let posts: Vec<String> = (0..30).map(|n| site.ana.reply(&thread, &format!("reply {n}"))).collect();
    let mut seen = Vec::new();
    while seen.len() < 31 {
        let change = reader.change();
        if change["kind"] == "message" {
            seen.push(change["id"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(seen[1..], posts);
}

/// How many sockets a process has.
fn sockets(pid: u32) -> usize {
    let open = std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap().flatten();
    open.filter(|file| std::fs::read_link(file.path()).is_ok_and(|to| to.to_string_lossy().starts_with("socket:")))
        .count()
}

/// More changes than any system buffers of a connection, for one who takes none of them.
#[test]
fn a_reader_who_takes_nothing_is_cut_off_and_goes_on_where_it_was() {
    const CHANGES: usize = 60_000;
    let site = Site::new();
    let folder = tempfile::tempdir().unwrap();
    let export = crate::export::team(folder.path(), CHANGES);
    site.ana.ask(&["import", "slack", export.to_str().unwrap()]);
    // Nothing while it is asked too often.
    let streams = || {
        let metrics = site.ask("GET", "/metrics", &[], "").body;
        metrics.lines().find_map(|line| line.strip_prefix("cremona_event_streams ")?.parse::<u32>().ok())
    };
    let before = (sockets(site.ana.pid()), site.ana.peak());
    let mut reader = Reader::open(&site, Some("0"));
    assert_eq!(streams(), Some(1));
    // It reads no further, and the node lets go of all that it held for it.
    crate::person::until("its stream has ended", || streams() == Some(0));
    crate::person::until("its connection is closed", || sockets(site.ana.pid()) <= before.0);
    // What waited for it is one batch, and not all that there is.
    let after = site.ana.peak();
    assert!(after < before.1 + 64 * 1024, "from {} to {after} KiB", before.1);
    // It takes what had left by then, comes again, and has missed nothing.
    let id = site.ana.post("the newest");
    let mut seen = reader.rest();
    assert!(!seen.is_empty() && seen.len() < CHANGES, "{} changes were sent", seen.len());
    let mut reader = Reader::open(&site, seen.last().unwrap()["cursor"].as_str());
    while seen.last().unwrap()["id"].as_str() != Some(id.as_str()) {
        seen.push(reader.change());
    }
    assert_eq!(seen.iter().filter(|change| change["kind"] == "message").count(), CHANGES + 1);
    let cursors: Vec<u64> = seen.iter().map(|change| change["cursor"].as_str().unwrap().parse().unwrap()).collect();
    assert!(cursors.is_sorted_by(|one, next| one < next), "in order, and none twice");
}

#[test]
fn streams_are_refused_where_they_make_no_sense_or_are_too_many() {
    let site = Site::new();
    for path in ["/api/v1/events?since=yesterday", "/api/v1/events?until=1", "/api/v1/events?since=1&since=2"] {
        assert_eq!(site.ask("GET", path, &[], "").status, 400, "{path}");
    }
    assert_eq!(site.ask("GET", "/api/v1/events", &["Last-Event-ID: x"], "").status, 400);
    assert_eq!(site.ask("POST", "/api/v1/events", &[], "").status, 405);
    let readers: Vec<Reader> = (0..256).map(|_| Reader::open(&site, None)).collect();
    let reply = site.ask("GET", "/api/v1/events", &[], "");
    assert_eq!((reply.status, reply.header("retry-after")), (503, Some("1")), "{reply:?}");
    assert!(reply.json()["detail"].as_str().unwrap().contains("256"));
    // Whoever goes on trying gets no further, and nothing of it stays.
    for _ in 0..10_000 {
        assert!([429, 503].contains(&site.ask("GET", "/api/v1/events", &[], "").status));
    }
    // All of them hear of it, and the node goes on; who leaves makes room.
    let id = site.ana.post("to all");
    for mut reader in readers {
        assert_eq!(reader.change()["id"].as_str(), Some(id.as_str()));
    }
    crate::person::until("there is room again", || site.ask("HEAD", "/api/v1/events", &[], "").status == 200);
}
