//! STS: who is calling, and taking on a role.

use serde_json::{Value, json};

use super::constraints::{Bound, check};
use super::core::{Core, CoreRequest};
use super::policy::{Decision, Principal, Question, decide};
use super::refusal::Refusal;
use super::{ACCOUNT, json};

/// `GetCallerIdentity`.
pub fn read_caller(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    let arn = core.caller(&request.access_key);
    let id = if arn.contains(":assumed-role/") { request.access_key.as_str() } else { "AIDASANDBOX0000000000" };
    Ok(json!({ "UserId": id, "Account": ACCOUNT, "Arn": arn }))
}

/// `AssumeRole`: hands out an access key the sandbox knows again; its secret opens nothing anywhere.
pub fn assume_role(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    let required: &[Bound] = &[Bound::Required];
    let duration: &[Bound] = &[Bound::Range(900, 43_200)];
    let constraints = [
        ("RoleArn", required),
        ("RoleSessionName", &[Bound::Required, Bound::Length(2, 64)] as &[Bound]),
        ("ExternalId", &[Bound::Length(2, 1224)]),
        ("DurationSeconds", duration),
    ];
    check(&request.input, "ValidationError", &[&constraints])?;
    let arn = json::text(&request.input, &["RoleArn"]).unwrap_or_default();
    let session = json::text(&request.input, &["RoleSessionName"]).unwrap_or_default();
    let caller = core.caller(&request.access_key);
    let context: Vec<_> = json::text(&request.input, &["ExternalId"]).map(|id| ("sts:ExternalId", id)).into_iter().collect();
    let principal = Some(Principal::Arn(&caller));
    let question = Question { principal, action: "sts:AssumeRole", resource: None, context: &context };
    let role = core.role_by_arn(arn).filter(|role| decide(&[&role.trust], &question) == Decision::Allowed);
    let Some(role) = role else {
        let message = format!("User: {caller} is not authorized to perform: sts:AssumeRole on resource: {arn}");
        return Err(Refusal::with_status(403, "AccessDenied", message));
    };
    let (role_id, role_name) = (role.id.clone(), role.name.clone());
    let partition = arn.split(':').nth(1).unwrap_or("aws");
    let session_arn = format!("arn:{partition}:sts::{ACCOUNT}:assumed-role/{role_name}/{session}");
    let key = format!("ASIASANDBOX{:09}", core.state.next_number());
    core.state.sessions.insert(key.clone(), session_arn.clone());
    let seconds = json::number(&request.input, &["DurationSeconds"]).unwrap_or(3600);
    Ok(json!({
        "AssumedRoleUser": { "AssumedRoleId": format!("{role_id}:{session}"), "Arn": session_arn },
        "Credentials": {
            "AccessKeyId": key,
            "SecretAccessKey": "sandbox-secret-that-opens-nothing",
            "SessionToken": "sandbox-session-token",
            "Expiration": json::iso_time(request.now_ms + seconds * 1000),
        },
    }))
}
