//! Credentials that are kept while they are good, and loaded again when AWS says that they are not.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use tokio::sync::Mutex;

/// So long before their end credentials are not used any more: a request takes its time.
const MARGIN: Duration = Duration::from_secs(10);

/// A source of credentials, and what it gave last. The SDK's own cache knows the time alone, but credentials can be revoked, and
/// the clock of this machine can be wrong.
#[derive(Clone)]
pub(super) struct Kept(Arc<Source>);

struct Source {
    provider: SharedCredentialsProvider,
    /// What `provider` itself signs with, to assume a role.
    before: Option<Kept>,
    limit: Duration,
    last: Mutex<Option<Credentials>>,
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Kept").field(&self.0.provider).finish()
    }
}

impl Kept {
    /// Asks `provider`, which signs with the credentials of `before`, when it has to, and waits `limit` for it.
    pub(super) fn new(provider: SharedCredentialsProvider, before: Option<Self>, limit: Duration) -> Self {
        Self(Arc::new(Source { provider, before, limit, last: Mutex::default() }))
    }

    async fn current(&self) -> Result<Credentials, CredentialsError> {
        let mut last = self.0.last.lock().await;
        match last.as_ref().filter(|credentials| is_good(credentials)) {
            Some(credentials) => Ok(credentials.clone()),
            None => Ok(last.insert(self.load().await?).clone()),
        }
    }

    /// The id of the access key; `None` where there are no credentials.
    pub(super) async fn access_key(&self) -> Option<String> {
        self.current().await.ok().map(|credentials| credentials.access_key_id().to_owned())
    }

    async fn load(&self) -> Result<Credentials, CredentialsError> {
        let loading = tokio::time::timeout(self.0.limit, self.0.provider.provide_credentials());
        loading.await.map_err(|_| CredentialsError::provider_timed_out(self.0.limit))?
    }

    /// Loads credentials again because AWS refuses those with this access key id, and tells whether there are others now. Of many
    /// calls that are refused at once only the first loads.
    pub(super) async fn renew(&self, refused: &str) -> bool {
        let mut last = self.0.last.lock().await;
        if last.as_ref().is_none_or(|credentials| credentials.access_key_id() != refused) {
            return true;
        }
        let mut before = &self.0.before;
        while let Some(kept) = before {
            *kept.0.last.lock().await = None;
            before = &kept.0.before;
        }
        match self.load().await {
            Ok(credentials) => {
                let others = last.as_ref().is_none_or(|known| {
                    (known.access_key_id(), known.session_token()) != (credentials.access_key_id(), credentials.session_token())
                });
                *last = Some(credentials);
                others
            }
            Err(error) => {
                tracing::warn!(%error, "credentials that AWS refuses could not be loaded again");
                false
            }
        }
    }
}

fn is_good(credentials: &Credentials) -> bool {
    credentials.expiry().is_none_or(|end| SystemTime::now() + MARGIN < end)
}

impl ProvideCredentials for Kept {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.current())
    }
}
