//! The page for people.

use std::sync::Arc;

use axum::Router;
use axum::http::HeaderMap;
use axum::response::Html;
use axum::routing::get;

use crate::http::{Shared, wanted_lang, whole_page};
use crate::words::say;

/// Everything of the page; whoever comes here has passed the guard.
pub fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/", get(front))
}

async fn front(headers: HeaderMap) -> Html<String> {
    let lang = wanted_lang(&headers);
    Html(whole_page(lang, &format!("<h1>{}</h1>", say!(lang, "page-runs"))))
}
