//! One role as the configured provider reaches it, for the time of one operation.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::arguments::Arguments;
use crate::aws::{Error, ErrorKind, ExistingRole, Iam};
use crate::mfa::sms_role::Owner;
use crate::provider::{Configured, Provider};
use crate::resources::failure;
use crate::resources::pool::region;
use crate::tf::Diagnostic;

/// Name of the one inline policy that is managed.
pub const POLICY_NAME: &str = "cognito-sms";

/// A way to IAM with a deadline.
pub struct Session {
    pub configured: Arc<Configured>,
    /// The Region whose partition is meant.
    pub region: String,
    pub iam: Iam,
    pub deadline: Instant,
}

/// A role as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    pub role: ExistingRole,
    /// The inline policy; `None` where the role has none of the name.
    pub policy: Option<String>,
}

impl Session {
    /// `None` while what the provider is configured with is not known yet.
    pub fn open(provider: &Provider, arguments: &Arguments, limit: Duration) -> Result<Option<Self>, Diagnostic> {
        let configured = provider.configured()?;
        if configured.unknown {
            return Ok(None);
        }
        let of_pools = || arguments.user_pool_ids.known().into_iter().flatten().find_map(|id| region::of_pool(id));
        let region = match configured.region.as_deref().or_else(of_pools) {
            Some(region) => region.to_owned(),
            None => configured.region_or_diagnostic()?.to_owned(),
        };
        let iam = configured.clients.iam(&region);
        Ok(Some(Self { configured, region, iam, deadline: Instant::now() + limit }))
    }

    /// The role now; `Ok(None)` when there is none of that name.
    pub async fn read(&self, name: &str) -> Result<Option<Live>, Diagnostic> {
        let unable = |error: Error| failure::unable(&format!("read IAM role {name}"), &error);
        let role = match self.iam.read_own_role(name, self.deadline).await {
            Ok(role) => role,
            Err(error) if error.kind == ErrorKind::Gone => return Ok(None),
            Err(error) => return Err(unable(error)),
        };
        let policy = self.iam.read_inline_policy(name, POLICY_NAME, self.deadline).await.map_err(unable)?;
        Ok(Some(Live { role, policy }))
    }

    /// The account that a new role will belong to.
    pub async fn owner(&self) -> Result<Owner, Diagnostic> {
        let sts = self.configured.clients.sts(&self.region);
        let read = self.configured.account.remembered(&sts, self.deadline).await;
        read.map_err(|error| failure::unable("read the account of these credentials", &error))
    }

    /// Waits before another look; false when the run is interrupted or the time is up.
    pub async fn pause(&self, pause: Duration) -> bool {
        let until = (Instant::now() + pause).min(self.deadline);
        tokio::select! {
            () = self.configured.stop.cancelled() => false,
            () = tokio::time::sleep_until(until.into()) => Instant::now() < self.deadline,
        }
    }
}
