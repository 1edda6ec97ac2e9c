//! `GET /enter?link=SECRET`: exchanges a one-time link for the cookie of a session; `DELETE /api/v1/session`
//! ends it.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::header::{CONTENT_TYPE, HeaderValue, LOCATION, SET_COOKIE};
use axum::http::{Request, Response, StatusCode};

use super::access::{SESSION_MS, Who};
use super::problem::{Problem, whole_page};
use super::{Shared, lang};
use crate::page::look::Look;
use crate::words::{Lang, fail, say};

/// Opens a session, or refuses a link that does not work any more; `elsewhere` where a page of another
/// origin led here.
pub(super) fn enter(shared: &Arc<Shared>, request: &Request<Body>, elsewhere: bool) -> Result<Response<Body>, Problem> {
    let used = || Problem::new(StatusCode::UNAUTHORIZED, fail!(NotAllowed, "http-link-used"));
    let link = request.uri().query().and_then(|query| query.strip_prefix("link=")).ok_or_else(used)?;
    let session = shared.access.enter(link)?.ok_or_else(used)?;
    let cookie =
        format!("{}={session}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict", shared.cookie, SESSION_MS / 1_000);
    let mut response = onwards(elsewhere, lang::wanted(request.headers()), Look::sent(request.headers(), &shared.tag));
    let cookie = HeaderValue::from_str(&cookie).expect("hexadecimal digits and plain words");
    response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(response)
}

/// Ends the session that asks; of a token there is none.
pub(super) async fn leave(
    State(shared): State<Arc<Shared>>,
    Extension(who): Extension<Who>,
) -> Result<Response<Body>, Problem> {
    shared.leave(&who)?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let cookie = format!("{}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict", shared.cookie);
    response
        .headers_mut()
        .insert(SET_COOKIE, HeaderValue::from_str(&cookie).expect("hexadecimal digits and plain words"));
    Ok(response)
}

/// On to the page. A browser that was led here by another site sends no strict cookie along a redirect, so
/// there a page of ours leads on.
fn onwards(elsewhere: bool, lang: Lang, look: Look) -> Response<Body> {
    if !elsewhere {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SEE_OTHER;
        response.headers_mut().insert(LOCATION, HeaderValue::from_static("/"));
        return response;
    }
    let go_on = say!(lang, "page-go-on");
    let body = format!("<meta http-equiv=\"refresh\" content=\"0;url=/\"><p><a href=\"/\">{go_on}</a></p>");
    let mut response = Response::new(Body::from(whole_page(lang, look, &body)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}
