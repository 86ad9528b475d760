//! The planned state, from the configuration and the state before. Reads nothing.

use std::collections::BTreeMap;

use super::arguments::{self, Arguments};
use super::state::{document, tags};
use crate::mfa::sms_role::{Owner, TrustTerms, permissions_policy, trust_policy};
use crate::tf::{Diagnostic, Dynamic, Path, Value};

/// What a plan makes of the state.
#[derive(Debug)]
pub struct Planned {
    /// The state after.
    pub state: Dynamic,
    /// Arguments that ask for a replacement.
    pub requires_replace: Vec<Path>,
    /// What happens to the role.
    pub effect: Effect,
}

/// What a plan does to the role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It is made.
    Create,
    /// The state stays as it is.
    Nothing,
    /// Only arguments that AWS never sees change, such as `waivers`.
    StateOnly,
    /// The role is changed.
    Write,
    /// Another role takes its place.
    Replace,
}

/// What the plan is made with beside the configuration.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The account a new role will belong to; `None` where it is not known yet.
    pub owner: Option<Owner>,
    /// `default_tags` of the provider block.
    pub default_tags: Value<BTreeMap<String, String>>,
}

/// Plans a create (`prior` null) or an update.
///
/// Defaults come from the configuration being null, never from the state, so that deleting an argument brings its default back; a
/// name and an external id that were made up stay.
pub fn plan(prior: &Dynamic, config: &Dynamic, surroundings: &Surroundings) -> Result<Planned, Diagnostic> {
    let (before, wanted) = (arguments::decode(prior)?, arguments::decode(config)?);
    let creating = prior.is_null();
    let requires_replace = if creating { Vec::new() } else { moved(&before, &wanted) };
    let fresh = creating || !requires_replace.is_empty();
    let kept = |name: &str| match prior.member(name) {
        Some(value) if !fresh && !value.is_null() => value.clone(),
        _ => Dynamic::UNKNOWN,
    };
    let mut after = config.members();
    for (name, absent) in [("path", Dynamic::string("/")), ("delivery", Dynamic::string("SNS"))] {
        if after.get(name).is_none_or(Dynamic::is_null) {
            after.insert(name.into(), absent);
        }
    }
    for name in ["name", "external_id"] {
        if after.get(name).is_none_or(Dynamic::is_null) {
            after.insert(name.into(), kept(name));
        }
    }
    let id = after.get("name").cloned().unwrap_or_default();
    after.insert("id".into(), id);
    after.insert("arn".into(), kept("arn"));
    after.insert("unique_id".into(), kept("unique_id"));
    let planned = arguments::decode(&Dynamic::Mapping(after.clone()))?;
    let owner = before.arn.known().filter(|_| !fresh).and_then(|arn| Owner::of_arn(arn)).or(surroundings.owner.clone());
    after.insert("assume_role_policy".into(), document(trust_of(&planned, owner.as_ref()), before.trust_policy.known()));
    after.insert("policy".into(), document(planned.delivery().map(permissions_policy), before.policy.known()));
    after.insert("tags_all".into(), tags(all_tags(&wanted.tags, &surroundings.default_tags)));
    let state = Dynamic::Mapping(after);
    let effect = effect(prior, &state, creating, &requires_replace);
    Ok(Planned { state, requires_replace, effect })
}

/// The arguments that a role cannot change.
fn moved(before: &Arguments, wanted: &Arguments) -> Vec<Path> {
    let name = before.name.known().map(String::as_str).unwrap_or_default();
    let mut moved = Vec::new();
    match (&wanted.name, &wanted.name_prefix) {
        (Value::Known(wanted), _) if wanted == name => {}
        (Value::Known(_) | Value::Unknown, _) => moved.push(Path::root("name")),
        (Value::Null, Value::Known(prefix)) if name.starts_with(prefix.as_str()) => {}
        (Value::Null, Value::Known(_) | Value::Unknown) => moved.push(Path::root("name_prefix")),
        (Value::Null, Value::Null) => {}
    }
    let path = match &wanted.path {
        Value::Null => Value::Known("/".to_owned()),
        path => path.clone(),
    };
    if path != before.path {
        moved.push(Path::root("path"));
    }
    moved
}

fn trust_of(planned: &Arguments, owner: Option<&Owner>) -> Value<String> {
    let pools = match &planned.user_pool_ids {
        Value::Known(ids) => Some(ids),
        Value::Null => None,
        Value::Unknown => return Value::Unknown,
    };
    match (planned.external_id.known(), owner) {
        (Some(external_id), Some(owner)) => Value::Known(trust_policy(&TrustTerms { external_id, owner, user_pool_ids: pools })),
        _ => Value::Unknown,
    }
}

/// The tags of the resource over those of the provider block.
pub fn all_tags(
    own: &Value<BTreeMap<String, String>>,
    default: &Value<BTreeMap<String, String>>,
) -> Value<BTreeMap<String, String>> {
    if own.is_unknown() || default.is_unknown() {
        return Value::Unknown;
    }
    let mut all = default.known().cloned().unwrap_or_default();
    all.extend(own.known().cloned().unwrap_or_default());
    Value::Known(all)
}

fn effect(prior: &Dynamic, state: &Dynamic, creating: bool, requires_replace: &[Path]) -> Effect {
    /// What AWS sees of the role.
    const SEEN: [&str; 5] = ["description", "permissions_boundary", "assume_role_policy", "policy", "tags_all"];
    let seen = |value: &Dynamic, name: &str| match value.member(name) {
        Some(Dynamic::String(text)) if text.is_empty() => Dynamic::Null,
        other => other.cloned().unwrap_or_default(),
    };
    if creating {
        Effect::Create
    } else if !requires_replace.is_empty() {
        Effect::Replace
    } else if state == prior {
        Effect::Nothing
    } else if SEEN.iter().all(|name| seen(prior, name) == seen(state, name)) {
        Effect::StateOnly
    } else {
        Effect::Write
    }
}
