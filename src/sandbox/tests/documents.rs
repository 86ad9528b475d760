//! Policy documents: what IAM takes and how conditions are read.

use serde_json::json;

use super::*;
use crate::sandbox::policy::{Decision, Question, decide};

fn decision(statements: Value, action: &str, resource: &str, context: &[(&str, &str)]) -> Decision {
    let document = json!({ "Statement": statements }).to_string();
    decide(&[&document], &Question { principal: None, action, resource: Some(resource), context })
}

#[test]
fn a_deny_wins_wherever_it_stands() {
    let allow = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    let deny = json!({ "Effect": "Deny", "Action": "sns:P*", "Resource": "*" });
    for statements in [json!([allow, deny]), json!([deny, allow])] {
        assert_eq!(decision(statements.clone(), "sns:Publish", "*", &[]), Decision::Denied);
        assert_eq!(decision(statements, "sns:Subscribe", "*", &[]), Decision::Allowed);
    }
    assert_eq!(decision(json!([]), "sns:Publish", "*", &[]), Decision::NotAllowed);
}

#[test]
fn conditions_read_absent_keys_and_negations_as_iam_does() {
    let holds = |operator: &str, wanted: Value, sent: &[(&str, &str)]| {
        let statement =
            json!({ "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": { operator: { "sts:ExternalId": wanted } } });
        decision(statement, "sns:Publish", "*", sent) == Decision::Allowed
    };
    let sent: &[(&str, &str)] = &[("sts:ExternalId", "abc")];
    assert!(holds("StringEquals", json!(["x", "abc"]), sent));
    assert!(!holds("StringEquals", json!("ABC"), sent));
    assert!(holds("StringEqualsIgnoreCase", json!("ABC"), sent));
    assert!(holds("StringLike", json!("a?c"), sent) && holds("StringLike", json!("*"), sent));
    assert!(!holds("StringNotEquals", json!(["x", "abc"]), sent));
    assert!(!holds("StringEquals", json!("abc"), &[]) && holds("StringEqualsIfExists", json!("abc"), &[]));
    assert!(holds("StringNotEquals", json!("abc"), &[]));
    assert!(holds("Null", json!("true"), &[]) && !holds("Null", json!(true), sent));
    assert!(!holds("NumericEquals", json!("abc"), sent));
}

#[test]
fn malformed_documents_are_refused() {
    let mut bench = Bench::new();
    let role = |document: &str| json!({ "RoleName": "r", "AssumeRolePolicyDocument": document });
    for document in ["{", "[]", "{}", r#"{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole"}]}"#] {
        refused_with(bench.iam("CreateRole", role(document)), "MalformedPolicyDocument");
    }
    let trusted = trust("cognito-idp.amazonaws.com", json!({}));
    bench.iam("CreateRole", role(&trusted)).unwrap();
    let put = |document: &str| json!({ "RoleName": "r", "PolicyName": "p", "PolicyDocument": document });
    for document in [trusted.as_str(), r#"{"Statement":[{"Effect":"Allow","Action":"sns:Publish"}]}"#] {
        refused_with(bench.iam("PutRolePolicy", put(document)), "MalformedPolicyDocument");
    }
}
