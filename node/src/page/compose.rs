//! Writing: a new thread, an edit, a flag, a preview; each says what happens when, in both times.

use askama::Template;
use axum::response::Response;
use cremona_engine::ask::{Draft, DraftFor, Person};
use cremona_engine::{Answer, Ask};
use serde::Deserialize;

use super::frame::Frame;
use super::strip::Day;
use super::sure::one;
use super::{Page, Refusal, inbox, markdown, show, surprised, thread};
use crate::http::given::{Form, Path};
use crate::render::line;
use crate::words::fail;

/// People whose clock is told.
const CLOCKS: usize = 4;
/// Longest text of a scheduled message beside the form, in characters.
const SCHEDULED: usize = 80;

#[derive(Template)]
#[template(path = "compose.html")]
pub struct Compose {
    f: Frame,
    channel: Option<(String, String)>,
    expectation: String,
    preview: Option<String>,
    action: &'static str,
    kept_as: String,
    hidden: Vec<(&'static str, String)>,
    with_title: bool,
    with_when: bool,
    title: String,
    text: String,
    flags: Vec<Pick>,
    whens: Vec<Pick>,
    by: String,
    to: String,
    at: String,
    hold: bool,
    hours: Vec<String>,
    submit: String,
    kept: bool,
    people: Vec<String>,
    days: Vec<Day>,
    scheduled: Vec<Scheduled>,
}

/// One of several.
pub struct Pick {
    /// What the form says where it is picked.
    pub value: &'static str,
    /// Of a flag; empty otherwise.
    pub colour: &'static str,
    /// Its name.
    pub name: String,
    /// What it means.
    pub about: String,
    /// Whether it is picked.
    pub on: bool,
}

struct Scheduled {
    id: String,
    thread: String,
    text: String,
    when: String,
}

/// What a form for a message says, as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Written {
    /// The channel of a new thread.
    pub channel: String,
    /// The thread of a reply.
    pub thread: String,
    /// The message that is edited.
    pub message: String,
    /// A title.
    pub title: String,
    /// The text.
    pub text: String,
    /// `red`, `yellow`, `green` or nothing.
    pub flag: String,
    /// By when.
    pub by: String,
    /// For whom, names apart by commas.
    pub to: String,
    /// Set where it goes to the deputy of whoever is away.
    pub escalate: String,
    /// `now`, `their-morning`, or `own` for the moment in `at`.
    pub when: String,
    /// A moment, or `their-morning`.
    pub at: String,
    /// Set where it is to stay on this node until then.
    pub hold: String,
    /// Set on announcements.
    pub announcement: String,
    /// Set where everyone is asked to acknowledge.
    pub acknowledge: String,
    /// Names this form, so that it is done once.
    pub key: String,
    /// The draft that it was.
    pub draft: String,
}

/// A form for a new thread.
pub async fn new_thread(page: Page, Path(channel): Path<String>) -> Result<Response, Refusal> {
    let Answer::Drafts(drafts) = page.ask(Ask::Drafts).await? else { return Err(surprised()) };
    let draft = drafts.drafts.into_iter().find(|draft| draft.target == DraftFor::Channel(channel.clone()));
    let written = draft.map_or_else(Written::default, |Draft { id, text, title, .. }| Written {
        draft: id,
        text,
        title: title.unwrap_or_default(),
        ..Written::default()
    });
    compose(page, Written { channel, key: thread::key()?, ..written }, None).await
}

/// The same form again, with what it will look like above it; also of a reply and an edit.
pub async fn preview(page: Page, Form(written): Form<Written>) -> Result<Response, Refusal> {
    let html = markdown::html(&written.text, &page.named(&[]), &page.w);
    compose(page, written, Some(html)).await
}

/// A form to edit one's own message.
pub async fn edit(page: Page, Path(message): Path<String>) -> Result<Response, Refusal> {
    // What is not here can't be edited: an empty form would erase it.
    let text = one(&page, &message).await?.1.ok_or_else(|| fail!(NotFound, "page-no-message"))?;
    let written = Written { message, text, key: thread::key()?, ..Written::default() };
    compose(page, written, None).await
}

/// The form of what was written so far.
pub async fn compose(page: Page, written: Written, preview: Option<String>) -> Result<Response, Refusal> {
    let w = &page.w;
    let is_edit = !written.message.is_empty();
    let is_reply = !written.thread.is_empty();
    let (title, action, submit, kept_as) = match (is_edit, is_reply) {
        (true, _) => (w.s("page-edit-message"), "/edit", w.s("page-save"), format!("edit:{}", written.message)),
        (_, true) => (w.s("page-reply"), "/reply", w.s("page-send"), format!("thread:{}", written.thread)),
        _ => (w.s("page-new-thread"), "/new", w.s("page-send"), format!("channel:{}", written.channel)),
    };
    let (f, team, scheduled) = tokio::try_join!(
        Frame::of(&page, "compose", title),
        page.ask(Ask::Team { members: Vec::new(), days: 1 }),
        page.ask(Ask::Scheduled),
    )?;
    let (Answer::Team(team), Answer::Messages(scheduled)) = (team, scheduled) else { return Err(surprised()) };
    let channel = page.channel(&written.channel);
    if channel.is_none() && !is_edit && !is_reply {
        return Err(fail!(NotFound, "page-no-channel").into());
    }
    let others: Vec<&Person> = team.people.iter().filter(|person| !person.me).collect();
    let named: Vec<&Person> = others.iter().copied().filter(|person| mentions(&written, person)).collect();
    let told = if named.is_empty() { &others } else { &named };
    let hidden = [
        ("channel", &written.channel),
        ("thread", &written.thread),
        ("message", &written.message),
        ("key", &written.key),
        ("draft", &written.draft),
    ];
    let default_flag = channel.as_ref().map(|channel| channel.flag.clone()).unwrap_or_default();
    let colour = if written.flag.is_empty() && preview.is_none() { default_flag } else { written.flag.clone() };
    let at_own = if written.at == "their-morning" { String::new() } else { written.at.clone() };
    let when = if written.at == "their-morning" { "their-morning".to_owned() } else { written.when.clone() };
    show(&Compose {
        preview,
        action,
        kept_as,
        hidden: hidden
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name, value.clone()))
            .collect(),
        with_title: !is_edit && !is_reply,
        with_when: !is_edit,
        flags: flags(&colour, &page),
        whens: whens(&when, &page),
        hours: told.iter().take(CLOCKS).map(|person| thread::clock_of(person, &page)).collect(),
        people: others.iter().map(|person| line(&person.member.name)).collect(),
        days: inbox::beside(&team, &page),
        scheduled: scheduled
            .messages
            .into_iter()
            .map(|message| Scheduled {
                text: line(&message.text).chars().take(SCHEDULED).collect(),
                when: message.embargo.as_deref().map(|end| w.when(end)).unwrap_or_default(),
                thread: message.thread,
                id: message.id,
            })
            .collect(),
        expectation: channel.as_ref().map(|channel| line(&channel.expectation)).unwrap_or_default(),
        channel: channel.map(|channel| (channel.id.clone(), line(&channel.name))),
        kept: !written.draft.is_empty(),
        title: written.title,
        text: written.text,
        by: written.by,
        to: written.to,
        at: at_own,
        hold: !written.hold.is_empty(),
        submit,
        f,
    })
}

fn mentions(written: &Written, person: &Person) -> bool {
    let name = person.member.name.to_lowercase();
    written.text.to_lowercase().contains(&format!("@{name}")) || written.to.to_lowercase().contains(&name)
}

/// Flags to pick from.
pub fn flags(on: &str, page: &Page) -> Vec<Pick> {
    let w = &page.w;
    let pick = |value: &'static str, name: String, about: &str| Pick {
        value,
        colour: value,
        name,
        about: w.s(about),
        on: on == value,
    };
    let none =
        Pick { on: !["red", "yellow", "green"].contains(&on), ..pick("", w.s("page-no-flag"), "page-flag-none-is") };
    vec![
        none,
        pick("red", w.flag("red"), "page-flag-red-is"),
        pick("yellow", w.flag("yellow"), "page-flag-yellow-is"),
        pick("green", w.flag("green"), "page-flag-green-is"),
    ]
}

fn whens(on: &str, page: &Page) -> Vec<Pick> {
    let w = &page.w;
    let pick = |value: &'static str, name: &str, about: &str| Pick {
        value,
        colour: "",
        name: w.s(name),
        about: w.s(about),
        on: on == value,
    };
    let now = Pick { on: !["their-morning", "own"].contains(&on), ..pick("now", "page-now", "page-now-is") };
    vec![
        now,
        pick("their-morning", "page-their-morning", "page-their-morning-is"),
        pick("own", "page-at-time", "page-at-time-is"),
    ]
}
