//! Calls to Amazon Cognito user pools.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use aws_sdk_cognitoidentityprovider::operation::describe_user_pool::DescribeUserPoolOutput;
use aws_sdk_cognitoidentityprovider::operation::get_user_pool_mfa_config::GetUserPoolMfaConfigOutput;
use aws_sdk_cognitoidentityprovider::operation::set_user_pool_mfa_config::SetUserPoolMfaConfigOutput;
use aws_sdk_cognitoidentityprovider::types::UserPoolType;

use super::clients::Shared;
use super::echo;
use super::error::{Error, ErrorKind};
use super::limits::Category;
use super::retry::Effect;
use super::wire;
use crate::mfa::{PoolFacts, Settings};

const GET: &str = "cognito-idp:GetUserPoolMfaConfig";
const SET: &str = "cognito-idp:SetUserPoolMfaConfig";
const DESCRIBE: &str = "cognito-idp:DescribeUserPool";
const UPDATE: &str = "cognito-idp:UpdateUserPool";
const LIST: &str = "cognito-idp:ListUserPools";

/// Most pages of 60 pools that are read: twice what an account has room for by default.
const MOST_PAGES: usize = 40;

/// Cognito user pools in one Region.
#[derive(Clone)]
pub struct Cognito {
    pub(super) shared: Arc<Shared>,
    pub(super) region: String,
}

impl fmt::Debug for Cognito {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cognito").field("region", &self.region).finish_non_exhaustive()
    }
}

impl Cognito {
    pub(super) fn new(shared: Arc<Shared>, region: &str) -> Self {
        Self { shared, region: region.to_owned() }
    }

    /// The Region.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// `GetUserPoolMfaConfig`, retried where that helps until `deadline`.
    ///
    /// A value this version does not know is an error of kind [`ErrorKind::Refused`] that names it: it is never dropped, because
    /// the next write would send the pool back without it.
    pub async fn read_mfa_settings(&self, user_pool_id: &str, deadline: Instant) -> Result<Settings, Error> {
        self.read(Effect::Read, user_pool_id, deadline).await
    }

    /// As [`Self::read_mfa_settings`], to tell what became of a write: `StopProvider` does not end it.
    pub async fn settle_mfa_settings(&self, user_pool_id: &str, deadline: Instant) -> Result<Settings, Error> {
        self.read(Effect::Settle, user_pool_id, deadline).await
    }

    async fn read(&self, effect: Effect, user_pool_id: &str, deadline: Instant) -> Result<Settings, Error> {
        let client = self.shared.cognito(&self.region).await;
        let send = |watcher| client.get_user_pool_mfa_config().user_pool_id(user_pool_id).customize().interceptor(watcher).send();
        let pace = self.shared.pace(&self.region, Category::ResourceRead).await;
        let answer = self.shared.call(effect, GET, deadline, Some(&pace), send).await?;
        read_settings(answer)
    }

    /// `SetUserPoolMfaConfig` with every member of `settings`, and the settings of its answer.
    ///
    /// Throttling is retried until `deadline`. The two role messages come back as [`ErrorKind::NotYet`], another write at the same
    /// time as [`ErrorKind::Conflict`]. After [`ErrorKind::Unreachable`] the caller must read to know whether it was written.
    pub async fn write_mfa_settings(
        &self,
        user_pool_id: &str,
        settings: &Settings,
        deadline: Instant,
    ) -> Result<Settings, Error> {
        let client = self.shared.cognito(&self.region).await;
        let request = wire::Request::from(settings);
        let send = |watcher| {
            let request = request.clone();
            let call = client.set_user_pool_mfa_config().user_pool_id(user_pool_id).mfa_configuration(request.mode);
            call.set_software_token_mfa_configuration(request.token)
                .set_sms_mfa_configuration(request.sms)
                .set_email_mfa_configuration(request.email)
                .set_web_authn_configuration(request.web_authn)
                .customize()
                .interceptor(watcher)
                .send()
        };
        let pace = self.shared.pace(&self.region, Category::ResourceUpdate).await;
        let answer = self.shared.call(Effect::Write, SET, deadline, Some(&pace), send).await?;
        written_settings(answer)
    }

    /// `UpdateUserPool` with MFA `OFF` and everything else as `DescribeUserPool` shows it right before.
    ///
    /// The way out for a pool that refuses `OFF` by [`Cognito::write_mfa_settings`] (row M12). The pool is read again for each
    /// attempt, because the write says all of it. After [`ErrorKind::Unreachable`] of the write the caller must read to know
    /// whether it was written.
    pub async fn turn_mfa_off(&self, user_pool_id: &str, deadline: Instant) -> Result<(), Error> {
        // A pool and what the SDK makes of it are large: on the heap, not on the stack of whoever waits for it.
        let rewrite = || async {
            let pool = Box::pin(self.describe(user_pool_id, deadline)).await?;
            let client = self.shared.cognito(&self.region).await;
            let send = |watcher| {
                let call = echo::with_mfa_off(client.update_user_pool(), pool.clone()).customize();
                Box::pin(call.mutate_request(echo::leave_out_absent_days).interceptor(watcher).send())
            };
            let pace = self.shared.pace(&self.region, Category::PoolUpdate).await;
            Box::pin(self.shared.call(Effect::Rewrite, UPDATE, deadline, Some(&pace), send)).await
        };
        Box::pin(self.shared.reread(deadline, rewrite)).await.map(|_| ())
    }

    /// `DescribeUserPool`.
    pub async fn read_pool_facts(&self, user_pool_id: &str, deadline: Instant) -> Result<PoolFacts, Error> {
        facts(self.describe(user_pool_id, deadline).await?)
    }

    async fn describe(&self, user_pool_id: &str, deadline: Instant) -> Result<UserPoolType, Error> {
        let client = self.shared.cognito(&self.region).await;
        let send = |watcher| client.describe_user_pool().user_pool_id(user_pool_id).customize().interceptor(watcher).send();
        let pace = self.shared.pace(&self.region, Category::PoolRead).await;
        let answer = self.shared.call(Effect::Read, DESCRIBE, deadline, Some(&pace), send).await?;
        described(answer)
    }

    /// The SDK's client, for tests of what is made for it.
    #[cfg(test)]
    pub(super) async fn sdk(&self) -> aws_sdk_cognitoidentityprovider::Client {
        self.shared.cognito(&self.region).await
    }

    /// `ListUserPools`: the ids of all pools of the account in this Region, in AWS's order.
    ///
    /// # Errors
    /// A page could not be read, or there are more than 2,400 pools.
    pub async fn list_pools(&self, deadline: Instant) -> Result<Vec<String>, Error> {
        let client = self.shared.cognito(&self.region).await;
        let pace = self.shared.pace(&self.region, Category::PoolRead).await;
        let (mut ids, mut next) = (Vec::new(), None);
        for _ in 0..MOST_PAGES {
            let send = |watcher| {
                let call = client.list_user_pools().max_results(60).set_next_token(next.clone());
                call.customize().interceptor(watcher).send()
            };
            let page = self.shared.call(Effect::Read, LIST, deadline, Some(&pace), send).await?;
            ids.extend(page.user_pools.unwrap_or_default().into_iter().filter_map(|pool| pool.id));
            next = page.next_token.filter(|token| !token.is_empty());
            if next.is_none() {
                return Ok(ids);
            }
        }
        let message = format!("There are more user pools in {} than are looked at.", self.region);
        Err(Error::local(ErrorKind::Refused, LIST, message))
    }
}

pub(super) fn read_settings(answer: GetUserPoolMfaConfigOutput) -> Result<Settings, Error> {
    wire::Answer::from(answer).settings().map_err(|unread| not_understood(GET, ErrorKind::Refused, &unread))
}

/// The write did happen, so an answer that is not understood leaves the pool for the caller to read.
pub(super) fn written_settings(answer: SetUserPoolMfaConfigOutput) -> Result<Settings, Error> {
    wire::Answer::from(answer).settings().map_err(|unread| not_understood(SET, ErrorKind::Unreachable, &unread))
}

pub(super) fn described(answer: DescribeUserPoolOutput) -> Result<UserPoolType, Error> {
    let message = "Cognito's answer holds no user pool.".to_owned();
    answer.user_pool.ok_or_else(|| Error::local(ErrorKind::Unreachable, DESCRIBE, message))
}

pub(super) fn facts(pool: UserPoolType) -> Result<PoolFacts, Error> {
    wire::pool_facts(pool).map_err(|unread| not_understood(DESCRIBE, ErrorKind::Refused, &unread))
}

fn not_understood(operation: &'static str, kind: ErrorKind, unread: &wire::Unread) -> Error {
    let wire::Unread { member, value } = unread;
    let message = format!(
        "Cognito's answer has `{value}` as `{member}`, which version {} of this provider does not know. It will not write to the \
         pool, because that could lose the setting. A newer version of the provider may know it.",
        env!("CARGO_PKG_VERSION")
    );
    Error::local(kind, operation, message)
}
