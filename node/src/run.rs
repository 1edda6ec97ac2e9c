//! One function for each verb: from arguments to an answer and its rendering.

use std::io::{IsTerminal, Read, Write};
use std::path::Path;

use cremona_engine::ask::Changes;
use cremona_engine::{Answer, Ask, Failure, Reason};

use crate::cli::{ChannelVerb, Cli, ImportVerb, PageArgs, TextArgs, Verb};
use crate::daemon::{self, UpOptions};
use crate::errors::output;
use crate::home::{self, Home, now};
use crate::place::{Asker, data_dir};
use crate::render::{self, Look};
use crate::{demo, import};

/// Longest text that is read from a file or standard input, in bytes; the message limit is lower
/// and says so itself.
const MAX_INPUT: u64 = 1024 * 1024;

/// Carries out what the command line says.
///
/// # Errors
/// [`Failure`] in words, with what to do next.
pub fn run(cli: Cli) -> Result<(), Failure> {
    let look = Look::of(cli.json);
    if let Verb::Demo { keep } = cli.verb {
        return demo::run(keep);
    }
    let path = data_dir(cli.data, cli.workspace_name.as_deref())?;
    match cli.verb {
        Verb::Init { workspace, name } => init(&path, &workspace, &name, &look),
        Verb::Join { key, name, dial } => join(&path, &key, &name, &dial, &look),
        Verb::Up { listen, dial, no_mdns } => up(&path, &UpOptions { listen, dial, mdns: !no_mdns }, &look),
        Verb::Watch { since } => watch(&path, since),
        Verb::Import(ImportVerb::Slack { zip, dry_run }) => {
            let report = import::slack(&mut Asker::open(&path)?, &zip, dry_run)?;
            print(&look, &report, |report| render::imported(report, dry_run))
        }
        Verb::Key { qr } => key(&path, qr, &look),
        verb => {
            let mut asker = Asker::open(&path)?;
            let answer = asker.ask(question(verb)?)?;
            asker.close();
            show(&answer, &look)
        }
    }
}

/// The question that a verb asks.
fn question(verb: Verb) -> Result<Ask, Failure> {
    Ok(match verb {
        Verb::Channel(verb) => channel(verb),
        Verb::Channels => Ask::Channels,
        Verb::Post { channel, text, title } => Ask::Post { channel, text: read_text(&text)?, title },
        Verb::Reply { thread, text } => Ask::Reply { thread, text: read_text(&text)? },
        Verb::Edit { message, text } => Ask::Edit { message, text: read_text(&text)? },
        Verb::Delete { message } => Ask::Delete { message },
        Verb::React { message, emoji, remove } => Ask::React { message, emoji, on: !remove },
        Verb::Threads { channel, page: PageArgs { limit, before } } => Ask::Threads { channel, limit, before },
        Verb::Read { target, page: PageArgs { limit, before } } => Ask::Read { target, limit, before },
        Verb::Search { query, page: PageArgs { limit, before } } => Ask::Search { query: query.join(" "), limit, before },
        Verb::Members => Ask::Members,
        Verb::Peers => Ask::Peers,
        Verb::Status => Ask::Status,
        Verb::Verify => Ask::Verify,
        Verb::Fsck { repair } => Ask::Fsck { repair },
        Verb::Init { .. }
        | Verb::Join { .. }
        | Verb::Key { .. }
        | Verb::Up { .. }
        | Verb::Watch { .. }
        | Verb::Import(_)
        | Verb::Demo { .. } => return Err(Failure::new(Reason::Usage, "that verb asks nothing", "")),
    })
}

fn channel(verb: ChannelVerb) -> Ask {
    match verb {
        ChannelVerb::Create { name, purpose } => Ask::ChannelCreate { name, purpose },
        ChannelVerb::Rename { channel, name } => Ask::ChannelRename { channel, name },
        ChannelVerb::Describe { channel, purpose, expectation } => Ask::ChannelDescribe { channel, purpose, expectation },
        ChannelVerb::Archive { channel } => Ask::ChannelArchive { channel, archived: true },
        ChannelVerb::Unarchive { channel } => Ask::ChannelArchive { channel, archived: false },
    }
}

fn init(path: &Path, workspace: &str, name: &str, look: &Look) -> Result<(), Failure> {
    let done = home::init(path, workspace, name, now())?;
    print(look, &done, |done| render::init(done))
}

fn join(path: &Path, key: &str, name: &str, dial: &[String], look: &Look) -> Result<(), Failure> {
    let key = match (key, key.strip_prefix('@')) {
        ("-", _) => read_utf8(std::io::stdin().lock(), "standard input")?,
        (_, Some(file)) => {
            let file = Path::new(file);
            read_utf8(std::fs::File::open(file).map_err(|error| home::io_failure("read", file, &error))?, &file.display().to_string())?
        }
        (key, None) => key.to_owned(),
    };
    let done = home::join(path, &key, name, dial, now())?;
    print(look, &done, |done| render::join(done))
}

fn key(path: &Path, qr: bool, look: &Look) -> Result<(), Failure> {
    let mut asker = Asker::open(path)?;
    let Answer::Key(key) = asker.ask(Ask::Key)? else { return Err(surprised()) };
    if qr && !look.json {
        return write_out(&render::qr(&key.key)?);
    }
    print(look, &key, |key| format!("{}\n", key.key))
}

fn up(path: &Path, options: &UpOptions, look: &Look) -> Result<(), Failure> {
    let home = Home::open(path, now())?;
    daemon::up(home, options, |ready| {
        // Whoever started the node and does not read what it says may have a reason.
        let _ = print(look, &ready, |ready| render::ready(ready));
    })
}

fn watch(path: &Path, since: Option<String>) -> Result<(), Failure> {
    let Asker::Node(mut client) = Asker::open(path)? else {
        return Err(Failure::new(Reason::NotRunning, "no node is running for this directory", "start it with `cremona up`"));
    };
    client.watch(since, |answer| {
        let Answer::Changes(Changes { changes, .. }) = answer else { return Err(surprised()) };
        changes.iter().try_for_each(|change| {
            let line = serde_json::to_string(change).map_err(|_| surprised())?;
            write_out(&format!("{line}\n"))
        })
    })
}

fn show(answer: &Answer, look: &Look) -> Result<(), Failure> {
    match answer {
        Answer::Channel(channel) => print(look, channel, |channel| render::channel(channel)),
        Answer::Channels(channels) => print(look, channels, |channels| render::channels(channels, look)),
        Answer::Posted(posted) => print(look, posted, |posted| render::posted(posted, look)),
        Answer::Message(message) => print(look, message, |message| render::message(message, look)),
        Answer::Threads(threads) => print(look, threads, |threads| render::threads(threads, look)),
        Answer::Messages(messages) => print(look, messages, |messages| render::messages(messages, look)),
        Answer::Hits(hits) => print(look, hits, |hits| render::hits(hits, look)),
        Answer::Members(members) => print(look, members, |members| render::members(members, look)),
        Answer::Peers(peers) => print(look, peers, |peers| render::peers(peers, look)),
        Answer::Status(status) => print(look, status, |status| render::status(status)),
        Answer::Verified(digest) => print(look, digest, |digest| render::digest(digest)),
        Answer::Checked(checked) => {
            print(look, checked, |checked| render::checked(checked))?;
            if checked.problems.is_empty() {
                return Ok(());
            }
            let hint = if checked.repaired { "restore the directory from a backup, or join again" } else { "`cremona fsck --repair` rebuilds what is derived" };
            Err(Failure::new(Reason::Failed, format!("{} problems", checked.problems.len()), hint))
        }
        Answer::Changes(_) | Answer::Key(_) | Answer::Imported(_) => Err(surprised()),
    }
}

fn surprised() -> Failure {
    Failure::new(Reason::Failed, "the node answered something else than was asked", "is it of another version?")
}

/// Prints a value as JSON, or as `text` says.
fn print<T: serde::Serialize>(look: &Look, value: &T, text: impl FnOnce(&T) -> String) -> Result<(), Failure> {
    if !look.json {
        return write_out(&text(value));
    }
    let json = serde_json::to_string(value).map_err(|error| Failure::new(Reason::Failed, error.to_string(), ""))?;
    write_out(&format!("{json}\n"))
}

fn write_out(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| output(&error))
}

/// The text that the arguments mean: given, from a file or standard input, or from an editor.
fn read_text(args: &TextArgs) -> Result<String, Failure> {
    if let Some(text) = &args.given {
        return Ok(text.clone());
    }
    match &args.file {
        Some(file) if file.as_os_str() != "-" => {
            let opened = std::fs::File::open(file).map_err(|error| home::io_failure("read", file, &error))?;
            read_utf8(opened, &file.display().to_string())
        }
        Some(_) => read_utf8(std::io::stdin().lock(), "standard input"),
        None if args.stdin.is_some() => read_utf8(std::io::stdin().lock(), "standard input"),
        None if std::io::stdin().is_terminal() => from_editor(),
        None => Err(Failure::new(Reason::Usage, "there is no text", "give it with -m TEXT, -F FILE, or - for standard input")),
    }
}

fn read_utf8(from: impl Read, name: &str) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    from.take(MAX_INPUT + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::new(Reason::Failed, format!("can't read {name}: {error}"), ""))?;
    if bytes.len() as u64 > MAX_INPUT {
        return Err(Failure::new(Reason::Usage, format!("{name} holds more than {MAX_INPUT} bytes"), "a message has at most 65536"));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::new(Reason::Usage, format!("{name} is not UTF-8 text (byte {at})"), "convert it, for instance with iconv")
    })?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

fn from_editor() -> Result<String, Failure> {
    let failed = |what: String| Failure::new(Reason::Failed, what, "give the text with -m TEXT instead");
    let editor = std::env::var("VISUAL").or_else(|_| std::env::var("EDITOR")).unwrap_or_else(|_| "vi".to_owned());
    let folder = std::env::var_os("XDG_RUNTIME_DIR").map_or_else(std::env::temp_dir, std::path::PathBuf::from);
    let file = folder.join(format!("cremona-{}.md", std::process::id()));
    std::fs::write(&file, "").map_err(|error| home::io_failure("write", &file, &error))?;
    let edited = std::process::Command::new("sh").arg("-c").arg(format!("{editor} \"$1\"")).arg("sh").arg(&file).status();
    let text = std::fs::File::open(&file).map_err(|error| home::io_failure("read", &file, &error)).and_then(|file| read_utf8(file, "the text"));
    std::fs::remove_file(&file).map_err(|error| home::io_failure("remove", &file, &error))?;
    match edited {
        Ok(status) if status.success() => text,
        Ok(status) => Err(failed(format!("{editor} ended with {status}"))),
        Err(error) => Err(failed(format!("can't start {editor}: {error}"))),
    }
}
