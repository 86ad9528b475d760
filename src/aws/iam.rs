//! Calls to IAM.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use percent_encoding::percent_decode_str;

use super::clients::Shared;
use super::error::{Error, ErrorKind};
use super::retry::Effect;
use crate::mfa::RoleFacts;

const GET_ROLE: &str = "iam:GetRole";

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

    /// `GetRole` for the role of an ARN (its name is the last segment, row I05), with the trust policy URL-decoded (row I04).
    ///
    /// A role that does not exist is [`RoleFacts::Missing`], not an error. IAM looks in the account of the credentials whatever
    /// account the ARN names: the ARN of a role found is the one IAM gave.
    pub async fn read_role_facts(&self, role_arn: &str, deadline: Instant) -> Result<RoleFacts, Error> {
        let Some(name) = role_name(role_arn) else {
            let message = format!("`{role_arn}` is not the ARN of an IAM role.");
            return Err(refused(message));
        };
        let client = self.shared.iam(&self.region).await;
        let send = |watcher| client.get_role().role_name(name).customize().interceptor(watcher).send();
        match self.shared.call(Effect::Read, GET_ROLE, deadline, None, send).await {
            Ok(answer) => {
                let role = answer.role.ok_or_else(|| refused("IAM's answer holds no role.".into()))?;
                let policy = role.assume_role_policy_document.unwrap_or_default();
                let trust_policy = percent_decode_str(&policy).decode_utf8_lossy().into_owned();
                Ok(RoleFacts::found(role.arn, trust_policy))
            }
            Err(error) if error.kind == ErrorKind::Gone => Ok(RoleFacts::Missing { arn: role_arn.to_owned() }),
            Err(error) => Err(error),
        }
    }
}

/// The name in `arn:aws:iam::123456789012:role/path/name`.
fn role_name(arn: &str) -> Option<&str> {
    let (_, resource) = arn.split_once(":role/")?;
    resource.rsplit('/').next().filter(|name| arn.starts_with("arn:") && !name.is_empty())
}

fn refused(message: String) -> Error {
    Error { kind: ErrorKind::Refused, operation: GET_ROLE, code: String::new(), message, request_id: None, endpoint: None }
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
