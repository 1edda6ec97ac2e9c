//! A thread: its messages from where reading goes on, what it asks, and where to answer.

use askama::Template;
use axum::response::Response;
use cremona_engine::ask::{Draft, DraftFor, Held, Holds, Message, Person, Team};
use cremona_engine::{Answer, Ask};
use serde::Deserialize;

use super::frame::Frame;
use super::message::{self, Shown, names};
use super::reports::{Entry, Part, Prose};
use super::rows::title as titled;
use super::strip::{Day, city, wall};
use super::{Page, Refusal, inbox, see_other, show, surprised};
use crate::http::given::{Path, Query};
use crate::render::line;

/// Messages of a page at least, and at most.
const LEAST: u32 = 30;
const MOST: u32 = 400;
/// Read messages that are shown before the first unread one.
const BEFORE: u32 = 10;
/// People whose clock is told beside the composer.
const CLOCKS: usize = 3;

#[derive(Template)]
#[template(path = "thread.html")]
struct View {
    f: Frame,
    id: String,
    title: String,
    channel_id: String,
    channel: String,
    expectation: String,
    follow: String,
    resolved: bool,
    needs_me: bool,
    done: bool,
    ask: Option<message::Ask>,
    facts: String,
    as_of: Option<String>,
    earlier: Option<String>,
    messages: Vec<Shown>,
    new_line: String,
    key: String,
    draft: Kept,
    hours: Vec<String>,
    why: Vec<String>,
    days: Vec<Day>,
    held: Option<HeldBy>,
}

/// What is being written here.
#[derive(Default)]
pub struct Kept {
    /// The draft's id; empty where there is none.
    pub id: String,
    /// Its text.
    pub text: String,
}

/// Who holds a message.
struct HeldBy {
    title: String,
    good: String,
    wait: String,
}

/// Which page, and as of when.
#[derive(Deserialize)]
pub struct Where {
    before: Option<String>,
    #[serde(rename = "as-of")]
    as_of: Option<String>,
}

/// A thread.
pub async fn thread(page: Page, Path(thread): Path<String>, Query(at): Query<Where>) -> Result<Response, Refusal> {
    let Answer::Explained(explained) = page.ask(Ask::Explain { thread: thread.clone() }).await? else {
        return Err(surprised());
    };
    let id = explained.thread.clone();
    let unread = explained.row.as_ref().map_or(0, |row| row.unread);
    let limit = unread.saturating_add(BEFORE).clamp(LEAST, MOST);
    let as_of = at.as_of.filter(|moment| !moment.trim().is_empty());
    let read = match &as_of {
        Some(moment) => Ask::AsOf { thread: id.clone(), at: moment.clone() },
        None => Ask::Read { target: id.clone(), limit, before: at.before.clone() },
    };
    let title = titled(&explained.title, &page.w);
    let frame = Frame::of(&page, "thread", title.clone());
    let (f, read, team, drafts) = tokio::try_join!(
        frame,
        page.ask(read),
        page.ask(Ask::Team { members: Vec::new(), days: 1 }),
        page.ask(Ask::Drafts),
    )?;
    let (Answer::Messages(read), Answer::Team(team), Answer::Drafts(drafts)) = (read, team, drafts) else {
        return Err(surprised());
    };
    let channel_id = explained.channel.clone();
    let channel = page.channel(&channel_id);
    let last_mine =
        read.messages.iter().rev().find(|message| message.author.member == page.my_id() && message.imported.is_none());
    let held = match last_mine.filter(|_| as_of.is_none()) {
        Some(mine) => held_by(&page, mine).await?,
        None => None,
    };
    let pending = held.as_ref().is_some_and(|held| held.good.is_empty() && !held.wait.is_empty());
    let mine = last_mine.map(|message| message.id.clone());
    let due = explained.row.as_ref().and_then(|row| row.due.clone());
    let ask = urgent(&read.messages, due.as_deref(), &page);
    let facts = facts(&read.messages, read.next.is_some(), &page);
    let people = authors(&read.messages, &team, &page);
    let first = explained.row.as_ref().and_then(|row| row.first.clone());
    let mut messages = message::all(read.messages, first.as_deref(), &page);
    for shown in messages.iter_mut().filter(|shown| pending && Some(&shown.id) == mine.as_ref()) {
        shown.pending = true;
    }
    let why = match &explained.row {
        Some(_) => inbox::why_of(&page, &id).await?.lines,
        None => Vec::new(),
    };
    let mut days = inbox::beside(&team, &page);
    days.retain(|day| people.iter().any(|person| line(&person.member.name) == day.name));
    let draft = drafts.drafts.into_iter().find(|draft| draft.target == DraftFor::Thread(id.clone()));
    show(&View {
        needs_me: explained.row.is_some(),
        done: explained.done,
        follow: explained.follow.clone(),
        expectation: channel.as_ref().map(|channel| line(&channel.expectation)).unwrap_or_default(),
        channel: channel.map(|channel| line(&channel.name)).unwrap_or_default(),
        channel_id,
        resolved: explained.resolved,
        ask,
        facts,
        as_of: as_of.map(|moment| page.w.with("page-as-of-then", [("when", line(&moment).into())])),
        earlier: read.next.map(|before| format!("/t/{id}?before={before}")),
        new_line: page.w.n("page-new-since", &u64::from(unread)),
        key: key()?,
        draft: draft.map(|Draft { id, text, .. }| Kept { id, text }).unwrap_or_default(),
        hours: people.iter().take(CLOCKS).map(|person| clock_of(person, &page)).collect(),
        messages,
        why,
        days,
        held,
        title,
        id,
        f,
    })
}

/// A random name for what a form does, so that it does it once.
///
/// # Errors
/// Where the system gives no random bytes.
pub fn key() -> Result<String, Refusal> {
    let bytes: [u8; 32] = crate::home::random()?;
    Ok(bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}

/// The most urgent flag of a thread.
fn urgent(messages: &[Message], due: Option<&str>, page: &Page) -> Option<message::Ask> {
    let flags = messages.iter().flat_map(|message| &message.flags);
    let order = |colour: &str| ["red", "yellow", "green"].iter().position(|known| *known == colour);
    let flag = flags.min_by_key(|flag| order(&flag.colour).unwrap_or(9))?;
    let ask = message::ask(flag, page.my_id(), &page.w);
    Some(match due.filter(|_| flag.by.is_none()) {
        Some(due) => {
            let due = page.w.with("due-by", [("when", page.w.when(due).into())]);
            message::Ask { text: format!("{}, {due}", ask.text), ..ask }
        }
        None => ask,
    })
}

fn facts(messages: &[Message], more: bool, page: &Page) -> String {
    let shown = messages.iter().filter(|message| !message.deleted).count() as u64;
    let mut people: Vec<&str> = messages.iter().map(|message| message.author.name.as_str()).collect();
    people.sort_unstable();
    people.dedup();
    let count = page.w.n("page-messages", &shown);
    let since = messages.first().map(|first| page.w.with("page-since", [("when", page.w.when(&first.time).into())]));
    let parts = [Some(count), Some(page.w.n("page-people", &(people.len() as u64))), since];
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    if more { page.w.with("page-newest-of", [("facts", text.into())]) } else { text }
}

/// Members who wrote here, the latest first, without this one.
fn authors<'t>(messages: &[Message], team: &'t Team, page: &Page) -> Vec<&'t Person> {
    let mut found: Vec<&Person> = Vec::new();
    for message in messages.iter().rev().filter(|message| message.imported.is_none()) {
        let person = team.people.iter().find(|person| person.member.member == message.author.member);
        if let Some(person) = person.filter(|person| person.member.member != page.my_id())
            && !found.iter().any(|known| known.member.member == person.member.member)
        {
            found.push(person);
        }
    }
    found
}

/// "It is 03:10 for Bo, in London; …".
pub fn clock_of(person: &Person, page: &Page) -> String {
    let w = &page.w;
    let gaps = [
        ("clock", wall(person, w).into()),
        ("name", line(&person.member.name).into()),
        ("place", city(&person.zone).into()),
    ];
    let now = w.with("page-clock-of", gaps);
    let turns = person.turns.as_deref().map(|turns| [("when", w.when(turns).into())]);
    match turns {
        Some(gap) if person.open => format!("{now}; {}.", w.with("page-day-ends", gap)),
        Some(gap) => format!("{now}; {}.", w.with("page-day-starts", gap)),
        None => format!("{now}."),
    }
}

async fn held_by(page: &Page, message: &Message) -> Result<Option<HeldBy>, Refusal> {
    let Answer::Held(Held { nodes, .. }) = page.ask(Ask::Held { message: message.id.clone() }).await? else {
        return Err(surprised());
    };
    let of = |wanted: &dyn Fn(Holds) -> bool| -> Vec<String> {
        let nodes = nodes.iter().filter(|node| !node.me && wanted(node.holds));
        nodes.filter_map(|node| node.member.as_ref()).map(|member| member.name.clone()).collect()
    };
    let (have, lack) = (of(&|holds| holds == Holds::Yes), of(&|holds| holds != Holds::Yes));
    if have.is_empty() && lack.is_empty() {
        return Ok(None);
    }
    let w = &page.w;
    Ok(Some(HeldBy {
        title: w.s("page-who-holds-mine"),
        good: names(&have, w),
        wait: if lack.is_empty() { String::new() } else { w.with("page-not-yet", [("names", names(&lack, w).into())]) },
    }))
}

/// Leads to a message in its thread.
pub async fn message(page: Page, Path(message): Path<String>) -> Result<Response, Refusal> {
    let Answer::Explained(explained) = page.ask(Ask::Explain { thread: message.clone() }).await? else {
        return Err(surprised());
    };
    Ok(see_other(&format!("/t/{}#m-{message}", explained.thread)))
}

/// The versions of a message.
pub async fn history(page: Page, Path(message): Path<String>) -> Result<Response, Refusal> {
    let frame = Frame::of(&page, "history", page.w.s("page-history"));
    let (f, found) = tokio::try_join!(frame, page.ask(Ask::History { message: message.clone() }))?;
    let Answer::Versions(versions) = found else { return Err(surprised()) };
    let w = &page.w;
    let parts = versions.versions.into_iter().map(|version| Part {
        title: w.exact(&version.time),
        html: version
            .text
            .as_deref()
            .map_or_else(|| w.s("version-missing"), |text| super::markdown::html(text, &page.named(&[]), w)),
        items: version.title.map(|title| Entry::plain(&title)).into_iter().collect(),
        left_out: 0,
    });
    let links = vec![(format!("/m/{message}"), w.s("page-to-message"))];
    show(&Prose { f, facts: String::new(), links, parts: parts.collect(), end: String::new() })
}

/// Which nodes hold a message.
pub async fn held(page: Page, Path(message): Path<String>) -> Result<Response, Refusal> {
    let frame = Frame::of(&page, "held", page.w.s("page-held-on"));
    let (f, found) = tokio::try_join!(frame, page.ask(Ask::Held { message: message.clone() }))?;
    let Answer::Held(held) = found else { return Err(surprised()) };
    let text = crate::render::held(&held, &page.w.look());
    let items = text.lines().map(Entry::plain).collect();
    let links = vec![(format!("/m/{message}"), page.w.s("page-to-message"))];
    let part = Part { title: page.w.n("page-holders", &held.holds), html: String::new(), items, left_out: 0 };
    show(&Prose { f, facts: String::new(), links, parts: vec![part], end: String::new() })
}
