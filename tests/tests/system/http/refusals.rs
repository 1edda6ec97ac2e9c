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
