//! A browser that is driven: chromedriver, a process of its own, spoken to by WebDriver.
//!
//! WebDriver is JSON over HTTP/1.1 on loopback, one request at a time, so a client needs no more than a
//! socket. `goog/cdp/execute` is chromedriver's own: what only Chromium can do.
//!
//! Source: <https://www.w3.org/TR/webdriver2/>.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// Where Debian's packages put them.
pub const CHROMIUM: &str = "/usr/bin/chromium";
pub const CHROMEDRIVER: &str = "/usr/bin/chromedriver";

/// Nothing that Chromium does by itself: no first run, no updates, nothing fetched.
const FLAGS: [&str; 14] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
];

/// What a browser is started with.
#[derive(Clone, Copy)]
pub struct Wish {
    /// `Accept-Language`, as `en` or `id`.
    pub lang: &'static str,
    /// Whether pages may run scripts.
    pub scripts: bool,
    /// CSS pixels.
    pub size: (u32, u32),
}

impl Default for Wish {
    fn default() -> Self {
        Self { lang: "en", scripts: true, size: (1280, 900) }
    }
}

/// See the module. It ends with its browser when dropped.
pub struct Driver {
    process: Child,
    port: u16,
    session: String,
    socket: Option<BufReader<TcpStream>>,
    _profile: TempDir,
}

impl Driver {
    /// Starts a browser with a fresh profile.
    pub fn new(wish: Wish) -> Self {
        let mut process = Command::new(CHROMEDRIVER)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let port = port(&mut process);
        let profile = tempfile::tempdir().expect("a temporary folder");
        let mut driver = Self { process, port, session: String::new(), socket: None, _profile: profile };
        let mut args: Vec<String> = FLAGS.iter().map(|flag| (*flag).to_owned()).collect();
        args.push(format!("--lang={}", wish.lang));
        args.push(format!("--window-size={},{}", wish.size.0, wish.size.1));
        args.push(format!("--user-data-dir={}", driver._profile.path().display()));
        let scripts = if wish.scripts { 1 } else { 2 };
        let options = json!({
            "binary": CHROMIUM,
            "args": args,
            "prefs": {
                "intl.accept_languages": wish.lang,
                "profile.managed_default_content_settings.javascript": scripts,
            },
        });
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "timeouts": { "script": 120_000 },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        }}});
        let began = driver.request("POST", "/session", Some(&wanted)).expect("a browser starts");
        began["sessionId"].as_str().expect("a session").clone_into(&mut driver.session);
        driver
    }

    /// A command of this session.
    ///
    /// # Errors
    /// What WebDriver says about it, beginning with the error's name.
    pub fn command(&mut self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let path = format!("/session/{}{path}", self.session);
        self.request(method, &path, (method == "POST").then_some(body))
    }

    /// A command of the DevTools protocol.
    ///
    /// # Errors
    /// As above.
    pub fn devtools(&mut self, command: &str, params: &Value) -> Result<Value, String> {
        self.command("POST", "/goog/cdp/execute", &json!({ "cmd": command, "params": params }))
    }

    fn request(&mut self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, String> {
        let text = body.map(Value::to_string).unwrap_or_default();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            self.port,
            text.len()
        );
        let port = self.port;
        let socket = self.socket.get_or_insert_with(|| {
            BufReader::new(TcpStream::connect(("127.0.0.1", port)).expect("chromedriver listens"))
        });
        let answered = socket.get_mut().write_all((head + &text).as_bytes()).and_then(|()| answer(socket));
        if answered.is_err() {
            self.socket = None;
        }
        let answer: Value = answered
            .and_then(|bytes| serde_json::from_slice(&bytes).map_err(Into::into))
            .map_err(|error| format!("no answer from chromedriver: {error}"))?;
        match answer["value"]["error"].as_str() {
            Some(error) => Err(format!("{error}: {}", answer["value"]["message"].as_str().unwrap_or_default())),
            None => Ok(answer["value"].clone()),
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let _ = self.command("DELETE", "", &Value::Null);
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The port that chromedriver says it took.
fn port(process: &mut Child) -> u16 {
    let mut lines = BufReader::new(process.stdout.take().expect("it was piped")).lines();
    let line = lines
        .find_map(|line| line.ok().filter(|line| line.contains("started successfully on port")))
        .expect("chromedriver says that it is ready");
    // What it says later has nowhere to go and nobody waits for it.
    std::thread::spawn(move || lines.for_each(drop));
    line.trim_end_matches('.').rsplit(' ').next().and_then(|port| port.parse().ok()).expect("a port")
}

/// The body of an answer.
fn answer(socket: &mut BufReader<TcpStream>) -> std::io::Result<Vec<u8>> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if socket.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut bytes = vec![0; length];
    socket.read_exact(&mut bytes)?;
    Ok(bytes)
}
