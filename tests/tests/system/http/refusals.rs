//! Refusals as people get them on the page: in their language, as they want it to look, and what to do next.

use super::site::{Reply, Site};

/// A page that a session asks for, with this choice of how it looks.
fn page(site: &Site, session: &str, look: &str, path: &str) -> Reply {
    let tag = session.split("cremona-").nth(1).and_then(|rest| rest.split('=').next()).expect("a session's cookie");
    site.bare("GET", path, &[&format!("{session}; look-{tag}={look}")], "")
}

#[test]
fn a_refusal_looks_as_the_member_chose() {
    let site = Site::new();
    let (session, stranger) = (site.cookie(), site.cookie().split('=').next().unwrap().to_owned() + "=none");
    for (look, theme) in [
        ("dark.keys", "<html lang=\"en-GB\" data-theme=\"dark\">"),
        ("light-contrast.no-keys", "<html lang=\"en-GB\" data-theme=\"light contrast\">"),
        ("system.keys", "<html lang=\"en-GB\">"),
        ("\"><b>.keys", "<html lang=\"en-GB\">"),
    ] {
        for (who, path, status) in [
            (&session, "/no/such/thing", 404),
            (&session, "/t/0123456789abcdef", 404),
            (&session, "/enter?link=used", 401),
            (&stranger, "/", 401),
        ] {
            let reply = page(&site, who, look, path);
            assert_eq!(reply.status, status, "{path}: {reply:?}");
            assert!(reply.body.contains(theme), "{look} {path}: {reply:?}");
        }
    }
}

/// What is said of what, by the names of the sentences: of a page that can't be read as an address, a form that is
/// none, and a body that is no JSON.
#[test]
fn what_can_not_be_read_is_refused_in_the_words_of_the_catalogue_with_what_to_do() {
    let site = Site::new();
    let session = site.cookie();
    let origin = format!("Origin: http://{}", site.address);
    let form = "Content-Type: application/x-www-form-urlencoded";
    let said = |method: &str, path: &str, headers: &[&str], body: &str, lang: &str| {
        let lang = format!("Accept-Language: {lang}");
        let reply = site.bare(method, path, &[&[session.as_str(), &origin, &lang], headers].concat(), body);
        let text = reply.body.replace("&#39;", "'");
        (reply.status, text)
    };
    for (method, path, headers, body, status, en, id) in [
        ("GET", "/search?typing=perhaps", &[][..], "", 400, "in the address can't be read", "tidak terbaca"),
        ("GET", "/search?q=a&q=b", &[], "", 400, "give each name once", "setiap nama sekali saja"),
        ("GET", "/t/%FF", &[], "", 400, "part of the path can't be read", "sebagian jalur tidak terbaca"),
        ("POST", "/act", &[form], "do=done&do=later", 400, "the form can't be read", "formulir tidak terbaca"),
        ("POST", "/act", &[], "do=done", 415, "not said to be a form", "tidak dinyatakan sebagai formulir"),
        ("POST", "/settings", &["Content-Type: application/json"], "{}", 415, "send it from the page", "kirim dari"),
    ] {
        for (lang, words, next) in [("en", en, "<h1>"), ("id", id, "<html lang=\"id\"")] {
            let (got, text) = said(method, path, headers, body, lang);
            assert_eq!(got, status, "{path} {body}: {text}");
            assert!(text.contains(words) && text.contains(next) && text.contains("</h1><p>"), "{path} {body}: {text}");
            assert!(!text.contains("deserialize"), "{text}");
        }
    }
    for (body, place) in
        [("{\"text\": \"a\",}", "1, column 14"), ("{\n\"text\"", "2, column 6"), ("nonsense", "1, column 2")]
    {
        for lang in ["en", "id"] {
            let reply =
                site.ask("POST", "/api/v1/channels/general/threads", &[&format!("Accept-Language: {lang}")], body);
            let told = reply.json();
            assert_eq!((reply.status, told["type"].as_str()), (400, Some("urn:cremona:body-broken")), "{body}: {told}");
            let place = if lang == "id" { place.replace("column", "kolom") } else { place.to_owned() };
            assert!(told["detail"].as_str().unwrap().contains(&place), "{told}");
            assert!(!told["hint"].as_str().unwrap().is_empty() && !told.to_string().contains("expected"), "{told}");
        }
    }
}
