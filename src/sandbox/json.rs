//! Reading members of a request: an absent member and a JSON null are the same to AWS.

use serde_json::{Map, Value};

/// The value at `path`, members one by one; `None` for an absent or null one.
pub fn at<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, member| value.get(member)).filter(|value| !value.is_null())
}

/// The text at `path`.
pub fn text<'v>(value: &'v Value, path: &[&str]) -> Option<&'v str> {
    at(value, path).and_then(Value::as_str)
}

/// The texts of the list at `path`; `None` where there is no list.
pub fn texts<'v>(value: &'v Value, path: &[&str]) -> Option<Vec<&'v str>> {
    Some(at(value, path)?.as_array()?.iter().filter_map(Value::as_str).collect())
}

/// Whether the member at `path` is true; the query protocol writes it as text.
pub fn is_true(value: &Value, path: &[&str]) -> bool {
    at(value, path).is_some_and(|value| value.as_bool() == Some(true) || value.as_str() == Some("true"))
}

/// The whole number at `path`; the query protocol writes it as text.
pub fn number(value: &Value, path: &[&str]) -> Option<i64> {
    let value = at(value, path)?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// The structure at `path`, its null members left out.
pub fn structure(value: &Value, path: &[&str]) -> Option<Map<String, Value>> {
    let Value::Object(members) = without_nulls(at(value, path)?) else { return None };
    Some(members)
}

/// The same value without null members, at every depth.
pub fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.clone(), without_nulls(v))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(without_nulls).collect()),
        other => other.clone(),
    }
}

/// Milliseconds since 1970 as the JSON protocol writes a time: seconds with a fraction.
pub fn seconds(milliseconds: i64) -> Value {
    serde_json::Number::from_f64(milliseconds as f64 / 1000.0).map_or(Value::Null, Value::Number)
}

/// Milliseconds since 1970 as the query protocol writes a time.
pub fn iso_time(milliseconds: i64) -> String {
    time::OffsetDateTime::from_unix_timestamp(milliseconds.div_euclid(1000))
        .ok()
        .and_then(|at| at.format(&time::format_description::well_known::Rfc3339).ok())
        .unwrap_or_default()
}
