//! The import of a resource whose id is that of a pool.

use super::constraints;
use super::{identity, region};
use crate::resources::{ImportAnswer, ImportRequest};
use crate::tf::{Diagnostic, Dynamic, Object, Schema, Value};

/// A state with the pool id and its Region and nothing else; the read that follows fills it.
pub fn imported(schema: &Schema, request: &ImportRequest) -> Result<ImportAnswer, Diagnostic> {
    let (id, region, account) = match request {
        ImportRequest::Id(id) => (id.clone(), None, None),
        ImportRequest::Identity(identity) => {
            let root = Object::root(identity);
            let text = |name: &str| root.string(name).map(Value::into_known);
            (text("user_pool_id")?.unwrap_or_default(), text("region")?, text("account_id")?)
        }
    };
    let region = region.or_else(|| region::of_pool(&id).map(str::to_owned));
    let mut found = Vec::new();
    constraints::pool_and_region(&Value::Known(id.clone()), &region.clone().into(), &mut found);
    if let Some(mut broken) = found.into_iter().next() {
        // An import has no configuration to underline.
        broken.path = None;
        return Err(broken);
    }
    let optional = |text: Option<String>| text.map_or(Dynamic::Null, Dynamic::string);
    let id = Dynamic::string(&id);
    let state = schema.value([("user_pool_id", id.clone()), ("id", id.clone()), ("region", optional(region))]);
    let given = Dynamic::object([("user_pool_id", id), ("account_id", optional(account))]);
    Ok(ImportAnswer { identity: identity::of(&state, Some(&given)), state, ..ImportAnswer::default() })
}
