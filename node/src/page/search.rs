//! Search: what was found, by thread, with where it was found; and what a query can say.

use askama::Template;
use axum::response::Response;
use cremona_engine::ask::Hit;
use cremona_engine::{Answer, Ask};
use serde::Deserialize;

use super::frame::Frame;
use super::rows::title as titled;
use super::{Page, Refusal, markdown, show, surprised};
use crate::http::given::Query;
use crate::render::line;

/// Hits of a page.
const HITS: u32 = 50;
/// Operators that are offered, and the names of the sentences that say what they do.
const OPERATORS: [(&str, &str); 8] = [
    ("from:", "page-op-from"),
    ("channel:", "page-op-channel"),
    ("after:", "page-op-after"),
    ("before:", "page-op-before"),
    ("is:unread", "page-op-unread"),
    ("flag:red", "page-op-flag"),
    ("has:link", "page-op-link"),
    ("\"\"", "page-op-phrase"),
];

#[derive(Template)]
#[template(path = "search.html")]
struct View {
    f: Frame,
    query: String,
    facts: String,
    fault: Option<(String, String)>,
    threads: Vec<Found>,
    next: Option<String>,
    end: String,
    operators: Vec<(&'static str, String, String)>,
}

struct Found {
    thread: String,
    first: String,
    title: String,
    channel: String,
    at: String,
    when: String,
    hits: Vec<Shown>,
}

struct Shown {
    id: String,
    author: String,
    when: String,
    pieces: Vec<(String, bool)>,
}

/// What is sought.
#[derive(Deserialize)]
pub struct Sought {
    #[serde(default)]
    q: String,
    before: Option<String>,
    #[serde(default)]
    typing: bool,
}

/// Search.
pub async fn search(page: Page, Query(sought): Query<Sought>) -> Result<Response, Refusal> {
    let frame = Frame::of(&page, "search", page.w.s("page-search"));
    let query = sought.q.trim_start().to_owned();
    let ask = Ask::Search { query: query.clone(), limit: HITS, before: sought.before, typing: sought.typing };
    let empty = query.trim().is_empty();
    let (f, found) = if empty {
        (frame.await?, None)
    } else {
        let (f, found) = tokio::join!(frame, page.ask(ask));
        (f?, Some(found))
    };
    let w = &page.w;
    let (facts, fault, hits, next) = match found {
        None => (w.s("page-search-hint"), None, Vec::new(), None),
        Some(Ok(Answer::Hits(hits))) => {
            let code = if hits.at_least { "hits-at-least" } else { "hits-total" };
            let next = hits.next.map(|before| format!("/search?q={}&before={}", encoded(&query), encoded(&before)));
            (w.n(code, &hits.total), None, hits.hits, next)
        }
        Some(Ok(_)) => return Err(surprised()),
        Some(Err(problem)) => (String::new(), Some(w.lang.tell(&problem.failure)), Vec::new(), None),
    };
    // Where nothing was sought, nothing is said about having looked.
    let end = match (empty || fault.is_some(), hits.is_empty()) {
        (true, _) => String::new(),
        (false, true) => w.s("page-hits-none"),
        (false, false) => w.s("page-searched-here"),
    };
    let operators = OPERATORS.map(|(operator, code)| {
        let longer = format!("{} {operator}", query.trim());
        (operator, w.s(code), encoded(longer.trim_start()))
    });
    let threads = by_thread(hits, &page);
    show(&View { f, query, facts, fault, threads, next, end, operators: operators.into() })
}

/// Hits of one thread stand together, at the place of the best.
fn by_thread(hits: Vec<Hit>, page: &Page) -> Vec<Found> {
    let w = &page.w;
    let mut threads: Vec<Found> = Vec::new();
    for hit in hits {
        let shown = Shown {
            author: line(&hit.author.name),
            when: w.when(&hit.time),
            pieces: pieces(&excerpt(&hit.snippet)),
            id: hit.id.clone(),
        };
        match threads.iter_mut().find(|found| found.thread == hit.thread) {
            Some(found) => found.hits.push(shown),
            None => threads.push(Found {
                thread: hit.thread,
                first: hit.id,
                title: titled(&hit.title, w),
                channel: line(&hit.channel),
                when: w.when(&hit.time),
                at: hit.time,
                hits: vec![shown],
            }),
        }
    }
    threads
}

/// A snippet without the signs of Markdown; with them where what was sought would go too, as the address of a link.
fn excerpt(snippet: &str) -> String {
    let (plain, signs) = (markdown::plain(snippet), |text: &str| text.matches(['«', '»']).count());
    if signs(&plain) == signs(snippet) { plain } else { line(snippet) }
}

/// A snippet in pieces, with whether each was sought.
fn pieces(snippet: &str) -> Vec<(String, bool)> {
    let mut out = Vec::new();
    for (at, part) in snippet.split('«').enumerate() {
        match part.split_once('»') {
            Some((sought, rest)) if at > 0 => out.extend([(sought.to_owned(), true), (rest.to_owned(), false)]),
            _ => out.push((part.to_owned(), false)),
        }
    }
    out.retain(|(piece, _)| !piece.is_empty());
    out
}

/// A text as a part of a query of an address.
pub fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_has_no_signs_and_all_that_was_sought() {
        assert_eq!(
            excerpt("# Berths The *north* «berth» is **free** from `06:00`"),
            "Berths The north «berth» is free from 06:00"
        );
        let address = "see [the plan](https://«example».com/a)";
        assert_eq!(excerpt(address), address);
        assert_eq!(excerpt("*«north»* and **«south»**"), "«north» and «south»");
        let pieces = pieces(&excerpt("the *«north»* berth"));
        let shown: Vec<_> = pieces.iter().map(|(text, sought)| (text.as_str(), *sought)).collect();
        assert_eq!(shown, [("the ", false), ("north", true), (" berth", false)]);
    }
}
