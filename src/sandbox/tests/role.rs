//! Rows I and the role's part of S and U.

use serde_json::json;

use super::*;

const NO_TRUST: &str = "Role does not have a trust relationship allowing Cognito to assume the role";
const NO_PUBLISH: &str = "Role does not have permission to publish with SNS";

fn set_sms(bench: &mut Bench, sender: Value) -> Result<Value, Refusal> {
    let pool = bench.pool(json!({}));
    bench.set(&pool, json!({ "MfaConfiguration": "ON", "SmsMfaConfiguration": { "SmsConfiguration": sender } }))
}

fn refused_trust(outcome: Result<Value, Refusal>) {
    refused(outcome, "InvalidSmsRoleTrustRelationshipException", NO_TRUST);
}

fn refused_publish(outcome: Result<Value, Refusal>) {
    refused(outcome, "InvalidSmsRoleAccessPolicyException", NO_PUBLISH);
}

fn trust_with(bench: &mut Bench, statements: Value) {
    let document = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    bench.iam("UpdateAssumeRolePolicy", json!({ "RoleName": "sms", "PolicyDocument": document })).unwrap();
}

#[test]
fn i01_the_trust_names_cognito_and_assume_role() {
    let mut bench = Bench::new();
    bench.role(json!({}));
    set_sms(&mut bench, sender()).unwrap();
    let cognito = json!({ "Service": "cognito-idp.amazonaws.com" });
    let statements = [
        json!([{ "Effect": "Allow", "Principal": { "Federated": "cognito-identity.amazonaws.com" }, "Action": "sts:AssumeRole" }]),
        json!([{ "Effect": "Allow", "Principal": cognito, "Action": "sts:AssumeRoleWithWebIdentity" }]),
        json!([{ "Effect": "Allow", "Principal": { "Service": "sns.amazonaws.com" }, "Action": "sts:AssumeRole" }]),
        json!([{ "Effect": "Allow", "Principal": cognito, "Action": "sts:AssumeRole" },
               { "Effect": "Deny", "Principal": "*", "Action": "sts:*" }]),
    ];
    for statement in statements {
        trust_with(&mut bench, statement);
        refused_trust(set_sms(&mut bench, sender()));
    }
    trust_with(
        &mut bench,
        json!({ "Effect": "Allow", "Principal": { "Service": ["sns.amazonaws.com", "cognito-idp.amazonaws.com"] }, "Action": ["sts:AssumeRole"] }),
    );
    set_sms(&mut bench, sender()).unwrap();
}

#[test]
fn i01_a_missing_role_and_a_wrong_path_read_as_missing_trust() {
    let mut bench = Bench::new();
    refused_trust(set_sms(&mut bench, sender()));
    bench.role(json!({}));
    refused_trust(set_sms(&mut bench, json!({ "SnsCallerArn": "arn:aws:iam::000000000000:role/service-role/sms" })));
}

#[test]
fn i01_everyone_is_cognito_too() {
    let mut bench = Bench::new();
    bench.role(json!({}));
    for principal in [json!("*"), json!({ "AWS": "*" }), json!({ "AWS": ["arn:aws:iam::000000000000:root", "*"] })] {
        trust_with(&mut bench, json!({ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" }));
        assert!(set_sms(&mut bench, sender()).is_ok(), "{principal}");
    }
    trust_with(&mut bench, json!({ "Effect": "Allow", "Principal": { "AWS": "000000000000" }, "Action": "sts:AssumeRole" }));
    refused_trust(set_sms(&mut bench, sender()));
}

#[test]
fn u06_a_missing_role_depends_on_its_switch_where_it_was_not_seen() {
    let mut bench = Bench::new().switched("missing_role_refused", false);
    set_sms(&mut bench, sender()).unwrap();
    let abroad = json!({ "SnsCallerArn": "arn:aws:iam::111111111111:role/sms" });
    assert_eq!(set_sms(&mut bench, abroad).unwrap_err().message, "Cross-account pass role is not allowed.");
    let pool = bench.pool(json!({}));
    refused_trust(bench.update(&pool, json!({ "SmsConfiguration": sender() })));
    bench.role(json!({ "StringEquals": { "sts:ExternalId": "inside" } }));
    refused_trust(set_sms(&mut bench, sender()));
}

#[test]
fn i02_what_a_source_condition_keeps_out_depends_on_its_switch() {
    let elsewhere = json!({ "StringEquals": { "aws:SourceAccount": "111111111111", "sts:ExternalId": "outside" } });
    let mut bench = Bench::new();
    bench.role(elsewhere.clone());
    refused_trust(set_sms(&mut bench, sender()));
    let mut bench = bench.switched("trust_source_counts", false);
    set_sms(&mut bench, sender()).unwrap();
    refused_trust(set_sms(&mut bench, json!({ "SnsCallerArn": ROLE, "ExternalId": "inside" })));
}

#[test]
fn i02_source_conditions_name_this_pool() {
    let accepted = [
        json!({ "StringEquals": { "aws:SourceAccount": "000000000000" } }),
        json!({ "ArnLike": { "aws:SourceArn": "arn:aws:cognito-idp:us-east-1:000000000000:userpool/*" } }),
        json!({ "ArnEquals": { "AWS:SourceArn": ["arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_Sandbox003"] } }),
        json!({ "StringNotEquals": { "aws:SourceAccount": "111111111111" } }),
    ];
    let denied = [
        json!({ "StringEquals": { "aws:SourceAccount": "111111111111" } }),
        json!({ "ArnLike": { "aws:SourceArn": "arn:aws:cognito-idp:eu-west-1:000000000000:userpool/*" } }),
        json!({ "ArnLike": { "aws:SourceArn": "arn:*:userpool/*" } }),
        json!({ "StringEquals": { "aws:SourceIp": "10.0.0.1" } }),
    ];
    for (conditions, holds) in [(accepted, true), (denied, false)] {
        for condition in conditions {
            let mut bench = Bench::new();
            bench.role(condition.clone());
            bench.pool(json!({}));
            let outcome = set_sms(&mut bench, json!({ "SnsCallerArn": ROLE }));
            if holds { assert!(outcome.is_ok(), "{condition}") } else { refused_trust(outcome) }
        }
    }
}

#[test]
fn i03_the_role_may_publish_to_phones() {
    for (action, resource, may) in [
        ("sns:Publish", "*", true),
        ("SNS:publish", "*", true),
        ("sns:*", "*", true),
        ("*", "*", true),
        ("sns:Publish", "arn:aws:sns:*:*:*", false),
        ("sns:Subscribe", "*", false),
        ("sms-voice:SendTextMessage", "*", false),
    ] {
        let mut bench = Bench::new();
        bench.role_allowed(json!({}), action, resource);
        let outcome = set_sms(&mut bench, sender());
        if may { assert!(outcome.is_ok(), "{action}") } else { refused_publish(outcome) }
    }
}

#[test]
fn i03_attached_policies_count_a_deny_wins_and_a_boundary_limits() {
    let mut bench = Bench::new();
    bench.role_allowed(json!({}), "s3:GetObject", "*");
    refused_publish(set_sms(&mut bench, sender()));
    let aws_policy = "arn:aws:iam::aws:policy/AmazonSNSFullAccess";
    bench.iam("AttachRolePolicy", json!({ "RoleName": "sms", "PolicyArn": aws_policy })).unwrap();
    set_sms(&mut bench, sender()).unwrap();
    let deny = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Deny", "Action": "sns:Publish", "NotResource": "arn:aws:sns:*:*:*" }] });
    let boundary = json!({ "PolicyName": "deny", "PolicyDocument": deny.to_string() });
    let arn = bench.iam("CreatePolicy", boundary).unwrap()["Policy"]["Arn"].clone();
    bench.iam("PutRolePermissionsBoundary", json!({ "RoleName": "sms", "PermissionsBoundary": arn })).unwrap();
    refused_publish(set_sms(&mut bench, sender()));
    bench.iam("DeleteRolePermissionsBoundary", json!({ "RoleName": "sms" })).unwrap();
    set_sms(&mut bench, sender()).unwrap();
    bench.iam("PutRolePolicy", json!({ "RoleName": "sms", "PolicyName": "deny", "PolicyDocument": deny.to_string() })).unwrap();
    refused_publish(set_sms(&mut bench, sender()));
}

#[test]
fn s06_end_user_messaging_needs_its_own_permission() {
    let identity = "arn:aws:sms-voice:us-east-1:000000000000:phone-number/one";
    for (resource, origination, may) in [
        ("*", json!("+15550100"), true),
        (identity, json!(identity), true),
        (identity, json!("+15550100"), false),
        (identity, json!(null), false),
    ] {
        let mut bench = Bench::new();
        bench.role_allowed(json!({}), "sms-voice:SendTextMessage", resource);
        let eums = json!({ "CallerArn": ROLE, "OriginationIdentity": origination });
        let outcome = set_sms(&mut bench, json!({ "EumsSms": eums }));
        if may { assert!(outcome.is_ok(), "{origination}") } else { refused_publish(outcome) }
    }
}

#[test]
fn s07_an_external_id_sts_does_not_take_depends_on_its_switch() {
    for (on, accepted) in [(true, false), (false, true)] {
        let mut bench = Bench::new().switched("external_id_bounds", on);
        bench.role(json!({ "StringEquals": { "sts:ExternalId": "x" } }));
        assert_eq!(set_sms(&mut bench, json!({ "SnsCallerArn": ROLE, "ExternalId": "x" })).is_ok(), accepted);
    }
}

#[test]
fn s08_the_external_id_equals_the_condition() {
    let mut bench = Bench::new();
    bench.role(json!({ "StringEquals": { "sts:ExternalId": "outside" } }));
    set_sms(&mut bench, sender()).unwrap();
    refused_trust(set_sms(&mut bench, json!({ "SnsCallerArn": ROLE, "ExternalId": "Outside" })));
    refused_trust(set_sms(&mut bench, json!({ "SnsCallerArn": ROLE })));
}

#[test]
fn s08_an_absent_condition_depends_on_its_switch() {
    for (on, accepted) in [(true, false), (false, true)] {
        let mut bench = Bench::new().switched("trust_needs_external_id", on);
        bench.role(json!({}));
        assert_eq!(set_sms(&mut bench, sender()).is_ok(), accepted);
    }
}

#[test]
fn s10_a_role_of_another_account_is_refused() {
    let mut bench = Bench::new();
    let outcome = set_sms(&mut bench, json!({ "SnsCallerArn": "arn:aws:iam::111111111111:role/sms" }));
    refused(outcome, "AccessDeniedException", "Cross-account pass role is not allowed.");
}

#[test]
fn i06_a_changed_role_is_seen_late() {
    let mut bench = Bench::new();
    bench.turn(json!({ "iam_propagation": 2 }));
    bench.role(json!({}));
    refused_trust(set_sms(&mut bench, sender()));
    refused_trust(set_sms(&mut bench, sender()));
    set_sms(&mut bench, sender()).unwrap();
    let policy = r#"{"Statement":[{"Effect":"Allow","Action":"sns:Publish","Resource":"*"}]}"#;
    bench.iam("PutRolePolicy", json!({ "RoleName": "sms", "PolicyName": "again", "PolicyDocument": policy })).unwrap();
    refused_publish(set_sms(&mut bench, sender()));
    refused_publish(set_sms(&mut bench, sender()));
    set_sms(&mut bench, sender()).unwrap();
}

#[test]
fn i07_a_caller_that_may_not_pass_the_role_is_denied() {
    let mut bench = Bench::new();
    bench.role(json!({}));
    bench.turn(json!({ "deny": { "action": "iam:PassRole" } }));
    refused_with(set_sms(&mut bench, sender()), "AccessDeniedException");
}

#[test]
fn i08_the_description_tells_what_is_wrong_with_sms() {
    let mut bench = Bench::new();
    let pool = bench.pool_with_sms(json!({}));
    assert!(bench.describe(&pool).get("SmsConfigurationFailure").is_none());
    bench.turn(json!({ "sms_account": { "region": "us-east-1", "in_sandbox": true } }));
    bench.iam("DeleteRolePolicy", json!({ "RoleName": "sms", "PolicyName": "publish" })).unwrap();
    assert_eq!(bench.describe(&pool)["SmsConfigurationFailure"], "InvalidSmsRoleAccessPolicyException,SNSSandbox");
    bench.core.switches.set("sms_failure_shown", false).unwrap();
    assert!(bench.describe(&pool).get("SmsConfigurationFailure").is_none());
}
