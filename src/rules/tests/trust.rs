//! What is said of a role's trust policy: a change of the policy that is there, never another policy in its place.

use crate::mfa::{Mode, RoleFacts, Transition};
use crate::rules::tests::{at_plan, names};
use crate::rules::{example, find};
use crate::tf::{Diagnostic, Value};

const ABOUT_TRUST: [&str; 3] = ["sms_role_without_trust", "sms_role_external_id_mismatch", "sms_role_open_to_confused_deputy"];

/// A change that sends SMS with a role of this trust policy.
fn with_policy(statements: &str) -> Transition {
    let policy = format!(r#"{{"Version":"2012-10-17","Statement":{statements}}}"#);
    let role = RoleFacts::found(example::ROLE, policy).with_permissions(example::may_send());
    Transition { role: Value::Known(role), ..example::change(example::off(), &example::sms(Mode::Optional)) }
}

fn of_pool(change: Transition, id: &str) -> Transition {
    let arn = format!("arn:aws:cognito-idp:eu-central-1:111122223333:userpool/{id}");
    let change = Transition { user_pool_id: Value::Known(id.to_owned()), ..change };
    example::on_pool(change, |pool| pool.arn = arn)
}

fn said(change: &Transition, rule: &str) -> String {
    let about = |found: &Diagnostic| found.cause.as_deref() == Some(rule);
    let reported = at_plan(change);
    let found = reported.iter().find(|found| about(found)).unwrap_or_else(|| panic!("{rule}: {:?}", names(&reported)));
    found.detail.clone()
}

const COGNITO: &str = r#""Effect":"Allow","Principal":{"Service":"cognito-idp.amazonaws.com"},"Action":"sts:AssumeRole""#;
const LAMBDA: &str = r#"{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}"#;

#[test]
fn the_condition_goes_into_the_statement_that_is_there() {
    let policy = format!(r#"[{LAMBDA},{{"Sid":"Sms",{COGNITO},"Condition":{{"StringEquals":{{"sts:ExternalId":"prod-1"}}}}}}]"#);
    let text = said(&with_policy(&policy), "sms_role_open_to_confused_deputy");
    assert!(
        text.contains("`StringEquals` in the `Condition` of statement 2 of 2 (\"Sms\"), beside what is there, and leave"),
        "{text}"
    );
    assert!(text.contains("\n\n    \"aws:SourceAccount\" = \"111122223333\"\n\n"), "{text}");
    let like = policy.replace("StringEquals", "StringLike");
    let text = said(&with_policy(&like), "sms_role_open_to_confused_deputy");
    assert!(text.contains("\n\n    StringEquals = { \"aws:SourceAccount\" = \"111122223333\" }\n\n"), "{text}");
    let bare = with_policy(&format!("{{{COGNITO}}}"));
    let text = said(&bare, "sms_role_open_to_confused_deputy");
    assert!(text.contains("Add this to its only statement and leave"), "{text}");
    assert!(text.contains("    Condition = { StringEquals = { \"aws:SourceAccount\" = \"111122223333\" } }\n"), "{text}");
    let text = said(&bare, "sms_role_external_id_mismatch");
    assert!(text.contains("    Condition = { StringEquals = { \"sts:ExternalId\" = \"prod-1\" } }\n"), "{text}");
}

#[test]
fn an_external_id_that_was_mistyped_is_never_put_into_the_role() {
    let policy = format!(r#"{{{COGNITO},"Condition":{{"StringEquals":{{"sts:ExternalId":"prod-2"}}}}}}"#);
    let change = with_policy(&policy);
    assert_eq!(names(&at_plan(&change)), ["sms_role_external_id_mismatch", "sms_role_open_to_confused_deputy"]);
    let text = said(&change, "sms_role_open_to_confused_deputy");
    assert!(!text.contains("prod-") && !text.contains("sts:ExternalId"), "{text}");
    let text = said(&change, "sms_role_external_id_mismatch");
    assert!(text.contains("\n\n    external_id = \"prod-2\"\n\n") && !text.contains("sts:ExternalId"), "{text}");
}

#[test]
fn two_pools_of_one_role_are_told_the_same() {
    let policy = format!(r#"{{{COGNITO},"Condition":{{"StringEquals":{{"sts:ExternalId":"prod-1"}}}}}}"#);
    let of = |id| said(&of_pool(with_policy(&policy), id), "sms_role_open_to_confused_deputy");
    let [one, other] = ["eu-central-1_Ab12Cd34E", "eu-central-1_Zz99Yy88X"].map(of);
    assert_eq!(one, other);
    assert!(!one.contains("SourceArn\""), "{one}");
}

#[test]
fn a_pool_is_let_in_beside_those_that_are() {
    let other = "arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_Zz99Yy88X";
    let condition = format!(r#"{{"StringEquals":{{"sts:ExternalId":"prod-1"}},"ArnLike":{{"aws:SourceArn":"{other}"}}}}"#);
    let text = said(&with_policy(&format!(r#"[{{{COGNITO},"Condition":{condition}}}]"#)), "sms_role_without_trust");
    let own = "arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_Ab12Cd34E";
    let lines =
        format!("    ArnLike = {{\n      \"aws:SourceArn\" = [\n        \"{other}\",\n        \"{own}\",\n      ]\n    }}\n");
    assert!(text.contains(&lines), "{text}");
    let narrow = condition.replace("ArnLike", "ArnNotLike").replace("Zz99Yy88X", "Ab12Cd34E");
    let text = said(&with_policy(&format!(r#"[{{{COGNITO},"Condition":{narrow}}}]"#)), "sms_role_without_trust");
    assert!(
        text.contains("The condition on `aws:SourceArn` (`ArnNotLike`) of its only statement keeps this pool out."),
        "{text}"
    );
}

#[test]
fn others_in_the_statement_are_not_shut_out() {
    let both = r#"{"Effect":"Allow","Principal":{"Service":["lambda.amazonaws.com","cognito-idp.amazonaws.com"]},"Action":"sts:AssumeRole"}"#;
    let text = said(&with_policy(both), "sms_role_open_to_confused_deputy");
    assert!(
        text.contains("Its only statement is for lambda.amazonaws.com too, and a condition in it would shut them out."),
        "{text}"
    );
    let everyone = r#"{"Effect":"Allow","Principal":"*","Action":"*"}"#;
    let text = said(&with_policy(everyone), "sms_role_open_to_confused_deputy");
    assert!(text.contains("Its only statement lets everyone in."), "{text}");
}

#[test]
fn a_statement_is_added_where_none_is_for_cognito() {
    let text = said(&with_policy(&format!("[{LAMBDA}]")), "sms_role_without_trust");
    assert!(text.contains("Add this statement to the policy, and leave those that are there as they are:"), "{text}");
    assert!(text.contains("        \"sts:ExternalId\"    = \"...\" # external_id of sms_configuration\n"), "{text}");
    assert!(text.contains("        \"aws:SourceAccount\" = \"111122223333\"\n"), "{text}");
}

#[test]
fn a_federated_principal_is_told_which_principal_and_action_are_right() {
    let identity = r#"{"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity"}"#;
    let text = said(&with_policy(identity), "sms_role_without_trust");
    let right = "Its only statement lets cognito-identity.amazonaws.com in as `Federated`, which is for identities that sign in. A user pool \
                 sends as a service: the principal is `Service` cognito-idp.amazonaws.com, and the action `sts:AssumeRole`.";
    assert!(text.contains(right), "{text}");
    let web = format!("{{{}}}", COGNITO.replace("sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"));
    let text = said(&with_policy(&web), "sms_role_without_trust");
    assert!(text.contains("Its only statement is for cognito-idp.amazonaws.com, and for other actions."), "{text}");
    assert!(text.contains("\n\n    Action = \"sts:AssumeRole\"\n\n"), "{text}");
}

#[test]
fn a_statement_that_denies_is_named() {
    let deny = format!(r#"[{{{COGNITO}}},{{"Sid":"No",{}}}]"#, COGNITO.replace("Allow", "Deny"));
    let text = said(&with_policy(&deny), "sms_role_without_trust");
    assert!(text.contains("Statement 2 of 2 (\"No\") is the `Deny`. Take cognito-idp.amazonaws.com out of it"), "{text}");
}

#[test]
fn no_rule_prints_a_policy_in_the_place_of_the_one_that_is_there() {
    for rule in ABOUT_TRUST {
        let text = said(&(find(rule).unwrap().rejected)(), rule);
        assert!(!text.contains("assume_role_policy") && !text.contains("Version"), "{text}");
    }
    // A role that does not exist has no policy yet.
    let text = said(&(find("sms_role_missing").unwrap().rejected)(), "sms_role_missing");
    assert!(text.contains("assume_role_policy = jsonencode({") && !text.contains("SourceArn"), "{text}");
}
