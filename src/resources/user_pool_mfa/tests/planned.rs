//! What a configuration makes of the state before.

use serde_json::json;

use super::{POOL, ROLE, config, state_of, value, with_sms, with_token};
use crate::mfa::{Mode, Settings};
use crate::resources::user_pool_mfa::planned::{Effect, Planned, onto, plan};
use crate::resources::user_pool_mfa::{arguments, seen};
use crate::tf::{Dynamic, Path};

fn token(mode: &str) -> serde_json::Value {
    json!({ "mfa_configuration": mode, "software_token_mfa_configuration": { "enabled": true } })
}

fn with(mut attributes: serde_json::Value, name: &str, value: serde_json::Value) -> serde_json::Value {
    attributes[name] = value;
    attributes
}

fn summary(planned: &Planned) -> Dynamic {
    planned.state.member("change_summary").unwrap().clone()
}

#[test]
fn a_create_plans_the_defaults_and_leaves_to_apply_what_only_the_pool_knows() {
    let planned = plan(&Dynamic::Null, &config(token("OPTIONAL"))).unwrap();
    assert_eq!(planned.effect, Effect::Write);
    assert_eq!(planned.state.member("id"), Some(&Dynamic::string(POOL)));
    assert_eq!(planned.state.member("region"), Some(&Dynamic::string("eu-central-1")));
    assert_eq!(planned.state.member("deletion_policy"), Some(&Dynamic::string("RETAIN")));
    assert!(planned.state.member("effective_factors").unwrap().is_unknown());
    assert!(planned.state.member("assurance_level").unwrap().is_unknown());
    // Nothing is promised of a pool that was not read.
    assert!(summary(&planned).is_unknown() && planned.state.member("created_over").unwrap().is_unknown());
}

#[test]
fn the_same_configuration_again_plans_nothing() {
    for attributes in [
        token("ON"),
        with(token("ON"), "region", json!("eu-central-1")),
        with(token("ON"), "deletion_policy", json!("OFF")),
        with(token("ON"), "waivers", json!([{ "rule": "required_to_off", "reason": "why" }])),
    ] {
        let config = config(attributes.clone());
        let state = state_of(&config, &with_token(Mode::On));
        let planned = plan(&state, &config).unwrap();
        assert_eq!(planned.effect, Effect::Nothing, "{attributes}");
        assert_eq!(planned.state, state, "{attributes}");
    }
}

#[test]
fn a_raised_mode_is_summed_up() {
    let state = state_of(&config(token("OPTIONAL")), &with_token(Mode::Optional));
    let planned = plan(&state, &config(token("ON"))).unwrap();
    assert_eq!(planned.effect, Effect::Write);
    assert_eq!(summary(&planned), Dynamic::string("OPTIONAL -> ON"));
    let sms = json!({ "sns_caller_arn": ROLE, "external_id": "prod-1" });
    let planned = plan(&state, &config(with(token("ON"), "sms_configuration", sms))).unwrap();
    assert_eq!(summary(&planned), Dynamic::string("OPTIONAL -> ON, +SMS"));
}

#[test]
fn the_summary_is_unknown_while_a_part_of_it_is() {
    let mut unknown = config(token("ON"));
    if let Dynamic::Mapping(members) = &mut unknown {
        members.insert("mfa_configuration".into(), Dynamic::UNKNOWN);
    }
    assert!(summary(&plan(&Dynamic::Null, &unknown).unwrap()).is_unknown());
}

#[test]
fn the_summary_of_a_create_says_what_it_does_to_the_pool() {
    let created = |attributes: serde_json::Value, before: &Settings| {
        let config = config(attributes);
        let planned = plan(&Dynamic::Null, &config).unwrap().state;
        let wanted = arguments::decode(&config).unwrap();
        let replaced = seen::replaced(&wanted, &config);
        onto(&planned, before, (&config, &wanted), replaced.as_ref()).member("change_summary").unwrap().clone()
    };
    let text = |text: &str| Dynamic::string(text);
    assert_eq!(created(token("OPTIONAL"), &Settings::UNTOUCHED), text("OFF -> OPTIONAL, +SOFTWARE_TOKEN"));
    assert_eq!(created(token("OPTIONAL"), &with_sms(Mode::On)), text("ON -> OPTIONAL, +SOFTWARE_TOKEN, -SMS"));
    assert_eq!(created(token("ON"), &with_token(Mode::On)), text("ON with SOFTWARE_TOKEN, as it is"));
    let shared = with(token("ON"), "factor_management", json!("shared"));
    assert_eq!(created(shared, &with_sms(Mode::On)), text("ON, +SOFTWARE_TOKEN"));
    let sms = json!({ "sns_caller_arn": ROLE, "external_id": "other" });
    let other = json!({ "mfa_configuration": "ON", "sms_configuration": sms });
    assert_eq!(created(other, &with_sms(Mode::On)), text("ON, other settings"));
}

#[test]
fn deleting_an_argument_brings_its_default_back() {
    let state = state_of(&config(with(token("ON"), "deletion_policy", json!("PREVENT"))), &with_token(Mode::On));
    let planned = plan(&state, &config(token("ON"))).unwrap();
    assert_eq!(planned.effect, Effect::StateOnly);
    assert_eq!(planned.state.member("deletion_policy"), Some(&Dynamic::string("RETAIN")));
}

#[test]
fn an_edit_that_aws_never_sees_changes_the_state_alone() {
    let state = state_of(&config(token("ON")), &with_token(Mode::On));
    let edits = [
        ("waivers", json!([{ "rule": "required_to_off", "reason": "why" }])),
        ("deletion_policy", json!("OFF")),
        ("timeouts", json!({ "read": "30s" })),
    ];
    for (name, edit) in edits {
        let planned = plan(&state, &config(with(token("ON"), name, edit))).unwrap();
        assert_eq!(planned.effect, Effect::StateOnly, "{name}");
        for computed in ["effective_factors", "assurance_level", "change_summary"] {
            assert_eq!(planned.state.member(computed), state.member(computed), "{name}: {computed}");
        }
    }
}

#[test]
fn another_spelling_of_the_same_writes_nothing() {
    let sms = json!({ "sns_caller_arn": ROLE, "external_id": "prod-1" });
    let absent = config(json!({ "mfa_configuration": "ON", "sms_configuration": sms }));
    let disabled = config(json!({
        "mfa_configuration": "ON", "sms_configuration": sms, "software_token_mfa_configuration": { "enabled": false },
    }));
    let state = state_of(&absent, &with_sms(Mode::On));
    let planned = plan(&state, &disabled).unwrap();
    assert_eq!(planned.effect, Effect::StateOnly);
    assert_eq!(planned.state.member("software_token_mfa_configuration"), disabled.member("software_token_mfa_configuration"));
}

#[test]
fn another_pool_replaces_the_resource() {
    let state = state_of(&config(token("ON")), &with_token(Mode::On));
    let mut other = token("ON");
    other["user_pool_id"] = json!("us-east-1_Zz98Yy76X");
    let planned = plan(&state, &value(other)).unwrap();
    assert_eq!(planned.effect, Effect::Replace);
    assert_eq!(planned.requires_replace, [Path::root("user_pool_id")]);
    assert_eq!(planned.state.member("region"), Some(&Dynamic::string("us-east-1")));
}

#[test]
fn a_pool_that_is_made_in_the_same_apply_is_known_later() {
    let mut unknown = config(token("ON"));
    if let Dynamic::Mapping(members) = &mut unknown {
        members.insert("user_pool_id".into(), Dynamic::UNKNOWN);
    }
    let planned = plan(&Dynamic::Null, &unknown).unwrap();
    assert!(planned.state.member("id").unwrap().is_unknown());
    assert!(planned.state.member("region").unwrap().is_unknown());
}
