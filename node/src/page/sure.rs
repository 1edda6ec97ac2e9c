//! Questions before something is done: whether to delete, how soon a message needs whom, until when to put off.

use askama::Template;
use axum::response::Response;
use cremona_engine::{Answer, Ask};

use super::compose::{Pick, flags};
use super::frame::Frame;
use super::{Page, Refusal, inbox, show, surprised};
use crate::http::given::Path;

/// The thread of a message, and its text as it is now; `None` where that is not here.
pub async fn one(page: &Page, id: &str) -> Result<(String, Option<String>), Refusal> {
    let (explain, history) = (Ask::Explain { thread: id.to_owned() }, Ask::History { message: id.to_owned() });
    let (explained, history) = tokio::try_join!(page.ask(explain), page.ask(history))?;
    let (Answer::Explained(explained), Answer::Versions(history)) = (explained, history) else {
        return Err(surprised());
    };
    let text = history.versions.into_iter().next_back().and_then(|version| version.text);
    Ok((explained.thread, text))
}

#[derive(Template)]
#[template(path = "sure.html")]
struct Sure {
    f: Frame,
    question: String,
    quoted: String,
    hidden: Vec<(&'static str, String)>,
    choices: Vec<(&'static str, String, String)>,
    pick_name: &'static str,
    picks: Vec<Pick>,
    act: &'static str,
    submit: String,
    back: String,
}

/// Asks whether a message is to be deleted.
pub async fn delete(page: Page, Path(message): Path<String>) -> Result<Response, Refusal> {
    let (thread, text) = one(&page, &message).await?;
    let f = Frame::of(&page, "delete", page.w.s("page-delete-message")).await?;
    let back = format!("/t/{thread}");
    let hidden = vec![("message", message), ("back", back.clone())];
    let (question, submit) = (page.w.s("page-delete-sure"), page.w.s("page-delete"));
    show(&Sure {
        f,
        question,
        quoted: text.unwrap_or_default(),
        hidden,
        choices: Vec::new(),
        pick_name: "",
        picks: Vec::new(),
        act: "delete",
        submit,
        back,
    })
}

/// Asks how soon a message needs whom.
pub async fn flag(page: Page, Path(message): Path<String>) -> Result<Response, Refusal> {
    let (thread, text) = one(&page, &message).await?;
    let f = Frame::of(&page, "flag", page.w.s("page-flag")).await?;
    let w = &page.w;
    let back = format!("/t/{thread}");
    let hidden = vec![("back", format!("{back}#m-{message}")), ("message", message)];
    let choices = vec![("by", w.s("page-due"), String::new()), ("to", w.s("page-for-whom"), String::new())];
    let mut picks = flags("", &page);
    picks[0].value = "none";
    let submit = w.s("page-flag");
    show(&Sure {
        f,
        question: w.s("page-flag-question"),
        quoted: text.unwrap_or_default(),
        hidden,
        choices,
        pick_name: "colour",
        picks,
        act: "flag",
        submit,
        back,
    })
}

/// Asks until when a thread is to be put off.
pub async fn put_off(page: Page, Path(id): Path<String>) -> Result<Response, Refusal> {
    let why = inbox::why_of(&page, &id).await?;
    let f = Frame::of(&page, "put-off", page.w.s("page-put-off")).await?;
    let w = &page.w;
    let pick =
        |value: &'static str, name: &str, on| Pick { value, colour: "", name: w.s(name), about: String::new(), on };
    let picks = vec![
        pick("in 2h", "page-in-hours", true),
        pick("tomorrow 09:00", "page-tomorrow", false),
        pick("mon 09:00", "page-monday", false),
        pick("", "page-at-time", false),
    ];
    let choices = vec![("own", w.s("page-until"), String::new())];
    let hidden = vec![("thread", id), ("back", "/".to_owned())];
    show(&Sure {
        f,
        question: why.title,
        quoted: String::new(),
        hidden,
        choices,
        pick_name: "until",
        picks,
        act: "put-off",
        submit: w.s("page-later"),
        back: "/".to_owned(),
    })
}
