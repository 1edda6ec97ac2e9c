//! Reports on the page: catch-up, digest and newsletter, as the command line has them.

use askama::Template;
use axum::response::Response;
use cremona_engine::ask::{self, InboxRow, Sentence};
use cremona_engine::{Answer, Ask};
use serde::Deserialize;

use super::frame::Frame;
use super::rows::title as titled;
use super::{Page, Refusal, markdown, show, surprised};
use crate::http::given::Query;
use crate::render::line;

/// A view of parts, each with a title.
#[derive(Template)]
#[template(path = "prose.html")]
pub struct Prose {
    /// What stands around it.
    pub f: Frame,
    /// Beside the title; may be empty.
    pub facts: String,
    /// Where one can go from here.
    pub links: Vec<(String, String)>,
    /// The parts.
    pub parts: Vec<Part>,
    /// The last sentence; may be empty.
    pub end: String,
}

/// A part of such a view.
pub struct Part {
    /// Its title.
    pub title: String,
    /// Safe HTML; may be empty.
    pub html: String,
    /// Lines.
    pub items: Vec<Entry>,
    /// How many more there are.
    pub left_out: u64,
}

/// A line of a part.
pub struct Entry {
    /// Where it leads; may be empty.
    pub href: String,
    /// What it says.
    pub text: String,
    /// What stands below it; may be empty.
    pub under: String,
}

impl Entry {
    /// A line that leads nowhere.
    pub fn plain(text: &str) -> Self {
        Self { href: String::new(), text: line(text), under: String::new() }
    }
}

/// Since when.
#[derive(Deserialize)]
pub struct Since {
    since: Option<String>,
}

/// What was missed.
pub async fn catch_up(page: Page, Query(since): Query<Since>) -> Result<Response, Refusal> {
    let w = &page.w;
    let language = Some(w.tag().to_owned());
    let ask = Ask::CatchUp { target: None, since: since.since.filter(|since| !since.is_empty()), language };
    let (f, found) = tokio::try_join!(Frame::of(&page, "catch-up", w.s("page-catch-up-title")), page.ask(ask))?;
    let Answer::CatchUp(found) = found else { return Err(surprised()) };
    let busiest = Part {
        title: line(&found.busiest.title),
        html: String::new(),
        left_out: found.busiest.left_out,
        items: found
            .busiest
            .rows
            .iter()
            .map(|thread| Entry {
                href: format!("/t/{}", thread.thread),
                text: titled(&thread.title, w),
                under: line(&format!(
                    "#{} · {} · {}",
                    thread.channel_name,
                    w.n("page-messages", &thread.messages),
                    thread.people.join(", ")
                )),
            })
            .collect(),
    };
    let parts = vec![sentences(&found.decisions), sentences(&found.questions), rows(&found.overdue, &page), busiest];
    let parts: Vec<Part> = parts.into_iter().filter(|part| !part.items.is_empty()).collect();
    let end = if parts.is_empty() { w.s("page-nothing-missed") } else { w.s("page-all-missed") };
    let links = vec![
        ("/digest".to_owned(), w.s("page-digest")),
        ("/catch-up?since=2000-01-01".to_owned(), w.s("page-all-years")),
    ];
    show(&Prose { f, facts: line(&found.title), links, parts, end })
}

fn sentences(part: &ask::Part<Sentence>) -> Part {
    let items = part.rows.iter().map(|row| Entry {
        href: format!("/t/{}#m-{}", row.thread, row.message),
        text: line(&row.line),
        under: line(&format!("{} · #{} · {} · {}", row.author.name, row.channel_name, row.title, row.date)),
    });
    Part { title: line(&part.title), html: String::new(), items: items.collect(), left_out: part.left_out }
}

fn rows(part: &ask::Part<InboxRow>, page: &Page) -> Part {
    let items = part.rows.iter().map(|row| Entry {
        href: format!("/t/{}", row.thread),
        text: titled(&row.title, &page.w),
        under: line(&format!("#{} · {}", row.channel_name, row.by.name)),
    });
    Part { title: line(&part.title), html: String::new(), items: items.collect(), left_out: part.left_out }
}

/// What a day begins with.
pub async fn digest(page: Page) -> Result<Response, Refusal> {
    let w = &page.w;
    let ask = Ask::Digest { language: Some(w.tag().to_owned()) };
    let (f, found) = tokio::try_join!(Frame::of(&page, "digest", w.s("page-digest")), page.ask(ask))?;
    let Answer::Digest(found) = found else { return Err(surprised()) };
    let parts = vec![rows(&found.held, &page), rows(&found.waiting, &page), rows(&found.expired, &page)];
    let parts: Vec<Part> = parts.into_iter().filter(|part| !part.items.is_empty()).collect();
    let end = if parts.is_empty() { w.s("inbox-empty") } else { w.s("page-all") };
    let links = vec![("/catch-up".to_owned(), w.s("page-catch-up"))];
    show(&Prose { f, facts: line(&found.title), links, parts, end })
}

/// Which month.
#[derive(Deserialize)]
pub struct Month {
    month: Option<String>,
}

/// What was good to know in a month.
pub async fn newsletter(page: Page, Query(month): Query<Month>) -> Result<Response, Refusal> {
    let w = &page.w;
    let this = format!("{:04}-{:02}", w.now.year(), w.now.month());
    let month = month.month.filter(|month| !month.is_empty()).unwrap_or(this);
    let zone = page.me.as_ref().map_or_else(|| "UTC".to_owned(), |me| me.zone.clone());
    let ask = Ask::Newsletter { month, zone, language: w.tag().to_owned(), format: "markdown".to_owned() };
    let (f, found) = tokio::try_join!(Frame::of(&page, "newsletter", w.s("page-newsletter")), page.ask(ask))?;
    let Answer::Newsletter(found) = found else { return Err(surprised()) };
    let before = previous(&found.month).map(|month| (format!("/newsletter?month={month}"), w.s("page-month-before")));
    // Its first line is its heading.
    let (title, text) = found.text.split_once('\n').unwrap_or((&found.text, ""));
    let part = Part {
        title: line(title.trim_start_matches("# ")),
        html: markdown::html(text, &page.named(&[]), w),
        items: Vec::new(),
        left_out: found.left_out,
    };
    let facts = w.n("page-messages", &found.messages);
    show(&Prose { f, facts, links: before.into_iter().collect(), parts: vec![part], end: String::new() })
}

fn previous(month: &str) -> Option<String> {
    let (year, month) = month.split_once('-')?;
    let (year, month): (i32, u32) = (year.parse().ok()?, month.parse().ok()?);
    Some(if month <= 1 { format!("{:04}-12", year - 1) } else { format!("{year:04}-{:02}", month - 1) })
}
