//! Tags of pools, by ARN.

use serde_json::{Map, Value, json};

use super::check_model;
use crate::sandbox::constraints::{ARN, Bound, Constraint};
use crate::sandbox::core::{Core, CoreRequest};
use crate::sandbox::json;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::state::Pool;

const RESOURCE: Constraint = ("ResourceArn", &[Bound::Required, Bound::Length(20, 2048), Bound::Pattern(ARN)]);

/// `TagResource`.
pub fn tag(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[&[RESOURCE, ("Tags", &[Bound::Required])]])?;
    let tags = json::structure(&request.input, &["Tags"]).unwrap_or_default();
    let is_tag = |key: &str, value: &Value| {
        (1..=128).contains(&key.chars().count()) && value.as_str().is_some_and(|value| value.chars().count() <= 256)
    };
    if !tags.iter().all(|(key, value)| is_tag(key, value)) {
        return Err(Refusal::unmeasured("InvalidParameterException", "A tag key has 1 to 128 characters, a value at most 256."));
    }
    tags_of(core, request)?.extend(tags);
    Ok(json!({}))
}

/// `UntagResource`.
pub fn untag(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[&[RESOURCE, ("TagKeys", &[Bound::Required])]])?;
    let keys = json::texts(&request.input, &["TagKeys"]).unwrap_or_default();
    tags_of(core, request)?.retain(|key, _| !keys.contains(&key.as_str()));
    Ok(json!({}))
}

/// `ListTagsForResource`.
pub fn list_tags(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[&[RESOURCE]])?;
    let tags = tags_of(core, request)?.clone();
    Ok(json!({ "Tags": tags }))
}

fn tags_of<'c>(core: &'c mut Core, request: &CoreRequest) -> Result<&'c mut Map<String, Value>, Refusal> {
    let arn = json::text(&request.input, &["ResourceArn"]).unwrap_or_default();
    let found = |pool: &&mut Pool| pool.region == request.region && pool.arn() == arn;
    let missing = || Refusal::new("ResourceNotFoundException", format!("Resource {arn} does not exist."));
    let pool = core.state.pools.values_mut().find(found).ok_or_else(missing)?;
    pool.settings.entry("UserPoolTags").or_insert_with(|| json!({})).as_object_mut().ok_or_else(missing)
}
