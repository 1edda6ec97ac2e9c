//! What is on hold: its text and its moment can still be changed, and it can be taken off.

use askama::Template;
use axum::extract::{Form, Path};
use axum::response::Response;
use cremona_engine::ask::{Draft, DraftFor, How};
use cremona_engine::{Answer, Ask};
use serde::Deserialize;

use super::acts::plain;
use super::frame::Frame;
use super::lists::about_hold;
use super::{Page, Refusal, see_other, show, surprised};
use crate::words::fail;

#[derive(Template)]
#[template(path = "hold.html")]
struct View {
    f: Frame,
    when: String,
    draft: Draft,
    about: &'static str,
    with_title: bool,
}

/// What was changed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Changed {
    title: String,
    text: String,
    /// Another moment; empty where it stays.
    at: String,
    /// Set where it is to be a draft as others.
    off: String,
}

/// A form with what is on hold.
pub async fn hold(page: Page, Path(draft): Path<String>) -> Result<Response, Refusal> {
    let draft = find(&page, &draft).await?;
    let f = Frame::of(&page, "scheduled", page.w.s("page-on-hold")).await?;
    let when = draft.hold.as_deref().map(|at| page.w.when(at)).unwrap_or_default();
    let with_title = matches!(draft.target, DraftFor::Channel(_));
    let about = about_hold(draft.hold.as_deref());
    show(&View { f, when, draft, about, with_title })
}

/// Changes it.
pub async fn save(page: Page, Path(draft): Path<String>, Form(changed): Form<Changed>) -> Result<Response, Refusal> {
    let Draft { id, target, .. } = find(&page, &draft).await?;
    let title = Some(changed.title.trim().to_owned()).filter(|title| !title.is_empty());
    page.ask(Ask::DraftSave { id: Some(id.clone()), target, text: plain(&changed.text), title }).await?;
    if !changed.off.is_empty() {
        page.ask(Ask::DraftHold { id, how: How::default() }).await?;
        return Ok(see_other("/drafts"));
    }
    let at = Some(changed.at.trim().to_owned()).filter(|at| !at.is_empty());
    if at.is_some() {
        page.ask(Ask::DraftHold { id, how: How { at, ..How::default() } }).await?;
    }
    Ok(see_other("/scheduled"))
}

/// A draft that is still on hold.
async fn find(page: &Page, id: &str) -> Result<Draft, Refusal> {
    let Answer::Drafts(held) = page.ask(Ask::OnHold).await? else { return Err(surprised()) };
    Ok(held.drafts.into_iter().find(|draft| draft.id == id).ok_or_else(|| fail!(NotFound, "page-no-hold"))?)
}
