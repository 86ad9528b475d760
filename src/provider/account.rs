//! The account of the credentials: it cannot change within a process, so it is asked for once.

use std::time::Instant;

use super::memo::Memo;
use crate::aws::{Error, Sts};
use crate::mfa::sms_role::Owner;

/// The account, once it was asked for. Lives as long as one `ConfigureProvider` counts.
#[derive(Debug, Default)]
pub struct Account {
    known: Memo<Result<Owner, Error>>,
}

impl Account {
    /// `GetCallerIdentity`, once a process however many resources ask. A failed call is made again.
    ///
    /// # Errors
    /// That of [`Sts::read_account`], or that another resource is asking still at the deadline.
    pub async fn remembered(&self, sts: &Sts, deadline: Instant) -> Result<Owner, Error> {
        let late = || Err(Error::late("sts:GetCallerIdentity"));
        self.known.remembered(deadline, sts.read_account(deadline), Result::is_ok, late).await
    }
}
