//! From a role as it is to the state that Terraform stores.

use std::collections::BTreeMap;

use super::arguments::{self, Arguments};
use super::session::Live;
use crate::mfa::sms_role::{Delivery, delivery_of, same_policy, terms_of};
use crate::tf::{Diagnostic, Dynamic, Value};

/// A document as a state or plan holds it: in the spelling of before where it says the same.
pub fn document(document: Value<String>, before: Option<&String>) -> Dynamic {
    match document {
        Value::Known(text) => match before.filter(|before| same_policy(before, &text)) {
            Some(before) => Dynamic::string(before),
            None => Dynamic::string(text),
        },
        Value::Null => Dynamic::Null,
        Value::Unknown => Dynamic::UNKNOWN,
    }
}

/// Tags as a state or plan holds them.
pub fn tags(tags: Value<BTreeMap<String, String>>) -> Dynamic {
    match tags {
        Value::Known(tags) => Dynamic::object(tags.into_iter().map(|(key, value)| (key, Dynamic::string(value)))),
        Value::Null => Dynamic::Null,
        Value::Unknown => Dynamic::UNKNOWN,
    }
}

fn text(text: Option<&String>) -> Dynamic {
    text.map_or(Dynamic::Null, Dynamic::string)
}

/// The state before with what the role is now. The first read after an import fills in every argument that can be read off.
///
/// `external_id`, `user_pool_ids` and `delivery` say what was asked for, and stay: where the role has something else, its documents
/// show that, and the next plan brings them back.
pub fn refreshed(before: &Dynamic, live: &Live, default_tags: &Value<BTreeMap<String, String>>) -> Result<Dynamic, Diagnostic> {
    let arguments = arguments::decode(before)?;
    let Dynamic::Mapping(mut state) = before.clone() else { return Ok(Dynamic::Null) };
    let role = &live.role;
    if arguments.arn.known().is_none() {
        imported(&mut state, live);
    }
    for (name, value) in
        [("name", &role.name), ("id", &role.name), ("arn", &role.arn), ("unique_id", &role.unique_id), ("path", &role.path)]
    {
        state.insert(name.into(), Dynamic::string(value));
    }
    let described = arguments.description.known().filter(|text| !text.is_empty());
    if described != role.description.as_ref() {
        state.insert("description".into(), text(role.description.as_ref()));
    }
    state.insert("permissions_boundary".into(), text(role.boundary.as_ref()));
    let trust_policy = document(Value::Known(role.trust_policy.clone()), arguments.trust_policy.known());
    state.insert("assume_role_policy".into(), trust_policy);
    state.insert("policy".into(), document(Value::from(live.policy.clone()), arguments.policy.known()));
    state.insert("tags".into(), own_tags(&arguments, &role.tags, default_tags));
    state.insert("tags_all".into(), tags(Value::Known(role.tags.clone())));
    Ok(Dynamic::Mapping(state))
}

fn imported(state: &mut BTreeMap<String, Dynamic>, live: &Live) {
    let terms = terms_of(&live.role.trust_policy);
    state.insert("external_id".into(), text(terms.external_id.as_ref()));
    let ids = terms.user_pool_ids.map(|ids| Dynamic::Sequence(ids.into_iter().map(Dynamic::string).collect()));
    state.insert("user_pool_ids".into(), ids.unwrap_or_default());
    let delivery = live.policy.as_deref().and_then(delivery_of).unwrap_or(Delivery::Sns);
    state.insert("delivery".into(), Dynamic::string(delivery.as_str()));
}

/// The tags that are the resource's own: those it has already, and those that the provider block does not give.
fn own_tags(before: &Arguments, live: &BTreeMap<String, String>, default: &Value<BTreeMap<String, String>>) -> Dynamic {
    let had = before.tags.known();
    let is_own = |key: &String| match default {
        _ if had.is_some_and(|had| had.contains_key(key)) => true,
        Value::Known(default) => !default.contains_key(key),
        Value::Null => true,
        Value::Unknown => false,
    };
    let own: BTreeMap<String, String> =
        live.iter().filter(|(key, _)| is_own(key)).map(|(key, value)| (key.clone(), value.clone())).collect();
    if own.is_empty() && had.is_none() { Dynamic::Null } else { tags(Value::Known(own)) }
}
