//! The API's words, and small questions about a pool, a sender or a change, each with every answer it can have.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::sms_regions::{has_end_user_messaging, is_covered, lacks_sns, of_sns};
use super::*;
use crate::tf::Value::{self, Known, Null, Unknown};

const ARN: &str = "arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_Ab12Cd34E";
const ROLE: &str = "arn:aws:iam::111122223333:role/sms";

fn sns() -> SnsSender {
    SnsSender { caller_arn: ROLE.into(), external_id: Some("x-1".into()), region: Some("eu-west-1".into()) }
}

fn messaging() -> EndUserMessaging {
    EndUserMessaging {
        caller_arn: ROLE.into(),
        external_id: Some("x-2".into()),
        origination_identity: Some("+15550100".into()),
        configuration_set_name: Some("set".into()),
        in_entity_id: Some("entity".into()),
        in_template_id: Some("template".into()),
        region: Some("eu-central-1".into()),
    }
}

fn with_sms(mode: Mode, sender: SmsSender) -> Settings {
    Settings { mode, sms: Some(Sms { message: None, sender: Some(sender) }), ..Settings::UNTOUCHED }
}

/// A change of a pool with these settings to this request.
fn change(live: Settings, wanted: &Settings) -> Transition {
    Transition::of(&Known("eu-central-1_Ab12Cd34E".into()), Known(live), Known(Wanted::from(wanted)))
}

fn pool() -> PoolFacts {
    PoolFacts { name: "customers".into(), arn: ARN.into(), ..PoolFacts::default() }
}

#[test]
fn words_of_the_api_are_read_and_written_exactly() {
    for (mode, word) in [(Mode::Off, "OFF"), (Mode::Optional, "OPTIONAL"), (Mode::On, "ON")] {
        assert_eq!((mode.as_str(), mode.to_string().as_str(), Mode::parse(word)), (word, word, Some(mode)));
        assert_eq!(Mode::parse(&word.to_lowercase()), None);
    }
    let verifications = [(UserVerification::Required, "required"), (UserVerification::Preferred, "preferred")];
    for (value, word) in verifications {
        assert_eq!((value.as_str(), UserVerification::parse(word)), (word, Some(value)));
    }
    let factors = [
        (FactorConfiguration::SingleFactor, "SINGLE_FACTOR"),
        (FactorConfiguration::MultiFactorWithUserVerification, "MULTI_FACTOR_WITH_USER_VERIFICATION"),
    ];
    for (value, word) in factors {
        assert_eq!((value.as_str(), FactorConfiguration::parse(word)), (word, Some(value)));
    }
    for (policy, word) in [(Deletion::Retain, "RETAIN"), (Deletion::Off, "OFF"), (Deletion::Prevent, "PREVENT")] {
        assert_eq!((policy.as_str(), Deletion::parse(word)), (word, Some(policy)));
    }
    assert_eq!((UserVerification::parse("REQUIRED"), FactorConfiguration::parse(""), Deletion::parse("off")), (None, None, None));
}

#[test]
fn a_factor_has_a_name_an_argument_and_a_phrase() {
    let words = |factor: Factor| (factor.as_str(), factor.argument(), factor.phrase());
    assert_eq!(words(Factor::SoftwareToken), ("SOFTWARE_TOKEN", "software_token_mfa_configuration", "authenticator app"));
    assert_eq!(words(Factor::Sms), ("SMS", "sms_configuration", "SMS"));
    assert_eq!(words(Factor::Email), ("EMAIL", "email_mfa_configuration", "email"));
}

#[test]
fn factors_count_only_while_the_mode_is_active_and_never_by_half() {
    let all = Settings { token_enabled: Some(true), email: Some(Email::default()), ..with_sms(Mode::On, SmsSender::Sns(sns())) };
    assert_eq!(all.factors(), Factor::ALL);
    assert_eq!(all.effective_factors(), Factor::ALL);
    let off = Settings { mode: Mode::Off, ..all.clone() };
    assert_eq!((off.factors(), off.effective_factors()), (Factor::ALL.to_vec(), Vec::new()));
    let half = Settings { token_enabled: Some(false), sms: Some(Sms::default()), email: None, ..all };
    assert_eq!(half.effective_factors(), Vec::new());
}

#[test]
fn a_sender_of_either_service_names_its_role_and_external_id() {
    let (sns, messaging) = (SmsSender::Sns(sns()), SmsSender::EndUserMessaging(messaging()));
    assert_eq!((sns.caller_arn(), sns.external_id()), (ROLE, Some("x-1")));
    assert_eq!((messaging.caller_arn(), messaging.external_id()), (ROLE, Some("x-2")));
    let argument = |sender: &SmsSender| {
        let wanted = WantedSender::from(sender);
        let paths = (wanted.caller_arn_path().to_string(), wanted.external_id_path().to_string());
        assert_eq!(wanted.caller_arn(), &Known(sender.caller_arn().to_owned()));
        assert_eq!(wanted.external_id().known().map(String::as_str), sender.external_id());
        (wanted.caller_arn_argument(), paths.0, paths.1)
    };
    assert_eq!(
        argument(&sns),
        ("sns_caller_arn", "sms_configuration.sns_caller_arn".to_owned(), "sms_configuration.external_id".to_owned())
    );
    assert_eq!(
        argument(&messaging),
        ("caller_arn", "sms_configuration.eums_sms.caller_arn".to_owned(), "sms_configuration.eums_sms.external_id".to_owned())
    );
}

#[test]
fn every_member_of_a_sender_makes_a_difference() {
    type Edit = fn(&mut EndUserMessaging);
    let edits: [Edit; 7] = [
        |sender| sender.caller_arn.push('x'),
        |sender| sender.external_id = None,
        |sender| sender.origination_identity = Some("+15550101".into()),
        |sender| sender.configuration_set_name = None,
        |sender| sender.in_entity_id = Some("other".into()),
        |sender| sender.in_template_id = None,
        |sender| sender.region = Some("eu-west-1".into()),
    ];
    let wanted = WantedSender::from(&SmsSender::EndUserMessaging(messaging()));
    assert_eq!(wanted.differs_from(&SmsSender::EndUserMessaging(messaging())), Answer::No);
    assert_eq!(wanted.differs_from(&SmsSender::Sns(sns())), Answer::Yes);
    for (number, edit) in edits.into_iter().enumerate() {
        let mut other = messaging();
        edit(&mut other);
        assert_eq!(wanted.differs_from(&SmsSender::EndUserMessaging(other)), Answer::Yes, "edit {number}");
    }
    let mut unsaid = wanted.clone();
    let WantedSender::EndUserMessaging { region, .. } = &mut unsaid else { panic!("{unsaid:?}") };
    *region = Null;
    assert_eq!(unsaid.differs_from(&SmsSender::EndUserMessaging(messaging())), Answer::Unknown, "AWS may have filled it in");
    let WantedSender::EndUserMessaging { region, in_entity_id, .. } = &mut unsaid else { panic!("{unsaid:?}") };
    (*region, *in_entity_id) = (Known("eu-central-1".into()), Unknown);
    assert_eq!(unsaid.differs_from(&SmsSender::EndUserMessaging(messaging())), Answer::Unknown);
}

#[test]
fn account_and_region_stand_in_the_arn() {
    assert_eq!((pool().account(), pool().region()), (Some("111122223333"), Some("eu-central-1")));
    for arn in ["", "arn:aws:cognito-idp", "arn:aws:cognito-idp:::userpool/x"] {
        let pool = PoolFacts { arn: arn.into(), ..PoolFacts::default() };
        assert_eq!((pool.account(), pool.region()), (None, None), "{arn}");
    }
    let pool = PoolFacts { first_factors: vec!["PASSWORD".into(), "WEB_AUTHN".into()], ..pool() };
    assert!(pool.begins_with("WEB_AUTHN") && !pool.begins_with("EMAIL_OTP"));
}

#[test]
fn a_changes_region_is_that_of_its_id_and_else_that_of_its_arn() {
    let change = Transition { pool: Known(pool()), ..change(Settings::UNTOUCHED, &Settings::UNTOUCHED) };
    let with_id = |id: Value<String>| Transition { user_pool_id: id, ..change.clone() };
    assert_eq!(with_id(Known("us-east-1_x".into())).region(), Known("us-east-1"));
    assert_eq!(with_id(Unknown).region(), Known("eu-central-1"));
    assert_eq!(Transition { pool: Unknown, ..with_id(Unknown) }.region(), Unknown);
    assert_eq!(Transition { pool: Unknown, ..with_id(Known("nothing".into())) }.region(), Unknown);
}

#[test]
fn a_pool_is_called_by_all_that_is_known_of_it() {
    let named = Transition { pool: Known(pool()), ..change(Settings::UNTOUCHED, &Settings::UNTOUCHED) };
    let labels = |change: &Transition| (change.pool_label(), change.pool_label_inside());
    let expected = |label: &str, inside: &str| (label.to_owned(), inside.to_owned());
    let id = "(eu-central-1_Ab12Cd34E)";
    assert_eq!(labels(&named), expected(&format!("User pool \"customers\" {id}"), &format!("user pool \"customers\" {id}")));
    let made_now = Transition { user_pool_id: Unknown, ..named.clone() };
    assert_eq!(labels(&made_now), expected("User pool \"customers\"", "user pool \"customers\""));
    let unread = Transition { pool: Unknown, ..named };
    assert_eq!(labels(&unread), expected("User pool eu-central-1_Ab12Cd34E", "user pool eu-central-1_Ab12Cd34E"));
    assert_eq!(labels(&Transition { user_pool_id: Unknown, ..unread }), expected("The user pool", "the user pool"));
}

#[test]
fn the_sender_on_a_pool_is_found_in_either_answer() {
    let sender = || SmsSender::Sns(sns());
    let bare = change(Settings::UNTOUCHED, &Settings::UNTOUCHED);
    assert_eq!(bare.sender_on_pool(), Unknown, "only `DescribeUserPool` knows of a sender beside OFF");
    let read = Transition { pool: Known(pool()), ..bare.clone() };
    assert_eq!((read.sender_on_pool(), read.sms_role_on_pool()), (Null, Null));
    assert_eq!(Transition { live: Unknown, ..read.clone() }.sender_on_pool(), Unknown);
    let of_pool = Transition { pool: Known(PoolFacts { sms_sender: Some(sender()), ..pool() }), live: Unknown, ..bare.clone() };
    assert_eq!((of_pool.sender_on_pool(), of_pool.sms_role_on_pool()), (Known(&sender()), Known(ROLE)));
    let of_mfa = Transition { live: Known(with_sms(Mode::On, sender())), ..bare };
    assert_eq!(of_mfa.sender_on_pool(), Known(&sender()));
    let nameless = SmsSender::Sns(SnsSender { caller_arn: String::new(), ..sns() });
    let of_nobody = Transition { pool: Known(PoolFacts { sms_sender: Some(nameless), ..pool() }), ..read };
    assert_eq!(of_nobody.sender_on_pool(), Null);
}

#[test]
fn modes_and_factors_of_a_change_are_certain_or_not() {
    let both = with_sms(Mode::On, SmsSender::Sns(sns()));
    let change = change(Settings { mode: Mode::Optional, ..Settings::UNTOUCHED }, &both);
    assert_eq!((change.live_mode_in(&[Mode::Optional]), change.live_mode_in(&[Mode::On])), (Answer::Yes, Answer::No));
    assert_eq!((change.wanted_mode_in(&[Mode::On]), change.wanted_mode_in(&[Mode::Off])), (Answer::Yes, Answer::No));
    assert_eq!((change.sends_factor(Factor::Sms), change.sends_factor(Factor::Email)), (Answer::Yes, Answer::No));
    assert_eq!((change.sends_only(Factor::Sms), change.sends_only(Factor::Email)), (Answer::Yes, Answer::No));
    let two = Transition { request: Known(Wanted::from(&Settings { token_enabled: Some(true), ..both })), ..change.clone() };
    assert_eq!((two.sends_only(Factor::Sms), two.sends_factor(Factor::SoftwareToken)), (Answer::No, Answer::Yes));
    let new = Transition { live: Null, request: Null, ..change.clone() };
    assert_eq!((new.live_mode_in(&[Mode::Off]), new.live_mode_in(&[Mode::On])), (Answer::Yes, Answer::No));
    assert_eq!((new.wanted_mode_in(&Mode::ALL), new.sends_factor(Factor::Sms)), (Answer::No, Answer::No));
    let open = Transition { live: Unknown, request: Unknown, ..change };
    assert_eq!((open.live_mode_in(&Mode::ALL), open.wanted_mode_in(&Mode::ALL)), (Answer::Unknown, Answer::Unknown));
    assert_eq!(open.is_pool(PoolMember::Tier, |_| true), Answer::Unknown);
    let unsettled = PoolFacts { unsettled: [PoolMember::Tier].into(), ..pool() };
    let planned = Transition { pool: Known(unsettled), ..open.clone() };
    assert_eq!(planned.is_pool(PoolMember::Tier, |_| true), Answer::Unknown, "this member is still to be made");
    assert_eq!(planned.is_pool(PoolMember::FirstFactors, |pool| pool.first_factors.is_empty()), Answer::Yes);
    assert_eq!(Transition { pool: Known(pool()), ..open }.is_pool(PoolMember::Tier, |pool| pool.tier.is_none()), Answer::Yes);
}

#[test]
fn sns_is_asked_only_of_a_change_that_sends_through_it() {
    let facts = SnsFacts {
        region: "eu-central-1".into(),
        in_sandbox: Known(true),
        verified_numbers: Unknown,
        monthly_spend_limit: Null,
        origination_numbers: Known(0),
    };
    let through = |sender| Transition { sns: Known(facts.clone()), ..change(Settings::UNTOUCHED, &with_sms(Mode::On, sender)) };
    let of_sns = through(SmsSender::Sns(sns()));
    assert_eq!(of_sns.sends_through_sns(|sns| sns.in_sandbox.clone()), Answer::Yes);
    assert_eq!(of_sns.sends_through_sns(|_| Known(false)), Answer::No);
    assert_eq!(of_sns.sends_through_sns(|_| Unknown), Answer::Unknown);
    assert_eq!(Transition { sns: Unknown, ..of_sns }.sends_through_sns(|_| Known(true)), Answer::Unknown);
    assert_eq!(through(SmsSender::EndUserMessaging(messaging())).sends_through_sns(|_| Known(true)), Answer::No);
    assert_eq!(change(Settings::UNTOUCHED, &Settings::UNTOUCHED).sends_through_sns(|_| Known(true)), Answer::No);
}

#[test]
fn the_role_of_a_sender_is_the_one_of_its_very_arn() {
    let found = |arn: &str| Known(RoleFacts::found(arn, "{}"));
    let change = change(Settings::UNTOUCHED, &with_sms(Mode::On, SmsSender::Sns(sns())));
    let with_role = |role| Transition { role, ..change.clone() };
    let same = with_role(found(ROLE));
    let role = same.sender_role();
    assert_eq!(role.known().map(|role| (role.arn, role.trust_policy)), Some((ROLE, "{}")));
    assert_eq!(with_role(found("arn:aws:iam::111122223333:role/path/sms")).sender_role(), Null);
    assert_eq!(with_role(Known(RoleFacts::Missing { arn: ROLE.into() })).sender_role(), Null);
    assert_eq!(with_role(Unknown).sender_role(), Unknown);
    let without = Transition { request: Known(Wanted::from(&Settings::UNTOUCHED)), ..with_role(found(ROLE)) };
    assert_eq!(without.sender_role(), Null);
}

#[test]
fn permissions_are_those_of_a_role_that_is_there() {
    let permissions = RolePermissions { publish: Permission::Allowed, send_text_message: Permission::Denied { by: None } };
    let found = RoleFacts::found(ROLE, "{}").with_permissions(permissions.clone());
    assert!(matches!(found, RoleFacts::Found { permissions: Known(known), .. } if known == permissions));
    let missing = RoleFacts::Missing { arn: ROLE.into() };
    assert_eq!(missing.clone().with_permissions(permissions), missing);
}

#[test]
fn regions_send_as_the_guide_says() {
    assert_eq!(of_sns("eu-central-1"), Some(["eu-central-1", "eu-west-1"].as_slice()));
    assert_eq!(of_sns("mars-north-1"), None);
    assert_eq!((lacks_sns("ap-east-2"), lacks_sns("eu-central-1")), (true, false));
    assert_eq!((has_end_user_messaging("eu-central-1"), has_end_user_messaging("ap-southeast-5")), (true, false));
    let outside = ["us-gov-west-1", "cn-north-1", "eusc-de-east-1", "us-iso-east-1", "eu-isoe-west-1"];
    assert!(outside.into_iter().all(|region| !is_covered(region)) && is_covered("us-east-1"));
}

#[test]
fn the_destroy_of_a_role_is_about_no_pool_at_all() {
    let nothing = Transition::of_role(None);
    assert_eq!((&nothing.pool, &nothing.role, &nothing.sns), (&Null, &Null, &Null));
    assert_eq!((&nothing.live, &nothing.request, &nothing.user_pool_id), (&Null, &Null, &Null));
    assert_eq!(nothing.role_deletion, None);
}

#[test]
fn a_value_that_nobody_knows_is_kept_as_aws_spells_it() {
    for text in ["AT_NIGHT", "", "required"] {
        assert_eq!(UserVerification::of_answer(text).as_str(), text);
        assert_eq!(FactorConfiguration::of_answer(text).as_str(), text);
    }
    assert_eq!(UserVerification::of_answer("required"), UserVerification::Required);
    assert_eq!(FactorConfiguration::of_answer("SINGLE_FACTOR"), FactorConfiguration::SingleFactor);
    assert_ne!(FactorConfiguration::of_answer("AT_NIGHT"), FactorConfiguration::of_answer("AT_NOON"));
}

#[test]
fn either_sender_takes_another_external_id_and_keeps_the_rest() {
    let through_messaging =
        |id: &str| SmsSender::EndUserMessaging(EndUserMessaging { external_id: Some(id.into()), ..messaging() });
    assert_eq!(through_messaging("a").with_external_id("b".into()), through_messaging("b"));
    let through_sns = |id: &str| SmsSender::Sns(SnsSender { external_id: Some(id.into()), ..sns() });
    assert_eq!(through_sns("a").with_external_id("b".into()), through_sns("b"));
}
