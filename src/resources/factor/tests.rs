//! What a factor's own resource plans, sends and shows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use serde_json::{Value as Json, json};

use super::FactorResource;
use super::apply::{OF_AWS, is_refused_for_the_role};
use super::arguments::decode;
use super::state::{Effect, plan, refreshed, settled};
use crate::aws::{Error, ErrorKind};
use crate::mfa::{Email, Factor, Mode, Settings, Sms, SmsSender, SnsSender, Wanted};
use crate::resources::{Resource, failure, sms_configuration, software_token};
use crate::rules::{self, Moment, Policy};
use crate::tf::{Diagnostic, Dynamic, Path, Severity, Value, json as tf_json};

const POOL: &str = "eu-central-1_Ab12Cd34E";
const ROLE: &str = "arn:aws:iam::000000000000:role/cognito-sms";

fn value(kind: &FactorResource, attributes: Json) -> Dynamic {
    let mut all = json!({ "user_pool_id": POOL });
    all.as_object_mut().unwrap().extend(attributes.as_object().unwrap().clone());
    tf_json::decode_lenient(all.to_string().as_bytes(), &kind.schema().ty()).unwrap()
}

fn token() -> Dynamic {
    value(&software_token::RESOURCE, json!({}))
}

fn sms(external_id: &str) -> Dynamic {
    value(&sms_configuration::RESOURCE, json!({ "sms_configuration": { "sns_caller_arn": ROLE, "external_id": external_id } }))
}

fn with_sms(mode: Mode) -> Settings {
    let sender = SnsSender { caller_arn: ROLE.into(), external_id: Some("prod-1".into()), region: Some("eu-central-1".into()) };
    let sms = Sms { message: Some("Code {####}".into()), sender: Some(SmsSender::Sns(sender)) };
    Settings { mode, sms: Some(sms), ..Settings::UNTOUCHED }
}

fn with_token(settings: Settings) -> Settings {
    Settings { token_enabled: Some(true), ..settings }
}

/// The state after a create.
fn state_of(factor: Factor, config: &Dynamic) -> Dynamic {
    settled(factor, &plan(factor, &Dynamic::Null, config).unwrap().state, "eu-central-1")
}

#[test]
fn only_the_own_block_of_an_active_pool_changes() {
    let live = Settings { email: Some(Email::default()), ..with_sms(Mode::On) };
    let known = Value::Known(live.clone());
    let asked = software_token::RESOURCE.asked(&decode(&token()).unwrap(), &decode(&Dynamic::Null).unwrap(), &known);
    assert_eq!(asked.settle(), Some(with_token(live.clone())));
    assert_eq!(Wanted::from(&with_token(live).without(&[Factor::Sms])).settle(), {
        let rest = Settings { email: Some(Email::default()), mode: Mode::On, ..Settings::UNTOUCHED };
        Some(with_token(rest))
    });
}

#[test]
fn a_sender_is_sent_with_what_the_user_never_gave_as_the_pool_has_it() {
    let live = Value::Known(with_sms(Mode::Optional));
    let asked = sms_configuration::RESOURCE.asked(&decode(&sms("prod-2")).unwrap(), &decode(&Dynamic::Null).unwrap(), &live);
    let sent = asked.settle().unwrap().sms.unwrap();
    let Some(SmsSender::Sns(sender)) = sent.sender else { panic!("no SNS sender") };
    assert_eq!((sender.external_id.as_deref(), sender.region.as_deref()), (Some("prod-2"), Some("eu-central-1")));
    assert_eq!(sent.message.as_deref(), Some("Code {####}"));
}

#[test]
fn on_a_pool_that_is_off_the_rest_of_the_request_is_not_known() {
    for live in [Value::Known(Settings::UNTOUCHED), Value::Unknown] {
        let asked = sms_configuration::RESOURCE.asked(&decode(&sms("prod-1")).unwrap(), &decode(&Dynamic::Null).unwrap(), &live);
        assert!(asked.mode.is_unknown() && asked.token.is_unknown() && asked.email.is_unknown());
        assert!(asked.sms_sender.known().is_some());
    }
}

#[test]
fn the_last_factor_of_an_active_pool_and_any_of_one_that_is_off_are_not_removed() {
    let removal = |live: &Settings| software_token::RESOURCE.removal(&Value::Known(POOL.into()), live);
    assert!(removal(&with_token(Settings { mode: Mode::On, ..Settings::UNTOUCHED })).request.is_null());
    assert!(removal(&with_token(with_sms(Mode::Off))).request.is_null());
    assert_eq!(removal(&with_token(with_sms(Mode::On))).request.known().unwrap().settle(), Some(with_sms(Mode::On)));
}

#[test]
fn the_factor_is_known_in_a_plan_even_where_a_role_is_not() {
    let mut config = sms("prod-1");
    let Dynamic::Mapping(members) = &mut config else { panic!("an object") };
    let Some(Dynamic::Mapping(sender)) = members.get_mut("sms_configuration") else { panic!("a sender") };
    sender.insert("sns_caller_arn".into(), Dynamic::UNKNOWN);
    let planned = plan(Factor::Sms, &Dynamic::Null, &config).unwrap();
    let factor = planned.state.member("factor").unwrap();
    assert_eq!(factor.member("kind"), Some(&Dynamic::string("SMS")));
    assert!(factor.member("sms_configuration").unwrap().member("sns_caller_arn").unwrap().is_unknown());
}

#[test]
fn a_plan_writes_replaces_or_does_nothing() {
    let state = state_of(Factor::Sms, &sms("prod-1"));
    assert_eq!(plan(Factor::Sms, &state, &sms("prod-1")).unwrap().effect, Effect::Nothing);
    assert_eq!(plan(Factor::Sms, &state, &sms("prod-2")).unwrap().effect, Effect::Write);
    let moved = value(&software_token::RESOURCE, json!({ "user_pool_id": "eu-central-1_Other1234" }));
    let planned = plan(Factor::SoftwareToken, &state_of(Factor::SoftwareToken, &token()), &moved).unwrap();
    assert_eq!((planned.effect, planned.requires_replace), (Effect::Replace, vec![Path::root("user_pool_id")]));
}

#[test]
fn the_authenticator_app_is_gone_only_from_an_active_pool_without_it() {
    let state = state_of(Factor::SoftwareToken, &token());
    let now = |live: Settings| refreshed(Factor::SoftwareToken, &state, &live).unwrap();
    assert_eq!(now(Settings::UNTOUCHED), state);
    assert_eq!(now(with_token(with_sms(Mode::On))), state);
    assert_eq!(now(with_sms(Mode::On)), Dynamic::Null);
}

#[test]
fn sms_is_present_while_its_state_is_and_shows_the_sender_of_an_active_pool() {
    let state = state_of(Factor::Sms, &sms("other"));
    assert_eq!(refreshed(Factor::Sms, &state, &Settings::UNTOUCHED).unwrap(), state);
    assert_eq!(refreshed(Factor::Sms, &state, &with_sms(Mode::Off)).unwrap(), state);
    let now = refreshed(Factor::Sms, &state, &with_sms(Mode::On)).unwrap();
    assert_eq!(now.member("sms_configuration").unwrap().member("external_id"), Some(&Dynamic::string("prod-1")));
    assert_eq!(now.member("factor").unwrap().member("sms_configuration"), now.member("sms_configuration"));
    // The Region and the text are not the user's.
    assert!(now.member("sms_configuration").unwrap().member("sns_region").unwrap().is_null());
    assert!(now.member("sms_authentication_message").unwrap().is_null());
}

#[test]
fn an_import_takes_everything_in_and_finds_nothing_on_a_pool_without_a_sender() {
    let imported = value(&sms_configuration::RESOURCE, json!({}));
    let state = refreshed(Factor::Sms, &imported, &with_sms(Mode::On)).unwrap();
    assert_eq!(state.member("sms_configuration").unwrap().member("sns_region"), Some(&Dynamic::string("eu-central-1")));
    assert_eq!(state.member("sms_authentication_message"), Some(&Dynamic::string("Code {####}")));
    assert_eq!(refreshed(Factor::Sms, &imported, &Settings::UNTOUCHED).unwrap(), Dynamic::Null);
}

#[test]
fn what_is_said_of_an_argument_of_another_type_is_said_of_the_resource() {
    let said = |path: Path| Diagnostic::error("summary", "detail").at(path);
    let placed = sms_configuration::RESOURCE
        .placed(vec![said(Path::root("mfa_configuration")), said(Path::root("sms_configuration").member("external_id"))]);
    assert_eq!(placed[0].path, None);
    assert_eq!(placed[1].path, Some(Path::root("sms_configuration").member("external_id")));
}

/// What the user reads of a rule's own example of a forbidden change.
fn found_by(rule: &str) -> Vec<Diagnostic> {
    let broken = (rules::find(rule).unwrap().rejected)();
    let found = rules::judge(&broken, Moment::Apply, &Policy::default());
    found.into_iter().filter(|diagnostic| diagnostic.cause.as_deref() == Some(rule)).collect()
}

fn told_by_aws(code: &str) -> Diagnostic {
    let (operation, code) = ("cognito-idp:SetUserPoolMfaConfig", code.to_owned());
    let error = Error { kind: ErrorKind::NotYet, operation, code, message: String::new(), request_id: None, endpoint: None };
    failure::unable("set MFA", &error)
}

#[test]
fn only_a_role_that_may_still_change_is_waited_for() {
    assert_eq!((rules::ABOUT_THE_SMS_ROLE.len(), OF_AWS.len()), (6, 2));
    for rule in rules::ABOUT_THE_SMS_ROLE {
        let errors: Vec<Diagnostic> =
            found_by(rule).into_iter().map(|found| Diagnostic { severity: Severity::Error, ..found }).collect();
        assert!(is_refused_for_the_role(&errors), "{rule}: {errors:?}");
    }
    for code in OF_AWS {
        assert!(is_refused_for_the_role(&[told_by_aws(code), Diagnostic::warning("summary", "detail")]));
    }
    let other = found_by("required_to_off");
    assert!(!other.is_empty() && !is_refused_for_the_role(&other));
    assert!(!is_refused_for_the_role(&[vec![told_by_aws("InvalidSmsRoleAccessPolicyException")], other].concat()));
    assert!(!is_refused_for_the_role(&[told_by_aws("")]));
    assert!(!is_refused_for_the_role(&[]));
}
