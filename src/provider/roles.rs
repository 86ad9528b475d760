//! What one process knows of the IAM roles that send SMS: many pools share one, and IAM does not publish its quota.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::memo::Memos;
use crate::aws::{Error, ErrorKind, Iam, Role, SmsAction};
use crate::mfa::RoleFacts;
use crate::tf::Value;

type Answer = Result<Role, Error>;

/// The roles this process has met, by ARN and by what they are asked to do. Lives as long as one `ConfigureProvider` counts.
#[derive(Debug, Default)]
pub struct Roles {
    entries: Memos<(String, SmsAction), Answer>,
    planned: Mutex<HashMap<String, Value<RoleFacts>>>,
}

impl Roles {
    /// The role as it was first read in this process, however many resources ask.
    ///
    /// # Errors
    /// That of [`Iam::read_role`]. A denial is remembered too; a call that got no answer is made again.
    pub async fn remembered(&self, iam: &Iam, arn: &str, action: SmsAction, deadline: Instant) -> Answer {
        let entry = self.entries.of((arn.to_owned(), action));
        let late = || Err(Error::late("iam:GetRole"));
        entry.remembered(deadline, iam.read_role(arn, action, deadline), is_lasting, late).await
    }

    /// The role as it is now; remembered too.
    ///
    /// # Errors
    /// That of [`Iam::read_role`].
    pub async fn read(&self, iam: &Iam, arn: &str, action: SmsAction, deadline: Instant) -> Answer {
        let read = iam.read_role(arn, action, deadline).await;
        if is_lasting(&read) {
            self.entries.of((arn.to_owned(), action)).put(read.clone());
        }
        read
    }

    /// Keeps what a plan of this process makes of a role, for plans that build on it; unknown while a part of it is.
    pub fn plan(&self, arn: &str, role: Value<RoleFacts>) {
        self.planned.lock().unwrap_or_else(PoisonError::into_inner).insert(arn.to_owned(), role);
    }

    /// What a plan of this process makes of a role; `None` where none changes it.
    pub fn planned(&self, arn: &str) -> Option<Value<RoleFacts>> {
        self.planned.lock().unwrap_or_else(PoisonError::into_inner).get(arn).cloned()
    }
}

/// Whether asking again would say the same.
fn is_lasting(answer: &Answer) -> bool {
    let failed = match answer {
        Ok(role) => role.unread.as_ref(),
        Err(error) => Some(error),
    };
    failed.is_none_or(is_steady)
}

/// Whether the same call would fail again.
pub(super) fn is_steady(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::Denied | ErrorKind::NoCredentials | ErrorKind::Refused)
}
