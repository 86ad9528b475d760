//! Trust policies as people write them, and what Cognito may do under each.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::condition::matches_pattern;
use super::{AssumeRequest, Assumption, ExternalId, Trust, TrustPolicy, allows, assume, demanded_external_id};
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
fn the_external_id_that_a_role_asks_for_is_told_where_it_is_one() {
    let asks = |condition: &str, given| demanded_external_id(&with_condition(condition), given);
    let one = format!(r#"{{"StringEquals":{{"sts:ExternalId":"x-1"}},"ArnLike":{{"aws:SourceArn":"{POOL}"}}}}"#);
    assert_eq!(asks(&one, Some("x-2")), Some("x-1".to_owned()));
    assert_eq!(asks(&one, None), Some("x-1".to_owned()));
    assert_eq!(asks(&one, Some("x-1")), None);
    for none in [
        r#"{"StringEquals":{"sts:ExternalId":["x-1","x-3"]}}"#,
        r#"{"StringLike":{"sts:ExternalId":"x-*"}}"#,
        r#"{"StringNotEquals":{"sts:ExternalId":"y-2"}}"#,
    ] {
        assert_eq!(asks(none, Some("y-2")), None, "{none}");
    }
    assert_eq!(demanded_external_id("{", Some("x-2")), None);
    assert_eq!(demanded_external_id(&allow(""), Some("x-2")), None);
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

/// What an operator makes of an external id that it names, of another one, and of none.
fn answers(operator: &str, named: &str, other: &str) -> [bool; 3] {
    let allows = |value: &str, given: Value<&'static str>| {
        let policy = with_condition(&format!(r#"{{"{operator}":{{"sts:ExternalId":"{value}"}}}}"#));
        match assume(&policy, &request(given)) {
            Assumption::Allowed => true,
            Assumption::ExternalIdMismatch { .. } => false,
            other => panic!("{operator}: {other:?}"),
        }
    };
    [allows(named, Value::Known("x-1")), allows(other, Value::Known("x-1")), allows(named, Value::Null)]
}

#[test]
fn every_operator_on_text_knows_the_same_the_other_and_none() {
    for (operator, named) in [("StringEquals", "x-1"), ("StringEqualsIgnoreCase", "X-1"), ("StringLike", "x?*")] {
        assert_eq!(answers(operator, named, "y"), [true, false, false], "{operator}");
        assert_eq!(answers(&format!("{operator}IfExists"), named, "y"), [true, false, true], "{operator}");
        assert_eq!(answers(&format!("ForAnyValue:{operator}"), named, "y"), [true, false, false], "{operator}");
        assert_eq!(answers(&format!("ForAllValues:{operator}"), named, "y"), [true, false, true], "{operator}");
        let negated = operator.replace("String", "StringNot");
        assert_eq!(answers(&negated, named, "y"), [false, true, true], "{negated}");
        assert_eq!(answers(&format!("{negated}IfExists"), named, "y"), [false, true, true], "{negated}");
        for set in ["ForAnyValue", "ForAllValues"] {
            let policy = with_condition(&format!(r#"{{"{set}:{negated}":{{"sts:ExternalId":"y"}}}}"#));
            assert!(matches!(verdict(&policy), Assumption::Undecidable(_)), "{set}:{negated}");
        }
    }
}

#[test]
fn every_operator_on_arns_knows_the_same_and_the_other() {
    let other = "arn:aws:cognito-idp:us-east-1:111122223333:userpool/*";
    let lets_in = |operator: &str, arn: &str| {
        let policy = with_condition(&format!(r#"{{"{operator}":{{"aws:SourceArn":"{arn}"}}}}"#));
        match TrustPolicy::parse(&policy).unwrap().trust(&request(Value::Null)) {
            Trust::Given => Answer::Yes,
            Trust::OtherSource { .. } => Answer::No,
            _ => Answer::Unknown,
        }
    };
    for (operator, same) in
        [("ArnEquals", Answer::Yes), ("ArnLike", Answer::Yes), ("ArnNotEquals", Answer::No), ("ArnNotLike", Answer::No)]
    {
        assert_eq!((lets_in(operator, POOL), lets_in(operator, other)), (same, !same), "{operator}");
        assert_eq!(lets_in(operator, "arn:aws:cognito-idp"), Answer::Unknown, "{operator} with something that is no ARN");
    }
    assert_eq!(lets_in("ArnLike", "arn:*:*:*:*:*"), Answer::Yes);
    let of_no_arn = AssumeRequest { pool_arn: Some("eu-central-1_Ab12Cd34E"), ..request(Value::Null) };
    let everywhere = with_condition(r#"{"ArnLike":{"aws:SourceArn":"arn:*:*:*:*:*"}}"#);
    assert!(matches!(TrustPolicy::parse(&everywhere).unwrap().trust(&of_no_arn), Trust::Undecidable(_)));
    assert_eq!(lets_in("ArnEquals", "arn:aws:cognito-idp:eu-central-1:111122223333:userpool"), Answer::No);
}

#[test]
fn what_one_statement_leaves_open_another_may_settle_or_not() {
    let statement = |principal: &str, condition: &str| {
        format!(r#"{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole","Condition":{condition}}}"#)
    };
    let id = |id: &str| format!(r#"{{"StringEquals":{{"sts:ExternalId":"{id}"}}}}"#);
    let id_of = |id: &str| format!(r#"{{"StringEquals":{{"sts:ExternalId":"{id}","aws:SourceAccount":"111122223333"}}}}"#);
    let not_read = AssumeRequest { account: None, ..request(Value::Known("x-1")) };
    let answer = |statements: &[String], request: &AssumeRequest<'_>| {
        TrustPolicy::parse(&policy(&format!("[{}]", statements.join(",")))).unwrap().external_id(request)
    };
    let everyone = "\"*\"";
    assert_eq!(answer(&[statement(everyone, &id_of("x-1"))], &not_read), ExternalId::Accepted, "whichever account it is");
    let split = [statement(everyone, &id("x-2")), statement(everyone, &id_of("x-1"))];
    assert!(matches!(answer(&split, &not_read), ExternalId::Undecidable(_)));
    assert_eq!(answer(&split, &request(Value::Known("x-1"))), ExternalId::Accepted);
    let perhaps = r#"{"Service":"cognito-idp.eu-west-1.amazonaws.com"}"#;
    let unasked = [statement(perhaps, "{}")];
    assert!(matches!(answer(&unasked, &request(Value::Null)), ExternalId::Undecidable(_)), "it may not be for Cognito at all");
    assert_eq!(answer(&[statement(everyone, "{}")], &request(Value::Null)), ExternalId::NotAsked);
    let lambda = r#"{"Service":"lambda.amazonaws.com"}"#;
    assert_eq!(answer(&[statement(lambda, &id("y"))], &request(Value::Null)), ExternalId::Accepted, "none is for Cognito");
}

#[test]
fn principals_are_cognito_someone_else_or_perhaps_cognito() {
    let trust = |principal: &str| {
        let statement = format!(r#"{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"}}"#);
        TrustPolicy::parse(&policy(&statement)).unwrap().trust(&request(Value::Null))
    };
    for cognito in [r#""*""#, r#"{"AWS":"*"}"#, r#"{"AWS":"1","Service":["a","cognito-idp.amazonaws.com"]}"#] {
        assert_eq!(trust(cognito), Trust::Given, "{cognito}");
    }
    for other in [r#"{"Service":"sns.amazonaws.com"}"#, r#"{"AWS":"cognito-idp.amazonaws.com"}"#, r#"{"Federated":"*"}"#] {
        assert!(matches!(trust(other), Trust::NotGiven { .. }), "{other}");
    }
    for perhaps in
        [r#""someone""#, "7", r#"{"Service":"*.amazonaws.com"}"#, r#"{"Service":7}"#, r#"{"Service":["cognito-idp.x",7]}"#]
    {
        assert!(matches!(trust(perhaps), Trust::Undecidable(_)), "{perhaps}");
    }
}

#[test]
fn s08_i02_two_statements_do_not_lend_each_other_their_conditions() {
    let statement = |id: &str, account: &str| {
        let condition = format!(r#"{{"StringEquals":{{"sts:ExternalId":"{id}","aws:SourceAccount":"{account}"}}}}"#);
        format!(
            r#"{{"Effect":"Allow","Principal":{{"Service":"cognito-idp.amazonaws.com"}},"Action":"sts:AssumeRole","Condition":{condition}}}"#
        )
    };
    let both = |one: &str, other: &str| policy(&format!("[{one},{other}]"));
    let halves = both(&statement("x-2", "111122223333"), &statement("x-1", "999988887777"));
    let expected = vec!["x-2".to_owned()];
    assert_eq!(verdict(&halves), Assumption::ExternalIdMismatch { expected: expected.clone(), given: Some("x-1".to_owned()) });
    let answer = |request: &AssumeRequest<'_>| TrustPolicy::parse(&halves).unwrap().external_id(request);
    assert_eq!(answer(&request(Value::Known("x-1"))), ExternalId::MismatchForSource { expected });
    let not_read = AssumeRequest { account: None, ..request(Value::Known("x-1")) };
    assert!(matches!(answer(&not_read), ExternalId::Undecidable(_)));
    let whole = both(&statement("x-2", "999988887777"), &statement("x-1", "111122223333"));
    assert_eq!(verdict(&whole), Assumption::Allowed);
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
    for (resource, action) in [
        ("arn:aws:sms-voice:eu-central-1:1:phone-number/a", "sns:Publish"),
        ("arn:aws:sns:eu-central-1:1:topic", "sms-voice:SendTextMessage"),
    ] {
        let others = policy(&format!(r#"{{"Effect":"Allow","Action":"*","Resource":"{resource}"}}"#));
        assert_eq!(allows(&[&others], action), Permission::Denied { by: None }, "{resource}");
    }
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
