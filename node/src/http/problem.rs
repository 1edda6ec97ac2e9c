//! Refusals as an asker gets them: problem details (RFC 9457) for programs, a small page for people.
//!
//! Their words are those of the command line, in the language that was asked for.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use cremona_engine::{Failure, Reason};
use serde::Serialize;

use crate::page::look::Look;
use crate::words::{Lang, say};

/// Seconds after which what is possible later may be tried again.
const LATER: u32 = 1;

/// A refusal and the status that it has in HTTP. A handler may return it: the guard, which knows form and
/// language, says it.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The status.
    pub status: StatusCode,
    /// In words.
    pub failure: Failure,
    /// Seconds to wait before the next try.
    pub retry_after: Option<u32>,
}

/// The members of problem details; `hint` and `reason` are ours.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Details {
    /// Names the kind of problem: `urn:cremona:` and the name of the sentence.
    pub r#type: String,
    /// What the status says.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What was attempted and why it can't be done, in the language of `Accept-Language`.
    pub detail: String,
    /// What to do next; may be empty.
    pub hint: String,
    /// `failed`, `usage`, `not-found`, `not-allowed`, `not-running`, `ambiguous` or `try-later`.
    pub reason: Reason,
}

/// In what form an asker is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `application/problem+json`.
    Details,
    /// A page, as this browser shows pages.
    Page(Look),
}

impl Problem {
    /// A refusal with a status of its own.
    #[must_use]
    pub fn new(status: StatusCode, failure: Failure) -> Self {
        Self { status, failure, retry_after: None }
    }

    /// The answer that tells of it.
    #[must_use]
    pub fn answer(&self, form: Form, lang: Lang) -> Response<Body> {
        let (kind, text) = match form {
            Form::Details => {
                ("application/problem+json", serde_json::to_string(&self.details(lang)).expect("plain fields"))
            }
            Form::Page(look) => ("text/html; charset=utf-8", self.page(lang, look)),
        };
        let mut response = Response::new(Body::from(text));
        *response.status_mut() = self.status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    fn details(&self, lang: Lang) -> Details {
        let (detail, hint) = lang.tell(&self.failure);
        let code = self.failure.said.as_ref().map_or("unnamed", |said| said.code.as_str());
        Details {
            r#type: format!("urn:cremona:{code}"),
            title: self.status.canonical_reason().unwrap_or_default().to_owned(),
            status: self.status.as_u16(),
            detail,
            hint,
            reason: self.failure.reason,
        }
    }

    fn page(&self, lang: Lang, look: Look) -> String {
        let (detail, hint) = lang.tell(&self.failure);
        let next = if hint.is_empty() { String::new() } else { format!("<p>{}</p>", escaped(&hint)) };
        whole_page(lang, look, &format!("<h1>{}</h1>{next}", escaped(&detail)))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status;
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let code = failure.said.as_ref().map(|said| said.code.as_str());
        let status = match failure.reason {
            // The same key with another request.
            Reason::Usage if code == Some("key-reused") => StatusCode::UNPROCESSABLE_ENTITY,
            Reason::Usage => StatusCode::BAD_REQUEST,
            Reason::NotFound => StatusCode::NOT_FOUND,
            Reason::NotAllowed => StatusCode::FORBIDDEN,
            Reason::Ambiguous => StatusCode::CONFLICT,
            Reason::TryLater | Reason::NotRunning => StatusCode::SERVICE_UNAVAILABLE,
            Reason::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let retry_after = (failure.reason == Reason::TryLater).then_some(LATER);
        Self { status, failure, retry_after }
    }
}

/// The page's styles, for whoever may load them.
fn styles() -> String {
    let link = |name| format!("<link rel=\"stylesheet\" href=\"{}\">", crate::page::assets::path(name));
    ["tokens.css", "page.css", "more.css"].map(link).concat()
}

/// A page of its own, in a language; `body` is HTML. It can be read without its styles.
#[must_use]
pub fn whole_page(lang: Lang, look: Look, body: &str) -> String {
    let title = escaped(&say!(lang, "page-title"));
    let theme = if look.theme.is_empty() { String::new() } else { format!(" data-theme=\"{}\"", look.theme) };
    format!(
        "<!doctype html><html lang=\"{}\"{theme}><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title}</title>{}<main class=\"door\">{body}</main></html>\n",
        lang.tag(),
        styles()
    )
}

/// Text for HTML.
#[must_use]
pub fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::fail;

    #[test]
    fn each_reason_has_its_status_and_the_words_of_the_command_line() {
        let problem = Problem::from(fail!(NotFound, "no-channel", name = "<b>"));
        assert_eq!(problem.status, StatusCode::NOT_FOUND);
        let details = problem.details(Lang::Id);
        assert_eq!(details.detail, Lang::Id.tell(&problem.failure).0);
        assert_eq!((details.r#type.as_str(), details.status), ("urn:cremona:no-channel", 404));
        let page = problem.page(Lang::En, Look { theme: "dark contrast", keys: true });
        assert!(page.contains("<html lang=\"en-GB\" data-theme=\"dark contrast\">"), "{page}");
        assert!(page.contains("&lt;b&gt;") && !page.contains("<b>"), "{page}");
        assert!(Problem::from(fail!(TryLater, "not-met")).retry_after.is_some());
    }
}
