//! A thousand readers at once: some follow changes, the others go from view to view, while a teammate writes.
//!
//! They keep to what the node allows: at most 256 streams, 2,048 connections, and 1,000 requests a second for each
//! token. `CREMONA_READERS_SECONDS=30` lets it last longer than the usual five seconds.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::site::Site;
use crate::person::{all_equal, until};

const READERS: usize = 1_000;
/// Of these, so many follow changes.
const FOLLOWERS: usize = 200;
/// So many tokens share the requests.
const TOKENS: usize = 10;
/// Most memory over what the node had before, in KiB: 128 for each reader.
const MOST: u64 = 128 * READERS as u64;
/// So many files may be open here: sockets, and what other tests have.
const FILES: u64 = 4_096;
/// How often one who follows looks whether it is over.
const GLANCE: Duration = Duration::from_secs(1);

/// What all readers share.
struct Crowd<'a> {
    site: &'a Site,
    tokens: Vec<String>,
    paths: Vec<String>,
    over: AtomicBool,
    began: AtomicU64,
    views: AtomicU64,
    heard: AtomicU64,
    failed: AtomicU64,
}

#[test]
fn a_thousand_read_without_an_error_and_sync_goes_on() {
    room_for_files();
    let seconds = std::env::var("CREMONA_READERS_SECONDS").map_or(5, |text| text.parse().expect("seconds"));
    let site = Site::new();
    let mut bo = site.town.joiner("bo", &site.ana.text(&["key"], "key"), &site.ana);
    bo.up();
    let export = crate::export::team(site.town.folder.path(), 2_000);
    site.ana.ask(&["import", "slack", export.to_str().unwrap()]);
    all_equal(&[&site.ana, &bo]);
    let before = site.ana.peak();
    let crowd = Crowd::of(&site);
    std::thread::scope(|scope| {
        let over = Over(&crowd.over);
        let readers: Vec<_> = (0..READERS)
            .map(|number| {
                let crowd = &crowd;
                let thread = std::thread::Builder::new().stack_size(256 * 1024);
                thread.spawn_scoped(scope, move || crowd.read(number)).expect("a thread")
            })
            .collect();
        crowd.waits("all of them read", || crowd.began.load(Ordering::Relaxed) >= READERS as u64);
        let end = Instant::now() + Duration::from_secs(seconds);
        // Both write meanwhile, once at least, and have what the other wrote.
        loop {
            let (his, hers) = (bo.post("from Bo, while many read"), site.ana.post("from Ana, while many read"));
            crowd.waits("it is here", || site.ana.run(&["read", &his]).status.success());
            crowd.waits("it is there", || bo.run(&["read", &hers]).status.success());
            if Instant::now() > end {
                break;
            }
        }
        crowd.waits("all who follow have heard", || crowd.heard.load(Ordering::Relaxed) >= FOLLOWERS as u64);
        drop(over);
        let failed: Vec<String> = readers.into_iter().filter_map(|one| one.join().expect("no panic").err()).collect();
        assert!(failed.is_empty(), "{} failed, as {:?}", failed.len(), &failed[..failed.len().min(5)]);
    });
    let (after, views) = (site.ana.peak(), crowd.views.load(Ordering::Relaxed));
    println!(
        "{READERS} readers for {seconds} s: {views} views, no error; memory {before} KiB before, {after} KiB at most"
    );
    assert!(after < before + MOST, "from {before} to {after} KiB");
    let metrics = || site.ask("GET", "/metrics", &[], "").body;
    until("nobody follows any more", || metrics().contains("\ncremona_event_streams 0\n"));
    assert!(metrics().contains("\ncremona_http_answers_total{status=\"5xx\"} 0\n"), "{}", metrics());
    all_equal(&[&site.ana, &bo]);
}

/// Lets the readers end, also where the test has failed.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl<'a> Crowd<'a> {
    fn of(site: &'a Site) -> Self {
        let token = |number: usize| {
            site.ana.text(&["token", "create", "--scope", "read", "--name", &format!("reader-{number}")], "token")
        };
        let channel = site.get("/channels")["channels"][0]["id"].as_str().unwrap().to_owned();
        let thread = site.get("/channels/alpha/threads")["threads"][0]["id"].as_str().unwrap().to_owned();
        let paths = ["/".to_owned(), format!("/c/{channel}"), format!("/t/{thread}")].into();
        let (over, [began, views, heard, failed]) = (AtomicBool::new(false), [(); 4].map(|()| AtomicU64::new(0)));
        Self { site, tokens: (0..TOKENS).map(token).collect(), paths, over, began, views, heard, failed }
    }

    /// What one of them does until it is over.
    fn read(&self, number: usize) -> Result<(), String> {
        let said = if number < FOLLOWERS { self.follow(number) } else { self.look(number) };
        said.map_err(|error| {
            self.failed.fetch_add(1, Ordering::Relaxed);
            format!("reader {number}: {error}")
        })
    }

    /// Waits until something holds, or a reader has failed, which is told in the end.
    fn waits(&self, what: &str, mut holds: impl FnMut() -> bool) {
        until(what, || self.failed.load(Ordering::Relaxed) > 0 || holds());
    }

    fn ask(&self, stream: &mut TcpStream, number: usize, path: &str) -> std::io::Result<()> {
        let token = &self.tokens[number % TOKENS];
        let host = &self.site.address;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n")
    }

    /// Follows changes, and hears of one at least.
    fn follow(&self, number: usize) -> std::io::Result<()> {
        let mut stream = self.site.connect();
        self.ask(&mut stream, number, "/api/v1/events")?;
        let mut lines = BufReader::new(stream);
        head(&mut lines)?;
        self.began.fetch_add(1, Ordering::Relaxed);
        lines.get_ref().set_read_timeout(Some(GLANCE))?;
        let (mut line, mut heard) = (String::new(), false);
        while !self.over.load(Ordering::Relaxed) {
            match lines.read_line(&mut line) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(_) => {
                    if line.starts_with("data: ") && !std::mem::replace(&mut heard, true) {
                        self.heard.fetch_add(1, Ordering::Relaxed);
                    }
                    line.clear();
                }
                // Nothing new; what has come of a line stays.
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Goes from view to view over one connection; each comes whole.
    fn look(&self, number: usize) -> std::io::Result<()> {
        let mut lines = BufReader::new(self.site.connect());
        for turn in number.. {
            self.ask(lines.get_mut(), number, &self.paths[turn % self.paths.len()])?;
            let mut page = vec![0; head(&mut lines)?];
            lines.read_exact(&mut page)?;
            if !page.ends_with(b"</html>\n") && !page.ends_with(b"</html>") {
                return Err(std::io::Error::other("a view that is cut short"));
            }
            self.views.fetch_add(1, Ordering::Relaxed);
            if turn == number {
                self.began.fetch_add(1, Ordering::Relaxed);
            }
            if self.over.load(Ordering::Relaxed) {
                break;
            }
        }
        Ok(())
    }
}

/// Reads the head of an answer that has to be good; gives the length of its body, 0 where that has none.
fn head(lines: &mut impl BufRead) -> std::io::Result<usize> {
    let (mut status, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        if status.is_empty() {
            status.clone_from(&line);
        }
        if let Some(told) = line.strip_prefix("content-length: ") {
            length = told.trim().parse().map_err(std::io::Error::other)?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    if status.starts_with("HTTP/1.1 200 ") { Ok(length) } else { Err(std::io::Error::other(status)) }
}

/// Lets this process open as many files as a thousand connections need, where it may not yet.
fn room_for_files() {
    let limits = std::fs::read_to_string("/proc/self/limits").expect("a system with /proc");
    let line = limits.lines().find(|line| line.starts_with("Max open files")).expect("that limit");
    if line.split_whitespace().nth(3).and_then(|soft| soft.parse().ok()).is_some_and(|soft: u64| soft < FILES) {
        let ours = std::process::id().to_string();
        let raised = Command::new("prlimit").args(["--pid", &ours, &format!("--nofile={FILES}:")]).status();
        assert!(raised.is_ok_and(|status| status.success()), "{line}: this needs {FILES}");
    }
}
