//! Requests that mean harm, or make no sense: each is refused, says why, and changes nothing.

use std::io::{Read, Write};
use std::time::Instant;

use super::site::Site;

const POST: &str = "/api/v1/channels/general/threads";
const TEXT: &str = r#"{"text":"from elsewhere"}"#;

#[test]
fn only_our_own_name_is_answered_to() {
    let site = Site::new();
    let port = site.address.split(':').nth(1).unwrap();
    // Another host, a name that was made to lead here, a name like ours, another port, none at all, two.
    for host in [
        "evil.example".to_owned(),
        format!("evil.example:{port}"),
        format!("127.0.0.1.evil.example:{port}"),
        format!("localhost.evil.example:{port}"),
        format!("0.0.0.0:{port}"),
        format!("127.0.0.2:{port}"),
        format!("2130706433:{port}"),
        "127.0.0.1".to_owned(),
        "127.0.0.1:1".to_owned(),
        format!("{}, evil.example", site.address),
        format!("user@{}", site.address),
        String::new(),
    ] {
        for path in ["/", "/healthz", "/api/v1/channels", "/no/such/thing"] {
            let reply = site.ask("GET", path, &[&format!("Host: {host}")], "");
            assert!([400, 421].contains(&reply.status), "{host} {path}: {reply:?}");
            assert!(reply.header("access-control-allow-origin").is_none());
        }
    }
    let two = format!("Host: {}\r\nHost: evil.example", site.address);
    assert_eq!(site.ask("GET", "/healthz", &[&two], "").status, 400);
    assert_eq!(site.raw(b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n").unwrap().status, 421);
    assert_eq!(site.raw(b"GET /healthz HTTP/1.0\r\n\r\n").unwrap().status, 421);
    let absolute =
        format!("GET http://evil.example/healthz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", site.address);
    assert_eq!(site.raw(absolute.as_bytes()).unwrap().status, 421);
    assert_eq!(site.ask("GET", "/healthz", &[&format!("Host: localhost:{port}")], "").status, 200);
}

#[test]
fn no_other_site_can_make_a_browser_do_anything() {
    let site = Site::new();
    let cookie = site.cookie();
    let cookie = cookie.as_str();
    let ours = format!("Origin: http://{}", site.address);
    let json = "Content-Type: application/json";
    let form = "Content-Type: application/x-www-form-urlencoded";
    // A fetch of another origin, of another port here, a sandboxed one, one of https, a form of another
    // page, one that hides where it comes from, and a request that says nothing of where it comes from.
    for headers in [
        vec![cookie, json, "Origin: http://evil.example"],
        vec![cookie, json, "Origin: http://127.0.0.1:1"],
        vec![cookie, json, "Origin: null"],
        vec![cookie, json, "Origin: https://127.0.0.1:4480"],
        vec![cookie, json, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"],
        vec![cookie, json, "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: cors"],
        vec![cookie, form, "Origin: http://evil.example", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"],
        vec![cookie, json, &ours, "Sec-Fetch-Site: cross-site"],
        vec![cookie, json, "Sec-Fetch-Site: none"],
        vec![cookie, json],
    ] {
        let reply = site.bare("POST", POST, &headers, TEXT);
        assert_eq!(reply.status, 403, "{headers:?}: {reply:?}");
        assert!(reply.header("access-control-allow-origin").is_none());
    }
    // A page of another site that shows, embeds or follows something of ours.
    for mode in ["navigate", "no-cors", "cors", "websocket"] {
        let mode = format!("Sec-Fetch-Mode: {mode}");
        for path in ["/", "/api/v1/key", "/api/v1/events"] {
            assert_eq!(site.bare("GET", path, &[cookie, "Sec-Fetch-Site: cross-site", &mode], "").status, 403);
        }
    }
    assert_eq!(site.bare("GET", "/", &[cookie, "Sec-Purpose: prefetch"], "").status, 403);
    let preflight = ["Origin: http://evil.example", "Access-Control-Request-Method: POST"];
    let reply = site.bare("OPTIONS", POST, &preflight, "");
    assert!(reply.status >= 400 && !reply.head.to_lowercase().contains("access-control"), "{reply:?}");
    // A form as browsers send it, from a page of ours, is not what the API takes.
    assert_eq!(site.bare("POST", POST, &[cookie, &ours, form], "text=x").status, 415);
    assert_eq!(site.bare("POST", POST, &[cookie, &ours, "Content-Type: text/plain"], TEXT).status, 415);
    assert_eq!(site.messages(), 0);
    assert_eq!(site.bare("POST", POST, &[cookie, &ours, json], TEXT).status, 201);
    assert_eq!(site.bare("POST", POST, &[cookie, "Sec-Fetch-Site: same-origin", json], TEXT).status, 201);
}

#[test]
fn nobody_gets_in_without_a_token_that_works() {
    let mut site = Site::new();
    let bearer = |token: &str| format!("Authorization: Bearer {token}");
    let shorter = &site.token[..site.token.len() - 1];
    for header in [
        bearer(""),
        bearer("crt_00"),
        bearer(shorter),
        bearer(&site.token.to_uppercase()),
        format!("Authorization: Basic {}", site.token),
        format!("Authorization: {}", site.token),
        format!("Cookie: cremona-00000000={}", site.token),
        "X-Nothing: 1".to_owned(),
    ] {
        for path in ["/", "/api/v1/channels", "/api/v1/events", "/metrics", "/no/such/thing"] {
            let reply = site.bare("GET", path, &[&header], "");
            assert_eq!(reply.status, 401, "{header} {path}: {reply:?}");
        }
    }
    // A cookie does not help out where a token that is shown does not work.
    let cookie = site.cookie();
    assert_eq!(site.bare("GET", "/", &[&cookie], "").status, 200);
    assert_eq!(site.bare("GET", "/", &[&cookie, &bearer("no")], "").status, 401);
    let page = site.bare("GET", "/", &[], "");
    assert!(page.header("content-type").unwrap().starts_with("text/html") && page.body.contains("cremona page"));
    assert_eq!(site.bare("GET", "/healthz", &[], "").body, "ok\n");

    let make = |scope: &str, name: &str, days: &str| {
        site.ana.text(&["token", "create", "--scope", scope, "--name", name, "--days", days], "token")
    };
    let (reader, writer) = (bearer(&make("read", "reader", "1")), bearer(&make("post", "writer", "1")));
    let json = "Content-Type: application/json";
    assert_eq!(site.bare("GET", "/api/v1/channels", &[&reader], "").status, 200);
    assert_eq!(site.bare("POST", POST, &[&reader, json], TEXT).status, 403);
    assert_eq!(site.bare("POST", POST, &[&writer, json], TEXT).status, 201);
    assert_eq!(site.bare("GET", "/api/v1/channels", &[&writer], "").status, 403);
    for header in [&reader, &writer] {
        assert_eq!(site.bare("GET", "/api/v1/key", &[header], "").status, 403);
        assert_eq!(site.bare("POST", "/api/v1/checks", &[header, json], "{}").status, 403);
    }
    site.ana.ask(&["token", "revoke", "reader"]);
    assert_eq!(site.bare("GET", "/api/v1/channels", &[&reader], "").status, 401, "at once");

    // Two days later.
    let clock = site.ana.data.with_extension("clock");
    std::fs::write(&clock, "2099-01-01T00:00:00Z").unwrap();
    site.ana.variables.push(("CREMONA_CLOCK", clock.into()));
    site.ana.stop();
    site.ana.up();
    site.address = site.ana.page.split('/').nth(2).unwrap().to_owned();
    assert_eq!(site.bare("POST", POST, &[&writer, json], TEXT).status, 401);
    assert_eq!(site.bare("GET", "/", &[&cookie], "").status, 401, "sessions end too");
    assert_eq!(site.ask("GET", "/api/v1/channels", &[], "").status, 200, "one without an end lasts");
}

#[test]
fn a_link_opens_the_page_once() {
    let site = Site::new();
    let path = site.ana.page.split_once(&site.address).unwrap().1.to_owned();
    // A browser that fetches ahead, a picture of another page, and HEAD use nothing up.
    let ahead = ["Sec-Purpose: prefetch", "Sec-Fetch-Site: none"];
    assert_eq!(site.bare("GET", &path, &ahead, "").status, 403);
    let picture = ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"];
    assert_eq!(site.bare("GET", &path, &picture, "").status, 403);
    assert_eq!(site.bare("HEAD", &path, &[], "").status, 401);
    assert_eq!(site.bare("POST", &path, &[], "x").status, 401);
    // Followed from another site: strict cookies go along from our own page only.
    let followed = ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"];
    let reply = site.bare("GET", &path, &followed, "");
    assert_eq!(reply.status, 200, "{reply:?}");
    assert!(reply.header("set-cookie").is_some() && reply.body.contains("http-equiv=\"refresh\""));
    let again = site.bare("GET", &path, &[], "");
    assert_eq!(again.status, 401, "{again:?}");
    assert!(again.header("set-cookie").is_none() && again.body.contains("once"));
    for query in ["", "?link=", "?link=0123", "?LINK=0", "?link=%00"] {
        assert_eq!(site.bare("GET", &format!("/enter{query}"), &[], "").status, 401, "{query}");
    }
    let cookie = site.cookie();
    let own = "Sec-Fetch-Site: same-origin";
    assert_eq!(site.bare("DELETE", "/api/v1/session", &[&cookie, own], "").status, 204);
    assert_eq!(site.bare("GET", "/", &[&cookie, own], "").status, 401, "the session has ended");
}

#[test]
fn every_answer_tells_browsers_what_they_may_not_do() {
    let site = Site::new();
    for path in ["/", "/api/v1/channels", "/healthz", "/enter", "/no/such/thing", "/metrics"] {
        for reply in [site.ask("GET", path, &[], ""), site.bare("GET", path, &[], "")] {
            let policy = reply.header("content-security-policy").unwrap();
            assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}");
            assert!(!policy.contains("unsafe") && !policy.contains('*'));
            assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(reply.header("cross-origin-resource-policy"), Some("same-origin"));
            assert_eq!(reply.header("cross-origin-opener-policy"), Some("same-origin"));
            assert_eq!(reply.header("referrer-policy"), Some("same-origin"));
            assert_eq!(reply.header("cache-control"), Some("no-store"), "{path}");
        }
    }
}

#[test]
fn paths_lead_nowhere_else() {
    let site = Site::new();
    for path in [
        "/../../etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/assets/../../node.json",
        "/assets/%2e%2e%2fnode.json",
        "//etc/passwd",
        "/api/v1/../../node.json",
        "/api/v1/channels/..%2f..%2fnode.json",
        "/node.json",
        "/access.json",
        "/api/v2/channels",
        "/API/v1/channels",
        "/api/v1/channels/",
        "/assets/%00",
        "/\\etc\\passwd",
    ] {
        let reply = site.ask("GET", path, &[], "");
        assert!([400, 404, 405].contains(&reply.status), "{path}: {reply:?}");
        assert!(!reply.body.contains("root:") && !reply.body.contains("signing"), "{path}");
    }
    // A name that looks like a path is a name.
    let reply = site.ask("GET", "/api/v1/channels/..%2f..%2fnode.json/threads", &[], "");
    assert_eq!(reply.status, 404, "{reply:?}");
    assert!(reply.json()["detail"].as_str().unwrap().contains("../../node.json"));
}

#[test]
fn what_is_too_long_or_too_slow_is_cut_off() {
    let site = Site::new();
    let long = format!("X-Long: {}", "x".repeat(20_000));
    assert_eq!(site.ask("GET", "/healthz", &[&long], "").status, 431);
    assert_eq!(site.ask("GET", &format!("/{}", "x".repeat(20_000)), &[], "").status / 100, 4);
    let many: Vec<String> = (0..100).map(|n| format!("X-{n}: 1")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(site.ask("GET", "/healthz", &many, "").status, 431);
    let text = format!(r#"{{"text":"{}"}}"#, "x".repeat(1_100_000));
    assert_eq!(site.ask("POST", POST, &[], &text).status, 413);
    // Announced only: nobody waits for it to come.
    let head = format!(
        "POST {POST} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Length: 99999999999\r\n\r\n",
        site.address, site.token
    );
    assert_eq!(site.raw(head.as_bytes()).unwrap().status, 413);
    let text = format!(r#"{{"text":"{}"}}"#, "x".repeat(65_537));
    assert_eq!(site.ask("POST", POST, &[], &text).status, 400, "longer than a message");
    let text = format!(r#"{{"text":"{}"}}"#, "\\u00e9".repeat(32_768));
    assert_eq!(site.ask("POST", POST, &[], &text).status, 201, "as long as a message, all of it escaped");

    // Heads and bodies that never come to an end, all at once; meanwhile others are answered.
    let began = Instant::now();
    let mut slow: Vec<_> = (0..20).map(|_| site.connect()).collect();
    for (n, stream) in slow.iter_mut().enumerate() {
        let head = format!("POST {POST} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}", site.address, site.token);
        let rest = if n % 2 == 0 { "\r\nX-Slow: y" } else { "\r\nContent-Length: 100\r\n\r\n{\"te" };
        stream.write_all(format!("{head}{rest}").as_bytes()).unwrap();
    }
    assert_eq!(site.ask("GET", "/healthz", &[], "").status, 200);
    for (n, stream) in slow.iter_mut().enumerate() {
        let mut said = Vec::new();
        let _ = stream.read_to_end(&mut said);
        let said = String::from_utf8_lossy(&said);
        assert!(if n % 2 == 0 { said.is_empty() || said.contains("408") } else { said.contains("408") }, "{n}: {said}");
    }
    assert!(began.elapsed().as_secs() < 50, "{:?}", began.elapsed());
    assert_eq!(site.messages(), 1);
}

#[test]
fn no_request_hides_in_another() {
    let site = Site::new();
    let hidden = "GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n";
    let start = |headers: &str| {
        format!(
            "POST {POST} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n{headers}",
            site.address, site.token
        )
    };
    let body = format!("0\r\n\r\n{hidden}");
    for (headers, body) in [
        // Two lengths, a length and chunks, in both orders and under disguise.
        ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", body.as_str()),
        ("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", &body),
        ("Content-Length: 5\r\nContent-Length: 50\r\n\r\n", &body),
        ("Content-Length: 5, 50\r\n\r\n", &body),
        ("Content-Length: +5\r\n\r\n", &body),
        ("Content-Length: 0x5\r\n\r\n", &body),
        ("Content-Length: -1\r\n\r\n", &body),
        ("Content-Length : 5\r\n\r\n", &body),
        ("Transfer-Encoding: xchunked\r\n\r\n", &body),
        ("Transfer-Encoding: chunked, identity\r\n\r\n", &body),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n", &body),
        ("Transfer-Encoding:\u{b}chunked\r\n\r\n", &body),
        ("X-A: 1\r\n Transfer-Encoding: chunked\r\n\r\n", &body),
        ("X-A: 1\r\n\tfolded\r\n\r\n", ""),
        ("X-A: 1\rContent-Length: 5\r\n\r\n", &body),
        ("X-A: \0\r\n\r\n", ""),
        (": nameless\r\n\r\n", ""),
    ] {
        let reply = site.raw(format!("{}{body}", start(headers)).as_bytes());
        let reply = reply.unwrap_or_else(|| panic!("no answer to {headers:?}"));
        assert!([400, 411].contains(&reply.status), "{headers:?}: {reply:?}");
        assert_eq!(reply.body.matches("HTTP/1.1").count(), 0, "{headers:?}: a second answer: {reply:?}");
    }
    // Other protocols: HTTP/0.9, 2 without asking, a tunnel, TLS, nonsense.
    for bytes in [
        b"GET /healthz\r\n\r\n".as_slice(),
        b"GET /healthz HTTP/0.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
        b"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\xff\xfe\x00\x00\r\n\r\n",
        b"GET / HTTP/1.1\nHost: x\n\n",
    ] {
        if let Some(reply) = site.raw(bytes) {
            assert!(reply.status >= 400, "{:?}: {reply:?}", String::from_utf8_lossy(bytes));
        }
    }
    assert_eq!(site.messages(), 0);
    assert_eq!(site.bare("GET", "/healthz", &[], "").status, 200);
}

#[test]
fn who_asks_too_often_waits() {
    let site = Site::new();
    let mut stream = site.connect();
    let one = format!(
        "GET /api/v1/nothing HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\r\n",
        site.address, site.token
    );
    let last = one.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    let mut answers = stream.try_clone().unwrap();
    let reader = std::thread::spawn(move || {
        let mut said = Vec::new();
        let _ = answers.read_to_end(&mut said);
        String::from_utf8_lossy(&said).into_owned()
    });
    // A refusal closes the connection, so that is the end of it.
    let _ = stream.write_all(one.repeat(20_000).as_bytes()).and_then(|()| stream.write_all(last.as_bytes()));
    let said = reader.join().unwrap();
    let refused = said.split("HTTP/1.1 ").find(|reply| reply.starts_with("429")).expect("it is refused at last");
    assert!(refused.contains("retry-after: 1"), "{refused}");
    assert!(said.matches("HTTP/1.1 404").count() >= 2_000, "a burst passes");
}
