//! Drafts, what is scheduled, and on a narrow window the way to everything else.

use askama::Template;
use axum::response::Response;
use cremona_engine::ask::DraftFor;
use cremona_engine::{Answer, Ask};

use super::frame::Frame;
use super::rows::Row;
use super::{Page, Refusal, show, surprised};
use crate::holding::is_late;
use crate::render::line;

/// Longest text in a list, in characters.
const TEXT: usize = 120;

#[derive(Template)]
#[template(path = "list.html")]
struct View {
    f: Frame,
    facts: String,
    rows: Vec<Row>,
    items: Vec<Item>,
    end: String,
}

/// A line of a list.
pub struct Item {
    /// Where it leads.
    pub href: String,
    /// What it says.
    pub title: String,
    /// What stands below it.
    pub about: String,
    /// When.
    pub when: String,
    /// Where it is dropped; empty where it can't be.
    pub drop: String,
    /// The word for that.
    pub drop_word: String,
    /// The draft that it is; empty where it is none.
    pub draft: String,
}

/// What is being written.
pub async fn drafts(page: Page) -> Result<Response, Refusal> {
    let w = &page.w;
    let (f, drafts) = tokio::try_join!(Frame::of(&page, "drafts", w.s("page-drafts")), page.ask(Ask::Drafts))?;
    let Answer::Drafts(drafts) = drafts else { return Err(surprised()) };
    let facts = w.n("page-draft-count", &(drafts.drafts.len() as u64));
    let items: Vec<Item> = drafts
        .drafts
        .into_iter()
        .map(|draft| {
            let (href, about) = match &draft.target {
                DraftFor::Channel(id) => (format!("/c/{id}/new"), thread_in(id, &page)),
                DraftFor::Thread(thread) => (format!("/t/{thread}"), w.s("draft-reply")),
                DraftFor::Edit(message) => (format!("/m/{message}/edit"), w.s("draft-edit")),
            };
            let title = called(draft.title.as_deref(), &draft.text);
            let about = if title == draft.text { about } else { format!("{about}: {}", start(&draft.text)) };
            Item {
                href,
                about,
                title: start(title),
                when: w.when(&draft.saved),
                drop: String::new(),
                drop_word: w.s("page-delete"),
                draft: draft.id,
            }
        })
        .collect();
    let end = if items.is_empty() { w.s("drafts-none") } else { w.s("inbox-all") };
    show(&View { f, facts, rows: Vec::new(), items, end })
}

/// What is not shown yet.
pub async fn scheduled(page: Page) -> Result<Response, Refusal> {
    let w = &page.w;
    let (f, found, held) = tokio::try_join!(
        Frame::of(&page, "scheduled", w.s("page-scheduled")),
        page.ask(Ask::Scheduled),
        page.ask(Ask::OnHold)
    )?;
    let (Answer::Messages(found), Answer::Drafts(held)) = (found, held) else { return Err(surprised()) };
    let facts = w.n("page-messages", &(found.messages.len() as u64).saturating_add(held.on_hold));
    let held = held.drafts.into_iter().map(|draft| Item {
        href: format!("/hold/{}", draft.id),
        title: start(called(draft.title.as_deref(), &draft.text)),
        about: w.s(about_hold(draft.hold.as_deref())),
        when: draft.hold.as_deref().map(|at| w.when(at)).unwrap_or_default(),
        drop: String::new(),
        drop_word: w.s("page-delete"),
        draft: draft.id,
    });
    let items: Vec<Item> = found
        .messages
        .into_iter()
        .map(|message| Item {
            href: format!("/t/{}#m-{}", message.thread, message.id),
            title: start(&message.text),
            about: w.s("page-scheduled-is"),
            when: message.embargo.as_deref().map(|end| w.when(end)).unwrap_or_default(),
            drop: format!("/m/{}/delete", message.id),
            drop_word: w.s("page-delete"),
            draft: String::new(),
        })
        .chain(held)
        .collect();
    let end = if items.is_empty() { w.s("page-scheduled-none") } else { w.s("inbox-all") };
    show(&View { f, facts, rows: Vec::new(), items, end })
}

/// What is to be known of a draft on hold.
pub fn about_hold(at: Option<&str>) -> &'static str {
    if at.is_some_and(is_late) { "on-hold-late" } else { "page-hold-is" }
}

/// A draft's title, else its text.
fn called<'a>(title: Option<&'a str>, text: &'a str) -> &'a str {
    title.filter(|title| !title.trim().is_empty()).unwrap_or(text)
}

/// That it is a thread, and in which channel.
fn thread_in(channel: &str, page: &Page) -> String {
    let thread = page.w.s("draft-thread");
    match page.channel(channel) {
        Some(channel) => format!("{thread}, #{}", line(&channel.name)),
        None => thread,
    }
}

fn start(text: &str) -> String {
    line(text).chars().take(TEXT).collect()
}

#[derive(Template)]
#[template(path = "more.html")]
struct More {
    f: Frame,
    links: Vec<(&'static str, String, String)>,
}

/// All views.
pub async fn more(page: Page) -> Result<Response, Refusal> {
    let f = Frame::of(&page, "more", page.w.s("page-more")).await?;
    let mut links: Vec<(&'static str, String, String)> = f
        .views()
        .into_iter()
        .map(|view| (view.href, view.name, if view.count > 0 { page.w.number(&view.count) } else { String::new() }))
        .collect();
    links.push(("/channels", page.w.s("page-channels"), String::new()));
    links.push(("/expired", page.w.s("page-expired"), String::new()));
    links.push(("/invite", page.w.s("page-invite"), String::new()));
    show(&More { f, links })
}
