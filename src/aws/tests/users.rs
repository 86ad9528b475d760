//! Calls about one user.

use serde_json::json;

use super::server::{Reply, Server};
use super::{POOL, cognito, fault, later};
use crate::aws::ErrorKind;
use crate::mfa::{Factor, FactorSetting, PreferenceRequest, UserFacts};

const USER: &str = "break-glass/1";

#[tokio::test]
async fn a_user_is_read_without_the_values_of_attributes() {
    let server = Server::start([Reply::Json(
        200,
        json!({
            "Username": USER,
            "Enabled": true,
            "UserMFASettingList": ["SOFTWARE_TOKEN_MFA", "SMS_MFA"],
            "PreferredMfaSetting": "SMS_MFA",
            "UserAttributes": [{ "Name": "phone_number", "Value": "+15550100" }, { "Name": "email", "Value": "" }],
        }),
    )])
    .await;
    let read = cognito(&server).read_user(POOL, USER, later()).await;
    let expected = UserFacts {
        factors: vec!["SMS_MFA".into(), "SOFTWARE_TOKEN_MFA".into()],
        preferred: Some("SMS_MFA".into()),
        has_phone_number: true,
        has_email: false,
    };
    assert_eq!(read, Ok(expected));
    assert!(!format!("{read:?}").contains("5550100"));
    let seen = &server.seen()[0];
    assert_eq!(seen.json(), json!({ "UserPoolId": POOL, "Username": USER }));
    assert!(seen.head.to_ascii_lowercase().contains("awscognitoidentityproviderservice.admingetuser"));
}

#[tokio::test]
async fn a_user_without_factors_has_none() {
    let answer = json!({ "Username": USER, "Enabled": true, "PreferredMfaSetting": "" });
    let server = Server::start([Reply::Json(200, answer)]).await;
    assert_eq!(cognito(&server).read_user(POOL, USER, later()).await, Ok(UserFacts::default()));
}

#[tokio::test]
async fn a_user_and_a_pool_that_are_gone_are_told_apart() {
    for (code, about_user) in [("UserNotFoundException", true), ("ResourceNotFoundException", false)] {
        let server = Server::start([fault(400, code)]).await;
        let error = cognito(&server).read_user(POOL, USER, later()).await.unwrap_err();
        assert_eq!((error.kind, error.is_about_user()), (ErrorKind::Gone, about_user), "{code}");
        assert_eq!(error.operation, "cognito-idp:AdminGetUser");
        assert_eq!(server.seen().len(), 1, "{code}");
    }
}

#[tokio::test]
async fn a_write_sends_the_blocks_of_the_request_alone() {
    let server = Server::start([Reply::Json(200, json!({}))]).await;
    let setting = |factor, enabled, preferred| FactorSetting { factor, enabled, preferred };
    let all = PreferenceRequest {
        factors: vec![
            setting(Factor::SoftwareToken, true, true),
            setting(Factor::Sms, false, false),
            setting(Factor::Email, true, false),
        ],
        passkey: Some(true),
    };
    let sms = PreferenceRequest { factors: vec![setting(Factor::Sms, true, false)], passkey: None };
    for request in [all, sms] {
        assert_eq!(cognito(&server).write_preference(POOL, USER, &request, later()).await, Ok(()));
    }
    let seen = server.seen();
    let expected = json!({
        "UserPoolId": POOL,
        "Username": USER,
        "SoftwareTokenMfaSettings": { "Enabled": true, "PreferredMfa": true },
        "SMSMfaSettings": { "Enabled": false, "PreferredMfa": false },
        "EmailMfaSettings": { "Enabled": true, "PreferredMfa": false },
        "WebAuthnMfaSettings": { "Enabled": true },
    });
    assert_eq!(seen[0].json(), expected);
    let expected = json!({ "UserPoolId": POOL, "Username": USER, "SMSMfaSettings": { "Enabled": true, "PreferredMfa": false } });
    assert_eq!(seen[1].json(), expected);
}

#[tokio::test]
async fn a_throttled_write_is_repeated_and_a_lost_one_is_not() {
    let request = PreferenceRequest { factors: Vec::new(), passkey: Some(true) };
    let server = Server::start([fault(400, "TooManyRequestsException"), Reply::Json(200, json!({}))]).await;
    assert_eq!(cognito(&server).write_preference(POOL, USER, &request, later()).await, Ok(()));
    assert_eq!(server.seen().len(), 2);
    let server = Server::start([fault(500, "InternalErrorException"), Reply::Json(200, json!({}))]).await;
    let lost = cognito(&server).write_preference(POOL, USER, &request, later()).await.unwrap_err();
    assert_eq!((lost.kind, server.seen().len()), (ErrorKind::Unreachable, 1));
}
