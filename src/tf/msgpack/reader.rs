//! Tokens to values, each against its type.

use std::collections::BTreeMap;

use super::refined;
use super::tokens::{Token, Tokens};
use crate::tf::conformance::deeper;
use crate::tf::dynamic::Dynamic;
use crate::tf::json;
use crate::tf::malformed::Malformed;
use crate::tf::number::Number;
use crate::tf::type_constraint::Type;

/// Reads one value that stands `depth` levels deep.
pub(super) fn read(tokens: &mut Tokens<'_>, ty: &Type, depth: usize) -> Result<Dynamic, Malformed> {
    let inner = deeper(depth)?;
    match (tokens.take()?, ty) {
        (Token::Nil, _) => Ok(Dynamic::Null),
        (Token::Extension(kind, payload), _) => refined::read(kind, payload, ty),
        (Token::Bool(flag), Type::Bool) => Ok(Dynamic::Bool(flag)),
        (Token::String(text), Type::String) => Ok(Dynamic::string(utf8(text)?)),
        (token, Type::Number) => number(token).map(Dynamic::Number),
        (Token::Array(length), Type::List(element) | Type::Set(element)) => {
            sequence(tokens, std::iter::repeat_n(element.as_ref(), length), inner)
        }
        (Token::Array(length), Type::Tuple(elements)) if length == elements.len() => sequence(tokens, elements, inner),
        (Token::Array(length), Type::Tuple(elements)) => {
            Err(Malformed::new(format!("{length} elements where the tuple has {}", elements.len())))
        }
        (Token::Map(length), Type::Map(element)) => map(tokens, length, element, inner),
        (Token::Map(length), Type::Object(attributes)) => object(tokens, length, attributes, inner),
        (Token::Array(2), Type::Dynamic) => typed(tokens, inner),
        (token, ty) => Err(Malformed::new(format!("{} where {} is expected", phrase(token), ty.phrase()))),
    }
}

/// The number that a token stands for; integers, floats and decimal text all may.
pub(super) fn number(token: Token<'_>) -> Result<Number, Malformed> {
    match token {
        Token::Int(number) => Ok(Number::from(number)),
        Token::Uint(number) => Ok(Number::from(number)),
        Token::Float(float) => Number::from_f64(float).ok_or_else(|| Malformed::new("NaN, which is not a number of Terraform's")),
        Token::String(text) => Number::parse(utf8(text)?).ok_or_else(|| Malformed::new("text that is not a decimal number")),
        other => Err(Malformed::new(format!("{} where a number is expected", phrase(other)))),
    }
}

pub(super) fn utf8(text: &[u8]) -> Result<&str, Malformed> {
    std::str::from_utf8(text).map_err(|_| Malformed::new("text that is not UTF-8"))
}

fn sequence<'t>(
    tokens: &mut Tokens<'_>,
    elements: impl IntoIterator<Item = &'t Type>,
    depth: usize,
) -> Result<Dynamic, Malformed> {
    let mut values = Vec::new();
    for (index, ty) in elements.into_iter().enumerate() {
        values.push(read(tokens, ty, depth).map_err(|problem| problem.within_element(index))?);
    }
    Ok(Dynamic::Sequence(values))
}

fn map(tokens: &mut Tokens<'_>, length: usize, element: &Type, depth: usize) -> Result<Dynamic, Malformed> {
    let mut members = BTreeMap::new();
    for _ in 0..length {
        let name = key(tokens)?;
        let value = read(tokens, element, depth).map_err(|problem| problem.within_member(&name))?;
        members.insert(name, value);
    }
    Ok(Dynamic::Mapping(members))
}

fn object(
    tokens: &mut Tokens<'_>,
    length: usize,
    attributes: &BTreeMap<String, Type>,
    depth: usize,
) -> Result<Dynamic, Malformed> {
    let mut members = BTreeMap::new();
    for _ in 0..length {
        let name = key(tokens)?;
        let ty = attributes.get(&name).ok_or_else(|| Malformed::new("unknown attribute").within_member(&name))?;
        let value = read(tokens, ty, depth).map_err(|problem| problem.within_member(&name))?;
        if members.contains_key(&name) {
            return Err(Malformed::new("given twice").within_member(&name));
        }
        members.insert(name, value);
    }
    match attributes.keys().find(|name| !members.contains_key(*name)) {
        Some(missing) => Err(Malformed::new("missing attribute").within_member(missing)),
        None => Ok(Dynamic::Mapping(members)),
    }
}

fn typed(tokens: &mut Tokens<'_>, depth: usize) -> Result<Dynamic, Malformed> {
    let (Token::Binary(constraint) | Token::String(constraint)) = tokens.take()? else {
        return Err(Malformed::new("no type before a value that needs one"));
    };
    let ty = json::decode_type(constraint)?;
    if ty == Type::Dynamic {
        return Err(Malformed::new("a value whose own type is `dynamic`"));
    }
    let value = read(tokens, &ty, depth)?;
    Ok(Dynamic::Typed(Box::new(ty), Box::new(value)))
}

fn key(tokens: &mut Tokens<'_>) -> Result<String, Malformed> {
    match tokens.take()? {
        Token::String(text) => Ok(crate::tf::dynamic::normalized(utf8(text)?)),
        other => Err(Malformed::new(format!("{} where a key is expected", phrase(other)))),
    }
}

fn phrase(token: Token<'_>) -> &'static str {
    match token {
        Token::Nil => "null",
        Token::Bool(_) => "a bool",
        Token::Int(_) | Token::Uint(_) | Token::Float(_) => "a number",
        Token::String(_) => "a string",
        Token::Binary(_) => "binary data",
        Token::Array(_) => "an array",
        Token::Map(_) => "a map",
        Token::Extension(..) => "an unknown value",
    }
}
