//! What `docs/api.md` says to type works, and so does the example client.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::site::Site;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests stand in the project").join("docs")
}

/// The shell blocks of a page, each with what it is said to print, if anything.
fn blocks(page: &str) -> Vec<&str> {
    let mut blocks = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once("\n```sh\n") {
        let (block, after) = after.split_once("\n```").expect("a block ends");
        blocks.push(block);
        rest = after;
    }
    blocks
}

#[test]
fn every_example_of_the_page_works() {
    let site = Site::new();
    let page = std::fs::read_to_string(docs().join("api.md")).unwrap();
    let blocks = blocks(&page);
    assert!(blocks.len() >= 8, "{}", blocks.len());
    // One after the other in one shell, as a reader does; the first makes the token.
    let script: String = blocks.iter().map(|block| format!("{block}\necho\n")).collect();
    let binary = crate::person::binary();
    let path = format!("{}:{}", binary.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("bash");
    shell.args(["-e", "-u", "-o", "pipefail", "-c", &script]).env("PATH", path).env("LC_ALL", "C");
    shell.env("CREMONA_DATA", &site.ana.data).env("XDG_STATE_HOME", &site.ana.state);
    shell.env("NODE", format!("http://{}", site.address));
    let output = shell.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(!said.contains("urn:cremona:"), "an example was refused: {said}");
    assert_eq!(site.get("/search?query=lanterns")["total"], 1, "{said}");
    assert!(said.contains("cremona_messages 3"), "one of four was deleted: {said}");
}

#[test]
fn the_example_client_prints_what_is_said() {
    let site = Site::new();
    let mut client = Command::new("python3");
    client.arg(docs().join("examples/reader.py")).arg("general");
    client.env("CREMONA_URL", format!("http://{}", site.address)).env("CREMONA_TOKEN", &site.token);
    site.ana.post("before it began");
    let mut client = client.stdout(Stdio::piped()).stdin(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(client.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    assert!(first.ends_with("ana: before it began"), "{first}");
    site.ana.post("while it reads");
    let second = lines.next().unwrap().unwrap();
    assert!(second.ends_with("ana: while it reads"), "{second}");
    client.kill().unwrap();
    client.wait().unwrap();
}
