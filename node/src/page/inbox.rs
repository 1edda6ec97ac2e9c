//! The inbox: what needs me, in which order, and when that is all; what was put off; what expired; and why.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use cremona_engine::ask::{Inbox, InboxCounts, Standing, Team};
use cremona_engine::{Answer, Ask, said};
use serde::Deserialize;

use super::frame::Frame;
use super::rows::{Row, title};
use super::strip::{Day, days};
use super::{Page, Refusal, show, surprised};
use crate::http::Shared;
use crate::http::given::{Path, Query};
use crate::render::{because, line, not_here, rule, why_not};

/// Rows of a page.
const ROWS: u32 = 100;
/// Most days beside the list.
const DAYS: usize = 8;

#[derive(Template)]
#[template(path = "inbox.html")]
struct View {
    f: Frame,
    lead: String,
    groups: Vec<Group>,
    next: Option<String>,
    end: String,
    why: Option<Why>,
    days: Vec<Day>,
    caught: Caught,
}

/// Rows of one colour.
struct Group {
    id: &'static str,
    name: String,
    count: u64,
    rows: Vec<Row>,
}

/// Why a thread is here.
pub struct Why {
    /// The thread.
    pub thread: String,
    /// Its title.
    pub title: String,
    /// The reasons, a sentence each.
    pub lines: Vec<String>,
    /// What shall come up of it.
    pub follow: String,
}

/// Whether everything is here.
#[derive(Default)]
pub struct Caught {
    /// What is.
    pub good: Vec<String>,
    /// What is awaited.
    pub wait: Vec<String>,
}

#[derive(Template)]
#[template(path = "list.html")]
struct Plain {
    f: Frame,
    facts: String,
    rows: Vec<Row>,
    items: Vec<super::lists::Item>,
    end: String,
}

/// Where a page of rows starts, and of which thread to say why.
#[derive(Deserialize)]
pub struct From {
    after: Option<String>,
    why: Option<String>,
}

/// The inbox; what a newcomer waits for, until the workspace has been met.
pub async fn inbox(page: Page, Query(from): Query<From>) -> Result<Response, Refusal> {
    if page.me.is_none() {
        return super::status::waiting(page).await;
    }
    let ask = Ask::Inbox { channel: None, expired: false, later: false, limit: ROWS, after: from.after };
    let grid = Ask::Team { members: Vec::new(), days: 1 };
    let frame = Frame::of(&page, "inbox", page.w.s("page-inbox"));
    let (frame, inbox, team, peers) =
        tokio::try_join!(frame, page.ask(ask), page.ask(grid), page.ask(Ask::Peers { connections: false }))?;
    let (Answer::Inbox(inbox), Answer::Team(team), Answer::Peers(peers)) = (inbox, team, peers) else {
        return Err(surprised());
    };
    let selected = from.why.or_else(|| inbox.rows.first().map(|row| row.thread.clone()));
    let why = match selected {
        Some(thread) => Some(why_of(&page, &thread).await?),
        None => None,
    };
    let w = &page.w;
    let next = inbox.next.as_ref().map(|after| format!("/?after={after}"));
    let (lead, end) = (lead(&inbox.counts, &page), end(&inbox.counts, &page));
    let days = beside(&team, &page);
    let caught = caught(peers.standing.as_ref(), &page);
    show(&View { lead, groups: groups(inbox, &page), next, end, why, days, caught, f: Frame { w: w.clone(), ..frame } })
}

/// Threads that were put off.
pub async fn later(page: Page) -> Result<Response, Refusal> {
    let ask = Ask::Inbox { channel: None, expired: false, later: true, limit: ROWS, after: None };
    let (f, list) = tokio::try_join!(Frame::of(&page, "later", page.w.s("page-later")), page.ask(ask))?;
    let Answer::Inbox(list) = list else { return Err(surprised()) };
    let rows: Vec<Row> = list.rows.into_iter().map(|row| Row::put_off(row, &page.w)).collect();
    let end = if rows.is_empty() { page.w.s("page-later-none") } else { page.w.s("inbox-all") };
    let facts = page.w.n("page-threads", &list.counts.later);
    show(&Plain { f, facts, rows, items: Vec::new(), end })
}

/// Green flags that expired unread.
pub async fn expired(page: Page) -> Result<Response, Refusal> {
    let ask = Ask::Inbox { channel: None, expired: true, later: false, limit: ROWS, after: None };
    let (f, list) = tokio::try_join!(Frame::of(&page, "expired", page.w.s("page-expired")), page.ask(ask))?;
    let Answer::Inbox(list) = list else { return Err(surprised()) };
    let rows: Vec<Row> = list.rows.into_iter().map(|row| Row { acts: false, ..Row::of(row, &page.w) }).collect();
    let facts = page.w.n("page-threads", &list.counts.expired);
    show(&Plain { f, facts, rows, items: Vec::new(), end: page.w.s("inbox-all") })
}

/// The inbox with the reasons of one thread beside it.
pub async fn why(page: Page, State(_): State<Arc<Shared>>, Path(thread): Path<String>) -> Result<Response, Refusal> {
    inbox(page, Query(From { after: None, why: Some(thread) })).await
}

/// Why a thread is in the inbox, or is not.
pub async fn why_of(page: &Page, thread: &str) -> Result<Why, Refusal> {
    let Answer::Explained(explained) = page.ask(Ask::Explain { thread: thread.to_owned() }).await? else {
        return Err(surprised());
    };
    let look = page.w.look();
    let mut lines: Vec<String> = match &explained.row {
        Some(row) => row.reasons.iter().map(|reason| page.w.lang.say(&because(reason, &look))).collect(),
        None => vec![page.w.lang.say(&why_not(&explained, &look))],
    };
    lines.extend(rule(&explained.follow).map(|said| page.w.lang.say(&said)));
    let thread = explained.thread.clone();
    Ok(Why { thread, title: title(&explained.title, &page.w), lines, follow: explained.follow.clone() })
}

fn groups(inbox: Inbox, page: &Page) -> Vec<Group> {
    let w = &page.w;
    let counts = inbox.counts;
    let mut groups = [
        ("red", "page-group-red", counts.red),
        ("yellow", "page-group-yellow", counts.yellow),
        ("plain", "page-group-plain", counts.unflagged),
        ("green", "page-group-green", counts.green),
    ]
    .map(|(id, code, count)| Group { id, name: w.s(code), count, rows: Vec::new() });
    for row in inbox.rows {
        let at = match row.colour.as_deref() {
            Some("red") => 0,
            Some("yellow") => 1,
            Some("green") => 3,
            Some(_) | None => 2,
        };
        groups[at].rows.push(Row::of(row, w));
    }
    groups.into_iter().filter(|group| !group.rows.is_empty()).collect()
}

/// One sentence: how many, what is late, what can wait.
fn lead(counts: &InboxCounts, page: &Page) -> String {
    if counts.all == 0 {
        return page.w.s("inbox-empty");
    }
    let mut parts = vec![said!("inbox-count", count = counts.all)];
    parts.extend((counts.overdue > 0).then(|| said!("inbox-overdue", count = counts.overdue)));
    parts.extend((counts.red > 0).then(|| said!("inbox-today", count = counts.red)));
    parts.extend((counts.green > 0).then(|| said!("inbox-can-wait", count = counts.green)));
    let parts: Vec<String> = parts.iter().map(|part| page.w.lang.say(part)).collect();
    format!("{}.", parts.join("; "))
}

fn end(counts: &InboxCounts, page: &Page) -> String {
    let all = if counts.all == 0 { String::new() } else { page.w.s("page-all") };
    if counts.expired == 0 { all } else { format!("{all} {}", page.w.n("inbox-expired", &counts.expired)) }
}

/// The days of teammates, at most so many.
pub fn beside(team: &Team, page: &Page) -> Vec<Day> {
    days(&team.people, team.days.first(), &page.w).into_iter().take(DAYS).collect()
}

/// Whether everything that teammates are known to have written is here.
pub fn caught(standing: Option<&Standing>, page: &Page) -> Caught {
    let Some(standing) = standing.filter(|standing| !standing.teammates.is_empty()) else {
        return Caught { good: Vec::new(), wait: vec![page.w.s("page-alone")] };
    };
    let say = |said: &cremona_engine::Said| line(&page.w.lang.say(said));
    Caught {
        good: crate::render::caught_up(standing).iter().map(say).collect(),
        wait: not_here(standing).iter().map(say).collect(),
    }
}
