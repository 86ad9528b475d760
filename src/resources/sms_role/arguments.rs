//! The resource's arguments and attributes, read from a configuration, a plan or a state alike: all three have the same shape.

use std::collections::{BTreeMap, BTreeSet};

use crate::mfa::sms_role::Delivery;
use crate::resources::pool::arguments::{TimeoutArguments, WaiverArguments};
use crate::tf::{Diagnostic, Dynamic, Object, Value};

/// Every argument as written, and the attributes that a state has. `Null` is one that is not there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arguments {
    pub name: Value<String>,
    pub name_prefix: Value<String>,
    pub path: Value<String>,
    pub description: Value<String>,
    /// `Unknown` while any of them is.
    pub user_pool_ids: Value<BTreeSet<String>>,
    pub external_id: Value<String>,
    pub delivery: Value<String>,
    pub boundary: Value<String>,
    /// Tags without a value are left out; `Unknown` while any of them is.
    pub tags: Value<BTreeMap<String, String>>,
    pub waivers: Value<Vec<WaiverArguments>>,
    pub timeouts: Value<TimeoutArguments>,
    pub arn: Value<String>,
    pub trust_policy: Value<String>,
    pub policy: Value<String>,
    pub tags_all: Value<BTreeMap<String, String>>,
}

impl Arguments {
    /// The way of sending; the default for null, `Unknown` also for a text that is none.
    pub fn delivery(&self) -> Value<Delivery> {
        match &self.delivery {
            Value::Known(text) => Delivery::parse(text).map_or(Value::Unknown, Value::Known),
            Value::Null => Value::Known(Delivery::Sns),
            Value::Unknown => Value::Unknown,
        }
    }
}

/// Reads the arguments; a null object reads as no argument at all.
pub fn decode(value: &Dynamic) -> Result<Arguments, Diagnostic> {
    let root = Object::root(value);
    Ok(Arguments {
        name: root.string("name")?,
        name_prefix: root.string("name_prefix")?,
        path: root.string("path")?,
        description: root.string("description")?,
        user_pool_ids: decode_set(root.raw("user_pool_ids")),
        external_id: root.string("external_id")?,
        delivery: root.string("delivery")?,
        boundary: root.string("permissions_boundary")?,
        tags: decode_map(root.raw("tags")),
        waivers: WaiverArguments::decode(&root)?,
        timeouts: TimeoutArguments::decode(&root)?,
        arn: root.string("arn")?,
        trust_policy: root.string("assume_role_policy")?,
        policy: root.string("policy")?,
        tags_all: decode_map(root.raw("tags_all")),
    })
}

fn text_of(value: &Dynamic) -> Option<String> {
    match value {
        Dynamic::String(text) => Some(text.clone()),
        _ => None,
    }
}

fn decode_set(value: &Dynamic) -> Value<BTreeSet<String>> {
    match value {
        Dynamic::Sequence(elements) if value.is_wholly_known() => Value::Known(elements.iter().filter_map(text_of).collect()),
        Dynamic::Sequence(_) | Dynamic::Unknown(_) => Value::Unknown,
        _ => Value::Null,
    }
}

fn decode_map(value: &Dynamic) -> Value<BTreeMap<String, String>> {
    match value {
        Dynamic::Mapping(members) if value.is_wholly_known() => {
            Value::Known(members.iter().filter_map(|(key, value)| Some((key.clone(), text_of(value)?))).collect())
        }
        Dynamic::Mapping(_) | Dynamic::Unknown(_) => Value::Unknown,
        _ => Value::Null,
    }
}
