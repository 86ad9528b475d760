//! Clients per Region, made on first use and shared by all resources of the process.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use aws_config::identity::IdentityCache;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::sdk_ua_metadata::FrameworkMetadata;
use aws_types::service_config::ServiceConfigKey;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use super::classify::{Again, Call, classify};
use super::cognito::Cognito;
use super::connection::Connection;
use super::credentials;
use super::error::Error;
use super::iam::Iam;
use super::limits::{self, Category, Ledger, Pace, of_access_key, of_role};
use super::renewal::Kept;
use super::retry::{Effect, Jitter, Retry};
use super::sns::Sns;
use super::sts::Sts;
use super::transport::Transport;
use super::watcher::Watcher;

/// The SDK's defaults this code was written against; a newer SDK does not change them unseen.
pub(super) const BEHAVIOR: fn() -> BehaviorVersion = BehaviorVersion::v2026_01_12;

/// Time limits of one attempt.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Until the connection stands.
    pub connect: Duration,
    /// Until the next byte.
    pub read: Duration,
    /// Until the whole answer is there.
    pub attempt: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_millis(3_100), read: Duration::from_secs(30), attempt: Duration::from_secs(20) }
    }
}

/// Makes clients. Cheap to clone; all clones share connections and credentials.
#[derive(Clone)]
pub struct Clients(Arc<Shared>);

impl fmt::Debug for Clients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clients").field(&self.0.connection).finish()
    }
}

/// What all clients share.
pub(super) struct Shared {
    connection: Connection,
    retry: Retry,
    limits: Limits,
    http: SharedHttpClient,
    config: OnceCell<(SdkConfig, Option<Kept>)>,
    account: OnceCell<Option<String>>,
    cognito: Mutex<HashMap<String, aws_sdk_cognitoidentityprovider::Client>>,
    iam: Mutex<HashMap<String, aws_sdk_iam::Client>>,
    sns: Mutex<HashMap<String, aws_sdk_sns::Client>>,
    sts: Mutex<HashMap<String, aws_sdk_sts::Client>>,
    paces: Mutex<HashMap<(String, Category), Arc<Pace>>>,
}

impl Clients {
    /// Takes the settings; makes no call. After `stop` is cancelled no call begins, and reads in flight end.
    pub fn new(connection: Connection, stop: CancellationToken) -> Self {
        let retry = Retry { attempts: connection.attempts(), pause: Arc::new(Jitter), stop };
        Self::with_policy(connection, retry, Limits::default())
    }

    /// As [`Clients::new`], with the retry policy and the time limits of the caller's choice.
    pub(super) fn with_policy(connection: Connection, retry: Retry, limits: Limits) -> Self {
        let http = SharedHttpClient::new(Transport::new(connection.ca_bundle()));
        let (cognito, iam, sns, sts) = (Mutex::default(), Mutex::default(), Mutex::default(), Mutex::default());
        let (config, account, paces) = (OnceCell::new(), OnceCell::new(), Mutex::default());
        Self(Arc::new(Shared { connection, retry, limits, http, config, account, cognito, iam, sns, sts, paces }))
    }

    /// The Cognito user pools client of a Region.
    pub fn cognito(&self, region: &str) -> Cognito {
        Cognito::new(Arc::clone(&self.0), region)
    }

    /// The IAM client; `region` chooses the partition.
    pub fn iam(&self, region: &str) -> Iam {
        Iam::new(Arc::clone(&self.0), region)
    }

    /// The SNS client of a Region.
    pub fn sns(&self, region: &str) -> Sns {
        Sns::new(Arc::clone(&self.0), region)
    }

    /// The STS client of a Region.
    pub fn sts(&self, region: &str) -> Sts {
        Sts::new(Arc::clone(&self.0), region)
    }
}

/// Declares the SDK's client of a service in a Region: made on first use, at the endpoint that the provider block names.
macro_rules! client {
    ($service:ident, $sdk:ident, $endpoint:ident) => {
        pub(super) async fn $service(&self, region: &str) -> $sdk::Client {
            let config = self.config(region).await;
            let make = || {
                let mut builder = $sdk::config::Builder::from(config);
                builder.set_region(Some(Region::new(region.to_owned())));
                if let Some(url) = &self.connection.endpoints.$endpoint {
                    builder.set_endpoint_url(Some(url.clone()));
                }
                for framework in self.frameworks() {
                    builder.push_framework_metadata(framework);
                }
                $sdk::Client::from_conf(builder.build())
            };
            let mut clients = self.$service.lock().unwrap_or_else(PoisonError::into_inner);
            clients.entry(region.to_owned()).or_insert_with(make).clone()
        }
    };
}

impl Shared {
    client!(cognito, aws_sdk_cognitoidentityprovider, cognitoidp);
    client!(iam, aws_sdk_iam, iam);
    client!(sns, aws_sdk_sns, sns);
    client!(sts, aws_sdk_sts, sts);

    /// The turns of a category of calls in a Region; one for all clients of the process, and where an account and its quotas are
    /// known to be behind the endpoint, for all processes that call the same.
    pub(super) async fn pace(&self, region: &str, category: Category) -> Arc<Pace> {
        let paces = || self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (region.to_owned(), category);
        if let Some(pace) = paces().get(&key) {
            return Arc::clone(pace);
        }
        let pace = self.new_pace(region, category).await;
        Arc::clone(paces().entry(key).or_insert(Arc::new(pace)))
    }

    async fn new_pace(&self, region: &str, category: Category) -> Pace {
        let endpoint = self.connection.endpoints.cognitoidp.clone().or(redirection(self.config(region).await));
        if !limits::kept_at(endpoint.as_deref()) {
            return Pace::new(category, false);
        }
        let Some(account) = self.account(region).await else { return Pace::new(category, true) };
        let key = [account, region, endpoint.as_deref().unwrap_or_default(), category.name()];
        match Ledger::open(&std::env::temp_dir(), &key) {
            Ok(ledger) => Pace::shared(category, ledger),
            Err(error) => {
                tracing::debug!(%error, "turns are not shared with other processes");
                Pace::new(category, true)
            }
        }
    }

    /// Whose quotas the calls use: the account, or what stands for it. `None` where there are no credentials.
    async fn account(&self, region: &str) -> Option<&str> {
        let read = async || {
            if let Some(role) = self.connection.assume_roles.last() {
                return of_role(&role.role_arn);
            }
            // The first call asks for credentials too, and says what is wrong with them.
            let kept = self.loaded(region).await.1.as_ref()?;
            tokio::select! {
                biased;
                () = self.retry.stop.cancelled() => None,
                key = kept.access_key() => key.map(|id| of_access_key(&id)),
            }
        };
        self.account.get_or_init(read).await.as_deref()
    }

    /// Makes one call by the retry policy; `send` makes one attempt and lets the given watcher see its request.
    pub(super) async fn call<T, E, S, F>(
        &self,
        effect: Effect,
        operation: &'static str,
        deadline: Instant,
        pace: Option<&Pace>,
        send: S,
    ) -> Result<T, Error>
    where
        S: Fn(Watcher) -> F,
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let watcher = Watcher::default();
        let attempt = || {
            let sent = send(watcher.clone());
            let watcher = watcher.clone();
            async move {
                let error = match sent.await {
                    Ok(answer) => return Ok(answer),
                    Err(error) => error,
                };
                let places = credentials::places(&self.connection);
                let call = Call { operation, endpoint: watcher.endpoint(), places, limit: self.limits.attempt };
                let mut failure = classify(&call, &error);
                if failure.is_expiry() && self.renew(&watcher).await {
                    failure.again = Again::Mended;
                }
                Err(failure)
            }
        };
        self.retry.run(effect, operation, deadline, pace, || watcher.endpoint(), attempt).await
    }

    /// Loads the credentials again that AWS has just called expired; whether there are others now.
    async fn renew(&self, watcher: &Watcher) -> bool {
        match (self.config.get().and_then(|(_, kept)| kept.as_ref()), watcher.key()) {
            (Some(kept), Some(key)) => kept.renew(&key).await,
            _ => false,
        }
    }

    /// Makes a call that reads and says again what it read, by the retry policy.
    pub(super) async fn reread<T, F>(&self, deadline: Instant, call: impl FnMut() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        self.retry.reread(deadline, call).await
    }

    /// What the environment and the shared files say, read once. `region` serves calls that belong to no Region where nothing
    /// else names one.
    async fn config(&self, region: &str) -> &SdkConfig {
        &self.loaded(region).await.0
    }

    async fn loaded(&self, region: &str) -> &(SdkConfig, Option<Kept>) {
        self.config.get_or_init(|| self.load(region)).await
    }

    async fn load(&self, region: &str) -> (SdkConfig, Option<Kept>) {
        let connection = &self.connection;
        let named = match &connection.region {
            Some(region) => Some(region.clone()),
            None => match super::connection::variable("AWS_REGION").or_else(|| super::connection::variable("AWS_DEFAULT_REGION"))
            {
                Some(region) => Some(region),
                None => credentials::profile_region(connection).await,
            },
        };
        let region = Some(Region::new(named.unwrap_or_else(|| region.to_owned())));
        let limits = TimeoutConfig::builder()
            .connect_timeout(self.limits.connect)
            .read_timeout(self.limits.read)
            .operation_attempt_timeout(self.limits.attempt)
            .build();
        let mut loader = aws_config::defaults(BEHAVIOR())
            .http_client(self.http.clone())
            .region(region.clone())
            .retry_config(RetryConfig::disabled())
            .timeout_config(limits)
            // The cache is `Kept`, which can be told that AWS refuses what it holds.
            .identity_cache(IdentityCache::no_cache())
            .credentials_provider(credentials::source(connection, self.http.clone(), region));
        if let Some(name) = &connection.profile {
            loader = loader.profile_name(name);
        }
        if let Some(files) = credentials::profile_files(connection) {
            loader = loader.profile_files(files);
        }
        if let Some(flag) = connection.use_fips {
            loader = loader.use_fips(flag);
        }
        if let Some(flag) = connection.use_dualstack {
            loader = loader.use_dual_stack(flag);
        }
        credentials::assumed(connection, loader.load().await, self.limits.attempt).await
    }

    /// Who is calling, for AWS's logs.
    fn frameworks(&self) -> impl Iterator<Item = FrameworkMetadata> {
        let terraform = self.connection.terraform_version.clone();
        let own = FrameworkMetadata::new(env!("CARGO_PKG_NAME"), Some(env!("CARGO_PKG_VERSION")));
        [FrameworkMetadata::new("Terraform", Some(terraform)), own].into_iter().flatten()
    }
}

/// The URL that the environment or the shared files name for Cognito in place of AWS's own.
fn redirection(config: &SdkConfig) -> Option<String> {
    let key = ServiceConfigKey::builder().service_id("Cognito Identity Provider").env("AWS_ENDPOINT_URL").profile("endpoint_url");
    let service = config.service_config().zip(key.build().ok());
    let of_service = service.and_then(|(service, key)| service.load_config(key));
    of_service.or_else(|| config.endpoint_url().map(str::to_owned))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use crate::aws::connection::Endpoints;

    #[test]
    fn another_endpoint_than_aws_own_is_seen() {
        let own = SdkConfig::builder().build();
        assert_eq!(redirection(&own), None);
        let other = own.into_builder().endpoint_url("http://127.0.0.1:4566").build();
        assert_eq!(redirection(&other).as_deref(), Some("http://127.0.0.1:4566"));
    }

    #[tokio::test]
    async fn clients_of_one_region_share_their_turns() {
        let endpoints = Endpoints { cognitoidp: Some("http://127.0.0.1:1".into()), ..Endpoints::default() };
        let clients = Clients::new(Connection { endpoints, ..Connection::default() }, CancellationToken::new());
        let pace = |region: &'static str, category| clients.0.pace(region, category);
        let one = pace("eu-west-1", Category::PoolRead).await;
        assert!(Arc::ptr_eq(&one, &pace("eu-west-1", Category::PoolRead).await));
        assert!(!Arc::ptr_eq(&one, &pace("eu-west-2", Category::PoolRead).await));
        assert!(!Arc::ptr_eq(&one, &pace("eu-west-1", Category::ResourceRead).await));
    }
}
