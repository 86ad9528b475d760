//! Values to bytes. Each number takes the first of the three forms that holds it exactly: integer, float, decimal text.

use rmp::encode;

use super::{REFINED_UNKNOWN, refined};
use crate::tf::dynamic::{Dynamic, Refinements};
use crate::tf::json;
use crate::tf::malformed::Malformed;
use crate::tf::number::Number;

/// Writes a value that conforms to its type.
pub(super) fn write(bytes: &mut Vec<u8>, value: &Dynamic) -> Result<(), Malformed> {
    match value {
        Dynamic::Null => encode::write_nil(bytes).map_err(unwritten),
        Dynamic::Unknown(refinements) => unknown(bytes, refinements.as_deref()),
        Dynamic::Bool(flag) => bool(bytes, *flag),
        Dynamic::Number(value) => number(bytes, value),
        Dynamic::String(text) => string(bytes, text),
        Dynamic::Sequence(elements) => {
            array(bytes, elements.len())?;
            elements.iter().try_for_each(|element| write(bytes, element))
        }
        Dynamic::Mapping(members) => {
            map(bytes, members.len())?;
            members.iter().try_for_each(|(name, member)| {
                string(bytes, name)?;
                write(bytes, member)
            })
        }
        Dynamic::Typed(ty, value) => {
            array(bytes, 2)?;
            encode::write_bin(bytes, &json::encode_type(ty)).map_err(unwritten)?;
            write(bytes, value)
        }
    }
}

pub(super) fn bool(bytes: &mut Vec<u8>, flag: bool) -> Result<(), Malformed> {
    encode::write_bool(bytes, flag).map_err(unwritten)
}

pub(super) fn uint(bytes: &mut Vec<u8>, number: u64) -> Result<(), Malformed> {
    encode::write_uint(bytes, number).map(drop).map_err(unwritten)
}

pub(super) fn string(bytes: &mut Vec<u8>, text: &str) -> Result<(), Malformed> {
    length(text.len())?;
    encode::write_str(bytes, text).map_err(unwritten)
}

pub(super) fn array(bytes: &mut Vec<u8>, elements: usize) -> Result<(), Malformed> {
    encode::write_array_len(bytes, length(elements)?).map(drop).map_err(unwritten)
}

pub(super) fn map(bytes: &mut Vec<u8>, members: usize) -> Result<(), Malformed> {
    encode::write_map_len(bytes, length(members)?).map(drop).map_err(unwritten)
}

pub(super) fn number(bytes: &mut Vec<u8>, number: &Number) -> Result<(), Malformed> {
    if let Some(integer) = number.as_i64() {
        return encode::write_sint(bytes, integer).map(drop).map_err(unwritten);
    }
    match number.as_f64() {
        Some(float) if !number.is_integer() => encode::write_f64(bytes, float).map_err(unwritten),
        _ => string(bytes, &number.to_string()),
    }
}

fn unknown(bytes: &mut Vec<u8>, refinements: Option<&Refinements>) -> Result<(), Malformed> {
    let payload = refinements.map(refined::payload).transpose()?.flatten();
    let (kind, payload) = match payload {
        Some(payload) => (REFINED_UNKNOWN, payload),
        None => (0, vec![0]),
    };
    encode::write_ext_meta(bytes, length(payload.len())?, kind).map_err(unwritten)?;
    bytes.extend_from_slice(&payload);
    Ok(())
}

fn length(length: usize) -> Result<u32, Malformed> {
    u32::try_from(length).map_err(|_| Malformed::new("longer than msgpack can say"))
}

fn unwritten(error: impl std::fmt::Display) -> Malformed {
    Malformed::new(error.to_string())
}
