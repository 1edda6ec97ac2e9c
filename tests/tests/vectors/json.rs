//! Bytes as JSON: hexadecimal text.

use serde_json::Value;

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> Value {
    Value::String(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Bytes in hexadecimal, or null.
pub(crate) fn maybe(bytes: Option<&[u8]>) -> Value {
    bytes.map_or(Value::Null, hex)
}
