//! Checks what a request gives against the schema of an ask, and says which field is wrong and why.

use cremona_engine::{Failure, Said, said};
use serde_json::Value;

use super::schemas::Schemas;
use crate::words::fail;

/// Refuses a value that does not fit; `name` is how the refusal calls it.
///
/// # Errors
/// [`Failure`] that names the field.
pub fn check(schemas: &Schemas, schema: &Value, value: &Value, name: &str) -> Result<(), Failure> {
    let schema = schemas.resolve(schema);
    if let Some(choices) = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array()) {
        return choose(schemas, choices, value, name);
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !kinds.iter().any(|kind| is(kind, value)) {
        return Err(wrong(name, kinds.first().copied().unwrap_or_default()));
    }
    match value {
        Value::Object(given) => {
            let known = schema["properties"].as_object();
            for (field, value) in given {
                let below = format!("{name}.{field}");
                let field = known.and_then(|known| known.get(field)).ok_or_else(|| unknown(&below))?;
                check(schemas, field, value, &below)?;
            }
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let mut missing = required.filter(|field| !given.contains_key(*field));
            missing.next().map_or(Ok(()), |field| Err(lacks(&format!("{name}.{field}"))))
        }
        Value::Array(items) => {
            let item = |(at, item): (usize, &Value)| check(schemas, &schema["items"], item, &format!("{name}[{at}]"));
            items.iter().enumerate().try_for_each(item)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

/// One choice has to fit; where none does, the first says why: `null` is always the last.
fn choose(schemas: &Schemas, choices: &[Value], value: &Value, name: &str) -> Result<(), Failure> {
    let mut refusal = None;
    for choice in choices {
        match check(schemas, choice, value, name) {
            Ok(()) => return Ok(()),
            Err(failure) => {
                refusal.get_or_insert(failure);
            }
        }
    }
    Err(refusal.unwrap_or_else(|| wrong(name, "")))
}

/// The value that a text of path or query stands for.
///
/// # Errors
/// [`Failure`] that names the field.
pub fn read(schemas: &Schemas, schema: &Value, text: String, name: &str) -> Result<Value, Failure> {
    let text = Value::String(text);
    if check(schemas, schema, &text, name).is_ok() {
        return Ok(text);
    }
    let plain = text.as_str().unwrap_or_default();
    let read = match plain {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        number => number.parse::<u32>().map_or(text, Value::from),
    };
    check(schemas, schema, &read, name).map(|()| read)
}

fn is(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        // All numbers of asks are of 32 bits.
        "integer" => value.as_u64().is_some_and(|number| u32::try_from(number).is_ok()),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => false,
    }
}

fn wrong(name: &str, kind: &str) -> Failure {
    let kind: Said = match kind {
        "string" => said!("field-text"),
        "boolean" => said!("field-boolean"),
        "integer" => said!("field-number"),
        "array" => said!("field-list"),
        _ => said!("field-object"),
    };
    fail!(Usage, "field-wrong", name = name, kind = kind)
}

/// The refusal of a field that is not among those of an ask.
#[must_use]
pub fn unknown(name: &str) -> Failure {
    fail!(Usage, "field-unknown", name = name)
}

/// The refusal of a request without a field that has to be there.
#[must_use]
pub fn lacks(name: &str) -> Failure {
    fail!(Usage, "field-missing", name = name)
}
