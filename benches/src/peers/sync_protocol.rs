//! The bare sync protocol of automerge over one TCP connection: no repository, all documents at once,
//! each message framed by the number of its document and its length.

use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use anyhow::{Context, Result, bail};
use automerge::sync::{Message, State, SyncDoc};
use automerge::{Automerge, ROOT, ReadDoc};

use super::documents::{Shape, add, document, fresh};
use super::say;
use crate::rows;

/// Runs one side: `build DIR ROWS SHAPE`, `serve DIR`, or `join DIR DOCUMENTS ADDRESS`.
///
/// # Errors
/// Where automerge or the arguments fail.
pub fn run(args: &[String]) -> Result<()> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["build", dir, rows, shape] => build(Path::new(dir), Path::new(rows), Shape::of(shape)),
        ["serve", dir] => serve(Path::new(dir)),
        ["join", dir, count, address] => join(Path::new(dir), count.parse()?, address),
        other => bail!("the sync protocol does not know {other:?}"),
    }
}

fn build(dir: &Path, rows: &Path, shape: Shape) -> Result<()> {
    let rows = rows::read(rows)?;
    let documents =
        rows::by_document(&rows).into_values().map(|rows| Ok(document(&rows, shape)?)).collect::<Result<Vec<_>>>()?;
    save(dir, &documents)?;
    say("built")
}

fn serve(dir: &Path) -> Result<()> {
    let mut documents = load(dir)?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    say(&format!("ready {}", listener.local_addr()?))?;
    let mut lines = std::io::stdin().lock().lines();
    while let Some(line) = lines.next().transpose()? {
        match line.split_once(' ').unwrap_or((&line, "")) {
            ("add", count) => {
                for number in 0..count.parse::<usize>()? {
                    let at = number * 7 % documents.len();
                    let length = documents[at].length(ROOT);
                    add(&mut documents[at], length, &fresh(number), Shape::Value)?;
                }
                say("added")?;
            }
            ("accept", _) => {
                let (stream, _) = listener.accept()?;
                exchange(&mut documents, &stream, false)?;
            }
            _ => bail!("the sync protocol does not know {line:?}"),
        }
    }
    Ok(())
}

fn join(dir: &Path, count: usize, address: &str) -> Result<()> {
    let mut documents = load(dir)?;
    documents.resize_with(count, Automerge::new);
    exchange(&mut documents, &TcpStream::connect(address)?, true)?;
    save(dir, &documents)?;
    let messages: usize = documents.iter().map(|document| document.length(ROOT)).sum();
    say(&format!("synced {messages}"))?;
    std::io::stdin().lock().read_line(&mut String::new())?;
    Ok(())
}

/// Speaks until all documents are equal, as the one who dials sees it, or until that one hangs up.
fn exchange(documents: &mut [Automerge], stream: &TcpStream, dials: bool) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut states: Vec<State> = documents.iter().map(|_| State::new()).collect();
    let writer = stream.try_clone()?;
    let (outbox, letters) = mpsc::channel::<Vec<u8>>();
    let sending = std::thread::spawn(move || send(&writer, &letters));
    let mut reader = BufReader::with_capacity(256 * 1024, stream.try_clone()?);
    let mut apart: Vec<bool> = documents.iter().map(|_| dials).collect();
    if dials {
        for (at, (document, state)) in documents.iter().zip(&mut states).enumerate() {
            say_next(document, state, at, &outbox)?;
        }
    }
    while !dials || apart.contains(&true) {
        let Some((at, message)) = receive(&mut reader)? else { break };
        let document = documents.get_mut(at).context("a message about a document that does not exist")?;
        document.receive_sync_message(&mut states[at], message)?;
        say_next(document, &mut states[at], at, &outbox)?;
        apart[at] = states[at].their_heads.as_ref() != Some(&document.get_heads());
    }
    drop(outbox);
    sending.join().map_err(|_| anyhow::anyhow!("the sender panicked"))??;
    // The other side may have hung up first.
    let _ = stream.shutdown(std::net::Shutdown::Both);
    Ok(())
}

fn say_next(document: &Automerge, state: &mut State, at: usize, outbox: &mpsc::Sender<Vec<u8>>) -> Result<()> {
    let Some(message) = document.generate_sync_message(state) else { return Ok(()) };
    let bytes = message.encode();
    let mut letter = Vec::with_capacity(bytes.len() + 8);
    letter.extend(u32::try_from(at)?.to_be_bytes());
    letter.extend(u32::try_from(bytes.len())?.to_be_bytes());
    letter.extend(bytes);
    Ok(outbox.send(letter)?)
}

fn send(stream: &TcpStream, letters: &mpsc::Receiver<Vec<u8>>) -> Result<()> {
    let mut writer = BufWriter::with_capacity(256 * 1024, stream);
    while let Ok(letter) = letters.recv() {
        writer.write_all(&letter)?;
        for letter in letters.try_iter() {
            writer.write_all(&letter)?;
        }
        writer.flush()?;
    }
    Ok(())
}

fn receive(reader: &mut impl Read) -> Result<Option<(usize, Message)>> {
    let mut head = [0; 8];
    if reader.read_exact(&mut head).is_err() {
        return Ok(None); // The other side is done and hung up.
    }
    let number = |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]) as usize;
    let mut bytes = vec![0; number(4)];
    reader.read_exact(&mut bytes)?;
    Ok(Some((number(0), Message::decode(&bytes).map_err(|error| anyhow::anyhow!("no sync message: {error}"))?)))
}

fn file(dir: &Path, at: usize) -> PathBuf {
    dir.join(format!("{at}.automerge"))
}

fn load(dir: &Path) -> Result<Vec<Automerge>> {
    let mut documents = Vec::new();
    while let Ok(bytes) = std::fs::read(file(dir, documents.len())) {
        documents.push(Automerge::load(&bytes)?);
    }
    Ok(documents)
}

fn save(dir: &Path, documents: &[Automerge]) -> Result<()> {
    std::fs::create_dir_all(dir)?;
    for (at, document) in documents.iter().enumerate() {
        std::fs::write(file(dir, at), document.save())?;
    }
    Ok(())
}
