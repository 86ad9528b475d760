//! Configurations that together set every argument of every resource type, and what they need in an account.

use cognitomfa::resources::{self, Resource};
use cognitomfa::tf::{Dynamic, json};
use serde_json::{Value, json as text};

use crate::support::Aws;
use crate::support::aws::unique;

/// What the samples refer to.
#[derive(Clone, Debug)]
pub struct Account {
    pub pool: String,
    pub other_pool: String,
    pub role: String,
    pub other_role: String,
}

pub const USER: &str = "break-glass";
pub const OTHER_USER: &str = "break-glass-2";
const EXTERNAL_ID: &str = "promises";

/// One configuration of a resource type.
pub struct Sample {
    pub name: &'static str,
    pub kind: &'static str,
    pub attributes: fn(&Account) -> Value,
}

impl Sample {
    pub fn resource(&self) -> &'static dyn Resource {
        *resources::all().iter().find(|resource| resource.type_name() == self.kind).expect("a resource type")
    }

    pub fn config(&self, account: &Account) -> Dynamic {
        let attributes = (self.attributes)(account).to_string();
        json::decode_lenient(attributes.as_bytes(), &self.resource().schema().ty()).unwrap()
    }
}

impl Account {
    /// Two pools that can have every factor, with a user each who can too, and two roles.
    pub fn make(aws: &Aws) -> Self {
        let pool = || {
            let email = text!({ "EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/example.com" });
            let created = aws.cognito(
                "CreateUserPool",
                &text!({ "PoolName": unique("promises"), "UserPoolTier": "PLUS", "EmailConfiguration": email,
                    "AccountRecoverySetting": { "RecoveryMechanisms": [{ "Name": "admin_only", "Priority": 1 }] } }),
            );
            let id = created.expect("a pool")["UserPool"]["Id"].as_str().unwrap().to_owned();
            for name in [USER, OTHER_USER] {
                let has = text!([{ "Name": "phone_number", "Value": "+15550100" }, { "Name": "email", "Value": "b@example.com" },
                    { "Name": "phone_number_verified", "Value": "true" }, { "Name": "email_verified", "Value": "true" }]);
                aws.cognito("AdminCreateUser", &text!({ "UserPoolId": id, "Username": name, "UserAttributes": has }))
                    .expect("a user");
            }
            id
        };
        let role = || aws.create_sms_role(EXTERNAL_ID);
        Self { pool: pool(), other_pool: pool(), role: role(), other_role: role() }
    }

    /// Turns on what users need before they can prefer it.
    pub fn offer_every_factor(&self, aws: &Aws) {
        for pool in [&self.pool, &self.other_pool] {
            let members = text!({ "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": { "Enabled": true },
                "EmailMfaConfiguration": {},
                "SmsMfaConfiguration": { "SmsConfiguration": { "SnsCallerArn": self.role, "ExternalId": EXTERNAL_ID } } });
            aws.set_mfa(pool, members).expect("every factor");
        }
    }
}

const MODE: &str = "cognitomfa_user_pool_mfa";

fn safeguards(mut attributes: Value) -> Value {
    let more = text!({
        "waivers": [{ "rule": "sms_sandbox", "reason": "sample", "expires": "2099-12-31" }],
        "timeouts": { "create": "2m", "read": "2m", "update": "2m", "delete": "2m" },
    });
    attributes.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    attributes
}

fn eums(account: &Account) -> Value {
    text!({ "eums_sms": { "caller_arn": account.role, "external_id": EXTERNAL_ID, "origination_identity": "+15550111",
        "configuration_set_name": "set", "in_entity_id": "1234", "in_template_id": "5678", "region": "us-east-1" } })
}

fn sns(account: &Account) -> Value {
    text!({ "sns_caller_arn": account.role, "external_id": EXTERNAL_ID, "sns_region": "us-east-1" })
}

const MESSAGE: &str = "Your code is {####}";

pub const ALL: &[Sample] = &[
    Sample {
        name: "app alone",
        kind: MODE,
        attributes: |account| {
            safeguards(text!({ "user_pool_id": account.pool, "region": "us-east-1", "mfa_configuration": "OPTIONAL",
                "software_token_mfa_configuration": { "enabled": true }, "factor_management": "exclusive", "deletion_policy": "RETAIN" }))
        },
    },
    Sample {
        name: "SNS and passkeys",
        kind: MODE,
        attributes: |account| {
            text!({ "user_pool_id": account.pool, "mfa_configuration": "OPTIONAL", "sms_configuration": sns(account),
                "software_token_mfa_configuration": { "enabled": true }, "sms_authentication_message": MESSAGE,
                "web_authn_configuration": { "relying_party_id": "login.example.com", "user_verification": "required",
                    "factor_configuration": "SINGLE_FACTOR" } })
        },
    },
    Sample {
        name: "End User Messaging and e-mail",
        kind: MODE,
        attributes: |account| {
            text!({ "user_pool_id": account.pool, "mfa_configuration": "OPTIONAL", "sms_configuration": eums(account),
                "software_token_mfa_configuration": { "enabled": true },
                "email_mfa_configuration": { "message": MESSAGE, "subject": "Code" } })
        },
    },
    Sample {
        name: "factors apart",
        kind: MODE,
        attributes: |account| {
            text!({ "user_pool_id": account.pool, "mfa_configuration": "OPTIONAL", "factor_management": "shared", "factors": [
                { "kind": "SOFTWARE_TOKEN", "user_pool_id": account.pool },
                { "kind": "SMS", "user_pool_id": account.pool, "sms_configuration": sns(account), "sms_authentication_message": MESSAGE },
            ] })
        },
    },
    Sample {
        name: "factors apart, End User Messaging",
        kind: MODE,
        attributes: |account| {
            text!({ "user_pool_id": account.pool, "mfa_configuration": "OPTIONAL", "factors": [
                { "kind": "SMS", "user_pool_id": account.pool, "sms_configuration": eums(account) },
            ] })
        },
    },
    Sample { name: "OFF", kind: MODE, attributes: |account| text!({ "user_pool_id": account.pool, "mfa_configuration": "OFF" }) },
    Sample {
        name: "app",
        kind: "cognitomfa_software_token",
        attributes: |account| safeguards(text!({ "user_pool_id": account.pool, "region": "us-east-1" })),
    },
    Sample {
        name: "SNS",
        kind: "cognitomfa_sms_configuration",
        attributes: |account| {
            safeguards(text!({ "user_pool_id": account.pool, "region": "us-east-1", "sms_configuration": sns(account),
                "sms_authentication_message": MESSAGE }))
        },
    },
    Sample {
        name: "End User Messaging",
        kind: "cognitomfa_sms_configuration",
        attributes: |account| text!({ "user_pool_id": account.pool, "sms_configuration": eums(account) }),
    },
    Sample {
        name: "all blocks",
        kind: "cognitomfa_user_mfa_preference",
        attributes: |account| {
            safeguards(text!({ "user_pool_id": account.pool, "username": USER, "region": "us-east-1", "deletion_policy": "OFF",
                "software_token_mfa_settings": { "enabled": false, "preferred_mfa": false },
                "sms_mfa_settings": { "enabled": true, "preferred_mfa": true },
                "email_mfa_settings": { "enabled": true, "preferred_mfa": false },
                "web_authn_mfa_settings": { "enabled": false } }))
        },
    },
    Sample {
        name: "one block",
        kind: "cognitomfa_user_mfa_preference",
        attributes: |account| text!({ "user_pool_id": account.pool, "username": USER, "email_mfa_settings": { "enabled": true } }),
    },
    Sample {
        name: "named",
        kind: "cognitomfa_sms_role",
        attributes: |account| {
            safeguards(
                text!({ "name": role_name(account, "named"), "path": "/mfa/", "description": "Sends.", "external_id": EXTERNAL_ID,
                "user_pool_ids": [account.pool, account.other_pool], "delivery": "SNS",
                "permissions_boundary": "arn:aws:iam::aws:policy/PowerUserAccess", "tags": { "team": "identity" } }),
            )
        },
    },
    Sample {
        name: "by prefix",
        kind: "cognitomfa_sms_role",
        attributes: |_| text!({ "name_prefix": "promises-", "delivery": "END_USER_MESSAGING" }),
    },
];

/// A name that no other account of a run has.
pub fn role_name(account: &Account, stem: &str) -> String {
    format!("{stem}-{}", account.pool.rsplit('_').next().unwrap())
}

/// The path without the numbers of elements.
fn pattern(path: &cognitomfa::tf::Path) -> Vec<cognitomfa::tf::Step> {
    path.0.iter().filter(|step| !matches!(step, cognitomfa::tf::Step::Index(_))).cloned().collect()
}

#[test]
fn every_argument_stands_in_a_sample() {
    let aws =
        Account { pool: "us-east-1_Aa".into(), other_pool: "us-east-1_Bb".into(), role: "r".into(), other_role: "o".into() };
    let mut checked = 0;
    for resource in resources::all() {
        let schema = resource.schema();
        let samples: Vec<&Sample> = ALL.iter().filter(|sample| sample.kind == resource.type_name()).collect();
        assert!(samples.len() >= usize::from(!schema.block.attributes.is_empty()), "{}", resource.type_name());
        let configs: Vec<Dynamic> = samples.iter().map(|sample| sample.config(&aws)).collect();
        let places: Vec<super::places::Place> = configs.iter().flat_map(|config| super::places::of(&schema, config)).collect();
        for place in &places {
            // An element of a list stands for the others.
            let is_same = |other: &super::places::Place| pattern(&other.path) == pattern(&place.path);
            let is_set = |config: &Dynamic| {
                let places = super::places::of(&schema, config);
                places.iter().any(|other| is_same(other) && !super::places::value(config, &other.path).is_null())
            };
            assert!(configs.iter().any(is_set), "{}: no sample sets {}", resource.type_name(), place.path);
            checked += 1;
        }
    }
    assert!(checked > 150, "{checked}");
}
