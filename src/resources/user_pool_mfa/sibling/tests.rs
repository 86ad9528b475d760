//! Reading another provider's object.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::{ARGUMENT, broken, decode};
use crate::mfa::{Mode, PlannedPool, Sibling, WantedSender};
use crate::resources::ClientCapabilities;
use crate::tf::Value::{Known, Null, Unknown};
use crate::tf::{Dynamic, Type};

const NEW: ClientCapabilities =
    ClientCapabilities { write_only_attributes_allowed: true, store_planned_private: false, deferral_allowed: false };

fn config(value: Dynamic) -> Dynamic {
    let typed = Dynamic::Typed(Box::new(Type::Dynamic), Box::new(value));
    Dynamic::object([("user_pool_id", Dynamic::string("eu-central-1_Ab12Cd34E")), (ARGUMENT, typed)])
}

fn list<const N: usize>(members: [(&str, Dynamic); N]) -> Dynamic {
    Dynamic::Sequence(vec![Dynamic::object(members)])
}

fn text(text: &str) -> Dynamic {
    Dynamic::string(text)
}

fn sibling(object: Dynamic) -> Sibling {
    decode(&config(object)).into_known().unwrap()
}

#[test]
fn every_argument_is_found_where_the_aws_provider_has_it() {
    let mechanism = |name: &str, priority: i64| Dynamic::object([("name", text(name)), ("priority", Dynamic::number(priority))]);
    let both = Dynamic::Sequence(vec![mechanism("verified_phone_number", 2), mechanism("verified_email", 1)]);
    let phone = Dynamic::object([("name", text("phone_number")), ("required", Dynamic::Bool(true))]);
    let sibling = sibling(Dynamic::object([
        ("name", text("customers")),
        ("mfa_configuration", text("OPTIONAL")),
        ("software_token_mfa_configuration", list([("enabled", Dynamic::Bool(true))])),
        ("sms_configuration", list([("sns_caller_arn", text("arn")), ("external_id", text("id")), ("sns_region", text(""))])),
        ("email_mfa_configuration", list([("message", text("{####}")), ("subject", Dynamic::Null)])),
        ("web_authn_configuration", Dynamic::Sequence(Vec::new())),
        ("auto_verified_attributes", Dynamic::Sequence(vec![text("email")])),
        ("user_pool_tier", text("PLUS")),
        ("sign_in_policy", list([("allowed_first_auth_factors", Dynamic::Sequence(vec![text("PASSWORD")]))])),
        ("email_configuration", list([("email_sending_account", text("DEVELOPER"))])),
        ("account_recovery_setting", list([("recovery_mechanism", both)])),
        ("user_pool_add_ons", list([("advanced_security_mode", text("AUDIT"))])),
        ("device_configuration", list([("challenge_required_on_new_device", Dynamic::Bool(true))])),
        ("schema", Dynamic::Sequence(vec![phone])),
    ]));
    let settings = &sibling.settings;
    assert_eq!((settings.mode.clone(), settings.token.clone()), (Known(Mode::Optional), Known(true)));
    let sender = WantedSender::Sns { caller_arn: Known("arn".to_owned()), external_id: Known("id".to_owned()), region: Null };
    assert_eq!(settings.sms_sender, Known(sender));
    assert_eq!(settings.email.known().unwrap().message, Known("{####}".to_owned()));
    assert_eq!(settings.web_authn, Null);
    let owned = |names: &[&str]| Some(Known(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()));
    let one = |text: &str| Some(Known(text.to_owned()));
    let expected = PlannedPool {
        name: one("customers"),
        auto_verified_attributes: owned(&["email"]),
        tier: one("PLUS"),
        first_factors: owned(&["PASSWORD"]),
        email_sending_account: one("DEVELOPER"),
        recovery: owned(&["verified_email", "verified_phone_number"]),
        threat_protection: one("AUDIT"),
        challenge_on_new_device: Some(Known(true)),
        phone_required: Some(Known(true)),
    };
    assert_eq!(sibling.pool, expected);
}

#[test]
fn an_object_without_the_arguments_says_nothing_of_them() {
    let sibling = sibling(Dynamic::object([("id", text("x"))]));
    let settings = &sibling.settings;
    assert!(settings.mode.is_unknown() && settings.token.is_unknown() && settings.sms_sender.is_unknown());
    assert!(settings.email.is_unknown() && settings.web_authn.is_unknown());
    assert_eq!(sibling.pool, PlannedPool::default());
}

#[test]
fn unknown_parts_and_other_shapes_are_unknown() {
    let names = [
        "name",
        "mfa_configuration",
        "software_token_mfa_configuration",
        "sms_configuration",
        "email_mfa_configuration",
        "web_authn_configuration",
        "auto_verified_attributes",
        "user_pool_tier",
        "sign_in_policy",
        "email_configuration",
        "account_recovery_setting",
        "user_pool_add_ons",
        "device_configuration",
        "schema",
    ];
    for value in [Dynamic::UNKNOWN, Dynamic::Sequence(vec![Dynamic::UNKNOWN])] {
        let sibling = sibling(Dynamic::object(names.map(|name| (name, value.clone()))));
        let (settings, pool) = (&sibling.settings, &sibling.pool);
        assert!(settings.mode.is_unknown() && settings.token.is_unknown() && settings.sms_sender.is_unknown());
        assert!(settings.email.is_unknown() && settings.web_authn.is_unknown());
        assert_eq!((&pool.tier, &pool.first_factors, &pool.recovery), (&Some(Unknown), &Some(Unknown), &Some(Unknown)));
        assert_eq!((&pool.auto_verified_attributes, &pool.phone_required), (&Some(Unknown), &Some(Unknown)));
    }
    let odd = sibling(Dynamic::object(names.map(|name| (name, Dynamic::number(3)))));
    assert!(odd.settings.mode.is_unknown() && odd.settings.email.is_unknown());
    assert_eq!(decode(&config(Dynamic::UNKNOWN)), Unknown);
    assert_eq!(decode(&config(Dynamic::Null)), Null);
    assert_eq!(decode(&config(text("x"))), Null);
    assert_eq!(decode(&Dynamic::Null), Null);
}

#[test]
fn the_argument_needs_a_command_line_that_does_not_store_it() {
    let object = config(Dynamic::object([("id", Dynamic::UNKNOWN)]));
    assert_eq!(broken(&object, NEW), None);
    for given in [&object, &config(Dynamic::UNKNOWN)] {
        let told = broken(given, ClientCapabilities::default()).unwrap();
        assert!(told.is_error() && told.detail.contains("needs Terraform or OpenTofu 1.11; remove it"), "{}", told.detail);
    }
    assert_eq!(broken(&config(Dynamic::Null), ClientCapabilities::default()), None);
}

#[test]
fn only_the_resource_of_the_same_pool_will_do() {
    let same = config(Dynamic::object([("id", text("eu-central-1_Ab12Cd34E"))]));
    assert_eq!(broken(&same, NEW), None);
    let other = broken(&config(Dynamic::object([("id", text("eu-central-1_Zz12Cd34E"))])), NEW).unwrap();
    assert!(other.detail.contains("is the user pool eu-central-1_Zz12Cd34E, and `user_pool_id` is"), "{}", other.detail);
    for wrong in [text("eu-central-1_Ab12Cd34E"), Dynamic::Sequence(Vec::new())] {
        assert!(broken(&config(wrong), NEW).unwrap().detail.contains("takes the whole resource"));
    }
}
