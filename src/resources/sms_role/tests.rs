//! Plans, states and constraints of the role.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::arguments;
use super::constraints;
use super::planned::{Effect, Planned, Surroundings, plan};
use super::schema::schema;
use super::session::Live;
use super::state::refreshed;
use super::wanted::{Change, Wanted};
use crate::aws::ExistingRole;
use crate::mfa::sms_role::{Delivery, Owner, permissions_policy, terms_of};
use crate::tf::{Dynamic, Path, Value, json as tf_json};

const POOL: &str = "eu-central-1_Ab12Cd34E";

/// A configuration or state from the attributes that are not null.
fn value(attributes: Json) -> Dynamic {
    tf_json::decode_lenient(attributes.to_string().as_bytes(), &schema().ty()).unwrap()
}

fn owner() -> Owner {
    Owner { account: "111122223333".into(), partition: "aws".into() }
}

fn tags(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn known() -> Surroundings {
    Surroundings { owner: Some(owner()), default_tags: Value::Null }
}

fn planned(prior: &Dynamic, config: Json) -> Planned {
    plan(prior, &value(config), &known()).unwrap()
}

/// The role of a plan, and its state, after a create.
fn made(config: Json) -> (Wanted, Live, Dynamic) {
    let planned = planned(&Dynamic::Null, config).state;
    let wanted = Wanted::of(&arguments::decode(&planned).unwrap(), &owner(), &Value::Null).unwrap();
    let live = live(&wanted);
    let state = wanted.settled(&planned, Some(&live.role.arn), Some(&live.role.unique_id)).unwrap();
    assert!(state.is_wholly_known(), "{state:?}");
    (wanted, live, state)
}

fn live(wanted: &Wanted) -> Live {
    let role = wanted.role.clone();
    let role = ExistingRole {
        arn: format!("arn:aws:iam::111122223333:role{}{}", role.path, role.name),
        unique_id: "AROA1".into(),
        name: role.name,
        path: role.path,
        trust_policy: role.trust_policy,
        description: role.description,
        boundary: role.boundary,
        longest_session: Some(3600),
        tags: role.tags,
    };
    Live { role, policy: Some(wanted.policy.clone()) }
}

fn text<'a>(state: &'a Dynamic, name: &str) -> &'a str {
    match state.member(name) {
        Some(Dynamic::String(text)) => text,
        other => panic!("{name} is {other:?}"),
    }
}

#[test]
fn a_new_role_shows_its_documents_where_everything_is_known() {
    let shown = planned(&Dynamic::Null, json!({ "name": "sms", "external_id": "prod-1", "user_pool_ids": [POOL] }));
    assert_eq!(shown.effect, Effect::Create);
    assert!(text(&shown.state, "assume_role_policy").contains(POOL));
    assert_eq!((text(&shown.state, "path"), text(&shown.state, "delivery"), text(&shown.state, "id")), ("/", "SNS", "sms"));
    let made_up = planned(&Dynamic::Null, json!({}));
    for name in ["name", "id", "external_id", "arn", "unique_id", "assume_role_policy"] {
        assert!(made_up.state.member(name).unwrap().is_unknown(), "{name}");
    }
    assert!(text(&made_up.state, "policy").contains("sns:Publish"));
}

#[test]
fn a_pool_of_the_same_apply_leaves_the_trust_policy_unknown() {
    let mut config = value(json!({ "name": "sms", "external_id": "prod-1" }));
    let Dynamic::Mapping(members) = &mut config else { panic!() };
    members.insert("user_pool_ids".into(), Dynamic::Sequence(vec![Dynamic::UNKNOWN]));
    let planned = plan(&Dynamic::Null, &config, &known()).unwrap();
    assert!(planned.state.member("assume_role_policy").unwrap().is_unknown());
    assert_eq!(constraints::broken(&arguments::decode(&config).unwrap()), []);
}

#[test]
fn the_same_configuration_changes_nothing() {
    for config in [
        json!({}),
        json!({ "name": "sms", "description": "", "tags": {} }),
        json!({ "name_prefix": "pre-", "user_pool_ids": [POOL], "tags": { "a": "b" }, "delivery": "END_USER_MESSAGING" }),
    ] {
        let (wanted, live, state) = made(config.clone());
        assert_eq!(wanted.changes(&live), []);
        assert_eq!(refreshed(&state, &live, &Value::Null).unwrap(), state, "{config}");
        assert_eq!(planned(&state, config.clone()).effect, Effect::Nothing, "{config}");
    }
}

#[test]
fn what_is_made_up_keeps_the_prefix_and_the_length() {
    let name = |config| made(config).0.role.name;
    assert!(name(json!({})).starts_with("cognito-sms-"));
    assert_eq!(name(json!({ "name_prefix": "p".repeat(48) })).len(), 64);
    assert_ne!(made(json!({})).0.external_id, made(json!({})).0.external_id);
}

#[test]
fn only_name_and_path_replace_and_only_when_they_must() {
    let (.., state) = made(json!({ "name": "sms-1" }));
    let replaced = |config| planned(&state, config).requires_replace;
    assert_eq!(replaced(json!({ "name": "sms-2" })), [Path::root("name")]);
    assert_eq!(replaced(json!({ "name": "sms-1", "path": "/x/" })), [Path::root("path")]);
    assert_eq!(replaced(json!({ "name_prefix": "other-" })), [Path::root("name_prefix")]);
    assert_eq!(replaced(json!({ "name_prefix": "sms-" })), []);
    assert_eq!(replaced(json!({})), []);
    let other = planned(&state, json!({ "path": "/x/" })).state;
    assert!(["name", "arn", "external_id"].iter().all(|name| other.member(name).unwrap().is_unknown()), "{other:?}");
}

#[test]
fn an_edit_of_waivers_or_timeouts_writes_nothing() {
    let (.., state) = made(json!({ "name": "sms" }));
    let waived = json!({ "name": "sms", "waivers": [{ "rule": "sms_role_in_use", "reason": "x" }] });
    assert_eq!(planned(&state, waived).effect, Effect::StateOnly);
    assert_eq!(planned(&state, json!({ "name": "sms", "timeouts": { "read": "1m" } })).effect, Effect::StateOnly);
    assert_eq!(planned(&state, json!({ "name": "sms", "description": "" })).effect, Effect::StateOnly);
    assert_eq!(planned(&state, json!({ "name": "sms", "delivery": "END_USER_MESSAGING" })).effect, Effect::Write);
}

#[test]
fn drift_is_shown_and_what_was_asked_for_stays() {
    let config = json!({ "name": "sms", "tags": { "a": "b" }, "user_pool_ids": [POOL] });
    let (wanted, mut live, state) = made(config.clone());
    live.role.trust_policy = "{\"Statement\":[]}".into();
    live.policy = None;
    live.role.tags = tags(&[("a", "x"), ("c", "d")]);
    live.role.description = Some("drifted".into());
    let now = refreshed(&state, &live, &Value::Null).unwrap();
    for name in ["external_id", "user_pool_ids", "delivery"] {
        assert_eq!(now.member(name), state.member(name), "{name}");
    }
    assert_eq!((now.member("policy"), text(&now, "description")), (Some(&Dynamic::Null), "drifted"));
    let mended = planned(&now, config);
    assert_eq!(mended.effect, Effect::Write);
    assert_eq!(text(&mended.state, "assume_role_policy"), wanted.role.trust_policy);
    let again = Wanted::of(&arguments::decode(&mended.state).unwrap(), &owner(), &Value::Null).unwrap();
    let changes = [
        Change::TrustPolicy,
        Change::Policy,
        Change::Description,
        Change::RemoveTags(vec!["c".into()]),
        Change::AddTags(tags(&[("a", "b")])),
    ];
    assert_eq!(again.changes(&live), changes);
}

#[test]
fn the_spelling_of_iam_is_no_drift() {
    let (_, mut live, state) = made(json!({ "name": "sms" }));
    live.role.trust_policy = live.role.trust_policy.replace("\"sts:AssumeRole\"", "[ \"sts:AssumeRole\" ]");
    assert_eq!(refreshed(&state, &live, &Value::Null).unwrap(), state);
}

#[test]
fn an_import_reads_off_what_it_can() {
    let config = json!({ "name": "sms", "user_pool_ids": [POOL], "external_id": "prod-1", "delivery": "END_USER_MESSAGING",
                         "tags": { "a": "b" } });
    let (_, live, state) = made(config.clone());
    let imported = refreshed(&value(json!({ "name": "sms", "id": "sms" })), &live, &Value::Null).unwrap();
    assert_eq!(imported, state);
    assert_eq!(planned(&imported, config).effect, Effect::Nothing);
}

#[test]
fn a_role_without_an_external_id_gets_one() {
    let (_, mut live, _) = made(json!({ "name": "sms" }));
    live.role.trust_policy = "{\"Statement\":[]}".into();
    let imported = refreshed(&value(json!({ "name": "sms", "id": "sms" })), &live, &Value::Null).unwrap();
    assert_eq!(imported.member("external_id"), Some(&Dynamic::Null));
    let planned = planned(&imported, json!({ "name": "sms" }));
    assert_eq!((planned.effect, planned.state.member("external_id")), (Effect::Write, Some(&Dynamic::UNKNOWN)));
    let wanted = Wanted::of(&arguments::decode(&planned.state).unwrap(), &owner(), &Value::Null).unwrap();
    assert_eq!(terms_of(&wanted.role.trust_policy).external_id.unwrap(), wanted.external_id);
}

#[test]
fn default_tags_are_added_and_never_the_resources_own() {
    let defaults = Value::Known(tags(&[("owner", "platform"), ("stage", "prod")]));
    let surroundings = Surroundings { owner: Some(owner()), default_tags: defaults.clone() };
    let config = value(json!({ "name": "sms", "tags": { "stage": "test" } }));
    let first = plan(&Dynamic::Null, &config, &surroundings).unwrap().state;
    let wanted = Wanted::of(&arguments::decode(&first).unwrap(), &owner(), &defaults).unwrap();
    assert_eq!(wanted.role.tags, tags(&[("owner", "platform"), ("stage", "test")]));
    let live = live(&wanted);
    let state = wanted.settled(&first, Some(&live.role.arn), None).unwrap();
    let now = refreshed(&state, &live, &defaults).unwrap();
    assert_eq!(now.member("tags"), state.member("tags"));
    assert_eq!(arguments::decode(&now).unwrap().tags_all, Value::Known(wanted.role.tags));
    let unknown = Surroundings { default_tags: Value::Unknown, ..surroundings };
    assert!(plan(&state, &config, &unknown).unwrap().state.member("tags_all").unwrap().is_unknown());
}

#[test]
fn each_delivery_has_its_policy() {
    for delivery in Delivery::ALL {
        let (wanted, ..) = made(json!({ "delivery": delivery.as_str() }));
        assert_eq!(wanted.policy, permissions_policy(delivery));
    }
}

#[test]
fn constraints_hold_at_their_bounds() {
    let broken = |config| constraints::broken(&arguments::decode(&value(config)).unwrap()).len();
    for (name, fits, exceeds) in [
        ("name", "n".repeat(64), "n".repeat(65)),
        ("name_prefix", "n".repeat(48), "n".repeat(49)),
        ("name", "role".to_owned(), "rôle".to_owned()),
        ("path", "/a/b/".to_owned(), "/a/b".to_owned()),
        ("description", "d".repeat(1000), "d".repeat(1001)),
        ("external_id", "ab".to_owned(), "a".to_owned()),
        ("external_id", "a".repeat(1224), "a".repeat(1225)),
        ("external_id", "a:/-_=,.@+".to_owned(), "a b".to_owned()),
        ("delivery", "SNS".to_owned(), "sns".to_owned()),
        ("permissions_boundary", "arn:aws:iam::aws:policy/X".to_owned(), "arn:aws:iam::111122223333:role/X".to_owned()),
    ] {
        assert_eq!((broken(json!({ name: fits })), broken(json!({ name: exceeds }))), (0, 1), "{name}");
    }
    assert_eq!(broken(json!({ "user_pool_ids": [] })), 1);
    assert_eq!(broken(json!({ "tags": { "AWS:x": "y" } })), 1);
    assert_eq!(broken(json!({ "name": "a", "name_prefix": "b" })), 1);
    assert_eq!(broken(json!({ "tags": { "a".repeat(128): "b".repeat(256) } })), 0);
}
