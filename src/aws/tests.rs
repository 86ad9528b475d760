//! Calls against a server on loopback: what is sent, what is read, and what each fault turns into.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod role;
pub(super) mod server;
mod sns;
mod surroundings;
mod users;

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

use self::server::{Reply, Server};
use super::clients::Limits;
use super::retry::{Pause, Retry};
use super::wire::tests::all_settings;
use super::{AssumeRole, Clients, Cognito, Connection, Endpoints, Error, ErrorKind, Keys, Secret};
use crate::mfa::{Mode, PoolFacts, Settings, Sms, SmsSender, SnsSender};

pub(super) const POOL: &str = "eu-central-1_abcDEF123";
const ROLE: &str = "arn:aws:iam::123456789012:role/service-role/sms";

/// Pauses take no time.
#[derive(Debug)]
struct Instantly;

impl Pause for Instantly {
    fn pause(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::ready(()))
    }
}

fn connection(url: &str) -> Connection {
    let url = || Some(url.to_owned());
    let secret = |text: &str| Secret::new(text);
    Connection {
        keys: Some(Keys {
            access_key: secret("AKIACANARY"),
            secret_key: secret("CANARY-secret"),
            token: Some(secret("CANARY-token")),
        }),
        endpoints: Endpoints { cognitoidp: url(), iam: url(), sns: url(), sts: url() },
        // A profile of nobody's, in files that are not there: the machine's own files must not matter.
        shared_config_files: vec!["/nonexistent/config".into()],
        shared_credentials_files: vec!["/nonexistent/credentials".into()],
        terraform_version: "1.14.0".into(),
        ..Connection::default()
    }
}

fn clients(connection: Connection) -> Clients {
    let retry = Retry { attempts: 8, pause: Arc::new(Instantly), stop: CancellationToken::new() };
    Clients::with_policy(connection, retry, Limits { attempt: Duration::from_millis(5_000), ..Limits::default() })
}

pub(super) fn cognito(server: &Server) -> Cognito {
    clients(connection(&server.url)).cognito("eu-central-1")
}

pub(super) fn later() -> Instant {
    Instant::now() + Duration::from_secs(30)
}

fn soon() -> Instant {
    Instant::now() + Duration::from_millis(300)
}

pub(super) fn fault(status: u16, code: &str) -> Reply {
    Reply::Json(status, json!({ "__type": code, "message": format!("{code} says no") }))
}

fn on() -> Reply {
    Reply::Json(200, json!({ "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": { "Enabled": true } }))
}

fn on_settings() -> Settings {
    Settings { mode: Mode::On, token_enabled: Some(true), ..Settings::UNTOUCHED }
}

async fn read(server: &Server) -> Result<Settings, Error> {
    cognito(server).read_mfa_settings(POOL, later()).await
}

async fn write(server: &Server) -> Result<Settings, Error> {
    cognito(server).write_mfa_settings(POOL, &on_settings(), later()).await
}

/// What the request must be, written by hand from the API's model.
fn expected_request(settings: &Settings) -> Value {
    let text = |value: &Option<String>| value.clone().map(Value::from);
    let object = |members: Vec<(&str, Option<Value>)>| {
        let present = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Value::Object(present.collect::<Map<_, _>>())
    };
    let sender = |sender: &SmsSender| match sender {
        SmsSender::Sns(sns) => object(vec![
            ("SnsCallerArn", Some(json!(sns.caller_arn))),
            ("ExternalId", text(&sns.external_id)),
            ("SnsRegion", text(&sns.region)),
        ]),
        SmsSender::EndUserMessaging(eums) => {
            let eums = object(vec![
                ("CallerArn", Some(json!(eums.caller_arn))),
                ("ExternalId", text(&eums.external_id)),
                ("OriginationIdentity", text(&eums.origination_identity)),
                ("ConfigurationSetName", text(&eums.configuration_set_name)),
                ("InEntityId", text(&eums.in_entity_id)),
                ("InTemplateId", text(&eums.in_template_id)),
                ("Region", text(&eums.region)),
            ]);
            json!({ "SnsCallerArn": "", "EumsSms": eums })
        }
    };
    let sms = |sms: &Sms| {
        object(vec![("SmsAuthenticationMessage", text(&sms.message)), ("SmsConfiguration", sms.sender.as_ref().map(sender))])
    };
    object(vec![
        ("UserPoolId", Some(json!(POOL))),
        ("MfaConfiguration", Some(json!(settings.mode.as_str()))),
        ("SoftwareTokenMfaConfiguration", settings.token_enabled.map(|enabled| json!({ "Enabled": enabled }))),
        ("SmsMfaConfiguration", settings.sms.as_ref().map(sms)),
        (
            "EmailMfaConfiguration",
            settings
                .email
                .as_ref()
                .map(|email| object(vec![("Message", text(&email.message)), ("Subject", text(&email.subject))])),
        ),
        (
            "WebAuthnConfiguration",
            settings.web_authn.as_ref().map(|passkey| {
                object(vec![
                    ("RelyingPartyId", text(&passkey.relying_party_id)),
                    ("UserVerification", passkey.user_verification.map(|value| json!(value.as_str()))),
                    ("FactorConfiguration", passkey.factor_configuration.map(|value| json!(value.as_str()))),
                ])
            }),
        ),
    ])
}

pub(super) fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().map(|(name, value)| (name.clone(), sorted(value))).collect();
            members.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(members.into_iter().collect())
        }
        other => other.clone(),
    }
}

#[tokio::test]
async fn a_write_sends_exactly_the_settings_and_reads_its_answer() {
    let server = Server::start([on()]).await;
    let cognito = cognito(&server);
    let all = all_settings();
    for settings in &all {
        assert_eq!(cognito.write_mfa_settings(POOL, settings, later()).await, Ok(on_settings()));
    }
    let seen = server.seen();
    assert_eq!(seen.len(), all.len());
    for (settings, seen) in all.iter().zip(seen) {
        assert_eq!(sorted(&seen.json()), sorted(&expected_request(settings)));
    }
}

#[tokio::test]
async fn a_read_names_the_pool_and_the_caller() {
    let server = Server::start([on()]).await;
    assert_eq!(read(&server).await, Ok(on_settings()));
    let seen = &server.seen()[0];
    assert_eq!(seen.json(), json!({ "UserPoolId": POOL }));
    let head = seen.head.to_ascii_lowercase();
    assert!(head.contains("awscognitoidentityproviderservice.getuserpoolmfaconfig"));
    assert!(head.contains("/eu-central-1/cognito-idp/aws4_request"));
    assert!(head.contains("lib/terraform/1.14.0") && head.contains("lib/terraform-provider-cognitomfa/"), "{head}");
}

#[tokio::test]
async fn faults_of_a_read_are_retried() {
    let html = || Reply::Text(503, "text/html; charset=utf-8", "<html>CANARY</html>".into());
    let replies = [fault(500, "InternalErrorException"), html(), Reply::Reset, Reply::Truncated, on()];
    let server = Server::start(replies).await;
    assert_eq!(read(&server).await, Ok(on_settings()));
    assert_eq!(server.seen().len(), 5);
    for hopeless in
        [fault(500, "InternalErrorException"), html(), Reply::Reset, Reply::Truncated, Reply::Text(200, "", "x".into())]
    {
        let server = Server::start([hopeless.clone()]).await;
        let error = read(&server).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unreachable, "{hopeless:?}: {error:?}");
        assert_eq!(server.seen().len(), 5, "{hopeless:?}");
        assert_eq!(error.endpoint.as_deref(), Some(server.url.as_str()));
    }
}

#[tokio::test]
async fn an_ambiguous_write_is_sent_once_and_left_to_the_reader() {
    let html = || Reply::Text(200, "text/html", "<html></html>".into());
    for ambiguous in [
        Reply::Reset,
        Reply::Truncated,
        html(),
        fault(500, "InternalErrorException"),
        Reply::Text(503, "text/html", String::new()),
    ] {
        let server = Server::start([ambiguous.clone(), on()]).await;
        let error = write(&server).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unreachable, "{ambiguous:?}: {error:?}");
        assert_eq!(server.seen().len(), 1, "{ambiguous:?}");
    }
}

#[tokio::test]
async fn throttles_and_two_writes_at_once_are_retried_by_both() {
    let replies = || [fault(400, "TooManyRequestsException"), fault(400, "ConcurrentModificationException"), on()];
    let server = Server::start(replies()).await;
    assert_eq!(read(&server).await, Ok(on_settings()));
    let server = Server::start(replies()).await;
    assert_eq!(write(&server).await, Ok(on_settings()));
    let server = Server::start([fault(400, "TooManyRequestsException")]).await;
    assert_eq!(write(&server).await.unwrap_err().kind, ErrorKind::Throttled);
    assert_eq!(server.seen().len(), 8);
}

#[tokio::test]
async fn refusals_keep_what_aws_says_and_are_not_repeated() {
    use ErrorKind::*;
    for (code, kind) in [
        ("ResourceNotFoundException", Gone),
        ("InvalidSmsRoleTrustRelationshipException", NotYet),
        ("InvalidSmsRoleAccessPolicyException", NotYet),
        ("InvalidParameterException", Refused),
        ("FeatureUnavailableInTierException", Refused),
        ("LimitExceededException", Refused),
        ("OperationNotEnabledException", Refused),
        ("NotAuthorizedException", Denied),
        ("AccessDeniedException", Denied),
        ("ExpiredTokenException", Denied),
        ("com.amazon.coral.service#UnrecognizedClientException", Denied),
    ] {
        let server = Server::start([fault(400, code)]).await;
        let error = write(&server).await.unwrap_err();
        assert_eq!((error.kind, server.seen().len()), (kind, 1), "{code}");
        assert_eq!(error.code, code.rsplit('#').next().unwrap());
        assert_eq!(error.message, format!("{code} says no"));
        assert_eq!(error.request_id.as_deref(), Some("request-1"));
        assert_eq!(error.operation, "cognito-idp:SetUserPoolMfaConfig");
        assert_eq!(error.endpoint.as_deref(), Some(server.url.as_str()));
    }
}

#[tokio::test]
async fn an_answer_that_is_not_aws_s_is_told_by_its_kind_alone() {
    let server = Server::start([Reply::Text(403, "text/html; charset=utf-8", "<html>CANARY</html>".into())]).await;
    let error = read(&server).await.unwrap_err();
    assert_eq!((error.kind, server.seen().len()), (ErrorKind::Unreachable, 1));
    assert!(error.message.contains("HTTP 403") && error.message.contains("`text/html`"), "{}", error.message);
    assert!(!format!("{error:?}").contains("CANARY"));
}

#[tokio::test]
async fn a_long_answer_is_refused_at_the_cap() {
    for declared in [true, false] {
        let server = Server::start([Reply::Long { declared }]).await;
        for error in [read(&server).await.unwrap_err(), write(&server).await.unwrap_err()] {
            assert_eq!(error.kind, ErrorKind::Unreachable);
            assert!(error.message.contains("longer than 1048576 bytes"), "{}", error.message);
        }
        assert_eq!(server.seen().len(), 2);
        // What the kernel buffers on the way is not this process's memory; 64 MiB were on offer, twice.
        assert!(*server.sent.lock().unwrap() < 48 * 1024 * 1024);
    }
}

#[tokio::test]
async fn silence_is_bounded() {
    let server = Server::start([Reply::Hang]).await;
    let error = cognito(&server).write_mfa_settings(POOL, &on_settings(), soon()).await.unwrap_err();
    assert_eq!((error.kind, server.seen().len()), (ErrorKind::Unreachable, 1));
    assert!(error.message.contains(&server.url) && error.message.contains("seconds"), "{}", error.message);

    let retry = Retry { attempts: 8, pause: Arc::new(Instantly), stop: CancellationToken::new() };
    let limits = Limits { attempt: Duration::from_millis(100), ..Limits::default() };
    let server = Server::start([Reply::Hang, on()]).await;
    let cognito = Clients::with_policy(connection(&server.url), retry, limits).cognito("eu-central-1");
    assert_eq!(cognito.read_mfa_settings(POOL, later()).await, Ok(on_settings()));
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn nobody_listening_is_named_with_the_endpoint() {
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let cognito = clients(connection(&format!("http://{address}"))).cognito("eu-central-1");
    let error = cognito.read_mfa_settings(POOL, later()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable);
    assert!(error.message.starts_with(&format!("http://{address} could not be reached: ")), "{}", error.message);
}

#[tokio::test]
async fn a_ca_bundle_that_cannot_be_read_matters_for_https_alone() {
    let bundle = |connection| Connection { custom_ca_bundle: Some("/nonexistent.pem".into()), ..connection };
    let server = Server::start([on()]).await;
    let plain = clients(bundle(connection(&server.url))).cognito("eu-central-1");
    assert_eq!(plain.read_mfa_settings(POOL, later()).await, Ok(on_settings()));
    let tls = clients(bundle(connection(&server.url.replace("http:", "https:")))).cognito("eu-central-1");
    let error = tls.read_mfa_settings(POOL, later()).await.unwrap_err();
    assert!(error.message.contains("`custom_ca_bundle` names /nonexistent.pem"), "{}", error.message);
}

#[tokio::test]
async fn a_value_from_the_future_is_an_error_that_names_it() {
    let server = Server::start([Reply::Json(200, json!({ "MfaConfiguration": "ADAPTIVE", "NewMember": { "A": [1] } }))]).await;
    let (reading, writing) = (read(&server).await.unwrap_err(), write(&server).await.unwrap_err());
    assert_eq!((reading.kind, writing.kind), (ErrorKind::Refused, ErrorKind::Unreachable));
    assert!(reading.message.contains("`ADAPTIVE` as `MfaConfiguration`"), "{}", reading.message);
    let server = Server::start([Reply::Json(200, json!({ "NewMember": { "A": [1] } }))]).await;
    assert_eq!(read(&server).await, Ok(Settings::UNTOUCHED));
}

#[tokio::test]
async fn the_facts_of_a_pool_are_read() {
    let pool = json!({ "UserPool": {
        "Name": "customers", "Arn": "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/x", "EstimatedNumberOfUsers": 12,
        "AutoVerifiedAttributes": ["email", "phone_number"], "UserPoolTier": "ESSENTIALS",
        "SmsConfiguration": { "SnsCallerArn": ROLE, "ExternalId": "id" }, "SmsConfigurationFailure": "SNSSandbox",
        "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] } },
        "EmailConfiguration": { "EmailSendingAccount": "DEVELOPER" }, "Domain": "customers", "CustomDomain": "login.example.com",
        "AccountRecoverySetting": { "RecoveryMechanisms": [
            { "Priority": 2, "Name": "verified_phone_number" }, { "Priority": 1, "Name": "verified_email" },
        ] },
        "UserPoolAddOns": { "AdvancedSecurityMode": "ENFORCED" }, "DeviceConfiguration": { "ChallengeRequiredOnNewDevice": true },
        "SchemaAttributes": [{ "Name": "email", "Required": false }, { "Name": "phone_number", "Required": true }],
    } });
    let bare =
        json!({ "UserPool": { "Name": "", "AccountRecoverySetting": {}, "SchemaAttributes": [{ "Name": "phone_number" }] } });
    let server = Server::start([Reply::Json(200, pool), Reply::Json(200, bare), Reply::Json(200, json!({}))]).await;
    let cognito = cognito(&server);
    let owned = |text: &str| Some(text.to_owned());
    let expected = PoolFacts {
        name: "customers".into(),
        arn: "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/x".into(),
        sms_sender: Some(SmsSender::Sns(SnsSender { caller_arn: ROLE.into(), external_id: owned("id"), region: None })),
        estimated_users: 12,
        auto_verified_attributes: vec!["email".into(), "phone_number".into()],
        tier: owned("ESSENTIALS"),
        first_factors: vec!["PASSWORD".into(), "WEB_AUTHN".into()],
        email_sending_account: owned("DEVELOPER"),
        recovery: Some(vec!["verified_email".into(), "verified_phone_number".into()]),
        threat_protection: owned("ENFORCED"),
        challenge_on_new_device: true,
        phone_required: true,
        custom_domain: owned("login.example.com"),
        domain: owned("customers"),
        sms_configuration_failure: owned("SNSSandbox"),
        unsettled: BTreeSet::new(),
    };
    assert_eq!(cognito.read_pool_facts(POOL, later()).await, Ok(expected));
    let bare = PoolFacts { recovery: Some(Vec::new()), ..PoolFacts::default() };
    assert_eq!(cognito.read_pool_facts(POOL, later()).await, Ok(bare));
    assert_eq!(cognito.read_pool_facts(POOL, later()).await.unwrap_err().kind, ErrorKind::Unreachable);
}

fn iam_fault(status: u16, code: &str) -> Reply {
    let xml = format!(
        "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>{code}</Code>\
         <Message>{code} says no</Message></Error><RequestId>r</RequestId></ErrorResponse>"
    );
    Reply::Text(status, "text/xml", xml)
}

#[tokio::test]
async fn roles_are_assumed_one_with_the_other_before_the_call() {
    let assumed = |key: &str| {
        Reply::Text(
            200,
            "text/xml",
            format!(
                "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>\
             <AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
             <Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
            ),
        )
    };
    let role = |name: &str| AssumeRole {
        role_arn: format!("arn:aws:iam::123456789012:role/{name}"),
        session_name: Some("session".into()),
        external_id: Some(Secret::new("outside")),
        duration: Some(Duration::from_secs(900)),
        tags: vec![("team".into(), "auth".into())],
        ..AssumeRole::default()
    };
    let server = Server::start([assumed("ASIAFIRST"), assumed("ASIASECOND"), on()]).await;
    let chained = Connection { assume_roles: vec![role("first"), role("second")], ..connection(&server.url) };
    let cognito = clients(chained).cognito("eu-central-1");
    for _ in 0..2 {
        assert_eq!(cognito.read_mfa_settings(POOL, later()).await, Ok(on_settings()));
    }
    let seen = server.seen();
    assert_eq!(seen.len(), 4, "credentials are kept between calls");
    for word in ["role%2Ffirst", "ExternalId=outside", "DurationSeconds=900", "RoleSessionName=session", "team"] {
        assert!(seen[0].body.contains(word), "{}", seen[0].body);
    }
    assert!(seen[0].head.contains("Credential=AKIACANARY/") && seen[1].head.contains("Credential=ASIAFIRST/"));
    assert!(seen[2].head.contains("Credential=ASIASECOND/") && seen[3].head.contains("Credential=ASIASECOND/"));
}

#[tokio::test]
async fn a_role_that_may_not_be_assumed_is_denied_with_the_words_of_sts() {
    let server = Server::start([iam_fault(403, "AccessDenied")]).await;
    let role = AssumeRole { role_arn: ROLE.into(), ..AssumeRole::default() };
    let cognito = clients(Connection { assume_roles: vec![role], ..connection(&server.url) }).cognito("eu-central-1");
    let error = cognito.read_mfa_settings(POOL, later()).await.unwrap_err();
    assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Denied, "AccessDenied"), "{error:?}");
    assert!(error.message.contains("AccessDenied says no"), "{}", error.message);
}

#[tokio::test]
async fn missing_credentials_are_told_with_every_place() {
    let server = Server::start([on()]).await;
    let nobody =
        Connection { keys: None, profile: Some("nobody".into()), skip_metadata_api_check: true, ..connection(&server.url) };
    let error = clients(nobody).cognito("eu-central-1").read_mfa_settings(POOL, later()).await.unwrap_err();
    assert_eq!((error.kind, server.seen().len()), (ErrorKind::NoCredentials, 0), "{error:?}");
    for place in
        ["`access_key`", "AWS_ACCESS_KEY_ID", "\"nobody\"", "SSO", "web identity", "container", "skip_metadata_api_check"]
    {
        assert!(error.message.contains(place), "{}", error.message);
    }
}

#[tokio::test]
async fn a_stop_ends_reads_and_keeps_writes_from_beginning() {
    let server = Server::start([Reply::Hang]).await;
    let stop = CancellationToken::new();
    let cognito = Clients::new(connection(&server.url), stop.clone()).cognito("eu-central-1");
    let reading = tokio::spawn({
        let cognito = cognito.clone();
        async move { cognito.read_mfa_settings(POOL, later()).await }
    });
    while server.seen().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stop.cancel();
    assert_eq!(reading.await.unwrap().unwrap_err().kind, ErrorKind::Stopped);
    let error = cognito.write_mfa_settings(POOL, &on_settings(), later()).await.unwrap_err();
    assert_eq!((error.kind, server.seen().len()), (ErrorKind::Stopped, 1));
}

#[tokio::test]
async fn no_credential_is_shown() {
    let server = Server::start([fault(400, "UnrecognizedClientException")]).await;
    let clients = clients(connection(&server.url));
    let (cognito, iam) = (clients.cognito("eu-central-1"), clients.iam("eu-central-1"));
    let error = cognito.read_mfa_settings(POOL, later()).await.unwrap_err();
    let shown = format!("{clients:#?} {cognito:?} {iam:?} {error:?} {error}");
    assert!(shown.contains("eu-central-1") && !shown.contains("CANARY"), "{shown}");
}
