//! Nothing of a pool is lost: member by member against the SDK's own types, so that a member of a later SDK fails here.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeSet;
use std::fmt::Debug;

use aws_sdk_cognitoidentityprovider::operation::update_user_pool::UpdateUserPoolInput;
use aws_sdk_cognitoidentityprovider::types::UserPoolType;
use serde_json::{Value, json};

use crate::aws::tests::server::{Reply, Server};
use crate::aws::tests::{POOL, cognito, fault, later, sorted};
use crate::aws::{Error, ErrorKind};

/// What a description shows and no update can say, each with its reason.
const NOT_SAID: &[(&str, &str)] = &[
    ("id", "said as UserPoolId"),
    ("name", "said as PoolName"),
    ("status", "no longer in use"),
    ("last_modified_date", "read only"),
    ("creation_date", "read only"),
    ("schema_attributes", "grows through AddCustomAttributes alone"),
    ("alias_attributes", "set when a pool is created"),
    ("username_attributes", "set when a pool is created"),
    ("username_configuration", "set when a pool is created"),
    ("estimated_number_of_users", "read only"),
    ("sms_configuration_failure", "read only"),
    ("email_configuration_failure", "read only"),
    ("domain", "belongs to CreateUserPoolDomain"),
    ("custom_domain", "belongs to CreateUserPoolDomain"),
    ("arn", "read only"),
];

/// What an update says and a description shows under another name.
const RENAMED: &[&str] = &["user_pool_id", "pool_name"];

/// The members of a type of the SDK, by what its builder prints.
fn members(builder: &impl Debug) -> BTreeSet<String> {
    let printed = format!("{builder:#?}");
    let lines =
        printed.lines().filter_map(|line| line.strip_prefix("    ")).filter(|line| !line.starts_with([' ', '}', ']', ')']));
    lines.filter_map(|line| Some(line.split_once(':')?.0.to_owned())).collect()
}

/// The members that are not set.
fn absent(builder: &impl Debug) -> Vec<String> {
    let printed = format!("{builder:#?}");
    printed
        .lines()
        .filter_map(|line| line.strip_prefix("    ")?.strip_suffix(": None,"))
        .filter(|name| !name.starts_with(' '))
        .map(str::to_owned)
        .collect()
}

/// A pool with every member that the API's model of it has, in the API's spelling.
fn whole() -> Value {
    let lambda = |name: &str| json!(format!("arn:aws:lambda:eu-central-1:123456789012:function:{name}"));
    let versioned = |name: &str| json!({ "LambdaVersion": "V1_0", "LambdaArn": lambda(name) });
    json!({
        "Id": POOL,
        "Name": "users",
        "Policies": {
            "PasswordPolicy": {
                "MinimumLength": 12, "RequireUppercase": true, "RequireLowercase": true, "RequireNumbers": false,
                "RequireSymbols": true, "PasswordHistorySize": 3, "TemporaryPasswordValidityDays": 2,
            },
            "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] },
        },
        "DeletionProtection": "ACTIVE",
        "LambdaConfig": {
            "PreSignUp": lambda("a"), "CustomMessage": lambda("b"), "PostConfirmation": lambda("c"),
            "PreAuthentication": lambda("d"), "PostAuthentication": lambda("e"), "DefineAuthChallenge": lambda("f"),
            "CreateAuthChallenge": lambda("g"), "VerifyAuthChallengeResponse": lambda("h"), "PreTokenGeneration": lambda("i"),
            "UserMigration": lambda("j"),
            "PreTokenGenerationConfig": { "LambdaVersion": "V2_0", "LambdaArn": lambda("i") },
            "CustomSMSSender": versioned("k"), "CustomEmailSender": versioned("l"),
            "KMSKeyID": "arn:aws:kms:eu-central-1:123456789012:key/0",
            "InboundFederation": versioned("m"),
        },
        "AutoVerifiedAttributes": ["phone_number", "email"],
        "SmsVerificationMessage": "Your code is {####}",
        "EmailVerificationMessage": "Your code: {####}",
        "EmailVerificationSubject": "Your code",
        "VerificationMessageTemplate": {
            "SmsMessage": "Your code is {####}", "EmailMessage": "Your code: {####}", "EmailSubject": "Your code",
            "EmailMessageByLink": "{##Click##}", "EmailSubjectByLink": "Click", "DefaultEmailOption": "CONFIRM_WITH_LINK",
        },
        "SmsAuthenticationMessage": "To sign in: {####}",
        "UserAttributeUpdateSettings": { "AttributesRequireVerificationBeforeUpdate": ["email"] },
        "MfaConfiguration": "OPTIONAL",
        "DeviceConfiguration": { "ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": true },
        "EmailConfiguration": {
            "SourceArn": "arn:aws:ses:eu-central-1:123456789012:identity/example.com",
            "ReplyToEmailAddress": "help@example.com", "EmailSendingAccount": "DEVELOPER",
            "From": "Example <no-reply@example.com>", "ConfigurationSet": "mail",
        },
        "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "prod-1", "SnsRegion": "eu-central-1" },
        "UserPoolTags": { "team": "identity" },
        "AdminCreateUserConfig": {
            "AllowAdminCreateUserOnly": true,
            "InviteMessageTemplate": { "SMSMessage": "{username} {####}", "EmailMessage": "{username}: {####}", "EmailSubject": "Welcome" },
        },
        "UserPoolAddOns": {
            "AdvancedSecurityMode": "ENFORCED", "AdvancedSecurityAdditionalFlows": { "CustomAuthMode": "AUDIT" },
        },
        "AccountRecoverySetting": { "RecoveryMechanisms": [
            { "Priority": 1, "Name": "verified_email" }, { "Priority": 2, "Name": "verified_phone_number" } ] },
        "UserPoolTier": "PLUS",
        "KeyConfiguration": { "KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": "arn:aws:kms:eu-central-1:123456789012:key/1" },
        "IssuerConfiguration": { "Type": "ORIGINAL" },
        "AcrConfiguration": { "loa2": { "AcrValue": "urn:example:2" } },
    })
}

fn edited(edit: impl FnOnce(&mut Value)) -> Value {
    let mut pool = whole();
    edit(&mut pool);
    pool
}

fn described(pool: &Value) -> Reply {
    Reply::Json(200, json!({ "UserPool": pool }))
}

/// The request that is sent for a pool, and the operations in their order.
async fn sent(pool: &Value) -> Value {
    let server = Server::start([described(pool), Reply::Json(200, json!({}))]).await;
    cognito(&server).turn_mfa_off(POOL, later()).await.unwrap();
    let seen = server.seen();
    let operations: Vec<bool> = ["DescribeUserPool", "UpdateUserPool"]
        .iter()
        .zip(&seen)
        .map(|(name, seen)| seen.head.to_ascii_lowercase().contains(&format!("service.{}\r", name.to_ascii_lowercase())))
        .collect();
    assert_eq!((operations, seen.len()), (vec![true, true], 2));
    let length = format!("content-length: {}", seen[1].body.len());
    assert!(seen[1].head.to_ascii_lowercase().contains(&length), "{}", seen[1].head);
    seen[1].json()
}

/// The request for `pool`, by the API's model.
fn expected(pool: &Value) -> Value {
    let mut input = pool.clone();
    let members = input.as_object_mut().unwrap();
    for (from, to) in [("Id", "UserPoolId"), ("Name", "PoolName")] {
        let value = members.remove(from).unwrap();
        members.insert(to.to_owned(), value);
    }
    members.insert("MfaConfiguration".to_owned(), json!("OFF"));
    sorted(&input)
}

#[test]
fn every_member_of_a_description_is_said_or_has_a_reason() {
    let shown = members(&UserPoolType::builder());
    let said = members(&UpdateUserPoolInput::builder());
    assert!(shown.len() > 30 && said.len() > 20, "{shown:?} {said:?}");
    let reasons: BTreeSet<String> = NOT_SAID.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(shown.difference(&said).cloned().collect::<BTreeSet<_>>(), reasons);
    let renamed: BTreeSet<String> = RENAMED.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(said.difference(&shown).cloned().collect::<BTreeSet<_>>(), renamed);
}

#[tokio::test]
async fn no_member_of_a_request_is_left_unset() {
    let server = Server::start([described(&whole())]).await;
    let client = cognito(&server).sdk().await;
    let answer = client.describe_user_pool().user_pool_id(POOL).send().await.unwrap();
    let call = super::with_mfa_off(client.update_user_pool(), answer.user_pool.unwrap());
    // A member of a later SDK that nobody fills in is unset.
    assert_eq!(absent(call.as_input()), Vec::<String>::new());
}

#[tokio::test]
async fn a_pool_is_said_again_as_it_is() {
    let pool = whole();
    assert_eq!(sorted(&sent(&pool).await), expected(&pool));
}

#[tokio::test]
async fn a_bare_pool_gains_no_member() {
    let pool = json!({ "Id": POOL, "Name": "users", "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": false } });
    assert_eq!(sorted(&sent(&pool).await), expected(&pool));
}

#[tokio::test]
async fn what_only_aws_can_say_is_left_out() {
    let shown = edited(|pool| {
        pool["Arn"] = json!("arn");
        pool["Status"] = json!("Enabled");
        pool["EstimatedNumberOfUsers"] = json!(7);
        pool["SchemaAttributes"] = json!([{ "Name": "email" }]);
        pool["UsernameAttributes"] = json!(["email"]);
        pool["AliasAttributes"] = json!(["email"]);
        pool["UsernameConfiguration"] = json!({ "CaseSensitive": false });
        pool["Domain"] = json!("customers");
        pool["CustomDomain"] = json!("login.example.com");
        pool["SmsConfigurationFailure"] = json!("SNSSandbox");
        pool["EmailConfigurationFailure"] = json!("x");
        pool["CreationDate"] = json!(1.0);
        pool["LastModifiedDate"] = json!(1.0);
    });
    assert_eq!(sorted(&sent(&shown).await), expected(&whole()));
}

#[tokio::test]
async fn days_of_a_first_password_are_said_once() {
    let both = edited(|pool| pool["AdminCreateUserConfig"]["UnusedAccountValidityDays"] = json!(2));
    assert_eq!(sorted(&sent(&both).await), expected(&whole()));
    let older = edited(|pool| {
        pool["AdminCreateUserConfig"]["UnusedAccountValidityDays"] = json!(30);
        pool["Policies"]["PasswordPolicy"].as_object_mut().unwrap().remove("TemporaryPasswordValidityDays");
    });
    assert_eq!(sorted(&sent(&older).await), expected(&older));
}

#[tokio::test]
async fn tags_of_aws_are_not_said() {
    let tagged = edited(|pool| pool["UserPoolTags"]["aws:cloudformation:stack-name"] = json!("prod"));
    let without = edited(|pool| drop(pool.as_object_mut().unwrap().remove("UserPoolTags")));
    assert_eq!(sorted(&sent(&tagged).await), expected(&without));
}

#[tokio::test]
async fn after_another_write_the_pool_is_read_again() {
    let other = edited(|pool| pool["DeletionProtection"] = json!("INACTIVE"));
    let busy = fault(400, "ConcurrentModificationException");
    let server = Server::start([described(&whole()), busy, described(&other), Reply::Json(200, json!({}))]).await;
    cognito(&server).turn_mfa_off(POOL, later()).await.unwrap();
    let seen = server.seen();
    assert_eq!(seen.len(), 4);
    assert_eq!(sorted(&seen[3].json()), expected(&other));
}

#[tokio::test]
async fn a_lost_answer_is_not_sent_again() {
    let attempt = async |replies: Vec<Reply>| {
        let server = Server::start(replies).await;
        let error: Error = cognito(&server).turn_mfa_off(POOL, later()).await.unwrap_err();
        (error.kind, error.operation, server.seen().len())
    };
    let lost = vec![described(&whole()), Reply::Reset];
    assert_eq!(attempt(lost).await, (ErrorKind::Unreachable, "cognito-idp:UpdateUserPool", 2));
    let denied = vec![described(&whole()), fault(400, "AccessDeniedException")];
    assert_eq!(attempt(denied).await, (ErrorKind::Denied, "cognito-idp:UpdateUserPool", 2));
    let unread = vec![fault(400, "AccessDeniedException")];
    assert_eq!(attempt(unread).await, (ErrorKind::Denied, "cognito-idp:DescribeUserPool", 1));
}
