//! What the sandbox holds: pools and their users, roles, policies, SMS accounts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ACCOUNT, json};

/// Everything that outlives a restart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// How many things were made: identifiers derive from it.
    pub made: u64,
    /// Pools by id.
    pub pools: BTreeMap<String, Pool>,
    /// Roles by name.
    pub roles: BTreeMap<String, Role>,
    /// Customer managed policies by ARN.
    pub policies: BTreeMap<String, ManagedPolicy>,
    /// SMS accounts by Region.
    pub sms_accounts: BTreeMap<String, SmsAccount>,
    /// ARNs of assumed roles by access key.
    pub sessions: BTreeMap<String, String>,
}

impl State {
    /// A number nothing else has.
    pub fn next_number(&mut self) -> u64 {
        self.made += 1;
        self.made
    }
}

/// `MfaConfiguration` of a pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Mode {
    /// No MFA.
    #[default]
    Off,
    /// Users may set up MFA.
    Optional,
    /// Users must.
    On,
}

impl Mode {
    /// Reads AWS's spelling.
    pub fn decode(text: &str) -> Option<Self> {
        match text {
            "OFF" => Some(Self::Off),
            "OPTIONAL" => Some(Self::Optional),
            "ON" => Some(Self::On),
            _ => None,
        }
    }

    /// AWS's spelling.
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "OFF",
            Self::Optional => "OPTIONAL",
            Self::On => "ON",
        }
    }
}

/// A user pool.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pool {
    /// Its id.
    pub id: String,
    /// The Region it was made in.
    pub region: String,
    /// Milliseconds since 1970.
    pub created_ms: i64,
    /// Milliseconds since 1970.
    pub modified_ms: i64,
    /// The members `DescribeUserPool` shows, `SmsConfiguration` among them, as they were sent.
    pub settings: Map<String, Value>,
    /// The mode.
    pub mode: Mode,
    /// Whether SMS was switched on as a factor; not the same as having an SMS configuration (M16).
    pub sms_factor: bool,
    /// `Enabled` of the token block, where one was sent.
    pub token: Option<bool>,
    /// The email block, whose presence is the factor (E06).
    pub email: Option<Map<String, Value>>,
    /// The passkey block.
    pub web_authn: Option<Map<String, Value>>,
    /// Users by name.
    pub users: BTreeMap<String, User>,
}

impl Pool {
    /// The ARN.
    pub fn arn(&self) -> String {
        pool_arn(&self.region, &self.id)
    }

    /// One member as it was sent.
    pub fn setting(&self, path: &[&str]) -> Option<&Value> {
        let (first, rest) = path.split_first()?;
        json::at(self.settings.get(*first)?, rest)
    }

    /// One member that is text.
    pub fn text(&self, path: &[&str]) -> Option<&str> {
        self.setting(path)?.as_str()
    }

    /// One member that is a list of texts; absent is empty.
    pub fn texts(&self, path: &[&str]) -> Vec<&str> {
        self.setting(path).and_then(|list| json::texts(list, &[])).unwrap_or_default()
    }

    /// `LITE`, `ESSENTIALS` or `PLUS`.
    pub fn tier(&self) -> &str {
        self.text(&["UserPoolTier"]).unwrap_or("ESSENTIALS")
    }

    /// The allowed first factors.
    pub fn first_factors(&self) -> Vec<&str> {
        self.texts(&["Policies", "SignInPolicy", "AllowedFirstAuthFactors"])
    }

    /// The names of the recovery mechanisms; `None` for the legacy recovery of a pool that never set any.
    pub fn recovery(&self) -> Option<Vec<&str>> {
        let mechanisms = self.setting(&["AccountRecoverySetting", "RecoveryMechanisms"])?.as_array()?;
        Some(mechanisms.iter().filter_map(|mechanism| json::text(mechanism, &["Name"])).collect())
    }

    /// Whether the pool can send SMS at all.
    pub fn has_sms(&self) -> bool {
        self.settings.contains_key("SmsConfiguration")
    }

    /// Whether a factor is switched on.
    pub fn has_factor(&self) -> bool {
        self.sms_factor || self.token == Some(true) || self.email.is_some()
    }

    /// Whether the passkey counts as two factors.
    pub fn has_multi_factor_passkey(&self) -> bool {
        self.web_authn
            .as_ref()
            .and_then(|block| block.get("FactorConfiguration"))
            .is_some_and(|factor| factor == "MULTI_FACTOR_WITH_USER_VERIFICATION")
    }
}

/// A user of a pool.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// The name.
    pub username: String,
    /// Attributes by name.
    pub attributes: BTreeMap<String, String>,
    /// Milliseconds since 1970.
    pub created_ms: i64,
    /// Milliseconds since 1970.
    pub modified_ms: i64,
    /// Whether a software token is associated and verified.
    pub token_enrolled: bool,
    /// `SMS_MFA`, `SOFTWARE_TOKEN_MFA`, `EMAIL_OTP`.
    pub factors: Vec<String>,
    /// The preferred one of them.
    pub preferred: Option<String>,
    /// Whether the passkey is a factor for this user.
    pub passkey_factor: bool,
}

/// An IAM role.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Role {
    /// The name.
    pub name: String,
    /// The path, with a slash at both ends.
    pub path: String,
    /// The ARN.
    pub arn: String,
    /// The unique id.
    pub id: String,
    /// Milliseconds since 1970.
    pub created_ms: i64,
    /// The trust policy as it was sent.
    pub trust: String,
    /// The description.
    pub description: Option<String>,
    /// Seconds.
    pub max_session: i64,
    /// ARN of the boundary policy.
    pub boundary: Option<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Inline policies by name.
    pub inline: BTreeMap<String, String>,
    /// ARNs of attached policies.
    pub attached: Vec<String>,
    /// Cognito writes that still meet the role as it was (I06).
    #[serde(default)]
    pub unseen_trust: u32,
    /// The same for its policies.
    #[serde(default)]
    pub unseen_policies: u32,
}

/// A customer managed policy with its one version.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ManagedPolicy {
    /// The name.
    pub name: String,
    /// The path.
    pub path: String,
    /// The ARN.
    pub arn: String,
    /// The unique id.
    pub id: String,
    /// Milliseconds since 1970.
    pub created_ms: i64,
    /// The document as it was sent.
    pub document: String,
}

/// What SNS holds for a Region.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SmsAccount {
    /// Whether only verified numbers get messages.
    pub in_sandbox: bool,
    /// Numbers with `Verified` or `Pending`.
    pub sandbox_numbers: BTreeMap<String, String>,
    /// Numbers messages can come from.
    pub origination_numbers: Vec<String>,
    /// `MonthlySpendLimit` and others.
    pub attributes: BTreeMap<String, String>,
}

/// The partition of a Region.
pub fn partition(region: &str) -> &'static str {
    match region.split('-').next() {
        Some("cn") => "aws-cn",
        Some("eusc") => "aws-eusc",
        Some("us") if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// The ARN of a pool.
pub fn pool_arn(region: &str, id: &str) -> String {
    format!("arn:{}:cognito-idp:{region}:{ACCOUNT}:userpool/{id}", partition(region))
}
