//! `/metrics`: what an operator watches, as Prometheus reads it.

use std::fmt::Write;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::Response;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use cremona_engine::ask::Status;
use cremona_engine::{Answer, Ask};

use super::Shared;
use super::access::{Scope, Who};
use super::events::MOST_STREAMS;
use super::problem::Problem;
use crate::words::fail;

/// All of it.
pub async fn metrics(
    State(shared): State<Arc<Shared>>,
    Extension(who): Extension<Who>,
) -> Result<Response<Body>, Problem> {
    if !who.may(Scope::Read) {
        return Err(fail!(NotAllowed, "token-lacks", scope = Scope::Read.word()).into());
    }
    let Answer::Status(status) = shared.ask(Ask::Status).await? else { return Err(fail!(Failed, "surprised").into()) };
    let mut response = Response::new(Body::from(text(&shared, &status)));
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    Ok(response)
}

fn text(shared: &Shared, status: &Status) -> String {
    let streams = MOST_STREAMS.saturating_sub(shared.streams.available_permits());
    let gauges = [
        ("cremona_envelopes", "Envelopes held.", status.envelopes),
        ("cremona_messages", "Messages, deleted ones left out.", status.messages),
        ("cremona_threads", "Threads.", status.threads),
        ("cremona_channels", "Channels.", status.channels),
        ("cremona_members", "Members.", status.members),
        ("cremona_peers_connected", "Peers that are connected.", status.connected),
        ("cremona_missing_texts", "Texts that have not arrived.", status.missing_texts),
        ("cremona_unknown_envelopes", "Envelopes that need a newer cremona.", status.unknown),
        ("cremona_unopened_envelopes", "Envelopes without a key.", status.unopened),
        ("cremona_refused_records", "Records that break a rule.", status.refused),
        ("cremona_forked_logs", "Logs that are forked.", status.forked_logs),
        ("cremona_warnings", "What deserves attention.", status.warnings.len() as u64),
        ("cremona_caught_up", "1 where all that is known to exist is here.", u64::from(status.standing.caught_up)),
        ("cremona_disk_bytes", "Bytes of the data directory.", status.disk_bytes),
        ("cremona_text_bytes", "Bytes of all texts.", status.text_bytes),
        ("cremona_event_streams", "Readers of changes.", streams as u64),
    ];
    let mut out = String::new();
    for (name, help, value) in gauges {
        // A String takes whatever is written.
        let _ = write!(out, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n");
    }
    out += "# HELP cremona_http_answers_total Answers by status.\n# TYPE cremona_http_answers_total counter\n";
    for (class, count) in shared.counts.all() {
        let _ = writeln!(out, "cremona_http_answers_total{{status=\"{class}\"}} {count}");
    }
    out
}
