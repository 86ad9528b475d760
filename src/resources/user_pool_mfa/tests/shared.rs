//! The request of a resource whose factors are, in part, somebody else's.

use serde_json::{Value as Json, json};

use super::{POOL, ROLE, config, settings, state_of, with_email, with_sms, with_token};
use crate::mfa::{Factor, Mode, Settings, Wanted};
use crate::resources::user_pool_mfa::arguments::decode;
use crate::resources::user_pool_mfa::planned::{self, Effect};
use crate::resources::user_pool_mfa::state::{differences, refreshed};
use crate::tf::{Dynamic, Value};

fn token() -> Json {
    json!({ "kind": "SOFTWARE_TOKEN", "user_pool_id": POOL })
}

fn sms() -> Json {
    json!({ "kind": "SMS", "user_pool_id": POOL, "sms_configuration": { "sns_caller_arn": ROLE, "external_id": "prod-1" } })
}

fn listing(mode: &str, form: &str, factors: &[Json]) -> Dynamic {
    config(json!({ "mfa_configuration": mode, "factor_management": form, "factors": factors }))
}

fn request(before: &Dynamic, wanted: &Dynamic, live: &Settings) -> Wanted {
    decode(wanted).unwrap().request(&decode(before).unwrap(), &Value::Known(live.clone()))
}

fn factors(before: &Dynamic, wanted: &Dynamic, live: &Settings) -> Vec<Factor> {
    request(before, wanted, live).certain_factors()
}

fn both(mode: Mode) -> Settings {
    Settings { token_enabled: Some(true), ..with_sms(mode) }
}

#[test]
fn listed_factors_are_sent_with_an_active_mode_and_not_beside_off() {
    let off = settings(Mode::Off);
    for form in ["exclusive", "shared"] {
        let wanted = listing("ON", form, &[token(), sms()]);
        assert_eq!(factors(&Dynamic::Null, &wanted, &off), [Factor::SoftwareToken, Factor::Sms], "{form}");
        assert_eq!(factors(&Dynamic::Null, &listing("OFF", form, &[token(), sms()]), &both(Mode::Optional)), [], "{form}");
    }
}

#[test]
fn factors_that_are_listed_no_more_count_as_gone_where_none_would_be_left() {
    let left = |before: &Dynamic, wanted: &Dynamic, live: &Settings| {
        decode(wanted).unwrap().without_the_unlisted(&decode(before).unwrap(), live).map(|request| request.certain_factors())
    };
    let before = listing("ON", "shared", &[token(), sms()]);
    assert_eq!(left(&before, &listing("ON", "shared", &[]), &both(Mode::On)), Some(vec![]));
    assert_eq!(left(&before, &listing("ON", "shared", &[token()]), &both(Mode::On)), None);
    assert_eq!(left(&before, &listing("OFF", "shared", &[]), &both(Mode::On)), None);
    assert_eq!(left(&before, &listing("ON", "exclusive", &[]), &both(Mode::On)), None);
    assert_eq!(left(&listing("ON", "shared", &[token()]), &listing("ON", "shared", &[]), &both(Mode::On)), None);
    assert_eq!(left(&listing("ON", "shared", &[]), &listing("ON", "shared", &[]), &both(Mode::On)), None);
}

#[test]
fn a_listed_sms_role_is_known_of_beside_every_mode() {
    let role = |config: &Dynamic| decode(config).unwrap().listed_sms_role();
    for mode in ["OFF", "ON"] {
        assert_eq!(role(&listing(mode, "shared", &[token()])), None);
        assert_eq!(role(&listing(mode, "shared", &[token(), sms()])), Some(Value::Known(ROLE.to_owned())), "{mode}");
    }
}

#[test]
fn the_exclusive_form_sends_what_is_listed_and_the_shared_one_what_the_pool_has_beside_it() {
    let live = Settings { email: with_email(Mode::On).email, ..both(Mode::Optional) };
    assert_eq!(factors(&Dynamic::Null, &listing("ON", "exclusive", &[token()]), &live), [Factor::SoftwareToken]);
    let shared = request(&Dynamic::Null, &listing("ON", "shared", &[token()]), &live);
    assert_eq!(shared.certain_factors(), Factor::ALL);
    let kept = shared.settle().unwrap();
    assert_eq!((kept.sms, kept.email), (live.sms, live.email));
}

#[test]
fn a_pool_that_is_off_has_no_factor_to_keep() {
    // Its answer may show a sender all the same (row M13).
    assert_eq!(factors(&Dynamic::Null, &listing("ON", "shared", &[token()]), &with_sms(Mode::Off)), [Factor::SoftwareToken]);
}

#[test]
fn what_the_shared_form_had_of_its_own_goes_when_it_is_deleted() {
    let own = config(json!({
        "mfa_configuration": "ON", "factor_management": "shared", "software_token_mfa_configuration": { "enabled": true },
    }));
    let wanted = listing("ON", "shared", &[sms()]);
    assert_eq!(factors(&own, &wanted, &both(Mode::On)), [Factor::Sms]);
    // One that was only listed belongs to its own resource, whose destroy takes it away.
    assert_eq!(factors(&listing("ON", "shared", &[token()]), &wanted, &both(Mode::On)), [Factor::SoftwareToken, Factor::Sms]);
    // So does one that the exclusive form had: whose it is now, nobody has said.
    let exclusive = config(json!({ "mfa_configuration": "ON", "software_token_mfa_configuration": { "enabled": true } }));
    assert_eq!(factors(&exclusive, &wanted, &both(Mode::On)), [Factor::SoftwareToken, Factor::Sms]);
}

#[test]
fn what_cannot_be_told_yet_is_unknown() {
    let kept = |live: Value<Settings>| {
        let wanted = decode(&listing("ON", "shared", &[])).unwrap();
        wanted.request(&decode(&Dynamic::Null).unwrap(), &live)
    };
    let unread = kept(Value::Unknown);
    assert!(unread.token.is_unknown() && unread.sms_sender.is_unknown() && unread.email.is_unknown());
    assert_eq!(kept(Value::Known(settings(Mode::Optional))).certain_factors(), []);
    let mut listed = decode(&listing("ON", "exclusive", &[token()])).unwrap();
    listed.factors = Value::Unknown;
    let request = listed.request(&decode(&Dynamic::Null).unwrap(), &Value::Known(settings(Mode::Off)));
    assert!(request.token.is_unknown() && request.sms_sender.is_unknown());
    assert!(request.email.is_null());
}

#[test]
fn listed_factors_make_no_diff_inline() {
    let config = listing("ON", "exclusive", &[token(), sms()]);
    let state = state_of(&config, &both(Mode::On));
    assert!(state.member("software_token_mfa_configuration").unwrap().is_null());
    assert!(state.member("sms_configuration").unwrap().is_null());
    assert_eq!(planned::plan(&refreshed(&state, &both(Mode::On)).unwrap(), &config).unwrap().effect, Effect::Nothing);
}

#[test]
fn a_listed_factor_that_the_pool_has_lost_is_shown_as_gone() {
    let config = listing("ON", "exclusive", &[token(), sms()]);
    let state = state_of(&config, &both(Mode::On));
    let now = refreshed(&state, &with_sms(Mode::On)).unwrap();
    let found = differences(&state, &now);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].planned.as_str(), found[0].now.as_str()), (r#"["SOFTWARE_TOKEN", "SMS"]"#, r#"["SMS"]"#));
    assert_eq!(planned::plan(&now, &config).unwrap().effect, Effect::Write);
}

#[test]
fn drift_of_a_listed_sender_is_shown() {
    let config = listing("ON", "exclusive", &[sms()]);
    let state = state_of(&config, &with_sms(Mode::On));
    let mut live = with_sms(Mode::On);
    if let Some(crate::mfa::SmsSender::Sns(sender)) = live.sms.as_mut().and_then(|sms| sms.sender.as_mut()) {
        sender.external_id = Some("other".into());
    }
    let found = differences(&state, &refreshed(&state, &live).unwrap());
    assert_eq!(found[0].attribute, "factors[0].sms_configuration.external_id");
}

#[test]
fn moving_a_factor_from_inline_to_apart_writes_nothing() {
    let inline = config(json!({ "mfa_configuration": "ON", "software_token_mfa_configuration": { "enabled": true } }));
    let state = state_of(&inline, &with_token(Mode::On));
    assert_eq!(planned::plan(&state, &listing("ON", "exclusive", &[token()])).unwrap().effect, Effect::StateOnly);
    // Another form may write: factors that no argument names are kept or removed by it.
    assert_eq!(planned::plan(&state, &listing("ON", "shared", &[token()])).unwrap().effect, Effect::Write);
}
