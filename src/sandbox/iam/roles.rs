//! Roles and their trust policies.

use serde_json::{Value, json};

use super::{
    ARN, DOCUMENT, PATH, ROLE_NAME, check_model, empty, encode_document, page_of, required, role_of, tags_sent, unique_id,
};
use crate::sandbox::constraints::{Bound, Constraint};
use crate::sandbox::core::{Core, CoreRequest};
use crate::sandbox::policy::check_document;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::state::{Role, partition};
use crate::sandbox::{ACCOUNT, json};

const BOUNDARY: &[Bound] = &[Bound::Length(20, 2048)];

/// `CreateRole`.
pub fn create_role(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    let constraints: &[Constraint] = &[
        PATH,
        ROLE_NAME,
        ("AssumeRolePolicyDocument", DOCUMENT),
        ("Description", &[Bound::Length(0, 1000)]),
        ("MaxSessionDuration", &[Bound::Range(3600, 43_200)]),
        ("PermissionsBoundary", BOUNDARY),
        ("Tags[].Key", &[Bound::Required, Bound::Length(1, 128)]),
        ("Tags[].Value", &[Bound::Required, Bound::Length(0, 256)]),
    ];
    check_model(request, constraints)?;
    let (name, trust) = (required(request, "RoleName"), required(request, "AssumeRolePolicyDocument"));
    check_document(trust, true)?;
    if core.state.roles.contains_key(name) {
        let message = format!("Role with name {name} already exists.");
        return Err(Refusal::with_status(409, "EntityAlreadyExists", message));
    }
    let path = json::text(&request.input, &["Path"]).unwrap_or("/");
    let number = core.state.next_number();
    let role = Role {
        name: name.to_owned(),
        path: path.to_owned(),
        arn: format!("arn:{}:iam::{ACCOUNT}:role{path}{name}", partition(&request.region)),
        id: unique_id("AROA", number),
        created_ms: request.now_ms,
        trust: trust.to_owned(),
        description: json::text(&request.input, &["Description"]).map(str::to_owned),
        max_session: json::number(&request.input, &["MaxSessionDuration"]).unwrap_or(3600),
        boundary: json::text(&request.input, &["PermissionsBoundary"]).map(str::to_owned),
        tags: tags_sent(request).collect(),
        unseen_trust: core.knobs.iam_propagation,
        ..Role::default()
    };
    let answer = json!({ "Role": shown(&role) });
    core.state.roles.insert(role.name.clone(), role);
    Ok(answer)
}

/// `GetRole`.
pub fn read_role(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[ROLE_NAME])?;
    Ok(json!({ "Role": shown(role_of(core, request)?) }))
}

/// `ListRoles`.
pub fn list_roles(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    let prefix = json::text(&request.input, &["PathPrefix"]).unwrap_or("/");
    let roles = core.state.roles.values().filter(|role| role.path.starts_with(prefix));
    Ok(page_of(request, "Roles", roles.map(|role| (role.name.clone(), shown(role)))))
}

/// `UpdateAssumeRolePolicy`.
pub fn update_trust(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[ROLE_NAME, ("PolicyDocument", DOCUMENT)])?;
    let document = required(request, "PolicyDocument");
    check_document(document, true)?;
    let propagation = core.knobs.iam_propagation;
    let role = role_of(core, request)?;
    role.trust = document.to_owned();
    (role.unseen_trust, role.unseen_policies) = (propagation, 0);
    empty()
}

/// `PutRolePermissionsBoundary`.
pub fn put_boundary(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[ROLE_NAME, ("PermissionsBoundary", ARN)])?;
    role_of(core, request)?.boundary = Some(required(request, "PermissionsBoundary").to_owned());
    empty()
}

/// `DeleteRolePermissionsBoundary`.
pub fn delete_boundary(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[ROLE_NAME])?;
    role_of(core, request)?.boundary = None;
    empty()
}

/// `UpdateRole`: description and session length.
pub fn update_role(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[ROLE_NAME, ("MaxSessionDuration", &[Bound::Range(3600, 43_200)])])?;
    let role = role_of(core, request)?;
    if let Some(description) = json::text(&request.input, &["Description"]) {
        role.description = Some(description.to_owned());
    }
    role.max_session = json::number(&request.input, &["MaxSessionDuration"]).unwrap_or(role.max_session);
    empty()
}

/// `DeleteRole`: only without policies.
pub fn delete_role(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[ROLE_NAME])?;
    let role = role_of(core, request)?;
    let conflict = |message| Err(Refusal::with_status(409, "DeleteConflict", message));
    if !role.attached.is_empty() {
        return conflict("Cannot delete entity, must detach all policies first.");
    }
    if !role.inline.is_empty() {
        return conflict("Cannot delete entity, must delete policies first.");
    }
    let name = role.name.clone();
    core.state.roles.remove(&name);
    empty()
}

/// `TagRole`.
pub fn tag_role(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    let tag_key = ("Tags[].Key", &[Bound::Required, Bound::Length(1, 128)] as &[Bound]);
    check_model(request, &[ROLE_NAME, ("Tags", &[Bound::Required]), tag_key])?;
    role_of(core, request)?.tags.extend(tags_sent(request));
    empty()
}

/// `UntagRole`.
pub fn untag_role(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[ROLE_NAME, ("TagKeys", &[Bound::Required])])?;
    let keys = json::texts(&request.input, &["TagKeys"]).unwrap_or_default();
    role_of(core, request)?.tags.retain(|key, _| !keys.contains(&key.as_str()));
    empty()
}

/// `ListRoleTags`.
pub fn list_role_tags(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[ROLE_NAME])?;
    let tags = role_of(core, request)?.tags.clone();
    let items = tags.into_iter().map(|(key, value)| (key.clone(), json!({ "Key": key, "Value": value })));
    Ok(page_of(request, "Tags", items))
}

fn shown(role: &Role) -> Value {
    let mut shown = json!({
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": role.arn,
        "CreateDate": json::iso_time(role.created_ms),
        "AssumeRolePolicyDocument": encode_document(&role.trust),
        "MaxSessionDuration": role.max_session,
    });
    if let Some(members) = shown.as_object_mut() {
        members.extend(role.description.as_ref().map(|text| ("Description".to_owned(), text.as_str().into())));
        if let Some(boundary) = &role.boundary {
            let boundary = json!({ "PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary });
            members.insert("PermissionsBoundary".to_owned(), boundary);
        }
        if !role.tags.is_empty() {
            let tags = role.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
            members.insert("Tags".to_owned(), tags);
        }
    }
    shown
}
