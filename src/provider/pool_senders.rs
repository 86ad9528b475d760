//! Which pools of a Region send SMS with which role: one look at all of them, for everybody who asks.

use std::collections::HashMap;
use std::future::Future;
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
    let listed = cognito.list_pools(deadline).await?;
    let describe = |id: String| {
        let cognito = cognito.clone();
        async move { cognito.read_pool_facts(&id, deadline).await }
    };
    describe_each(listed, describe).await
}

async fn describe_each<F, D>(listed: Vec<String>, describe: F) -> Result<Vec<PoolSender>, Error>
where
    F: Fn(String) -> D,
    D: Future<Output = Result<PoolFacts, Error>> + Send + 'static,
{
    let (mut waiting, mut running) = (listed.into_iter(), JoinSet::new());
    let (mut asked, mut found) = (HashMap::new(), Vec::new());
    loop {
        while running.len() < AT_ONCE
            && let Some(id) = waiting.next()
        {
            asked.insert(running.spawn(describe(id.clone())).id(), id);
        }
        let Some(ended) = running.join_next_with_id().await else { break };
        let task = ended.as_ref().map_or_else(tokio::task::JoinError::id, |(task, _)| *task);
        let id = asked.remove(&task).unwrap_or_default();
        // What panicked has told nothing about its pool, so it may send with any role.
        let facts = ended.map_or_else(|_| Err(unread(&id)), |(_, facts)| facts);
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

fn unread(id: &str) -> Error {
    let message = format!("a bug in this provider ended the look at user pool {id}; its log has the panic.");
    Error::local(ErrorKind::Unreachable, "cognito-idp:DescribeUserPool", message)
}

fn sender(id: String, facts: &PoolFacts) -> Option<PoolSender> {
    let sender = facts.sms_sender.clone().filter(|sender| !sender.caller_arn().is_empty())?;
    let [arn, account] = [facts.known_arn(), facts.account()].map(|text| text.map(str::to_owned));
    Some(PoolSender { pool: RoleUser { user_pool_id: id, name: facts.name.clone() }, sender, arn, account })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use crate::mfa::SnsSender;

    const ROLE: &str = "arn:aws:iam::000000000000:role/cognito-sms";

    fn pools(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("eu-west-1_Pool{number}")).collect()
    }

    fn sending() -> PoolFacts {
        let sender = SnsSender { caller_arn: ROLE.into(), external_id: None, region: None };
        PoolFacts { sms_sender: Some(SmsSender::Sns(sender)), ..PoolFacts::default() }
    }

    fn ids(found: &[PoolSender]) -> Vec<&str> {
        found.iter().map(|sender| sender.pool.user_pool_id.as_str()).collect()
    }

    #[tokio::test]
    async fn every_pool_that_is_there_and_sends_is_found() {
        let describe = |id: String| async move {
            match id.as_str() {
                "eu-west-1_Pool1" => Err(Error::local(ErrorKind::Gone, "x:Y", "gone".into())),
                "eu-west-1_Pool2" => Ok(PoolFacts::default()),
                _ => Ok(sending()),
            }
        };
        let found = describe_each(pools(3 * AT_ONCE), describe).await.unwrap();
        assert_eq!(found.len(), 3 * AT_ONCE - 2);
        assert!(!ids(&found).contains(&"eu-west-1_Pool1") && !ids(&found).contains(&"eu-west-1_Pool2"));
        assert!(ids(&found).is_sorted());
    }

    #[tokio::test]
    async fn a_pool_whose_look_panicked_is_not_taken_for_one_that_does_not_send() {
        let describe = |id: String| async move {
            assert_ne!(id, "eu-west-1_Pool9", "this test panics on purpose");
            Ok(sending())
        };
        let error = describe_each(pools(2 * AT_ONCE), describe).await.unwrap_err();
        assert_eq!((error.kind, error.operation), (ErrorKind::Unreachable, "cognito-idp:DescribeUserPool"));
        assert!(error.message.contains("eu-west-1_Pool9"), "{}", error.message);
    }
}
