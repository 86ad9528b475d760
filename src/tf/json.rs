//! The JSON form of values and types: what state files hold.

mod constraint;
mod reader;
mod writer;

#[cfg(test)]
mod tests;

pub use self::constraint::{decode_type, encode_type};
use self::reader::Extras;
use super::dynamic::Dynamic;
use super::malformed::Malformed;
use super::type_constraint::Type;

/// Reads one value of type `ty` from JSON; attributes that are missing read as null, numbers keep their precision.
///
/// An attribute that the type lacks is refused.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Dynamic, Malformed> {
    reader::read(&parse(bytes)?, ty, Extras::Refused)
}

/// As [`decode`], but passes over attributes that the type lacks: a state of an older schema version may hold some.
pub fn decode_lenient(bytes: &[u8], ty: &Type) -> Result<Dynamic, Malformed> {
    reader::read(&parse(bytes)?, ty, Extras::Ignored)
}

/// Writes a wholly known value of type `ty` as JSON; fails on infinities, which JSON cannot hold.
pub fn encode(value: &Dynamic, ty: &Type) -> Result<Vec<u8>, Malformed> {
    value.conforms(ty)?;
    Ok(writer::json(value)?.to_string().into_bytes())
}

fn parse(bytes: &[u8]) -> Result<serde_json::Value, Malformed> {
    serde_json::from_slice(bytes).map_err(|error| Malformed::new(format!("not JSON ({error})")))
}
