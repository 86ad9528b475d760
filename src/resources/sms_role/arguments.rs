//! The resource's arguments and attributes, read from a configuration, a plan or a state alike: all three have the same shape.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use time::Date;
use time::macros::format_description;

use crate::mfa::sms_role::Delivery;
use crate::resources::user_pool_mfa::duration;
use crate::rules::Waiver;
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
    pub timeouts: Timeouts,
    pub arn: Value<String>,
    pub trust_policy: Value<String>,
    pub policy: Value<String>,
    pub tags_all: Value<BTreeMap<String, String>>,
}

/// One element of `waivers`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WaiverArguments {
    pub rule: Value<String>,
    pub reason: Value<String>,
    pub expires: Value<String>,
}

/// `timeouts`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeouts {
    pub create: Value<String>,
    pub read: Value<String>,
    pub update: Value<String>,
    pub delete: Value<String>,
}

impl Timeouts {
    /// The limit of a read, 90 seconds by default.
    pub fn of_read(&self) -> Duration {
        limit(&self.read, 90)
    }

    /// The limit of a create, 5 minutes by default.
    pub fn of_create(&self) -> Duration {
        limit(&self.create, 300)
    }

    /// The limit of an update, 5 minutes by default.
    pub fn of_update(&self) -> Duration {
        limit(&self.update, 300)
    }

    /// The limit of a delete, 5 minutes by default.
    pub fn of_delete(&self) -> Duration {
        limit(&self.delete, 300)
    }
}

fn limit(text: &Value<String>, default: u64) -> Duration {
    text.known().and_then(|text| duration::parse(text)).unwrap_or(Duration::from_secs(default))
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

    /// The waivers that are known as a whole.
    pub fn waivers(&self) -> Vec<Waiver> {
        let waiver = |waiver: &WaiverArguments| {
            let expires = match &waiver.expires {
                Value::Known(text) => Some(parse_date(text)?),
                Value::Null => None,
                Value::Unknown => return None,
            };
            Some(Waiver { rule: waiver.rule.known()?.clone(), reason: waiver.reason.known()?.clone(), expires })
        };
        self.waivers.known().into_iter().flatten().filter_map(waiver).collect()
    }
}

/// A day such as `2027-12-31`.
pub fn parse_date(text: &str) -> Option<Date> {
    Date::parse(text, format_description!("[year]-[month]-[day]")).ok()
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
        waivers: decode_waivers(&root)?,
        timeouts: decode_timeouts(&root)?,
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

fn decode_waivers(root: &Object<'_>) -> Result<Value<Vec<WaiverArguments>>, Diagnostic> {
    let waiver = |waiver: &Object<'_>| {
        let (rule, reason) = (waiver.string("rule")?, waiver.string("reason")?);
        Ok(WaiverArguments { rule, reason, expires: waiver.string("expires")? })
    };
    Ok(match root.objects("waivers")? {
        Value::Known(waivers) => Value::Known(waivers.iter().map(waiver).collect::<Result<_, Diagnostic>>()?),
        Value::Null => Value::Null,
        Value::Unknown => Value::Unknown,
    })
}

fn decode_timeouts(root: &Object<'_>) -> Result<Timeouts, Diagnostic> {
    let Value::Known(timeouts) = root.object("timeouts")? else { return Ok(Timeouts::default()) };
    Ok(Timeouts {
        create: timeouts.string("create")?,
        read: timeouts.string("read")?,
        update: timeouts.string("update")?,
        delete: timeouts.string("delete")?,
    })
}
