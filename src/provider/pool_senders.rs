//! Which pools of a Region send SMS with which role: one look at all of them, for everybody who asks.

use std::time::Instant;

use super::memo::Memos;
use tokio::task::JoinSet;

use crate::aws::{Cognito, Error, ErrorKind};
use crate::mfa::{PoolFacts, RoleUser, SmsSender};

/// How many pools are described at once; the request quota of AWS is kept beside it.
const AT_ONCE: usize = 8;

/// The pools this process has looked at, by Region. Lives as long as one `ConfigureProvider` counts.
#[derive(Debug, Default)]
pub struct PoolSenders {
    entries: Memos<String, Result<Vec<PoolSender>, Error>>,
}

/// A pool with an SMS sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolSender {
    /// The pool.
    pub pool: RoleUser,
    /// What it sends with.
    pub sender: SmsSender,
    /// Its ARN, where it has one.
    pub arn: Option<String>,
    /// Its account, where its ARN names one.
    pub account: Option<String>,
}

impl PoolSenders {
    /// The pools that send with this role, as this process first saw them.
    ///
    /// # Errors
    /// The list or a pool on it could not be read. That is not remembered.
    pub async fn remembered(&self, cognito: &Cognito, role_arn: &str, deadline: Instant) -> Result<Vec<PoolSender>, Error> {
        let entry = self.entries.of(cognito.region().to_owned());
        let late = || Err(Error::late("cognito-idp:ListUserPools"));
        let known = entry.remembered(deadline, read(cognito, deadline), Result::is_ok, late).await?;
        Ok(with_role(&known, role_arn))
    }

    /// The pools that send with this role now.
    ///
    /// # Errors
    /// The list or a pool on it could not be read.
    pub async fn read(&self, cognito: &Cognito, role_arn: &str, deadline: Instant) -> Result<Vec<PoolSender>, Error> {
        Ok(with_role(&read(cognito, deadline).await?, role_arn))
    }
}

fn with_role(senders: &[PoolSender], role_arn: &str) -> Vec<PoolSender> {
    senders.iter().filter(|sender| sender.sender.caller_arn() == role_arn).cloned().collect()
}

/// Every pool of the Region that has a sender, whatever its mode (rows M11, S15), in the order of their ids.
async fn read(cognito: &Cognito, deadline: Instant) -> Result<Vec<PoolSender>, Error> {
    let mut waiting = cognito.list_pools(deadline).await?.into_iter();
    let (mut running, mut found) = (JoinSet::new(), Vec::new());
    let describe = |id: String| {
        let cognito = cognito.clone();
        async move {
            let facts = cognito.read_pool_facts(&id, deadline).await;
            (id, facts)
        }
    };
    waiting.by_ref().take(AT_ONCE).for_each(|id| {
        running.spawn(describe(id));
    });
    while let Some(ended) = running.join_next().await {
        if let Some(id) = waiting.next() {
            running.spawn(describe(id));
        }
        // A task that panicked has told nothing about its pool, and the panic is in the log.
        let Ok((id, facts)) = ended else { continue };
        match facts {
            Ok(facts) => found.extend(sender(id, &facts)),
            // Deleted since it was listed.
            Err(error) if error.kind == ErrorKind::Gone => {}
            Err(error) => return Err(error),
        }
    }
    found.sort_by(|one, other| one.pool.user_pool_id.cmp(&other.pool.user_pool_id));
    Ok(found)
}

fn sender(id: String, facts: &PoolFacts) -> Option<PoolSender> {
    let sender = facts.sms_sender.clone().filter(|sender| !sender.caller_arn().is_empty())?;
    let [arn, account] = [facts.known_arn(), facts.account()].map(|text| text.map(str::to_owned));
    Some(PoolSender { pool: RoleUser { user_pool_id: id, name: facts.name.clone() }, sender, arn, account })
}
