//! What is done on the page: forms that work without scripts, each leads back to where it came from.

use std::collections::HashMap;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use cremona_engine::ask::{DraftFor, Flagging, How};
use cremona_engine::{Answer, Ask};
use serde::Deserialize;

use super::compose::Written;
use super::{Page, Refusal, see_other, surprised};
use crate::http::given::Form;
use crate::words::fail;

/// Something done to a message or a thread.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Act {
    r#do: String,
    thread: String,
    message: String,
    react: String,
    unreact: String,
    title: String,
    colour: String,
    by: String,
    to: String,
    until: String,
    own: String,
    back: String,
}

/// Does it.
pub async fn act(page: Page, Form(act): Form<Act>) -> Result<Response, Refusal> {
    let back = inside(&act.back);
    let (thread, message) = (act.thread.clone(), act.message.clone());
    let ask = match act.r#do.as_str() {
        "done" => Ask::Done { thread, undo: false },
        "undo-done" => Ask::Done { thread, undo: true },
        "later" => return Ok(see_other(&format!("/put-off/{}", id(&thread)?))),
        "put-off" => {
            let until = if act.until.is_empty() { act.own } else { act.until };
            Ask::Later { thread, until: Some(until) }
        }
        "back" => Ask::Later { thread, until: None },
        "follow" => follow(thread, "follow"),
        "unfollow" => follow(thread, "default"),
        "mute" => follow(thread, "mute"),
        "read-all" => Ask::Mark { target: thread, upto: None, unread: false },
        "resolve" => Ask::Resolve { thread, on: true },
        "reopen" => Ask::Resolve { thread, on: false },
        "retitle" => Ask::Retitle { thread, title: act.title },
        "acknowledge" => Ask::Acknowledge { message },
        "pin" => Ask::Pin { message, on: true },
        "unpin" => Ask::Pin { message, on: false },
        "unread" => Ask::Mark { target: message.clone(), upto: Some(message), unread: true },
        "delete" => Ask::Delete { message },
        "flag" => {
            let by = Some(act.by).filter(|by| !by.trim().is_empty());
            Ask::Flag { message, flag: Flagging { colour: act.colour, by, to: names(&act.to), escalate: false } }
        }
        "drop-draft" => Ask::DraftDrop { id: message },
        _ if !act.react.is_empty() => Ask::React { message, emoji: act.react, on: true },
        _ if !act.unreact.is_empty() => Ask::React { message, emoji: act.unreact, on: false },
        _ => return Err(fail!(Usage, "page-no-act").into()),
    };
    page.ask(ask).await?;
    Ok(see_other(&back))
}

fn follow(target: String, rule: &str) -> Ask {
    Ask::Follow { target, rule: rule.to_owned() }
}

/// A path of this page; anything else leads to the inbox.
fn inside(path: &str) -> String {
    let plain = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n']);
    if plain && path.is_ascii() { path.to_owned() } else { "/".to_owned() }
}

/// An id that may stand in a path.
fn id(text: &str) -> Result<&str, Refusal> {
    let plain = !text.is_empty() && text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if plain { Ok(text) } else { Err(fail!(Usage, "page-no-act").into()) }
}

/// Names apart by commas.
fn names(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn how(written: &Written) -> How {
    let colour = match written.flag.as_str() {
        "red" | "yellow" | "green" => Some(written.flag.clone()),
        _ => None,
    };
    let by = Some(written.by.clone()).filter(|by| !by.trim().is_empty());
    let flag =
        colour.map(|colour| Flagging { colour, by, to: names(&written.to), escalate: !written.escalate.is_empty() });
    let at = match written.when.as_str() {
        "their-morning" => Some("their-morning".to_owned()),
        "own" => Some(written.at.clone()),
        "now" => None,
        _ => Some(written.at.clone()).filter(|at| !at.is_empty()),
    };
    How { announcement: !written.announcement.is_empty(), acknowledge: !written.acknowledge.is_empty(), at, flag }
}

/// Text as a browser sends it, with the line ends that people mean.
pub fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end().to_owned()
}

/// Starts a thread.
pub async fn post(page: Page, Form(written): Form<Written>) -> Result<Response, Refusal> {
    let title = Some(written.title.trim().to_owned()).filter(|title| !title.is_empty());
    if waits(&written) {
        return wait(page, &written, DraftFor::Channel(written.channel.clone()), title).await;
    }
    let ask = Ask::Post { channel: written.channel.clone(), text: plain(&written.text), title, how: how(&written) };
    sent(page, &written, ask).await
}

/// Answers in a thread.
pub async fn reply(page: Page, Form(written): Form<Written>) -> Result<Response, Refusal> {
    if waits(&written) {
        return wait(page, &written, DraftFor::Thread(written.thread.clone()), None).await;
    }
    let ask = Ask::Reply { thread: written.thread.clone(), text: plain(&written.text), how: how(&written) };
    sent(page, &written, ask).await
}

/// Posts, then drops the draft: in this order, so that a text is never nowhere. The thread is read by whoever
/// answers in it.
async fn sent(page: Page, written: &Written, ask: Ask) -> Result<Response, Refusal> {
    let Answer::Posted(posted) = page.once(&written.key, ask).await? else { return Err(surprised()) };
    drop_draft(&page, &written.draft).await;
    if !written.thread.is_empty() {
        page.ask(Ask::Mark { target: posted.thread.clone(), upto: None, unread: false }).await?;
    }
    let path = if posted.embargo.is_some() {
        "/scheduled".to_owned()
    } else {
        format!("/t/{}#m-{}", posted.thread, posted.id)
    };
    Ok(see_other(&path))
}

/// Whether it is to stay on this node until its moment.
fn waits(written: &Written) -> bool {
    !written.hold.is_empty() && how(written).at.is_some()
}

/// Keeps it as a draft, and puts that on hold.
async fn wait(page: Page, written: &Written, target: DraftFor, title: Option<String>) -> Result<Response, Refusal> {
    let id = Some(written.draft.clone()).filter(|id| !id.is_empty());
    let save = Ask::DraftSave { id, target, text: plain(&written.text), title };
    let Answer::Draft(draft) = page.once(&written.key, save).await? else { return Err(surprised()) };
    page.ask(Ask::DraftHold { id: draft.id, how: how(written) }).await?;
    Ok(see_other("/scheduled"))
}

/// A draft that is gone already is no failure.
async fn drop_draft(page: &Page, id: &str) {
    if !id.is_empty() && page.ask(Ask::DraftDrop { id: id.to_owned() }).await.is_err() {
        tracing::debug!("a draft was gone before its message was sent");
    }
}

/// Replaces the text of one's own message.
pub async fn edit(page: Page, Form(written): Form<Written>) -> Result<Response, Refusal> {
    page.once(&written.key, Ask::Edit { message: written.message.clone(), text: plain(&written.text) }).await?;
    drop_draft(&page, &written.draft).await;
    Ok(see_other(&format!("/m/{}", id(&written.message)?)))
}

/// The draft that a form is about which does not know its name: the answer that had it may have been lost.
async fn draft_of(page: &Page, target: &DraftFor) -> Result<Option<String>, Refusal> {
    let Answer::Drafts(drafts) = page.ask(Ask::Drafts).await? else { return Err(surprised()) };
    Ok(drafts.drafts.into_iter().find(|draft| draft.target == *target).map(|draft| draft.id))
}

/// Keeps what is being written; answers with the draft's id.
pub async fn keep_draft(page: Page, Form(form): Form<HashMap<String, String>>) -> Result<Response, Refusal> {
    let field = |name: &str| form.get(name).cloned().unwrap_or_default();
    let (kind, of) =
        field("for").split_once(':').map(|(kind, of)| (kind.to_owned(), of.to_owned())).unwrap_or_default();
    let target = match kind.as_str() {
        "channel" => DraftFor::Channel(of),
        "thread" => DraftFor::Thread(of),
        "edit" => DraftFor::Edit(of),
        _ => return Err(fail!(Usage, "page-no-act").into()),
    };
    let id = match field("draft") {
        id if id.is_empty() => draft_of(&page, &target).await?,
        id => Some(id),
    };
    let text = plain(&field("text"));
    if text.trim().is_empty() {
        drop_draft(&page, &id.unwrap_or_default()).await;
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let title = Some(field("title")).filter(|title| !title.is_empty());
    let Answer::Draft(draft) = page.ask(Ask::DraftSave { id, target, text, title }).await? else {
        return Err(surprised());
    };
    Ok(draft.id.into_response())
}

/// Creates a channel.
pub async fn create_channel(page: Page, Form(form): Form<HashMap<String, String>>) -> Result<Response, Refusal> {
    let field = |name: &str| form.get(name).map(|value| value.trim().to_owned()).unwrap_or_default();
    let ask = Ask::ChannelCreate { name: field("name"), purpose: field("purpose") };
    let Answer::Channel(channel) = page.once(&field("key"), ask).await? else { return Err(surprised()) };
    Ok(see_other(&format!("/c/{}", channel.id)))
}

/// Changes what is known of a channel, as far as the form differs from it.
pub async fn describe_channel(page: Page, Form(form): Form<HashMap<String, String>>) -> Result<Response, Refusal> {
    let field = |name: &str| form.get(name).map(|value| value.trim().to_owned()).unwrap_or_default();
    let known = page.channel(&field("channel")).ok_or_else(|| fail!(NotFound, "page-no-channel"))?;
    let channel = known.id.clone();
    if field("name") != known.name {
        page.ask(Ask::ChannelRename { channel: channel.clone(), name: field("name") }).await?;
    }
    if field("purpose") != known.purpose || field("expectation") != known.expectation {
        let (purpose, expectation) = (Some(field("purpose")), Some(field("expectation")));
        page.ask(Ask::ChannelDescribe { channel: channel.clone(), purpose, expectation }).await?;
    }
    if field("flag") != known.flag && !(field("flag") == "none" && known.flag.is_empty()) {
        page.ask(Ask::ChannelFlag { channel: channel.clone(), colour: field("flag") }).await?;
    }
    let archived = field("archived") == "1";
    if archived != known.archived {
        page.ask(Ask::ChannelArchive { channel: channel.clone(), archived }).await?;
    }
    Ok(see_other(&format!("/c/{channel}")))
}
