//! What the page is drawn with: styles, modules and the mark, parts of the binary, by names that change with
//! their contents, so that a browser keeps them for good.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};

use crate::http::Problem;
use crate::http::given::Path;
use crate::words::fail;

/// How long a browser may keep what has its contents in its name.
const FOR_GOOD: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");

macro_rules! files {
    ($($name:literal: $kind:literal),* $(,)?) => {
        [$(($name, $kind, include_str!(concat!("../../assets/", $name)))),*]
    };
}

/// Name, type and contents.
const FILES: [(&str, &str, &str); 10] = files![
    "tokens.css": "text/css; charset=utf-8",
    "page.css": "text/css; charset=utf-8",
    "more.css": "text/css; charset=utf-8",
    "mark.svg": "image/svg+xml",
    "page.js": "text/javascript; charset=utf-8",
    "live.js": "text/javascript; charset=utf-8",
    "keys.js": "text/javascript; charset=utf-8",
    "write.js": "text/javascript; charset=utf-8",
    "find.js": "text/javascript; charset=utf-8",
    "go.js": "text/javascript; charset=utf-8",
];

/// The path of a file by its name. Modules import each other by plain names below the same digest, so one
/// digest stands for all.
pub fn path(name: &str) -> String {
    format!("/assets/{}/{name}", digest())
}

fn digest() -> &'static str {
    static DIGEST: OnceLock<String> = OnceLock::new();
    DIGEST.get_or_init(|| {
        let mut hasher = blake3::Hasher::new();
        FILES.iter().for_each(|(name, _, text)| {
            hasher.update(name.as_bytes());
            hasher.update(text.as_bytes());
        });
        hasher.finalize().to_hex().chars().take(12).collect()
    })
}

/// Answers with a file.
///
/// # Errors
/// [`Problem`] where there is none of that name.
pub async fn file(Path((_digest, name)): Path<(String, String)>) -> Result<Response, Problem> {
    static BY_NAME: OnceLock<BTreeMap<&str, (&str, &str)>> = OnceLock::new();
    let files = BY_NAME.get_or_init(|| FILES.iter().map(|(name, kind, text)| (*name, (*kind, *text))).collect());
    let (kind, text) = *files.get(name.as_str()).ok_or_else(|| Problem::from(fail!(NotFound, "http-nothing-there")))?;
    let mut response = text.into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(CACHE_CONTROL, FOR_GOOD);
    Ok(response)
}
