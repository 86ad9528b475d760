//! A plan that creates is carried out on what it was made for, and on nothing else.

use cognitomfa::tf::Dynamic;
use serde_json::{Value, json};

use super::at_depth;
use super::plugin::{Planned, Plugin, Stored};
use super::samples::{ALL, Account, OTHER_USER, Sample, USER};
use crate::support::aws::Answered;
use crate::support::{Aws, Endpoint, core_rules};

/// Members of a request.
type Members = fn(&Account) -> Value;

/// What somebody else does to a pool between plan and apply: members of `SetUserPoolMfaConfig`, with the part that they change.
const CHANGES: &[(&str, Members)] = &[
    ("mode", |_| json!({ "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": { "Enabled": true } })),
    (
        "app",
        |account| json!({ "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": { "Enabled": true }, "SmsMfaConfiguration": sms(account, "{####} a") }),
    ),
    ("sender", |account| {
        json!({ "MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": { "SmsAuthenticationMessage": "{####} a",
        "SmsConfiguration": { "SnsCallerArn": account.other_role, "ExternalId": "promises", "SnsRegion": "us-east-1" } } })
    }),
    ("text", |account| json!({ "MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": sms(account, "{####} b") })),
    (
        "e-mail",
        |account| json!({ "MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": sms(account, "{####} a"), "EmailMfaConfiguration": {} }),
    ),
    ("passkeys", |account| {
        json!({ "MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": sms(account, "{####} a"),
        "WebAuthnConfiguration": { "RelyingPartyId": "other.example.com", "UserVerification": "preferred" } })
    }),
];

fn sms(account: &Account, text: &str) -> Value {
    json!({ "SmsAuthenticationMessage": text,
        "SmsConfiguration": { "SnsCallerArn": account.role, "ExternalId": "promises", "SnsRegion": "us-east-1" } })
}

/// What the pool has while the plan is made.
fn before(account: &Account) -> Value {
    json!({ "MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": sms(account, "{####} a"),
        "WebAuthnConfiguration": { "RelyingPartyId": "login.example.com", "UserVerification": "preferred" } })
}

/// Whether a write of the sample replaces what the change has changed.
fn replaces(sample: &Sample, config: &Dynamic, change: &str) -> bool {
    let has = |name: &str| config.member(name).is_some_and(|value| !value.is_null());
    let is_shared = config.member("factor_management") == Some(&Dynamic::string("shared"));
    match (sample.kind, change) {
        ("cognitomfa_user_pool_mfa", "passkeys") => has("web_authn_configuration"),
        ("cognitomfa_user_pool_mfa", "e-mail") => !is_shared || has("email_mfa_configuration"),
        ("cognitomfa_user_pool_mfa", _) => true,
        ("cognitomfa_software_token", change) => matches!(change, "app" | "mode"),
        // The change of the mode takes the sender's text along.
        ("cognitomfa_sms_configuration", change) => matches!(change, "sender" | "text"),
        _ => false,
    }
}

async fn plugin(sample: &Sample, url: &str, place: &std::path::Path) -> Plugin {
    Plugin::start(sample.resource(), place.to_owned(), url).await
}

/// The refusal of a plan, or of its apply, for a pool that has changed.
fn assert_refused(errors: &[(String, String)], label: &str) {
    assert_eq!(errors.len(), 1, "{label}: {errors:?}");
    assert!(errors[0].0.contains("[changed_since_plan]"), "{label}: {errors:?}");
}

struct Try<'a> {
    sample: &'static Sample,
    url: &'a str,
    label: String,
    planned: Planned,
    config: Dynamic,
    counts: bool,
}

impl Try<'_> {
    /// Plans again, as core does inside apply, and applies; before Terraform 1.16 core compares, from then on the provider does.
    async fn judge(&self, apart: [&std::path::Path; 2]) -> usize {
        let plain = plugin(self.sample, self.url, apart[0]).await.plan(&Stored::default(), &self.config, &[]).await;
        let plain = plain.unwrap_or_else(|errors| panic!("{}: {errors:?}", self.label));
        let stops = !core_rules::differences(&self.planned.value, &plain.value).is_empty();
        assert_eq!(stops, self.counts, "{}: core compares the plans", self.label);
        let recent =
            plugin(self.sample, self.url, apart[1]).await.plan(&Stored::default(), &self.config, &self.planned.private).await;
        match recent {
            Err(errors) if self.counts => assert_refused(&errors, &self.label),
            recent => assert!(recent.is_ok() && !self.counts, "{}: {recent:?}", self.label),
        }
        if self.counts {
            // The pool changed after the plan was repeated.
            let place = tempfile::tempdir().unwrap();
            let applied =
                plugin(self.sample, self.url, place.path()).await.apply(&Stored::default(), &self.planned, &self.config).await;
            assert_refused(&applied.expect_err(&self.label), &self.label);
        }
        3
    }
}

/// Before: `apply` of a saved plan for a pool that somebody had set to `ON` exited 0 and weakened it.
#[test]
fn a_create_is_not_carried_out_on_a_pool_that_has_changed() {
    at_depth(changed_pools());
}

async fn changed_pools() {
    let sandbox = Endpoint::sandbox(&[]);
    let aws = Aws::at(&sandbox.url);
    let mut checked = [0, 0];
    for sample in ALL.iter().filter(|sample| !sample.kind.contains("role") && !sample.kind.contains("preference")) {
        for (change, members) in CHANGES {
            let account = Account::make(&aws);
            aws.set_mfa(&account.pool, before(&account)).expect("settings");
            let config = sample.config(&account);
            let [first, second, third] = [(); 3].map(|()| tempfile::tempdir().unwrap());
            let label = format!("{} ({}), {change}", sample.kind, sample.name);
            let planned = plugin(sample, &sandbox.url, first.path()).await.plan(&Stored::default(), &config, &[]).await;
            let Ok(planned) = planned else { continue };
            aws.set_mfa(&account.pool, members(&account)).expect("a change");
            let was = aws.mfa(&account.pool);
            let counts = replaces(sample, &config, change);
            let attempt = Try { sample, url: &sandbox.url, label, planned, config, counts };
            attempt.judge([second.path(), third.path()]).await;
            assert_eq!(aws.mfa(&account.pool), was, "{}: something was written", attempt.label);
            checked[usize::from(counts)] += 1;
        }
    }
    assert!(checked[0] >= 8 && checked[1] >= 20, "{checked:?}");
}

#[test]
fn writes_of_the_same_run_are_no_change_of_a_create() {
    at_depth(async {
        let sandbox = Endpoint::sandbox(&[]);
        let aws = Aws::at(&sandbox.url);
        let sample = |name: &str| ALL.iter().find(|sample| sample.name == name).unwrap();
        let (factor, mode) = (sample("app"), sample("factors apart"));
        for recent in [false, true] {
            let account = Account::make(&aws);
            aws.set_mfa(&account.pool, before(&account)).expect("settings");
            let [plan, apply] = [(); 2].map(|()| tempfile::tempdir().unwrap());
            let configs = [factor.config(&account), mode.config(&account)];
            let mut planned = Vec::new();
            for (sample, config) in [factor, mode].into_iter().zip(&configs) {
                planned
                    .push(plugin(sample, &sandbox.url, plan.path()).await.plan(&Stored::default(), config, &[]).await.unwrap());
            }
            // Two provider processes of one apply.
            let (first, second) =
                (plugin(factor, &sandbox.url, apply.path()).await, plugin(mode, &sandbox.url, apply.path()).await);
            let handed_over = |index: usize| if recent { planned[index].private.clone() } else { Vec::new() };
            let again = first.plan(&Stored::default(), &configs[0], &handed_over(0)).await.unwrap();
            first.apply(&Stored::default(), &again, &configs[0]).await.unwrap();
            assert!(aws.has_token(&account.pool));
            let again = second.plan(&Stored::default(), &configs[1], &handed_over(1)).await.unwrap();
            assert_eq!(core_rules::differences(&planned[1].value, &again.value), Vec::<String>::new());
            second.apply(&Stored::default(), &again, &configs[1]).await.unwrap();
        }
    });
}

/// The preference of a user is no setting of the pool; from Terraform 1.16 on its plan is held to what it has seen too.
#[test]
fn a_preference_is_not_written_over_one_that_has_changed() {
    at_depth(changed_users());
}

async fn changed_users() {
    let sandbox = Endpoint::sandbox(&[]);
    let aws = Aws::at(&sandbox.url);
    let sample = ALL.iter().find(|sample| sample.name == "one block").unwrap();
    let prefers = |pool: &str, user: &str, preferred: bool| -> Answered {
        aws.cognito(
            "AdminSetUserMFAPreference",
            &json!({ "UserPoolId": pool, "Username": user, "EmailMfaSettings": { "Enabled": true, "PreferredMfa": preferred } }),
        )
    };
    for (user, counts) in [(USER, true), (OTHER_USER, false)] {
        let account = Account::make(&aws);
        account.offer_every_factor(&aws);
        let config = sample.config(&account);
        let [first, second, third] = [(); 3].map(|()| tempfile::tempdir().unwrap());
        let planned = plugin(sample, &sandbox.url, first.path()).await.plan(&Stored::default(), &config, &[]).await.unwrap();
        prefers(&account.pool, user, true).expect("a preference");
        let recent = plugin(sample, &sandbox.url, second.path()).await.plan(&Stored::default(), &config, &planned.private).await;
        let applied = plugin(sample, &sandbox.url, third.path()).await.apply(&Stored::default(), &planned, &config).await;
        if counts {
            assert_refused(&recent.expect_err("a plan"), user);
            assert_refused(&applied.expect_err("an apply"), user);
        } else {
            assert!(recent.is_ok() && applied.is_ok(), "{recent:?} {applied:?}");
        }
    }
}
