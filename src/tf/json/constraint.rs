//! Type constraints in JSON, such as `["list","string"]`.

use serde_json::{Map, Value, json};

use super::parse;
use crate::tf::dynamic::normalized;
use crate::tf::malformed::Malformed;
use crate::tf::type_constraint::Type;

/// Reads a type constraint such as `["list","string"]`.
///
/// The list of optional attributes that may follow an object's attributes is passed over: it matters to conversions only.
pub fn decode_type(bytes: &[u8]) -> Result<Type, Malformed> {
    constraint(&parse(bytes)?)
}

/// Writes a type constraint as compact JSON.
pub fn encode_type(ty: &Type) -> Vec<u8> {
    written(ty).to_string().into_bytes()
}

/// The constraint that a JSON value stands for. JSON itself is at most 128 levels deep, which bounds this.
pub(super) fn constraint(json: &Value) -> Result<Type, Malformed> {
    let wrong = || Malformed::new("not a type constraint");
    if let Value::String(name) = json {
        return match name.as_str() {
            "string" => Ok(Type::String),
            "number" => Ok(Type::Number),
            "bool" => Ok(Type::Bool),
            "dynamic" => Ok(Type::Dynamic),
            _ => Err(wrong()),
        };
    }
    let parts: Vec<&Value> = json.as_array().ok_or_else(wrong)?.iter().collect();
    match parts.as_slice() {
        [Value::String(kind), element] if kind == "list" => Ok(Type::list(constraint(element)?)),
        [Value::String(kind), element] if kind == "set" => Ok(Type::set(constraint(element)?)),
        [Value::String(kind), element] if kind == "map" => Ok(Type::map(constraint(element)?)),
        [Value::String(kind), Value::Array(elements)] if kind == "tuple" => {
            Ok(Type::Tuple(elements.iter().map(constraint).collect::<Result<_, _>>()?))
        }
        [Value::String(kind), Value::Object(attributes)] if kind == "object" => object(attributes),
        [Value::String(kind), Value::Object(attributes), Value::Array(_)] if kind == "object" => object(attributes),
        _ => Err(wrong()),
    }
}

fn object(attributes: &Map<String, Value>) -> Result<Type, Malformed> {
    let attribute = |(name, ty): (&String, &Value)| {
        let ty = constraint(ty).map_err(|problem| problem.within_member(name))?;
        Ok((normalized(name), ty))
    };
    Ok(Type::Object(attributes.iter().map(attribute).collect::<Result<_, _>>()?))
}

/// The JSON of a constraint.
pub(super) fn written(ty: &Type) -> Value {
    match ty {
        Type::String => json!("string"),
        Type::Number => json!("number"),
        Type::Bool => json!("bool"),
        Type::Dynamic => json!("dynamic"),
        Type::List(element) => json!(["list", written(element)]),
        Type::Set(element) => json!(["set", written(element)]),
        Type::Map(element) => json!(["map", written(element)]),
        Type::Object(attributes) => {
            let attributes: Map<String, Value> = attributes.iter().map(|(name, ty)| (name.clone(), written(ty))).collect();
            json!(["object", attributes])
        }
        Type::Tuple(elements) => json!(["tuple", elements.iter().map(written).collect::<Vec<_>>()]),
    }
}
