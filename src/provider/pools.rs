//! What one process knows of each pool, and the lock that keeps its writes apart.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::sync::MutexGuard;

use crate::aws::{Cognito, Error};
use crate::mfa::{PoolFacts, Settings};

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
    live: Mutex<Option<Settings>>,
    facts: tokio::sync::Mutex<Option<PoolFacts>>,
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
                live: Mutex::default(),
                facts: tokio::sync::Mutex::default(),
            })
        });
        Arc::clone(pool)
    }
}

impl Pool {
    /// Holds the pool for one read-judge-write: AWS refuses two writes at once (row Q05), and each replaces everything (M01).
    pub async fn lock(&self) -> MutexGuard<'_, ()> {
        self.write.lock().await
    }

    /// Keeps what was just read or written for the plan that follows in this process.
    pub fn remember(&self, settings: &Settings) {
        *self.live.lock().unwrap_or_else(PoisonError::into_inner) = Some(settings.clone());
    }

    /// What was last read or written in this process.
    pub fn remembered(&self) -> Option<Settings> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// `DescribeUserPool`, once a process however many resources ask.
    pub async fn facts(&self, cognito: &Cognito, deadline: Instant) -> Result<PoolFacts, Error> {
        let mut facts = self.facts.lock().await;
        if let Some(facts) = facts.as_ref() {
            return Ok(facts.clone());
        }
        let read = cognito.read_pool_facts(&self.id, deadline).await?;
        *facts = Some(read.clone());
        Ok(read)
    }
}
