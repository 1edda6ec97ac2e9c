//! Channels: all of them, and one with its threads, a line each.

use askama::Template;
use axum::response::Response;
use cremona_engine::ask::{Channel, Inbox, InboxRow, Thread};
use cremona_engine::{Answer, Ask};
use serde::Deserialize;

use super::frame::Frame;
use super::rows::title as titled;
use super::{Page, Refusal, markdown, show, surprised, thread};
use crate::http::given::{Path, Query};
use crate::render::line;
use crate::words::fail;

/// Threads of a page.
const ROWS: u32 = 60;
/// Longest text of a pin beside the list, in characters.
const PIN: usize = 90;

#[derive(Template)]
#[template(path = "channel.html")]
struct View {
    f: Frame,
    id: String,
    name: String,
    purpose: String,
    expectation: String,
    flag: String,
    archived: bool,
    facts: String,
    tabs: Vec<(String, String, bool)>,
    groups: Vec<Group>,
    empty: String,
    next: Option<String>,
    pins: Vec<Pin>,
}

struct Group {
    id: &'static str,
    name: String,
    count: u64,
    rows: Vec<Row>,
}

struct Row {
    thread: String,
    first: Option<String>,
    title: String,
    by: String,
    flag: String,
    note: String,
    unread: u32,
    resolved: bool,
    at: String,
    when: String,
}

struct Pin {
    id: String,
    thread: String,
    text: String,
    author: String,
    when: String,
}

/// Which threads, and where the page starts.
#[derive(Deserialize)]
pub struct Which {
    before: Option<String>,
    show: Option<String>,
}

/// A channel.
pub async fn channel(page: Page, Path(id): Path<String>, Query(which): Query<Which>) -> Result<Response, Refusal> {
    let channel = page.channel(&id).ok_or_else(|| fail!(NotFound, "page-no-channel"))?;
    let wanted = which.show.unwrap_or_else(|| "open".to_owned());
    let list = Ask::Threads { channel: id.clone(), limit: ROWS, before: which.before };
    let mine = Ask::Inbox { channel: Some(id.clone()), expired: false, later: false, limit: 200, after: None };
    let frame = Frame::of(&page, "channel", format!("#{}", line(&channel.name)));
    let (f, threads, mine, pins) =
        tokio::try_join!(frame, page.ask(list), page.ask(mine), page.ask(Ask::Pins { channel: id.clone() }))?;
    let (Answer::Threads(threads), Answer::Inbox(mine), Answer::Messages(pins)) = (threads, mine, pins) else {
        return Err(surprised());
    };
    let w = &page.w;
    let tab = |name: &str, code: &str| (format!("/c/{id}?show={name}"), w.s(code), wanted == name);
    let tabs = vec![
        tab("open", "page-tab-open"),
        tab("unread", "page-tab-unread"),
        tab("resolved", "page-tab-resolved"),
        tab("all", "page-tab-all"),
    ];
    let next = threads.next.as_ref().map(|before| format!("/c/{id}?show={wanted}&before={before}"));
    let pins = pins.messages.into_iter().map(|pin| Pin {
        text: markdown::plain(&pin.text).chars().take(PIN).collect(),
        author: line(&pin.author.name),
        when: w.when(&pin.time),
        id: pin.id,
        thread: pin.thread,
    });
    show(&View {
        facts: facts(channel, &page),
        groups: groups(threads.threads, &mine, &wanted, &page),
        pins: pins.collect(),
        name: line(&channel.name),
        purpose: line(&channel.purpose),
        expectation: line(&channel.expectation),
        flag: channel.flag.clone(),
        archived: channel.archived,
        empty: w.s("page-no-threads"),
        tabs,
        next,
        id,
        f,
    })
}

fn facts(channel: &Channel, page: &Page) -> String {
    format!("{}, {}", page.w.n("page-threads", &channel.threads), page.w.n("page-messages", &channel.messages))
}

/// What needs me first, then the rest by latest activity.
fn groups(threads: Vec<Thread>, mine: &Inbox, wanted: &str, page: &Page) -> Vec<Group> {
    let w = &page.w;
    let (mut unread, mut rest) = (Vec::new(), Vec::new());
    for thread in threads {
        let row = mine.rows.iter().find(|row| row.thread == thread.id);
        let passes = match wanted {
            "open" => !thread.resolved,
            "resolved" => thread.resolved,
            "unread" => row.is_some(),
            _ => true,
        };
        if passes {
            let list = if row.is_some() { &mut unread } else { &mut rest };
            list.push(shown(thread, row, page));
        }
    }
    // As in the inbox: the most urgent first.
    unread.sort_by_key(|shown| mine.rows.iter().position(|row| row.thread == shown.thread));
    let group = |id, code: &str, rows: Vec<Row>| Group { id, name: w.s(code), count: rows.len() as u64, rows };
    let groups = [group("unread", "page-group-mine", unread), group("rest", "page-group-rest", rest)];
    groups.into_iter().filter(|group| !group.rows.is_empty()).collect()
}

fn shown(thread: Thread, mine: Option<&InboxRow>, page: &Page) -> Row {
    let w = &page.w;
    let messages = thread.replies.saturating_add(1);
    let unread = mine.map_or(0, |row| row.unread);
    let note = if unread > 0 { w.n("inbox-new", &u64::from(unread)) } else { w.number(&messages) };
    Row {
        first: mine.and_then(|row| row.first.clone()),
        title: titled(&thread.title, w),
        by: line(&thread.author.name),
        flag: mine.and_then(|row| row.colour.clone()).unwrap_or_default(),
        note,
        unread,
        resolved: thread.resolved,
        when: w.when(&thread.last),
        at: thread.last,
        thread: thread.id,
    }
}

#[derive(Template)]
#[template(path = "channels.html")]
struct All {
    f: Frame,
    facts: String,
    rows: Vec<Listed>,
    key: String,
}

struct Listed {
    id: String,
    name: String,
    purpose: String,
    archived: bool,
    count: u64,
    note: String,
}

/// All channels.
pub async fn channels(page: Page) -> Result<Response, Refusal> {
    let frame = Frame::of(&page, "channels", page.w.s("page-channels"));
    let mine = Ask::Inbox { channel: None, expired: false, later: false, limit: 0, after: None };
    let (f, mine) = tokio::try_join!(frame, page.ask(mine))?;
    let Answer::Inbox(mine) = mine else { return Err(surprised()) };
    let w = &page.w;
    let facts = w.n("page-channel-count", &(page.channels.len() as u64));
    let mut rows: Vec<Listed> = page
        .channels
        .iter()
        .map(|channel| Listed {
            name: line(&channel.name),
            purpose: line(&channel.purpose),
            archived: channel.archived,
            count: mine.counts.channels.get(&channel.id).copied().unwrap_or(0),
            note: w.n("page-threads", &channel.threads),
            id: channel.id.clone(),
        })
        .collect();
    rows.sort_by_key(|row| row.archived);
    show(&All { f, facts, rows, key: thread::key()? })
}
