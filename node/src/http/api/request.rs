//! From a request to the ask that it stands for.

use axum::http::header::{CONTENT_TYPE, HeaderMap};
use axum::http::{StatusCode, Uri};
use cremona_engine::{Ask, Failure};
use serde_json::{Map, Value};

use super::fields;
use super::schemas::{Fields, Schemas};
use super::table::{BASE, Route};
use crate::http::problem::Problem;
use crate::words::{Lang, fail};

/// Most rows of one page.
const MOST_ROWS: u64 = 1_000;

/// The ask of a request to `route`.
///
/// # Errors
/// [`Problem`] that names the field which is wrong.
pub fn read(route: &Route, uri: &Uri, headers: &HeaderMap, body: &[u8], lang: Lang) -> Result<Ask, Problem> {
    let schemas = Schemas::of_ours();
    let known = schemas.asks.get(route.verb).ok_or_else(|| fail!(Failed, "surprised"))?;
    let mut ask = object(route.defaults);
    if known.all.contains_key("language") {
        ask.insert("language".to_owned(), Value::from(if lang == Lang::Id { "id" } else { "en" }));
    }
    let offered = offered(route, known);
    let query = pairs(uri.query().unwrap_or_default())?;
    if route.method.asks() {
        refuse_body(body)?;
        read_query(schemas, known, &offered, query, &mut ask)?;
    } else {
        if let Some((name, _)) = query.first() {
            return Err(fields::unknown(name).into());
        }
        read_body(schemas, known, &offered, (headers, body), &mut ask)?;
    }
    for (field, text) in from_path(route, uri.path())? {
        ask.insert(field.to_owned(), fields::read(schemas, &known.all[field], text, field)?);
    }
    ask.append(&mut object(route.fixed));
    if let Some(missing) = known.required.iter().find(|field| !ask.contains_key(*field)) {
        return Err(fields::lacks(missing).into());
    }
    check_rows(&ask)?;
    ask.insert("verb".to_owned(), Value::from(route.verb));
    serde_json::from_value(Value::Object(ask)).map_err(|error| senseless(&error).into())
}

/// Names of the fields that a request to a route may give beside the path.
pub fn offered<'a>(route: &Route, known: &'a Fields) -> Vec<&'a str> {
    let fixed = object(route.fixed);
    let in_path = |name: &str| route.parts().any(|part| part.is_err_and(|(_, field)| field == name));
    known.all.keys().map(String::as_str).filter(|name| !fixed.contains_key(*name) && !in_path(name)).collect()
}

/// An object of the table.
pub fn object(json: &str) -> Map<String, Value> {
    serde_json::from_str(json).expect("a test reads the table")
}

fn read_query(
    schemas: &Schemas,
    known: &Fields,
    offered: &[&str],
    query: Vec<(String, String)>,
    ask: &mut Map<String, Value>,
) -> Result<(), Problem> {
    let mut given = Map::new();
    for (name, text) in query {
        if !offered.contains(&name.as_str()) {
            return Err(fields::unknown(&name).into());
        }
        let schema = &known.all[&name];
        if schema["type"] == "array" {
            let list = given.entry(name.clone()).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(list) = list {
                list.push(fields::read(schemas, &schema["items"], text, &name)?);
            }
        } else if given.insert(name.clone(), fields::read(schemas, schema, text, &name)?).is_some() {
            return Err(fail!(Usage, "field-twice", name = name).into());
        }
    }
    ask.append(&mut given);
    Ok(())
}

fn read_body(
    schemas: &Schemas,
    known: &Fields,
    offered: &[&str],
    (headers, body): (&HeaderMap, &[u8]),
    ask: &mut Map<String, Value>,
) -> Result<(), Problem> {
    if body.is_empty() {
        return Ok(());
    }
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, fail!(Usage, "body-not-json")));
    }
    let body: Value = serde_json::from_slice(body).map_err(|error| broken(&error))?;
    let Value::Object(mut given) = body else { return Err(fail!(Usage, "body-no-object").into()) };
    for (name, value) in &given {
        if !offered.contains(&name.as_str()) {
            return Err(fields::unknown(name).into());
        }
        fields::check(schemas, &known.all[name], value, name)?;
    }
    ask.append(&mut given);
    Ok(())
}

fn refuse_body(body: &[u8]) -> Result<(), Failure> {
    if body.is_empty() { Ok(()) } else { Err(fail!(Usage, "body-of-get")) }
}

/// A page of no rows, or of more than there can be, is a mistake.
fn check_rows(ask: &Map<String, Value>) -> Result<(), Failure> {
    match ask.get("limit").and_then(Value::as_u64) {
        Some(limit) if !(1..=MOST_ROWS).contains(&limit) => {
            Err(fail!(Usage, "field-range", name = "limit", least = 1_u32, most = MOST_ROWS))
        }
        _ => Ok(()),
    }
}

/// The fields that a path names, decoded.
fn from_path(route: &Route, path: &str) -> Result<Vec<(&'static str, String)>, Failure> {
    let given = path.strip_prefix(BASE).unwrap_or_default().trim_start_matches('/').split('/');
    let named = route.parts().zip(given).filter_map(|(part, text)| Some((part.err()?.1, text)));
    named.map(|(field, text)| Ok((field, decoded(text, false)?))).collect()
}

/// Names and values of a query, decoded.
///
/// # Errors
/// [`Failure`] where they are no text.
pub fn pairs(query: &str) -> Result<Vec<(String, String)>, Failure> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Ok((decoded(name, true)?, decoded(value, true)?))
    };
    pairs.map(pair).collect()
}

/// Percent signs undone; in a query `+` is a space. What is not UTF-8 then is refused.
fn decoded(text: &str, plus: bool) -> Result<String, Failure> {
    let odd = || fail!(Usage, "field-not-text", text = text);
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => {
                let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
                let (high, low) = (digit(bytes.next()).ok_or_else(odd)?, digit(bytes.next()).ok_or_else(odd)?);
                u8::try_from(high * 16 + low).map_err(|_| odd())?
            }
            b'+' if plus => b' ',
            byte => byte,
        });
    }
    String::from_utf8(out).map_err(|_| odd())
}

/// A body that is no JSON, from some place on.
fn broken(error: &serde_json::Error) -> Failure {
    tracing::debug!(%error, "a body was refused");
    fail!(Usage, "body-broken", line = error.line(), column = error.column())
}

/// Fields that fit one by one, and are no ask together.
fn senseless(error: &serde_json::Error) -> Failure {
    tracing::debug!(%error, "an ask was refused");
    fail!(Usage, "body-odd")
}
