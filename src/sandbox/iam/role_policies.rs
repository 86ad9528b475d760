//! Inline and attached policies of roles.

use serde_json::{Value, json};

use super::{ARN, DOCUMENT, POLICY_NAME, ROLE_NAME, check_model, empty, encode_document, page_of, required, role_of};
use crate::sandbox::core::{Core, CoreRequest};
use crate::sandbox::policy::check_document;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::state::Role;

/// `PutRolePolicy`.
pub fn put_role_policy(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[ROLE_NAME, POLICY_NAME, ("PolicyDocument", DOCUMENT)])?;
    let document = required(request, "PolicyDocument");
    check_document(document, false)?;
    let propagation = core.knobs.iam_propagation;
    let role = role_of(core, request)?;
    role.inline.insert(required(request, "PolicyName").to_owned(), document.to_owned());
    note_change(role, propagation);
    empty()
}

/// `GetRolePolicy`.
pub fn read_role_policy(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[ROLE_NAME, POLICY_NAME])?;
    let role = role_of(core, request)?;
    let name = required(request, "PolicyName");
    let document = role.inline.get(name).ok_or_else(|| no_such_policy(name))?;
    Ok(json!({ "RoleName": role.name, "PolicyName": name, "PolicyDocument": encode_document(document) }))
}

/// `DeleteRolePolicy`.
pub fn delete_role_policy(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[ROLE_NAME, POLICY_NAME])?;
    let propagation = core.knobs.iam_propagation;
    let role = role_of(core, request)?;
    let name = required(request, "PolicyName");
    role.inline.remove(name).ok_or_else(|| no_such_policy(name))?;
    note_change(role, propagation);
    empty()
}

/// `ListRolePolicies`.
pub fn list_role_policies(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[ROLE_NAME])?;
    let role = role_of(core, request)?;
    Ok(page_of(request, "PolicyNames", role.inline.keys().map(|name| (name.clone(), name.as_str().into()))))
}

/// `AttachRolePolicy`.
pub fn attach_role_policy(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[ROLE_NAME, ("PolicyArn", ARN)])?;
    let arn = required(request, "PolicyArn");
    if core.policy_document(arn).is_none() {
        return Err(Refusal::no_such_entity(format!("Policy {arn} does not exist or is not attachable.")));
    }
    let propagation = core.knobs.iam_propagation;
    let role = role_of(core, request)?;
    if !role.attached.iter().any(|attached| attached == arn) {
        role.attached.push(arn.to_owned());
        role.attached.sort();
    }
    note_change(role, propagation);
    empty()
}

/// `DetachRolePolicy`.
pub fn detach_role_policy(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[ROLE_NAME, ("PolicyArn", ARN)])?;
    let propagation = core.knobs.iam_propagation;
    let role = role_of(core, request)?;
    let arn = required(request, "PolicyArn");
    if !role.attached.iter().any(|attached| attached == arn) {
        return Err(Refusal::no_such_entity(format!("Policy {arn} was not found.")));
    }
    role.attached.retain(|attached| attached != arn);
    note_change(role, propagation);
    empty()
}

/// `ListAttachedRolePolicies`.
pub fn list_attached_role_policies(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[ROLE_NAME])?;
    let role = role_of(core, request)?;
    let items = role.attached.iter().map(|arn| {
        let name = arn.rsplit('/').next().unwrap_or_default();
        (arn.clone(), json!({ "PolicyName": name, "PolicyArn": arn }))
    });
    Ok(page_of(request, "AttachedPolicies", items))
}

/// A change of policies travels together with a trust policy that is still on its way (I06).
fn note_change(role: &mut Role, propagation: u32) {
    if role.unseen_trust == 0 {
        role.unseen_policies = propagation;
    }
}

fn no_such_policy(name: &str) -> Refusal {
    Refusal::no_such_entity(format!("The role policy with name {name} cannot be found."))
}
