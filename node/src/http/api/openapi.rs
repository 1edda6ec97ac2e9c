//! The description of the API in OpenAPI 3.1, made from the table and the types: there is no other place
//! where it stands.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use super::request::{object, offered};
use super::schemas::{DEFINITIONS, Schemas};
use super::table::{BASE, ROUTES, Route};

/// Statuses that any route may answer with, beside its own, and why.
const PROBLEMS: [(&str, &str); 4] = [
    ("401", "Neither token nor cookie, or one that does not work any more"),
    ("403", "The token does not allow it, it is someone else's, or the request comes from another site"),
    ("429", "Too many requests; wait as `Retry-After` says"),
    ("default", "Refused, in the words of the command line"),
];

/// All of it, as JSON with a line for each thing.
pub fn text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| serde_json::to_string_pretty(&whole()).expect("plain values"))
}

fn whole() -> Value {
    let schemas = Schemas::of_ours();
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for route in ROUTES {
        let path = paths.entry(route.template()).or_default();
        path.insert(route.method.name().to_owned(), operation(schemas, route));
    }
    paths.insert(format!("{BASE}/events"), events());
    paths.insert(format!("{BASE}/session"), session());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Cremona",
            "version": "1",
            "description": "The API of one node, on its own machine only. Ids and names may be given as unique \
                beginnings; times are RFC 3339; cursors are opaque.",
        },
        "servers": [{ "url": "http://127.0.0.1:4480" }],
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "parameters": { "key": key() },
            "responses": problems(),
            "schemas": schemas.definitions,
        },
    })
}

fn operation(schemas: &Schemas, route: &Route) -> Value {
    let mut operation = json!({
        "summary": route.summary,
        "operationId": format!("{}-{}", route.method.name(), name(route)),
        "x-scope": route.scope.word(),
        "parameters": parameters(schemas, route),
        "responses": responses(schemas, route),
    });
    if let Some(body) = body(schemas, route) {
        operation["requestBody"] = body;
    }
    operation
}

/// Its path as one word: there is no other of that method.
fn name(route: &Route) -> String {
    let words: Vec<_> = route.parts().map(|part| part.unwrap_or_else(|(name, _)| name)).collect();
    words.join("-")
}

fn parameters(schemas: &Schemas, route: &Route) -> Vec<Value> {
    let Some(known) = schemas.asks.get(route.verb) else { return Vec::new() };
    let in_path = route
        .parts()
        .filter_map(Result::err)
        .map(|(name, field)| json!({ "name": name, "in": "path", "required": true, "schema": known.all[field] }));
    let defaults = object(route.defaults);
    let in_query = offered(route, known).into_iter().filter(|_| route.method.asks()).map(|name| {
        let mut schema = known.all[name].clone();
        if let Some(default) = defaults.get(name) {
            schema["default"] = default.clone();
        }
        json!({ "name": name, "in": "query", "required": is_required(schemas, route, name), "schema": schema })
    });
    let key = (!route.method.asks()).then(|| json!({ "$ref": "#/components/parameters/key" }));
    in_path.chain(in_query).chain(key).collect()
}

fn key() -> Value {
    json!({
        "name": "Idempotency-Key",
        "in": "header",
        "required": false,
        "description": "Not to be guessed, new for each change. Asked for again with it, the change is not made \
            again; it is remembered for two days.",
        "schema": { "type": "string", "maxLength": 255 },
    })
}

fn is_required(schemas: &Schemas, route: &Route, name: &str) -> bool {
    let required = schemas.asks.get(route.verb).is_some_and(|known| known.required.iter().any(|field| field == name));
    // Where the language is not said, `Accept-Language` does.
    required && name != "language" && !object(route.defaults).contains_key(name)
}

fn body(schemas: &Schemas, route: &Route) -> Option<Value> {
    let known = schemas.asks.get(route.verb)?;
    let fields = offered(route, known);
    if route.method.asks() || fields.is_empty() {
        return None;
    }
    let required: Vec<_> = fields.iter().filter(|name| is_required(schemas, route, name)).collect();
    let properties: Map<_, _> = fields.iter().map(|name| ((*name).to_owned(), known.all[*name].clone())).collect();
    Some(json!({
        "required": !required.is_empty(),
        "content": { "application/json": { "schema": {
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        } } },
    }))
}

fn responses(schemas: &Schemas, route: &Route) -> Value {
    let answer = schemas.answers.get(route.answer).cloned().unwrap_or_default();
    let status = if route.creates { "201" } else { "200" };
    let mut responses = json!({
        status: {
            "description": route.summary,
            "content": { "application/json": { "schema": answer } },
        },
    });
    if route.method.asks() {
        responses["304"] = json!({ "description": "As `If-None-Match` says" });
    }
    for (status, _) in PROBLEMS {
        responses[status] = json!({ "$ref": format!("#/components/responses/{status}") });
    }
    responses
}

fn problems() -> Map<String, Value> {
    let schema = json!({ "$ref": format!("{DEFINITIONS}Details") });
    let problem = |(status, why): (&str, &str)| {
        let content = json!({ "application/problem+json": { "schema": schema } });
        (status.to_owned(), json!({ "description": why, "content": content }))
    };
    PROBLEMS.into_iter().map(problem).collect()
}

fn session() -> Map<String, Value> {
    let delete = json!({
        "summary": "End the session of the page that asks",
        "operationId": "delete-session",
        "x-scope": "read",
        "responses": { "204": { "description": "Its cookie works no more" } },
    });
    Map::from_iter([("delete".to_owned(), delete)])
}

fn events() -> Map<String, Value> {
    let since = |name: &str, place: &str| {
        let schema = json!({ "type": "string" });
        json!({ "name": name, "in": place, "required": false, "schema": schema })
    };
    let get = json!({
        "summary": "Changes as they come, as server-sent events",
        "description": "The id of an event is its cursor, its data a Change. Goes on after `Last-Event-ID` or \
            `since`, else begins now. A line of comment comes every 15 s.",
        "operationId": "get-events",
        "x-scope": "read",
        "parameters": [since("Last-Event-ID", "header"), since("since", "query")],
        "responses": { "200": { "description": "Changes", "content": { "text/event-stream": {
            "schema": { "$ref": format!("{DEFINITIONS}Change") },
        } } } },
    });
    Map::from_iter([("get".to_owned(), get)])
}
