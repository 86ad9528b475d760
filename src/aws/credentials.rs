//! Where credentials come from: resolved on first use, in the order of the AWS SDKs, provider arguments first.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::meta::region::ProvideRegion;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_config::{Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, Result as Provided, SharedCredentialsProvider, future};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::origin::Origin;

use super::clients::BEHAVIOR;
use super::connection::{AssumeRole, Connection, variable};

// The names that do not warn live in a crate that need not be a direct dependency for two words.
#[allow(deprecated)]
pub(super) type ProfileFiles = aws_config::profile::profile_file::ProfileFiles;
#[allow(deprecated)]
type ProfileFileKind = aws_config::profile::profile_file::ProfileFileKind;

/// The shared files the provider block names; `None` leaves the SDK's own choice.
pub(super) fn profile_files(connection: &Connection) -> Option<ProfileFiles> {
    let (config, credentials) = (&connection.shared_config_files, &connection.shared_credentials_files);
    if config.is_empty() && credentials.is_empty() {
        return None;
    }
    let mut files = ProfileFiles::builder();
    files = config.iter().fold(files, |files, path| files.with_file(ProfileFileKind::Config, at_home(path)));
    files = credentials.iter().fold(files, |files, path| files.with_file(ProfileFileKind::Credentials, at_home(path)));
    files = files.include_default_config_file(config.is_empty());
    Some(files.include_default_credentials_file(credentials.is_empty()).build())
}

/// A path whose `~` is the home directory, as `provider "aws"` reads it.
fn at_home(path: &str) -> String {
    match (path.strip_prefix("~/"), variable("HOME")) {
        (Some(rest), Some(home)) => format!("{home}/{rest}"),
        _ => path.to_owned(),
    }
}

/// The Region that the profile of a connection names in the shared files; reads files, calls nobody.
pub async fn profile_region(connection: &Connection) -> Option<String> {
    let mut builder = ProfileFileRegionProvider::builder();
    if let Some(name) = &connection.profile {
        builder = builder.profile_name(name);
    }
    if let Some(files) = profile_files(connection) {
        builder = builder.profile_files(files);
    }
    builder.build().region().await.map(|region| region.as_ref().to_owned())
}

/// Credentials that can be looked at before the first call. What was found then is handed to that call, so that nobody is asked
/// twice.
#[derive(Clone)]
pub(super) struct Source {
    chain: SharedCredentialsProvider,
    found: Arc<Mutex<Option<Provided>>>,
}

impl Source {
    /// The id of the access key; `None` where there are no credentials, which is for the first call to say.
    pub(super) async fn access_key(&self) -> Option<String> {
        let found = self.chain.provide_credentials().await;
        let id = found.as_ref().ok().map(|credentials| credentials.access_key_id().to_owned());
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
        id
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("chain", &self.chain).finish_non_exhaustive()
    }
}

impl ProvideCredentials for Source {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner).take();
        match found {
            Some(found) => future::ProvideCredentials::ready(found),
            None => self.chain.provide_credentials(),
        }
    }

    fn fallback_on_interrupt(&self) -> Option<Credentials> {
        self.chain.fallback_on_interrupt()
    }
}

/// The credentials before any role is assumed. Nothing is read until they are asked for.
pub(super) fn source(connection: &Connection, http: SharedHttpClient, region: Option<Region>) -> Source {
    Source { chain: chain(connection, http, region), found: Arc::default() }
}

fn chain(connection: &Connection, http: SharedHttpClient, region: Option<Region>) -> SharedCredentialsProvider {
    if let Some(keys) = &connection.keys {
        let token = keys.token.as_ref().map(|token| token.reveal().to_owned());
        let credentials = Credentials::new(keys.access_key.reveal(), keys.secret_key.reveal(), token, None, "provider block");
        return SharedCredentialsProvider::new(credentials);
    }
    let config = ProviderConfig::without_region()
        .with_region(region)
        .with_http_client(http)
        .with_retry_config(RetryConfig::standard())
        .with_behavior_version(Some(BEHAVIOR()))
        .with_use_fips(connection.use_fips)
        .with_use_dual_stack(connection.use_dualstack);
    let mut profile = ProfileFileCredentialsProvider::builder().configure(&config);
    if let Some(name) = &connection.profile {
        profile = profile.profile_name(name);
    }
    if let Some(files) = profile_files(connection) {
        profile = profile.profile_files(files);
    }
    let mut chain = match connection.profile {
        // The profile was asked for by name: keys that happen to be in the environment do not take its place.
        Some(_) => CredentialsProviderChain::first_try("Profile", profile.build()),
        None => CredentialsProviderChain::first_try("Environment", EnvironmentVariableCredentialsProvider::new())
            .or_else("Profile", profile.build()),
    };
    chain = chain
        .or_else("WebIdentityToken", WebIdentityTokenCredentialsProvider::builder().configure(&config).build())
        .or_else("EcsContainer", EcsCredentialsProvider::builder().configure(&config).build());
    if !connection.skip_metadata_api_check {
        chain = chain.or_else("Ec2InstanceMetadata", ImdsCredentialsProvider::builder().configure(&config).build());
    }
    SharedCredentialsProvider::new(chain)
}

/// The credentials after every role of the connection was assumed; `config` carries those before.
pub(super) async fn assumed(connection: &Connection, mut config: SdkConfig) -> SdkConfig {
    for role in &connection.assume_roles {
        let provider = assume(role, &sts_config(connection, config.clone())).await;
        config = config.into_builder().credentials_provider(SharedCredentialsProvider::new(provider)).build();
    }
    config
}

fn sts_config(connection: &Connection, config: SdkConfig) -> SdkConfig {
    // The SDK's own retries are right here: assuming a role twice does no harm.
    let mut builder = config.into_builder().retry_config(RetryConfig::standard());
    if let Some(url) = &connection.endpoints.sts {
        builder.insert_origin("endpoint_url", Origin::shared_config());
        builder.set_endpoint_url(Some(url.clone()));
    }
    builder.build()
}

async fn assume(role: &AssumeRole, config: &SdkConfig) -> AssumeRoleProvider {
    let mut builder = AssumeRoleProvider::builder(&role.role_arn).configure(config);
    if let Some(name) = &role.session_name {
        builder = builder.session_name(name);
    }
    if let Some(id) = &role.external_id {
        builder = builder.external_id(id.reveal());
    }
    if let Some(duration) = role.duration {
        builder = builder.session_length(duration);
    }
    if let Some(policy) = &role.policy {
        builder = builder.policy(policy);
    }
    if !role.policy_arns.is_empty() {
        builder = builder.policy_arns(role.policy_arns.clone());
    }
    if !role.tags.is_empty() {
        builder = builder.tags(role.tags.clone());
    }
    builder.build().await
}

/// Every place that is searched for credentials, in order, in words.
pub(super) fn places(connection: &Connection) -> Vec<String> {
    let skipped = "not searched, because a profile is named in the provider block";
    let environment = if connection.profile.is_some() { skipped } else { set_or_not("AWS_ACCESS_KEY_ID") };
    let chosen = connection.profile.clone().map(|name| (name, "`profile`"));
    let (profile, origin) = chosen
        .or_else(|| variable("AWS_PROFILE").map(|name| (name, "AWS_PROFILE")))
        .unwrap_or_else(|| ("default".into(), "the default"));
    let files = |paths: &[String], variable_name: &str, default: &str| {
        if paths.is_empty() { variable(variable_name).unwrap_or_else(|| default.into()) } else { paths.join(", ") }
    };
    let config = files(&connection.shared_config_files, "AWS_CONFIG_FILE", "~/.aws/config");
    let credentials = files(&connection.shared_credentials_files, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials");
    let metadata = match (connection.skip_metadata_api_check, variable("AWS_EC2_METADATA_DISABLED")) {
        (true, _) => "skipped: `skip_metadata_api_check`",
        (false, Some(flag)) if flag.eq_ignore_ascii_case("true") => "skipped: AWS_EC2_METADATA_DISABLED",
        (false, _) => "no answer with credentials",
    };
    vec![
        "arguments `access_key` and `secret_key` of the provider block: not set".into(),
        format!("environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: {environment}"),
        format!("profile \"{profile}\" ({origin}) in {config} and {credentials}: keys, role, `credential_process`, SSO"),
        format!("web identity (AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN): {}", set_or_not("AWS_WEB_IDENTITY_TOKEN_FILE")),
        format!("container credentials (AWS_CONTAINER_CREDENTIALS_*): {}", container()),
        format!("instance metadata of EC2: {metadata}"),
    ]
}

fn set_or_not(name: &str) -> &'static str {
    if variable(name).is_some() { "set, but without usable credentials" } else { "not set" }
}

fn container() -> &'static str {
    let relative = variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    if relative.is_some() { "set, but without usable credentials" } else { set_or_not("AWS_CONTAINER_CREDENTIALS_FULL_URI") }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_named_in_order() {
        let connection = Connection {
            profile: Some("team".into()),
            shared_config_files: vec!["/etc/one".into(), "/etc/two".into()],
            skip_metadata_api_check: true,
            ..Connection::default()
        };
        let text = places(&connection).join("\n");
        let order = ["`access_key`", "AWS_ACCESS_KEY_ID", "\"team\" (`profile`)", "web identity", "container", "EC2"];
        let found: Vec<_> = order.iter().map(|word| text.find(word).expect(word)).collect();
        assert!(found.is_sorted(), "{text}");
        assert!(text.contains("/etc/one, /etc/two and "));
        assert!(text.contains("skipped: `skip_metadata_api_check`"));
        assert!(!places(&Connection::default()).join("\n").contains("skip_metadata_api_check"));
    }

    /// Counts how often it is asked.
    #[derive(Clone, Debug, Default)]
    struct Counting(Arc<std::sync::atomic::AtomicU32>);

    impl ProvideCredentials for Counting {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let count = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            future::ProvideCredentials::ready(Ok(Credentials::new(format!("key{count}"), "secret", None, None, "test")))
        }
    }

    #[tokio::test]
    async fn credentials_that_were_looked_at_serve_the_first_call() {
        let counting = Counting::default();
        let source = Source { chain: SharedCredentialsProvider::new(counting.clone()), found: Arc::default() };
        assert_eq!(source.access_key().await.as_deref(), Some("key1"));
        let shared = SharedCredentialsProvider::new(source.clone());
        for expected in ["key1", "key2", "key3"] {
            assert_eq!(shared.provide_credentials().await.unwrap().access_key_id(), expected);
        }
        assert_eq!(counting.0.load(std::sync::atomic::Ordering::Relaxed), 3);
        assert!(!format!("{source:?}").contains("key1"));
    }

    #[tokio::test]
    async fn the_region_of_a_profile_comes_from_the_named_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        std::fs::write(&path, "[default]\nregion = eu-west-1\n[profile team]\nregion = eu-north-1\n").unwrap();
        let files = vec![path.display().to_string()];
        let team = Connection { profile: Some("team".into()), shared_config_files: files.clone(), ..Connection::default() };
        assert_eq!(profile_region(&team).await.as_deref(), Some("eu-north-1"));
        let nobody = Connection { profile: Some("nobody".into()), shared_config_files: files, ..Connection::default() };
        assert_eq!(profile_region(&nobody).await, None);
    }
}
