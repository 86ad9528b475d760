//! The account of the credentials: it cannot change within a process, so it is asked for once.

use std::time::Instant;

use tokio::sync::Mutex;

use crate::aws::{Error, Sts};
use crate::mfa::sms_role::Owner;

/// The account, once it was asked for. Lives as long as one `ConfigureProvider` counts.
#[derive(Debug, Default)]
pub struct Account {
    known: Mutex<Option<Owner>>,
}

impl Account {
    /// `GetCallerIdentity`, once a process however many resources ask. A failed call is made again.
    ///
    /// # Errors
    /// That of [`Sts::read_account`].
    pub async fn remembered(&self, sts: &Sts, deadline: Instant) -> Result<Owner, Error> {
        let mut known = self.known.lock().await;
        if let Some(owner) = known.as_ref() {
            return Ok(owner.clone());
        }
        let owner = sts.read_account(deadline).await?;
        *known = Some(owner.clone());
        Ok(owner)
    }
}
