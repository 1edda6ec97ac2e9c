//! What a shell completes: channels, threads, messages and people, asked of the running node.
//!
//! A shell that has read what `cremona completions SHELL` prints runs this binary with `COMPLETE` set
//! whenever someone presses Tab. Where no node runs, only verbs and flags are completed: nobody waits
//! for a store to open.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::{Arg, Command};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use cremona_engine::{Answer, Ask};

use crate::home;
use crate::place::data_dir;
use crate::render::text;
use crate::socket::Client;

/// Channels whose threads and messages are looked at: those with the most messages.
const CHANNELS: usize = 16;
/// Threads or messages of each of them.
const NEWEST: u32 = 16;
/// Most columns of what explains a candidate.
const EXPLAINED: usize = 60;
/// What reactions begin with.
const EMOJI: [&str; 8] = ["👍", "✅", "🎉", "❤️", "👀", "🙏", "😄", "🤔"];

/// What an argument stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A channel's name.
    Channel,
    /// A thread's id.
    Thread,
    /// A channel's name or a thread's id.
    ChannelOrThread,
    /// A message's id.
    Message,
    /// A draft's id.
    Draft,
    /// A setting's name.
    Setting,
    /// Someone's name.
    Person,
    /// An emoji.
    Emoji,
}

/// The same definition with completion for every argument that names something of the workspace.
#[must_use]
pub fn completing(command: Command) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    let command = command.mut_args(argument);
    names.into_iter().fold(command, |command, name| command.mut_subcommand(name, completing))
}

fn argument(arg: Arg) -> Arg {
    let Some(wanted) = wanted(&arg) else { return arg };
    arg.add(ArgValueCompleter::new(move |typed: &OsStr| candidates(wanted, typed)))
}

fn wanted(arg: &Arg) -> Option<Wanted> {
    match arg.get_id().as_str() {
        "channel" => Some(Wanted::Channel),
        "thread" | "explain" => Some(Wanted::Thread),
        "target" => Some(Wanted::ChannelOrThread),
        "message" | "upto" => Some(Wanted::Message),
        "person" | "to" | "deputy" => Some(Wanted::Person),
        "emoji" => Some(Wanted::Emoji),
        "draft" => Some(Wanted::Draft),
        "setting" => Some(Wanted::Setting),
        _ => None,
    }
}

/// What begins as typed. Whatever fails is no reason to disturb someone who types.
fn candidates(wanted: Wanted, typed: &OsStr) -> Vec<CompletionCandidate> {
    let Some(typed) = typed.to_str() else { return Vec::new() };
    if wanted == Wanted::Emoji {
        return EMOJI.iter().map(CompletionCandidate::new).collect();
    }
    let Some(mut node) = node() else { return Vec::new() };
    let found = of_node(wanted, |ask| node.ask(&ask).ok());
    let fits = |candidate: &(String, String)| begins(&candidate.0, typed);
    found.into_iter().filter(fits).enumerate().map(|(order, found)| candidate(found, order)).collect()
}

fn candidate((value, help): (String, String), order: usize) -> CompletionCandidate {
    let help = (!help.is_empty()).then(|| text::fit(&text::line(&help), EXPLAINED).into());
    CompletionCandidate::new(value).help(help).display_order(Some(order))
}

/// Whether `value` begins as typed, in small letters or capitals, with or without `#` or `@`.
fn begins(value: &str, typed: &str) -> bool {
    value.to_lowercase().starts_with(&typed.trim_start_matches(['#', '@']).to_lowercase())
}

/// Values, and what explains each: the best first.
fn of_node(wanted: Wanted, mut ask: impl FnMut(Ask) -> Option<Answer>) -> Vec<(String, String)> {
    match wanted {
        Wanted::Channel => channels(&mut ask),
        Wanted::Thread => threads(&mut ask),
        Wanted::ChannelOrThread => {
            let mut both = channels(&mut ask);
            both.extend(threads(&mut ask));
            both
        }
        Wanted::Message => messages(&mut ask),
        Wanted::Person => {
            let Some(Answer::Members(found)) = ask(Ask::Members) else { return Vec::new() };
            found.members.into_iter().map(|member| (member.name, String::new())).collect()
        }
        Wanted::Draft => {
            let Some(Answer::Drafts(found)) = ask(Ask::Drafts) else { return Vec::new() };
            found.drafts.into_iter().map(|draft| (crate::render::short(&draft.id).to_owned(), draft.text)).collect()
        }
        Wanted::Setting => {
            let Some(Answer::Settings(found)) = ask(Ask::Settings) else { return Vec::new() };
            found.settings.into_iter().map(|line| (line.name, line.value.unwrap_or_default())).collect()
        }
        Wanted::Emoji => Vec::new(),
    }
}

fn channels(ask: &mut impl FnMut(Ask) -> Option<Answer>) -> Vec<(String, String)> {
    let Some(Answer::Channels(found)) = ask(Ask::Channels) else { return Vec::new() };
    let mut channels = found.channels;
    channels.sort_by_key(|channel| (channel.archived, std::cmp::Reverse(channel.messages)));
    channels.into_iter().map(|channel| (channel.name, channel.purpose)).collect()
}

fn threads(ask: &mut impl FnMut(Ask) -> Option<Answer>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (channel, _) in channels(ask).into_iter().take(CHANNELS) {
        if let Some(Answer::Threads(page)) = ask(Ask::Threads { channel, limit: NEWEST, before: None }) {
            found.extend(page.threads);
        }
    }
    found.sort_by(|one, other| other.last.cmp(&one.last));
    found.into_iter().map(|thread| (crate::render::short(&thread.id).to_owned(), thread.title)).collect()
}

fn messages(ask: &mut impl FnMut(Ask) -> Option<Answer>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (target, _) in channels(ask).into_iter().take(CHANNELS) {
        if let Some(Answer::Messages(page)) = ask(Ask::Read { target, limit: NEWEST, before: None }) {
            found.extend(page.messages);
        }
    }
    found.sort_by(|one, other| other.time.cmp(&one.time));
    let explained = |text: &str, name: &str| format!("{name}: {text}");
    let shown = found.into_iter().filter(|message| !message.deleted);
    shown
        .map(|message| (crate::render::short(&message.id).to_owned(), explained(&message.text, &message.author.name)))
        .collect()
}

/// The running node that the command line so far means.
fn node() -> Option<Client> {
    let (data, name) = place(std::env::args_os());
    let path = data_dir(data, name.as_deref()).ok()?;
    let socket = home::running(&path)?.socket?;
    Client::connect(&socket).ok()
}

/// `--data` and `-w` among words that are not finished yet.
fn place(words: impl IntoIterator<Item = OsString>) -> (Option<PathBuf>, Option<String>) {
    let words: Vec<OsString> = words.into_iter().collect();
    let after = |flag: &str| {
        let at = words.iter().position(|word| word == flag)?;
        words.get(at + 1).cloned()
    };
    let joined = |start: &str| {
        let mut all = words.iter().filter_map(|word| word.to_str());
        all.find_map(|word| word.strip_prefix(start)).filter(|rest| !rest.is_empty()).map(OsString::from)
    };
    let data = after("--data").or_else(|| joined("--data="));
    let name = after("-w").or_else(|| joined("-w"));
    (data.map(PathBuf::from), name.and_then(|name| name.into_string().ok()))
}

#[cfg(test)]
mod tests {
    use cremona_engine::ask::{Author, Channel, Channels, Thread, Threads};

    use super::*;

    fn channel(name: &str, messages: u64, archived: bool) -> Channel {
        Channel {
            id: "0".repeat(32),
            name: name.to_owned(),
            purpose: format!("about {name}"),
            expectation: String::new(),
            archived,
            flag: String::new(),
            imported: false,
            threads: 1,
            messages,
        }
    }

    fn thread(id: &str, last: &str) -> Thread {
        let author = Author { member: "m".to_owned(), name: "ana".to_owned() };
        let id = format!("{id:0<32}");
        Thread {
            title: format!("title {id:.4}"),
            id,
            author,
            time: last.to_owned(),
            replies: 1,
            last: last.to_owned(),
            resolved: false,
        }
    }

    fn workspace(ask: Ask) -> Option<Answer> {
        match ask {
            Ask::Channels => {
                let channels =
                    vec![channel("attic", 90, true), channel("plans", 3, false), channel("general", 40, false)];
                Some(Answer::Channels(Channels { channels }))
            }
            Ask::Threads { channel, .. } => {
                let (id, last) = if channel == "plans" { ("aa01", "2026-11-27") } else { ("bb02", "2026-11-20") };
                Some(Answer::Threads(Threads { threads: vec![thread(id, last)], next: None }))
            }
            _ => None,
        }
    }

    #[test]
    fn busy_channels_come_first_and_the_archive_last() {
        let found = of_node(Wanted::Channel, workspace);
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["general", "plans", "attic"]);
        assert_eq!(found[0].1, "about general");
    }

    #[test]
    fn threads_are_short_ids_with_titles_the_latest_first() {
        let found = of_node(Wanted::Thread, workspace);
        assert_eq!(found[0], ("aa010000".to_owned(), "title aa01".to_owned()));
        assert_eq!(of_node(Wanted::ChannelOrThread, workspace).len(), 3 + found.len());
        assert_eq!(of_node(Wanted::Person, workspace), []);
    }

    #[test]
    fn capitals_and_marks_do_not_matter() {
        assert!(begins("General", "#gen") && begins("ana", "@A") && begins("x", ""));
        assert!(!begins("general", "enera"));
    }

    #[test]
    fn the_directory_is_the_one_that_is_being_typed() {
        let of = |line: &str| place(line.split(' ').map(OsString::from));
        assert_eq!(of("cremona -- cremona --data /srv/team read ge"), (Some("/srv/team".into()), None));
        assert_eq!(of("cremona -- cremona -w side read ge"), (None, Some("side".to_owned())));
        assert_eq!(of("cremona -- cremona --data=d read"), (Some("d".into()), None));
    }

    #[test]
    fn every_argument_that_names_something_is_completed() {
        let command = completing(crate::command::command(crate::words::Lang::En));
        let has = |path: &[&str], id: &str| {
            let verb = path.iter().fold(&command, |command, word| command.find_subcommand(word).unwrap());
            let arg = verb.get_arguments().find(|arg| arg.get_id() == id).unwrap();
            arg.get::<ArgValueCompleter>().is_some()
        };
        assert!(has(&["post"], "channel") && has(&["channel", "rename"], "channel"));
        assert!(has(&["reply"], "thread") && has(&["read"], "target") && has(&["react"], "emoji"));
        assert!(!has(&["channel", "create"], "name"));
    }
}
