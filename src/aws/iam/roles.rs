//! A role as its owner sees it: made, read, changed and deleted by name.

use std::collections::BTreeMap;
use std::time::Instant;

use aws_sdk_iam::types::{Role, Tag};

use super::{GET_ROLE, Iam, decoded, refused};
use crate::aws::error::{Error, ErrorKind};
use crate::aws::retry::Effect;

const CREATE: &str = "iam:CreateRole";
const UPDATE: &str = "iam:UpdateRole";
const DELETE: &str = "iam:DeleteRole";
const PUT_TRUST: &str = "iam:UpdateAssumeRolePolicy";
const GET_INLINE: &str = "iam:GetRolePolicy";
const PUT_INLINE: &str = "iam:PutRolePolicy";
const DELETE_INLINE: &str = "iam:DeleteRolePolicy";
const PUT_BOUNDARY: &str = "iam:PutRolePermissionsBoundary";
const DELETE_BOUNDARY: &str = "iam:DeleteRolePermissionsBoundary";
const TAG: &str = "iam:TagRole";
const UNTAG: &str = "iam:UntagRole";

/// What `CreateRole` is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewRole {
    /// 1 to 64 characters (row I05).
    pub name: String,
    /// With a slash at both ends.
    pub path: String,
    /// JSON.
    pub trust_policy: String,
    /// Up to 1000 characters.
    pub description: Option<String>,
    /// ARN of a managed policy.
    pub boundary: Option<String>,
    /// By key.
    pub tags: BTreeMap<String, String>,
}

/// What `GetRole` tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExistingRole {
    /// Its name.
    pub name: String,
    /// With a slash at both ends.
    pub path: String,
    /// Its ARN.
    pub arn: String,
    /// `RoleId`: another one when a role of the same name was deleted and made anew.
    pub unique_id: String,
    /// JSON, URL-decoded (row I04).
    pub trust_policy: String,
    /// `None` where it is empty.
    pub description: Option<String>,
    /// ARN of a managed policy.
    pub boundary: Option<String>,
    /// Seconds; `UpdateRole` resets what it is not told.
    pub longest_session: Option<i32>,
    /// By key; AWS's own, which begin with `aws:`, are left out.
    pub tags: BTreeMap<String, String>,
}

impl From<Role> for ExistingRole {
    fn from(role: Role) -> Self {
        let tags = role.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value));
        Self {
            name: role.role_name,
            path: role.path,
            arn: role.arn,
            unique_id: role.role_id,
            trust_policy: decoded(role.assume_role_policy_document.as_deref().unwrap_or_default()),
            description: role.description.filter(|text| !text.is_empty()),
            boundary: role.permissions_boundary.and_then(|boundary| boundary.permissions_boundary_arn),
            longest_session: role.max_session_duration,
            tags: tags.filter(|(key, _)| !key.starts_with("aws:")).collect(),
        }
    }
}

/// Sends one call about a role through the retry policy.
macro_rules! call {
    ($iam:ident, $effect:ident, $operation:expr, $deadline:expr, |$client:ident| $request:expr) => {{
        let $client = $iam.shared.iam(&$iam.region).await;
        let send = |watcher| $request.customize().interceptor(watcher).send();
        $iam.shared.call(Effect::$effect, $operation, $deadline, None, send).await
    }};
}

impl Iam {
    /// `GetRole`. A role that does not exist is an error of kind [`ErrorKind::Gone`].
    pub async fn read_own_role(&self, name: &str, deadline: Instant) -> Result<ExistingRole, Error> {
        let answer = call!(self, Read, GET_ROLE, deadline, |client| client.get_role().role_name(name))?;
        answer.role.map(ExistingRole::from).ok_or_else(|| refused(GET_ROLE, "IAM's answer holds no role.".into()))
    }

    /// `GetRolePolicy`: the document as JSON, `None` where the role has no inline policy of that name, or is gone itself.
    pub async fn read_inline_policy(&self, role: &str, policy: &str, deadline: Instant) -> Result<Option<String>, Error> {
        let read = call!(self, Read, GET_INLINE, deadline, |client| client.get_role_policy().role_name(role).policy_name(policy));
        match read {
            Ok(answer) => Ok(Some(decoded(&answer.policy_document))),
            Err(error) if error.kind == ErrorKind::Gone => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// `CreateRole`. A name that is taken is an error with the code `EntityAlreadyExists`.
    pub async fn create_role(&self, role: &NewRole, deadline: Instant) -> Result<ExistingRole, Error> {
        let tags = tags(&role.tags)?;
        let tags = (!tags.is_empty()).then_some(tags);
        let answer = call!(self, Write, CREATE, deadline, |client| client
            .create_role()
            .role_name(&role.name)
            .path(&role.path)
            .assume_role_policy_document(&role.trust_policy)
            .set_description(role.description.clone())
            .set_permissions_boundary(role.boundary.clone())
            .set_tags(tags.clone()))?;
        // The write did happen: what came of it is for the caller to read.
        let missing = || Error::local(ErrorKind::Unreachable, CREATE, "IAM's answer holds no role.".into());
        answer.role.map(ExistingRole::from).ok_or_else(missing)
    }

    /// `UpdateAssumeRolePolicy`.
    pub async fn write_trust_policy(&self, role: &str, document: &str, deadline: Instant) -> Result<(), Error> {
        let request = call!(self, Write, PUT_TRUST, deadline, |client| client
            .update_assume_role_policy()
            .role_name(role)
            .policy_document(document));
        request.map(|_| ())
    }

    /// `PutRolePolicy`.
    pub async fn write_inline_policy(&self, role: &str, policy: &str, document: &str, deadline: Instant) -> Result<(), Error> {
        let written = call!(self, Write, PUT_INLINE, deadline, |client| client
            .put_role_policy()
            .role_name(role)
            .policy_name(policy)
            .policy_document(document));
        written.map(|_| ())
    }

    /// `DeleteRolePolicy`. One that is gone already is an error of kind [`ErrorKind::Gone`].
    pub async fn delete_inline_policy(&self, role: &str, policy: &str, deadline: Instant) -> Result<(), Error> {
        let deleted =
            call!(self, Write, DELETE_INLINE, deadline, |client| client.delete_role_policy().role_name(role).policy_name(policy));
        deleted.map(|_| ())
    }

    /// `UpdateRole` with this description. It sends the session length too, because IAM takes its absence for an hour.
    pub async fn write_description(
        &self,
        role: &str,
        description: &str,
        longest_session: Option<i32>,
        deadline: Instant,
    ) -> Result<(), Error> {
        let written = call!(self, Write, UPDATE, deadline, |client| client
            .update_role()
            .role_name(role)
            .description(description)
            .set_max_session_duration(longest_session));
        written.map(|_| ())
    }

    /// `PutRolePermissionsBoundary`, or `DeleteRolePermissionsBoundary` for `None`.
    pub async fn write_boundary(&self, role: &str, boundary: Option<&str>, deadline: Instant) -> Result<(), Error> {
        let Some(boundary) = boundary else {
            let deleted =
                call!(self, Write, DELETE_BOUNDARY, deadline, |client| client.delete_role_permissions_boundary().role_name(role));
            return deleted.map(|_| ());
        };
        let written = call!(self, Write, PUT_BOUNDARY, deadline, |client| client
            .put_role_permissions_boundary()
            .role_name(role)
            .permissions_boundary(boundary));
        written.map(|_| ())
    }

    /// `TagRole`: adds these tags, or changes their values.
    pub async fn tag_role(&self, role: &str, added: &BTreeMap<String, String>, deadline: Instant) -> Result<(), Error> {
        let added = tags(added)?;
        let tagged = call!(self, Write, TAG, deadline, |client| client.tag_role().role_name(role).set_tags(Some(added.clone())));
        tagged.map(|_| ())
    }

    /// `UntagRole`.
    pub async fn untag_role(&self, role: &str, keys: &[String], deadline: Instant) -> Result<(), Error> {
        let untagged =
            call!(self, Write, UNTAG, deadline, |client| client.untag_role().role_name(role).set_tag_keys(Some(keys.to_vec())));
        untagged.map(|_| ())
    }

    /// The policies of a role except the inline one of this name: what IAM wants gone before a role is deleted.
    pub async fn list_other_policies(&self, role: &str, own: &str, deadline: Instant) -> Result<Vec<String>, Error> {
        let inline = self.inline_policy_names(role, deadline).await?;
        let attached = self.attached_policies(role, deadline).await?;
        Ok(inline.into_iter().filter(|name| name != own).chain(attached).collect())
    }

    /// `DeleteRole`. One that is gone already is an error of kind [`ErrorKind::Gone`].
    pub async fn delete_role(&self, role: &str, deadline: Instant) -> Result<(), Error> {
        call!(self, Write, DELETE, deadline, |client| client.delete_role().role_name(role)).map(|_| ())
    }
}

fn tags(tags: &BTreeMap<String, String>) -> Result<Vec<Tag>, Error> {
    let tag = |(key, value): (&String, &String)| {
        let built = Tag::builder().key(key).value(value).build();
        built.map_err(|_| refused(TAG, format!("The tag `{key}` cannot be sent.")))
    };
    tags.iter().map(tag).collect()
}
