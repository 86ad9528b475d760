//! Trust policies as people write them, and what Cognito may do under each.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::condition::matches_pattern;
use super::{AssumeRequest, Assumption, TrustPolicy, allows, assume};
use crate::mfa::{Answer, Permission};
use crate::tf::Value;

const POOL: &str = "arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_Ab12Cd34E";

fn request(external_id: Value<&'static str>) -> AssumeRequest<'static> {
    AssumeRequest { external_id, account: Some("111122223333"), pool_arn: Some(POOL) }
}

fn policy(statements: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":{statements}}}"#)
}

fn allow(rest: &str) -> String {
    policy(&format!(
        r#"[{{"Effect":"Allow","Principal":{{"Service":"cognito-idp.amazonaws.com"}},"Action":"sts:AssumeRole"{rest}}}]"#
    ))
}

fn with_condition(condition: &str) -> String {
    allow(&format!(r#","Condition":{condition}"#))
}

fn verdict(policy: &str) -> Assumption {
    assume(policy, &request(Value::Known("x-1")))
}

#[test]
fn the_documented_policy_allows() {
    let documented = with_condition(&format!(
        r#"{{"StringEquals":{{"sts:ExternalId":"x-1","aws:SourceAccount":"111122223333"}},"ArnLike":{{"aws:SourceArn":"{POOL}"}}}}"#
    ));
    assert_eq!(verdict(&documented), Assumption::Allowed);
}

#[test]
fn a_policy_without_the_condition_allows_with_a_remark() {
    assert_eq!(verdict(&allow("")), Assumption::AllowedWithoutExternalIdCondition);
    let everyone = r#"{"Effect":"Allow","Principal":"*","Action":["sts:TagSession","STS:Assume*"]}"#;
    assert_eq!(verdict(&policy(everyone)), Assumption::AllowedWithoutExternalIdCondition);
    let list = r#"{"Effect":"Allow","Principal":{"Service":["sns.amazonaws.com","cognito-idp.amazonaws.com"]},"Action":"sts:*"}"#;
    assert_eq!(verdict(&policy(list)), Assumption::AllowedWithoutExternalIdCondition);
}

#[test]
fn other_principals_and_actions_do_not_allow() {
    let cases = [
        (r#"{"Service":"lambda.amazonaws.com"}"#, "sts:AssumeRole", vec!["lambda.amazonaws.com"]),
        (r#"{"AWS":"arn:aws:iam::111122223333:root"}"#, "sts:AssumeRole", vec!["arn:aws:iam::111122223333:root"]),
        (
            r#"{"Federated":"cognito-identity.amazonaws.com"}"#,
            "sts:AssumeRoleWithWebIdentity",
            vec!["cognito-identity.amazonaws.com"],
        ),
        (r#"{"Service":"cognito-idp.amazonaws.com"}"#, "sts:AssumeRoleWithWebIdentity", vec!["cognito-idp.amazonaws.com"]),
    ];
    for (principal, action, allowed) in cases {
        let statement = format!(r#"[{{"Effect":"Allow","Principal":{principal},"Action":"{action}"}}]"#);
        let allowed_principals = allowed.into_iter().map(str::to_owned).collect();
        assert_eq!(verdict(&policy(&statement)), Assumption::NotAllowed { allowed_principals }, "{principal} {action}");
    }
    assert_eq!(verdict(&policy("[]")), Assumption::NotAllowed { allowed_principals: Vec::new() });
}

#[test]
fn deny_wins() {
    let both = r#"[{"Effect":"Allow","Principal":"*","Action":"*"},
        {"Effect":"Deny","Principal":{"Service":"cognito-idp.amazonaws.com"},"Action":"sts:AssumeRole"}]"#;
    assert_eq!(verdict(&policy(both)), Assumption::Denied);
    let other = both.replace("cognito-idp", "lambda");
    assert_eq!(verdict(&policy(&other)), Assumption::AllowedWithoutExternalIdCondition);
    let unevaluated = both.replace(r#""sts:AssumeRole"}"#, r#""sts:AssumeRole","Condition":{"Bool":{"a:b":"true"}}}"#);
    assert!(matches!(verdict(&policy(&unevaluated)), Assumption::Undecidable(_)));
    let negated =
        both.replace(r#""sts:AssumeRole"}"#, r#""sts:AssumeRole","Condition":{"StringNotEquals":{"sts:ExternalId":"x-1"}}}"#);
    assert_eq!(verdict(&policy(&negated)), Assumption::AllowedWithoutExternalIdCondition);
    assert_eq!(assume(&policy(&negated), &request(Value::Known("x-2"))), Assumption::Denied);
}

#[test]
fn another_external_id_is_named_with_the_expected_ones() {
    let two = with_condition(r#"{"StringEquals":{"STS:externalid":["a","b"]}}"#);
    let expected = vec!["a".to_owned(), "b".to_owned()];
    assert_eq!(verdict(&two), Assumption::ExternalIdMismatch { expected: expected.clone(), given: Some("x-1".to_owned()) });
    assert_eq!(assume(&two, &request(Value::Null)), Assumption::ExternalIdMismatch { expected, given: None });
    assert!(matches!(assume(&two, &request(Value::Unknown)), Assumption::Undecidable(_)));
}

#[test]
fn operators_compare_as_iam_says() {
    let cases = [
        (r#"{"StringLike":{"sts:ExternalId":"x-*"}}"#, true),
        (r#"{"StringLike":{"sts:ExternalId":"X-?"}}"#, false),
        (r#"{"StringEquals":{"sts:ExternalId":"x-*"}}"#, false),
        (r#"{"StringEqualsIgnoreCase":{"sts:ExternalId":"X-1"}}"#, true),
        (r#"{"StringNotEquals":{"sts:ExternalId":"x-1"}}"#, false),
        (r#"{"ForAnyValue:StringEquals":{"sts:ExternalId":["y","x-1"]}}"#, true),
        (r#"{"StringEqualsIfExists":{"sts:ExternalId":"x-2"}}"#, false),
    ];
    for (condition, allowed) in cases {
        assert_eq!(verdict(&with_condition(condition)) == Assumption::Allowed, allowed, "{condition}");
    }
    let if_exists = with_condition(r#"{"StringEqualsIfExists":{"sts:ExternalId":"x-2"}}"#);
    assert_eq!(assume(&if_exists, &request(Value::Null)), Assumption::Allowed);
    let negated = with_condition(r#"{"StringNotEquals":{"sts:ExternalId":"x-1"}}"#);
    assert_eq!(assume(&negated, &request(Value::Null)), Assumption::Allowed);
}

#[test]
fn another_source_is_named_with_the_expected_ones() {
    let account = with_condition(r#"{"StringEquals":{"aws:SourceAccount":"999988887777"}}"#);
    assert_eq!(verdict(&account), Assumption::SourceMismatch { expected: vec!["999988887777".to_owned()] });
    let arn = "arn:aws:cognito-idp:us-east-1:*:userpool/*";
    let elsewhere = with_condition(&format!(r#"{{"ArnLike":{{"aws:SourceArn":"{arn}"}}}}"#));
    assert_eq!(verdict(&elsewhere), Assumption::SourceMismatch { expected: vec![arn.to_owned()] });
    let region = elsewhere.replace("us-east-1", "eu-*");
    assert_eq!(verdict(&region), Assumption::AllowedWithoutExternalIdCondition);
    let not_read = AssumeRequest { pool_arn: None, ..request(Value::Known("x-1")) };
    assert!(matches!(assume(&elsewhere, &not_read), Assumption::Undecidable(_)));
}

#[test]
fn one_matching_statement_is_enough() {
    let two = format!(
        r#"[{},{}]"#,
        r#"{"Effect":"Allow","Principal":"*","Action":"*","Condition":{"StringEquals":{"sts:ExternalId":"y"}}}"#,
        r#"{"Effect":"Allow","Principal":"*","Action":"*","Condition":{"StringEquals":{"sts:ExternalId":"x-1"}}}"#
    );
    assert_eq!(verdict(&policy(&two)), Assumption::Allowed);
}

#[test]
fn what_is_not_evaluated_is_undecided() {
    let undecided = [
        with_condition(r#"{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#),
        with_condition(r#"{"NumericEquals":{"sts:ExternalId":"1"}}"#),
        with_condition(r#"{"StringEquals":{"sts:ExternalId":"${aws:username}"}}"#),
        with_condition(r#"{"StringEquals":{"sts:ExternalId":[]}}"#),
        with_condition(r#""never""#),
        policy(r#"{"Effect":"Allow","NotPrincipal":{"AWS":"1"},"Action":"*"}"#),
        policy(r#"{"Effect":"Allow","Principal":"*","NotAction":"sts:TagSession"}"#),
        policy(r#"{"Effect":"Allow","Principal":{"Service":"cognito-idp.eu-west-1.amazonaws.com"},"Action":"*"}"#),
        policy(r#"{"Effect":"Permit"}"#),
        r#"{"Version":"2012-10-17"}"#.to_owned(),
        "{".to_owned(),
        String::new(),
    ];
    for policy in undecided {
        assert!(matches!(verdict(&policy), Assumption::Undecidable(_)), "{policy}");
    }
}

#[test]
fn patterns_match_runs_and_single_characters() {
    for (pattern, text, matches) in [
        ("*", "", true),
        ("", "", true),
        ("?", "", false),
        ("a*b*c", "axxbyyc", true),
        ("a*b*c", "axxbyy", false),
        ("*ab", "aab", true),
        ("a?c", "abc", true),
        ("abc", "ab", false),
        ("ab", "abc", false),
    ] {
        assert_eq!(matches_pattern(pattern, text), matches, "{pattern} {text}");
    }
}

fn may(statements: &str) -> Permission {
    allows(&[&policy(statements)], "sns:Publish")
}

#[test]
fn a_role_may_do_what_a_statement_allows_on_everything() {
    for statement in [
        r#"{"Effect":"Allow","Action":"sns:Publish","Resource":"*"}"#,
        r#"[{"Effect":"Allow","Action":["SNS:Pub*","s3:Get*"],"Resource":["arn:aws:sns:*:*:topic","*"]}]"#,
        r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":"*","NotResource":"arn:aws:sns:*:*:*"}"#,
    ] {
        assert_eq!(may(statement), Permission::Allowed, "{statement}");
    }
}

#[test]
fn what_no_statement_allows_is_denied_by_nothing() {
    for statement in [
        r#"{"Effect":"Allow","Action":"sns:Publish","Resource":"arn:aws:sns:eu-central-1:111122223333:*"}"#,
        r#"{"Effect":"Allow","Action":"sns:Subscribe","Resource":"*","Condition":{}}"#,
        r#"{"Effect":"Allow","NotAction":"sns:*","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":"*","NotResource":"*"}"#,
        "[]",
    ] {
        assert_eq!(may(statement), Permission::Denied { by: None }, "{statement}");
    }
    assert_eq!(allows(&[], "sns:Publish"), Permission::Denied { by: None });
}

#[test]
fn an_explicit_denial_wins_over_all_other_policies() {
    let everything = policy(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#);
    let denial = policy(r#"{"Sid":"NoSms","Effect":"Deny","Action":"sns:Publish","NotResource":"arn:aws:sns:*:*:*"}"#);
    let by = Some("the `Deny` statement `NoSms`".to_owned());
    assert_eq!(allows(&[&everything, &denial], "sns:Publish"), Permission::Denied { by: by.clone() });
    assert_eq!(allows(&["{", &denial], "sns:Publish"), Permission::Denied { by });
    let topics = policy(r#"{"Effect":"Deny","Action":"*","Resource":"arn:aws:sns:*:*:*"}"#);
    assert_eq!(allows(&[&everything, &topics], "sns:Publish"), Permission::Allowed);
    assert_eq!(allows(&[&everything, &denial], "sms-voice:SendTextMessage"), Permission::Allowed);
}

#[test]
fn a_permission_that_cannot_be_told_is_unknown() {
    let everything = policy(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#);
    for statement in [
        r#"{"Effect":"Allow","Action":"sns:Publish","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}"#,
        r#"{"Effect":"Allow","Action":"sns:Publish","Resource":"+49*"}"#,
        r#"{"Effect":"Allow","Action":"sns:Publish","Resource":"arn:aws:${service}:*:*:*"}"#,
        r#"{"Effect":"Allow","Action":"sns:Publish"}"#,
        r#"{"Effect":"Maybe","Action":"sns:Publish","Resource":"*"}"#,
        r#""none""#,
    ] {
        assert!(matches!(may(statement), Permission::Unknown(_)), "{statement}");
    }
    let conditional = policy(r#"{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"a:b":"true"}}}"#);
    assert!(matches!(allows(&[&everything, &conditional], "sns:Publish"), Permission::Unknown(_)));
    assert!(matches!(allows(&[&everything, "{"], "sns:Publish"), Permission::Unknown(_)));
    let number = policy(
        r#"{"Effect":"Allow","Action":"sms-voice:SendTextMessage","Resource":"arn:aws:sms-voice:eu-central-1:1:phone-number/a"}"#,
    );
    assert!(matches!(allows(&[&number], "sms-voice:SendTextMessage"), Permission::Unknown(_)));
    assert_eq!(allows(&[&number, &everything], "sms-voice:SendTextMessage"), Permission::Allowed);
    assert_eq!(allows(&[&number], "sns:Publish"), Permission::Denied { by: None });
}

#[test]
fn a_policy_without_a_source_is_open_to_other_pools() {
    for (policy, open) in [
        (with_condition(r#"{"StringEquals":{"sts:ExternalId":"x-1"}}"#), Answer::Yes),
        (with_condition(r#"{"StringEquals":{"aws:SourceAccount":"111122223333"}}"#), Answer::No),
        (with_condition(&format!(r#"{{"ArnLike":{{"aws:SourceArn":"{POOL}"}}}}"#)), Answer::No),
        (with_condition(r#"{"StringEquals":{"aws:SourceOrgID":"o-1"}}"#), Answer::Unknown),
        (policy(r#"{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"*"}"#), Answer::No),
        (policy(r#"{"Effect":"Allow","NotPrincipal":{"AWS":"1"},"Action":"*"}"#), Answer::Unknown),
    ] {
        assert_eq!(TrustPolicy::parse(&policy).unwrap().is_open_to_other_pools(), open, "{policy}");
    }
}
