//! The table holds together, and requests are read by it to the letter.

use axum::http::header::{CONTENT_TYPE, HeaderMap};
use cremona_engine::ask::{DraftFor, Flagging, How};
use cremona_engine::{Ask, Reason};

use super::request::{object, offered, read};
use super::schemas::Schemas;
use super::table::{Method, ROUTES, Route, WITHOUT};
use super::*;
use crate::words::Lang;

fn route(method: Method, path: &str) -> &'static Route {
    ROUTES.iter().find(|route| route.method == method && route.path == path).unwrap()
}

fn asked(route: &Route, uri: &str, body: &str) -> Result<Ask, Problem> {
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, "application/json; charset=utf-8".parse().unwrap())]);
    read(route, &format!("{BASE}{uri}").parse().unwrap(), &headers, body.as_bytes(), Lang::Id)
}

fn refused(route: &Route, uri: &str, body: &str) -> String {
    let problem = asked(route, uri, body).unwrap_err();
    assert_eq!(problem.failure.reason, Reason::Usage, "{uri} {body}");
    problem.failure.message
}

#[test]
fn every_ask_has_a_route_or_a_reason() {
    let schemas = Schemas::of_ours();
    assert!(schemas.asks.len() > 50);
    for verb in schemas.asks.keys() {
        let without = WITHOUT.iter().any(|(known, _)| known == verb);
        assert_ne!(ROUTES.iter().any(|route| route.verb == verb), without, "{verb}");
    }
}

#[test]
fn every_route_names_what_is_there() {
    let schemas = Schemas::of_ours();
    for route in ROUTES {
        let known = &schemas.asks[route.verb];
        assert!(schemas.answers.contains_key(route.answer), "{route:?}");
        assert!(!route.summary.is_empty(), "{route:?}");
        for part in route.parts() {
            if let Err((_, field)) = part {
                assert!(known.all.contains_key(field), "{route:?}");
            }
        }
        for field in object(route.fixed).keys().chain(object(route.defaults).keys()) {
            assert!(known.all.contains_key(field), "{route:?}: {field}");
        }
        if route.method == Method::Delete {
            assert!(offered(route, known).is_empty(), "{route:?}: a DELETE has no body");
        }
    }
}

#[test]
fn openapi_is_as_it_was() {
    crate::golden::check("openapi.json", &format!("{}\n", openapi::text()));
}

#[test]
fn a_request_becomes_the_ask_of_its_row() {
    let post = route(Method::Post, "/channels/{channel}/threads");
    let text = "halo".to_owned();
    let ask = Ask::Post { channel: "caf\u{e9}".to_owned(), text, title: None, how: How::default() };
    assert_eq!(asked(post, "/channels/caf%C3%A9/threads", r#"{"text":"halo"}"#).unwrap(), ask);
    let threads = route(Method::Get, "/channels/{channel}/threads");
    let ask = Ask::Threads { channel: "7".to_owned(), limit: 50, before: None };
    assert_eq!(asked(threads, "/channels/7/threads", "").unwrap(), ask, "a name of digits stays a name");
    let search = route(Method::Get, "/search");
    let ask = Ask::Search { query: "a b&c".to_owned(), limit: 5, before: None, typing: true };
    assert_eq!(asked(search, "/search?query=a+b%26c&limit=5&typing=true", "").unwrap(), ask);
    let flag = route(Method::Delete, "/messages/{message}/flag");
    let taken = Flagging { colour: "none".to_owned(), ..Flagging::default() };
    assert_eq!(asked(flag, "/messages/ab/flag", "").unwrap(), Ask::Flag { message: "ab".to_owned(), flag: taken });
    let draft = route(Method::Post, "/drafts");
    let body = r#"{"target":{"thread":"ab"},"text":"x"}"#;
    let target = DraftFor::Thread("ab".to_owned());
    let ask = Ask::DraftSave { id: None, target, text: "x".to_owned(), title: None };
    assert_eq!(asked(draft, "/drafts", body).unwrap(), ask);
    let team = route(Method::Get, "/team");
    let ask = Ask::Team { members: vec!["ana".to_owned(), "bo".to_owned()], days: 2 };
    assert_eq!(asked(team, "/team?members=ana&members=bo", "").unwrap(), ask);
    let digest = route(Method::Get, "/digest");
    assert_eq!(asked(digest, "/digest", "").unwrap(), Ask::Digest { language: Some("id".to_owned()) });
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let post = route(Method::Post, "/channels/{channel}/threads");
    let at = "/channels/general/threads";
    for (body, says) in [
        (r#"{"text":"x","colour":"red"}"#, "colour"),
        (r#"{"text":"x","channel":"plans"}"#, "channel"),
        (r#"{"text":"x","verb":"key"}"#, "verb"),
        (r#"{"text":5}"#, "text"),
        (r#"{"title":"x"}"#, "text"),
        (r#"{"text":"x","how":{"at":5}}"#, "how.at"),
        (r#"{"text":"x","how":{"flag":{"to":["ana",5]}}}"#, "how.flag.to[1]"),
        (r#"{"text":"x","how":{"shout":true}}"#, "how.shout"),
        (r#"["text"]"#, "object"),
        (r#"{"text":"x"#, "JSON"),
        ("", "text"),
    ] {
        let said = refused(post, at, body);
        assert!(said.contains(says), "{body}: {said}");
    }
    assert!(refused(post, &format!("{at}?text=x"), "{}").contains("text"));
    let threads = route(Method::Get, "/channels/{channel}/threads");
    for (query, says) in [
        ("limit=many", "limit"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=1&limit=2", "limit"),
        ("x=1", "x"),
    ] {
        assert!(refused(threads, &format!("{at}?{query}"), "").contains(says), "{query}");
    }
    assert!(refused(threads, at, "{}").contains("body"));
    assert!(refused(threads, "/channels/%ff/threads", "").contains("%ff"));
    let draft = route(Method::Post, "/drafts");
    for body in [r#"{"target":"general","text":"x"}"#, r#"{"target":{"channel":"a","thread":"b"},"text":"x"}"#] {
        assert!(refused(draft, "/drafts", body).contains("target"), "{body}");
    }
}

#[test]
fn a_key_is_taken_with_or_without_quotation_marks() {
    let given = |text: &str| HeaderMap::from_iter([(KEY, text.parse().unwrap())]);
    assert_eq!(key(&given("\"abc\"")).unwrap(), Some("abc"));
    assert_eq!(key(&given("abc")).unwrap(), Some("abc"));
    assert_eq!(key(&HeaderMap::new()).unwrap(), None);
    assert!(key(&given("")).is_err() && key(&given(&"x".repeat(256))).is_err());
}
