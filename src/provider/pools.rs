//! What one process knows of each pool, and the lock that keeps its writes apart.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use super::memo::Memo;
use tokio::sync::{MutexGuard, OwnedMutexGuard};

use crate::aws::{Cognito, Error};
use crate::mfa::{Factor, PoolFacts, Settings, Wanted};
use crate::tf::Value;

/// The pools this process has met, by Region and id. Lives as long as one `ConfigureProvider` counts.
#[derive(Debug, Default)]
pub struct Pools {
    entries: Mutex<HashMap<(String, String), Arc<Pool>>>,
}

/// One pool.
#[derive(Debug)]
pub struct Pool {
    /// Its id.
    pub id: String,
    /// Its Region.
    pub region: String,
    write: tokio::sync::Mutex<()>,
    users: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    live: Mutex<Option<Settings>>,
    is_gone: AtomicBool,
    planned: Mutex<Option<Value<Settings>>>,
    history: Mutex<History>,
    bequest: Mutex<Option<Vec<u8>>>,
    facts: Memo<Result<PoolFacts, Error>>,
}

/// What an apply has seen of a pool, and done to it.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The settings at the last locked read before this process wrote any.
    pub found: Option<Settings>,
    /// The settings after the last write of this process.
    pub written: Option<Settings>,
    /// Factors whose own resource was destroyed. A pool may show them still: it keeps its last factor, and its SMS sender for ever
    /// (row M16).
    pub leaving: Vec<Factor>,
}

impl Pools {
    /// The entry of a pool; the same one for every resource of the process.
    pub fn entry(&self, region: &str, id: &str) -> Arc<Pool> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let pool = entries.entry((region.to_owned(), id.to_owned())).or_insert_with(|| {
            Arc::new(Pool {
                id: id.to_owned(),
                region: region.to_owned(),
                write: tokio::sync::Mutex::default(),
                users: Mutex::default(),
                bequest: Mutex::default(),
                live: Mutex::default(),
                is_gone: AtomicBool::default(),
                planned: Mutex::default(),
                history: Mutex::default(),
                facts: Memo::default(),
            })
        });
        Arc::clone(pool)
    }
}

impl Pool {
    /// Key of the pool among the objects of a run.
    pub fn key(&self) -> String {
        format!("{}/{}", self.region, self.id)
    }

    /// Keeps the private bytes of a generation that ends, for the one that takes its place in this process.
    pub fn bequeath(&self, private: &[u8]) {
        *self.bequest.lock().unwrap_or_else(PoisonError::into_inner) = Some(private.to_owned());
    }

    /// The private bytes of the generation that ended last to make room for another one.
    pub fn bequest(&self) -> Option<Vec<u8>> {
        self.bequest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps whether a refresh has found the pool gone.
    pub fn refreshed(&self, is_gone: bool) {
        self.is_gone.store(is_gone, Ordering::Relaxed);
    }

    /// Whether a refresh of this process has found the pool gone: core plans to create then what it was about to change or destroy.
    pub fn is_gone(&self) -> bool {
        self.is_gone.load(Ordering::Relaxed)
    }

    /// Holds the pool for one read-judge-write: AWS refuses two writes at once (row Q05), and each replaces everything (M01).
    pub async fn lock(&self) -> MutexGuard<'_, ()> {
        self.write.lock().await
    }

    /// Holds one user of the pool in this process.
    pub async fn lock_user(&self, name: &str) -> OwnedMutexGuard<()> {
        let user = {
            let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(users.entry(name.to_owned()).or_default())
        };
        user.lock_owned().await
    }

    /// Keeps what was just read or written for the plan that follows in this process.
    pub fn remember(&self, settings: &Settings) {
        *self.live.lock().unwrap_or_else(PoisonError::into_inner) = Some(settings.clone());
    }

    /// What was last read or written in this process.
    pub fn remembered(&self) -> Option<Settings> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps what a plan of this process will make of the pool, for plans that build on it; unknown while a part of the request is.
    ///
    /// A sender that the request leaves out stays on the pool, and is a factor while MFA is active (rows S12, S15).
    pub fn plan(&self, request: &Wanted) {
        let kept = self.remembered().and_then(|live| live.sms);
        let settled = request.settle().map(|settings| Settings { sms: settings.sms.or(kept), ..settings });
        self.set_planned(settled.map_or(Value::Unknown, Value::Known));
    }

    /// Keeps that a plan of this process changes the pool, and that nobody can tell yet what the whole will be.
    pub fn plan_open(&self) {
        self.set_planned(Value::Unknown);
    }

    fn set_planned(&self, planned: Value<Settings>) {
        *self.planned.lock().unwrap_or_else(PoisonError::into_inner) = Some(planned);
    }

    /// What the last plan of this process will make of the pool; `None` where none changes it.
    pub fn planned(&self) -> Option<Value<Settings>> {
        self.planned.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps what a locked read found, until this process writes.
    pub fn found(&self, settings: &Settings) {
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        if history.written.is_none() {
            history.found = Some(settings.clone());
        }
    }

    /// Keeps what a write of this process has left.
    pub fn wrote(&self, settings: &Settings) {
        self.history.lock().unwrap_or_else(PoisonError::into_inner).written = Some(settings.clone());
    }

    /// Keeps that a factor's own resource was destroyed.
    pub fn leaves(&self, factor: Factor) {
        self.history.lock().unwrap_or_else(PoisonError::into_inner).leaving.push(factor);
    }

    /// Keeps that a factor has a resource of its own, again where it had been destroyed.
    pub fn joins(&self, factor: Factor) {
        self.history.lock().unwrap_or_else(PoisonError::into_inner).leaving.retain(|left| *left != factor);
    }

    /// What this process has seen and done so far.
    pub fn history(&self) -> History {
        self.history.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// `DescribeUserPool`, once a process however many resources ask.
    pub async fn facts(&self, cognito: &Cognito, deadline: Instant) -> Result<PoolFacts, Error> {
        let late = || Err(Error::late("cognito-idp:DescribeUserPool"));
        self.facts.remembered(deadline, cognito.read_pool_facts(&self.id, deadline), Result::is_ok, late).await
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use crate::mfa::{Factor, Mode, Sms, SmsSender, SnsSender};

    #[test]
    fn a_plan_keeps_the_sender_that_it_leaves_out_and_says_what_it_does_not_know() {
        let pool = Pools::default().entry("eu-central-1", "eu-central-1_Ab12Cd34E");
        assert_eq!(pool.planned(), None);
        let sender = SmsSender::Sns(SnsSender { caller_arn: "arn".into(), external_id: None, region: None });
        pool.remember(&Settings { sms: Some(Sms { message: None, sender: Some(sender) }), ..Settings::UNTOUCHED });
        let token = Settings { mode: Mode::Optional, token_enabled: Some(true), ..Settings::UNTOUCHED };
        pool.plan(&Wanted::from(&token));
        let planned = pool.planned().and_then(Value::into_known).unwrap();
        assert_eq!(planned.effective_factors(), [Factor::SoftwareToken, Factor::Sms]);
        pool.plan(&Wanted { token: Value::Unknown, ..Wanted::from(&token) });
        assert_eq!(pool.planned(), Some(Value::Unknown));
    }
}
