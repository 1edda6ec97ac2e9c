//! The API as a program uses it: the same things as the command line, in the same words.

use std::io::Write;

use serde_json::{Value, json};

use super::site::Site;

const POST: &str = "/api/v1/channels/general/threads";

fn id(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

impl Site {
    /// Makes a change, which has to work.
    fn change(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let reply = self.ask(method, &format!("/api/v1{path}"), &[], &body);
        assert!([200, 201].contains(&reply.status), "{method} {path}: {reply:?}");
        reply.json()
    }
}

#[test]
fn a_day_over_the_api() {
    let site = Site::new();
    let plans = site.change("POST", "/channels", &json!({ "name": "plans", "purpose": "What is next" }));
    site.change("PATCH", "/channels/plans", &json!({ "expectation": "within 2 working days" }));
    let root = site.change("POST", "/channels/plans/threads", &json!({ "text": "Lanterns for the ferry" }));
    let reply = site.change("POST", &format!("/threads/{}/messages", id(&root)), &json!({ "text": "Six of them" }));
    assert_eq!(reply["thread"], root["id"]);
    let at = |rest: &str| format!("/messages/{}{rest}", id(&reply));
    let edited = site.change("PUT", &at(""), &json!({ "text": "Seven of them" }));
    assert_eq!((edited["text"].as_str(), edited["edited"].as_bool()), (Some("Seven of them"), Some(true)));
    let liked = site.change("PUT", &at("/reactions/%F0%9F%91%8D"), &Value::Null);
    assert_eq!(liked["reactions"][0]["emoji"], "👍");
    let flag = json!({ "flag": { "colour": "red", "to": ["everyone"] } });
    assert_eq!(site.change("PUT", &at("/flag"), &flag)["flags"][0]["colour"], "red");
    assert_eq!(site.change("DELETE", &at("/flag"), &Value::Null)["flags"], Value::Null);
    assert_eq!(site.change("PUT", &at("/pin"), &Value::Null)["pinned"], true);
    assert_eq!(site.get("/channels/plans/pins")["messages"][0]["id"], reply["id"]);
    assert_eq!(site.get(&at("/versions"))["versions"].as_array().unwrap().len(), 2);
    let draft = site.change("POST", "/drafts", &json!({ "target": { "thread": id(&root) }, "text": "Perhaps" }));
    let draft = id(&draft);
    site.change("PUT", &format!("/drafts/{draft}"), &json!({ "target": { "thread": id(&root) }, "text": "Maybe" }));
    assert_eq!(site.get("/drafts")["drafts"][0]["text"], "Maybe");
    assert_eq!(site.change("DELETE", &format!("/drafts/{draft}"), &Value::Null)["text"], "Maybe");
    site.change("PUT", "/settings/zone", &json!({ "value": "Asia/Jakarta" }));
    site.change("PUT", &format!("/threads/{}/done", id(&root)), &Value::Null);
    site.change("PUT", "/channels/plans/read", &Value::Null);
    // What the command line says is what the API says.
    for (path, verb) in [
        ("/channels/plans/messages", vec!["read", "plans"]),
        ("/channels/plans/threads", vec!["threads", "plans"]),
        ("/search?query=seven", vec!["search", "seven"]),
        ("/channels", vec!["channels"]),
        ("/settings", vec!["settings"]),
        ("/members", vec!["members"]),
        ("/verification", vec!["verify"]),
        ("/key", vec!["key"]),
        ("/drafts", vec!["drafts"]),
    ] {
        assert_eq!(site.get(path), site.ana.ask(&verb), "{path}");
    }
    for path in ["/inbox", "/scheduled", "/catch-up", "/digest", "/team", "/status", "/peers", "/changes?since=0"] {
        assert!(site.get(path).is_object(), "{path}");
    }
    assert!(site.get("/newsletter?month=2026-11&zone=UTC&format=atom")["text"].as_str().unwrap().contains("<feed"));
    assert_eq!(site.change("POST", "/checks", &Value::Null)["problems"], json!([]));
    assert_eq!(site.change("DELETE", &at(""), &Value::Null)["deleted"], true);
    assert_eq!(site.get("/channels/plans/threads")["threads"][0]["replies"], 0);
    assert_eq!(plans["name"], "plans");
}

#[test]
fn refusals_are_in_the_words_of_the_command_line_and_in_its_languages() {
    let site = Site::new();
    for (language, lang) in [("id-ID,en;q=0.5", "id"), ("en", "en")] {
        let header = format!("Accept-Language: {language}");
        let reply = site.ask("POST", "/api/v1/channels/nowhere/threads", &[&header], r#"{"text":"x"}"#);
        assert_eq!((reply.status, reply.header("content-type")), (404, Some("application/problem+json")));
        let problem = reply.json();
        let told = site.ana.run(&["--lang", lang, "post", "nowhere", "-m", "x"]);
        let told = String::from_utf8_lossy(&told.stderr).into_owned();
        assert!(told.contains(problem["detail"].as_str().unwrap()), "{told}");
        assert!(told.contains(problem["hint"].as_str().unwrap()), "{told}");
        assert_eq!(
            (problem["type"].as_str(), problem["reason"].as_str()),
            (Some("urn:cremona:no-channel"), Some("not-found"))
        );
        assert_eq!((problem["status"].as_u64(), problem["title"].as_str()), (Some(404), Some("Not Found")));
    }
    for (method, path, body, status) in [
        ("POST", "/channels/general/threads", r#"{"text":" "}"#, 400),
        ("POST", "/channels/general/threads", r#"{"text":5}"#, 400),
        ("POST", "/channels/general/threads", r#"{"text":"x","colour":"red"}"#, 400),
        ("POST", "/channels/general/threads", r#"{"text":"\ud800"}"#, 400),
        ("POST", "/channels/general/threads", "[[[[", 400),
        ("GET", "/channels/general/threads?limit=0", "", 400),
        ("GET", "/channels/general/threads?limit=99999999999", "", 400),
        ("GET", "/channels/general/threads?colour=red", "", 400),
        ("GET", "/search", "", 400),
        ("GET", "/search?query=%22open", "", 400),
        ("GET", "/nothing", "", 404),
        ("GET", "/threads/0123456789abcdef/messages", "", 404),
        ("DELETE", "/channels", "", 405),
    ] {
        let reply = site.ask(method, &format!("/api/v1{path}"), &[], body);
        assert_eq!(reply.status, status, "{method} {path} {body}: {reply:?}");
        assert_eq!(reply.json()["status"], status);
    }
    assert_eq!(site.messages(), 0);
}

#[test]
fn cursors_lead_on_and_forged_ones_nowhere() {
    let site = Site::new();
    for n in 0..5 {
        site.change("POST", "/channels/general/threads", &json!({ "text": format!("lantern {n}") }));
    }
    let page = site.get("/channels/general/messages?limit=2");
    let next = page["next"].as_str().unwrap();
    let earlier = site.get(&format!("/channels/general/messages?limit=2&before={next}"));
    assert_ne!(page["messages"], earlier["messages"]);
    let found = site.get("/search?query=lantern&limit=2");
    let of_search = found["next"].as_str().unwrap();
    for path in [
        "/channels/general/messages?before=",
        "/channels/general/threads?before=",
        "/search?query=lantern&before=",
        "/inbox?after=",
        "/changes?since=",
    ] {
        for cursor in ["yesterday", "-1", "18446744073709551616", "%00", "0-0", "..%2f..", of_search, "%F0%9F%8F%AE"] {
            let reply = site.ask("GET", &format!("/api/v1{path}{cursor}"), &[], "");
            assert!([200, 400].contains(&reply.status), "{path}{cursor}: {reply:?}");
        }
        assert_eq!(site.ask("GET", &format!("/api/v1{path}yesterday"), &[], "").status, 400, "{path}");
    }
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let site = Site::new();
    let first = site.ask("GET", "/api/v1/channels", &[], "");
    let tag = first.header("etag").unwrap();
    let known = format!("If-None-Match: \"other\", W/{tag}");
    let again = site.ask("GET", "/api/v1/channels", &[&known], "");
    assert_eq!((again.status, again.body.as_str(), again.header("etag")), (304, "", Some(tag)));
    site.change("POST", "/channels", &json!({ "name": "plans" }));
    assert_eq!(site.ask("GET", "/api/v1/channels", &[&known], "").status, 200);
}

#[test]
fn an_answer_that_was_lost_with_the_node_is_asked_for_again_and_nothing_is_posted_twice() {
    let mut site = Site::new();
    let key = "Idempotency-Key: \"8e03978e-40d5-43e8-bc93-6894a57f9324\"";
    let body = r#"{"text":"once and for all"}"#;
    // Sent, and the answer never read.
    let request = format!(
        "POST {POST} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n{key}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        site.address,
        site.token,
        body.len()
    );
    let mut stream = site.connect();
    stream.write_all(request.as_bytes()).unwrap();
    crate::person::until("the post is written down", || site.messages() == 1);
    site.ana.kill();
    drop(stream);
    let ids = site.ana.ids("general");
    site.ana.up();
    site.address = site.ana.page.split('/').nth(2).unwrap().to_owned();
    for _ in 0..2 {
        let reply = site.ask("POST", POST, &[key], body);
        assert_eq!((reply.status, id(&reply.json())), (201, ids[0].clone()), "{reply:?}");
    }
    assert_eq!(site.messages(), 1);
    let reply = site.ask("POST", POST, &[key], r#"{"text":"another"}"#);
    assert_eq!(reply.status, 422, "{reply:?}");
    site.change("DELETE", &format!("/messages/{}", ids[0]), &Value::Null);
    assert_eq!(id(&site.ask("POST", POST, &[key], body).json()), ids[0], "also after it was deleted");
    for odd in [
        "Idempotency-Key: ",
        &format!("Idempotency-Key: {}", "x".repeat(300)),
        "Idempotency-Key: a\r\nIdempotency-Key: b",
    ] {
        assert_eq!(site.ask("POST", POST, &[odd], body).status, 400, "{odd}");
    }
}

#[test]
fn two_who_ask_at_once_with_one_key_post_once() {
    let site = Site::new();
    let key = "Idempotency-Key: 1fb1-4cfe";
    let ids: Vec<String> = std::thread::scope(|scope| {
        let asks: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| id(&site.ask("POST", POST, &[key], r#"{"text":"all at once"}"#).json())))
            .collect();
        asks.into_iter().map(|ask| ask.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(site.messages(), 1);
}

#[test]
fn the_description_that_is_served_is_the_one_that_was_reviewed() {
    let site = Site::new();
    let kept = include_str!("../../../../node/tests/golden/openapi.json");
    let served = site.ask("GET", "/api/v1/openapi.json", &[], "");
    assert_eq!(served.body.trim_end(), kept.trim_end());
}

#[test]
fn an_operator_sees_numbers() {
    let site = Site::new();
    site.change("POST", "/channels/general/threads", &json!({ "text": "halo" }));
    let reply = site.ask("GET", "/metrics", &[], "");
    assert!(reply.header("content-type").unwrap().starts_with("text/plain; version=0.0.4"));
    assert!(reply.body.contains("\ncremona_messages 1\n"), "{}", reply.body);
    assert!(reply.body.contains("cremona_http_answers_total{status=\"2xx\"}"), "{}", reply.body);
}
