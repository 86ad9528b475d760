//! What has to be read before a change of one pool can be judged.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::arguments::Arguments;
use super::region;
use crate::aws::{Cognito, ErrorKind};
use crate::mfa::{PoolFacts, RoleFacts, Settings, SnsFacts, Wanted, WantedSender};
use crate::provider::pools::Pool;
use crate::provider::{Configured, Provider};
use crate::resources::failure;
use crate::tf::{Diagnostic, Path, Value};

/// One pool as the configured provider reaches it, for the time of one operation.
pub struct Session {
    pub configured: Arc<Configured>,
    pub cognito: Cognito,
    pub pool: Arc<Pool>,
    pub deadline: Instant,
}

/// What was read, and what could not be.
pub struct Facts {
    pub pool: Value<PoolFacts>,
    pub role: Value<RoleFacts>,
    pub sns: Value<SnsFacts>,
    pub notes: Vec<Diagnostic>,
}

impl Session {
    /// Reaches the pool of `arguments`; `None` while its id, or what the provider is configured with, is not known yet.
    pub fn open(provider: &Provider, arguments: &Arguments, limit: Duration) -> Result<Option<Self>, Diagnostic> {
        let configured = provider.configured()?;
        let Some(id) = arguments.user_pool_id.known().filter(|_| !configured.unknown) else { return Ok(None) };
        let region = match region::of_pool(id).or(arguments.region.known().map(String::as_str)) {
            Some(region) => region.to_owned(),
            None => configured.region_or_diagnostic()?.to_owned(),
        };
        let pool = configured.pools.entry(&region, id);
        let cognito = configured.clients.cognito(&region);
        Ok(Some(Self { configured, cognito, pool, deadline: Instant::now() + limit }))
    }

    /// The pool's settings now. `Ok(None)` when the pool does not exist.
    pub async fn read(&self) -> Result<Option<Settings>, Diagnostic> {
        match self.cognito.read_mfa_settings(&self.pool.id, self.deadline).await {
            Ok(settings) => {
                self.pool.remember(&settings);
                Ok(Some(settings))
            }
            Err(error) if error.kind == ErrorKind::Gone => Ok(None),
            Err(error) => Err(failure::unable(&format!("read MFA settings of {}", self.pool.id), &error)),
        }
    }

    /// The settings that this process has read or written last, else those now.
    pub async fn remembered(&self) -> Result<Option<Settings>, Diagnostic> {
        match self.pool.remembered() {
            Some(settings) => Ok(Some(settings)),
            None => self.read().await,
        }
    }

    /// The error for a pool that must exist and does not.
    pub fn no_such_pool(&self) -> Diagnostic {
        let (id, region) = (&self.pool.id, &self.pool.region);
        let detail = format!(
            "There is no user pool {id} in {region} for these credentials. This resource manages the MFA settings of a pool that exists; \
             it does not create one. Correct `user_pool_id`, or take it from the resource that creates the pool:\n\n    \
             user_pool_id = aws_cognito_user_pool.main.id\n\n\
             If the pool was deleted on purpose, delete this resource from the configuration too; `terraform destroy` gets by with \
             -refresh=false."
        );
        Diagnostic::error("User pool not found", detail).at(Path::root("user_pool_id"))
    }

    /// The facts for judging `request`. A lookup that fails for lack of a permission is one warning, and its facts stay unknown.
    pub async fn facts(&self, request: &Wanted) -> Result<Facts, Diagnostic> {
        let mut notes = Vec::new();
        let pool = match self.pool.facts(&self.cognito, self.deadline).await {
            Ok(facts) => Value::Known(facts),
            Err(error) if error.kind == ErrorKind::Denied => {
                notes.push(failure::unchecked(&format!("user pool {}", self.pool.id), &error));
                Value::Unknown
            }
            Err(error) => return Err(failure::unable(&format!("read user pool {}", self.pool.id), &error)),
        };
        let role = match request.sms_sender.as_ref().and_then(|sender| sender.caller_arn().as_ref()) {
            Value::Null => Value::Null,
            Value::Unknown => Value::Unknown,
            Value::Known(arn) => {
                let iam = self.configured.clients.iam(&self.pool.region);
                match iam.read_role_facts(arn, self.deadline).await {
                    Ok(role) => Value::Known(role),
                    Err(error) => {
                        notes.push(failure::unchecked(&format!("IAM role {arn}"), &error));
                        Value::Unknown
                    }
                }
            }
        };
        Ok(Facts { pool, role, sns: sns_not_read(request), notes })
    }
}

/// Facts of a pool that cannot be read yet.
pub fn nothing_known(request: &Wanted) -> Facts {
    let role = if request.sms_sender.is_null() { Value::Null } else { Value::Unknown };
    Facts { pool: Value::Unknown, role, sns: sns_not_read(request), notes: Vec::new() }
}

/// SNS matters only to a request that would send through it.
fn sns_not_read(request: &Wanted) -> Value<SnsFacts> {
    match request.sms_sender {
        Value::Null | Value::Known(WantedSender::EndUserMessaging { .. }) => Value::Null,
        Value::Known(WantedSender::Sns { .. }) | Value::Unknown => Value::Unknown,
    }
}
