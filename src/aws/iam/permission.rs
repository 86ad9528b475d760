//! May a role do something: IAM's own simulation, and the role's policies read one by one where that cannot be had (row I04).

use std::time::Instant;

use aws_sdk_iam::types::{EvaluationResult, PolicyEvaluationDecisionType};

use super::{Iam, decoded, refused};
use crate::aws::error::{Error, ErrorKind};
use crate::aws::retry::Effect;
use crate::mfa::{Permission, role_policy};

const SIMULATE: &str = "iam:SimulatePrincipalPolicy";
const LIST_INLINE: &str = "iam:ListRolePolicies";
const GET_INLINE: &str = "iam:GetRolePolicy";
const LIST_ATTACHED: &str = "iam:ListAttachedRolePolicies";
const GET_POLICY: &str = "iam:GetPolicy";
const GET_VERSION: &str = "iam:GetPolicyVersion";

/// Most pages of a list that are read. A role has room for a few dozen policies, and a page holds 100 by default.
const MOST_PAGES: usize = 10;

/// A role whose policies are asked about.
pub(super) struct Subject<'a> {
    pub arn: &'a str,
    pub name: &'a str,
    /// ARN of its permissions boundary.
    pub boundary: Option<&'a str>,
}

impl Iam {
    /// Whether the role may do `action` to phone numbers.
    ///
    /// # Errors
    /// Neither way of asking worked. The error is that of the simulation where AWS denied it: one permission mends that.
    pub(super) async fn read_permission(
        &self,
        subject: &Subject<'_>,
        action: &str,
        deadline: Instant,
    ) -> Result<Permission, Error> {
        match self.simulate(subject.arn, action, deadline).await {
            // A policy may name the numbers it lets a role send from, and the simulation was asked about all of them (row S06).
            Ok(Permission::Denied { by: None }) if action.starts_with("sms-voice:") => {
                match self.evaluate(subject, action, deadline).await {
                    Ok(Permission::Unknown(reason)) => Ok(Permission::Unknown(reason)),
                    Ok(Permission::Allowed | Permission::Denied { .. }) => Ok(Permission::Denied { by: None }),
                    Err(error) => Err(error),
                }
            }
            Ok(permission) => Ok(permission),
            // An endpoint that does not know the call answers in many ways; none of them speaks about the role.
            Err(error) if matches!(error.kind, ErrorKind::Denied | ErrorKind::Refused | ErrorKind::Unreachable) => {
                let denied = error.kind == ErrorKind::Denied;
                self.evaluate(subject, action, deadline).await.map_err(|unread| if denied { error } else { unread })
            }
            Err(error) => Err(error),
        }
    }

    /// `SimulatePrincipalPolicy` for the action on `*`. It takes the permissions boundary into account, and what it can of the
    /// policies of an organization.
    async fn simulate(&self, arn: &str, action: &str, deadline: Instant) -> Result<Permission, Error> {
        let client = self.shared.iam(&self.region).await;
        let send = |watcher| {
            let call = client.simulate_principal_policy().policy_source_arn(arn).action_names(action).resource_arns("*");
            call.customize().interceptor(watcher).send()
        };
        let answer = self.shared.call(Effect::Read, SIMULATE, deadline, None, send).await?;
        let result = answer.evaluation_results().first();
        result.map(judged).ok_or_else(|| refused(SIMULATE, "IAM's answer holds no result.".into()))
    }

    /// The same from the policies themselves.
    async fn evaluate(&self, subject: &Subject<'_>, action: &str, deadline: Instant) -> Result<Permission, Error> {
        let mut policies = self.inline_policies(subject.name, deadline).await?;
        for arn in self.attached_policies(subject.name, deadline).await? {
            policies.extend(self.managed_policy(&arn, deadline).await?);
        }
        let policies: Vec<&str> = policies.iter().map(String::as_str).collect();
        let permission = role_policy::allows(&policies, action);
        let (Permission::Allowed, Some(boundary)) = (&permission, subject.boundary) else { return Ok(permission) };
        let Some(document) = self.managed_policy(boundary, deadline).await? else { return Ok(permission) };
        Ok(match role_policy::allows(&[&document], action) {
            Permission::Denied { .. } => Permission::Denied { by: Some(BOUNDARY.to_owned()) },
            other => other,
        })
    }

    /// Names of the inline policies of a role.
    pub(super) async fn inline_policy_names(&self, role: &str, deadline: Instant) -> Result<Vec<String>, Error> {
        let client = self.shared.iam(&self.region).await;
        let (mut names, mut marker) = (Vec::new(), None);
        for _ in 0..MOST_PAGES {
            let send = |watcher| {
                client.list_role_policies().role_name(role).set_marker(marker.clone()).customize().interceptor(watcher).send()
            };
            let page = self.shared.call(Effect::Read, LIST_INLINE, deadline, None, send).await?;
            names.extend(page.policy_names);
            marker = page.marker.filter(|_| page.is_truncated);
            if marker.is_none() {
                break;
            }
        }
        unless_more(LIST_INLINE, names, marker)
    }

    async fn inline_policies(&self, role: &str, deadline: Instant) -> Result<Vec<String>, Error> {
        let client = self.shared.iam(&self.region).await;
        let mut documents = Vec::new();
        for name in self.inline_policy_names(role, deadline).await? {
            let send =
                |watcher| client.get_role_policy().role_name(role).policy_name(&name).customize().interceptor(watcher).send();
            match self.shared.call(Effect::Read, GET_INLINE, deadline, None, send).await {
                Ok(answer) => documents.push(decoded(&answer.policy_document)),
                // Taken away since it was listed.
                Err(error) if error.kind == ErrorKind::Gone => {}
                Err(error) => return Err(error),
            }
        }
        Ok(documents)
    }

    /// ARNs of the managed policies on a role.
    pub(super) async fn attached_policies(&self, role: &str, deadline: Instant) -> Result<Vec<String>, Error> {
        let client = self.shared.iam(&self.region).await;
        let (mut arns, mut marker) = (Vec::new(), None);
        for _ in 0..MOST_PAGES {
            let send = |watcher| {
                let call = client.list_attached_role_policies().role_name(role).set_marker(marker.clone());
                call.customize().interceptor(watcher).send()
            };
            let page = self.shared.call(Effect::Read, LIST_ATTACHED, deadline, None, send).await?;
            arns.extend(page.attached_policies.unwrap_or_default().into_iter().filter_map(|policy| policy.policy_arn));
            marker = page.marker.filter(|_| page.is_truncated);
            if marker.is_none() {
                break;
            }
        }
        unless_more(LIST_ATTACHED, arns, marker)
    }

    /// The document of a managed policy in force; `None` where it is gone.
    async fn managed_policy(&self, arn: &str, deadline: Instant) -> Result<Option<String>, Error> {
        let client = self.shared.iam(&self.region).await;
        let send = |watcher| client.get_policy().policy_arn(arn).customize().interceptor(watcher).send();
        let version = match self.shared.call(Effect::Read, GET_POLICY, deadline, None, send).await {
            Ok(answer) => answer.policy.and_then(|policy| policy.default_version_id),
            Err(error) if error.kind == ErrorKind::Gone => return Ok(None),
            Err(error) => return Err(error),
        };
        let version = version.ok_or_else(|| refused(GET_POLICY, format!("IAM's answer names no version of {arn}.")))?;
        let send =
            |watcher| client.get_policy_version().policy_arn(arn).version_id(&version).customize().interceptor(watcher).send();
        match self.shared.call(Effect::Read, GET_VERSION, deadline, None, send).await {
            Ok(answer) => {
                let document = answer.policy_version.and_then(|version| version.document);
                let missing = || refused(GET_VERSION, format!("IAM's answer holds no document of {arn}."));
                Ok(Some(decoded(&document.ok_or_else(missing)?)))
            }
            Err(error) if error.kind == ErrorKind::Gone => Ok(None),
            Err(error) => Err(error),
        }
    }
}

const BOUNDARY: &str = "its permissions boundary";

/// What a simulation says. A condition on something that only Cognito's own call carries leaves it untold.
fn judged(result: &EvaluationResult) -> Permission {
    let missing = result.missing_context_values();
    if !missing.is_empty() {
        return Permission::Unknown(format!("its policies depend on {}, which only the call itself has", missing.join(", ")));
    }
    let outside = result.organizations_decision_detail().is_some_and(|detail| !detail.allowed_by_organizations);
    let beyond = result.permissions_boundary_decision_detail().is_some_and(|detail| !detail.allowed_by_permissions_boundary);
    let named = || result.matched_statements().iter().find_map(|statement| statement.source_policy_id());
    match &result.eval_decision {
        PolicyEvaluationDecisionType::Allowed => Permission::Allowed,
        PolicyEvaluationDecisionType::ExplicitDeny | PolicyEvaluationDecisionType::ImplicitDeny if outside => {
            Permission::Denied { by: Some("a policy of the organization".to_owned()) }
        }
        PolicyEvaluationDecisionType::ExplicitDeny | PolicyEvaluationDecisionType::ImplicitDeny if beyond => {
            Permission::Denied { by: Some(BOUNDARY.to_owned()) }
        }
        PolicyEvaluationDecisionType::ImplicitDeny => Permission::Denied { by: None },
        PolicyEvaluationDecisionType::ExplicitDeny => Permission::Denied {
            by: Some(named().map_or("a `Deny` statement".to_owned(), |id| format!("a `Deny` statement of the policy `{id}`"))),
        },
        other => Permission::Unknown(format!("IAM answers `{}`, which is not known here", other.as_str())),
    }
}

/// The items of a list that was read to its end.
fn unless_more(operation: &'static str, items: Vec<String>, marker: Option<String>) -> Result<Vec<String>, Error> {
    match marker {
        None => Ok(items),
        Some(_) => Err(refused(operation, format!("The list goes on after {MOST_PAGES} pages."))),
    }
}
