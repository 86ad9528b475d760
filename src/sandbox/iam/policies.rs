//! Managed policies: the account's own, each with one version, and a few of AWS's.

use serde_json::{Value, json};

use super::{ARN, DOCUMENT, PATH, POLICY_NAME, check_model, empty, encode_document, required, unique_id};
use crate::sandbox::core::{Core, CoreRequest};
use crate::sandbox::policy::check_document;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::state::{ManagedPolicy, partition};
use crate::sandbox::{ACCOUNT, json};

/// AWS's policies a role for SMS is likely to carry.
const AWS_POLICIES: &[(&str, &str)] = &[
    ("AdministratorAccess", r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#),
    ("AmazonSNSFullAccess", r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sns:*","Resource":"*"}]}"#),
];

impl Core {
    /// The document of a managed policy; `None` where the sandbox knows no policy of that ARN.
    pub(in crate::sandbox) fn policy_document(&self, arn: &str) -> Option<&str> {
        let own = self.state.policies.get(arn).map(|policy| policy.document.as_str());
        let name = arn.split_once(":iam::aws:policy/").map(|(_, name)| name);
        own.or_else(|| AWS_POLICIES.iter().find(|(known, _)| Some(*known) == name).map(|(_, document)| *document))
    }
}

/// `CreatePolicy`.
pub fn create_policy(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[PATH, POLICY_NAME, ("PolicyDocument", DOCUMENT)])?;
    let (name, document) = (required(request, "PolicyName"), required(request, "PolicyDocument"));
    check_document(document, false)?;
    let path = json::text(&request.input, &["Path"]).unwrap_or("/");
    let arn = format!("arn:{}:iam::{ACCOUNT}:policy{path}{name}", partition(&request.region));
    if core.state.policies.contains_key(&arn) {
        let message = format!("A policy called {name} already exists. Duplicate names are not allowed.");
        return Err(Refusal::with_status(409, "EntityAlreadyExists", message));
    }
    let number = core.state.next_number();
    let policy = ManagedPolicy {
        name: name.to_owned(),
        path: path.to_owned(),
        arn,
        id: unique_id("ANPA", number),
        created_ms: request.now_ms,
        document: document.to_owned(),
    };
    let answer = json!({ "Policy": shown(core, &policy) });
    core.state.policies.insert(policy.arn.clone(), policy);
    Ok(answer)
}

/// `GetPolicy`.
pub fn read_policy(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[("PolicyArn", ARN)])?;
    Ok(json!({ "Policy": shown(core, &policy_of(core, request)?) }))
}

/// `GetPolicyVersion`.
pub fn read_policy_version(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[("PolicyArn", ARN), ("VersionId", &[super::Bound::Required])])?;
    let policy = policy_of(core, request)?;
    let version = required(request, "VersionId");
    if version != "v1" {
        let message = format!("Policy {} version {version} does not exist or is not attachable.", policy.arn);
        return Err(Refusal::no_such_entity(message));
    }
    let (document, created) = (encode_document(&policy.document), json::iso_time(policy.created_ms));
    let version = json!({ "Document": document, "VersionId": version, "IsDefaultVersion": true, "CreateDate": created });
    Ok(json!({ "PolicyVersion": version }))
}

/// `DeletePolicy`: only one that no role carries.
pub fn delete_policy(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[("PolicyArn", ARN)])?;
    let arn = required(request, "PolicyArn");
    if core.state.roles.values().any(|role| role.attached.iter().any(|attached| attached == arn)) {
        let message = "Cannot delete a policy attached to entities.";
        return Err(Refusal::with_status(409, "DeleteConflict", message));
    }
    core.state.policies.remove(arn).ok_or_else(|| no_such_policy(arn))?;
    empty()
}

fn policy_of(core: &Core, request: &CoreRequest) -> Result<ManagedPolicy, Refusal> {
    let arn = required(request, "PolicyArn");
    if let Some(policy) = core.state.policies.get(arn) {
        return Ok(policy.clone());
    }
    let document = core.policy_document(arn).ok_or_else(|| no_such_policy(arn))?.to_owned();
    let name = arn.rsplit('/').next().unwrap_or_default().to_owned();
    let (path, id) = ("/".to_owned(), format!("ANPA{:A<17}", name.to_ascii_uppercase()));
    Ok(ManagedPolicy { name, path, arn: arn.to_owned(), id, created_ms: 0, document })
}

fn shown(core: &Core, policy: &ManagedPolicy) -> Value {
    let attached = core.state.roles.values().filter(|role| role.attached.contains(&policy.arn)).count();
    let created = json::iso_time(policy.created_ms);
    json!({ "PolicyName": policy.name, "PolicyId": policy.id, "Arn": policy.arn, "Path": policy.path,
            "DefaultVersionId": "v1", "AttachmentCount": attached, "IsAttachable": true,
            "CreateDate": created, "UpdateDate": created })
}

fn no_such_policy(arn: &str) -> Refusal {
    Refusal::no_such_entity(format!("Policy {arn} does not exist or is not attachable."))
}
