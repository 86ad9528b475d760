//! What the endpoints do with a request of ours, asked with no command line and no provider between.

use serde_json::{Value, json};

use super::deviations::KNOWN;
use crate::support::aws::unique;
use crate::support::{Aws, Endpoint, Place, report};

/// A check: its name, and what must be true of the endpoint.
type Check = (&'static str, fn(&Aws, &str) -> bool);

const CHECKS: &[Check] = &[
    ("untouched_pool_is_off", |aws, pool| aws.mode(pool) == "OFF" && !aws.has_token(pool)),
    ("token_round_trip", |aws, pool| {
        aws.set_token(pool, "OPTIONAL");
        aws.mode(pool) == "OPTIONAL" && aws.has_token(pool)
    }),
    ("off_drops_token", |aws, pool| {
        aws.set_token(pool, "ON");
        aws.set_mfa(pool, json!({ "MfaConfiguration": "OFF" })).is_ok() && aws.mode(pool) == "OFF" && !aws.has_token(pool)
    }),
    ("off_with_factor_refused", |aws, pool| {
        refuses(aws, pool, json!({ "MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": { "Enabled": true } }))
    }),
    ("active_mode_without_factor_refused", |aws, pool| refuses(aws, pool, json!({ "MfaConfiguration": "ON" }))),
    ("unknown_mode_refused", |aws, pool| {
        refuses(aws, pool, json!({ "MfaConfiguration": "REQUIRED", "SoftwareTokenMfaConfiguration": { "Enabled": true } }))
    }),
    ("unknown_pool_refused", |aws, _| {
        let unknown = aws.cognito("GetUserPoolMfaConfig", &json!({ "UserPoolId": "us-east-1_Nowhere12" }));
        unknown.is_err_and(|refused| refused.code == "ResourceNotFoundException")
    }),
    ("mode_omitted_is_off", |aws, pool| {
        aws.set_token(pool, "ON");
        aws.set_mfa(pool, json!({})).is_ok() && aws.mode(pool) == "OFF"
    }),
    ("set_replaces_factors", |aws, pool| {
        let arn = aws.create_sms_role("set-replaces");
        aws.set_token(pool, "OPTIONAL");
        aws.set_mfa(pool, sms(&arn, "set-replaces")).is_ok() && !aws.has_token(pool)
    }),
    ("sms_round_trip", |aws, pool| {
        let arn = aws.create_sms_role("round-trip");
        let answer = aws.set_mfa(pool, sms(&arn, "round-trip"));
        answer.is_ok() && aws.mfa(pool)["SmsMfaConfiguration"]["SmsConfiguration"]["SnsCallerArn"] == arn.as_str()
    }),
    ("role_trust_enforced", |aws, pool| {
        let arn = aws.create_sms_role("one");
        refuses(aws, pool, sms(&arn, "another"))
    }),
    ("email_round_trip", |aws, _| {
        let pool = email_pool(aws);
        let email =
            json!({ "MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": { "Message": "Code {####}", "Subject": "Code" } });
        aws.set_mfa(&pool, email).is_ok() && aws.mfa(&pool).get("EmailMfaConfiguration").is_some()
    }),
    ("passkeys_round_trip", |aws, pool| {
        let passkeys = json!({ "MfaConfiguration": "OFF", "WebAuthnConfiguration": { "UserVerification": "required" } });
        aws.set_mfa(pool, passkeys).is_ok() && aws.mfa(pool).get("WebAuthnConfiguration").is_some()
    }),
];

/// A pool that may send email codes: AWS wants an SES identity of one's own and another way to recover an account than email.
pub fn email_pool(aws: &Aws) -> String {
    let input = json!({
        "PoolName": unique("email"),
        "EmailConfiguration": {
            "EmailSendingAccount": "DEVELOPER",
            "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/codes@example.com",
        },
        "AccountRecoverySetting": { "RecoveryMechanisms": [
            { "Name": "verified_phone_number", "Priority": 1 },
            { "Name": "verified_email", "Priority": 2 },
        ] },
    });
    let created = aws.cognito("CreateUserPool", &input).expect("a pool can be created");
    created["UserPool"]["Id"].as_str().expect("a pool has an id").to_owned()
}

fn sms(arn: &str, external_id: &str) -> Value {
    json!({
        "MfaConfiguration": "OPTIONAL",
        "SmsMfaConfiguration": {
            "SmsAuthenticationMessage": "Your code is {####}",
            "SmsConfiguration": { "SnsCallerArn": arn, "ExternalId": external_id },
        },
    })
}

fn refuses(aws: &Aws, pool: &str, members: Value) -> bool {
    aws.set_mfa(pool, members).is_err()
}

/// All checks that came out otherwise than the table of deviations says.
fn surprises(place: Place) -> Vec<String> {
    let endpoint = Endpoint::open(place);
    let aws = Aws::at(&endpoint.url);
    let mut surprises = Vec::new();
    for (name, check) in CHECKS {
        let pool = aws.create_pool(&unique("wire"));
        let known = KNOWN.iter().find(|known| (known.scenario, known.check, known.place) == ("wire", *name, place));
        match (check(&aws, &pool), known) {
            (true, None) => {}
            (false, Some(known)) => report::note("known deviation", &known.to_string()),
            (true, Some(known)) => surprises.push(format!("{known}: this deviation is gone")),
            (false, None) => surprises.push(format!("{}, wire/{name}: a deviation that is not in the table", place.name())),
        }
    }
    surprises
}

#[test]
fn the_sandbox_answers_as_aws_does() {
    assert_eq!(surprises(Place::Sandbox), Vec::<String>::new());
}

#[test]
fn moto_differs_where_the_table_says() {
    assert_eq!(surprises(Place::Moto), Vec::<String>::new());
}

#[test]
fn ministack_differs_where_the_table_says() {
    assert_eq!(surprises(Place::Ministack), Vec::<String>::new());
}

#[test]
fn every_entry_of_the_table_names_a_check_once() {
    for (index, known) in KNOWN.iter().enumerate() {
        assert!(known.place != Place::Sandbox, "{known}: the sandbox is ours and has no deviations");
        assert!(known.scenario != "wire" || CHECKS.iter().any(|(name, _)| *name == known.check), "{known}: no such check");
        let same = |other: &super::deviations::Deviation| {
            (other.scenario, other.check, other.place) == (known.scenario, known.check, known.place)
        };
        assert!(!KNOWN[..index].iter().any(same), "{known}: twice");
    }
}
