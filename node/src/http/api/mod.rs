//! The API for programs, under `/api/v1`: every route is a row of [`table`].
//!
//! A request becomes the JSON of an ask ([`request`]), which goes the way of the command line's; the value
//! of the answer is the body. A change may bring an `Idempotency-Key`.

mod fields;
mod openapi;
mod request;
mod schemas;
mod table;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Extension, State};
use axum::http::header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH};
use axum::http::{Response, StatusCode, Uri};
use axum::routing::{get, on};
use axum::{Router, http};
use cremona_engine::Answer;

use super::access::Who;
use super::problem::Problem;
use super::{Shared, wanted_lang};
use crate::words::fail;
use table::{BASE, ROUTES, Route};

/// Names a change, so that asking again makes it no second time.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Longest key, in bytes.
const MAX_KEY: usize = 255;

/// All routes of the API.
pub fn routes() -> Router<Arc<Shared>> {
    let described = get(async || Json(openapi::text().to_owned()));
    let router = Router::new().route(&format!("{BASE}/openapi.json"), described);
    ROUTES.iter().fold(router, |router, route| {
        let answer =
            async move |State(shared): State<Arc<Shared>>,
                        Extension(who): Extension<Who>,
                        uri: Uri,
                        headers: HeaderMap,
                        body: Bytes| { carry_out(route, &shared, &who, &uri, &headers, &body).await };
        router.route(&route.template(), on(route.method.filter(), answer))
    })
}

async fn carry_out(
    route: &Route,
    shared: &Shared,
    who: &Who,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Response<Body>, Problem> {
    if !who.may(route.scope) {
        return Err(fail!(NotAllowed, "token-lacks", scope = route.scope.word()).into());
    }
    let ask = request::read(route, uri, headers, body, wanted_lang(headers))?;
    let answer = match key(headers)?.filter(|_| !route.method.asks()) {
        Some(key) => shared.once(key, ask).await?,
        None => shared.ask(ask).await?,
    };
    let status = if route.creates { StatusCode::CREATED } else { StatusCode::OK };
    Ok(answered(route, status, headers, &answer)?)
}

/// The parameters that a query may have, each if it is there.
///
/// # Errors
/// [`Problem`] where there is another, or one is there twice.
pub fn queries_of<const N: usize>(uri: &Uri, names: [&str; N]) -> Result<[Option<String>; N], Problem> {
    let mut found = [const { None }; N];
    for (given, value) in request::pairs(uri.query().unwrap_or_default())? {
        match names.iter().zip(&mut found).find(|(name, _)| **name == given) {
            Some((_, room)) if room.is_none() => *room = Some(value),
            Some(_) | None => return Err(fields::unknown(&given).into()),
        }
    }
    Ok(found)
}

/// The key that a change is known by, as given, within quotation marks or without.
fn key(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let mut all = headers.get_all(KEY).iter();
    let (Some(value), None) = (all.next(), all.next()) else {
        let twice = headers.contains_key(KEY);
        return if twice { Err(fail!(Usage, "http-odd-header", name = KEY.as_str()).into()) } else { Ok(None) };
    };
    let key = value.to_str().unwrap_or_default().trim();
    let key = key.strip_prefix('"').and_then(|key| key.strip_suffix('"')).unwrap_or(key);
    if key.is_empty() || key.len() > MAX_KEY {
        return Err(fail!(Usage, "key-odd", limit = MAX_KEY).into());
    }
    Ok(Some(key))
}

fn answered(
    route: &Route,
    status: StatusCode,
    headers: &HeaderMap,
    answer: &Answer,
) -> Result<Response<Body>, cremona_engine::Failure> {
    let whole =
        serde_json::to_string(answer).map_err(|error| fail!(Failed, "json-failed", error = error.to_string()))?;
    // `{"answer":"channels","value":…}`: the tag is ours and holds no quotation mark.
    let value = whole.split_once("\"value\":").and_then(|(_, rest)| rest.strip_suffix('}'));
    let value = value.ok_or_else(|| fail!(Failed, "surprised"))?.to_owned();
    let mut response = http::Response::new(Body::empty());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if route.method.asks() {
        let tag = format!("\"{}\"", &blake3::hash(value.as_bytes()).to_hex()[..32]);
        let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let is_known = known.flat_map(|list| list.split(',')).any(|known| {
            let known = known.trim();
            known == "*" || known.trim_start_matches("W/") == tag
        });
        response.headers_mut().insert(ETAG, HeaderValue::from_str(&tag).expect("hexadecimal digits"));
        if is_known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return Ok(response);
        }
    }
    *response.body_mut() = Body::from(value);
    Ok(response)
}

/// JSON that is written already.
struct Json(String);

impl axum::response::IntoResponse for Json {
    fn into_response(self) -> Response<Body> {
        ([(CONTENT_TYPE, "application/json")], self.0).into_response()
    }
}
