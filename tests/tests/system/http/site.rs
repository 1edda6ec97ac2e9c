//! A node as it is met over HTTP: raw TCP, so that anything can be sent, and an answer read to its end.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use crate::person::{Person, Town};

/// Longer than any limit of the node on time.
const PATIENCE: Duration = Duration::from_secs(60);

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    /// What came over a connection that was closed then.
    fn of(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some(Self { status, head: head.to_owned(), body: body.to_owned() })
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// Ana's node, which runs, and a token that may do anything.
pub struct Site {
    pub ana: Person,
    pub address: String,
    pub token: String,
    pub town: Town,
}

impl Site {
    pub fn new() -> Self {
        let town = Town::new();
        let (mut ana, _) = town.founder();
        ana.up();
        let token = ana.text(&["token", "create", "--scope", "admin", "--name", "all"], "token");
        let address = ana.page.split('/').nth(2).expect("a link").to_owned();
        Self { ana, address, token, town }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("the node listens");
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Sends bytes, and gives what comes back until the connection is closed; `None` where that is nothing.
    pub fn raw(&self, bytes: &[u8]) -> Option<Reply> {
        let mut stream = self.connect();
        // A node that hangs up early need not have read it all.
        let _ = stream.write_all(bytes);
        let mut said = Vec::new();
        let mut buffer = [0; 16 * 1024];
        // A connection that is reset after the answer is as closed as another.
        while let Ok(count @ 1..) = stream.read(&mut buffer) {
            said.extend_from_slice(&buffer[..count]);
        }
        Reply::of(&said)
    }

    /// A request with these headers and no others than `Host`, `Content-Length` and `Connection`.
    pub fn bare(&self, method: &str, path: &str, headers: &[&str], body: &str) -> Reply {
        let host = format!("Host: {}", self.address);
        let given = headers.iter().any(|header| header.starts_with("Host:"));
        let host = if given { String::new() } else { format!("{host}\r\n") };
        let rest: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
        let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let head = format!("{method} {path} HTTP/1.1\r\n{host}{rest}{length}Connection: close\r\n\r\n{body}");
        self.raw(head.as_bytes()).unwrap_or_else(|| panic!("no answer to {method} {path}"))
    }

    /// A request by the token.
    pub fn ask(&self, method: &str, path: &str, headers: &[&str], body: &str) -> Reply {
        let token = format!("Authorization: Bearer {}", self.token);
        let mut all = vec![token.as_str()];
        if !body.is_empty() && !headers.iter().any(|header| header.starts_with("Content-Type:")) {
            all.push("Content-Type: application/json");
        }
        all.extend(headers);
        self.bare(method, path, &all, body)
    }

    /// What a path of the API gives.
    pub fn get(&self, path: &str) -> Value {
        let reply = self.ask("GET", &format!("/api/v1{path}"), &[], "");
        assert_eq!(reply.status, 200, "{path}: {reply:?}");
        reply.json()
    }

    /// The cookie of a session that a fresh link opens, as a browser sends it.
    pub fn cookie(&self) -> String {
        let link = self.ana.text(&["page"], "page");
        let path = link.split_once(&self.address).expect("a link to the node").1;
        let reply = self.bare("GET", path, &[], "");
        assert_eq!((reply.status, reply.header("location")), (303, Some("/")), "{reply:?}");
        let cookie = reply.header("set-cookie").expect("a cookie");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && cookie.contains("Path=/"));
        format!("Cookie: {}", cookie.split(';').next().unwrap())
    }

    /// How many messages there are.
    pub fn messages(&self) -> u64 {
        self.ana.ask(&["verify"])["messages"].as_u64().unwrap()
    }
}
