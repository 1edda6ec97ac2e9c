//! One function for each verb: from arguments to an answer and its rendering.

use std::io::Write;
use std::path::Path;

use cremona_engine::ask::{Changes, Draft, DraftFor, How};
use cremona_engine::{Answer, Ask, Failure};
use serde_json::Value;

use crate::cli::{Cli, DraftVerb, ImportVerb, InboxArgs, MailboxVerb, TokenVerb, Verb};
use crate::daemon::{self, Http, UpOptions};
use crate::errors::output;
use crate::holding::{self, Waiting};
use crate::home::{self, now};
use crate::http::{self, ShownToken};
use crate::place::{Asker, data_dir, own};
use crate::render::{self, Look};
use crate::words::{Lang, fail};
use crate::{browser, demo, import, input, mailbox, manual, pager, question};

/// What lists are called in answers.
const LISTS: [&str; 13] = [
    "rows", "channels", "threads", "messages", "hits", "members", "peers", "checks", "drafts", "settings", "versions",
    "notices", "tokens",
];

/// Carries out what the command line says.
///
/// # Errors
/// [`Failure`] in words, with what to do next.
pub fn run(cli: Cli, lang: Lang) -> Result<(), Failure> {
    home::check_clock()?;
    let look = Look { rows_apart: cli.jsonl, ..Look::of(cli.json || cli.jsonl, cli.exact, lang) };
    let place = || data_dir(cli.data, cli.workspace_name.as_deref());
    match cli.verb.unwrap_or(Verb::Inbox(InboxArgs::default())) {
        Verb::Demo { keep } => demo::run(keep, lang),
        Verb::Completions { shell } => write_out(&manual::completions(shell)),
        Verb::Man { verb } => write_out(&manual::page(&verb, lang)?),
        Verb::Help { verb } => write_out(&manual::help(&verb, lang)?),
        Verb::Mailbox(MailboxVerb::Init { dir, at }) => {
            print(&look, &mailbox::init(&dir, &at)?, |made| render::mailbox_made(made, &look))
        }
        Verb::Mailbox(MailboxVerb::Status { dir }) => {
            print(&look, &mailbox::status(&dir)?, |status| render::mailbox_status(status, &look))
        }
        Verb::Mailbox(MailboxVerb::Up { dir, init, at, listen, room, share }) => {
            if init && !mailbox::is_made(&dir) {
                mailbox::init(&dir, &at)?;
            }
            let options = mailbox::MailboxOptions { listen, quota: mailbox::quota(room, share) };
            mailbox::up(&dir, &options, |ready| {
                // Whoever started it and does not read what it says may have a reason.
                let _ = print(&look, &ready, |ready| render::mailbox_ready(ready, &look));
            })
        }
        verb => run_at(&place()?, verb, &look),
    }
}

/// Carries out a verb that concerns the workspace at `path`.
fn run_at(path: &Path, verb: Verb, look: &Look) -> Result<(), Failure> {
    match verb {
        Verb::Init { workspace, name } => init(path, &workspace, &name, look),
        Verb::Join { key, name, dial } => join(path, &key, &name, &dial, look),
        Verb::Up { listen, dial, no_mdns, no_upnp, no_relay, http, no_http, open } => {
            let http = if no_http { Http::Off } else { http.map_or(Http::Usual, Http::At) };
            up(path, &UpOptions { listen, dial, mdns: !no_mdns, upnp: !no_upnp, relay: !no_relay, http }, open, look)
        }
        Verb::Page { open } => page(path, open, look),
        Verb::Token(verb) => token(path, verb, look),
        Verb::Watch { since } => watch(path, since),
        Verb::Import(ImportVerb::Slack { zip, dry_run }) => {
            let mut asker = Asker::open(path)?;
            let report = import::slack(&mut asker, &zip, dry_run, look)?;
            asker.close();
            print(look, &report, |report| render::imported(report, dry_run, look))
        }
        Verb::Mailbox(MailboxVerb::Pair { string, dial }) => {
            print(look, &mailbox::pair(path, &string, &dial)?, |paired| render::mailbox_paired(paired, look))
        }
        Verb::Key { qr } => key(path, qr, look),
        Verb::Doctor => doctor(path, look),
        Verb::Draft(DraftVerb::Post { draft }) => post_draft(path, &draft, look),
        Verb::Hours { hours } if hours.is_empty() => my_day(path, look),
        Verb::Scheduled => print(look, &holding::scheduled(path)?, |found| render::scheduled(found, look)),
        verb => {
            let verb = match Waiting::of(verb) {
                Ok(waiting) => return show(&Answer::Draft(Box::new(waiting.put(path)?)), look),
                Err(verb) => *verb,
            };
            // The text comes first: nobody else should wait while someone types.
            let question = question::of(verb, look.lang)?;
            let mut asker = Asker::open(path)?;
            let answer = asker.ask(question)?;
            asker.close();
            show(&answer, look)
        }
    }
}

/// Shows this member in their day.
fn my_day(path: &Path, look: &Look) -> Result<(), Failure> {
    let mut asker = Asker::open(path)?;
    let Answer::Team(team) = asker.ask(Ask::Team { members: Vec::new(), days: 1 })? else { return Err(surprised()) };
    asker.close();
    let me = team.people.iter().find(|person| person.me).ok_or_else(surprised)?;
    print(look, me, |person| render::person(person, look))
}

/// Posts a draft, then drops it: in this order, so that a text is never nowhere.
fn post_draft(path: &Path, draft: &str, look: &Look) -> Result<(), Failure> {
    let mut asker = Asker::open(path)?;
    let Answer::Drafts(drafts) = asker.ask(Ask::Drafts)? else { return Err(surprised()) };
    let beginning = draft.to_lowercase();
    let mut like = drafts.drafts.into_iter().filter(|draft| draft.id.starts_with(&beginning));
    let Draft { id, target, text, title, .. } = match (like.next(), like.next()) {
        (Some(draft), None) => draft,
        (None, _) => return Err(fail!(NotFound, "no-draft", name = draft)),
        (Some(_), Some(_)) => return Err(fail!(Ambiguous, "many-drafts", name = draft, count = like.count() + 2)),
    };
    let said = asker.ask(match target {
        DraftFor::Channel(channel) => Ask::Post { channel, text, title, how: How::default() },
        DraftFor::Thread(thread) => Ask::Reply { thread, text, how: How::default() },
        DraftFor::Edit(message) => Ask::Edit { message, text },
    })?;
    asker.ask(Ask::DraftDrop { id })?;
    asker.close();
    show(&said, look)
}

fn init(path: &Path, workspace: &str, name: &str, look: &Look) -> Result<(), Failure> {
    let done = home::init(path, workspace, name, now())?;
    print(look, &done, |done| render::init(done, look))
}

fn join(path: &Path, key: &str, name: &str, dial: &[String], look: &Look) -> Result<(), Failure> {
    let done = home::join(path, &input::key(key)?, name, dial, now())?;
    print(look, &done, |done| render::join(done, look))
}

fn key(path: &Path, qr: bool, look: &Look) -> Result<(), Failure> {
    let mut asker = Asker::open(path)?;
    let Answer::Key(key) = asker.ask(Ask::Key)? else { return Err(surprised()) };
    if qr && !look.json {
        return write_out(&render::qr(&key.key)?);
    }
    print(look, &key, |key| format!("{}\n", key.key))
}

fn up(path: &Path, options: &UpOptions, open: bool, look: &Look) -> Result<(), Failure> {
    if open && !home::exists(path) {
        return first(path, options, look);
    }
    daemon::up(own(path)?, options, |ready| {
        // Whoever started the node and does not read what it says may have a reason.
        let _ = print(look, &ready, |ready| render::ready(ready, look));
        if let Some(link) = ready.page.filter(|_| open)
            && let Err(failure) = browser::open(&link)
        {
            crate::errors::report(&failure, look.lang);
        }
    })
}

/// Founds or joins a workspace in the browser, then runs its node.
fn first(path: &Path, options: &UpOptions, look: &Look) -> Result<(), Failure> {
    let told = |link: String| {
        let _ = print(look, &serde_json::json!({ "page": link }), |_| format!("{link}\n"));
        if let Err(failure) = browser::open(&link) {
            crate::errors::report(&failure, look.lang);
        }
    };
    daemon::up_first(path, options, told, |ready| {
        let _ = print(look, &ready, |ready| render::ready(ready, look));
    })
}

/// A fresh link to the page of the node that runs.
fn page(path: &Path, open: bool, look: &Look) -> Result<(), Failure> {
    let running = home::running(path).filter(|running| running.socket.is_some());
    let running = running.ok_or_else(|| fail!(NotRunning, "not-running"))?;
    let address = running.http.ok_or_else(|| fail!(NotRunning, "no-page"))?;
    let link = http::link(path, &address.to_string())?;
    print(look, &serde_json::json!({ "page": link }), |_| format!("{link}\n"))?;
    if open { browser::open(&link) } else { Ok(()) }
}

fn token(path: &Path, verb: TokenVerb, look: &Look) -> Result<(), Failure> {
    home::check_made(path)?;
    match verb {
        TokenVerb::Create { name, scope, days } => {
            let name = name.trim();
            if name.is_empty() || name.chars().any(char::is_control) || name.len() > 100 {
                return Err(fail!(Usage, "token-name"));
            }
            let (token, kept) = http::access::create(path, name, &scope, days)?;
            let shown = ShownToken { token: Some(token), ..ShownToken::of(&kept) };
            print(look, &shown, |shown| render::token_made(shown, look))
        }
        TokenVerb::List => {
            let tokens: Vec<_> = http::access::list(path)?.iter().map(ShownToken::of).collect();
            print(look, &serde_json::json!({ "tokens": tokens }), |_| render::tokens(&tokens, look))
        }
        TokenVerb::Revoke { name } => {
            let revoked = ShownToken::of(&http::access::revoke(path, &name)?);
            print(look, &revoked, |revoked| render::token_revoked(revoked, look))
        }
    }
}

fn doctor(path: &Path, look: &Look) -> Result<(), Failure> {
    let report = crate::doctor::examine(path);
    print(look, &report, |report| render::doctor(report, look))?;
    let wrong = report.checks.iter().filter(|check| check.state == crate::doctor::State::Wrong).count();
    match wrong {
        0 => Ok(()),
        1 => Err(fail!(Failed, "one-wrong")),
        wrong => Err(fail!(Failed, "things-wrong", count = wrong)),
    }
}

fn watch(path: &Path, since: Option<String>) -> Result<(), Failure> {
    let Asker::Node(mut client) = Asker::open(path)? else {
        return Err(fail!(NotRunning, "not-running"));
    };
    let mut last = since.clone();
    client.watch(since, |answer| {
        let Answer::Changes(Changes { changes, next }) = answer else { return Err(surprised()) };
        last = Some(next);
        changes.iter().try_for_each(|change| {
            let line = serde_json::to_string(change).map_err(|_| surprised())?;
            write_out(&format!("{line}\n"))
        })
    })?;
    Err(match last {
        Some(cursor) => fail!(NotRunning, "node-stopped-at", cursor = cursor),
        None => fail!(NotRunning, "node-stopped"),
    })
}

fn show(answer: &Answer, look: &Look) -> Result<(), Failure> {
    match answer {
        Answer::Channel(channel) => print(look, channel, |channel| render::channel(channel, look)),
        Answer::Channels(channels) => print(look, channels, |channels| render::channels(channels, look)),
        Answer::Posted(posted) => print(look, posted, |posted| render::posted(posted, look)),
        Answer::Message(message) => print(look, message, |message| render::message(message, look)),
        Answer::Threads(threads) => print(look, threads, |threads| render::threads(threads, look)),
        Answer::Messages(messages) => print(look, messages, |messages| render::messages(messages, look)),
        Answer::Versions(versions) => print(look, versions, |versions| render::versions(versions, look)),
        Answer::Hits(hits) => print(look, hits, |hits| render::hits(hits, look)),
        Answer::Members(members) => print(look, members, |members| render::members(members, look)),
        Answer::Peers(peers) => print(look, peers, |peers| render::peers(peers, look)),
        Answer::Status(status) => print(look, status, |status| render::status(status, look)),
        Answer::Verified(digest) => print(look, digest, |digest| render::digest(digest, look)),
        Answer::Checked(checked) => {
            print(look, checked, |checked| render::checked(checked, look))?;
            if checked.problems.is_empty() {
                return Ok(());
            }
            let count = checked.problems.len();
            Err(if checked.repaired {
                fail!(Failed, "checked-still-wrong", count = count)
            } else {
                fail!(Failed, "checked-wrong", count = count)
            })
        }
        Answer::Draft(draft) => print(look, draft, |draft| render::drafts(std::slice::from_ref(draft), look)),
        Answer::Drafts(drafts) => print(look, drafts, |drafts| render::drafts(&drafts.drafts, look)),
        Answer::Settings(settings) => print(look, settings, |settings| render::settings(settings, look)),
        Answer::Inbox(inbox) => print(look, inbox, |inbox| render::inbox(inbox, look)),
        Answer::Explained(explained) => print(look, explained, |explained| render::explained(explained, look)),
        Answer::Person(person) => print(look, person, |person| render::person(person, look)),
        Answer::Team(team) => print(look, team, |team| render::team(team, look)),
        Answer::Notices(notices) => print(look, notices, |notices| render::notices(notices, look)),
        Answer::CatchUp(catch_up) => print(look, catch_up, |catch_up| render::catch_up(catch_up, look)),
        Answer::Digest(digest) => print(look, digest, |digest| render::day_digest(digest, look)),
        // To be redirected into a file: as it is, also on a terminal.
        Answer::Newsletter(newsletter) => print(look, newsletter, |newsletter| newsletter.text.clone()),
        Answer::Held(held) => print(look, held, |held| render::held(held, look)),
        Answer::Forecast(forecast) => print(look, forecast, |forecast| render::forecast(forecast, look)),
        Answer::Changes(_) | Answer::Key(_) | Answer::Mailbox(_) | Answer::Imported(_) => Err(surprised()),
    }
}

/// An answer that no version of this node gives.
pub(crate) fn surprised() -> Failure {
    fail!(Failed, "surprised")
}

/// Prints a value as JSON, or as `text` says; what is longer than the terminal goes through a pager.
fn print<T: serde::Serialize>(look: &Look, value: &T, text: impl FnOnce(&T) -> String) -> Result<(), Failure> {
    if look.rows_apart || look.json {
        return print_json(look, value);
    }
    let text = text(value);
    if look.terminal && pager::show(&text, look.rows) { Ok(()) } else { write_out(&text) }
}

/// Prints a value as JSON, rows apart where that was asked for.
fn print_json<T: serde::Serialize>(look: &Look, value: &T) -> Result<(), Failure> {
    let failed = |error: serde_json::Error| fail!(Failed, "json-failed", error = error.to_string());
    if look.rows_apart {
        return write_out(&lines(&serde_json::to_value(value).map_err(failed)?));
    }
    write_out(&(serde_json::to_string(value).map_err(failed)? + "\n"))
}

/// A list as one line for each row, and a line with the cursor of the next page where there is one;
/// anything else as one line.
fn lines(value: &Value) -> String {
    let rows = value.as_object().and_then(|fields| {
        let mut lists = fields.iter().filter(|(name, value)| LISTS.contains(&name.as_str()) && value.is_array());
        let (_, rows) = lists.next()?;
        rows.as_array()
    });
    let Some(rows) = rows else { return format!("{value}\n") };
    let next = value.get("next").filter(|next| !next.is_null());
    let next = next.map(|next| format!("{}\n", serde_json::json!({ "next": next })));
    rows.iter().map(|row| format!("{row}\n")).chain(next).collect()
}

fn write_out(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| output(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_a_line_for_each_row_and_one_thing_is_one_line() {
        let page = serde_json::json!({ "threads": [{ "id": "a" }, { "id": "b" }], "next": "17" });
        assert_eq!(lines(&page), "{\"id\":\"a\"}\n{\"id\":\"b\"}\n{\"next\":\"17\"}\n");
        assert_eq!(lines(&serde_json::json!({ "messages": [], "next": null })), "");
        let status = serde_json::json!({ "name": "ana", "messages": 3, "warnings": ["w"] });
        assert_eq!(lines(&status), format!("{status}\n"));
    }
}
