//! Calls to IAM.

mod permission;
pub mod roles;

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use percent_encoding::percent_decode_str;

use self::permission::Subject;
use super::clients::Shared;
use super::error::{Error, ErrorKind};
use super::retry::Effect;
use crate::mfa::{Permission, RoleFacts, RolePermissions};

const GET_ROLE: &str = "iam:GetRole";

/// What a role must be allowed to do for Cognito to send text messages with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SmsAction {
    /// `sns:Publish`, for messages through SNS (row I03).
    Publish,
    /// `sms-voice:SendTextMessage`, for messages through End User Messaging (row S06).
    SendTextMessage,
}

impl SmsAction {
    /// The action as IAM writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "sns:Publish",
            Self::SendTextMessage => "sms-voice:SendTextMessage",
        }
    }

    fn alone(self, permission: Permission) -> RolePermissions {
        let other = Permission::Unknown("the sender does not need it".to_owned());
        match self {
            Self::Publish => RolePermissions { publish: permission, send_text_message: other },
            Self::SendTextMessage => RolePermissions { publish: other, send_text_message: permission },
        }
    }
}

/// A role, as far as it could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The role. What its policies let it do is unknown where a call for it failed.
    pub facts: RoleFacts,
    /// The call that failed.
    pub unread: Option<Error>,
}

/// IAM of one partition.
#[derive(Clone)]
pub struct Iam {
    shared: Arc<Shared>,
    region: String,
}

impl fmt::Debug for Iam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iam").field("region", &self.region).finish_non_exhaustive()
    }
}

impl Iam {
    pub(super) fn new(shared: Arc<Shared>, region: &str) -> Self {
        Self { shared, region: region.to_owned() }
    }

    /// `GetRole` for the role of an ARN (its name is the last segment, row I05), with the trust policy URL-decoded (row I04), and
    /// whether its policies let it do `action`.
    ///
    /// A role that does not exist is [`RoleFacts::Missing`], not an error. IAM looks in the account of the credentials whatever
    /// account the ARN names: the ARN of a role found is the one IAM gave, and where it is another one, nobody asks what that
    /// role may do.
    ///
    /// # Errors
    /// `GetRole` failed. What fails after it is [`Role::unread`].
    pub async fn read_role(&self, role_arn: &str, action: SmsAction, deadline: Instant) -> Result<Role, Error> {
        let Some(name) = role_name(role_arn) else {
            let message = format!("`{role_arn}` is not the ARN of an IAM role.");
            return Err(refused(GET_ROLE, message));
        };
        let client = self.shared.iam(&self.region).await;
        let send = |watcher| client.get_role().role_name(name).customize().interceptor(watcher).send();
        let role = match self.shared.call(Effect::Read, GET_ROLE, deadline, None, send).await {
            Ok(answer) => answer.role.ok_or_else(|| refused(GET_ROLE, "IAM's answer holds no role.".into()))?,
            Err(error) if error.kind == ErrorKind::Gone => {
                return Ok(Role { facts: RoleFacts::Missing { arn: role_arn.to_owned() }, unread: None });
            }
            Err(error) => return Err(error),
        };
        let facts = found(&role);
        if role.arn != role_arn {
            return Ok(Role { facts, unread: None });
        }
        let boundary = role.permissions_boundary.as_ref().and_then(|boundary| boundary.permissions_boundary_arn.as_deref());
        let subject = Subject { arn: &role.arn, name, boundary };
        Ok(match self.read_permission(&subject, action.as_str(), deadline).await {
            Ok(permission) => Role { facts: facts.with_permissions(action.alone(permission)), unread: None },
            Err(error) => Role { facts, unread: Some(error) },
        })
    }
}

/// The name in `arn:aws:iam::123456789012:role/path/name`.
pub(super) fn role_name(arn: &str) -> Option<&str> {
    let (_, resource) = arn.split_once(":role/")?;
    resource.rsplit('/').next().filter(|name| arn.starts_with("arn:") && !name.is_empty())
}

/// A role as `GetRole` shows it.
pub(super) fn found(role: &aws_sdk_iam::types::Role) -> RoleFacts {
    RoleFacts::found(&role.arn, decoded(role.assume_role_policy_document.as_deref().unwrap_or_default()))
}

/// A policy document as IAM sends it, URL-encoded (row I04).
fn decoded(document: &str) -> String {
    percent_decode_str(document).decode_utf8_lossy().into_owned()
}

fn refused(operation: &'static str, message: String) -> Error {
    Error::local(ErrorKind::Refused, operation, message)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::role_name;

    #[test]
    fn the_name_of_a_role_is_its_last_segment() {
        assert_eq!(role_name("arn:aws:iam::123456789012:role/sms"), Some("sms"));
        assert_eq!(role_name("arn:aws-cn:iam::123456789012:role/service-role/deep/sms"), Some("sms"));
        assert_eq!(role_name("arn:aws:iam::123456789012:role/"), None);
        assert_eq!(role_name("arn:aws:iam::123456789012:user/sms"), None);
        assert_eq!(role_name("sms"), None);
    }
}
