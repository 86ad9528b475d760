//! Values to JSON.

use serde_json::{Value, json};

use super::constraint::written;
use crate::tf::dynamic::Dynamic;
use crate::tf::malformed::Malformed;
use crate::tf::number::Number;

/// The JSON of a wholly known value.
pub(super) fn json(value: &Dynamic) -> Result<Value, Malformed> {
    match value {
        Dynamic::Null => Ok(Value::Null),
        Dynamic::Unknown(_) => Err(Malformed::new("an unknown value, which JSON cannot hold")),
        Dynamic::Bool(flag) => Ok(Value::Bool(*flag)),
        Dynamic::Number(value) => number(value).map(Value::Number),
        Dynamic::String(text) => Ok(Value::String(text.clone())),
        Dynamic::Sequence(elements) => {
            let element = |(index, part)| json(part).map_err(|problem| problem.within_element(index));
            Ok(Value::Array(elements.iter().enumerate().map(element).collect::<Result<_, _>>()?))
        }
        Dynamic::Mapping(members) => {
            let member = |(name, part): (&String, &Dynamic)| {
                let value = json(part).map_err(|problem| problem.within_member(name))?;
                Ok((name.clone(), value))
            };
            Ok(Value::Object(members.iter().map(member).collect::<Result<_, _>>()?))
        }
        Dynamic::Typed(ty, value) => Ok(json!({ "value": json(value)?, "type": written(ty) })),
    }
}

fn number(number: &Number) -> Result<serde_json::Number, Malformed> {
    number.to_string().parse().map_err(|_| Malformed::new("an infinite number, which JSON cannot hold"))
}
