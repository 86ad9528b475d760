//! Calls to STS.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use super::clients::Shared;
use super::error::{Error, ErrorKind};
use super::retry::Effect;
use crate::mfa::sms_role::Owner;

const IDENTIFY: &str = "sts:GetCallerIdentity";

/// STS as one Region reaches it.
#[derive(Clone)]
pub struct Sts {
    shared: Arc<Shared>,
    region: String,
}

impl fmt::Debug for Sts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sts").field("region", &self.region).finish_non_exhaustive()
    }
}

impl Sts {
    pub(super) fn new(shared: Arc<Shared>, region: &str) -> Self {
        Self { shared, region: region.to_owned() }
    }

    /// `GetCallerIdentity`: the account that what these credentials create will belong to, and its partition. No policy can deny it.
    pub async fn read_account(&self, deadline: Instant) -> Result<Owner, Error> {
        let client = self.shared.sts(&self.region).await;
        let send = |watcher| client.get_caller_identity().customize().interceptor(watcher).send();
        let answer = self.shared.call(Effect::Read, IDENTIFY, deadline, None, send).await?;
        let partition = answer.arn.as_deref().and_then(|arn| arn.split(':').nth(1)).filter(|partition| !partition.is_empty());
        match (answer.account, partition) {
            (Some(account), Some(partition)) => Ok(Owner { account, partition: partition.to_owned() }),
            _ => {
                let message = "The answer of STS names no account.".to_owned();
                Err(Error::local(ErrorKind::Unreachable, IDENTIFY, message))
            }
        }
    }
}
