//! What the provider block and the environment say about reaching AWS.

use std::fmt;
use std::time::Duration;

/// Everything needed to reach AWS, from the provider block. Where a member is absent, the environment of the AWS SDKs decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// The Region for calls that belong to none (STS), and for clients whose caller knows none.
    pub region: Option<String>,
    /// Profile of the shared files; wins over `AWS_PROFILE` and over keys in the environment.
    pub profile: Option<String>,
    /// Credentials written in the provider block; they win over every other place.
    pub keys: Option<Keys>,
    /// Paths that replace `~/.aws/config` and `AWS_CONFIG_FILE`.
    pub shared_config_files: Vec<String>,
    /// Paths that replace `~/.aws/credentials` and `AWS_SHARED_CREDENTIALS_FILE`.
    pub shared_credentials_files: Vec<String>,
    /// Roles to assume, each with the credentials of the one before.
    pub assume_roles: Vec<AssumeRole>,
    /// URLs that replace AWS's own; they win over `AWS_ENDPOINT_URL` and its kin.
    pub endpoints: Endpoints,
    /// How often a call is tried again after the first try; wins over `AWS_MAX_ATTEMPTS`.
    pub max_retries: Option<u32>,
    /// Whether the metadata service of EC2 is left out of the search for credentials.
    pub skip_metadata_api_check: bool,
    /// Path of PEM certificates to trust instead of the system's; wins over `AWS_CA_BUNDLE`.
    pub custom_ca_bundle: Option<String>,
    /// Whether FIPS endpoints are called.
    pub use_fips: Option<bool>,
    /// Whether endpoints that also speak IPv6 are called.
    pub use_dualstack: Option<bool>,
    /// Version of the command line, for the user agent; empty where it is not known.
    pub terraform_version: String,
}

/// Text that no `Debug` or `Display` shows.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes the text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one who must send it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// Static credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// Access key id.
    pub access_key: Secret,
    /// Secret access key.
    pub secret_key: Secret,
    /// Session token of temporary credentials.
    pub token: Option<Secret>,
}

/// One role to assume before anything else is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssumeRole {
    /// ARN of the role.
    pub role_arn: String,
    /// Name of the session; one is made up where absent.
    pub session_name: Option<String>,
    /// External id the role's trust policy asks for.
    pub external_id: Option<Secret>,
    /// How long the session lasts; AWS says one hour where absent.
    pub duration: Option<Duration>,
    /// Inline session policy, JSON.
    pub policy: Option<String>,
    /// Managed session policies.
    pub policy_arns: Vec<String>,
    /// Session tags, as key and value.
    pub tags: Vec<(String, String)>,
}

/// URLs that replace AWS's own endpoints, such as `http://127.0.0.1:4566`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoints {
    /// Amazon Cognito user pools.
    pub cognitoidp: Option<String>,
    /// IAM.
    pub iam: Option<String>,
    /// Amazon SNS.
    pub sns: Option<String>,
    /// STS, for `assume_role`.
    pub sts: Option<String>,
}

/// A setting's text in the environment; an empty variable counts as absent, as in the AWS SDKs.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.trim().is_empty())
}

/// Why a text cannot be the URL of an endpoint, as the end of a sentence that begins with it; `None` where it can.
pub fn url_problem(text: &str) -> Option<&'static str> {
    let Ok(url) = url::Url::parse(text) else { return Some("is not a URL such as `http://localhost:4566`") };
    match url.scheme() {
        "http" | "https" if url.host().is_none() => Some("names no host"),
        "http" | "https" if !url.username().is_empty() || url.password().is_some() => {
            Some("carries a user name or password, which AWS does not take there")
        }
        "http" | "https" if url.query().is_some() || url.fragment().is_some() => Some("has a query or fragment"),
        "http" | "https" => None,
        _ => Some("does not begin with `http://` or `https://`"),
    }
}

impl Connection {
    /// How often one call is made at most, the first try included: `max_retries` + 1, else `AWS_MAX_ATTEMPTS`, else 26.
    pub(super) fn attempts(&self) -> u32 {
        self.attempts_with(variable("AWS_MAX_ATTEMPTS").as_deref())
    }

    fn attempts_with(&self, variable: Option<&str>) -> u32 {
        const DEFAULT_RETRIES: u32 = 25;
        let environment = || variable.and_then(|text| text.trim().parse().ok()).filter(|attempts| *attempts > 0);
        self.max_retries.map(|retries| retries.saturating_add(1)).or_else(environment).unwrap_or(DEFAULT_RETRIES + 1)
    }

    /// The CA bundle to read, and who named it.
    pub(super) fn ca_bundle(&self) -> Option<(String, &'static str)> {
        let argument = self.custom_ca_bundle.clone().map(|path| (path, "`custom_ca_bundle`"));
        argument.or_else(|| variable("AWS_CA_BUNDLE").map(|path| (path, "AWS_CA_BUNDLE")))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let connection = Connection {
            keys: Some(Keys {
                access_key: Secret::new("CANARY1"),
                secret_key: Secret::new("CANARY2"),
                token: Some(Secret::new("CANARY3")),
            }),
            assume_roles: vec![AssumeRole { external_id: Some(Secret::new("CANARY4")), ..AssumeRole::default() }],
            ..Connection::default()
        };
        let text = format!("{connection:?} {connection:#?} {}", Secret::new("CANARY5"));
        assert!(!text.contains("CANARY"), "{text}");
        assert!(text.contains("(hidden)"));
        assert_eq!(Secret::new("CANARY6").reveal(), "CANARY6");
    }

    #[test]
    fn an_endpoint_is_an_http_url_and_nothing_more() {
        for good in ["http://localhost:4566", "https://cognito-idp.us-east-1.amazonaws.com/", "http://[::1]:80", "https://h/path"]
        {
            assert_eq!(url_problem(good), None, "{good}");
        }
        let bad = ["localhost:4566", "localhost", "", "ftp://h", "http://", "http://u:p@h", "http://h?a=b", "http://h#f"];
        assert!(bad.iter().all(|text| url_problem(text).is_some()));
    }

    #[test]
    fn max_retries_wins_over_the_environment() {
        let attempts = |max_retries, variable| Connection { max_retries, ..Connection::default() }.attempts_with(variable);
        assert_eq!(attempts(None, None), 26);
        assert_eq!(attempts(None, Some("7")), 7);
        assert_eq!(attempts(None, Some("0")), 26);
        assert_eq!(attempts(None, Some("many")), 26);
        assert_eq!(attempts(Some(0), Some("7")), 1);
        assert_eq!(attempts(Some(u32::MAX), None), u32::MAX);
    }
}
