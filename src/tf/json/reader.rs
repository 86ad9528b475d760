//! JSON to values, each against its type.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::constraint::constraint;
use crate::tf::dynamic::{Dynamic, normalized};
use crate::tf::malformed::Malformed;
use crate::tf::number::Number;
use crate::tf::type_constraint::Type;

/// What becomes of attributes that the type lacks, and of those that the object lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extras {
    /// More than the type has is an error; less reads as null.
    Refused,
    /// More than the type has is passed over; less reads as null.
    Ignored,
    /// Neither more nor less. For types that came with the value: filling in a long type again and again would let a short input
    /// fill the memory.
    Exact,
}

/// Reads one value. JSON is at most 128 levels deep, which bounds the depth here.
pub(super) fn read(json: &Value, ty: &Type, extras: Extras) -> Result<Dynamic, Malformed> {
    match (json, ty) {
        (Value::Null, _) => Ok(Dynamic::Null),
        (Value::Bool(flag), Type::Bool) => Ok(Dynamic::Bool(*flag)),
        (Value::String(text), Type::String) => Ok(Dynamic::string(text.as_str())),
        (Value::Number(number), Type::Number) => {
            let read = Number::parse(&number.to_string());
            read.map(Dynamic::Number).ok_or_else(|| Malformed::new("a number that is too long"))
        }
        (Value::Array(parts), Type::List(element) | Type::Set(element)) => {
            sequence(parts.iter().map(|part| (part, element.as_ref())), extras)
        }
        (Value::Array(parts), Type::Tuple(elements)) if parts.len() == elements.len() => {
            sequence(parts.iter().zip(elements), extras)
        }
        (Value::Array(parts), Type::Tuple(elements)) => {
            Err(Malformed::new(format!("{} elements where the tuple has {}", parts.len(), elements.len())))
        }
        (Value::Object(members), Type::Map(element)) => {
            let member = |(name, part): (&String, &Value)| {
                let value = read(part, element, extras).map_err(|problem| problem.within_member(name))?;
                Ok((normalized(name), value))
            };
            Ok(Dynamic::Mapping(members.iter().map(member).collect::<Result<_, _>>()?))
        }
        (Value::Object(members), Type::Object(attributes)) => object(members, attributes, extras),
        (Value::Object(members), Type::Dynamic) => typed(members),
        _ => Err(Malformed::new(format!("{} where {} is expected", phrase(json), ty.phrase()))),
    }
}

fn sequence<'a>(parts: impl Iterator<Item = (&'a Value, &'a Type)>, extras: Extras) -> Result<Dynamic, Malformed> {
    let element = |(index, (part, ty))| read(part, ty, extras).map_err(|problem| problem.within_element(index));
    Ok(Dynamic::Sequence(parts.enumerate().map(element).collect::<Result<_, _>>()?))
}

fn object(members: &Map<String, Value>, attributes: &BTreeMap<String, Type>, extras: Extras) -> Result<Dynamic, Malformed> {
    let mut values = BTreeMap::new();
    for (name, part) in members {
        let name = normalized(name);
        match attributes.get(&name) {
            Some(ty) => {
                let value = read(part, ty, extras).map_err(|problem| problem.within_member(&name))?;
                values.insert(name, value);
            }
            None if extras == Extras::Ignored => {}
            None => return Err(Malformed::new("unknown attribute").within_member(&name)),
        }
    }
    for name in attributes.keys() {
        if !values.contains_key(name) {
            if extras == Extras::Exact {
                return Err(Malformed::new("missing attribute").within_member(name));
            }
            values.insert(name.clone(), Dynamic::Null);
        }
    }
    Ok(Dynamic::Mapping(values))
}

fn typed(members: &Map<String, Value>) -> Result<Dynamic, Malformed> {
    let (Some(ty), Some(value), 2) = (members.get("type"), members.get("value"), members.len()) else {
        return Err(Malformed::new("not an object of `type` and `value`, which a place of any type needs"));
    };
    let ty = constraint(ty)?;
    if ty == Type::Dynamic {
        return Err(Malformed::new("a value whose own type is `dynamic`"));
    }
    let value = read(value, &ty, Extras::Exact)?;
    Ok(Dynamic::Typed(Box::new(ty), Box::new(value)))
}

fn phrase(json: &Value) -> &'static str {
    match json {
        Value::Null => "null",
        Value::Bool(_) => "a bool",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
