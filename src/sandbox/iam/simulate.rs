//! `SimulatePrincipalPolicy`: identity policies only, never the trust policy (I04).

use serde_json::{Value, json};

use super::{ARN, check_model, required};
use crate::sandbox::constraints::Bound;
use crate::sandbox::core::{Core, CoreRequest};
use crate::sandbox::json;
use crate::sandbox::policy::Decision;
use crate::sandbox::refusal::Refusal;

/// `SimulatePrincipalPolicy` for a role, or for the caller, who may do all that no knob denies.
pub fn simulate_principal(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[("PolicySourceArn", ARN), ("ActionNames", &[Bound::Required])])?;
    let source = required(request, "PolicySourceArn");
    let role = core.role_by_arn(source);
    if role.is_none() && !source.contains(":user/") {
        return Err(Refusal::no_such_entity(format!("The entity {source} cannot be found.")));
    }
    let actions = json::texts(&request.input, &["ActionNames"]).unwrap_or_default();
    let resources = json::texts(&request.input, &["ResourceArns"]).filter(|arns| !arns.is_empty());
    let resources = resources.unwrap_or_else(|| vec!["*"]);
    let context = context_sent(&request.input);
    let context: Vec<_> = context.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let mut results = Vec::new();
    for (action, resource) in actions.iter().flat_map(|action| resources.iter().map(move |resource| (*action, *resource))) {
        let decision = match role {
            Some(role) => core.role_decision(role, action, resource, &context),
            None if core.is_denied(action) => Decision::NotAllowed,
            None => Decision::Allowed,
        };
        results.push(json!({ "EvalActionName": action, "EvalResourceName": resource, "EvalDecision": decision.name(),
                             "MatchedStatements": [], "MissingContextValues": [] }));
    }
    Ok(json!({ "IsTruncated": false, "EvaluationResults": results }))
}

/// The first value of each context key.
fn context_sent(input: &Value) -> Vec<(String, String)> {
    let entries = json::at(input, &["ContextEntries"]).and_then(Value::as_array).into_iter().flatten();
    let pairs = entries.filter_map(|entry| {
        let value = json::texts(entry, &["ContextKeyValues"])?.first().copied()?.to_owned();
        Some((json::text(entry, &["ContextKeyName"])?.to_owned(), value))
    });
    pairs.collect()
}
