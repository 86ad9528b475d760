//! Calls to Amazon Cognito user pools.

use std::time::Instant;

use super::error::{Error, ErrorKind};
use crate::mfa::{PoolFacts, Settings};

/// Cognito user pools in one Region.
#[derive(Clone, Debug)]
pub struct Cognito {}

impl Cognito {
    /// `GetUserPoolMfaConfig`, retried where that helps until `deadline`.
    pub async fn read_mfa_settings(&self, user_pool_id: &str, deadline: Instant) -> Result<Settings, Error> {
        let _ = (user_pool_id, deadline);
        Err(unwritten("cognito-idp:GetUserPoolMfaConfig"))
    }

    /// `SetUserPoolMfaConfig` with every member of `settings`, and the settings of its answer.
    ///
    /// Throttling and `ConcurrentModificationException` are retried until `deadline`. The two role messages come back as
    /// [`ErrorKind::NotYet`]. After [`ErrorKind::Unreachable`] the caller must read to know whether it was written.
    pub async fn write_mfa_settings(
        &self,
        user_pool_id: &str,
        settings: &Settings,
        deadline: Instant,
    ) -> Result<Settings, Error> {
        let _ = (user_pool_id, settings, deadline);
        Err(unwritten("cognito-idp:SetUserPoolMfaConfig"))
    }

    /// `DescribeUserPool`.
    pub async fn read_pool_facts(&self, user_pool_id: &str, deadline: Instant) -> Result<PoolFacts, Error> {
        let _ = (user_pool_id, deadline);
        Err(unwritten("cognito-idp:DescribeUserPool"))
    }
}

fn unwritten(operation: &'static str) -> Error {
    Error { kind: ErrorKind::Refused, operation, code: String::new(), message: String::new(), request_id: None, endpoint: None }
}
