//! Someone who watches a node, and notes when each change became visible.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::person::Person;

/// See the module.
pub struct Ear {
    watch: Child,
    heard: Receiver<(Instant, String)>,
    /// When each message was first seen, by id.
    pub seen: HashMap<String, Instant>,
}

impl Ear {
    /// Watches a running node from now on.
    pub fn on(person: &Person) -> Self {
        let mut watch = person.command(&["watch"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(watch.stdout.take().unwrap()).lines();
        let (tell, heard) = channel();
        // It ends with the watch, or when nobody listens any more.
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if tell.send((Instant::now(), line)).is_err() {
                    return;
                }
            }
        });
        Self { watch, heard, seen: HashMap::new() }
    }

    /// Waits until something is heard, for at most so long, and takes in all that was.
    pub fn listen(&mut self, patience: Duration) {
        let deadline = Instant::now() + patience;
        let mut heard = self.heard.recv_timeout(patience);
        // A watch ends with its node; what waits for it then waits for time alone.
        if heard == Err(RecvTimeoutError::Disconnected) {
            std::thread::park_timeout(deadline.saturating_duration_since(Instant::now()));
        }
        while let Ok((when, line)) = heard {
            self.note(when, &line);
            heard = self.heard.try_recv().map_err(|_| RecvTimeoutError::Timeout);
        }
    }

    fn note(&mut self, when: Instant, line: &str) {
        let change: Value = serde_json::from_str(line).unwrap();
        if let (Some("message"), Some(id)) = (change["kind"].as_str(), change["id"].as_str()) {
            self.seen.entry(id.to_owned()).or_insert(when);
        }
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        // It may have ended with its node.
        let _ = self.watch.kill();
        let _ = self.watch.wait();
    }
}
