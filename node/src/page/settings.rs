//! Hours, status, quiet, notifications, language and look.

use std::collections::HashMap;

use askama::Template;
use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use cremona_engine::ask::StatusAsk;
use cremona_engine::{Answer, Ask};

use super::frame::Frame;
use super::look::{Look, THEMES};
use super::{Page, Refusal, Words, see_other, show, surprised};
use crate::http::given::Form;
use crate::render::line;
use crate::words::fail;

/// Settings that are set as they stand.
const PLAIN: [&str; 5] = ["notify", "digest", "allow-people", "allow-flags", "allow-words"];
/// The sentence that is said once something was saved.
const SAVED: &str = "page-said-saved";

#[derive(Template)]
#[template(path = "settings.html")]
struct View {
    f: Frame,
    hours: String,
    meanings: Vec<(&'static str, String, bool)>,
    status_text: String,
    status_until: String,
    quiet: String,
    focus: String,
    focus_hint: String,
    deputy: String,
    people: Vec<String>,
    others: Vec<(&'static str, String, String)>,
    langs: Vec<(&'static str, String, bool)>,
    themes: Vec<(&'static str, String, bool)>,
}

/// The settings.
pub async fn settings(page: Page) -> Result<Response, Refusal> {
    let (f, members) =
        tokio::try_join!(Frame::of(&page, "settings", page.w.s("page-settings")), page.ask(Ask::Members))?;
    let Answer::Members(members) = members else { return Err(surprised()) };
    let w = &page.w;
    let set = |name: &str| {
        page.settings.iter().find(|line| line.name == name).and_then(|line| line.value.clone()).unwrap_or_default()
    };
    let status = page.me.as_ref().and_then(|me| me.status.clone());
    let meaning = status.as_ref().map_or("open", |status| status.meaning.as_str()).to_owned();
    let meanings = ["open", "focus", "deadline", "away"].map(|name| {
        let word = match name {
            "open" => w.s("meaning-open"),
            "focus" => w.s("meaning-focus"),
            "deadline" => w.s("meaning-deadline"),
            _ => w.s("meaning-away"),
        };
        (name, word, name == meaning)
    });
    let language = set("language");
    let themes = THEMES.map(|(name, theme)| {
        let code = format!("page-theme-{name}");
        (name, w.s(&code), theme == page.theme)
    });
    show(&View {
        hours: page.me.as_ref().map(|me| me.hours.clone()).unwrap_or_default(),
        meanings: meanings.into(),
        status_text: status.as_ref().map(|status| line(&status.text)).unwrap_or_default(),
        status_until: String::new(),
        quiet: set("quiet"),
        focus: String::new(),
        focus_hint: focus_hint(&set("focus-until"), w),
        deputy: page.me.as_ref().and_then(|me| me.deputy.as_ref()).map(|deputy| line(&deputy.name)).unwrap_or_default(),
        people: members.members.iter().filter(|member| !member.me).map(|member| line(&member.name)).collect(),
        others: PLAIN.map(|name| (name, w.s(&format!("page-set-{name}")), set(name))).into(),
        langs: vec![
            ("", w.s("page-lang-browser"), language.is_empty()),
            ("en", "English".to_owned(), language == "en"),
            ("id", "Bahasa Indonesia".to_owned(), language == "id"),
        ],
        themes: themes.into(),
        f,
    })
}

/// Until when nothing notifies, and how that ends sooner; empty where it is over.
fn focus_hint(until: &str, w: &Words) -> String {
    let ahead = until.parse::<jiff::Timestamp>().is_ok_and(|at| at > w.now.timestamp());
    if ahead { w.with("page-focus-until", [("when", w.when(until).into())]) } else { String::new() }
}

/// Saves a part of them.
pub async fn save(page: Page, Form(form): Form<HashMap<String, String>>) -> Result<Response, Refusal> {
    let field = |name: &str| form.get(name).map(|value| value.trim().to_owned()).unwrap_or_default();
    let some = |name: &str| Some(field(name)).filter(|value| !value.is_empty());
    let mut response = see_other(&format!("/settings?said={SAVED}"));
    match field("of").as_str() {
        "hours" => drop(page.ask(Ask::Hours { hours: field("hours") }).await?),
        "status" => {
            let status = StatusAsk {
                meaning: field("meaning"),
                emoji: String::new(),
                text: field("text"),
                until: some("until"),
            };
            page.ask(Ask::SetStatus { status }).await?;
        }
        "quiet" => {
            if let Some(schedule) = some("quiet") {
                page.ask(Ask::Quiet { schedule }).await?;
            }
            if let Some(until) = some("focus") {
                page.ask(Ask::Focus { until: Some(until).filter(|until| until != "off") }).await?;
            }
        }
        "deputy" => drop(page.ask(Ask::Deputy { deputy: some("deputy") }).await?),
        "settings" => {
            for name in PLAIN {
                page.ask(Ask::Set { name: name.to_owned(), value: some(name) }).await?;
            }
        }
        "look" => {
            page.ask(Ask::Set { name: "language".to_owned(), value: some("lang") }).await?;
            let cookie = Look::cookie(&field("theme"), field("keys") == "1", page.tag());
            let cookie = HeaderValue::from_str(&cookie).map_err(|_| fail!(Failed, "surprised"))?;
            response.headers_mut().insert(SET_COOKIE, cookie);
        }
        _ => return Err(fail!(Usage, "page-no-act").into()),
    }
    Ok(response)
}
