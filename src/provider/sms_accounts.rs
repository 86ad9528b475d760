//! What one process knows of SMS through SNS: it belongs to the account and Region, not to a pool.

use std::time::Instant;

use super::memo::Memos;
use super::roles::is_steady;
use crate::aws::{Error, Sns};
use crate::mfa::SnsFacts;
use crate::tf::Value;

/// The SMS accounts this process has met, by Region. Lives as long as one `ConfigureProvider` counts.
#[derive(Debug, Default)]
pub struct SmsAccounts {
    entries: Memos<String, SmsAccount>,
}

/// SMS of an account in one Region, as far as it could be read.
#[derive(Clone, Debug, PartialEq)]
pub struct SmsAccount {
    /// What was read; what was not is unknown.
    pub facts: SnsFacts,
    /// The calls that failed.
    pub unread: Vec<Error>,
}

impl SmsAccounts {
    /// The account in the Region of `sns`, read once a process however many resources ask: some of these calls have a quota of
    /// one a second.
    pub async fn account(&self, sns: &Sns, deadline: Instant) -> SmsAccount {
        let entry = self.entries.of(sns.region().to_owned());
        let lasts = |read: &SmsAccount| read.unread.iter().all(is_steady);
        entry.remembered(deadline, read(sns, deadline), lasts, || unread(sns)).await
    }
}

/// An account of which nothing was read in time.
fn unread(sns: &Sns) -> SmsAccount {
    let facts = SnsFacts {
        region: sns.region().to_owned(),
        in_sandbox: Value::Unknown,
        verified_numbers: Value::Unknown,
        monthly_spend_limit: Value::Unknown,
        origination_numbers: Value::Unknown,
    };
    SmsAccount { facts, unread: vec![Error::late("sns:GetSMSSandboxAccountStatus")] }
}

async fn read(sns: &Sns, deadline: Instant) -> SmsAccount {
    let (sandbox, limit, numbers) =
        tokio::join!(read_sandbox(sns, deadline), sns.read_monthly_spend_limit(deadline), sns.read_origination_numbers(deadline));
    let mut unread = Vec::new();
    let (in_sandbox, verified) = sandbox;
    let facts = SnsFacts {
        region: sns.region().to_owned(),
        in_sandbox: kept(in_sandbox, &mut unread),
        verified_numbers: verified.map_or(Value::Unknown, |verified| kept(verified, &mut unread)),
        monthly_spend_limit: kept(limit, &mut unread).and_then(Value::from),
        origination_numbers: kept(numbers, &mut unread),
    };
    SmsAccount { facts, unread }
}

/// Whether the account is in the SMS sandbox, and if so, how many numbers it may send to.
async fn read_sandbox(sns: &Sns, deadline: Instant) -> (Result<bool, Error>, Option<Result<u32, Error>>) {
    let in_sandbox = sns.read_sandbox_status(deadline).await;
    let verified = match in_sandbox {
        Ok(true) => Some(sns.read_verified_numbers(deadline).await),
        _ => None,
    };
    (in_sandbox, verified)
}

fn kept<T>(answer: Result<T, Error>, unread: &mut Vec<Error>) -> Value<T> {
    match answer {
        Ok(answer) => Value::Known(answer),
        Err(error) => {
            unread.push(error);
            Value::Unknown
        }
    }
}
