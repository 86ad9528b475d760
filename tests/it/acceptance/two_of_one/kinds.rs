//! The resources of the table: their blocks, and what AWS needs before them.

use serde_json::json;

use super::Case;

/// A resource that can be two of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `cognitomfa_user_pool_mfa`
    Mode,
    /// `cognitomfa_software_token`
    Token,
    /// `cognitomfa_sms_configuration`
    Sms,
    /// `cognitomfa_user_mfa_preference`
    Preference,
    /// `cognitomfa_sms_role`
    Role,
}

/// Those about a pool or a user.
pub const OF_POOLS: &[Kind] = &[Kind::Mode, Kind::Token, Kind::Sms, Kind::Preference];

/// A `deletion_policy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    Retain,
    Off,
    Restore,
    Prevent,
}

impl Policy {
    pub fn word(self) -> &'static str {
        match self {
            Self::Retain => "RETAIN",
            Self::Off => "OFF",
            Self::Restore => "RESTORE",
            Self::Prevent => "PREVENT",
        }
    }
}

pub const USER: &str = "break-glass";
pub const EXTERNAL_ID: &str = "two-of-one";

impl Kind {
    pub fn resource(self) -> &'static str {
        match self {
            Self::Mode => "cognitomfa_user_pool_mfa",
            Self::Token => "cognitomfa_software_token",
            Self::Sms => "cognitomfa_sms_configuration",
            Self::Preference => "cognitomfa_user_mfa_preference",
            Self::Role => "cognitomfa_sms_role",
        }
    }

    /// The policies it has; those without the argument have one way to end.
    pub fn policies(self) -> &'static [Policy] {
        match self {
            Self::Mode => &[Policy::Retain, Policy::Off, Policy::Restore, Policy::Prevent],
            Self::Preference => &[Policy::Retain, Policy::Off],
            Self::Token | Self::Sms | Self::Role => &[Policy::Off],
        }
    }
}

impl Case {
    pub fn address(&self, name: &str) -> String {
        format!("{}.{name}", self.kind.resource())
    }

    /// Import id of the object.
    pub fn id(&self) -> String {
        match self.kind {
            Kind::Preference => format!("{}/{USER}", self.stage.pool),
            Kind::Role => "two-of-one".to_owned(),
            Kind::Mode | Kind::Token | Kind::Sms => self.stage.pool.clone(),
        }
    }

    /// The resource under this name about the pool of this expression, with further lines.
    pub fn block_of(&self, name: &str, pool: &str, more: &str) -> String {
        let policy = format!("deletion_policy = \"{}\"", self.policy.word());
        let body = match self.kind {
            Kind::Mode => format!(
                "user_pool_id = {pool}\n  mfa_configuration = \"OPTIONAL\"\n  software_token_mfa_configuration = {{ enabled = true }}\n  \
                 {policy}\n  waivers = [{{ rule = \"restore_weakens\", reason = \"tried\" }}]"
            ),
            Kind::Token => format!("user_pool_id = {pool}"),
            Kind::Sms => format!(
                "user_pool_id = {pool}\n  sms_configuration = {{ sns_caller_arn = \"{}\", external_id = \"{EXTERNAL_ID}\" }}",
                self.role()
            ),
            Kind::Preference => format!(
                "user_pool_id = {pool}\n  username = \"{USER}\"\n  sms_mfa_settings = {{ enabled = true, preferred_mfa = true }}\n  {policy}"
            ),
            Kind::Role => format!("name = \"two-of-one\"\n  external_id = \"{EXTERNAL_ID}\""),
        };
        format!("resource \"{}\" \"{name}\" {{\n  {body}\n  {more}\n}}\n", self.kind.resource())
    }

    /// The same about the pool of the case.
    pub fn block(&self, name: &str, more: &str) -> String {
        self.block_of(name, &format!("\"{}\"", self.stage.pool), more)
    }

    /// ARN of the role that sends: made before the provider comes.
    pub fn role(&self) -> String {
        std::fs::read_to_string(self.stage.workspace.path().join("role.txt")).expect("the role was made")
    }

    /// Another alias of the provider, `cognitomfa.other`: a process of its own.
    pub fn alias(&self) -> String {
        let block = crate::support::workspace::provider_block(&self.stage.endpoint.url, "alias = \"other\"");
        let (_, provider) = block.split_once("provider ").expect("a provider block");
        format!("provider {provider}")
    }
}

/// Makes what AWS has before the first apply.
pub fn prepare(case: &Case) {
    let stage = &case.stage;
    let role = stage.aws.create_sms_role(EXTERNAL_ID);
    std::fs::write(stage.workspace.path().join("role.txt"), &role).unwrap();
    let sms = json!({ "SmsConfiguration": { "SnsCallerArn": role, "ExternalId": EXTERNAL_ID } });
    let token = json!({ "Enabled": true });
    let set = |members| stage.aws.set_mfa(&stage.pool, members).expect("the pool takes it");
    match case.kind {
        Kind::Mode | Kind::Role => {}
        Kind::Token => drop(set(json!({ "MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": sms }))),
        Kind::Sms => drop(set(json!({ "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": token }))),
        Kind::Preference => {
            set(json!({ "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": token, "SmsMfaConfiguration": sms }));
            let attributes = json!([{ "Name": "phone_number", "Value": "+15550100" }]);
            let user =
                json!({ "UserPoolId": stage.pool, "Username": USER, "MessageAction": "SUPPRESS", "UserAttributes": attributes });
            stage.aws.cognito("AdminCreateUser", &user).expect("a user can be created");
        }
    }
    stage.clear_journal();
}
