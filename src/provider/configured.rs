//! The provider block turned into clients and a policy.

use std::collections::BTreeMap;
use std::time::Instant;

use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use super::account::Account;
use super::arguments::{Arguments, RoleArguments};
use super::pool_senders::PoolSenders;
use super::pools::Pools;
use super::roles::Roles;
use super::sms_accounts::SmsAccounts;
use super::validate::{RULES_PROFILE, duration};
use super::walk::{Hold, Walk};
use crate::aws::{AssumeRole, Clients, Connection, Endpoints, Keys, profile_region};
use crate::rules::{Level, Open, Policy, Profile};
use crate::tf::{Diagnostic, Value};

/// What resources need of the configured provider.
#[derive(Debug)]
pub struct Configured {
    /// Ways to AWS.
    pub clients: Clients,
    /// `rules` of the provider block, without the waivers of a resource.
    pub policy: Policy,
    /// Region from the provider block, the environment or the profile. Resources that know a pool id take its Region instead.
    pub region: Option<String>,
    /// Cancelled by `StopProvider`.
    pub stop: CancellationToken,
    /// Whether an argument that decides whom to call, and as whom, is not known yet. Nothing must be called then: it could be
    /// the wrong account.
    pub unknown: bool,
    /// What is known and locked per pool.
    pub pools: Pools,
    /// What is known of the roles that send SMS.
    pub roles: Roles,
    /// What is known of the account's SMS through SNS, by Region.
    pub sms_accounts: SmsAccounts,
    /// The account of the credentials.
    pub account: Account,
    /// Which pools send SMS with which role.
    pub pool_senders: PoolSenders,
    /// `default_tags` of the provider block; `Unknown` while a part of them is.
    pub default_tags: Value<BTreeMap<String, String>>,
    /// What this process and others of the same run plan.
    pub walk: Walk,
    /// What is looked up beside the pools.
    pub lookups: Lookups,
    searched: String,
}

/// `lookups` of the provider block: what is not looked up is unknown to the rules, without a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lookups {
    /// IAM: the SMS role and its policies.
    pub iam: bool,
    /// SNS: the SMS sandbox, the spend limit and origination numbers.
    pub sns: bool,
}

impl Configured {
    /// Reads the environment and, where nothing else names a Region, the shared files. Calls nobody.
    pub(super) async fn new(
        arguments: &Arguments,
        terraform_version: &str,
        stop: CancellationToken,
        variable: &(dyn Fn(&str) -> Option<String> + Sync),
    ) -> Self {
        let connection = connection(arguments, terraform_version);
        let named = arguments.region.known().cloned();
        let environment = || variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
        let region = match named.or_else(environment) {
            Some(region) => Some(region),
            None if arguments.region.is_unknown() => None,
            None => profile_region(&connection).await,
        };
        let searched = searched(&connection, variable);
        let policy = policy(arguments, variable(RULES_PROFILE));
        let clients = Clients::new(Connection { region: region.clone(), ..connection }, stop.clone());
        Self {
            clients,
            policy,
            region,
            stop,
            unknown: arguments.is_unknown(),
            pools: Pools::default(),
            roles: Roles::default(),
            sms_accounts: SmsAccounts::default(),
            account: Account::default(),
            pool_senders: PoolSenders::default(),
            default_tags: default_tags(arguments),
            walk: Walk::alone(),
            lookups: lookups(arguments),
            searched,
        }
    }

    /// Holds an object in this process by `own`, and against others of this machine. `None` where that takes until the deadline, or the run
    /// is interrupted: then nothing may be written.
    pub async fn hold<G>(&self, object: &str, own: impl Future<Output = G>, deadline: Instant) -> Option<(G, Hold)> {
        let held = async { (own.await, self.walk.hold(object).await) };
        tokio::select! {
            held = held => Some(held),
            () = self.stop.cancelled() => None,
            () = tokio::time::sleep_until(deadline.into()) => None,
        }
    }

    /// The Region, or the error that names every place where it was looked for.
    pub fn region_or_diagnostic(&self) -> Result<&str, Diagnostic> {
        let missing = || {
            let detail = format!(
                "No Region is set. These places were searched, in this order:\n{}\n\nSet `region` in the provider block or the \
                 environment variable AWS_REGION.",
                self.searched
            );
            Diagnostic::error("No AWS Region", detail)
        };
        self.region.as_deref().ok_or_else(missing)
    }
}

fn searched(connection: &Connection, variable: &(dyn Fn(&str) -> Option<String> + Sync)) -> String {
    let profile = connection.profile.clone().or_else(|| variable("AWS_PROFILE")).unwrap_or_else(|| "default".into());
    let files = if connection.shared_config_files.is_empty() {
        variable("AWS_CONFIG_FILE").unwrap_or_else(|| "~/.aws/config".into())
    } else {
        connection.shared_config_files.join(", ")
    };
    format!(
        "  - argument `region` of the provider block\n  - environment variable AWS_REGION\n  - environment variable \
         AWS_DEFAULT_REGION\n  - `region` of profile \"{profile}\" in {files}"
    )
}

/// The arguments about AWS; those that are not known yet read as absent.
fn connection(arguments: &Arguments, terraform_version: &str) -> Connection {
    let keys = arguments.access_key.known().zip(arguments.secret_key.known());
    let texts = |value: &Value<Vec<String>>| value.known().cloned().unwrap_or_default();
    Connection {
        region: arguments.region.known().cloned(),
        profile: arguments.profile.known().cloned(),
        keys: keys.map(|(access_key, secret_key)| Keys {
            access_key: access_key.clone(),
            secret_key: secret_key.clone(),
            token: arguments.token.known().cloned(),
        }),
        shared_config_files: texts(&arguments.shared_config_files),
        shared_credentials_files: texts(&arguments.shared_credentials_files),
        assume_roles: arguments.assume_role.known().into_iter().flatten().filter_map(role).collect(),
        endpoints: endpoints(arguments),
        max_retries: arguments.max_retries.known().copied(),
        skip_metadata_api_check: arguments.skip_metadata_api_check.known().copied().unwrap_or_default(),
        custom_ca_bundle: arguments.custom_ca_bundle.known().cloned(),
        use_fips: arguments.use_fips_endpoint.known().copied(),
        use_dualstack: arguments.use_dualstack_endpoint.known().copied(),
        terraform_version: terraform_version.to_owned(),
    }
}

fn role(role: &RoleArguments) -> Option<AssumeRole> {
    let tags = role.tags.known().into_iter().flatten();
    Some(AssumeRole {
        role_arn: role.role_arn.known()?.clone(),
        session_name: role.session_name.known().cloned(),
        external_id: role.external_id.known().cloned(),
        duration: role.duration.known().and_then(|text| duration(text)),
        policy: role.policy.known().cloned(),
        policy_arns: role.policy_arns.known().cloned().unwrap_or_default(),
        tags: tags.filter_map(|(key, value)| Some((key.clone(), value.known()?.clone()))).collect(),
    })
}

fn endpoints(arguments: &Arguments) -> Endpoints {
    let mut endpoints = Endpoints::default();
    for (service, url, _) in arguments.endpoints.known().into_iter().flatten() {
        let Some(url) = url.known() else { continue };
        let place = match service.as_str() {
            "cognitoidp" | "cognitoidentityprovider" => &mut endpoints.cognitoidp,
            "iam" => &mut endpoints.iam,
            "sns" => &mut endpoints.sns,
            _ => &mut endpoints.sts,
        };
        *place = Some(url.clone());
    }
    endpoints
}

/// A flag that is not known yet may become `false`: nothing is called then.
fn lookups(arguments: &Arguments) -> Lookups {
    let on = |flag: &Value<bool>| match flag {
        Value::Known(flag) => *flag,
        Value::Null => true,
        Value::Unknown => false,
    };
    Lookups { iam: on(&arguments.lookups.iam), sns: on(&arguments.lookups.sns) }
}

/// A tag without a value is not set, as in `provider "aws"`.
fn default_tags(arguments: &Arguments) -> Value<BTreeMap<String, String>> {
    let tags = match &arguments.default_tags {
        Value::Known(tags) if tags.values().any(Value::is_unknown) => return Value::Unknown,
        Value::Known(tags) => tags,
        Value::Null => return Value::Null,
        Value::Unknown => return Value::Unknown,
    };
    Value::Known(tags.iter().filter_map(|(key, value)| Some((key.clone(), value.known()?.clone()))).collect())
}

/// How findings are weighed, where all of it is known.
pub(super) fn known_policy(arguments: &Arguments, variable: Option<String>) -> Option<Policy> {
    let policy = policy(arguments, variable);
    let is_known = policy.open == Open::default() && !arguments.rules.allow_waivers.is_unknown();
    is_known.then_some(policy)
}

fn policy(arguments: &Arguments, variable: Option<String>) -> Policy {
    let rules = &arguments.rules;
    let profile = rules.profile.known().cloned().or(variable).and_then(|name| Profile::parse(&name));
    let severity = rules.severity.known().into_iter().flatten();
    let level = |level: &Value<String>| level.known().and_then(|level| Level::parse(level));
    let unknown = rules.severity.known().into_iter().flatten().filter(|(_, level)| level.is_unknown());
    Policy {
        profile: profile.unwrap_or_default(),
        open: Open {
            profile: rules.profile.is_unknown(),
            severities: rules.severity.is_unknown(),
            severity: unknown.map(|(rule, _)| rule.clone()).collect(),
        },
        severity: severity.filter_map(|(rule, text)| Some((rule.clone(), level(text)?))).collect::<BTreeMap<_, _>>(),
        allow_waivers: rules.allow_waivers.known().copied().unwrap_or(true),
        waivers: Vec::new(),
        today: OffsetDateTime::now_utc().date(),
    }
}
