//! Unknown values on the wire: msgpack extensions, with what is already known of the value as their payload.

use super::reader::{number, utf8};
use super::tokens::{Token, Tokens};
use super::{REFINED_UNKNOWN, writer};
use crate::tf::conformance::{deeper, refinements_fit};
use crate::tf::dynamic::{Dynamic, Refinements, normalized};
use crate::tf::malformed::Malformed;
use crate::tf::number::Number;
use crate::tf::type_constraint::Type;

/// Longest payload Terraform reads, in bytes.
const LONGEST: usize = 1024;
/// Longest string prefix Terraform sends or keeps, in bytes.
const LONGEST_PREFIX: usize = 256;

const NULLNESS: u64 = 1;
const STRING_PREFIX: u64 = 2;
const NUMBER_LOWER: u64 = 3;
const NUMBER_UPPER: u64 = 4;
const LENGTH_LOWER: u64 = 5;
const LENGTH_UPPER: u64 = 6;

/// Reads an extension: every one is some unknown value, and only type 12 says more. One that is certainly null is null.
pub(super) fn read(kind: i8, payload: &[u8], ty: &Type) -> Result<Dynamic, Malformed> {
    if kind != REFINED_UNKNOWN || payload.len() <= 1 {
        return Ok(Dynamic::UNKNOWN);
    }
    if payload.len() > LONGEST {
        return Err(Malformed::new(format!("refinements longer than {LONGEST} bytes")));
    }
    let mut tokens = Tokens::new(payload);
    let Token::Map(length) = tokens.take()? else {
        return Err(Malformed::new("refinements that are not a map"));
    };
    let mut refinements = Refinements::default();
    for _ in 0..length {
        member(&mut tokens, &mut refinements)?;
    }
    if !tokens.is_at_end() {
        return Err(Malformed::new("bytes after the end of the refinements"));
    }
    if refinements.nullness == Some(true) {
        return Ok(Dynamic::Null);
    }
    refinements_fit(&refinements, ty)?;
    let refined = refinements != Refinements::default();
    Ok(Dynamic::Unknown(refined.then(|| Box::new(refinements))))
}

fn member(tokens: &mut Tokens<'_>, refinements: &mut Refinements) -> Result<(), Malformed> {
    let wrong = || Malformed::new("a refinement of the wrong kind");
    let key = match tokens.take()? {
        Token::Uint(key) => key,
        Token::Int(key) => u64::try_from(key).unwrap_or(0),
        _ => return Err(Malformed::new("a refinement without a number")),
    };
    match key {
        NULLNESS => match tokens.take()? {
            Token::Bool(is_null) => refinements.nullness = Some(is_null),
            _ => return Err(wrong()),
        },
        STRING_PREFIX => match tokens.take()? {
            Token::String(prefix) => refinements.string_prefix = Some(normalized(utf8(prefix)?)),
            _ => return Err(wrong()),
        },
        NUMBER_LOWER => refinements.number_lower = Some(bound(tokens)?),
        NUMBER_UPPER => refinements.number_upper = Some(bound(tokens)?),
        LENGTH_LOWER => refinements.length_lower = Some(length(tokens)?),
        LENGTH_UPPER => refinements.length_upper = Some(length(tokens)?),
        _ => skip(tokens, 0)?,
    }
    Ok(())
}

fn bound(tokens: &mut Tokens<'_>) -> Result<(Number, bool), Malformed> {
    if tokens.take()? != Token::Array(2) {
        return Err(Malformed::new("a bound that is not a pair"));
    }
    let limit = number(tokens.take()?)?;
    match tokens.take()? {
        Token::Bool(inclusive) => Ok((limit, inclusive)),
        _ => Err(Malformed::new("a bound that does not say whether it is inclusive")),
    }
}

fn length(tokens: &mut Tokens<'_>) -> Result<i64, Malformed> {
    number(tokens.take()?)?.as_i64().ok_or_else(|| Malformed::new("a length that is not an integer"))
}

/// Passes over one value of any kind: a refinement of a later version.
fn skip(tokens: &mut Tokens<'_>, depth: usize) -> Result<(), Malformed> {
    let inner = deeper(depth)?;
    let parts = match tokens.take()? {
        Token::Array(length) => length,
        Token::Map(length) => length.saturating_mul(2),
        _ => 0,
    };
    (0..parts).try_for_each(|_| skip(tokens, inner))
}

/// The payload of extension 12; `None` where nothing is known of the value.
///
/// A prefix is cut to the length Terraform keeps: a shorter prefix of the same value is as true.
pub(super) fn payload(refinements: &Refinements) -> Result<Option<Vec<u8>>, Malformed> {
    let mut members: Vec<u8> = Vec::new();
    let mut count = 0_u32;
    let mut key = |members: &mut Vec<u8>, key: u64| {
        count += 1;
        writer::uint(members, key)
    };
    if let Some(is_null) = refinements.nullness {
        key(&mut members, NULLNESS)?;
        writer::bool(&mut members, is_null)?;
    }
    if let Some(prefix) = &refinements.string_prefix {
        key(&mut members, STRING_PREFIX)?;
        writer::string(&mut members, cut(prefix))?;
    }
    for (name, bound) in [(NUMBER_LOWER, &refinements.number_lower), (NUMBER_UPPER, &refinements.number_upper)] {
        if let Some((limit, inclusive)) = bound {
            key(&mut members, name)?;
            writer::array(&mut members, 2)?;
            writer::number(&mut members, limit)?;
            writer::bool(&mut members, *inclusive)?;
        }
    }
    for (name, length) in [(LENGTH_LOWER, refinements.length_lower), (LENGTH_UPPER, refinements.length_upper)] {
        if let Some(length) = length {
            key(&mut members, name)?;
            writer::number(&mut members, &Number::from(length))?;
        }
    }
    let mut payload = Vec::new();
    writer::map(&mut payload, count as usize)?;
    payload.append(&mut members);
    Ok((count > 0 && payload.len() <= LONGEST).then_some(payload))
}

fn cut(prefix: &str) -> &str {
    let end = (0..=LONGEST_PREFIX.min(prefix.len())).rev().find(|end| prefix.is_char_boundary(*end)).unwrap_or(0);
    prefix.get(..end).unwrap_or_default()
}
