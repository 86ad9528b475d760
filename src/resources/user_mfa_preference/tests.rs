//! What a configuration makes of the state before, what a read makes of it, and what an import takes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use serde_json::{Value as Json, json};

use super::planned::{Effect, Planned, plan};
use super::schema::schema;
use super::{RESOURCE, arguments, constraints, identity, import, state};
use crate::mfa::UserFacts;
use crate::resources::{ClientCapabilities, ImportRequest, Resource};
use crate::tf::{Dynamic, Path, json as tf_json};

const POOL: &str = "eu-central-1_Ab12Cd34E";
const NAME: &str = "break/glass-1";

/// A configuration or state from the attributes that are not null.
fn value(attributes: &Json) -> Dynamic {
    tf_json::decode_lenient(attributes.to_string().as_bytes(), &schema().ty()).unwrap()
}

fn config(attributes: Json) -> Dynamic {
    let mut all = json!({ "user_pool_id": POOL, "username": NAME });
    all.as_object_mut().unwrap().extend(attributes.as_object().unwrap().clone());
    value(&all)
}

fn user(factors: &[&str], preferred: Option<&str>) -> UserFacts {
    let factors = factors.iter().map(|factor| (*factor).to_owned()).collect();
    UserFacts { factors, preferred: preferred.map(str::to_owned), ..UserFacts::default() }
}

/// The state after a create that left the user so.
fn state_of(config: &Dynamic, user: &UserFacts) -> Dynamic {
    state::refreshed(&plan(&Dynamic::Null, config).unwrap().state, user, "eu-central-1").unwrap()
}

fn sms(preferred: Json) -> Dynamic {
    config(json!({ "sms_mfa_settings": { "enabled": true, "preferred_mfa": preferred } }))
}

fn with_sms() -> UserFacts {
    user(&["SMS_MFA"], Some("SMS_MFA"))
}

#[test]
fn a_create_leaves_to_apply_what_only_the_user_knows() {
    let planned = plan(&Dynamic::Null, &sms(json!(true))).unwrap();
    assert_eq!(planned.effect, Effect::Write);
    assert_eq!(planned.state.member("id"), Some(&Dynamic::string(format!("{POOL}/{NAME}"))));
    assert_eq!(planned.state.member("deletion_policy"), Some(&Dynamic::string("RETAIN")));
    assert_eq!(planned.state.member("region"), Some(&Dynamic::string("eu-central-1")));
    for computed in ["enabled_factors", "preferred_factor"] {
        assert!(planned.state.member(computed).unwrap().is_unknown(), "{computed}");
    }
}

#[test]
fn the_same_configuration_again_plans_nothing() {
    for preferred in [json!(true), Json::Null] {
        let config = sms(preferred.clone());
        let state = state_of(&config, &with_sms());
        let Planned { state: planned, effect, .. } = plan(&state, &config).unwrap();
        assert_eq!((planned, effect), (state, Effect::Nothing), "{preferred}");
    }
}

#[test]
fn what_aws_never_sees_writes_nothing() {
    let state = state_of(&sms(json!(true)), &with_sms());
    let mut config = sms(json!(true));
    let waivers = json!([{ "rule": "preference_not_exclusive", "reason": "why" }]);
    for (name, new) in [("deletion_policy", json!("OFF")), ("waivers", waivers), ("timeouts", json!({ "read": "2m" }))] {
        let Dynamic::Mapping(members) = &mut config else { panic!("an object") };
        let new = value(&json!({ name: new })).member(name).unwrap().clone();
        members.insert(name.to_owned(), new);
        assert_eq!(plan(&state, &config).unwrap().effect, Effect::StateOnly, "{name}");
    }
    let token = json!({ "software_token_mfa_settings": { "enabled": true } });
    let dropped = plan(&state, &self::config(token.clone())).unwrap();
    assert_eq!(dropped.effect, Effect::Write, "a block that is new is written");
    let both = state_of(&self::config(token.clone()), &with_sms());
    let refreshed = state::refreshed(&both, &user(&["SOFTWARE_TOKEN_MFA"], None), "eu-central-1").unwrap();
    assert_eq!(plan(&refreshed, &self::config(token)).unwrap().effect, Effect::Nothing);
}

#[test]
fn a_block_that_is_left_out_is_not_managed_any_more() {
    let both = config(json!({ "sms_mfa_settings": { "enabled": true }, "email_mfa_settings": { "enabled": true } }));
    let state = state_of(&both, &user(&["EMAIL_OTP", "SMS_MFA"], None));
    let planned = plan(&state, &config(json!({ "sms_mfa_settings": { "enabled": true } }))).unwrap();
    assert_eq!(planned.effect, Effect::StateOnly);
    assert_eq!(planned.state.member("email_mfa_settings"), Some(&Dynamic::Null));
}

#[test]
fn a_preference_taken_back_is_written() {
    let state = state_of(&sms(json!(true)), &with_sms());
    for preferred in [json!(false), Json::Null] {
        assert_eq!(plan(&state, &sms(preferred.clone())).unwrap().effect, Effect::Write, "{preferred}");
    }
}

#[test]
fn drift_is_shown_in_what_is_managed() {
    let before = state_of(&sms(json!(true)), &with_sms());
    let drifted = state::refreshed(&before, &user(&["EMAIL_OTP"], Some("EMAIL_OTP")), "eu-central-1").unwrap();
    let expected = value(&json!({ "sms_mfa_settings": { "enabled": false, "preferred_mfa": false } }));
    assert_eq!(drifted.member("sms_mfa_settings"), expected.member("sms_mfa_settings"));
    assert_eq!(drifted.member("email_mfa_settings"), Some(&Dynamic::Null));
    assert_eq!(drifted.member("preferred_factor"), Some(&Dynamic::string("EMAIL_OTP")));
    assert_eq!(plan(&drifted, &sms(json!(true))).unwrap().effect, Effect::Write);
    drifted.conforms(&schema().ty()).unwrap();
}

#[test]
fn another_user_or_pool_replaces() {
    let state = state_of(&sms(json!(true)), &with_sms());
    for (name, other) in [("username", "other"), ("user_pool_id", "eu-west-1_Other1234")] {
        let mut config = sms(json!(true));
        let Dynamic::Mapping(members) = &mut config else { panic!("an object") };
        members.insert(name.to_owned(), Dynamic::string(other));
        let planned = plan(&state, &config).unwrap();
        assert_eq!((planned.effect, planned.requires_replace), (Effect::Replace, vec![Path::root(name)]));
        members_unknown(&planned.state);
    }
}

fn members_unknown(state: &Dynamic) {
    assert!(state.member("enabled_factors").unwrap().is_unknown());
}

#[test]
fn an_import_is_split_at_the_first_slash_and_filled_by_the_read() {
    let answer = import(&ImportRequest::Id(format!("{POOL}/{NAME}"))).unwrap();
    assert_eq!(answer.state.member("username"), Some(&Dynamic::string(NAME)));
    assert_eq!(answer.identity.unwrap().member("username"), Some(&Dynamic::string(NAME)));
    let user = user(&["EMAIL_OTP", "SMS_MFA"], Some("SMS_MFA"));
    let read = state::refreshed(&answer.state, &user, "eu-central-1").unwrap();
    read.conforms(&schema().ty()).unwrap();
    let expected = json!({
        "user_pool_id": POOL, "username": NAME, "region": "eu-central-1", "id": format!("{POOL}/{NAME}"),
        "deletion_policy": "RETAIN",
        "sms_mfa_settings": { "enabled": true, "preferred_mfa": true }, "email_mfa_settings": { "enabled": true },
        "enabled_factors": ["EMAIL_OTP", "SMS_MFA"], "preferred_factor": "SMS_MFA",
    });
    assert_eq!(read, value(&expected));
}

#[test]
fn an_import_keeps_the_account_it_was_given() {
    let given = Dynamic::object([
        ("user_pool_id", Dynamic::string(POOL)),
        ("username", Dynamic::string(NAME)),
        ("region", Dynamic::Null),
        ("account_id", Dynamic::string("111122223333")),
    ]);
    let identity = import(&ImportRequest::Identity(given)).unwrap().identity.unwrap();
    assert_eq!(identity.member("account_id"), Some(&Dynamic::string("111122223333")));
    assert_eq!(identity.member("region"), Some(&Dynamic::string("eu-central-1")));
    let other = state_of(&config(json!({ "username": "other", "sms_mfa_settings": { "enabled": true } })), &with_sms());
    assert_eq!(identity::of(&other, Some(&identity)).unwrap().member("account_id"), Some(&Dynamic::Null));
}

#[test]
fn an_import_of_something_else_says_what_one_looks_like() {
    for wrong in [POOL, "/name", "eu-central-1_Ab12Cd34E/", "no pool/name", "eu-central-1_Ab12Cd34E/two words"] {
        let refused = import(&ImportRequest::Id(wrong.to_owned())).unwrap_err();
        assert!(refused.is_error() && refused.path.is_none(), "{wrong}: {refused:?}");
    }
}

#[test]
fn arguments_have_their_bounds() {
    let paths = |attributes: Json| {
        let broken = constraints::broken(&arguments::decode(&config(attributes)).unwrap());
        broken.iter().map(|found| found.path.as_ref().map(ToString::to_string).unwrap_or_default()).collect::<Vec<_>>()
    };
    let enabled = json!({ "enabled": true });
    assert_eq!(paths(json!({ "sms_mfa_settings": enabled })), [""; 0]);
    assert_eq!(paths(json!({})), [""]);
    for (name, wrong) in [
        ("username", json!("")),
        ("username", json!("a b")),
        ("username", json!("x".repeat(129))),
        ("user_pool_id", json!("customers")),
        ("region", json!("eu-west-1")),
        ("deletion_policy", json!("PREVENT")),
        ("timeouts", json!({ "read": "soon" })),
    ] {
        let found = paths(json!({ "sms_mfa_settings": enabled, name: wrong }));
        assert!(found.len() == 1 && found[0].starts_with(name), "{name}: {found:?}");
    }
}

#[test]
fn an_argument_that_is_unknown_breaks_nothing() {
    let mut config = config(json!({ "sms_mfa_settings": { "enabled": true } }));
    let Dynamic::Mapping(members) = &mut config else { panic!("an object") };
    for name in ["user_pool_id", "username", "sms_mfa_settings", "waivers"] {
        members.insert(name.to_owned(), Dynamic::UNKNOWN);
    }
    assert_eq!(RESOURCE.validate(&config, ClientCapabilities::default()), []);
    let planned = plan(&Dynamic::Null, &config).unwrap();
    assert!(planned.state.member("id").unwrap().is_unknown());
}

#[test]
fn a_state_of_another_version_is_refused() {
    assert!(RESOURCE.upgrade(0, json!({ "username": NAME, "gone": 1 }).to_string().as_bytes()).is_ok());
    assert!(RESOURCE.upgrade(7, b"{}").is_err());
    assert!(RESOURCE.upgrade(0, b"[").is_err());
}
