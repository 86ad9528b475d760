//! Arguments that the resources about one pool have alike, and how a request keeps what is not the user's.

use time::Date;
use time::macros::format_description;

use crate::mfa::Settings;
use crate::rules::Waiver;
use crate::tf::{Diagnostic, Object, Value};

/// One element of `waivers`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WaiverArguments {
    pub rule: Value<String>,
    pub reason: Value<String>,
    pub expires: Value<String>,
}

/// `timeouts`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimeoutArguments {
    pub create: Value<String>,
    pub read: Value<String>,
    pub update: Value<String>,
    pub delete: Value<String>,
}

impl WaiverArguments {
    /// Reads `waivers`.
    pub fn decode(root: &Object<'_>) -> Result<Value<Vec<Self>>, Diagnostic> {
        let decode = |waiver: Object<'_>| {
            Ok(Self { rule: waiver.string("rule")?, reason: waiver.string("reason")?, expires: waiver.string("expires")? })
        };
        Ok(match root.objects("waivers")? {
            Value::Known(waivers) => Value::Known(waivers.into_iter().map(decode).collect::<Result<_, Diagnostic>>()?),
            Value::Null => Value::Null,
            Value::Unknown => Value::Unknown,
        })
    }

    /// The waivers that are wholly known. One that is not cannot waive anything yet.
    pub fn known(waivers: &Value<Vec<Self>>) -> Vec<Waiver> {
        let waiver = |waiver: &Self| {
            let expires = match &waiver.expires {
                Value::Known(text) => Some(parse_date(text)?),
                Value::Null => None,
                Value::Unknown => return None,
            };
            Some(Waiver { rule: waiver.rule.known()?.clone(), reason: waiver.reason.known()?.clone(), expires })
        };
        waivers.known().into_iter().flatten().filter_map(waiver).collect()
    }
}

impl TimeoutArguments {
    /// Reads `timeouts`.
    pub fn decode(root: &Object<'_>) -> Result<Value<Self>, Diagnostic> {
        member(root, "timeouts", |timeouts| {
            Ok(Self {
                create: timeouts.string("create")?,
                read: timeouts.string("read")?,
                update: timeouts.string("update")?,
                delete: timeouts.string("delete")?,
            })
        })
    }
}

/// Reads a nested object.
pub fn member<T>(
    object: &Object<'_>,
    name: &str,
    decode: impl FnOnce(&Object<'_>) -> Result<T, Diagnostic>,
) -> Result<Value<T>, Diagnostic> {
    Ok(match object.object(name)? {
        Value::Known(inner) => Value::Known(decode(&inner)?),
        Value::Null => Value::Null,
        Value::Unknown => Value::Unknown,
    })
}

/// A day as `expires` writes it, such as `2026-12-31`.
pub fn parse_date(text: &str) -> Option<Date> {
    Date::parse(text, format_description!("[year]-[month]-[day]")).ok()
}

/// Whether none of these is unknown.
pub fn known<const N: usize>(values: [&Value<String>; N]) -> bool {
    values.into_iter().all(|value| !value.is_unknown())
}

/// What the pool has; null where it has nothing, unknown where the pool was not read.
pub fn pool_value<T>(live: &Value<Settings>, part: impl FnOnce(&Settings) -> Option<T>) -> Value<T> {
    match live {
        Value::Known(pool) => part(pool).into(),
        Value::Null => Value::Null,
        Value::Unknown => Value::Unknown,
    }
}

/// The configured value; the pool's own where it is null and the state before had none either.
pub fn kept_or<T, U>(configured: Value<T>, before: Option<&Value<U>>, kept: impl FnOnce() -> Value<T>) -> Value<T> {
    let deleted = before.is_some_and(|before| !before.is_null());
    if configured.is_null() && !deleted { kept() } else { configured }
}
