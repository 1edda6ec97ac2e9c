//! samod, the Rust implementation of automerge-repo: a repository on each side, its file storage, its
//! TCP transport. The newcomer is told the ids of all documents beforehand, which is a favour to it; who
//! rejoins has all documents open before it dials, which is another.

use std::path::Path;

use anyhow::{Context, Result, bail};
use automerge::{ROOT, ReadDoc};
use futures::StreamExt;
use futures::future::try_join_all;
use futures::stream::select_all;
use samod::storage::TokioFilesystemStorage;
use samod::{BackoffConfig, DocHandle, DocumentId, Repo, Transport};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;

use super::documents::{Shape, add, document, fresh};
use super::say;
use crate::machine::nanos;
use crate::rows;

/// Name of the file that lists the ids.
const IDS: &str = "ids.json";

/// Runs one side: `build DIR ROWS SHAPE`, `serve DIR` or `serve-open DIR` (all documents open before
/// anyone comes), `join DIR SERVER_DIR ADDRESS` or `rejoin DIR SERVER_DIR ADDRESS`.
///
/// # Errors
/// Where samod or the arguments fail.
pub fn run(args: &[String]) -> Result<()> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        match args.as_slice() {
            ["build", dir, rows, shape] => build(Path::new(dir), Path::new(rows), Shape::of(shape)).await,
            ["serve", dir] => serve(Path::new(dir), false).await,
            ["serve-open", dir] => serve(Path::new(dir), true).await,
            ["join", dir, server, address] => join(Path::new(dir), Path::new(server), address, false).await,
            ["rejoin", dir, server, address] => join(Path::new(dir), Path::new(server), address, true).await,
            other => bail!("samod does not know {other:?}"),
        }
    })
}

async fn build(dir: &Path, rows: &Path, shape: Shape) -> Result<()> {
    let repo = open(dir).await;
    let rows = rows::read(rows)?;
    let mut ids = Vec::new();
    for rows in rows::by_document(&rows).into_values() {
        ids.push(repo.create(document(&rows, shape)?).await?.document_id().to_string());
    }
    repo.stop().await;
    std::fs::write(dir.join(IDS), serde_json::to_vec(&ids)?)?;
    say("built")
}

async fn serve(dir: &Path, all_open: bool) -> Result<()> {
    let repo = open(dir).await;
    let ids = ids(dir)?;
    if all_open {
        try_join_all(ids.iter().map(|id| find(&repo, id))).await?;
    }
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let acceptor = repo.make_acceptor(url::Url::parse(&format!("tcp://{address}"))?)?;
    tokio::spawn(async move {
        while let Ok((io, _)) = listener.accept().await {
            // As any program that cares for latency does.
            if io.set_nodelay(true).is_err() || acceptor.accept(Transport::from_tokio_io(io)).is_err() {
                break;
            }
        }
    });
    say(&format!("ready {address}"))?;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut number = 0_usize;
    while let Some(line) = lines.next_line().await? {
        match line.split_once(' ').unwrap_or((&line, "")) {
            ("add", count) => {
                for _ in 0..count.parse::<usize>()? {
                    say_one(&repo, &ids, &mut number).await?;
                }
                say("added")?;
            }
            ("live", _) => {
                let handle = find(&repo, &ids[number * 7 % ids.len()]).await?;
                let start = nanos();
                post(&handle, number)?;
                number += 1;
                say(&format!("sent {start}"))?;
            }
            _ => bail!("samod does not know {line:?}"),
        }
    }
    repo.stop().await;
    Ok(())
}

async fn say_one(repo: &Repo, ids: &[DocumentId], number: &mut usize) -> Result<()> {
    let handle = find(repo, &ids[*number * 7 % ids.len()]).await?;
    post(&handle, *number)?;
    *number += 1;
    Ok(())
}

fn post(handle: &DocHandle, number: usize) -> Result<()> {
    Ok(handle.with_document(|doc| add(doc, doc.length(ROOT), &fresh(number), Shape::Value))?)
}

async fn join(dir: &Path, server: &Path, address: &str, again: bool) -> Result<()> {
    let repo = open(dir).await;
    let ids = ids(server)?;
    if again {
        try_join_all(ids.iter().map(|id| find(&repo, id))).await?;
        say("loaded")?;
    }
    let dialer = repo
        .dial_tcp(url::Url::parse(&format!("tcp://{address}"))?, BackoffConfig::default())
        .map_err(|_| anyhow::anyhow!("samod can't dial {address}"))?;
    dialer.established().await.map_err(|_| anyhow::anyhow!("samod does not connect"))?;
    let connection = dialer.connection_id().context("samod has no connection")?;
    let handles = try_join_all(ids.iter().map(|id| find(&repo, id))).await?;
    for handle in &handles {
        handle.we_have_their_changes(connection).await;
        handle.they_have_our_changes(connection).await;
    }
    let messages: usize = handles.iter().map(|handle| handle.with_document(|doc| doc.length(ROOT))).sum();
    let mut changes = select_all(handles.iter().map(|handle| handle.changes().boxed()));
    say(&format!("synced {messages}"))?;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    loop {
        tokio::select! {
            change = changes.next() => match change {
                Some(_) => say(&format!("seen {}", nanos()))?,
                None => bail!("samod stopped"),
            },
            line = lines.next_line() => if line?.is_none() { break },
        }
    }
    repo.stop().await;
    Ok(())
}

async fn open(dir: &Path) -> Repo {
    Repo::builder(tokio::runtime::Handle::current()).with_storage(TokioFilesystemStorage::new(dir)).load().await
}

async fn find(repo: &Repo, id: &DocumentId) -> Result<DocHandle> {
    repo.find(id.clone()).await?.context("samod does not find a document")
}

fn ids(dir: &Path) -> Result<Vec<DocumentId>> {
    let ids: Vec<String> = serde_json::from_slice(&std::fs::read(dir.join(IDS))?)?;
    ids.iter().map(|id| id.parse().map_err(|_| anyhow::anyhow!("{id} is no document"))).collect()
}
