//! A person with a data directory, perhaps a running node, and the command line.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// How long anything may take to arrive.
const PATIENCE: Duration = Duration::from_secs(60);

/// A place for people's directories; it goes with the test.
pub struct Town {
    pub folder: TempDir,
    /// What everything in it is started with, beside what this test was.
    pub variables: Vec<(&'static str, OsString)>,
}

pub struct Person {
    pub data: PathBuf,
    pub state: PathBuf,
    /// The network namespace that the node runs in, if any; its log is then kept.
    pub space: Option<String>,
    pub listen: String,
    pub dial: Vec<String>,
    /// What all of theirs is started with, beside what this test was.
    pub variables: Vec<(&'static str, OsString)>,
    /// The link to the page that the node gave when it was started.
    pub page: String,
    node: Option<Child>,
}

/// The binary under test, built once.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let me = std::env::current_exe().expect("a test has a path");
        let profile = me.parent().and_then(Path::parent).expect("tests are built into PROFILE/deps");
        let target = profile.parent().expect("a profile is within the target folder");
        // The same selection as the whole test run, so that cargo has nothing to build again.
        let mut build = Command::new(env!("CARGO"));
        build.args(["test", "--quiet", "--workspace", "--no-run", "--target-dir"]).arg(target);
        if profile.ends_with("release") {
            build.arg("--release");
        }
        // What cargo tells a test of its package would make the build scripts that look at it run again.
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
                build.env_remove(name);
            }
        }
        assert!(build.status().expect("cargo starts").success(), "cremona does not build");
        profile.join("cremona")
    })
}

/// The binary under test, in English.
pub fn cremona() -> Command {
    let mut command = Command::new(binary());
    command.env("LC_ALL", "C");
    command
}

impl Town {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder"), variables: Vec::new() }
    }

    pub fn person(&self, name: &str) -> Person {
        Person {
            data: self.folder.path().join(name),
            state: self.folder.path().join("state"),
            space: None,
            listen: "127.0.0.1:0".to_owned(),
            dial: Vec::new(),
            variables: self.variables.clone(),
            page: String::new(),
            node: None,
        }
    }

    /// Ana, who has founded, and the key.
    pub fn founder(&self) -> (Person, String) {
        let ana = self.person("ana");
        let key = ana.text(&["init", "--workspace", "Team", "--as", "ana"], "key");
        (ana, key)
    }

    /// Someone who has joined by the key and dials `other` when up.
    pub fn joiner(&self, name: &str, key: &str, other: &Person) -> Person {
        let mut person = self.person(name);
        person.ask(&["join", key, "--as", name]);
        person.dial = vec![other.listen.clone()];
        person
    }
}

impl Person {
    /// Runs the command line.
    pub fn run<S: AsRef<OsStr>>(&self, args: &[S]) -> Output {
        self.command(args).stdin(Stdio::null()).output().expect("cremona starts")
    }

    /// Runs the command line with something on standard input.
    pub fn run_with(&self, args: &[&str], input: &[u8]) -> Output {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("cremona starts");
        let mut stdin = child.stdin.take().expect("it was piped");
        // A command that refuses early need not read it all.
        let _ = stdin.write_all(input);
        drop(stdin);
        child.wait_with_output().expect("cremona ends")
    }

    pub fn command<S: AsRef<OsStr>>(&self, args: &[S]) -> Command {
        self.dress(cremona(), args)
    }

    fn dress<S: AsRef<OsStr>>(&self, mut command: Command, args: &[S]) -> Command {
        command.arg("--data").arg(&self.data).arg("--json").args(args);
        command.env("XDG_STATE_HOME", &self.state).env_remove("CREMONA_DATA");
        command.envs(self.variables.iter().cloned());
        command
    }

    /// The node, in its namespace where it has one; `ip` becomes the node, so their ids are one.
    fn node<S: AsRef<OsStr>>(&self, args: &[S]) -> Command {
        let Some(space) = &self.space else {
            let mut command = self.command(args);
            command.stderr(Stdio::null());
            return command;
        };
        let mut command = Command::new("ip");
        command.args(["netns", "exec", space]).arg(binary());
        let log = std::fs::File::options().create(true).append(true).open(self.log()).expect("a log");
        command.stderr(log);
        self.dress(command, args)
    }

    /// What the node says while it runs in a namespace.
    pub fn log(&self) -> PathBuf {
        self.data.with_extension("log")
    }

    /// Runs a verb that has to work.
    pub fn ask<S: AsRef<OsStr> + std::fmt::Debug>(&self, args: &[S]) -> Value {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{args:?}: {error}"))
    }

    pub fn text(&self, args: &[&str], field: &str) -> String {
        self.ask(args)[field].as_str().unwrap_or_else(|| panic!("{args:?}: no {field}")).to_owned()
    }

    /// The running node's socket, as programs use it; who waits too long there fails.
    pub fn socket(&self) -> Socket {
        let stream = UnixStream::connect(self.data.join("node.sock")).expect("the node listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket that is new");
        Socket(BufReader::new(stream))
    }

    /// Runs a verb that has to be refused: the exit code, and words that name the cause.
    pub fn refused(&self, args: &[&str], code: i32, words: &str) {
        check_refusal(&self.run(args), args, code, words);
    }

    pub fn up(&mut self) {
        let mut args = vec!["up", "--no-mdns", "--listen", &self.listen];
        for address in &self.dial {
            args.extend(["--dial", address]);
        }
        let mut child = self.node(&args).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("cremona starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("it was piped"))
            .read_line(&mut line)
            .expect("it says that it is ready");
        self.node = Some(child);
        let ready: Value = serde_json::from_str(&line).expect("ready is JSON");
        assert_eq!(ready["ready"], true);
        self.page = ready["page"].as_str().unwrap_or_default().to_owned();
        if self.space.is_none() {
            // The next node takes the same port, and others can dial it.
            let address = ready["addresses"][0].as_str().expect("an address");
            let mut parts = address.split('/').skip(2);
            self.listen = format!("{}:{}", parts.next().unwrap(), parts.nth(1).unwrap());
        }
    }

    pub fn dials(&mut self, other: &Person) {
        self.dial = vec![other.listen.clone()];
    }

    pub fn pid(&self) -> u32 {
        self.node.as_ref().expect("the node runs").id()
    }

    /// Most memory that the node had, in KiB, as the kernel says.
    pub fn peak(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("a system with /proc");
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("its peak");
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    pub fn is_up(&self) -> bool {
        self.node.is_some()
    }

    pub fn kill(&mut self) {
        if let Some(mut node) = self.node.take() {
            let _ = node.kill();
            let _ = node.wait();
        }
    }

    /// Stops the node as Ctrl-C does; it has to end cleanly.
    pub fn stop(&mut self) {
        let mut node = self.node.take().expect("the node runs");
        let told = Command::new("sh").arg("-c").arg(format!("kill -INT {}", node.id())).status().expect("sh starts");
        assert!(told.success());
        assert!(node.wait().expect("the node ends").success(), "the node ended badly");
    }

    pub fn post(&self, text: &str) -> String {
        self.text(&["post", "general", "-m", text], "id")
    }

    pub fn reply(&self, thread: &str, text: &str) -> String {
        self.text(&["reply", thread, "-m", text], "id")
    }

    /// Ids of all messages of a thread or channel, in the order shown.
    pub fn ids(&self, target: &str) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        let mut before: Option<String> = None;
        loop {
            let mut args = vec!["read".to_owned(), target.to_owned(), "--limit".to_owned(), "1000".to_owned()];
            args.extend(before.iter().flat_map(|cursor| ["--before".to_owned(), cursor.clone()]));
            let page = self.ask(&args);
            let mut earlier: Vec<String> = page["messages"]
                .as_array()
                .unwrap()
                .iter()
                .map(|message| message["id"].as_str().unwrap().to_owned())
                .collect();
            earlier.append(&mut ids);
            ids = earlier;
            match page["next"].as_str() {
                Some(cursor) => before = Some(cursor.to_owned()),
                None => return ids,
            }
        }
    }

    pub fn fsck(&self) {
        let checked = self.ask(&["fsck"]);
        assert_eq!(checked["problems"], serde_json::json!([]));
    }
}

/// A connection to a node's socket: JSON, a line each.
pub struct Socket(BufReader<UnixStream>);

impl Socket {
    pub fn say(&mut self, line: &Value) {
        writeln!(self.0.get_mut(), "{line}").expect("the node takes it");
    }

    /// What the node says next, or its refusal.
    pub fn hear(&mut self) -> Result<Value, Value> {
        let mut line = String::new();
        self.0.read_line(&mut line).expect("the node says something in time");
        let mut reply: Value = serde_json::from_str(&line).expect("what it says is JSON");
        if reply["fail"].is_null() { Ok(reply["ok"]["value"].take()) } else { Err(reply["fail"].take()) }
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        self.kill();
    }
}

pub fn check_refusal(output: &Output, args: &[&str], code: i32, words: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{args:?} said: {said}");
    assert!(said.contains(words), "{args:?} said {said:?}, not {words:?}");
    assert!(output.stdout.is_empty(), "{args:?} printed something");
}

/// Waits until something holds.
pub fn until(what: &str, done: impl FnMut() -> bool) {
    until_within(PATIENCE, what, done);
}

/// Waits this long until something holds.
pub fn until_within(patience: Duration, what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + patience;
    while !done() {
        assert!(Instant::now() < deadline, "not in time: {what}");
        std::thread::yield_now();
    }
}

/// Waits until all say the same, and gives it.
pub fn all_equal(people: &[&Person]) -> Value {
    let mut digest = Value::Null;
    until("all equal", || {
        digest = people[0].ask(&["verify"]);
        people.iter().all(|person| person.ask(&["verify"]) == digest)
    });
    people.iter().for_each(|person| person.fsck());
    digest
}

/// Whether a file below `folder` holds a word, in any case of letters.
pub fn holds(folder: &Path, word: &str) -> bool {
    std::fs::read_dir(folder).unwrap().flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return holds(&path, word);
        }
        std::fs::read(&path)
            .is_ok_and(|bytes| bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes())))
    })
}
